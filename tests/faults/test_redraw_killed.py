"""An approval is whole or absent: application or database are killed with -9 before each of its SQL statements, and around its commit.

Whatever was killed, every table holds what it held before, or all that an undisturbed approval leaves, and never something between.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from gridgov.database.audit import first_break
from gridgov.database.bootstrap import APP, make_ready
from gridgov.database.cluster import DATABASE, SUPERUSER, Cluster
from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import service as grids
from gridgov.redraws import service
from tests.redraw_grid import DAY, FIRST_DAY, TODAY, bulge, lay_squares, merge, rename, request, split, township, village
from tests.redraw_people import assign

ROOT = Path(__file__).parents[2]
# When something was recorded, and hashes over that, differ from run to run.
_TIMES = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+\+00:00|\d{4}-\d\d-\d\d \d\d:[0-9:.]+\+00|\\\\x[0-9a-f]{64}")
State = dict[str, list[str]]


class Approver:
    """The process that approves and is killed."""

    def __init__(self, url: str, redraw: int, data: Path) -> None:
        self._order = {"url": url, "redraw": redraw, "today": TODAY.isoformat()}
        self._data = data
        self._process = subprocess.Popen([sys.executable, "-m", "tests.faults.approving"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def approve(self, at: int | str | None = None, *, kill: str = "application") -> int:
        """How many statements it took; 0 = it was killed."""
        order = self._order | {"at": at, "kills": "self" if kill == "application" else str(self._data)}
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


@contextmanager
def opened(url: str) -> Iterator[UnitOfWork]:
    with closing(Database(url, wait_s=20)) as database, database.unit_of_work("user:admin") as uow:
        yield uow


def lay(url: str) -> int:
    """A grid with people and a submitted redraw on several levels that splits, merges, moves a boundary and renames; its number."""
    with opened(url) as uow:
        lay_squares(uow)
        assign(uow, village(0, 0), "wang")
        assign(uow, village(4, 0), "li")
        wanted = request(split(0, 0), merge((4, 0), (5, 0)), bulge(2, 2), rename(township(2), "新镇"))
        redraw = int(service.draft_redraw(uow, wanted, TODAY)["id"])
        service.submit_redraw(uow, redraw, note=None, today=TODAY)
    return redraw


def state(cluster: Cluster, database: str) -> State:
    """Every row of every table, without the moments at which it was recorded."""
    with psycopg.connect(cluster.url(SUPERUSER, database)) as connection:
        tables = [row[0] for row in connection.execute("select tablename from pg_tables where schemaname = 'gridgov' order by 1")]
        query = sql.SQL("select to_jsonb(t)::text from gridgov.{} t")
        return {table: sorted(_TIMES.sub("~", row[0]) for row in connection.execute(query.format(sql.Identifier(table)))) for table in tables}


def is_sound(url: str) -> bool:
    """Whether the grid tiles on every side of the day, and the audit chain is whole."""
    with opened(url) as uow:
        tiles = all(grids.coverage_report(uow, scheme=None, on=day)["ok"] for day in (FIRST_DAY, DAY - timedelta(days=1), DAY, DAY + timedelta(days=400)))
        return tiles and first_break(list(uow.audit_entries())) is None


class Trial:
    """A submitted redraw, what the tables hold before its approval and after one that nothing disturbed, and the number of its statements."""

    def __init__(self, cluster: Cluster, database: str) -> None:
        self.cluster, self._database = cluster, database
        self.redraw = lay(cluster.url(APP, database))
        self.before = state(cluster, database)
        with self.copy("undisturbed") as copy:
            self.statements, self.after = self._approved(copy)
        assert self.statements and self.after != self.before

    @contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """Another database that holds what the first one does."""
        copy = sql.Identifier(f"{self._database}_{name}")
        with psycopg.connect(self.cluster.url(SUPERUSER, "postgres"), autocommit=True) as server:
            server.execute(sql.SQL("create database {} template {}").format(copy, sql.Identifier(self._database)))
        yield f"{self._database}_{name}"
        with psycopg.connect(self.cluster.url(SUPERUSER, "postgres"), autocommit=True) as server:
            server.execute(sql.SQL("drop database {} with (force)").format(copy))

    def killed(self, places: Sequence[int | str], kill: str) -> Iterator[State]:
        """What the tables hold after each death before the end of the commit; the grid must tile and the audit chain be whole whatever that is."""
        with closing(self._approver(self._database)) as approver:
            for place in places:
                assert approver.approve(place, kill=kill) == 0, place
                yield self._found(self._database)

    def killed_after_commit(self, kill: str) -> State:
        """What they hold after a death between the commit and the answer."""
        with self.copy("committed") as copy:
            with closing(self._approver(copy)) as approver:
                approver.approve("committed", kill=kill)
            return self._found(copy)

    def end_undisturbed(self) -> State:
        """Approves what was killed so often, at last."""
        statements, found = self._approved(self._database)
        assert statements == self.statements
        return found

    def _approved(self, database: str) -> tuple[int, State]:
        with closing(self._approver(database)) as approver:
            return approver.approve(), self._found(database)

    def _found(self, database: str) -> State:
        self.cluster.start()
        assert is_sound(self.cluster.url(APP, database))
        return state(self.cluster, database)

    def _approver(self, database: str) -> Approver:
        return Approver(self.cluster.url(APP, database), self.redraw, self.cluster.data)


def prove_whole_or_absent(trial: Trial, kill: str, statements: Sequence[int]) -> None:
    # First of all: the others draw numbers that are lost with them.
    assert trial.killed_after_commit(kill) == trial.after
    places = [*statements, "commit"]
    for place, found in zip(places, trial.killed(places, kill), strict=True):
        assert found == trial.before, place
    assert {table: len(rows) for table, rows in trial.end_undisturbed().items()} == {table: len(rows) for table, rows in trial.after.items()}


@pytest.fixture
def trial(cluster: Cluster, database_name: str) -> Trial:
    return Trial(cluster, database_name)


@pytest.fixture
def durable_trial() -> Iterator[Trial]:
    """On a cluster of its own, which keeps what it acknowledged as the production one does."""
    home = Path(tempfile.mkdtemp(prefix="gridgov-fault-", dir="/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home)
    cluster.start()
    make_ready(cluster, DATABASE)
    yield Trial(cluster, DATABASE)
    cluster.stop()
    shutil.rmtree(home)


def test_an_approval_whose_application_is_killed_is_whole_or_absent(trial: Trial) -> None:
    prove_whole_or_absent(trial, "application", [1, trial.statements // 3, trial.statements * 2 // 3, trial.statements])


def test_an_approval_whose_database_is_killed_is_whole_or_absent(durable_trial: Trial) -> None:
    prove_whole_or_absent(durable_trial, "database", [durable_trial.statements * 2 // 3])


@pytest.mark.long
def test_an_approval_whose_application_is_killed_at_any_statement_is_whole_or_absent(trial: Trial) -> None:
    prove_whole_or_absent(trial, "application", range(1, trial.statements + 1))


@pytest.mark.long
def test_an_approval_whose_database_is_killed_at_any_statement_is_whole_or_absent(durable_trial: Trial) -> None:
    prove_whole_or_absent(durable_trial, "database", range(1, durable_trial.statements + 1))
