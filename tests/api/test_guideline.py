"""The reading routes: the guideline, its words, rules and evidence, whole and true to what was loaded."""

import json
import re
from typing import Any

import pytest

from api.service import Service
from engine import Guideline
from engine.language.conditions import All, Any_, Clause, Condition, Not, words
from engine.language.states import Interval
from tests.api.client import JSON, Client

LISTS = ["/v1/guideline", "/v1/facts", "/v1/rules", "/v1/evidence", "/v1/rules/ADJ-01", "/v1/evidence/keynote-522"]


# ---- the hash -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("address", [*LISTS, "/v1/rules?kind=consider"])
def test_the_tag_is_the_hash_of_the_guideline(client: Client, guideline: Guideline, address: str) -> None:
    answer = client.get(address)

    assert (answer.status, answer.media_type) == (200, JSON)
    assert answer.headers["etag"] == f'"{guideline.sha256}"'
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("tag", ['"{}"', 'W/"{}"', '"other", "{}"'])
@pytest.mark.parametrize("address", LISTS)
def test_who_has_it_already_gets_it_not_again(client: Client, guideline: Guideline, address: str, tag: str) -> None:
    answer = client.get(address, {"if-none-match": tag.format(guideline.sha256)})

    assert (answer.status, answer.body) == (304, b"")
    assert answer.headers["etag"] == f'"{guideline.sha256}"'


def test_who_has_another_guideline_gets_this_one(client: Client) -> None:
    assert client.get("/v1/facts", {"if-none-match": f'"{"0" * 64}"'}).status == 200


@pytest.mark.parametrize("address", [*LISTS, "/", "/docs", "/healthz", "/readyz", "/openapi.json"])
def test_head_answers_like_get_without_the_body(client: Client, address: str) -> None:
    whole, head = client.get(address), client.get(address, method="HEAD")

    assert (head.status, head.body) == (whole.status, b"")
    assert head.headers["content-length"] == str(len(whole.body))


# ---- the guideline --------------------------------------------------------------------------------------------------
def test_the_guideline_says_what_it_is_and_is_not(client: Client, guideline: Guideline) -> None:
    body = client.get("/v1/guideline").json()

    about = guideline.about
    assert (body["id"], body["version"], body["sha256"]) == (guideline.id, guideline.version, guideline.sha256)
    assert (body["intended_use"], body["not_for"], body["notice"]) == (about.intended_use, about.not_for, about.notice)
    assert (body["released"], body["review_due"]) == (about.released.isoformat(), about.review_due.isoformat())
    assert body["source_attributes"].keys() == about.source_attributes.keys()
    assert [one["id"] for one in body["questions"]] == list(guideline.questions)
    assert sum(len(one["rules"]) for one in body["questions"]) == len(guideline.rules) == body["rules"]


# ---- the vocabulary -------------------------------------------------------------------------------------------------
def test_every_fact_is_described_as_it_is_read(client: Client, guideline: Guideline) -> None:
    body = client.get("/v1/facts").json()

    facts = {one["name"]: one for one in body["facts"]}
    assert list(facts) == list(guideline.vocabulary)
    for name, fact in guideline.vocabulary.items():
        one = facts[name]
        assert (one["label"], one["type"], one["unit"]) == (fact.label, fact.type, fact.unit)
        assert (one["given"], one["derived"]) == (fact.given, fact.derived)
        assert {each["value"] for each in one["values"]} == set(fact.values)
        assert {each["name"]: set(each["values"]) for each in one["groups"]} == dict(fact.groups)
        assert {each["value"] for each in one["open_values"]} == set(fact.open_values)
        assert one["range"] == ({"low": fact.range[0], "high": fact.range[1]} if fact.numeric else None)
        assert (one["definition"] is not None) == fact.derived
        assert bool(one["assume"]) == (name in guideline.assumptions)
    assert {one["section"] for one in body["facts"] if one["given"]} <= {one["id"] for one in body["sections"]}
    assert [one["code"] for one in body["contradictions"]] == [one.code for one in guideline.contradictions]


