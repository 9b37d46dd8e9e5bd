"""`evaluate`: the Decision for a reader and for a program."""

import datetime
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import Engine, default_rules, load
from engine.inference.page import WIDTH
from engine.inference.text import UNCHECKED, readable
from tests.cli.conftest import Run

DAY = "2026-11-22"
GOLDEN = Path(__file__).resolve().parent / "golden"
NAMED = {"alexandra": "surgery first, stage IIB", "keynote-522": "before treatment, stage IIB"}
TAGS = ("RECOMMEND", "CONSIDER", "DO NOT", "WORK-UP", "ALERT", "DATA", "SCOPE")


def written(folder: Path, facts: Any) -> Path:
    path = folder / "facts.yaml"
    path.write_text(yaml.safe_dump(facts, allow_unicode=True), encoding="utf-8")
    return path


def without_identity(text: str) -> str:
    """The text without what changes with every run and with every change of the guideline."""
    return re.sub(
        r"\(sha256 [0-9a-f]+\), engine [0-9.]+, decision\s+\S+", "(sha256 ...), engine ..., decision ...", text
    )


@pytest.mark.parametrize("name", NAMED)
def test_the_text_is_as_it_was_read_and_approved(name: str, run: Run, patients: dict[str, Any], tmp_path: Path) -> None:
    """After a change of text or content, read the new one: `GOLDEN=write pytest tests/cli` writes it."""
    found = without_identity(run("evaluate", written(tmp_path, patients[NAMED[name]]), "--as-of", DAY).out)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("GOLDEN") == "write":
        path.write_text(found, encoding="utf-8")

    assert found == path.read_text(encoding="utf-8")


def test_json_is_what_the_engine_decides_byte_for_byte(run: Run, patients: dict[str, Any], tmp_path: Path) -> None:
    facts = patients["surgery first, stage IIB"]
    ran = run("evaluate", written(tmp_path, facts), "--as-of", DAY, "--json")

    decision_id = json.loads(ran.out)["id"]
    expected = Engine(load(default_rules())).decide(facts, datetime.date.fromisoformat(DAY), decision_id)
    assert ran.out.encode() == expected + b"\n"
    assert (ran.code, ran.err) == (0, "")


@pytest.fixture(scope="module")
def decided() -> list[tuple[str, dict[str, Any], str]]:
    """Every named patient with the Decision and its text."""
    engine = Engine(load(default_rules()), cross_check="off")
    day = datetime.date.fromisoformat(DAY)
    patients: dict[str, Any] = {}
    for path in (Path(__file__).resolve().parents[2] / "features" / "patients").glob("*.yaml"):
        patients |= yaml.safe_load(path.read_text(encoding="utf-8"))
    patients |= {
        "nothing is known": {},
        "metastatic": {"m_category": "M1"},
        "clash": {"ypt": "T2", "pathway": "surgery_first"},
    }
    found = []
    for name, facts in patients.items():
        decision = engine.decision(facts, day)
        found.append((name, decision, readable(decision, engine.decider(day).guideline)))
    return found


def test_every_patient_is_told_everything_the_decision_says(decided: list[tuple[str, dict[str, Any], str]]) -> None:
    missing = []
    for name, decision, text in decided:
        flat = " ".join(text.split())
        said = [one for part in ("recommendations", "ruled_out", "overridden", "stopped") for one in decision[part]]
        for one in said:
            wanted = [one["number"], one.get("title", ""), one.get("text", ""), one.get("rationale", "")]
            wanted += [*one.get("caveats", ()), *one.get("lowered", ())]
            wanted += [cited["reference"] for cited in one.get("citations", ())]
            wanted += [cited["url"] or "" for cited in one.get("citations", ())]
            missing += [(name, one["number"], each) for each in wanted if " ".join(each.split()) not in flat]
        told = [one["text"] for one in decision["contradictions"] + decision["warnings"]]
        told += [f"({one['fact']})" for one in decision["needs"]] + [decision["notice"]]
        missing += [(name, "", each) for each in told if " ".join(each.split()) not in flat]

    assert missing == []


def test_no_figure_is_printed_that_was_not_checked(decided: list[tuple[str, dict[str, Any], str]]) -> None:
    guideline = load(default_rules())
    shown, marked = [], 0
    for name, decision, text in decided:
        flat = " ".join(text.split())
        for one in decision["recommendations"]:
            for cited in one["citations"]:
                finding = guideline.evidence[cited["source"]].findings[cited["finding"]]
                if not finding.checked:
                    marked += f"{finding.text.rstrip('.')} ({UNCHECKED})" in flat
                    shown += [(name, cited["finding"])] if finding.value and f": {finding.value}" in flat else []

    assert shown == []
    assert marked > 20


