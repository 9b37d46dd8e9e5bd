"""POST /v1/decisions and POST /v1/decisions/batch: facts (or one record in FHIR) in, Decisions out. POST /v1/facts/from-fhir: how a record is read.

The hot route goes from bytes to bytes: orjson reads, the vocabulary checks, the engine writes. One decision takes a fraction of a
millisecond, so it runs where the request is; a batch lets other requests in between.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Scope

from api import logs
from api.aside import aside
from api.asked import Asked, key_of, read, read_record
from api.problems import (
    BODY_TOO_LARGE,
    EVALUATORS_DISAGREE,
    INTERNAL_ERROR,
    INVALID_REQUEST,
    TOO_MANY_ITEMS,
    UNSUPPORTED_MEDIA_TYPE,
    ErrorAt,
    Refused,
)
from api.records.chain import DECISION, Entry, now
from api.service import Loaded, Service
from api.strict_json import Parsed, parse
from engine import EvaluatorsDisagree, new_id
from engine.inference.decide import ENGINE_VERSION
from engine.intake.fhir import extract

JSON = "application/json"
NDJSON = "application/x-ndjson"
TURN = 0.01  # seconds a batch works before it lets other requests in
PART = 256 * 1024  # bytes a batch collects before it sends them

JSON_CHANNEL, FHIR_CHANNEL, BATCH_CHANNEL = "json", "fhir", "batch"
LOCAL = "local"  # the caller where none is authenticated

Item = Callable[[], Parsed]


class Decisions:
    """The two routes over one service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def one(self, request: Request) -> Response:
        """The Decision on one patient."""
        scope = request.scope
        media_type(request, (JSON,))
        refuse_query(request)
        loaded = self.service.loaded
        body: bytes = scope["body"]
        facts, parsed = await aside(len(body), lambda: self._facts(parsed_body(body, self.service), loaded))
        channel = JSON_CHANNEL if facts is parsed else FHIR_CHANNEL
        asked = read(facts, loaded.guideline.vocabulary, self.service.today())
        return Response(await self.answer(loaded, asked, scope["request_id"], scope, channel), media_type=JSON)

    def _facts(self, parsed: Parsed, loaded: Loaded) -> tuple[Parsed, Parsed]:
        """The request with facts in place of a record in FHIR, as of its own day; and as it was sent."""
        body = parsed.value
        if not isinstance(body, dict) or "fhir" not in body:
            return parsed, parsed
        record, day = read_record(parsed, self.service.today())
        facts = extract(record, loaded.guideline, day).to_decide
        return Parsed({"facts": facts, "as_of": day.isoformat()}), parsed

    async def from_fhir(self, request: Request) -> Response:
        """The facts read from a record in FHIR, with the place of each; what was not used, and why; and what the record contradicts itself in."""
        media_type(request, (JSON,))
        refuse_query(request)
        body: bytes = request.scope["body"]
        guideline = self.service.loaded.guideline

        def read_it() -> bytes:
            record, day = read_record(parsed_body(body, self.service), self.service.today())
            found = extract(record, guideline, day).as_json()
            return orjson.dumps({"as_of": day.isoformat(), **found}, option=orjson.OPT_NON_STR_KEYS)

        return Response(await aside(len(body), read_it), media_type=JSON)

    async def batch(self, request: Request) -> Response:
        """The Decisions on many patients, in their order; each item is answered or refused on its own."""
        kind = media_type(request, (JSON, NDJSON))
        refuse_query(request)
        body: bytes = request.scope["body"]
        most = self.service.settings.batch_items
        items = _lines(body, most) if kind == NDJSON else _elements(body, most)
        answers = self._answers(self.service.loaded, items, request.scope)
        begin, between, end = (b"", b"\n", b"\n") if kind == NDJSON else (b"[", b",", b"]")
        return StreamingResponse(self._sent(answers, begin, between, end), media_type=kind)

    def _answers(self, loaded: Loaded, items: Iterable[Item], scope: Scope) -> Iterator["_Answer"]:
        """`{"index", "key"?, "decision"}` or `{"index", "key"?, "problem"}` for every item."""
        today, request_id = self.service.today(), scope["request_id"]
        for index, item in enumerate(items):
            answer = _Answer(b'{"index":%d' % index)
            try:
                parsed = item()
                key = key_of(parsed.value)
                answer.head += b"" if key is None else b',"key":' + orjson.dumps(key)
                asked = read(parsed, loaded.guideline.vocabulary, today, keyed=True)
                decision_id = new_id()
                answer.decision = self.decide(loaded, asked, decision_id, request_id)
                if self.service.recorder is not None:
                    answer.entry = entry_of(loaded, asked, decision_id, answer.decision, scope, BATCH_CHANNEL)
            except Refused as refused:
                self.service.metrics.refusal(refused.kind.code)
                answer.problem = orjson.dumps(refused.document())
            except Exception as error:
                logs.unexpected(request_id, f"item {index} of a batch", error)
                answer.problem = orjson.dumps(Refused(INTERNAL_ERROR).document())
            yield answer

    async def _sent(
        self, answers: Iterator["_Answer"], begin: bytes, between: bytes, end: bytes
    ) -> AsyncIterator[bytes]:
        """The answers in pieces, none before it is recorded; while one piece is being recorded the next is decided."""
        before: asyncio.Task[bytes] | None = None
        joint = begin
        for turn in _turns(answers):
            piece = asyncio.create_task(self._recorded(turn, between))
            await asyncio.sleep(0)  # other requests
            if before is not None:
                yield joint + await before
                joint = between
            before = piece
        if before is not None:
            yield joint + await before + end
        elif begin:
            yield begin + end

    async def _recorded(self, turn: Sequence["_Answer"], between: bytes) -> bytes:
        """The answers as they are sent: with the problem in place of each decision when they cannot be recorded."""
        try:
            await self.service.record([one.entry for one in turn if one.entry is not None])
        except Refused as refused:
            problem = orjson.dumps(refused.document())
            self.service.metrics.refusal(refused.kind.code)
            for one in turn:
                if one.entry is not None:
                    one.decision, one.problem = b"", problem
        return between.join(one.written() for one in turn)

    async def answer(self, loaded: Loaded, asked: Asked, decision_id: str, scope: Scope, channel: str) -> bytes:
        """The bytes of the engine, when they are on record; raises Refused when there is no answer, or when it cannot be recorded."""
        decision = self.decide(loaded, asked, decision_id, scope["request_id"])
        if self.service.recorder is not None:
            await self.service.record([entry_of(loaded, asked, decision_id, decision, scope, channel)])
        return decision

    def decide(self, loaded: Loaded, asked: Asked, decision_id: str, request_id: str) -> bytes:
        """The bytes of the engine; raises Refused when its two evaluators differ."""
        try:
            decider = loaded.engine.decider(asked.as_of)
            found = decider.judge(asked.given)
            answer = decider.write(found, asked.as_of, decision_id)
        except EvaluatorsDisagree as error:
            raise self.disagreement(error, loaded, request_id) from None
        self.service.metrics.decision(decider.guideline, decider.status(found), found.outcomes)
        self.service.decided(decision_id)
        return answer

    def disagreement(self, error: EvaluatorsDisagree, loaded: Loaded, request_id: str) -> Refused:
        """Count and log that the two evaluators differ; the refusal that the caller gets."""
        self.service.count_disagreement()
        logs.disagreement(request_id, loaded.guideline.sha256, error.rules)
        return Refused(EVALUATORS_DISAGREE)


