"""Brings a database to the newest migration, and says where one stands."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import conninfo

from gridgov.database.problems import translate
from gridgov.database.sql import load_queries
from gridgov.errors import SetupError

# Slow to import, and every command passes through this module to ask where its database stands.
if TYPE_CHECKING:
    import sqlalchemy
    from alembic.config import Config

CONTEXTS = ("database", "grids", "zones", "people", "jobs", "admission", "redraws")
_MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_BOOTSTRAP = load_queries("gridgov.database", "bootstrap.sql")
_LACKS_RIGHT = "GG002"


def migrate(url: str, *, role: str | None = None) -> None:
    """The database at the newest migration. role: taken on after log-in, so that it owns what is made.

    Raises SetupError with the statement to run when an extension, a role or a right is missing.
    """
    import sqlalchemy
    from alembic import command

    config = _config()
    try:
        with engine(url).begin() as connection:
            if role is not None:
                connection.execute(sqlalchemy.text("select set_config('role', :role, true)"), {"role": role})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except sqlalchemy.exc.DBAPIError as exc:
        raise _refused(exc) from exc
    except psycopg.Error as exc:
        raise _refused_by_server(exc) from exc


def newest() -> str:
    """The name of the newest migration."""
    return max(path.name.partition("_")[0] for path in _MIGRATIONS.glob("versions/[0-9]*.py"))


def standing(url: str) -> str | None:
    """The migration a database stands at; None = none ran, or there is no such database. Raises GridgovError when it cannot be reached."""
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            found = connection.execute(_BOOTSTRAP["revision"]).fetchone()
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName):
        return None
    except psycopg.Error as exc:
        # A refused connection carries no SQLSTATE.
        if "does not exist" in str(exc) and "database" in str(exc):
            return None
        raise translate(exc) from exc
    return None if found is None else str(found[0])


def engine(url: str) -> "sqlalchemy.Engine":
    """An engine for one use of a libpq URL or key=value string, without a pool of its own."""
    import sqlalchemy

    given: Mapping[str, Any] = conninfo.conninfo_to_dict(url)
    return sqlalchemy.create_engine("postgresql+psycopg://", connect_args=dict(given), poolclass=sqlalchemy.NullPool)


def is_ours(name: str | None, kind: str, parents: Mapping[str, Any]) -> bool:
    """What migrations look at: our schema, never the extensions' tables beside it."""
    if kind == "schema":
        return name == "gridgov"
    return not (kind == "table" and name == "alembic_version")


def _config() -> "Config":
    from alembic.config import Config

    if not (_MIGRATIONS / "env.py").exists():
        raise SetupError(f"The migrations are missing from {_MIGRATIONS}.", f"缺少数据库迁移脚本目录 {_MIGRATIONS}。")
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _refused(error: "sqlalchemy.exc.DBAPIError") -> Exception:
    return _refused_by_server(error.orig) if isinstance(error.orig, psycopg.Error) else error


def _refused_by_server(error: psycopg.Error) -> Exception:
    if error.sqlstate == _LACKS_RIGHT:
        said, hint = error.diag.message_primary or "", error.diag.message_hint or ""
        return SetupError(f"{said}. {hint}", f"数据库缺少扩展、角色或权限（{said}）。{hint}")
    return translate(error)
