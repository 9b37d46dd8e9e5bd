"""Cards from a Decision: one for each clinical question, one for each order a rule speaks to, one that says what is missing.

The order: what concerns an order that is being written, then by urgency, then what is firm, then as the guideline lists its questions. `critical` is
kept for an order that meets a hard contraindication. Where the record leaves open what a rule depends on, the card of the order says when it holds.
Ids are the same for the same patient and question, whichever hook asked: newer advice replaces older.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.cds_hooks.call import PATIENT_VIEW, Call
from api.cds_hooks.conditions import CaseAnswer, condition
from api.cds_hooks.orders import Draft, Orders
from api.cds_hooks.wording import advice, listed, plain, short
from engine import Guideline
from engine.language.forms import ADVICE, HooksForm, TestForm

MOST_CARDS = 10
MOST_NEEDS = 8
MOST_RULES = 4
MOST_CONDITION = 60  # letters of a condition that stand in a summary
FIRM, CONDITIONAL = "firm", "conditional"
_WARNS = ("safety_alert", "recommend_against")
INFO, WARNING, CRITICAL = "info", "warning", "critical"
_URGENCY = {CRITICAL: 0, WARNING: 1, INFO: 2}
_KINDS = (
    "out_of_scope",
    "safety_alert",
    "recommend_against",
    "recommend",
    "required_workup",
    "consider",
    "request_data",
)
_WITHOUT_ADVICE = {
    "out_of_scope": "No advice: this patient is outside the guideline",
    "contradiction": "No advice: the record contradicts itself",
    "needs_facts": "No advice yet: facts are missing",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything cards are made of: the call, the Decision, and what was noticed on the way to it."""

    call: Call
    decision: Mapping[str, Any]
    orders: Orders = Orders()
    cases: Sequence[CaseAnswer] = ()
    supposed: frozenset[str] = frozenset()  # facts that differ between the cases
    drafted: frozenset[tuple[str, str]] = frozenset()
    notices: Sequence[str] = ()
    address: str = ""
    filled: str = ""  # the path of the form filled in from the record, where there is one


@dataclass(slots=True)
class _Card:
    """A card and what it is ordered by."""

    body: dict[str, Any]
    indicator: str
    firm: bool = True
    place: int = 0
    order: bool = False
    title: str = field(default="")

    @property
    def rank(self) -> tuple[bool, int, bool, int]:
        return (not self.order, _URGENCY[self.indicator], not self.firm, self.place)


@dataclass(frozen=True, slots=True)
class _Said:
    """What a rule says to an order: as it stands in a Decision, how surely, and under which condition."""

    rule: str
    body: Mapping[str, Any]
    status: str
    only_if: str = ""
    every: bool = False  # it stands in every case of what is open


