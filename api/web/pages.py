"""The addresses of the pages for people.

GET  /                  the empty form                      POST /               the form with its answer, as a whole page
POST /fragment          the same form and answer alone      POST /decision.json  the Decision behind it, to save
GET  /filled/{name}     the form filled in from a record, for a few minutes
GET  /guideline, /rules/{id}, /evidence, /evidence/{id}, /vocabulary            to read
GET  /static/{name}     style sheet, script and icon

Facts come in the body of a POST only; nothing of them is logged or put into an address, and they are stored only where decisions are recorded.
"""

import gzip
import math
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from api.asked import Asked
from api.decisions import Decisions, refuse_query
from api.examples import Example
from api.problems import INVALID_REQUEST, NOT_FOUND, ErrorAt, Refused
from api.service import Loaded, Service
from api.web import evidence as ev
from api.web.answers import Answers, read
from api.web.fields import UNKNOWN, text_of
from api.web.form import Form, FormMaker, Shown
from api.web.links import FILLED, Links, MemoryLinks
from api.web.reading import Reading, kinds_in
from api.web.result import Result, ResultMaker
from api.web.scenes import Scenes
from api.web.words import KINDS, capital, plain
from engine import new_id
from engine.inference.patient import PatientStates
from engine.inference.wording import long_date
from engine.language.evidence import reference
from engine.language.guideline import Guideline

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STATIC = {"style.css": "text/css", "form.js": "text/javascript", "icon.svg": "image/svg+xml"}
SHORT = 4_000  # bytes that are not worth compressing
FILTERS = ("question", "kind", "words")
CHANNEL = "form"

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


@dataclass(frozen=True)
class Tried:
    """An example that the form can show, and which rules speak for it."""

    name: str
    title: str
    texts: Mapping[str, str]
    rules: frozenset[str]


