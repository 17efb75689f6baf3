"""The project's own PostgreSQL: where it lives, how it is made, started and stopped, and who may log in.

It listens on a Unix socket and a free loopback port, SCRAM on both, never on 5432 and never as root. A start after `kill -9` of any
of its processes clears what they left and recovers. What is inside its databases belongs to `bootstrap` and the migrations.
"""

import fcntl
import hashlib
import os
import secrets
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from gridgov.database import processes
from gridgov.database.programs import Programs, ServerUser, find_programs, server_user
from gridgov.errors import SetupError
from gridgov.settings import Settings

SUPERUSER = "gridgov_superuser"
ROLES = ("gridgov_owner", "gridgov_app", "gridgov_read")
DATABASE, SAMPLE = "gridgov", "gridgov_sample"

_START_S = 300
_SOCKET_PATH_LIMIT = 90
_FORBIDDEN_PORT = 5432
_HBA = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"
_COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_permissions": "0700",
    "password_encryption": "scram-sha-256",
    "jit": "off",
    "max_connections": "80",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    # One question, one process: answers take the same time under load, and a small /dev/shm is enough.
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_parameter_max_length_on_error": "0",
}
_DURABLE = _COMMON | {
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "max_wal_size": "4GB",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_min_messages": "warning",
}
# For tests alone: what they write survives the death of the server, and need not survive the machine.
_THROWAWAY = _COMMON | {"shared_buffers": "128MB", "fsync": "off", "full_page_writes": "off", "autovacuum": "off"}


