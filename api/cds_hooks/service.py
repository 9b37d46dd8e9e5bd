"""The routes of CDS Hooks.

GET  /cds-services                   which hooks are answered, and what to send with them
POST /cds-services/{id}              one call: cards
POST /cds-services/{id}/feedback     what became of cards
GET  /cds-services/docs              the same for people
"""

import functools
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from api import logs
from api.aside import LARGE, aside
from api.asked import Asked
from api.cds_hooks import call as calls
from api.cds_hooks import feedback
from api.cds_hooks.call import ORDER_SELECT, ORDER_SIGN, PATIENT_VIEW, Call
from api.cds_hooks.cards import Answer, Cards
from api.cds_hooks.conditions import CaseAnswer
from api.cds_hooks.fetching import Fetcher, named
from api.cds_hooks.orders import Drafts, Orders
from api.cds_hooks.outcome import NOT_ENOUGH_DATA, response
from api.cds_hooks.prefetch import following, kind_of, state, templates, whole
from api.cds_hooks.tokens import base_of
from api.decisions import JSON, LOCAL, Decisions, media_type, refuse_query
from api.problems import INTERNAL_ERROR, NOT_FOUND, ErrorAt, Refused, pointer
from api.service import Loaded, Service
from api.strict_json import parse
from api.web.links import FILLED, Links, MemoryLinks
from engine import EvaluatorsDisagree, Guideline
from engine.inference.cases import Cases
from engine.inference.index import places
from engine.intake.fhir import Extraction, extract
from engine.language.forms import HooksForm

BASE = "/cds-services"
CHANNEL = "hooks"
HOOKS = (PATIENT_VIEW, ORDER_SELECT, ORDER_SIGN)
_WHY = {
    "missing": "was not sent",
    "failed": "the query of the client failed",
    "partial": "has further pages that were not read",
}

Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True)
class Prepared:
    """What one guideline is answered with."""

    loaded: Loaded
    hooks: HooksForm
    services: Mapping[str, str]  # id: hook
    templates: Mapping[str, str]
    discovery: bytes
    cards: Cards
    drafts: Drafts
    cases: Cases


def ids(guideline: Guideline) -> dict[str, str]:
    """The services of a guideline: id and hook. One id for each hook, since clients file services by their address."""
    hooks = guideline.about.hooks
    return {f"{guideline.id}-{hook}": hook for hook in HOOKS if hooks is not None and hook in hooks.services}


def prepare(loaded: Loaded, key: bytes) -> Prepared | None:
    """Everything that does not change from call to call; None for a guideline that answers no hooks."""
    guideline = loaded.guideline
    hooks = guideline.about.hooks
    if hooks is None:
        return None
    asked = templates(guideline)
    services = [
        {
            "hook": hook,
            "id": name,
            "title": hooks.services[hook].title,  # type: ignore[index]
            "description": hooks.services[hook].description,  # type: ignore[index]
            "version": "2.0.1",
            "prefetch": asked,
            **({"usageRequirements": hooks.usage} if hooks.usage else {}),
        }
        for name, hook in ids(guideline).items()
    ]
    cards, drafts, cases = Cards(guideline, hooks, key), Drafts(guideline), Cases(guideline, hooks.suppose)
    return Prepared(loaded, hooks, ids(guideline), asked, orjson.dumps({"services": services}), cards, drafts, cases)


