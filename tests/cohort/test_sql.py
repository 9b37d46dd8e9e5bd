"""The statement of `tnbc-cds sql` says of every row what the definition says: run on DuckDB and PostgreSQL, and on Spark where it is installed;
for BigQuery and Snowflake it is written and read back by sqlglot, and was not run."""

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pyarrow as pa
import pytest
import sqlglot
from hypothesis import given
from hypothesis import strategies as st
from psycopg.rows import dict_row

from engine import Guideline, default_rules, load
from engine.cohort.sql import DIALECTS, SqlError, fact_columns, rule_columns, statement
from engine.inference.decide import Decider
from tests.cohort import warehouse
from tests.inference.patients import likely_patient
from tests.postgresql import Server, Unavailable
from tests.strategies import AS_OF, Files, examples, guidelines, loaded, patient, rounds

Run = Callable[[str, pa.Table], list[dict[str, Any]]]
LENDING = Path(__file__).parents[1] / "guidelines" / "lending"
TYPES = {"string": "text", "double": "double precision", "int64": "bigint"}
FEW, MANY = 40, 300  # patients of a test


# ---- warehouses ---------------------------------------------------------------------------------------------------------
def on_duckdb(select: str, table: pa.Table) -> list[dict[str, Any]]:
    with duckdb.connect(config={"threads": 1}) as database:
        database.register("facts", table)
        found: list[dict[str, Any]] = database.sql(select).order("patient_id").to_arrow_table().to_pylist()
    return found


@pytest.fixture(scope="module")
def on_postgresql() -> Iterator[Run]:
    try:
        server = Server()
    except Unavailable as reason:
        pytest.skip(str(reason))
    with psycopg.connect(server.url("cohort"), autocommit=True) as connection:

        def run(select: str, table: pa.Table) -> list[dict[str, Any]]:
            cursor = connection.cursor(row_factory=dict_row)
            columns = ", ".join(f'"{field.name}" {TYPES[str(field.type)]}' for field in table.schema)
            cursor.execute(f"drop table if exists facts; create table facts ({columns})")
            with cursor.copy("copy facts from stdin") as copy:
                for row in zip(*(column.to_pylist() for column in table.columns), strict=True):
                    copy.write_row(row)
            return cursor.execute(f"select * from ({select}) answer order by patient_id").fetchall()

        yield run
    server.remove()


@pytest.fixture(scope="module")
def on_spark() -> Iterator[Run]:
    if find_spec("pyspark") is None or shutil.which("java") is None:
        pytest.skip("Spark needs pyspark and Java; `make spark` fetches the first")
    from pyspark.sql import SparkSession

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = (
        SparkSession.builder.master("local[1]").config("spark.driver.memory", "2g").config("spark.ui.enabled", "false")
    )
    for name in ("spark.driver.bindAddress", "spark.driver.host"):
        builder = builder.config(name, "127.0.0.1")
    session = builder.getOrCreate()

    def run(select: str, table: pa.Table) -> list[dict[str, Any]]:
        session.createDataFrame(table).createOrReplaceTempView("facts")
        return session.sql(select).orderBy("patient_id").toArrow().to_pylist()

    yield run
    session.stop()


# ---- guidelines ---------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def decider() -> Decider:
    return Decider(load(default_rules()).as_of(AS_OF), "off")


@pytest.fixture(scope="module")
def lending() -> Decider:
    return Decider(load(LENDING).as_of(AS_OF), "off")


def likely(decider: Decider, count: int, seed: int) -> list[warehouse.Row]:
    rng, rules = random.Random(seed), decider.guideline
    people = [likely_patient(rules, rng, decider.resolver.cells) for _ in range(count)]
    return [warehouse.row(rules, one, rng, broken=rng.choice((0.0, 0.0, 0.02))) for one in people]


def anyone(decider: Decider, count: int, seed: int) -> list[warehouse.Row]:
    rng, rules = random.Random(seed), decider.guideline
    people = [patient(rules, rng, decider.resolver.cells) for _ in range(count)]
    return [warehouse.row(rules, one, rng, broken=rng.choice((0.0, 0.0, 0.1))) for one in people]


