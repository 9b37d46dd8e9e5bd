"""What an author would want to know of the figures of evidence: numbers that cannot be, or that do not go with the others beside them."""

import math
import re
from collections.abc import Iterator
from statistics import NormalDist

from engine.authoring.lint_places import file_warning
from engine.language.evidence import Finding, Source
from engine.language.guideline import Guideline
from engine.language.problems import Problem
from engine.language.yamlfile import Route, YamlFile

FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_PERCENT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?) ?%")
_INTERVAL = re.compile(
    r"(\d+(?:\.\d+)?)\s*\((?:\d\d(?:\.\d)? ?% CI[,:]?\s*)?(\d+(?:\.\d+)?)\s*(?:-|–|‒|to)\s*(\d+(?:\.\d+)?)\)"
)
_VERSUS = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?) ?%? (?:vs\.?|versus|against|v) (\d+(?:\.\d+)?) ?%?")
_P = re.compile(r"(<|<=|=|>|)\s*([01]?\.\d+|0|1)$")
_ARMS = re.compile(r"^(\d[\d,]*)\s*\(([^()]*)\)")
_GROUP = re.compile(r"(\d[\d,]*)(?: \D+)?$")
_LONGEST = 600  # months of follow-up
_CLOSE = 4  # how many times a printed p may differ from that of its interval: rounding, one-sided tests, other models
_LOOSE = 0.15  # how far a value may stand from the middle of its interval, as a share of its width
CHECK = "check the figures against the source"
Odd = tuple[Route, str]


def odd_figure(guideline: Guideline) -> Iterator[Problem]:
    """A number of a source that cannot be: a percentage above 100, a ratio of nothing, a p above 1, a value beside its interval."""
    for source, file in _sources(guideline):
        for route, message in (*_population(source), *(one for key in source.findings for one in _odd(source, key))):
            yield file_warning("odd-figure", message, file, file.value_place(route), CHECK)


def _population(source: Source) -> Iterator[Odd]:
    if source.population and source.population.n is not None and source.population.n < 1:
        yield ("population", "n"), f"{source.population.n} people were studied"


def _odd(source: Source, key: str) -> Iterator[Odd]:
    finding, at = source.findings[key], ("findings", key)
    effect, rates = finding.effect, finding.rates
    if effect is not None:
        ratio = effect.measure.endswith("_ratio")
        numbers = (effect.value, *(effect.interval or ()))
        if ratio and min(numbers) <= 0:
            yield (*at, "effect"), f"a ratio is above 0, and `{key}` has {min(numbers):g}"
        elif effect.interval and _off_middle(numbers, ratio=ratio) > _LOOSE:
            low, high = effect.interval
            yield (
                (*at, "effect", "value"),
                f"{effect.value:g} is far from the middle of its interval, {low:g} to {high:g}",
            )
        if not 50 <= effect.level < 100:
            yield (*at, "effect", "level"), f"the level of an interval is a percentage such as 95, not {effect.level:g}"
        match = _P.match(effect.p.strip()) if effect.p is not None else None
        if effect.p is not None and (match is None or not 0 <= float(match[2]) <= 1):
            yield (*at, "effect", "p"), f"`{effect.p}` is not a p value: write it as `0.04` or `<0.001`"
    if rates is not None and rates.unit == "percent":
        for name, figure in (("intervention", rates.intervention), ("control", rates.control)):
            if not 0 <= figure <= 100:
                yield (*at, "rates", name), f"a percentage is from 0 to 100, not {figure:g}"
    if finding.follow_up_months is not None and not 0 < finding.follow_up_months <= _LONGEST:
        yield (*at, "follow_up_months"), f"nobody was followed for {finding.follow_up_months:g} months"
    for name in ("text", "value", "quote"):
        text = getattr(finding, name) or ""
        for match in _PERCENT.finditer(text):
            if float(match[1]) > 100:
                yield (*at, name), f"a percentage is from 0 to 100, not {match[1]}"
        for match in _INTERVAL.finditer(text):
            if not float(match[2]) <= float(match[1]) <= float(match[3]):
                yield (*at, name), f"{match[1]} does not lie in the interval behind it, {match[2]} to {match[3]}"


def _off_middle(numbers: tuple[float, ...], *, ratio: bool) -> float:
    value, low, high = (math.log(one) for one in numbers) if ratio else numbers
    return abs(value - (low + high) / 2) / (high - low) if low < value < high else 0.0


def p_mismatch(guideline: Guideline) -> Iterator[Problem]:
    """A p value that does not go with the interval beside it: one of the two is mistyped."""
    for source, file in _sources(guideline):
        for key, finding in source.findings.items():
            if (expected := _p_of(finding)) is None or finding.effect is None or finding.effect.p is None:
                continue
            match = _P.match(finding.effect.p.strip())
            if match is None or float(match[2]) > 1:
                continue
            sign, printed = match[1], float(match[2])
            low, high = expected / 2 / _CLOSE, expected * _CLOSE
            fits = {"<": low <= printed, "<=": low <= printed, ">": printed <= high}.get(
                sign, low <= printed <= high or printed == 0
            )
            if not fits:
                message = f"p {sign or '='} {printed:g} does not go with the interval of `{key}`, from which it is about {expected:.2g}"
                yield file_warning(
                    "p-mismatch", message, file, file.value_place(("findings", key, "effect", "p")), CHECK
                )


