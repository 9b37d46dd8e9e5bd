"""Brings the tables of a store to those of this program, whole or not at all.

A file of SQLite is made and upgraded when the service starts. The tables in PostgreSQL are changed by `tnbc-cds records migrate` only:
there the service may run with rights that do not suffice for it, and old workers may still be at work.
"""

import os
from pathlib import Path

from sqlalchemy import text

from api.records.database import Database, NotCurrent, StoreError
from api.records.tables import REVISION

_LOCK = 7236018  # any number: two migrations at once wait for each other


def migrate(url: str) -> str | None:
    """Make or upgrade the tables; the revision they were at before (None: there were none). Raises StoreError."""
    database = Database(url, checked=False)
    if database.is_sqlite:
        _make_file(database.path)
    try:
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            from alembic import command  # here, because it is slow to import and rarely needed
            from alembic.config import Config
            from alembic.runtime.migration import MigrationContext

            before = MigrationContext.configure(connection).get_current_revision()
            if before is not None and before > REVISION:
                raise NotCurrent(before)
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        return before
    finally:
        database.close()


def prepare(url: str) -> None:
    """What a service does at its start: a file is made and upgraded, another database only looked at.

    Raises StoreError when the store cannot be used; a database that cannot be reached now is no error, the service waits for it.
    """
    database = Database(url)
    try:
        if database.is_sqlite and not database.path.exists():
            migrate(url)
        try:
            with database.reading():
                pass
        except NotCurrent as error:
            if not database.is_sqlite or "newer" in str(error):
                raise
            migrate(url)
        except StoreError:
            if database.is_sqlite:
                raise
    finally:
        database.close()


def _make_file(path: Path) -> None:
    """The file, readable for its owner only: it will hold facts of patients."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StoreError(f"the file cannot be made: {(error.strerror or 'failed').lower()}") from None