def _elements(body: bytes, most: int) -> list[Item]:
    """The items of a JSON array; raises Refused when the body is not one."""
    parsed = parse(body)
    if not isinstance(parsed.value, list):
        hint = 'send [{"key": "...", "facts": {...}}, ...], or one such object a line as application/x-ndjson'
        raise Refused(INVALID_REQUEST, errors=[ErrorAt(at="", message="must be an array", hint=hint)])
    _at_most(len(parsed.value), most)
    repeated: dict[str | int, list[tuple[str | int, ...]]] = {}
    for place in parsed.repeated:
        repeated.setdefault(place[0], []).append(place[1:])
    return [
        lambda value=value, index=index: Parsed(value, tuple(repeated.get(index, ())))  # type: ignore[misc]
        for index, value in enumerate(parsed.value)
    ]


def _lines(body: bytes, most: int) -> list[Item]:
    """The items of a text with one JSON value a line; empty lines are skipped."""
    numbered = [(number, line) for number, line in enumerate(body.split(b"\n"), 1) if line.strip()]
    _at_most(len(numbered), most)
    return [lambda line=line, number=number: parse(line, number) for number, line in numbered]  # type: ignore[misc]


def _at_most(items: int, most: int) -> None:
    if items > most:
        raise Refused(TOO_MANY_ITEMS, f"the batch has {items} items; at most {most} are taken")


