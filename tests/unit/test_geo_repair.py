"""Closing what is narrow, leaving what is wide."""

import numpy as np
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from gridgov.geo.area import area_m2
from gridgov.geo.coverage import prove_tiling
from gridgov.geo.dissolve import outline_of
from gridgov.geo.repair import repair_level
from tests.unit.tilings import insert_vertex, make_tiling, move_vertex, with_island

TILING = make_tiling(6, 6, seed=4)
INNER = TILING.at(2, 2)


def replaced(cell: MultiPolygon) -> list[MultiPolygon]:
    return [cell if at == INNER else other for at, other in enumerate(TILING.cells)]


def shaken(metres: float, seed: int) -> list[MultiPolygon]:
    random = np.random.default_rng(seed)
    cells = []
    for cell in TILING.cells:
        ring = shapely.get_coordinates(cell)[:-1]
        cells.append(MultiPolygon([Polygon(ring + random.uniform(-metres, metres, ring.shape) / 111_320)]))
    return cells


def test_a_sound_level_is_not_touched() -> None:
    level = with_island(TILING, INNER)
    repaired = repair_level(level, metres=50)
    assert (repaired.repairs, repaired.rounding) == ([], [])
    assert all(cell.equals(drawn) for cell, drawn in zip(repaired.cells, level, strict=True))


@pytest.mark.parametrize(
    "broken", [move_vertex(TILING.cells[INNER], 5, 0, 9), insert_vertex(TILING.cells[INNER], 5, 3), insert_vertex(TILING.cells[INNER], 5, -9_000)]
)
def test_a_mismatch_narrower_than_asked_is_closed_and_listed(broken: MultiPolygon) -> None:
    level = replaced(broken)
    found = prove_tiling(level).violations
    repaired = repair_level(level, metres=2)
    assert prove_tiling(repaired.cells).ok
    assert [(repair.area_m2, repair.point) for repair in repaired.repairs] == [(fault.area_m2, fault.point) for fault in found]
    assert all(INNER in repair.cells for repair in repaired.repairs)


@pytest.mark.parametrize("kind", ["gap", "overlap"])
def test_a_strip_is_closed_only_when_it_is_nowhere_wider_than_asked(kind: str) -> None:
    strip = 0.00002  # 1.95 m wide at this latitude
    left = MultiPolygon([box(118, 28, 118.01, 28.01)])
    right = MultiPolygon([box(118.01 + (strip if kind == "gap" else -strip), 28, 118.02, 28.01)])
    outline = MultiPolygon([box(118, 28, 118.02, 28.01)])
    narrow, wide = repair_level([left, right], metres=2.1, outline=outline), repair_level([left, right], metres=1.8, outline=outline)
    assert prove_tiling(narrow.cells, outline=narrow.outline).ok
    assert [(repair.kind, set(repair.cells)) for repair in narrow.repairs] == [(kind, {0, 1})]
    assert narrow.repairs[0].area_m2 == pytest.approx(area_m2(box(118.01, 28, 118.01 + strip, 28.01)), rel=1e-3)
    assert wide.repairs == []
    assert not prove_tiling(wide.cells, outline=wide.outline).ok


@pytest.mark.parametrize("metres", [0.01, 0.3, 1.0])
def test_a_level_drawn_cell_by_cell_is_brought_to_one_line(metres: float) -> None:
    repaired = repair_level(shaken(metres, seed=8), metres=4 * metres)
    assert prove_tiling(repaired.cells).ok
    assert {repair.kind for repair in repaired.repairs} <= {"gap", "overlap", "unmatched-edge"}
    moved = sum(shapely.symmetric_difference(cell, drawn).area for cell, drawn in zip(repaired.cells, TILING.cells, strict=True))
    assert moved * 111_320**2 < sum(area_m2(cell) for cell in TILING.cells) * metres / 50
    assert repair_level(repaired.cells, metres=4 * metres).repairs == []


def test_a_wide_hole_a_doubled_and_a_bow_tied_cell_are_left_for_the_proof() -> None:
    bow_tie = MultiPolygon([Polygon([(119, 28), (119.1, 28.1), (119.1, 28), (119, 28.1)])])
    level = [*[cell for at, cell in enumerate(TILING.cells) if at != INNER], TILING.cells[0], bow_tie]
    repaired = repair_level(level, metres=50)
    assert repaired.repairs == []
    assert {fault.kind for fault in prove_tiling(repaired.cells).violations} == {"hole", "duplicate", "invalid"}


def test_an_allowed_gap_is_not_closed() -> None:
    cells = [cell for at, cell in enumerate(TILING.cells) if at != INNER]
    thin = MultiPolygon([Polygon([(118.05, 28.0), (118.05001, 28.0), (118.05001, 28.001)])])
    assert repair_level([*cells, thin], metres=20, allowed_gaps=[TILING.cells[INNER].geoms[0]]).cells[INNER - 1].equals(cells[INNER - 1])


def test_a_cell_that_reaches_a_little_over_the_outline_is_cut_back() -> None:
    outline = outline_of(TILING.cells)
    over = move_vertex(TILING.cells[0], 3, 0, -5_000)
    repaired = repair_level([over, *TILING.cells[1:]], metres=2, outline=outline)
    assert prove_tiling(repaired.cells, outline=repaired.outline).ok
    assert [(repair.kind, repair.cells) for repair in repaired.repairs] == [("outside-parent", (0,))]


@pytest.mark.parametrize("metres", [-1, 51, float("nan")])
def test_metres_beyond_reason_are_refused(metres: float) -> None:
    with pytest.raises(ValueError, match="metres"):
        repair_level(TILING.cells, metres=metres)
