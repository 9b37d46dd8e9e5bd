"""A run over a whole table: everybody is decided once, what cannot be read is told by line, and a killed run goes on where it stopped."""

import csv
import datetime
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from engine import Guideline, load
from engine.cli import main
from engine.cohort import Compiled
from engine.cohort.inputs import InputError, Request
from engine.cohort.local import Asked, Occupied, Result, run
from tests.strategies import patient

LENDING = Path(__file__).resolve().parents[1] / "guidelines" / "lending"
DAY = datetime.date(2026, 3, 1)


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load(LENDING)


@pytest.fixture(scope="module")
def table(guideline: Guideline) -> pa.Table:
    """500 fictional borrowers."""
    from tests.cohort.one_by_one import _text

    rng = random.Random(1)
    rows = [patient(guideline, rng) for _ in range(500)]
    names = [name for name, fact in guideline.vocabulary.items() if fact.given]
    columns = {name: pa.array([_text(row[name]) if name in row else None for row in rows]) for name in names}
    return pa.table({"id": [f"B-{place}" for place in range(500)], **columns})


@pytest.fixture(scope="module")
def sheet(table: pa.Table, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as CSV."""
    path = tmp_path_factory.mktemp("sheet") / "borrowers.csv"
    pa.csv.write_csv(table, path)
    return path


def decided(guideline: Guideline, path: Path, out: Path, *, rows: int = 100, workers: int = 1, **more: Any) -> Result:
    return run(Asked(Request(guideline, path, **more), DAY, ("level",), rows), out, workers)


def read(out: Path, table: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted((out / table).glob("*.parquet")):
        found += pq.read_table(path).to_pylist()
    return found


def problems(out: Path) -> list[dict[str, str]]:
    with (out / "problems.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_everybody_is_decided_once_from_text_and_from_parquet(
    guideline: Guideline, table: pa.Table, sheet: Path, tmp_path: Path
) -> None:
    pq.write_table(table, tmp_path / "borrowers.parquet", row_group_size=70)
    patients, recommendations = (
        Compiled(guideline, DAY, ("level",)).evaluate(table.to_batches()[0]).to_batches(table["id"].chunk(0))
    )

    for name, path, workers in (("text", sheet, 1), ("parquet", tmp_path / "borrowers.parquet", 2)):
        result = decided(guideline, path, tmp_path / name, workers=workers)

        assert read(tmp_path / name, "patients") == patients.to_pylist()
        assert read(tmp_path / name, "recommendations") == recommendations.to_pylist()
        assert (result.patients, result.left_out, result.resumed) == (500, 0, 0)


def test_the_answers_say_by_which_rules_and_for_which_day(guideline: Guideline, sheet: Path, tmp_path: Path) -> None:
    decided(guideline, sheet, tmp_path / "out")

    for name in ("patients", "recommendations"):
        metadata = pq.read_metadata(tmp_path / "out" / name / "part-00003.parquet").metadata
        assert metadata[b"guideline_sha256"].decode() == guideline.sha256
        assert metadata[b"as_of"] == b"2026-03-01"
        assert metadata[b"engine_version"]
    about = json.loads((tmp_path / "out" / "run.json").read_text())
    assert about["complete"] is True
    assert about["patients"] == 500


BROKEN = b'''id,visit,age_years,note
one,collection,34,
two,"collection",twelve,"two
lines"
three,collection
,collection,50,nobody

"four ""4""",nonsense,200,
five,coll\xffection,20,
six,enquiry,70,last
'''


def test_a_row_that_cannot_be_read_is_told_by_its_line_and_the_run_goes_on(
    guideline: Guideline, tmp_path: Path
) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(BROKEN)

    result = decided(guideline, path, tmp_path / "out", rows=3)

    assert [(one["line"], one["column"], one["fact"]) for one in problems(tmp_path / "out")] == [
        ("3", "age_years", "age_years"),
        ("5", "", ""),
        ("6", "id", ""),
        ("8", "age_years", "age_years"),
        ("8", "visit", "visit"),
        ("9", "", ""),
    ]
    assert [(one["patient"], one["problems"]) for one in read(tmp_path / "out", "patients")] == [
        ("one", []),
        ("two", ["age_years"]),
        ('four "4"', ["age_years", "visit"]),
        ("six", []),
    ]
    assert (result.patients, result.left_out, result.broken, result.problems) == (4, 3, 5, 6)


def test_no_value_of_a_patient_is_in_the_list_of_problems(guideline: Guideline, tmp_path: Path) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(BROKEN)
    decided(guideline, path, tmp_path / "out")

    text = (tmp_path / "out" / "problems.csv").read_text()

    assert not [word for word in ("twelve", "nonsense", "four", "two", "200") if word in text]


def test_the_same_rows_give_the_same_answers_however_they_are_cut(
    guideline: Guideline, sheet: Path, tmp_path: Path
) -> None:
    found = []
    for rows in (7, 100, 10_000):
        decided(guideline, sheet, tmp_path / str(rows), rows=rows)
        found.append((read(tmp_path / str(rows), "patients"), read(tmp_path / str(rows), "recommendations")))

    assert found[0] == found[1] == found[2]


CHILD = """
import datetime, os, signal, sys
from pathlib import Path
from engine import load
from engine.cohort.inputs import Request
from engine.cohort.local import Asked, run
def moved(done, total, seen=[]):
    seen.append(done)
    if len(seen) > 2:
        os.kill(os.getpid(), signal.SIGKILL)
if __name__ == "__main__":
    rules, sheet, out, workers = sys.argv[1:]
    run(Asked(Request(load(rules), Path(sheet)), datetime.date(2026, 3, 1), ("level",), 20), Path(out), int(workers), moved)
"""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_run_goes_on_and_nobody_is_in_it_twice(
    guideline: Guideline, sheet: Path, tmp_path: Path, workers: int
) -> None:
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    out = tmp_path / "out"
    arguments = [sys.executable, script, LENDING, sheet, out, str(workers)]
    killed = subprocess.run(arguments, cwd=LENDING.parents[2], env={**os.environ, "PYTHONPATH": "."}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert json.loads((out / "run.json").read_text())["complete"] is False
    there = len(list((out / "parts").glob("*.json")))
    assert 0 < there < 25
    for unfinished in ("patients/.part-00024.1", "parts/.00024.json.1", "parts/.00024.csv.1"):
        (out / unfinished).write_text("half")  # as a kill in the middle of writing leaves it

    result = decided(guideline, sheet, out, rows=20)
    decided(guideline, sheet, tmp_path / "whole", rows=20)

    assert result.resumed >= there
    assert result.patients == 500
    for name in ("patients", "recommendations"):
        assert read(out, name) == read(tmp_path / "whole", name)
    assert not list(out.glob("*/.*"))


def test_a_folder_holds_one_run_only(guideline: Guideline, sheet: Path, tmp_path: Path) -> None:
    decided(guideline, sheet, tmp_path / "out")

    assert decided(guideline, sheet, tmp_path / "out").resumed == 5  # nothing is left to do
    with pytest.raises(Occupied, match="another `rows`"):
        decided(guideline, sheet, tmp_path / "out", rows=50)
    sheet_too = tmp_path / "other.csv"
    sheet_too.write_text(sheet.read_text().replace("B-7,", "B-8,"))
    with pytest.raises(Occupied, match="another `input`"):
        decided(guideline, sheet_too, tmp_path / "out")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me")
    with pytest.raises(Occupied, match="holds something else"):
        decided(guideline, sheet, tmp_path / "mine")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("id,visit,visit", "stands twice"),
        ("id,adult", "is a derived fact"),
        ("name,visit", "no column names the patient"),
        ("id,vist", "no column is named as a fact"),
        ("id;visit", "separated by `;`"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(
    guideline: Guideline, tmp_path: Path, header: str, message: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"{header}\n1,enquiry,enquiry\n")

    with pytest.raises(InputError, match=message):
        decided(guideline, path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# ---- the command ------------------------------------------------------------------------------------------------------
def command(*words: object) -> int:
    return main(["cohort", *map(str, words), "--rules", str(LENDING)])


def test_the_exit_code_says_whether_every_row_was_read(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.csv"
    path.write_bytes(BROKEN)

    assert command(sheet, "--out", tmp_path / "good", "--as-of", "2026-03-01", "--workers", 1) == 0
    assert "500 patients decided" in capsys.readouterr().out
    assert command(path, "--out", tmp_path / "bad", "--workers", 1) == 8
    ended = capsys.readouterr()
    assert "4 patients decided" in ended.out
    assert "5 rows could not be read in full; 3 rows left out" in ended.err


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["{sheet}"], 2, "--out is missing"),
        (["no.csv", "--out", "{out}"], 5, "there is no file"),
        (["{sheet}", "--out", "{out}", "--map", "loans"], 2, "there is no mapping `loans`"),
        (["{sheet}", "--out", "{out}", "--by", "age_years"], 2, "is a number"),
        (["{sheet}", "--out", "{out}", "--by", "agee"], 2, "there is no fact `agee`"),
        (["{sheet}", "--out", "{out}", "--keep", "agee"], 3, "there is no column `agee`"),
        (["{sheet}", "--out", "{out}", "--workers", "0"], 2, "not a number of at least 1"),
        (["{sheet}", "{out}"], 2, "one argument too many"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(
    sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, message: str
) -> None:
    filled = [word.format(sheet=sheet, out=tmp_path / "out") for word in words]

    assert command(*filled) == code
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_column_that_is_not_used_is_told_with_what_may_be_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "misspelt.csv"
    path.write_text("id,visit,age_year,shoes\n1,enquiry,40,43\n")

    assert command(path, "--out", tmp_path / "out", "--workers", 1) == 0

    ended = capsys.readouterr()
    assert "1 patient decided" in ended.out
    assert "`age_year` is no fact and is not used; did you mean `age_years`?" in ended.err
    assert "`shoes` is no fact and is not used\n" in ended.err
