"""The scenarios of a guideline as a rule's page shows them: who it is, what is expected, and a way to try it in the form.

They are read from the folder `features` beside the guideline, once, when the first page asks. An installation without that folder, or without the
package that reads it, has none, and the page says so.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.web.fields import text_of
from api.web.words import capital
from engine.language.guideline import Guideline
from engine.language.scenarios import OUTCOMES, FeatureError, NoGherkin, Scenario, read_scenarios

_SHOWN = ("shown", "stands")


@dataclass(frozen=True)
class Scene:
    """One scenario as a line: its place is its name."""

    place: str
    name: str
    patient: str
    changed: tuple[str, ...]  # `N category: N0`
    outcome: str


@dataclass(frozen=True)
class Outcome:
    """The scenarios of a rule that expect the same of it."""

    id: str
    title: str
    scenes: tuple[Scene, ...]


class Scenes:
    """The scenarios of one guideline."""

    def __init__(self, guideline: Guideline) -> None:
        self.guideline = guideline
        self._read: dict[str, Scenario] | None = None
        self._turn = asyncio.Lock()

    async def all(self) -> Mapping[str, Scenario]:
        """Every scenario by its place; none where they cannot be read."""
        async with self._turn:
            if self._read is None:
                self._read = await asyncio.to_thread(self._from_files)
        return self._read

    def _from_files(self) -> dict[str, Scenario]:
        folder = self.guideline.root.resolve().parent / "features"
        if not folder.is_dir():
            return {}
        try:
            return {one.where: one for one in read_scenarios(folder, self.guideline.vocabulary)}
        except (FeatureError, NoGherkin):
            return {}

    async def of(self, number: str) -> tuple[Outcome, ...]:
        """The scenarios that expect something of this rule, by what they expect."""
        by_outcome: dict[str, list[Scene]] = {}
        for one in (await self.all()).values():
            for each in one.expected:
                found = next((word for word in OUTCOMES if each.what == f"is {word}"), "")
                if not found and each.what.removeprefix("is ") in _SHOWN:
                    found = "shown"
                if each.rule == number and found:
                    by_outcome.setdefault(found, []).append(self._scene(one, found))
                    break
        return tuple(
            Outcome(word.replace(" ", "-"), capital(word), tuple(by_outcome[word]))
            for word in (*OUTCOMES[:2], "shown", *OUTCOMES[2:])
            if word in by_outcome
        )

    def _scene(self, one: Scenario, outcome: str) -> Scene:
        vocabulary = self.guideline.vocabulary
        changed = tuple(f"{vocabulary[name].label}: {self._words(name, one.facts.get(name))}" for name in one.changed)
        return Scene(one.where, one.name, one.patient, changed, outcome)

    def _words(self, name: str, value: Any) -> str:
        fact = self.guideline.vocabulary[name]
        try:
            given = fact.read(value)
        except ValueError:
            return "not read"
        return fact.open_values[given.open_value] if given.open_value else fact.words(given.state)

    async def texts(self, place: str) -> Mapping[str, str] | None:
        """The entries of the scenario at this place, as the form takes them; None when there is no such scenario."""
        found = (await self.all()).get(place)
        if found is None:
            return None
        return {name: text_of(self.guideline.vocabulary[name], value) for name, value in found.facts.items()}
