"""Problems as other programs read them.

    as_json        one object, for scripts
    as_sarif       SARIF 2.1.0 (OASIS), for code scanning and editors
    as_github      workflow commands of GitHub Actions, shown beside the changed lines

Paths are relative to the checkout, or to the working folder where there is none, so that they are found beside the changed lines.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engine.inference.decide import ENGINE_VERSION
from engine.language.problems import Place, Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
PAGES = Path(__file__).resolve().parents[2] / "docs" / "lint"
Counts = Mapping[str, int]


def as_json(problems: Sequence[Problem], counts: Counts) -> str:
    """`{"errors": 1, "warnings": 0, "problems": [...]}`, and how much of everything there is."""
    errors = sum(one.severity == "error" for one in problems)
    listed = [
        {
            "code": one.code, "severity": one.severity, "message": one.message, "hint": one.hint,
            "path": one.place.path, "line": one.place.line, "column": one.place.column, "length": one.place.length,
            "related": [str(place) for place in one.related],
        }
        for one in problems
    ]  # fmt: skip
    body = {"errors": errors, "warnings": len(problems) - errors, "problems": listed, **counts}
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


# ---- SARIF --------------------------------------------------------------------------------------------------------------
def as_sarif(problems: Sequence[Problem], root: Path, pages: str | None = None) -> str:
    """One run with one result a problem. `pages`: the address at which docs/lint is published; without it, where it lies on this machine."""
    codes = sorted({one.code for one in problems})
    run = {
        "tool": {
            "driver": {"name": "tnbc-cds", "version": ENGINE_VERSION, "rules": [_rule(code, pages) for code in codes]}
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.code), root) for one in problems],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _rule(code: str, pages: str | None) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": code}
    page = PAGES / f"{code}.md"
    if pages is not None:
        rule["helpUri"] = f"{pages.rstrip('/')}/{code}.md"
    if page.is_file():
        text = page.read_text(encoding="utf-8")
        summary = text.split("\n")[2]
        rule |= {"shortDescription": {"text": summary}, "help": {"text": summary, "markdown": text}}
        rule.setdefault("helpUri", page.as_uri())
    return rule


def _result(one: Problem, index: int, root: Path) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": one.severity,
        "message": {"text": f"{one.message}\n{one.hint}" if one.hint else one.message},
        "locations": [_location(one.place, root, one.source_line)],
    }
    if one.related:
        result["relatedLocations"] = [_location(place, root) | {"id": place_id}
                                      for place_id, place in enumerate(one.related, 1)]  # fmt: skip
    return result


def _location(place: Place, root: Path, source: str = "") -> dict[str, Any]:
    region: dict[str, Any] = {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": place.column + max(1, place.length),
    }
    if source:
        region["snippet"] = {"text": source}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(place, root)}, "region": region}}


def _uri(place: Place, root: Path) -> str:
    path = _path(place, root)
    return Path(path).as_uri() if os.path.isabs(path) else quote(path)


# ---- GitHub -------------------------------------------------------------------------------------------------------------
def as_github(problems: Sequence[Problem], root: Path) -> str:
    """One line a problem: `::error file=rules/x.yaml,line=3,col=8,endColumn=12,title=unknown-value::message`."""
    return "".join(f"{_command(one, root)}\n" for one in problems)


def _command(one: Problem, root: Path) -> str:
    end = one.place.column + max(1, one.place.length)
    options = {
        "file": _path(one.place, root),
        "line": str(one.place.line),
        "endLine": str(one.place.line),
        "col": str(one.place.column),
        "endColumn": str(end),
        "title": one.code,
    }
    see = [f"see {_path(place, root)}:{place.line}" for place in one.related]
    text = "\n".join([one.message, *see, *([one.hint] if one.hint else [])])
    written = ",".join(f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
                       for key, value in options.items())  # fmt: skip
    return f"::{one.severity} {written}::{_escaped(text)}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _path(place: Place, root: Path) -> str:
    """The path of a file of the guideline in `root`, relative to the checkout it stands in, wherever the command was run; else to the working
    folder where it is below it."""
    whole = Path(os.path.abspath(root)).parent / place.path
    top = next((one for one in whole.parents if (one / ".git").exists()), Path.cwd())
    return whole.relative_to(top).as_posix() if whole.is_relative_to(top) else whole.as_posix()


__all__ = ["as_github", "as_json", "as_sarif"]
