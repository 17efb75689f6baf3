"""Finds PostgreSQL's programs, and the user that may run a server; installs nothing (`scripts/` does)."""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gridgov.errors import SetupError

_OLDEST = 14
_NEEDED = ("initdb", "postgres", "pg_ctl")
_SERVICE_USERS = ("postgres", "gridgov")


@dataclass(frozen=True, slots=True)
class Programs:
    """A PostgreSQL installation with PostGIS. bin: the directory of initdb, postgres and pg_ctl."""

    bin: Path
    version: int

    def __getitem__(self, name: str) -> str:
        return str(self.bin / name)


def find_programs() -> Programs:
    """The newest PostgreSQL here that has PostGIS: GRIDGOV_PG_BIN, PATH, then where Debian and Fedora put it.

    Raises SetupError with the packages to install.
    """
    found = [programs for directory in _directories() if (programs := _examine(directory)) is not None]
    usable = [programs for programs in found if programs.version >= _OLDEST and _has_postgis(programs)]
    if usable:
        return usable[0] if os.environ.get("GRIDGOV_PG_BIN") else max(usable, key=lambda programs: programs.version)
    if found:
        raise SetupError(
            f"PostgreSQL in {found[0].bin} has no PostGIS (or is older than {_OLDEST}): install the packages that `make demo` names.",
            f"{found[0].bin} 的 PostgreSQL 未安装 PostGIS（或低于 {_OLDEST} 版），请安装 make demo 所列软件包。",
        )
    raise SetupError(
        "PostgreSQL is not installed: run `make demo`, or install postgresql and postgresql-NN-postgis-3, or name their programs in GRIDGOV_PG_BIN.",
        "未安装 PostgreSQL：请运行 make demo，或安装 postgresql 与 postgresql-NN-postgis-3，或用 GRIDGOV_PG_BIN 指明程序目录。",
    )


def _directories() -> Iterator[Path]:
    if given := os.environ.get("GRIDGOV_PG_BIN"):
        yield Path(given)
        return
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent
    for pattern in ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/lib64/pgsql/bin"):
        yield from sorted(Path("/").glob(pattern.removeprefix("/")), reverse=True)
    yield Path("/usr/bin")


def _examine(directory: Path) -> Programs | None:
    if not all(os.access(directory / name, os.X_OK) for name in _NEEDED):
        return None
    text = subprocess.run([directory / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"\) (\d+)", text)
    return Programs(directory, int(version[1])) if version else None


def _has_postgis(programs: Programs) -> bool:
    return (_share(programs) / "extension" / "postgis.control").exists()


def _share(programs: Programs) -> Path:
    """Where the installation keeps its extensions; Debian's path when pg_config is not installed."""
    asker = programs.bin / "pg_config"
    if os.access(asker, os.X_OK):
        asked = subprocess.run([asker, "--sharedir"], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return Path(asked.stdout.strip())
    return Path("/usr/share/postgresql") / str(programs.version)


@dataclass(frozen=True, slots=True)
class ServerUser:
    """The operating-system user that runs the server. switch: this process must change to it (it is root)."""

    uid: int
    gid: int
    name: str
    switch: bool

    def popen(self) -> dict[str, object]:
        """Arguments for `subprocess` that make the child run as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        """Gives the file or folder to this user."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def reaches(self, directory: Path) -> bool:
        """Whether this user could work in a folder inside `directory`."""
        if not self.switch:
            return True
        command = ["/bin/sh", "-c", 'test -x "$1"', "sh", str(directory)]
        return subprocess.run(command, cwd="/", check=False, **self.popen()).returncode == 0  # type: ignore[call-overload,no-any-return]


def server_user() -> ServerUser:
    """Whoever runs this process; for root an unprivileged user, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid(), _name_of(os.geteuid()), switch=False)
    for name in _SERVICE_USERS:
        if (entry := _entry(name)) is not None:
            return ServerUser(entry.pw_uid, entry.pw_gid, name, switch=True)
    name = _SERVICE_USERS[-1]
    made = subprocess.run(["useradd", "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", name], capture_output=True, check=False)
    entry = _entry(name)
    if made.returncode != 0 or entry is None:
        raise SetupError(
            "No unprivileged user to run PostgreSQL: create one named `gridgov`.", "缺少运行 PostgreSQL 的普通用户，请建立名为 gridgov 的系统用户。"
        )
    return ServerUser(entry.pw_uid, entry.pw_gid, name, switch=True)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _name_of(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
