"""Every rule has a patient who gets it, one who does not, and one for whom the deciding fact is unknown."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler

from engine import default_rules, load

FEATURES = Path(__file__).resolve().parents[2] / "features"
EXPECTATION = re.compile(r"^([A-Z]+-[0-9]+) (.+)$")
POSITIVE = {"is firm", "is provisional", "is shown", "stands"}
NEGATIVE = {"is not applicable", "is not shown", "is ruled out"}
GUIDELINE = load(default_rules())


def expectations() -> Iterator[tuple[str, str]]:
    """(rule number, what is expected of it) for every step of every scenario, outlines written out."""
    for path in sorted(FEATURES.glob("*.feature")):
        document = Parser().parse(path.read_text(encoding="utf-8"))
        document["uri"] = path.name
        for pickle in Compiler().compile(document):
            for step in pickle["steps"]:
                if match := EXPECTATION.match(step["text"]):
                    yield match[1], match[2]


EXPECTED: dict[str, set[str]] = defaultdict(set)
for number, what in expectations():
    EXPECTED[number].add(what)


def test_every_rule_has_a_patient_who_gets_it() -> None:
    assert [rule.number for rule in GUIDELINE.rules if not EXPECTED[rule.number] & POSITIVE] == []


def test_every_rule_has_a_patient_who_does_not_get_it() -> None:
    assert [rule.number for rule in GUIDELINE.rules if not EXPECTED[rule.number] & NEGATIVE] == []


def test_every_rule_has_a_patient_for_whom_the_deciding_fact_is_unknown() -> None:
    def open_answer(what: str) -> bool:
        return what in ("is undetermined", "is provisional") or what.startswith(("needs ", "asks to confirm "))

    exempt = {
        "DAT-01": "whether facts contradict each other is always known",
        "DAT-02": "it asks whether the phenotype is unknown, which is always known",
        "DAT-09": "it asks whether only a declaration was sent, which is always known",
        "SCP-05": "a missing setting is taken for a new primary cancer, and shown as assumed",
    }
    missing = [rule.number for rule in GUIDELINE.rules if not any(map(open_answer, EXPECTED[rule.number]))]

    assert [number for number in missing if number not in exempt] == []


def test_every_exception_is_met_by_a_patient() -> None:
    with_exceptions = [rule.number for rule in GUIDELINE.rules if rule.unless]

    # STR-01: an inflammatory cancer is T4d, so the exception of the table can never be met
    assert [number for number in with_exceptions if "is ruled out" not in EXPECTED[number]] == ["STR-01"]


def test_scenarios_speak_only_of_rules_that_exist() -> None:
    assert sorted(set(EXPECTED) - {rule.number for rule in GUIDELINE.rules}) == []
