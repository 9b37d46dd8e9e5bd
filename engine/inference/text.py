"""A Decision as text for a reader: what stands and why, what to confirm, what to ask next, and where the evidence is.

readable(decision, guideline)   -> the whole of it; `decision` is the plain data of decision.py
"""

import datetime
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence

from engine.inference.page import WIDTH, Page
from engine.inference.wording import Known, Part, bulleted, cycle_words, figures, grade, long_date
from engine.language.evidence import publication
from engine.language.guideline import Guideline

TAGS = {
    "recommend": ("RECOMMEND", "green"),
    "consider": ("CONSIDER", "blue"),
    "recommend_against": ("DO NOT", "red"),
    "required_workup": ("WORK-UP", "yellow"),
    "safety_alert": ("ALERT", "red"),
    "request_data": ("DATA", "yellow"),
    "out_of_scope": ("SCOPE", "yellow"),
}
UNCHECKED = "not checked: figure not shown"
UNCHECKED_DOSE = "dose not checked: not shown"
A_FIGURE = re.compile(r"(?<![A-Za-z])[0-9]")  # a digit that is no part of a name such as T4
BODY, LABEL = 9, 12  # columns: text under a rule's number, and under the label of a detail
SHOWN_IN_FULL = 12  # open facts that are listed one by one
NAMED_RULES = 6  # rules that are named beside an open fact
_CONDITIONAL, _PROVISIONAL = "conditional", "provisional: confirm first"  # beside a title in the short list


def readable(decision: Part, guideline: Guideline, *, width: int = WIDTH, colour: bool = False) -> str:
    """The Decision for a reader, in lines of at most `width` columns."""
    return str(_Text(decision, guideline, Page(width, colour)).page)


def _provisional(one: Part) -> bool:
    return bool(one["status"] == "provisional")


def _certain_alert(one: Part) -> bool:
    return one["kind"] == "safety_alert" and not _provisional(one)


def _conditional(one: Part) -> bool:
    """Advice whose tag alone would read as strong; an option to consider is weak by its tag."""
    return one["kind"] in ("recommend", "recommend_against") and one["strength"] == "conditional"


