"""The words of the pages: kinds of recommendation, strength and certainty in the sense of GRADE, and what the status of a decision means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Kind:
    """A kind of recommendation: its words and the shape that stands beside them."""

    words: str
    shape: str  # a name of an icon, and a class of the style sheet


KINDS = {
    "recommend": Kind("Recommended", "for"),
    "consider": Kind("Option to consider", "option"),
    "recommend_against": Kind("Recommended against", "against"),
    "required_workup": Kind("Do first", "first"),
    "safety_alert": Kind("Safety alert", "alert"),
    "request_data": Kind("Information needed", "ask"),
    "out_of_scope": Kind("Outside this guideline", "scope"),
}

ADVICE = ("recommend", "consider", "recommend_against", "required_workup")  # what somebody can follow

STRENGTH = {
    ("strong", True): "Strong recommendation",
    ("strong", False): "Strong recommendation against",
    ("conditional", True): "Conditional recommendation",
    ("conditional", False): "Conditional recommendation against",
}
STRENGTH_MEANS = {
    "strong": "nearly everyone in this situation is better off following it",
    "conditional": "the balance is close or depends on values, so decide together",
}
CERTAINTY = {"high": 4, "moderate": 3, "low": 2, "very_low": 1}
CERTAINTY_MEANS = {
    "high": "the true effect is very likely close to the estimate",
    "moderate": "the true effect is probably close to the estimate, but may differ",
    "low": "the true effect may differ substantially from the estimate",
    "very_low": "the estimate is very uncertain",
}
STATUS = {
    "complete": "Complete",
    "provisional": "Provisional",
    "needs_facts": "More facts needed",
    "out_of_scope": "Outside this guideline",
    "contradiction": "Contradiction",
}
ENDED = ("contradiction", "out_of_scope")  # no further question is asked: its answer would bring no advice
MEASURES = {
    "hazard_ratio": ("Hazard ratio", "fewer events", "more events"),
    "odds_ratio": ("Odds ratio", "less often", "more often"),
    "risk_ratio": ("Risk ratio", "less often", "more often"),
}


@dataclass(frozen=True)
class Grade:
    """Strength and certainty in words, with what they mean."""

    strength: str
    certainty: str  # empty where nothing was graded
    filled: int  # of four circles
    meaning: str  # empty where nobody is treated by it


def grade(kind: str, strength: str, certainty: str | None) -> Grade | None:
    """Strength and certainty of a recommendation; None for what is no advice on what to do."""
    if kind not in ("recommend", "consider", "recommend_against") and certainty is None:
        return None
    words = STRENGTH[strength, kind != "recommend_against"]
    if certainty is None:
        return Grade(words, "", 0, f"{words}: {STRENGTH_MEANS[strength]}.")
    meaning = f"{STRENGTH_MEANS[strength]}; {CERTAINTY_MEANS[certainty]}." if kind in ADVICE else ""
    return Grade(words, f"{plain(certainty)} certainty", CERTAINTY[certainty], capital(meaning))


def status_line(decision: Mapping[str, Any], outside: str) -> str:
    """What the status of a decision means, in one sentence."""
    count = len(decision["needs"])
    facts = "1 open fact" if count == 1 else f"{count} open facts"
    match decision["status"]:
        case "complete":
            return "No open fact can change this answer."
        case "provisional":
            return f"Advice stands; {facts} could still change it or add to it."
        case "needs_facts":
            return f"No advice stands yet; {facts} could bring some."
        case "out_of_scope":
            return outside
    return "The facts cannot all be true. Correct them first; until then no advice is given."


def plain(code: str) -> str:
    """A code as words: `very_low` as `very low`."""
    return code.replace("_", " ").replace("-", " ")


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
