"""Evidence as the pages show it: findings with figures only where they were checked, and the pictures made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import get_args

from markupsafe import Markup

from api.web.pictures import Effect, Rates, Trial, forest, icons, timeline
from api.web.words import MEASURES, plain
from engine.language.evidence import Finding, Source, link, reference
from engine.language.forms import EvidenceForm
from engine.language.guideline import Guideline

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_ICONS = 2  # icon arrays beside one recommendation
TIMINGS: tuple[str, ...] = tuple(
    one for part in get_args(EvidenceForm.model_fields["timing"].annotation) for one in get_args(part) if isinstance(one, str)
)
COLUMNS = tuple(one for one in TIMINGS if "_and_" not in one)

Cited = tuple[Source, str, Finding]


@dataclass(frozen=True)
class Plot:
    """A forest plot with the table of its numbers."""

    picture: Markup
    name: str
    rows: tuple[tuple[Effect, Source, Finding], ...]


@dataclass(frozen=True)
class Share:
    """Events out of 100 with the sentence they come from."""

    picture: Markup
    text: str
    source: Source
    rates: Rates
    arms: tuple[str, ...]


@dataclass(frozen=True)
class Timeline:
    """The trials by timing, with the table beside it."""

    title: str
    picture: Markup
    trials: tuple[tuple[Source, str, str], ...]


def plots(found: Iterable[Cited], key: str) -> list[Plot]:
    """A forest plot for each measure of effect among the checked findings."""
    by_measure: dict[str, list[tuple[Source, Finding]]] = {}
    for source, _, finding in found:
        if finding.checked and finding.effect is not None and finding.effect.measure in MEASURES and finding.effect.value > 0:
            by_measure.setdefault(finding.effect.measure, []).append((source, finding))
    plotted = []
    for measure, pairs in by_measure.items():
        rows = []
        for letter, (source, finding) in zip(LETTERS, pairs, strict=False):
            assert finding.effect is not None
            effect = finding.effect
            rows.append((Effect(letter, source.title, effect.value, effect.interval, effect.level), source, finding))
        picture = Markup(forest([row for row, _, _ in rows], f"{key}-{measure}", MEASURES[measure]))
        plotted.append(Plot(picture, MEASURES[measure][0], tuple(rows)))
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
        made.append(Share(picture, finding.text, source, shown, tuple(source.arms[:2])))
    return made


def trials_by_timing(guideline: Guideline, cited: Sequence[str] | None, key: str) -> Timeline | None:
    """The trials whose timing is known; with `cited`, only when one of these sources is among them."""
    found = sorted(
        (one for one in guideline.evidence.values() if one.timing is not None),
        key=lambda one: (TIMINGS.index(one.timing or ""), one.title),
    )
    if not found or not guideline.about.form.timeline or (cited is not None and not {one.id for one in found} & set(cited)):
        return None
    rows = [Trial(one.title, _columns(one.timing or ""), one.status or "", plain(one.timing or "")) for one in found]
    title = guideline.about.form.timeline
    picture = Markup(timeline(rows, [plain(one) for one in COLUMNS], key, title))
    return Timeline(
        title, picture, tuple((one, plain(one.timing or ""), plain(one.status or "")) for one in found)
    )


def _columns(timing: str) -> frozenset[int]:
    if timing in COLUMNS:
        return frozenset({COLUMNS.index(timing)})
    return frozenset(range(len(COLUMNS)))


def address(source: Source) -> str | None:
    """Where the source can be read."""
    found = link(source)
    return found if found and found.startswith(("https://", "http://")) else None


def printed(source: Source) -> str:
    """The source as one reference."""
    return reference(source)
