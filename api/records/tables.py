"""The tables. What identifies nobody stays for good (`records`); what says something of a patient stands apart and can be erased (`contents`)."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    text,
)

REVISION = "0001"  # of the newest migration; a store at another one is not used

metadata = MetaData()
_position = BigInteger().with_variant(Integer, "sqlite")  # what SQLite takes for its own row number

records = Table(
    "records",
    metadata,
    Column("position", _position, primary_key=True, autoincrement=False),  # 1, 2, 3, ...: the chain has no gap
    Column("id", String(36), nullable=False, unique=True),
    Column("kind", String(12), nullable=False),  # decision, feedback, erasure, expiry
    Column("time", String(27), nullable=False),  # in UTC: 2026-11-22T09:30:00.000000Z
    Column("channel", String(12), nullable=False),
    Column("caller", String(200), nullable=False),
    Column("as_of", String(10)),
    Column("guideline", LargeBinary(32), ForeignKey("guidelines.sha256")),
    Column("engine_version", String(32), nullable=False),
    Column("subject", String(80)),  # what is erased; or what makes a feedback the same as another
    Column("content", LargeBinary(32), nullable=False),  # SHA-256 over the salt and the content
    Column("previous", LargeBinary(32), nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Index("records_time", "time"),
    Index(
        "records_subject",
        "kind",
        "subject",
        unique=True,
        sqlite_where=text("subject IS NOT NULL"),
        postgresql_where=text("subject IS NOT NULL"),
    ),
)

contents = Table(
    "contents",
    metadata,
    Column("position", _position, ForeignKey("records.position"), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("packed", LargeBinary, nullable=False),  # facts, a line end, the Decision; compressed
)

guidelines = Table(
    "guidelines",
    metadata,
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("version", String(200), nullable=False),
    Column("since", String(27), nullable=False),
    Column("archive", LargeBinary, nullable=False),  # a ZIP file of everything the hash covers
    Column("dictionary", LargeBinary, nullable=False),  # what the contents of its records are compressed with
)

head = Table(
    "head",
    metadata,
    Column("one", SmallInteger, primary_key=True, autoincrement=False),  # the table has one row
    Column("position", _position, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
