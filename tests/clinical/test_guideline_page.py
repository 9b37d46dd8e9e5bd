"""docs/guideline.md is the guideline as it is, and every reference on it can be found or says why not."""

from pathlib import Path

from engine import default_rules, load
from engine.authoring.document import document

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guideline.md"
GUIDELINE = load(default_rules())


def test_the_page_is_current() -> None:
    assert document(GUIDELINE) == PAGE.read_text(encoding="utf-8"), "run `tnbc-cds document`"


def test_every_rule_stands_on_the_page_once() -> None:
    page = document(GUIDELINE)

    assert [rule.number for rule in GUIDELINE.rules if page.count(f"### {rule.number} ") != 1] == []


def test_no_figure_from_memory_stands_on_the_page() -> None:
    page = document(GUIDELINE)
    unchecked = [one for source in GUIDELINE.evidence.values() for one in source.findings.values() if not one.checked]

    assert [one.value for one in unchecked if one.value and f": {one.value} (" in page] == []


def test_every_cited_source_has_an_identifier_or_a_reason() -> None:
    cited = {citation.source for rule in GUIDELINE.rules for citation in rule.citations}
    sources = [GUIDELINE.evidence[name] for name in sorted(cited)]

    assert [one.id for one in sources if not (one.cite.doi or one.cite.pmid or one.no_identifier)] == []