def differences(decider: Decider, rows: Sequence[warehouse.Row], dialect: str, run: Run) -> list[str]:
    rules = decider.guideline
    select = statement(rules, AS_OF, dialect, "facts", "patient_id")
    wanted = warehouse.expected(decider, rows, rule_columns(rules), AS_OF)
    names = fact_columns(rules)
    wanted = [{names.get(name, name): value for name, value in one.items()} for one in wanted]
    found = run(select, warehouse.table(rules, rows))
    assert [set(one) for one in found] == [{"patient_id", *one} for one in wanted]
    return warehouse.differences(wanted, found)


# ---- equal to the definition --------------------------------------------------------------------------------------------
def test_duckdb_says_what_the_definition_says(decider: Decider) -> None:
    rows = likely(decider, rounds(ci=MANY, thorough=20_000), 1)
    assert differences(decider, rows, "duckdb", on_duckdb) == []


def test_duckdb_says_what_the_definition_says_of_another_guideline(lending: Decider) -> None:
    assert differences(lending, anyone(lending, rounds(ci=MANY, thorough=20_000), 2), "duckdb", on_duckdb) == []


@examples(ci=12, thorough=500)
@given(guidelines(), st.integers(0, 2**32))
def test_duckdb_says_what_the_definition_says_of_every_generated_guideline(files: Files, seed: int) -> None:
    made = Decider(loaded(files).as_of(AS_OF), "off")
    assert differences(made, anyone(made, FEW, seed), "duckdb", on_duckdb) == []