class Hooks:
    """The routes over one service."""

    def __init__(
        self,
        service: Service,
        fetcher: Fetcher | None = None,
        links: Links | None = None,
    ) -> None:
        settings = service.settings
        self.service = service
        self.fetcher = fetcher or Fetcher(settings)
        self.links: Links = MemoryLinks(settings.link_seconds) if links is None else links
        self._decisions = Decisions(service)
        self._key = settings.card_key.encode() or secrets.token_bytes(32)
        self._origins = frozenset(settings.listed(settings.cors_origins))
        service.prepares(self._prepare)

    def addresses(self) -> list[tuple[str, str, Endpoint]]:
        """Every route: method, address, function."""
        service, given = f"{BASE}/{{id}}", f"{BASE}/{{id}}/feedback"
        routes: list[tuple[str, str, Endpoint]] = [
            ("GET", BASE, self.discovery),
            ("GET", f"{BASE}/docs", self.docs),
            ("POST", service, self.call),
            ("POST", given, self.feedback),
        ]
        preflight = [("OPTIONS", path, self.preflight) for path in (BASE, service, given)]
        return [(method, path, self._shown(endpoint)) for method, path, endpoint in [*routes, *preflight]]

    def _prepare(self, loaded: Loaded) -> Prepared | None:
        return prepare(loaded, self._key)

    @property
    def prepared(self) -> Prepared | None:
        """What the guideline that answers is answered with; None when it answers no hooks."""
        return self.service.loaded.part(self._prepare)

    # ---- routes -----------------------------------------------------------------------------------------------------
    async def discovery(self, request: Request) -> Response:
        """The services."""
        prepared = self.prepared
        return Response(prepared.discovery if prepared else b'{"services":[]}', media_type=JSON)

    async def call(self, request: Request) -> Response:
        """Cards for one call."""
        prepared, hook = self._service(request)
        media_type(request, (JSON,))
        refuse_query(request)
        body: bytes = request.scope["body"]
        asked = await aside(len(body), lambda: calls.read(parse(body, names_count=False).value, hook))
        prefetch, notices, unseen = await self._record(asked, prepared)
        orders = prepared.drafts.read(asked.drafts, asked.selections, asked.patient)
        drafts = [(one.reference, one.drug) for one in orders.drafts]
        guideline, today = prepared.loaded.guideline, self.service.today()
        size = LARGE if asked.server else len(body)  # what was fetched may be large
        found = await aside(size, lambda: extract(dict(prefetch), guideline, today, drafts, unseen))
        cards = await self._cards(asked, prepared, found, orders, notices, request.scope)
        return Response(orjson.dumps({"cards": cards}), media_type=JSON)

    async def feedback(self, request: Request) -> Response:
        """Keep what became of cards."""
        self._service(request)
        media_type(request, (JSON,))
        refuse_query(request)
        items = feedback.read(parse(request.scope["body"]).value, request.path_params["id"])
        await self.service.record(feedback.entries(items, request.scope.get("caller", LOCAL)))
        return Response(None, 200)

    async def preflight(self, request: Request) -> Response:
        """What a browser asks before it calls from another origin."""
        headers = {
            "access-control-allow-methods": "GET, POST",
            "access-control-allow-headers": "authorization, content-type",
            "access-control-max-age": "600",
        }
        return Response(None, 204, headers if request.headers.get("origin") in self._origins else None)

    async def docs(self, request: Request) -> Response:
        """What the services do, for people."""
        return HTMLResponse(page(self.prepared, base_of(self.service.settings, request.scope)))

    # ---- a call -----------------------------------------------------------------------------------------------------
    async def _record(self, asked: Call, prepared: Prepared) -> tuple[Mapping[str, Any], list[str], set[str]]:
        """What was sent, completed from the FHIR server; what of it is missing, in words; and the types of resources that are.

        Raises Refused (412) where nothing can be said.
        """
        prefetch = dict(asked.prefetch)
        keys = [*dict.fromkeys([*prepared.templates, *prefetch])]
        before = {key: state(prefetch, key) for key in keys}
        own = any(
            key not in prepared.templates and before[key] == "here" for key in keys
        )  # sent under a name of its own
        wanted = {
            key: prepared.templates[key]
            for key in prepared.templates
            if before[key] in ("missing", "failed") and not own
        }
        pages = {key: following(prefetch[key]) for key in keys if before[key] == "partial"}
        failed: Mapping[str, str] = {}
        if (wanted or pages) and asked.server:
            fetched = await self.fetcher.fetch(asked.server, asked.token, asked.patient, wanted, pages)
            failed = fetched.failed
            for key, value in fetched.values.items():
                more = value if isinstance(value, list) else [value]
                prefetch[key] = whole([prefetch[key], *more] if key in pages else value)
        else:
            failed = {key: _WHY[before[key]] for key in (*wanted, *pages)}
        usable = [key for key in keys if key != "patient" and (key in prefetch) and state(prefetch, key) != "failed"]
        if not usable:
            errors = [ErrorAt(at=pointer("prefetch", key), message=reason) for key, reason in failed.items()]
            raise Refused(NOT_ENOUGH_DATA, errors=errors)
        unseen = {kind_of(prepared.templates[key]) for key in failed if key in prepared.templates}
        return prefetch, [f"not read: {text}" for text in named(failed)], unseen

    async def _cards(
        self,
        asked: Call,
        prepared: Prepared,
        found: Extraction,
        orders: Orders,
        notices: Sequence[str],
        scope: Scope,
    ) -> list[dict[str, Any]]:
        mixed = any(one.code == "several-patients" for one in found.warnings)
        ordering = asked.hook != PATIENT_VIEW
        if ordering and not (orders.drafts or orders.unknown or orders.ignored):
            return []
        conflicting = {one.fact for one in found.conflicts}
        concerned = {*found.facts, *conflicting} & {*prepared.hooks.concerns}
        speaks = bool(concerned) or not prepared.hooks.concerns or mixed
        if not speaks and not (ordering and orders.drafts and notices):
            return []
        loaded, today = prepared.loaded, self.service.today()
        vocabulary = loaded.guideline.vocabulary
        facts = dict(found.to_decide)
        known = Asked(vocabulary.read(facts), today, facts)
        raw = await self._decisions.answer(loaded, known, scope["request_id"], scope, CHANNEL)
        noted = list(notices)
        if mixed:
            noted.append("the record holds several patients; nothing was read from it")
        if any(one.code == "deceased" for one in found.warnings):
            noted.append("the patient is recorded as dead")
        answer = Answer(
            asked,
            orjson.loads(raw),
            orders,
            self._cases(prepared, known, orders, scope["request_id"]) if ordering and speaks else (),
            prepared.cases.names,
            prepared.drafts.codes(asked.drafts),
            noted,
            base_of(self.service.settings, scope),
            f"{FILLED}/{name}" if found.facts and (name := self.links.keep(found.facts)) else "",
        )
        unreadable = not speaks or (ordering and mixed)
        return prepared.cards.unchecked(answer) if unreadable else prepared.cards.of(answer)

    def _cases(self, prepared: Prepared, known: Asked, orders: Orders, request_id: str) -> list[CaseAnswer]:
        """What stands in each case of the facts that are open while an order is written."""
        drugs = {one.drug for one in orders.drafts}
        watched = {rule for watch in prepared.hooks.watch if drugs & {*watch.drugs} for rule in watch.rules}
        if not watched:
            return []
        decider = prepared.loaded.engine.decider(known.as_of)
        try:
            found = prepared.cases.of(decider, known.given)
        except EvaluatorsDisagree as error:
            raise self._decisions.disagreement(error, prepared.loaded, request_id) from None
        answers = []
        for case in found:
            names = {decider.guideline.rules[place].id for place in places(case.judgement.standing.stands)}
            standing: dict[str, Any] = {}
            if names & watched:
                written = orjson.loads(decider.write(case.judgement, known.as_of, request_id))
                standing = {one["rule"]: one for one in written["recommendations"]}
            answers.append(CaseAnswer(case.words, standing))
        return answers

    # ---- what routes share ------------------------------------------------------------------------------------------
    def _service(self, request: Request) -> tuple[Prepared, str]:
        prepared = self.prepared
        hook = prepared.services.get(request.path_params["id"]) if prepared else None
        if prepared is None or hook is None:
            raise Refused(NOT_FOUND, f"there is no such service; {BASE} lists them")
        return prepared, hook

    def _shown(self, endpoint: Endpoint) -> Endpoint:
        """The route with refusals as OperationOutcome, and open to the web pages that the operator allows."""

        @functools.wraps(endpoint)
        async def answer(request: Request) -> Response:
            request_id = request.scope["request_id"]
            try:
                found = await endpoint(request)
            except Refused as refused:
                self.service.metrics.refusal(refused.kind.code)
                found = response(refused, request_id)
            except Exception as error:
                logs.unexpected(request_id, BASE, error)
                found = response(Refused(INTERNAL_ERROR), request_id)
            origin = request.headers.get("origin")
            if self._origins:
                found.headers["vary"] = "origin"
            if origin in self._origins:
                found.headers["access-control-allow-origin"] = origin
                found.headers["cross-origin-resource-policy"] = "cross-origin"
            return found

        return answer


