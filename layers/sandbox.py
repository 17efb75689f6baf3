"""Runs work on foreign bytes in a process of its own that can be killed.

Decides the limits (memory, processor time, wall time between two answers, size of an answer), starts the child without the caller's
environment and without network where the kernel allows it, and turns what ends it into a named error. What the work is stands in
`sandbox_child.TASKS`; answers come back as plain bytes, never as pickles.
"""

import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile

import gridgov.errors as errors
from gridgov.errors import Fault, GridgovError

HEAD = struct.Struct("<cQ")
CHILD = Path(__file__).with_name("sandbox_child.py")
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use. wall_s counts anew after each answer; start_s is added for the first."""

    memory_bytes: int = 4 * GIB
    cpu_s: int = 600
    wall_s: float = 300.0
    start_s: float = 20.0
    answer_bytes: int = 3 * GIB


class Stopped(Exception):
    """The child ended before its work was done. reason: `time`, `memory` or `crash`."""

    def __init__(self, reason: str, said: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.said = said


def answers(task: str, payload: bytes, *, limits: Limits, environment: Mapping[str, str] | None = None) -> Iterator[bytes]:
    """The answers of one task, as they come; closing the iterator kills the child.

    Raises the GridgovError that the task raised, and Stopped when the child hit a limit or crashed.
    """
    with _started(task, payload, limits, environment or {}) as child:
        deadline = time.monotonic() + limits.start_s + limits.wall_s
        while (frame := _frame(child, deadline, limits)) is not None:
            kind, body = frame
            if kind == b"E":
                raise _revived(body)
            yield body
            deadline = time.monotonic() + limits.wall_s


def answer(task: str, payload: bytes, *, limits: Limits, environment: Mapping[str, str] | None = None) -> bytes:
    """The one answer of a task; raises like `answers`."""
    for body in answers(task, payload, limits=limits, environment=environment):
        return body
    raise Stopped("crash", "the reader ended without an answer")


@contextmanager
def _started(task: str, payload: bytes, limits: Limits, environment: Mapping[str, str]) -> "Iterator[subprocess.Popen[bytes]]":
    clean = {"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PROJ_NETWORK": "OFF", **environment}
    with TemporaryFile() as given, TemporaryFile() as said:
        given.write(payload)
        given.seek(0)
        command = [sys.executable, "-I", str(CHILD), task, json.dumps(asdict(limits))]
        child = subprocess.Popen(command, stdin=given, stdout=subprocess.PIPE, stderr=said, env=clean, close_fds=True, start_new_session=True)
        try:
            yield child
            _check_end(child, said.fileno())
        except Stopped as stopped:
            _kill(child)
            raise Stopped(stopped.reason, _tail(said.fileno())) from stopped
        finally:
            _kill(child)


def _frame(child: "subprocess.Popen[bytes]", deadline: float, limits: Limits) -> tuple[bytes, bytes] | None:
    """The next answer, None at the end of the child's output."""
    head = _read(child, HEAD.size, deadline)
    if not head:
        return None
    if len(head) < HEAD.size:
        raise Stopped("crash")
    kind, size = HEAD.unpack(head)
    if size > limits.answer_bytes:
        raise Stopped("memory")
    body = _read(child, size, deadline)
    if len(body) < size:
        raise Stopped("crash")
    return kind, body


def _read(child: "subprocess.Popen[bytes]", size: int, deadline: float) -> bytes:
    assert child.stdout is not None
    descriptor, found = child.stdout.fileno(), bytearray()
    while len(found) < size:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise Stopped("time")
        part = os.read(descriptor, min(size - len(found), 1 << 20))
        if not part:
            break
        found += part
    return bytes(found)


def _check_end(child: "subprocess.Popen[bytes]", said: int) -> None:
    try:
        code = child.wait(timeout=10)
    except subprocess.TimeoutExpired as late:
        raise Stopped("time") from late
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Stopped("time")
    if code == OUT_OF_MEMORY:
        raise Stopped("memory")
    if code != 0:
        raise Stopped("crash", _tail(said))


def _kill(child: "subprocess.Popen[bytes]") -> None:
    if child.poll() is None:
        try:
            os.killpg(child.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    child.wait()
    if child.stdout is not None:
        child.stdout.close()


def _tail(descriptor: int) -> str:
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, 2000, max(0, size - 2000)).decode("utf-8", "backslashreplace")


def _revived(body: bytes) -> GridgovError:
    """The error a task raised, as the class it was."""
    told = json.loads(body)
    kind = getattr(errors, told["class"], errors.Refused)
    faults = [Fault(f["pointer"], f["en"], f["zh"], tuple(f["at"]) if f["at"] else None) for f in told["faults"]]
    error = kind(told["en"], told["zh"], faults=faults)
    return error if isinstance(error, GridgovError) else errors.Refused(told["en"], told["zh"], faults=faults)


# Exit code by which a child says that it ran out of the memory it was given.
OUT_OF_MEMORY = 71
