"""`analyse` finds what is planted, at the right place; what it prints is so; and the real guideline is clean or says why not."""

import datetime
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine import Engine, default_rules, load
from engine.authoring.analysis import analyse, days_of, run
from engine.authoring.findings import Finding, remaining
from engine.authoring.study import Study
from engine.language.guideline import Guideline

DAY = datetime.date(2026, 11, 22)
STRATEGY = "recommendations/strategy"
NEO = "recommendations/neoadjuvant"
ADJ = "recommendations/adjuvant"
POST = "recommendations/post-neoadjuvant"


@pytest.fixture(scope="module")
def guideline() -> Guideline:
    return load(default_rules())


@pytest.fixture(scope="module")
def findings(guideline: Guideline) -> list[Finding]:
    return analyse(guideline, DAY)


@pytest.fixture
def copy(tmp_path: Path) -> Callable[..., Guideline]:
    """The real guideline with some texts replaced: `copy("recommendations/x.yaml", "old", "new", ...)`."""

    def copied(*edits: str) -> Guideline:
        folder = tmp_path / "rules"
        shutil.copytree(default_rules(), folder)
        for name, old, new in zip(edits[::3], edits[1::3], edits[2::3], strict=True):
            path = folder / name
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            assert text.count(old) == 1 or not text, f"`{old}` stands {text.count(old)} times in {name}"
            path.write_text(text.replace(old, new) if text else new, encoding="utf-8")
        return load(folder)

    return copied


# ---- the real guideline -------------------------------------------------------------------------------------------------
def test_every_finding_of_the_real_guideline_is_waived_with_a_reason(
    guideline: Guideline, findings: list[Finding]
) -> None:
    assert [one.text(guideline) for one in remaining(findings)] == []
    assert all(len(one.waived or "") > 30 for one in findings)


def test_the_questions_that_must_be_answered_say_so(guideline: Guideline) -> None:
    single = {name for name, form in guideline.questions.items() if form.single}
    assert single - guideline.answered_when.keys() == {
        "adjuvant-escalation"
    }  # collects: olaparib or capecitabine, for some


def test_findings_are_the_same_from_run_to_run(guideline: Guideline, findings: list[Finding]) -> None:
    again = analyse(guideline, DAY)
    assert [one.data() for one in again] == [one.data() for one in findings]


