"""The queue of jobs in a schema of its own, uploaded files, jobs, and the rows of batches.

The queue's tables and functions are those of its library, kept here as they were at this release: the library's own migrations add
values to an enumeration and use them, which one transaction cannot do. What a later release adds is another migration of ours.
"""

from pathlib import Path

from alembic import op

revision = "0003"
down_revision = "0002"

_HERE = Path(__file__).parent


def upgrade() -> None:
    connection = op.get_bind().connection.dbapi_connection
    connection.execute("create schema procrastinate")
    before = connection.execute("show search_path").fetchone()[0]
    connection.execute("select set_config('search_path', 'procrastinate, public', true)")
    connection.execute((_HERE / "0003_procrastinate.sql").read_text(encoding="utf-8"))
    connection.execute("select set_config('search_path', %s, true)", [before])
    for part in ("0003_jobs.sql", "0003_grants.sql"):
        connection.execute((_HERE / part).read_text(encoding="utf-8"))
