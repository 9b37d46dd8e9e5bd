"""A bulk export in FHIR is decided patient by patient, in whatever order its lines come."""

import csv
import datetime
import random
from pathlib import Path
from typing import Any

import orjson
import pyarrow.parquet as pq
import pytest

from engine import Engine, Guideline, default_rules, load
from engine.cohort import bulk
from engine.cohort.inputs import Request
from engine.cohort.local import Asked, Result, run
from engine.intake import extract

DAY = datetime.date(2026, 11, 22)
LOINC = "http://loinc.org"
RESULTS = {"negative": "LA6577-6", "positive": "LA6576-8"}


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load(default_rules())


def record(name: str, rng: random.Random) -> list[dict[str, Any]]:
    """A fictional patient: sex, birth date, and one or two receptor results, which may differ."""
    found: list[dict[str, Any]] = [
        {
            "resourceType": "Patient",
            "id": name,
            "gender": rng.choice(("female", "male")),
            "birthDate": f"19{rng.randint(40, 90)}-01-01",
        }
    ]
    for place in range(rng.randint(0, 2)):
        code = {"coding": [{"system": LOINC, "code": rng.choice(("85337-4", "85339-0"))}]}
        value = {"coding": [{"system": LOINC, "code": RESULTS[rng.choice(("negative", "positive"))]}]}
        about = {"reference": rng.choice((f"Patient/{name}", f"https://example.org/fhir/Patient/{name}"))}
        found.append(
            {"resourceType": "Observation", "id": f"{name}-{place}", "status": "final", "subject": about,
             "effectiveDateTime": "2026-05-01", "code": code, "valueCodeableConcept": value}
        )  # fmt: skip
    return found


def written(path: Path, lines: list[Any]) -> Path:
    path.write_bytes(b"\n".join(orjson.dumps(line) if not isinstance(line, bytes) else line for line in lines) + b"\n")
    return path


def decided(guideline: Guideline, path: Path, out: Path) -> tuple[Result, dict[str, dict[str, Any]]]:
    result = run(Asked(Request(guideline, path), DAY), out, 1)
    found = [one for part in sorted((out / "patients").glob("*.parquet")) for one in pq.read_table(part).to_pylist()]
    assert len(found) == len({one["patient"] for one in found}) == result.patients
    return result, {one["patient"]: one for one in found}


def test_every_patient_is_decided_as_alone_in_whatever_order_the_lines_come(
    guideline: Guideline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SPREAD", 4_000)
    rng, engine = random.Random(3), Engine(guideline, "off")
    records = {f"p{place}": record(f"p{place}", rng) for place in range(60)}
    lines = [resource for one in records.values() for resource in one]
    rng.shuffle(lines)
    folder = tmp_path / "export"
    folder.mkdir()
    for kind in ("Patient", "Observation"):
        written(folder / f"{kind}.ndjson", [one for one in lines if one["resourceType"] == kind])
    bundles = [{"resourceType": "Bundle", "entry": [{"resource": each} for each in one]} for one in records.values()]

    inputs = {
        "one": written(tmp_path / "all.ndjson", lines), "folder": folder, "bundles": written(tmp_path / "bundles.ndjson", bundles),
    }  # fmt: skip
    disputed = 0
    for name, path in inputs.items():
        result, patients = decided(guideline, path, tmp_path / f"out-{name}")
        assert (result.patients, result.left_out, result.broken) == (60, 0, 0)
        for patient, resources in records.items():
            alone = engine.decision(extract(resources, guideline, DAY).to_decide, DAY)
            assert patients[patient]["status"] == alone["status"]
            assert set(patients[patient]["needs"]) == {one["fact"] for one in alone["needs"]}
            codes = [one["code"] for one in (*alone["contradictions"], *alone["warnings"])]
            assert set(patients[patient]["contradictions"]) == {code for code in codes if code != "unusual-value"}
            disputed += any(code.startswith("sources-differ-") for code in codes)
        assert not (tmp_path / f"out-{name}" / "records").exists()  # no copy of the records stays behind
    assert disputed


def test_a_line_that_is_no_resource_or_names_nobody_is_told_and_left_out(guideline: Guideline, tmp_path: Path) -> None:
    rng = random.Random(4)
    lines = [
        *record("a", rng)[:1],
        b"{broken",
        {"resourceType": "Observation", "id": "x"},
        b"",
        {"resourceType": "Organization"},
    ]
    path = written(tmp_path / "all.ndjson", [*lines, *record("b", rng)[:1]])

    result, patients = decided(guideline, path, tmp_path / "out")

    assert set(patients) == {"a", "b"}
    with (tmp_path / "out" / "problems.csv").open(newline="") as file:
        found = [(one["line"], one["reason"]) for one in csv.DictReader(file)]
    assert found == [("2", "the line is no resource in JSON"), ("3", "the resource names no patient")]
    assert (result.patients, result.left_out, result.broken) == (2, 2, 2)
