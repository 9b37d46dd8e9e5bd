"""`tnbc-cds sql`: the statement as text, and what is wrong with a request for it."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import BICYCLES, Run


def test_the_statement_runs_on_a_table_that_has_the_columns_its_header_names(run: Run, tmp_path: Path) -> None:
    ran = run(
        "sql", "--dialect", "duckdb", "--rules", BICYCLES, "--table", "bikes", "--id", "bike", "--as-of", "2026-11-22"
    )

    assert (ran.code, ran.err) == (0, "")
    named = [line.split()[1] for line in ran.out.splitlines() if line.startswith("--   ")]
    with duckdb.connect() as database:
        columns = ", ".join(f"null as {name}" for name in named)
        database.execute(f"create table bikes as select 7 as bike, {columns}")
        answer = database.sql(ran.out).to_arrow_table().to_pylist()
    assert [one["bike"] for one in answer] == [7]
    assert answer[0]["problems"] is None


def test_the_statement_goes_into_a_file(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rules.sql"
    arguments = ("sql", "--dialect", "postgres", "--rules", BICYCLES, "--as-of", "2026-11-22")

    assert run(*arguments, "--out", path).out == ""
    assert path.read_text(encoding="utf-8") == run(*arguments).out


def test_2_a_dialect_that_is_not_known_and_names_that_cannot_be_used(run: Run) -> None:
    assert run("sql", "--dialect", "oracle").code == 2
    ran = run("sql", "--dialect", "duckdb", "--rules", BICYCLES, "--table", "a; b")
    assert ran.code == 2
    assert ran.err == "error: `a; b` is not the name of a table; write it as in duckdb\n"


def test_5_a_file_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    ran = run("sql", "--dialect", "duckdb", "--rules", BICYCLES, "--out", tmp_path / "no" / "rules.sql")
    assert ran.code == 5


@pytest.mark.parametrize("missing", ["numpy", "pyarrow", "polars", "duckdb"])
def test_the_statement_needs_no_package_for_tables(missing: str) -> None:
    program = (
        f"import sys; sys.modules[{missing!r}] = None; from engine.cli import main;"
        f"sys.exit(main(['sql', '--dialect', 'duckdb', '--rules', {str(BICYCLES)!r}]))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (0, "")
