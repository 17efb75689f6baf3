"""`gridgov up` as a process: it serves, gets over a killed database, and is stopped by `gridgov down`."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gridgov.database import processes
from gridgov.database.cluster import Cluster

COMMAND = [sys.executable, "-c", "from gridgov.cli.main import main; main()"]
ROOT = Path(__file__).parents[2]


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
def serving(environment: dict[str, str]) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """The process and its address, once it listens."""
    command = [*COMMAND, "up", "--sample", "--json"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line and "url" in line, f"up did not start: {line}"
        yield process, json.loads(line)["url"]
        process.terminate()


def locate(url: str) -> int:
    return httpx.get(f"{url}/api/v1/locate", params={"lon": 118.0, "lat": 28.0}, timeout=30).status_code


def test_a_killed_database_is_answered_by_503_and_comes_back_by_itself(serving: tuple["subprocess.Popen[str]", str], environment: dict[str, str]) -> None:
    _, url = serving
    before = locate(url)
    assert before < 500
    cluster = Cluster(Path(environment["GRIDGOV_DATA_DIR"]))
    for pid in processes.workers(cluster.data):
        os.kill(pid, signal.SIGKILL)
    deadline, answers = time.monotonic() + 30, set()
    while (answer := locate(url)) != before:
        answers.add(answer)
        assert time.monotonic() < deadline, f"still {answer} after 30 s"
        time.sleep(0.2)
    assert answers <= {503}


def test_down_ends_the_serving_process_and_the_database(serving: tuple["subprocess.Popen[str]", str], environment: dict[str, str]) -> None:
    process, _ = serving
    stopped = subprocess.run([*COMMAND, "down", "--json"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(stopped.stdout) == {"served": True, "stopped": True, "private": True}
    process.wait(timeout=30)
    assert not Cluster(Path(environment["GRIDGOV_DATA_DIR"])).is_running