def test_whatever_the_vocabulary_lists_can_be_sent(client: Client) -> None:
    sent = []
    for fact in client.get("/v1/facts").json()["facts"]:
        values = [one["value"] for one in fact["values"] + fact["open_values"]] + [
            one["name"] for one in fact["groups"]
        ]
        if fact["range"]:
            values += [fact["range"]["low"], fact["range"]["high"], {"ge": fact["range"]["low"]}]
        if fact["given"]:
            sent += [{"facts": {fact["name"]: value}} for value in values]

    answers = client.post("/v1/decisions/batch", sent).json()

    assert [sent[one["index"]] for one in answers if "problem" in one] == []
    assert len(answers) > 200


def test_a_definition_is_the_table_in_words_and_as_data(client: Client) -> None:
    facts = {one["name"]: one for one in client.get("/v1/facts").json()["facts"]}

    rows = facts["er_cat"]["definition"]["rows"]
    negative = next(row for row in rows if row["is"] == ["negative"])
    assert "er_percent" in json.dumps(negative["when"]["tree"])
    assert facts["gbrca_pending"]["definition"]["sent"] == {"fact": "gbrca", "as": "pending"}
    assert facts["has_conflict"]["definition"]["from_contradictions"] is True


# ---- rules ----------------------------------------------------------------------------------------------------------
def test_all_rules_are_listed_by_number(client: Client, guideline: Guideline) -> None:
    body = client.get("/v1/rules").json()

    assert [one["number"] for one in body["rules"]] == [rule.number for rule in guideline.rules]
    assert body["count"] == len(guideline.rules)


@pytest.mark.parametrize(
    ("query", "keeps"),
    [
        ("kind=safety_alert", lambda rule: rule.kind == "safety_alert"),
        ("question=radiotherapy", lambda rule: rule.question == "radiotherapy"),
        ("number=NEO-0", lambda rule: rule.number.startswith("NEO-0")),
        (
            "number=ADJ&kind=recommend_against",
            lambda rule: rule.number.startswith("ADJ") and rule.kind == "recommend_against",
        ),
        ("number=none", lambda rule: False),
    ],
)
def test_filters_keep_what_passes_all_of_them(client: Client, guideline: Guideline, query: str, keeps: Any) -> None:
    body = client.get(f"/v1/rules?{query}").json()

    assert [one["number"] for one in body["rules"]] == [rule.number for rule in guideline.rules if keeps(rule)]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("kinds=consider", ["?kinds"]),
        ("kind=zebra", ["?kind"]),
        ("question=zebra", ["?question"]),
        ("kind=consider&kind=recommend", ["?kind"]),
        ("kind=", ["?kind"]),
        ("x=1&y=2", ["?x", "?y"]),
    ],
)
def test_a_wrong_filter_is_refused_not_dropped(client: Client, query: str, places: list[str]) -> None:
    answer = client.get(f"/v1/rules?{query}")

    assert (answer.status, answer.places) == (422, places)
    assert b"zebra" not in answer.body


def test_every_rule_is_found_by_id_and_by_number(client: Client, guideline: Guideline) -> None:
    for rule in guideline.rules:
        body = client.get(f"/v1/rules/{rule.id}").json()
        assert body == client.get(f"/v1/rules/{rule.number}").json()
        assert (body["id"], body["text"], body["facts"]) == (
            rule.id,
            rule.text,
            [name for name in guideline.vocabulary if name in rule.facts()],
        )
        assert body["when"]["words"] == words(rule.when)
        assert rebuilt(body["when"]["tree"]) == stripped(rule.when)
        assert [rebuilt(one["when"]["tree"]) for one in body["unless"]] == [stripped(one.when) for one in rule.unless]
        assert [f"{one['source']}#{one['finding']}" for one in body["citations"]] == [
            str(one) for one in rule.citations
        ]
        assert [one["rule"] for one in body["overrides"]] == [one.rule for one in rule.overrides]
        for other in body["overridden_by"]:
            assert rule.id in [one.rule for one in guideline.rule(other["rule"]).overrides]


