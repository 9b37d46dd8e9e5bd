"""The evidence library: sources with keyed findings, and regimens with their doses."""

import datetime
import re

from engine.language.forms import CiteForm, EvidenceForm, FindingForm, RegimenForm, read
from engine.language.problems import did_you_mean
from engine.language.shape import meant
from engine.language.yamlfile import YamlFile

Source = EvidenceForm
Finding = FindingForm
Regimen = RegimenForm


def read_source(file: YamlFile) -> Source | None:
    """The source in a file of rules/evidence, with its own mistakes reported."""
    form = read(EvidenceForm, file)
    if form is None:
        if (probably := meant(EvidenceForm, file)) is not None:
            _check_source(file, probably)
        return None
    _check_source(file, form)
    return form


def _check_source(file: YamlFile, form: Source) -> None:
    written = {**file.data["cite"], **file.data}
    told = any(written.get(key) for key in ("doi", "pmid", "no_identifier"))  # one that is wrong is told elsewhere
    if not (form.cite.doi or form.cite.pmid or form.no_identifier or told):
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
        roles = [cite.role for cite in form.further]
        if finding.reported_in is not None and finding.reported_in not in roles:
            file.report(
                "unknown-citation",
                f"no `further` citation has the role `{finding.reported_in}`",
                file.value_place(("findings", key, "reported_in")),
                did_you_mean(finding.reported_in, roles),
            )
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


def publication(source: Source, finding: Finding | None = None) -> CiteForm:
    """Where a finding was reported: the citation it names, otherwise the main one of its source."""
    if finding is not None and finding.reported_in:
        return next((cite for cite in source.further if cite.role == finding.reported_in), source.cite)
    return source.cite


def reference(source: Source, finding: Finding | None = None) -> str:
    """One printed reference: authors, title, journal, year, volume and pages; says so when its identifiers were not checked."""
    cite = publication(source, finding)
    year = str(cite.published)[:4] if cite.published else ""
    volume = f"{year};{cite.reference}" if year and cite.reference else year or cite.reference
    where = " ".join(part for part in (cite.journal, volume) if part)
    printed = ". ".join(part.rstrip(".") for part in (cite.authors, cite.title or source.title, where) if part) + "."
    return printed if cite.checked or not (cite.doi or cite.pmid) else f"{printed} (Identifiers not checked.)"


def link(source: Source, finding: Finding | None = None) -> str | None:
    """Where a reader finds it: DOI, then PubMed, then an address."""
    cite = publication(source, finding)
    if cite.doi:
        return f"https://doi.org/{cite.doi}"
    if cite.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{cite.pmid}/"
    return cite.url or (source.cite.url if cite is source.cite else None)
