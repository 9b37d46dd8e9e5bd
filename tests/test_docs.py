"""The documents match the code: every lint code has a page, the pages say what is so, and links lead somewhere."""

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from engine import Guideline, GuidelineError, default_rules, load
from engine.authoring.findings import CODES as FINDINGS
from engine.language.conditions import COMBINATORS, OPERATORS, ConditionReader
from engine.language.yamlfile import YamlFile
from tests.language.test_broken import ENGINE, codes

ROOT = ENGINE.parent
LINT = ROOT / "docs" / "lint"
PAGES = sorted(path for path in LINT.glob("*.md") if path.name != "README.md")
DOCUMENTS = sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")})
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
UNREADABLE = {
    "yaml",
    "alias",
    "duplicate-key",
    "merge-conflict",
}  # pages on what is no YAML, or not the YAML of a guideline
LETTERS = {"a", "b"}  # rules that an example does not name


@cache
def guideline() -> Guideline:
    return load(default_rules())


def part(page: Path, heading: str) -> str:
    """The text below a heading."""
    return page.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def example(page: Path, heading: str) -> tuple[str, str]:
    """The language and text of the one block below a heading."""
    (found,) = BLOCK.findall(part(page, heading))
    return found[0], found[1]


# ---- lint codes -------------------------------------------------------------------------------------------------------
def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {page.stem for page in PAGES} == codes(ENGINE) | set(FINDINGS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_says_what_to_avoid_what_to_prefer_and_why(page: Path) -> None:
    text = page.read_text()

    assert text.startswith(f"# {page.stem}\n\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Avoid", "Prefer", "Why"]
    assert len(part(page, "Why").split()) >= 8
    assert example(page, "Avoid") != example(page, "Prefer")


def test_the_index_lists_every_page_with_its_first_sentence() -> None:
    listed = dict(
        re.findall(r"^\| \[[a-z-]+\]\(([a-z-]+)\.md\) \| (.+) \|$", (LINT / "README.md").read_text(), re.MULTILINE)
    )

    assert listed == {page.stem: page.read_text().split("\n")[2] for page in PAGES}


def test_the_index_shows_a_problem_as_it_is_printed(tmp_path: Path) -> None:
    shutil.copytree(default_rules(), tmp_path / "rules")
    path = tmp_path / "rules" / "recommendations" / "adjuvant" / "omit-routine-adjuvant-carboplatin.yaml"
    path.write_text(path.read_text().replace("treatment_phase: adjuvant", "treatment_phase: adjuvent"))
    with pytest.raises(GuidelineError) as caught:
        load(tmp_path / "rules")

    (_, shown), *_ = BLOCK.findall((LINT / "README.md").read_text())
    assert f"{caught.value}\n" == shown


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_prefers_uses_words_that_exist(page: Path) -> None:
    language, text = example(page, "Prefer")
    if language == "sh":
        return
    file = YamlFile(page.name, text)
    assert file.problems == []

    reader = ConditionReader(file, guideline().vocabulary)
    strays = list(_strays(file.data, (), reader))

    assert [*map(str, file.problems), *strays] == []


def _strays(data: Any, route: tuple[str | int, ...], reader: ConditionReader) -> list[str]:
    """What an example names and the installed guideline does not have; its conditions are read by `reader`."""
    found: list[str] = []
    if isinstance(data, list):
        for index, one in enumerate(data):
            found += _strays(one, (*route, index), reader)
    for key, value in data.items() if isinstance(data, dict) else ():
        here = (*route, key)
        if key in ("when", "answered_when") and isinstance(value, dict):
            reader.read(value, here)
        elif key == "citations":
            found += [one for one in value if not _is_cited(one)]
        elif key == "question":
            found += [value] if value not in guideline().questions else []
        elif key == "regimen":
            found += [value] if value not in guideline().regimens else []
        elif key == "overrides":
            named = [one["rule"] if isinstance(one, dict) else one for one in value]
            found += [one for one in named if one not in {rule.id for rule in guideline().rules} | LETTERS]
        elif key == "fact":
            found += [value] if value not in guideline().vocabulary else []
        else:
            found += _strays(value, here, reader)
    return found


def _is_cited(text: str) -> bool:
    source, _, finding = text.partition("#")
    return source in guideline().evidence and finding in guideline().evidence[source].findings


@pytest.mark.parametrize("page", [page for page in PAGES if page.stem not in UNREADABLE], ids=lambda page: page.stem)
def test_what_a_page_avoids_is_at_least_yaml(page: Path) -> None:
    language, text = example(page, "Avoid")

    assert language == "sh" or all(one.severity == "warning" for one in YamlFile(page.name, text).problems)


def test_every_operator_is_explained() -> None:
    text = (LINT / "unknown-operator.md").read_text() + (LINT / "condition-shape.md").read_text()

    assert [word for word in (*OPERATORS, *COMBINATORS) if f"`{word}`" not in text] == []


# ---- all documents ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    without_code = re.sub(r"`[^`\n]*`", "", BLOCK.sub("", document.read_text()))
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", without_code) if "://" not in link]

    assert [link for link in links if link and not (document.parent / link).exists()] == []
