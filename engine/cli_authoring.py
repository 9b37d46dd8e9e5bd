"""The commands of authors: their arguments, and what runs them. The work is done in engine/authoring, which is imported only when it is asked for."""

import argparse
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.cli_commands import _folder

Command = Callable[[str, Any, str], argparse.ArgumentParser]


def add_check(command: Command) -> None:
    """Add `check`."""
    one = command("check", _check, "list every problem of a guideline folder, and what in it is probably not meant")
    one.add_argument("folder", nargs="?", metavar="FOLDER", help="the guideline (default: the one that is installed)")
    one.add_argument("--rules", metavar="FOLDER", help="the same")
    one.add_argument("--format", choices=("text", "json", "sarif", "github"), default="text")
    one.add_argument("--pages", metavar="URL", help="with sarif: the address at which docs/lint is published")


def add(command: Command, date: Callable[[str], Any]) -> None:
    """Add the commands to a parser."""
    one = command("test", _test, "run the scenarios of the features against the rules")
    one.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH",
        help="a folder of features, or a .feature file (default: `features` beside the guideline)",
    )  # fmt: skip
    _rules(one)
    one.add_argument("--rule", action="append", default=[], metavar="ID|NUMBER", help="only scenarios that speak of it")

    one = command("watch", _watch, "check and test again whenever a file is saved; tell what changed")
    _rules(one)
    _features(one)

    one = command(
        "analyse", _analyse, "prove what can be proved of a guideline: gaps, conflicts, dead rules and clauses"
    )
    _rules(one)
    one.add_argument("--format", choices=("text", "json"), default="text")
    one.add_argument("--as-of", type=date, metavar="DATE", help="the day whose rules are analysed (default: today)")
    one.add_argument("--waived", action="store_true", help="print what a file waives too, with the reason")

    one = command("coverage", _coverage, "show which ways each rule can go have a scenario")
    _rules(one)
    _features(one)
    one.add_argument("--changed", metavar="REV", help="only rules that differ from this git revision or folder")
    one.add_argument("--format", choices=("text", "json"), default="text")

    one = command("mutate", _mutate, "show which small mistakes in the rules no scenario would notice")
    _rules(one)
    _features(one)
    _some(one)
    one.add_argument("--format", choices=("text", "json"), default="text")

    one = command("suggest-tests", _suggest, "write feature rows that would notice what `mutate` finds unnoticed")
    _rules(one)
    _features(one)
    _some(one)

    one = command("diff", _diff, "compare two versions of a guideline: what changed, and for whom")
    one.add_argument("old", metavar="OLD", help="a folder, or a git revision of the guideline")
    one.add_argument("new", metavar="NEW", nargs="?", help="the same (default: the guideline as it is now)")
    _rules(one)
    one.add_argument("--format", choices=("text", "markdown"), default="text")
    one.add_argument("--as-of", type=date, metavar="DATE", help="the day whose rules are compared (default: today)")

    one = command("document", _document, "write the guideline as one page to read and review")
    _rules(one)
    one.add_argument("--out", type=Path, metavar="FILE", help="write it to this file (default: standard output)")

    one = command("new", _new, "write a commented file for a new rule, source or fact")
    one.add_argument("what", choices=("rule", "evidence", "fact"))
    one.add_argument("name", metavar="ID", help="its id")
    _rules(one)
    one.add_argument("--question", metavar="ID", help="of a rule: the question it answers")
    one.add_argument(
        "--prefix", metavar="ABC", help="of a rule: the letters of its number (default: as others of the question)"
    )
    one.add_argument("--section", metavar="ID", help="of a fact: the file of facts/ it goes into")
    one.add_argument("--type", choices=("boolean", "code", "number", "integer"), default="boolean", help="of a fact")


def _rules(one: argparse.ArgumentParser) -> None:
    one.add_argument("--rules", metavar="FOLDER", help="the guideline (default: the one that is installed)")


def _features(one: argparse.ArgumentParser) -> None:
    one.add_argument("--features", metavar="FOLDER", help="the scenarios (default: `features` beside the guideline)")


def _some(one: argparse.ArgumentParser) -> None:
    help_text = "only this rule (id or number), derived or assumed fact, or contradiction (code); may be repeated"
    one.add_argument("--rule", "--of", action="append", default=[], metavar="NAME", help=help_text)
    one.add_argument("--changed", metavar="REV", help="only what differs from this git revision or folder")


def _where(args: argparse.Namespace) -> tuple[Path, Path | None]:
    return _folder(args.rules), _folder(args.features) if args.features else None


def _test(args: argparse.Namespace) -> int:
    from engine.authoring.testing import run

    return run(_folder(args.rules), args.paths, args.rule)


def _watch(args: argparse.Namespace) -> int:
    from engine.authoring.watch import run

    return run(*_where(args))


def _analyse(args: argparse.Namespace) -> int:
    from engine.authoring.analysis import run

    return run(_folder(args.rules), _day(args), args.format, waived=args.waived)


def _day(args: argparse.Namespace) -> datetime.date:
    """The day that was asked for, else today: the only clock of these commands."""
    day: datetime.date | None = getattr(args, "as_of", None)
    return day or datetime.date.today()


def _check(args: argparse.Namespace) -> int:
    from engine.authoring.check import run

    return run(_folder(args.folder or args.rules), args.format, args.pages)


def _coverage(args: argparse.Namespace) -> int:
    from engine.authoring.commands_tests import coverage

    return coverage(*_where(args), changed=args.changed, form=args.format)


def _mutate(args: argparse.Namespace) -> int:
    from engine.authoring.commands_tests import mutate

    return mutate(*_where(args), names=args.rule, changed=args.changed, form=args.format)


def _suggest(args: argparse.Namespace) -> int:
    from engine.authoring.commands_tests import suggest

    return suggest(*_where(args), names=args.rule, changed=args.changed)


def _document(args: argparse.Namespace) -> int:
    from engine.authoring.document import document
    from engine.language.guideline import load

    page = document(load(_folder(args.rules)))
    if args.out is None:
        print(page, end="")
    else:
        args.out.write_text(page, encoding="utf-8")
    return 0


def _diff(args: argparse.Namespace) -> int:
    from engine.authoring.commands_diff import diff

    folder = _folder(args.rules)
    return diff(args.old, args.new or str(folder), folder, _day(args), form=args.format)


def _new(args: argparse.Namespace) -> int:
    from engine.authoring.commands_new import new

    return new(args.what, args.name, _folder(args.rules), _day(args), question=args.question, prefix=args.prefix,
               section=args.section, kind=args.type)  # fmt: skip
