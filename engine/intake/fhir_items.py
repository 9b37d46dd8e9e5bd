"""The values of an element, not yet looked at, and what is said of them afterwards."""

from dataclasses import dataclass
from typing import Any

from engine.intake.fhir_resources import Coding, as_list, at_path, extensions
from engine.language.terminology import ReadingForm

DIFFERS = "the label of the value contradicts its code"
BOTH = "it gives a value and says that the value is missing"


@dataclass(frozen=True, slots=True)
class Item:
    """One value of an element, not yet looked at."""

    path: str
    value: Any
    kind: str  # the type of value[x] in small letters; interpretation; or plain
    side: bool = False  # an interpretation, which need not mean anything


@dataclass(frozen=True, slots=True)
class Said:
    """What one value says: a value of a fact, or (reason) why it says none."""

    path: str
    fact: str | None
    raw: Any = None
    reason: str = ""
    coding: Coding | None = None
    text: str = ""
    event: str | None = None
    within_days: int | None = None
    because: str = ""
    undated: bool = False  # it counts without a date
    lasting: bool = False  # no newer value replaces it
    blocks: bool = False  # no other number says anything of the fact either

    @property
    def speaks(self) -> bool:
        """Is a value said, or an event reported?"""
        return not self.reason


def items_of(element: dict[str, Any], reading: ReadingForm) -> list[Item]:
    """The values of an element that a reading looks at."""
    if reading.extension is not None:
        return [
            Item(f"{path}.{name}", value, name.removeprefix("value").lower())
            for path, one in extensions(element, reading.extension)
            for name, value in one.items()
            if name.startswith("value")
        ]
    if reading.value_at is not None:
        return [Item(path, value, "plain") for path, value in at_path(element, reading.value_at)]
    found = [
        Item(f".{name}", value, name.removeprefix("value").lower())
        for name, value in element.items()
        if name.startswith("value") and name != "valueSet"
    ]
    concepts = as_list(element.get("interpretation"))
    found += [Item(f".interpretation[{index}]", one, "plain", side=True) for index, one in enumerate(concepts)]
    return found


def has_value(element: dict[str, Any]) -> bool:
    """Is there any value that is more than a mark of absence?"""
    return element.get("dataAbsentReason") is None and any(
        name.startswith("value") and value not in (None, "", {}) for name, value in element.items()
    )


def contradicts_itself(element: dict[str, Any]) -> bool:
    """Does it give a value and say that the value is missing?"""
    return element.get("dataAbsentReason") is not None and any(
        name.startswith("value") and value not in (None, "", {}, []) for name, value in element.items()
    )
