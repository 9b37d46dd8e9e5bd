"""The resources of whatever a record system sends, and access to their elements that never fails.

A Bundle of any type (or of none), a list, a single resource, newline-delimited JSON, or a map of prefetch keys. A scalar where a list belongs is a
list of one; an element of the wrong type is noted with its path and left out.
"""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeGuard

import orjson

from engine.intake.jsontext import loads

DEEPEST = 6  # Bundles inside each other
MOST_WARNINGS = 200
Prefetch = Literal["resource", "bundle", "empty", "null", "outcome", "unreadable"]
_DAY = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?$")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a reader of the record should know: where, and in words; no value of the record is in it."""

    code: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """One resource, where it stands and under which URL."""

    resource: dict[str, Any]
    path: str
    url: str = ""

    @property
    def type(self) -> str:
        """Its resource type."""
        return str(self.resource["resourceType"])


@dataclass
class Walk:
    """One pass over the input."""

    warnings: list[Notice] = field(default_factory=list)
    prefetch: dict[str, Prefetch] = field(default_factory=dict)

    def warn(self, code: str, path: str, text: str) -> None:
        """Note something once; a record with very many faults is cut off."""
        if len(self.warnings) < MOST_WARNINGS:
            self.warnings.append(Notice(code, path, text))

    def resources(self, data: Any) -> Iterator[Found]:
        """Every resource in the input, in its order."""
        if isinstance(data, str | bytes | bytearray | memoryview):
            yield from self._text(bytes(data, "utf-8") if isinstance(data, str) else bytes(data))
        elif isinstance(data, dict) and "resourceType" not in data and "entry" not in data:
            yield from self._prefetch(data)
        else:
            yield from self._any(data, "", 0)

    def _text(self, text: bytes) -> Iterator[Found]:
        try:
            data = loads(text)
        except orjson.JSONDecodeError:
            yield from self._lines(text)
            return
        if isinstance(data, str):
            self.warn("wrong-type", "", "the input is a text, not a resource")
            return
        yield from self.resources(data)

    def _lines(self, text: bytes) -> Iterator[Found]:
        for number, line in enumerate(text.splitlines(), start=1):
            if not line.strip():
                continue
            try:
                data = orjson.loads(line)
            except orjson.JSONDecodeError:
                self.warn("not-json", f"line {number}", "this line is not JSON")
                continue
            yield from self._any(data, f"line[{number}]", 0)

    def _prefetch(self, data: dict[str, Any]) -> Iterator[Found]:
        for key, value in data.items():
            if value is None:
                self.prefetch[key] = "null"
            elif isinstance(value, dict) and value.get("resourceType") == "OperationOutcome":
                self.prefetch[key] = "outcome"
                self.warn("outcome", str(key), "the server sent an error in place of data")
            elif isinstance(value, dict | list):
                count = 0
                for found in self._any(value, str(key), 0):
                    count += 1
                    yield found
                bundle = isinstance(value, list) or value.get("resourceType") == "Bundle" or "entry" in value
                self.prefetch[key] = "empty" if bundle and not count else "bundle" if bundle else "resource"
            else:
                self.prefetch[key] = "unreadable"
                self.warn("wrong-type", str(key), "this prefetch value is neither a resource nor null")

    def _any(self, data: Any, path: str, depth: int) -> Iterator[Found]:
        if depth > DEEPEST:
            self.warn("too-deep", path, "lists and Bundles inside each other are not read further")
        elif isinstance(data, list):
            for index, one in enumerate(data):
                yield from self._any(one, f"{path}[{index}]", depth + 1)
        elif not isinstance(data, dict):
            self.warn("wrong-type", path, "a resource was expected here")
        elif data.get("resourceType") == "Bundle" or ("resourceType" not in data and "entry" in data):
            yield from self._entries(data, path, depth)
        elif isinstance(data.get("resourceType"), str):
            if data["resourceType"] == "OperationOutcome":
                self.warn("outcome", path, "the server sent an error in place of data")
            else:
                yield from _with_contained(Found(data, path))
        elif isinstance(data.get("resource"), dict):  # an entry of a Bundle outside its Bundle
            yield from self._entry(data, path, depth)
        else:
            self.warn("wrong-type", path, "a resource without a type")

    def _entries(self, bundle: dict[str, Any], path: str, depth: int) -> Iterator[Found]:
        entries = bundle.get("entry")
        if bundle.get("implicitRules"):
            self.warn(
                "implicit-rules", path, "the Bundle was made by rules of its own (implicitRules), which are not known"
            )
        for link in as_list(bundle.get("link")):
            if isinstance(link, dict) and link.get("relation") == "next":
                self.warn("more-pages", path, "the Bundle has a next page, which is not here")
        if entries is None:
            return
        where = f"{path}.entry" if path else "entry"
        for index, entry in enumerate(as_list(entries)):
            here = f"{where}[{index}]"
            resource = entry.get("resource") if isinstance(entry, dict) and "resourceType" not in entry else None
            if _plain(resource):  # nearly all: without a generator for each
                url = entry.get("fullUrl")
                yield Found(resource, f"{here}.resource", url if isinstance(url, str) else "")
            elif not isinstance(entry, dict):
                self.warn("wrong-type", here, "an entry must be an object")
            elif "resourceType" in entry:
                yield from self._any(entry, here, depth + 1)
            elif "resource" in entry:
                yield from self._entry(entry, here, depth)

    def _entry(self, entry: dict[str, Any], path: str, depth: int) -> Iterator[Found]:
        resource, url = entry["resource"], entry.get("fullUrl")
        if (
            isinstance(resource, dict)
            and isinstance(resource.get("resourceType"), str)
            and resource["resourceType"] not in ("Bundle", "OperationOutcome")
        ):
            yield from _with_contained(Found(resource, f"{path}.resource", url if isinstance(url, str) else ""))
        else:
            yield from self._any(resource, f"{path}.resource", depth + 1)


