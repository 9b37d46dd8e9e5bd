"""The commands on scenarios: `coverage`, `mutate`, `suggest-tests`. Each prints its result and gives the exit code.

0 nothing is missing; 1 a way without scenario, a surviving mutant, or a mistake in a file; 2 a rule that does not exist; 5 no features there.
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from engine.authoring import coverage as coverages
from engine.authoring import mutation as mutations
from engine.authoring import suggestions
from engine.authoring.expectations import scenarios_of
from engine.authoring.formula import NoSolver
from engine.authoring.progress import Bar
from engine.authoring.revisions import RevisionError, changed_parts, changed_rules, guideline_of
from engine.authoring.testing import problems_in
from engine.language.guideline import Guideline, load
from engine.language.problems import GuidelineError, did_you_mean
from engine.language.scenarios import FeatureError, NoGherkin, Scenario, named_patients

OK, PROBLEMS, USAGE, FILES, INTERNAL = 0, 1, 2, 5, 70
Work = Callable[[Guideline, list[Scenario], Path], int]


def coverage(folder: Path, features: Path | None = None, *, changed: str | None = None, form: str = "text") -> int:
    """Which ways each rule can go have a scenario; with `changed` only for the rules that differ from a revision."""

    def work(guideline: Guideline, scenarios: list[Scenario], _: Path) -> int:
        numbers = None if changed is None else changed_rules(guideline_of(changed, folder), guideline)
        found = coverages.Coverage(guideline, scenarios, numbers)
        print(coverages.data(found) if form == "json" else coverages.text(found))
        return PROBLEMS if found.missing else OK

    return _with_scenarios(folder, features, work)


def mutate(
    folder: Path,
    features: Path | None = None,
    *,
    names: Sequence[str] = (),
    changed: str | None = None,
    form: str = "text",
) -> int:
    """Which small mistakes in the rules, tables, contradictions and assumptions no scenario would notice; of those named, or those that differ
    from a revision."""

    def work(guideline: Guideline, scenarios: list[Scenario], _: Path) -> int:
        begun = time.perf_counter()
        found = mutations.Mutation(guideline, scenarios, _chosen(guideline, names, changed, folder), Bar(sys.stderr))
        print(mutations.data(found) if form == "json" else mutations.text(found, time.perf_counter() - begun))
        return PROBLEMS if found.survivors else OK

    return _with_scenarios(folder, features, work)


def suggest(
    folder: Path, features: Path | None = None, *, names: Sequence[str] = (), changed: str | None = None
) -> int:
    """Rows for a feature that would notice the mistakes no scenario notices now."""

    def work(guideline: Guideline, scenarios: list[Scenario], where: Path) -> int:
        bar = Bar(sys.stderr)
        found = mutations.Mutation(guideline, scenarios, _chosen(guideline, names, changed, folder), bar)
        print(suggestions.text(suggestions.Suggestions(found, named_patients(where), Bar(sys.stderr))))
        return OK

    return _with_scenarios(folder, features, work)


class _NoRule(Exception):
    pass


def _chosen(guideline: Guideline, names: Sequence[str], changed: str | None, folder: Path) -> list[str] | None:
    """Rules (by id or number), facts and contradictions that are named, or that differ from a revision; None for all."""
    if changed is not None:
        old = guideline_of(changed, folder)
        return [*changed_rules(old, guideline), *changed_parts(old, guideline)]
    known = {name: rule.number for rule in guideline.rules for name in (rule.id, rule.number, rule.number.lower())}
    known |= {one: one for one in (*(each.fact for each in guideline.derivations), *guideline.assumptions)}
    known |= {name: one.code for one in guideline.contradictions for name in (one.code, one.code.lower())}
    for name in names:
        if name not in known:
            raise _NoRule(
                f"error: there is no rule, derived fact or contradiction `{name}`\n  {did_you_mean(name, known)}"
            )
    return [known[name] for name in names] or None


def _with_scenarios(folder: Path, features: Path | None, work: Work) -> int:
    """Run a command on a guideline and its scenarios, by default those of the folder `features` beside it."""
    where = features or folder.resolve().parent / "features"
    try:
        guideline = load(folder)
        if not where.is_dir():
            print(f"error: there is no folder `{where}`\n  name it with --features", file=sys.stderr)
            return FILES
        return work(guideline, scenarios_of(where, guideline), where)
    except GuidelineError as error:
        print(f"{error}\nerror: the guideline has problems; see `check`", file=sys.stderr)
        return PROBLEMS
    except FeatureError as error:
        print(f"{error}\n\nerror: {problems_in(error)}", file=sys.stderr)
        return PROBLEMS
    except RevisionError as error:
        print(f"error: {error}", file=sys.stderr)
        return FILES
    except _NoRule as error:
        print(error, file=sys.stderr)
        return USAGE
    except (NoSolver, NoGherkin) as error:
        print(f"error: {error}", file=sys.stderr)
        return INTERNAL


__all__ = ["coverage", "mutate", "suggest"]
