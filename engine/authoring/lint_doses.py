"""What an author would want to know of regimens: doses, schedules and numbers of cycles that the findings they cite do not hold."""

import re
from collections import defaultdict
from collections.abc import Iterator

from engine.authoring.lint_places import file_warning
from engine.language.evidence import Finding, Regimen
from engine.language.guideline import Guideline
from engine.language.problems import Problem, shorten
from engine.language.rules import Citation

_AMOUNT = re.compile(
    r"(?<![A-Za-z\d.,])(\d+(?:[.,]\d+)*) ?([a-zµ%][a-z0-9µ%]*(?:/[a-z0-9]+)*)|\b([A-Z]{2,}) ?(\d+(?:\.\d+)?)"
)
_EVERY = re.compile(r"(?:every |q)(\d+)[ -]?(w|d)")
_MOST = 2.5  # the same drug in the same unit: a dose so many times that of any other regimen is seldom meant
Amount = tuple[str, str]  # figure and unit
CHECK = "check it against the source, or cite the finding that holds it"


def dose_mismatch(guideline: Guideline) -> Iterator[Problem]:
    """A dose, a schedule or a number of cycles that the cited findings do not hold although they hold others; or far from other regimens."""
    others = _doses(guideline)
    names = _names(guideline)
    units = {unit for known in others.values() for _, unit in known}
    for regimen in guideline.regimens.values():
        file = guideline.files[f"{guideline.root.name}/regimens/{regimen.id}.yaml"]
        text = _cited(regimen, guideline)
        held = _amounts(text)
        every = set(_days(text))
        for index, part in enumerate(regimen.parts):
            for key, message in (
                *(("dose", one) for one in _dose(part.drug, part.dose or "", held, units, others, regimen.id)),
                *(("dose", one) for one in _named_doses(part.drug, part.dose or "", text, names)),
                *(("schedule", one) for one in _schedule(part.schedule or "", part.dose or "", text, every)),
                *(("cycles", one) for one in _cycles(str(part.cycles or ""), text, part.drug, guideline)),
            ):
                place = file.value_place(("parts", index, key))
                yield file_warning("dose-mismatch", message, file, place, CHECK)


def _dose(
    drug: str, dose: str, held: set[Amount], units: set[str], others: dict[str, dict[Amount, set[str]]], regimen: str
) -> Iterator[str]:
    doses = _amounts(dose)
    cited = {one for one in held if one[1] in units}
    beside = {one: names - {regimen} for one, names in others[drug.lower()].items() if names - {regimen}}
    if not doses and re.search(r"\d", dose) and (cited or beside):
        yield f"the dose `{dose}` of `{drug}` has no unit"
    for figure, unit in sorted(doses):
        if cited and (figure, unit) not in held:
            yield f"no cited finding has `{_written(figure, unit)}` of `{drug}`; they have {_list(cited)}"
        elif not cited and beside and (figure, unit) not in beside:
            alike = [float(other) for other, its in beside if its == unit]
            far = all(not 1 / _MOST < float(figure) / other < _MOST for other in alike if other)
            if far or not alike:
                yield f"`{_written(figure, unit)}` of `{drug}` is far from other regimens: {_list(set(beside))}"


def _named_doses(drug: str, dose: str, text: str, names: set[str]) -> Iterator[str]:
    """A dose that a cited finding has, but of another drug: directly behind the name of this one it has others."""
    held = _by_name(text, names)
    for name, amounts in _by_name(dose, names, drug.lower()).items():
        for figure, unit in sorted(amounts):
            own = {one for one in held.get(name, ()) if one[1] == unit}
            if own and (figure, unit) not in own:
                yield f"the cited findings give `{name}` as {_list(own)}, not `{_written(figure, unit)}`"


