"""Which processes of a private cluster really live, and how leftovers of killed ones are cleared away.

A process that was killed stays in the table as a zombie where PID 1 does not reap, and its number may since belong to another
program: what counts is the process's state and its working directory, which PostgreSQL sets to the cluster's.
"""

import os
import signal
import time
from pathlib import Path

_DEAD_STATES = frozenset("ZXx")


def is_alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in _DEAD_STATES


def works_in(pid: int, directory: Path) -> bool:
    """Whether the living process has `directory` as its working directory; False where that may not be seen."""
    try:
        return is_alive(pid) and Path(os.readlink(f"/proc/{pid}/cwd")) == directory.resolve()
    except OSError:
        return False


def workers(directory: Path) -> list[int]:
    """The living processes whose working directory is `directory`, by number."""
    numbers = sorted(int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())
    return [pid for pid in numbers if pid != os.getpid() and works_in(pid, directory)]


def postmaster(data: Path) -> int | None:
    """The number of the living postmaster of the cluster in `data`, or None."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if works_in(pid, data) else None


def clear_leftovers(data: Path, sockets: Path, *, patience_s: float = 2.0) -> None:
    """Makes a start possible after any death: ends orphaned backends, then removes lock files that no living process holds.

    Does nothing when the postmaster lives. `sockets` belongs to this cluster alone.
    """
    if postmaster(data) is not None:
        return
    for kind in (None, signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        for pid in workers(data) if kind else ():
            _send(pid, kind)
        if _gone(data, patience_s):
            break
    (data / "postmaster.pid").unlink(missing_ok=True)
    for leftover in sockets.glob(".s.PGSQL.*"):
        leftover.unlink(missing_ok=True)


def _gone(data: Path, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while workers(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _send(pid: int, kind: signal.Signals | None) -> None:
    try:
        os.kill(pid, kind or 0)
    except ProcessLookupError:
        return
