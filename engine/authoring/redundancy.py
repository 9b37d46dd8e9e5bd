"""What makes no difference: parts of conditions, exceptions, and rules that say the same twice.

A part is redundant when leaving it out changes no outcome of any patient state, partly known ones included. A part that only makes a rule wait,
or only spares a question, does make a difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from engine.authoring.findings import Finding
from engine.authoring.formula import FALSE, TRUE
from engine.authoring.study import Study, child, nodes, route_of, without
from engine.language.conditions import All, Any_, Condition, Not, words
from engine.language.rules import Rule, parts_of
from engine.language.yamlfile import Route


def clauses(study: Study) -> Iterator[Finding]:
    """Parts of `when` and of exceptions that make no difference, and alternatives that are never met."""
    reported: set[tuple[str, Route, tuple[int, ...]]] = set()
    for one in _candidates(study):  # all are built before the first is asked, which is faster
        key = (one.rule.id, one.within, one.path)
        if any((*key[:2], one.path[:length]) in reported for length in range(1, len(one.path))):
            continue
        allowed = study.allowed(one.rule)
        never = one.met is not None and not study.possible(*one.met, allowed)
        if not never and any(study.possible(*change, allowed) for change in one.differs):
            continue
        if not study.possible(study.encoding.applies[one.rule.id], allowed):
            continue  # nobody gets the rule: reach.py says why
        reported.add(key)
        code = "impossible-condition" if never else "redundant-clause"
        hint = "remove it or mend it" if never else "remove it"
        yield Finding(
            code, one.message(study, never), study.place(one.rule, route_of(one.part)), hint, (one.rule.number,)
        )


@dataclass(frozen=True)
class Part:
    """A part of a condition of a rule: whether leaving it out changes something; and if it is an alternative, who meets it.

    Both are lists of literals to be true together: nothing is built for them, which keeps the questions cheap.
    """

    rule: Rule
    within: Route
    condition: Condition
    path: tuple[int, ...]
    part: Condition
    differs: tuple[tuple[int, ...], ...]
    met: tuple[int, ...] | None

    def message(self, study: Study, never: bool) -> str:
        """What is wrong with the part."""
        if never:
            return f"this alternative of `{self.rule.id}` can never be met here: {words(self.part)}"
        why = _because(study, self.rule, self.condition, self.path)
        return f"this makes no difference in `{self.rule.id}`: {words(self.part)} ({why})"


def _candidates(study: Study) -> list[Part]:
    encoding = study.encoding
    found = []
    for rule in study.guideline.rules:
        for within, condition in _conditions(rule):
            for path, part in nodes(condition):
                left = without(condition, path)
                met = None
                if _alternative(condition, path):
                    met = (encoding.true(_only(condition, path)), encoding.applies[rule.id])
                if within == ("when",):
                    differs = _other_condition(study, rule, left, weaker=_weaker(condition, path))
                else:
                    index = within[1]
                    assert isinstance(index, int)
                    changed = replace(rule.unless[index], when=left)
                    other = replace(rule, unless=(*rule.unless[:index], changed, *rule.unless[index + 1 :]))
                    differs = _other_exception(study, rule, other, weaker=_weaker(condition, path))
                found.append(Part(rule, within, condition, path, part, differs, met))
    return found


def _conditions(rule: Rule) -> Iterator[tuple[Route, Condition]]:
    yield ("when",), rule.when
    for index, one in enumerate(rule.unless):
        yield ("unless", index), one.when


def _weaker(condition: Condition, path: tuple[int, ...]) -> bool:
    """Is the condition met by more patients when the part is left out? Else by fewer."""
    above, upright = condition, True
    for step in path[:-1]:
        upright = upright is not isinstance(above, Not)
        above = child(above, step)
    return isinstance(above, All) is upright


def _other_condition(study: Study, rule: Rule, when: Condition, *, weaker: bool) -> tuple[tuple[int, ...], ...]:
    """Patients for whom the rule has another outcome with this `when`, which is met by more of them (`weaker`) or by fewer."""
    encoding = study.encoding
    true, false = encoding.applies[rule.id], encoding.false(rule.when)
    other_true, other_false = encoding.true(when), encoding.false(when)
    if not weaker:
        true, other_true, false, other_false = other_true, true, other_false, false
    return (other_true, -true), (false, -other_false, -encoding.excepted[rule.id])


def _other_exception(study: Study, rule: Rule, other: Rule, *, weaker: bool) -> tuple[tuple[int, ...], ...]:
    """The same for a rule with another exception."""
    encoding = study.encoding
    (true, false), (other_true, other_false) = (
        (FALSE, TRUE) if one.exception is None else (encoding.true(one.exception), encoding.false(one.exception))
        for one in (rule, other)
    )
    if not weaker:
        true, other_true, false, other_false = other_true, true, other_false, false
    changes = [(other_true, -true, -encoding.false(rule.when))]
    if not rule.reminder:
        changes.append((false, -other_false, encoding.applies[rule.id]))
    return tuple(changes)


def _differs(study: Study, rule: Rule, other: Rule) -> int:
    """The literal of a patient for whom the two rules have different outcomes."""
    encoding, formula = study.encoding, study.formula
    outcomes = [encoding.outcome(one.when, one.exception, reminder=one.reminder) for one in (rule, other)]
    return formula.any_of([formula.differ(left, right) for left, right in zip(*outcomes, strict=True)])


def _alternative(condition: Condition, path: tuple[int, ...]) -> bool:
    """Is the part one of several alternatives, none of them inside a `not`?"""
    above: Condition = condition
    for step in path[:-1]:
        if isinstance(above, Not):
            return False
        above = child(above, step)
    return isinstance(above, Any_)


def _because(study: Study, rule: Rule, condition: Condition, path: tuple[int, ...]) -> str:
    """Which of the parts beside this one, and of the rule's condition, make it needless."""
    above: Condition = condition
    for step in path[:-1]:
        above = child(above, step)
    assert isinstance(above, All | Any_)
    together = isinstance(above, All)
    beside = {_wanted(study, part, together): part for place, part in enumerate(above.parts) if place != path[-1]}
    outside = [part for place, part in enumerate(parts_of(rule.when)) if condition is not rule.when or place != path[0]]
    given = {study.encoding.true(part): part for part in outside}
    clash = [*(literal for literal in given if literal not in beside), *beside]
    clash.append(-_wanted(study, above.parts[path[-1]], together))
    if study.possible(*clash):
        return "the rest of the rule decides alone"
    clash = study.formula.clashing(clash)
    names = "; ".join(words(beside[one]) for one in clash if one in beside)
    context = "; ".join(words(given[one]) for one in clash if one in given and one not in beside)
    text = f"it {'follows from' if together else 'is covered by'}: {names}" if names else "the rest decides"
    return text + (f"; given {context}" if context else "")


