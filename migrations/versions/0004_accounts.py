"""Accounts linked to persons and disabled, programs' tokens, duties by role and line."""

from pathlib import Path

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    connection = op.get_bind().connection.dbapi_connection
    connection.execute((Path(__file__).parent / "0004_accounts.sql").read_text(encoding="utf-8"))
