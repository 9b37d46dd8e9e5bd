"""What Alembic runs; `api.records.migrate` hands it a connection that holds the lock."""

from alembic import context

from api.records.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
