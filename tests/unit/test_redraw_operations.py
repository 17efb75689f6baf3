"""What each operation does to three squares in a row and one above them, with exact figures."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
import shapely
from shapely import MultiPolygon, Polygon

from gridgov.errors import GridgovError, Refused
from gridgov.geo.trace import canonical
from gridgov.grids.cell import Cell
from gridgov.grids.codebook import CodeBook
from gridgov.grids.operation import operation_document, parse_operations
from gridgov.grids.redraw import Redrawn, redraw
from gridgov.grids.redraw_state import Fabric
from gridgov.grids.scheme import make_levels

LEVELS = make_levels()
DAY = date(2026, 1, 1)
A, B, C, D = "990124100001", "990124100002", "990124100003", "990124101001"
NORTH, SOUTH, COUNTY = "990124100", "990124101", "990124"


def square(west: float, south: float, east: float, north: float, *more: tuple[float, float]) -> MultiPolygon:
    corners = [(west, south), (east, south), (east, north), (west, north), *more]
    hull = Polygon(corners) if not more else Polygon([(west, south), *more, (east, south), (east, north), (west, north)])
    return canonical(hull)


def cells() -> list[Cell]:
    """A, B, C in a row from west to east under D, which has a vertex wherever two of them meet; all of a hundredth of a degree."""
    above = square(118.00, 28.01, 118.03, 28.02, (118.01, 28.01), (118.02, 28.01))
    grounds = {A: square(118.00, 28.00, 118.01, 28.01), B: square(118.01, 28.00, 118.02, 28.01), C: square(118.02, 28.00, 118.03, 28.01), D: above}
    return [Cell(0, 0, "village", code, NORTH if code < D else SOUTH, f"{code[-3:]}村", ground, DAY, None) for code, ground in grounds.items()]


def uppers() -> list[Cell]:
    return [
        Cell(0, 1, "township", NORTH, COUNTY, "甲乡", None, DAY, None),
        Cell(0, 1, "township", SOUTH, COUNTY, "乙乡", None, DAY, None),
        Cell(0, 2, "county", COUNTY, None, "云溪县", None, DAY, None),
    ]


def carry_out(*operations: dict[str, Any], among: Sequence[Cell] | None = None, used: Sequence[str] = ()) -> Redrawn:
    standing = cells() if among is None else list(among)
    book = CodeBook(LEVELS, {*(cell.code for cell in standing), *used})
    return redraw(Fabric.of(standing, uppers()), parse_operations(list(operations)), book, LEVELS)


def refused(*operations: dict[str, Any], used: Sequence[str] = ()) -> tuple[str, str, tuple[float, float] | None]:
    with pytest.raises(GridgovError) as caught:
        carry_out(*operations, used=used)
    fault = caught.value.faults[0]
    assert fault.zh
    return fault.pointer, fault.en, fault.at


def line(*places: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(place) for place in places]}


def corners(redrawn: Redrawn, code: str) -> set[tuple[float, float]]:
    return {(x, y) for x, y in shapely.get_coordinates(redrawn.after.leaves[code].geometry).tolist()}


def causes(redrawn: Redrawn) -> dict[str, str]:
    return {change.code: ("new " if change.before is None else "ended " if change.after is None else "") + change.cause for change in redrawn.changes}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


def test_a_vertex_moves_for_every_cell_that_has_it() -> None:
    done = carry_out({"op": "move_vertices", "moves": [{"from": [118.01, 28.01], "to": [118.012, 28.0105]}]})
    assert causes(done) == {A: "redraw", B: "redraw", D: "redraw"}
    for code in (A, B, D):
        assert (118.012, 28.0105) in corners(done, code)
        assert (118.01, 28.01) not in corners(done, code)


@pytest.mark.parametrize(
    ("move", "pointer", "said"),
    [
        ({"from": [118.0, 28.0], "to": [118.001, 28.001]}, "/operations/0/moves/0/from", "outer boundary"),
        ({"from": [118.005, 28.005], "to": [118.001, 28.001]}, "/operations/0/moves/0/from", "no vertex"),
        ({"from": [118.01, 28.01], "to": [118.02, 28.01]}, "/operations/0/moves/0/to", "Another vertex"),
        ({"from": [118.01, 28.01], "to": [118.025, 28.005]}, "/operations/0", "cross"),
    ],
)
def test_a_vertex_is_not_moved_off_the_outer_line_onto_another_or_across_a_boundary(move: dict[str, Any], pointer: str, said: str) -> None:
    found = refused({"op": "move_vertices", "moves": [move]})
    assert found[0] == pointer
    assert said in found[1]
    assert found[2] is not None


def test_a_boundary_runs_along_the_line_from_now_on() -> None:
    done = carry_out({"op": "reshape", "between": [A, B], "line": line((118.01, 28.002), (118.012, 28.005), (118.01, 28.008))})
    assert causes(done) == {A: "redraw", B: "redraw"}
    assert (118.012, 28.005) in corners(done, A) & corners(done, B)
    before, after = (sum(leaf.geometry.area for leaf in fabric.leaves.values()) for fabric in (done.before, done.after))
    assert after == pytest.approx(before, rel=1e-12)
    assert done.after.leaves[A].geometry.area - done.before.leaves[A].geometry.area == pytest.approx(0.006 * 0.002 / 2, rel=1e-9)


@pytest.mark.parametrize("order", [(A, B), (B, A)])
@pytest.mark.parametrize("turned", [False, True])
def test_neither_the_order_of_the_cells_nor_the_direction_of_the_line_matters(order: tuple[str, str], turned: bool) -> None:
    places = [(118.01, 28.002), (118.012, 28.005), (118.01, 28.008)]
    done = carry_out({"op": "reshape", "between": list(order), "line": line(*(reversed(places) if turned else places))})
    assert (118.012, 28.005) in corners(done, A)
    assert done.after.leaves[A].geometry.area > done.before.leaves[A].geometry.area


def test_ends_within_the_snap_move_to_the_common_boundary_and_no_further() -> None:
    shape = {"op": "reshape", "between": [A, B], "line": line((118.010003, 28.002), (118.012, 28.005), (118.01, 28.008))}
    done = carry_out(shape)
    assert (118.01, 28.002) in corners(done, A)
    pointer, said, at = refused(shape | {"snap_m": 0.2})
    assert (pointer, at) == ("/operations/0/line", (118.010003, 28.002))
    assert "0.2 m off" in said


def test_a_third_cell_that_the_line_runs_through_loses_ground_and_is_named() -> None:
    done = carry_out(
        {"op": "reshape", "between": [A, B], "line": line((118.01, 28.002), (118.005, 28.005), (118.008, 28.015), (118.012, 28.015), (118.01, 28.008))}
    )
    assert causes(done)[D] == "redraw"
    assert [D in note.en for note in done.notes] == [True]
    assert done.after.leaves[D].geometry.area < done.before.leaves[D].geometry.area


@pytest.mark.parametrize(
    ("places", "said"),
    [
        (((118.01, 28.002), (118.01, 27.99), (118.011, 28.005), (118.01, 28.008)), "leaves the ground"),
        (((118.01, 28.002), (118.013, 28.006), (118.013, 28.004), (118.01, 28.009)), "crosses"),
        (((118.01, 28.002), (118.01, 28.008)), "changes nothing"),
    ],
)
def test_a_line_that_leaves_the_cells_crosses_itself_or_changes_nothing_is_refused(places: tuple[tuple[float, float], ...], said: str) -> None:
    pointer, text, _ = refused({"op": "reshape", "between": [A, B], "line": line(*places)})
    assert pointer == "/operations/0/line"
    assert said in text


def test_cells_without_a_common_boundary_have_none_to_reshape() -> None:
    assert refused({"op": "reshape", "between": [A, C], "line": line((118.01, 28.002), (118.02, 28.002))})[0] == "/operations/0/between"


def test_a_split_gives_left_before_right_and_the_next_free_codes() -> None:
    done = carry_out(
        {"op": "split", "cell": B, "line": line((118.015, 27.999), (118.015, 28.011)), "parts": [{"name": "西"}, {"name": "东"}]}, used=["990124100007"]
    )
    assert causes(done) == {B: "ended redraw", "990124100008": "new redraw", "990124100009": "new redraw", D: "node"}
    assert done.after.leaves["990124100008"].name == "西"
    assert done.after.leaves["990124100008"].geometry.bounds == (118.01, 28.0, 118.015, 28.01)
    assert [(one.from_code, one.to_code, one.kind) for one in done.lineage] == [(B, "990124100008", "split"), (B, "990124100009", "split")]
    # The neighbour above got the new corner; the node on the outer line lies on it exactly.
    assert (118.015, 28.01) in corners(done, D)
    assert [place for place, _ in done.rim_nodes] == [(118_015_000_000, 28_000_000_000)]
    again = operation_document(done.operations[0])
    assert [part["code"] for part in again["parts"]] == ["990124100008", "990124100009"]
    assert parse_operations([again]) == done.operations


def test_a_part_may_go_on_under_the_code_of_the_cell() -> None:
    done = carry_out({"op": "split", "cell": B, "line": line((118.015, 27.999), (118.015, 28.011)), "parts": [{"name": "西"}, {"name": "东", "code": B}]})
    assert causes(done)[B] == "redraw"
    assert done.after.leaves[B].geometry.bounds == (118.015, 28.0, 118.02, 28.01)


@pytest.mark.parametrize(
    ("change", "pointer", "said"),
    [
        ({"line": {"type": "LineString", "coordinates": [[118.012, 28.002], [118.018, 28.008]]}}, "/operations/0/line", "does not cut"),
        ({"parts": [{"name": "一"}, {"name": "二"}, {"name": "三"}]}, "/operations/0/parts", "into 2 pieces"),
        ({"parts": [{"name": "一", "code": A}, {"name": "二"}]}, "/operations/0/parts/0/code", "used before"),
        ({"parts": [{"name": "一", "code": B}, {"name": "二", "code": B}]}, "/operations/0/parts", "same code"),
        ({"cell": "990124100099"}, "/operations/0/cell", "not a cell in force"),
        ({"cell": NORTH}, "/operations/0/cell", "lowest level"),
    ],
)
def test_a_split_that_does_not_cut_or_does_not_add_up_is_refused(change: dict[str, Any], pointer: str, said: str) -> None:
    asked = {"op": "split", "cell": B, "line": line((118.015, 27.999), (118.015, 28.011)), "parts": [{"name": "西"}, {"name": "东"}]} | change
    found = refused(asked)
    assert found[0] == pointer
    assert said in found[1]


def test_a_line_that_crosses_an_outer_line_that_would_bend_goes_to_its_nearest_vertex() -> None:
    slanted = canonical(Polygon([(118.0, 28.0), (118.01, 28.000000007), (118.01, 28.01), (118.0, 28.01)]))
    standing = [Cell(0, 0, "village", A, NORTH, "甲", slanted, DAY, None)]
    done = carry_out({"op": "split", "cell": A, "line": line((118.004, 27.999), (118.004, 28.011)), "parts": [{"name": "西"}, {"name": "东"}]}, among=standing)
    west = done.after.leaves["990124100002"].geometry
    assert (118.004, 28.01) in {(x, y) for x, y in shapely.get_coordinates(west).tolist()}
    assert (118.004, 28.000000003) not in {(x, y) for x, y in shapely.get_coordinates(west).tolist()}
    assert len(done.notes) == 1
    assert "118.000000000, 28.000000000" in done.notes[0].en


def test_a_closed_line_cuts_a_piece_out_of_the_middle() -> None:
    ring = line((118.013, 28.003), (118.017, 28.003), (118.017, 28.007), (118.013, 28.007), (118.013, 28.003))
    done = carry_out({"op": "split", "cell": B, "line": ring, "parts": [{"name": "内"}, {"name": "外"}]})
    assert done.after.leaves["990124100004"].geometry.bounds == (118.013, 28.003, 118.017, 28.007)
    assert len(done.after.leaves["990124100005"].geometry.geoms[0].interiors) == 1


def test_a_merge_takes_neighbours_of_one_parent_and_a_fresh_code() -> None:
    done = carry_out({"op": "merge", "cells": [A, B], "name": "合村"})
    assert causes(done) == {A: "ended redraw", B: "ended redraw", "990124100004": "new redraw"}
    assert done.after.leaves["990124100004"].geometry.bounds == (118.0, 28.0, 118.02, 28.01)
    assert {(one.from_code, one.kind) for one in done.lineage} == {(A, "merge"), (B, "merge")}


@pytest.mark.parametrize(
    ("operation", "pointer", "said"),
    [
        ({"op": "merge", "cells": [A, C], "name": "合"}, "/operations/0/cells/1", "no common boundary"),
        ({"op": "merge", "cells": [A, D], "name": "合"}, "/operations/0/cells", "different parents"),
        ({"op": "merge", "cells": [A, B], "name": "合", "code": C}, "/operations/0/code", "used before"),
        ({"op": "merge", "cells": [A], "name": "合"}, "/operations/0/cells", "codes"),
        ({"op": "merge", "cells": [A, A], "name": "合"}, "/operations/0/cells", "twice"),
    ],
)
def test_a_merge_of_strangers_is_refused(operation: dict[str, Any], pointer: str, said: str) -> None:
    found = refused(operation)
    assert found[0] == pointer
    assert said in found[1]


def test_an_area_goes_to_a_cell_out_of_every_neighbour_it_reaches_into() -> None:
    done = carry_out({"op": "transfer", "area": box(118.008, 28.005, 118.022, 28.012), "to": B})
    assert causes(done) == {A: "redraw", B: "redraw", C: "redraw", D: "redraw"}
    assert done.after.leaves[B].geometry.bounds == (118.008, 28.0, 118.022, 28.012)


@pytest.mark.parametrize(
    ("area", "said"),
    [
        (box(118.012, 28.002, 118.018, 28.008), "no ground of other cells"),
        (box(117.99, 27.99, 118.012, 28.02), "Nothing would be left"),
        (box(118.022, 28.002, 118.028, 28.008), "fall apart"),
        (box(118.009, 28.012, 118.021, 28.03), "fall apart"),
        (box(119.0, 29.0, 119.1, 29.1), "no ground of other cells"),
    ],
)
def test_an_area_of_nothing_of_everything_or_apart_from_its_cell_is_refused(area: dict[str, Any], said: str) -> None:
    found = refused({"op": "transfer", "area": area, "to": B})
    assert said in found[1]
    assert found[2] is not None


def test_a_cell_is_handed_over_and_renamed_on_any_level() -> None:
    done = carry_out(
        {"op": "reparent", "cell": A, "parent": SOUTH}, {"op": "rename", "cell": A, "name": "新村"}, {"op": "rename", "cell": SOUTH, "name": "丙乡"}
    )
    assert causes(done) == {A: "reparent"}
    assert (done.after.leaves[A].name, done.after.leaves[A].parent_code) == ("新村", SOUTH)
    assert [(change.code, change.before.name, change.after.name) for change in done.upper_changes] == [(SOUTH, "乙乡", "丙乡")]


@pytest.mark.parametrize(
    ("operation", "pointer"),
    [
        ({"op": "reparent", "cell": A, "parent": NORTH}, "/operations/0/parent"),
        ({"op": "reparent", "cell": A, "parent": COUNTY}, "/operations/0/parent"),
        ({"op": "reparent", "cell": COUNTY, "parent": NORTH}, "/operations/0/cell"),
        ({"op": "rename", "cell": A, "name": "001村"}, "/operations/0/name"),
        ({"op": "rename", "cell": "1", "name": "x"}, "/operations/0/cell"),
        ({"op": "rename", "cell": A, "name": " "}, "/operations/0/name"),
        ({"op": "rename", "cell": A, "name": "x", "note": 1}, "/operations/0/note"),
        ({"op": "dig"}, "/operations/0/op"),
        ({"op": "reshape", "between": [A], "line": line((0, 0), (1, 1))}, "/operations/0/between"),
        ({"op": "reshape", "between": [A, B], "line": line((0, 0), (1, 1)), "snap_m": 6}, "/operations/0/snap_m"),
        ({"op": "move_vertices", "moves": []}, "/operations/0/moves"),
        ({"op": "transfer", "area": line((0, 0), (1, 1)), "to": A}, "/operations/0/area"),
    ],
)
def test_what_cannot_be_read_or_changes_nothing_is_refused_where_it_stands(operation: dict[str, Any], pointer: str) -> None:
    assert refused(operation)[0] == pointer


def test_an_operation_sees_what_those_before_it_made() -> None:
    cut = {"op": "split", "cell": B, "line": line((118.015, 27.999), (118.015, 28.011)), "parts": [{"name": "西"}, {"name": "东"}]}
    done = carry_out(cut, {"op": "merge", "cells": [A, "990124100004"], "name": "甲"}, {"op": "rename", "cell": "990124100005", "name": "乙"})
    assert causes(done) == {A: "ended redraw", B: "ended redraw", "990124100005": "new redraw", "990124100006": "new redraw", D: "node"}
    assert {(one.from_code, one.to_code, one.kind) for one in done.lineage} == {
        (A, "990124100006", "merge"),
        (B, "990124100005", "split"),
        (B, "990124100006", "merge"),
    }


def test_serials_that_are_used_up_ask_for_a_code() -> None:
    cut = {"op": "split", "cell": B, "line": line((118.015, 27.999), (118.015, 28.011)), "parts": [{"name": "西"}, {"name": "东"}]}
    pointer, said, _ = refused(cut, used=["990124100998"])
    assert pointer == "/operations/0/parts/1/code"
    assert "used up" in said


def test_split_and_merge_give_the_first_coordinates_back_and_no_node_stays() -> None:
    cut = {"op": "split", "cell": B, "line": line((118.0151, 27.999), (118.0153, 28.011)), "parts": [{"name": "西"}, {"name": "东"}]}
    done = carry_out(cut, {"op": "merge", "cells": ["990124100004", "990124100005"], "name": "乙", "code": None})
    assert causes(done) == {B: "ended redraw", "990124100006": "new redraw"}
    assert done.after.leaves["990124100006"].geometry.wkb == done.before.leaves[B].geometry.wkb
    assert done.rim_nodes == ()


def test_a_refusal_is_a_refusal_and_points_at_its_operation() -> None:
    good = {"op": "rename", "cell": A, "name": "新"}
    with pytest.raises(Refused) as caught:
        carry_out(good, good)
    assert caught.value.faults[0].pointer == "/operations/1/name"
