"""What a record contradicts itself in stands in the Decision, with both sides, their places and dates; never does the last one win."""

import datetime
import json
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine import Engine, Guideline, default_rules, load
from engine.cli import main
from engine.inference.reference import outcomes, resolve
from engine.intake import Extraction, extract
from tests.intake.test_fhir_habits import concept, resource

TODAY = datetime.date(2026, 11, 22)
CANCER = {"type": "Condition", "id": "cancer", "code": "snomed|254837009"}
ER_POSITIVE = {"id": "er-1", "code": "loinc|85337-4", "value": "snomed|10828004", "date": "2026-07-01"}
ER_NEGATIVE = {"id": "er-2", "code": "loinc|16112-5", "value": "snomed|260385009", "date": "2026-07-01"}
PR_NEGATIVE = {"id": "pr", "code": "loinc|85339-0", "value": "snomed|260385009"}
HER2_NEGATIVE = {"id": "her2", "code": "loinc|85318-4", "value": "snomed|260385009"}
RECEPTORS = [CANCER, ER_POSITIVE, ER_NEGATIVE, PR_NEGATIVE, HER2_NEGATIVE]


@cache
def engine() -> Engine:
    return Engine(load(default_rules()), "always")


def guideline() -> Guideline:
    return engine().guideline


def read(*short: dict[str, Any]) -> Extraction:
    return extract([resource(one, number) for number, one in enumerate(short)], guideline(), TODAY)


def decide(*short: dict[str, Any]) -> dict[str, Any]:
    return engine().decision(read(*short).to_decide, TODAY)


def told(messages: list[dict[str, Any]], fact: str) -> list[str]:
    """The sources of both sides of the message on a fact."""
    (one,) = [one for one in messages if one["code"] == f"sources-differ-{fact}"]
    assert one["facts"] == [fact]
    return [source for side in one["sides"] for source in side["sources"]]


def test_a_receptor_that_is_positive_and_negative_is_a_contradiction_and_nothing_is_recommended() -> None:
    decision = decide(*RECEPTORS)

    assert decision["status"] == "contradiction"
    assert told(decision["contradictions"], "er_category") == [
        "Observation/er-1, 2026-07-01, [1].valueCodeableConcept",
        "Observation/er-2, 2026-07-01, [2].valueCodeableConcept",
    ]
    assert decision["facts"]["er_category"]["state"] == "unknown"
    assert {one["kind"] for one in decision["recommendations"]} <= {"request_data", "safety_alert", "out_of_scope"}
    assert decision["facts"]["tnbc"]["state"] != "tnbc"


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_sources_changes_nothing(order: int) -> None:
    decision = decide(*RECEPTORS[::order])

    assert {one["code"] for one in decision["contradictions"]} == {"sources-differ-er_category"}
    assert decision["facts"]["er_category"]["state"] == "unknown"


TWO = {
    "two stages": ({"id": "a", "code": "loinc|21908-9", "string": "IIA"}, {"id": "b", "code": "loinc|21908-9", "string": "IIIA"}, "stage_given"),
    "two T categories": ({"id": "a", "code": "loinc|21905-5", "string": "cT1c"}, {"id": "b", "code": "loinc|21905-5", "string": "cT3"}, "ct"),
    "two shares of stained nuclei": (
        {"id": "a", "code": "loinc|85329-1", "quantity": {"value": 0, "unit": "%"}},
        {"id": "b", "code": "loinc|85329-1", "quantity": {"value": 90, "unit": "%"}},
        "er_percent",
    ),
    "M0 and a metastasis": ({"id": "a", "code": "loinc|21907-1", "string": "cM0"}, {"id": "b", "type": "Condition", "code": "snomed|94222008"}, "m_category"),
}  # fmt: skip


@pytest.mark.parametrize("name", TWO)
def test_other_conflicts_stop_as_well(name: str) -> None:
    one, other, fact = TWO[name]
    decision = decide(CANCER, one, other)

    assert decision["status"] == "contradiction"
    assert sorted(source.split(",")[0].split("/")[1] for source in told(decision["contradictions"], fact)) == ["a", "b"]


def test_a_conflict_that_no_advice_hangs_on_warns_and_the_fact_is_unknown() -> None:
    decision = decide(
        CANCER,
        {"id": "a", "code": "loinc|89247-1", "integer": 0, "date": "2026-11-01"},
        {"id": "b", "code": "loinc|89247-1", "integer": 3, "date": "2026-11-01"},
    )

    assert decision["status"] != "contradiction"
    assert len(told(decision["warnings"], "ecog")) == 2
    assert decision["facts"]["ecog"]["state"] == "unknown"