def test_the_text_keeps_to_its_width_and_holds_no_code_of_the_vocabulary(
    decided: list[tuple[str, dict[str, Any], str]],
) -> None:
    too_wide = [
        line for _, _, text in decided for line in text.splitlines() if len(line) > WIDTH and "http" not in line
    ]
    coded = [line for _, _, text in decided for line in text.splitlines() if re.search(r": [a-z]+_[a-z_]+\b", line)]

    assert too_wide == []
    assert coded == []


def test_every_kind_of_rule_has_its_word(decided: list[tuple[str, dict[str, Any], str]]) -> None:
    text = "\n".join(text for _, _, text in decided)

    assert [tag for tag in TAGS if not re.search(rf"^ +{tag}(:|$)", text, re.MULTILINE)] == []


def test_the_short_list_begins_with_the_certain_safety_alerts(
    run: Run, patients: dict[str, Any], tmp_path: Path
) -> None:
    """A weak heart and DPD deficiency: the warnings stand above the chemotherapy they are about."""
    facts = {**patients["surgery first, stage IIB"], "dpyd_status": "partial_deficiency", "lvef_percent": 45}
    out = run("evaluate", written(tmp_path, facts), "--as-of", DAY).out
    short = out.partition("IN SHORT")[2].partition("\n\n")[0]
    rows = re.findall(r"^ +([A-Z]+-[0-9]+) .*?(RECOMMEND|CONSIDER|DO NOT|WORK-UP|ALERT|DATA)$", short, re.MULTILINE)

    assert [number for number, tag in rows if tag == "ALERT"] == ["SAF-03", "SAF-05"]
    assert [number for number, _ in rows][:2] == ["SAF-03", "SAF-05"]
    assert len(rows) > 4


def test_the_short_list_says_which_advice_is_conditional(decided: list[tuple[str, dict[str, Any], str]]) -> None:
    wrong, conditional = [], 0
    for name, decision, text in decided:
        short = " ".join(text.partition("IN SHORT")[2].partition("\n\n")[0].split())
        for one in decision["recommendations"]:
            weak = one["kind"] in ("recommend", "recommend_against") and one["strength"] == "conditional"
            row = re.search(rf"\b{one['number']} (.*?)(?= [A-Z]{{2,4}}-[0-9]{{2}} |$)", short)
            if row is None or ("(conditional" in row[1]) != weak:
                wrong.append((name, one["number"]))
            conditional += weak

    assert wrong == []
    assert conditional > 5


# ---- a guideline without medicine ----------------------------------------------------------------------------------
def test_what_stands_what_it_withdrew_and_what_to_ask(run: Run, bicycles: Path, tmp_path: Path) -> None:
    text = run(
        "evaluate", written(tmp_path, {"kind": "rim", "cracked": True}), "--rules", bicycles, "--as-of", "2026-03-01"
    ).out

    parts = [
        "PROVISIONAL. Advice stands; 1 open fact could still change it or add to it.",
        "Read from the facts: Worn pad: yes",
        "  BRK-01   Replace the worn pad (provisional: confirm first)                           RECOMMEND",
        "         RECOMMEND: strong recommendation, high certainty of evidence",
        "         PROVISIONAL. Confirm first: Agreement of the owner",
        "         Because     Worn pad: yes [Cracked pad: yes]",
        "                     first day:\n                       - glue (dose not checked: not shown), once",
        "                     later:\n                       - oil (dose not checked: not shown), monthly",
        "         Evidence    [1] Thin pads fail: 9 of 10 failed",
        f"                     [1] Cracked pads fail sooner ({UNCHECKED})",
        "         - withdrawn by BRK-01: A worn pad comes first.",
        "         - fallback: it stands if BRK-01 turns out to be ruled out",
        "  1. Agreement of the owner (owner_agrees): the answer alone can settle BRK-01 Replace the worn",
        "- Wheels: 2. A bicycle has two wheels unless it is said otherwise.",
        " [1] Wheelwright A. Brakes. J Bicycles 2020.\n     https://doi.org/10.1234/brakes, PMID 32123456",
        " [2] A leaflet of the maker.\n     (Leaflets carry no DOI.)",
        "The mechanic decides. Tandems were never measured.",
        "Strength and certainty graded by: shop.\nGuideline bicycles 1.2.0 (sha256 ",
    ]
    assert [part for part in parts if part not in text] == []


CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "an exception that is met": (
        {"kind": "coaster_hub", "pad_mm": 1, "owner_agrees": False},
        [
            "CONSIDERED AND RULED OUT",
            "- The owner does not agree (Agreement of the owner: no)",
            "- contraindicated: There is no pad to replace (Kind of brake: coaster brake in the hub)",
            "DO NOT: strong recommendation against, moderate certainty of evidence",
        ],
    ),
    "facts that clash": (
        {"kind": "coaster_hub", "cracked": True},
        [
            "CONTRADICTION. The facts cannot all be true",
            "- A coaster brake has no pad that could crack.\n    Cracked pad: yes; Kind of brake: coaster brake in the hub",
            "Not answered because of DAT-01: BRK-03, TST-01",
            "FACTS AS SENT\n-------------\nKind of brake: coaster brake in the hub; Cracked pad: yes",
        ],
    ),
    "a machine outside": ({"wheels": 4}, ["OUT OF SCOPE. Only bicycles are repaired here."]),
    "nothing left to ask": (
        {"kind": "disc", "pad_mm": 8, "cracked": False},
        ["COMPLETE. No open fact can change this answer."],
    ),
    "a sure grade that is lowered": (
        {"wheels": 3, "kind": "disc", "pad_mm": 1, "owner_agrees": True},
        [
            "strong recommendation, moderate certainty",
            "Lowered     Machines with more than two wheels were not measured.",
        ],
    ),
    "a value that is unusual": (
        {"pad_mm": 15},
        ["WARNINGS", "check the value and its unit", "Thickness of the brake pad: 15 mm"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_text_says(name: str, run: Run, bicycles: Path, tmp_path: Path) -> None:
    facts, parts = CASES[name]

    ran = run("evaluate", written(tmp_path, facts), "--rules", bicycles, "--as-of", "2026-03-01")

    assert [part for part in parts if part not in ran.out] == []
    assert (ran.code, ran.err) == (0, "")


def test_the_day_is_that_of_the_option_then_of_the_file_then_today(run: Run, bicycles: Path, tmp_path: Path) -> None:
    bare, dated = {"kind": "rim"}, {"facts": {"kind": "rim"}, "as_of": datetime.date(2026, 1, 10)}

    def day(facts: dict[str, Any], *options: str) -> str:
        out = run("evaluate", written(tmp_path, facts), "--rules", bicycles, "--json", *options).out
        found: str = json.loads(out)["as_of"]
        return found

    assert day(dated, "--as-of", "2026-03-01") == "2026-03-01"
    assert day(dated) == "2026-01-10"
    assert day(bare) == datetime.date.today().isoformat()


def test_rules_not_yet_in_force_do_not_answer(run: Run, bicycles: Path, tmp_path: Path) -> None:
    path = written(tmp_path, {"kind": "rim", "pad_mm": 8, "cracked": False})

    numbers = {day: [one["number"] for one in json.loads(run("evaluate", path, "--rules", bicycles, "--json", "--as-of", day).out)["recommendations"]]
               for day in ("2026-01-31", "2026-02-01")}  # fmt: skip

    assert numbers == {"2026-01-31": [], "2026-02-01": ["BRK-02"]}


def test_a_guideline_past_its_review_says_so(run: Run, bicycles: Path, tmp_path: Path) -> None:
    path = written(tmp_path, {})

    texts = [run("evaluate", path, "--rules", bicycles, "--as-of", day).out for day in ("2027-01-05", "2027-01-06")]

    assert ["due for review on 5 January 2027" in text for text in texts] == [False, True]


def test_colour_is_for_terminals_only(run: Run, bicycles: Path, tmp_path: Path) -> None:
    guideline = load(bicycles)
    engine = Engine(guideline)
    decision = engine.decision({"cracked": True}, datetime.date(2026, 3, 1))

    coloured, plain = readable(decision, guideline, colour=True), readable(decision, guideline)

    assert "\033[" in coloured
    assert re.sub(r"\033\[[0-9;]*m", "", coloured) == plain
    assert "\033" not in run("evaluate", written(tmp_path, {"cracked": True}), "--rules", bicycles).out
