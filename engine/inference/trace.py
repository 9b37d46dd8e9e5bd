"""One rule for one patient, as text: clause by clause, what its facts rest on, and whether another rule withdrew it."""

from collections.abc import Iterator

from engine.inference.decide import Decider, Judgement
from engine.inference.explain import tree
from engine.inference.page import WIDTH, Page
from engine.inference.reference import Outcome, Resolution, outcome, resolve
from engine.language.conditions import Condition, truth
from engine.language.guideline import Guideline
from engine.language.logic import Truth
from engine.language.rules import Rule
from engine.language.vocabulary import Given

MARKS: dict[Truth, tuple[str, str]] = {True: ("yes", "green"), False: ("no", "red"), None: ("?", "yellow")}
MEANING = {
    Outcome.FIRM: "everything asked for is true, and no exception is",
    Outcome.PROVISIONAL: "everything asked for is true; an exception is still open",
    Outcome.RULED_OUT: "everything asked for is true, and so is an exception",
    Outcome.UNDETERMINED: "what is asked for is not yet known",
    Outcome.NOT_APPLICABLE: "what is asked for is not so",
}
STILL_OPEN = "everything asked for is true; an exception is still open, and a reminder is shown all the same"


def traced(rule: Rule, decider: Decider, given: dict[str, Given], *, width: int = WIDTH, colour: bool = False) -> str:
    """The explanation of the rule for the patient with these facts; raises EvaluatorsDisagree."""
    page = Page(width, colour)
    resolution, judgement = resolve(decider.guideline, given), decider.judge(given)
    found = outcome(rule, resolution.states, decider.guideline)
    page.heading(f"{rule.number}  {rule.title}")
    page.text(
        f"{found.replace('_', ' ')}: {_meaning(rule, found, resolution, decider.guideline)}", 0, "Outcome: ", "bold"
    )
    page.text(_fate(rule, decider.guideline, judgement), 0, "Result:  ", "bold")
    for code in resolution.contradictions:
        text = next((one.text for one in decider.guideline.contradictions if one.code == code), code)
        page.text(text, 0, "Clash:   ", "red")
    page.heading("WHEN", "-")
    _condition(page, rule.when, decider.guideline, resolution)
    for one in rule.unless:
        page.gap()
        page.text(one.because, 0, "UNLESS: ", "bold")
        _condition(page, one.when, decider.guideline, resolution)
    lines = list(_rests_on(rule, decider.guideline, resolution, given))
    if lines:
        page.heading("WHAT ITS FACTS REST ON", "-")
    for depth, text in lines:
        page.text(text, 2 * depth, "- ")
    return str(page)


def _meaning(rule: Rule, found: Outcome, resolution: Resolution, guideline: Guideline) -> str:
    exception = rule.exception
    open_exception = exception is not None and truth(exception, resolution.states, guideline.vocabulary) is None
    return STILL_OPEN if found is Outcome.FIRM and open_exception else MEANING[found]


def _condition(page: Page, condition: Condition, guideline: Guideline, resolution: Resolution) -> None:
    for line in tree(condition, resolution.states, guideline.vocabulary):
        mark = MARKS[line.truth][0].ljust(4) + "  " * line.depth
        known = "" if not line.state or line.text.endswith(f": {line.state}") else f"  [{line.state}]"
        page.text(f"{line.text}{known}", 2, mark)


def _fate(rule: Rule, guideline: Guideline, judgement: Judgement) -> str:
    """What became of the rule once all rules were weighed against each other."""
    place = guideline.rules.index(rule)
    standing = judgement.standing
    if standing.stands >> place & 1:
        open_yet = judgement.outcomes.provisional >> place & 1
        return "it stands, once what is open under UNLESS is confirmed" if open_yet else "it stands"
    by = dict(standing.overridden).get(place, ())
    if by:
        reasons = [
            f"{other.number} {other.title}: {one.because}"
            for other in (guideline.rules[each] for each in by)
            for one in other.overrides
            if one.rule == rule.id
        ]
        return f"withdrawn by {' and by '.join(reasons)}"
    if standing.stopped >> place & 1:
        stoppers = [guideline.rules[one] for one in standing.stoppers]
        return f"withheld because of {' and '.join(f'{one.number} {one.title}' for one in stoppers)}"
    return "it is not shown" if not judgement.outcomes.ruled_out >> place & 1 else "shown as ruled out"


def _rests_on(
    rule: Rule, guideline: Guideline, resolution: Resolution, given: dict[str, Given]
) -> Iterator[tuple[int, str]]:
    """Each derived or assumed fact the rule asks about, and what that rests on: depth and words, every fact once."""
    reads = {one.fact: one for one in guideline.derivations}
    order = list(guideline.vocabulary)
    seen: set[str] = set()

    def walk(name: str, depth: int) -> Iterator[tuple[int, str]]:
        fact, source = guideline.vocabulary[name], resolution.sources.get(name)
        text = f"{fact.label}: {_words(name, guideline, resolution, given)}"
        inner = sorted(reads[name].facts() - {name}, key=order.index) if name in reads else []
        if name in seen and inner:
            yield depth, f"{text} (see above)"
            return
        seen.add(name)
        why = _why_assumed(name, guideline, resolution) if source == "assumed" else ""
        yield depth, f"{text}{f' ({source})' if source else ''}{': ' + why if why else ''}"
        bare = [one for one in inner if one not in resolution.sources and one not in reads]
        for one in inner:
            if one not in bare:
                yield from walk(one, depth + 1)
        if bare:
            yield depth + 1, f"unknown: {'; '.join(guideline.vocabulary[one].label for one in bare)}"

    for name in sorted(rule.facts(), key=order.index):
        if name in reads or resolution.sources.get(name) == "assumed":  # of any other its clause says what was sent
            yield from walk(name, 0)


def _words(name: str, guideline: Guideline, resolution: Resolution, given: dict[str, Given]) -> str:
    fact = guideline.vocabulary[name]
    open_value = given[name].open_value if name in given else None
    return fact.open_values[open_value] if open_value else fact.words(resolution.states[name])


def _why_assumed(name: str, guideline: Guideline, resolution: Resolution) -> str:
    for one in guideline.assumptions.get(name, ()):
        if one.state == resolution.states[name]:
            return one.because
    rows = [row for one in guideline.derivations if one.fact == name and one.assume for row in one.assume.rows]
    holding = (row.because for row in rows if truth(row.when, resolution.states, guideline.vocabulary) is True)
    return next(holding, "")
