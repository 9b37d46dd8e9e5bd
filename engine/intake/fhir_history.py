"""The order of events in a record, and the facts that follow from it.

An event has a name from the code map, a moment and a source. What is on the same day is neither before nor after. An event without a date is known to
have happened, and proves no order.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.intake.fhir_claims import Claim, Source
from engine.intake.fhir_resources import Moment
from engine.language.terminology import (
    AheadForm,
    BeginsForm,
    CountForm,
    MomentForm,
    OrderForm,
    Terminology,
    TimelineForm,
    TogetherForm,
)

RawFacts = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened."""

    name: str
    moment: Moment | None
    source: Source
    dose: tuple[float, str] | None = None  # of a drug that was administered: number and unit
    administered: bool = False
    of_diagnosis: bool = False  # not part of the history when long before the diagnosis
    local: bool = False  # of the site and side of the diagnosis
    noted: Moment | None = None  # when it was written down, where its beginning is not known


class History:
    """All events of one patient up to today."""

    def __init__(self, events: Iterable[Event], today: datetime.date) -> None:
        self.today = today
        self.events: dict[str, list[Event]] = {}
        for event in events:
            self.events.setdefault(event.name, []).append(event)
        for same in self.events.values():
            same.sort(key=lambda one: (one.moment.first if one.moment else today, one.source.id, one.source.path))

    def first(self, name: str) -> Event | None:
        """The first such event; None when there is none or one has no date, since that one may be the first."""
        found = self.events.get(name, [])
        if not found or any(one.moment is None for one in found):
            return None
        return min(found, key=lambda one: one.moment.first if one.moment else self.today)

    def last(self, name: str) -> Event | None:
        """The last such event; None when there is none or one has no date."""
        found = self.events.get(name, [])
        if not found or any(one.moment is None for one in found):
            return None
        return max(found, key=lambda one: one.moment.last if one.moment else self.today)

    def named(self, names: str | Sequence[str]) -> list[Event]:
        """All events with any of these names."""
        return [event for name in ([names] if isinstance(names, str) else names) for event in self.events.get(name, [])]

    # ---- conditions -------------------------------------------------------------------------------------------------
    def holds(self, when: MomentForm, known: RawFacts) -> list[Event] | None:
        """The events on which the condition rests; None when it does not hold. `known` gives what is known of a fact."""
        rests: list[Event] = []
        parts = [
            self._happened(when.happened) if when.happened else [],
            self._before(when.before) if when.before else [],
            self._after(when.after) if when.after else [],
            self._only_after(when.only_after) if when.only_after else [],
            self._together(when.together) if when.together else [],
            self._lately(when.lately) if when.lately else [],
        ]
        for part in parts:
            if part is None:
                return None
            rests += part
        if when.known and all(known(name) is None for name in when.known):
            return None
        if any(known(name) != raw for name, raw in when.facts.items()):
            return None
        return list(dict.fromkeys(rests))

    def _happened(self, names: Sequence[str]) -> list[Event] | None:
        return self.named(names) or None

    def _before(self, order: OrderForm) -> list[Event] | None:
        limit = self.first(order.first or "")
        if limit is None or limit.moment is None:
            return None
        earliest = days_before(limit.moment.first, order.within_days)
        found = [
            one
            for one in self.named(order.event)
            if one.moment is not None and one.moment.last < limit.moment.first and one.moment.first >= earliest
        ]
        return [*found, limit] if found else None

    def _after(self, order: OrderForm) -> list[Event] | None:
        limit = self.last(order.last or "")
        if limit is None or limit.moment is None:
            return None
        found = [
            one
            for one in self.named(order.event)
            if one.moment is not None
            and one.moment.first > limit.moment.last
            and (order.within_days is None or (one.moment.last - limit.moment.first).days <= order.within_days)
        ]
        return [*found, limit] if found else None

    def _only_after(self, order: OrderForm) -> list[Event] | None:
        """All of them are dated and after the last of the other, the first one soon enough."""
        limit, found = self.last(order.last or ""), self.named(order.event)
        if limit is None or limit.moment is None or not found:
            return None
        days = []
        for one in found:
            if one.moment is None or one.moment.first <= limit.moment.last:
                return None
            days.append(one.moment.last)
        if order.within_days is not None and (min(days) - limit.moment.first).days > order.within_days:
            return None
        return [*found, limit]

    def _together(self, form: TogetherForm) -> list[Event] | None:
        found = [self.last(name) for name in form.events]
        if any(one is None or one.moment is None for one in found):
            return None
        moments = [one.moment for one in found if one is not None and one.moment is not None]
        if (max(one.last for one in moments) - min(one.first for one in moments)).days > form.days:
            return None
        return [one for one in found if one is not None]

    def _lately(self, form: TogetherForm) -> list[Event] | None:
        begin = days_before(self.today, form.days)
        found = []
        for name in form.events:
            recent = [one for one in self.events.get(name, []) if one.moment is not None and one.moment.first >= begin]
            if not recent:
                return None
            found.append(recent[-1])
        return found

    def against(
        self, row: TimelineForm, rests: Iterable[Event], claims: Callable[[str], Iterable[Claim]]
    ) -> list[tuple[Source, str]]:
        """What leaves a row open that rests on some events, each with the reason. `claims` gives those that tell a fact."""
        found: list[tuple[Source, str]] = []
        for one in row.unless:
            events = self._not_after(one.not_after) if one.not_after else []
            events += self._begins(one.begins) if one.begins else []
            sources = [event.source for event in events]
            sources += self._ahead(one.ahead, rests, claims) if one.ahead else []
            found += [(source, one.because) for source in dict.fromkeys(sources)]
        return found

    def _ahead(
        self, form: AheadForm, rests: Iterable[Event], claims: Callable[[str], Iterable[Claim]]
    ) -> Iterator[Source]:
        """What is certainly older than the first event of `rests`; events also where that may be so, or have no date."""
        day = min((one.moment.first for one in rests if one.moment is not None), default=None)
        if day is None:
            return
        earliest = days_before(day, form.within_days)
        for event in self.named(form.event):
            if event.moment is None or (event.moment.first < day and event.moment.last >= earliest):
                yield event.source
        for claim in (claim for name in form.facts for claim in claims(name)):
            if claim.moment is not None and earliest <= claim.moment.last < day:
                yield from claim.sources

    def _not_after(self, order: OrderForm) -> list[Event]:
        """Those that are undated or may be no later than the last of the other; all, where that has no date."""
        limit = self.last(order.last or "")
        if limit is None or limit.moment is None:
            return self.named(order.event)
        earliest = days_before(limit.moment.first, order.within_days)
        return [
            one
            for one in self.named(order.event)
            if one.moment is None or (one.moment.first <= limit.moment.last and one.moment.last >= earliest)
        ]

    def _begins(self, form: BeginsForm) -> list[Event]:
        """The first ones, where none of the other kind comes with them or soon after."""
        dated = [one for one in self.named(form.event) if one.moment is not None]
        if not dated:
            return []
        day = min(one.moment.first for one in dated if one.moment is not None)
        soon = day + datetime.timedelta(days=form.within_days)
        others = [one.moment for one in self.named(form.without) if one.moment is not None]
        if any(one.first <= soon for one in others):
            return []
        return [one for one in dated if one.moment is not None and one.moment.first == day]

    # ---- numbers ----------------------------------------------------------------------------------------------------
    def days_since(self, name: str) -> tuple[Any, Event] | None:
        """The days since the last such event: a number, or a range where only its month or year is known."""
        event = self.last(name)
        if event is None or event.moment is None:
            return None
        least, most = (self.today - event.moment.last).days, (self.today - event.moment.first).days
        return (most if least == most else {"ge": max(least, 0), "le": most}), event

    def count(self, form: CountForm, units: Mapping[str, float]) -> tuple[Any, list[Event]] | None:
        """How many administrations came before (or after) an event: exact when every dose is known, else at least so many."""
        limit = self.first(form.before) if form.before else self.last(form.after or "")
        if limit is None or limit.moment is None:
            return None
        given = [
            one
            for one in self.events.get(f"given-{form.group}", [])
            if one.moment is not None
            and (one.moment.last < limit.moment.first if form.before else one.moment.first > limit.moment.last)
        ]
        if not given:
            return None
        days = {one.moment.first: one for one in given if one.administered and one.moment is not None}
        counted = [self._cycles(form, one, units) for _, one in sorted(days.items())]
        rests = [*given, limit]
        if not counted or any(not one.administered for one in given):
            return {"ge": max(1, len(days))}, rests
        if any(one is None for one in counted):
            return {"ge": sum(one or 1 for one in counted)}, rests
        return sum(one or 0 for one in counted), rests

    @staticmethod
    def _cycles(form: CountForm, event: Event, units: Mapping[str, float]) -> int | None:
        if form.doses is None or event.dose is None or event.dose[1] not in units:
            return None
        amount = event.dose[0] * units[event.dose[1]]
        return next((cycles for dose, cycles in form.doses.count.items() if float(dose) == amount), None)


def episode_start(terminology: Terminology, events: Iterable[Event]) -> datetime.date | None:
    """The day before which operations, drugs and results belong to something earlier.

    The last beginning of a diagnosis counts. One whose beginning is not known counts from its first record, unless an earlier record of it is near:
    then it was only written down again.
    """
    form = terminology.episode
    if form is None:
        return None
    begins = [one for one in events if one.name == form.begins]
    days = [one.moment.first for one in begins if one.moment is not None]
    noted = [one.noted.first for one in begins if one.moment is None and one.noted is not None]
    if noted:
        last = max(noted)
        for day in sorted((*days, *noted), reverse=True):
            if day <= last and (last - day).days <= form.apart:
                last = day
        days.append(last)
    return days_before(max(days), form.days_before) if days else None


def days_before(day: datetime.date, days: int | None) -> datetime.date:
    """So many days earlier; without a number, the first of all days."""
    if days is None:
        return datetime.date.min
    try:
        return day - datetime.timedelta(days=days)
    except OverflowError:
        return datetime.date.min
