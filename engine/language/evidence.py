"""The evidence library: sources with keyed findings, and regimens with their doses."""

import datetime
import re

from engine.language.forms import CiteForm, EvidenceForm, FindingForm, RegimenForm, read
from engine.language.yamlfile import YamlFile

Source = EvidenceForm
Finding = FindingForm
Regimen = RegimenForm


def read_source(file: YamlFile) -> Source | None:
    """The source in a file of rules/evidence, with its own mistakes reported."""
    form = read(EvidenceForm, file)
    if form is None:
        return None
    if not (form.cite.doi or form.cite.pmid or form.no_identifier):
        file.report(
            "missing-identifier",
            "the citation has neither `doi` nor `pmid`",
            file.key_place(("cite",)),
            "add one, or say why there is none in `no_identifier`",
        )
    for index, cite in enumerate((form.cite, *form.further)):
        route = ("cite", "published") if index == 0 else ("further", index - 1, "published")
        if cite.published is not None and earliest(cite) is None:
            file.report(
                "invalid-date",
                f"`{cite.published}` is not a date of publication",
                file.value_place(route),
                "write 2025, 2025-01 or 2025-01-30",
            )
    for key, finding in form.findings.items():
        if finding.checked and finding.mark == "from-memory":
            file.report(
                "unchecked-finding",
                f"`{key}` is from memory and cannot be `checked: true`",
                file.value_place(("findings", key, "checked")),
                "read the source, then set `mark: seen` with the address",
            )
        if finding.effect and finding.effect.interval:
            low, high = finding.effect.interval
            place = file.value_place(("findings", key, "effect", "interval"))
            hint = "check the figures against the source"
            if low > high:
                file.report("effect-outside-interval", f"the interval of `{key}` ends before it begins", place, hint)
            elif not low <= finding.effect.value <= high:
                place = file.value_place(("findings", key, "effect", "value"))
                message = f"the value of `{key}` is outside its own interval, {low:g} to {high:g}"
                file.report("effect-outside-interval", message, place, hint)
    return form


def read_regimen(file: YamlFile) -> Regimen | None:
    """The regimen in a file of rules/regimens."""
    return read(RegimenForm, file)


def earliest(cite: CiteForm) -> datetime.date | None:
    """The first day the citation can have been published, or None when it says no date."""
    published = cite.published
    if isinstance(published, datetime.date):
        return published
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", str(published or ""))
    if not match:
        return None
    try:
        return datetime.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None


def reference(source: Source) -> str:
    """The source as one printed reference: authors, title, journal, year, volume and pages."""
    cite = source.cite
    year = str(cite.published)[:4] if cite.published else ""
    where = " ".join(
        part
        for part in (cite.journal, f"{year};{cite.reference}" if year and cite.reference else year or cite.reference)
        if part
    )
    return ". ".join(part.rstrip(".") for part in (cite.authors, cite.title or source.title, where) if part) + "."


def link(source: Source) -> str | None:
    """Where a reader finds the source: DOI, then PubMed, then its address."""
    cite = source.cite
    if cite.doi:
        return f"https://doi.org/{cite.doi}"
    if cite.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{cite.pmid}/"
    return cite.url