class Cluster:
    """The private cluster in one directory.

    home: its directory (`pg` data, `run` sockets, `secrets` passwords in 0600 files). durable: False = for tests, without fsync.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.absolute()
        self.data = self.home / "pg"
        self._settings = _DURABLE if durable else _THROWAWAY
        self._durable = durable

    @property
    def sockets(self) -> Path:
        """The directory of the Unix socket: `run` here, or a private one in the temporary directory where that path is too long."""
        here = self.home / "run"
        if len(os.fsencode(here)) <= _SOCKET_PATH_LIMIT:
            return here
        return Path(tempfile.gettempdir()) / f"gridgov-{os.geteuid()}-{_short_hash(self.home)}"

    @property
    def is_initialised(self) -> bool:
        """Whether the cluster was made, to the end."""
        return (self.home / "secrets" / SUPERUSER).exists() and (self.data / "PG_VERSION").exists()

    @property
    def is_running(self) -> bool:
        """Whether its postmaster lives (a zombie does not)."""
        return processes.postmaster(self.data) is not None

    def url(self, role: str, database: str = DATABASE) -> str:
        """libpq URL of a role on the running cluster's Unix socket. Raises SetupError when the cluster is not running."""
        return f"postgresql://{role}:{self.password(role)}@/{database}?host={quote(str(self.sockets), safe='')}&port={self.port()}"

    def port(self) -> int:
        """The loopback port (and socket number) of the running cluster."""
        try:
            return int((self.data / "postmaster.pid").read_text().splitlines()[3])
        except (FileNotFoundError, IndexError, ValueError) as exc:
            raise SetupError("The private database is not running: run `gridgov up`.", "项目自带的数据库未运行，请执行 gridgov up。") from exc

    def start(self) -> None:
        """Initialised where needed, started and ready to answer. A second start at the same time waits for the first."""
        self.home.mkdir(parents=True, exist_ok=True)
        with self.locked():
            if not self.is_running:
                self._start_anew(find_programs(), server_user())
            self._await_ready()

    def stop(self) -> bool:
        """Stopped, sessions ended and everything flushed; False when it was not running."""
        if not self.home.exists():
            return False
        with self.locked():
            if not self.is_running:
                return False
            self._run(find_programs(), server_user(), "pg_ctl", "stop", "-m", "fast", "-w", "-t", str(_START_S))
            return True

    def _start_anew(self, programs: Programs, user: ServerUser) -> None:
        if not self.is_initialised:
            self._initialise(programs, user)
        self._require_version(programs)
        self._prepare_sockets(user)
        processes.clear_leftovers(self.data, self.sockets)
        self._launch(programs, user)

    def _initialise(self, programs: Programs, user: ServerUser) -> None:
        """A new cluster beside nothing: a half-made one (no password kept yet) is cleared away first."""
        shutil.rmtree(self.data, ignore_errors=True)
        _make_private(self.home / "secrets", os.geteuid())
        self.data.mkdir(mode=0o700)
        user.own(self.data)
        password = secrets.token_urlsafe(32)
        with tempfile.TemporaryDirectory(dir=_reachable_temporary(user)) as folder:
            user.own(Path(folder))
            given = Path(folder) / "password"
            _write_private(given, password)
            user.own(given)
            self._initdb(programs, user, given)
        (self.data / "pg_hba.conf").write_text(_HBA)
        for role in ROLES:
            _write_private(self.home / "secrets" / role, secrets.token_urlsafe(32))
        _write_private(self.home / "secrets" / SUPERUSER, password)

    def _initdb(self, programs: Programs, user: ServerUser, password: Path) -> None:
        # Text sorts by byte, whatever the system's locale library thinks of Chinese next year.
        options = ["--encoding=UTF8", "--lc-collate=C", "--lc-ctype=C.UTF-8", "--lc-messages=C", "--auth=scram-sha-256", f"--username={SUPERUSER}"]
        extra = ["--data-checksums"] if self._durable else ["--no-sync"]
        _call(user, [programs["initdb"], "-D", str(self.data), *options, *extra, f"--pwfile={password}"])

    def _prepare_sockets(self, user: ServerUser) -> None:
        _make_private(self.sockets, user.uid)
        user.own(self.sockets)

    def _launch(self, programs: Programs, user: ServerUser) -> None:
        """Started on the port of last time, or on another free one when somebody has taken it."""
        log = self.home / "start.log"
        for port in (self._last_port(), _free_port(), _free_port()):
            log.unlink(missing_ok=True)
            log.touch(mode=0o600)
            user.own(log)
            self._write_settings(port, user)
            started = self._run(programs, user, "pg_ctl", "start", "-w", "-t", str(_START_S), "-l", str(log), check=False)
            if started.returncode == 0 and self.is_running:
                return
            processes.clear_leftovers(self.data, self.sockets)
            if "could not bind" not in log.read_text(errors="replace"):
                break
        raise SetupError(
            f"The private database did not start; see {log} and {self.data / 'log'}.", f"项目自带的数据库未能启动，详见 {log} 与 {self.data / 'log'}。"
        )

    def _await_ready(self) -> None:
        """Until it answers: after the death of one backend a living postmaster recovers for a while by itself."""
        deadline = time.monotonic() + _START_S
        while True:
            try:
                psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=10).close()
                return
            except psycopg.OperationalError as exc:
                if "password" in str(exc) or not self.is_running or time.monotonic() > deadline:
                    raise SetupError(
                        f"The private database does not answer; see {self.data / 'log'}.", f"项目自带的数据库没有应答，详见 {self.data / 'log'}。"
                    ) from exc
            time.sleep(0.05)

    def _write_settings(self, port: int, user: ServerUser) -> None:
        path = self.data / "postgresql.auto.conf"
        values = self._settings | {"port": str(port), "unix_socket_directories": str(self.sockets).replace("'", "''")}
        path.write_text("".join(f"{name} = '{value}'\n" for name, value in values.items()))
        user.own(path)

    def _last_port(self) -> int:
        """The port that programs outside may still have noted, when it is free."""
        try:
            lines = (self.data / "postgresql.auto.conf").read_text().splitlines()
            port = next(int(line.split("'")[1]) for line in lines if line.startswith("port ="))
        except (FileNotFoundError, StopIteration, ValueError, IndexError):
            return _free_port()
        return port if _is_free(port) else _free_port()

    def _require_version(self, programs: Programs) -> None:
        made_by = int((self.data / "PG_VERSION").read_text().split(".")[0])
        if made_by != programs.version:
            raise SetupError(
                f"{self.data} was made by PostgreSQL {made_by}, and {programs.version} is installed: install {made_by} again or move the data over.",
                f"{self.data} 的数据由 PostgreSQL {made_by} 建立，而本机安装的是 {programs.version}：请重新安装 {made_by} 或迁移数据。",
            )

    def _run(self, programs: Programs, user: ServerUser, name: str, action: str, *options: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        return _call(user, [programs[name], action, "-D", str(self.data), *options], check=check)

    def password(self, role: str) -> str:
        """The generated password of a role."""
        try:
            return (self.home / "secrets" / role).read_text()
        except FileNotFoundError as exc:
            raise SetupError("The private database is not set up: run `gridgov up`.", "项目自带的数据库尚未建立，请执行 gridgov up。") from exc
        except PermissionError as exc:
            raise SetupError(
                f"The passwords in {self.home / 'secrets'} belong to another user.", f"{self.home / 'secrets'} 中的密码文件属于其他用户。"
            ) from exc

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else starts, stops or sets up this cluster meanwhile; not to be nested."""
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def home_of(settings: Settings) -> Path:
    """The directory of this installation's cluster: GRIDGOV_DATA_DIR, or `.gridgov` here.

    As root, where the server's user cannot reach that: `/var/lib/gridgov/<hash of it>`.
    """
    wanted = (settings.data_dir or Path(".gridgov")).absolute()
    nearest = next(parent for parent in (wanted, *wanted.parents) if parent.exists())
    return wanted if server_user().reaches(nearest) else Path("/var/lib/gridgov") / _short_hash(wanted)


def cluster_of(settings: Settings) -> Cluster:
    """The cluster of this installation, made or not."""
    return Cluster(home_of(settings))


def _call(user: ServerUser, command: list[str], *, check: bool = True) -> "subprocess.CompletedProcess[str]":
    """Runs one of PostgreSQL's programs as the server's user, away from this terminal's signals."""
    environment = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    # The server inherits the streams: it must not keep a caller's pipe open.
    with tempfile.TemporaryFile("w+") as said:
        done = subprocess.run(
            command, cwd="/", env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, check=False, **user.popen()
        )  # type: ignore[call-overload]
        said.seek(0)
        text = said.read()
    if check and done.returncode != 0:
        program = Path(command[0]).name
        raise SetupError(f"{program} failed: {text.strip()[-600:]}", f"{program} 执行失败：{text.strip()[-600:]}")
    return subprocess.CompletedProcess(command, done.returncode, text, "")


def _reachable_temporary(user: ServerUser) -> str:
    found = Path(tempfile.gettempdir())
    return str(found) if user.reaches(found) else "/tmp"


def _make_private(directory: Path, owner: int) -> None:
    """The directory, closed to others. One that somebody else has put there, or a link, is refused before it is touched."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), owner):
        raise SetupError(f"{directory} belongs to another user or is a link.", f"目录 {directory} 属于其他用户或是链接。")
    directory.chmod(0o700)


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port if port != _FORBIDDEN_PORT else _free_port()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
