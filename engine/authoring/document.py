"""The guideline as a clinician reads it: one Markdown page of questions, recommendations, reasons and references, for review on paper."""

from collections.abc import Iterator

from engine.language.conditions import All, Any_, Clause, Condition, Not
from engine.language.evidence import earliest, link, publication, reference
from engine.language.guideline import Guideline
from engine.language.rules import Citation, Rule

KINDS = {
    "recommend": "Recommendation for",
    "consider": "Option to consider",
    "recommend_against": "Recommendation against",
    "required_workup": "Work-up",
    "safety_alert": "Safety alert",
    "request_data": "Data request",
    "out_of_scope": "Outside this guideline",
}


class _References:
    """Publications numbered in the order they are first cited."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self.numbers: dict[tuple[str, str | None], tuple[int, Citation]] = {}

    def number(self, citation: Citation) -> int:
        key = (citation.source, self.guideline.finding(citation).reported_in)
        return self.numbers.setdefault(key, (len(self.numbers) + 1, citation))[0]

    def lines(self) -> Iterator[str]:
        for number, citation in self.numbers.values():
            source, finding = self.guideline.evidence[citation.source], self.guideline.finding(citation)
            cite, where = publication(source, finding), link(source, finding)
            identifier = f" <{where}>" if where else ""
            reason = "" if cite.doi or cite.pmid else f" ({cite.note or source.no_identifier or 'No DOI or PMID.'})"
            pmid = f" PMID {cite.pmid}." if cite.pmid else ""
            yield f"{number}. **{source.title}.** {reference(source, finding)}{pmid}{identifier}{reason}"


def document(guideline: Guideline) -> str:
    """The whole guideline as Markdown; equal guidelines give equal text."""
    about = guideline.about
    references = _References(guideline)
    body = [line for question in guideline.questions for line in _question(guideline, question, references)]
    lines = [
        "<!-- Written by `tnbc-cds document`; edit the files in rules/ instead. -->",
        f"# {about.title}",
        "",
        f"Version {about.version}, revised {about.revised.isoformat()}, review due {about.review_due.isoformat()}. Published by {about.publisher}.",
        "",
        f"> {about.notice.strip()}",
        "",
        f"**Intended use.** {about.intended_use.strip()}",
        "",
        f"**Intended users.** {about.intended_users.strip()}",
        "",
        "**Not for:**",
        "",
        *[f"- {item}" for item in about.not_for],
        "",
        "**Limits of the evidence:**",
        "",
        *[f"- {item}" for item in about.unknown_population],
        "",
        f"Funding: {about.funding}",
        "",
        "## How to read this",
        "",
        "A rule applies when everything under *Applies to* is true. *Unless* lists what rules it out; while one of these is not known, the rule is",
        "shown as provisional with the fact to confirm first. Strength and certainty are words of GRADE. A reference marked † supports the words",
        "only: its figures were not read at the source and are not shown.",
        *body,
        "",
        "## References",
        "",
        *references.lines(),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _question(guideline: Guideline, name: str, references: _References) -> Iterator[str]:
    question = guideline.questions[name]
    rules = [rule for rule in guideline.rules if rule.question == name]
    if not rules:
        return
    yield ""
    yield f"## {question.title}"
    if question.single:
        yield ""
        yield "*At most one recommendation stands for a patient.*"
    for rule in rules:
        yield from _rule(guideline, rule, references)


def _rule(guideline: Guideline, rule: Rule, references: _References) -> Iterator[str]:
    grade = f"strength: {rule.strength}"
    if rule.certainty:
        grade += f"; certainty: {rule.certainty.replace('_', ' ')}"
    until = f" to {rule.effective_to.isoformat()}" if rule.effective_to else ""
    yield ""
    yield f"### {rule.number} {rule.title}"
    yield ""
    yield f"*{KINDS[rule.kind]}; {grade}; in force from {rule.effective_from.isoformat()}{until}*"
    yield ""
    yield rule.text
    yield ""
    yield "**Applies to:**"
    yield ""
    yield from _condition(rule.when, 0, top=True)
    if rule.unless:
        yield ""
        yield "**Unless:**"
        yield ""
        for one in rule.unless:
            yield f"- {one.because}{' *(harm)*' if one.harm else ''}"
            yield from _condition(one.when, 1, top=True)
    if rule.stop:
        yield ""
        yield "**Stops:** while this stands, no other recommendation is given."
    for override in rule.overrides:
        other = guideline.rule(override.rule)
        yield ""
        yield f"**Withdraws {other.number}** ({other.title}): {override.because}"
    if rule.rationale:
        yield ""
        yield f"**Why.** {rule.rationale}"
    for caveat in rule.caveats:
        yield ""
        yield f"**Caveat.** {caveat}"
    if rule.judgement:
        yield ""
        yield f"**Judgement.** {rule.judgement}"
    for name in rule.regimens:
        yield from _regimen(guideline, name)
    if rule.citations:
        yield ""
        yield "**Evidence:**"
        yield ""
        for citation in rule.citations:
            yield _evidence(guideline, citation, references)


def _condition(condition: Condition, depth: int, *, top: bool = False) -> Iterator[str]:
    indent = "  " * depth
    match condition:
        case Clause():
            yield f"{indent}- {condition.words}"
        case Not(part):
            yield f"{indent}- not:"
            yield from _condition(part, depth + 1)
        case All(parts):
            inner = depth
            if not top:
                yield f"{indent}- all of:"
                inner += 1
            for part in parts:
                yield from _condition(part, inner)
        case Any_(parts):
            yield f"{indent}- any of:"
            for part in parts:
                yield from _condition(part, depth + 1)


def _regimen(guideline: Guideline, name: str) -> Iterator[str]:
    regimen = guideline.regimens[name]
    yield ""
    yield f"**Regimen: {regimen.title}**" + ("" if regimen.checked else " (doses not checked, not shown)")
    yield ""
    yield "| phase | drug | dose | schedule | cycles |"
    yield "|---|---|---|---|---|"
    for part in regimen.parts:
        cells = (part.phase, part.drug, part.dose, part.schedule, part.cycles)
        yield "| " + " | ".join("" if cell is None else str(cell) for cell in cells) + " |"
    if regimen.growth_factor:
        yield ""
        yield f"Growth factor: {regimen.growth_factor}"
    for note in regimen.notes:
        yield ""
        yield note


def _evidence(guideline: Guideline, citation: Citation, references: _References) -> str:
    finding = guideline.finding(citation)
    source = guideline.evidence[citation.source]
    year = earliest(publication(source, finding))
    value = f": {finding.value}" if finding.checked and finding.value else ""
    mark = "" if finding.checked else " †"
    when = f", {year.year}" if year else ""
    return f"- {finding.text.rstrip('.')}{value} ({source.title}{when}) [{references.number(citation)}]{mark}"
