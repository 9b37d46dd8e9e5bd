"""Links that open the form filled in: the facts stay here, the link holds a random name for them that soon means nothing.

Used by the cards of CDS Hooks: an electronic record shows the link, the clinician's browser opens the form with what the record said. The name is
read at one address (`/filled/{name}`), gives the form and nothing else, and ends after a few minutes. One process keeps the facts in its memory;
several keep them in the folder in which they meet, encrypted with a key that only the link holds.
"""

import contextlib
import hashlib
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

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


class FolderLinks:
    """Links in a folder that several processes of one machine share. Without the link a file says nothing: neither its name nor its content."""

    def __init__(self, folder: Path, seconds: float, most: int = MOST, clock: Callable[[], float] = time.time) -> None:
        """`folder` is made when the first link is; `clock` is that of the file system."""
        self._folder, self._seconds, self._most, self._clock = folder, seconds, most, clock

    def keep(self, facts: Mapping[str, Any]) -> str:
        """A new name for the facts; files of links that have ended are removed."""
        if not self._seconds:
            return ""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._forget()
        name = secrets.token_urlsafe(BYTES)
        path, key = self._of(name)
        end = self._clock() + self._seconds
        sealed = AESGCM(key).encrypt(bytes(12), orjson.dumps([end, dict(facts)]), None)  # a key is used once
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(sealed)
        return name

    def find(self, name: str) -> Filled | None:
        """The facts, while the link lasts."""
        path, key = self._of(name)
        try:
            end, facts = orjson.loads(AESGCM(key).decrypt(bytes(12), path.read_bytes(), None))
        except (OSError, InvalidTag, ValueError):
            return None
        left = end - self._clock()
        if left > 0:
            return Filled(facts, left)
        path.unlink(missing_ok=True)
        return None

    def _of(self, name: str) -> tuple[Path, bytes]:
        """The file and the key of a link: two halves of one digest."""
        digest = hashlib.sha512(name.encode("utf-8", "surrogatepass")).digest()
        return self._folder / digest[:32].hex(), digest[32:]

    def _forget(self) -> None:
        """Remove what has ended, and the oldest where there are too many."""
        with contextlib.suppress(OSError):  # another process may remove the same
            files = sorted((one.stat().st_mtime, one) for one in self._folder.iterdir())
            ended = self._clock() - self._seconds
            spare = len(files) - self._most + 1
            for place, (made, file) in enumerate(files):
                if made <= ended or place < spare:
                    file.unlink(missing_ok=True)
