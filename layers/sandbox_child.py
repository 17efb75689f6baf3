"""The killable side: takes its limits on itself, drops the network, runs one known task and writes framed answers.

Started as a script by `sandbox`; which tasks exist is decided here and nowhere else.
"""

import ctypes
import json
import os
import resource
import signal
import struct
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import BinaryIO

HEAD = struct.Struct("<cQ")
OUT_OF_MEMORY = 71
TASKS = {
    "gdal": "layers.vector_child:read_by_gdal",
    "shapefile": "layers.shapefile:read_shapefile",
    "raster": "layers.base_map_child:read_raster",
    "geojson": "layers.geojson:read_geojson",
    "table": "layers.table_child:read_table",
    "describe": "layers.describe_child:describe",
    "repair": "layers.repair_child:repair_each",
    "pause": "layers.sandbox_child:pause",
}
CLONE_NEWNET, CLONE_NEWUSER, PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 0x40000000, 0x10000000, 1, 4


def confine(limits: dict[str, float]) -> None:
    """Sets the limits; the network namespace is a second lock and not every kernel or user may have one."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(PR_SET_DUMPABLE, 0)
    if libc.unshare(CLONE_NEWNET) != 0:
        libc.unshare(CLONE_NEWNET | CLONE_NEWUSER)
    memory, cpu = int(limits["memory_bytes"]), int(limits["cpu_s"])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, 16 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer_channel() -> BinaryIO:
    """The pipe to the caller; whatever a library prints goes to stderr instead."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return channel


def task_named(name: str) -> Callable[[bytes], Iterable[bytes]]:
    """The function behind a known name; an unknown one is a KeyError."""
    module, function = TASKS[name].split(":")
    found: Callable[[bytes], Iterable[bytes]] = getattr(import_module(module), function)
    return found


def pause(payload: bytes) -> Iterable[bytes]:
    """Waits or eats memory on demand: what the tests of the limits ask for."""
    asked = json.loads(payload)
    yield b"started"
    if asked.get("bytes"):
        _ = bytearray(asked["bytes"])
    while asked.get("spin"):
        pass
    yield b"done"


def main() -> int:
    """Exit code: 0 done or refused, 71 out of memory."""
    name, limits = sys.argv[1], json.loads(sys.argv[2])
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    channel = answer_channel()
    confine(limits)
    # pyogrio imports them where it finds them, and nothing here needs them: half the start-up time.
    sys.modules["geopandas"] = sys.modules["pandas"] = None  # type: ignore[assignment]
    from gridgov.errors import GridgovError

    try:
        for body in task_named(name)(sys.stdin.buffer.read()):
            write(channel, b"R", body)
    except GridgovError as error:
        faults = [{"pointer": f.pointer, "en": f.en, "zh": f.zh, "at": f.at} for f in error.faults]
        write(channel, b"E", json.dumps({"class": type(error).__name__, "en": error.en, "zh": error.zh, "faults": faults}).encode())
    except (MemoryError, RecursionError):
        return OUT_OF_MEMORY
    return 0


def write(channel: BinaryIO, kind: bytes, body: bytes) -> None:
    """One framed answer, at once on its way."""
    channel.write(HEAD.pack(kind, len(body)))
    channel.write(body)
    channel.flush()


if __name__ == "__main__":
    sys.exit(main())
