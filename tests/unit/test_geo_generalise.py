"""Shapes for the map: neighbours and levels keep their common outlines, whatever the zoom and however the rings are written."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.arcs import arcs_of
from gridgov.geo.dissolve import dissolve
from gridgov.geo.generalise import pyramid
from gridgov.geo.mercator import forward, pixel_m
from tests.unit.tilings import make_tiling, with_island

ZOOMS = (14, 13, 12, 11, 10, 9)
PIXELS = [pixel_m(zoom) for zoom in ZOOMS]
Edge = tuple[tuple[float, ...], tuple[float, ...]]


def shapes_at(cells: Sequence[BaseGeometry]) -> list[list[Any]]:
    return [list(shapes) for shapes in pyramid(cells, PIXELS)]


def edges(shape: MultiPolygon | None) -> Counter[Edge]:
    """The sides of a shape, each from its lower end to its higher one."""
    found: Counter[Edge] = Counter()
    for ring in [] if shape is None else shapely.get_rings(shapely.get_parts(shape)):
        points = [tuple(point) for point in shapely.get_coordinates(ring).tolist()]
        found.update((min(pair), max(pair)) for pair in pairwise(points))
    return found


def outer(shapes: Sequence[MultiPolygon | None]) -> set[Edge]:
    """The sides that an odd number of the shapes has."""
    counted: Counter[Edge] = Counter()
    for shape in shapes:
        counted.update(edges(shape))
    assert max(counted.values(), default=0) <= 2, "three shapes on one side"
    return {edge for edge, number in counted.items() if number == 1}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), columns=st.integers(1, 5), rows=st.integers(1, 5), cuts=st.integers(0, 5), island=st.booleans())
def test_parents_are_exactly_the_union_of_their_generalised_children(seed: int, columns: int, rows: int, cuts: int, island: bool) -> None:
    tiling = make_tiling(columns, rows, seed=seed, cuts=cuts)
    cells = with_island(tiling, 0) if island else tiling.cells
    parent_of = [index % 2 for index in range(len(cells))]
    parents = dissolve(cells, parent_of)
    for shapes in shapes_at([*cells, *parents.values()]):
        leaves = shapes[: len(cells)]
        for key, shape in zip(parents, shapes[len(cells) :], strict=True):
            assert set(edges(shape)) == outer([leaf for leaf, parent in zip(leaves, parent_of, strict=True) if parent == key])


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), cuts=st.integers(1, 5))
def test_a_shape_is_the_same_however_its_rings_are_written_and_whoever_else_is_there(seed: int, cuts: int) -> None:
    random = np.random.default_rng(seed)
    tiling = make_tiling(4, 4, seed=seed, cuts=cuts)
    middle = tiling.at(1, 1)
    around = [tiling.at(column, row) for column in range(3) for row in range(3)]
    whole = shapes_at(tiling.cells)
    order = random.permutation(around).tolist()
    few = shapes_at([rewritten(tiling.cells[index], random) for index in order])
    for everywhere, here in zip(whole, few, strict=True):
        assert canonical(everywhere[middle]) == canonical(here[order.index(middle)])


def rewritten(cell: MultiPolygon, random: np.random.Generator) -> MultiPolygon:
    """The same ground: its rings start elsewhere and run either way."""
    points = np.array(cell.geoms[0].exterior.coords)[:-1]
    points = np.roll(points, int(random.integers(len(points))), axis=0)
    return MultiPolygon([Polygon(points[::-1] if random.integers(2) else points)])


def canonical(shape: MultiPolygon | None) -> bytes | None:
    return None if shape is None else shapely.to_wkb(shapely.orient_polygons(shapely.normalize(shape)))


def test_simplifying_never_moves_an_outline_by_more_than_a_pixel() -> None:
    tiling = make_tiling(4, 4, seed=3, cuts=6)
    outlines = [shapely.MultiLineString([forward(np.array(cell.geoms[0].exterior.coords))]) for cell in tiling.cells]
    for pixel, shapes in zip(PIXELS, shapes_at(tiling.cells), strict=True):
        assert all(
            shapely.distance(shapely.points(shapely.get_coordinates(shape)), outline).max() == 0.0 for shape, outline in zip(shapes, outlines, strict=True)
        )
        assert max(shapely.hausdorff_distance(shape.boundary, outline) for shape, outline in zip(shapes, outlines, strict=True)) <= pixel


def test_an_enclave_and_its_host_share_their_ring_and_vanish_together() -> None:
    tiling = make_tiling(3, 3, seed=5, cuts=2)
    host = tiling.at(1, 1)
    cells = with_island(tiling, host)
    by_zoom = dict(zip(ZOOMS, shapes_at(cells), strict=True))
    fine, coarse = by_zoom[14], by_zoom[9]
    assert set(edges(fine[-1])) < set(edges(fine[host]))
    # 0.0005 degree is some 60 m: less than a pixel of 306 m.
    assert coarse[-1] is None and len(coarse[host].geoms[0].interiors) == 0


def test_an_island_keeps_at_least_three_corners_or_vanishes() -> None:
    circle = shapely.Point(118.0, 28.0).buffer(0.002, quad_segs=32)
    island = MultiPolygon([Polygon(np.round(np.array(circle.exterior.coords), 9))])
    counts = [0 if shapes[0] is None else shapely.get_num_coordinates(shapes[0]) for shapes in shapes_at([island])]
    assert counts[0] > counts[2] >= 4
    assert all(count == 0 or count >= 4 for count in counts)
    assert counts == sorted(counts, reverse=True)
    assert [shapes[0] for shapes in pyramid([island], [10_000.0])] == [None]


def test_parts_of_a_cell_stay_parts_and_a_part_that_vanishes_takes_its_holes() -> None:
    tiling = make_tiling(3, 3, seed=7, cuts=1)
    first, last = tiling.cells[0], tiling.cells[8]
    atoll = Polygon(
        [(118.5, 28), (118.504, 28), (118.504, 28.004), (118.5, 28.004)], [[(118.501, 28.001), (118.501, 28.003), (118.503, 28.003), (118.503, 28.001)]]
    )
    cell = MultiPolygon([*first.geoms, *last.geoms, atoll])
    by_zoom = dict(zip(ZOOMS, shapes_at([*tiling.cells[1:8], cell]), strict=True))
    assert [len(part.interiors) for part in by_zoom[14][-1].geoms] == [0, 0, 1]
    (coarse,) = pyramid([*tiling.cells[1:8], cell], [600.0])
    assert [len(part.interiors) for part in coarse[-1].geoms] == [0, 0]


def test_levels_that_are_not_noded_alike_and_overlapping_zones_are_drawn_as_they_are() -> None:
    one, other = shapely.box(118, 28, 118.02, 28.02), shapely.box(118.01, 28.01, 118.03, 28.03)
    (shapes,) = pyramid([MultiPolygon([one]), MultiPolygon([other])], [1.0])
    expected = [forward(np.array(box.exterior.coords)) for box in (one, other)]
    assert [shapely.area(shape) for shape in shapes] == pytest.approx([shapely.Polygon(points).area for points in expected], rel=1e-12)


def test_an_arc_runs_from_its_lower_end_and_is_there_once() -> None:
    left = Polygon([(0, 0), (1, 0), (1, 0.5), (1, 1), (0, 1)])
    right = Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])
    arcs = arcs_of([left, right])
    found = sorted(arcs.points[start:end].tolist() for start, end in zip(arcs.first, arcs.first[1:], strict=False))
    assert found == [
        [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0], [1.0, 1.0]],
        [[1.0, 0.0], [1.0, 0.5], [1.0, 1.0]],
        [[1.0, 0.0], [2.0, 0.0], [2.0, 1.0], [1.0, 1.0]],
    ]
    assert len(arcs.arc) == 4 and Counter(arcs.arc.tolist()).most_common(1)[0][1] == 2


def test_no_cells_and_cells_far_apart() -> None:
    assert [list(shapes) for shapes in pyramid([], [1.0])] == [[]]
    far = [shapely.box(-179, -80, -178, -79), shapely.box(170, 70, 171, 71)]
    (shapes,) = pyramid(far, [1.0])
    assert [shapely.get_num_coordinates(shape) for shape in shapes] == [5, 5]
