"""The words of a condition tell exactly in which cases a rule stands."""

from itertools import combinations, product

from api.cds_hooks.conditions import CaseAnswer, condition

CASES = [CaseAnswer(words, {}) for words in product(("a", "b", "c"), ("x", "y"))]


def told(text: str) -> set[tuple[str, ...]]:
    """The cases that the words leave, read as a person would."""
    if "; or " in text or (" and " in text and ", and " not in text):
        return {tuple(one.split(" and ")) for one in text.split("; or ")}
    parts = [{*one.replace(", ", " or ").split(" or ")} for one in text.split(", and ")] if text else []
    return {one.words for one in CASES if all(part & {*one.words} for part in parts)}


def test_every_choice_of_cases_is_told_exactly() -> None:
    for size in range(1, len(CASES)):
        for hits in combinations(CASES, size):
            text = condition(hits, CASES)
            assert told(text) == {one.words for one in hits}, text


def test_a_condition_on_one_fact_does_not_name_the_other() -> None:
    assert condition([one for one in CASES if one.words[0] == "b"], CASES) == "b"
    assert condition([one for one in CASES if one.words[0] != "b" and one.words[1] == "x"], CASES) == "a or c, and x"
