"""An independent checker of what a CDS Hooks service sends, written from the specification (2.0.1) and not from the service.

Each function gives the list of what is wrong; an empty list is conformant.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from fhir.resources.R4B import get_fhir_model_class

HOOKS = {"patient-view", "order-select", "order-sign"}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
REVERSE_DNS = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
HTML = re.compile(r"(?<!\\)<[a-zA-Z/!]")
TOKENS = {"{{context.patientId}}", "{{context.userId}}", "{{context.encounterId}}", "{{userPractitionerId}}"}
CARD = {
    "uuid",
    "summary",
    "detail",
    "indicator",
    "source",
    "suggestions",
    "selectionBehavior",
    "overrideReasons",
    "links",
    "extension",
}


def empties(value: Any, path: str = "") -> Iterator[str]:
    """No member may be null or empty, except `cards` itself."""
    if value is None or value in ("", [], {}):
        if path != ".cards":
            yield f"{path} is empty"
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from empties(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from empties(inner, f"{path}[{index}]")


def discovery(body: Any) -> list[str]:
    found = list(empties(body))
    if not isinstance(body, dict) or not isinstance(body.get("services"), list):
        return [*found, "services is not a list"]
    for service in body["services"]:
        for name in ("hook", "id", "description"):
            if not isinstance(service.get(name), str):
                found.append(f"a service has no {name}")
        if service.get("hook") not in HOOKS:
            found.append(f"{service.get('hook')} is not a hook")
        for key, template in service.get("prefetch", {}).items():
            found += [f"prefetch {key}: {one}" for one in template_problems(template)]
    return found


def template_problems(template: str) -> list[str]:
    """The restrictions on prefetch queries."""
    found = [f"{token} may not be used" for token in re.findall(r"\{\{.*?\}\}", template) if token not in TOKENS]
    path, mark, query = template.partition("?")
    if not mark:
        return found if re.fullmatch(r"[A-Z]\w+/\{\{[\w.]+\}\}", path) else [*found, "is neither a read nor a search"]
    if not re.fullmatch(r"[A-Z]\w+", path):
        found.append("a search names one type")
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if not value:
            found.append(f"{name} has no value")
        if (
            name.startswith(("_has", "_include", "_revinclude"))
            or "." in name
            or (":" in name and not name.endswith(":in"))
        ):
            found.append(f"{name} may not be used")
    return found


def response(body: Any) -> list[str]:
    """The answer to a call."""
    if not isinstance(body, dict) or not isinstance(body.get("cards"), list):
        return ["cards is not a list"]
    found = list(empties(body))
    if body.keys() - {"cards", "systemActions", "extension"}:
        found.append("unknown members")
    ids: list[str] = []
    for index, one in enumerate(body["cards"]):
        found += [f"card {index}: {problem}" for problem in card(one)]
        ids += [one.get("uuid", ""), *(each.get("uuid", "") for each in one.get("suggestions", []))]
    named = [one for one in ids if one]
    if len(named) != len(set(named)):
        found.append("an id is used twice")
    return found


def card(one: dict[str, Any]) -> list[str]:
    found = [f"{name} is not a member of a card" for name in one.keys() - CARD]
    summary = one.get("summary")
    if not isinstance(summary, str) or not 0 < len(summary) < 140:
        found.append("summary is missing or has 140 characters or more")
    if one.get("indicator") not in ("info", "warning", "critical"):
        found.append("indicator")
    if not UUID.fullmatch(one.get("uuid", "")):
        found.append("no uuid, so no feedback is possible")
    source = one.get("source", {})
    if not isinstance(source.get("label"), str):
        found.append("source has no label")
    if "url" in source and not absolute(source["url"]):
        found.append("source.url")
    if "topic" in source and not {"code", "system"} <= source["topic"].keys():
        found.append("source.topic")
    if HTML.search(one.get("detail") or ""):
        found.append("detail holds HTML")
    if ("suggestions" in one) != ("selectionBehavior" in one) or one.get("selectionBehavior", "any") not in (
        "any",
        "at-most-one",
    ):
        found.append("selectionBehavior stands with suggestions, and only with them")
    for reason in one.get("overrideReasons", []):
        if not all(isinstance(reason.get(name), str) for name in ("code", "system", "display")):
            found.append("an override reason lacks code, system or display")
    for link in one.get("links", []):
        if (
            not {"label", "url", "type"} <= link.keys()
            or link["type"] not in ("absolute", "smart")
            or not absolute(link["url"])
        ):
            found.append("a link lacks label, url or type")
        if "appContext" in link and link["type"] != "smart":
            found.append("appContext belongs to smart links")
    for name in one.get("extension", {}):
        if not REVERSE_DNS.fullmatch(name):
            found.append(f"extension {name} is not named by a reversed domain")
    recommended = [each for each in one.get("suggestions", []) if each.get("isRecommended")]
    if one.get("selectionBehavior") == "at-most-one" and len(recommended) > 1:
        found.append("two suggestions are recommended where one can be taken")
    for suggestion in one.get("suggestions", []):
        found += suggestion_problems(suggestion)
    return found


def suggestion_problems(suggestion: dict[str, Any]) -> list[str]:
    found = [] if isinstance(suggestion.get("label"), str) else ["a suggestion has no label"]
    if "uuid" in suggestion and not UUID.fullmatch(suggestion["uuid"]):
        found.append("the uuid of a suggestion")
    if "actions" in suggestion and not suggestion["actions"]:
        found.append("actions is empty")
    for action in suggestion.get("actions", []):
        kind = action.get("type")
        if kind not in ("create", "update", "delete") or not isinstance(action.get("description"), str):
            found.append("an action lacks type or description")
        if kind in ("create", "update"):
            found += fhir(action.get("resource"))
        if kind == "create" and "id" in (action.get("resource") or {}):
            found.append("a new resource has an id already")
        if kind == "delete" and not re.fullmatch(r"[A-Z]\w+/[A-Za-z0-9\-.]{1,64}", action.get("resourceId", "")):
            found.append("delete names no resource")
    return found


def fhir(resource: Any) -> list[str]:
    """Is it a resource of FHIR R4?"""
    if not isinstance(resource, dict) or "resourceType" not in resource:
        return ["no resource"]
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValueError as error:
        return [f"not FHIR: {error}"]
    return []


def absolute(url: Any) -> bool:
    return isinstance(url, str) and urlsplit(url).scheme in ("http", "https") and bool(urlsplit(url).netloc)
