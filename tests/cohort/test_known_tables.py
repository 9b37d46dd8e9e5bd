"""Tables the guideline knows, as a cohort: everybody comes out as alone. Fictional rows always; METABRIC where its table lies beside the project."""

import csv
import datetime
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from engine import Guideline, default_rules, load
from engine.cohort.counts import counted
from engine.cohort.inputs import Request
from engine.cohort.local import Asked, run
from engine.cohort.report import reported
from engine.inference.decide import Decider
from engine.intake import read_file
from engine.language.tablemaps import TableMap

DAY = datetime.date(2026, 11, 22)
METABRIC = Path(__file__).resolve().parents[3] / "shared" / "data" / "tables" / "metabric.tsv"
GUIDELINE = load(default_rules())


def fictional(table: TableMap, path: Path, rows: int, rng: random.Random) -> Path:
    """Rows that nobody is behind: cells that the mapping knows, numbers, gaps, and now and then nonsense."""
    known: dict[str, list[str]] = {name: ["whatever"] for name in table.columns}
    for cell in table.cells:
        numbers = (
            [str(rng.choice((0, 1, 2, 3, 5, 12, 20.5, 49, 60, 77))) for _ in range(6)]
            if cell.number or cell.spans
            else []
        )
        known[cell.column] = [*known[cell.column][1:], *cell.texts, *cell.open, *numbers] or ["whatever"]
    for one in table.compare:
        known[one.column] = sorted(one.done | one.left_undone)
    with path.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=table.delimiter)
        writer.writerow(table.columns)
        for place in range(rows):
            cells = {name: rng.choice([*texts, *sorted(table.missing)]) for name, texts in known.items()}
            if rng.random() < 0.05:
                cells[rng.choice([cell.column for cell in table.cells])] = "nonsense"
            writer.writerow((cells | {table.identifier: f"F-{place}"}).values())
    return path


def compared(guideline: Guideline, table: TableMap, path: Path, out: Path) -> Counter[str]:
    """Decide on a table as a cohort and row by row; the statuses."""
    request = Request(guideline, path, table=table, keep=tuple(one.column for one in table.compare))
    run(Asked(request, DAY, table.by, 700), out, 1)
    patients: list[dict[str, Any]] = []
    standing: Counter[tuple[str, str, str]] = Counter()
    for name in sorted(one.name for one in (out / "patients").glob("*.parquet")):
        patients += pq.read_table(out / "patients" / name).to_pylist()
        for one in pq.read_table(out / "recommendations" / name).to_pylist():
            standing[one["patient"], one["number"], one["status"]] += 1
    decider, alone = Decider(guideline.as_of(DAY), "off"), Counter[tuple[str, str, str]]()
    names, rules = decider.resolver.names, decider.guideline.rules
    rows = list(read_file(path, table, guideline.vocabulary))
    for row, patient in zip(rows, patients, strict=True):
        judged = decider.judge(guideline.vocabulary.read(dict(row.facts)))
        assert patient["patient"] == row.identifier
        assert patient["status"] == decider.status(judged)
        assert patient["needs"] == [names[need.fact] for need in judged.needs]
        assert set(patient["problems"]) == {one.fact for one in row.problems if one.fact}
        for place, rule in enumerate(rules):
            if judged.standing.stands >> place & 1:
                kind = "provisional" if judged.outcomes.provisional >> place & 1 else "firm"
                alone[row.identifier, rule.number, kind] += 1
    assert standing == alone
    return Counter(one["status"] for one in patients)


@pytest.mark.parametrize("name", sorted(GUIDELINE.tables))
def test_fictional_rows_of_a_known_table_come_out_as_alone(name: str, tmp_path: Path) -> None:
    table = GUIDELINE.tables[name]
    path = fictional(table, tmp_path / "rows.txt", 300, random.Random(8))

    statuses = compared(GUIDELINE, table, path, tmp_path / "out")

    assert statuses.total() == 300
    text = reported(counted(tmp_path / "out", GUIDELINE), GUIDELINE).markdown("pictures")
    assert "What the guideline says of 300 patients" in text


def test_metabric_comes_out_as_row_by_row(tmp_path: Path) -> None:
    if not METABRIC.is_file():
        pytest.skip("the table of METABRIC is not beside this project")

    statuses = compared(GUIDELINE, GUIDELINE.tables["metabric"], METABRIC, tmp_path / "out")

    assert statuses.total() == 2509
