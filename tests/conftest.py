"""A private PostgreSQL for the run, and a fresh migrated database for each test that asks for one.

The server is made by the very module that makes the production one, in a temporary directory, in memory where that is roomy, and without
fsync. `make test` runs in two processes, each with a server of its own; a file's tests stay together, in the order they are written, and of
the browser's files each process always gets the same half.
"""

import contextlib
import io
import itertools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import conninfo, sql

from gridgov.database import processes
from gridgov.database.bootstrap import APP, OWNER, make_database, make_roles
from gridgov.database.cluster import SUPERUSER, Cluster
from gridgov.database.migrate import migrate
from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

_TEMPLATE = "gridgov_template"
_HOME, _OWNER = "gridgov-test-", "owner"
_MEMORY, _ROOMY = Path("/dev/shm"), 4 << 30
# What takes longest begins first, so that both processes end together.
_FIRST = ("web", "faults", "cli", "security", "store", "api")
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Result:
    """What a run of the command line gave. json: stdout as one JSON document."""

    exit_code: int
    stdout: str
    stderr: str

    @cached_property
    def json(self) -> Any:
        return json.loads(self.stdout)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test's folder says what it is and when its turn is; those on real data run only where REAL_DATA names some."""
    items.sort(key=lambda item: _turn(_folder(item)))
    for item in items:
        folder = _folder(item)
        if folder in ("real", "bench"):
            item.add_marker(folder)
    if not os.environ.get("REAL_DATA") and "real" not in config.option.markexpr:
        left_out = [item for item in items if item.get_closest_marker("real")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: "Producer") -> "LoadFileScheduling":
    """Shares the tests of `make test` out by file, and the browser's, which look at one sample city, by halves that never differ."""
    from xdist.scheduler import LoadFileScheduling

    halves = {f"tests/web/{path.name}": f"web {number % 2}" for number, path in enumerate(sorted((Path(__file__).parent / "web").glob("test_*.py")))}

    class ByFile(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = str(super()._split_scope(nodeid))
            return halves.get(file, file)

    return ByFile(config, log)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(Path(__file__).parent).parts[0]


def _turn(folder: str) -> int:
    return _FIRST.index(folder) if folder in _FIRST else len(_FIRST)


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of `make test-real REAL_DATA=DIR`."""
    folder = Path(os.environ["REAL_DATA"])
    assert folder.is_dir(), f"REAL_DATA is no folder: {folder}"
    return folder


class _Undo(Exception):
    """Ends a test's unit of work without a trace."""


def _without_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("GRIDGOV_") and name != "GRIDGOV_PG_BIN"]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    _without_installation(monkeypatch)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private cluster of this run with a migrated template database."""
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOMY
    folder = _MEMORY if in_memory else Path("/tmp")
    _clear_away(folder)
    home = Path(tempfile.mkdtemp(prefix=_HOME, dir=folder))
    (home / _OWNER).write_text(str(os.getpid()))
    home.chmod(0o755)
    cluster = Cluster(home, durable=False)
    try:
        cluster.start()
        make_roles(cluster)
        make_database(cluster.url(SUPERUSER, "postgres"), _TEMPLATE)
        migrate(cluster.url(OWNER, _TEMPLATE))
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def _clear_away(folder: Path) -> None:
    """Ends and removes the clusters of runs that were killed."""
    for owner in folder.glob(f"{_HOME}*/{_OWNER}"):
        with contextlib.suppress(OSError, ValueError):
            if not processes.is_alive(int(owner.read_text())):
                Cluster(owner.parent, durable=False).stop()
                shutil.rmtree(owner.parent, ignore_errors=True)


@pytest.fixture
def database_name(cluster: Cluster) -> Iterator[str]:
    """The name of a fresh migrated database, dropped after the test."""
    name = f"test_{next(_NUMBERS)}"
    _administer(cluster, "create database {} template {} owner {}", name, _TEMPLATE, OWNER)
    # A copy does not inherit who may connect.
    _administer(cluster, "revoke all on database {} from public", name)
    _administer(cluster, "grant connect on database {} to {}, {}", name, APP, "gridgov_read")
    yield name
    _administer(cluster, "drop database {} with (force)", name)


@pytest.fixture
def database(cluster: Cluster, database_name: str) -> Iterator[Database]:
    """A fresh migrated database for gridgov_app."""
    found = Database(cluster.url(APP, database_name), wait_s=20)
    yield found
    found.close()


@pytest.fixture
def uow(database: Database) -> Iterator[UnitOfWork]:
    """A unit of work in a fresh database, rolled back after the test."""
    with contextlib.suppress(_Undo), database.unit_of_work("test:tester") as found:
        yield found
        raise _Undo


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    """A real Chromium: the system's, else the one that the tests' installation fetched.

    Not for the whole run: while it is driven, its event loop runs in this thread, and `asyncio.run` elsewhere would fail.
    """
    from playwright.sync_api import sync_playwright

    path = next((found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        # Its sandbox refuses to run as root.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@contextlib.contextmanager
def reachable_folder() -> Iterator[Path]:
    """A data directory that the database's own user could reach too, as an installation's must; removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="gridgov-test-", dir="/tmp") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def cli(cluster: Cluster, database_name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Result]]:
    """Runs the command line in this process on a fresh database (the one of `database`); `--sample` on another fresh one.

    `cli("cells", "import", path, "--json")`; stdin is given as `cli(..., stdin="…")`.
    """
    sample = f"{database_name}_sample"
    url = cluster.url(SUPERUSER, database_name)
    monkeypatch.setenv("GRIDGOV_DATABASE_URL", url)
    monkeypatch.setenv("GRIDGOV_SAMPLE_DATABASE_URL", conninfo.make_conninfo(url, dbname=sample))
    _administer(cluster, "create database {} template {}", sample, _TEMPLATE)
    with reachable_folder() as folder:
        monkeypatch.setenv("GRIDGOV_DATA_DIR", str(folder))
        yield lambda *words, stdin="": _run(monkeypatch, capsys, [str(word) for word in words], stdin)
    _administer(cluster, "drop database if exists {} with (force)", sample)


@pytest.fixture
def cli_without_database(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Result]]:
    """Runs commands that ask no database, on a fresh data directory."""
    with reachable_folder() as folder:
        monkeypatch.setenv("GRIDGOV_DATA_DIR", str(folder))
        yield lambda *words, stdin="": _run(monkeypatch, capsys, [str(word) for word in words], stdin)


def _run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], stdin: str) -> Result:
    from gridgov.cli.main import run

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8"))
    capsys.readouterr()
    code = run(words)
    said = capsys.readouterr()
    return Result(code, said.out, said.err)


def _administer(cluster: Cluster, statement: str, *names: str) -> None:
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))  # type: ignore[arg-type]
