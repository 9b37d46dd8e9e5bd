"""The store: entries are appended to one chain, found again by their id, walked through, and erased but for their hashes.

However many programs append, the chain stays one: each transaction holds the head while it appends.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Row, Table, delete, func, insert, select, update

from api.records import tables as t
from api.records.chain import DECISION, ERASURE, EXPIRY, FEEDBACK, NOTHING, Entry, Head, Record, Sealed, link, now
from api.records.database import Broken, Database, StoreError
from api.records.packing import Packed, Packer
from engine import new_id
from engine.inference.decide import ENGINE_VERSION

PAGE = 500  # records read at once
_VALUES = attrgetter(*(column.name for column in t.records.columns))
_RECORD = (
    t.records.c.position, t.records.c.id, t.records.c.kind, t.records.c.time, t.records.c.channel, t.records.c.caller,
    t.records.c.as_of, t.records.c.guideline, t.records.c.engine_version, t.records.c.subject, t.records.c.content,
    t.records.c.previous, t.records.c.hash,
)  # fmt: skip


class UnknownGuideline(StoreError):
    """A record names a guideline that the store does not hold."""


@dataclass(frozen=True, slots=True)
class Content:
    """What can be erased of a record."""

    salt: bytes
    whole: bytes

    @property
    def facts(self) -> bytes:
        """The facts as they were used: JSON."""
        return self.whole.partition(b"\n")[0]

    @property
    def outcome(self) -> bytes:
        """The exact bytes of the Decision, or of the feedback."""
        return self.whole.partition(b"\n")[2]


@dataclass(frozen=True, slots=True)
class Kept:
    """A record with its content; None when that is no longer there."""

    record: Record
    content: Content | None
    erased: str | None = None  # when


@dataclass(frozen=True, slots=True)
class Rules:
    """A guideline as the store holds it."""

    sha256: str
    name: str
    version: str
    archive: bytes


class Store:
    """One store. `append` is for one thread at a time; everything else may be called from any."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._packed: dict[str, Packed] = {}  # guidelines that may have to be stored yet
        self._stored: set[str] = set()
        self._packer = Packer()  # of `append`
        self._reader, self._turn = Packer(), threading.Lock()

    # ---- appending ----------------------------------------------------------------------------------------------
    def holds(self, sha256: str) -> bool:
        """Is the guideline stored?"""
        key = t.guidelines.c.sha256 == bytes.fromhex(sha256)
        with self.database.reading() as connection:
            return connection.execute(select(t.guidelines.c.version).where(key)).first() is not None

    def know(self, packed: Packed) -> None:
        """Entries made with this guideline may follow; it is stored with the first of them."""
        self._packer.learn(bytes.fromhex(packed.sha256), packed.dictionary)
        self._packed[packed.sha256] = packed

    def append(self, sealed: Sequence[Sealed]) -> list[bool]:
        """Append them, all or none, in one transaction that is on the disk when this returns; which of them are new.

        A decision is always new; a feedback or an erasure that is recorded already is not appended again.
        Raises StoreError, and UnknownGuideline for one that was never `know`n.
        """
        entries = [one.entry for one in sealed]
        try:
            packed = self._packer.pack([(_raw(one.entry.guideline), one.content) for one in sealed])
        except KeyError:
            raise UnknownGuideline("the guideline of a decision is not known to the store") from None
        guidelines = {one.guideline for one in entries if one.guideline is not None}
        subjects = [(one.kind, one.subject) for one in entries if one.subject is not None]

        def work(connection: Connection) -> list[bool]:
            position, previous = _locked_head(connection)
            self._store(connection, guidelines)
            seen = _recorded(connection, subjects) if subjects else set()
            links: list[Record] = []
            bodies: list[tuple[int, bytes, bytes]] = []
            new: list[bool] = []
            for one, entry, body in zip(sealed, entries, packed, strict=True):
                new.append((entry.kind, entry.subject) not in seen)
                if not new[-1]:
                    continue
                if entry.subject is not None:
                    seen.add((entry.kind, entry.subject))
                position += 1
                record = link(entry, position, previous, one.digest)
                previous = record.hash
                links.append(record)
                bodies.append((position, one.salt, body))
            if links:
                _append(connection, links, bodies)
            return new

        new = self._twice(work, next((one.id for one in entries if one.kind == DECISION), entries[0].id))
        self._stored |= guidelines
        return new

    def probe(self) -> None:
        """Write, without changing anything, what every record is written with. Raises StoreError when that cannot be done."""
        with self.database.writing() as connection:
            connection.execute(update(t.head).values(position=t.head.c.position))

    def _twice(self, work: Callable[[Connection], list[bool]], first: str) -> list[bool]:
        """Do it in a transaction; once more on a new connection where the old one turns out to be broken.

        A connection may break while it commits. Then the database alone knows whether it did: it has all of the records or none.
        """
        done: list[bool] = []
        try:
            for again in (False, True):
                try:
                    with self.database.writing() as connection:
                        if again and connection.execute(select(t.records.c.id).where(t.records.c.id == first)).first():
                            return done
                        done = work(connection)
                    return done
                except Broken:
                    if again:
                        raise
                    self.database.close()
        except StoreError:
            self._stored.clear()  # it may be another store that comes back
            raise
        raise AssertionError("not reached")

    def _store(self, connection: Connection, guidelines: Iterable[str]) -> None:
        """Store the guidelines that are not stored yet."""
        for sha256 in guidelines:
            if sha256 in self._stored:
                continue
            key = bytes.fromhex(sha256)
            if connection.execute(select(t.guidelines.c.name).where(t.guidelines.c.sha256 == key)).first() is None:
                one = self._packed[sha256]
                values = {"name": one.name, "version": one.version, "archive": one.archive}
                values |= {"sha256": key, "since": now(), "dictionary": one.dictionary}
                connection.execute(insert(t.guidelines).values(values))

    # ---- reading ------------------------------------------------------------------------------------------------
    def head(self) -> Head:
        """The newest record."""
        with self.database.reading() as connection:
            return Head(*connection.execute(select(t.head.c.position, t.head.c.hash)).one())

    def find(self, name: str) -> Kept | None:
        """The record with this id; None when there is none."""
        with self.database.reading() as connection:
            row = connection.execute(_kept().where(t.records.c.id == name)).first()
            if row is None:
                return None
            kept = self._read(connection, row)
            return kept if kept.content else Kept(kept.record, None, _erased(connection, kept.record))

    def walk(self, after: int = 0, since: str | None = None) -> Iterator[Kept]:
        """The records behind a position, in their order; those since a time, when it is given."""
        while True:
            query = _kept().where(t.records.c.position > after).order_by(t.records.c.position).limit(PAGE)
            if since is not None:
                query = query.where(t.records.c.time >= since)
            with self.database.reading() as connection:
                page = [self._read(connection, row) for row in connection.execute(query).all()]
            if not page:
                return
            yield from page
            after = page[-1].record.position

    def rules(self, sha256: str) -> Rules | None:
        """The guideline with this hash; None when the store does not hold it."""
        found = t.guidelines.c
        query = select(found.name, found.version, found.archive).where(found.sha256 == bytes.fromhex(sha256))
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else Rules(sha256, *row)

    def erasures(self) -> tuple[set[str], str]:
        """The ids that were erased one by one, and the time before which everything was erased."""
        column = t.records.c
        with self.database.reading() as connection:
            ids = set(connection.execute(select(column.subject).where(column.kind == ERASURE)).scalars())
            before = connection.execute(select(func.max(column.subject)).where(column.kind == EXPIRY)).scalar()
        return ids, before or ""

    def all_rules(self) -> list[str]:
        """The hashes of all guidelines that are stored."""
        with self.database.reading() as connection:
            return [key.hex() for key in connection.execute(select(t.guidelines.c.sha256)).scalars()]

    def _read(self, connection: Connection, row: Row[Any]) -> Kept:
        *values, salt, packed = tuple(row)
        record = Record(*values)
        if packed is None:
            return Kept(record, None)
        with self._turn:
            if not self._reader.knows(record.guideline):
                assert record.guideline is not None
                key = t.guidelines.c.sha256 == record.guideline
                dictionary = connection.execute(select(t.guidelines.c.dictionary).where(key)).scalar_one()
                self._reader.learn(record.guideline, dictionary)
            try:
                return Kept(record, Content(salt, self._reader.unpack(record.guideline, packed)))
            except ValueError:
                return Kept(record, Content(salt, b""))  # damaged: no content has this hash

    # ---- erasing ------------------------------------------------------------------------------------------------
    def erase(self, name: str, caller: str, channel: str) -> bool:
        """Erase the content of a record; its hash stays, and a record says that it was erased. False: it was erased before.

        Raises KeyError where there is no such decision or feedback.
        """
        with self.database.writing() as connection:
            position, previous = _locked_head(connection)
            query = select(t.records.c.position).where(
                t.records.c.id == name, t.records.c.kind.in_((DECISION, FEEDBACK))
            )
            found = connection.execute(query).scalar()
            if found is None:
                raise KeyError(name)
            if connection.execute(delete(t.contents).where(t.contents.c.position == found)).rowcount == 0:
                return False
            _note(connection, _about(ERASURE, name, caller, channel), position, previous)
        self.database.scrub()
        return True

    def expire(self, before: str, caller: str, channel: str) -> int:
        """Erase the contents of all records made before a time; how many. A record says so."""
        erased = 0
        while True:
            query = (
                select(t.contents.c.position)
                .join(t.records, t.records.c.position == t.contents.c.position)
                .where(t.records.c.time < before)
                .limit(PAGE)
            )
            with self.database.writing() as connection:
                position, previous = _locked_head(connection)
                found = connection.execute(query).scalars().all()
                if not found:
                    break
                if not erased:
                    _note(connection, _about(EXPIRY, before, caller, channel), position, previous)
                connection.execute(delete(t.contents).where(t.contents.c.position.in_(found)))
            erased += len(found)
        if erased:
            self.database.scrub()
        return erased


