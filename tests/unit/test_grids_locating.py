"""Many points at once: the rule of the single look-up, on the lattice."""

from datetime import date

import numpy as np
from shapely import MultiPolygon, Point, Polygon, box

from gridgov.grids.cell import Cell
from gridgov.grids.locating import LeafIndex

_DAY = date(1900, 1, 1)


def _leaf(code: str, ground: Polygon, parent: str | None = "t") -> Cell:
    return Cell(1, 0, "village", code, parent, code, MultiPolygon([ground]), _DAY, None)


def _above(code: str, rank: int, parent: str | None = None) -> Cell:
    return Cell(2, rank, "township" if rank == 1 else "county", code, parent, code, None, _DAY, None)


def _codes(index: LeafIndex, *points: tuple[float, float]) -> list[list[str]]:
    lon, lat = np.array(points, dtype=np.float64).T
    return [[cell.code for cell in answer] for answer in index.answer(lon, lat)]


def test_each_point_gets_its_leaf_and_the_cells_above_top_first() -> None:
    index = LeafIndex([_leaf("b", box(0, 0, 1, 1)), _leaf("a", box(1, 0, 2, 1))], [_above("t", 1, "c"), _above("c", 2)])
    assert _codes(index, (0.5, 0.5), (1.5, 0.5), (3, 3)) == [["c", "t", "b"], ["c", "t", "a"], []]


def test_on_a_boundary_the_least_code_answers() -> None:
    index = LeafIndex([_leaf("b", box(0, 0, 1, 1)), _leaf("a", box(1, 0, 2, 1))], [])
    assert _codes(index, (1.0, 0.5), (0.0, 0.0)) == [["a"], ["b"]]


def test_a_point_goes_to_the_lattice_first() -> None:
    index = LeafIndex([_leaf("a", box(0, 0, 1, 1))], [])
    assert _codes(index, (1.0000000004, 0.5), (1.0000000006, 0.5)) == [["a"], []]


def test_what_is_no_place_on_earth_gets_no_answer() -> None:
    index = LeafIndex([_leaf("a", box(0, 0, 1, 1))], [])
    assert _codes(index, (float("nan"), 0.5), (float("inf"), 0.5), (200, 0.5), (0.5, -91), (1e300, 0)) == [[]] * 5


def test_no_cells_no_answers() -> None:
    assert _codes(LeafIndex([], []), (0.5, 0.5)) == [[]]


def test_random_points_and_vertices_equal_a_search_of_every_cell() -> None:
    seed = 20261122
    print(f"seed {seed}")
    random = np.random.default_rng(seed)
    leaves = [_leaf(f"{x}-{y}", Polygon([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)])) for x in range(12) for y in range(12)]
    index = LeafIndex(leaves, [])
    points = [*random.uniform(-1, 13, (500, 2)).round(9).tolist(), *random.integers(-1, 14, (300, 2)).astype(float).tolist()]
    expected = [sorted(leaf.code for leaf in leaves if leaf.geometry is not None and leaf.geometry.intersects(Point(point)))[:1] for point in points]
    assert _codes(index, *[tuple(point) for point in points]) == expected