class Site:
    """Everything the pages need of one guideline, prepared once."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded
        self.guideline: Guideline = loaded.guideline
        self.made: dict[tuple[Any, ...], Markup] = {}
        self.form = FormMaker(self.guideline)
        self.result = ResultMaker(self.guideline)
        self.reading = Reading(self.guideline)
        self.scenes = Scenes(self.guideline)
        self.references = {name: reference(source) for name, source in self.guideline.evidence.items()}
        self.timeline = ev.trials_by_timing(self.guideline, "timing")
        self.examples = tuple(one for each in (*loaded.examples, *loaded.patients) if (one := self._tried(each)))

    def _tried(self, example: Example) -> Tried | None:
        """The example, or None when it is one of a mistake that the form cannot make, or says nothing."""
        facts, vocabulary = example.request.get("facts"), self.guideline.vocabulary
        if not isinstance(facts, dict) or not facts or not all(name in self.form.fields for name in facts):
            return None
        texts = {name: text for name, value in facts.items() if (text := text_of(vocabulary[name], value))}
        answers = Answers.of(texts, vocabulary)
        if answers.wrong:
            return None
        decider = self.loaded.engine.decider(self.guideline.about.revised)
        outcomes = decider.judge(answers.given).outcomes
        stand = outcomes.firm | outcomes.provisional
        rules = frozenset(rule.id for place, rule in enumerate(decider.guideline.rules) if stand >> place & 1)
        return Tried(example.name, example.title, texts, rules)


class Web:
    """The pages over one service."""

    def __init__(self, service: Service, links: Links | None = None) -> None:
        self.service = service
        self._links = MemoryLinks(0) if links is None else links
        self._decisions = Decisions(service)
        service.prepares(Site)
        self._static = {name: (HERE / "static" / name).read_bytes() for name in STATIC}
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            undefined=StrictUndefined,
        )
        self._templates.globals.update(
            long_date=long_date, plain=plain, capital=capital, drawn_field=self._field, once=self._once
        )
        self._macro = self._templates.get_template("_field.html").module.field  # type: ignore[attr-defined]

    @property
    def site(self) -> Site:
        """The pages of the guideline that answers."""
        return self.service.loaded.part(Site)

    def addresses(self) -> list[tuple[str, str, Endpoint]]:
        """Method, address and function of every page."""
        return [
            ("GET", "/", self._shown(self.empty)),
            ("POST", "/", self._shown(self.answered)),
            ("POST", "/fragment", self._shown(self.fragment)),
            ("POST", "/decision.json", self._shown(self.saved)),
            ("GET", f"{FILLED}/{{name}}", self._shown(self.filled)),
            ("GET", "/guideline", self._shown(self.guideline)),
            ("GET", "/rules/{id}", self._shown(self.rule)),
            ("GET", "/evidence", self._shown(self.sources)),
            ("GET", "/evidence/{id}", self._shown(self.source)),
            ("GET", "/vocabulary", self._shown(self.vocabulary)),
            ("GET", "/static/{name}", self._shown(self.static)),
        ]

    # ---- the form -----------------------------------------------------------------------------------------------
    async def empty(self, request: Request) -> Response:
        """The form before anything is entered."""
        refuse_query(request)
        return self._page("form.html", **await self._view(self.site, Answers(), request))

    async def answered(self, request: Request) -> Response:
        """The form with its answer."""
        site = self.site
        view = await self._view(site, await self._answers(site, request), request)
        return self._page("form.html", **view)

    async def fragment(self, request: Request) -> Response:
        """The form and the answer alone, to be put into the page."""
        site = self.site
        view = await self._view(site, await self._answers(site, request), request)
        return self._page("fragment.html", **view)

    async def filled(self, request: Request) -> Response:
        """The form filled in from a record, under the random name that a card links to."""
        refuse_query(request)
        site, found = self.site, self._links.find(request.path_params["name"])
        if found is None:
            raise Refused(NOT_FOUND, "this link has ended: open the form from the record again")
        vocabulary = site.guideline.vocabulary
        texts = {
            name: text_of(vocabulary[name], value) for name, value in found.facts.items() if name in site.form.fields
        }
        view = await self._view(site, Answers.of(texts, vocabulary), request)
        return self._page("form.html", **{**view, "filled": math.ceil(found.seconds_left / 60)})

    async def saved(self, request: Request) -> Response:
        """The Decision as the API gives it."""
        site = self.site
        answers = await self._answers(site, request)
        if answers.wrong:
            view = await self._view(site, answers, request)
            return self._page("form.html", **view)
        headers = {"content-disposition": 'attachment; filename="decision.json"', "cache-control": "no-store"}
        return Response(await self._decide(site, answers, request), headers=headers, media_type="application/json")

    async def _answers(self, site: Site, request: Request) -> Answers:
        refuse_query(request)
        answers = read(request.scope["body"], request.headers.get("content-type", ""), site.guideline.vocabulary)
        if answers.tried:
            texts = await site.scenes.texts(answers.tried)
            if texts is None:
                raise Refused(NOT_FOUND, "there is no such scenario")
            return Answers.of(texts, site.guideline.vocabulary)
        if not answers.example:
            return answers
        for one in site.examples:
            if one.name == answers.example:
                return Answers.of(one.texts, site.guideline.vocabulary)
        raise Refused(NOT_FOUND, "there is no such example")

    async def _decide(self, site: Site, answers: Answers, request: Request) -> bytes:
        """The bytes the API answers these facts with; raises Refused when the evaluators disagree or nothing can be recorded."""
        asked = Asked(answers.given, self.service.today(), answers.facts)
        return await self._decisions.answer(site.loaded, asked, new_id(), request.scope, CHANNEL)

    async def _view(self, site: Site, answers: Answers, request: Request) -> dict[str, Any]:
        """What the templates of the form need."""
        decision: dict[str, Any] | None = None
        result: Result | None = None
        failed, status = "", 422 if answers.wrong else 200
        if answers.facts and not answers.wrong:
            try:
                decision = orjson.loads(await self._decide(site, answers, request))
            except Refused as refused:
                failed, status = refused.detail, refused.kind.status
        form: Form = site.form.make(answers, decision, self._states(site, answers))
        if decision:
            result = site.result.make(decision, {one.field.fact.name for group in form.first for one in group.fields})
        wrong = [(site.guideline.vocabulary[name], one) for name, one in answers.wrong.items()]
        return {
            "site": site, "form": form, "result": result, "failed": failed, "wrong": wrong, "examples": site.examples,
            "here": "/", "filled": 0, "recorded": self.service.recorder is not None, "status": status,
        }  # fmt: skip

    def _states(self, site: Site, answers: Answers) -> Mapping[str, Any]:
        decider = site.loaded.engine.decider(self.service.today())
        return PatientStates(decider.resolver, answers.given, decider.resolver.resolve(answers.given))

    # ---- to read ------------------------------------------------------------------------------------------------
    async def guideline(self, request: Request) -> Response:
        """Every question with its rules, filtered."""
        site = self.site
        asked: dict[str, str] = {}
        for name, value in parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True):
            if name not in FILTERS:
                raise Refused(
                    INVALID_REQUEST, errors=[ErrorAt(at=f"?{name[:40]}", message="is not a filter of this page")]
                )
            if value.strip():
                asked[name] = value.strip()[:200]
        if (
            asked.get("question", next(iter(site.guideline.questions))) not in site.guideline.questions
            or asked.get("kind", "recommend") not in KINDS
        ):
            raise Refused(INVALID_REQUEST, "no rule can pass this filter")
        questions = site.reading.questions(asked)
        return self._page(
            "guideline.html", here="/guideline", site=site, asked=asked, questions=questions, timeline=site.timeline,
            kinds=kinds_in(site.guideline), shown=sum(len(one.rules) for one in questions), caching="no-cache",
        )  # fmt: skip

    async def rule(self, request: Request) -> Response:
        """One rule."""
        refuse_query(request)
        site, name = self.site, request.path_params["id"]
        try:
            page = site.reading.rule(name)
        except KeyError:
            raise Refused(NOT_FOUND, "the guideline has no such rule") from None
        tried = [one for one in site.examples if page.line.rule.id in one.rules]
        scenes = await site.scenes.of(page.line.rule.number)
        return self._page(
            "rule.html", here="/guideline", site=site, page=page, tried=tried, scenes=scenes, today=self.service.today(),
            caching="no-cache",
        )  # fmt: skip

    async def sources(self, request: Request) -> Response:
        """Every source."""
        refuse_query(request)
        site = self.site
        return self._page("sources.html", here="/evidence", site=site, timeline=site.timeline, caching="no-cache")

    async def source(self, request: Request) -> Response:
        """One source with its findings."""
        refuse_query(request)
        site = self.site
        source = site.guideline.evidence.get(request.path_params["id"])
        if source is None:
            raise Refused(NOT_FOUND, "the guideline has no such source")
        plots, shares = site.reading.drawn(source)
        return self._page(
            "source.html", here="/evidence", site=site, source=source, findings=site.reading.findings(source), plots=plots,
            shares=shares, link=ev.address(source), caching="no-cache",
        )  # fmt: skip

    async def vocabulary(self, request: Request) -> Response:
        """Every fact."""
        refuse_query(request)
        site = self.site
        sections = list(site.reading.vocabulary(site.form.titles))
        return self._page("vocabulary.html", here="/vocabulary", site=site, sections=sections, caching="no-cache")

    async def static(self, request: Request) -> Response:
        """Style sheet, script or icon."""
        name = request.path_params["name"]
        if name not in self._static:
            raise Refused(NOT_FOUND)
        return Response(self._static[name], headers={"cache-control": "no-cache"}, media_type=STATIC[name])

    # ---- answering ----------------------------------------------------------------------------------------------
    def _page(
        self, template: str, status: int = 200, *, site: Site, caching: str = "no-store", **view: Any
    ) -> Response:
        about = site.guideline.about
        html = self._templates.get_template(template).render(site=site, about=about, guideline=site.guideline, **view)
        headers = {"content-security-policy": POLICY, "cache-control": caching}
        return Response(html, status, headers, "text/html")

    def _field(self, one: Shown) -> Markup:
        """A field as HTML; remembered where nobody has typed anything into it."""
        usual = one.text in ("", UNKNOWN) or (one.field.control != "text" and one.choices is one.field.choices)
        if one.wrong or one.clashes or one.ticked is not None or not usual:
            return Markup(self._macro(one))
        return self._once(("field", one.field.fact.name, one.text), self._macro, one)

    def _once(self, key: tuple[Any, ...], macro: Callable[..., Any], *arguments: Any) -> Markup:
        """What a macro makes of a part of the guideline, made once. Nothing of a patient comes here."""
        made = self.site.made
        found = made.get(key)
        if found is None:
            found = made[key] = Markup(macro(*arguments))
        return found

    def _packed(self, request: Request, response: Response) -> Response:
        """The answer compressed, when it is long and the browser reads that. Nothing secret stands beside what was entered."""
        if len(response.body) > SHORT and "gzip" in request.headers.get("accept-encoding", ""):
            response.body = gzip.compress(response.body, compresslevel=1, mtime=0)
            response.headers["content-encoding"] = "gzip"
            response.headers["content-length"] = str(len(response.body))
        response.headers["vary"] = "accept, accept-encoding"
        return response

    def _shown(self, endpoint: Endpoint) -> Endpoint:
        """The page, or its refusal as a page for people who came with a browser."""

        async def answer(request: Request) -> Response:
            try:
                return self._packed(request, await endpoint(request))
            except Refused as refused:
                if "text/html" not in request.headers.get("accept", ""):
                    raise
                self.service.metrics.refusal(refused.kind.code)
                return self._page(
                    "problem.html", refused.kind.status, site=self.site, here="", title=refused.kind.title, detail=refused.detail,
                    errors=refused.errors,
                )  # fmt: skip

        return answer
