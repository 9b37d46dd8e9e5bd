"""What stands on a card, in GitHub-flavoured Markdown without HTML: the advice, how sure it is, why, and what it rests on."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SUMMARY = 139  # a summary must be shorter than 140 characters
_MARKS = re.compile(r"([\\`*_\[\]<>|#~])")
_SPACES = re.compile(r"\s+")


def short(text: str, most: int = SUMMARY) -> str:
    """The text on one line, cut at a word where it is too long."""
    text = _SPACES.sub(" ", text).strip()
    if len(text) <= most:
        return text
    cut = text[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:-")
    return f"{cut or text[: most - 1]}…"


def plain(text: str) -> str:
    """The text with every sign that Markdown or HTML would take for its own escaped."""
    return _MARKS.sub(r"\\\1", _SPACES.sub(" ", text).strip())


def advice(one: Mapping[str, Any], labels: Mapping[str, str], reasons: Sequence[str] = ()) -> str:
    """One recommendation of a Decision in full."""
    parts = [f"**{plain(one['number'])} {plain(one['title'])}**", plain(one["text"])]
    if one["confirm"]:
        parts.append(f"**Confirm first:** {plain('; '.join(labels.get(name, name) for name in one['confirm']))}.")
    grade = f"{one['strength'].capitalize()} recommendation"
    if one["certainty"]:
        grade += f", {one['certainty'].replace('_', ' ')} certainty"
    if one["graded_by"]:
        grade += f" (graded by {one['graded_by']})"
    parts.append(f"{plain(grade)}.")
    parts += [f"Lower for this patient: {plain(reason)}" for reason in one["lowered"]]
    if one["because"]:
        parts.append(_list("Why", [f"{plain(each['test'])} (here: {plain(each['state'])})" for each in one["because"]]))
    if one["rationale"]:
        parts.append(plain(one["rationale"]))
    for regimen in one["regimen"]:
        lines = [
            plain(" ".join(filter(None, (part["drug"], part["dose"], part["schedule"])))) for part in regimen["parts"]
        ]
        parts.append(_list(plain(regimen["title"]), lines))
    if reasons:
        parts.append(_list("Not when", [plain(reason) for reason in reasons]))
    if one["caveats"]:
        parts.append(_list("Caveats", [plain(each) for each in one["caveats"]]))
    if one["citations"]:
        parts.append(_list("Evidence", [finding(each) for each in one["citations"]]))
    if one["judgement"]:
        parts.append(f"Judgement of the authors: {plain(one['judgement'])}")
    return "\n\n".join(parts)


def finding(cited: Mapping[str, Any]) -> str:
    """One finding with its figure, which a Decision holds only when it was checked, and its reference."""
    value = f" **{plain(cited['value'])}**" if cited.get("value") else ""
    unchecked = "" if cited["checked"] else " (not checked at its source)"
    reference = plain(cited["reference"])
    if cited["url"]:
        reference = f"[{reference}]({_address(cited['url'])})"
    return f"{plain(cited['text']).rstrip('.')}.{value}{unchecked} {reference}"


def listed(title: str, lines: Iterable[str]) -> str:
    """A heading and lines below it, escaped."""
    return _list(plain(title), [plain(line) for line in lines])


def _list(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{title}:", "", *(f"- {line}" for line in lines)])


def _address(url: str) -> str:
    return url.replace(" ", "%20").replace("(", "%28").replace(")", "%29").replace("<", "%3C").replace(">", "%3E")
