"""The service as an ASGI app.

create_app(settings)        reads the guideline and builds the app; raises GuidelineError with every problem
app_from_environment()      the same for `uvicorn --factory api.app:app_from_environment`
"""

import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from api import logs, openapi, settings
from api import problems as p
from api.access.access import Access
from api.cds_hooks import service as hooks
from api.decisions import Decisions
from api.documents import (
    EvidenceDocument,
    FactsDocument,
    GuidelineDocument,
    RuleDocument,
    RulesDocument,
    SourceDocument,
)
from api.exposition import Exposition
from api.guideline import Guidelines
from api.health import Checks, Health, Readiness
from api.pages import Pages
from api.records.database import Database, StoreError
from api.records.documents import RecordDocument, ReplayDocument
from api.records.packing import ChangedMeanwhile
from api.records.routes import Records
from api.reload import Reloader, Reloads
from api.security import Gate
from api.service import Loaded, Service
from api.settings import Settings, SettingsError
from api.tracing import tracing_of
from api.web.links import FolderLinks, Links, MemoryLinks
from api.web.pages import Web
from engine import Guideline, GuidelineError, load
from engine.inference.decide import ENGINE_VERSION
from engine.inference.decision import Decision

DECISIONS, BATCH, RECORD = "/v1/decisions", "/v1/decisions/batch", "/v1/facts/from-fhir"
DECIDING = (
    p.MALFORMED_JSON,
    p.NESTED_TOO_DEEPLY,
    p.REQUEST_TIMEOUT,
    p.BODY_TOO_LARGE,
    p.UNSUPPORTED_MEDIA_TYPE,
    p.INVALID_REQUEST,
    p.EVALUATORS_DISAGREE,
    p.INTERNAL_ERROR,
    p.NOT_RECORDED,
    *p.AT_THE_DOOR,
)
READING = (p.INVALID_REQUEST, *p.AT_THE_DOOR, p.BODY_TOO_LARGE, p.UNSUPPORTED_MEDIA_TYPE, p.INTERNAL_ERROR)

NOT_USABLE = (GuidelineError, SettingsError, StoreError, ChangedMeanwhile)  # why create_app gives no app

Endpoint = Callable[[Request], Awaitable[Response]]


class Route(APIRoute):
    """A route that hands the request straight to its function: described like any other, with nothing in between."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The function itself."""
        handler: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return handler


def create_app(
    settings: Settings, guideline: Guideline | None = None, shared: tuple[Path, str] | tuple[()] = ()
) -> FastAPI:
    """The app over the guideline in `settings.rules` (or the one given). `shared`: the folder in which several workers meet, and the name of
    this one. Raises GuidelineError, StoreError or ChangedMeanwhile."""
    service = Service.of(settings, guideline or load(settings.rules))
    reloader = Reloader(service)
    app = FastAPI(
        version=ENGINE_VERSION,
        lifespan=_running,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Nothing of a request may leave the process: no spans, no exception texts, whatever the environment asks for.
        telemetry={
            "tracing": False,
            "metrics": False,
            "logs": False,
            "operation_spans": False,
            "auto_configure": False,
        },
    )
    app.state.service, app.state.reloader = service, reloader
    service.while_running(reloader.running)
    exposition = Exposition(service, reloader.reloads, *shared)
    service.while_running(exposition.sharing)
    app.router.add_api_route("/metrics", exposition.metrics, route_class_override=Route, include_in_schema=False)
    _deciding(app, service)
    _records(app, service)
    _reading(app, service, reloader.reloads)
    seconds = settings.link_seconds
    links: Links = FolderLinks(shared[0] / "links", seconds) if shared else MemoryLinks(seconds)
    _pages(app, service, links)
    _hooks(app, service, links)
    app.add_exception_handler(HTTPException, _as_problem)
    addresses = frozenset(path for route in app.routes if "{" not in (path := getattr(route, "path", "{")))
    access = Access(settings, *shared[:1]) if settings.auth == "on" else None
    tracing = tracing_of(settings)
    if tracing:
        service.while_running(tracing.running)
    app.add_middleware(
        Gate, service=service, addresses=addresses, limits=_limits(settings), access=access, tracing=tracing
    )
    return app


@asynccontextmanager
async def _running(app: FastAPI) -> AsyncIterator[None]:
    """While the app answers: everything the parts of the service want to run beside the requests."""
    async with AsyncExitStack() as running:
        for run in app.state.service.runs:
            await running.enter_async_context(run())
        yield


def _limits(settings: Settings) -> Callable[[Loaded], Mapping[str, int]]:
    """Bytes a body may have, by address; the addresses of the hooks are those of the guideline."""

    def limits(loaded: Loaded) -> Mapping[str, int]:
        records = [DECISIONS, RECORD, *(f"{hooks.BASE}/{name}" for name in hooks.ids(loaded.guideline))]
        return {BATCH: settings.batch_bytes, **dict.fromkeys(records, settings.hook_bytes)}

    return limits


def _deciding(app: FastAPI, service: Service) -> None:
    decisions = Decisions(service)
    more: dict[str, Any] = {"methods": ["POST"], "tags": ["decisions"]}
    _add(app, DECISIONS, decisions.one, "decide", Decision, DECIDING, **more)
    kinds = tuple(kind for kind in DECIDING if kind not in (p.EVALUATORS_DISAGREE, p.NOT_RECORDED))
    _add(app, RECORD, decisions.from_fhir, "facts_from_fhir", None, kinds, **more)
    _add(app, BATCH, decisions.batch, "decide_batch", None, (*DECIDING, p.TOO_MANY_ITEMS), **more)


