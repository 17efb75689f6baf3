"""The worker as a process: killed in the middle of a batch it goes on behind the rows it had, and it never outlives what serves."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gridgov.database import processes
from gridgov.database.bootstrap import APP
from gridgov.database.cluster import Cluster
from gridgov.database.pool import Database
from gridgov.people import service
from tests.small_grid import lay_grid

COMMAND = [sys.executable, "-c", "from gridgov.cli.main import main; main()"]
ROOT = Path(__file__).parents[2]
ROWS = 800


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    home = Path(tempfile.mkdtemp(prefix="gridgov-home-", dir="/tmp"))
    home.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    yield os.environ | {"GRIDGOV_DATA_DIR": str(home), "GRIDGOV_PORT": port}
    Cluster(home).stop()
    shutil.rmtree(home)


@pytest.fixture
def serving(environment: dict[str, str]) -> Iterator[tuple["subprocess.Popen[str]", httpx.Client]]:
    """The serving process and a signed-in planner, on a small grid."""
    with subprocess.Popen([*COMMAND, "up", "--json"], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        database = Database(Cluster(Path(environment["GRIDGOV_DATA_DIR"])).url(APP, "gridgov"))
        with database.unit_of_work("test") as uow:
            lay_grid(uow)
            service.add_user(uow, "planner", "three words and a river", role="planner", cell=None, on=uow.now().date())
        database.close()
        with httpx.Client(base_url=f"{url}/api/v1", timeout=60) as client:
            token = client.post("/session", json={"username": "planner", "password": "three words and a river"}).json()["token"]
            client.headers["Authorization"] = f"Bearer {token}"
            yield process, client
        process.terminate()


def worker_of(parent: int) -> int | None:
    """The living worker below a process."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and processes.is_alive(int(entry.name)):
            try:
                words, stat = (entry / "cmdline").read_bytes(), (entry / "stat").read_text()
            except OSError:
                continue
            if b"--attached" in words and int(stat.rpartition(")")[2].split()[1]) == parent:
                return int(entry.name)
    return None


def until(found: Callable[[], Any], within_s: float) -> Any:
    """The first answer that is one. A process of its own cannot be waited for otherwise."""
    deadline = time.monotonic() + within_s
    while not (answer := found()):
        assert time.monotonic() < deadline, f"not within {within_s} s"
        time.sleep(0.1)
    return answer


def test_a_worker_killed_in_the_middle_of_a_batch_goes_on_within_a_minute_and_answers_each_row_once(
    serving: tuple["subprocess.Popen[str]", httpx.Client],
) -> None:
    process, client = serving
    table = "id,lon,lat\n" + "".join(f"{number},118.85,28.95\n" for number in range(ROWS))
    upload = client.post("/uploads", params={"filename": "sites.csv"}, content=table.encode(), headers={"Content-Type": "application/octet-stream"}).json()
    batch = client.post("/siting-batches", json={"upload": upload["id"], "id_field": "id"}).json()["id"]

    def stands() -> dict[str, Any]:
        found: dict[str, Any] = client.get(f"/siting-batches/{batch}").json()
        return found

    until(lambda: stands()["rows"] > 0, 120)
    killed = until(lambda: worker_of(process.pid), 10)
    os.kill(killed, signal.SIGKILL)
    had, begun = stands()["rows"], time.monotonic()
    assert 0 < had < ROWS, "the batch was over before its worker was killed"
    until(lambda: stands()["rows"] > had, 60)
    assert time.monotonic() - begun < 60
    ended = until(lambda: (found := stands())["finished_at"] and found, 300)
    assert (ended["state"], ended["rows"], sum(ended["verdicts"].values())) == ("done", ROWS, ROWS)
    assert worker_of(process.pid) not in (None, killed)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_worker_ends_with_what_serves_however_that_ends(serving: tuple["subprocess.Popen[str]", httpx.Client], how: signal.Signals) -> None:
    process, _ = serving
    worker = until(lambda: worker_of(process.pid), 30)
    process.send_signal(how)
    process.wait(timeout=30)
    until(lambda: not processes.is_alive(worker), 15)