class _Text:
    """One Decision on one page, section by section."""

    def __init__(self, decision: Part, guideline: Guideline, page: Page) -> None:
        self.decision, self.guideline, self.page = decision, guideline, page
        self.known = Known(decision, guideline)
        self.rules = {rule.id: rule for rule in guideline.rules}
        self.numbers: dict[str, int] = {}  # the number of each reference, in the order they are cited
        self._head()
        self._messages("CONTRADICTIONS", decision["contradictions"], "red")
        self._messages("WARNINGS", decision["warnings"], "yellow")
        self._in_short()
        self._answers()
        self._ruled_out()
        self._overridden()
        self._stopped()
        self._ask_next()
        self._facts()
        self._references()
        self._foot()

    # ---- head and foot ------------------------------------------------------------------------------------------
    def _head(self) -> None:
        about, decision = self.guideline.about, self.decision
        day = datetime.date.fromisoformat(decision["as_of"])
        self.page.heading(about.title)
        self.page.text(f"Decision as of {long_date(day)}")
        if day > about.review_due:
            due = f"This guideline was due for review on {long_date(about.review_due)}; newer evidence may exist."
            self.page.text(due, style="red")
        self.page.gap()
        self.page.text(self._status(), style="bold")
        because = [each for one in decision["recommendations"] for each in one["because"]]
        if decision["status"] != "contradiction" and (read := self.known.roots(because)):
            self.page.gap()
            self.page.text("; ".join(read), 0, "Read from the facts: ")

    def _status(self) -> str:
        count = len(self.decision["needs"])
        open_facts = "1 open fact" if count == 1 else f"{count} open facts"
        scope = self.guideline.about.scope
        match self.decision["status"]:
            case "complete":
                return "COMPLETE. No open fact can change this answer."
            case "provisional":
                return f"PROVISIONAL. Advice stands; {open_facts} could still change it or add to it."
            case "needs_facts":
                return f"FACTS NEEDED. No advice stands yet; {open_facts} could bring some (see ASK NEXT)."
            case "out_of_scope":
                return f"OUT OF SCOPE. {scope.outside if scope else ''}".strip()
        return "CONTRADICTION. The facts cannot all be true; correct them before any advice is given."

    def _foot(self) -> None:
        self.page.heading("NOTICE", "-")
        self.page.text(self.decision["notice"])
        self.page.gap()
        graders = {one["graded_by"] for one in self.decision["recommendations"] if one["graded_by"]}
        if graders:
            self.page.text(f"Strength and certainty graded by: {', '.join(sorted(graders))}.")
        identity = self.decision["guideline"]
        self.page.text(
            f"Guideline {identity['id']} {identity['version']} (sha256 {identity['sha256'][:12]}), "
            f"engine {self.decision['engine_version']}, decision {self.decision['id']}"
        )

    def _messages(self, title: str, messages: Iterable[Part], style: str) -> None:
        for index, one in enumerate(messages):
            if index == 0:
                self.page.heading(title, "-")
            self.page.text(one["text"], 2, "- ", style)
            known = [self.known.state(name) for name in one["facts"]]
            if known:
                self.page.text("; ".join(known), 4)

    # ---- what stands --------------------------------------------------------------------------------------------
    def _in_short(self) -> None:
        standing = self.decision["recommendations"]
        if not standing:
            return
        self.page.heading("IN SHORT", "-")
        # What is certainly dangerous is read first, as on the page; a lowered or weak advice is not read as a strong one.
        for one in sorted(standing, key=lambda each: not _certain_alert(each)):
            tag, style = TAGS[one["kind"]]
            said = [
                word for word, holds in ((_CONDITIONAL, _conditional(one)), (_PROVISIONAL, _provisional(one))) if holds
            ]
            title = one["title"] + (f" ({'; '.join(said)})" if said else "")
            self.page.row(one["number"], title, tag, (BODY, 9), style)

    def _answers(self) -> None:
        asked = None
        for one in self.decision["recommendations"]:
            if one["question"] != asked:
                asked = one["question"]
                self.page.heading(self.guideline.questions[asked].title)
            self.page.gap()
            self._recommendation(one)

    def _recommendation(self, one: Part) -> None:
        page = self.page
        tag, style = TAGS[one["kind"]]
        page.text(one["title"], 0, one["number"].ljust(BODY), "bold")
        page.text(f"{tag}{grade(one)}", BODY, style=style)
        if one["status"] == "provisional":
            labels = "; ".join(self.known.label(name) for name in one["confirm"])
            page.text(f"PROVISIONAL. Confirm first: {labels}", BODY, style="yellow")
        page.gap()
        page.text(one["text"], BODY)
        page.gap()
        self._detail("Because", [self.known.because(one["because"])])
        self._detail("Rationale", [one["rationale"]])
        self._detail("Caveats", bulleted(one["caveats"]))
        self._detail("Lowered", bulleted(one["lowered"]))
        self._detail("Judgement", [one["judgement"] or ""])
        for regimen in one["regimen"]:
            self._detail("Regimen", [regimen["title"], *self._regimen(regimen)])
        self._detail("Evidence", [self._finding(each) for each in one["citations"]])

    def _detail(self, label: str, items: Iterable[str | tuple[str, str]]) -> None:
        self.page.labelled(label, [item for item in items if item], BODY, LABEL)

    def _regimen(self, regimen: Part) -> Iterator[str | tuple[str, str]]:
        phase = ""
        for part in regimen["parts"]:
            if part["phase"] != phase:
                phase = part["phase"]
                yield f"{phase}:"
            words = [
                f"{part['drug']} {part['dose'] or ''}".strip(),
                part["schedule"],
                cycle_words(part["cycles"] or ""),
            ]
            if not regimen["checked"]:
                words = [
                    f"{part['drug']} ({UNCHECKED_DOSE})",
                    *(word for word in words[1:] if word and not figures(word)),
                ]
            yield "  - ", ", ".join(word for word in words if word)
        if regimen["growth_factor"]:
            yield f"growth factor: {regimen['growth_factor']}"
        yield from (("- ", note) for note in regimen["notes"])

    def _finding(self, cited: Part) -> tuple[str, str]:
        number = self.numbers.setdefault(cited["reference"], len(self.numbers) + 1)
        text, value = cited["text"].rstrip("."), cited.get("value") or ""
        if not cited["checked"]:
            text = f"{text} ({UNCHECKED})"
        elif A_FIGURE.search(value):  # else it says no more than the sentence
            text = f"{text}: {value}"
        return f"[{number}] ", text

    # ---- what does not stand ------------------------------------------------------------------------------------
    def _ruled_out(self) -> None:
        for index, one in enumerate(self.decision["ruled_out"]):
            if index == 0:
                self.page.heading("CONSIDERED AND RULED OUT", "-")
            self.page.text(one["title"], 0, one["number"].ljust(BODY))
            for why in one["because"]:
                harm = "contraindicated: " if why["harm"] else ""
                known = self.known.because(why["facts"])
                self.page.text(f"{harm}{why['reason'].rstrip('.')} ({known})", BODY, "- ")

    def _overridden(self) -> None:
        for index, one in enumerate(self.decision["overridden"]):
            if index == 0:
                self.page.heading("WITHDRAWN FOR ANOTHER RECOMMENDATION", "-")
            by = " and ".join(self._number(name) for name in one["by"])
            self.page.text(one["title"], 0, one["number"].ljust(BODY))
            self.page.text(f"withdrawn by {by}: {' '.join(one['reasons'])}".rstrip(": "), BODY, "- ")
            if one["fallback"]:
                self.page.text(f"fallback: it stands if {by} turns out to be ruled out", BODY, "- ")

    def _stopped(self) -> None:
        stopped = self.decision["stopped"]
        if stopped:
            self.page.heading("WITHHELD", "-")
            by = " and ".join(self._number(name) for name in stopped[0]["by"])
            numbers = ", ".join(one["number"] for one in stopped)
            self.page.text(f"Not answered because of {by}: {numbers}")

    # ---- what is open, what was taken for granted ---------------------------------------------------------------
    def _ask_next(self) -> None:
        needs = self.decision["needs"]
        if not needs:
            return
        self.page.heading("ASK NEXT (best first)", "-")
        groups = list(self._together(needs))
        for index, group in enumerate(groups[:SHOWN_IN_FULL], 1):
            self.page.text(f"{self._named(group)}: {self._asked_for(group)}", 0, f"{index:>3}. ")
        if rest := [one for group in groups[SHOWN_IN_FULL:] for one in group]:
            self.page.gap()
            self.page.text(f"Also open: {self._named(rest)}", 5)

    @staticmethod
    def _together(needs: Sequence[Part]) -> Iterator[list[Part]]:
        """Neighbours that bear on the same rules, as one."""
        for _, group in itertools.groupby(needs, key=lambda one: (one["ask_next"], one["decides"])):
            yield list(group)

    @staticmethod
    def _named(needs: Iterable[Part]) -> str:
        return "; ".join(f"{one['label']} ({one['fact']})" for one in needs)

    def _asked_for(self, group: Sequence[Part]) -> str:
        questions = list(self.guideline.questions)
        rules = sorted(
            (self.rules[name] for name in group[0]["decides"]), key=lambda one: questions.index(one.question)
        )
        who = "each answer" if len(group) > 1 else "the answer"
        if len(rules) == 1:
            what = f"{rules[0].number} {rules[0].title}"
            return f"{who} alone can settle {what}" if group[0]["ask_next"] else f"an open fact of {what}"
        numbers = ", ".join(rule.number for rule in rules[:NAMED_RULES])
        more = f" and {len(rules) - NAMED_RULES} more" if len(rules) > NAMED_RULES else ""
        return (
            f"{who} alone can settle one or more of {numbers}{more}"
            if group[0]["ask_next"]
            else f"open in {numbers}{more}"
        )

    def _facts(self) -> None:
        facts = self.decision["facts"]
        sent = [self.known.state(name) for name, one in facts.items() if one["source"] == "given"]
        if sent:
            self.page.heading("FACTS AS SENT", "-")
            self.page.text("; ".join(sent))
        assumed = [(name, one) for name, one in facts.items() if one["source"] == "assumed"]
        if assumed:
            self.page.heading("ASSUMED (correct what is wrong)", "-")
        for name, one in assumed:
            why = f". {one['because']}" if one.get("because") else ""
            self.page.text(f"{self.known.state(name)}{why}", 0, "- ")

    def _references(self) -> None:
        if self.numbers:
            self.page.heading("REFERENCES", "-")
        cited = {one["reference"]: one for each in self.decision["recommendations"] for one in each["citations"]}
        for printed, number in self.numbers.items():
            one = cited[printed]
            source = self.guideline.evidence[one["source"]]
            cite = publication(source, source.findings[one["finding"]])
            self.page.text(printed, 0, f"[{number}] ".rjust(5))
            where = [part for part in (one["url"], cite.pmid and f"PMID {cite.pmid}") if part]
            if where:
                self.page.text(", ".join(where), 5)
            if not cite.doi and not cite.pmid and source.no_identifier:
                self.page.text(f"({source.no_identifier.strip()})", 5)

    def _number(self, rule: str) -> str:
        return self.rules[rule].number