def entry_of(loaded: Loaded, asked: Asked, decision_id: str, decision: bytes, scope: Scope, channel: str) -> Entry:
    """What is recorded of a decision."""
    return Entry(
        id=decision_id,
        kind=DECISION,
        channel=channel,
        caller=scope.get("caller", LOCAL),
        engine_version=ENGINE_VERSION,
        time=now(),
        as_of=asked.as_of.isoformat(),
        guideline=loaded.guideline.sha256,
        facts=orjson.dumps(asked.facts),
        outcome=decision,
    )


@dataclass(slots=True)
class _Answer:
    """One item of a batch: how its answer begins, and the decision or the problem."""

    head: bytes
    decision: bytes = b""
    problem: bytes = b""
    entry: Entry | None = None

    def written(self) -> bytes:
        """The answer as it is sent."""
        return b'%b,"%b":%b}' % (
            self.head,
            *((b"decision", self.decision) if self.decision else (b"problem", self.problem)),
        )


def _turns(answers: Iterator[_Answer]) -> Iterator[list[_Answer]]:
    """The answers in groups: each ends when it is large, or when other requests have waited long enough."""
    held: list[_Answer] = []
    size, until = 0, time.perf_counter() + TURN
    for answer in answers:
        held.append(answer)
        size += len(answer.decision) + len(answer.problem)
        if size >= PART or time.perf_counter() >= until:
            yield held
            held, size, until = [], 0, time.perf_counter() + TURN
    if held:
        yield held


def parsed_body(body: bytes, service: Service) -> Parsed:
    """A body that may hold a record in FHIR; only one that does may be larger than facts can be."""
    limit = service.settings.facts_bytes
    if len(body) <= limit:
        return parse(body)
    if b'"fhir"' in body:
        parsed = parse(body, names_count=False)
        if isinstance(parsed.value, dict) and "fhir" in parsed.value:
            return parsed
    raise Refused(BODY_TOO_LARGE, f"without `fhir`, this address takes bodies of at most {limit} bytes")


def media_type(request: Request, known: tuple[str, ...]) -> str:
    """The media type of the body; raises Refused when it is none of `known` in UTF-8."""
    written = request.headers.get("content-type", "")
    if written == JSON:
        return JSON
    name, _, parameters = written.partition(";")
    name = name.strip().lower()
    charset = "utf-8"
    for parameter in parameters.split(";"):
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset":
            charset = value.strip().strip('"').lower()
    if name not in known or charset not in ("utf-8", "utf8"):
        what = " or ".join(f"`{one}`" for one in known)
        raise Refused(UNSUPPORTED_MEDIA_TYPE, f"send {what} in UTF-8, and say so in `Content-Type`")
    return name


def refuse_query(request: Request) -> None:
    """Raise Refused when the address has a query: what stands there would be dropped in silence, and addresses are logged elsewhere."""
    if request.scope["query_string"]:
        error = ErrorAt(at="?", message="this address takes no query parameters", hint="send facts in the body only")
        raise Refused(INVALID_REQUEST, error.message, [error])
