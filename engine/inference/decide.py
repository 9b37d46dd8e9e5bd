"""One Decision from a patient's facts: resolve, match by two channels, compose, write.

Every interactive decision is computed by the index and by the network; if they disagree, no answer is given (EvaluatorsDisagree).
"""

import datetime
import os
import time
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

import orjson

from engine.inference.compose import Writer
from engine.inference.direct import Direct, asked_otherwise
from engine.inference.facts import Resolved, Resolver
from engine.inference.index import Index, Outcomes, places
from engine.inference.needs import Need, Needs
from engine.inference.network import Network
from engine.inference.reference import Outcome
from engine.inference.space import cells_of
from engine.inference.standing import Composer, Standing
from engine.language.guideline import Guideline
from engine.language.vocabulary import Given

CrossCheck = Literal["always", "sample", "off"]
SAMPLE_EVERY = 16
ENGINE_VERSION = "0.1.0"


class EvaluatorsDisagree(RuntimeError):
    """The two channels gave different outcomes; `rules` names where, and no patient fact is in the text."""

    def __init__(self, rules: Mapping[str, tuple[str, str]], states_sha: str = "") -> None:
        self.rules = dict(rules)
        super().__init__("evaluators disagree on " + ", ".join(sorted(rules)))


class Judgement(NamedTuple):
    """A decision before it is written."""

    given: Mapping[str, Given]
    resolved: Resolved
    outcomes: Outcomes
    standing: Standing
    needs: list[Need]
    confirm: dict[int, tuple[int, ...]]


class Decider:
    """The rules in force on some day, compiled for both channels."""

    def __init__(self, guideline: Guideline, cross_check: CrossCheck = "always") -> None:
        self.guideline = guideline
        self.cross_check = cross_check
        cells = cells_of(guideline)
        self.resolver = Resolver(guideline, cells)
        self.index = Index(guideline, cells, self.resolver.position)
        self.network = Network(guideline, self.index, cells, self.resolver.position) if cross_check != "off" else None
        self.needs = Needs(self.resolver, self.index)
        plain = not asked_otherwise(guideline, self.index, self.resolver.position)
        self._direct = Direct(guideline, self.index, cells, self.resolver.position) if plain else None
        self._composer = Composer(guideline)
        self._writer = Writer(guideline, self.resolver, ENGINE_VERSION)
        self._turn = 0

    def judge(self, given: Mapping[str, Given]) -> Judgement:
        """Outcomes, what stands and what is needed; raises EvaluatorsDisagree."""
        resolved = self.resolver.resolve(given)
        outcomes = self.index.match(resolved.states)
        if self.network is not None:
            self._turn += 1
            if self.cross_check == "always" or self._turn % SAMPLE_EVERY == 0:
                other = self.network.match(resolved.states)
                if other != outcomes:
                    raise EvaluatorsDisagree(self._differences(outcomes, other))
        standing = self._composer.compose(outcomes)
        needs, confirm = self.needs.of(outcomes, resolved.states, standing.counted)
        return Judgement(given, resolved, outcomes, standing, needs, confirm)

    def match(self, facts: Mapping[str, Any]) -> Outcomes:
        """The outcome of every rule for facts as sent, by the index alone, before stops and overrides: for lists that nobody is treated from.

        Raises FactsError.
        """
        if self._direct is not None:
            return self._direct.match(facts)
        return self.index.match(self.resolver.resolve(self.guideline.vocabulary.read(facts)).states)

    def unstopped(self, one: Judgement) -> Judgement:
        """The same, with what would stand if nothing stopped it."""
        return one._replace(standing=self._composer.compose(one.outcomes, stops=False))

    def decide(self, given: Mapping[str, Given], as_of: datetime.date, decision_id: str) -> bytes:
        """The Decision as JSON bytes."""
        return self.write(self.judge(given), as_of, decision_id)

    def write(self, one: Judgement, as_of: datetime.date, decision_id: str) -> bytes:
        """A judgement as JSON bytes."""
        return self._writer.write(
            decision_id, as_of, one.given, one.resolved, one.outcomes, one.standing, one.needs, one.confirm
        )

    def phrases(self) -> bytes:
        """The words that its Decisions are made of: a dictionary to compress them with."""
        return self._writer.phrases()

    def status(self, one: Judgement) -> str:
        """The `status` of the Decision."""
        return self._writer.status(one.resolved, one.outcomes, one.standing, one.needs)

    def outcome_of(self, outcomes: Outcomes) -> dict[str, Outcome]:
        """The outcome of every rule by id."""
        found = {}
        for place, rule in enumerate(self.guideline.rules):
            bit = 1 << place
            found[rule.id] = (
                Outcome.FIRM if outcomes.firm & bit
                else Outcome.PROVISIONAL if outcomes.provisional & bit
                else Outcome.RULED_OUT if outcomes.ruled_out & bit
                else Outcome.UNDETERMINED if outcomes.undetermined & bit
                else Outcome.NOT_APPLICABLE
            )  # fmt: skip
        return found

    def _differences(self, left: Outcomes, right: Outcomes) -> dict[str, tuple[str, str]]:
        one, other = self.outcome_of(left), self.outcome_of(right)
        numbers = {rule.id: rule.number for rule in self.guideline.rules}
        return {numbers[name]: (one[name].value, other[name].value) for name in one if one[name] != other[name]}


class Engine:
    """A guideline ready to decide as of any day. Frozen: a changed guideline is a new Engine."""

    def __init__(self, guideline: Guideline, cross_check: CrossCheck = "always") -> None:
        self.guideline = guideline
        self.cross_check = cross_check
        self._deciders: dict[tuple[str, ...], Decider] = {}
        self._days: dict[datetime.date, Decider] = {}

    def decider(self, as_of: datetime.date) -> Decider:
        """The rules in force on the day, compiled once for each set of rules."""
        found = self._days.get(as_of)
        if found is None:
            names = tuple(rule.id for rule in self.guideline.rules if rule.in_force(as_of))
            found = self._deciders.get(names)
            if found is None:
                found = self._deciders[names] = Decider(self.guideline.as_of(as_of), self.cross_check)
            if len(self._days) > 1000:
                self._days.clear()
            self._days[as_of] = found
        return found

    def read(self, facts: Any) -> dict[str, Given]:
        """A caller's facts; raises FactsError with everything that is wrong."""
        return self.guideline.vocabulary.read(facts)

    def decide(self, facts: Any, as_of: datetime.date, decision_id: str | None = None) -> bytes:
        """The Decision on facts as sent, as JSON bytes; raises FactsError or EvaluatorsDisagree."""
        return self.decider(as_of).decide(self.read(facts), as_of, decision_id or new_id())

    def decision(self, facts: Any, as_of: datetime.date, decision_id: str | None = None) -> dict[str, Any]:
        """The Decision as plain data."""
        found: dict[str, Any] = orjson.loads(self.decide(facts, as_of, decision_id))
        return found


def new_id() -> str:
    """A UUID of version 7 (RFC 9562): time first, so that ids sort by time."""
    milliseconds = time.time_ns() // 1_000_000
    number = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (number >> 68 & 0xFFF) << 64 | 0b10 << 62 | number & (1 << 62) - 1
    text = f"{value:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


__all__ = ["CrossCheck", "Decider", "Engine", "EvaluatorsDisagree", "Judgement", "new_id", "places"]
