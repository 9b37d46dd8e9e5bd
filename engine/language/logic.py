"""Strong Kleene logic: a truth is `True`, `False` or `None` (unknown).

| and   | true    | unknown | false |      | or      | true | unknown | false   |      | not     |         |
|-------|---------|---------|-------|      |---------|------|---------|---------|      |---------|---------|
| true  | true    | unknown | false |      | true    | true | true    | true    |      | true    | false   |
| unk.  | unknown | unknown | false |      | unknown | true | unknown | unknown |      | unknown | unknown |
| false | false   | false   | false |      | false   | true | unknown | false   |      | false   | true    |

Source: S. C. Kleene, Introduction to Metamathematics (1952), section 64.
"""

from collections.abc import Iterable

Truth = bool | None


def all_of(truths: Iterable[Truth]) -> Truth:
    """False if any is false, else unknown if any is unknown, else true (so true of nothing)."""
    answer: Truth = True
    for truth in truths:
        if truth is False:
            return False
        if truth is None:
            answer = None
    return answer


def any_of(truths: Iterable[Truth]) -> Truth:
    """True if any is true, else unknown if any is unknown, else false (so false of nothing)."""
    answer: Truth = False
    for truth in truths:
        if truth is True:
            return True
        if truth is None:
            answer = None
    return answer


def negate(truth: Truth) -> Truth:
    """The opposite; unknown stays unknown."""
    return None if truth is None else not truth


def word(truth: Truth) -> str:
    """`true`, `false` or `unknown`."""
    return "unknown" if truth is None else str(truth).lower()
