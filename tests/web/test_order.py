"""What comes first in an answer, how strong it is said to be, and when nothing more is asked."""

import pytest

from engine import Guideline
from tests.api.client import Client
from tests.web.conftest import Post
from tests.web.document import Element, read

BEFORE_SURGERY = {"treatment_phase": "neoadjuvant_ongoing", "pathway": "neoadjuvant", "er_percent": "0", "pr_percent": "0",
                  "her2_ihc": "0", "ct": "T2", "cn": "N1", "m_category": "M0", "sex": "female", "age_years": "52",
                  "neoadj_pembro_cycles": "4", "current_irae_grade": "3", "current_irae_type": "myocarditis"}  # fmt: skip
AFTER_SURGERY = {**BEFORE_SURGERY, "treatment_phase": "post_neoadjuvant", "ypt": "T1c", "ypn": "N1"}
ADVICE = ("recommend", "recommend_against", "consider", "required_workup")


def short_list(page: Element) -> list[Element]:
    return page.one("nav", **{"aria-label": "In short"}).all("li")


def number(item: Element) -> str:
    return item.all("a")[0].attributes["href"].removeprefix("#r-")


@pytest.mark.parametrize("entries", [BEFORE_SURGERY, AFTER_SURGERY])
def test_firm_safety_alerts_stand_above_everything_else(post: Post, entries: dict[str, str]) -> None:
    decision = post(entries, "/decision.json").json()
    alerts = [one["number"] for one in decision["recommendations"]
              if (one["kind"], one["status"]) == ("safety_alert", "firm")]  # fmt: skip
    page = read(post(entries).body)
    listed = [number(one) for one in short_list(page)]
    first = page.one(id="answer").all("article")[0].attributes["id"].removeprefix("r-")

    assert "ONT-03" in alerts
    assert sorted(listed[: len(alerts)]) == sorted(alerts) and len(listed) > len(alerts)
    assert first in alerts
    assert page.one("nav", **{"aria-label": "In short"}).all("h3")[0].text == "Safety"


def test_the_short_list_says_what_is_conditional_and_leaves_a_strong_one_as_it_is(post: Post) -> None:
    seen = set()
    for name in ("surgery-first", "before-surgery", "residual-disease-carrier", "complete-response"):
        decision = post({"_example": name}, "/decision.json").json()
        parts = {one["number"]: one for one in decision["recommendations"]}
        for item in short_list(read(post({"_example": name}).body)):
            part = parts[number(item)]
            if part["kind"] in ("recommend", "recommend_against"):
                words = item.with_class("kind")[0].text
                assert words.startswith("Recommended")
                assert ("conditional" in words) == (part["strength"] == "conditional")
                seen.add(part["strength"])
    assert seen == {"strong", "conditional"}


def test_what_strength_means_is_said_of_advice_only(client: Client, guideline: Guideline) -> None:
    meant = ("better off", "decide together")
    wrong = []
    for rule in guideline.rules:
        grade = read(client.get(f"/rules/{rule.id}").body).with_class("grade")
        said = bool(grade) and any(one in grade[0].text for one in meant)
        if said != (rule.kind in ADVICE):
            wrong.append(rule.number)
    assert wrong == []


@pytest.mark.parametrize("name", ["contradictory", "out-of-scope"])
def test_nothing_is_asked_where_no_answer_could_bring_advice(post: Post, name: str) -> None:
    assert post({"_example": name}, "/decision.json").json()["needs"]
    page = read(post({"_example": name}).body)

    assert page.all(id="next") == [] and page.all(id="open-facts") == []
    assert page.all(id="asked") == []
    assert "Next question" not in page.one(id="answer").attributes["data-spoken"]


@pytest.mark.parametrize(
    ("value", "words"), [("not_done", "was not done"), ("pending", "not yet known"), ("unknown", "")]
)
def test_an_open_value_is_said_as_it_was_entered(post: Post, value: str, words: str) -> None:
    fact = "gbrca" if value == "pending" else "her2_ish"
    page = read(post({"treatment_phase": "adjuvant", "er_percent": "0", "pr_percent": "0", "her2_ihc": "2+",
                      "pt": "T2", "pn": "N1", "m_category": "M0", "pathway": "surgery_first", fact: value}).body)  # fmt: skip
    box = page.one(id="answer").with_class("open")[0]

    assert f"#f-{fact}" in [one.attributes["href"] for one in box.all("a")]
    assert words in box.text and "unknown" not in box.text
    assert ("(" in box.text) == bool(words)
