"""`worker`: the process that does batches and imports, beside `up` or alone."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import typer

from gridgov.cli.output import tell
from gridgov.cli.session import open_database, server_of
from gridgov.database.bootstrap import APP
from gridgov.jobs.file_store import files_of
from gridgov.settings import load_settings

_AGAIN_AFTER_S, _STOP_S, _NICER = 2.0, 10.0, 5
_COMMAND = [sys.executable, "-c", "from gridgov.cli.main import main; main()", "worker", "--attached"]


def register(app: typer.Typer) -> None:
    """Adds worker."""
    app.command("worker", help="Do batches and imports; `up` starts one of its own. 执行批量校验与导入任务")(worker)


def worker(
    sample: bool = typer.Option(False, "--sample", help="The sample city's database. 示例城市数据库"),
    attached: bool = typer.Option(False, "--attached", hidden=True, help="End when standard input ends."),
) -> None:
    """Works until it is told to stop; what it was at is put back and goes on elsewhere."""
    from api.worker import Worker

    settings, server = load_settings(), server_of()
    if attached:
        os.nice(_NICER)
        threading.Thread(target=_end_with_parent, daemon=True).start()
    database = open_database(sample)
    try:
        tell("等待任务…… / waiting for jobs …")
        Worker(database, files_of(settings, database.url), role=server.role(APP)).run()
    finally:
        database.close()


@contextmanager
def attended(*, sample: bool) -> Iterator[None]:
    """A worker process beside this one, started again when it ends; it ends with this one, however that ends."""
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep, args=(stopping, sample), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        stopping.set()
        keeper.join(_STOP_S + _AGAIN_AFTER_S)


def _keep(stopping: threading.Event, sample: bool) -> None:
    while not stopping.is_set():
        command = [*_COMMAND, *(["--sample"] if sample else [])]
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        while child.poll() is None and not stopping.wait(0.2):
            pass
        _end(child)
        stopping.wait(_AGAIN_AFTER_S)


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin is not None:
        child.stdin.close()
    with suppress(subprocess.TimeoutExpired):
        child.wait(_STOP_S)
    if child.poll() is None:
        child.kill()
        child.wait()


def _end_with_parent() -> None:
    """The other end of standard input is the serving process: when it is gone, whatever killed it, nothing comes any more."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
