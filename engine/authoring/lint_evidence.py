"""What an author would want to know of evidence: certainty that nobody checked, identifiers that lead nowhere, dates that cannot be."""

import datetime
import re
from collections.abc import Iterator
from itertools import pairwise

from engine.authoring.lint_places import file_warning, rule_warning
from engine.language.evidence import Source, earliest
from engine.language.forms import CiteForm
from engine.language.guideline import Guideline
from engine.language.problems import Place, Problem
from engine.language.yamlfile import Route, YamlFile

_REGISTRIES = {  # of trials: how each writes its numbers
    "NCT": (re.compile(r"NCT\d{8}$"), "`NCT` and 8 digits"),
    "ISRCTN": (re.compile(r"ISRCTN\d{8}$"), "`ISRCTN` and 8 digits"),
    "UMIN": (re.compile(r"UMIN\d{9}$"), "`UMIN` and 9 digits"),
    "ACTRN": (re.compile(r"ACTRN\d{14}p?$"), "`ACTRN` and 14 digits"),
    "CHICTR": (re.compile(r"ChiCTR[A-Z-]*\d{8,10}$"), "`ChiCTR` and 8 to 10 digits"),
}
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S*[^\s.,;:]$")
# PubMed numbers are given out in order: so many millions at the end of a year, from its own counts.
_PUBMED = {2000: 11.1, 2005: 16.4, 2010: 21.2, 2015: 26.7, 2020: 33.3, 2025: 41.5}
_YEARS = 3.0  # a number may be so much older or newer than its publication: papers online first, late entries
_LINK = re.compile(
    r"//|:/|www\.|^https?|^\S+\.\S+/\S*$"
)  # meant as an address; another place of reading is said in words
_DOI_LINK = re.compile(r"https?://(?:dx\.)?doi\.org/([^\s?#]+)$")
_PMID_LINK = re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/(\d+)/?$")
_OLDEST, _LONGEST_REVIEW = datetime.date(1900, 1, 1), 10  # years


def unchecked_evidence(guideline: Guideline) -> Iterator[Problem]:
    """A rule of high or moderate certainty that cites no finding whose figures were read at the source."""
    for rule in guideline.rules:
        sure = rule.certainty in ("high", "moderate") and rule.citations
        if sure and not any(guideline.finding(one).checked for one in rule.citations):
            message = f"the certainty is {rule.certainty}, and no finding it cites was checked"
            hint = "read a source and set `checked: true`, or lower the certainty"
            yield rule_warning("unchecked-evidence", message, guideline, rule, ("certainty",), hint)


def unread_finding(guideline: Guideline) -> Iterator[Problem]:
    """A finding that is said to be checked, and does not say where it was read."""
    for source, file in _sources(guideline):
        for key, finding in source.findings.items():
            if finding.checked and not finding.read_at and not source.no_identifier:
                message = f"`{key}` is checked, and does not say where it was read"
                hint = "write the address in `read_at`"
                place = file.value_place(("findings", key, "checked"))
                yield file_warning("unread-finding", message, file, place, hint)


# ---- identifiers --------------------------------------------------------------------------------------------------------
def odd_identifier(guideline: Guideline) -> Iterator[Problem]:
    """A number of a registry, a DOI or a PubMed number that no such system gives out: a digit is missing or mistyped."""
    for source, file in _sources(guideline):
        for number in re.split(r"[,;]\s*|\s+", source.registry or ""):
            for letters, (pattern, form) in _REGISTRIES.items():
                if number.upper().startswith(letters) and not pattern.match(number):
                    message, hint = f"`{number}` is no number of that registry", f"write {form}"
                    yield file_warning("odd-identifier", message, file, file.value_place(("registry",)), hint)
        for cite, route in _cites(source):
            if cite.doi is not None and not _DOI.match(cite.doi):
                message, hint = (
                    f"`{cite.doi}` is not a whole DOI",
                    "write it as `10.1056/NEJMoa1910549`, without a sign at its end",
                )
                yield file_warning("odd-identifier", message, file, file.value_place((*route, "doi")), hint)
            if cite.pmid is None or (day := earliest(cite)) is None:
                continue
            year = _year_of(int(cite.pmid))
            late, early = day.year + 0.5 - year, year - day.year - 0.5
            if late > _YEARS or (early > _YEARS and year > 2005):  # before, old papers were still being entered
                message = f"PubMed gave out `{cite.pmid}` about {year:.0f}, and this was published in {day.year}"
                place = file.value_place((*route, "pmid"))
                yield file_warning(
                    "odd-identifier", message, file, place, "check the number and the date of publication"
                )