def _plain(resource: Any) -> TypeGuard[dict[str, Any]]:
    """Is it one resource with nothing inside it?"""
    if not isinstance(resource, dict) or "contained" in resource:
        return False
    kind = resource.get("resourceType")
    return isinstance(kind, str) and kind not in ("Bundle", "OperationOutcome")


_CARRIERS = frozenset({"DiagnosticReport", "Observation"})
_NOT_FINAL = frozenset({"entered-in-error", "cancelled", "registered", "preliminary", "unknown"})


def _with_contained(found: Found) -> Iterator[Found]:
    """The resource, and the results it holds inside: those have its patient and are no more final than it is."""
    yield found
    outer = found.resource
    inner = outer.get("contained")
    if not isinstance(inner, list) or found.type not in _CARRIERS:
        return
    status = code_of(outer.get("status"))
    for index, one in enumerate(inner):
        if not isinstance(one, dict) or one.get("resourceType") != "Observation":
            continue
        copy = {**one, "id": f"{text_of(outer.get('id'))}#{text_of(one.get('id'))}", "contained": inner}
        copy.setdefault("subject", outer.get("subject"))
        if status in _NOT_FINAL:
            copy["status"] = status
        for name in ("implicitRules", "modifierExtension"):
            if outer.get(name):
                copy[name] = outer[name]
        for name in ("effectiveDateTime", "effectivePeriod", "issued"):
            if name in outer and not any(key.startswith(("effective", "issued")) for key in one):
                copy[name] = outer[name]
        yield Found(copy, f"{found.path}.contained[{index}]".lstrip("."))


# ---- elements -------------------------------------------------------------------------------------------------------
def as_list(value: Any) -> list[Any]:
    """The elements of a list; a single value is a list of one, nothing a list of none."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Any) -> str:
    """A text, or nothing. Runs of blanks are one: they say nothing, and patterns would try each of them."""
    if not isinstance(value, str):
        return ""
    return _GAP.sub(" ", value) if len(value) > 100 else value


_GAP = re.compile(r"\s{3,}")


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of a concept."""

    system: str
    code: str
    display: str


def codings(concept: Any) -> list[Coding]:
    """The codes of a CodeableConcept (or of a Coding in its place); what is no text is left out."""
    if not isinstance(concept, dict):
        return []
    inner = concept.get("coding")
    if inner is None and "code" in concept:
        inner = concept
    found = []
    for one in as_list(inner):
        if isinstance(one, dict):
            code = one.get("code")
            if isinstance(code, str) and (code := code.strip()):
                found.append(Coding(text_of(one.get("system")), code, text_of(one.get("display"))))
    return found


def concept_text(concept: Any) -> str:
    """The text of a CodeableConcept."""
    return text_of(concept.get("text")) if isinstance(concept, dict) else ""


