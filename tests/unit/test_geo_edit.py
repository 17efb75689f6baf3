"""The verdict on an edit of a level: legal ones pass, every other is told of with its kind, cells and place, at the cost of the edit."""

import math
from collections import Counter

import pytest
import shapely
from shapely import MultiPolygon, Polygon

from gridgov.geo.area import area_m2
from gridgov.geo.coverage import prove_tiling
from gridgov.geo.edit import EditFault, StandingLevel, judge_edit
from tests.unit.edits import Edit, Editor, cell_of, edits, far_from, ring_of
from tests.unit.tilings import Tiling, make_tiling

TILING = make_tiling(20, 20, seed=7)
LEVEL = StandingLevel.of(TILING.cells)
INNER = TILING.at(9, 9)


def is_right(edit: Edit, found: list[EditFault]) -> bool:
    """Whether exactly what the edit did was said: its kinds only, all who are concerned, where it is."""
    if not edit.kinds:
        return found == []
    named, beside = {cell for fault in found for cell in fault.cells}, {cell for fault in found for cell in fault.beside}
    return (
        bool(found)
        and {fault.kind for fault in found} <= edit.kinds
        and edit.cells <= named
        and edit.beside <= beside
        and not beside & set(edit.replaced)
        and min(far_from(edit, fault.point) for fault in found) <= edit.near
    )


def wrong(tiling: Tiling, level: StandingLevel, *, seed: int) -> Counter[str]:
    """Edits of each kind that were judged wrong, of 20 each."""
    return Counter(edit.name for edit in edits(tiling, each=20, seed=seed) if not is_right(edit, level.judge(edit.replaced, edit.after)))


def test_all_of_320_seeded_edits_are_judged_right() -> None:
    assert wrong(TILING, LEVEL, seed=3) == Counter()


@pytest.mark.long
def test_all_of_320_seeded_edits_among_20_000_cells_are_judged_right() -> None:
    large = make_tiling(142, 142, seed=20, cuts=5)
    assert wrong(large, StandingLevel.of(large.cells), seed=4) == Counter()


def test_the_verdict_is_that_of_the_whole_level() -> None:
    """An edit is in order exactly when the whole level, judged anew against its old outline, still tiles."""
    small = make_tiling(5, 5, seed=2)
    outline = prove_tiling(small.cells).outline
    for edit in edits(small, each=2, seed=5):
        now = [cell for index, cell in enumerate(small.cells) if index not in edit.replaced] + edit.after
        assert prove_tiling(now, outline=outline).ok == (judge_edit([small.cells[index] for index in edit.replaced], edit.after) == []), edit.name


def test_no_edit_is_in_order() -> None:
    assert judge_edit([], []) == []
    assert judge_edit(TILING.cells[:3], TILING.cells[2::-1]) == []


def test_a_deleted_cell_is_a_gap_of_its_size_between_its_neighbours() -> None:
    (fault,) = LEVEL.judge([INNER], [])
    assert (fault.kind, fault.cells) == ("gap", ())
    assert fault.beside == (INNER - 20, INNER - 1, INNER + 1, INNER + 20)
    assert fault.area_m2 == pytest.approx(area_m2(TILING.cells[INNER]), rel=1e-12)
    assert TILING.cells[INNER].contains(shapely.Point(fault.point))


def test_ground_taken_from_a_standing_cell_is_an_overlap_with_it_and_without_the_level_strange_ground() -> None:
    merged = Editor.of(TILING, 1)._merged(INNER, INNER + 1)
    (fault,) = LEVEL.judge([INNER], [cell_of([merged])])
    assert (fault.kind, fault.cells, fault.beside) == ("overlap", (0,), (INNER + 1,))
    assert fault.area_m2 == pytest.approx(area_m2(TILING.cells[INNER + 1]), rel=1e-9)
    (fault,) = judge_edit([TILING.cells[INNER]], [cell_of([merged])])  # type: ignore[assignment]
    assert (fault.kind, fault.cells) == ("outside-parent", (0,))
    assert fault.detail.zh == "调整后的网格占用了不在本次调整范围内的区域。"


