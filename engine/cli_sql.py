"""The command `sql`: its arguments, and what runs it. The work is done in engine/cohort, imported only when it is asked for."""

import argparse
import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.cli_commands import INTERNAL, OK, USAGE, Stop, _guideline

Command = Callable[[str, Any, str], argparse.ArgumentParser]
DIALECTS = ("duckdb", "postgres", "spark", "bigquery", "snowflake")


def add(command: Command, date: Callable[[str], Any]) -> None:
    """Add the command to a parser."""
    one = command("sql", _sql, "write the rules as one SELECT over a table of facts, for a warehouse")
    one.add_argument("--dialect", required=True, choices=DIALECTS, help="whose SQL it shall be")
    one.add_argument("--table", default="facts", metavar="TABLE", help="the table of facts (default: facts)")
    one.add_argument(
        "--id", default="patient_id", metavar="COLUMN", help="the column that names a patient (default: patient_id)"
    )
    one.add_argument("--out", type=Path, metavar="FILE", help="write it to this file (default: standard output)")
    one.add_argument("--as-of", type=date, metavar="DATE", help="the day whose rules are written (default: today)")
    one.add_argument("--rules", metavar="FOLDER", help="the guideline (default: the one that is installed)")


def _sql(args: argparse.Namespace) -> int:
    try:
        from engine.cohort.sql import SqlError, statement
    except ModuleNotFoundError as error:
        hint = "install it with `pip install tnbc-cds[sql]`"
        raise Stop(INTERNAL, f"error: this command needs `{error.name}`", f"  {hint}") from None
    guideline = _guideline(args)
    try:
        text = statement(guideline, args.as_of or datetime.date.today(), args.dialect, args.table, args.id)
    except SqlError as error:
        raise Stop(USAGE, f"error: {error}") from None
    if args.out is None:
        sys.stdout.write(text)
    else:
        args.out.write_text(text, encoding="utf-8")
    return OK
