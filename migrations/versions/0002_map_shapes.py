"""Shapes of cells and zones made simpler for the map, zoom by zoom: derived from what is published, and made anew at any time."""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"

_PARTS = ("0002_map_shapes.sql", "0002_map_shapes_grants.sql")


def upgrade() -> None:
    connection = op.get_bind().connection.dbapi_connection
    for part in _PARTS:
        connection.execute((Path(__file__).parent / part).read_text(encoding="utf-8"))