def _raw(sha256: str | None) -> bytes | None:
    return None if sha256 is None else bytes.fromhex(sha256)


def _kept() -> Any:
    return select(*_RECORD, t.contents.c.salt, t.contents.c.packed).outerjoin(
        t.contents, t.contents.c.position == t.records.c.position
    )


def _locked_head(connection: Connection) -> tuple[int, bytes]:
    """The head, which nobody else changes until the transaction ends."""
    lock = "" if connection.dialect.name == "sqlite" else " FOR UPDATE"  # SQLite has locked everything
    with _one_way(connection) as driver:
        position, digest = driver.execute(f"SELECT position, hash FROM head{lock}").fetchone()
    return position, bytes(digest)


def _append(connection: Connection, links: Sequence[Record], bodies: Sequence[tuple[int, bytes, bytes]]) -> None:
    last, sign = links[-1], _sign(connection.dialect)
    with _one_way(connection) as driver:
        driver.execute(*_inserted(connection.dialect, t.records, [_VALUES(link) for link in links]))
        if bodies:
            driver.execute(*_inserted(connection.dialect, t.contents, bodies))
        driver.execute(f"UPDATE head SET position = {sign}, hash = {sign}", (last.position, last.hash))


@contextmanager
def _one_way(connection: Connection) -> Iterator[Any]:
    """The connection below SQLAlchemy: what every decision waits for goes straight to the driver, which takes a fifth of the time.

    PostgreSQL gets all statements of the block at once; what became of them is known when it is left. The commit is not among them.
    """
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        yield driver
        return
    with driver.pipeline():
        yield driver