def _wanted(study: Study, part: Condition, together: bool) -> int:
    return study.encoding.true(part) if together else -study.encoding.true(part)


def _only(condition: Condition, path: tuple[int, ...]) -> Condition:
    """The condition with this alternative alone."""
    if not path or isinstance(condition, Not):
        return condition
    assert isinstance(condition, All | Any_)
    inner = _only(condition.parts[path[0]], path[1:])
    if isinstance(condition, Any_):
        return inner
    return All((*condition.parts[: path[0]], inner, *condition.parts[path[0] + 1 :]))


def _except(rule: Rule, index: int) -> Rule:
    return replace(rule, unless=(*rule.unless[:index], *rule.unless[index + 1 :]))


def _seen(study: Study) -> dict[str, list[bool]]:
    """For each rule, whether it applies to a patient of every other rule: rules that differ here differ."""
    applies = study.encoding.applies
    seen: dict[str, list[bool]] = {name: [] for name in applies}
    for literal in applies.values():
        if study.formula.example([literal]):
            for name, other in applies.items():
                seen[name].append(study.formula.holds(other))
    return seen


def exceptions(study: Study) -> Iterator[Finding]:
    """Exceptions that make no difference because the others cover them."""
    encoding = study.encoding
    candidates = [
        (rule, index, _other_exception(study, rule, _except(rule, index), weaker=False))
        for rule in study.guideline.rules
        if len(rule.unless) > 1
        for index in range(len(rule.unless))
    ]
    for rule, index, differs in candidates:
        one, allowed = rule.unless[index], study.allowed(rule)
        if any(study.possible(*change, allowed) for change in differs):
            continue
        if not study.possible(encoding.applies[rule.id], encoding.true(one.when), allowed):
            continue  # never met at all: reach.py says so
        others = {
            -encoding.true(other.when): (place, other.when) for place, other in enumerate(rule.unless) if place != index
        }
        covering = []
        if not study.possible(encoding.true(one.when), *others):
            clash = study.formula.clashing([encoding.true(one.when), *others])
            covering = [others[literal] for literal in clash if literal in others]
        message = f"this exception makes no difference in `{rule.id}`: {words(one.when)}"
        if covering:
            message += f" (covered by: {'; '.join(words(when) for _, when in covering)})"
        yield Finding(
            "redundant-exception",
            message,
            study.place(rule, ("unless", index, "when")),
            "remove it",
            (rule.number,),
            tuple(study.place(rule, ("unless", place, "when")) for place, _ in covering),
        )


def equivalent_rules(study: Study) -> Iterator[Finding]:
    """Rules of one question and kind that have the same outcome for every patient."""
    seen = _seen(study)
    for one, other in combinations(study.guideline.rules, 2):
        if (one.question, one.kind) != (other.question, other.kind) or seen[one.id] != seen[other.id]:
            continue
        if any(seen[one.id]) and not study.possible(_differs(study, one, other), study.allowed(one)):
            yield Finding(
                "equivalent-rules",
                f"`{one.id}` and `{other.id}` apply to exactly the same patients",
                study.place(one, ("when",)),
                "join them, or say what tells them apart",
                (one.number, other.number),
                (study.place(other, ("when",)),),
            )
