"""Who answers for the cells that follow when cells end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gridgov.errors import Refused
from gridgov.people.succession import Post, heirs, succession, vacant
from gridgov.redraws.cell_change import Lineage
from gridgov.redraws.following import following

DAY, BEFORE, LATER = date(2027, 1, 1), date(2025, 3, 1), date(2027, 6, 1)
WANG = Post(1, "A", "wang", "inspector", "environment", BEFORE, None, mandate="任命书")
LI = Post(2, "B", "li", "inspector", "environment", BEFORE, None)


def opened(posts: list[Post], follows: dict[str, str]) -> list[tuple[str, str, date, date | None]]:
    return [(post.cell, post.person, post.first_day, post.end_day) for post in succession(posts, follows, DAY).opened]


def test_the_largest_share_of_the_ground_says_who_follows() -> None:
    shares = [("A", "B", Decimal("3.00")), ("A", "C", Decimal("5.00"))]
    assert heirs(["A"], shares, {}) == {"A": "C"}


def test_among_equal_shares_the_least_code_follows() -> None:
    assert heirs(["A"], [("A", "D", Decimal(5)), ("A", "C", Decimal(5))], {}) == {"A": "C"}


def test_shares_of_one_cell_add_up() -> None:
    assert heirs(["A"], [("A", "B", Decimal(3)), ("A", "C", Decimal(4)), ("A", "B", Decimal(3))], {}) == {"A": "B"}


def test_a_choice_goes_before_the_largest_share() -> None:
    assert heirs(["A"], [("A", "B", Decimal(1)), ("A", "C", Decimal(9))], {"A": "B"}) == {"A": "B"}


def test_a_cell_whose_ground_nobody_got_has_no_successor() -> None:
    assert heirs(["A"], [], {}) == {}


def test_both_persons_of_two_merged_cells_stay_in_charge() -> None:
    assert opened([WANG, LI], {"A": "C", "B": "C"}) == [("C", "wang", DAY, None), ("C", "li", DAY, None)]


def test_a_person_of_both_merged_cells_is_in_charge_once() -> None:
    decided = succession([WANG, replace(LI, person="wang")], {"A": "C", "B": "C"}, DAY)
    assert decided.ended == (1, 2)
    assert [(post.cell, post.person, post.mandate) for post in decided.opened] == [("C", "wang", "任命书")]


def test_own_right_goes_before_a_stand_in_of_the_same_person() -> None:
    stand_in = replace(WANG, stand_in_for="zhao", mandate="代理")
    (one,) = succession([stand_in, replace(LI, person="wang", mandate="任命")], {"A": "C", "B": "C"}, DAY).opened
    assert (one.stand_in_for, one.mandate) == (None, "任命")


def test_who_is_in_charge_of_the_successor_already_is_not_put_there_twice() -> None:
    decided = succession([WANG, replace(LI, person="wang")], {"A": "B"}, DAY)
    assert (decided.ended, decided.opened) == ((1,), ())


def test_days_the_successor_has_are_left_out_of_what_comes_to_it() -> None:
    held = replace(LI, person="wang", first_day=date(2027, 3, 1), end_day=date(2027, 4, 1))
    assert opened([WANG, held], {"A": "B"}) == [("B", "wang", DAY, date(2027, 3, 1)), ("B", "wang", date(2027, 4, 1), None)]


def test_an_assignment_that_begins_later_begins_with_the_successor() -> None:
    assert opened([replace(WANG, first_day=LATER)], {"A": "B"}) == [("B", "wang", LATER, None)]


def test_an_assignment_that_ended_before_the_day_stays_as_it_was() -> None:
    decided = succession([replace(WANG, end_day=DAY)], {"A": "B"}, DAY)
    assert (decided.ended, decided.opened) == ((), ())


def test_the_end_of_an_assignment_is_kept() -> None:
    assert opened([replace(WANG, end_day=LATER)], {"A": "B"}) == [("B", "wang", DAY, LATER)]


def test_roles_and_lines_are_told_apart() -> None:
    posts = [WANG, replace(WANG, assignment_id=3, line="安全生产"), replace(LI, person="wang", role="网格长")]
    assert len(succession(posts, {"A": "C", "B": "C"}, DAY).opened) == 3


def test_a_cell_is_vacant_when_nobody_answers_for_it_on_the_day() -> None:
    posts = [replace(WANG, first_day=DAY), replace(LI, first_day=LATER), replace(LI, cell="C", end_day=DAY)]
    assert vacant(["A", "B", "C", "D"], posts, DAY) == ["B", "C", "D"]


def test_people_go_only_where_ground_goes_and_only_from_cells_that_end() -> None:
    lines = [Lineage(0, "A", "B", "split", Decimal("1.00")), Lineage(0, "A", "C", "split", Decimal("2.00"))]
    assert following(lines, {"A"}, {"A": "B"}) == {"A": "B"}
    with pytest.raises(Refused) as refusal:
        following(lines, {"A"}, {"A": "D", "B": "C"})
    assert [fault.pointer for fault in refusal.value.faults] == ["/successors/A", "/successors/B"]
