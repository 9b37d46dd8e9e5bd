"""The count of combinations that `check` makes is never below what the evaluators have to compile."""

import random
from pathlib import Path

import pytest

from engine import Guideline, default_rules, load
from engine.inference.rows import rows
from engine.inference.space import all_conditions
from engine.language.conditions import All, Any_, Clause, Condition, Not, clauses
from engine.language.rowcount import row_count

LENDING = Path(__file__).resolve().parent.parent / "guidelines" / "lending"


@pytest.mark.parametrize("folder", [default_rules(), LENDING], ids=["installed", "lending"])
def test_no_condition_of_a_guideline_has_more_rows_than_counted(folder: Path) -> None:
    guideline = load(folder)
    more = [one for one in all_conditions(guideline) if len(rows(one, guideline.vocabulary)) > row_count(one)]

    assert more == []


def test_no_random_condition_has_more_rows_than_counted() -> None:
    guideline, chance = load(LENDING), random.Random(512)
    asked = sorted(
        {clause for one in all_conditions(guideline) for clause in clauses(one) if clause.known is None}, key=str
    )
    many = [_condition(asked, chance, depth=3) for _ in range(400)]
    few = [one for one in many if row_count(one) <= 64]

    assert [one for one in few if len(rows(one, guideline.vocabulary)) > row_count(one)] == []
    assert len(few) > 100


def _condition(asked: list[Clause], chance: random.Random, depth: int) -> Condition:
    kind = chance.randrange(4) if depth else 0
    if kind == 0:
        return chance.choice(asked)
    if kind == 1:
        return Not(_condition(asked, chance, depth - 1))
    parts = tuple(_condition(asked, chance, depth - 1) for _ in range(chance.randint(1, 3)))
    return All(parts) if kind == 2 else Any_(parts)


def test_negation_turns_sums_into_products() -> None:
    guideline: Guideline = load(LENDING)
    first, second, *_ = (clause for one in all_conditions(guideline) for clause in clauses(one))
    pair = All((first, second))

    assert (row_count(Any_((pair, pair, pair))), row_count(Not(Any_((pair, pair, pair))))) == (3, 8)
