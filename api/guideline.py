"""GET /v1/guideline, /v1/facts, /v1/rules, /v1/evidence: what the service knows, with the hash of the guideline as ETag."""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from api.catalogue import Catalogue
from api.decisions import JSON, refuse_query
from api.problems import INVALID_REQUEST, NOT_FOUND, ErrorAt, Refused
from api.service import Service
from engine.language.forms import ADVICE, REMINDERS
from engine.language.problems import did_you_mean, shorten

FILTERS = ("question", "kind", "number")


class Guidelines:
    """The reading routes over one service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def guideline(self, request: Request) -> Response:
        """What the guideline is, for whom, since when, and which questions it answers."""
        refuse_query(request)
        return self._answer(request, self._catalogue.guideline)

    async def facts(self, request: Request) -> Response:
        """The whole vocabulary: every fact, its values, ranges and definition, and what cannot be true together."""
        refuse_query(request)
        return self._answer(request, self._catalogue.facts)

    async def rules(self, request: Request) -> Response:
        """The rules by number, all or those that pass every filter."""
        catalogue = self._catalogue
        asked = self._filters(request, catalogue)
        if not asked:
            return self._answer(request, catalogue.all_rules)
        found = [
            one
            for one in catalogue.summaries
            if asked.get("question", one.question) == one.question
            and asked.get("kind", one.kind) == one.kind
            and one.number.startswith(asked.get("number", ""))
        ]
        return self._answer(request, catalogue.rules(found))

    async def rule(self, request: Request) -> Response:
        """Everything one rule says, by id or number."""
        refuse_query(request)
        catalogue = self._catalogue
        return self._one(request, catalogue, catalogue.rule, "rule")

    async def evidence(self, request: Request) -> Response:
        """The sources the rules rest on."""
        refuse_query(request)
        return self._answer(request, self._catalogue.evidence)

    async def source(self, request: Request) -> Response:
        """One source with its findings; figures only when they were checked at the source."""
        refuse_query(request)
        catalogue = self._catalogue
        return self._one(request, catalogue, catalogue.source, "source")

    @property
    def _catalogue(self) -> Catalogue:
        return self.service.loaded.catalogue

    def _one(self, request: Request, catalogue: Catalogue, documents: dict[str, bytes], what: str) -> Response:
        name = request.path_params["id"]
        found = documents.get(name)
        if found is None:
            hint = did_you_mean(name, documents) if len(name) <= 100 else ""
            error = ErrorAt(at="{id}", message=f"is not a {what} of this guideline", hint=hint)
            raise Refused(NOT_FOUND, f"the guideline has no such {what}", [error])
        return self._answer(request, found)

    def _filters(self, request: Request, catalogue: Catalogue) -> dict[str, str]:
        """The filters of the query; an unknown or repeated one is refused, since a filter left aside would answer something else."""
        query = request.scope["query_string"].decode("latin-1")
        asked: dict[str, str] = {}
        errors: list[ErrorAt] = []
        for name, value in parse_qsl(query, keep_blank_values=True):
            at = f"?{name[:80]}"
            if name not in FILTERS:
                errors.append(ErrorAt(at=at, message="is not a filter of this list", hint=did_you_mean(name, FILTERS)))
            elif name in asked:
                errors.append(ErrorAt(at=at, message="is sent more than once", hint="send each filter once"))
            asked[name] = value
        allowed = {"question": [*self.service.loaded.guideline.questions], "kind": sorted(ADVICE | REMINDERS)}
        for name, values in allowed.items():
            if name in asked and asked[name] not in values:
                errors.append(ErrorAt(at=f"?{name}", message=f"is not a {name}", hint=f"use one of {_listed(values)}"))
        if errors:
            raise Refused(INVALID_REQUEST, errors=errors[:20])
        return asked

    def _answer(self, request: Request, content: bytes) -> Response:
        """The document, or 304 when the caller has it already."""
        etag = self._catalogue.etag
        headers = {"etag": etag, "cache-control": "no-cache"}
        if etag in _tags(request.headers.get("if-none-match", "")):
            return Response(None, 304, headers)
        return Response(content, 200, headers, JSON)


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in header.split(",")}


def _listed(values: Iterable[str]) -> str:
    names = list(values)
    return shorten(names, most=40)
