"""The database behind the records: SQLite in a file, or PostgreSQL. What differs between them stands here and nowhere else.

Opened for reading and appending only when its tables are those of this program (`NotCurrent`). No error text holds what was written.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, SQLAlchemyError

from api.records.tables import REVISION

WAIT = 5  # seconds for a lock, a statement, or a connection
_SQLITE = {
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "another program holds the file locked",
    "SQLITE_LOCKED": "another program holds the file locked",
    "SQLITE_READONLY": "the file cannot be written",
    "SQLITE_CANTOPEN": "the file cannot be opened for reading and writing",
    "SQLITE_IOERR": "the file cannot be read or written",
    "SQLITE_CORRUPT": "the file is damaged",
    "SQLITE_NOTADB": "the file is not a database",
    "SQLITE_PERM": "the file cannot be opened",
}
_POSTGRESQL = {
    "53100": "the disk of the database is full",
    "53300": "the database takes no more connections",
    "55P03": "another program holds the records locked",
    "57014": "the database took too long",
    "57P01": "the database is being stopped",
    "57P03": "the database is being started or stopped",
    "25P03": "the database ended a transaction that took too long",
    "25006": "the database takes no writes at the moment",
    "28P01": "the database refuses the password",
    "28000": "the database refuses the user",
    "3D000": "there is no such database",
    "42501": "the user of the database may not do this",
}


class StoreError(Exception):
    """The store cannot be used now; the text says why and holds nothing of a record."""


class Broken(StoreError):
    """A connection that was good before broke; another one may do better."""


class NotCurrent(StoreError):
    """The tables of the store are not those of this program."""

    def __init__(self, found: str | None) -> None:
        if found is None:
            super().__init__("the store holds no tables yet; run `tnbc-cds records migrate`")
        elif found < REVISION:
            super().__init__(
                f"the store is at revision {found} and {REVISION} is needed; run `tnbc-cds records migrate`"
            )
        else:
            super().__init__(f"the store is at revision {found}, made by a newer version of this program")


class Database:
    """Connections to one store, opened when they are first needed. Safe for several threads."""

    def __init__(self, url: str, wait: float = WAIT, *, checked: bool = True) -> None:
        """`url`: `sqlite:///path` or `postgresql://...`; raises StoreError when it is neither. `checked=False`: for migrations."""
        self.url = _known(url)
        self.wait, self._checked = wait, checked
        self.engine = self._sqlite() if self.is_sqlite else self._postgresql()
        self._driver_error: type[Exception] = self.engine.dialect.loaded_dbapi.Error

    @property
    def is_sqlite(self) -> bool:
        """Is it a file of this machine?"""
        return self.url.get_backend_name() == "sqlite"

    @property
    def path(self) -> Path:
        """The file, of SQLite."""
        return Path(self.url.database or "")

    @property
    def place(self) -> str:
        """Where the store is, without a password."""
        return str(self.path) if self.is_sqlite else self.url.render_as_string(hide_password=True)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction in which nobody else writes; it is on the disk when the block is left. Raises StoreError."""
        with self._telling(), self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            try:
                yield connection
            except self._driver_error as error:  # of a statement that went straight to the driver
                if self.engine.dialect.is_disconnect(error, connection.connection.driver_connection, None):  # type: ignore[arg-type]
                    connection.invalidate()
                    raise Broken(reason(error)) from None
                raise StoreError(reason(error)) from None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read from. Raises StoreError."""
        with self._telling(), self.engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Let every connection go; the next use opens new ones."""
        self.engine.dispose()

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except (SQLAlchemyError, OSError) as error:
            broken = isinstance(error, DBAPIError) and error.connection_invalidated
            raise (Broken if broken else StoreError)(reason(error)) from None

    def scrub(self) -> None:
        """What was deleted shall not stay in the log of SQLite. (PostgreSQL frees it at its next vacuum.)"""
        if self.is_sqlite:
            with self._telling(), self.engine.connect() as connection:
                connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    # ---- SQLite -------------------------------------------------------------------------------------------------
    def _sqlite(self) -> Engine:
        engine = create_engine(
            self.url, creator=self._open_file, hide_parameters=True, pool_size=5, max_overflow=5, pool_timeout=self.wait
        )

        @event.listens_for(engine, "connect")
        def _opened(connection: Any, record: Any) -> None:
            _to_write_ahead(connection, self.wait)
            for pragma in ("synchronous=full", "foreign_keys=on", "secure_delete=on", "journal_size_limit=67108864"):
                connection.execute(f"PRAGMA {pragma}")
            record.info["file"] = self._identity()
            if self._checked:
                _check(lambda sql: connection.execute(sql).fetchone())

        @event.listens_for(engine, "checkout")
        def _same_file(_: Any, record: Any, __: Any) -> None:
            """A file that was moved away or replaced is no longer written: what is acknowledged must be in the file with the name."""
            if record.info.get("file") != self._identity():
                raise DisconnectionError

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            writing = connection.get_execution_options().get("writing")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

        return engine

    def _open_file(self) -> sqlite3.Connection:
        mode = "rw" if self._checked else "rwc"
        name = self.path.absolute().as_uri()
        return sqlite3.connect(
            f"{name}?mode={mode}", uri=True, timeout=self.wait, isolation_level=None, check_same_thread=False
        )

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    # ---- PostgreSQL ---------------------------------------------------------------------------------------------
    def _postgresql(self) -> Engine:
        milliseconds = int(self.wait * 1000)
        engine = create_engine(
            self.url.set(drivername="postgresql+psycopg"),
            hide_parameters=True,
            pool_size=3,
            max_overflow=5,
            pool_timeout=self.wait,
            connect_args={"connect_timeout": max(2, int(self.wait)), "tcp_user_timeout": milliseconds},
        )

        @event.listens_for(engine, "connect")
        def _opened(connection: Any, _: Any) -> None:
            limits = {"lock_timeout": milliseconds, "idle_in_transaction_session_timeout": 2 * milliseconds}
            if self._checked:
                limits["statement_timeout"] = milliseconds
            with connection.cursor() as cursor:
                for name, value in limits.items():
                    cursor.execute(f"SET {name} = {value}")
                # Not weaker than on: a commit that returns is on the disk of the server.
                cursor.execute(
                    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
                )
                if self._checked:
                    cursor.execute("SELECT to_regclass('alembic_version')")
                    there = cursor.fetchone()[0] is not None
                    _check(lambda sql: cursor.execute(sql).fetchone() if there else None)
            connection.commit()

        return engine