def code_of(value: Any) -> str:
    """A status as a code: a plain text in one version of FHIR, a concept in another."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return code_of(value[0]) if value and not isinstance(value[0], list) else ""
    found = codings(value)
    return found[0].code if found else concept_text(value).strip().lower()


def codes_said(value: Any) -> frozenset[str]:
    """Every code and text of a status, in small letters: one that refutes counts, whatever stands beside it."""
    found = set()
    for one in as_list(value):
        if isinstance(one, str):
            found.add(one.lower())
        else:
            found.update(coding.code.lower() for coding in codings(one))
            found.add(concept_text(one).strip().lower())
    return frozenset(found - {""})


def at_path(resource: Any, path: str) -> list[tuple[str, Any]]:
    """Every value a dotted path leads to, through lists, each with its own path."""
    found = [("", resource)]
    for step in path.split("."):
        inner = []
        for where, one in found:
            if not isinstance(one, dict) or one.get(step) is None:
                continue
            value = one[step]
            if isinstance(value, list):
                inner += [(f"{where}.{step}[{index}]", item) for index, item in enumerate(value)]
            else:
                inner.append((f"{where}.{step}", value))
        found = inner
    return found


def extensions(resource: Any, url: str) -> list[tuple[str, dict[str, Any]]]:
    """The extensions with this URL, each with its path."""
    inner = as_list(resource.get("extension")) if isinstance(resource, dict) else []
    return [
        (f".extension[{index}]", one)
        for index, one in enumerate(inner)
        if isinstance(one, dict) and one.get("url") == url
    ]


def reference_key(reference: Any) -> str:
    """The last part of a reference: the id or the UUID it ends with."""
    text = text_of(reference.get("reference")) if isinstance(reference, dict) else text_of(reference)
    return re.split(r"[/:#]", text.split("/_history/")[0])[-1]


# ---- dates ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Moment:
    """When something was: a day, or the days of a month or year that it may have been; and the instant, if it is known."""

    first: datetime.date
    last: datetime.date
    instant: datetime.datetime | None = None


def moment(text: Any) -> Moment | None:
    """When a FHIR date or dateTime is; None where it is none. The day is the one written, in its own time zone."""
    match = _DAY.match(text.strip()) if isinstance(text, str) else None
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            date = datetime.date(year, month, day)
            return Moment(date, date, _instant(text))
        if month:
            following = datetime.date(year + month // 12, month % 12 + 1, 1)
            return Moment(datetime.date(year, month, 1), following - datetime.timedelta(days=1))
        return Moment(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    except (ValueError, OverflowError):
        return None


def _instant(text: str) -> datetime.datetime | None:
    if len(text) <= 10:
        return None
    try:
        found = datetime.datetime.fromisoformat(text.strip())
        return found.astimezone(datetime.UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


_DATES = {
    "Observation": ("effectiveDateTime", "effectivePeriod.start", "effectiveInstant", "effectivePeriod.end", "effectiveTiming.event", "issued"),
    "Condition": ("onsetDateTime", "onsetPeriod.start", "recordedDate", "assertedDate", "dateRecorded"),
    "Procedure": ("performedDateTime", "performedPeriod.start", "occurrenceDateTime", "occurrencePeriod.start"),
    "DiagnosticReport": ("effectiveDateTime", "effectivePeriod.start", "issued"),
    "MedicationAdministration": (
        "effectiveDateTime", "effectivePeriod.start", "effectiveTimeDateTime", "effectiveTimePeriod.start",
        "occurrenceDateTime", "occurrencePeriod.start", "occurenceDateTime", "occurencePeriod.start",
    ),
    "MedicationStatement": ("effectiveDateTime", "effectivePeriod.start", "dateAsserted"),
    "MedicationRequest": ("authoredOn", "dateWritten"),
    "MedicationDispense": ("whenHandedOver", "whenPrepared"),
    "CarePlan": ("period.start", "created"),
    "ServiceRequest": ("occurrenceDateTime", "occurrencePeriod.start", "authoredOn"),
    "RequestGroup": ("authoredOn",),
    "RequestOrchestration": ("authoredOn",),
    "Task": ("executionPeriod.start", "authoredOn"),
}  # fmt: skip
_DATES["MedicationUsage"] = _DATES["MedicationStatement"]
_DATES["ProcedureRequest"] = _DATES["ServiceRequest"]
_DATES["MedicationOrder"] = _DATES["MedicationRequest"]


def date_of(resource: dict[str, Any], kind: str) -> tuple[str, Moment | None]:
    """When what the resource tells was so, as written and as a moment."""
    for path in _DATES.get(kind, ()):
        name, _, inner = path.partition(".")
        value = resource.get(name)
        if inner:
            value = value.get(inner) if isinstance(value, dict) else None
            value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str):
            found = moment(value)
            if found is not None:
                return value, found
    return "", None


def onset_of(resource: dict[str, Any]) -> Moment | None:
    """When a condition began, if the record says so."""
    period = resource.get("onsetPeriod")
    return moment(resource.get("onsetDateTime")) or moment(period.get("start") if isinstance(period, dict) else None)
