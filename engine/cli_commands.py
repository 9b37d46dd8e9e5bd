"""What each command does: the exit code of a run, with its output on standard output; a Stop ends it early."""

import argparse
import datetime
import importlib
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from engine import Engine, EvaluatorsDisagree, FactsError, Guideline, GuidelineError, default_rules, load
from engine.cli_input import FormatError, UnreadableError, read_request, read_text
from engine.inference.decide import ENGINE_VERSION
from engine.inference.page import WIDTH
from engine.inference.text import readable
from engine.inference.trace import traced
from engine.intake.fhir import Extraction, extract
from engine.language.problems import did_you_mean

OK, PROBLEMS, USAGE, FACTS, DISAGREE, FILES, INTERNAL, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 3, 4, 5, 70, 130, 141
SHOWN = 10  # problems of a guideline that are shown where the command is not `check`
Answer = TypeVar("Answer")


class Stop(Exception):
    """The command ends here: with this exit code, and these lines on standard error."""

    def __init__(self, code: int, *lines: str) -> None:
        self.code, self.lines = code, lines
        super().__init__(code)


def evaluate(args: argparse.Namespace) -> int:
    """The Decision on one patient."""
    guideline = _guideline(args)
    record = _record(args, guideline) if args.fhir else None
    facts, day = (record[0].to_decide, record[1]) if record else _patient(args)
    engine = Engine(guideline, cross_check=args.cross_check)
    if args.json:
        answer = _answer(engine.decide, facts, day)
        sys.stdout.flush()
        sys.stdout.buffer.write(answer + b"\n")
        sys.stdout.buffer.flush()
        return OK
    decision = _answer(engine.decision, facts, day)
    width, colour = _terminal()
    _print(readable(decision, engine.decider(day).guideline, width=width, colour=colour))
    if record:
        _print(_account(record[0], guideline))
    return OK


def explain(args: argparse.Namespace) -> int:
    """One rule for one patient."""
    guideline = _guideline(args)
    known = {name: rule for rule in guideline.rules for name in (rule.id, rule.number, rule.number.lower())}
    rule = known.get(args.rule)
    if rule is None:
        near = [name for one in guideline.rules for name in (one.id, one.number)]
        raise Stop(USAGE, f"error: there is no rule `{args.rule}`", f"  {did_you_mean(args.rule, near)}")
    facts, day = _patient(args)
    if not rule.in_force(day):
        until = f" to {rule.effective_to}" if rule.effective_to else ""
        _print(f"{rule.number} is not in force on {day}: it answers from {rule.effective_from}{until}.\n")
        return OK
    engine = Engine(guideline, cross_check=args.cross_check)
    width, colour = _terminal()

    def answer(facts: Any, day: datetime.date) -> str:
        decider = engine.decider(day)
        return traced(decider.guideline.rule(rule.id), decider, engine.read(facts), width=width, colour=colour)

    _print(_answer(answer, facts, day))
    return OK


def schema(args: argparse.Namespace) -> int:
    """JSON Schemas of the guideline's files."""
    from engine.language.schema import schemas, stale, written

    guideline = _guideline(args)
    folder = Path(args.out) if args.out else guideline.root
    if args.check:
        behind = stale(guideline, folder)
        for name in behind:
            _print(f"{folder / name} is not current\n")
        _print("run `schema` to write them again\n" if behind else "all schemas are current\n")
        return PROBLEMS if behind else OK
    folder.mkdir(parents=True, exist_ok=True)
    made = schemas(guideline)
    for name, one in made.items():
        (folder / name).write_text(written(one), encoding="utf-8")
    _print(f"wrote {len(made)} schemas to {folder}\n")
    return OK


def serve(args: argparse.Namespace) -> int:
    """The HTTP service, started by name: the engine does not know it."""
    try:
        service = importlib.import_module("api.serve")
    except ModuleNotFoundError as error:
        raise Stop(INTERNAL, f"error: the service is not installed (no module `{error.name}`)") from None
    names = ("host", "port", "rules", "workers", "reload_rules")
    options = {name: value for name in names if (value := getattr(args, name)) is not None}
    code = service.main(**options)
    return code if isinstance(code, int) else OK


def settings(args: argparse.Namespace) -> int:
    """What the service would run with."""
    try:
        shown = importlib.import_module("api.settings_shown")
    except ModuleNotFoundError as error:
        raise Stop(INTERNAL, f"error: the service is not installed (no module `{error.name}`)") from None
    code: int = shown.main("json" if args.json else "text")
    return code


