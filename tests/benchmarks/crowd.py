"""Any number of likely patients as columns, unknown and partly known facts included: tests/inference/patients.py drawn by the million."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.language.guideline import Guideline
from engine.language.vocabulary import Fact
from tests.inference.patients import ALWAYS, COURSES, SIZES, SOMETIMES

SILENCE = (0.0, 0.03, 0.1, 0.3)  # how much is left out of a patient
BROKEN = "no such code"
STRANGE = 0.0005  # values drawn from all that the vocabulary has, groups included


def crowd(guideline: Guideline, count: int, seed: int, broken: float = 0.0) -> pa.RecordBatch:
    """A column for each fact that is said of anybody, and `patient`, a name for each row; so many cells of codes cannot be read."""
    rng = np.random.default_rng(seed)
    silence = rng.choice(SILENCE, count)
    course = rng.choice(len(COURSES), count, p=np.array([weight for weight, _ in COURSES]) / sum(w for w, _ in COURSES))
    names = {*ALWAYS, *SOMETIMES, *(name for _, facts in COURSES for name in facts)}
    cells: dict[str, Any] = {}
    columns: dict[str, pa.Array] = {
        "patient": pa.array(np.char.add("p", np.arange(seed << 24, (seed << 24) + count).astype(str)))
    }
    for name in guideline.vocabulary:
        if name not in names:
            continue
        fact, words = guideline.vocabulary[name], _words(guideline.vocabulary[name])
        drawn = np.full(count, -1, np.int64) if not fact.numeric else np.full(count, np.nan)
        for which, (_, facts) in enumerate(COURSES):
            for weights, left_out in ((ALWAYS, silence), (facts, silence), (SOMETIMES, 0.6)):
                if name in weights:
                    rows = np.flatnonzero((course == which) & (rng.random(count) >= left_out))
                    drawn[rows] = _draw(fact, weights[name], words, len(rows), rng)
        strange = np.flatnonzero(rng.random(count) < STRANGE)
        drawn[strange] = (
            rng.integers(*map(int, fact.range), len(strange))
            if fact.numeric
            else rng.integers(0, len(words), len(strange))
        )
        cells[name] = drawn
    _agree(guideline, cells)
    columns |= {
        name: _column(guideline.vocabulary[name], drawn, _words(guideline.vocabulary[name]))
        for name, drawn in cells.items()
    }
    if broken:
        columns = {name: _spoilt(column, rng, broken) for name, column in columns.items()}
    return pa.record_batch(columns)


def _agree(guideline: Guideline, cells: dict[str, Any]) -> None:
    """Leave out what would only contradict the rest, as tests/inference/patients.py does."""

    def said(name: str, *values: Any) -> Any:
        words = _words(guideline.vocabulary[name])
        return np.isin(cells[name], [words.index(value) for value in values])

    def drop(name: str, where: Any) -> None:
        cells[name][where] = np.nan if guideline.vocabulary[name].numeric else -1

    for name in ("menopausal_status", "pregnant", "breastfeeding"):
        drop(name, said("sex", "male"))
    drop("pregnant", said("menopausal_status", "postmenopausal"))
    drop("ct", said("inflammatory", True))
    size, fitting = cells["tumour_size_mm"], np.zeros(len(cells["ct"]), bool)
    for category, (low, high) in SIZES.items():
        fitting |= (said("pt", category) | (cells["pt"] < 0) & said("ct", category)) & (size > low) & (size <= high)
    drop("tumour_size_mm", ~fitting)
    drop("tnbc_declared", ~np.isnan(cells["er_percent"]) & ~np.isnan(cells["pr_percent"]) & (cells["her2_ihc"] >= 0))
    drop("rcb_class", said("ypt", "T0", "Tis") & said("ypn", "N0"))


def _words(fact: Fact) -> list[Any]:
    return [*fact.values, *fact.groups, *fact.open_values]


def _draw(fact: Fact, weights: Mapping[Any, int], words: list[Any], count: int, rng: np.random.Generator) -> Any:
    values, shares = list(weights), np.array(list(weights.values()), float)
    which = rng.choice(len(values), count, p=shares / shares.sum())
    if not fact.numeric:
        places = [words.index(value) if value in words else -1 for value in values]  # not a word: said as unknown
        return np.array(places)[which]
    low = np.array([value[0] if isinstance(value, tuple) else value for value in values], float)[which]
    high = np.array([value[1] if isinstance(value, tuple) else value for value in values], float)[which]
    drawn = rng.uniform(low, high)
    return np.round(drawn) if fact.type == "integer" else np.round(drawn, 1)


def _column(fact: Fact, drawn: Any, words: list[Any]) -> pa.Array:
    if fact.numeric:
        missing = np.isnan(drawn)
        if fact.type == "integer":
            return pa.array(np.where(missing, 0, drawn).astype(np.int16), mask=missing)
        return pa.array(drawn, mask=missing)
    if fact.type == "boolean":
        return pa.array(drawn == 0, mask=drawn < 0)
    return pa.DictionaryArray.from_arrays(pa.array(drawn.astype(np.int8), mask=drawn < 0), pa.array(words, pa.string()))


def _spoilt(column: pa.Array, rng: np.random.Generator, share: float) -> pa.Array:
    """Codes, here and there a word that none is."""
    if not pa.types.is_dictionary(column.type):
        return column
    strange = pa.array(rng.random(len(column)) < share)
    places = pc.if_else(strange, pa.scalar(len(column.dictionary), column.type.index_type), column.indices)
    return pa.DictionaryArray.from_arrays(places, pa.concat_arrays([column.dictionary, pa.array([BROKEN])]))
