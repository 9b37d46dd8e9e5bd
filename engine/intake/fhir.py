"""Reads a patient's record in FHIR as facts a caller could have sent, and says of every resource what became of it.

    extract(data, guideline, today) -> Extraction

`data` is a Bundle of any type, a list of resources, one resource, a map of prefetch keys, or any of these as JSON or newline-delimited JSON text.
What the codes mean stands in rules/terminology; nothing of it is in here. Reading never fails: what cannot be read is in `warnings` and `unused`.

    one pass over the resources      codes are looked up; a resource without a known code costs one dict access
    each known resource              status, label and value are read: claims on facts, events, or a reason why not
    the scope                        what is of an earlier diagnosis or of the other side is taken away
    the history                      the order of operations and drugs, and what follows from it
    each fact                        all claims joined, or a conflict
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.intake.fhir_claims import Claim, Conflict, Joined, Side, Source, Unused, join, meet
from engine.intake.fhir_codemap import Codemap
from engine.intake.fhir_history import Event, History
from engine.intake.fhir_medications import Medications
from engine.intake.fhir_readings import Readings
from engine.intake.fhir_record import Record
from engine.intake.fhir_resources import Moment, Notice, Prefetch, Walk
from engine.intake.fhir_scope import Scope
from engine.intake.fhir_select import MEDICATIONS, Chosen, Selection
from engine.language.guideline import Guideline
from engine.language.terminology import ReadingForm, TimelineForm
from engine.language.vocabulary import FactProblem, FactsError

MOST_TOLD = 20  # sides of a conflict, and sources of a side, that a Decision names


@dataclass(frozen=True)
class Unmapped:
    """A code that no code map knows, and how many resources have it."""

    resource: str
    system: str
    code: str
    text: str
    count: int


@dataclass(frozen=True)
class Extraction:
    """What a record says, ready to be sent as facts, and the account of every resource."""

    facts: Mapping[str, Any]
    provenance: Mapping[str, tuple[Source, ...]]
    because: Mapping[str, str]  # of facts that follow from the order of events
    unused: tuple[Unused, ...]
    conflicts: tuple[Conflict, ...]
    warnings: tuple[Notice, ...]
    unmapped: tuple[Unmapped, ...]
    not_read: Mapping[str, int]  # resources of types that nothing is read from
    prefetch: Mapping[str, Prefetch]
    resources: int
    settled: frozenset[str] = (
        frozenset()
    )  # facts in conflict that stop no advice: what is used is said, or it is unknown

    @property
    def to_decide(self) -> dict[str, Any]:
        """The facts, and every conflict as a fact that a caller could send: a Decision on these shows both sides and where they stand."""
        found = dict(self.facts)
        disputes: dict[str, list[Side]] = {}
        for one in self.conflicts:
            disputes.setdefault(one.fact, []).extend(one.sides)
        for name, sides in disputes.items():
            told = [
                {"says": one.says, "sources": [at.words for at in one.sources[:MOST_TOLD]]} for one in sides[:MOST_TOLD]
            ]
            found[name] = {"conflict": told}
            if name in self.settled:
                found[name]["use"] = self.facts.get(name)
        return found

    def as_json(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "facts": dict(self.facts),
            "provenance": {fact: [asdict(one) for one in sources] for fact, sources in self.provenance.items()},
            "because": dict(self.because),
            "unused": [asdict(one) for one in self.unused],
            "conflicts": [asdict(one) for one in self.conflicts],
            "warnings": [asdict(one) for one in self.warnings],
            "unmapped": [asdict(one) for one in self.unmapped],
            "not_read": dict(self.not_read),
            "prefetch": dict(self.prefetch),
            "resources": self.resources,
        }


_compiled: list[Codemap] = []  # of the guidelines used last
_KEPT = 4


def codemap_of(guideline: Guideline) -> Codemap:
    """The code maps of a guideline, compiled once."""
    for one in _compiled:
        if one.terminology is guideline.terminology:
            return one
    made = Codemap(guideline.terminology, guideline.vocabulary)
    _compiled[:] = [made, *_compiled[: _KEPT - 1]]
    return made


def extract(
    data: Any,
    guideline: Guideline,
    today: datetime.date,
    drafts: Iterable[tuple[str, str]] = (),
    unseen: Iterable[str] = (),
) -> Extraction:
    """The facts of a record as of a day: what is dated later is not used. Never raises on bad data.

    `drafts`: orders that are being written, reference and drug of each; they say that treatment goes on.
    `unseen`: types of resources that were asked for and not received in full; nothing is concluded from their absence.
    """
    return _Extractor(codemap_of(guideline), today, frozenset(unseen)).extract(data, drafts)


class _Extractor:
    """One reading of one record."""

    def __init__(self, codemap: Codemap, today: datetime.date, unseen: frozenset[str] = frozenset()) -> None:
        self.map, self.today, self.unseen = codemap, today, unseen
        self.walk = Walk()
        self.record = Record(self.walk)

    def extract(self, data: Any, drafts: Iterable[tuple[str, str]] = ()) -> Extraction:
        """Everything, from the first pass to the joined facts."""
        selection = Selection(self.map, self.walk)
        for found in self.walk.resources(data):
            selection.add(found)
        chosen = selection.chosen(self.record)
        readings = Readings(self.map, self.record, self.today)
        readings.born(one.found for one in chosen if one.type == "Patient")
        medications = Medications(self.map, self.record, self.today)
        for one in chosen:
            with self.record.all_or_nothing(one.found):
                if one.unclear:
                    medications.unclear(one)
                else:
                    (medications if one.type in MEDICATIONS else readings).read(one)
        Scope(self.map.terminology, self.record).narrow()
        self._drafted(drafts)
        history = History(self.record.events, self.today)
        self._by_order(history)
        self.record.claims += self._numbers(history)
        joined = self._conclude(history)
        return self._answer(joined, selection, chosen)

    def _drafted(self, drafts: Iterable[tuple[str, str]]) -> None:
        """What is being ordered, as events of today."""
        moment = Moment(self.today, self.today)
        for reference, name in drafts:
            kind, _, number = reference.partition("/")
            place = f"draft orders: {reference}" if reference else "draft orders"
            source = Source(
                kind or "MedicationRequest", number, place, text=name, date=self.today.isoformat(), status="draft"
            )
            self.record.resource_of[place] = place
            for group in self.map.terminology.drugs[name].groups if name in self.map.terminology.drugs else ():
                self.record.events.append(Event(f"drafted-{group}", moment, source))

    # ---- the history ------------------------------------------------------------------------------------------------
    def _by_order(self, history: History) -> None:
        """Claims that count only before or between events."""
        kept = []
        for claim in self.record.claims:
            reason = self._out_of_order(claim, claim.reading, history) if claim.reading is not None else ""
            if claim.numeric and claim.fact in self.record.blocked:
                reason = f"another number leaves it open: {self.record.blocked[claim.fact]}"
            if reason:
                self.record.unuse(claim.source, reason, claim.fact)
            else:
                kept.append(claim)
        self.record.claims = kept

    @staticmethod
    def _out_of_order(claim: Claim, reading: ReadingForm, history: History) -> str:
        moment = claim.moment
        if reading.not_after is not None:
            happened = history.events.get(reading.not_after)
            limit = history.first(reading.not_after)
            if happened and (limit is None or limit.moment is None or moment is None):
                return "it is not certain that it is older than the operation or other event that limits it"
            if (
                limit is not None
                and limit.moment is not None
                and moment is not None
                and moment.last >= limit.moment.first
            ):
                return "it is not older than the operation or other event that limits it"
        if reading.between is not None:
            begin, end = (history.first(name) for name in reading.between)
            if begin is None or begin.moment is None or moment is None or moment.first <= begin.moment.first:
                return "it does not lie between the events in which it counts"
            if end is not None and end.moment is not None and moment.last >= end.moment.first:
                return "it does not lie between the events in which it counts"
            if end is None and history.events.get(reading.between[1]):
                return "it does not lie between the events in which it counts"
        return ""

    def _numbers(self, history: History) -> Iterator[Claim]:
        terminology = self.map.terminology
        for form in terminology.days_since:
            days = history.days_since(form.event)
            if days is not None:
                yield from self.record.concluded(self.map, form.fact, days[0], [days[1]], "")
        for count in terminology.counts:
            units = terminology.units[count.doses.units] if count.doses is not None else {}
            found = history.count(count, units)
            if found is not None:
                yield from self.record.concluded(self.map, count.fact, found[0], found[1], "")

    # ---- facts ------------------------------------------------------------------------------------------------------
    def _conclude(self, history: History) -> dict[str, Joined]:
        """Every fact: first what resources say, then, row by row, what follows from the order of events."""
        by_fact: dict[str, list[Claim]] = {}
        for claim in self.record.claims:
            by_fact.setdefault(claim.fact, []).append(claim)
        joined: dict[str, Joined] = {}

        def state(name: str) -> Joined | None:
            if name not in joined and name in by_fact:
                joined[name] = join(self.map.vocabulary[name], by_fact[name], self.map.terminology.facts.get(name))
            return joined.get(name)

        def known(name: str) -> Any:
            found = state(name)
            if found is None or found.given is None:
                return None
            return self.map.vocabulary[name].write(found.given.state)

        for row in self.map.terminology.timeline:
            rests = history.holds(row.when, known)
            if rests is None or self._adds_nothing(row, state(row.fact)) or self._left_open(row, rests, history, state):
                continue
            sources = [source for name in (*row.when.known, *row.when.facts) for source in self._sources(state(name))]
            for claim in self.record.concluded(self.map, row.fact, row.is_, rests, row.because, sources):
                by_fact.setdefault(row.fact, []).append(claim)
                joined.pop(row.fact, None)
        for name in by_fact:
            state(name)
        return joined

    def _left_open(
        self, row: TimelineForm, rests: Iterable[Event], history: History, state: Callable[[str], Joined | None]
    ) -> bool:
        """Is there an exception to the row? Where nothing else tells the fact, what stands against it is named."""
        incomplete = any(one.code == "more-pages" for one in self.walk.warnings)
        unseen = [one.because for one in row.unless if one.unseen and (incomplete or self.unseen & {*one.unseen})]

        def claims(name: str) -> Iterable[Claim]:
            found = state(name)
            return found.used if found is not None else ()

        against = history.against(row, rests, claims)
        if state(row.fact) is None:
            for because in unseen:
                self.walk.warn("left-open", row.fact, because)
            for source, because in against:
                self.record.unuse(source, because, row.fact)
        return bool(unseen or against)

    def _adds_nothing(self, row: TimelineForm, joined: Joined | None) -> bool:
        """Is what the row says already known?"""
        if joined is None or joined.given is None:
            return False
        said = self.map.vocabulary[row.fact].read(row.is_).state
        return meet(joined.given.state, said) == joined.given.state and any(one.because for one in joined.used)

    @staticmethod
    def _sources(joined: Joined | None) -> list[Source]:
        return [source for claim in (joined.used if joined else ()) for source in claim.sources]

    # ---- the answer -------------------------------------------------------------------------------------------------
    def _answer(self, joined: Mapping[str, Joined], selection: Selection, chosen: Iterable[Chosen]) -> Extraction:
        facts: dict[str, Any] = {}
        provenance: dict[str, tuple[Source, ...]] = {}
        because: dict[str, str] = {}
        conflicts: list[Conflict] = []
        for name, fact in self.map.vocabulary.items():
            one = joined.get(name)
            if one is None:
                continue
            conflicts += one.conflicts
            for claim in one.older:
                self.record.unuse(claim.source, "a newer value is used", name)
            for claim in one.gave_way:
                self.record.unuse(claim.source, "it gives way to another resource", name)
            if one.given is None or (one.given.state == fact.everything and one.given.open_value is None):
                continue
            facts[name] = one.given.open_value or fact.write(one.given.state)
            provenance[name] = tuple(dict.fromkeys(source for claim in one.used for source in claim.sources))
            reasons = list(dict.fromkeys(claim.because for claim in one.used if claim.because))
            if reasons:
                because[name] = " ".join(reasons)
            if one.given.unusual:
                self.walk.warn("unusual", name, "the value is unusual; check it")
            if one.either:
                self.walk.warn("either", name, "values of different kinds differ; it is one of them")
        self._check(facts, provenance)
        self._left_over(provenance, conflicts, chosen)
        return Extraction(
            facts, provenance, because,
            tuple(sorted(self.record.unused, key=lambda one: (one.resource, one.id, one.path, one.fact, one.reason))),
            tuple(conflicts), tuple(self.walk.warnings),
            tuple(
                Unmapped(kind, system, code, text, count)
                for (kind, system, code, text), count in sorted(selection.unmapped.items())
            ),
            dict(sorted(selection.not_read.items())), dict(self.walk.prefetch), selection.count, self._settled(conflicts),
        )  # fmt: skip

    def _settled(self, conflicts: Iterable[Conflict]) -> frozenset[str]:
        """Facts of which every conflict leaves a value to go on with, or that the code maps say to go on without."""
        forms = self.map.terminology.facts
        open_ = {one.fact for one in conflicts if one.kept is None}
        stops = {name for name in open_ if name not in forms or forms[name].differ == "stop"}
        return frozenset(one.fact for one in conflicts) - stops

    def _check(self, facts: dict[str, Any], provenance: dict[str, tuple[Source, ...]]) -> None:
        """Every fact must be one a caller could send."""
        try:
            self.map.vocabulary.read(facts)
        except FactsError as error:
            problem: FactProblem
            for problem in error.problems:
                for source in provenance.pop(problem.fact, ()):
                    self.record.unuse(source, f"the value {problem.message}", problem.fact)
                facts.pop(problem.fact, None)

    def _left_over(
        self, provenance: Mapping[str, tuple[Source, ...]], conflicts: Iterable[Conflict], chosen: Iterable[Chosen]
    ) -> None:
        """A resource that was read and is nowhere in the answer is named as well."""
        seen = {one.path for sources in provenance.values() for one in sources}
        seen |= {source.path for conflict in conflicts for side in conflict.sides for source in side.sources}
        seen |= {one.path for one in self.record.unused}
        named = {self.record.resource_of.get(path, path) for path in seen}
        for one in chosen:
            if one.found.path not in named and not one.unclear:
                self.record.leave(one.found, "no fact follows from it", one.coding)


__all__ = ["Conflict", "Extraction", "Source", "Unmapped", "Unused", "extract"]
