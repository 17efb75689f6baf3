"""The waters of the relief: streams that follow its drainage, and a reservoir behind a dam in one of its valleys, with islands."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from layers.sample_city.heights import coarse_index
from layers.sample_city.mesh import Mesh
from layers.sample_city.relief import Field, Land, Raster, Relief

_STREAM_M2 = 4.0e6
_ISLANDS = 2


@dataclass(frozen=True, slots=True)
class Stream:
    """A brook from its source to where it joins another; line (n, 2) metres, catchment_m2 where it ends."""

    line: Field
    catchment_m2: float


@dataclass(frozen=True, slots=True)
class Water:
    """lake: by pixel of the raster. islands (n, 2): their middles in metres. dam: its place in metres."""

    streams: tuple[Stream, ...]
    lake: NDArray[np.bool_]
    lake_level_m: float
    islands: Field
    dam: Field


def _upstream(land: Land, node: int) -> NDArray[np.bool_]:
    """The nodes that drain through this one."""
    inside = bytearray(land.flow.receiver.size)
    inside[node] = 1
    to = land.flow.receiver.tolist()
    for other in land.flow.order[::-1].tolist():
        if to[other] != other and inside[to[other]]:
            inside[other] = 1
    return np.frombuffer(bytes(inside), dtype=np.bool_).reshape(land.height_m.shape)


def choose_dam(relief: Relief) -> tuple[int, float, NDArray[np.bool_]]:
    """The node of the dam, the water's level in metres, and what drains to it: the place whose lake comes nearest to the wanted size."""
    land, frame = relief.land, relief.frame
    wanted_m2 = min(0.0065 * frame.side_m**2 / 1.9, 2.4e7)
    catchment = land.flow.area * land.step_m**2
    height, x, y = land.height_m.ravel(), land.x_m.ravel(), land.y_m.ravel()
    away = np.abs(relief.river.side_m(x, y))
    near = np.hypot(x, y - relief.river.middle(np.zeros(1))[0]) < 0.27 * frame.side_m
    usable = near & (catchment > 3 * wanted_m2) & (catchment < 40 * wanted_m2) & (away > 0.06 * frame.side_m)
    nodes = np.flatnonzero(usable)
    if nodes.size == 0:
        nodes = np.argsort(-np.where(near & (away > 0.06 * frame.side_m), catchment, 0), kind="stable")[:12]
    best: tuple[float, int, float, NDArray[np.bool_]] | None = None
    for node in nodes[:: max(1, nodes.size // 30)].tolist():
        above = _upstream(land, node)
        for rise in (30.0, 45.0, 60.0, 75.0):
            level = float(height[node]) + rise
            size = float((above & (land.height_m < level)).sum()) * land.step_m**2
            miss = abs(np.log(max(size, 1.0) / wanted_m2))
            if best is None or miss < best[0]:
                best = (miss, node, level, above)
    assert best is not None
    return best[1], best[2], best[3]


def flood(relief: Relief, mesh: Mesh) -> tuple[Relief, Water]:
    """The relief with its reservoir filled and its islands raised, and all its water."""
    node, level, above = choose_dam(relief)
    land, raster = relief.land, relief.raster
    rows = _rows_of(raster, land.y_m[above & (land.height_m < level)])
    row, column = coarse_index(relief, rows)
    lake = np.zeros(raster.height_m.shape, dtype=np.bool_)
    lake[rows] = above[row, column] & (raster.height_m[rows] < level)
    islands = _island_places(relief, mesh, lake)
    axis_x, axis_y = raster.axes_m()
    height = raster.height_m.copy()
    height[rows][lake[rows]] = level
    for place in islands:
        away = np.hypot(axis_x - place[0], axis_y[rows, None] - place[1])
        hill = level + 34.0 * np.exp(-((away / (0.62 * mesh.spacing_m)) ** 2)) - 9.0
        height[rows] = np.where(lake[rows] & (hill > level), hill, height[rows])
    lake &= height <= level
    flooded = replace(relief, raster=replace(raster, height_m=np.rint(height * 10) / 10))
    dam = np.array([land.x_m.ravel()[node], land.y_m.ravel()[node]])
    return flooded, Water(trace_streams(relief), lake, level, islands, dam)


def _rows_of(raster: Raster, y_m: Field) -> slice:
    """The rows of the raster on which places with these y lie, and a kilometre on either side."""
    ends, _ = raster.indices(np.zeros(2), np.array([y_m.max() + 1000.0, y_m.min() - 1000.0]))
    return slice(int(ends[0]), int(ends[1]) + 1)


def _island_places(relief: Relief, mesh: Mesh, lake: NDArray[np.bool_]) -> Field:
    """Mesh nodes well inside the lake, far from each other: an island stands on each."""
    wet = lake[relief.raster.indices(mesh.xy[:, 0], mesh.xy[:, 1])]
    for reach in (2, 1):
        deep = wet.copy()
        for _ in range(reach):
            shrunk = deep.copy()
            for here, there in mesh.shifts():
                np.logical_and.at(shrunk, here, deep[there])
            deep = shrunk
        nodes = np.flatnonzero(deep)
        if nodes.size:
            break
    chosen: list[int] = []
    for candidate in nodes.tolist():
        apart = [np.hypot(*(mesh.xy[candidate] - mesh.xy[other])) for other in chosen]
        if min(apart, default=np.inf) > 5 * mesh.spacing_m and len(chosen) < _ISLANDS:
            chosen.append(candidate)
    return mesh.xy[chosen].reshape(-1, 2)


def trace_streams(relief: Relief) -> tuple[Stream, ...]:
    """Every brook with more than a few km2 of catchment, longest catchments first, each down to where it joins a greater one."""
    land = relief.land
    catchment = land.flow.area * land.step_m**2
    to = land.flow.receiver
    x, y = land.x_m.ravel(), land.y_m.ravel()
    channel = catchment > max(_STREAM_M2, relief.frame.side_m**2 / 1500)
    fed = np.zeros(channel.size, dtype=np.bool_)
    fed[to[channel & (to != np.arange(to.size))]] = True
    heads = np.flatnonzero(channel & ~fed)
    taken = np.zeros(channel.size, dtype=np.bool_)
    found: list[Stream] = []
    for head in heads[np.argsort(-land.height_m.ravel()[heads], kind="stable")].tolist():
        path = [head]
        while to[path[-1]] != path[-1] and not taken[path[-1]]:
            path.append(int(to[path[-1]]))
        taken[path] = True
        if len(path) > 3:
            found.append(Stream(rounded_line(np.stack([x[path], y[path]], axis=-1)), float(catchment[path[-2]])))
    return tuple(sorted(found, key=lambda stream: -stream.catchment_m2))


def rounded_line(line: Field, times: int = 3) -> Field:
    """The line with its corners cut (Chaikin), ends kept."""
    for _ in range(times):
        near, far = 0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]
        line = np.concatenate([line[:1], np.stack([near, far], axis=1).reshape(-1, 2)[1:-1], line[-1:]])
    return line