def _p_of(finding: Finding) -> float | None:
    """The two-sided p value that an interval implies, if it was made in the usual way."""
    effect = finding.effect
    if effect is None or effect.interval is None or not 50 <= effect.level < 100:
        return None
    low, high = effect.interval
    ratio = effect.measure.endswith("_ratio")
    if low >= high or (ratio and min(low, effect.value) <= 0):
        return None
    value, low, high = (math.log(one) for one in (effect.value, low, high)) if ratio else (effect.value, low, high)
    error = (high - low) / 2 / NormalDist().inv_cdf(0.5 + effect.level / 200)
    return math.erfc(abs(value) / error / math.sqrt(2))


def count_mismatch(guideline: Guideline) -> Iterator[Problem]:
    """`value` says how many there were in all and in each group, and the groups do not add up; or `population.n` is another number."""
    for source, file in _sources(guideline):
        for key, finding in source.findings.items():
            match = _ARMS.match((finding.value or "").strip())
            if match is None:
                continue
            parts = [_GROUP.match(one.strip()) for one in re.split(r"[,;]\s+(?:and )?| vs\.? | and (?=\d)", match[2])]
            total, groups = _whole(match[1]), [_whole(one[1]) for one in parts if one]
            if len(groups) != len(parts):
                continue
            place = file.value_place(("findings", key, "value"))
            if len(groups) > 1 and sum(groups) != total:
                message = f"the groups of `{key}` are {sum(groups):,} in all, not {total:,}"
                yield file_warning("count-mismatch", message, file, place, CHECK)
            elif (
                key in ("n", "n_itt", "n_randomised") and source.population and source.population.n not in (None, total)
            ):
                message = f"`n` is {source.population.n:,}, and `{key}` says {total:,}"
                yield file_warning(
                    "count-mismatch", message, file, file.value_place(("population", "n")), CHECK, (place,)
                )


def effect_mismatch(guideline: Guideline) -> Iterator[Problem]:
    """A figure of `effect` or `rates` that the printed `value` of the finding does not hold: one of the two is mistyped."""
    for source, file in _sources(guideline):
        for key, finding in source.findings.items():
            printed = _numbers(finding.value)
            for route, figure in _figures(finding) if printed else ():
                if abs(figure) not in printed:
                    message = f"the figure {figure:g} is not in `value` of `{key}`, which is what is printed"
                    place = file.value_place(("findings", key, *route))
                    yield file_warning("effect-mismatch", message, file, place, "check both against the source")
            yield from _rates(key, finding, file)
            quoted, own = _quoted(finding.quote), {abs(one) for one in _quoted(finding.value)}
            if quoted and own and not own & quoted:
                message = f"no figure of `value` of `{key}` is in its `quote`"
                place, hint = file.value_place(("findings", key, "quote")), "check both against the source"
                yield file_warning("effect-mismatch", message, file, place, hint)


def _rates(key: str, finding: Finding, file: YamlFile) -> Iterator[Problem]:
    """Rates beside an effect stand in one of the texts; and those in `value` stand there in the same order."""
    rates, hint = finding.rates, "check both against the source"
    if rates is None:
        return
    if finding.effect is not None:
        known = {one for text in (finding.value, finding.text, finding.quote, finding.note) for one in _numbers(text)}
        for name, figure in (("intervention", rates.intervention), ("control", rates.control)):
            if known and figure not in known:
                message = f"the figure {figure:g} is in no text of `{key}`"
                yield file_warning(
                    "effect-mismatch", message, file, file.value_place(("findings", key, "rates", name)), hint
                )
    for match in _VERSUS.finditer(finding.value or ""):
        if (
            (float(match[2]), float(match[1]))
            == (rates.intervention, rates.control)
            != (rates.control, rates.intervention)
        ):
            message = f"`value` of `{key}` has {match[1]} first, and `rates` has it as the control: the groups may be exchanged"
            yield file_warning("effect-mismatch", message, file, file.key_place(("findings", key, "rates")), hint)


def _figures(finding: Finding) -> Iterator[tuple[Route, float]]:
    if finding.effect is not None:
        yield ("effect", "value"), finding.effect.value
        yield from ((("effect", "interval", place), one) for place, one in enumerate(finding.effect.interval or ()))
    elif finding.rates is not None:  # beside an effect, `value` need not repeat them
        yield ("rates", "intervention"), finding.rates.intervention
        yield ("rates", "control"), finding.rates.control


def _numbers(text: str | None) -> set[float]:
    return {float(one.replace(",", "")) for one in FIGURE.findall(text or "") if one.count(".") < 2}


def _quoted(text: str | None) -> set[float]:
    """The figures of a text in any way of writing them (13,7 and .039 too), without those in names such as X-1."""
    found = set[float]()
    for one in re.findall(r"(?<![\w.,-])\d*[.,]?\d+(?:[.,]\d+)*", (text or "").replace("\u2013", " ")):
        for form in (one.replace(",", ""), one.replace(".", "").replace(",", "."), one):
            try:
                found.add(float(form))
            except ValueError:
                continue
    return found


def _whole(text: str) -> int:
    return int(text.replace(",", ""))


def _sources(guideline: Guideline) -> Iterator[tuple[Source, YamlFile]]:
    for source in guideline.evidence.values():
        yield source, guideline.files[f"{guideline.root.name}/evidence/{source.id}.yaml"]
