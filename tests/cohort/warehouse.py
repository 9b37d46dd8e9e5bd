"""Patients as rows of a table of facts, what the definition says of each, and what a statement of `tnbc-cds sql` gave for them."""

import datetime
import math
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
import pyarrow as pa

from engine import Guideline
from engine.inference.decide import Decider
from engine.inference.reference import Outcome, outcomes, resolve
from engine.inference.space import Cells
from engine.language.vocabulary import Fact
from tests.inference.standing import standing

Row = dict[str, Any]  # a cell for each fact that may be sent
BROKEN = "no such code"


def row(guideline: Guideline, facts: Mapping[str, Any], rng: random.Random, *, broken: float = 0.0) -> Row:
    """The cells for facts as a caller sends them: what a table cannot say (a range of numbers) is not sent; some cells are spoilt."""
    found: Row = {}
    for fact in guideline.vocabulary.values():
        if fact.given:
            found[fact.name] = _cell(fact, facts.get(fact.name), rng)
            if rng.random() < broken:
                found[fact.name] = _spoilt(fact, rng)
    return found


def _cell(fact: Fact, raw: Any, rng: random.Random) -> Any:
    if fact.numeric:
        return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None
    if isinstance(raw, dict):
        raw = raw.get("one_of")
    if isinstance(raw, list):
        items = [str(one) for one in raw if one is not None]
        return rng.choice(("|", " | ")).join(items) if items and fact.type == "code" else None
    if isinstance(raw, bool):
        return str(raw).lower()
    return rng.choice((raw, raw, f" {raw} ")) if isinstance(raw, str) else None


def _spoilt(fact: Fact, rng: random.Random) -> Any:
    if fact.numeric:
        low, high = fact.range
        values = [low - 1, high + 0.5, math.nan, math.inf]
        return rng.choice(values + ([low + 0.5] if fact.type == "integer" else []))
    several = [f"{next(iter(fact.values))}|{BROKEN}"] if fact.type == "code" else ["true|false"]
    return rng.choice([BROKEN, "nulL", "|", *several])


def sent(guideline: Guideline, cells: Row) -> tuple[dict[str, Any], list[str]]:
    """The facts a row sends, as the manual of the statement says it; and the columns that cannot be read."""
    facts: dict[str, Any] = {}
    problems: list[str] = []
    for name, cell in cells.items():
        fact, value = guideline.vocabulary[name], cell
        if isinstance(cell, str):
            value = cell.strip()
            if fact.type == "boolean":
                value = {"true": True, "false": False}.get(value.lower(), value)
            elif "|" in value:
                value = [part.strip() for part in value.split("|")]
        if value is None or value == "":
            continue
        facts[name] = value
        try:
            fact.read(value)
        except ValueError:
            facts[name] = None
            problems.append(name)
    return facts, problems


def schema(guideline: Guideline, key: str) -> pa.Schema:
    """The types of the table: text for codes and yes-or-no, numbers for numbers."""
    kinds = {
        name: pa.float64() if fact.numeric else pa.string() for name, fact in guideline.vocabulary.items() if fact.given
    }
    return pa.schema([(key, pa.int64()), *kinds.items()])


def table(guideline: Guideline, rows: Sequence[Row], key: str = "patient_id") -> pa.Table:
    """The rows, numbered."""
    return pa.Table.from_pylist(
        [{key: number, **one} for number, one in enumerate(rows)], schema=schema(guideline, key)
    )


def expected(
    decider: Decider, rows: Iterable[Row], names: Mapping[str, str], as_of: datetime.date
) -> list[dict[str, Any]]:
    """The answer by the definition, and its status and standing rules by the Decision. `names`: rule -> its column."""
    guideline = decider.guideline
    found = []
    for cells in rows:
        facts, problems = sent(guideline, cells)
        given = guideline.vocabulary.read(facts)
        resolution, said = resolve(guideline, given), outcomes(guideline, given)
        stands = standing(guideline, said).stands
        decision = orjson.loads(decider.decide(given, as_of, "x"))
        numbers = {
            word: [rule.number for rule in guideline.rules if stands.get(rule.id) == word]
            for word in ("firm", "provisional")
        }
        found.append(
            {
                "status": decision["status"],
                "standing_firm": _joined(numbers["firm"]),
                "standing_provisional": _joined(numbers["provisional"]),
                "contradictions": _joined(resolution.contradictions),
                "problems": _joined(problems),
                **{
                    one.fact: _written(guideline.vocabulary[one.fact], resolution.states[one.fact])
                    for one in guideline.derivations
                },
                **{names[rule]: Outcome(outcome).value for rule, outcome in said.items()},
            }
        )
    return found


def _joined(words: Sequence[str]) -> str | None:
    return " ".join(words) or None


def _written(fact: Fact, state: Any) -> str | None:
    """The state as text: a code, a group, or codes with `|` between."""
    if state == fact.everything:
        return None
    raw = fact.write(state)
    if isinstance(raw, dict):
        return "|".join(raw["one_of"])
    return str(raw).lower() if isinstance(raw, bool) else raw


def differences(wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Where an answer is another than it should be: at most 20 places."""
    assert len(wanted) == len(found)
    return [
        f"row {number}, {name}: {one[name]} by definition, {other.get(name)}"
        for number, (one, other) in enumerate(zip(wanted, found, strict=True))
        for name in one
        if one[name] != other.get(name)
    ][:20]


__all__ = ["BROKEN", "Cells", "Row", "differences", "expected", "row", "sent", "table"]
