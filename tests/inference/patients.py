"""Random patients of the guideline that is installed: most of them such as it is written for, so that its rules really fire.

Three kinds, mixed: likely patients (a consistent course of disease, with gaps), the same with some answers replaced by anything the vocabulary
accepts, and patients that are random throughout. Numbers fall on and beside the bounds that rules use (strategies.number).
"""

import random
from collections.abc import Mapping
from typing import Any

from engine import Guideline
from engine.inference.space import Cells
from tests.strategies import answer, number_range, patient

# what is sent of a likely patient: value -> weight. A tuple is drawn from its bounds.
ALWAYS: dict[str, dict[Any, int]] = {
    "sex": {"female": 17, "male": 2, "other": 1},
    "age_years": {(18, 90): 20, 17: 1, 18: 1, 65: 1, 70: 1},
    "er_percent": {0: 14, (1, 10): 3, 1: 1, 10: 1, (11, 100): 1},
    "pr_percent": {0: 14, (1, 10): 3, 10: 1, (11, 100): 1},
    "her2_ihc": {"0": 8, "1+": 6, "2+": 4, "3+": 1},
    "m_category": {"M0": 18, "M1": 1},
    "disease_setting": {"new_primary": 18, "local_regional_recurrence": 1},
    "ct": {
        "T1a": 1,
        "T1b": 2,
        "T1c": 4,
        "T1": 1,
        "T2": 8,
        "T3": 3,
        "T4b": 1,
        "T4d": 1,
        "T4": 1,
        "TX": 1,
        "Tis": 1,
        "T0": 1,
    },
    "cn": {"N0": 8, "N1": 5, "N1mi": 2, "N2": 2, "N3": 2, "NX": 1},
    "histology": {
        "nst": 14,
        "lobular": 2,
        "apocrine": 1,
        "metaplastic_high_grade": 1,
        "secretory": 1,
        "adenoid_cystic_classic": 1,
        "non_carcinoma": 1,
    },
    "ecog": {0: 10, 1: 6, 2: 2, 3: 1, 4: 1},
    "gbrca": {"negative": 8, "pathogenic": 6, "vus": 2, "pending": 3},
    "menopausal_status": {"premenopausal": 8, "perimenopausal": 1, "postmenopausal": 8},
    "pregnant": {False: 17, True: 2},
    "autoimmune_disease": {"none": 14, "controlled_no_systemic": 3, "active_systemic": 2},
    "organ_transplant": {False: 18, True: 1},
    "ild_pneumonitis": {"none": 16, "prior_resolved_no_steroids": 1, "active_or_steroid_treated": 1},
    "prior_severe_irae": {False: 18, True: 1},
    "steroid_prednisone_mg_day": {0: 14, 10: 2, 11: 1, (0, 60): 1},
    "lvef_percent": {(50, 75): 16, 50: 1, (20, 49): 2},
    "cardiac_disease_significant": {False: 17, True: 2},
    "crcl_ml_min": {(30, 130): 14, 30: 1, 50: 1, (10, 30): 2},
}
SOMETIMES: dict[str, dict[Any, int]] = {
    "her2_ish": {"negative": 9, "positive": 1, "not_done": 2},
    "tnbc_declared": {True: 9, False: 1},
    "grade": {3: 14, 2: 3, 1: 1},
    "ki67_percent": {(5, 95): 1},
    "tumour_size_mm": {(1, 60): 1, 20: 1, 21: 1, 50: 1},
    "inflammatory": {False: 9, True: 1},
    "invasive_cancer": {True: 12, False: 1},
    "bilateral": {False: 9, True: 1},
    "geriatric_status": {"fit": 6, "vulnerable": 2, "frail": 2},
    "declines_chemotherapy": {False: 9, True: 2},
    "gpalb2": {"negative": 6, "pathogenic": 2, "vus": 1, "pending": 1},
    "fertility_wish": {True: 1, False: 1},
    "breastfeeding": {False: 8, True: 1},
    "neuropathy_grade": {0: 5, 1: 2, 2: 1, 3: 1},
    "hbsag": {"negative": 9, "positive": 1},
    "anti_hbc": {"negative": 9, "positive": 1},
    "dpyd_status": {"normal": 8, "partial_deficiency": 1, "complete_deficiency": 1},
    "stage_system": {"anatomic": 5, "prognostic": 2},
    "symptoms_metastatic": {False: 8, True: 1},
    "ici_baseline_labs_done": {True: 1, False: 1},
    "prior_anthracycline_mg_m2": {0: 8, (1, 300): 1},
}
SIZES = {"T1mi": (0, 1), "T1a": (1, 5), "T1b": (5, 10), "T1c": (10, 20), "T1": (0, 20), "T2": (20, 50), "T3": (50, 300)}
COURSES: tuple[tuple[int, dict[str, dict[Any, int]]], ...] = (
    (5, {"treatment_phase": {"work_up": 1}, "pathway": {"undecided": 4, "neoadjuvant": 2, "surgery_first": 2}}),
    (
        2,
        {
            "treatment_phase": {"neoadjuvant_ongoing": 1},
            "pathway": {"neoadjuvant": 1},
            "neoadj_pembro_cycles": {(0, 8): 1},
            "clinical_response": {"complete": 1, "partial": 3, "stable": 2, "progression": 2},
            "current_irae_grade": {0: 4, 1: 1, 2: 2, 3: 2, 4: 1},
            "current_irae_type": {
                "none": 2,
                "endocrine": 2,
                "pneumonitis": 1,
                "colitis": 1,
                "myocarditis": 1,
                "skin": 1,
            },
        },
    ),
    (
        5,
        {
            "treatment_phase": {"post_neoadjuvant": 6, "follow_up": 1},
            "pathway": {"neoadjuvant": 1},
            "ypt": {"T0": 6, "Tis": 2, "T1mi": 1, "T1b": 1, "T1c": 2, "T2": 3, "T3": 1},
            "ypn": {"N0": 8, "N0(i+)": 1, "N1mi": 1, "N1": 3, "N2": 1},
            "rcb_class": {"0": 3, "I": 2, "II": 2, "III": 2},
            "neoadj_pembro_cycles": {0: 2, (1, 8): 4},
            "adj_pembro_cycles": {0: 3, (1, 9): 1},
            "surgery_type": {"breast_conserving": 2, "mastectomy": 1},
            "days_since_surgery": {(5, 150): 1},
        },
    ),
    (
        5,
        {
            "treatment_phase": {"adjuvant": 6, "follow_up": 1},
            "pathway": {"surgery_first": 1},
            "pt": {"T1mi": 1, "T1a": 1, "T1b": 2, "T1c": 4, "T1": 1, "T2": 6, "T3": 2, "T4b": 1},
            "pn": {"N0": 6, "N0(i+)": 1, "N1mi": 1, "N1": 4, "N2": 2, "N3": 2},
            "neoadj_pembro_cycles": {0: 1},
            "adj_chemo_status": {"not_started": 4, "ongoing": 1, "completed": 3},
            "surgery_type": {"breast_conserving": 2, "mastectomy": 1},
            "days_since_surgery": {(5, 200): 1},
        },
    ),
)


