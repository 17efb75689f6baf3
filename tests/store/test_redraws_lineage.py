"""How a cell came to be: lineage both ways through any number of generations."""

from typing import Any

import pytest

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.naming_store import CellName
from gridgov.redraws import service
from gridgov.redraws.history_service import cell_history
from tests.redraw_grid import TODAY, lay_squares, line, merge, reparent, split, township, village
from tests.redraw_people import approved

_FIRST, _SECOND, _THIRD = "330802100105", "330802100106", "330802100107"


def _steps(uow: UnitOfWork, code: str, way: str) -> list[tuple[Any, ...]]:
    lineage = cell_history(uow, CellName(code))["lineage"]
    return [(step["generation"], step["via"], step["code"], step["kind"], step["day"]) for step in lineage[way]]


def _three_generations(uow: UnitOfWork) -> None:
    """A village is cut, one half joins a neighbour, and what came of that is cut again."""
    lay_squares(uow)
    approved(uow, split(0, 0, "西半", "东半"), effective_from="2027-01-01")
    approved(uow, {"op": "merge", "cells": [_SECOND, village(1, 0)], "name": "并村", "code": _THIRD}, effective_from="2027-02-01")
    cut = {"op": "split", "cell": _THIRD, "line": line((0.4, 0.5), (2.1, 0.5)), "parts": [{"name": "北"}, {"name": "南", "code": _THIRD}]}
    approved(uow, cut, effective_from="2027-03-01")


def test_a_cell_tells_all_that_it_came_of_the_last_step_first(uow: UnitOfWork) -> None:
    _three_generations(uow)
    assert _steps(uow, "330802100108", "from") == [
        (1, "330802100108", _THIRD, "split", "2027-03-01"),
        (2, _THIRD, village(1, 0), "merge", "2027-02-01"),
        (2, _THIRD, _SECOND, "merge", "2027-02-01"),
        (3, _SECOND, village(0, 0), "split", "2027-01-01"),
    ]


def test_a_cell_tells_all_that_became_of_it_the_first_step_first(uow: UnitOfWork) -> None:
    _three_generations(uow)
    assert _steps(uow, village(0, 0), "to") == [
        (1, village(0, 0), _FIRST, "split", "2027-01-01"),
        (1, village(0, 0), _SECOND, "split", "2027-01-01"),
        (2, _SECOND, _THIRD, "merge", "2027-02-01"),
        (3, _THIRD, "330802100108", "split", "2027-03-01"),
    ]


def test_a_step_says_how_much_by_which_change_and_what_the_cell_is_called(uow: UnitOfWork) -> None:
    lay_squares(uow)
    approved(uow, split(0, 0, "西半", "东半"))
    step = cell_history(uow, CellName(village(0, 0)))["lineage"]["to"][0]
    assert (step["name"], step["level"], step["change"]["kind"], step["change"]["reason"], step["change"]["revision"]) == (
        "西半",
        "village",
        "redraw",
        "区划调整",
        2,
    )
    half = cell_history(uow, CellName(_FIRST))
    assert step["area_m2"] == half["versions"][0]["area_m2"]
    assert (half["versions"][0]["cause"], half["versions"][0]["change"]["revision"]) == ("redraw", 2)


def test_ground_that_comes_back_to_its_code_ends_no_walk(uow: UnitOfWork) -> None:
    lay_squares(uow)
    cut = split(0, 0) | {"parts": [{"name": "西半", "code": village(0, 0)}, {"name": "东半"}]}
    approved(uow, cut, effective_from="2027-01-01")
    approved(uow, {"op": "merge", "cells": [village(0, 0), _FIRST], "name": "村", "code": village(0, 0)}, effective_from="2027-02-01")
    approved(uow, cut, effective_from="2027-03-01")
    assert _steps(uow, village(0, 0), "to") == [
        (1, village(0, 0), _FIRST, "split", "2027-01-01"),
        (2, _FIRST, village(0, 0), "merge", "2027-02-01"),
        (1, village(0, 0), _SECOND, "split", "2027-03-01"),
    ]


def test_what_was_taken_back_is_no_lineage(uow: UnitOfWork) -> None:
    lay_squares(uow)
    document = approved(uow, merge((0, 0), (1, 0)), effective_from="2027-01-01")
    service.withdraw_redraw(uow, int(document["id"]), note=None, today=TODAY)
    assert _steps(uow, village(0, 0), "to") == []


def test_a_township_that_ends_tells_where_its_ground_went(uow: UnitOfWork) -> None:
    lay_squares(uow, 4, 1)
    approved(uow, reparent(village(2, 0), township(0)), reparent(village(3, 0), township(0)))
    assert _steps(uow, township(2), "to") == [(1, township(2), township(0), "merge", "2026-12-01")]
    assert _steps(uow, township(0), "from") == [(1, township(0), township(2), "merge", "2026-12-01")]


@pytest.mark.parametrize("way", ["from", "to"])
def test_a_cell_that_was_never_redrawn_has_no_lineage(uow: UnitOfWork, way: str) -> None:
    lay_squares(uow)
    assert _steps(uow, village(3, 3), way) == []
