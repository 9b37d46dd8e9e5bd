"""Random patients, most of them inside the guideline: what must hold for every one of them.

TNBC_RANDOM_PATIENTS sets how many (1,000,000 were run for the release; the default keeps `make test` short).
"""

import datetime
import os
import random
from typing import Any

from engine import Engine, default_rules, load
from engine.inference.index import places

COUNT = int(os.environ.get("TNBC_RANDOM_PATIENTS", "15000"))
AS_OF = datetime.date(2026, 11, 22)
ENGINE = Engine(load(default_rules()), "off")
DECIDER = ENGINE.decider(AS_OF)
RULES = DECIDER.guideline.rules
PLACE = {rule.number: place for place, rule in enumerate(RULES)}
BASE = {"er_percent": 0, "pr_percent": 0, "her2_ihc": "0", "m_category": "M0", "age_years": 50}
PHASES = [
    {"treatment_phase": "work_up"},
    {"treatment_phase": "work_up", "pathway": "neoadjuvant"},
    {"treatment_phase": "work_up", "pathway": "surgery_first"},
    {"treatment_phase": "neoadjuvant_ongoing", "pathway": "neoadjuvant"},
    {"treatment_phase": "post_neoadjuvant", "pathway": "neoadjuvant"},
    {"treatment_phase": "adjuvant", "pathway": "surgery_first"},
    {"treatment_phase": "follow_up", "pathway": "surgery_first"},
]


def patients(count: int, seed: int = 20261122) -> Any:
    """Facts as sent: known, partly known and unknown, with values on both sides of every bound."""
    chance = random.Random(seed)
    vocabulary = DECIDER.guideline.vocabulary
    samples = {name: list(cells.samples()) for name, cells in DECIDER.resolver.cells.items()}
    askable = [
        fact for fact in vocabulary.values() if fact.given and fact.name not in ("tnbc_declared", "disease_setting")
    ]
    for _ in range(count):
        facts: dict[str, Any] = {**BASE, **chance.choice(PHASES)}
        share = chance.choice((0.15, 0.4, 0.7, 0.95))
        for fact in askable:
            if (
                fact.name in facts
                or chance.random() > share
                or fact.name.endswith("_category")
                or fact.name == "her2_ish"
            ):
                continue
            if fact.numeric:
                number = chance.choice(samples[fact.name]).low
                facts[fact.name] = number if chance.random() < 0.85 else {chance.choice(("ge", "le")): number}
            elif fact.type == "boolean":
                facts[fact.name] = chance.random() < 0.3
            elif chance.random() < 0.85:
                facts[fact.name] = chance.choice(list(fact.values))
            else:
                facts[fact.name] = {"one_of": chance.sample(list(fact.values), min(len(fact.values), 2))}
        drop = ("pt", "pn") if facts["treatment_phase"] != "adjuvant" else ("ypt", "ypn")
        for name in drop:
            facts.pop(name, None)
        if facts.get("pathway") != "neoadjuvant":
            for name in ("ypt", "ypn", "neoadj_pembro_cycles", "adj_pembro_cycles"):
                facts.pop(name, None)
        for name in ("tumour_size_mm", "stage_given", "path_response_given", "invasive_cancer", "nodes_positive"):
            if chance.random() < 0.7:
                facts.pop(name, None)
        yield facts


def test_no_patient_gets_two_answers_or_immunotherapy_begun_after_surgery() -> None:
    singles = [
        sum(
            1 << place
            for place, rule in enumerate(RULES)
            if rule.question == name and rule.kind in ("recommend", "consider")
        )
        for name, question in DECIDER.guideline.questions.items()
        if question.single
    ]
    continued = 1 << PLACE["PNA-01"] | 1 << PLACE["PNA-02"]
    pembro_given = DECIDER.resolver.position["pembro_given"]
    in_scope = 0
    stood = 0

    for facts in patients(COUNT):
        given = ENGINE.read(facts)
        resolved = DECIDER.resolver.resolve(given)
        outcomes = DECIDER.index.match(resolved.states)
        standing = DECIDER._composer.compose(outcomes)
        for mask in singles:
            both = standing.stands & mask
            assert not both & (both - 1), ([RULES[place].number for place in places(both)], facts)
        if standing.stands & continued:
            assert resolved.states[pembro_given] == 1, facts  # certainly begun before surgery
        stood |= standing.stands
        in_scope += not standing.stoppers

    assert in_scope > COUNT // 10  # the generator reaches the guideline
    assert stood.bit_count() > 100  # and most of its rules
