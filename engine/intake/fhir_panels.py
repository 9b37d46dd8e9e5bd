"""Resources whose parts together speak of facts: a code map lists the parts and, row by row, what they say."""

from typing import Any

from engine.intake.fhir_codemap import Codemap, Table
from engine.intake.fhir_resources import Coding, as_list, codings, concept_text
from engine.language.terminology import PanelForm, PanelRowForm

PENDING = "pending"


def panel_says(
    codemap: Codemap, name: str, panel: PanelForm, resource: dict[str, Any], waiting: bool
) -> list[PanelRowForm]:
    """For each fact the first row that holds. `waiting`: the result is not final."""
    parts = _parts(codemap, name, resource)
    found: dict[str, PanelRowForm] = {}
    for row in panel.rows:
        if row.fact in found or any(part in parts for part in row.without):
            continue
        if all(_holds(codemap, parts, part, sets, waiting) for part, sets in row.when.items()):
            found[row.fact] = row
    return list(found.values())


def contradicts(codemap: Codemap, resource: dict[str, Any]) -> bool:
    """Does the label of a value say something else than its code, by the named sets of answers?"""
    for element in (resource, *as_list(resource.get("component"))):
        for name, value in element.items() if isinstance(element, dict) else ():
            for one in as_list(value) if name.startswith("value") else ():
                found = codings(one)
                labels = [*(coding.display for coding in found), concept_text(one)]
                coded = {name for name, table in codemap.sets.items() if any(map(table.code, found))}
                said = {name for name, table in codemap.sets.items() if any(table.text(label) for label in labels)}
                if coded and said and not coded & said:
                    return True
    return False


def _parts(codemap: Codemap, name: str, resource: dict[str, Any]) -> dict[str, list[Coding]]:
    """The codes of each part, and of the value."""
    known = codemap.parts[name]
    parts: dict[str, list[Coding]] = {}
    value = _concepts(resource)
    if value:
        parts["value"] = value
    for component in as_list(resource.get("component")):
        if not isinstance(component, dict):
            continue
        said = _concepts(component)
        for coding in codings(component.get("code")):
            part = next((known[key] for key in codemap.keys(coding) if key in known), None)
            if part is not None and said:
                parts.setdefault(part, []).extend(said)
                break
    return parts


def _concepts(element: dict[str, Any]) -> list[Coding]:
    """The codes and texts of the values of an element; a text is a code without a system."""
    found: list[Coding] = []
    for name, value in element.items():
        if not name.startswith("value"):
            continue
        for one in as_list(value):
            if isinstance(one, dict):
                found += codings(one)
                text = concept_text(one)
                if text:
                    found.append(Coding("", "", text))
            elif isinstance(one, str) and one:
                found.append(Coding("", "", one))
    return found


def _holds(codemap: Codemap, parts: dict[str, list[Coding]], part: str, sets: str | list[str], waiting: bool) -> bool:
    if part == "status":
        return waiting and PENDING in ([sets] if isinstance(sets, str) else sets)
    said = parts.get(part, [])
    return all(_any_of(codemap.sets[one], said) for one in ([sets] if isinstance(sets, str) else sets))


def _any_of(table: Table, said: list[Coding]) -> bool:
    for coding in said:
        if coding.code and table.code(coding) is not None:
            return True
        if (not coding.code or not coding.system) and coding.display and table.text(coding.display) is not None:
            return True
    return False
