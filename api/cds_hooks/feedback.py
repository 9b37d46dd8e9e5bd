"""What clinicians did with cards: read from the feedback endpoint, recorded once for each card, outcome and time.

A card may be overridden and accepted afterwards. Every message stays on record; what became of the card is the outcome with the latest time that the
client gave, in whatever order the messages came. So a time that lies ahead is refused: it would stand against everything later.

Comments in free text may hold patient data and are not kept; that there was one is.
"""

import datetime
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from api.problems import INVALID_REQUEST, ErrorAt, Refused, pointer
from api.records.chain import FEEDBACK, Entry, now
from engine import new_id
from engine.inference.decide import ENGINE_VERSION

MOST = 200
AHEAD = datetime.timedelta(minutes=10)  # the clock of a client may go so much before ours
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What became of one card."""

    service: str
    card: str
    outcome: str
    time: str  # in UTC
    suggestions: tuple[str, ...] = ()
    reason_system: str = ""
    reason_code: str = ""
    commented: bool = False


def kept(outcome: bytes) -> Feedback:
    """The feedback of a record."""
    found = orjson.loads(outcome)
    return Feedback(**{**found, "suggestions": tuple(found["suggestions"])})


def entries(items: Sequence[Feedback], caller: str) -> list[Entry]:
    """What is recorded of them. The same card, outcome and time are one record, however often they are sent."""
    return [
        Entry(
            id=new_id(),
            kind=FEEDBACK,
            channel="hooks",
            caller=caller,
            engine_version=ENGINE_VERSION,
            time=now(),
            subject=hashlib.sha256(f"{one.card} {one.outcome} {one.time}".encode()).hexdigest(),
            outcome=orjson.dumps(one),
        )
        for one in items
    ]


def read(body: Any, service: str) -> list[Feedback]:
    """The feedback in a body; raises Refused with every mistake."""
    errors: list[ErrorAt] = []

    def wrong(message: str, *place: str | int, hint: str = "") -> None:
        errors.append(ErrorAt(at=pointer("feedback", *place), message=message, hint=hint))

    items = body.get("feedback") if isinstance(body, dict) else None
    if not isinstance(items, list) or not items:
        wrong(
            "must be a list of at least one",
            hint='{"feedback": [{"card": ..., "outcome": ..., "outcomeTimestamp": ...}]}',
        )
        items = []
    if len(items) > MOST:
        wrong(f"has {len(items)} items; at most {MOST} are taken")
        items = []
    found = []
    for place, one in enumerate(items):
        if not isinstance(one, dict):
            wrong("must be an object", place)
            continue
        card, outcome = one.get("card"), one.get("outcome")
        if not (isinstance(card, str) and _UUID.fullmatch(card)):
            wrong("must be the UUID of a card", place, "card")
        if outcome not in ("accepted", "overridden"):
            wrong("must be accepted or overridden", place, "outcome")
        time = _utc(one.get("outcomeTimestamp"))
        if not time:
            wrong("must be a time such as 2026-11-22T09:30:00Z", place, "outcomeTimestamp")
        elif datetime.datetime.fromisoformat(time) > datetime.datetime.now(datetime.UTC) + AHEAD:
            wrong("lies in the future", place, "outcomeTimestamp", hint="send the time in UTC, or with its zone")
        accepted = one.get("acceptedSuggestions")
        ids = [each.get("id") for each in accepted if isinstance(each, dict)] if isinstance(accepted, list) else []
        suggestions = tuple(each.lower() for each in ids if isinstance(each, str) and _UUID.fullmatch(each))
        if outcome == "accepted" and not suggestions:
            wrong(
                "must name what was accepted", place, "acceptedSuggestions", hint='[{"id": the UUID of a suggestion}]'
            )
        why = one.get("overrideReason")
        why = why if isinstance(why, dict) else {}
        reason = why.get("reason")
        reason = reason if isinstance(reason, dict) else {}
        system, code = (
            text if isinstance(text := reason.get(name), str) and len(text) <= 200 else ""
            for name in ("system", "code")
        )
        found.append(
            Feedback(
                service, str(card).lower(), str(outcome), time, suggestions, system, code, bool(why.get("userComment"))
            )
        )
    if errors:
        raise Refused(INVALID_REQUEST, errors=errors[:50])
    return found


def last(items: Iterable[Feedback]) -> list[Feedback]:
    """What became of each card: of several outcomes the one with the latest time; of the same time, the one that came last."""
    found: dict[tuple[str, str], Feedback] = {}
    for one in items:
        before = found.get((one.service, one.card))
        if before is None or _time(one) >= _time(before):
            found[one.service, one.card] = one
    return list(found.values())


def _time(one: Feedback) -> datetime.datetime:
    return datetime.datetime.fromisoformat(one.time)


def _utc(text: Any) -> str:
    """A time of RFC 3339 in UTC; nothing where it is none."""
    if not isinstance(text, str) or len(text) > 40 or not _TIME.fullmatch(text):
        return ""
    try:
        return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
    except (ValueError, OverflowError):
        return ""
