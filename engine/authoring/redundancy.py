"""What makes no difference: parts of conditions, exceptions, and rules that say the same twice.

A part is redundant when leaving it out changes no outcome of any patient state, partly known ones included. A part that only makes a rule wait,
or only spares a question, does make a difference.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from engine.authoring.findings import Finding
from engine.authoring.formula import FALSE
from engine.authoring.study import Study, nodes, route_of, without
from engine.language.conditions import All, Any_, Condition, Not, words
from engine.language.rules import Rule, Unless


def clauses(study: Study) -> Iterator[Finding]:
    """Parts of `when` and of exceptions that make no difference, and alternatives that are never met."""
    for rule in study.guideline.rules:
        yield from _parts(study, rule, rule.when, lambda when, rule=rule: replace(rule, when=when))  # type: ignore[misc]
        for index, one in enumerate(rule.unless):

            def changed(when: Condition, rule: Rule = rule, index: int = index, one: Unless = one) -> Rule:
                return replace(rule, unless=(*rule.unless[:index], replace(one, when=when), *rule.unless[index + 1 :]))

            yield from _parts(study, rule, one.when, changed)


def _parts(study: Study, rule: Rule, condition: Condition, changed: object) -> Iterator[Finding]:
    assert callable(changed)
    reported: list[tuple[int, ...]] = []
    for path, part in nodes(condition):
        if any(path[: len(above)] == above for above in reported):
            continue
        left = without(condition, path)
        if left is None:
            continue
        same = not _differ(study, rule, changed(left))
        never = _alternative(condition, path) and not study.possible(
            study.encoding.true(_only(condition, path)), study.allowed(rule), study.encoding.applies[rule.id]
        )
        if not same and not never:
            continue
        reported.append(path)
        place = study.place(rule, route_of(part))
        if never:
            message = f"this alternative of `{rule.id}` can never be met here: {words(part)}"
            yield Finding("impossible-condition", message, place, "remove it or mend it", (rule.number,))
        else:
            message = f"this makes no difference in `{rule.id}`: {words(part)} ({_because(study, condition, path)})"
            yield Finding("redundant-clause", message, place, "remove it", (rule.number,))


def _differ(study: Study, rule: Rule, other: Rule) -> bool:
    """Is there a patient for whom the two rules have different outcomes?"""
    encoding, formula = study.encoding, study.formula
    outcomes = [
        (*encoding.outcome(one.when, one.exception, one.reminder), _ruled_out(study, one)) for one in (rule, other)
    ]
    different = formula.any_of([formula.differ(left, right) for left, right in zip(*outcomes, strict=True)])
    return study.possible(different, study.allowed(rule))


def _ruled_out(study: Study, rule: Rule) -> int:
    if rule.exception is None:
        return study.formula.any_of([])
    return study.formula.all_of([study.encoding.true(rule.when), study.encoding.true(rule.exception)])


def _alternative(condition: Condition, path: tuple[int, ...]) -> bool:
    """Is the part one of several alternatives, none of them inside a `not`?"""
    above: Condition = condition
    for step in path[:-1]:
        if isinstance(above, Not):
            return False
        assert isinstance(above, All | Any_)
        above = above.parts[step]
    return isinstance(above, Any_) and len(above.parts) > 1


def _because(study: Study, condition: Condition, path: tuple[int, ...]) -> str:
    """Which of the parts beside this one make it needless."""
    above: Condition = condition
    for step in path[:-1]:
        above = above.part if isinstance(above, Not) else above.parts[step] if isinstance(above, All | Any_) else above
    if not isinstance(above, All | Any_):
        return "the rest decides alone"
    together = isinstance(above, All)
    beside = {_wanted(study, part, together): part for place, part in enumerate(above.parts) if place != path[-1]}
    needless = -_wanted(study, above.parts[path[-1]], together)
    clash = [*beside, needless]
    if study.possible(*clash):
        return "the rest of the rule decides alone"
    names = "; ".join(words(beside[one]) for one in study.formula.clashing(clash) if one in beside)
    return f"{'it follows from' if together else 'it is covered by'}: {names}"


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


def _seen(study: Study) -> dict[str, list[bool]]:
    """For each rule, whether it applies to a patient of every other rule: rules that differ here differ."""
    applies = study.encoding.applies
    seen: dict[str, list[bool]] = {name: [] for name in applies}
    for literal in applies.values():
        if study.possible(literal):
            for name, other in applies.items():
                seen[name].append(study.formula.holds(other))
    return seen


def exceptions(study: Study) -> Iterator[Finding]:
    """Exceptions that make no difference because the others cover them."""
    for rule in study.guideline.rules:
        for index, one in enumerate(rule.unless):
            rest = replace(rule, unless=(*rule.unless[:index], *rule.unless[index + 1 :]))
            applies = study.encoding.applies[rule.id]
            if len(rule.unless) == 1 or not study.possible(applies, study.encoding.true(one.when), study.allowed(rule)):
                continue  # never met at all: reach.py says so
            if _differ(study, rule, rest):
                continue
            others = {
                -study.encoding.true(other.when): (place, other.when)
                for place, other in enumerate(rule.unless)
                if place != index
            }
            met = [study.encoding.true(one.when), *others]
            covering = [others[literal] for literal in study.formula.clashing(met) if literal in others]
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
        if study.encoding.applies[one.id] != FALSE and not _differ(study, one, other):
            yield Finding(
                "equivalent-rules",
                f"`{one.id}` and `{other.id}` apply to exactly the same patients",
                study.place(one, ("when",)),
                "join them, or say what tells them apart",
                (one.number, other.number),
                (study.place(other, ("when",)),),
            )
