"""The chain of records, what can be erased of them, and the guidelines they were made with."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = branch_labels = depends_on = None


def upgrade() -> None:
    """Make the tables, and a head that stands before the first record."""
    position = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "guidelines",
        sa.Column("sha256", sa.LargeBinary(32), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version", sa.String(200), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("archive", sa.LargeBinary, nullable=False),
        sa.Column("dictionary", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "records",
        sa.Column("position", position, primary_key=True, autoincrement=False),
        sa.Column("id", sa.String(36), nullable=False, unique=True),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("time", sa.String(27), nullable=False),
        sa.Column("channel", sa.String(12), nullable=False),
        sa.Column("caller", sa.String(200), nullable=False),
        sa.Column("as_of", sa.String(10)),
        sa.Column("guideline", sa.LargeBinary(32), sa.ForeignKey("guidelines.sha256")),
        sa.Column("engine_version", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(80)),
        sa.Column("content", sa.LargeBinary(32), nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.create_index("records_time", "records", ["time"])
    given = sa.text("subject IS NOT NULL")
    op.create_index(
        "records_subject", "records", ["kind", "subject"], unique=True, sqlite_where=given, postgresql_where=given
    )
    op.create_table(
        "contents",
        sa.Column("position", position, sa.ForeignKey("records.position"), primary_key=True, autoincrement=False),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    head = op.create_table(
        "head",
        sa.Column("one", sa.SmallInteger, primary_key=True, autoincrement=False),
        sa.Column("position", position, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
    )
    op.bulk_insert(head, [{"one": 1, "position": 0, "hash": bytes(32)}])