def version(args: argparse.Namespace) -> int:
    """Which engine, which guideline."""
    _print(f"{args.prog} {ENGINE_VERSION}\n")
    try:
        guideline = load(_folder(args.rules))
    except GuidelineError as error:
        _print(f"guideline: {_count(len(error.problems), 'problem')}; see `{args.prog} check`\n")
        return PROBLEMS
    _print(f"guideline {guideline.id} {guideline.version}, sha256 {guideline.sha256}\n")
    return OK


# ---- what commands share --------------------------------------------------------------------------------------------
def _folder(name: str | None) -> Path:
    folder = Path(name) if name else default_rules()
    if not folder.is_dir():
        what = f"`{folder}` is not a folder" if folder.exists() else f"there is no folder `{folder}`"
        raise Stop(FILES, f"error: {what}", "  name the folder that holds guideline.yaml")
    return folder


def _guideline(args: argparse.Namespace) -> Guideline:
    try:
        return load(_folder(args.rules))
    except GuidelineError as error:
        lines = [str(problem) for problem in error.problems[:SHOWN]]
        if len(error.problems) > SHOWN:
            lines.append(f"... and {len(error.problems) - SHOWN} more; see `{args.prog} check`")
        count = _count(len(error.problems), "problem")
        raise Stop(PROBLEMS, *lines, f"error: the guideline has {count} and cannot be used") from None


def _patient(args: argparse.Namespace) -> tuple[Any, datetime.date]:
    """The facts, and the day they are answered for: as the option says, else as the file says, else today."""
    try:
        request = read_request(args.file)
    except UnreadableError as error:
        raise Stop(FILES, f"error: {error}") from None
    except FormatError as error:
        name = "standard input" if args.file == "-" else f"`{args.file}`"
        raise Stop(FACTS, f"error: the facts in {name} cannot be read", f"  {error}") from None
    return request.facts, args.as_of or request.as_of or datetime.date.today()


def _record(args: argparse.Namespace, guideline: Guideline) -> tuple[Extraction, datetime.date]:
    """The facts of a record in FHIR, as of the day of the option, else today."""
    try:
        text = read_text(args.file)
    except UnreadableError as error:
        raise Stop(FILES, f"error: {error}") from None
    day = args.as_of or datetime.date.today()
    found = extract(text, guideline, day)
    if not found.resources:
        name = "standard input" if args.file == "-" else f"`{args.file}`"
        raise Stop(
            FACTS,
            f"error: {name} holds no FHIR resource",
            "  a Bundle, a list of resources or one resource a line, as JSON",
        )
    return found, day


def _account(found: Extraction, guideline: Guideline) -> str:
    """Where each fact was read, and what was noticed; values stand in the Decision above."""
    lines = ["", f"Read from {_count(found.resources, 'resource')}"]
    for name, sources in found.provenance.items():
        places = ", ".join(f"{one.resource}/{one.id or '?'}" for one in sources[:4])
        more = f" and {len(sources) - 4} more" if len(sources) > 4 else ""
        lines.append(f"  {guideline.vocabulary[name].label}: {places}{more}")
    for conflict in found.conflicts:
        lines.append(
            f"  conflict: {guideline.vocabulary[conflict.fact].label}: {' against '.join(str(one.says) for one in conflict.sides)}"
        )
    lines += [f"  {one.code}: {one.path}: {one.text}" for one in found.warnings]
    lines += [f"  not used: {one.resource}/{one.id or '?'}: {one.reason}" for one in found.unused]
    return "\n".join(lines) + "\n"


def _answer(ask: Callable[[Any, datetime.date], Answer], facts: Any, day: datetime.date) -> Answer:
    """What the engine answers; a Stop that says what is wrong with the facts, or that no answer is given."""
    try:
        return ask(facts, day)
    except FactsError as error:
        lines = [f"error: {_count(len(error.problems), 'fact')} cannot be read"]
        for problem in error.problems:
            lines.append(f"  {problem.fact}: {problem.message}")
            lines += [f"    {problem.hint}"] if problem.hint else []
        raise Stop(FACTS, *lines) from None
    except EvaluatorsDisagree as error:
        lines = [f"  {number}: {one} or {other}" for number, (one, other) in sorted(error.rules.items())]
        hint = "this is a fault of the program or of its machine: please report it with the version"
        raise Stop(DISAGREE, "error: the evaluators disagree, so no answer is given", *lines, f"  {hint}") from None


def _print(text: str) -> None:
    sys.stdout.write(text)


def _terminal() -> tuple[int, bool]:
    """How wide text is set, and whether in colour."""
    if not sys.stdout.isatty():
        return WIDTH, False
    colour = "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return max(80, min(100, shutil.get_terminal_size((WIDTH, 24)).columns)), colour


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
