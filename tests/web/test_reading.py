"""The pages to read: every rule by question, filters that work without a script, logic in words, and a patient to try it on."""

import shutil
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from engine import Guideline, default_rules, load
from engine.language.conditions import clauses
from tests.api.client import Client
from tests.web.conftest import FORM, Post
from tests.web.document import read


def rules_on(client: Client, address: str) -> list[str]:
    return [
        one.attributes["href"].removeprefix("/rules/")
        for one in read(client.get(address).body).all("a")
        if one.attributes["href"].startswith("/rules/")
    ]


def test_the_guideline_lists_every_rule_once(client: Client, guideline: Guideline) -> None:
    assert sorted(rules_on(client, "/guideline")) == sorted(rule.id for rule in guideline.rules)


@pytest.mark.parametrize(
    ("query", "passes"),
    [
        ("kind=recommend_against", lambda rule: rule.kind == "recommend_against"),
        ("question=drug-safety", lambda rule: rule.question == "drug-safety"),
        ("question=&kind=&words=", lambda rule: True),
        ("question=work-up&kind=required_workup", lambda rule: (rule.question, rule.kind) == ("work-up", "required_workup")),
        ("words=Olaparib+outside", lambda rule: all(one in f"{rule.number} {rule.title} {rule.text}".lower() for one in ("olaparib", "outside"))),
    ],
)  # fmt: skip
def test_a_filter_keeps_the_rules_that_pass(client: Client, guideline: Guideline, query: str, passes: object) -> None:
    expected = {rule.id for rule in guideline.rules if passes(rule)}  # type: ignore[operator]

    assert expected
    assert set(rules_on(client, f"/guideline?{query}")) == expected


@pytest.mark.parametrize("query", ["kinds=x", "kind=none", "question=none"])
def test_a_filter_that_does_not_exist_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/guideline?{query}").status == 422


def test_a_rule_page_says_every_clause_and_every_exception(client: Client, guideline: Guideline) -> None:
    for rule in guideline.rules[::7]:
        text = read(client.get(f"/rules/{rule.number}").body).text
        for condition in (rule.when, *(one.when for one in rule.unless)):
            assert [one.words for one in clauses(condition) if " ".join(one.words.split()) not in text] == [], (
                rule.number
            )
        assert [one.because for one in rule.unless if " ".join(one.because.split()) not in text] == []


def test_a_rule_can_be_tried_on_a_patient_for_whom_it_speaks(client: Client, post: Post) -> None:
    form = read(client.get("/rules/NEO-01").body).all("form")[0]
    name = form.all("button")[0].attributes["value"]

    assert form.attributes["method"] == "post"
    assert len(read(post({"_example": name}).body).all(id="r-NEO-01")) == 1


def test_every_scenario_of_a_rule_opens_in_the_form_with_the_outcome_it_expects(client: Client, post: Post) -> None:
    page = read(client.get("/rules/ADJ-01").body)
    outcomes = {one.attributes["id"]: one.all("button") for one in page.all("form")[1].all("details")}

    assert {"s-firm", "s-ruled-out", "s-undetermined", "s-not-applicable"} <= outcomes.keys()
    for name, buttons in outcomes.items():
        for button in buttons[:3]:
            answer = post({button.attributes["name"]: button.attributes["value"]})
            assert answer.status == 200
            assert (len(read(answer.body).all(id="r-ADJ-01")) == 1) is (
                name in ("s-firm", "s-provisional", "s-shown")
            ), name


def test_a_rule_of_a_guideline_without_scenarios_says_so(tmp_path: Path) -> None:
    shutil.copytree(default_rules(), tmp_path / "rules")
    alone = Client(create_app(Settings(), load(tmp_path / "rules")))

    assert "holds no scenarios" in alone.get("/rules/SUP-01").body.decode()
    assert alone.post("/", "_scenario=features%2Fscope.feature%3A1", FORM).status == 404


def test_the_history_of_a_rule_names_what_stood_before_and_after_it(tmp_path: Path) -> None:
    shutil.copytree(default_rules(), tmp_path / "rules")
    folder = tmp_path / "rules" / "recommendations" / "adjuvant"
    rule = folder / "omit-adjuvant-checkpoint-inhibitor.yaml"
    text = rule.read_text()
    text = text.replace("{from: 2025-01-30}", "{from: 2020-01-01, to: 2025-01-29}").replace(
        "number: ADJ-01", "number: ADJ-99"
    )
    (folder / "old.yaml").write_text(text.replace("id: omit-adjuvant-checkpoint-inhibitor", "id: old"))
    client = Client(create_app(Settings(), load(tmp_path / "rules")))
    now, old = (read(client.get(f"/rules/{one}").body) for one in ("ADJ-01", "ADJ-99"))

    assert "/rules/old" in [one.attributes["href"] for one in now.all("a")]
    assert "from 30 January 2025" in now.text
    assert "/rules/omit-adjuvant-checkpoint-inhibitor" in [one.attributes["href"] for one in old.all("a")]
    assert "from 1 January 2020 to 29 January 2025: no longer" in old.text


def test_the_vocabulary_has_every_fact_under_its_name(client: Client, guideline: Guideline) -> None:
    page = read(client.get("/vocabulary").body)

    assert [name for name in guideline.vocabulary if len(page.all("section", id=name)) != 1] == []


def test_a_source_says_every_finding_and_which_rule_cites_it(client: Client, guideline: Guideline) -> None:
    source = guideline.evidence["alexandra-impassion030"]
    page = read(client.get("/evidence/alexandra-impassion030").body)

    for key, finding in source.findings.items():
        item = page.one("li", id=key)
        assert " ".join(finding.text.split()) in item.text
        if finding.checked and finding.value:
            assert " ".join(finding.value.split()) in item.text
    assert "ADJ-01" in page.one("li", id="final_idfs_hr").text
