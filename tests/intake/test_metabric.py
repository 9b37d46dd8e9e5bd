"""A whole registry through the guideline: every row of METABRIC becomes facts and is decided, by every evaluator.

The table stands beside the project; where it is absent these tests are skipped. What the columns mean stands in rules/tables/metabric.yaml.
"""

import csv
import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine import Engine, default_rules, load
from engine.inference.decision import Decision
from engine.intake import MappedRow, read_file
from engine.language.rules import Rule
from tests.inference.agreement import differences

TABLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "tables" / "metabric.tsv"
AS_OF = datetime.date(2026, 11, 22)
PATIENTS = 2509
TREATMENT = ("primary-strategy", "systemic-regimen")  # the questions: which comes first, and which drugs
RECEPTORS = ("ER Status", "ER status measured by IHC", "PR Status", "HER2 Status")

if not TABLE.is_file():
    pytest.skip("the table of METABRIC is not beside this project", allow_module_level=True)

GUIDELINE = load(default_rules())
ENGINE = Engine(GUIDELINE)
RULES: dict[str, Rule] = {rule.id: rule for rule in GUIDELINE.rules}


@dataclass(frozen=True)
class Patient:
    """One row as it stands in the table, as it was mapped, and what the guideline says."""

    cells: Mapping[str, str]
    row: MappedRow
    status: str
    phenotype: str
    stages: frozenset[str]  # the stage groups that are possible
    standing: tuple[tuple[str, str, bool], ...]  # number, status, is it advice on treatment?
    needs: tuple[tuple[str, bool], ...]  # fact, does it decide a rule that gives treatment?
    codes: tuple[str, ...]

    @property
    def triple_negative(self) -> bool:
        """Certainly managed as triple-negative."""
        return self.phenotype in ("definite", "tnbc_like")


def treats(rule: Rule) -> bool:
    """Does the rule answer which treatment to give?"""
    return rule.question in TREATMENT and rule.kind in ("recommend", "consider")


def state_of(decision: Decision, fact: str) -> frozenset[str]:
    """The values a fact may still have."""
    known = GUIDELINE.vocabulary[fact]
    everything = frozenset(str(value) for value in known.values)
    state: Any = decision.facts[fact].state if fact in decision.facts else known.unknown_as
    if state == known.unknown_as:
        return everything
    return frozenset(state["one_of"]) if isinstance(state, dict) else known.groups.get(state, frozenset({state}))


def patient(cells: Mapping[str, str], row: MappedRow) -> Patient:
    """One row decided, with both channels compared."""
    answer = Decision.model_validate_json(ENGINE.decide(row.facts, AS_OF))
    phenotype = state_of(answer, "tnbc")
    return Patient(
        cells,
        row,
        answer.status,
        " or ".join(sorted(phenotype)) if len(phenotype) < 3 else "open",
        state_of(answer, "stage_group"),
        tuple((one.number, one.status, treats(RULES[one.rule])) for one in answer.recommendations),
        tuple((one.fact, any(treats(RULES[name]) for name in one.decides)) for one in answer.needs),
        tuple(one.code for one in (*answer.contradictions, *answer.warnings)),
    )


@pytest.fixture(scope="module")
def cohort() -> list[Patient]:
    with TABLE.open(encoding="utf-8-sig", newline="") as lines:
        cells = list(csv.DictReader(lines, delimiter="\t"))
    rows = read_file(TABLE, GUIDELINE.tables["metabric"], GUIDELINE.vocabulary)
    return [patient(one, row) for one, row in zip(cells, rows, strict=True)]


# ---- the log ----------------------------------------------------------------------------------------------------------
def share(title: str, items: Iterable[str], most: int = 12) -> list[str]:
    """A heading and the most frequent items, with their counts."""
    counts = Counter(items).most_common()
    lines = [f"  {count:>6,}  {name}" for name, count in counts[:most]]
    return [title, *lines, *([f"          and {len(counts) - most} more"] if len(counts) > most else [])]


def table(cohort: list[Patient]) -> str:
    """The counts of the cohort for a reader."""
    negative = [one for one in cohort if one.triple_negative]
    stage = {"0": "0", "I": "I", "II": "II", "III": "III", "IV": "IV"}
    lines = [
        *share(f"{len(cohort):,} patients by phenotype", (one.phenotype for one in cohort)),
        *share("by status of the decision", (one.status for one in cohort)),
        *share("columns in conflict (the fact stays unknown)", conflicts(cohort)),
        *share("contradictions and warnings", (code for one in cohort for code in one.codes)),
        *share(
            f"{len(negative)} triple-negative by stage",
            (" or ".join(name for name in stage if name in one.stages) for one in negative),
        ),
        *share("triple-negative by status", (one.status for one in negative)),
        *share(
            "rules standing for them (adjuvant)",
            (
                f"{number} {status}"
                for one in sorted(negative, key=lambda one: one.standing)
                for number, status, _ in one.standing
                if number.startswith("ADJ")
            ),
            most=20,
        ),
        *share("facts they are asked for", (fact for one in negative for fact, _ in one.needs)),
        *share(
            "of these, facts that decide a treatment",
            (fact for one in negative for fact, decides in one.needs if decides),
        ),
    ]
    return "\n".join(lines)


