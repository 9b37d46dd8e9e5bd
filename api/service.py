"""What a running service holds: one guideline with its evaluators and prepared answers, and a few counts.

    Loaded      one guideline ready to answer; never changed after it is made
    Service     the Loaded in force, replaced as one reference

A request holds one Loaded from its first byte to its last (`holding`, which the gate calls): within a request `service.loaded` is that one,
however often the guideline is replaced meanwhile. Whatever a part of the service prepares from the guideline it asks for as
`service.loaded.part(make)`, so that it can never be older or newer than the rules that answer.
"""

import asyncio
import datetime
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from api import examples
from api.catalogue import Catalogue
from api.examples import Example
from api.metrics import Metrics
from api.problems import NOT_RECORDED, Refused
from api.records.chain import Entry
from api.records.database import Database
from api.records.migrate import prepare
from api.records.packing import Packed
from api.records.recorder import NotRecorded, Recorder
from api.records.store import Store
from api.settings import Settings
from engine import Engine, Guideline

Part = TypeVar("Part")


@dataclass(frozen=True)
class Loaded:
    """One guideline ready to answer. Immutable: a request takes it once and uses it to its end."""

    engine: Engine
    catalogue: Catalogue
    examples: tuple[Example, ...]  # shown in the description and run by tests; at least one
    patients: tuple[Example, ...]  # further examples for people to look at
    loaded_at: datetime.datetime
    _parts: dict[Callable[["Loaded"], Any], Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, settings: Settings, guideline: Guideline, today: datetime.date) -> "Loaded":
        """The guideline with its documents and examples, the rules of today compiled; raises GuidelineError."""
        engine = Engine(guideline, settings.cross_check)
        engine.decider(today)
        shown, patients = examples.read(guideline.root), examples.patients(guideline.root)
        return cls(engine, Catalogue(guideline), shown, patients, datetime.datetime.now(datetime.UTC))

    @property
    def guideline(self) -> Guideline:
        """The guideline all of it stands on."""
        return self.engine.guideline

    def part(self, make: Callable[["Loaded"], Part]) -> Part:
        """What `make` prepares from this guideline: made when it is first asked for, then kept."""
        try:
            found: Part = self._parts[make]
        except KeyError:
            found = self._parts[make] = make(self)
        return found


@dataclass(eq=False)
class Service:
    """The guideline in force, what is prepared from each new one, and what was counted since the start."""

    settings: Settings
    live: Loaded  # replaced as one reference, on the event loop only
    today: Callable[[], datetime.date] = datetime.date.today
    makers: list[Callable[[Loaded], Any]] = field(default_factory=list)
    runs: list[Callable[[], AbstractAsyncContextManager[object]]] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics)
    disagreements: int = 0
    last_disagreement: datetime.datetime | None = field(default=None)
    recorder: Recorder | None = None

    @classmethod
    def of(cls, settings: Settings, guideline: Guideline) -> "Service":
        """A service that answers from this guideline; the rules of today are compiled already.

        Raises GuidelineError; StoreError when decisions shall be recorded and cannot be; ChangedMeanwhile when its folder was changed.
        """
        service = cls(settings, Loaded.of(settings, guideline, datetime.date.today()))
        if settings.recording:
            prepare(settings.store)
            store = Store(Database(settings.store, settings.records_seconds))
            service.recorder = Recorder(store, settings.records_seconds, settings.records_days)
            service.live.part(service._to_be_recorded)
            service.prepares(service._to_be_recorded)
            service.while_running(service._recording)
        return service

    @property
    def loaded(self) -> Loaded:
        """The guideline of the request that is being answered; outside of requests, the one in force."""
        held = _HELD.get()
        return held.loaded if held is not None and held.service is self else self.live

    @contextmanager
    def holding(self) -> Iterator["Held"]:
        """Hold on to the guideline in force for one request."""
        held = Held(self, self.live)
        before = _HELD.set(held)
        try:
            yield held
        finally:
            _HELD.reset(before)

    def prepares(self, make: Callable[[Loaded], Any]) -> None:
        """Have `make` run for every new guideline before it comes into force, so that no request waits for it."""
        self.makers.append(make)

    def while_running(self, run: Callable[[], AbstractAsyncContextManager[object]]) -> None:
        """Have a context entered when the service starts to answer, and left when it has stopped."""
        self.runs.append(run)

    def prepared(self, guideline: Guideline) -> Loaded:
        """Another guideline, made ready in every part, not in force yet. Runs in any thread; raises GuidelineError."""
        loaded = Loaded.of(self.settings, guideline, self.today())
        for make in self.makers:
            loaded.part(make)
        return loaded

    def decided(self, decision_id: str) -> None:
        """The request that is being answered was given a decision."""
        held = _HELD.get()
        if held is not None:
            held.decision_id = decision_id
            held.decisions += 1

    # ---- records ----------------------------------------------------------------------------------------------------
    async def record(self, entries: Sequence[Entry]) -> None:
        """Return when the entries are on record, at once where none is kept; raises Refused when they cannot be recorded."""
        if self.recorder is None or not entries:
            return
        try:
            await self.recorder.keep(entries)
        except NotRecorded as error:
            detail = f"{error}; nothing was decided, ask again"
            raise Refused(NOT_RECORDED, detail, headers={"retry-after": "1"}) from None

    def close(self) -> None:
        """Write what waits to be recorded, and let the store go."""
        if self.recorder is not None:
            self.recorder.close()

    def _to_be_recorded(self, loaded: Loaded) -> str:
        """Have the guideline ready for the store, where its first decision takes it. Raises ChangedMeanwhile."""
        assert self.recorder is not None
        self.recorder.know(Packed.of(loaded.engine.decider(self.today()), loaded.guideline))
        return loaded.guideline.sha256

    @asynccontextmanager
    async def _recording(self) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await asyncio.to_thread(self.close)

    # ---- counts -----------------------------------------------------------------------------------------------------
    def count_disagreement(self) -> None:
        """The evaluators differed once more."""
        self.disagreements += 1
        self.metrics.event("disagreement")
        self.last_disagreement = datetime.datetime.now(datetime.UTC)


@dataclass(slots=True)
class Held:
    """What one request holds on to, and which decision it gave."""

    service: Service
    loaded: Loaded
    decision_id: str | None = None  # of the last decision; None when there was none
    decisions: int = 0


_HELD: ContextVar[Held | None] = ContextVar("what the request holds", default=None)
