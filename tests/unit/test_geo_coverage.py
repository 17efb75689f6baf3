"""The proof that cells tile, and that nothing which spoils a tiling passes it."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from gridgov.geo.area import area_m2, geodesic_m
from gridgov.geo.coverage import TilingProof, prove_tiling
from gridgov.geo.dissolve import outline_of
from gridgov.geo.lattice import snap
from tests.unit.tilings import Tiling, insert_vertex, make_tiling, move_vertex, with_island

TILING = make_tiling(8, 8, seed=3)
INNER = TILING.at(3, 3)
NEIGHBOURS = (TILING.at(3, 2), TILING.at(2, 3), TILING.at(4, 3), TILING.at(3, 4))
seeds = st.integers(0, 2**31)


def kinds(proof: TilingProof) -> list[str]:
    return [fault.kind for fault in proof.violations]


def replaced(cell: MultiPolygon, index: int = INNER, tiling: Tiling = TILING) -> list[MultiPolygon]:
    return [cell if at == index else other for at, other in enumerate(tiling.cells)]


@given(st.integers(1, 6), st.integers(1, 6), seeds, st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_a_made_tiling_is_proved_with_and_without_its_outline(columns: int, rows: int, seed: int, cuts: int) -> None:
    tiling = make_tiling(columns, rows, seed=seed, cuts=cuts)
    proof = prove_tiling(tiling.cells)
    assert (proof.ok, proof.violations, proof.holes) == (True, [], [])
    assert prove_tiling(tiling.cells, outline=proof.outline).ok
    assert proof.outline.equals(shapely.union_all(tiling.cells))


@given(seeds)
@settings(max_examples=20, deadline=None)
def test_the_proof_asks_neither_for_an_order_of_cells_nor_for_a_direction_of_rings(seed: int) -> None:
    random = np.random.default_rng(seed)
    cells = [cell.reverse() if random.random() < 0.5 else cell for cell in TILING.cells]
    random.shuffle(cells)  # type: ignore[arg-type]
    assert prove_tiling(cells).ok


def test_an_island_in_a_hole_is_covered() -> None:
    assert prove_tiling(with_island(TILING, INNER)).ok


@pytest.mark.parametrize("with_outline", [False, True])
def test_a_missing_inner_cell_is_named_by_place_area_and_neighbours(with_outline: bool) -> None:
    cells = [cell for at, cell in enumerate(TILING.cells) if at != INNER]
    outline = outline_of(TILING.cells) if with_outline else None
    proof = prove_tiling(cells, outline=outline)
    (fault,) = proof.violations
    missing = TILING.cells[INNER]
    assert shapely.coverage_is_valid(cells)  # the usual check is blind to it
    assert fault.kind == ("gap" if with_outline else "hole")
    assert fault.cells == tuple(at - (at > INNER) for at in sorted(NEIGHBOURS))
    assert fault.area_m2 == pytest.approx(area_m2(missing), rel=1e-12)
    assert missing.contains(shapely.Point(fault.point))
    assert fault.shape is not None and fault.shape.equals(missing)
    assert proof.holes == [fault.shape]


def test_a_missing_cell_at_the_rim_shows_only_against_an_outline() -> None:
    assert prove_tiling(TILING.cells[1:]).ok
    (fault,) = prove_tiling(TILING.cells[1:], outline=outline_of(TILING.cells)).violations
    assert (fault.kind, fault.cells) == ("gap", (0, 7))


@pytest.mark.parametrize("with_outline", [False, True])
def test_a_doubled_cell_is_named_with_its_double(with_outline: bool) -> None:
    outline = outline_of(TILING.cells) if with_outline else None
    (fault,) = prove_tiling([*TILING.cells, TILING.cells[INNER]], outline=outline).violations
    assert (fault.kind, fault.cells) == ("duplicate", (INNER, 64))
    assert fault.area_m2 == pytest.approx(area_m2(TILING.cells[INNER]), rel=1e-12)


@given(st.integers(0, 31), st.sampled_from([(0, 9), (9, 0), (-9, 0), (0, -9), (6, 7), (-10, 2)]), st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_vertex_moved_by_a_millimetre_is_found_where_it_is(vertex: int, by: tuple[int, int], with_outline: bool) -> None:
    before = TILING.cells[INNER].geoms[0].exterior.coords[vertex]
    outline = outline_of(TILING.cells) if with_outline else None
    proof = prove_tiling(replaced(move_vertex(TILING.cells[INNER], vertex, *by)), outline=outline)
    assert not proof.ok and set(kinds(proof)) == {"unmatched-edge"}
    assert min(geodesic_m(*before, *fault.point) for fault in proof.violations) < 0.01
    assert all(INNER in fault.cells and len(fault.cells) > 1 for fault in proof.violations)
    assert sum(fault.area_m2 for fault in proof.violations) > 0


@given(st.integers(0, 31), st.sampled_from([3, -3]))
@settings(max_examples=40, deadline=None)
def test_a_vertex_beside_the_edge_of_its_neighbour_is_found(edge: int, off: int) -> None:
    (fault, *rest) = prove_tiling(replaced(insert_vertex(TILING.cells[INNER], edge, off))).violations
    assert not rest
    assert fault.kind == "unmatched-edge" and fault.area_m2 > 0
    assert INNER in fault.cells and len(fault.cells) == 2


@pytest.mark.parametrize(("vertex", "kept"), [(0, 24), (24, 24), (28, 0)])
def test_a_notch_open_to_the_outside_does_not_pass_for_outline(vertex: int, kept: int) -> None:
    rim = TILING.at(0, 3)
    proof = prove_tiling(replaced(move_vertex(TILING.cells[rim], vertex, 9, 0), rim))
    # Vertex 28 belongs to the rim alone: no neighbour contradicts it.
    assert proof.ok == (kept == 0)
    assert set(kinds(proof)) <= {"unmatched-edge"}


def test_a_vertex_exactly_on_the_edge_of_a_neighbour_that_lacks_it_is_an_unmatched_edge() -> None:
    left, right = box(0, 0, 1, 1), Polygon([(1, 0), (2, 0), (2, 1), (1, 1), (1, 0.5)])
    for outline in (None, MultiPolygon([Polygon([(0, 0), (1, 0), (2, 0), (2, 1), (1, 1), (0, 1)])])):
        (fault,) = prove_tiling([MultiPolygon([left]), MultiPolygon([right])], outline=outline).violations
        assert (fault.kind, fault.cells, fault.area_m2, fault.point) == ("unmatched-edge", (0, 1), 0.0, (1.0, 0.5))


def test_a_shifted_cell_overlaps_each_neighbour_by_itself_and_leaves_a_hole() -> None:
    shifted = snap(shapely.transform(TILING.cells[INNER], lambda corners: corners + 0.001))
    proof = prove_tiling(replaced(shifted))
    overlaps = {fault.cells: fault.area_m2 for fault in proof.violations if fault.kind == "overlap"}
    east = TILING.at(4, 3)
    assert overlaps[(INNER, east)] == pytest.approx(area_m2(shapely.intersection(shifted, TILING.cells[east])), rel=1e-3)
    assert {"overlap", "hole"} <= set(kinds(proof))


def test_ground_outside_the_outline_is_named() -> None:
    cells = [MultiPolygon([box(0, 0, 1, 1)]), MultiPolygon([box(1, 0, 2, 1)])]
    (fault,) = prove_tiling(cells, outline=MultiPolygon([box(0, 0, 1, 1)])).violations
    assert (fault.kind, fault.cells) == ("outside-parent", (1,))
    assert fault.area_m2 == pytest.approx(area_m2(box(1, 0, 2, 1)))


def test_an_invalid_cell_is_named_with_its_place() -> None:
    bow_tie = MultiPolygon([Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])])
    proof = prove_tiling([bow_tie])
    assert proof.violations[0].kind == "invalid"
    assert proof.violations[0].point == (1.0, 1.0)
    assert kinds(prove_tiling([MultiPolygon()])) == ["invalid"]


def test_an_allowed_gap_may_stay_and_may_be_filled() -> None:
    cells = [cell for at, cell in enumerate(TILING.cells) if at != INNER]
    for outline in (None, outline_of(TILING.cells)):
        gaps = prove_tiling(cells, outline=outline).holes
        assert prove_tiling(cells, outline=outline, allowed_gaps=gaps).ok
        assert prove_tiling(TILING.cells, outline=outline, allowed_gaps=gaps).ok
        assert kinds(prove_tiling(cells[:-9], outline=outline, allowed_gaps=gaps)) == ([] if outline is None else ["gap"])


def test_an_allowed_gap_excuses_no_other_ground() -> None:
    cells = [cell for at, cell in enumerate(TILING.cells) if at not in (INNER, INNER + 1)]
    gap = TILING.cells[INNER].geoms[0]
    proof = prove_tiling(cells, allowed_gaps=[gap])
    assert not proof.ok
    assert sum(fault.area_m2 for fault in proof.violations) >= area_m2(TILING.cells[INNER + 1]) * 0.999


def test_a_sliver_is_never_allowed_as_a_gap() -> None:
    proof = prove_tiling(replaced(move_vertex(TILING.cells[INNER], 3, 0, 9)))
    assert proof.holes == []


def test_no_cells_tile_nothing_but_nothing() -> None:
    assert prove_tiling([]).ok
    assert kinds(prove_tiling([], outline=MultiPolygon([box(0, 0, 1, 1)]))) == ["gap"]


@given(seeds)
@settings(max_examples=30, deadline=None)
def test_every_spoilt_tiling_is_refused(seed: int) -> None:
    random = np.random.default_rng(seed)
    tiling = make_tiling(5, 5, seed=seed, cuts=2)
    inner = tiling.at(*random.integers(1, 4, 2).tolist())
    cell = tiling.cells[inner]
    spoilt = [
        move_vertex(cell, int(random.integers(0, 16)), int(random.integers(2, 20)), int(random.integers(-20, 20))),
        insert_vertex(cell, int(random.integers(0, 16)), float(random.choice([-1, 1]) * random.integers(2, 50))),
        snap(shapely.transform(cell, lambda corners: corners + random.uniform(1e-8, 1e-3, 2))),
    ]
    for other in spoilt:
        assert not prove_tiling(replaced(other, inner, tiling)).ok
    assert not prove_tiling([at for at in tiling.cells if at is not cell]).ok
    assert not prove_tiling([*tiling.cells, cell]).ok
