"""A guideline that differs in one part, as logic over the patients of another encoding: only what the part can touch is written anew."""

from engine.authoring.resolution import Resolution
from engine.language.guideline import Guideline


class Variant(Resolution):
    """The same patients as `base`; equal parts are the same literals. `touched`: the facts whose states are other literals."""

    def __init__(self, base: Resolution, guideline: Guideline) -> None:
        self.base, self.guideline = base, guideline
        self.patients, self.formula, self._tests = base.patients, base.formula, base._tests
        self.sent, self.reached, self.assumed, self.clashes = base.sent, {}, {}, dict(base.clashes)
        self.granted, self.states = base.granted, dict(base.states)
        self.touched: set[str] = set()
        if guideline.assumptions is not base.guideline.assumptions:
            self.granted = self._assume()
            for name, bits in self.granted.items():
                if bits != base.granted[name]:
                    self.touched.add(name)
                    self.states[name] = bits
        before = {one.fact: one for one in base.guideline.derivations}
        for one in guideline.derivations:
            if one is before[one.fact] and not {*one.facts(), one.fact} & self.touched:
                continue
            if not one.from_contradictions:
                self.states[one.fact] = self.granted[one.fact]
                self._set(one.fact, self._derive(one))
        self.contradictions = self._contradictions_again()
        stopping = [self.contradictions[one.code] for one in guideline.contradictions if one.stop]
        self.consistent = -self.formula.any_of([*stopping, *self.clashes.values()])
        for one in guideline.derivations:
            if one.from_contradictions:
                self._set(one.fact, self._truth_bits(one.fact, -self.consistent))

    def _set(self, fact: str, bits: tuple[int, ...]) -> None:
        self.states[fact] = bits
        if bits != self.base.states[fact]:
            self.touched.add(fact)

    def _contradictions_again(self) -> dict[str, int]:
        before = {one.code: one for one in self.base.guideline.contradictions}
        seen = {
            name: self.sent[name] if fact.given else self.states[name]
            for name, fact in self.guideline.vocabulary.items()
        }
        return {
            one.code: self._contradicts(one, seen)
            if one is not before[one.code] or one.facts() & self.touched
            else self.base.contradictions[one.code]
            for one in self.guideline.contradictions
        }

    def differs(self, meant: frozenset[str]) -> int:
        """The literal of the patients who get another outcome or contradiction than in the base. Outcomes count only where the base finds no
        contradiction that stops; of rules that ask for contradictions (facts that are `meant` for them) always."""
        formula, base = self.formula, self.base
        found = [formula.differ(self.consistent, base.consistent)]
        for code, literal in base.contradictions.items():
            found.append(formula.differ(literal, self.contradictions.get(code, -1)))
        for rule in self.guideline.rules:
            if rule.facts() & self.touched:
                mine, others = (one.outcome(rule.when, rule.exception, reminder=rule.reminder) for one in (self, base))
                different = formula.any_of(formula.differ(*pair) for pair in zip(mine, others, strict=True))
                found.append(different if rule.facts() & meant else formula.all_of([different, base.consistent]))
        return formula.any_of(found)


__all__ = ["Variant"]
