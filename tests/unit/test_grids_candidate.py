"""What an import decides, without a database: gaps, orphans, outlines, levels above, what is written."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import shapely
from shapely import MultiPolygon, Polygon, box
from shapely.geometry.base import BaseGeometry

from gridgov.grids.candidate import Decision, Standing, decide_import
from gridgov.grids.cell import AllowedGap, Cell, CellRecord, Outline, Scheme
from gridgov.grids.importing import ImportRequest, is_same_ground
from gridgov.grids.scheme import make_levels
from gridgov.grids.tiling import check_state

_DAY = date(2026, 1, 1)
_SCHEME = Scheme(1, "s", False, 0, make_levels())
_OVERLAY = Scheme(1, "s", True, 0, make_levels())


def _square(x: int, y: int) -> Polygon:
    return box(x / 100, y / 100, (x + 1) / 100, (y + 1) / 100)


def _records(places: Sequence[tuple[int, int]], *, parent: str = "t") -> tuple[CellRecord, ...]:
    return tuple(CellRecord(row, f"v{x}{y}", f"村{x}{y}", ((parent, None), ("c", None)), _square(x, y)) for row, (x, y) in enumerate(places, start=1))


_ALL = [(x, y) for y in range(3) for x in range(3)]


def _decide(records: Sequence[CellRecord], standing: Standing | None = None, *, level: str = "village", **given: Any) -> Decision:
    request = ImportRequest("s", level, tuple(records), _DAY, **given)
    found = next(one for one in _SCHEME.levels if one.key == level)
    return decide_import(request, standing or Standing(_SCHEME, _DAY), found)


def _standing(decision: Decision, *, gaps: bool = True) -> Standing:
    """What stands after a decision was written."""
    keys = {level.rank: level.key for level in _SCHEME.levels}
    cells = [Cell(n, d.rank, keys[d.rank], d.code, d.parent_code, d.name, d.geometry, _DAY, None) for n, d in enumerate(decision.plan.opened, 1)]
    held = [AllowedGap(n, gap.geometry, gap.area_m2, gap.reason) for n, gap in enumerate(decision.new_gaps, 1)]
    return Standing(_SCHEME, _DAY, tuple(cells), (), None, tuple(held) if gaps else ())


def _kinds(decision: Decision) -> list[str]:
    return [violation.kind for violation in decision.coverage.violations]


def test_parents_are_the_exact_union_of_their_children() -> None:
    decision = _decide(_records(_ALL))
    grounds = {(draft.rank, draft.code): draft.geometry for draft in decision.plan.opened}
    rim = [
        [0.0, 0.0],
        [0.01, 0.0],
        [0.02, 0.0],
        [0.03, 0.0],
        [0.03, 0.01],
        [0.03, 0.02],
        [0.03, 0.03],
        [0.02, 0.03],
        [0.01, 0.03],
        [0.0, 0.03],
        [0.0, 0.02],
        [0.0, 0.01],
    ]
    assert sorted(shapely.get_coordinates(grounds[1, "t"])[:-1].tolist()) == sorted(rim)
    assert is_same_ground(grounds[1, "t"], grounds[2, "c"])
    assert decision.outcome.imported == {"county": 1, "township": 1, "village": 9}


def test_a_hole_refuses_and_nothing_is_planned() -> None:
    decision = _decide(_records([place for place in _ALL if place != (1, 1)]))
    assert _kinds(decision) == ["hole"]
    assert not decision.changes_anything
    assert decision.outcome.imported == {"county": 0, "township": 0, "village": 0}


def test_a_reason_allows_holes_and_nothing_else() -> None:
    places = [place for place in _ALL if place != (1, 1)]
    allowed = _decide(_records(places), allow_gaps="湖面")
    assert allowed.coverage.ok and [(gap.reason, gap.gap_id) for gap in allowed.new_gaps] == [("湖面", None)]
    assert is_same_ground(allowed.new_gaps[0].geometry, MultiPolygon([_square(1, 1)]))
    twice = (*_records(places), CellRecord(99, "x", "x", (("t", None), ("c", None)), _square(0, 0).buffer(-0.001, join_style="mitre")))
    assert "overlap" in _kinds(_decide(twice, allow_gaps="湖面"))


def test_an_allowed_gap_stands_until_it_is_filled() -> None:
    first = _decide(_records([place for place in _ALL if place != (1, 1)]), allow_gaps="湖面")
    again = _decide(_records([place for place in _ALL if place != (1, 1)]), _standing(first), mode="replace")
    assert (again.new_gaps, again.ended_gaps, again.changes_anything) == ((), (), False)
    filled = _decide(_records(_ALL), _standing(first), mode="replace")
    assert filled.coverage.ok and filled.ended_gaps == (1,)


def test_a_gap_of_another_shape_is_not_the_allowed_one() -> None:
    land = [(x, y) for y in range(3) for x in range(4)]
    first = _decide(_records([place for place in land if place != (1, 1)]), allow_gaps="湖面")
    wider = _decide(_records([place for place in land if place not in ((1, 1), (2, 1))]), _standing(first), mode="replace")
    assert _kinds(wider) == ["hole"]


def test_a_cell_without_parent_among_others_is_an_orphan() -> None:
    records = (*_records(_ALL[:-1]), CellRecord(9, "v22", "村", (), _square(2, 2)))
    assert _kinds(_decide(records)) == ["orphan"]


def test_nobody_has_a_parent_where_nothing_says_so() -> None:
    decision = _decide([CellRecord(1, "a", "a", (), _square(0, 0)), CellRecord(2, "b", "b", (), _square(1, 0))])
    assert decision.coverage.ok and decision.outcome.imported == {"village": 2}


def test_an_outline_gets_the_vertices_of_the_cells_at_the_rim() -> None:
    decision = _decide(_records(_ALL), outline=box(0, 0, 0.03, 0.03))
    assert decision.coverage.ok and decision.coverage.outline == "file"
    assert decision.outline is not None and shapely.get_num_coordinates(decision.outline.geometry) == 13


def test_ground_inside_the_outline_without_a_cell_is_a_gap_and_outside_it_too_much() -> None:
    assert _kinds(_decide(_records(_ALL[:-1]), outline=box(0, 0, 0.03, 0.03))) == ["gap"]
    assert _kinds(_decide(_records(_ALL), outline=box(0, 0, 0.03, 0.02))) == ["outside-parent"]


def test_a_replacement_that_says_nothing_of_parents_keeps_them() -> None:
    first = _decide(_records(_ALL))
    bare = [CellRecord(record.row, record.code, record.name, (), record.geometry) for record in _records(_ALL)]
    again = _decide(bare, _standing(first), mode="replace")
    assert again.outcome.unchanged == 9 and not again.changes_anything


def test_an_overlay_need_not_tile_but_must_be_clean() -> None:
    parks = [CellRecord(1, "a", "甲", (), _square(0, 0)), CellRecord(2, "b", "乙", (), _square(0, 0)), CellRecord(3, "c", "丙", (), _square(7, 7))]
    decision = decide_import(ImportRequest("s", "village", tuple(parks), _DAY), Standing(_OVERLAY, _DAY), _OVERLAY.levels[-1])
    assert decision.coverage.ok and len(decision.plan.opened) == 3
    bow = [CellRecord(1, "a", "甲", (), Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))]
    refused = decide_import(ImportRequest("s", "village", tuple(bow), _DAY), Standing(_OVERLAY, _DAY), _OVERLAY.levels[-1])
    assert _kinds(refused) == ["invalid"] and refused.outcome.rejected


def _county(ground: BaseGeometry, code: str = "c", name: str = "县") -> list[CellRecord]:
    return [CellRecord(1, code, name, (), ground)]


def test_a_loaded_parent_gives_name_code_and_outline_and_draws_nothing() -> None:
    standing = _standing(_decide(_records(_ALL)))
    decision = _decide(_county(box(0, 0, 0.03, 0.03), code="C-1"), standing, level="county")
    assert decision.coverage.ok
    opened = {(draft.rank, draft.code): draft for draft in decision.plan.opened}
    assert set(opened) == {(2, "C-1"), (1, "t")}
    assert opened[2, "C-1"].name == "县" and opened[1, "t"].parent_code == "C-1"
    county = next(cell for cell in standing.cells if cell.rank == 2)
    assert county.geometry is not None and is_same_ground(opened[2, "C-1"].geometry, county.geometry)
    assert decision.outline is not None and decision.outline.source == "parent"


def test_a_loaded_parent_may_differ_by_rounding_and_no_more() -> None:
    standing = _standing(_decide(_records(_ALL)))
    near = Polygon([(0, 0), (0.03 + 2e-9, 0), (0.03, 0.03), (0, 0.03)])
    rounded = _decide(_county(near), standing, level="county")
    assert rounded.coverage.ok and [entry["kind"] for entry in rounded.outcome.rounding] == ["parent-difference"]
    far = Polygon([(0, 0), (0.03 + 2e-8, 0), (0.03, 0.03), (0, 0.03)])
    assert _kinds(_decide(_county(far), standing, level="county")) == ["gap"]
    less = Polygon([(0, 0), (0.03 - 2e-8, 0), (0.03, 0.03), (0, 0.03)])
    assert _kinds(_decide(_county(less), standing, level="county")) == ["outside-parent"]


def test_a_loaded_parent_over_an_allowed_gap_is_no_difference() -> None:
    standing = _standing(_decide(_records([place for place in _ALL if place != (1, 1)]), allow_gaps="湖面"))
    decision = _decide(_county(box(0, 0, 0.03, 0.03)), standing, level="county")
    assert decision.coverage.ok and decision.ended_gaps == () and decision.new_gaps == ()
    assert decision.outline is not None and shapely.get_num_interior_rings(decision.outline.geometry.geoms[0]) == 0


def test_parents_that_have_no_counterpart_are_named() -> None:
    standing = _standing(_decide(_records(_ALL)))
    two = [*_county(box(0, 0, 0.03, 0.03)), CellRecord(2, "d", "别县", (), _square(5, 5))]
    assert [(one.kind, one.cells) for one in _decide(two, standing, level="county").coverage.violations] == [("gap", ("d",))]
    other = _decide(_county(_square(7, 7), code="x"), standing, level="county")
    assert sorted(_kinds(other)) == ["gap", "outside-parent"]


def test_a_state_is_checked_with_an_outline_that_was_not_stored() -> None:
    standing = _standing(_decide(_records(_ALL)))
    land = Outline(0, "file", MultiPolygon([box(0, 0, 0.03, 0.03)]))
    assert check_state(_SCHEME, standing.cells, on=_DAY, outline=land, gaps=()).ok
    larger = Outline(0, "file", MultiPolygon([box(0, 0, 0.04, 0.03)]))
    found = check_state(_SCHEME, standing.cells, on=_DAY, outline=larger, gaps=())
    assert [one.kind for one in found.violations] == ["gap"]


@pytest.mark.parametrize("mode", ["new", "replace"])
def test_the_order_of_rows_makes_no_difference(mode: str) -> None:
    one = _decide(_records(_ALL), mode=mode)
    other = _decide(_records(_ALL)[::-1], mode=mode)
    first = {(draft.rank, draft.code): draft.geometry.wkb for draft in one.plan.opened}
    assert first == {(draft.rank, draft.code): draft.geometry.wkb for draft in other.plan.opened}
