"""`watch`: check and test again whenever a file of the guideline or of its features is saved, and tell only what changed.

Watcher(folder, features).look()     -> the lines to print: what is new, and what is mended
run(folder, features)                the same on every save, until it is interrupted
"""

import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.authoring.check import Checked, check
from engine.authoring.expectations import scenarios_of
from engine.authoring.testing import Failure, Lines, beside, tried
from engine.inference.decide import EvaluatorsDisagree
from engine.language.guideline import Guideline
from engine.language.scenarios import FeatureError, NoGherkin

OK, FILES, INTERNAL = 0, 5, 70
KINDS = (".yaml", ".csv", ".feature")
PAUSE = 200  # milliseconds without another save, before anything is looked at
AWAKE = 500  # milliseconds after which an interruption is noticed at the latest
SHOWN = 10  # new failures that are printed in full
Texts = Mapping[Any, str]


class Watcher:
    """A guideline and its features, and what was said of them last."""

    def __init__(self, folder: Path, features: Path) -> None:
        self.folder, self.features = folder, features
        self._problems: Texts = {}
        self._failures: Texts = {}
        self._number = 0  # of scenarios
        self._first = True

    def look(self) -> list[str]:
        """Check, then test if that is possible; what is new, what is mended, and how things stand now."""
        begun = time.perf_counter()
        found = check(self.folder)
        problems = {(one.place.path, one.code, one.message): str(one) for one in found.problems}
        lines = _changes(self._problems, problems, "mended")
        self._problems = problems
        lines += self._tested(found.guideline)
        standing = [found.summary.partition(":")[0], *self._standing(found)]
        if not lines and not self._first:
            standing.insert(0, "no change")
        self._first = False
        return [*lines, f"{'; '.join(standing)} ({time.perf_counter() - begun:.1f} s)"]

    def _tested(self, guideline: Guideline | None) -> list[str]:
        """What changed in the scenarios. While the guideline cannot be used, they are as they were."""
        if guideline is None or not self.features.is_dir():
            return []
        try:
            scenarios = scenarios_of(self.features, guideline)
            result = tried(guideline, scenarios)
        except FeatureError as error:
            failures: Texts = {(one.place.path, one.code, one.message): str(one) for one in error.problems}
        except EvaluatorsDisagree as error:
            failures = {"evaluators": f"{error}: this is a fault of the program, please report it"}
        else:
            self._number = result.number
            lines = Lines([self.features])
            failures = {one.key: _failure(one, lines) for one in result.failures}
        changes = _changes(self._failures, failures, "passes")
        self._failures = failures
        return changes

    def _standing(self, found: Checked) -> list[str]:
        if found.guideline is None:
            return ["scenarios wait until the errors are mended"]
        if not self.features.is_dir():
            return []
        if self._failures:
            return [f"{len(self._failures):,} of the scenarios' expectations fail"]
        return [f"{self._number:,} scenarios pass"]


def _failure(one: Failure, lines: Lines) -> str:
    return one.text(lines.of(one.scenario))


def _changes(before: Texts, now: Texts, gone: str) -> list[str]:
    """Each text that is new, then the first line of each that is not found any more."""
    new = [text for key, text in now.items() if key not in before]
    lines = [f"{text}\n" for text in new[:SHOWN]]
    lines += [f"... and {len(new) - SHOWN} more\n"] if len(new) > SHOWN else []
    old = [text.splitlines()[0] for key, text in before.items() if key not in now]
    lines += [f"{gone}: {text}" for text in old[:SHOWN]]
    return lines + ([f"{gone}: ... and {len(old) - SHOWN} more"] if len(old) > SHOWN else [])


# ---- the command --------------------------------------------------------------------------------------------------------
def run(folder: Path, features: Path | None = None) -> int:
    """Look now and on every save, until the author interrupts it; then 0."""
    from watchfiles import watch

    features = features or beside(folder)
    watcher = Watcher(folder, features)
    watched = [str(one) for one in (folder, features) if one.is_dir()]
    try:
        changes = watch(
            *watched,
            watch_filter=lambda _, path: path.endswith(KINDS),
            debounce=PAUSE,
            step=50,
            rust_timeout=AWAKE,
            yield_on_timeout=True,
        )
        next(changes)  # from here on nothing that is saved is missed
        _say(watcher.look(), f"watching {' and '.join(watched)}; Ctrl-C ends it")
        for found in changes:
            if found:
                _say(watcher.look())
    except NoGherkin as error:
        print(f"error: {error}", file=sys.stderr)
        return INTERNAL
    except KeyboardInterrupt:
        pass
    return OK


def _say(lines: Sequence[str], last: str = "") -> None:
    now = time.strftime("%H:%M:%S")
    print("\n".join([*lines[:-1], f"{now}  {lines[-1]}", *([last] if last else [])]), flush=True)


__all__ = ["Watcher", "run"]
