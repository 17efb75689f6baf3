"""Schemes, the area of use, derived parents, the sorting of rows and the plan of a change: all without a database."""

from datetime import date

import pytest
from shapely import MultiPolygon, Polygon, box

from gridgov.errors import OutsideArea, UsageError
from gridgov.grids.area import Box, extend, read_box
from gridgov.grids.cell import Cell, CellRecord
from gridgov.grids.importing import Draft, ImportRequest, is_same_ground, plan_change, sort_parents, sort_records, touched_later
from gridgov.grids.parents import parent_chain
from gridgov.grids.scheme import level_named, make_levels


def _record(row: int, code: str, name: str = "村", parents: tuple[tuple[str, str | None], ...] = (), ground: Polygon | None = None) -> CellRecord:
    return CellRecord(row=row, code=code, name=name, parents=parents, geometry=box(0, 0, 1, 1) if ground is None else ground)


def _cell(code: str, ground: Polygon, *, version: int = 1, rank: int = 0, name: str = "村", parent: str | None = None) -> Cell:
    return Cell(version, rank, "village", code, parent, name, MultiPolygon([ground]), date(1900, 1, 1), None)


def _draft(code: str, ground: Polygon, *, rank: int = 0, name: str = "村", parent: str | None = None) -> Draft:
    return Draft(rank, code, name, parent, MultiPolygon([ground]))


def test_a_new_scheme_has_three_levels_with_chinese_labels() -> None:
    levels = make_levels()
    assert [(level.rank, level.key, level.label, level.code_length) for level in levels] == [
        (2, "county", "县级", 6),
        (1, "township", "乡镇级", 9),
        (0, "village", "村级", 12),
    ]


def test_other_than_three_levels_have_no_code_lengths_unless_given() -> None:
    assert [level.code_length for level in make_levels(["park", "plot"])] == [None, None]
    assert [level.code_length for level in make_levels(["park", "plot"], code_lengths=[2, 5])] == [2, 5]


@pytest.mark.parametrize(
    ("keys", "labels", "lengths"),
    [
        ([], [], None),
        (["a", "a"], [], None),
        (["a b"], [], None),
        (["a"], ["x", "y"], None),
        (["a", "b"], [], [5, 2]),
        (["a", "b"], [], [5]),
        (["a\n"], [], None),
    ],
)
def test_levels_that_contradict_themselves_are_refused(keys: list[str], labels: list[str], lengths: list[int] | None) -> None:
    with pytest.raises(UsageError):
        make_levels(keys, labels=labels, code_lengths=lengths)


def test_an_unknown_level_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="county, township, village"):
        level_named(make_levels(), "region")


def test_parents_of_a_twelve_digit_code_are_filled_with_zeros() -> None:
    assert parent_chain(_record(1, "330802101203"), make_levels()) == (("330802101000", None), ("330802000000", None))


def test_parents_by_code_lengths_of_other_codes_are_their_heads() -> None:
    levels = make_levels(["region", "district", "plot"], code_lengths=[2, 4, 7])
    assert parent_chain(_record(1, "AB12X01"), levels) == (("AB12", None), ("AB", None))


def test_a_grid_code_below_the_village_names_its_units_by_twelve_digits() -> None:
    levels = make_levels(["county", "township", "village", "grid"], code_lengths=[6, 9, 12, 15])
    assert [code for code, _ in parent_chain(_record(1, "330802101203007"), levels)] == ["330802101203", "330802101000", "330802000000"]


def test_trailing_zeros_decide_where_no_code_lengths_do() -> None:
    levels = make_levels(["county", "township"], code_lengths=None)
    assert parent_chain(_record(1, "330802101000"), levels) == (("330802000000", None),)


def test_a_code_that_says_nothing_has_no_parents() -> None:
    assert parent_chain(_record(1, "001001"), make_levels()) == ()


def test_parents_of_the_file_come_before_the_code_and_the_rest_follows_from_them() -> None:
    assert parent_chain(_record(1, "x", parents=(("001", "Torino"), ("01", "Piemonte"))), make_levels()) == (("001", "Torino"), ("01", "Piemonte"))
    assert parent_chain(_record(1, "x", parents=(("330802101000", "乡"),)), make_levels()) == (("330802101000", "乡"), ("330802000000", None))


def test_more_parent_fields_than_levels_are_not_used() -> None:
    assert len(parent_chain(_record(1, "x", parents=(("1", None), ("2", None), ("3", None))), make_levels())) == 2


def test_a_parent_under_two_parents_is_rejected_in_the_second_row() -> None:
    records = [_record(1, "a", parents=(("t", None), ("c1", None))), _record(2, "b", parents=(("t", None), ("c2", None)))]
    _, rejected = sort_parents(records, make_levels())
    assert [(row.row, row.code) for row in rejected] == [(2, "b")]
    assert "c1" in rejected[0].reason_en and "c2" in rejected[0].reason_zh