def test_ground_outside_the_whole_level_stays_strange_ground() -> None:
    ring = ring_of(TILING.cells[0])
    x, y = ring[0]
    (fault,) = LEVEL.judge([0], [cell_of([[(x - 10**7, y - 10**7), *ring[1:]]])])
    assert (fault.kind, fault.cells, fault.beside) == ("outside-parent", (0,), ())


def test_a_vertex_exactly_on_the_edge_of_a_cell_that_is_not_in_the_edit_is_named_with_it() -> None:
    squares = [cell_of([[(x, 0), (x + 1000, 0), (x + 1000, 1000), (x, 1000)]]) for x in (0, 1000)]
    noded = cell_of([[(0, 0), (1000, 0), (1000, 500), (1000, 1000), (0, 1000)]])
    (fault,) = StandingLevel.of(squares).judge([0], [noded])
    assert (fault.kind, fault.cells, fault.beside, fault.area_m2) == ("unmatched-edge", (0,), (1,), 0.0)
    assert fault.point == (1000 / 1e9, 500 / 1e9)


def test_a_vertex_that_the_neighbour_still_has_may_not_be_left_out() -> None:
    ring = ring_of(TILING.cells[INNER])
    faults = LEVEL.judge([INNER], [cell_of([ring[:10] + ring[11:]])])
    assert {fault.kind for fault in faults} <= {"gap", "overlap"} and all(fault.beside == (INNER + 1,) for fault in faults) and faults


@pytest.mark.parametrize(
    ("ring", "reason"),
    [
        ([(0, 0), (7, 0), (7, 7), (3, 0), (0, 7)], "touches itself"),
        ([(0, 0), (10, 10), (10, 0), (0, 10)], "crosses or touches itself"),
    ],
)
def test_a_cell_that_meets_itself_is_named_alone(ring: list[tuple[int, int]], reason: str) -> None:
    (fault,) = judge_edit([TILING.cells[0]], [TILING.cells[0], cell_of([ring])])
    assert (fault.kind, fault.cells) == ("invalid", (1,))
    assert reason in fault.detail.en


def test_crossings_too_shallow_for_doubles_are_found_on_whole_numbers() -> None:
    """A vertex across an edge by less than 1e-9 units: with the doubles GEOS may take the polygon for valid."""
    cells = [_shallow((east, 450_000_001)) for east in range(1_300_000_000, 1_300_000_040) if math.gcd(east, 450_000_001) == 1]
    taken_for_valid = [cell for cell in cells if cell.is_valid]
    assert taken_for_valid
    for cell in taken_for_valid:
        (fault,) = judge_edit([], [cell])
        assert fault.kind == "invalid" and "away from a vertex" in fault.detail.en


def _shallow(along: tuple[int, int]) -> MultiPolygon:
    """A triangle with a fourth vertex across its first edge, which runs `along`, as near to it as can be."""
    x, y = 118_000_000_000, 28_000_000_000
    at = pow(along[1], -1, along[0])
    across = (x + at, y + (at * along[1] - 1) // along[0])
    return cell_of([[(x, y), (x + along[0], y + along[1]), (x + 500_000_000, y + 900_000_000), across]])


def test_a_part_inside_another_part_is_no_clean_cell() -> None:
    outer, inner = [(0, 0), (90, 0), (90, 90), (0, 90)], [(30, 30), (60, 30), (60, 60), (30, 60)]
    (fault,) = judge_edit([cell_of([outer])], [cell_of([outer], [inner])])
    assert fault.kind == "invalid"


def test_a_coordinate_off_the_lattice_is_found() -> None:
    (fault,) = judge_edit([], [MultiPolygon([Polygon([(0, 0), (1e-6, 0), (5.5e-10, 1e-6)])])])
    assert (fault.kind, fault.point) == ("invalid", (5.5e-10, 1e-6))
    assert "1e-9" in fault.detail.en
