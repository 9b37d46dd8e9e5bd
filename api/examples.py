"""Examples of a guideline: requests its authors chose, in `examples/*.json` of its folder. Shown in the documentation, run by tests.

They are words of medicine and so belong to the guideline; a folder without any is described with an empty request.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson


@dataclass(frozen=True)
class Example:
    """One request with a title and what to expect of its answer."""

    name: str
    title: str
    expect: str
    request: dict[str, Any]

    @property
    def facts_only(self) -> str:
        """The request as one line of JSON, without the day, so that it is answered as of today."""
        return json.dumps({"facts": self.request["facts"]}, ensure_ascii=False)


EMPTY = Example("nothing-known", "Nothing is known", "`needs` lists what to ask, best first.", {"facts": {}})


def read(rules: Path) -> tuple[Example, ...]:
    """The examples of the guideline in a folder, in the order of their file names; at least one."""
    found = []
    for path in sorted((rules / "examples").glob("*.json")):
        data = orjson.loads(path.read_bytes())
        found.append(Example(path.stem.lstrip("0123456789-"), data["title"], data["expect"], data["request"]))
    return tuple(found) or (EMPTY,)
