"""`make bench-cohort` in small: this machine, a statement in DuckDB and, where it is installed, Spark say the same; and it is seen when they do not."""

import random
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from engine import default_rules, load
from tests.benchmarks import agreement
from tests.cohort import cluster

PATIENTS, SAMPLE = 3_000, 60


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both answers of a few thousand generated patients."""
    found = tmp_path_factory.mktemp("agreement")
    agreement.make(found / "facts.parquet", load(default_rules()), PATIENTS)
    agreement.on_this_machine(found / "facts.parquet", "", found / "local")
    agreement.in_duckdb(found / "facts.parquet", found / "duckdb.parquet", threads=1)
    return found


def compared(folder: Path) -> list[str]:
    local, answer = agreement.totals_of_folder(folder / "local"), agreement.totals_of_answer(folder / "duckdb.parquet")
    sample = agreement.sampled(folder / "facts.parquet", SAMPLE, random.Random(1))
    found = agreement.unequal(local, answer, ("needs", "confirm"))
    return found + agreement.against_definition(sample, [folder / "local"], [folder / "duckdb.parquet"])


def test_this_machine_and_duckdb_say_the_same_of_everybody(folder: Path) -> None:
    words = {total[0].split()[0] for total in agreement.totals_of_folder(folder / "local")}

    assert words == {"status", "stands", "contradictions", "problems", "needs", "confirm"}  # so that each was compared
    assert compared(folder) == []


def test_two_patients_who_changed_places_are_seen(folder: Path, tmp_path: Path) -> None:
    """The counts stay the same."""
    (tmp_path / "patients").mkdir()
    (tmp_path / "recommendations").symlink_to(folder / "local" / "recommendations")
    table = pa.concat_tables(pq.read_table(one) for one in sorted((folder / "local" / "patients").glob("*.parquet")))
    statuses = table["status"].cast(pa.string()).to_pylist()
    one, other = 0, next(place for place, status in enumerate(statuses) if status != statuses[0])
    order = list(range(PATIENTS))
    order[one], order[other] = other, one
    swapped = table.set_column(0, "patient", table["patient"].take(order))
    pq.write_table(swapped, tmp_path / "patients" / "part-00000.parquet")
    before = agreement.totals_of_folder(folder / "local")

    found = set(agreement.unequal(before, agreement.totals_of_folder(tmp_path)))
    assert {f"status {statuses[one]}", f"status {statuses[other]}"} <= found


def test_an_answer_that_is_not_the_definitions_is_seen_in_the_sample(folder: Path, tmp_path: Path) -> None:
    table = pq.read_table(folder / "duckdb.parquet")
    place = table.schema.get_field_index("status")
    pq.write_table(table.set_column(place, "status", pc.utf8_upper(table["status"])), tmp_path / "wrong.parquet")
    sample = agreement.sampled(folder / "facts.parquet", 5, random.Random(2))

    assert len(agreement.against_definition(sample, [], [tmp_path / "wrong.parquet"])) == sample.num_rows


@pytest.mark.spark
@pytest.mark.slow
def test_spark_says_the_same_of_everybody(folder: Path) -> None:
    if reason := cluster.missing():
        pytest.skip(reason)
    agreement.on_spark(folder / "facts.parquet", "", folder / "spark")

    before, found = (agreement.totals_of_folder(folder / way) for way in ("local", "spark"))
    assert agreement.unequal(before, found) == []