# ---- planted faults -----------------------------------------------------------------------------------------------------
# name, edits of the real guideline, and what must be found: code, the file and the text that stands at the place, rules, other file
PLANTED = {
    "gap: a threshold of the strategy moved away": (
        (f"{STRATEGY}/start-with-drugs-in-larger-or-node-positive-cancer.yaml", "{eff_t: [T2, T3, T4]}", "{eff_t: [T3, T4]}"),
        ("gap", "guideline.yaml", "answered_when", (), ""),
    ),
    "overlap: two strategies for N1": (
        (f"{STRATEGY}/choose-either-order-for-small-tumours.yaml", "eff_n: [N0, N1mi]", "eff_n: [N0, N1mi, N1]"),
        ("conflict", f"{STRATEGY}/choose-either-order-for-small-tumours.yaml", "when", ("STR-02", "STR-03"), f"{STRATEGY}/start-with-drugs-in-larger-or-node-positive-cancer.yaml"),
    ),
    "dead rule: swapped pathway": (
        (f"{ADJ}/adjuvant-chemotherapy-t1c.yaml", "pathway: surgery_first", "pathway: neoadjuvant"),
        ("unreachable-rule", f"{ADJ}/adjuvant-chemotherapy-t1c.yaml", "when", ("ADJ-03",), "contradictions.yaml"),
    ),
    "gap: the swapped pathway leaves T1c without a regimen": (
        (f"{ADJ}/adjuvant-chemotherapy-t1c.yaml", "pathway: surgery_first", "pathway: neoadjuvant"),
        ("gap", "guideline.yaml", "answered_when", (), ""),
    ),
    "conflict: an unless is missing": (
        (f"{NEO}/keynote-522-regimen.yaml", "  - when: {anthra_contra: true}\n", "  - when: {bilateral: true, sex: male, age_years: 119}\n"),
        ("conflict", f"{NEO}/keynote-522-regimen.yaml", "when", ("NEO-01", "NEO-06"), f"{NEO}/anthracycline-free-with-pembrolizumab.yaml"),
    ),
    "redundant clause": (
        (f"{POST}/no-postoperative-platinum.yaml", "  in_scope: true\n", "  in_scope: true\n  triple_negative: true\n"),
        ("redundant-clause", f"{POST}/no-postoperative-platinum.yaml", "triple_negative", ("PNA-10",), ""),
    ),
    "redundant alternative": (
        (f"{STRATEGY}/start-with-drugs-in-larger-or-node-positive-cancer.yaml", "    - {eff_t: [T2, T3, T4]}\n", "    - {eff_t: [T2, T3, T4]}\n    - {eff_t: T3, eff_n: N0}\n"),
        ("redundant-clause", f"{STRATEGY}/start-with-drugs-in-larger-or-node-positive-cancer.yaml", "eff_t", ("STR-03",), ""),
    ),
    "impossible alternative": (
        (f"{STRATEGY}/start-with-drugs-in-larger-or-node-positive-cancer.yaml", "    - {eff_t: [T2, T3, T4]}\n", "    - {eff_t: [T2, T3, T4]}\n    - {age_years: {lt: 16}}\n"),
        ("impossible-condition", f"{STRATEGY}/start-with-drugs-in-larger-or-node-positive-cancer.yaml", "age_years", ("STR-03",), ""),
    ),
    "dead rule: impossible condition": (
        (f"{POST}/no-postoperative-platinum.yaml", "  in_scope: true\n", "  in_scope: true\n  her2_status: positive\n"),
        ("unreachable-rule", f"{POST}/no-postoperative-platinum.yaml", "when", ("PNA-10",), ""),
    ),
    "dead rule: an exception that always holds": (
        (f"{POST}/capecitabine-for-residual-disease.yaml", "  - when: {cape_contra: true}\n", "  - when: {in_scope: true}\n"),
        ("unreachable-rule", f"{POST}/capecitabine-for-residual-disease.yaml", "when", ("PNA-04",), f"{POST}/capecitabine-for-residual-disease.yaml"),
    ),
    "dead rule: always overridden": (
        (f"{POST}/do-not-start-checkpoint-inhibitor-after-surgery.yaml", "kind: recommend_against\n", "kind: recommend_against\noverrides: [capecitabine-for-residual-disease]\n"),
        ("unreachable-rule", f"{POST}/capecitabine-for-residual-disease.yaml", "when", ("PNA-04",), f"{POST}/do-not-start-checkpoint-inhibitor-after-surgery.yaml"),
    ),
    "dead rule: a stop takes all of them": (
        ("recommendations/scope/refer-children-and-adolescents.yaml", "age_years: {lt: 18}", "age_years: {le: 120}"),
        ("unreachable-rule", f"{POST}/capecitabine-for-residual-disease.yaml", "when", ("PNA-04",), "recommendations/scope/refer-children-and-adolescents.yaml"),
    ),
    "override without effect": (
        (f"{STRATEGY}/operate-first-on-very-small-tumours.yaml", "kind: recommend\n", "kind: recommend\noverrides: [capecitabine-for-residual-disease]\n"),
        ("idle-override", f"{STRATEGY}/operate-first-on-very-small-tumours.yaml", "capecitabine-for-residual-disease", ("STR-01",), f"{POST}/capecitabine-for-residual-disease.yaml"),
    ),
    "exception that is never met": (
        (f"{POST}/capecitabine-for-residual-disease.yaml", "  - when: {cape_contra: true}\n", "  - when: {path_response: pcr}\n    because: None.\n  - when: {cape_contra: true}\n"),
        ("unmet-exception", f"{POST}/capecitabine-for-residual-disease.yaml", "when", ("PNA-04",), ""),
    ),
    "exception that another covers": (
        (f"{POST}/capecitabine-for-residual-disease.yaml", "  - when: {cape_contra: true}\n", "  - when: {crcl_ml_min: {lt: 30}}\n    because: None.\n  - when: {cape_contra: true}\n"),
        ("redundant-exception", f"{POST}/capecitabine-for-residual-disease.yaml", "when", ("PNA-04",), f"{POST}/capecitabine-for-residual-disease.yaml"),
    ),
    "row that is never reached": (
        ("derived/her2_status.yaml", "  - any_value: true\n", "  - is: negative\n    when: {her2_ish: positive, her2_ihc: 2+}\n  - any_value: true\n"),
        ("unreachable-row", "derived/her2_status.yaml", "is", (), ""),
    ),
    "contradiction that is never found": (
        ("contradictions.yaml", "{menopausal_status: postmenopausal, pregnant: true}", "{menopausal_status: postmenopausal, sex: male, age_years: 40, not: {age_years: {ge: 39}}}"),
        ("impossible-condition", "contradictions.yaml", "C08", (), ""),
    ),
    "waiver of nothing": (
        (f"{STRATEGY}/operate-first-on-very-small-tumours.yaml", "  - when: {inflammatory: true}\n", "  - when: {declines_chemotherapy: true}\n"),
        ("stale-waiver", f"{STRATEGY}/operate-first-on-very-small-tumours.yaml", "unmet-exception", ("STR-01",), ""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_at_its_place(name: str, copy: Callable[..., Guideline]) -> None:
    edits, (code, file, text, rules, other) = PLANTED[name]
    changed = copy(*edits)
    matching = [
        one
        for one in remaining(analyse(changed, DAY))
        if one.code == code and one.place.path == f"rules/{file}" and set(rules) <= set(one.rules)
    ]
    assert matching, name
    one = matching[0]
    source = one.problem(changed).source_line
    assert source[one.place.column - 1 :].lstrip("- {").startswith(text), (one.place, source)
    if other:
        assert f"rules/{other}" in {place.path for one in matching for place in one.related}
    assert confirmed(one, changed)


def confirmed(one: Finding, guideline: Guideline) -> bool:
    """Is the patient of a finding, sent as facts to the engine, what the finding says?"""
    if one.witness is None:
        return one.code not in ("conflict", "gap")
    decision = Engine(guideline).decision(json.loads(json.dumps(dict(one.witness.facts))), DAY)
    standing = {each["number"] for each in decision["recommendations"]}
    if one.code == "conflict":
        return set(one.rules) <= standing and any(each["code"] == "conflict" for each in decision["warnings"])
    question = next(name for name in guideline.questions if f"`{name}`" in one.message)
    return not any(
        each["question"] == question and each["kind"] in ("recommend", "consider")
        for each in decision["recommendations"]
    )


def test_two_rules_that_always_apply_together_are_found(copy: Callable[..., Guideline]) -> None:
    name = f"{POST}/no-postoperative-platinum.yaml"
    text = (default_rules() / name).read_text(encoding="utf-8")
    twin = text.replace("id: no-postoperative-platinum", "id: no-platinum-either").replace(
        "number: PNA-10", "number: PNA-99"
    )
    found = remaining(analyse(copy(f"{POST}/no-platinum-either.yaml", "", twin), DAY))
    assert [(one.code, one.rules) for one in found] == [("equivalent-rules", ("PNA-10", "PNA-99"))]


def test_a_waived_finding_is_shown_with_its_reason_and_does_not_fail(
    findings: list[Finding], guideline: Guideline
) -> None:
    one = next(each for each in findings if each.code == "redundant-exception" and "NEO-01" in each.rules)
    assert "waived: The checkpoint-inhibitor contraindications cover pregnancy" in one.text(guideline)


# ---- days ---------------------------------------------------------------------------------------------------------------
def test_rules_that_never_answer_on_the_same_day_do_not_conflict(copy: Callable[..., Guideline]) -> None:
    overlap = (f"{STRATEGY}/choose-either-order-for-small-tumours.yaml", "eff_n: [N0, N1mi]", "eff_n: [N0, N1mi, N1]")
    text = (default_rules() / overlap[0]).read_text(encoding="utf-8")
    start = next(line for line in text.splitlines() if line.startswith("effective"))
    ended = (overlap[0], start, start.replace("}", ", to: 2026-10-31}"))
    assert not [one for one in analyse(copy(*overlap, *ended), DAY) if one.code == "conflict"]


def test_a_conflict_that_begins_later_is_found_today(copy: Callable[..., Guideline]) -> None:
    overlap = (f"{STRATEGY}/choose-either-order-for-small-tumours.yaml", "eff_n: [N0, N1mi]", "eff_n: [N0, N1mi, N1]")
    text = (default_rules() / overlap[0]).read_text(encoding="utf-8")
    start = next(line for line in text.splitlines() if line.startswith("effective"))
    later = copy(*overlap, overlap[0], start, "effective: {from: 2027-03-01}")
    assert datetime.date(2027, 3, 1) in days_of(later, DAY)
    assert ("STR-02", "STR-03") in [one.rules for one in analyse(later, DAY) if one.code == "conflict"]


# ---- the command --------------------------------------------------------------------------------------------------------
def test_the_command_ends_with_0_when_all_is_waived(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(default_rules(), DAY) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("no findings, 8 waived: 113 rules in ")


def test_the_command_ends_with_1_and_shows_both_places_and_the_patient(
    copy: Callable[..., Guideline], capsys: pytest.CaptureFixture[str]
) -> None:
    edits, _ = PLANTED["overlap: two strategies for N1"]
    assert run(copy(*edits).root, DAY) == 1
    shown = capsys.readouterr().out
    assert re.search(
        r"/choose-either-order-for-small-tumours.yaml:\d+:1: `choose-either-order-for-small-tumours` and `start-with",
        shown,
    )
    assert "see rules/recommendations/strategy/start-with-drugs-in-larger-or-node-positive-cancer.yaml:" in shown
    assert "    Clinical N category: N1\n" in shown
    assert '"cn": "N1"' in shown
    assert "conflict), 8 waived: 113 rules in" in shown


def test_the_command_prints_json(copy: Callable[..., Guideline], capsys: pytest.CaptureFixture[str]) -> None:
    edits, _ = PLANTED["gap: a threshold of the strategy moved away"]
    changed = copy(*edits)
    assert run(changed.root, DAY, "json") == 1
    body = json.loads(capsys.readouterr().out)
    assert body["guideline"]["sha256"] == changed.sha256
    gap = next(one for one in body["findings"] if one["code"] == "gap")
    assert gap["facts"]["ct"] == "T2"
    assert gap["path"] == "rules/guideline.yaml"
    assert gap["waived"] is None


def test_a_guideline_with_problems_is_not_analysed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, DAY) == 1
    assert "cannot be analysed" in capsys.readouterr().err


def test_without_a_solver_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)
    assert run(default_rules(), DAY) == 70
    assert "install the extra `authoring`" in capsys.readouterr().err


def test_what_the_engine_denies_is_not_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], copy: Callable[..., Guideline]
) -> None:
    edits, _ = PLANTED["overlap: two strategies for N1"]
    folder = copy(*edits).root
    monkeypatch.setattr(Study, "standing", lambda self, witness: frozenset())  # as if the engine said: nothing stands
    assert run(folder, DAY) == 70
    assert "does not confirm" in capsys.readouterr().err
