"""Rounding is healed, anything wider is left for the proof to refuse."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gridgov.errors import InvalidGeometry
from gridgov.geo.coverage import prove_tiling
from gridgov.geo.dissolve import outline_of
from gridgov.geo.lattice import is_on_lattice
from gridgov.geo.noding import node_level
from tests.unit.tilings import Tiling, insert_vertex, make_tiling, move_vertex, with_island

TILING = make_tiling(6, 6, seed=11)
INNER = TILING.at(2, 3)
seeds = st.integers(0, 2**31)


def same(one: list[MultiPolygon], other: list[MultiPolygon]) -> bool:
    return all(a.equals_exact(b, 0) for a, b in zip(one, other, strict=True))


def replaced(cell: MultiPolygon, index: int = INNER, tiling: Tiling = TILING) -> list[MultiPolygon]:
    return [cell if at == index else other for at, other in enumerate(tiling.cells)]


def noisy(cells: list[MultiPolygon], seed: int, size: float) -> list[MultiPolygon]:
    random = np.random.default_rng(seed)
    return [_closed(cell, random, size) for cell in cells]


def _closed(cell: MultiPolygon, random: np.random.Generator, size: float) -> MultiPolygon:
    rings = [shapely.get_coordinates(ring)[:-1] for ring in shapely.get_rings(cell.geoms[0])]
    # Half a unit off the lattice, where the least noise decides which way a coordinate is rounded.
    shaken = [ring + 5e-10 + random.uniform(-size, size, ring.shape) for ring in rings]
    return MultiPolygon([Polygon(shaken[0], shaken[1:])])


def test_a_tiling_on_the_lattice_comes_back_unchanged_in_canonical_form() -> None:
    noded = node_level(with_island(TILING, INNER))
    assert noded.rounding == []
    assert all(cell.equals(drawn) for cell, drawn in zip(noded.cells, with_island(TILING, INNER), strict=True))
    assert same(node_level([cell.reverse() for cell in noded.cells]).cells, noded.cells)


@given(seeds, st.sampled_from([1e-12, 1e-10, 4e-10]))
@settings(max_examples=12, deadline=None)
def test_noise_below_half_a_unit_is_healed_and_each_change_listed(seed: int, size: float) -> None:
    noded = node_level(noisy(TILING.cells, seed, size))
    proof = prove_tiling(noded.cells)
    assert proof.ok, proof.violations
    assert all(is_on_lattice(cell) for cell in noded.cells)
    assert noded.rounding
    assert all(change.kind == "vertices-joined" and change.size_m <= 2e-4 and change.cells for change in noded.rounding)
    assert same(node_level(noded.cells).cells, noded.cells)
    for cell, drawn in zip(noded.cells, TILING.cells, strict=True):
        assert shapely.hausdorff_distance(cell, drawn) < 2.2e-9


@given(seeds)
@settings(max_examples=12, deadline=None)
def test_vertices_on_the_edges_of_neighbours_are_added_to_them(seed: int) -> None:
    random = np.random.default_rng(seed)
    cells = [insert_vertex(cell, int(random.integers(0, 32)), 0.0) for cell in TILING.cells]
    noded = node_level(cells)
    assert prove_tiling(noded.cells).ok
    assert {change.kind for change in noded.rounding} <= {"vertex-added", "vertices-joined"}
    assert all(change.size_m <= 1.7e-4 and len(change.cells) >= 2 for change in noded.rounding)
    assert same(node_level(noded.cells).cells, noded.cells) and node_level(noded.cells).rounding == []


def test_an_added_vertex_is_listed_with_both_cells_its_place_and_its_size() -> None:
    left, right = MultiPolygon([box(0, 0, 1, 1)]), MultiPolygon([Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1.000000001, 0.5)])])
    noded = node_level([left, right])
    (change,) = noded.rounding
    assert (change.kind, change.cells, change.point) == ("vertex-added", (0, 1), (1.000000001, 0.5))
    assert change.size_m == pytest.approx(1.113e-4, rel=1e-2)
    assert prove_tiling(noded.cells).ok


@given(st.integers(0, 31), st.floats(0, 6.28))
@settings(max_examples=20, deadline=None)
def test_a_vertex_moved_by_a_millimetre_is_not_healed(vertex: int, angle: float) -> None:
    moved = move_vertex(TILING.cells[INNER], vertex, round(10 * np.cos(angle)), round(9 * np.sin(angle)))
    noded = node_level(replaced(moved))
    assert noded.rounding == []
    assert not prove_tiling(noded.cells).ok


@given(st.integers(0, 31), st.sampled_from([3, -3, 5, -9]))
@settings(max_examples=15, deadline=None)
def test_a_vertex_three_units_beside_an_edge_is_not_healed(edge: int, off: int) -> None:
    noded = node_level(replaced(insert_vertex(TILING.cells[INNER], edge, off)))
    assert noded.rounding == []
    assert not prove_tiling(noded.cells).ok


def test_a_part_that_rounding_would_fold_is_taken_out_and_its_neighbours_joined() -> None:
    # A strip 9 m long and a fraction of a unit wide between two cells: valid in doubles, self-crossing once rounded.
    strip = [(8.185256475996383, 45.6175417685464), (8.185317207968017, 45.61760040015138), (8.185317240834378, 45.61760043188109)]
    back = [(8.185317244084175, 45.61760043444599), (8.185317211216109, 45.61760040271495)]
    west = Polygon([(8.18, 45.62), (8.18, 45.61), strip[0], *back[::-1]])
    east = Polygon([strip[0], (8.19, 45.61), (8.19, 45.62), (8.18, 45.62), back[0], strip[2], strip[1]])
    host = box(8.18, 45.6, 8.19, 45.605)
    level = [MultiPolygon([west]), MultiPolygon([east]), MultiPolygon([Polygon([*strip, *back]), host])]
    noded = node_level(level)
    assert all(cell.is_valid for cell in noded.cells)
    assert [len(cell.geoms) for cell in noded.cells] == [1, 1, 1]
    collapsed = [change for change in noded.rounding if change.kind == "part-collapsed"]
    assert [change.cells for change in collapsed] == [(2,)]
    assert {cell for change in noded.rounding for cell in change.cells} == {0, 1, 2}
    assert all(change.size_m <= 2e-4 for change in noded.rounding)


def test_repeated_vertices_go_without_a_word() -> None:
    corners = [(0, 0), (1, 0), (1, 0), (1.0000000001, 0), (1, 1), (0, 1)]
    noded = node_level([MultiPolygon([Polygon(corners)])])
    assert noded.rounding == []
    assert len(noded.cells[0].geoms[0].exterior.coords) == 5


def test_an_outline_is_noded_with_its_cells() -> None:
    outline = outline_of(TILING.cells)
    straight = MultiPolygon([Polygon([corner for at, corner in enumerate(outline.geoms[0].exterior.coords[:-1]) if at % 8 or at == 0])])
    assert not prove_tiling(TILING.cells, outline=straight).ok
    added = insert_vertex(outline, 5, 0.0)
    noded = node_level(TILING.cells, outline=added)
    assert noded.outline is not None
    assert prove_tiling(noded.cells, outline=noded.outline).ok
    assert [change.kind for change in noded.rounding] == ["vertex-added"]


def test_a_true_crossing_is_not_healed() -> None:
    bow_tie = MultiPolygon([Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])
    assert not prove_tiling(node_level([bow_tie]).cells).ok


@pytest.mark.parametrize("bad", [shapely.Point(0, 0), shapely.LineString([(0, 0), (1, 1)])])
def test_only_polygons_make_a_level(bad: shapely.Geometry) -> None:
    with pytest.raises(InvalidGeometry):
        node_level([bad])


def test_a_level_of_nothing_is_nothing() -> None:
    assert node_level([]).cells == []
