"""The connections to one database, and the one way into a transaction."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import conninfo
from psycopg.rows import DictRow, dict_row
from psycopg.types import TypeInfo
from psycopg.types.json import JsonbDumper
from psycopg.types.shapely import register_shapely
from psycopg_pool import ConnectionPool

from gridgov.database.problems import translate
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import SetupError

# Custom plans: a generic plan loses the spatial index. Lock waits end in a clear answer instead of a hang.
_SESSION = {
    "search_path": "gridgov,public",
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "timezone": "UTC",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "15min",
}
_BEGIN_WRITE = "begin isolation level read committed read write"
# A reader that runs several statements sees one moment.
_BEGIN_READ = "begin isolation level repeatable read read only"


class Database:
    """One database for the services; thread-safe. url: libpq URL or key=value string. Close it when done.

    role: the database role to take on after log-in (a foreign server's one log-in may stand for all of ours); None = as logged in.
    """

    def __init__(self, url: str, *, min_size: int = 1, max_size: int = 8, role: str | None = None, wait_s: float = 5.0) -> None:
        self.url = url
        self._max_size = max_size
        self._pool: ConnectionPool[psycopg.Connection[DictRow]] = ConnectionPool(
            with_session_options(url, role),
            connection_class=psycopg.Connection[DictRow],
            kwargs={"row_factory": dict_row, "autocommit": True, "connect_timeout": max(2, math.ceil(wait_s))},
            min_size=min_size,
            max_size=max_size,
            timeout=wait_s,
            configure=_configure,
            open=True,
            name="gridgov",
        )

    @contextmanager
    def unit_of_work(self, actor: str, *, read_only: bool = False) -> Iterator[UnitOfWork]:
        """One transaction: committed on a clean exit, rolled back on any exception. PostgreSQL's errors leave as gridgov's."""
        try:
            connection = self._begun(read_only=read_only)
            try:
                yield UnitOfWork(connection, actor)
                connection.commit()
            except BaseException:
                _give_up(connection)
                raise
            finally:
                self._pool.putconn(connection)
        except psycopg.Error as exc:
            raise translate(exc) from exc

    def close(self) -> None:
        """Every connection away."""
        self._pool.close()

    def _begun(self, *, read_only: bool) -> psycopg.Connection[DictRow]:
        """A connection with an open transaction; those that died while idle are thrown away instead of handed out."""
        for _ in range(self._max_size):
            connection = self._pool.getconn()
            try:
                connection.execute(_BEGIN_READ if read_only else _BEGIN_WRITE)
            except psycopg.OperationalError:
                self._pool.putconn(connection)
            else:
                return connection
        raise psycopg.OperationalError("no living connection")


def with_session_options(url: str, role: str | None = None) -> str:
    """The connection string with gridgov's session settings, whatever options it carries already."""
    given: dict[str, Any] = conninfo.conninfo_to_dict(url)
    settings = _SESSION | ({"role": role} if role else {})
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    given["options"] = f"{given.get('options', '')} {options}".strip()
    given.setdefault("application_name", "gridgov")
    return conninfo.make_conninfo(**given)


def _configure(connection: psycopg.Connection[DictRow]) -> None:
    info = TypeInfo.fetch(connection, "geometry")
    if info is None:
        raise SetupError("The database lacks PostGIS: run `gridgov up`.", "数据库缺少 PostGIS，请运行 gridgov up。")
    register_shapely(info, connection)
    connection.adapters.register_dumper(dict, JsonbDumper)


def _give_up(connection: psycopg.Connection[DictRow]) -> None:
    try:
        connection.rollback()
    except psycopg.OperationalError:
        connection.close()