def _to_write_ahead(connection: sqlite3.Connection, wait: float) -> None:
    """Switch a new file to its write-ahead log. SQLite does not wait for others who do the same at that moment."""
    until = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode=wal")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                raise
            time.sleep(0.02)


def _known(url: str) -> URL:
    try:
        found = make_url(url)
        if found.drivername == "postgres":
            found = found.set(drivername="postgresql")
        backend = found.get_backend_name()
    except (SQLAlchemyError, ValueError):
        backend = ""
    if backend not in ("sqlite", "postgresql") or (backend == "sqlite" and not found.database):
        raise StoreError("the address of the database must begin with `postgresql://` or `sqlite:///`")
    if backend == "postgresql":
        try:
            import psycopg  # noqa: F401
        except ImportError:
            raise StoreError("PostgreSQL needs `pip install tnbc-cds[postgresql]`") from None
    return found


def _check(one: Any) -> None:
    """Raise NotCurrent when the tables are not those of this program."""
    try:
        row = one("SELECT version_num FROM alembic_version")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname != "SQLITE_ERROR":  # no such table
            raise
        row = None
    if row is None or row[0] != REVISION:
        raise NotCurrent(row and row[0])


def reason(error: BaseException) -> str:
    """Why, in words that hold nothing of what was written."""
    cause = getattr(error, "orig", None) or error
    name = str(getattr(cause, "sqlite_errorname", ""))
    for code, said in _SQLITE.items():
        if name.startswith(code):
            return said
    state = str(getattr(cause, "sqlstate", None) or "")
    if state in _POSTGRESQL:
        return _POSTGRESQL[state]
    if isinstance(cause, OSError):
        return f"the store cannot be used: {(cause.strerror or type(cause).__name__).lower()}"
    if not state and type(cause).__module__.startswith("psycopg"):
        return "the database cannot be reached"
    return f"the database refused: {state or name or type(cause).__name__}"
