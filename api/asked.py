"""One request for a decision: `{"facts": {...}, "as_of": "2026-11-22"}`, with every mistake reported at its place."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.problems import INVALID_REQUEST, ErrorAt, Refused, pointer
from api.strict_json import Parsed
from engine import FactsError
from engine.language.problems import did_you_mean
from engine.language.vocabulary import Given, Vocabulary

MOST_KEY = 200
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ONE = ("facts", "as_of")
_ITEM = ("key", *_ONE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a caller wants decided: the facts as read, the day whose rules answer, and the facts as they were sent."""

    given: Mapping[str, Given]
    as_of: datetime.date
    facts: Mapping[str, Any]


def read(parsed: Parsed, vocabulary: Vocabulary, today: datetime.date, *, keyed: bool = False) -> Asked:
    """The request; raises Refused with all errors. `keyed`: it is an item of a batch and may have a `key`."""
    body = parsed.value
    errors = [
        ErrorAt(at=pointer(*place), message="is sent more than once", hint="send each name once")
        for place in parsed.repeated[:100]
    ]
    if not isinstance(body, dict):
        raise Refused(
            INVALID_REQUEST, errors=[ErrorAt(at="", message="must be an object", hint='send {"facts": {...}}')]
        )
    known = _ITEM if keyed else _ONE
    if not body.keys() <= set(known):
        errors += _unknown_keys(body, known, vocabulary)
    day = today
    if (written := body.get("as_of")) is not None:
        try:
            day = _date(written)
        except ValueError:
            errors.append(ErrorAt(at="/as_of", message="is not a date", hint="write it as 2026-11-22"))
    if keyed and body.get("key") is not None and key_of(body) is None:
        errors.append(
            ErrorAt(at="/key", message="must be text", hint=f"at most {MOST_KEY} characters, or leave it out")
        )
    given: Mapping[str, Given] = {}
    if "facts" not in body:
        errors.append(ErrorAt(at="/facts", message="is missing", hint='send {"facts": {}} when nothing is known'))
    else:
        try:
            given = _facts(body["facts"], vocabulary)
        except Refused as refused:
            errors += refused.errors
    if errors:
        raise Refused(INVALID_REQUEST, errors=errors)
    return Asked(given, day, body["facts"])


def read_record(parsed: Parsed, today: datetime.date) -> tuple[Any, datetime.date]:
    """The record and the day in `{"fhir": ..., "as_of": ...}`; raises Refused with all errors."""
    body = parsed.value
    errors = [
        ErrorAt(at=pointer(*place), message="is sent more than once", hint="send each name once")
        for place in parsed.repeated[:100]
    ]
    if not isinstance(body, dict):
        raise Refused(
            INVALID_REQUEST, errors=[ErrorAt(at="", message="must be an object", hint='send {"fhir": {...}}')]
        )
    for name in [name for name in body if name not in ("fhir", "as_of")][:20]:
        hint = "send either `facts` or `fhir`" if name == "facts" else did_you_mean(name, ("fhir", "as_of"))
        errors.append(ErrorAt(at=pointer(name), message="is not a key of this request", hint=hint))
    day = today
    if (written := body.get("as_of")) is not None:
        try:
            day = _date(written)
        except ValueError:
            errors.append(ErrorAt(at="/as_of", message="is not a date", hint="write it as 2026-11-22"))
    record = body.get("fhir")
    if not isinstance(record, dict | list):
        message = "must be a Bundle, a list of resources or one resource" if "fhir" in body else "is missing"
        errors.append(ErrorAt(at="/fhir", message=message, hint='send {"fhir": {"resourceType": "Bundle", ...}}'))
    if errors:
        raise Refused(INVALID_REQUEST, errors=errors)
    return record, day


def key_of(body: Any) -> str | None:
    """The caller's own name of an item, when it has a good one."""
    key = body.get("key") if isinstance(body, dict) else None
    return key if isinstance(key, str) and len(key) <= MOST_KEY else None


def _facts(facts: Any, vocabulary: Vocabulary) -> Mapping[str, Given]:
    if not isinstance(facts, dict):
        hint = "names and values of facts; /v1/facts lists them"
        raise Refused(INVALID_REQUEST, errors=[ErrorAt(at="/facts", message="must be an object", hint=hint)])
    if len(facts) > len(vocabulary):
        known = sum(fact.given for fact in vocabulary.values())
        message = f"has {len(facts)} names, more than the {known} facts that can be sent"
        hint = "/v1/facts lists them"
        raise Refused(INVALID_REQUEST, errors=[ErrorAt(at="/facts", message=message, hint=hint)])
    try:
        return vocabulary.read(facts)
    except FactsError as error:
        errors = [ErrorAt(at=pointer("facts", one.fact), message=one.message, hint=one.hint) for one in error.problems]
        raise Refused(INVALID_REQUEST, errors=errors) from None


def _unknown_keys(body: Mapping[str, Any], known: tuple[str, ...], vocabulary: Vocabulary) -> list[ErrorAt]:
    errors: list[ErrorAt] = []
    for name in body:
        if name not in known and len(errors) < 20:
            hint = "facts stand inside `facts`" if name in vocabulary else did_you_mean(name, known)
            errors.append(ErrorAt(at=pointer(name), message="is not a key of this request", hint=hint))
    return errors


def _date(written: Any) -> datetime.date:
    """The day, written in full; other forms of ISO 8601 are refused (ValueError), so that a day is never guessed."""
    if not isinstance(written, str) or not _DAY.fullmatch(written):
        raise ValueError
    return datetime.date.fromisoformat(written)
