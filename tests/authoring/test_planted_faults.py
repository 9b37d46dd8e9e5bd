"""Mistakes an author can really make in the installed guideline, each found by the command that should find it, at the right file and line.

A fault is a few edits of a copy: (file, what stands there, what stands there instead). What must be found is a code (or, for scenarios, what was
expected) and a line of a file, named by a text that stands on it after the edits.
"""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine import default_rules
from tests.cli.conftest import Ran, Run
from tests.cli.conftest import run as run

RULES = default_rules()
FEATURES = RULES.parent / "features"
DAY = "2026-11-22"
ADJ, NEO = "recommendations/adjuvant", "recommendations/neoadjuvant"
POST, STRATEGY, SAFETY = "recommendations/post-neoadjuvant", "recommendations/strategy", "recommendations/safety"
NEUROPATHY = f"{SAFETY}/adapt-taxane-for-neuropathy.yaml"
OMIT = f"{ADJ}/omit-adjuvant-checkpoint-inhibitor.yaml"
DENSE = f"{ADJ}/dose-dense-chemotherapy-after-surgery.yaml"
KEYNOTE = f"{NEO}/keynote-522-regimen.yaml"
EITHER = f"{STRATEGY}/choose-either-order-for-small-tumours.yaml"
LARGER = f"{STRATEGY}/start-with-drugs-in-larger-or-node-positive-cancer.yaml"
PLATINUM = f"{POST}/no-postoperative-platinum.yaml"
CAPECITABINE = f"{POST}/capecitabine-for-residual-disease.yaml"
REGIMEN, TRIAL = "regimens/keynote-522.yaml", "evidence/keynote-522.yaml"
DRUGS, TUMOUR = "terminology/drugs.yaml", "terminology/tumour.yaml"
Edit = tuple[str, str, str]


@dataclass(frozen=True)
class Fault:
    """What is done, which command must find it, and what it must say where."""

    edits: tuple[Edit, ...]
    command: str
    code: str  # of the problem or finding
    file: str
    line: str  # a text on the line that is named
    exit: int = 1
    also: str = ""  # said somewhere beside