def _by_name(text: str, names: set[str], first: str = "") -> dict[str, set[Amount]]:
    """Each amount under the last name of a drug before it in the same sentence."""
    found: dict[str, set[Amount]] = defaultdict(set)
    for sentence in re.split(r"[;\n]|\.\s", text):
        name = first
        for word in re.finditer(rf"{_AMOUNT.pattern}|[A-Za-z]+(?:-[A-Za-z]+)*", sentence):
            if word[0].lower() in names:
                name = word[0].lower()
            elif name and (amounts := _amounts(word[0])):
                found[name] |= amounts
    return found


def _names(guideline: Guideline) -> set[str]:
    """Every name of a drug in one word."""
    words = {word.lower() for one in guideline.regimens.values() for part in one.parts for word in part.drug.split()}
    return {one for one in words if len(one) > 4} | set(guideline.terminology.drugs)


def _schedule(schedule: str, dose: str, text: str, every: set[int]) -> Iterator[str]:
    """A dose is given as often as the cited findings say: behind that very dose, or at all."""
    own: set[int] = set()
    for figure, unit in _amounts(dose):
        written = rf"{unit} ?{figure}" if unit.isupper() else rf"(?<![\d.]){re.escape(figure)} ?{re.escape(unit)}"
        for match in re.finditer(rf"{written}\b[^\d;:]{{0,25}}(?:every |q)\d+[ -]?[wd]", text):
            own |= set(_days(match[0]))
    for days in _days(schedule):
        if own and days not in own:
            yield f"the cited findings give `{dose}` every {shorten([str(one) for one in sorted(own)])} days, not `{schedule}`"
        elif every and days not in every:
            yield f"no cited finding has `{schedule}`; they have every {shorten([str(one) for one in sorted(every)])} days"


def _cycles(cycles: str, text: str, drug: str, guideline: Guideline) -> Iterator[str]:
    """A number of cycles is one that a cited finding holds, or any finding that speaks of the drug."""
    known, others = set(re.findall(r"\d+", text)), _of_drug(drug, guideline)
    for number in re.findall(r"\d+", cycles):
        if others and number not in known and number not in others:
            yield f"no finding on `{drug}` has the number {number} of `{cycles}`"


def _of_drug(drug: str, guideline: Guideline) -> set[str]:
    sources = guideline.evidence.values()
    texts = (f"{source.title} {_text(one)}" for source in sources for one in source.findings.values())
    return {number for text in texts if drug.lower() in text.lower() for number in re.findall(r"\d+", text)}


# ---- what texts hold ----------------------------------------------------------------------------------------------------
def _doses(guideline: Guideline) -> dict[str, dict[Amount, set[str]]]:
    """The doses of each drug, and which regimens have them."""
    found: dict[str, dict[Amount, set[str]]] = defaultdict(lambda: defaultdict(set))
    for regimen in guideline.regimens.values():
        for part in regimen.parts:
            for one in _amounts(part.dose or ""):
                found[part.drug.lower()][one].add(regimen.id)
    return found


def _amounts(text: str) -> set[Amount]:
    """`80 mg/m2` and `AUC 5` as figure and unit."""
    plain = text.replace("\u00b2", "2").replace("m(2)", "m2")
    found = set()
    for figure, unit, letters, number in _AMOUNT.findall(plain):
        amount = (figure or number).replace(",", "").rstrip(".")
        if amount.count(".") < 2:
            found.add((f"{float(amount):g}", (unit or letters)))
    return found


def _written(figure: str, unit: str) -> str:
    return f"{unit} {figure}" if unit.isupper() else f"{figure} {unit}"


def _list(amounts: set[Amount]) -> str:
    return shorten([f"`{_written(*one)}`" for one in sorted(amounts)], 8)


def _days(text: str) -> Iterator[int]:
    """`every 3 weeks`, `q3w` and `every 21 days` alike."""
    for number, unit in _EVERY.findall(text.lower()):
        yield int(number) * (7 if unit == "w" else 1)


def _cited(regimen: Regimen, guideline: Guideline) -> str:
    return "\n".join(_text(guideline.finding(Citation(*one.split("#", 1)))) for one in regimen.citations)


def _text(finding: Finding) -> str:
    return " ".join([finding.text, finding.value or "", finding.quote or ""])