def test_a_parent_with_two_names_is_rejected() -> None:
    records = [_record(1, "a", parents=(("t", "甲镇"),)), _record(2, "b", parents=(("t", "乙镇"),))]
    assert [row.row for row in sort_parents(records, make_levels())[1]] == [2]


def test_blank_and_doubled_codes_and_blank_names_are_rejected_with_row_and_place() -> None:
    sorting = sort_records([_record(1, "a"), _record(2, ""), _record(3, "a"), _record(4, "b", name=""), _record(5, "c\x00")])
    assert [(row.row, row.code) for row in sorting.rejected] == [(2, ""), (3, "a"), (4, "b"), (5, "c\x00")]
    assert all(row.point == (0.5, 0.5) for row in sorting.rejected)
    assert len(sorting.drawn) == 5


def test_an_unclean_polygon_is_rejected_with_its_place_and_not_drawn() -> None:
    bow_tie = Polygon([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)])
    sorting = sort_records([_record(1, "a", ground=bow_tie), _record(2, "b", ground=Polygon())])
    assert [row.row for row in sorting.invalid] == [1, 2]
    assert sorting.invalid[0].point == (0.5, 0.5)
    assert sorting.drawn == ()


def test_equal_ground_name_and_parent_go_on_whatever_the_order_of_vertices() -> None:
    turned = Polygon([(1, 1), (0, 1), (0, 0), (1, 0), (1, 1)])
    plan = plan_change([_cell("a", box(0, 0, 1, 1))], [_draft("a", turned)])
    assert (plan.opened, plan.closed, plan.unchanged) == ((), (), {0: 1})


def test_changed_cells_are_closed_and_opened_and_absent_ones_closed() -> None:
    before = [_cell("a", box(0, 0, 1, 1)), _cell("b", box(1, 0, 2, 1)), _cell("c", box(2, 0, 3, 1)), _cell("d", box(3, 0, 4, 1))]
    after = [_draft("a", box(0, 0, 1, 1), name="新名"), _draft("b", box(1, 0, 2, 2)), _draft("c", box(2, 0, 3, 1), parent="t"), _draft("e", box(5, 0, 6, 1))]
    plan = plan_change(before, after)
    assert [draft.code for draft in plan.opened] == ["a", "b", "c", "e"]
    assert [cell.code for cell in plan.closed] == ["a", "b", "c", "d"]
    assert plan.unchanged == {}


def test_the_same_code_on_two_levels_is_two_cells() -> None:
    plan = plan_change([_cell("1", box(0, 0, 1, 1), rank=1)], [_draft("1", box(0, 0, 1, 1), rank=0), _draft("1", box(0, 0, 1, 1), rank=1)])
    assert [(draft.rank, draft.code) for draft in plan.opened] == [(0, "1")]
    assert plan.unchanged == {1: 1}


def test_one_unit_of_difference_is_another_ground() -> None:
    assert not is_same_ground(box(0, 0, 1, 1), box(0, 0, 1, 1 + 1e-9))


def test_later_versions_of_the_same_code_or_place_are_touched() -> None:
    plan = plan_change([], [_draft("a", box(0, 0, 1, 1))])
    same, near, far = _cell("a", box(8, 8, 9, 9)), _cell("b", box(1, 0, 2, 1)), _cell("c", box(5, 5, 6, 6))
    assert [cell.code for cell in touched_later(plan, [same, near, far])] == ["a", "b"]


def test_the_first_import_sets_the_area_and_a_near_one_widens_it() -> None:
    first = extend(None, Box(118, 28, 119, 29), grow=False)
    assert extend(first, Box(119, 28.5, 119.9, 29), grow=False) == Box(118, 28, 119.9, 29)


def test_an_import_far_outside_asks() -> None:
    with pytest.raises(OutsideArea):
        extend(Box(118, 28, 119, 29), Box(5, 52, 6, 53), grow=False)
    assert extend(Box(118, 28, 119, 29), Box(5, 52, 6, 53), grow=True) == Box(5, 28, 119, 53)


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "2,0,1,1", "0,0,1,91", "nan,0,1,1", "0,0,inf,1"])
def test_text_that_is_no_box_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_box(text)


@pytest.mark.parametrize(
    ("repair", "reason", "mode"), [(0.0, None, "new"), (50.1, None, "new"), (float("nan"), None, "new"), (None, "  ", "new"), (None, None, "merge")]
)
def test_a_request_that_no_file_could_make_right_is_refused(repair: float | None, reason: str | None, mode: str) -> None:
    with pytest.raises(UsageError):
        ImportRequest(None, "village", (_record(1, "a"),), date(2026, 1, 1), mode=mode, repair_m=repair, allow_gaps=reason).checked()  # type: ignore[arg-type]