FAULTS = {
    # ---- the twelve ----------------------------------------------------------------------------------------------
    "gap": Fault(
        ((LARGER, "{eff_t: [T2, T3, T4]}", "{eff_t: [T3, T4]}"),),
        "analyse", "gap", "guideline.yaml", "answered_when", also="Clinical T category: T2",
    ),
    "overlap of two standing recommendations": Fault(
        ((EITHER, "eff_n: [N0, N1mi]", "eff_n: [N0, N1mi, N1]"),),
        "analyse", "conflict", EITHER, "when:", also=f"see rules/{LARGER}:",
    ),
    "advice for a drug and against it": Fault(
        ((f"{POST}/no-olaparib-after-complete-response.yaml", "path_response: pcr", "path_response: [pcr, residual]"),),
        "analyse", "conflict", f"{POST}/olaparib-for-residual-disease.yaml", "when:", also="advises against `olaparib`",
    ),
    "dead rule": Fault(
        ((PLATINUM, "  in_scope: true\n", "  in_scope: true\n  her2_status: positive\n"),),
        "analyse", "unreachable-rule", PLATINUM, "when:",
    ),
    "redundant clause": Fault(
        ((PLATINUM, "  in_scope: true\n", "  in_scope: true\n  triple_negative: true\n"),),
        "analyse", "redundant-clause", PLATINUM, "triple_negative",
    ),
    "dangling citation": Fault(
        ((OMIT, "a-brave#dfs_itt", "a-brave#dfs_it"),),
        "check", "unknown-citation", OMIT, "a-brave#dfs_it", also="did you mean `dfs_itt`?",
    ),
    "wrong unit range": Fault(
        (("facts/safety.yaml", "range: [5, 90]\n    usual_range: [40, 75]", "range: [0.05, 0.9]"),),
        "check", "out-of-range", "derived/anthra_contra.yaml", "lvef_percent",
    ),
    "swapped pathway": Fault(
        ((f"{ADJ}/adjuvant-chemotherapy-t1c.yaml", "pathway: surgery_first", "pathway: neoadjuvant"),),
        "analyse", "unreachable-rule", f"{ADJ}/adjuvant-chemotherapy-t1c.yaml", "when:", also="see rules/contradictions.yaml:",
    ),
    "missing unless": Fault(
        ((KEYNOTE, "  - when: {anthra_contra: true}\n    because: ANTHRA\n", ""),),
        "analyse", "conflict", KEYNOTE, "when:", also="anthracycline-free-with-pembrolizumab",
    ),
    "cyclic override": Fault(
        (
            (OMIT, "strength: strong", f"overrides: [{Path(DENSE).stem}]\nstrength: strong"),
            (DENSE, "strength: strong", f"overrides: [{Path(OMIT).stem}]\nstrength: strong"),
        ),
        "check", "cyclic-override", DENSE, "overrides:", also=f"see rules/{OMIT}:",
    ),
    "duplicate number": Fault(
        ((NEUROPATHY, "number: SAF-04", "number: SAF-05"),),
        "check", "duplicate-number", f"{SAFETY}/avoid-fluoropyrimidine-in-dpd-deficiency.yaml", "number: SAF-05",
        also=f"see rules/{NEUROPATHY}:3:9",
    ),
    "date before source": Fault(
        ((OMIT, "{from: 2025-01-30}", "{from: 2023-01-30}"),),
        "check", "date-before-source", OMIT, "2023-01-30", exit=6,
    ),
    # ---- words that do not exist -----------------------------------------------------------------------------------
    "misspelt fact": Fault(((NEUROPATHY, "neuropathy_grade:", "neuropathy_grad:"),), "check", "unknown-fact", NEUROPATHY, "neuropathy_grad:"),
    "misspelt value": Fault(((NEUROPATHY, "neoadjuvant_ongoing", "neoadjuvant_on_going"),), "check", "unknown-value", NEUROPATHY, "on_going"),
    "misspelt question": Fault(((NEUROPATHY, "question: drug-safety", "question: drug-safty"),), "check", "unknown-question", NEUROPATHY, "safty"),
    "misspelt regimen": Fault(((DENSE, "dose-dense-ac-paclitaxel", "dose-dense-ac-taxol"),), "check", "unknown-regimen", DENSE, "taxol"),
    "misspelt source": Fault(((NEUROPATHY, "nab-paclitaxel-neuropathy#more", "nab-neuropathy#more"),), "check", "unknown-citation", NEUROPATHY, "nab-neuropathy"),
    "override of a missing rule": Fault(((OMIT, "strength: strong", "overrides: [give-nothing]\nstrength: strong"),), "check", "unknown-rule", OMIT, "give-nothing"),
    "misspelt kind": Fault(((OMIT, "recommend_against", "recommend-against"),), "check", "unknown-value", OMIT, "recommend-against"),
    "misspelt key": Fault(((OMIT, "strength: strong", "strenght: strong"),), "check", "unknown-key", OMIT, "strenght"),
    "misspelt operator": Fault(((NEUROPATHY, "{ge: 2}", "{gte: 2}"),), "check", "unknown-operator", NEUROPATHY, "gte"),
    "misspelt column of a table": Fault((("derived/eff_stage.csv", "t_category,", "t_categry,"),), "check", "unknown-fact", "derived/eff_stage.csv", "t_categry"),
    # ---- values --------------------------------------------------------------------------------------------------------
    "text for a number": Fault(((NEUROPATHY, "{ge: 2}", '{ge: "2"}'),), "check", "unknown-value", NEUROPATHY, '"2"'),
    "no for false": Fault(((NEUROPATHY, "in_scope: true", "in_scope: no"),), "check", "unknown-value", NEUROPATHY, "in_scope: no"),
    "threshold outside the range": Fault(((NEUROPATHY, "{ge: 2}", "{ge: 5}"),), "check", "out-of-range", NEUROPATHY, "{ge: 5}"),
    "threshold that everybody passes": Fault(((NEUROPATHY, "{ge: 2}", "{ge: 0}"),), "check", "constant-condition", NEUROPATHY, "{ge: 0}", exit=6),
    "bounds that nobody passes": Fault(((NEUROPATHY, "{ge: 2}", "{gt: 2, le: 2}"),), "check", "impossible-condition", NEUROPATHY, "{gt: 2"),
    "a fact and its opposite": Fault(
        ((NEUROPATHY, "in_scope: true", "any: [{in_scope: true}, {not: {in_scope: true}}]"),), "check", "tautology-on-unknown", NEUROPATHY, "any:", exit=6,
    ),
    "empty all": Fault(((NEUROPATHY, "  in_scope: true\n", "  in_scope: true\n  all: []\n"),), "check", "condition-shape", NEUROPATHY, "all: []"),
    "empty any": Fault(((NEUROPATHY, "  in_scope: true\n", "  in_scope: true\n  any: []\n"),), "check", "condition-shape", NEUROPATHY, "any: []"),
    "loinc digits swapped": Fault((("terminology/genetics.yaml", "69548-6", "69584-6"),), "check", "check-digit", "terminology/genetics.yaml", "69584-6"),
    "snomed digit mistyped": Fault((("terminology/staging.yaml", "1222604002", "1222604003"),), "check", "check-digit", "terminology/staging.yaml", "1222604003"),
    # ---- rules ---------------------------------------------------------------------------------------------------------
    "rule that contradicts itself": Fault(
        ((NEUROPATHY, "  in_scope: true\n", "  in_scope: true\n  not: {neuropathy_grade: {ge: 1}}\n"),),
        "analyse", "unreachable-rule", NEUROPATHY, "when:", also="Grade of sensory neuropathy: at least 2",
    ),
    "unless that can never hold": Fault(
        ((NEUROPATHY, "text: >-", "unless:\n  - when: {neuropathy_grade: 1}\n    because: Mild.\ntext: >-"),),
        "analyse", "unmet-exception", NEUROPATHY, "when: {neuropathy_grade: 1}",
    ),
    "unless without a reason": Fault(
        ((NEUROPATHY, "text: >-", "unless:\n  - when: {pregnant: true}\ntext: >-"),), "check", "missing-key", NEUROPATHY, "when: {pregnant",
    ),
    "figure that nobody checked": Fault(((NEUROPATHY, "spare the nerves", "spare the nerves of 37 %"),), "check", "uncited-number", NEUROPATHY, "37 %", exit=6),
    "strong on low certainty": Fault(
        ((OMIT, "certainty: high", "certainty: low"),), "check", "strength-mismatch", OMIT, "strength: strong", exit=6,
    ),
    "strong for something to consider": Fault(((OMIT, "kind: recommend_against", "kind: consider"),), "check", "strength-mismatch", OMIT, "strength: strong", exit=6),
    "nobody graded it": Fault(((OMIT, "graded_by: project\n", ""),), "check", "missing-grader", OMIT, "strength:"),
    "dates swapped": Fault(((OMIT, "{from: 2025-01-30}", "{from: 2025-01-30, to: 2024-01-30}"),), "check", "dates-order", OMIT, "2024-01-30"),
    "card too long": Fault(((OMIT, "title: Leave", f"title: {'Please do ' * 12}leave"),), "check", "long-summary", OMIT, "title:", exit=6),
    # ---- files ---------------------------------------------------------------------------------------------------------
    "tab": Fault(((NEUROPATHY, "  in_scope", "\tin_scope"),), "check", "yaml", NEUROPATHY, "in_scope"),
    "duplicate key": Fault(((NEUROPATHY, "  in_scope: true\n", "  in_scope: true\n  in_scope: true\n"),), "check", "duplicate-key", NEUROPATHY, "in_scope", also=":10:3"),
    # ---- evidence, regimens and code maps ------------------------------------------------------------------------------
    "a dose ten times too high": Fault(
        ((REGIMEN, "dose: 80 mg/m2, schedule: weekly", "dose: 800 mg/m2, schedule: weekly"),), "check", "dose-mismatch", REGIMEN, "800 mg/m2", exit=6, also="`80 mg/m2`",
    ),
    "the dose of another drug": Fault(
        ((REGIMEN, "dose: 80 mg/m2, schedule: weekly", "dose: 90 mg/m2, schedule: weekly"),), "check", "dose-mismatch", REGIMEN, "dose: 90 mg/m2, schedule", exit=6,
    ),
    "a dose without its unit": Fault(((REGIMEN, "dose: 80 mg/m2,", 'dose: "80",'),), "check", "dose-mismatch", REGIMEN, '"80"', exit=6),
    "a dose given too often": Fault(
        (("regimens/pembrolizumab-every-6-weeks.yaml", "schedule: every 6", "schedule: every 3"),), "check", "dose-mismatch", "regimens/pembrolizumab-every-6-weeks.yaml", "every 3 weeks", exit=6,
    ),
    "too many cycles": Fault(((REGIMEN, '"12 doses"', '"120 doses"'),), "check", "dose-mismatch", REGIMEN, "120 doses", exit=6),
    "misspelt drug of a regimen": Fault(((REGIMEN, "drug: paclitaxel", "drug: paclitaxol"),), "check", "odd-word", REGIMEN, "paclitaxol", exit=6, also="did you mean `paclitaxel`?"),
    "misspelt drug of a title": Fault(((OMIT, "title: Leave atezolizumab", "title: Leave atezolizumb"),), "check", "odd-word", OMIT, "atezolizumb", exit=6),
    "misspelt group of drugs": Fault(((DRUGS, "[chemotherapy, cancer-drug]", "[chemoterapy, cancer-drug]"),), "check", "odd-word", DRUGS, "chemoterapy", exit=6),
    "letter for a digit": Fault(((TUMOUR, 'icd10cm: {"C50.*"', 'icd10cm: {"C5O.*"'),), "check", "code-shape", TUMOUR, "C5O"),
    "code of two drugs": Fault(((DRUGS, '"72962": DOCE', '"56946": DOCE'),), "check", "duplicate-value", DRUGS, '"56946": DOCE'),
    "registry number one digit short": Fault(((TRIAL, "NCT03036488", "NCT0303648"),), "check", "odd-identifier", TRIAL, "NCT0303648", exit=6),
    "pubmed number one digit short": Fault(((TRIAL, '"39282906"', '"3928290"'),), "check", "odd-identifier", TRIAL, '"3928290"', exit=6),
    "doi of another publication": Fault(((TRIAL, "10.1056/NEJMoa2112651", "10.1056/NEJMoa2409932"),), "check", "duplicate-identifier", TRIAL, "NEJMoa2409932", exit=6),
    "effect beside its interval": Fault((("evidence/a-brave.yaml", "value: 0.81", "value: 1.81"),), "check", "effect-outside-interval", "evidence/a-brave.yaml", "value: 1.81"),
    "p that lost a zero": Fault((("evidence/a-brave.yaml", 'p: "0.172"', 'p: "0.0172"'),), "check", "p-mismatch", "evidence/a-brave.yaml", "0.0172", exit=6),
    "percentage above 100": Fault((("evidence/a-brave.yaml", "intervention: 68.3", "intervention: 683"),), "check", "odd-figure", "evidence/a-brave.yaml", "683", exit=6),
    "digits of a rate exchanged": Fault((("evidence/a-brave.yaml", "intervention: 68.3", "intervention: 86.3"),), "check", "effect-mismatch", "evidence/a-brave.yaml", "86.3", exit=6),
    "groups that do not add up": Fault(((TRIAL, "(784 pembrolizumab", "(748 pembrolizumab"),), "check", "count-mismatch", TRIAL, "748 pembrolizumab", exit=6),
    "published in ten years": Fault(((TRIAL, "published: 2024-11", "published: 2034-11"),), "check", "odd-date", TRIAL, "2034-11", exit=6),
    "address without a colon": Fault(((TRIAL, "read_at: https://cris", "read_at: https//cris"),), "check", "odd-address", TRIAL, "https//cris", exit=6),
    # ---- tables --------------------------------------------------------------------------------------------------------
    "table row missing": Fault(
        (("derived/eff_stage.csv", 'T0,N1,M0,IIA,"occult primary"\n', ""),),
        "analyse", "missing-row", "derived/eff_stage.csv", "any T and N with M1", also='{"ct": "T0", "cn": "N1", "m_category": "M0"}',
    ),
    "table row unreachable": Fault(
        (("derived/eff_stage.csv", 'T0,N1,M0,IIA,"occult primary"\n', 'T0,N1,M0,IIA,"occult primary"\nT0,N1,M0,IIB,again\n'),),
        "check", "unreachable-row", "derived/eff_stage.csv", "T0,N1,M0,IIB,again",
    ),
    "value of a table that nothing gives": Fault(
        (("derived/stage_group.yaml", "IV: stage IV}", "IV: stage IV, V: stage V}"),), "check", "unused-value", "derived/stage_group.yaml", "V: stage V", exit=6,
    ),
}  # fmt: skip


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    shutil.copytree(FEATURES, tmp_path / "features", ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return Path(shutil.copytree(RULES, tmp_path / "rules"))


def plant(rules: Path, edits: tuple[Edit, ...]) -> None:
    """Edit the files as an author would; every text stands there once, or its first place is meant."""
    for name, old, new in edits:
        path = rules / name
        text = path.read_text(encoding="utf-8")
        if "ANTHRA" in old:  # a block whose reason is long
            start = text.index(old.split("\n")[0])
            end = (
                text.index("\n  - when:", start + 1) + 1
                if "\n  - when:" in text[start + 1 :]
                else text.index("\ntext:") + 1
            )
            old = text[start:end]
        assert old in text, f"`{old}` does not stand in {name}"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def lines_with(rules: Path, name: str, text: str) -> list[int]:
    lines = (rules / name).read_text(encoding="utf-8").splitlines()
    found = [number for number, line in enumerate(lines, 1) if text in line]
    assert found, f"`{text}` stands on no line of {name}"
    return found


FOUND = re.compile(r"^(?P<path>\S+?):(?P<line>\d+):\d+: (?:warning: )?.* \[(?P<code>[a-z-]+)\]$")


def found(ran: Ran) -> set[tuple[str, str, int]]:
    """The code, file and line of everything that is printed and not waived."""
    blocks = [block.splitlines() for block in ran.out.strip().split("\n\n")]
    heads = [FOUND.match(lines[0]) for lines in blocks if not any(line.startswith("  waived: ") for line in lines)]
    return {(head["code"], head["path"], int(head["line"])) for head in heads if head}


def ask(run: Run, command: str, rules: Path) -> Ran:
    return run(command, "--rules", rules, *(["--as-of", DAY] if command == "analyse" else []))


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_at_its_line(name: str, run: Run, rules: Path) -> None:
    fault = FAULTS[name]
    plant(rules, fault.edits)
    ran = ask(run, fault.command, rules)

    wanted = {(fault.code, f"rules/{fault.file}", line) for line in lines_with(rules, fault.file, fault.line)}
    assert ran.code == fault.exit
    assert found(ran) & wanted, ran.out
    assert fault.also in ran.out


MOVED: dict[str, tuple[Callable[[Path], Path], str, int]] = {
    "in the folder of another phase": (lambda path: path.parents[1] / "adjuvant" / path.name, "wrong-folder", 6),
    "in a folder nobody reads": (lambda path: path.parents[2] / "recomendations" / path.name, "file-name", 1),
    "under another name": (lambda path: path.with_name("adapt-taxanes.yaml"), "file-name", 1),
    "with another ending": (lambda path: path.with_suffix(".yml"), "file-name", 1),
}


@pytest.mark.parametrize("name", MOVED)
def test_a_rule_that_stands_where_it_should_not_is_found(name: str, run: Run, rules: Path) -> None:
    where, code, end = MOVED[name]
    old = rules / NEUROPATHY
    new = where(old)
    new.parent.mkdir(exist_ok=True)
    old.rename(new)
    ran = run("check", "--rules", rules)

    assert ran.code == end
    assert re.search(rf"^{re.escape(f'rules/{new.relative_to(rules)}')}:\d+:\d+: .* \[{code}\]$", ran.out, re.MULTILINE)


@pytest.mark.parametrize("change", [lambda raw: b"\xef\xbb\xbf" + raw, lambda raw: raw.replace(b"\n", b"\r\n")], ids=["mark", "line-ends"])  # fmt: skip
def test_a_byte_order_mark_or_windows_line_ends_are_no_mistake(
    change: Callable[[bytes], bytes], run: Run, rules: Path
) -> None:
    feature = rules.parent / "features" / "drug-safety.feature"
    for path in (rules / NEUROPATHY, rules / "derived" / "eff_stage.csv", rules / "guideline.yaml", feature):
        path.write_bytes(change(path.read_bytes()))

    assert run("check", "--rules", rules).code == 0
    assert run("test", feature, "--rules", rules).code == 0


def test_a_second_version_that_begins_too_early_is_found_at_both_dates(run: Run, rules: Path) -> None:
    old, new = rules / NEUROPATHY, rules / SAFETY / "adapt-taxane-for-neuropathy-2027.yaml"
    text = old.read_text().replace("id: adapt-taxane-for-neuropathy", "id: adapt-taxane-for-neuropathy-2027")
    new.write_text(text.replace("SAF-04", "SAF-10").replace("2020-01-01", "2027-01-01"))
    ran = run("check", "--rules", rules)

    assert ran.code == 6
    assert f"rules/{NEUROPATHY}:7:19: warning: " in ran.out and "[dates-overlap]" in ran.out
    assert f"see rules/{SAFETY}/adapt-taxane-for-neuropathy-2027.yaml:7:19" in ran.out


# ---- faults that only the scenarios and the comparison can know --------------------------------------------------------
@dataclass(frozen=True)
class Meaning:
    """An edit that is well written and wrong: a scenario fails, and `diff` shows a patient."""

    edit: Edit
    number: str
    scenario: str  # features/<file>
    fails: str  # an expectation that is not met
    says: str  # of the comparison: what happens to whom


MEANINGS = {
    "threshold off by one": Meaning(
        (NEUROPATHY, "{ge: 2}", "{ge: 3}"),
        "SAF-04", "drug-safety.feature", "expected: SAF-04 is firm", "Grade of sensory neuropathy: 2",
    ),
    "comparison without its bound": Meaning(
        (f"{SAFETY}/check-olaparib-risks.yaml", "{anc_10e9_l: {lt: 1.5}}", "{anc_10e9_l: {le: 1.5}}"),
        "SAF-07", "drug-safety.feature", "expected: SAF-07 is not applicable", "1.5",
    ),
    "swapped pathway": Meaning(
        (OMIT, "pathway: surgery_first", "pathway: neoadjuvant"),
        "ADJ-01", "immunotherapy-after-surgery.feature", "expected: ADJ-01 is firm", "Treatment pathway: surgery first",
    ),
    "missing unless": Meaning(
        (KEYNOTE, "  - when: {anthra_contra: true}\n    because: ANTHRA\n", ""),
        "NEO-01", "neoadjuvant-regimen.feature", "expected: NEO-01 is ruled out", "unless: - Anthracycline contraindicated: yes",
    ),
    "a phase forgotten": Meaning(
        (OMIT, "[adjuvant, follow_up]", "[adjuvant]"),
        "ADJ-01", "immunotherapy-after-surgery.feature", "expected: ADJ-01 is firm", '"treatment_phase": "follow_up"',
    ),
}  # fmt: skip


def test_a_mistake_of_form_hides_no_mistake_of_meaning_in_the_same_file(run: Run, rules: Path) -> None:
    source = "evidence/a-brave.yaml"
    plant(
        rules,
        (
            (NEUROPATHY, "strength: ", "strenght: "), (NEUROPATHY, "neuropathy_grade:", "neuropathy_grad:"),
            (NEUROPATHY, "question: drug-safety", "question: drug-safty"), (NEUROPATHY, "nab-paclitaxel-neuropathy#", "nab-neuropathy#"),
            (source, "mark: seen", "mark: sen"), (source, "value: 0.8,", "value: 1.8,"),
        ),
    )  # fmt: skip

    assert [(code, path) for code, path, _ in sorted(found(run("check", "--rules", rules)))] == [
        ("effect-outside-interval", f"rules/{source}"),
        ("unknown-citation", f"rules/{NEUROPATHY}"),
        ("unknown-fact", f"rules/{NEUROPATHY}"),
        ("unknown-key", f"rules/{NEUROPATHY}"),
        ("unknown-question", f"rules/{NEUROPATHY}"),
        ("unknown-value", f"rules/{source}"),
    ]


@pytest.mark.parametrize("name", MEANINGS)
def test_a_change_of_meaning_fails_a_scenario_and_is_shown_with_a_patient(name: str, run: Run, rules: Path) -> None:
    fault = MEANINGS[name]
    plant(rules, (fault.edit,))
    tested = run("test", rules.parent / "features", "--rules", rules, "--rule", fault.number)
    compared = run("diff", RULES, rules, "--rules", rules, "--as-of", DAY)

    assert run("check", "--rules", rules).code == 0
    assert tested.code == 7
    assert fault.fails in tested.out
    assert failing_rows(tested) and all(row_speaks(rules.parent, *row) for row in failing_rows(tested))
    assert fault.scenario in {path for path, _ in failing_rows(tested)}
    assert compared.code == 0
    assert f"{fault.number} " in compared.out and fault.says in compared.out
    assert re.search(r"^  (loses|gains|changes): ", compared.out, re.MULTILINE) and "as facts: {" in compared.out


def failing_rows(ran: Ran) -> list[tuple[str, int]]:
    return [(path, int(line)) for path, line in re.findall(r"^features/(\S+\.feature):(\d+): ", ran.out, re.MULTILINE)]


def row_speaks(home: Path, path: str, line: int) -> bool:
    """Is the line a scenario, or a row of one?"""
    text = (home / "features" / path).read_text(encoding="utf-8").splitlines()[line - 1].strip()
    return text.startswith(("|", "Scenario"))


# ---- waivers ------------------------------------------------------------------------------------------------------------
GAP = ((LARGER, "{eff_t: [T2, T3, T4]}", "{eff_t: [T3, T4]}"),)
ROW = (("derived/eff_stage.csv", 'T0,N1,M0,IIA,"occult primary"\n', ""),)


@pytest.mark.parametrize(
    ("edits", "name", "old", "waiver", "code"),
    [
        (GAP, "guideline.yaml", "  primary-strategy:\n", "    waive: {gap: Left to the tumour board until the review in spring.}\n", "gap"),
        (ROW, "derived/eff_stage.yaml", "fact: eff_stage\n", "waive: {missing-row: Left to the tumour board until the review in spring.}\n", "missing-row"),
    ],
    ids=["gap", "row"],
)  # fmt: skip
def test_a_gap_or_a_row_is_waived_in_its_file_and_the_waiver_is_told_once_it_is_stale(
    edits: tuple[Edit, ...], name: str, old: str, waiver: str, code: str, run: Run, rules: Path
) -> None:
    plant(rules, ((name, old, f"{old}{waiver}"),))
    stale = ask(run, "analyse", rules)
    plant(rules, edits)
    short = ask(run, "analyse", rules)
    waived = run("analyse", "--rules", rules, "--as-of", DAY, "--waived")

    assert re.search(
        rf"^rules/{re.escape(name)}:\d+:\d+: `{code}` is waived here, but it is not found", stale.out, re.MULTILINE
    )
    assert stale.code == 1
    assert (waived.code, found(waived)) == (0, set())
    assert "  waived: Left to the tumour board until the review in spring." in waived.out
    assert (short.code, len(short.out.splitlines())) == (0, 1) and " waived: " in short.out