def _records(app: FastAPI, service: Service) -> None:
    records = Records(service)
    kinds = (*READING, p.NO_RECORD, p.ERASED, p.RECORDS_UNAVAILABLE)
    _add(app, f"{DECISIONS}/{{id}}", records.record, "decision_record", RecordDocument, kinds, tags=["records"])
    more: dict[str, Any] = {"methods": ["POST"], "tags": ["records"]}
    _add(
        app, f"{DECISIONS}/{{id}}/replay", records.replay, "replay", ReplayDocument, (*kinds, p.REQUEST_TIMEOUT), **more
    )


def _reading(app: FastAPI, service: Service, reloads: Reloads) -> None:
    guidelines, checks = Guidelines(service), Checks(service, reloads)
    for path, endpoint, name, model in (
        ("/v1/guideline", guidelines.guideline, "guideline", GuidelineDocument),
        ("/v1/facts", guidelines.facts, "facts", FactsDocument),
        ("/v1/rules", guidelines.rules, "rules", RulesDocument),
        ("/v1/rules/{id}", guidelines.rule, "rule", RuleDocument),
        ("/v1/evidence", guidelines.evidence, "evidence", EvidenceDocument),
        ("/v1/evidence/{id}", guidelines.source, "source", SourceDocument),
    ):
        kinds = (*READING, p.NOT_FOUND) if "{" in path else READING
        extra = {"responses": {"304": {"description": "The caller has it already"}}}
        _add(app, path, endpoint, name, model, kinds, tags=["guideline"], openapi_extra=extra)
    always = (p.NOT_ALLOWED_HERE, p.BODY_TOO_LARGE, p.UNSUPPORTED_MEDIA_TYPE, p.INTERNAL_ERROR)
    _add(app, "/healthz", checks.health, "health", Health, always, tags=["service"])
    _add(app, "/readyz", checks.ready, "ready", Readiness, (*always, p.NOT_READY), tags=["service"])


def _pages(app: FastAPI, service: Service, links: Links) -> None:
    def description(loaded: Loaded) -> dict[str, Any]:
        return openapi.describe(app, loaded, service.today())

    def describe() -> dict[str, Any]:
        return service.loaded.part(description)

    service.prepares(description)
    app.openapi = describe  # type: ignore[method-assign]
    pages = Pages(service, describe)
    for path, endpoint in (
        ("/api", pages.home),
        ("/docs", pages.docs),
        ("/problems", pages.problems),
        ("/style.css", pages.style),
        ("/openapi.json", pages.openapi),
    ):
        app.router.add_api_route(path, endpoint, route_class_override=Route, include_in_schema=False)
    for method, path, page in Web(service, links).addresses():
        app.router.add_api_route(path, page, methods=[method], route_class_override=Route, include_in_schema=False)


def _hooks(app: FastAPI, service: Service, links: Links) -> None:
    app.state.hooks = hooks.Hooks(service, links=links)
    for method, path, endpoint in app.state.hooks.addresses():
        app.router.add_api_route(path, endpoint, methods=[method], route_class_override=Route, include_in_schema=False)


def _add(
    app: FastAPI, path: str, endpoint: Endpoint, name: str, model: Any, kinds: tuple[p.Kind, ...], **more: Any
) -> None:
    first, _, rest = (endpoint.__doc__ or "").partition("\n")
    app.router.add_api_route(
        path,
        endpoint,
        response_model=model,
        summary=first.strip().rstrip("."),
        description=" ".join((first + rest).split()),
        response_description="The answer",
        responses=openapi.refusals(*kinds),
        operation_id=name,
        name=name,
        route_class_override=Route,
        **more,
    )


async def _as_problem(request: Request, error: Exception) -> Response:
    """What the framework refuses (no such address, method not taken), as a problem document without its text."""
    status = getattr(error, "status_code", 500)
    kind = {404: p.NOT_FOUND, 405: p.METHOD_NOT_ALLOWED}.get(status, p.INTERNAL_ERROR)
    request.app.state.service.metrics.refusal(kind.code)
    headers = dict(getattr(error, "headers", None) or {})
    detail = f"it takes {headers['Allow']}" if "Allow" in headers else ""
    return p.Refused(kind, detail, headers=headers).response(request.scope.get("request_id"))


def app_from_environment() -> ASGIApp:
    """The app with the settings of the environment, for `uvicorn --factory`; a bad setting or guideline is printed and ends the process."""
    try:
        found = settings.read()
        app = create_app(found)
    except NOT_USABLE as error:
        print(f"{error}\nthe service does not start: {error_count(error)}", file=sys.stderr)
        raise SystemExit(1) from None
    logs.silence_addresses()
    return app


def told(error: Exception, settings: Settings) -> str:
    """Why the app cannot be made, with the place of the records where those are meant."""
    return f"records in `{Database(settings.store).place}`: {error}" if isinstance(error, StoreError) else str(error)


def error_count(error: Exception) -> str:
    """`3 problem(s) in the guideline`."""
    if isinstance(error, SettingsError):
        return f"{len(error.lines)} problem(s) in the settings"
    if isinstance(error, GuidelineError):
        return f"{len(error.problems)} problem(s) in the guideline"
    return "decisions cannot be recorded"
