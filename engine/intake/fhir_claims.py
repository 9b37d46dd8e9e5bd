"""What the resources of a record say of one fact, joined into one state or shown as a conflict.

All claims must hold together: the state is what they leave possible in common. Claims that leave nothing are a conflict, and the fact stays unknown;
the last one never wins. A code map may say that the newest counts, that values of different basis may differ, or that a fact is the highest of parts.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.intake.fhir_resources import Moment
from engine.language.states import Interval, State
from engine.language.terminology import FactReadingForm, ReadingForm
from engine.language.vocabulary import Fact, Given


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value stands in the record: the code the resource was known by, and the code of the value, if it has one."""

    resource: str
    id: str
    path: str
    system: str = ""
    code: str = ""
    value_system: str = ""
    value_code: str = ""
    text: str = ""
    date: str = ""
    status: str = ""
    sample: str = ""  # the kind of specimen, where it is known

    @property
    def words(self) -> str:
        """The resource, its date and its place, for a reader."""
        sample = f" ({self.sample})" if self.sample else ""
        parts = (f"{self.resource}/{self.id[:64] or '?'}{sample}", self.date[:32] or "no date", self.path[:200])
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Unused:
    """A resource that looked as if it said something and from which nothing was taken, and why."""

    resource: str
    id: str
    path: str
    code: str
    value_code: str
    text: str
    reason: str
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the things that are said."""

    says: Any
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """What cannot all be so. `kept` is what was used all the same; None: the fact stays unknown."""

    fact: str
    sides: tuple[Side, ...]
    kept: Any = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One resource says one thing of one fact."""

    fact: str
    raw: Any
    given: Given
    source: Source
    moment: Moment | None = None
    weight: str = "full"
    basis: str = ""
    part: str = ""
    because: str = ""
    also: tuple[Source, ...] = ()  # further resources it rests on
    reading: ReadingForm | None = None
    lasting: bool = False  # no newer value replaces it
    numeric: bool = False  # it says what a number means

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every resource it rests on."""
        return (self.source, *self.also)


@dataclass
class Joined:
    """The state of one fact, and what became of each claim."""

    given: Given | None = None
    used: list[Claim] = field(default_factory=list)
    older: list[Claim] = field(default_factory=list)
    gave_way: list[Claim] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    either: bool = False


def order(claim: Claim) -> tuple[Any, ...]:
    """A fixed order, whatever the order of the input."""
    first = claim.moment.first if claim.moment else datetime.date.min
    one = claim.source
    return (first, one.date, one.resource, one.id, one.code, one.value_code, repr(claim.raw), one.path)


def join(fact: Fact, claims: Iterable[Claim], how: FactReadingForm | None) -> Joined:
    """All claims on one fact as one state."""
    how = how or FactReadingForm()
    known = sorted(claims, key=order)
    pending = [claim for claim in known if claim.given.open_value is not None]
    ranked = {
        weight: [one for one in known if one.weight == weight and one.given.open_value is None] for weight in WEIGHTS
    }
    joined = Joined()
    leading = next((weight for weight in WEIGHTS if ranked[weight]), None)
    if leading is None:
        if pending:
            joined.given, joined.used = pending[-1].given, pending
        return joined
    _settle(fact, ranked[leading], how, joined)
    joined.gave_way += pending
    for weight in WEIGHTS[WEIGHTS.index(leading) + 1 :]:
        _lesser(fact, ranked[weight], weight, joined)
    return joined


WEIGHTS = ("full", "weak", "last")


def _settle(fact: Fact, claims: Sequence[Claim], how: FactReadingForm, joined: Joined) -> None:
    """The state that claims of one weight give."""
    if how.highest_of:
        _highest(fact, claims, how, joined)
        return
    if how.latest:
        claims = _newest(claims, joined)
    state = common(claims)
    if state is None and how.either:
        by_basis = [
            common([one for one in claims if one.basis == basis]) for basis in sorted({c.basis for c in claims})
        ]
        sets = [one for one in by_basis if isinstance(one, frozenset)]
        if len(sets) == len(by_basis):
            state, joined.either = frozenset().union(*sets), True
    if state is None:
        joined.conflicts.append(Conflict(fact.name, sides(claims)))
        joined.used = []
        return
    joined.given = Given(state, unusual=any(claim.given.unusual for claim in claims))
    joined.used = list(claims)


def _lesser(fact: Fact, claims: Sequence[Claim], weight: str, joined: Joined) -> None:
    """Claims of less weight: they agree, or they give way."""
    if joined.given is None:
        joined.gave_way += claims
        return
    agreeing: list[Claim] = []
    other: list[Claim] = []
    for one in claims:
        (other if meet(one.given.state, joined.given.state) is None else agreeing).append(one)
    if weight == "weak" and other:
        kept = fact.write(joined.given.state)
        joined.conflicts.append(Conflict(fact.name, (Side(kept, _sources(joined.used)), *sides(other)), kept))
    else:
        joined.gave_way += other
    joined.used += agreeing


def _newest(claims: Sequence[Claim], joined: Joined) -> list[Claim]:
    """The claims that no other is certainly newer than; claims without a date may be the newest."""
    moments = [claim.moment for claim in claims if claim.moment is not None]
    day = max((moment.first for moment in moments), default=None)
    instant = max((moment.instant for moment in moments if moment.instant is not None), default=None)
    kept: list[Claim] = []
    for claim in claims:
        moment = claim.moment
        older = moment is not None and day is not None and day > moment.last and not claim.lasting
        if moment is not None and moment.instant is not None and instant is not None:
            older = older or (instant > moment.instant and not claim.lasting)
        (joined.older if older else kept).append(claim)
    return kept


def _highest(fact: Fact, claims: Sequence[Claim], how: FactReadingForm, joined: Joined) -> None:
    """The highest of several parts: exact where all are known, else at least the highest of those that are."""
    plain = how.model_copy(update={"highest_of": []})
    found: list[Interval] = []
    for part in how.highest_of:
        inner = Joined()
        mine = [claim for claim in claims if claim.part == part]
        if mine:
            _settle(fact, mine, plain, inner)
        joined.older += inner.older
        joined.conflicts += inner.conflicts
        if inner.given is not None and isinstance(inner.given.state, Interval):
            found.append(inner.given.state)
            joined.used += inner.used
    if joined.conflicts or not found:
        joined.used = []
        return
    low = max(found, key=lambda one: (one.low, one.low_open))
    high = max(found, key=lambda one: (one.high, not one.high_open))
    state = Interval(low.low, high.high, low.low_open, high.high_open)
    if len(found) < len(how.highest_of):
        state = Interval(low.low, fact.range[1], low.low_open)
    joined.given = Given(state)


def common(claims: Sequence[Claim]) -> State | None:
    """What all claims leave possible; None when that is nothing."""
    state: State | None = claims[0].given.state
    for claim in claims[1:]:
        state = meet(state, claim.given.state) if state is not None else None
    return state


def meet(one: State, other: State) -> State | None:
    """What two states leave possible; None when that is nothing."""
    if isinstance(one, Interval) and isinstance(other, Interval):
        inner = one.intersection(other)
        return None if inner.empty else inner
    if isinstance(one, frozenset) and isinstance(other, frozenset):
        return one & other or None
    return None


def sides(claims: Sequence[Claim]) -> tuple[Side, ...]:
    """The different things that are said, each with who says it."""
    found: dict[str, list[Claim]] = {}
    for claim in claims:
        found.setdefault(repr(claim.raw), []).append(claim)
    return tuple(Side(same[0].raw, _sources(same)) for same in found.values())


def _sources(claims: Iterable[Claim]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(source for claim in claims for source in claim.sources))


__all__ = ["Claim", "Conflict", "Joined", "Side", "Source", "Unused", "common", "join", "meet", "order", "sides"]