def _year_of(number: int) -> float:
    """About when PubMed gave out a number; 1999 for all that are older, which are in no order."""
    known = sorted(_PUBMED.items())
    million = number / 1e6
    if million < 10:
        return 1999.0
    for (early, low), (late, high) in pairwise(known):
        if million <= high:
            return early + 1 + (late - early) * (million - low) / (high - low)
    early, low = known[-1]
    return early + 1 + (million - low) / 1.7


def duplicate_identifier(guideline: Guideline) -> Iterator[Problem]:
    """The same DOI or PubMed number in two citations: one was copied, or two files hold one source."""
    seen: dict[tuple[str, str], Place] = {}
    for source, file in _sources(guideline):
        for cite, route in _cites(source):
            for kind in ("doi", "pmid"):
                number = getattr(cite, kind)
                place = file.value_place((*route, kind))
                if number is None:
                    continue
                first = seen.setdefault((kind, number.lower()), place)
                if first != place:
                    message = f"`{number}` is the `{kind}` of another citation too"
                    hint = "look it up; further publications of one source stand in one file under `further`"
                    yield file_warning("duplicate-identifier", message, file, place, hint, (first,))


def odd_address(guideline: Guideline) -> Iterator[Problem]:
    """An address that a browser cannot open, or that is not protected on its way."""
    for source, file in _sources(guideline):
        addresses: list[tuple[str | None, Route]] = [(cite.url, (*route, "url")) for cite, route in _cites(source)]
        addresses += [(one.read_at, ("findings", key, "read_at")) for key, one in source.findings.items()]
        for address, at in addresses:
            if address is not None and _LINK.search(address) and not re.match(r"https://[^\s/.]+\.\S+$", address):
                plain = re.match(r"http://\S+$", address)
                message = (
                    f"`{address[:60]}` does not begin with `https://`"
                    if plain
                    else f"`{address[:60]}` is not an address"
                )
                hint = (
                    "try it with `https://`; waive the code if there is none"
                    if plain
                    else "write it as the browser shows it"
                )
                yield file_warning("odd-address", message, file, file.value_place(at), hint)

    for source, file in _sources(guideline):
        for cite, route in _cites(source):
            for kind, there in (("doi", _DOI_LINK), ("pmid", _PMID_LINK)):
                number, match = getattr(cite, kind), there.match(cite.url or "")
                if number is not None and match is not None and match[1].lower() != number.lower():
                    message = f"the address leads to `{match[1]}`, and the `{kind}` is `{number}`"
                    place, related = file.value_place((*route, "url")), (file.value_place((*route, kind)),)
                    yield file_warning(
                        "odd-address", message, file, place, "look up which of the two is right", related
                    )


# ---- dates --------------------------------------------------------------------------------------------------------------
def odd_date(guideline: Guideline) -> Iterator[Problem]:
    """A day that cannot be meant: a source published after the guideline was revised, a rule that begins after its review, a review in decades."""
    about = next(file for path, file in guideline.files.items() if path.endswith("/guideline.yaml"))
    form = guideline.about
    hint = "check the year"
    if form.review_due.year - form.revised.year > _LONGEST_REVIEW:
        message = f"the review is due {form.review_due.year - form.revised.year} years after the last revision"
        yield file_warning("odd-date", message, about, about.value_place(("review_due",)), hint)
    for source, file in _sources(guideline):
        for cite, route in _cites(source):
            day, place = earliest(cite), file.value_place((*route, "published"))
            if day is not None and day > form.revised:
                message = f"`{cite.published}` is later than the guideline was revised, on {form.revised}"
                yield file_warning(
                    "odd-date", message, file, place, "check the year, or revise the guideline: `revised`"
                )
            elif day is not None and day < _OLDEST:
                yield file_warning("odd-date", f"`{cite.published}` is very long ago", file, place, hint)
    for rule in guideline.rules:
        for key, rule_day in (("from", rule.effective_from), ("to", rule.effective_to)):
            if rule_day is not None and rule_day < _OLDEST:
                yield rule_warning(
                    "odd-date", f"{rule_day} is very long ago", guideline, rule, ("effective", key), hint
                )
        if rule.effective_from > form.review_due:
            message = f"the rule begins after the guideline is reviewed, on {form.review_due}"
            yield rule_warning("odd-date", message, guideline, rule, ("effective", "from"), hint)


def _cites(source: Source) -> Iterator[tuple[CiteForm, Route]]:
    yield source.cite, ("cite",)
    yield from ((cite, ("further", index)) for index, cite in enumerate(source.further))


def _sources(guideline: Guideline) -> Iterator[tuple[Source, YamlFile]]:
    for source in guideline.evidence.values():
        yield source, guideline.files[f"{guideline.root.name}/evidence/{source.id}.yaml"]
