"""GET /healthz: the process answers. GET /readyz: it answers rightly."""

import datetime
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import logs
from api.decisions import JSON
from api.problems import NOT_READY, Refused
from api.service import Loaded, Service
from engine.inference.decide import ENGINE_VERSION, CrossCheck
from engine.inference.decision import GuidelineIdentity


class Health(BaseModel):
    """The process answers."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["ok"] = "ok"


class SelfTest(BaseModel):
    """One patient of whom nothing is known, decided now."""

    model_config = ConfigDict(extra="forbid")

    ok: bool
    evaluators: list[str] = Field(description="which ones were asked and agree")


class CrossChecks(BaseModel):
    """How often the two evaluators are compared, and how often they differed since the start."""

    model_config = ConfigDict(extra="forbid")

    mode: CrossCheck
    disagreements: int
    last_disagreement: datetime.datetime | None


class Readiness(BaseModel):
    """Whether the service answers rightly, and with which guideline."""

    model_config = ConfigDict(extra="forbid")

    ready: bool
    guideline: GuidelineIdentity
    engine_version: str
    rules: int
    cross_check: CrossChecks
    self_test: SelfTest


class Checks:
    """The two routes over one service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    async def health(self, request: Request) -> Response:
        """The process answers; asks nothing of the guideline."""
        return Response(b'{"status":"ok"}', media_type=JSON)

    async def ready(self, request: Request) -> Response:
        """Decides a patient of whom nothing is known by both evaluators; 503 when that fails."""
        service = self.service
        loaded = service.loaded
        test = self._self_test(loaded, request.scope["request_id"])
        found = Readiness(
            ready=test.ok,
            guideline=loaded.catalogue.identity,
            engine_version=ENGINE_VERSION,
            rules=len(loaded.guideline.rules),
            cross_check=CrossChecks(
                mode=service.settings.cross_check,
                disagreements=service.disagreements,
                last_disagreement=service.last_disagreement,
            ),
            self_test=test,
        )
        if not test.ok:
            return Refused(NOT_READY).response(request.scope["request_id"], **found.model_dump(mode="json"))
        return Response(found.model_dump_json(), media_type=JSON)

    def _self_test(self, loaded: Loaded, request_id: str) -> SelfTest:
        """Both evaluators on nothing known, whatever the cross-check mode compares; without it, the one there is."""
        evaluators = ["index"]
        try:
            decider = loaded.engine.decider(self.service.today())
            states = decider.resolver.resolve({}).states
            outcomes = decider.index.match(states)
            if decider.network is not None:
                evaluators.append("network")
                if decider.network.match(states) != outcomes:
                    return SelfTest(ok=False, evaluators=evaluators)
            written = orjson.loads(loaded.engine.decide({}, self.service.today()))
            return SelfTest(ok=written["guideline"]["sha256"] == loaded.guideline.sha256, evaluators=evaluators)
        except Exception as error:
            logs.unexpected(request_id, "/readyz", error)
            return SelfTest(ok=False, evaluators=evaluators)
