"""From outcomes to what stands: stops first, then overrides. No priorities, no ties broken in silence.

A firm rule with `stop` withdraws everything except data requests, scope notes and rules that survive a stop. A standing rule withdraws the rules
it overrides; a withdrawn rule withdraws nothing. Overrides run in no circle (the loader proves it), so the order below is well defined.
"""

from typing import NamedTuple

from engine.inference.index import Outcomes, places
from engine.language.guideline import Guideline


class Standing(NamedTuple):
    """Bits of rules: what stands, what a stop withheld (with the rules that stopped), and what was overridden by which places."""

    stands: int
    stopped: int
    stoppers: tuple[int, ...]
    overridden: tuple[tuple[int, tuple[int, ...]], ...]
    counted: int  # rules that a stop left in place: their open facts are needs


class Composer:
    """Stops and overrides of one guideline, compiled."""

    def __init__(self, guideline: Guideline) -> None:
        place = {rule.id: index for index, rule in enumerate(guideline.rules)}
        self._stops = sum(1 << index for index, rule in enumerate(guideline.rules) if rule.stop)
        self._exempt = sum(
            1 << index
            for index, rule in enumerate(guideline.rules)
            if rule.stop or rule.survives_stop or rule.kind in ("request_data", "out_of_scope")
        )
        self._all = (1 << len(guideline.rules)) - 1
        self._overrides: list[tuple[int, list[int]]] = []
        for index in self._order([[place[one.rule] for one in rule.overrides] for rule in guideline.rules]):
            targets = [place[one.rule] for one in guideline.rules[index].overrides]
            if targets:
                self._overrides.append((index, targets))

    @staticmethod
    def _order(graph: list[list[int]]) -> list[int]:
        """Every rule before those it overrides."""
        order: list[int] = []
        done: set[int] = set()

        def visit(node: int) -> None:
            if node not in done:
                done.add(node)
                for target in graph[node]:
                    visit(target)
                order.append(node)

        for node in range(len(graph)):
            visit(node)
        return order[::-1]

    def compose(self, outcomes: Outcomes, *, stops: bool = True) -> Standing:
        """What stands of the outcomes; without `stops`, what would stand if nothing stopped it."""
        shown = outcomes.firm | outcomes.provisional
        stopping = outcomes.firm & self._stops if stops else 0
        counted, stopped = self._all, 0
        if stopping:
            counted = self._exempt
            stopped = (shown | outcomes.undetermined) & ~self._exempt
            shown &= self._exempt
        by: dict[int, list[int]] = {}
        stands = shown
        for index, targets in self._overrides:
            if stands >> index & 1:
                for target in targets:
                    if shown >> target & 1:
                        stands &= ~(1 << target)
                        by.setdefault(target, []).append(index)
        return Standing(
            stands,
            stopped,
            tuple(places(stopping)),
            tuple((key, tuple(value)) for key, value in sorted(by.items())),
            counted,
        )
