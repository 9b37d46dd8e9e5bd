"""The commands over many patients: their arguments, and what runs them. The work is done in engine/cohort, imported only when it is asked for."""

import argparse
import datetime
import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.cli_commands import FACTS, FILES, INTERNAL, OK, SHOWN, USAGE, Stop, _count, _guideline
from engine.language.guideline import Guideline
from engine.language.problems import did_you_mean, shorten
from engine.language.tablemaps import TableMap

Command = Callable[[str, Any, str], argparse.ArgumentParser]
SOME_ROWS = 8  # the cohort was decided, but not every row could be read
MOST = 20  # problems of a mapping that are shown
RESERVED = ("patient", "status", "needs", "contradictions", "problems")


def add(command: Command, date: Callable[[str], Any]) -> None:
    """Add the commands to a parser."""
    one = command("cohort", _cohort, "decide on everybody in a table, or report on what was decided")
    one.usage = (
        "%(prog)s INPUT --out FOLDER [--map NAME|FILE] [--id COLUMN] [--by FACT] [--keep COLUMN]\n"
        "                  [--as-of DATE] [--rules FOLDER] [--workers N] [--rows N]\n"
        "                  [--engine local|spark --master URL]\n"
        "       %(prog)s report FOLDER [--out FOLDER] [--name NAME] [--show-small-cells]"
    )
    one.add_argument(
        "input", metavar="INPUT", help="a table (.csv, .tsv, .parquet) or records in FHIR (.ndjson, a folder of them)"
    )
    one.add_argument("decided", metavar="FOLDER", nargs="?", help="after the word `report`: the folder a run wrote")
    one.add_argument(
        "--out", type=Path, metavar="FOLDER", help="where the answers go; a run that was interrupted goes on there"
    )
    one.add_argument(
        "--map", metavar="NAME|FILE", help="what the columns mean: a table known to the guideline, or a mapping file"
    )
    one.add_argument(
        "--id",
        metavar="COLUMN",
        default="",
        help="the column that names a patient (default: patient, patient_id or id)",
    )
    one.add_argument(
        "--by",
        metavar="FACT",
        action="append",
        default=[],
        help="show this coded fact of each patient; may be repeated",
    )
    one.add_argument(
        "--keep", metavar="COLUMN", action="append", default=[], help="copy this column to the answers; may be repeated"
    )
    one.add_argument("--as-of", type=date, metavar="DATE", help="the day to answer for (default: today)")
    one.add_argument("--rules", metavar="FOLDER", help="the guideline (default: the one that is installed)")
    one.add_argument("--engine", choices=("local", "spark"), default="local", help="where the work is done")
    one.add_argument("--master", metavar="URL", help="of Spark: the cluster, such as spark://host:7077")
    one.add_argument("--workers", type=_number, metavar="N", help="processes (default: as many as there are cores)")
    one.add_argument("--rows", type=_number, metavar="N", help="rows that are looked at together (default: 65536)")
    one.add_argument("--name", default="report", metavar="NAME", help="of a report: what its files are called")
    one.add_argument("--show-small-cells", action="store_true", help="of a report: print counts below 5 as they are")


def _number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of at least 1")
    return int(text)


def _cohort(args: argparse.Namespace) -> int:
    try:
        importlib.import_module("engine.cohort.local")
    except ModuleNotFoundError as error:
        hint = "install it with `pip install tnbc-cds[cohort]`"
        raise Stop(INTERNAL, f"error: this command needs `{error.name}`", f"  {hint}") from None
    if args.input == "report":
        return _report(args)
    if args.decided is not None:
        hint = f"did you mean `report {args.decided}`?" if did_you_mean(args.input, ["report"]) else "name one input"
        raise Stop(USAGE, f"error: `{args.decided}` is one argument too many", f"  {hint}")
    return _run(args)


def _run(args: argparse.Namespace) -> int:
    from engine.cohort.inputs import InputError, Request, source_of
    from engine.cohort.local import ROWS, Asked, Occupied, run

    if args.out is None:
        raise Stop(USAGE, "error: --out is missing", "  name the folder the answers go to")
    if (args.engine == "spark") != (args.master is not None):
        hint = "write `--engine spark --master spark://host:7077`"
        raise Stop(USAGE, "error: --engine spark and --master go together", f"  {hint}")
    guideline = _guideline(args)
    table = _table(args, guideline)
    by = tuple(dict.fromkeys([*(table.by if table else ()), *args.by]))
    keep = tuple(dict.fromkeys([*((one.column for one in table.compare) if table else ()), *args.keep]))
    for name in by:
        _check_coded(name, guideline)
    for name in keep:
        if name in (*RESERVED, *by):
            raise Stop(USAGE, f"error: the column `{name}` cannot be kept", "  the answers have a column of this name")
    request = Request(guideline, Path(args.input), args.id, table, keep)
    asked = Asked(request, args.as_of or datetime.date.today(), by, args.rows or ROWS)
    try:
        with _Bar() as bar:
            if args.engine == "spark":
                result = _on_spark(asked, args, bar.moved)
            else:
                _tell_unused(source_of(request).layout.unused, guideline)
                result = run(asked, args.out, args.workers or len(os.sched_getaffinity(0)), bar.moved)
    except InputError as error:
        code = FILES if "there is no file" in error.lines[0] else FACTS
        raise Stop(code, f"error: {error.lines[0]}", *(f"  {line}" for line in error.lines[1:] if line)) from None
    except Occupied as error:
        raise Stop(USAGE, f"error: {error}") from None
    decided = "1 patient" if result.patients == 1 else f"{result.patients:,} patients"
    print(f"{decided} decided; the answers are in {args.out}")
    if result.problems:
        lines = [f"{_count(result.problems, 'problem')} in {args.out / 'problems.csv'}"]
        if result.broken:
            left = f"; {_count(result.left_out, 'row')} left out" if result.left_out else ""
            lines.append(f"{_count(result.broken, 'row')} could not be read in full{left}")
        if result.repeated:
            verb = "names" if result.repeated == 1 else "name"
            lines.append(
                f"{_count(result.repeated, 'row')} {verb} a patient who was named before; each is decided on its own"
            )
        print("\n".join(lines), file=sys.stderr)
    return SOME_ROWS if result.broken or result.repeated else OK


