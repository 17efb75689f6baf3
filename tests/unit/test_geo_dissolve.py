"""Exact unions and the rings they are traced from."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gridgov.geo.dissolve import dissolve, outline_of
from gridgov.geo.halfedge import half_edges, pair_off, twins, unmatched
from gridgov.geo.trace import assemble, canonical, trace, twice_area
from tests.unit.tilings import make_tiling, with_island


def cells(*boxes: tuple[float, float, float, float]) -> list[MultiPolygon]:
    return [MultiPolygon([box(*bounds)]) for bounds in boxes]


@given(st.integers(0, 2**31), st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_a_union_has_the_vertices_and_the_form_of_the_exact_one(seed: int, groups: int) -> None:
    tiling = make_tiling(6, 5, seed=seed, cuts=2)
    group = np.random.default_rng(seed).integers(0, groups, 30).tolist()
    for key, union in dissolve(tiling.cells, group).items():
        members = [cell for cell, of in zip(tiling.cells, group, strict=True) if of == key]
        expected = canonical(shapely.coverage_union_all(members))
        assert union.is_valid
        assert union.equals(expected)
        assert set(shapely.get_coordinates(union).view(complex).ravel()) == set(shapely.get_coordinates(expected).view(complex).ravel())


def test_groups_come_in_order_of_first_appearance() -> None:
    assert list(dissolve(cells((0, 0, 1, 1), (1, 0, 2, 1), (2, 0, 3, 1)), ["b", "a", "b"])) == ["b", "a"]
    assert dissolve([], []) == {}
    assert outline_of([]).is_empty


def test_an_exclave_and_a_hole_survive() -> None:
    tiling = make_tiling(5, 5, seed=1)
    inside = tiling.at(2, 2)
    group = ["inner" if at in (inside, tiling.at(0, 0)) else "outer" for at in range(25)]
    unions = dissolve(tiling.cells, group)
    assert len(unions["inner"].geoms) == 2
    assert [len(part.interiors) for part in unions["outer"].geoms] == [1]


def test_an_island_disappears_in_the_union_with_its_host() -> None:
    tiling = make_tiling(3, 3, seed=2)
    assert outline_of(with_island(tiling, 4)).equals_exact(outline_of(tiling.cells), 0)


def test_parts_that_touch_in_a_point_stay_parts_and_holes_that_touch_stay_holes() -> None:
    corner = outline_of(cells((0, 0, 1, 1), (1, 1, 2, 2)))
    assert [part.exterior.coords[0] for part in corner.geoms] == [(1.0, 1.0), (0.0, 0.0)]
    ring = [(x, y, x + 1, y + 1) for x in range(4) for y in range(4) if (x, y) not in ((1, 1), (2, 2))]
    around = outline_of(cells(*ring))
    assert around.is_valid and [len(part.interiors) for part in around.geoms] == [2]
    touching_rim = outline_of(cells(*[(x, y, x + 1, y + 1) for x in range(3) for y in range(3) if (x, y) not in ((0, 0), (1, 1))]))
    assert touching_rim.is_valid
    assert touching_rim.area == 7


def test_the_canonical_form_does_not_depend_on_how_it_was_drawn() -> None:
    shell = [(0, 0), (4, 0), (4, 4), (0, 4)]
    hole = [(1, 1), (2, 1), (2, 2)]
    forms = [Polygon(shell[turn:] + shell[:turn], [hole[::-1] if turn % 2 else hole]) for turn in range(4)]
    drawn = {canonical(MultiPolygon([form, box(9, 9, 10, 10)]) if turn % 2 else MultiPolygon([box(9, 9, 10, 10), form])).wkb for turn, form in enumerate(forms)}
    assert len(drawn) == 1
    one = shapely.from_wkb(drawn.pop())
    assert one.geoms[1].exterior.coords[0] == (0.0, 0.0)
    assert one.geoms[1].exterior.is_ccw and not one.geoms[1].interiors[0].is_ccw


@pytest.mark.parametrize("scale", [1, 10**9, 4 * 10**10])
def test_the_area_of_a_ring_is_exact_at_any_size(scale: int) -> None:
    ring = np.array([(0, 0), (3, 0), (3, 2), (0, 2), (0, 0)], dtype=np.int64) * scale
    assert twice_area(ring) == 12 * scale * scale
    assert twice_area(ring[::-1]) == -12 * scale * scale


def test_a_hole_goes_to_the_smallest_shell_around_it() -> None:
    def ring(west: int, size: int, hole: bool = False) -> np.ndarray:
        corners = np.array([(west, west), (west + size, west), (west + size, west + size), (west, west + size), (west, west)], dtype=np.int64) * 10**9
        return corners[::-1] if hole else corners

    nested = assemble([ring(0, 10), ring(1, 8, True), ring(2, 6), ring(3, 4, True)])
    assert nested.is_valid and nested.area == 100 - 64 + 36 - 16
    assert assemble([ring(0, 10, True)]).is_empty


@given(st.integers(0, 2**31), st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_pairing_off_cancels_all_that_can_be_cancelled(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    start, end = random.integers(0, 3, (2, count, 2))
    moving = (start != end).any(axis=1)
    start, end = start[moving], end[moving]
    twin = pair_off(start, end)
    paired = np.flatnonzero(twin >= 0)
    assert (twin[twin[paired]] == paired).all()
    assert (start[paired] == end[twin[paired]]).all() and (end[paired] == start[twin[paired]]).all()
    left = {(*a, *b) for a, b in zip(start[twin < 0].tolist(), end[twin < 0].tolist(), strict=True)}
    assert all((x2, y2, x1, y1) not in left for x1, y1, x2, y2 in left)


def test_hashing_and_sorting_cancel_the_same_edges() -> None:
    tiling = make_tiling(45, 45, seed=5, cuts=3)
    doubled = half_edges([*tiling.cells, tiling.cells[900], tiling.cells[900]])
    edge, fast = doubled.edge, twins(doubled)
    slow = pair_off(doubled.start(edge), doubled.end(edge))
    assert len(edge) > 50_000
    assert (fast[edge] < 0).sum() == (slow < 0).sum() == 45 * 4 * 8 + 2 * 32
    assert (fast[~doubled.leaves] == -1).all()
    paired = np.flatnonzero(fast >= 0)
    assert (fast[fast[paired]] == paired).all()
    assert (doubled.start(paired) == doubled.end(fast[paired])).all() and (doubled.end(paired) == doubled.start(fast[paired])).all()


def test_the_rim_of_a_tiling_traces_into_one_ring() -> None:
    edges = half_edges(make_tiling(7, 4, seed=1).cells)
    rim = unmatched(edges)
    (ring,) = trace(edges.start(rim), edges.end(rim))
    assert twice_area(ring) > 0 and len(ring) == 22 * 8 + 1
    assert trace(ring[:0], ring[:0]) == []