def likely_patient(guideline: Guideline, rng: random.Random, cells: Mapping[str, Cells]) -> dict[str, Any]:
    """One patient as described above."""
    if rng.random() < 0.1:
        return patient(guideline, rng, cells)
    course = rng.choices([one for _, one in COURSES], [weight for weight, _ in COURSES])[0]
    silence, strangeness = rng.choice((0.0, 0.03, 0.1, 0.3)), rng.choice((0.0, 0.0, 0.05, 0.2))
    facts: dict[str, Any] = {}
    for name, weights in (*ALWAYS.items(), *course.items(), *SOMETIMES.items()):
        if rng.random() < (0.6 if name in SOMETIMES else silence):
            continue
        fact = guideline.vocabulary[name]
        if rng.random() < strangeness:
            facts[name] = (
                number_range(fact, cells[name], rng)
                if fact.numeric and rng.random() < 0.5
                else answer(fact, cells[name], rng)
            )
            continue
        value = rng.choices(list(weights), list(weights.values()))[0]
        facts[name] = _between(*value, whole=fact.type == "integer", rng=rng) if isinstance(value, tuple) else value
    if rng.random() < 0.9:
        _agree(facts)
    if rng.random() < strangeness:
        name = rng.choice([name for name, fact in guideline.vocabulary.items() if fact.given])
        facts[name] = answer(guideline.vocabulary[name], cells[name], rng)
    return facts


def _agree(facts: dict[str, Any]) -> None:
    """Leave out what would only contradict the rest."""
    if facts.get("sex") == "male":
        _drop(facts, "menopausal_status", "pregnant", "breastfeeding")
    if facts.get("menopausal_status") == "postmenopausal":
        _drop(facts, "pregnant")
    if facts.get("inflammatory"):
        facts["ct"] = "T4d"
    size, category = facts.get("tumour_size_mm"), facts.get("pt", facts.get("ct", "TX"))
    low, high = SIZES.get(category, (0, 300)) if isinstance(category, str) else (0, 300)
    if not isinstance(size, int | float) or not low < size <= high:
        _drop(facts, "tumour_size_mm")
    if {"er_percent", "pr_percent", "her2_ihc"} <= facts.keys():
        _drop(facts, "tnbc_declared")
    if facts.get("ypt") in ("T0", "Tis") and facts.get("ypn") == "N0":
        _drop(facts, "rcb_class")


def _drop(facts: dict[str, Any], *names: str) -> None:
    for name in names:
        facts.pop(name, None)


def _between(low: int, high: int, *, whole: bool, rng: random.Random) -> float:
    return rng.randint(low, high) if whole or rng.random() < 0.7 else round(rng.uniform(low, high), 1)
