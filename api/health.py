"""GET /healthz: the process answers. GET /readyz: it answers rightly."""

import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from api import logs, selftest
from api.decisions import JSON
from api.problems import NOT_READY, Refused
from api.reload import MOST_PROBLEMS, Failure, Reloads
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


class LiveGuideline(GuidelineIdentity):
    """The guideline in force."""

    loaded_at: datetime.datetime


class Recording(BaseModel):
    """Whether decisions are recorded, and whether that is possible now: it is tried."""

    model_config = ConfigDict(extra="forbid")

    kept: bool = Field(description="decisions are recorded before they are answered (TNBC_RECORDS)")
    ok: bool = Field(description="nothing is to be recorded, or it can be")
    problem: str | None = Field(description="why nothing can be recorded: the disk is full, the database away")


class FoundProblem(BaseModel):
    """One problem of a guideline that was refused: its code (docs/lint explains each) and its place; `tnbc-cds check` says the rest."""

    model_config = ConfigDict(extra="forbid")

    code: str
    place: str | None = Field(description="file:line:column, where the problem has one")


class RefusedGuideline(BaseModel):
    """An attempt to take up a changed guideline that left the old one in force."""

    model_config = ConfigDict(extra="forbid")

    time: datetime.datetime
    count: int
    problems: list[FoundProblem] = Field(description=f"the first {MOST_PROBLEMS}")


class Reloading(BaseModel):
    """What became of changes of the guideline's folder since the start."""

    model_config = ConfigDict(extra="forbid")

    watching: bool = Field(
        description="changes are taken up by themselves (TNBC_RELOAD_RULES); SIGHUP always asks for it"
    )
    succeeded: int
    failed: int
    folder_refused: bool = Field(
        description="the last attempt failed: the folder holds something else than what is in force"
    )
    last_failure: RefusedGuideline | None


class Readiness(BaseModel):
    """Whether the service answers rightly, and with which guideline."""

    model_config = ConfigDict(extra="forbid")

    ready: bool
    guideline: LiveGuideline
    reload: Reloading
    engine_version: str
    rules: int
    cross_check: CrossChecks
    self_test: SelfTest
    records: Recording


class Checks:
    """The two routes over one service."""

    def __init__(self, service: Service, reloads: Reloads) -> None:
        self.service, self.reloads = service, reloads

    async def health(self, request: Request) -> Response:
        """The process answers; asks nothing of the guideline."""
        return Response(b'{"status":"ok"}', media_type=JSON)

    async def ready(self, request: Request) -> Response:
        """Decides a patient of whom nothing is known by both evaluators, and writes to the store of records; 503 when that fails."""
        service = self.service
        loaded = service.loaded
        test = self._self_test(loaded, request.scope["request_id"])
        records = await self._records()
        found = Readiness(
            ready=test.ok and records.ok,
            guideline=LiveGuideline(**loaded.catalogue.identity.model_dump(), loaded_at=loaded.loaded_at),
            reload=_reloading(self.reloads),
            engine_version=ENGINE_VERSION,
            rules=len(loaded.guideline.rules),
            cross_check=CrossChecks(
                mode=service.settings.cross_check,
                disagreements=service.disagreements,
                last_disagreement=service.last_disagreement,
            ),
            self_test=test,
            records=records,
        )
        if not found.ready:
            return Refused(NOT_READY).response(request.scope["request_id"], **found.model_dump(mode="json"))
        return Response(found.model_dump_json(), media_type=JSON)

    async def _records(self) -> Recording:
        recorder = self.service.recorder
        problem = await recorder.state() if recorder is not None else ""
        return Recording(kept=recorder is not None, ok=not problem, problem=problem or None)

    def _self_test(self, loaded: Loaded, request_id: str) -> SelfTest:
        """Both evaluators on nothing known, whatever the cross-check mode compares; without it, the one there is."""
        evaluators: list[str] = []
        try:
            day = self.service.today()
            same, evaluators = selftest.agree(loaded.engine.decider(day), [{}])
            return SelfTest(ok=same and selftest.writes(loaded, day), evaluators=evaluators)
        except Exception as error:
            logs.unexpected(request_id, "/readyz", error)
            return SelfTest(ok=False, evaluators=evaluators)


def _reloading(found: Reloads) -> Reloading:
    return Reloading(
        watching=found.watching,
        succeeded=found.succeeded,
        failed=found.failed,
        folder_refused=found.refused,
        last_failure=_refused(found.last_failure) if found.last_failure else None,
    )


def _refused(found: Failure) -> RefusedGuideline:
    """Places and codes only: a message may quote what stands in a file."""
    problems = [
        FoundProblem(code=one.code, place=str(one.place) if one.place.path else None)
        for one in found.problems[:MOST_PROBLEMS]
    ]
    return RefusedGuideline(time=found.time, count=len(found.problems), problems=problems)
