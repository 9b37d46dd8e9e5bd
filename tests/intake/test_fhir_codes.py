"""The codes of rules/terminology against the clinical input: every verified code is known, none from memory is read, none with a wrong digit is there."""

import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import Guideline, default_rules, load
from engine.intake.fhir_codemap import Codemap
from engine.language.check_digits import CHECKS, mod10, verhoeff
from engine.language.shape import Form
from engine.language.terminology import TerminologyForm

CLINICAL = Path(__file__).resolve().parents[3] / "shared" / "clinical" / "facts.yaml"
TERMINOLOGY = sorted((default_rules() / "terminology").glob("*.yaml"))
SYSTEMS = {"LOINC": "loinc", "SNOMED CT": "snomed", "RxNorm": "rxnorm", "HGNC": "hgnc", "ICD-10-CM": "icd10cm"}

# Marked `verified: false` in the clinical input (from memory), and read with this meaning in public material since.
READ_SINCE = {
    "76498008": "postmenopausal state: questionnaires and laboratory guides of several countries",
    "82810-3": "pregnancy status: CPG anthrax example, German and Japanese core data sets",
    "21894-1": "regional lymph nodes examined: Swiss and German oncology guides",
    "21893-3": "regional lymph nodes positive: Swiss cancer registry guide",
    "48002-0": "genomic source class: mCODE STU4 and HL7 genomics reporting",
    "254840009": "inflammatory carcinoma of breast: list of the mCODE trial-matching projects",
    "172043006": "simple mastectomy: list of the mCODE trial-matching projects",
    "313039003": "solid organ transplant: list of the mCODE trial-matching projects",
    "85828009": "autoimmune disease: public value sets",
    "233703007": "interstitial lung disease: public value sets",
    "84114007": "heart failure: public value sets",
    "109995007": "myelodysplastic syndrome: Austrian and German value sets",
    "91861009": "acute myeloid leukaemia: FHIR examples",
    "10230-1": "left ventricular ejection fraction: public mappings",
    "8806-2": "left ventricular ejection fraction: public mappings",
    "18043-0": "left ventricular ejection fraction: DICOM mapping",
    "5195-3": "hepatitis B surface antigen: public laboratory catalogues",
    "13952-7": "hepatitis B core antibody: public laboratory guides",
    "35591-7": "creatinine clearance, Cockcroft-Gault: public laboratory guides",
    "1975-2": "bilirubin: LRC referral guide",
    "1742-6": "alanine aminotransferase: LRC referral guide",
    "1920-8": "aspartate aminotransferase: LRC referral guide",
    "751-8": "neutrophils: Vulcan connectathon",
    "777-3": "platelets: CIBMTR reporting guide",
    "718-7": "haemoglobin: CIBMTR reporting guide",
    "3016-3": "thyrotropin: LRC referral guide",
    "9813-7": "cortisol of a morning specimen: public laboratory catalogue",
    "2345-7": "glucose: LRC referral guide",
    "1547545": "pembrolizumab: medication list of the mCODE trial-matching projects",
    "40048": "carboplatin: the same list",
    "72962": "docetaxel: the same list",
    "3995": "epirubicin: the same list",
}


@cache
def guideline() -> Guideline:
    return load(default_rules())


@cache
def codes() -> dict[str, set[tuple[str, str]]]:
    """Every code of the code maps: read (also as a value), unverified, ignored, rejected."""
    found: dict[str, set[tuple[str, str]]] = {"read": set(), "unverified": set(), "ignored": set(), "rejected": set()}

    def collect(node: Any, how: str) -> None:
        if isinstance(node, Form):
            for name in type(node).model_fields:
                value = getattr(node, name)
                inner = name if name in ("ignored", "rejected", "unverified") else how
                if name in ("codes", "unverified", "rejected"):
                    found[inner] |= {(system, code) for system, known in value.items() for code in known}
                elif name == "parts":
                    found[how] |= {
                        (system, code) for part in value.values() for system, known in part.items() for code in known
                    }
                else:
                    collect(value, inner)
        elif isinstance(node, dict | list):
            for one in node.values() if isinstance(node, dict) else node:
                collect(one, how)

    for path in TERMINOLOGY:
        collect(TerminologyForm.model_validate(yaml.safe_load(path.read_text())), "read")
    return found


def known_to_the_clinicians() -> list[tuple[str, str, str, bool]]:
    """Fact, system, code, verified."""
    if not CLINICAL.is_file():
        return []
    facts = yaml.safe_load(CLINICAL.read_text())["inputs"]
    return [
        (fact, SYSTEMS[one["system"]], str(one["code"]).removeprefix("HGNC:"), one["verified"])
        for fact, said in facts.items()
        for one in said.get("codes", ())
        if one["system"] in SYSTEMS
    ]