def page(prepared: Prepared | None, address: str) -> str:
    """The capability page."""
    parts = ["<h1>CDS Hooks services</h1>"]
    if prepared is None:
        parts.append("<p>This guideline answers no hooks.</p>")
    else:
        about = prepared.loaded.guideline.about
        parts.append(f"<p>{escape(about.intended_use)}</p><p>{escape(about.notice)}</p>")
        parts.append(f"<p>Discovery: <code>{escape(address)}{BASE}</code></p>")
        for name, hook in prepared.services.items():
            one = prepared.hooks.services[hook]  # type: ignore[index]
            parts.append(f"<h2><code>{escape(name)}</code></h2><p>{escape(one.title)}. {escape(one.description)}</p>")
        parts.append("<h2>Prefetch</h2><dl>")
        parts += [
            f"<dt>{escape(key)}</dt><dd><code>{escape(text)}</code></dd>" for key, text in prepared.templates.items()
        ]
        parts.append(
            "</dl><h2>When the chart changes</h2><p>A card says what was so when it was made; its time stands in its extension. Call again after a "
            "change: cards have the same ids for the same patient and question, so that new ones replace old ones.</p>"
            "<h2>Feedback</h2><p>Kept without comments in free text, once for each card, outcome and time.</p>"
        )
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>CDS Hooks services</title>'
    body = "\n".join(parts)
    return f'<!doctype html>\n<html lang="en">\n<head>{head}<link rel="stylesheet" href="/style.css"></head>\n<body>\n{body}\n</body>\n</html>\n'
