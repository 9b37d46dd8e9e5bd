"""Proofs about the real guideline, for every patient state, known in full or in part (the solver finds no patient who breaks them)."""

import datetime
import re
from typing import Any

import pytest

from engine import Guideline, default_rules, load
from engine.authoring.questions import conflicts, never_stands, silences
from engine.authoring.study import Study

DAY = datetime.date(2026, 11, 22)
INHIBITORS = r"pembrolizumab|atezolizumab|avelumab|durvalumab|nivolumab|camrelizumab|checkpoint inhibitor"
BEGUN_OR_BEFORE_SURGERY = {"any": [{"pembro_given": True}, {"treatment_phase": ["work_up", "neoadjuvant_ongoing"]}]}
NOT_DECIDED = {"any": [{"pathway": "surgery_first"}, {"pathway": {"known": False}}]}
# an invasive tumour that has a place in the stage table: Tis has none, and T0 only with nodes
TUMOUR = {"any": [{"eff_t": {"known": False}}, {"eff_t": ["T1", "T2", "T3", "T4"]}, {"eff_t": "T0", "node_pos": True}]}


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(load(default_rules()), DAY)


# Rules that name a checkpoint inhibitor to patients after surgery who had none before, and do not give one. Whoever adds a rule here has read it.
NAMED_ONLY = {
    "PNA-03": "olaparib; pembrolizumab is continued beside it only where it was begun before surgery",
    "PNA-04": "capecitabine, because no pembrolizumab was given",
    "PNA-13": "isolated tumour cells do not change the advice on pembrolizumab",
    "RT-03": "the order of radiotherapy and the drugs that are given anyway",
}


def naming_inhibitors(guideline: Guideline) -> set[str]:
    """The rules that recommend or offer something and name a checkpoint inhibitor, in their text or regimen."""
    found = set()
    for rule in guideline.rules:
        drugs = [part.drug for name in rule.regimens for part in guideline.regimens[name].parts]
        if rule.kind in ("recommend", "consider") and re.search(
            INHIBITORS, " ".join([rule.title, rule.text, *drugs]), re.IGNORECASE
        ):
            found.add(rule.number)
    return found


# ---- no checkpoint inhibitor is begun after surgery ---------------------------------------------------------------------
def test_no_checkpoint_inhibitor_is_recommended_after_surgery_unless_begun_before_it(study: Study) -> None:
    naming = naming_inhibitors(study.guideline)
    assert {"NEO-01", "NEO-02", "NEO-06", "NEO-08", "PNA-01", "PNA-02"} <= naming
    assert never_stands(study, naming - NAMED_ONLY.keys(), unless=BEGUN_OR_BEFORE_SURGERY) is None


def test_no_regimen_with_a_checkpoint_inhibitor_is_given_after_surgery_unless_begun_before_it(study: Study) -> None:
    guideline = study.guideline
    given = [
        rule.number
        for rule in guideline.rules
        if any(
            re.search(INHIBITORS, part.drug, re.IGNORECASE)
            for name in rule.regimens
            for part in guideline.regimens[name].parts
        )
    ]
    assert given == ["NEO-01", "NEO-02", "NEO-06", "PNA-01", "PNA-02"]
    assert never_stands(study, given, unless=BEGUN_OR_BEFORE_SURGERY) is None


def test_the_rules_that_only_name_one_are_those_that_were_read(study: Study) -> None:
    reached = {
        name
        for name in naming_inhibitors(study.guideline)
        if never_stands(study, [name], unless=BEGUN_OR_BEFORE_SURGERY)
    }
    assert reached == NAMED_ONLY.keys()


def test_the_proof_would_fail_if_one_condition_were_missing(study: Study) -> None:
    witness = never_stands(study, ["PNA-07"], unless=BEGUN_OR_BEFORE_SURGERY)  # it says: do not start one
    assert witness is not None
    assert witness.facts["treatment_phase"] == "post_neoadjuvant"


def test_after_surgery_first_everyone_is_told_not_to_start_one(study: Study) -> None:
    after = study.when({"in_scope": True, "treatment_phase": ["adjuvant", "follow_up"], "pathway": "surgery_first"})
    told = study.encoding.stands[study.rule("ADJ-01")]
    assert study.patient(after, -told, study.encoding.consistent) is None


# ---- one answer ---------------------------------------------------------------------------------------------------------
def test_a_single_question_never_has_two_recommendations(study: Study) -> None:
    assert sum(form.single for form in study.guideline.questions.values()) == 5
    assert list(conflicts(study)) == []


# ---- an answer or a named need ------------------------------------------------------------------------------------------
ANSWERED: dict[str, tuple[list[str], dict[str, Any]]] = {
    "work-up": (
        ["primary-strategy", "special-populations"],
        {"in_scope": True, "treatment_phase": "work_up", "all": [TUMOUR]},
    ),
    "after surgery that followed drugs": (
        ["post-neoadjuvant-immunotherapy", "post-neoadjuvant-escalation"],
        {
            "in_scope": True,
            "treatment_phase": "post_neoadjuvant",
            "all": [
                {
                    "any": [{"adj_pembro_cycles": {"lt": 9}}, {"adj_pembro_cycles": {"known": False}}]
                },  # else the course is complete
                {
                    "any": [{"current_irae_grade": {"lt": 2}}, {"current_irae_grade": {"known": False}}]
                },  # else ONT-03 speaks
                {"any": [{"ici_contra": False}, {"ici_contra": {"known": False}}]},  # else SAF-01 speaks
            ],
        },
    ),
    "after surgery first": (
        ["systemic-regimen", "adjuvant-chemotherapy", "special-populations"],
        {
            "in_scope": True,
            "treatment_phase": "adjuvant",
            "declines_chemotherapy": False,
            "all": [
                TUMOUR,
                NOT_DECIDED,
                {"any": [{"adj_chemo_status": {"known": False}}, {"adj_chemo_status": ["not_started", "ongoing"]}]},
                {
                    "any": [{"pregnant": False}, {"pregnant": {"known": False}}, {"pregnancy_trimester": [2, 3]}]
                },  # else SPC-05 speaks
            ],
        },
    ),
}


@pytest.mark.parametrize("phase", ANSWERED)
def test_every_patient_in_scope_has_an_answer_or_a_named_need(phase: str, study: Study) -> None:
    questions, when = ANSWERED[phase]
    assert study.possible(study.when(when), study.encoding.consistent)
    assert [str(witness) for witness, _ in silences(study, questions, study.when(when))] == []