@pytest.mark.skipif(not CLINICAL.is_file(), reason="the clinical input is not beside this project")
def test_every_verified_code_is_read_or_ignored_with_a_reason() -> None:
    editions = {"897275008", "443830009", "444256004", "1269566009"}  # the edition does not say anatomic or prognostic
    wanted = {
        (system, code) for _, system, code, verified in known_to_the_clinicians() if verified and code not in editions
    }

    assert wanted - codes()["read"] - codes()["ignored"] == set()


@pytest.mark.skipif(not CLINICAL.is_file(), reason="the clinical input is not beside this project")
def test_no_code_from_memory_is_read_unless_its_meaning_was_read_somewhere_since() -> None:
    from_memory = {(system, code) for _, system, code, verified in known_to_the_clinicians() if not verified}

    assert {code for _, code in from_memory & codes()["read"]} == set(READ_SINCE)


@pytest.mark.skipif(not CLINICAL.is_file(), reason="the clinical input is not beside this project")
def test_codes_that_fail_their_check_digit_are_listed_as_rejected() -> None:
    rejected = yaml.safe_load(CLINICAL.read_text())["codes_rejected_by_check_digit"]

    assert {(SYSTEMS[one["system"]], one["code"]) for one in rejected} <= codes()["rejected"]


def test_a_code_has_one_place() -> None:
    read, unverified, rejected = (codes()[how] for how in ("read", "unverified", "rejected"))

    assert read & unverified == set()
    assert (read | unverified | codes()["ignored"]) & rejected == set()


def test_no_code_is_made_of_nothing_but_the_map() -> None:
    """Every code of the index is found by the URI and the code a record would send."""
    terminology = guideline().terminology
    codemap = Codemap(terminology, guideline().vocabulary)

    from engine.intake.fhir_resources import Coding

    for name, reading in terminology.readings.items():
        for system, known in reading.codes.items():
            for uri in terminology.systems[system].uris:
                for code in known:
                    for kind in reading.from_:
                        written = code.replace(".*", ".99")
                        assert name in {use.name for use in codemap.uses(kind, Coding(uri, written, ""))}


# ---- check digits -----------------------------------------------------------------------------------------------------
RIGHT = {
    "mod10": [
        "85337-4",
        "16112-5",
        "48676-1",
        "718-7",
        "89247-1",
        "LA6576-8",
        "LA6577-6",
        "LA27824-4",
        "LA9633-4",
        "LA15173-0",
    ],
    "verhoeff": [
        "254837009",
        "399588009",
        "1222769001",
        "706970001",
        "353431000119107",
        "1080341000119105",
        "15635801000119106",
    ],
}
WRONG = {
    "mod10": ["44648-0", "94190-8", "98012-0", "LA6576-7", "417181009", "85337", "", "-4", "85337-44"],
    "verhoeff": ["1222806001", "1222593007", "36929009", "399587009", "85337-4", "", "0", "x"],
}


@pytest.mark.parametrize("name", CHECKS)
def test_codes_of_published_guides_pass_and_the_wrong_ones_in_public_use_fail(name: str) -> None:
    assert [code for code in RIGHT[name] if not CHECKS[name](code)] == []
    assert [code for code in WRONG[name] if CHECKS[name](code)] == []


@pytest.mark.parametrize("code", RIGHT["verhoeff"])
def test_a_mistyped_digit_or_two_that_changed_places_are_found_in_a_long_number(code: str) -> None:
    for place in range(len(code)):
        for digit in "0123456789":
            mistyped = code[:place] + digit + code[place + 1 :]
            assert verhoeff(mistyped) is (mistyped == code)
        swapped = code[:place] + code[place : place + 2][::-1] + code[place + 2 :]
        assert verhoeff(swapped) is (swapped == code)


@pytest.mark.parametrize("code", [one for one in RIGHT["mod10"] if not one.startswith("LA")])
def test_a_mistyped_digit_is_found_in_a_number_with_a_hyphen(code: str) -> None:
    for place, digit in enumerate(code):
        if digit != "-":
            for other in "0123456789":
                mistyped = code[:place] + other + code[place + 1 :]
                assert mod10(mistyped) is (mistyped == code)


def test_one_code_in_ten_passes_by_chance() -> None:
    rng = random.Random(1)

    passed = sum(verhoeff(str(rng.randrange(10**8, 10**9))) for _ in range(5000))

    assert 350 < passed < 650
