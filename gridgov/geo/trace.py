"""Rings and polygons from directed edges that have the area on their left, and the canonical form of what comes out.

Everything is decided on integers, without loss: turns at a vertex where several rings meet, the direction of a ring, its start. The edges
must balance (as many leave a vertex as arrive), which every difference of cell boundaries does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.lattice import to_degrees

Ints = NDArray[np.int64]
# Doubled areas of rings up to 2 degrees wide fit in 63 bits; sums wrap on the way and come out right.
_WIDEST_EXACT = 2_000_000_000


@dataclass(slots=True)
class _Runs:
    """Stretches of consecutive edges between places where a ring may turn two ways. first, last: edges; start, end: vertices."""

    first: list[int]
    last: list[int]
    start: list[int]
    end: list[int]
    leaving: dict[int, list[int]]


def trace(start: Ints, end: Ints) -> list[Ints]:
    """The rings that the directed edges chain into, each (m + 1, 2) lattice units, closed, touching no vertex twice.

    start, end: (n, 2) lattice units. Shells come out counter-clockwise, holes clockwise. Edges in ring order make this fast, not right.
    """
    if not len(start):
        return []
    runs = _runs(start, end)
    rings: list[Ints] = []
    free = [True] * len(runs.first)
    for first in range(len(free)):
        if not free[first]:
            continue
        path, run = [], first
        while free[run]:
            free[run] = False
            path.append(run)
            run = _next_run(run, runs, start, end, free)
        rings.extend(_closed(loop, runs, start) for loop in _without_repeats(path, runs))
    return rings


def twice_area(ring: Ints) -> int:
    """Twice the signed area of a closed ring in square lattice units, exact; positive = counter-clockwise."""
    x, y = (ring - ring[0]).T
    if np.abs(x).max() < _WIDEST_EXACT / 2 and np.abs(y).max() < _WIDEST_EXACT / 2:
        return int((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())
    wide_x, wide_y = x.astype(object), y.astype(object)
    return int((wide_x[:-1] * wide_y[1:] - wide_x[1:] * wide_y[:-1]).sum())


def assemble(rings: Sequence[Ints]) -> MultiPolygon:
    """The multipolygon of traced rings, in canonical form; empty without a shell.

    Each hole goes to the smallest shell around it; a hole in no shell and a ring without area are left out.
    """
    areas = [twice_area(ring) for ring in rings]
    shells = [ring for ring, area in zip(rings, areas, strict=True) if area > 0]
    holes = [ring for ring, area in zip(rings, areas, strict=True) if area < 0]
    whole = [Polygon(to_degrees(shell), [to_degrees(hole) for hole in inner]) for shell, inner in nested(shells, holes)]
    return canonical(MultiPolygon(whole))


def nested(shells: Sequence[Ints], holes: Sequence[Ints]) -> list[tuple[Ints, list[Ints]]]:
    """Every shell with its holes, in the order of the shells: each hole in the smallest shell around it, one in no shell left out."""
    owned: list[list[Ints]] = [[] for _ in shells]
    for hole, owner in zip(holes, _owners([Polygon(to_degrees(shell)) for shell in shells], holes), strict=True):
        if owner >= 0:
            owned[owner].append(hole)
    return list(zip(shells, owned, strict=True))


def canonical(geometry: BaseGeometry) -> MultiPolygon:
    """The same area as a multipolygon in the one form that is stored and hashed.

    Every ring starts at its lowest (x, y), shells run counter-clockwise, holes clockwise, parts and holes are sorted.
    """
    ordered = shapely.orient_polygons(shapely.normalize(geometry))
    return ordered if isinstance(ordered, MultiPolygon) else MultiPolygon([ordered])


def _owners(shells: Sequence[Polygon], holes: Sequence[Ints]) -> list[int]:
    owner = [-1] * len(holes)
    if not shells or not holes:
        return owner
    filled = np.array([Polygon(to_degrees(hole)) for hole in holes], dtype=object)
    shell_size, hole_size = shapely.area(np.array(shells, dtype=object)), shapely.area(filled)
    for hole, shell in shapely.STRtree(shells).query(shapely.point_on_surface(filled), predicate="within").T.tolist():
        if shell_size[shell] > hole_size[hole] and (owner[hole] < 0 or shell_size[shell] < shell_size[owner[hole]]):
            owner[hole] = shell
    return owner


def _runs(start: Ints, end: Ints) -> _Runs:
    vertices = np.concatenate([start, end])
    order = np.lexsort((vertices[:, 1], vertices[:, 0]))
    fresh = (np.diff(vertices[order], axis=0) != 0).any(axis=1)
    number = np.empty(len(vertices), dtype=np.int64)
    number[order] = np.concatenate([[0], np.cumsum(fresh)])
    start_id, end_id = number[: len(start)], number[len(start) :]
    leaving_count = np.bincount(start_id, minlength=int(number.max()) + 1)
    breaks = np.ones(len(start), dtype=bool)
    breaks[1:] = (start_id[1:] != end_id[:-1]) | (leaving_count[start_id[1:]] > 1)
    first = np.flatnonzero(breaks)
    last = np.concatenate([first[1:], [len(start)]]) - 1
    leaving: dict[int, list[int]] = {}
    for run, vertex in enumerate(start_id[first].tolist()):
        leaving.setdefault(vertex, []).append(run)
    return _Runs(first.tolist(), last.tolist(), start_id[first].tolist(), end_id[last].tolist(), leaving)


def _next_run(run: int, runs: _Runs, start: Ints, end: Ints, free: list[bool]) -> int:
    """The run that goes on at the end of this one: the only one, or the sharpest left turn among those still free."""
    choices = runs.leaving[runs.end[run]]
    if len(choices) == 1:
        return choices[0]
    open_choices = [choice for choice in choices if free[choice]]
    if len(open_choices) <= 1:
        return open_choices[0] if open_choices else choices[0]
    last = runs.last[run]
    back = _direction(end[last], start[last])
    best = open_choices[0]
    for choice in open_choices[1:]:
        if _is_sooner_clockwise(back, _leaving(choice, runs, start, end), _leaving(best, runs, start, end)):
            best = choice
    return best


def _leaving(run: int, runs: _Runs, start: Ints, end: Ints) -> tuple[int, int]:
    edge = runs.first[run]
    return _direction(start[edge], end[edge])


def _direction(tail: Ints, head: Ints) -> tuple[int, int]:
    return int(head[0] - tail[0]), int(head[1] - tail[1])


def _is_sooner_clockwise(base: tuple[int, int], one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether turning clockwise from `base` meets direction `one` before `other`; the base itself comes last."""
    half_one, half_other = _clockwise_half(base, one), _clockwise_half(base, other)
    if half_one != half_other:
        return half_one < half_other
    return one[0] * other[1] - one[1] * other[0] < 0 if half_one in (0, 2) else False


def _clockwise_half(base: tuple[int, int], direction: tuple[int, int]) -> int:
    cross = base[0] * direction[1] - base[1] * direction[0]
    if cross:
        return 0 if cross < 0 else 2
    return 3 if base[0] * direction[0] + base[1] * direction[1] > 0 else 1


def _without_repeats(path: list[int], runs: _Runs) -> list[list[int]]:
    """The closed path cut into loops wherever it comes back to a vertex: shells and holes that touch in points."""
    loops: list[list[int]] = []
    stack: list[int] = []
    depth: dict[int, int] = {}
    for run in path:
        depth[runs.start[run]] = len(stack)
        stack.append(run)
        if (reached := depth.get(runs.end[run])) is not None:
            loops.append(stack[reached:])
            for gone in stack[reached:]:
                depth.pop(runs.start[gone], None)
            del stack[reached:]
    return loops


def _closed(loop: list[int], runs: _Runs, start: Ints) -> Ints:
    points = [start[runs.first[run] : runs.last[run] + 1] for run in loop]
    return np.concatenate([*points, points[0][:1]])
