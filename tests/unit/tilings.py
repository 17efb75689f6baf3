"""Made tilings for tests: grids of quads with jittered nodes and fractal shared edges, exact on the lattice."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tiling:
    """cells: row by row from the south-west, every shared edge drawn once. columns, rows: of the grid."""

    cells: list[MultiPolygon]
    columns: int
    rows: int

    def at(self, column: int, row: int) -> int:
        """Index of a cell."""
        return row * self.columns + column


def make_tiling(columns: int, rows: int, *, seed: int, cuts: int = 3, west: float = 118.0, south: float = 28.0, size: float = 0.01) -> Tiling:
    """A tiling of columns x rows cells of `size` degrees; every edge has 2**cuts segments. The outer border is fractal as well."""
    random = np.random.default_rng(seed)
    step = round(size * 1e9)
    x, y = np.meshgrid(np.arange(columns + 1) * step, np.arange(rows + 1) * step)
    nodes = np.stack([x + round(west * 1e9), y + round(south * 1e9)], axis=-1).astype(np.float64)
    nodes += random.uniform(-0.15, 0.15, nodes.shape) * step
    along = _fractal(nodes[:, :-1], nodes[:, 1:], cuts, random)  # (rows + 1, columns, points, 2): west to east
    up = _fractal(nodes[:-1], nodes[1:], cuts, random)  # (rows, columns + 1, points, 2): south to north
    rings = np.concatenate([along[:-1, :, :-1], up[:, 1:, :-1], along[1:, :, :0:-1], up[:, :-1, :0:-1]], axis=2)
    rings = np.concatenate([rings, rings[:, :, :1]], axis=2).reshape(columns * rows, -1, 2)
    return Tiling(_polygons(rings), columns, rows)


def _fractal(start: NDArray[np.float64], end: NDArray[np.float64], cuts: int, random: np.random.Generator) -> Ints:
    line = np.stack([start, end], axis=-2)
    for level in range(cuts):
        sway = 0.12 * 0.75**level  # falling, so that no edge turns back far enough to meet its neighbour
        delta = np.diff(line, axis=-2)
        across = np.stack([-delta[..., 1], delta[..., 0]], axis=-1)
        middle = line[..., :-1, :] + delta / 2 + across * random.uniform(-sway, sway, (*delta.shape[:-1], 1))
        wider = np.empty((*line.shape[:-2], line.shape[-2] * 2 - 1, 2))
        wider[..., ::2, :], wider[..., 1::2, :] = line, middle
        line = wider
    return np.rint(line).astype(np.int64)


def _polygons(rings: Ints) -> list[MultiPolygon]:
    made = shapely.multipolygons(shapely.polygons(rings / 1e9)[:, None])
    return list(made)


def with_island(tiling: Tiling, index: int) -> list[MultiPolygon]:
    """The cells with a small square cell more, lying as an island inside the one at `index` (which gets a hole for it)."""
    cells = list(tiling.cells)
    host = cells[index].geoms[0]
    lon, lat = (round(number, 6) for number in host.centroid.coords[0])
    ring = [(lon, lat), (lon + 0.0005, lat), (lon + 0.0005, lat + 0.0005), (lon, lat + 0.0005)]
    square = Polygon([(round(a, 9), round(b, 9)) for a, b in ring])
    cells[index] = MultiPolygon([Polygon(host.exterior.coords, [square.exterior.coords])])
    return [*cells, MultiPolygon([square])]


def move_vertex(cell: MultiPolygon, index: int, dx: int, dy: int) -> MultiPolygon:
    """The cell with one vertex of its first shell moved by lattice units."""
    corners = [tuple(corner) for corner in cell.geoms[0].exterior.coords][:-1]
    x, y = corners[index]
    corners[index] = ((round(x * 1e9) + dx) / 1e9, (round(y * 1e9) + dy) / 1e9)
    return MultiPolygon([Polygon([*corners, corners[0]], cell.geoms[0].interiors), *list(cell.geoms)[1:]])


def insert_vertex(cell: MultiPolygon, index: int, off: float) -> MultiPolygon:
    """The cell with one vertex more, in the middle of the shell's edge from `index`, `off` units to the left of the edge."""
    corners = [tuple(corner) for corner in cell.geoms[0].exterior.coords]
    (ax, ay), (bx, by) = (np.rint(np.array(corners[index : index + 2]) * 1e9)).tolist()
    length = float(np.hypot(bx - ax, by - ay))
    x, y = (ax + bx) / 2 - (by - ay) / length * off, (ay + by) / 2 + (bx - ax) / length * off
    corners.insert(index + 1, (round(x) / 1e9, round(y) / 1e9))
    return MultiPolygon([Polygon(corners, cell.geoms[0].interiors), *list(cell.geoms)[1:]])
