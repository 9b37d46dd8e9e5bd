"""API keys: `tnbc_<name>_<secret>`. The file holds a hash of each, so that who reads the file cannot call.

A line is `<name> <role>[,<role>] <SHA-256 of the key>`; `#` begins a comment. A secret has 256 random bits, so a plain hash cannot be searched.
The file is read again when it changes: a line that is removed is a key that no longer opens anything.
"""

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from api.access.roles import ROLES, Caller, Role
from api.settings import SettingsError
from engine.language.problems import did_you_mean

BEGINS = "tnbc_"
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\Z")
HASH = re.compile(r"[0-9a-f]{64}\Z")


class KeyFileError(SettingsError):
    """A file of keys that cannot be used; `lines` says where and why."""


def new_key(name: str) -> str:
    """A key for this caller; it is shown once and kept nowhere."""
    return f"{BEGINS}{name}_{secrets.token_urlsafe(32)}"


def hashed(key: str) -> str:
    """What the file holds of a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def line_of(name: str, roles: Iterable[Role], key: str) -> str:
    """The line of the file."""
    return f"{name} {','.join(roles)} {hashed(key)}"


def read_keys(path: Path) -> dict[str, tuple[Caller, str]]:
    """Name -> who it is and the hash of the key; raises KeyFileError with every line that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise KeyFileError([f"{path}: cannot be read: {reason}"]) from None
    found: dict[str, tuple[Caller, str]] = {}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        wrong = _wrong(words, found)
        if wrong:
            problems.append(f"{path}:{number}: {wrong}")
            continue
        roles: frozenset[Role] = frozenset(one for one in ROLES if one in words[1].split(","))
        found[words[0]] = Caller(f"key:{words[0]}", roles), words[2]
    if problems:
        raise KeyFileError(problems)
    return found


def _wrong(words: list[str], found: Mapping[str, object]) -> str:
    """What is wrong with a line; never its hash."""
    if len(words) != 3:
        return "a line is `<name> <roles> <hash>`: run `tnbc-cds keys new NAME --role ROLE`"
    name, roles, digest = words
    if not NAME.match(name):
        return f"`{name[:80]}` is no name: use small letters, digits and `-`"
    if name in found:
        return f"`{name}` stands twice: remove one line, or give a second key another name"
    for role in roles.split(","):
        if role not in ROLES:
            return f"`{role[:80]}` is not a role: {did_you_mean(role, ROLES)}"
    if not HASH.match(digest):
        return "the hash must be 64 hexadecimal digits: a key itself never stands in this file"
    return ""


class Keys:
    """The keys of a file, read again when it changes. A changed file with a mistake leaves the keys before it in force."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problem = ""
        self._seen = self._stamp()
        self._keys = read_keys(path)

    def caller(self, key: str) -> Caller | None:
        """Whose key it is."""
        self._refresh()
        known = self._keys.get(key.removeprefix(BEGINS).partition("_")[0])
        if known is None or not hmac.compare_digest(known[1], hashed(key)):
            return None
        return known[0]

    def _refresh(self) -> None:
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._keys, self.problem = read_keys(self.path), ""
        except KeyFileError as error:
            self.problem = str(error)

    def _stamp(self) -> tuple[int, int, int]:
        try:
            found = os.stat(self.path)
        except OSError:
            return 0, 0, 0
        return found.st_mtime_ns, found.st_size, found.st_ino