def test_a_stage_on_the_diagnosis_that_differs_warns_and_says_what_is_used() -> None:
    stage = {"stage": [{"summary": concept("snomed|1222806003")}]}
    decision = decide({**CANCER, "extra": stage}, {"id": "a", "code": "snomed|399537006", "value": "snomed|1222769001"})

    assert decision["status"] != "contradiction"
    assert len(told(decision["warnings"], "stage_given")) == 2
    assert decision["facts"]["stage_given"]["state"] == "IIB"


def test_every_evaluator_sees_the_conflict() -> None:
    given = guideline().vocabulary.read(read(*RECEPTORS).to_decide)
    decider = engine().decider(TODAY)

    assert decider.outcome_of(decider.judge(given).outcomes) == outcomes(decider.guideline, given)
    assert resolve(decider.guideline, given).contradictions == decider.judge(given).resolved.codes


def test_the_same_conflict_can_be_sent_as_a_fact_and_gives_the_same_decision() -> None:
    sent = orjson.loads(orjson.dumps(read(*RECEPTORS).to_decide))

    assert engine().decide(sent, TODAY, "x") == engine().decide(read(*RECEPTORS).to_decide, TODAY, "x")
    assert "conflict" in sent["er_category"]


def test_the_command_line_shows_both_sources(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps([resource(one, number) for number, one in enumerate(RECEPTORS)]), encoding="utf-8")

    assert main(["evaluate", str(file), "--fhir", "--as-of", "2026-11-22"]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert main(["evaluate", str(file), "--fhir", "--as-of", "2026-11-22", "--json"]) == 0
    decision = json.loads(capsys.readouterr().out)

    assert "Observation/er-1, 2026-07-01" in text and "Observation/er-2, 2026-07-01" in text
    assert decision["status"] == "contradiction"
    assert len(told(decision["contradictions"], "er_category")) == 2


@pytest.mark.parametrize("code", ["snomed|77386006", "icd10cm|Z33.1", "icd10cm|O09.90"])
def test_a_pregnant_man_is_a_contradiction(code: str) -> None:
    decision = decide(
        {"type": "Patient", "extra": {"gender": "male"}}, {"type": "Condition", "code": code, "date": "2026-10-01"}
    )

    assert decision["status"] == "contradiction"
    assert "C07" in {one["code"] for one in decision["contradictions"]}


def test_pregnancy_that_is_in_conflict_is_unknown_and_asked_for_before_treatment() -> None:
    decision = decide(
        *({**CANCER, "date": "2026-10-01"}, PR_NEGATIVE, HER2_NEGATIVE, {**ER_NEGATIVE, "date": "2026-10-01"}),
        {"type": "Patient", "extra": {"gender": "female", "birthDate": "1990-01-01"}},
        {"type": "Condition", "id": "on", "code": "snomed|77386006", "date": "2026-08-01"},
        {"id": "off", "code": "loinc|82810-3", "value": "loinc|LA26683-5", "date": "2026-11-20"},
    )

    assert len(told(decision["warnings"], "pregnant")) == 2
    assert decision["facts"]["pregnant"]["state"] == "unknown"
    asked = {one["fact"] for one in decision["needs"]} | {
        fact for one in decision["recommendations"] for fact in one["confirm"]
    }
    assert "pregnant" in asked


STAGES = {
    "clinical": ("21905-5", "21906-3", "21908-9", "C06"),
    "pathologic": ("21899-0", "21900-6", "21902-2", "C24"),
}


@pytest.mark.parametrize("kind", STAGES)
def test_a_stage_that_does_not_fit_t_and_n_is_told(kind: str) -> None:
    tumour, nodes, stage, code = STAGES[kind]
    facts = read(
        CANCER,
        {"code": f"loinc|{tumour}", "string": "T1"},
        {"code": f"loinc|{nodes}", "string": "N0"},
        {"code": f"loinc|{stage}", "string": "IIB"},
    ).to_decide
    phase = {"treatment_phase": "adjuvant"} if kind == "pathologic" else {}  # in which pT and pN are read
    decision = engine().decision({**facts, **phase}, TODAY)

    assert code in {one["code"] for one in decision["warnings"]}


def test_a_conflict_says_which_was_the_biopsy_and_which_the_resection() -> None:
    core = {"specimen": {"reference": "Specimen/core"}}
    removed = {"specimen": {"display": "Mastectomy specimen, left breast"}}
    decision = decide(
        CANCER,
        {**ER_POSITIVE, "extra": core},
        {**ER_NEGATIVE, "date": "2026-09-01", "extra": removed},
        {"type": "Specimen", "id": "core", "status": None, "extra": {"type": {"text": "Core needle biopsy of breast"}}},
    )

    assert [one.split(", ")[:2] for one in told(decision["contradictions"], "er_category")] == [
        ["Observation/er-1 (biopsy)", "2026-07-01"],
        ["Observation/er-2 (resection)", "2026-09-01"],
    ]
