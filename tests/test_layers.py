"""What each part of the code may know: imports point down the floors, the engine reads no clock, and no word of medicine stands in Python."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import engine
from engine import Guideline, default_rules, load

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for package in ("engine", "api") for path in (ROOT / package).rglob("*.py"))

# Each part may import itself and what stands on a lower floor; parts on one floor do not know each other.
FLOORS = {
    "engine.language": 0,
    "engine.inference": 1,
    "engine.intake": 1,
    "engine": 2,  # engine/__init__.py: the public names
    "engine.authoring": 3,
    "engine.cohort": 3,
    "api": 3,
    "engine.cli": 4,
}
ANSWERING = ("engine.language", "engine.inference", "engine.intake", "engine.cohort")  # what a decision is made by
CLOCKS = re.compile(r"\b(?:today|now|utcnow|localtime|gmtime)\(")


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def part_of(module: str) -> str:
    """`engine.language.tables` is of `engine.language`; `engine.cli_input` is of `engine.cli`; nothing else has a part."""
    if module.startswith("engine.cli"):
        return "engine.cli"
    found = [part for part in FLOORS if module == part or module.startswith(f"{part}.")]
    return max(found, key=len, default="")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            assert node.module is not None
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_point_down_the_floors() -> None:
    upward = [
        f"{module_of(path)} imports {name}"
        for path in SOURCES
        for name in imports_of(path)
        if part_of(name) not in ("", part_of(module_of(path)))
        and FLOORS[part_of(name)] >= FLOORS[part_of(module_of(path))]
    ]

    assert upward == []


def test_every_module_stands_on_a_floor() -> None:
    homeless = [
        module_of(path) for path in SOURCES if part_of(module_of(path)) == "engine" and path.name != "__init__.py"
    ]

    assert homeless == []


def test_the_engine_does_not_import_the_service() -> None:
    found = [
        module_of(path)
        for path in SOURCES
        for name in imports_of(path)
        if path.is_relative_to(ROOT / "engine") and name.split(".")[0] == "api"
    ]

    assert found == []


def test_only_one_file_imports_durable_rules() -> None:
    found = {
        module_of(path) for path in SOURCES for name in imports_of(path) if name.split(".")[0].startswith("durable")
    }

    assert found == {"engine.inference.network"}


def test_what_is_public_is_what_the_engine_lists() -> None:
    public = {
        name
        for name, value in vars(engine).items()
        if not name.startswith("_") and getattr(value, "__module__", "").startswith("engine")
    }

    assert public == set(engine.__all__)


def test_no_decision_depends_on_the_clock() -> None:
    found = [
        f"{module_of(path)}:{number}"
        for path in SOURCES
        if part_of(module_of(path)) in ANSWERING
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if CLOCKS.search(line)
    ]

    assert found == []


# ---- words of medicine ------------------------------------------------------------------------------------------------
# What no line of Python may say, in code, strings, names or comments: diseases, organs, treatments, trials ...
MEDICINE = re.compile(
    r"""cancer|tumou?r|breast|chemo|carcino|metasta|oncolog|adjuvant|surg(?:ery|ical|eon)|mastectom|axilla|lymph|biops|histolog|patholog(?!ical case)
    |hormone|(?:o?e)strogen|progesteron|receptor|brca|palb2|her2|ki-?67|pd-?l1|anthracyclin|taxan|platin\b|carboplat|olaparib|capecitabin
    |immunotherap|radiotherap|checkpoint.inhib|[a-z]{4,}(?:z|x|l|t)umab\b|[a-z]{4,}limab\b|[a-z]{5,}rolizumab|menopaus|pregnan|trimester|\becog\b
    |keynote|impassion|alexandra|a-brave|camrelief|neotrip|gepar(?:nuevo|douze)|\bolympia\b|create-x|\besmo\b|\basco\b|\bnccn\b|\bajcc""",
    re.IGNORECASE | re.VERBOSE,
)
# Words of the vocabulary and names of sources that any trade uses; they may stand in Python.
PLAIN = {
    "clinical", "complete", "completed", "declared", "fit", "follow_up", "grade", "negative", "none", "normal", "not_applicable",
    "not_started", "ongoing", "other", "partial", "pattern", "pending", "positive", "undecided",
}  # fmt: skip
PRODUCT = {"tnbc"}  # the name of the command and of the settings of the service


@cache
def words() -> frozenset[str]:
    """Every name and code of the installed vocabulary, every source, regimen and rule."""
    guideline: Guideline = load(default_rules())
    found = {*guideline.vocabulary, *guideline.evidence, *guideline.regimens, *(rule.id for rule in guideline.rules)}
    for fact in guideline.vocabulary.values():
        if fact.type == "code":
            found |= {*map(str, fact.values), *fact.groups, *fact.open_values}
    return frozenset(word for word in found if len(word) > 2)


def test_no_word_of_medicine_stands_in_python() -> None:
    found = [
        f"{module_of(path)}:{number}: {match[0]}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for match in MEDICINE.finditer(line)
    ]

    assert found == []


def test_no_word_of_the_guideline_stands_in_python() -> None:
    either = "|".join(re.escape(word) for word in sorted(words() - PLAIN - PRODUCT))
    whole = re.compile(rf"(?<![A-Za-z0-9])(?:{either})(?![A-Za-z0-9])", re.IGNORECASE)
    found = [
        f"{module_of(path)}:{number}: {match[0]}"
        for path in SOURCES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        for match in whole.finditer(line)
    ]

    assert found == []


def test_the_plain_words_are_words_of_the_guideline() -> None:
    assert words() >= PLAIN | PRODUCT


@pytest.mark.parametrize(
    "word", ["Tumour size", "KEYNOTE-522", "atezolizumab", "pembrolizumab", "neoadjuvant", "surgery", "receptors"]
)
def test_the_search_for_words_of_medicine_finds_them(word: str) -> None:
    assert MEDICINE.search(f"the {word} of a patient")
