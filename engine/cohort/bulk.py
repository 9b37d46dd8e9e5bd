"""Records in FHIR as newline-delimited JSON: one file, or the folder of a bulk export, in any order.

A line is a resource that names its patient, or a Bundle of one patient. Lines are first spread over files of their own, so that everything said of
one patient stands in one of them; each is then small enough to be read at once.
"""

import datetime
import json
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from engine.cohort.inputs import InputError, InputProblem, Part, Request, Rows, cell_text
from engine.intake.fhir import extract

SPREAD = 8 << 20  # bytes of records that are read at once, as far as the number of files allows
MOST_FILES = 256
SHARED = "Medication"  # resources of no patient that those of a patient refer to
NOBODYS = ("Location", "Organization", "Practitioner", "PractitionerRole", "Device", "Group", "HealthcareService")


class RecordLayout:
    """Records have no columns: the patient's id is that of the resource."""

    identifier = "Patient.id"
    unused: tuple[str, ...] = ()


class RecordSource:
    """The records of many patients."""

    def __init__(self, request: Request) -> None:
        if request.table is not None or request.keep or request.identifier:
            raise InputError("records in FHIR have no columns", "leave out --map, --keep and --id")
        self.request, self.layout = request, RecordLayout()
        self.files = _files(request.path)
        if not self.files:
            raise InputError(f"the folder `{request.path}` holds no .ndjson file")

    @property
    def _work(self) -> Path:
        assert self.request.work is not None
        return self.request.work

    def parts(self, rows: int) -> list[Part]:
        """The files that lines were spread over."""
        listed = self._work / "spread.json"
        if not listed.is_file():
            counts = self._spread()
            listed.write_text(json.dumps(counts))
        counts = json.loads(listed.read_text())
        return [Part(number, number, number + 1, 1, count) for number, count in enumerate(counts)]

    def _spread(self) -> list[int]:
        """Write every line, with where it stood, to the file of its patient; the lines of each."""
        size = sum(path.stat().st_size for path in self.files)
        many = min(MOST_FILES, size // SPREAD + 1)
        self._work.mkdir(parents=True, exist_ok=True)
        spread = [(self._work / f"{number:05}").open("wb") for number in range(many)]
        counts = [0] * many
        try:
            with (self._work / "shared").open("wb") as shared:
                for place, path in enumerate(self.files):
                    with path.open("rb") as lines:
                        for number, line in enumerate(lines, 1):
                            if not line.strip():
                                continue
                            resource = _parsed(line)
                            kind = resource.get("resourceType") if resource else None
                            if kind in NOBODYS:
                                continue
                            if kind == SHARED:
                                shared.write(line.rstrip() + b"\n")
                                continue
                            key = patient_of(resource) if resource else ""
                            which = zlib.crc32(key.encode() or line) % many
                            spread[which].write(b"%d %d %s\n" % (place, number, line.strip()))
                            counts[which] += 1
        finally:
            for file in spread:
                file.close()
        return counts

    def read(self, part: Part, rows: int) -> Iterator[Rows]:
        """The patients of one file."""
        shared = [one for one in map(_parsed, (self._work / "shared").read_bytes().splitlines()) if one]
        records: dict[str, list[Any]] = {}
        firsts: dict[str, int] = {}
        problems: list[InputProblem] = []
        left_out = 0
        for line in (self._work / f"{part.number:05}").read_bytes().splitlines():
            place, number, text = line.split(b" ", 2)
            resource = _parsed(text)
            name = self.files[int(place)].name if len(self.files) > 1 else ""
            if resource is None:
                problems.append(InputProblem(int(number), name, "the line is no resource in JSON"))
                left_out += 1
            elif not (key := patient_of(resource)):
                problems.append(InputProblem(int(number), name, "the resource names no patient"))
                left_out += 1
            else:
                records.setdefault(key, []).extend(_resources(resource))
                firsts.setdefault(key, int(number))
        keys = list(records)
        for start in range(0, max(1, len(keys)), rows):
            some = keys[start : start + rows]
            found = self._rows(some, [firsts[key] for key in some], [[*records[key], *shared] for key in some])
            if start == 0:
                found.problems, found.read = problems, found.read + left_out
            yield found

    def _rows(self, keys: list[str], lines: list[int], records: list[list[Any]]) -> Rows:
        guideline, day = self.request.guideline, self.request.as_of
        assert day is not None
        given = [_facts(record, guideline, day) for record in records]
        names = [name for name in guideline.vocabulary if any(name in one for one in given)]
        columns = {
            name: pa.array([_cell(one[name]) if name in one else None for one in given], pa.string()) for name in names
        }
        facts = pa.record_batch(columns or {"nothing": pa.nulls(len(keys))})
        return Rows(pa.array(keys, pa.string()), lines, facts, {}, [], len(keys))


def _facts(record: list[Any], guideline: Any, day: datetime.date) -> Mapping[str, Any]:
    return extract(record, guideline, day).to_decide


def _cell(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) and "conflict" in value else cell_text(value)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    return sorted(one for one in path.iterdir() if one.suffix.lower() in (".ndjson", ".jsonl"))


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) and isinstance(found.get("resourceType"), str) else None


def _resources(resource: dict[str, Any]) -> list[Any]:
    """The resource, or those of a Bundle."""
    if resource["resourceType"] != "Bundle":
        return [resource]
    entries = resource.get("entry")
    return [one.get("resource") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def patient_of(resource: dict[str, Any]) -> str:
    """The id of the patient a resource is about; of a Bundle, of the first that tells. Empty where nothing does."""
    for one in _resources(resource):
        if not isinstance(one, dict):
            continue
        if one.get("resourceType") == "Patient":
            return str(one.get("id") or "")
        for key in ("subject", "patient", "beneficiary"):
            reference = one.get(key)
            told = reference.get("reference") if isinstance(reference, dict) else None
            if isinstance(told, str) and told:
                return told.split("/_history/")[0].rsplit("/", 1)[-1].removeprefix("urn:uuid:")
    return ""
