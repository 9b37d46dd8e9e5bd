"""Reads orders, administrations and statements of drugs that a code map knows: what was given, what was ordered, what is taken now."""

import datetime
from typing import Any

from engine.intake.fhir_claims import Claim
from engine.intake.fhir_codemap import Codemap
from engine.intake.fhir_history import Event
from engine.intake.fhir_record import Record
from engine.intake.fhir_resources import Moment, as_list, code_of, date_of, moment, text_of
from engine.intake.fhir_select import Chosen

_ORDERS = frozenset({"MedicationRequest", "MedicationOrder"})
_NO_ORDER = frozenset({"proposal", "plan", "option"})


class Medications:
    """Reads the drugs of one record as of one day."""

    def __init__(self, codemap: Codemap, record: Record, today: datetime.date) -> None:
        self.map, self.record, self.today = codemap, record, today

    def read(self, chosen: Chosen) -> None:
        """One order, administration or statement."""
        assert chosen.drug is not None
        found, (name, drug, coding) = chosen.found, chosen.drug
        resource, kind = found.resource, found.type
        reason = self._why_not(resource, kind)
        if reason:
            treatments = self.map.terminology.treatments
            if treatments is not None and treatments.group in drug.groups:
                self.unclear(chosen)
            self.record.leave(found, reason, coding, text=name)
            return
        when = date_of(resource, kind)[1]
        if when is not None and when.first > self.today:
            self.record.leave(found, "it is dated after the day of the decision", coding, text=name)
            return
        if coding is None:
            self.record.walk.warn("read-by-name", found.path, "the drug is known by its name only, not by its code")
        source = self.record.source(found, "", coding, name)
        given = self._is("given", kind, resource)
        administered = kind == "MedicationAdministration"
        dose = _dose(resource) if administered else None
        for group in drug.groups:
            if given:
                begun = self._carried_out(kind, when)
                self.record.events.append(Event(f"given-{group}", begun, source, dose, administered, of_diagnosis=True))
            self.record.events.append(Event(f"ordered-{group}", when, source, of_diagnosis=True))
        if self._is("taken", kind, resource) and not self._ended(resource):
            for current in self.map.terminology.current:
                if current.group in drug.groups:
                    value = self.map.vocabulary[current.fact].read(current.is_)
                    self.record.claims.append(Claim(current.fact, current.is_, value, source, when))

    def unclear(self, chosen: Chosen) -> None:
        """Something that may be a treatment and was not understood, unless it says that nothing was given."""
        found, treatments = chosen.found, self.map.terminology.treatments
        resource, kind = found.resource, found.type
        denied = self.map.terminology.statuses.get("denied", {}).get(kind, ())
        if treatments is None or self._denial(resource) or code_of(resource.get("status")) in denied:
            return
        source = self.record.source(found, "", chosen.coding)
        name = chosen.event or treatments.event
        self.record.events.append(Event(name, date_of(resource, kind)[1], source, of_diagnosis=True))

    def _carried_out(self, kind: str, when: Moment | None) -> Moment | None:
        """When a drug was first given: the date of an order is only the first day on which that may have been."""
        days = self.map.terminology.order_days
        if when is None or kind not in _ORDERS or days is None:
            return when
        return Moment(when.first, max(when.last, min(self.today, when.last + datetime.timedelta(days=days))))

    @staticmethod
    def _not_taken(adherence: Any) -> bool:
        """R5 says in a concept of its own whether a recorded drug is taken."""
        code = code_of(adherence.get("code")) if isinstance(adherence, dict) else ""
        return code != "" and not code.startswith("taking")

    def _is(self, what: str, kind: str, resource: dict[str, Any]) -> bool:
        """Does the status of the resource say that the drug was given, ordered or is taken?"""
        return code_of(resource.get("status")) in self.map.terminology.statuses.get(what, {}).get(kind, ())

    def _denial(self, resource: dict[str, Any]) -> str:
        """Why the resource says that a drug was not given, whatever its status."""
        if resource.get("doNotPerform") is True:
            return "it says not to give the drug"
        if resource.get("wasNotGiven") is True or resource.get("wasNotTaken") is True:
            return "the drug was not given, which says nothing"
        if code_of(resource.get("taken")) in ("n", "unk", "na"):
            return "it does not say that the drug was taken"
        if self._not_taken(resource.get("adherence")):
            return "it does not say that the drug was taken"
        return ""

    def _why_not(self, resource: dict[str, Any], kind: str) -> str:
        if denial := self._denial(resource):
            return denial
        if code_of(resource.get("intent")) in _NO_ORDER:
            return "it is a proposal or a plan, not an order"
        if not self._is("given", kind, resource) and not self._is("ordered", kind, resource):
            return "its status does not say that the drug was given or ordered"
        return ""

    def _ended(self, resource: dict[str, Any]) -> bool:
        """Does the resource say that the drug is no longer taken?"""
        period = resource.get("effectivePeriod")
        supply = resource.get("dispenseRequest")
        ends = [period.get("end") if isinstance(period, dict) else None]
        if isinstance(supply, dict) and isinstance(supply.get("validityPeriod"), dict):
            ends.append(supply["validityPeriod"].get("end"))
        return any((end := moment(one)) is not None and end.last < self.today for one in ends)


def _dose(resource: dict[str, Any]) -> tuple[float, str] | None:
    for dosage in as_list(resource.get("dosage")):
        dose = dosage.get("dose") if isinstance(dosage, dict) else None
        if isinstance(dose, dict):
            value = dose.get("value")
            if isinstance(value, int | float) and not isinstance(value, bool):
                return float(value), text_of(dose.get("code")) or text_of(dose.get("unit"))
    return None
