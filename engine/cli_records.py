"""`tnbc-cds records ACTION`: the arguments. What the actions do stands in the service, which is started by name: the engine does not know it."""

import argparse
import datetime
import importlib
from collections.abc import Callable
from typing import Any

from engine.cli_commands import INTERNAL, USAGE, Stop

ACTIONS = {
    "verify": "check the chain: nothing changed, nothing missing, nothing erased in silence",
    "show": "print one record",
    "replay": "decide again what is on record, and compare byte for byte",
    "export": "print the records, one JSON object a line",
    "feedback": "print what became of each card, one JSON object a line: the outcome with the latest time",
    "erase": "erase facts and decision of one record; its hash stays",
    "expire": "erase facts and decisions that are older than a number of days",
    "head": "print the newest position and hash, to be kept elsewhere: `verify --head` then finds what was cut off",
    "migrate": "make or upgrade the tables",
}
CODES = """\
exit codes, besides those of every command:
  20   verify: the records are not whole; each finding is printed
  21   replay: a decision would not be the same
  22   there is no such record
  23   the record was erased
  24   the store of records cannot be used
"""


def add(command: Callable[..., argparse.ArgumentParser], date: Callable[[str], datetime.date]) -> None:
    """Declare the command."""
    parser = command("records", run, "the records of decisions: verify, show, replay, export, feedback, erase, expire")
    actions = parser.add_subparsers(metavar="ACTION", required=True, dest="action")
    shape: dict[str, Any] = {
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "epilog": CODES,
        "allow_abbrev": False,
    }
    parsers = {}
    for name, summary in ACTIONS.items():
        one = actions.add_parser(name, help=summary, description=f"{summary[:1].upper()}{summary[1:]}.", **shape)
        one.set_defaults(run=run)
        where = one.add_mutually_exclusive_group()
        where.add_argument("--file", metavar="FILE", help="the SQLite file (default: as TNBC_RECORDS_FILE says)")
        where.add_argument("--database", metavar="URL", help="the database (default: as TNBC_DATABASE_URL says)")
        one.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        parsers[name] = one
    parsers["verify"].add_argument(
        "--head",
        action="append",
        default=[],
        metavar="POSITION:HASH",
        help="a head that was printed before; may be repeated",
    )
    for name in ("show", "erase"):
        parsers[name].add_argument("id", metavar="ID", help="the id of the decision")
    parsers["show"].add_argument(
        "--json", action="store_true", help="as one JSON object, with the decision to the byte"
    )
    parsers["replay"].add_argument("--id", metavar="ID", help="one record (default: all)")
    for name in ("replay", "export", "feedback"):
        parsers[name].add_argument("--since", type=date, metavar="DATE", help="only records since that day, in UTC")
    parsers["export"].add_argument(
        "--guidelines", metavar="FOLDER", help="also write every guideline there, as ZIP files"
    )
    parsers["expire"].add_argument(
        "--days", type=_days, metavar="N", help="older than this (default: as TNBC_RECORDS_DAYS says)"
    )


def run(args: argparse.Namespace) -> int:
    """Do what was asked; the exit code."""
    try:
        commands = importlib.import_module("api.records.commands")
    except ModuleNotFoundError as error:
        raise Stop(INTERNAL, f"error: the service is not installed (no module `{error.name}`)") from None
    code, lines = commands.run(args)
    if lines:
        raise Stop(code, *lines)
    return code if isinstance(code, int) else USAGE


def _days(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of days")
    return int(text)
