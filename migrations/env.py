"""Runs the migrations on the connection that `gridgov.database.migrate` hands over, or on GRIDGOV_DATABASE_URL for a developer."""

import importlib

from alembic import context
from sqlalchemy import Connection, text

from gridgov.database.metadata import SCHEMA, metadata
from gridgov.database.migrate import CONTEXTS, engine, is_ours
from gridgov.settings import load_settings

for name in CONTEXTS:
    importlib.import_module(f"gridgov.{name}.tables")

# One runner at a time, and no wait behind a long reader that would block everyone else.
_BEFORE = ("select pg_advisory_xact_lock(4490, 0)", "set local lock_timeout = '5s'", f"create schema if not exists {SCHEMA}")


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_name=is_ours,
        version_table_schema=SCHEMA,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        for statement in _BEFORE:
            connection.execute(text(statement))
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with engine(load_settings().database_url or "postgresql://").connect() as connection:
        run(connection)
