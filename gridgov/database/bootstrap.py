"""Makes what a migration may not: roles with their passwords, databases, extensions. Then has them migrated."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import conninfo, sql

from gridgov.database.cluster import DATABASE, ROLES, SAMPLE, SUPERUSER, Cluster
from gridgov.database.migrate import migrate, newest, standing
from gridgov.database.pool import with_session_options
from gridgov.database.problems import translate
from gridgov.database.sql import load_queries
from gridgov.errors import Conflict, GridgovError, SetupError
from gridgov.settings import Settings

_QUERIES = load_queries("gridgov.database", "bootstrap.sql")
OWNER, APP, READ = ROLES


def make_ready(cluster: Cluster, database: str) -> None:
    """The running cluster with its roles and this database, migrated by gridgov_owner. Asks one question when all is done."""
    with cluster.locked():
        if _stands_ready(cluster, database):
            return
        make_roles(cluster)
        make_database(cluster.url(SUPERUSER, "postgres"), database)
        migrate(cluster.url(OWNER, database))


def _stands_ready(cluster: Cluster, database: str) -> bool:
    try:
        return standing(cluster.url(OWNER, database)) == newest()
    except GridgovError:
        return False


def make_roles(cluster: Cluster) -> None:
    """The three roles with the passwords of their files."""
    with _administration(cluster.url(SUPERUSER, "postgres")) as server:
        for role in ROLES:
            statement = "alter_role" if _is_there(server, "role_exists", role) else "create_role"
            _change(server, statement, role=sql.Identifier(role), password=sql.Literal(cluster.password(role)))


def make_database(administrator: str, database: str) -> None:
    """The database with its extensions, owned by gridgov_owner; one that exists stays as it is.

    administrator: URL of a log-in that may create databases and extensions.
    """
    with _administration(administrator) as server:
        if not _is_there(server, "database_exists", database):
            _change(server, "create_database", database=sql.Identifier(database))
    with _administration(conninfo.make_conninfo(administrator, dbname=database)) as inside:
        for statement in ("create_postgis", "create_btree_gist", "close_public"):
            _change(inside, statement)


def drop_database(administrator: str, database: str) -> None:
    """The database away, whoever is logged in to it; nothing when there is none."""
    with _administration(administrator) as server:
        _change(server, "drop_database", database=sql.Identifier(database))


def refuse_sample_users(url: str) -> None:
    """Raises Conflict when a production database holds accounts whose password everybody knows."""
    with _administration(url) as connection:
        found = connection.execute(_query("sample_users")).fetchone()
    if found and found[0]:
        raise Conflict(
            f"This database holds {found[0]} sample users, whose password is public: start it with --sample, or use another database.",
            f"该数据库含有 {found[0]} 个示例账号，其密码是公开的：请加 --sample 启动，或改用其他数据库。",
        )


class Server:
    """Where an installation's databases are: its private cluster, or the server of GRIDGOV_DATABASE_URL."""

    def __init__(self, settings: Settings, cluster: Cluster) -> None:
        self._settings = settings
        self.cluster = cluster
        self.is_private = settings.database_url is None

    def url(self, *, sample: bool, role: str = APP) -> str:
        """libpq URL with which `role` is reached; on a foreign server the log-in that was given, which takes the role on."""
        if self._settings.database_url is None:
            return self.cluster.url(role, SAMPLE if sample else DATABASE)
        if not sample:
            return self._settings.database_url
        return self._settings.sample_database_url or conninfo.make_conninfo(self._settings.database_url, dbname=SAMPLE)

    def role(self, wanted: str = APP) -> str | None:
        """The role to take on after log-in; None = the log-in is that role."""
        return None if self.is_private else wanted

    def make_ready(self, *, sample: bool) -> None:
        """Started where it is ours, the database made where it is missing, and migrated."""
        if self.is_private:
            self.cluster.start()
            make_ready(self.cluster, SAMPLE if sample else DATABASE)
            return
        if sample:
            make_sample(self.url(sample=True), self._settings.database_url or "")
        migrate(self.url(sample=sample))
        _require_role(self.url(sample=sample), APP)

    def renew_sample(self) -> None:
        """The sample's database dropped and made again, empty and migrated."""
        if self.is_private:
            self.cluster.start()
            make_roles(self.cluster)
            drop_database(self.cluster.url(SUPERUSER, "postgres"), SAMPLE)
        else:
            drop_database(self._settings.database_url or "", _name(self.url(sample=True)))
        self.make_ready(sample=True)


def _require_role(url: str, role: str) -> None:
    """Raises SetupError with the statement to run when the log-in of a foreign server may not take the role on."""
    try:
        psycopg.connect(with_session_options(url, role), connect_timeout=5).close()
    except psycopg.OperationalError as exc:
        if "role" not in str(exc):
            raise translate(exc) from exc
        statement = f"grant {role} to {conninfo.conninfo_to_dict(url).get('user', 'current_user')};"
        raise SetupError(
            f"The log-in may not act as {role}. As a superuser: {statement}", f"登录用户无权以 {role} 身份操作，请由超级用户执行：{statement}"
        ) from exc


def make_sample(url: str, beside: str) -> None:
    """The sample's database on a foreign server, made over the log-in of the main one when it is missing."""
    with _administration(beside) as server:
        missing = not _is_there(server, "database_exists", _name(url))
        if missing:
            _change(server, "create_any_database", database=sql.Identifier(_name(url)))


def _name(url: str) -> str:
    return str(conninfo.conninfo_to_dict(url).get("dbname", ""))


@contextmanager
def _administration(url: str) -> "Iterator[psycopg.Connection[Any]]":
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection
    except psycopg.Error as exc:
        raise translate(exc) from exc


def _query(name: str) -> str:
    return _QUERIES[name]


def _is_there(server: "psycopg.Connection[Any]", question: str, name: str) -> bool:
    found = server.execute(_query(question), {"name": name}).fetchone()
    return bool(found and found[0])


def _change(server: "psycopg.Connection[Any]", name: str, **parts: sql.Composable) -> None:
    server.execute(sql.SQL(_query(name)).format(**parts))
