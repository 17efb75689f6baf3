"""Redraws with their events and lineage; changes numbered by the revision they made; why a version of a cell was opened."""

from pathlib import Path

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    connection = op.get_bind().connection.dbapi_connection
    connection.execute((Path(__file__).parent / "0005_redraws.sql").read_text(encoding="utf-8"))
