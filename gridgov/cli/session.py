"""What every command needs before it can call a service: the installation's database, and who is acting."""

import os
import pwd
from functools import cache

from gridgov.database.bootstrap import APP, Server
from gridgov.database.cluster import cluster_of
from gridgov.database.migrate import newest, standing
from gridgov.database.pool import Database
from gridgov.errors import SetupError
from gridgov.settings import Settings, load_settings


def server_of(settings: Settings | None = None) -> Server:
    """The server of this installation: its private cluster, or the one of GRIDGOV_DATABASE_URL."""
    chosen = settings or load_settings()
    return Server(chosen, cluster_of(chosen))


def open_database(sample: bool) -> Database:
    """The production or the sample database for gridgov_app; a private cluster that was stopped is started.

    Raises SetupError when `gridgov up` was never run for it, or the program is newer than the database.
    """
    server = server_of()
    command = "gridgov up --sample --no-serve" if sample else "gridgov up --no-serve"
    if server.is_private:
        if not server.cluster.is_initialised:
            raise SetupError(f"There is no database here yet: run `{command}`.", f"此处尚未建立数据库，请先运行 {command}。")
        server.cluster.start()
    url = server.url(sample=sample)
    if (stands := standing(url)) != newest():
        what = "is not set up" if stands is None else "is out of date"
        raise SetupError(f"The database {what}: run `{command}`.", f"数据库尚未建立或版本过旧，请运行 {command}。")
    return Database(url, role=server.role(APP), max_size=4)


def renew_sample() -> None:
    """The sample's database made anew: empty, migrated, without anything of before."""
    server_of().renew_sample()


@cache
def actor() -> str:
    """Who acts on the command line, for the audit: the operating-system user (behind sudo, the one who called it)."""
    uid = os.getuid()
    name = os.environ.get("SUDO_USER") if uid == 0 else None
    if name is None:
        try:
            name = pwd.getpwuid(uid).pw_name
        except KeyError:
            name = str(uid)
    return f"os:{name}"
