"""A batch of columns decided one patient at a time: what every outcome of a batch is compared with."""

import json
import random
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from engine.cohort import OUTCOMES, STATUSES, Outcomes
from engine.cohort.columns import sent_value
from engine.inference.decide import Decider
from engine.inference.index import places
from engine.inference.reference import outcome, resolve
from engine.language.guideline import Guideline
from engine.language.states import Interval
from engine.language.vocabulary import Given


def batch_of(guideline: Guideline, patients: Sequence[dict[str, Any]], rng: random.Random) -> pa.RecordBatch:
    """Facts as columns: of text, coded text, numbers or lists, as it comes."""
    columns: dict[str, pa.Array] = {}
    for name, fact in guideline.vocabulary.items():
        if not fact.given or (not any(name in one for one in patients) and rng.random() < 0.5):
            continue
        cells = [one.get(name) if name in one else ... for one in patients]
        plain = [cell is ... or isinstance(cell, bool | int | float) for cell in cells]
        choice = rng.random()
        if fact.type == "boolean" and all(plain) and choice < 0.7:
            columns[name] = pa.array([None if cell is ... else cell for cell in cells], pa.bool_())
        elif fact.type == "integer" and all(plain) and choice < 0.7:
            columns[name] = pa.array(
                [None if cell is ... else int(cell) for cell in cells], rng.choice((pa.int16(), pa.int64()))
            )
        elif fact.numeric and all(plain) and choice < 0.8:
            columns[name] = pa.array([None if cell is ... else float(cell) for cell in cells], pa.float64())
        else:
            column = pa.array([_text(cell) for cell in cells], pa.string())
            columns[name] = column.dictionary_encode() if choice < 0.5 else column
    if not columns:
        columns["nothing"] = pa.nulls(len(patients))
    return pa.record_batch(columns)


def _text(cell: Any) -> str | None:
    if cell is ...:
        return None
    if cell is None:
        return "unknown"
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, dict) and "one_of" in cell:
        cell = cell["one_of"]
    if isinstance(cell, list):
        return "unknown" if {True, False} <= set(cell) else "|".join(str(one) for one in cell)
    if isinstance(cell, dict) and "conflict" in cell:
        return json.dumps(cell)
    if isinstance(cell, dict):
        return _range_text(cell)
    return str(cell)


def _range_text(bounds: dict[str, float]) -> str:
    signs = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
    if len(bounds) == 1:
        return "".join(f"{signs[key]}{bound:.6f}" for key, bound in bounds.items())
    low = bounds.get("ge", bounds.get("gt", 0.0))
    return f"{low:.6f}..{bounds.get('le', bounds.get('lt', low)):.6f}"


def given_of(guideline: Guideline, row: dict[str, Any]) -> dict[str, Given]:
    """The facts of a row as a caller would have sent them; what cannot be read was sent as unknown."""
    given = {}
    for name, value in row.items():
        fact = guideline.vocabulary.get(name)
        if fact is None or not fact.given or value is None or value == "":
            continue
        try:
            given[name] = fact.read(sent_value(fact, value))
        except ValueError:
            given[name] = fact.read(None)
    return given


def differences(decider: Decider, batch: pa.RecordBatch, outcomes: Outcomes) -> list[str]:
    """Where the columns say anything else than the reference, or than the code for one patient where the reference ends."""
    rules, names = decider.guideline.rules, decider.resolver.names
    of_rule = [outcomes.of(rule.id) for rule in rules]
    sets = {
        kind: _sets(getattr(outcomes, kind).pairs(), batch.num_rows) for kind in ("stands", "needs", "contradictions")
    }
    confirm = {
        (patient, rule): outcomes.confirm.lists[which]
        for patient, rule, which in zip(
            outcomes.confirm.patient.tolist(),
            outcomes.confirm.rule.tolist(),
            outcomes.confirm.which.tolist(),
            strict=True,
        )
    }
    found = []
    for place, row in enumerate(batch.to_pylist()):
        given = given_of(decider.guideline, row)
        defined, judged = resolve(decider.guideline, given), decider.judge(given)
        status = decider.status(judged)
        provisional = places(judged.standing.stands & judged.outcomes.provisional)
        pairs: list[tuple[str, Any, Any]] = [
            ("status", STATUSES[outcomes.status[place]], status),
            ("stands", sets["stands"][place], places(judged.standing.stands)),
            ("needs", [names[one] for one in sets["needs"][place]], [names[one.fact] for one in judged.needs]),
            ("contradictions", {outcomes.codes[one] for one in sets["contradictions"][place]}, set(defined.contradictions)),
            ("confirm", {rule: facts for (who, rule), facts in confirm.items() if who == place},
             {rule: judged.confirm[rule] for rule in provisional}),
        ]  # fmt: skip
        pairs += [
            (rule.number, OUTCOMES[codes[place]], outcome(rule, defined.states, decider.guideline).value)
            for rule, codes in zip(rules, of_rule, strict=True)
        ]
        for name, codes in outcomes.facts.items():
            state = defined.states[name]
            assert not isinstance(state, Interval)
            everything = decider.guideline.vocabulary[name].everything
            words = "|".join(str(one) for one in decider.guideline.vocabulary[name].values if one in state)
            pairs.append((name, outcomes.states[name][codes[place]], "unknown" if state == everything else words))
        found += [f"row {place}: {what}: {one}, by definition {other}" for what, one, other in pairs if one != other]
    return found


def _sets(pairs: tuple[Any, Any], count: int) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(count)]
    for patient, member in zip(*(one.tolist() for one in pairs), strict=True):
        found[patient].append(member)
    return found