def _tell_unused(columns: Sequence[str], guideline: Guideline) -> None:
    """A misspelt column must not be passed over in silence."""
    facts = [name for name, fact in guideline.vocabulary.items() if fact.given]
    for name in columns[:SHOWN]:
        near = did_you_mean(name, facts)
        hint = f"; {near.partition('?')[0]}?" if near.startswith("did you mean") else ""
        print(f"the column `{name}` is no fact and is not used{hint}", file=sys.stderr)
    if len(columns) > SHOWN:
        print(f"... nor are {len(columns) - SHOWN} more", file=sys.stderr)


def _on_spark(asked: Any, args: argparse.Namespace, progress: Callable[[int, int], None]) -> Any:
    try:
        importlib.import_module("pyspark")
    except ModuleNotFoundError:
        hint = "install it with `pip install tnbc-cds[spark]`; it needs Java 17"
        raise Stop(INTERNAL, "error: --engine spark needs `pyspark`", f"  {hint}") from None
    from engine.cohort.spark import SparkError, run_on_spark

    try:
        return run_on_spark(asked, args.out, args.master, progress)
    except SparkError as error:
        hint = "what is done is kept: the same command goes on from there"
        raise Stop(INTERNAL, f"error: {error}", f"  {hint}") from None


def _table(args: argparse.Namespace, guideline: Guideline) -> TableMap | None:
    """The mapping: one of the guideline's, or a file."""
    if args.map is None:
        return None
    if args.map in guideline.tables:
        return guideline.tables[args.map]
    path = Path(args.map)
    if not path.is_file():
        hint = (
            did_you_mean(args.map, guideline.tables) or f"the guideline knows {shorten([*guideline.tables]) or 'none'}"
        )
        raise Stop(USAGE, f"error: there is no mapping `{args.map}`", f"  {hint}; or name a file")
    from engine.language.tablemaps import check_compared, read_table_map
    from engine.language.yamlfile import YamlFile

    try:
        file = YamlFile(str(path), path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        raise Stop(FILES, f"error: `{path}` is not UTF-8 text") from None
    table = read_table_map(file, guideline.vocabulary) if not file.problems else None
    if table is not None:
        check_compared(file, table, [rule.id for rule in guideline.rules])
    if table is None or file.problems:
        more = [f"... and {len(file.problems) - MOST} more"] if len(file.problems) > MOST else []
        raise Stop(
            USAGE, *(f"{problem}" for problem in file.problems[:MOST]), *more, "error: the mapping cannot be used"
        )
    return table


def _check_coded(name: str, guideline: Guideline) -> None:
    fact = guideline.vocabulary.get(name)
    coded = [one.name for one in guideline.vocabulary.values() if not one.numeric]
    if fact is None:
        raise Stop(USAGE, f"error: there is no fact `{name}`", f"  {did_you_mean(name, coded)}")
    if fact.numeric:
        raise Stop(USAGE, f"error: `{name}` is a number, and patients are shown by codes only")


class _Bar:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self) -> None:
        self._bar: Any = None

    def __enter__(self) -> "_Bar":
        return self

    def __exit__(self, *_: Any) -> None:
        if self._bar is not None:
            self._bar.close()

    def moved(self, done: int, total: int) -> None:
        """So many more rows are done."""
        if self._bar is None:
            from tqdm import tqdm

            self._bar = tqdm(total=total, unit=" patients", unit_scale=True, disable=not sys.stderr.isatty())
        self._bar.update(done)


def _report(args: argparse.Namespace) -> int:
    from engine.cohort.counts import NotReady, counted
    from engine.cohort.report import reported

    if args.decided is None:
        raise Stop(USAGE, "error: the folder is missing", "  name the folder that a run wrote")
    out = Path(args.decided)
    guideline = _guideline(args)
    try:
        counts = counted(out, guideline)
    except NotReady as error:
        raise Stop(FILES, f"error: {error}") from None
    report = reported(counts, guideline, show_small=args.show_small_cells)
    for path in report.write(args.out or out / "report", args.name):
        print(path)
    return OK
