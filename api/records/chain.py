"""What is hashed, and how: enough to verify a store with another program.

content = SHA-256(salt + facts + line end + decision)       the salt is random, and erased with the facts: nobody can guess them from the hash
hash    = SHA-256(hash of the record before + header)       the header is the list below as JSON without spaces; hashes in hexadecimal
"""

import datetime
import hashlib
import os
from dataclasses import dataclass, replace

import orjson

START = bytes(32)  # what stands before the first record
NOTHING = bytes(32)  # the hash of a record that has no content
SHORT = 2047  # bytes that are hashed without letting other threads run in between: waiting for one's turn takes longer than hashing
DECISION, FEEDBACK, ERASURE, EXPIRY = "decision", "feedback", "erasure", "expiry"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be recorded."""

    id: str
    kind: str
    channel: str
    caller: str
    engine_version: str
    time: str
    as_of: str | None = None
    guideline: str | None = None  # SHA-256
    subject: str | None = None
    facts: bytes = b"{}"  # JSON on one line
    outcome: bytes = b""  # the exact bytes of the Decision, or of the feedback

    @property
    def content(self) -> bytes:
        """What can be erased."""
        return b"%b\n%b" % (self.facts, self.outcome)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry with the hash of its content."""

    entry: Entry
    salt: bytes
    digest: bytes  # of salt and content
    content: bytes


@dataclass(frozen=True, slots=True)
class Record:
    """One link of the chain."""

    position: int
    id: str
    kind: str
    time: str
    channel: str
    caller: str
    as_of: str | None
    guideline: bytes | None
    engine_version: str
    subject: str | None
    content: bytes
    previous: bytes
    hash: bytes

    def header(self) -> bytes:
        """What the hash is made over, besides the hash before."""
        guideline = None if self.guideline is None else self.guideline.hex()
        return orjson.dumps(
            [
                self.position, self.id, self.kind, self.time, self.channel, self.caller, self.as_of, guideline,
                self.engine_version, self.subject, self.content.hex(),
            ]
        )  # fmt: skip

    def expected_hash(self) -> bytes:
        """The hash this record must have."""
        return hashlib.sha256(self.previous + self.header()).digest()


@dataclass(frozen=True, slots=True)
class Head:
    """The newest record: how many there are, and the hash over all of them."""

    position: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"

    @classmethod
    def of(cls, text: str) -> "Head":
        """The head as it was printed; ValueError where it is none."""
        position, _, digest = text.strip().partition(":")
        found = cls(int(position), bytes.fromhex(digest))
        if len(found.hash) != 32 or found.position < 0:
            raise ValueError("not a head")
        return found


def link(entry: Entry, position: int, previous: bytes, content: bytes) -> Record:
    """The record of an entry behind the one with the hash `previous`."""
    guideline = None if entry.guideline is None else bytes.fromhex(entry.guideline)
    record = Record(
        position, entry.id, entry.kind, entry.time, entry.channel, entry.caller, entry.as_of, guideline,
        entry.engine_version, entry.subject, content, previous, b"",
    )  # fmt: skip
    return replace(record, hash=record.expected_hash())


def seal(entry: Entry) -> Sealed:
    """The entry with a new salt and the hash of its content. Best done where the entry was just made: what was just written is hashed fastest."""
    salt, content = os.urandom(16), entry.content
    return Sealed(entry, salt, content_hash(salt, content), content)


def content_hash(salt: bytes, content: bytes) -> bytes:
    """The hash that stays when the content is erased."""
    digest = hashlib.sha256(salt)
    whole = memoryview(content)
    for place in range(0, len(whole), SHORT):
        digest.update(whole[place : place + SHORT])
    return digest.digest()


def written_time(moment: datetime.datetime) -> str:
    """A time as records write it: in UTC, so that it sorts as text."""
    return f"{moment.astimezone(datetime.UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def now() -> str:
    """The time now."""
    return written_time(datetime.datetime.now(datetime.UTC))


def days_ago(days: int) -> str:
    """The time so many days ago."""
    return written_time(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=days))