class Cards:
    """Makes the cards of one guideline."""

    def __init__(self, guideline: Guideline, hooks: HooksForm, key: bytes) -> None:
        """`key`: a secret, so that nobody can tell a patient from the id of a card."""
        self.guideline, self.hooks = guideline, hooks
        self._key = hashlib.blake2b(key, digest_size=32).digest()
        self._places = {name: index for index, name in enumerate(guideline.questions)}
        self._labels = {fact.name: fact.label for fact in guideline.vocabulary.values()}
        self._numbers = {rule.id: rule.number for rule in guideline.rules}
        self._reasons = {rule.id: [one.because for one in rule.unless] for rule in guideline.rules}
        self._source = {"label": f"{guideline.about.publisher}: {guideline.about.title}"}
        self._system = uuid.uuid5(uuid.NAMESPACE_URL, f"{hooks.namespace}/{guideline.id}/override-reasons").urn
        self._evidence = f"{hooks.namespace}.evidence"

    def of(self, answer: Answer) -> list[dict[str, Any]]:
        """The cards of one call, best first."""
        if answer.call.hook == PATIENT_VIEW:
            cards = [*self._questions(answer), *self._missing(answer)]
        else:
            cards = list(self._orders(answer))
        cards.sort(key=lambda one: one.rank)
        if len(cards) > MOST_CARDS:
            cards = [*cards[: MOST_CARDS - 1], self._rest(answer, cards[MOST_CARDS - 1 :])]
        return [cleaned(one.body) for one in cards]

    # ---- questions --------------------------------------------------------------------------------------------------
    def _questions(self, answer: Answer) -> Iterable[_Card]:
        """One card for each question that has an answer."""
        by_question: dict[str, list[Mapping[str, Any]]] = {}
        for one in answer.decision["recommendations"]:
            by_question.setdefault(one["question"], []).append(one)
        for question, ones in by_question.items():
            ones.sort(key=lambda one: (one["status"] != "firm", _KINDS.index(one["kind"])))
            first, more = ones[0], len(ones) - 1
            end = f" (+{more} more)" if more else ""
            if all(one["status"] == "provisional" for one in ones):
                end = f" - confirm first{end}"
            summary = short(first["title"], 139 - len(end)) + end
            indicator = min((self._indicator(one) for one in ones), key=_URGENCY.__getitem__)
            body = self._body(answer, f"question/{question}", summary, indicator, ones)
            body["detail"] = "\n\n".join([f"*{plain(self.guideline.questions[question].title)}*", body["detail"]])
            firm = any(one["status"] == "firm" for one in ones)
            yield _Card(body, indicator, firm, self._places[question], title=first["title"])

    @staticmethod
    def _indicator(one: Mapping[str, Any]) -> str:
        """Strong firm alerts and advice against something warn; all else informs."""
        warns = one["kind"] in ("safety_alert", "recommend_against") and one["strength"] == "strong"
        return WARNING if warns and one["status"] == "firm" else INFO

    # ---- orders -----------------------------------------------------------------------------------------------------
    def _orders(self, answer: Answer) -> Iterable[_Card]:
        """For each drug that is ordered: the standing rules it is watched for, or what they wait for."""
        standing = {one["rule"]: one for one in answer.decision["recommendations"]}
        waiting: dict[str, list[str]] = {}
        for need in answer.decision["needs"]:
            for rule in need["decides"]:
                waiting.setdefault(rule, []).append(need["fact"])
        place = 0
        for draft in answer.orders.drafts:
            name = draft.drug.replace("-", " ").capitalize()
            told = [watch for watch in self.hooks.watch if draft.drug in watch.drugs]
            critical = {rule for watch in told for rule in watch.critical}
            rules = list(dict.fromkeys(rule for watch in told for rule in watch.rules))
            against = [said for rule in rules if (said := self._said(rule, standing, answer)) is not None]
            against.sort(key=lambda one: one.rule not in critical)  # keeps the order of the guideline otherwise
            for one in against:
                place += 1
                yield self._against(answer, draft, name, one, one.rule in critical, place)
            told_of = {one.rule for one in against}
            facts = list(dict.fromkeys(fact for rule in rules if rule not in told_of for fact in waiting.get(rule, ())))
            if facts:
                place += 1
                yield self._open(answer, draft, name, facts, place, [rule for rule in rules if rule in waiting])
        if answer.orders.drafts and answer.decision["status"] in ("out_of_scope", "contradiction"):
            yield from self._missing(answer)
        yield from self._unread(answer)

    def _said(self, rule: str, standing: Mapping[str, Mapping[str, Any]], answer: Answer) -> "_Said | None":
        """What a rule says to an order: it stands, or stands in every case that is open, or warns in some of them."""
        if rule in standing:
            return _Said(rule, standing[rule], standing[rule]["status"])
        hits = [case for case in answer.cases if rule in case.standing]
        if not hits:
            return None
        one = dict(hits[0].standing[rule])
        one["because"] = [each for each in one["because"] if each["fact"] not in answer.supposed]
        if len(hits) == len(answer.cases):
            firm = all(case.standing[rule]["status"] == FIRM for case in hits)
            one["status"] = FIRM if firm else "provisional"
            return _Said(rule, one, one["status"], every=True)
        if one["kind"] not in _WARNS:
            return None
        one["status"] = CONDITIONAL
        return _Said(rule, one, CONDITIONAL, condition(hits, answer.cases))

    def _against(self, answer: Answer, draft: Draft, name: str, said: "_Said", hard: bool, place: int) -> _Card:
        one, firm = said.body, said.status == FIRM
        warns = one["kind"] in _WARNS
        indicator = CRITICAL if hard and firm else WARNING if warns else INFO
        end = "" if firm else " - confirm first"
        if said.only_if and len(said.only_if) <= MOST_CONDITION:
            end = f" - if {said.only_if}"
        summary = short(f"{name}: {one['title']}", 139 - len(end)) + end
        body = self._body(answer, f"order/{draft.reference}/{draft.drug}/{said.rule}", summary, indicator, [one])
        parts = [f"Order: {plain(name)}" + (f" (`{draft.reference}`)" if draft.reference else "")]
        if said.only_if:
            parts.append(f"**Only if** {plain(said.only_if)}. The record leaves that open.")
        elif said.every:
            parts.append("The record leaves some facts open; this holds whatever they are.")
        body["detail"] = "\n\n".join([*parts, body["detail"]])
        body["extension"][self._evidence] |= {"order": draft.reference, "if": said.only_if}
        if draft.reference and warns and firm:
            body.setdefault("suggestions", []).insert(0, self._remove(answer, draft, name, said.rule))
            body["selectionBehavior"] = "any"
        return _Card(body, indicator, firm, place, order=True, title=one["title"])

    def _unread(self, answer: Answer) -> Iterable[_Card]:
        """One card when drafts were not understood or not looked at: silence would be taken for approval."""
        orders, parts = answer.orders, []
        unknown = orders.unknown if answer.decision["status"] != "out_of_scope" else ()
        if unknown:
            names = [f"`{one}`" for one in unknown if one]
            parts.append(
                f"No rule was checked for {_drafts(len(unknown))} that may be a treatment and could not be read"
                + (f": {', '.join(names)}." if names else ".")
                + " Order each drug by a standard code or by its full name to have it checked."
            )
        for reason in dict.fromkeys(orders.ignored):
            parts.append(f"Not looked at: {_drafts(orders.ignored.count(reason))}, {reason}.")
        if not parts:
            return
        if answer.notices:
            parts.append(listed("What happened while the record was read", answer.notices))
        summary = (
            "Order not recognised: no rule was checked for it" if unknown else "Not every draft order was looked at"
        )
        body = self._plain(answer, "order/unread", summary, "\n\n".join(parts))
        yield _Card(body, INFO, False, len(self._places), order=True, title=summary)

    def unchecked(self, answer: Answer) -> list[dict[str, Any]]:
        """One card, where the record does not even tell whether the patient has the disease."""
        summary = "Orders not checked: the record could not be read"
        detail = listed("What happened while the record was read", answer.notices)
        return [cleaned(self._plain(answer, "order/unchecked", summary, detail))]

    def _open(
        self, answer: Answer, draft: Draft, name: str, facts: Sequence[str], place: int, rules: Sequence[str]
    ) -> _Card:
        labels = [self._labels[fact] for fact in facts]
        summary = short(f"{name}: not all checks are possible; missing: {', '.join(labels[:3])}")
        text = listed("These facts are not known, and rules on this drug depend on them", labels[:MOST_NEEDS])
        numbers = listed("The rules", [f"{one.number} {one.title}" for one in self.guideline.rules if one.id in rules])
        what = f"order/{draft.reference}/{draft.drug}/open"
        notices = [listed("What happened while the record was read", answer.notices)] if answer.notices else []
        body = self._plain(answer, what, summary, "\n\n".join([text, numbers, *notices]))
        body["extension"][self._evidence] |= {"order": draft.reference, "needs": list(facts)}
        tests = [test for test in self.hooks.tests if {*test.facts} & {*facts} and self._open_for(test, answer)]
        if tests:
            body["suggestions"] = [self._order_of(answer, test, what) for test in tests]
            body["selectionBehavior"] = "any"
        return _Card(body, INFO, False, place, order=True, title=summary)

    def _remove(self, answer: Answer, draft: Draft, name: str, rule: str) -> dict[str, Any]:
        others = any(other.reference != draft.reference for other in answer.orders.drafts)
        label = f"Remove the order of {name[:1].lower()}{name[1:]}{', keep the others' if others else ''}"
        return {
            "label": label,
            "uuid": self._id(answer.call, f"remove/{draft.reference}/{draft.drug}/{rule}"),
            "actions": [{"type": "delete", "description": label, "resourceId": draft.reference}],
        }

    # ---- what is missing, and why there is no advice ----------------------------------------------------------------
    def _missing(self, answer: Answer) -> Iterable[_Card]:
        """One card with everything that stands between the record and advice."""
        decision = answer.decision
        needs = decision["needs"]
        advised = any(one["kind"] in ADVICE for one in decision["recommendations"])
        parts: list[str] = []
        if decision["contradictions"]:
            parts.append(
                listed("These facts cannot be true together", [one["text"] for one in decision["contradictions"]])
            )
        if decision["status"] == "out_of_scope":
            outside = [one["text"] for one in decision["recommendations"] if one["kind"] == "out_of_scope"]
            parts.append(listed("Outside the guideline", outside or ["The facts lie outside the guideline."]))
        if needs:
            shown = [self._need(one) for one in needs[:MOST_NEEDS]]
            more = len(needs) - len(shown)
            parts.append(
                listed("Not known, and could change the advice", [*shown, *([f"and {more} more"] if more else [])])
            )
        if decision["warnings"]:
            parts.append(listed("Check in the record", [one["text"] for one in decision["warnings"]]))
        if answer.notices:
            parts.append(listed("What happened while the record was read", answer.notices))
        if not parts:
            return
        why = _WITHOUT_ADVICE.get(decision["status"], "" if advised else "No advice yet: facts are missing")
        if needs and decision["status"] not in ("out_of_scope", "contradiction"):
            names = ", ".join(one["label"] for one in needs[:3])
            why = f"{why}: {names}" if why else f"Could change the advice: {names}"
        body = self._plain(answer, "missing", short(why or "Notes on the record that was read"), "\n\n".join(parts))
        body["extension"][self._evidence]["needs"] = [one["fact"] for one in needs]
        yield _Card(body, INFO, False, len(self._places), title=why)

    def _need(self, one: Mapping[str, Any]) -> str:
        """A missing fact, and the first rules that wait for it."""
        numbers = [self._numbers[rule] for rule in one["decides"][:MOST_RULES]]
        more = len(one["decides"]) - len(numbers)
        return f"{one['label']} (for {', '.join(numbers)}{f' and {more} more' if more > 0 else ''})"

    def _rest(self, answer: Answer, cards: Sequence[_Card]) -> _Card:
        """What did not fit, by title."""
        summary = f"{len(cards)} more pieces of advice"
        body = self._plain(answer, "rest", summary, listed("Also", [one.title for one in cards]))
        return _Card(body, INFO, False)

    # ---- parts of every card ----------------------------------------------------------------------------------------
    def _plain(self, answer: Answer, what: str, summary: str, detail: str) -> dict[str, Any]:
        return {
            "uuid": self._id(answer.call, what),
            "summary": summary,
            "detail": detail,
            "indicator": INFO,
            "source": dict(self._source),
            "links": self._links(answer, []),
            "extension": {self._evidence: self._about(answer)},
        }

    def _body(
        self, answer: Answer, what: str, summary: str, indicator: str, ones: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        reasons = {one["rule"]: self._reasons.get(one["rule"], []) for one in ones}
        body = self._plain(answer, what, summary, "")
        body["indicator"] = indicator
        body["detail"] = "\n\n---\n\n".join(advice(one, self._labels, reasons[one["rule"]]) for one in ones)
        cited = next((each for one in ones for each in one["citations"]), None)
        if cited is not None:
            body["source"] = {"label": cited["label"], "url": cited["url"]}
        body["links"] = self._links(answer, ones)
        body["overrideReasons"] = [
            {"code": f"{one['number']}-{index}", "system": self._system, "display": short(reason, 250)}
            for one in ones
            for index, reason in enumerate(reasons[one["rule"]], 1)
        ]
        suggestions = [
            self._order_of(answer, test, what)
            for test in self.hooks.tests
            if any(one["rule"] in test.rules for one in ones) and self._open_for(test, answer)
        ]
        if suggestions:
            body["suggestions"], body["selectionBehavior"] = suggestions, "any"
        body["extension"][self._evidence]["rules"] = [
            {
                "rule": one["rule"],
                "number": one["number"],
                "kind": one["kind"],
                "status": one["status"],
                "strength": one["strength"],
                "certainty": one["certainty"],
                "confirm": one["confirm"],
                "citations": [
                    {name: each.get(name) for name in ("source", "finding", "value", "url", "checked")}
                    for each in one["citations"]
                ],
            }
            for one in ones
        ]
        return body

    def _about(self, answer: Answer) -> dict[str, Any]:
        decision = answer.decision
        return {
            "guideline": decision["guideline"],
            "decision": decision["id"],
            "as_of": decision["as_of"],
            "status": decision["status"],
        }

    def _links(self, answer: Answer, ones: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        label = "Open the form with these facts" if answer.filled else "Ask with other facts"
        links = [{"label": label, "url": f"{answer.address}{answer.filled or '/'}", "type": "absolute"}]
        for one in ones:
            label = short(f"{one['number']} in full", 80)
            links.append({"label": label, "url": f"{answer.address}/rules/{one['rule']}", "type": "absolute"})
        return links

    def _open_for(self, test: TestForm, answer: Answer) -> bool:
        """Is the test still to be done, and not among the drafts?"""
        facts = answer.decision["facts"]
        if test.facts and all(facts.get(name, {}).get("state", "unknown") != "unknown" for name in test.facts):
            return False
        return not {(one["system"], one["code"]) for one in self._codings(test)} & answer.drafted

    def _codings(self, test: TestForm) -> list[dict[str, str]]:
        systems = self.guideline.terminology.systems
        return [
            {"system": systems[system].uris[0], "code": code, "display": display}
            for system, codes in test.codes.items()
            for code, display in codes.items()
        ]

    def _order_of(self, answer: Answer, test: TestForm, card: str) -> dict[str, Any]:
        """A suggestion that drafts the order of a test."""
        call = answer.call
        resource = {
            "resourceType": "ServiceRequest",
            "status": "draft",
            "intent": "proposal",
            "code": {"coding": self._codings(test), "text": test.text},
            "subject": {"reference": f"Patient/{call.patient}"},
            "encounter": {"reference": f"Encounter/{call.encounter}"} if call.encounter else None,
        }
        return {
            "label": test.label,
            "uuid": self._id(call, f"test/{card}/{test.label}"),
            "actions": [{"type": "create", "description": f"{test.label} (as a draft)", "resource": resource}],
        }

    def _id(self, call: Call, what: str) -> str:
        """The id of a card or suggestion: the same for the same patient, whoever asks; nothing can be read from it."""
        text = "\0".join((call.server, call.patient, self.guideline.id, what))
        digest = hashlib.blake2b(text.encode(), key=self._key, digest_size=16).digest()
        return str(uuid.UUID(bytes=digest, version=5))


def _drafts(number: int) -> str:
    return "one draft order" if number == 1 else f"{number} draft orders"


def cleaned(value: Any) -> Any:
    """The value without null, empty texts, empty lists and empty objects, which no answer may hold."""
    if isinstance(value, dict):
        inner = {name: cleaned(one) for name, one in value.items()}
        return {name: one for name, one in inner.items() if not _empty(one)}
    if isinstance(value, list):
        return [one for one in map(cleaned, value) if not _empty(one)]
    return value


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})
