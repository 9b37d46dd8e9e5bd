"""Evidence as the pages show it: findings with figures only where they were checked, and the pictures made of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from api.web.pictures import Effect, Rates, Trial, forest, icons, timeline
from api.web.words import MEASURES, plain
from engine.language.evidence import Finding, Source, link
from engine.language.guideline import Guideline

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_ICONS = 2  # icon arrays beside one recommendation
Cited = tuple[Source, str, Finding]


@dataclass(frozen=True)
class Plot:
    """A forest plot with the table of its numbers."""

    picture: Markup
    name: str
    rows: tuple[tuple[Effect, Source, Finding], ...]
    findings: frozenset[tuple[str, str]]  # source and finding of each row


@dataclass(frozen=True)
class Share:
    """Events out of 100 with the sentence they come from."""

    picture: Markup
    text: str
    source: Source
    rates: Rates
    arms: tuple[str, ...]
    finding: tuple[str, str]


@dataclass(frozen=True)
class Timeline:
    """The trials by timing, with the table beside it."""

    title: str
    picture: Markup
    trials: tuple[tuple[Source, str, str], ...]


def plots(found: Iterable[Cited], key: str) -> list[Plot]:
    """A forest plot for each measure of effect among the checked findings."""
    by_measure: dict[str, list[Cited]] = {}
    for source, name, finding in found:
        if (
            finding.checked
            and finding.effect is not None
            and finding.effect.measure in MEASURES
            and finding.effect.value > 0
        ):
            by_measure.setdefault(finding.effect.measure, []).append((source, name, finding))
    plotted = []
    for measure, pairs in by_measure.items():
        rows = []
        for letter, (source, _, finding) in zip(LETTERS, pairs, strict=False):
            assert finding.effect is not None
            effect = finding.effect
            shown = Effect(letter, source.title, effect.value, effect.interval, effect.level, finding.text)
            rows.append((shown, source, finding))
        picture = Markup(forest([row for row, _, _ in rows], f"{key}-{measure}", MEASURES[measure]))
        named = frozenset((source.id, name) for source, name, _ in pairs)
        plotted.append(Plot(picture, MEASURES[measure][0], tuple(rows), named))
    return plotted


def shares(found: Iterable[Cited], key: str, most: int = MOST_ICONS) -> list[Share]:
    """Icon arrays of the checked findings whose figures are percentages."""
    made: list[Share] = []
    for source, name, finding in found:
        rates = finding.rates
        if not finding.checked or rates is None or rates.unit != "percent" or len(made) >= most:
            continue
        if not (0 <= rates.intervention <= 100 and 0 <= rates.control <= 100):
            continue
        shown = Rates(rates.what, rates.intervention, rates.control)
        picture = Markup(icons(shown, f"{key}-{source.id}-{name}".replace(".", "-")))
        made.append(Share(picture, finding.text, source, shown, tuple(source.arms[:2]), (source.id, name)))
    return made


def trials_by_timing(guideline: Guideline, key: str) -> Timeline | None:
    """The sources whose timing the guideline puts into columns; None when it has no such picture."""
    form = guideline.about.form.timeline
    if form is None:
        return None
    covered = {
        source.id: frozenset(place for place, column in enumerate(form.columns) if source.timing in column.timings)
        for source in guideline.evidence.values()
    }
    found = sorted(
        (one for one in guideline.evidence.values() if covered[one.id]),
        key=lambda one: (sorted(covered[one.id]), one.title),
    )
    if not found:
        return None
    rows = [Trial(one.title, covered[one.id], one.status or "", plain(one.timing or "")) for one in found]
    picture = Markup(timeline(rows, [one.title for one in form.columns], key, form.title))
    return Timeline(
        form.title, picture, tuple((one, plain(one.timing or ""), plain(one.status or "")) for one in found)
    )


def address(source: Source) -> str | None:
    """Where the source can be read."""
    found = link(source)
    return found if found and found.startswith(("https://", "http://")) else None
