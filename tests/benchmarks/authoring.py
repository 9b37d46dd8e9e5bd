"""The authors' commands on the real guideline, and on a made one of 400 rules and 60 facts: seconds, each once and in this process."""

import datetime
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine import default_rules, load
from engine.authoring.analysis import analyse
from engine.authoring.check import check
from engine.authoring.coverage import Coverage
from engine.authoring.difference import difference
from engine.authoring.mutation import Mutation
from engine.language.scenarios import read_scenarios
from tests.guideline_maker import Maker
from tests.strategies import written

DAY = datetime.date(2026, 11, 22)
FACTS, DERIVED, RULES, CONTRADICTIONS = 60, 12, 400, 8
SEED = 20261122
EDITED = "recommendations/adjuvant/adjuvant-olaparib-after-surgery-first.yaml"


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long some work takes, and what comes of it."""
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def line(name: str, took: float, note: str) -> str:
    """One line of the table."""
    return f"  {name:<58} {took:>9.2f} s   {note}"


def real() -> list[str]:
    """The five commands on the installed guideline; the edit moves one threshold."""
    folder = default_rules()
    guideline = load(folder)
    scenarios = read_scenarios(folder.parent / "features", guideline.vocabulary)
    found = [line("check", seconds(lambda: check(folder))[0], "at most 1 s")]
    took, findings = seconds(lambda: analyse(guideline, DAY))
    found.append(line("analyse", took, f"at most 10 s; {len(findings)} findings, waived ones included"))
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / "rules"
        shutil.copytree(folder, copy)
        text = (copy / EDITED).read_text(encoding="utf-8")
        (copy / EDITED).write_text(text.replace("{gt: 365}", "{gt: 180}"), encoding="utf-8")
        took, changes = seconds(lambda: difference(guideline, load(copy), DAY))
    found.append(line("diff, one threshold moved", took, f"at most 10 s; {len(changes.rules)} rule(s) changed"))
    took, _ = seconds(lambda: Coverage(guideline, scenarios))
    found.append(line("coverage", took, f"{len(scenarios):,} scenarios"))
    took, mutation = seconds(lambda: Mutation(guideline, scenarios))
    note = f"{len(mutation.verdicts):,} mutants, {len(mutation.survivors)} survive, score {100 * mutation.score:.1f} %"
    return [*found, line("mutate", took, note)]


def made() -> list[str]:
    """Check, analyse and diff on a made guideline; the edit leaves one rule out."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "rules"
        written(Maker(SEED, FACTS, DERIVED, RULES, CONTRADICTIONS).make(), folder)
        guideline = load(folder)
        found = [line("check", seconds(lambda: check(folder))[0], "")]
        took, findings = seconds(lambda: analyse(guideline, DAY))
        found.append(line("analyse", took, f"{len(findings)} findings"))
        rules = guideline.rules
        named = {name for rule in rules for name in rule.overrides}
        gone = next(rule for rule in rules if rule.id not in named)
        other = replace(guideline, rules=tuple(rule for rule in rules if rule is not gone))
        took, changes = seconds(lambda: difference(guideline, other, DAY))
        found.append(line("diff, one rule removed", took, f"{len(changes.rules)} rule(s) changed"))
    return found


def lines() -> list[str]:
    """The tables."""
    found = ["Authoring, the real guideline", *real()]
    return [*found, f"Authoring, a made guideline of {RULES} rules and {FACTS} facts", *made()]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