def test_postgresql_says_what_the_definition_says(decider: Decider, lending: Decider, on_postgresql: Run) -> None:
    assert (
        differences(decider, likely(decider, rounds(ci=MANY // 2, thorough=2_000), 3), "postgres", on_postgresql) == []
    )
    assert differences(lending, anyone(lending, MANY, 4), "postgres", on_postgresql) == []


@pytest.mark.slow
def test_postgresql_says_what_the_definition_says_of_generated_guidelines(on_postgresql: Run) -> None:
    @examples(ci=6, thorough=200)
    @given(guidelines(), st.integers(0, 2**32))
    def run(files: Files, seed: int) -> None:
        made = Decider(loaded(files).as_of(AS_OF), "off")
        assert differences(made, anyone(made, FEW, seed), "postgres", on_postgresql) == []

    run()


@pytest.mark.spark
@pytest.mark.slow
def test_spark_says_what_the_definition_says(decider: Decider, lending: Decider, on_spark: Run) -> None:
    assert differences(lending, anyone(lending, MANY, 5), "spark", on_spark) == []
    assert differences(decider, likely(decider, MANY // 2, 6), "spark", on_spark) == []


def test_a_row_without_any_fact_and_one_of_only_broken_cells_are_patients_too(decider: Decider) -> None:
    rules = decider.guideline
    silent: warehouse.Row = {name: None for name, fact in rules.vocabulary.items() if fact.given}
    broken = {name: -1e9 if rules.vocabulary[name].numeric else warehouse.BROKEN for name in silent}

    assert differences(decider, [silent, broken], "duckdb", on_duckdb) == []
    found = on_duckdb(
        statement(rules, AS_OF, "duckdb", "facts", "patient_id"), warehouse.table(rules, [silent, broken])
    )
    assert [one["problems"] for one in found] == [None, " ".join(silent)]


def test_a_statement_that_is_written_wrongly_is_seen(lending: Decider) -> None:
    rows = anyone(lending, MANY, 2)

    def wrong(select: str, table: pa.Table) -> list[dict[str, Any]]:
        return on_duckdb(select.replace("'undetermined'", "'firm'"), table)

    assert differences(lending, rows, "duckdb", wrong) != []


def test_typed_columns_of_booleans_and_whole_numbers_are_read_as_well(lending: Decider) -> None:
    rules = lending.guideline
    rows = [
        {name: None if value == "unknown" else value for name, value in one.items()} for one in anyone(lending, MANY, 7)
    ]
    plain = warehouse.table(rules, rows)
    typed = plain
    for name, fact in rules.vocabulary.items():
        if fact.type == "boolean" and fact.given:
            said = [{"true": True, "false": False}.get(str(one[name]).strip()) for one in rows]
            position = plain.schema.get_field_index(name)
            typed = typed.set_column(position, name, pa.array(said, pa.bool_()))
            plain = plain.set_column(
                position, name, pa.array([None if one is None else str(one).lower() for one in said])
            )
    select = statement(rules, AS_OF, "duckdb", "facts", "patient_id")

    assert on_duckdb(select, typed) == on_duckdb(select, plain)


# ---- the text -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_is_one_select_that_sqlglot_reads_back(lending: Decider, dialect: str) -> None:
    select = statement(lending.guideline, AS_OF, dialect, "lake.facts", "patient_id")

    (read,) = sqlglot.parse(select, dialect=dialect)

    assert isinstance(read, sqlglot.exp.Select)
    assert sqlglot.parse_one(read.sql(dialect=dialect), dialect=dialect) == read
    tables = {one.sql(dialect=dialect) for one in read.find_all(sqlglot.exp.Table) if one.db}
    assert tables == {"lake.facts"}


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
def test_the_guideline_fits_into_a_warehouse_that_was_not_run(decider: Decider, dialect: str) -> None:
    select = statement(decider.guideline, AS_OF, dialect, "facts", "patient_id")

    assert isinstance(sqlglot.parse_one(select, dialect=dialect), sqlglot.exp.Select)
    assert len(select) < 1_000_000  # what both take


def test_snowflake_finds_columns_that_were_made_without_quotes(lending: Decider) -> None:
    select = statement(lending.guideline, AS_OF, "snowflake", "facts", "patient_id")
    given = [name for name, fact in lending.guideline.vocabulary.items() if fact.given]

    assert all(f'"{name.upper()}" AS "{name}"' in select for name in given)


def test_the_header_names_every_column_the_content_and_the_day(lending: Decider) -> None:
    rules = lending.guideline
    header = [
        line for line in statement(rules, AS_OF, "duckdb", "facts", "patient_id").splitlines() if line.startswith("--")
    ]
    text = "\n".join(header)

    assert rules.sha256 in text and AS_OF.isoformat() in text
    assert all(
        re.search(rf"^--   {name}  ", text, re.MULTILINE) for name, fact in rules.vocabulary.items() if fact.given
    )


def test_the_same_guideline_gives_the_same_text_in_every_process(tmp_path: Path) -> None:
    program = (
        "import datetime, hashlib, sys; from engine import load; from engine.cohort.sql import statement;"
        "print(hashlib.sha256(statement(load(sys.argv[1]), datetime.date(2026, 1, 1), 'duckdb', 'f', 'p').encode()).hexdigest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program, str(LENDING)], capture_output=True, text=True, check=True,
            env={**os.environ, "PYTHONHASHSEED": seed}, cwd=Path(__file__).parents[2],
        ).stdout
        for seed in ("0", "1", "2")
    }  # fmt: skip

    assert len(found) == 1


@pytest.mark.parametrize(
    ("table", "key", "message"),
    [
        ("facts; drop table facts", "patient_id", "is not the name of a table"),
        ("facts f", "patient_id", "is not the name of a table"),
        ("facts, others", "patient_id", "is not the name of a table"),
        ("(select 1)", "patient_id", "is not the name of a table"),
        ("facts\nwhere 1", "patient_id", "is not the name of a table"),
        ("", "patient_id", "is not the name of a table"),
        ("facts", "a, b", "is not the name of a column"),
        ("facts", "count(*)", "is not the name of a column"),
        ("facts", "f.id", "is not the name of a column"),
        ("facts", "patient id", "is not the name of a column"),
        ("facts", "1", "is not the name of a column"),
        ("facts", "status", "is a column of the answer"),
    ],
)
def test_names_that_cannot_be_used_are_refused(lending: Decider, table: str, key: str, message: str) -> None:
    with pytest.raises(SqlError, match=message):
        statement(lending.guideline, AS_OF, "duckdb", table, key)


def test_the_patients_cannot_be_named_by_a_fact(lending: Decider) -> None:
    name = next(name for name, fact in lending.guideline.vocabulary.items() if fact.given)
    with pytest.raises(SqlError, match="names a fact"):
        statement(lending.guideline, AS_OF, "duckdb", "facts", name)


def test_a_fact_with_more_values_than_a_mask_has_bits_is_refused_by_name(lending: Decider) -> None:
    rules = lending.guideline
    name, fact = next((name, fact) for name, fact in rules.vocabulary.items() if fact.type == "code" and fact.given)
    wide = replace(fact, values={**fact.values, **{f"v{number}": "" for number in range(80)}})
    facts = [wide if one.name == name else one for one in rules.vocabulary.values()]
    broad: Guideline = replace(rules, vocabulary=type(rules.vocabulary)(facts))

    with pytest.raises(SqlError, match=name):
        statement(broad, AS_OF, "duckdb", "facts", "patient_id")
