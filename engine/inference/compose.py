"""Writes a Decision as JSON bytes from remembered fragments.

The shape is that of decision.py; the key order is fixed, so that equal decisions are equal bytes.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from engine.inference.derived import MEMO, memo_key
from engine.inference.explain import reasons
from engine.inference.fact_writer import FactWriter
from engine.inference.facts import DIFFER, Resolved, Resolver
from engine.inference.fragments import Fragments
from engine.inference.index import Outcomes, places
from engine.inference.needs import Need
from engine.inference.patient import PatientStates
from engine.inference.printed import cited, regimen
from engine.inference.standing import Standing
from engine.language.conditions import facts_of, truth
from engine.language.forms import ADVICE
from engine.language.guideline import Guideline
from engine.language.rules import Rule
from engine.language.states import State
from engine.language.vocabulary import Given

CERTAINTIES = ("very_low", "low", "moderate", "high")
KIND_WEIGHT = {"recommend": 4, "recommend_against": 4, "safety_alert": 3, "consider": 2}


class Writer:
    """The fragments of one guideline."""

    def __init__(self, guideline: Guideline, resolver: Resolver, engine_version: str) -> None:
        self.guideline, self.resolver = guideline, resolver
        self.names = resolver.names
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
        self._fixed: dict[tuple[int, int], bytes] = {}
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
        self._facts = FactWriter(guideline, resolver)
        self._stood_memo: dict[tuple[int, int], tuple[list[int], list[str]]] = {}
        self._lowered_memo: dict[Any, list[int]] = {}
        self._fragments = Fragments()

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
        values: list[Any] = resolved.states.copy()
        facts = self._facts.write(given, resolved, states, values)
        lowered = self._lowered(values, states)
        standing_places, conflicts = self._stood(standing.stands, outcomes.firm)
        recommendations: list[bytes] = []
        for place in standing_places:
            recommendations += self._recommendation(place, outcomes, confirm, values, states, lowered)
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
        contradictions, warnings = self._messages(given, resolved, conflicts)
        return b"".join(
            (
                b'{"id":"', decision_id.encode(), b'","as_of":"', as_of.isoformat().encode(), b'","guideline":', self._identity,
                b',"engine_version":', self._engine_version, b',"status":"', self.status(resolved, outcomes, standing, needs).encode(),
                b'","facts":{', b",".join(facts), b'},"recommendations":[', *recommendations[1:],
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

    def _stood(self, stands: int, firm: int) -> tuple[list[int], list[str]]:
        """The standing rules in the order of their questions, firm ones first; and the conflicts among them."""
        key = (stands, stands & firm)
        found = self._stood_memo.get(key)
        if found is None:
            if len(self._stood_memo) >= MEMO // 4:
                self._stood_memo.clear()
            order = sorted(
                places(stands), key=lambda place: (self._question_order[place], not firm >> place & 1, place)
            )
            found = self._stood_memo[key] = (order, list(self._conflicts(stands)))
        return found

    def _conflicts(self, stands: int) -> Iterator[str]:
        for mask in self._singles:
            both = stands & mask
            if both & (both - 1):
                numbers = ", ".join(self._rule(place).number for place in places(both))
                yield f"More than one recommendation stands for one question ({numbers}); the guideline does not choose."

    def _lowered(self, values: Sequence[Any], states: Mapping[str, State]) -> list[int]:
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
    ) -> tuple[bytes, bytes, bytes]:
        """A comma, what is the same for every patient, and what is not: pieces, so that a long text is copied once."""
        mine = 0
        for modifier in lowered:
            if modifier in self._modifiers[place]:
                mine |= 1 << modifier
        fixed = self._fixed.get((place, mine))
        if fixed is None:
            fixed = self._fixed[place, mine] = self._fixed_part(self._rule(place), mine)
        provisional = outcomes.provisional >> place & 1
        to_confirm = confirm.get(place, ()) if provisional else ()
        key = (place, to_confirm, self._keys[place](values))
        varying = self._fragments.get(key)
        if varying is None:
            because = [vars_of(one) for one in reasons(self._rule(place).when, states, self.guideline.vocabulary)]
            written = orjson.dumps(
                {
                    "status": "provisional" if provisional else "firm",
                    "confirm": [self.names[one] for one in to_confirm],
                    "because": because,
                }
            )
            varying = self._fragments.keep(key, written[1:])
        return b",", fixed, varying

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
        found = self._fragments.get(key)
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
            found = self._fragments.keep(
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

    # ---- needs, messages ----------------------------------------------------------------------------------------
    def _needs(self, needs: Sequence[Need]) -> list[bytes]:
        """The needs, best first: by the rules they decide, counted twice where the answer alone can settle one."""
        return [words for _, words in sorted([one.written or self._need(one) for one in needs])]

    def _need(self, one: Need) -> tuple[tuple[int, int], bytes]:
        weight = sum(self._weight[place] for place in one.decides)
        what = "its answer alone can settle" if one.ask_next else "is one of the open facts of"
        numbers = ", ".join(self._rule(place).number for place in one.decides)
        body = {
            "fact": self.names[one.fact],
            "label": self.resolver.facts[one.fact].label,
            "why": f"{what} {numbers}",
            "decides": [self._rule(place).id for place in one.decides],
            "ask_next": one.ask_next,
        }
        one.written = ((-weight * (2 if one.ask_next else 1), one.fact), orjson.dumps(body))
        return one.written

    def _messages(
        self, given: Mapping[str, Given], resolved: Resolved, conflicts: Sequence[str]
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
        for place in resolved.remarkable:
            fact = self.resolver.facts[place]
            if given[fact.name].unusual:
                text = f"{fact.label} is outside its usual range; check the value and its unit."
                warnings.append({"code": "unusual-value", "text": text, "facts": [fact.name]})
        warnings += [{"code": "conflict", "text": text, "facts": []} for text in conflicts]
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


def vars_of(one: Any) -> dict[str, Any]:
    """The fields of a small frozen dataclass."""
    return {name: getattr(one, name) for name in one.__dataclass_fields__}
