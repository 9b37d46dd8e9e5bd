"""Which of what was read belongs to this diagnosis: neither to an earlier one, nor to the other side of the body.

Where one side is ill, what is known to be of another is not used. Where both are, each result must say its side, and only what is known of all sides
is used; where those differ, that is a conflict.
"""

import datetime
from collections.abc import Iterable, Sequence

from engine.intake.fhir_claims import Claim
from engine.intake.fhir_history import Event, days_before, episode_start
from engine.intake.fhir_record import Record
from engine.intake.fhir_resources import Moment
from engine.language.terminology import SitesForm, Terminology

Sides = frozenset[str]
EARLIER = "it is dated long before this diagnosis"


class Scope:
    """Takes away from one record what is not of this diagnosis, and says so."""

    def __init__(self, terminology: Terminology, record: Record) -> None:
        self.terminology, self.record = terminology, record
        self._begin = episode_start(terminology, record.events)

    def narrow(self) -> None:
        """First by time, then by side."""
        if self._begin is not None:
            self._earlier(self._begin)
        if self.terminology.sites is not None and self.record.side_of:
            self._sides(self.terminology.sites)

    # ---- time -------------------------------------------------------------------------------------------------------
    def _earlier(self, begin: datetime.date) -> None:
        """What belongs to a diagnosis and is dated long before this one belongs to another."""

        def earlier(moment: Moment | None) -> bool:
            return moment is not None and moment.last < begin

        events = [one for one in self.record.events if one.of_diagnosis and earlier(one.moment)]
        claims = [one for one in self.record.claims if _of_diagnosis(one) and earlier(one.moment)]
        self._drop(events, claims)
        left = {one.source for one in self.record.claims}
        treatments = self.terminology.treatments
        operations = treatments.operations if treatments is not None else None
        unclear = {one.event for one in (treatments, operations) if one is not None}
        for event in events:
            if event.source not in left and event.name not in unclear:
                self.record.unuse(event.source, EARLIER)
        for claim in claims:
            self.record.unuse(claim.source, EARLIER, claim.fact if claim.source in left else "")

    # ---- side -------------------------------------------------------------------------------------------------------
    def _sides(self, form: SitesForm) -> None:
        ill = self._ill()
        said = [(one, self._of(one)) for one in self._local()]
        if len(ill) == 1:
            self._unuse([(one, form.other_side) for one, sides in said if sides and not sides & ill])
            return
        every = ill or Sides().union(*(sides for _, sides in said))
        if len(every) < 2:
            return
        known: dict[str, Sides] = {}
        for one, sides in said:
            known[_about(one)] = known.get(_about(one), Sides()) | sides
        gone = [
            (one, form.one_side if sides else form.no_side)
            for one, sides in said
            if not known[_about(one)] >= every or not sides
        ]
        self._unuse(gone)

    def _ill(self) -> Sides:
        """The sides of this diagnosis, and of one not long before it."""
        form = self.terminology.episode
        if form is None:
            return Sides()
        begin = days_before(self._begin, form.sides_within_days) if self._begin else datetime.date.min
        found = Sides()
        for event in self.record.events:
            moment = event.moment or event.noted
            if event.name == form.begins and (moment is None or moment.last >= begin):
                found |= self._of(event)
        return found

    def _local(self) -> list[Event | Claim]:
        """What is of one side of the body."""
        events = [one for one in self.record.events if one.local]
        return [
            *events,
            *(one for one in self.record.claims if _of_diagnosis(one) and one.reading and one.reading.local),
        ]

    def _of(self, one: Event | Claim) -> Sides:
        return self.record.side_of.get(self.record.resource_of[one.source.path], Sides())

    def _unuse(self, gone: Sequence[tuple[Event | Claim, str]]) -> None:
        claims = [one for one, _ in gone if isinstance(one, Claim)]
        events = [one for one, _ in gone if isinstance(one, Event)]
        told = {one.source for one in claims}
        for one, reason in gone:
            if isinstance(one, Claim):
                self.record.unuse(one.source, reason, one.fact)
            elif one.source not in told:
                self.record.unuse(one.source, reason)
        self._drop(events, claims)

    def _drop(self, events: Iterable[Event], claims: Iterable[Claim]) -> None:
        gone = {id(one) for one in (*events, *claims)}
        self.record.events = [one for one in self.record.events if id(one) not in gone]
        self.record.claims = [one for one in self.record.claims if id(one) not in gone]


def _of_diagnosis(claim: Claim) -> bool:
    return claim.reading is not None and claim.reading.of_diagnosis


def _about(one: Event | Claim) -> str:
    """The fact or event that it is of."""
    return f"fact {one.fact}" if isinstance(one, Claim) else f"event {one.name}"
