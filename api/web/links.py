"""Links that open the form filled in: the facts stay here, the link holds a random name for them that soon means nothing.

Used by the cards of CDS Hooks: an electronic record shows the link, the clinician's browser opens the form with what the record said. The name is
read at one address (`/filled/{name}`), gives the form and nothing else, and ends after a few minutes. The store in memory belongs to one process:
with several, give them a store that they share (anything with `keep` and `find`), or send a caller always to the same process.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

FILLED = "/filled"  # the address under which a link opens the form
BYTES = 24  # 192 random bits: a name cannot be guessed
MOST = 2_000  # links kept at a time; the oldest goes first


@dataclass(frozen=True, slots=True)
class Filled:
    """What a link opens: facts as the API takes them, and the seconds it still has."""

    facts: Mapping[str, Any]
    seconds_left: float


class Links(Protocol):
    """Keeps facts for a few minutes under a random name."""

    def keep(self, facts: Mapping[str, Any]) -> str:
        """The name under which the facts can be found; empty where links are switched off."""

    def find(self, name: str) -> Filled | None:
        """The facts kept under this name; None when there are none, or no longer."""


class MemoryLinks:
    """Links in the memory of this process, bounded in number and time."""

    def __init__(self, seconds: float, most: int = MOST, clock: Callable[[], float] = time.monotonic) -> None:
        """`seconds`: how long a link works; 0 makes none."""
        self._seconds, self._most, self._clock = seconds, most, clock
        self._kept: OrderedDict[str, tuple[float, Mapping[str, Any]]] = OrderedDict()

    @property
    def count(self) -> int:
        """How many links are kept."""
        return len(self._kept)

    def keep(self, facts: Mapping[str, Any]) -> str:
        """A new name for the facts; links that have ended are forgotten."""
        if not self._seconds:
            return ""
        now = self._clock()
        self._forget(now)
        while len(self._kept) >= self._most:
            self._kept.popitem(last=False)
        name = secrets.token_urlsafe(BYTES)
        self._kept[name] = (now + self._seconds, dict(facts))
        return name

    def find(self, name: str) -> Filled | None:
        """The facts, while the link lasts."""
        now = self._clock()
        self._forget(now)
        found = self._kept.get(name)
        return None if found is None else Filled(found[1], found[0] - now)

    def _forget(self, now: float) -> None:
        """All links last equally long, so the oldest end first."""
        while self._kept:
            name, (end, _) = next(iter(self._kept.items()))
            if end > now:
                return
            del self._kept[name]
