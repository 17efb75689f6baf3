"""Repairs invalid polygons in a process that is killed when one of them takes too long or too much memory.

`make_valid` can be busy for hours on a few thousand crossing edges, deaf to everything but SIGKILL: never in a request, never in the
database. Decides only whether a repair came out; what was wrong and whether the result is wanted is for the caller to say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from layers import sandbox, wire
from layers.sandbox import GIB, Limits, Stopped

# For each polygon anew: time on the clock; memory of the process.
LIMITS: Final = Limits(memory_bytes=4 * GIB, cpu_s=36_000, wall_s=120.0)
Failure = Literal["time", "memory", "crash", "empty"]


@dataclass(frozen=True, slots=True)
class Repaired:
    """geometry: the valid polygon, in the coordinates it came in; None = no repair, for the reason in `failure`."""

    geometry: BaseGeometry | None
    failure: Failure | None = None


def repair(geometries: Sequence[BaseGeometry], *, limits: Limits = LIMITS) -> Iterator[Repaired]:
    """One answer a geometry, in order, as they come: `make_valid(method="structure", keep_collapsed=False)` within the limits.

    geometries: finite polygons or multipolygons.
    """
    waiting = list(geometries)
    while waiting:
        done = 0
        try:
            for body in sandbox.answers("repair", wire.pack({}, waiting), limits=limits):
                done += 1
                yield _judged(wire.unpack(body)[1][0])
        except Stopped as stopped:
            # The one it stumbled over is given up; the rest goes to a new process.
            yield Repaired(None, _failure(stopped.reason))
            done += 1
        waiting = waiting[done:]


def _judged(found: BaseGeometry | None) -> Repaired:
    if found is None or found.is_empty or shapely.get_dimensions(found) != 2 or not shapely.is_valid(found):
        return Repaired(None, "empty")
    return Repaired(found)


def _failure(reason: str) -> Failure:
    if reason == "time":
        return "time"
    return "memory" if reason == "memory" else "crash"
