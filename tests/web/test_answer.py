"""The answer: the Decision of the API in words, grouped by question, told apart by word and shape, each number checked."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from api.web.fields import text_of
from engine import Guideline, default_rules
from tests.api.client import Client
from tests.web.conftest import Post
from tests.web.document import Element, read

PATIENTS = {path.stem.lstrip("0123456789-"): json.loads(path.read_text())["request"]["facts"]
            for path in sorted((default_rules() / "examples").rglob("*.json")) if "unknown-fact" not in path.stem}  # fmt: skip


def entries(guideline: Guideline, facts: dict[str, Any]) -> dict[str, str]:
    return {name: text_of(guideline.vocabulary[name], value) for name, value in facts.items()}


def advice(page: Element) -> list[Element]:
    return page.one(id="answer").all("article")


@pytest.mark.parametrize("name", PATIENTS)
def test_the_json_behind_the_page_is_that_of_the_api(
    client: Client, post: Post, guideline: Guideline, name: str
) -> None:
    facts = PATIENTS[name]
    saved = post(entries(guideline, facts), "/decision.json")
    api = client.post("/v1/decisions", {"facts": facts}).json()
    page = read(post(entries(guideline, facts)).body)

    decision = saved.json()
    assert saved.headers["content-disposition"] == 'attachment; filename="decision.json"'
    assert {**decision, "id": ""} == {**api, "id": ""}
    numbers = [f"r-{one['number']}" for one in api["recommendations"]]
    assert sorted(one.attributes["id"] for one in advice(page)) == sorted(numbers)
    assert api["guideline"]["sha256"] in page.one(id="answer").text


@pytest.mark.parametrize("name", PATIENTS)
def test_an_example_is_the_same_as_its_entries(post: Post, guideline: Guideline, name: str) -> None:
    clicked, typed = post({"_example": name}), post(entries(guideline, PATIENTS[name]))

    assert without_ids(clicked.body) == without_ids(typed.body)


def without_ids(body: bytes) -> bytes:
    return re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"", body)


def test_the_whole_page_and_the_fragment_say_the_same(post: Post) -> None:
    whole, part = (without_ids(post({"_example": "surgery-first"}, one).body) for one in ("/", "/fragment"))

    answer = whole[whole.index(b'<section id="answer"') : whole.rindex(b"</section>")]
    assert answer in part
    assert whole[whole.index(b'<div id="fields">') : whole.index(b'<p class="submit">')].strip() in part


def test_recommendations_stand_under_their_questions_treatment_first(post: Post, guideline: Guideline) -> None:
    decision = post({"_example": "surgery-first"}, "/decision.json").json()
    page = read(post({"_example": "surgery-first"}).body)
    kinds = {f"r-{one['number']}": one["kind"] for one in decision["recommendations"]}
    questions = [
        {kinds[one.attributes["id"]] for one in question.all("article")}
        for question in page.one(id="answer").with_class("question")
    ]
    treats = [bool(one & {"recommend", "recommend_against", "consider"}) for one in questions]

    assert len(questions) > 3
    assert treats == sorted(treats, reverse=True) and len(set(treats)) == 2
    for question in page.one(id="answer").with_class("question"):
        asked = {one["question"] for one in decision["recommendations"] if f"r-{one['number']}" in
                 {each.attributes["id"] for each in question.all("article")}}  # fmt: skip
        assert [guideline.questions[one].title for one in asked] == [question.all("h3")[0].text]


def test_in_short_lists_everything_that_stands_once(post: Post) -> None:
    page = read(post({"_example": "surgery-first"}).body)
    short = page.one("nav", **{"aria-label": "In short"})

    assert sorted(one.attributes["href"] for one in short.all("a")) == sorted(
        f"#{one.attributes['id']}" for one in advice(page)
    )


def test_a_question_that_nobody_can_answer_is_not_asked_again_but_stays_named(post: Post) -> None:
    entries = {"treatment_phase": "adjuvant", "pathway": "surgery_first", "er_percent": "0", "pr_percent": "0", "her2_ihc": "0",
               "pt": "T2", "pn": "N0", "m_category": "M0"}  # fmt: skip
    before = read(post(entries).body).one(id="next").all("a")[0].attributes["href"].removeprefix("#f-")
    page = read(post({**entries, before: "unknown"}).body)

    assert page.one(id="next").all("a")[0].attributes["href"] != f"#f-{before}"
    assert f"#f-{before}" in [one.attributes["href"] for one in page.one(id="answer").with_class("open")[0].all("a")]
    assert [
        one.attributes["value"] for one in page.all(name=before) if {"checked", "selected"} & one.attributes.keys()
    ] == ["unknown"]
    assert post({**entries, before: "unknown"}, "/decision.json").json()["facts"][before]["source"] == "given"


def test_for_and_against_differ_in_word_and_shape(post: Post) -> None:
    page = read(post({"_example": "surgery-first"}).body)
    shown = {
        one.attributes["id"]: (one.with_class("tag")[0].all("strong")[0].text, one.all("use")[0].attributes["href"])
        for one in advice(page)
    }

    assert shown["r-ADJ-01"] == ("Recommended against", "#i-against")
    assert shown["r-ADJ-02"] == ("Recommended", "#i-for")
    assert len({shape for _, shape in shown.values()}) == len({word for word, _ in shown.values()})


def test_strength_and_certainty_are_said_in_words_of_grade_and_explained(post: Post) -> None:
    grade = read(post({"_example": "surgery-first"}).body).one(id="r-ADJ-01").with_class("grade")[0].text

    assert grade.startswith("Strong recommendation against")
    assert "high certainty of the evidence" in grade and "better off" in grade


def test_a_provisional_recommendation_says_what_to_confirm_and_where(post: Post) -> None:
    decision = post({"_example": "surgery-first"}, "/decision.json").json()
    page = read(post({"_example": "surgery-first"}).body)
    provisional = [one for one in decision["recommendations"] if one["status"] == "provisional"]

    assert provisional
    for one in provisional:
        shown = page.one(id=f"r-{one['number']}")
        assert "Provisional: confirm first" in shown.text
        assert [each.attributes["href"] for each in shown.with_class("confirm")[0].all("a")] == [
            f"#f-{name}" for name in one["confirm"]
        ]


FIRST = (
    "treatment_phase",
    "pathway",
    "er_percent",
    "pr_percent",
    "her2_ihc",
    "pt",
    "pn",
    "m_category",
    "sex",
    "age_years",
    "ecog",
)


def entries_of_example() -> dict[str, str]:
    return {name: text if isinstance(text, str) else str(text) for name, text in PATIENTS["surgery-first"].items()}


def test_the_next_question_stands_on_top_and_leads_to_its_field(post: Post) -> None:
    decision = post({"_example": "surgery-first"}, "/decision.json").json()
    answer = read(post({"_example": "surgery-first"}).body).one(id="answer")
    before = [one.tag for one in answer if one.tag == "article" or one.attributes.get("id") == "next"]

    assert before[0] == "div"
    next_ = answer.one(id="next").all("a")[0].attributes["href"].removeprefix("#f-")
    needs = [one["fact"] for one in decision["needs"]]
    assert next_ == next(one for one in needs if one in FIRST)  # what the form asks before all others, then the best
    without = post({**entries_of_example(), next_: "unknown"}, "/")
    assert read(without.body).one(id="next").all("a")[0].attributes["href"] == f"#f-{needs[0]}"


def test_every_recommendation_names_its_sources_and_each_is_listed_with_its_link(post: Post) -> None:
    decision = post({"_example": "before-surgery"}, "/decision.json").json()
    answer = read(post({"_example": "before-surgery"}).body).one(id="answer")
    listed = {one.attributes["id"]: one for one in answer.with_class("references")[0].all("li")}

    for one in decision["recommendations"]:
        shown = answer.one(id=f"r-{one['number']}").with_class("sources")[0]
        named = [listed[each.attributes["href"][1:]].text for each in shown.all("a")]
        for cited in one["citations"]:
            assert any(cited["reference"][:60] in text for text in named), (one["number"], cited["reference"])
    urls = {one["url"] for each in decision["recommendations"] for one in each["citations"] if one["url"]}
    assert urls == {one.attributes["href"] for each in listed.values() for one in each.with_class("out")}


def test_no_figure_is_shown_that_was_not_checked(client: Client, guideline: Guideline) -> None:
    hidden = [
        (source, key)
        for source in guideline.evidence.values()
        for key, one in source.findings.items()
        if not one.checked
    ]

    assert hidden
    for source, key in hidden:
        item = read(client.get(f"/evidence/{source.id}").body).one("li", id=key)
        assert "not checked at its source: figure not shown" in item.text
        assert item.with_class("figure") == []


def test_what_was_assumed_is_said_with_the_reason(post: Post) -> None:
    decision = post({"_example": "surgery-first"}, "/decision.json").json()
    assumed = {name: one["because"] for name, one in decision["facts"].items() if one["source"] == "assumed"}
    section = read(post({"_example": "surgery-first"}).body).one(id="answer").with_class("assumed")[0]

    assert len(section.all("li")) == len(assumed) > 0
    assert [why for why in assumed.values() if why and why not in section.text] == []


def test_out_of_scope_is_said_in_the_words_of_the_guideline(post: Post, guideline: Guideline) -> None:
    answer = read(post({"_example": "out-of-scope"}).body).one(id="answer")

    assert guideline.about.scope is not None
    assert answer.with_class("head")[0].text == f"Answer: Outside this guideline {guideline.about.scope.outside}"


def test_a_regimen_is_a_table(post: Post) -> None:
    page = read(post({"_example": "before-surgery"}).body)

    assert [one.text for one in page.one(id="r-NEO-01").with_class("regimen")[0].all("th")] == [
        "When",
        "Drug",
        "Dose",
        "Schedule",
        "Cycles",
    ]


def test_each_answer_ends_with_notice_day_version_and_hash(post: Post, guideline: Guideline) -> None:
    foot = read(post({"_example": "surgery-first"}).body).one(id="answer").with_class("notice")[0].text

    for part in (guideline.about.notice, "As of 22 November 2026", guideline.version, guideline.sha256):
        assert part in foot


def test_nothing_medical_stands_in_the_python_of_the_pages() -> None:
    words = re.compile(
        r"(?i)tumou?r|cancer|\bdrug|chemo|surg|pembro|\bER\b|HER2|breast|oncolog|node|stage|receptor|mutation|\bdose\b(?!\")"
    )
    found = []
    for path in sorted((Path(__file__).resolve().parents[2] / "api" / "web").glob("*.py")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if (match := words.search(line)) and 'part["dose"]' not in line and 'one["drug"]' not in line:
                found.append(f"{path.name}:{number}: {match[0]}")
    assert found == []
