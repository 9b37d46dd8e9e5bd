"""What is counted while the service runs, for /metrics. Counting is one addition a request and one a decision; the rest is worked out when it
is asked for.

Counts      plain numbers under labels that the service chose itself (routes, statuses, rule numbers): nothing of a patient can be a label
Metrics     counts for one process
"""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from engine import Guideline
from engine.inference.index import Outcomes, places

BOUNDS = (
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1.0,
    2.5,
    10.0,
)  # seconds; each request falls below the next one up
MOST_MASKS = 2000
OUTCOMES = ("firm", "provisional", "ruled_out", "undetermined")
COUNTED = ("requests", "refusals", "decisions", "outcomes", "events")
Labels = tuple[str, ...]


@dataclass
class Counts:
    """What one process has counted since its start. Everything in it only grows."""

    requests: Counter[Labels] = field(default_factory=Counter)  # route, method, status
    refusals: Counter[Labels] = field(default_factory=Counter)  # code of the problem
    seconds: dict[str, list[float]] = field(
        default_factory=dict
    )  # route: one count for each bound, one above all, then the sum
    decisions: Counter[Labels] = field(default_factory=Counter)  # status
    outcomes: Counter[Labels] = field(default_factory=Counter)  # rule number, outcome
    events: Counter[Labels] = field(default_factory=Counter)  # disagreement, reload_ok, reload_failed

    def plain(self) -> dict[str, Any]:
        """All of it as JSON can hold it."""
        counted = {name: [[*labels, number] for labels, number in getattr(self, name).items()] for name in COUNTED}
        return {**counted, "seconds": self.seconds}

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "Counts":
        """What `plain` gave."""
        found = cls(seconds=plain["seconds"])
        for name in COUNTED:
            getattr(found, name).update({tuple(labels): number for *labels, number in plain[name]})
        return found

    def add(self, other: "Counts") -> None:
        """Take in what another process has counted."""
        for name in COUNTED:
            getattr(self, name).update(getattr(other, name))
        for route, numbers in other.seconds.items():
            mine = self.seconds.setdefault(route, [0.0] * len(numbers))
            for place, number in enumerate(numbers):
                mine[place] += number


class Metrics:
    """The counts of this process."""

    def __init__(self) -> None:
        self._counts = Counts()
        self._masks: dict[
            int, tuple[Guideline, dict[Outcomes, int]]
        ] = {}  # decisions by what all rules said, not yet by rule

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request that was answered."""
        counts = self._counts
        counts.requests[route, method, str(status)] += 1
        numbers = counts.seconds.get(route)
        if numbers is None:
            numbers = counts.seconds[route] = [0.0] * (len(BOUNDS) + 2)
        numbers[bisect_left(BOUNDS, seconds)] += 1
        numbers[-1] += seconds

    def refusal(self, code: str) -> None:
        """One request that was refused."""
        self._counts.refusals[code,] += 1

    def event(self, name: str) -> None:
        """Something that happened."""
        self._counts.events[name,] += 1

    def decision(self, guideline: Guideline, status: str, outcomes: Outcomes) -> None:
        """One decision with the outcome of every rule; `guideline`: the rules the outcomes are those of."""
        self._counts.decisions[status,] += 1
        found = self._masks.get(id(guideline))
        if found is None:
            found = self._masks[id(guideline)] = (guideline, {})
        masks = found[1]
        masks[outcomes] = masks.get(outcomes, 0) + 1
        if len(masks) > MOST_MASKS:
            self._settle()

    def _settle(self) -> None:
        """Count the decisions by rule."""
        for guideline, masks in self._masks.values():
            for outcomes, number in masks.items():
                for name in OUTCOMES:
                    for place in places(getattr(outcomes, name)):
                        self._counts.outcomes[guideline.rules[place].number, name] += number
        self._masks.clear()

    def counts(self) -> Counts:
        """Everything counted so far, by rule too."""
        self._settle()
        return self._counts
