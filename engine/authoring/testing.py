"""`test`: every scenario of the features against the rules, and what went wrong in clinical words.

    tried(guideline, scenarios)     -> Result: the failures, and how many scenarios there were
    run(folder, paths, rules)       the same as a command; the exit code

Each scenario is decided by both channels of the engine, as a patient of the service is.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.authoring.expectations import scenarios_of
from engine.authoring.progress import Bar
from engine.authoring.steps import Case, StepError, unmet
from engine.inference.decide import Engine, EvaluatorsDisagree
from engine.language.guideline import Guideline, load
from engine.language.problems import GuidelineError, did_you_mean
from engine.language.scenarios import FeatureError, NoGherkin, Scenario
from engine.language.vocabulary import FactsError

OK, PROBLEMS, USAGE, DISAGREE, FILES, FAILED, INTERNAL = 0, 1, 2, 4, 5, 7, 70
SHOWN = 30  # failures that are printed in full
Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Failure:
    """One expectation of one scenario that does not hold, or a scenario that cannot be evaluated."""

    scenario: Scenario
    expected: str
    got: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What stays the same when lines move."""
        return self.scenario.path, self.scenario.name, self.expected

    def text(self, source: str = "") -> str:
        """For a terminal: the place, the line as written, what was expected of whom, and what was got."""
        one = self.scenario
        lines = [f"{one.where}: {one.name}"]
        lines += [f"  {one.line} | {source.strip()}"] if source.strip() else []
        changes = ", ".join(f"{name} {value}" for name, value in one.changed.items())
        patient = f'"{one.patient}"' if one.patient else "nothing else known"
        lines.append(f"  patient:  {patient}{f', {changes}' if changes else ''}; as of {one.day}")
        lines += [f"  expected: {self.expected}"] if self.expected else []
        lines.append(f"  got:      {self.got}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Result:
    """What became of the scenarios."""

    number: int
    failures: tuple[Failure, ...]
    seconds: float = 0

    @property
    def failed(self) -> int:
        """How many scenarios fail."""
        return len({(one.scenario.path, one.scenario.line) for one in self.failures})

    @property
    def summary(self) -> str:
        """`3 of 1,843 scenarios fail, in 2.1 s`."""
        count = f"{self.number:,} scenario{'' if self.number == 1 else 's'}"
        if not self.failures:
            return f"{count} pass{'es' if self.number == 1 else ''}, in {self.seconds:.1f} s"
        return f"{self.failed:,} of {count} fail{'s' if self.failed == 1 else ''}, in {self.seconds:.1f} s"


def tried(guideline: Guideline, scenarios: Sequence[Scenario], progress: Progress | None = None) -> Result:
    """Every scenario, evaluated; raises EvaluatorsDisagree."""
    begun, engine = time.perf_counter(), Engine(guideline)
    failures: list[Failure] = []
    for number, one in enumerate(scenarios):
        if progress and number % 50 == 0:
            progress(number / len(scenarios), "scenarios")
        failures += _failures(engine, one)
    return Result(len(scenarios), tuple(failures), time.perf_counter() - begun)


def _failures(engine: Engine, scenario: Scenario) -> list[Failure]:
    case = Case(engine, scenario.facts, scenario.day)
    found = []
    for one in scenario.expected:
        text = f"{one.rule} {one.what}".strip()
        try:
            missed = unmet(case, text)
        except StepError as error:
            found.append(Failure(scenario, text, str(error)))
        except FactsError as error:
            why = "; ".join(f"{problem.fact}: {problem.message}" for problem in error.problems)
            return [Failure(scenario, "", f"these facts cannot be read: {why}")]
        else:
            found += [Failure(scenario, text, missed.got)] if missed else []
    if not scenario.expected:
        found.append(Failure(scenario, "", "nothing: the scenario expects nothing, so it cannot fail"))
    return found


# ---- the command --------------------------------------------------------------------------------------------------------
def run(folder: Path, paths: Sequence[Path] = (), rules: Sequence[str] = ()) -> int:
    """Run the features below `paths` (folders or .feature files; by default the folder `features` beside the guideline).

    0 all pass; 1 the guideline or a feature has problems; 2 a rule that does not exist; 5 features that cannot be found; 7 a scenario fails.
    """
    wanted = [path.resolve() for path in paths] or [beside(folder)]
    missing = [path for path in wanted if not path.exists()]
    if missing:
        print(f"error: there is no `{missing[0]}`\n  name a folder of features, or a .feature file", file=sys.stderr)
        return FILES
    bar = Bar(sys.stderr)
    try:
        guideline = load(folder)
        numbers = _numbers(guideline, rules)
        scenarios = [one for root in roots(wanted) for one in _below(root, wanted, guideline)]
        scenarios = [one for one in scenarios if not numbers or any(map(one.speaks_of, numbers))]
        result = tried(guideline, scenarios, bar.show)
    except GuidelineError as error:
        print(f"{error}\nerror: the guideline has problems; see `check`", file=sys.stderr)
        return PROBLEMS
    except _NoRule as error:
        print(error, file=sys.stderr)
        return USAGE
    except FeatureError as error:
        print(f"{error}\n\nerror: {problems_in(error)}, so none was run", file=sys.stderr)
        return PROBLEMS
    except NoGherkin as error:
        print(f"error: {error}", file=sys.stderr)
        return INTERNAL
    except EvaluatorsDisagree as error:
        print(f"error: {error}: this is a fault of the program, please report it", file=sys.stderr)
        return DISAGREE
    finally:
        bar.clear()
    if not scenarios:
        what = f"speaks of {' or '.join(rules)}" if rules else "is there"
        print(f"error: no scenario {what}", file=sys.stderr)
        return FILES
    print(text(result, wanted))
    return FAILED if result.failures else OK


def text(result: Result, wanted: Sequence[Path] = ()) -> str:
    """The failures and the summary."""
    lines = Lines(wanted)
    shown = [f"{one.text(lines.of(one.scenario))}\n" for one in result.failures[:SHOWN]]
    if len(result.failures) > SHOWN:
        shown.append(f"... and {len(result.failures) - SHOWN} more\n")
    return "\n".join([*shown, result.summary])


class Lines:
    """The lines of feature files as they are written."""

    def __init__(self, wanted: Sequence[Path]) -> None:
        self._parents = [root.parent for root in roots(wanted)]
        self._files: dict[str, list[str]] = {}

    def of(self, scenario: Scenario) -> str:
        """The line of a scenario, or of its row."""
        if scenario.path not in self._files:
            path = next((found for one in self._parents if (found := one / scenario.path).is_file()), None)
            self._files[scenario.path] = path.read_text(encoding="utf-8").splitlines() if path else []
        lines = self._files[scenario.path]
        return lines[scenario.line - 1] if scenario.line <= len(lines) else ""


def problems_in(error: FeatureError) -> str:
    """`2 problems in the features`."""
    number = len(error.problems)
    return f"{number} problem{'' if number == 1 else 's'} in the features"


class _NoRule(Exception):
    pass


def beside(folder: Path) -> Path:
    """The features of a guideline."""
    return folder.resolve().parent / "features"


def roots(wanted: Sequence[Path]) -> list[Path]:
    """For each path the folder of features it belongs to: the highest above it that is called `features` or holds patients, or itself."""
    found = []
    for path in wanted:
        here = path if path.is_dir() else path.parent
        above = [one for one in (here, *here.parents) if one.name == "features" or (one / "patients").is_dir()]
        found.append(above[-1] if above else here)
    return list(dict.fromkeys(found))


def _below(root: Path, wanted: Sequence[Path], guideline: Guideline) -> list[Scenario]:
    scenarios = scenarios_of(root, guideline)
    return [one for one in scenarios if any((root.parent / one.path).is_relative_to(path) for path in wanted)]


def _numbers(guideline: Guideline, names: Sequence[str]) -> list[str]:
    known: dict[Any, str] = {
        name: rule.number for rule in guideline.rules for name in (rule.id, rule.number, rule.number.lower())
    }
    for name in names:
        if name not in known:
            raise _NoRule(f"error: there is no rule `{name}`\n  {did_you_mean(name, known)}")
    return [known[name] for name in names]


__all__ = ["Failure", "Result", "beside", "problems_in", "run", "text", "tried"]