def conflicts(cohort: list[Patient]) -> Iterable[str]:
    return (
        f"{problem.fact}: {' / '.join(problem.columns)}"
        for one in cohort
        for problem in one.row.problems
        if problem.kind == "conflict"
    )


# ---- what must hold ---------------------------------------------------------------------------------------------------
def test_every_patient_is_decided_and_the_counts_are_printed(
    cohort: list[Patient], record_property: Callable[[str, object], None]
) -> None:
    record_property("table: METABRIC, surgery first, before the first drug", table(cohort))

    assert len({one.row.identifier for one in cohort}) == len(cohort) == PATIENTS
    assert {one.status for one in cohort} == {"provisional", "needs_facts", "out_of_scope"}


@pytest.mark.slow
def test_all_evaluators_agree_on_every_patient(cohort: list[Patient]) -> None:
    decider = ENGINE.decider(AS_OF)

    assert [found for one in cohort if (found := differences(decider, ENGINE.read(one.row.facts)))] == []


def test_every_cell_is_read(cohort: list[Patient]) -> None:
    assert [problem for one in cohort for problem in one.row.problems if problem.kind == "input"] == []


def test_columns_in_conflict_contradict_nothing_and_settle_nothing(cohort: list[Patient]) -> None:
    stops = {one.code for one in GUIDELINE.contradictions if one.stop}

    assert [code for one in cohort for code in one.codes if code in stops] == []
    for one in cohort:
        for problem in one.row.problems:
            assert one.row.facts[problem.fact] is None
        stains = {one.cells["ER Status"][:3], one.cells["ER status measured by IHC"][:3]} - {"NA"}
        if len(stains) == 2:
            assert one.phenotype not in ("definite", "tnbc_like")


def test_nobody_without_all_three_receptors_is_called_triple_negative(cohort: list[Patient]) -> None:
    for one in cohort:
        known = {column: one.cells[column] != "NA" for column in RECEPTORS}
        if not (any(known[column] for column in RECEPTORS[:2]) and known["PR Status"] and known["HER2 Status"]):
            assert not one.triple_negative


def test_triple_negative_is_who_is_negative_in_every_receptor_column(cohort: list[Patient]) -> None:
    def negative(cells: Mapping[str, str]) -> bool:
        oestrogen = {cells["ER Status"], cells["ER status measured by IHC"]} - {"NA"}
        return oestrogen == {"Negative"} and cells["PR Status"] == cells["HER2 Status"] == "Negative"

    called = [one.row.identifier for one in cohort if one.triple_negative]

    assert called == [one.row.identifier for one in cohort if negative(one.cells)]
    assert len(called) == 269


def test_no_triple_negative_patient_who_may_be_stage_ii_or_iii_is_left_without_a_treatment_or_the_question_that_decides_it(
    cohort: list[Patient],
) -> None:
    looked_at = [
        one for one in cohort if one.triple_negative and one.stages & {"II", "III"} and one.status != "out_of_scope"
    ]
    certain = [one for one in looked_at if one.stages <= {"II", "III"}]
    left = [
        one.row.identifier
        for one in looked_at
        if not any(treatment for _, _, treatment in one.standing) and not any(decides for _, decides in one.needs)
    ]

    assert left == []
    assert len(certain) > 100


def test_a_triple_negative_patient_in_scope_is_told_to_leave_the_checkpoint_inhibitor_out(
    cohort: list[Patient],
) -> None:
    in_scope = [one for one in cohort if one.triple_negative and one.status == "provisional"]

    assert in_scope
    for one in in_scope:
        assert ("ADJ-01", "firm", False) in one.standing


@pytest.mark.parametrize(("stage", "number"), [("4", "SCP-01"), ("0", "SCP-04")])
def test_a_stage_outside_the_guideline_is_told_so_and_gets_no_treatment(
    cohort: list[Patient], stage: str, number: str
) -> None:
    recorded = [
        one for one in cohort if one.cells["Tumor Stage"] == stage and one.row.facts["invasive_cancer"] is not None
    ]

    assert recorded
    for one in recorded:
        assert number in {name for name, _, _ in one.standing}
        assert not any(treatment for _, _, treatment in one.standing)
