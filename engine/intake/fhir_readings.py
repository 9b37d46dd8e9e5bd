"""Reads resources with a known code: is it final, is its label right, and what does its value say.

Observations, Conditions, Procedures and the Patient become claims on facts and events. A refuted, cancelled or wrongly entered resource says
nothing; it never says the opposite.
"""

import datetime
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.intake.fhir_claims import Claim, Source
from engine.intake.fhir_codemap import Codemap, Use
from engine.intake.fhir_doubts import Doubts
from engine.intake.fhir_history import Event
from engine.intake.fhir_items import BOTH, DIFFERS, Item, Said, contradicts_itself, has_value, items_of
from engine.intake.fhir_panels import contradicts, panel_says
from engine.intake.fhir_record import Record
from engine.intake.fhir_resources import Coding, Found, Moment, code_of, codes_said, date_of, moment, onset_of, text_of
from engine.intake.fhir_select import UNVERIFIED, Chosen, Match
from engine.intake.fhir_values import reader_of
from engine.language.terminology import ReadingForm

_NOT_SAID = frozenset({"entered-in-error", "cancelled", "unknown"})
_UNPROVEN = frozenset({"unconfirmed", "provisional", "differential"})
_OVER = frozenset({"inactive", "remission", "resolved"})


class Readings:
    """Reads resources of one record by one code map, as of one day."""

    def __init__(self, codemap: Codemap, record: Record, today: datetime.date) -> None:
        self.map, self.record, self.today = codemap, record, today
        self._doubts = codemap.room("doubts", lambda: Doubts(codemap))
        self._born: datetime.date | None = None  # the first day on which the patient may have been born

    def born(self, patients: Iterable[Found]) -> None:
        """Take the date of birth: what is dated earlier is a mistake."""
        days = [moment(one.resource.get("birthDate")) for one in patients]
        self._born = min((one.first for one in days if one is not None), default=None)

    def read(self, chosen: Chosen) -> None:
        """Everything one resource says."""
        found = chosen.found
        if found.type == "Patient":
            self._patient(found)
            return
        reason, pending = self._status(found)
        if reason:
            self._perhaps_treated(chosen)
            for match in chosen.matches[:1]:
                self.record.leave(
                    found, reason, match.coding, match.use.reading.fact or "" if match.use.reading else ""
                )
            return
        doubt = self._doubts.about(found.resource, found.type)
        if doubt is not None and not (doubt.past and all(_past_counts(match.use) for match in chosen.matches)):
            self.record.leave(found, doubt.because, chosen.matches[0].coding)
            self._doubted_treatment(chosen)
            return
        when = date_of(found.resource, found.type)[1]
        if when is not None and when.first > self.today:
            self.record.leave(found, "it is dated after the day of the decision", chosen.matches[0].coding)
            return
        if when is not None and self._born is not None and when.last < self._born:
            self.record.leave(found, "it is dated before the birth of the patient", chosen.matches[0].coding)
            return
        exact = {match.path for match in chosen.matches if match.use.kind == "read" and not _general(match.use)}
        for match in chosen.matches:
            use = match.use
            if use.kind == "ignored":
                self.record.leave(found, use.because, match.coding)
            elif use.kind == "unverified":
                self.record.leave(found, UNVERIFIED, match.coding)
            elif use.kind == "panel":
                self._panel(found, match, when, pending)
            elif pending:
                self.record.leave(
                    found, "the result is not there yet", match.coding, use.reading.fact or "" if use.reading else ""
                )
            elif not (_general(use) and match.path in exact):
                self._reading(found, match, when)

    def _perhaps_treated(self, chosen: Chosen) -> None:
        """A treatment whose status neither says nor denies that it was given leaves open what would follow from its absence."""
        treatments, found = self.map.terminology.treatments, chosen.found
        status = code_of(found.resource.get("status"))
        if treatments is None or status in self.map.terminology.statuses.get("denied", {}).get(found.type, ()):
            return
        if found.resource.get("notPerformed") is True or found.resource.get("notDone") is True:
            return
        if any(match.use.reading and match.use.reading.event in treatments.reports for match in chosen.matches):
            source, when = self.record.source(found, "", chosen.coding), date_of(found.resource, found.type)[1]
            self.record.events.append(Event(treatments.event, when, source, of_diagnosis=True))

    def _doubted_treatment(self, chosen: Chosen) -> None:
        """A treatment whose label raises a doubt may have been given all the same: nothing is concluded over it."""
        treatments = self.map.terminology.treatments
        readings = [match.use.reading for match in chosen.matches if match.use.reading is not None]
        if treatments is not None and any(one.event in treatments.reports for one in readings):
            source = self.record.source(chosen.found, "", chosen.coding)
            when = date_of(chosen.found.resource, chosen.type)[1]
            self.record.events.append(Event(treatments.event, when, source, of_diagnosis=True))

    # ---- status -----------------------------------------------------------------------------------------------------
    def _status(self, found: Found) -> tuple[str, bool]:
        """Why a resource says nothing (or no reason), and whether its result is still to come."""
        resource, kind = found.resource, found.type
        if kind == "Condition":
            return self._condition_status(resource), False
        status = code_of(resource.get("status"))
        wrong = sorted(codes_said(resource.get("status")) & _NOT_SAID)
        if wrong:
            return f"its status is {wrong[0]}", False
        if kind == "Procedure":
            if resource.get("notPerformed") is True or resource.get("notDone") is True:
                return "it was not done, which says nothing", False
            done = status in self.map.terminology.statuses.get("done", {}).get(kind, ())
            return ("" if done else "its status does not say that it was done"), False
        if status == "registered":
            return "", True
        if status == "preliminary":
            self.record.walk.warn("preliminary", found.path, "a preliminary result is used")
        elif not status:
            self.record.walk.warn("no-status", found.path, "the resource has no status; it is taken as final")
        return "", False

    @staticmethod
    def _condition_status(resource: dict[str, Any]) -> str:
        said = codes_said(resource.get("verificationStatus"))
        for wrong in ("entered-in-error", "refuted"):
            if wrong in said:
                return f"its verification status is {wrong}"
        if said & _UNPROVEN:
            return "the diagnosis is not confirmed"
        if "entered-in-error" in codes_said(resource.get("clinicalStatus")):
            return "its status is entered-in-error"
        return ""

    # ---- readings ---------------------------------------------------------------------------------------------------
    def _reading(self, found: Found, match: Match, when: Moment | None) -> None:
        reading = match.use.reading
        assert reading is not None
        fact = reading.fact or ""
        word = next((one for one in reading.not_labelled if one in match.label), None)
        if word is not None:
            self.record.leave(found, "its label contradicts its code", match.coding, fact)
            return
        clinical = code_of(found.resource.get("clinicalStatus"))
        if reading.when_status and clinical not in reading.when_status:
            return
        if reading.is_ is not None or (reading.event and not _looks_at_values(reading)):
            self._recorded(found, match, reading, when, clinical)
        if _looks_at_values(reading):
            self._valued(found, match, reading, when)

    def _recorded(self, found: Found, match: Match, reading: ReadingForm, when: Moment | None, clinical: str) -> None:
        """What a resource says by being recorded."""
        coding = match.coding
        over = found.type == "Condition" and (clinical in _OVER or self._ended(found.resource))
        if found.type == "Observation" and not has_value(match.element):
            self.record.leave(found, "it has no value", coding, reading.fact or "")
            return
        source = self.record.source(found, match.path, coding)
        if reading.event:
            self.record.events.append(self._event(reading.event, found, when, source, reading))
        raw = reading.is_inactive if over else reading.is_
        if reading.is_ is None:
            return
        if raw is None:
            self.record.leave(found, "it is recorded as over", coding, reading.fact or "")
            return
        if over and reading.event:
            self.record.walk.warn("over", found.path, "the diagnosis is recorded as over; check that it is meant")
        said = Said(match.path, reading.fact, raw)
        self._claim(found, said, reading, when, coding)

    def _ended(self, resource: dict[str, Any]) -> bool:
        """Does a condition say that it has ended? An end in the future has not come."""
        for name, value in resource.items():
            if not name.startswith("abatement") or value in (None, False, "", {}):
                continue
            ends = value.get("end") or value.get("start") if isinstance(value, dict) else value
            day = moment(ends)
            if day is None or day.first <= self.today:
                return True
        return False

    def _valued(self, found: Found, match: Match, reading: ReadingForm, when: Moment | None) -> None:
        """What the values of a resource say."""
        if found.type == "Observation" and contradicts_itself(match.element):
            self.record.leave(found, BOTH, match.coding, reading.fact or "")
            return
        values = reader_of(self.map, match.use.name)
        items = items_of(match.element, reading)
        said = [
            replace(one, path=f"{match.path}{one.path}") for item in items for one in values.read(item, match.element)
        ]
        speaking = [one for one in said if one.speaks]
        if reading.event and has_value(match.element):
            source = self.record.source(found, match.path, match.coding)
            self.record.events.append(self._event(reading.event, found, when, source, reading))
        for one in speaking:
            self._claim(found, one, reading, when, match.coding)
        silent = [one for one in said if not one.speaks]
        self.record.blocked.update((one.fact or reading.fact or "", one.reason) for one in silent if one.blocks)
        if speaking:
            for one in silent:
                where = f"{found.path}{one.path}".lstrip(".")
                self.record.walk.warn("value-not-used", where, one.reason)
        elif silent and not reading.if_said:
            for one in silent:
                source = self.record.source(found, one.path, match.coding, one.text, one.coding)
                self.record.unuse(source, one.reason, one.fact or reading.fact or "")
        elif (
            not silent
            and reading.value_at is None
            and reading.extension is None
            and not found.resource.get("component")
        ):
            absent = match.element.get("dataAbsentReason") is not None
            reason = "the record says that the value is missing" if absent else "it has no value"
            self.record.leave(found, reason, match.coding, reading.fact or "")

    @staticmethod
    def _event(name: str, found: Found, when: Moment | None, source: Source, reading: ReadingForm) -> Event:
        """An event; a diagnosis happened at its onset, not when it was written down."""
        noted = when
        if found.type == "Condition":
            when = onset_of(found.resource)
        of = reading.of_diagnosis
        return Event(name, when, source, of_diagnosis=of, local=of and reading.local, noted=noted)

    def _claim(
        self, found: Found, said: Said, reading: ReadingForm, when: Moment | None, coding: Coding | None
    ) -> None:
        source = self.record.source(found, said.path, coding, said.text, said.coding)
        days = said.within_days or reading.within_days
        fact = said.fact or ""
        if days is not None and not (when is None and (said.undated or reading.undated)):
            if when is None:
                self.record.unuse(source, "it has no date, and only a recent one counts", fact)
                return
            if (self.today - when.last).days > days:
                self.record.unuse(source, "it is too old to count", fact)
                return
        if said.event:
            self.record.events.append(self._event(said.event, found, when, source, reading))
        if said.raw is None or not fact:
            return
        try:
            given = self.map.vocabulary[fact].read(said.raw)
        except ValueError as error:
            self.record.unuse(source, f"the value {error.args[0]}", fact)
            return
        claim = Claim(
            fact,
            said.raw,
            given,
            source,
            when,
            "last" if code_of(found.resource.get("status")) == "preliminary" else reading.weight,
            reading.basis or "",
            reading.part or "",
            reading=reading,
            lasting=said.lasting or reading.lasting,
            numeric=bool(said.because),
        )
        self.record.claims.append(claim)

    # ---- panels -----------------------------------------------------------------------------------------------------
    def _panel(self, found: Found, match: Match, when: Moment | None, pending: bool) -> None:
        panel = match.use.panel
        assert panel is not None
        status = code_of(found.resource.get("status"))
        waiting = pending or status == "preliminary"
        if contradicts(self.map, found.resource):
            self.record.leave(found, DIFFERS, match.coding)
            return
        rows = panel_says(self.map, match.use.name, panel, found.resource, waiting)
        if not rows:
            self.record.leave(found, "its parts say nothing about a fact", match.coding)
        for row in rows:
            source = self.record.source(found, "", match.coding)
            if row.is_ is None:
                self.record.unuse(source, row.open or "", row.fact)
                continue
            given = self.map.vocabulary[row.fact].read(row.is_)
            self.record.claims.append(Claim(row.fact, row.is_, given, source, when, row.weight))

    # ---- the patient ------------------------------------------------------------------------------------------------
    def _patient(self, found: Found) -> None:
        for name, reading in self.map.patient:
            if reading.years:
                self._years(found, reading)
                continue
            match = Match(Use("read", name, reading), Coding("", "", ""), found.resource, "", "")
            items = items_of(found.resource, reading)
            if items:
                self._patient_value(found, match, reading, items)
        if found.resource.get("deceasedDateTime") or found.resource.get("deceasedBoolean") is True:
            self.record.walk.warn("deceased", found.path, "the patient is recorded as dead")

    def _patient_value(self, found: Found, match: Match, reading: ReadingForm, items: Iterable[Item]) -> None:
        values = reader_of(self.map, match.use.name)
        for item in items:
            for said in values.read(item, found.resource):
                if said.speaks:
                    self._claim(found, said, reading, None, None)
                else:
                    source = self.record.source(found, said.path, None, said.text, said.coding)
                    self.record.unuse(source, said.reason, said.fact or "")

    def _years(self, found: Found, reading: ReadingForm) -> None:
        for item in items_of(found.resource, reading):
            born = moment(item.value)
            fact = reading.fact or ""
            source = self.record.source(found, item.path, None, text_of(item.value))
            if born is None or born.first > self.today:
                self.record.unuse(source, "it is not a date in the past", fact)
                continue
            least, most = _years_between(born.last, self.today), _years_between(born.first, self.today)
            raw = most if least == most else {"ge": max(0, least), "le": most}
            said = Said(item.path, fact, raw, text=text_of(item.value))
            self._claim(found, said, reading, None, None)


def _years_between(day: datetime.date, today: datetime.date) -> int:
    return today.year - day.year - ((today.month, today.day) < (day.month, day.day))


def _general(use: Use) -> bool:
    return use.reading is not None and use.reading.general


def _past_counts(use: Use) -> bool:
    return use.reading is not None and use.reading.past_counts


def _looks_at_values(reading: ReadingForm) -> bool:
    return bool(reading.answers or reading.number or reading.notation)
