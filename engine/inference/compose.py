"""Writes a Decision as JSON bytes from remembered fragments.

The shape is that of decision.py; the key order is fixed, so that equal decisions are equal bytes.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import orjson

from engine.inference.explain import reasons
from engine.inference.facts import DIFFER, Resolved, Resolver, memo_key
from engine.inference.index import Outcomes, places
from engine.inference.needs import Need
from engine.inference.patient import PatientStates, number_key
from engine.inference.printed import cited, regimen
from engine.inference.standing import Standing
from engine.language.conditions import facts_of, truth
from engine.language.forms import ADVICE
from engine.language.guideline import Guideline
from engine.language.rules import Rule
from engine.language.states import Interval, State
from engine.language.vocabulary import Given

CERTAINTIES = ("very_low", "low", "moderate", "high")
MOST_BYTES = 6_000_000  # fragments remembered before the memo starts again
KIND_WEIGHT = {"recommend": 4, "recommend_against": 4, "safety_alert": 3, "consider": 2}


class Writer:
    """The fragments of one guideline."""

    def __init__(self, guideline: Guideline, resolver: Resolver, engine_version: str) -> None:
        self.guideline, self.resolver = guideline, resolver
        self.names = resolver.names
        self.facts = list(guideline.vocabulary.values())
        order = {question: index for index, question in enumerate(guideline.questions)}
        self._question_order = [order.get(rule.question, 999) for rule in guideline.rules]
        self._keys: list[Callable[[Sequence[Any]], Any]] = [
            memo_key(sorted(resolver.position[name] for name in rule.facts())) for rule in guideline.rules
        ]
        self._advice = sum(1 << place for place, rule in enumerate(guideline.rules) if rule.kind in ADVICE)
        self._scope = sum(1 << place for place, rule in enumerate(guideline.rules) if rule.kind == "out_of_scope")
        self._scope_fact = resolver.position[guideline.about.scope.fact] if guideline.about.scope else -1
        self._identity = orjson.dumps({"id": guideline.id, "version": guideline.version, "sha256": guideline.sha256})
        self._engine_version = orjson.dumps(engine_version)
        limits = " ".join(guideline.about.unknown_population)
        self._notice = orjson.dumps(f"{guideline.about.notice.strip()} {limits}".strip())
        self._static: dict[tuple[int, int], bytes] = {}
        self._reads = {
            one.position: [place for place in one.reads if place != one.position] for one in resolver.derivations
        }
        derived = {one.position for one in resolver.derivations}
        self._derived = [(one.position, self._reads[one.position]) for one in resolver.derivations]
        self._flags = [
            (resolver.position[one.fact], [resolver.position[one.sent[0]]] if one.sent else [])
            for one in guideline.derivations
            if one.sent or one.from_contradictions
        ]
        self._askable = {place for place, fact in enumerate(self.facts) if fact.given and place not in derived}
        self._modifiers = [
            [place for place, one in enumerate(guideline.modifiers) if rule.kind in one.kinds]
            for rule in guideline.rules
        ]
        self._texts = {one.code: (one.text, sorted(one.facts())) for one in guideline.contradictions}
        self._stops = {one.code: one.stop for one in guideline.contradictions}
        self._weight = [KIND_WEIGHT.get(rule.kind, 1) for rule in guideline.rules]
        self._singles = [
            sum(
                1 << place
                for place, rule in enumerate(guideline.rules)
                if rule.question == name and rule.kind in ("recommend", "consider")
            )
            for name, question in guideline.questions.items()
            if question.single
        ]
        self._modifier_key = memo_key(
            sorted({resolver.position[n] for one in guideline.modifiers for n in facts_of(one.when)})
        )
        self._need_memo: dict[Need, tuple[tuple[int, int], bytes]] = {}
        self._lowered_memo: dict[Any, list[int]] = {}
        self._memo: dict[Any, bytes] = {}
        self._memo_bytes = 0

    # ---- the whole ----------------------------------------------------------------------------------------------
    def write(
        self,
        decision_id: str,
        as_of: datetime.date,
        given: Mapping[str, Given],
        resolved: Resolved,
        outcomes: Outcomes,
        standing: Standing,
        needs: Sequence[Need],
        confirm: Mapping[int, tuple[int, ...]],
    ) -> bytes:
        """The Decision as bytes."""
        states = PatientStates(self.resolver, given, resolved)
        values = list(resolved.states)
        for name, one in given.items():
            if isinstance(one.state, Interval):
                values[self.resolver.position[name]] = number_key(one.state)
        for place, _, assumption in resolved.assumed:
            if isinstance(assumption.state, Interval):
                values[place] = number_key(assumption.state)
        lowered = self._lowered(resolved, values, states)
        standing_places = sorted(
            places(standing.stands),
            key=lambda place: (self._question_order[place], not outcomes.firm >> place & 1, place),
        )
        recommendations = [
            self._recommendation(place, outcomes, confirm, values, states, lowered) for place in standing_places
        ]
        ruled_out = [self._ruled_out(place, values, states) for place in places(outcomes.ruled_out & standing.counted)]
        overridden = [self._overridden(place, by, outcomes) for place, by in standing.overridden]
        stopped = [
            orjson.dumps(
                {
                    "rule": self._rule(place).id,
                    "number": self._rule(place).number,
                    "by": [self._rule(one).id for one in standing.stoppers],
                }
            )
            for place in places(standing.stopped)
        ]
        contradictions, warnings = self._messages(given, resolved, standing)
        return b"".join(
            (
                b'{"id":"', decision_id.encode(), b'","as_of":"', as_of.isoformat().encode(), b'","guideline":', self._identity,
                b',"engine_version":', self._engine_version, b',"status":"', self.status(resolved, outcomes, standing, needs).encode(),
                b'","facts":{', b",".join(self._fact_states(given, resolved, values, states)),
                b'},"recommendations":[', b",".join(recommendations),
                b'],"ruled_out":[', b",".join(ruled_out),
                b'],"overridden":[', b",".join(overridden),
                b'],"stopped":[', b",".join(stopped),
                b'],"needs":[', b",".join(self._needs(needs)),
                b'],"contradictions":', orjson.dumps(contradictions), b',"warnings":', orjson.dumps(warnings),
                b',"notice":', self._notice, b"}",
            )
        )  # fmt: skip

    def phrases(self) -> bytes:
        """What stands in every Decision in which a rule stands: a dictionary to compress Decisions with."""
        return b"".join(self._fixed_part(rule, 0) for rule in self.guideline.rules)

    def status(self, resolved: Resolved, outcomes: Outcomes, standing: Standing, needs: Sequence[Need]) -> str:
        """The `status` of the Decision."""
        if resolved.stops:
            return "contradiction"
        if outcomes.firm & self._scope:
            return "out_of_scope"
        if self._scope_fact >= 0 and resolved.states[self._scope_fact] == 2:  # certainly false
            return "out_of_scope"
        if not needs:
            return "complete"
        return "provisional" if standing.stands & self._advice else "needs_facts"

    # ---- rules --------------------------------------------------------------------------------------------------
    def _rule(self, place: int) -> Rule:
        return self.guideline.rules[place]

    def _lowered(self, resolved: Resolved, values: Sequence[Any], states: Mapping[str, State]) -> list[int]:
        """The modifiers that certainly hold for this patient."""
        key = self._modifier_key(values)
        found = self._lowered_memo.get(key)
        if found is None:
            if len(self._lowered_memo) >= 1000:
                self._lowered_memo.clear()
            vocabulary, modifiers = self.guideline.vocabulary, self.guideline.modifiers
            holding = [place for place, one in enumerate(modifiers) if truth(one.when, states, vocabulary) is True]
            found = self._lowered_memo[key] = holding
        return found

    def _recommendation(
        self,
        place: int,
        outcomes: Outcomes,
        confirm: Mapping[int, tuple[int, ...]],
        values: Sequence[Any],
        states: Mapping[str, State],
        lowered: Sequence[int],
    ) -> bytes:
        mine = 0
        for modifier in lowered:
            if modifier in self._modifiers[place]:
                mine |= 1 << modifier
        static = self._static.get((place, mine))
        if static is None:
            static = self._static[place, mine] = self._fixed_part(self._rule(place), mine)
        provisional = bool(outcomes.provisional >> place & 1)
        to_confirm = confirm.get(place, ()) if provisional else ()
        key = (place, to_confirm, self._keys[place](values))
        dynamic = self._memo.get(key)
        if dynamic is None:
            because = [vars_of(one) for one in reasons(self._rule(place).when, states, self.guideline.vocabulary)]
            written = orjson.dumps(
                {
                    "status": "provisional" if provisional else "firm",
                    "confirm": [self.names[one] for one in to_confirm],
                    "because": because,
                }
            )
            dynamic = self._remember(key, written[1:])
        return static + dynamic

    def _fixed_part(self, rule: Rule, mine: int) -> bytes:
        strength, certainty, why = rule.strength, rule.certainty, []
        for place, one in enumerate(self.guideline.modifiers):
            if mine >> place & 1:
                if certainty is not None:
                    certainty = CERTAINTIES[max(0, CERTAINTIES.index(certainty) - one.lower_by)]
                if one.strong_becomes_conditional:
                    strength = "conditional"
                why.append(one.reason)
        part = {
            "rule": rule.id, "number": rule.number, "question": rule.question, "kind": rule.kind, "title": rule.title, "text": rule.text,
            "strength": strength, "certainty": certainty, "graded_by": rule.graded_by, "lowered": why, "rationale": rule.rationale,
            "caveats": list(rule.caveats), "judgement": rule.judgement,
            "citations": [cited(self.guideline, citation) for citation in rule.citations],
            "regimen": [regimen(self.guideline, name) for name in rule.regimens],
        }  # fmt: skip
        return orjson.dumps(part)[:-1] + b","

    def _ruled_out(self, place: int, values: Sequence[Any], states: Mapping[str, State]) -> bytes:
        key = (~place, self._keys[place](values))
        found = self._memo.get(key)
        if found is None:
            rule, vocabulary = self._rule(place), self.guideline.vocabulary
            because = [
                {
                    "reason": one.because,
                    "harm": one.harm,
                    "facts": [vars_of(each) for each in reasons(one.when, states, vocabulary)],
                }
                for one in rule.unless
                if truth(one.when, states, vocabulary) is True
            ]
            found = self._remember(
                key, orjson.dumps({"rule": rule.id, "number": rule.number, "title": rule.title, "because": because})
            )
        return found

    def _overridden(self, place: int, by: Sequence[int], outcomes: Outcomes) -> bytes:
        rule = self._rule(place)
        why = [
            one.because for other in by for one in self._rule(other).overrides if one.rule == rule.id and one.because
        ]
        return orjson.dumps(
            {
                "rule": rule.id, "number": rule.number, "title": rule.title, "by": [self._rule(other).id for other in by], "reasons": why,
                "fallback": all(outcomes.provisional >> other & 1 for other in by),
            }
        )  # fmt: skip

    # ---- facts, needs, messages ---------------------------------------------------------------------------------
    def _fact_states(
        self, given: Mapping[str, Given], resolved: Resolved, values: Sequence[Any], states: PatientStates
    ) -> list[bytes]:
        """Facts that were sent, then those assumed, in the order of the vocabulary; then the derived ones in the order of derivation."""
        parts = []
        memo, position, askable = self._memo, self.resolver.position, self._askable
        taken_for_granted = {place for place, _, _ in resolved.assumed}
        sent = [
            (place, one)
            for name, one in given.items()
            if (place := position[name]) in askable and place not in taken_for_granted
        ]
        for place, one in sorted(sent, key=itemgetter(0)):
            key = (place, values[place], one.open_value)
            part = memo.get(key)
            if part is None:
                part = self._remember(key, self._written_fact(place, "given", one, (), states))
            parts.append(part)
        for place, _, assumption in resolved.assumed:
            if place in askable:
                which = (place, id(assumption))
                part = memo.get(which)
                if part is None:
                    written = self._written_fact(place, "assumed", None, (), states, assumption.because)
                    part = self._remember(which, written)
                parts.append(part)
        for (place, reads), answer in zip(self._derived, resolved.answers, strict=True):
            part = answer.written
            said = given.get(self.names[place])
            said_open = (
                said is not None and said.open_value is not None
            )  # written as sent, and no part of the answer's key
            if part is None or said_open:
                part = self._written_fact(place, answer.source or "derived", said, reads, states)
                if not said_open:
                    answer.written = part
            parts.append(part)
        for place, reads in self._flags:
            flag = (place, resolved.states[place], *map(states.known, reads))
            part = memo.get(flag)
            if part is None:
                part = self._remember(flag, self._written_fact(place, "derived", None, reads, states))
            parts.append(part)
        return parts

    def _written_fact(
        self,
        place: int,
        source: str,
        one: Given | None,
        reads: Sequence[int],
        states: PatientStates,
        because: str | None = None,
    ) -> bytes:
        fact, name = self.facts[place], self.names[place]
        state = fact.write(states[name])
        if one is not None and one.open_value and state == fact.unknown_as:
            state = one.open_value
        inputs = [self.names[read] for read in reads if states.known(read)] if source != "given" else []
        body = {"state": state, "source": source, "from": inputs}
        if source == "assumed":
            body["because"] = self._why_assumed(place, states) if because is None else because
        return orjson.dumps(name) + b":" + orjson.dumps(body)

    def _why_assumed(self, place: int, states: Mapping[str, State]) -> str:
        """The reason of the row of a table that was taken for granted."""
        name, vocabulary = self.names[place], self.guideline.vocabulary
        for derivation in self.guideline.derivations:
            if derivation.fact == name and derivation.assume:
                for row in derivation.assume.rows:
                    if truth(row.when, states, vocabulary) is True:
                        return row.because
        return ""

    def _needs(self, needs: Sequence[Need]) -> list[bytes]:
        """The needs, best first: by the rules they decide, counted twice where the answer alone can settle one."""
        memo = self._need_memo
        written = []
        for one in needs:
            found = memo.get(one)
            if found is None:
                if len(memo) >= 4000:
                    memo.clear()
                found = memo[one] = self._need(one)
            written.append(found)
        written.sort()
        return [part for _, part in written]

    def _need(self, one: Need) -> tuple[tuple[int, int], bytes]:
        weight = sum(self._weight[place] for place in one.decides)
        what = "its answer alone can settle" if one.ask_next else "is one of the open facts of"
        numbers = ", ".join(self._rule(place).number for place in one.decides)
        body = {
            "fact": self.names[one.fact],
            "label": self.facts[one.fact].label,
            "why": f"{what} {numbers}",
            "decides": [self._rule(place).id for place in one.decides],
            "ask_next": one.ask_next,
        }
        return (-weight * (2 if one.ask_next else 1), one.fact), orjson.dumps(body)

    def _messages(
        self, given: Mapping[str, Given], resolved: Resolved, standing: Standing
    ) -> tuple[list[Any], list[Any]]:
        contradictions: list[Any] = []
        warnings: list[Any] = []
        for code in resolved.codes:
            if code.startswith(DIFFER):
                dispute = self._dispute(code, given[code.removeprefix(DIFFER)])
                (warnings if dispute.pop("settled") else contradictions).append(dispute)
                continue
            text, facts = self._texts.get(code, ("", []))
            if not text:
                name = code.removeprefix("no-row-")
                text = f"The facts sent leave no possible value of: {self.guideline.vocabulary[name].label}."
                facts = [name]
            (contradictions if self._stops.get(code, True) else warnings).append(
                {"code": code, "text": text, "facts": facts}
            )
        unusual = [name for name, one in given.items() if one.unusual]
        if unusual:
            for name in sorted(unusual, key=self.resolver.position.__getitem__):
                fact = self.guideline.vocabulary[name]
                warnings.append(
                    {
                        "code": "unusual-value",
                        "text": f"{fact.label} is outside its usual range; check the value and its unit.",
                        "facts": [name],
                    }
                )
        for mask in self._singles:
            both = standing.stands & mask
            if both & (both - 1):
                numbers = ", ".join(self._rule(place).number for place in places(both))
                text = (
                    f"More than one recommendation stands for one question ({numbers}); the guideline does not choose."
                )
                warnings.append({"code": "conflict", "text": text, "facts": []})
        return contradictions, warnings

    def _dispute(self, code: str, one: Given) -> dict[str, Any]:
        """The message on a fact of which sources differ."""
        assert one.dispute is not None
        fact = self.guideline.vocabulary[code.removeprefix(DIFFER)]
        sides = [f"{side.words} ({'; '.join(side.sources)})" for side in one.dispute.sides]
        known = one.state != fact.everything
        use = "It is taken as unknown." if not known else f"{fact.words(one.state)} is used."
        return {
            "code": code,
            "text": f"The sources differ in {fact.label}: {' against '.join(sides)}. {use[:1].upper()}{use[1:]}",
            "facts": [fact.name],
            "sides": [{"says": side.says, "sources": list(side.sources)} for side in one.dispute.sides],
            "settled": one.dispute.settled,
        }

    def _remember(self, key: Any, value: bytes) -> bytes:
        self._memo_bytes += len(value) + 200
        if self._memo_bytes > MOST_BYTES:
            self._memo.clear()
            self._memo_bytes = len(value)
        self._memo[key] = value
        return value


def vars_of(one: Any) -> dict[str, Any]:
    """The fields of a small frozen dataclass."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
