"""The command line.

    evaluate FILE     a patient's facts in, the Decision out: as text for a reader, or with --json as the service writes it
    explain FILE      why one rule has the outcome it has for a patient, clause by clause
    check [FOLDER]    every problem of a guideline folder, and what in it is probably not meant
    schema            JSON Schemas of the guideline's files, for editors
    test, watch, analyse, coverage, mutate, suggest-tests, diff, document, new
                      what authors run (cli_authoring.py)
    cohort INPUT      the same rules over a table of patients; cohort report, what they say of all of them (cli_cohort.py)
    sql               the rules as one SELECT, for warehouses (cli_sql.py)
    serve             the HTTP service
    settings          every setting of the service: value, source, meaning
    records ACTION    the records of decisions: verify, show, replay, export, erase (cli_records.py)
    keys ACTION       API keys of programs that call the service (cli_keys.py)
    version           which engine and which guideline

Exit codes: 0 all is well; 1 the guideline has problems, or something is found in it (with `schema --check`: schemas are not current); 2 wrong
usage; 3 the facts cannot be read; 4 the evaluators disagree, so no answer is given; 5 a file or folder cannot be read or written; 6 `check`
found warnings alone; 7 a scenario fails; 8 a cohort was decided, but not every row could be read; 70 internal error; 130 interrupted; 141 the
reader of the output went away.
"""

import argparse
import contextlib
import datetime
import io
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from engine import cli_authoring, cli_cohort, cli_keys, cli_records, cli_sql
from engine import cli_commands as commands
from engine.cli_commands import FILES, INTERNAL, INTERRUPTED, PIPE_CLOSED, USAGE, Stop
from engine.cli_input import day_of
from engine.inference.decide import ENGINE_VERSION

CODES = """\
exit codes:
  0    all is well
  1    the guideline has problems, or something is found in it (schema --check: schemas are not current)
  2    wrong usage: unknown command, option, rule or date
  3    the facts cannot be read; each problem is listed with what is allowed
  4    the evaluators disagree, so no answer is given
  5    a file or folder cannot be found, read or written
  6    check: warnings alone; the guideline can be used
  7    test: a scenario does not get what it expects
  8    the cohort was decided, but some rows could not be read in full
  70   internal error (--debug shows where)
  130  interrupted
  141  the reader of the output went away
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    args = argparse.Namespace(debug=False)
    try:
        return _run(argv, args)
    except Stop as stop:
        print("\n".join(stop.lines), file=sys.stderr)
        return stop.code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _end_output()
        return PIPE_CLOSED
    except Exception as error:
        _end_output()
        return _unexpected(error, args.debug)


def _run(argv: Sequence[str] | None, args: argparse.Namespace) -> int:
    if sys.stdout is None:  # closed by who started the command
        sys.stdout = io.TextIOWrapper(io.BytesIO())
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that cannot show a sign shows `?`
    try:
        _parser().parse_args(argv, args)
    except SystemExit as end:  # --help and --version
        sys.stdout.flush()
        return end.code if isinstance(end.code, int) else 0
    code: int = args.run(args)
    sys.stdout.flush()
    return code


def _end_output() -> None:
    """Print what is left, or drop it where nothing can be printed, so that Python does not try again when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unexpected(error: Exception, debug: bool) -> int:
    """One line that names the kind of error and nothing of the patient."""
    if debug:
        traceback.print_exc()
    if isinstance(error, OSError) and error.strerror:
        where = f" `{error.filename}`" if error.filename else ""
        print(f"error: cannot read or write{where}: {error.strerror.lower()}", file=sys.stderr)
        return FILES
    hint = "" if debug else "; --debug shows where"
    print(f"error: internal error ({type(error).__name__}){hint}", file=sys.stderr)
    return INTERNAL


# ---- arguments ------------------------------------------------------------------------------------------------------
class _Parser(argparse.ArgumentParser):
    """Errors in the words of the other commands."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        raise Stop(USAGE, f"error: {message}")

    def _print_message(self, message: str, file: Any = None) -> None:
        (file or sys.stderr).write(message)  # argparse would be silent where nothing can be written


def _date(text: str) -> datetime.date:
    try:
        return day_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"`{text}` is not a date; write it as 2025-01-30") from None


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is not a port from 0 to 65535")
    return int(text)


def _workers(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number from 1 to 64")
    return int(text)


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print(f"{parser.prog} {ENGINE_VERSION}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    shape: dict[str, Any] = {
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "epilog": CODES,
        "allow_abbrev": False,
    }
    parser = _Parser(
        description="Decision support from a guideline: a patient's facts in, cited recommendations out.", **shape
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and exit")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, run: Any, summary: str) -> argparse.ArgumentParser:
        one = subparsers.add_parser(name, help=summary, description=summary[:1].upper() + summary[1:] + ".", **shape)
        one.set_defaults(run=run, prog=parser.prog)
        one.add_argument(
            "--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of an internal error"
        )
        return one

    def rules(one: argparse.ArgumentParser) -> None:
        one.add_argument("--rules", metavar="FOLDER", help="the guideline (default: the one that is installed)")

    def patient(one: argparse.ArgumentParser) -> None:
        one.add_argument("file", metavar="FILE", help="facts as JSON or YAML; - reads standard input")
        one.add_argument(
            "--as-of", type=_date, metavar="DATE", help="the day to answer for (default: as in the file, else today)"
        )
        one.add_argument(
            "--cross-check",
            choices=("always", "off"),
            default="always",
            help="compute with both evaluators (default) or with one",
        )
        rules(one)

    one = command("evaluate", commands.evaluate, "decide on one patient")
    patient(one)
    one.add_argument("--json", action="store_true", help="print the Decision as JSON, as the service does")
    one.add_argument(
        "--fhir", action="store_true", help="FILE is a record in FHIR: a Bundle, a list or lines of resources"
    )

    one = command("explain", commands.explain, "explain one rule for one patient, clause by clause")
    patient(one)
    one.add_argument("--rule", required=True, metavar="ID|NUMBER", help="the rule, by its id or its number")

    cli_authoring.add_check(command)

    one = command("schema", commands.schema, "write JSON Schemas of the guideline's files, for editors")
    rules(one)
    one.add_argument("--out", metavar="FOLDER", help="where to (default: into the guideline)")
    one.add_argument("--check", action="store_true", help="write nothing; say which are not current")

    one = command("serve", commands.serve, "start the HTTP service")
    one.add_argument("--host", help="the address to listen on")
    one.add_argument("--port", type=_port, help="the port to listen on")
    one.add_argument("--workers", type=_workers, metavar="N", help="processes that answer (default: 1)")
    one.add_argument(
        "--reload-rules",
        action="store_true",
        default=None,
        help="take up changes of the guideline's folder while running",
    )
    rules(one)

    cli_records.add(command, _date)
    cli_keys.add(command)
    one = command("settings", commands.settings, "print every setting of the service, its value, source and meaning")
    one.add_argument("--json", action="store_true", help="print them as JSON")

    cli_authoring.add(command, _date)
    cli_cohort.add(command, _date)
    cli_sql.add(command, _date)
    rules(command("version", commands.version, "print the versions of engine and guideline"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
