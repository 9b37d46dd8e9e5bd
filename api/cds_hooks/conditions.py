"""On what a rule depends that stands in some cases only, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """One case of the facts that are open: its words, one for each fact, and what stands then, by rule."""

    words: tuple[str, ...]
    standing: Mapping[str, Mapping[str, Any]]


def condition(hits: Sequence[CaseAnswer], cases: Sequence[CaseAnswer]) -> str:
    """When a rule stands: `a or b, and c` where that tells it whole, else case by case."""
    mine, possible = [one.words for one in hits], [one.words for one in cases]
    parts = []
    for place in range(len(possible[0])):
        within = list(dict.fromkeys(words[place] for words in mine))
        if {*within} != {words[place] for words in possible}:
            parts.append((place, within))
    kept = [
        dict(zip((place for place, _ in parts), chosen, strict=True)) for chosen in product(*(one for _, one in parts))
    ]
    told = {
        words for words in possible if any(all(words[place] == text for place, text in one.items()) for one in kept)
    }
    if told == {*mine}:
        return ", and ".join(_either(within) for _, within in parts)
    return "; or ".join(" and ".join(words) for words in mine)


def _either(texts: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(texts[:-1]), texts[-1])))
