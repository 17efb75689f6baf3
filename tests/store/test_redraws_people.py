"""People when cells end: who was in charge goes on with the cell that follows, from its day on, and what was known before stays known."""

from datetime import date, timedelta

import pytest

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Refused
from gridgov.redraws import service
from tests.redraw_grid import DAY, TODAY, lay_squares, line, merge, reparent, split, township, village
from tests.redraw_people import FIRST, approved, assign, draft, in_charge

_A, _B, _NEW = village(4, 0), village(5, 0), "330802102105"
_EVE, _LATER = DAY - timedelta(days=1), date(2027, 6, 1)
# A cut that leaves the northern part three times as large.
_CUT = {"op": "split", "cell": village(0, 0), "line": line((-0.1, 0.25), (1.1, 0.25)), "parts": [{"name": "北"}, {"name": "南"}]}
_NORTH, _SOUTH = "330802100105", "330802100106"


def test_a_merge_keeps_both_persons_from_its_day_on(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, _A, "wang")
    assign(uow, _B, "li")
    approved(uow, merge((4, 0), (5, 0)))
    assert in_charge(uow, _EVE) == [(_A, "wang"), (_B, "li")]
    assert in_charge(uow, DAY) == [(_NEW, "li"), (_NEW, "wang")]


def test_a_merge_keeps_a_person_of_both_once(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, _A, "wang")
    assign(uow, _B, "wang")
    approved(uow, merge((4, 0), (5, 0), code=_B))
    assert in_charge(uow, _EVE) == [(_A, "wang"), (_B, "wang")]
    assert in_charge(uow, DAY) == [(_B, "wang")]


def test_what_was_known_before_the_redraw_stays_known(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, _A, "wang")
    then = uow.now()
    approved(uow, merge((4, 0), (5, 0)))
    assert in_charge(uow, _LATER, then) == [(_A, "wang")]
    assert in_charge(uow, _LATER) == [(_NEW, "wang")]


def test_a_split_gives_the_people_to_the_larger_part_and_says_which_is_vacant(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, village(0, 0), "wang")
    document = approved(uow, _CUT)
    assert in_charge(uow, DAY) == [(_NORTH, "wang")]
    assert document["impact"]["vacant"] == [{"level": "village", "code": _SOUTH, "name": "南"}]


def test_the_draft_may_say_who_gets_the_people(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, village(0, 0), "wang")
    approved(uow, _CUT, successors={village(0, 0): _SOUTH})
    assert in_charge(uow, DAY) == [(_SOUTH, "wang")]


@pytest.mark.parametrize("successors", [{village(0, 0): village(1, 0)}, {village(1, 0): village(0, 0)}])
def test_people_are_passed_only_from_cells_that_end_to_cells_that_get_their_ground(uow: UnitOfWork, successors: dict[str, str]) -> None:
    lay_squares(uow)
    with pytest.raises(Refused) as refusal:
        draft(uow, _CUT, successors=successors)
    assert refusal.value.faults[0].pointer == f"/successors/{next(iter(successors))}"


def test_of_two_equal_parts_the_lesser_code_gets_the_people(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, village(0, 0), "wang")
    approved(uow, split(0, 0))
    ((cell, person),) = in_charge(uow, DAY)
    assert person == "wang" and cell in (_NORTH, _SOUTH)


def test_a_back_dated_redraw_moves_people_from_its_own_day_on(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, _A, "wang", first_day=date(2026, 1, 1), end_day=date(2026, 5, 1))
    assign(uow, _A, "li", first_day=date(2026, 6, 1))
    approved(uow, merge((4, 0), (5, 0)), effective_from="2026-04-01")
    assert [in_charge(uow, date(2026, *day)) for day in ((3, 31), (4, 1), (5, 1), (6, 1))] == [[(_A, "wang")], [(_NEW, "wang")], [], [(_NEW, "li")]]


def test_an_assignment_that_begins_after_the_day_goes_to_the_successor_whole(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, _A, "wang", first_day=_LATER)
    approved(uow, merge((4, 0), (5, 0)))
    assert (in_charge(uow, DAY), in_charge(uow, _LATER)) == ([], [(_NEW, "wang")])


def test_the_people_of_a_township_that_ends_follow_its_ground(uow: UnitOfWork) -> None:
    lay_squares(uow, 4, 1)
    assign(uow, township(2), "zhao", role="网格长")
    document = approved(uow, reparent(village(2, 0), township(0)), reparent(village(3, 0), township(0)))
    assert in_charge(uow, DAY) == [(township(0), "zhao")]
    (row,) = [row for row in document["impact"]["people"] if row["effect"] == "moves"]
    assert (row["cell"], row["to"], row["person"]) == (township(2), township(0), {"id": "zhao", "name": "zhao"})


def test_a_withdrawal_brings_everybody_back(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, _A, "wang")
    assign(uow, _B, "li", first_day=_LATER)
    before = [in_charge(uow, day) for day in (_EVE, DAY, _LATER)]
    document = approved(uow, merge((4, 0), (5, 0)), effective_from="2027-01-01")
    written = uow.now()
    assign(uow, _NEW, "sun", first_day=_LATER)
    service.withdraw_redraw(uow, int(document["id"]), note=None, today=TODAY)
    assert [in_charge(uow, day) for day in (_EVE, DAY)] == before[:2]
    # Who was put in charge of the cell that will not be goes to where most of its ground is.
    assert in_charge(uow, _LATER) == sorted([*before[2], (_A, "sun")])
    assert in_charge(uow, _LATER, written) == [(_NEW, "li"), (_NEW, "wang")]


def test_people_of_cells_that_only_get_a_vertex_are_not_told_of(uow: UnitOfWork) -> None:
    lay_squares(uow)
    assign(uow, village(1, 0), "wang")
    document = draft(uow, split(1, 1))
    assert [row["cause"] for row in document["impact"]["cells"] if row["code"] == village(1, 0)] == ["node"]
    assert document["impact"]["people"] == []


def test_people_of_a_cell_that_gains_loses_or_is_renamed_are_told_of(uow: UnitOfWork) -> None:
    lay_squares(uow)
    for column, person in ((1, "wang"), (2, "li"), (4, "sun")):
        assign(uow, village(column, 1), person)
    reshape = {"op": "reshape", "between": [village(1, 1), village(2, 1)], "line": line((2, 1.3), (2.2, 1.5), (2, 1.7))}
    document = approved(uow, reshape, {"op": "rename", "cell": village(4, 1), "name": "新村"})
    told = {row["person"]["id"]: (row["effect"], row["to"], row["from"]) for row in document["impact"]["people"]}
    day = FIRST.isoformat()
    assert told == {"wang": ("gains", None, day), "li": ("loses", None, day), "sun": ("stays", None, day)}


def test_nobody_is_put_in_charge_beyond_the_end_of_a_cell(uow: UnitOfWork) -> None:
    lay_squares(uow)
    approved(uow, merge((4, 0), (5, 0)))
    with pytest.raises(Refused, match=DAY.isoformat()) as refusal:
        assign(uow, _A, "wang")
    assert refusal.value.faults[0].pointer == "/to"
    assign(uow, _A, "wang", end_day=DAY)
    assign(uow, _NEW, "wang", first_day=DAY)
    assert (in_charge(uow, _EVE), in_charge(uow, DAY)) == ([(_A, "wang")], [(_NEW, "wang")])
