"""Whole guidelines and patients made at random, for properties that must hold for every guideline.

    guidelines()                 a Hypothesis strategy: the files of a guideline as an author would write them
    written(files, folder)       the same files on disk
    loaded(files)                the guideline, read by the real loader
    patient(guideline, rng)      facts as a caller would send them: values, groups, lists, ranges, open values, null, nothing

Hypothesis draws the sizes and one seed; the rest comes from `random.Random(seed)`, which keeps generation fast and lets a failure shrink to a
small guideline (guideline_maker.py).

TNBC_TEST_PROFILE=thorough runs many more examples, with fresh randomness.
"""

import datetime
import os
import random
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from engine import Guideline, load
from engine.inference.space import Cells, cells_of
from engine.language.states import Interval
from engine.language.vocabulary import Fact
from tests.guideline_maker import Files, Maker

THOROUGH = os.environ.get("TNBC_TEST_PROFILE") == "thorough"
_COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("ci", derandomize=True, max_examples=60, **_COMMON)
settings.register_profile("thorough", derandomize=False, max_examples=3000, **_COMMON)
settings.load_profile("thorough" if THOROUGH else "ci")

AS_OF = datetime.date(2026, 11, 22)


def examples(ci: int, thorough: int) -> settings:
    """The number of examples of one property in either profile."""
    return settings(max_examples=thorough if THOROUGH else ci)


def rounds(ci: int, thorough: int) -> int:
    """The number of rounds of a plain random loop in either profile."""
    return thorough if THOROUGH else ci


def guidelines(*, facts: int = 10, derived: int = 6, rules: int = 12) -> st.SearchStrategy[Files]:
    """The files of a guideline with at most so many facts, derived facts and rules."""
    return st.builds(
        lambda *sizes: Maker(*sizes).make(),
        st.integers(0, 2**32 - 1),
        st.integers(4, facts),
        st.integers(0, derived),
        st.integers(1, rules),
        st.integers(0, 4),
    )


def some_guideline(rng: random.Random) -> Files:
    """One guideline of ordinary size."""
    return Maker(
        rng.getrandbits(32), rng.randint(4, 12), rng.randint(0, 8), rng.randint(2, 14), rng.randint(0, 4)
    ).make()


# ---- files --------------------------------------------------------------------------------------------------------------
class _Dumper(yaml.CSafeDumper):
    """Quotes every text that is not plainly a word, as a careful author would."""


_PLAIN = re.compile(
    r"(?!(?:yes|no|on|off|true|false|null|y|n)$)[A-Za-z][A-Za-z0-9 _.#/-]*[A-Za-z0-9.]|\d{4}-\d\d-\d\d", re.IGNORECASE
)


def _text(dumper: Any, text: str) -> Any:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return dumper.represent_scalar("tag:yaml.org,2002:timestamp", text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=None if _PLAIN.fullmatch(text) else '"')


_Dumper.add_representer(str, _text)
_Dumper.ignore_aliases = lambda self, data: True  # type: ignore[method-assign]


def written(files: Files, folder: Path) -> Path:
    """The files below the folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = data if isinstance(data, str) else yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
        path.write_text(text, encoding="utf-8")
    return folder


def loaded(files: Files) -> Guideline:
    """The guideline, written to a temporary folder and read by the loader."""
    with tempfile.TemporaryDirectory() as folder:
        return load(written(files, Path(folder) / "rules"))


# ---- patients -----------------------------------------------------------------------------------------------------------
def patient(
    guideline: Guideline,
    rng: random.Random,
    cells: Mapping[str, Cells] | None = None,
    *,
    silence: float | None = None,
) -> dict[str, Any]:
    """Facts as a caller sends them; `silence` is the share of facts of which nothing is sent."""
    cells = cells if cells is not None else cells_of(guideline)
    silence = rng.choice((0.0, 0.1, 0.3, 0.6)) if silence is None else silence
    facts = {}
    for name, fact in guideline.vocabulary.items():
        if fact.given and rng.random() >= silence:
            facts[name] = answer(fact, cells[name], rng)
    return facts


def answer(fact: Fact, cells: Cells, rng: random.Random) -> Any:
    """One fact as sent: mostly a value, else anything the vocabulary accepts."""
    choice = rng.random()
    if choice < 0.05:
        return rng.choice((None, "unknown", "not done"))
    if choice < 0.1 and fact.open_values:
        return rng.choice(list(fact.open_values))
    if fact.type == "boolean":
        return rng.random() < 0.5 if choice < 0.95 else {"one_of": [True, False]}
    if fact.type == "code":
        if choice < 0.2 and fact.groups:
            return rng.choice(list(fact.groups))
        if choice < 0.35:
            several = rng.sample(list(fact.values), rng.randint(1, len(fact.values)))
            return several if rng.random() < 0.3 else {"one_of": several}
        return rng.choice(list(fact.values))
    if choice < 0.3:
        return number_range(fact, cells, rng)
    return number(fact, cells, rng)


def vaguer(fact: Fact, raw: Any, cells: Cells, rng: random.Random) -> Any:
    """The same answer said less precisely: a group, a list, a range around it, or nothing (None)."""
    if raw is None or rng.random() < 0.3:
        return None
    state = fact.read(raw).state
    if isinstance(state, Interval):
        low, high = (number(fact, cells, rng) for _ in range(2))
        return {"ge": min(low, state.low), "le": max(high, state.high)}
    if fact.type == "boolean":
        return None
    fitting = [name for name, members in fact.groups.items() if state <= members]
    if fitting and rng.random() < 0.5:
        return rng.choice(fitting)
    return {"one_of": [value for value in fact.values if value in state or rng.random() < 0.3]}


def number(fact: Fact, cells: Cells, rng: random.Random) -> float:
    """A number of the fact's range, often on or beside a bound some test uses."""
    low, high = fact.range
    if rng.random() < 0.7:
        state = rng.choice(cells.samples())
        assert isinstance(state, Interval)
        return state.low
    if fact.type == "integer":
        return rng.randint(int(low), int(high))
    return round(rng.uniform(low, high), rng.choice((0, 1, 2))) if high - low > 2 else rng.uniform(low, high)


def number_range(fact: Fact, cells: Cells, rng: random.Random) -> Any:
    """A range the fact accepts."""
    for _ in range(5):
        one, other = sorted((number(fact, cells, rng), number(fact, cells, rng)))
        raw = rng.choice(
            (
                {rng.choice(("gt", "ge")): one, rng.choice(("lt", "le")): other},
                {rng.choice(("gt", "ge")): one},
                {rng.choice(("lt", "le")): other},
                f"{one}..{other}",
                f"{rng.choice(('<', '<=', '>', '>='))}{one}",
            )
        )
        try:
            fact.read(raw)
        except ValueError:
            continue
        return raw
    return None
