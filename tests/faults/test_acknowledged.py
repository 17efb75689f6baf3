"""What was acknowledged is kept: the whole cluster is killed under writers, again and again."""

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridgov.database import processes
from gridgov.database.audit import first_break
from gridgov.database.bootstrap import APP, make_ready
from gridgov.database.cluster import DATABASE, Cluster
from gridgov.database.pool import Database
from gridgov.errors import GridgovError

WRITERS = 4


@pytest.fixture
def durable() -> Iterator[Cluster]:
    home = Path(tempfile.mkdtemp(prefix="gridgov-fault-", dir="/tmp"))
    home.chmod(0o755)
    cluster = Cluster(home)
    cluster.start()
    make_ready(cluster, DATABASE)
    yield cluster
    cluster.stop()
    shutil.rmtree(home)


class Writers:
    """Threads that write a person and its audit entry, and note what the database acknowledged."""

    def __init__(self, database: Database, round_number: int) -> None:
        self.acknowledged: list[str] = []
        self._database, self._round = database, round_number
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]

    def run_until_some_are_acknowledged(self, count: int) -> None:
        for thread in self._threads:
            thread.start()
        deadline = time.monotonic() + 60
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline, "nothing is being written"
            time.sleep(0.005)

    def end(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _write(self, writer: int) -> None:
        number = 0
        while not self._stop.is_set():
            number += 1
            name = f"{self._round}-{writer}-{number}"
            try:
                with self._database.unit_of_work("os:writer") as uow:
                    uow.execute("insert into person (person_id, name) values (%(name)s, '张三')", name=name)
                    uow.audit("person.add", name, {"round": self._round})
            except GridgovError:
                return
            self.acknowledged.append(name)


def kill_under_writers(cluster: Cluster, round_number: int) -> list[str]:
    """Kills every process of the cluster while it is written to; gives back what had been acknowledged."""
    database = Database(cluster.url(APP), max_size=WRITERS, wait_s=2)
    writers = Writers(database, round_number)
    try:
        writers.run_until_some_are_acknowledged(20)
        for pid in processes.workers(cluster.data):
            os.kill(pid, signal.SIGKILL)
    finally:
        writers.end()
        database.close()
    return writers.acknowledged


def prove_kept(cluster: Cluster, acknowledged: list[str]) -> None:
    database = Database(cluster.url(APP))
    try:
        with database.unit_of_work("os:reader", read_only=True) as uow:
            people = {row["person_id"] for row in uow.rows("select person_id from person")}
            entries = list(uow.audit_entries())
    finally:
        database.close()
    assert set(acknowledged) - people == set()
    assert {entry.subject for entry, _ in entries} == people
    assert first_break(entries) is None


def survive(cluster: Cluster, rounds: int) -> None:
    acknowledged: list[str] = []
    for number in range(rounds):
        acknowledged += kill_under_writers(cluster, number)
        started = time.monotonic()
        cluster.start()
        assert time.monotonic() - started < 30
        prove_kept(cluster, acknowledged)


def test_nothing_acknowledged_is_lost_when_everything_is_killed(durable: Cluster) -> None:
    survive(durable, rounds=3)


@pytest.mark.long
def test_nothing_acknowledged_is_lost_in_a_hundred_deaths(durable: Cluster) -> None:
    survive(durable, rounds=100)