def _inserted(dialect: Dialect, table: Table, rows: Sequence[tuple[Any, ...]]) -> tuple[str, tuple[Any, ...]]:
    """All rows by one statement: each statement lets other threads run, and then waits for its turn."""
    return _statement(dialect, table, len(rows)), tuple(chain.from_iterable(rows))


def _sign(dialect: Dialect) -> str:
    return "?" if dialect.paramstyle == "qmark" else "%s"


@lru_cache(maxsize=1024)
def _statement(dialect: Dialect, table: Table, rows: int) -> str:
    preparer = dialect.identifier_preparer
    names = ", ".join(preparer.format_column(column) for column in table.columns)
    row = f"({', '.join([_sign(dialect)] * len(table.columns))})"
    return f"INSERT INTO {preparer.format_table(table)} ({names}) VALUES {', '.join([row] * rows)}"


def _recorded(connection: Connection, subjects: Sequence[tuple[str, str | None]]) -> set[tuple[str, str | None]]:
    """Those of the subjects that are recorded already."""
    columns = t.records.c.kind, t.records.c.subject
    query = select(*columns).where(t.records.c.subject.in_([subject for _, subject in subjects]))
    return {(kind, subject) for kind, subject in connection.execute(query)}


def _about(kind: str, subject: str, caller: str, channel: str) -> Entry:
    return Entry(new_id(), kind, channel, caller, ENGINE_VERSION, now(), subject=subject)


def _note(connection: Connection, entry: Entry, position: int, previous: bytes) -> None:
    """Append an entry that has no content of its own."""
    record = link(entry, position + 1, previous, NOTHING)
    _append(connection, [record], [])


def _erased(connection: Connection, record: Record) -> str | None:
    """When the content of a record was erased, as the chain tells it."""
    column = t.records.c
    by_id = (column.kind == ERASURE) & (column.subject == record.id)
    by_age = (column.kind == EXPIRY) & (column.subject > record.time)
    found: str | None = connection.execute(
        select(column.time).where(by_id | by_age).order_by(column.position).limit(1)
    ).scalar()
    return found
