"""The neutral rule set that every engine of `make bench-peers` gets: 25 facts, rules with groups and negations, seeded patients.

A condition is plain data: ("all", parts), ("any", parts), ("not", part) or ("clause", fact, operator, value); operators are
`==`, `!=`, `in`, `<`, `<=`, `>` and `>=`. Each adapter writes it in its engine's own language.
"""

import hashlib
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Condition = tuple[Any, ...]
Patient = dict[str, Any]

# name -> value: weight. The first twelve are codes, the next six whole numbers, the last seven booleans.
CODES: dict[str, dict[str, int]] = {
    f"code_{letter}": {f"{letter}{number}": weight for number, weight in enumerate(weights)}
    for letter, weights in zip(
        "abcdefghijkl",
        ([6, 2, 1], [4, 3, 2, 1], [8, 1, 1], [3, 3, 2, 2, 1, 1], [5, 2, 2, 1], [4, 4, 1, 1, 1], [6, 3, 1],
         [2, 2, 2, 2, 1, 1, 1, 1], [5, 4, 1], [3, 2, 2, 1, 1], [7, 2, 1, 1], [4, 2, 2, 1, 1, 1]),
        strict=True,
    )
}  # fmt: skip
NUMBERS: dict[str, tuple[int, int]] = {
    "number_a": (0, 100), "number_b": (18, 95), "number_c": (0, 60), "number_d": (0, 4), "number_e": (1, 3), "number_f": (0, 12),
}  # fmt: skip
BOOLEANS: dict[str, float] = {
    "flag_a": 0.9, "flag_b": 0.2, "flag_c": 0.5, "flag_d": 0.1, "flag_e": 0.7, "flag_f": 0.35, "flag_g": 0.05,
}  # fmt: skip
FACTS = (*CODES, *NUMBERS, *BOOLEANS)


def rules(count: int, seed: int = 1) -> list[Condition]:
    """Rules of three to six conditions; three in ten have a group of alternatives, one in four a negation."""
    rng = random.Random(seed * 1_000_003 + count)
    return [_rule(rng) for _ in range(count)]


def _rule(rng: random.Random) -> Condition:
    chosen = rng.sample(FACTS, rng.randint(3, 6) + 2)
    size = len(chosen) - 2
    parts: list[Condition] = [_clause(rng, name) for name in chosen[:size]]
    if rng.random() < 0.30:
        group = [parts.pop(), _clause(rng, chosen[size])]
        if rng.random() < 0.5:
            group.append(_clause(rng, chosen[size + 1]))
        parts.append(("any", tuple(group)))
    if rng.random() < 0.25:
        parts[0] = ("not", _clause(rng, chosen[0], narrow=True))
    return ("all", tuple(parts))


def _clause(rng: random.Random, name: str, *, narrow: bool = False) -> Condition:
    if name in CODES:
        values = list(CODES[name])
        if narrow or rng.random() < 0.5:
            return ("clause", name, "==", rng.choice(values[1:]) if narrow else rng.choice(values[:2]))
        if rng.random() < 0.2:
            return ("clause", name, "!=", rng.choice(values))
        return ("clause", name, "in", tuple(sorted(rng.sample(values, rng.randint(2, max(2, len(values) // 2))))))
    if name in NUMBERS:
        low, high = NUMBERS[name]
        if narrow:
            return ("clause", name, "==", rng.randint(low, high))
        operator = rng.choice(("<", "<=", ">", ">="))
        share = rng.uniform(0.25, 0.65)
        cut = round(low + (high - low) * (share if operator in ("<", "<=") else 1 - share))
        return ("clause", name, operator, min(max(cut, low + 1), high - (operator in ("<=", ">"))))
    return ("clause", name, "==", rng.random() < (1 - BOOLEANS[name] if narrow else 0.5))


def patients(count: int, seed: int = 1, unknown: float = 0.0) -> list[Patient]:
    """Patients as plain values, most of them alike as the patients of one clinic are; a share of their facts is None."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        one: Patient = {name: rng.choices(list(weights), list(weights.values()))[0] for name, weights in CODES.items()}
        one |= {name: rng.randint(low, high) for name, (low, high) in NUMBERS.items()}
        one |= {name: rng.random() < share for name, share in BOOLEANS.items()}
        if unknown:
            one = {name: None if rng.random() < unknown else value for name, value in one.items()}
        found.append(one)
    return found


def truth(condition: Condition, patient: Mapping[str, Any]) -> bool | None:
    """The definition: strong Kleene truth for a patient."""
    kind = condition[0]
    if kind == "clause":
        _, fact, operator, value = condition
        mine = patient[fact]
        if mine is None:
            return None
        return bool(
            mine == value if operator == "==" else mine != value if operator == "!=" else mine in value if operator == "in"
            else mine < value if operator == "<" else mine <= value if operator == "<=" else mine > value if operator == ">"
            else mine >= value
        )  # fmt: skip
    if kind == "not":
        inner = truth(condition[1], patient)
        return None if inner is None else not inner
    parts = [truth(part, patient) for part in condition[1]]
    decisive = kind == "any"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def reference(rule_set: Sequence[Condition], some: Iterable[Patient]) -> Iterator[tuple[list[int], list[int]]]:
    """For each patient the rules that hold and the rules that are undecided, by the definition."""
    for patient in some:
        truths = [truth(rule, patient) for rule in rule_set]
        yield [n for n, one in enumerate(truths) if one], [n for n, one in enumerate(truths) if one is None]


def fingerprint(answers: Iterable[Iterable[int]]) -> str:
    """One digest of the rules found for each patient, in order."""
    digest = hashlib.sha256()
    for found in answers:
        digest.update(repr(sorted(found)).encode())
    return digest.hexdigest()