def rebuilt(tree: dict[str, Any]) -> Any:
    """A condition from its JSON: the tree says everything the condition does."""
    match tree["op"]:
        case "all" | "any" as op:
            return (op, [rebuilt(part) for part in tree["parts"]])
        case "not":
            return ("not", rebuilt(tree["part"]))
        case "known":
            return ("known", tree["fact"], tree["known"])
    if tree["values"] is not None:
        return ("is", tree["fact"], set(tree["values"]))
    spans = [{name: bound for name, bound in one.items() if bound is not None} for one in tree["ranges"]]
    return ("is", tree["fact"], spans)


def stripped(condition: Condition) -> Any:
    """A condition without its words and places, in the form `rebuilt` gives."""
    match condition:
        case All(parts):
            return ("all", [stripped(part) for part in parts])
        case Any_(parts):
            return ("any", [stripped(part) for part in parts])
        case Not(part):
            return ("not", stripped(part))
        case Clause(fact, test, known):
            if known is not None:
                return ("known", fact, known)
            if isinstance(test, frozenset):
                return ("is", fact, set(test))
            return ("is", fact, [bounds(span) for span in test])


def bounds(span: Interval) -> dict[str, float]:
    return {"gt" if span.low_open else "ge": span.low, "lt" if span.high_open else "le": span.high}


# ---- evidence -------------------------------------------------------------------------------------------------------
def test_every_source_is_listed_and_found(client: Client, guideline: Guideline) -> None:
    body = client.get("/v1/evidence").json()

    assert [one["id"] for one in body["sources"]] == list(guideline.evidence)
    for one in body["sources"]:
        source = client.get(one["url"]).json()
        assert [each["key"] for each in source["findings"]] == list(guideline.evidence[one["id"]].findings)
        assert source["cited_by"] == one["cited_by"]


def test_figures_are_shown_only_when_they_were_checked(client: Client, guideline: Guideline) -> None:
    hidden = 0
    for name, source in guideline.evidence.items():
        answer = client.get(f"/v1/evidence/{name}")
        for one in answer.json()["findings"]:
            finding = source.findings[one["key"]]
            figures = [one[each] for each in ("value", "effect", "rates", "follow_up_months", "quote")]
            if finding.checked:
                assert one["value"] == finding.value
            else:
                assert figures == [None] * 5
                if finding.value and re.search("[0-9]", finding.value):
                    hidden += 1
                    assert finding.value not in answer.body.decode()
    assert hidden > 10


def test_rules_show_no_unchecked_figure_of_what_they_cite(client: Client, guideline: Guideline) -> None:
    for rule in guideline.rules:
        for one in client.get(f"/v1/rules/{rule.id}").json()["citations"]:
            if not one["checked"]:
                assert [one["value"], one["effect"], one["rates"], one["follow_up_months"]] == [None] * 4


def test_a_finding_says_which_rules_rest_on_it(client: Client) -> None:
    findings = {one["key"]: one for one in client.get("/v1/evidence/alexandra-impassion030").json()["findings"]}

    assert "ADJ-01" in findings["final_idfs_hr"]["cited_by"]


# ---- another guideline ----------------------------------------------------------------------------------------------
def test_a_new_guideline_is_taken_up_by_one_reference(client: Client, service: Service, guideline: Guideline) -> None:
    from dataclasses import replace

    other = replace(guideline, sha256="f" * 64)
    service.live = service.prepared(other)

    assert client.get("/v1/facts").headers["etag"] == f'"{"f" * 64}"'
    assert client.post("/v1/decisions", {"facts": {}}).json()["guideline"]["sha256"] == "f" * 64
