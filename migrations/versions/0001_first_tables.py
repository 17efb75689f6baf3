"""Extensions, roles, the tables of the first verdict, and the guards of what was published."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

_PARTS = ("0001_extensions_and_roles.sql", "0001_tables.sql", "0001_guards.sql", "0001_grants.sql")


def upgrade() -> None:
    connection = op.get_bind().connection.dbapi_connection
    for part in _PARTS:
        connection.execute((Path(__file__).parent / part).read_text(encoding="utf-8"))
