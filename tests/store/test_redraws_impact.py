"""What a redraw does, told before it is written, after it, and as the difference of two days: row for row the same."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import GridgovError
from gridgov.geo.area import area_m2, length_m
from gridgov.grids.difference_service import DifferenceAsked, difference, difference_map
from gridgov.people import store as people
from gridgov.people.account import Account
from gridgov.redraws import service
from tests.redraw_grid import DAY, TODAY, at, bulge, lay_squares, line, merge, rename, reparent, split, township, village
from tests.redraw_people import approve, approved, assign, draft
from tests.zone_layers import ground, load_layer, zone

_EVE = DAY - timedelta(days=1)
_VILLAGES = [village(column, row) for row in range(4) for column in range(6)]


def _rows(uow: UnitOfWork, day_a: date = _EVE, day_b: date = DAY, **asked: Any) -> list[dict[str, Any]]:
    return difference(uow, DifferenceAsked(day_a, day_b, limit=1000, **asked))


def _by_code(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in document["impact"]["cells"]}


def test_cells_are_told_with_area_before_and_after_and_where_ground_went(uow: UnitOfWork) -> None:
    lay_squares(uow)
    rows = _by_code(draft(uow, bulge(0, 1), merge((4, 0), (5, 0), name="合村")))
    west, east = rows[village(0, 1)], rows[village(1, 1)]
    assert (west["from"], west["to"], east["from"], east["to"]) == ([village(1, 1)], [], [], [village(0, 1)])
    assert Decimal(west["change_m2"]) > 0 and abs(Decimal(west["change_m2"]) + Decimal(east["change_m2"])) <= Decimal("0.02")
    made, gone = rows["330802102105"], rows[village(4, 0)]
    assert (made["name"], made["name_before"], made["before_m2"], made["from"]) == ("合村", None, None, [village(4, 0), village(5, 0)])
    assert (gone["after_m2"], gone["to"], gone["parent"], gone["parent_before"]) == (None, ["330802102105"], None, township(4))
    assert Decimal(gone["change_m2"]) == -Decimal(gone["before_m2"])


def test_totals_are_the_sums_of_the_rows_of_the_leaf_level(uow: UnitOfWork) -> None:
    lay_squares(uow)
    impact = draft(uow, split(0, 0), bulge(1, 1), reparent(village(5, 3), township(0)))["impact"]
    leaves = [row for row in impact["cells"] if row["level"] == "village"]
    for key in ("before_m2", "after_m2", "change_m2"):
        assert Decimal(impact["totals"][key]) == sum(Decimal(row[key] or 0) for row in leaves)
    assert Decimal(impact["totals"]["after_m2"]) - Decimal(impact["totals"]["before_m2"]) == Decimal(impact["totals"]["change_m2"])
    assert abs(Decimal(impact["totals"]["change_m2"])) <= Decimal("0.01") * len(leaves)


def test_a_township_tells_which_one_its_ground_came_from(uow: UnitOfWork) -> None:
    lay_squares(uow)
    rows = _by_code(draft(uow, reparent(village(1, 0), township(2))))
    assert (rows[township(2)]["from"], rows[township(0)]["to"]) == ([township(0)], [township(2)])
    moved = rows[village(1, 0)]
    assert (moved["cause"], moved["parent_before"], moved["parent"], moved["change_m2"], moved["from"]) == ("reparent", township(0), township(2), "0.00", [])


def test_zones_whose_ground_passes_are_told_with_the_red_line_that_changes_keeper(uow: UnitOfWork) -> None:
    lay_squares(uow)
    west, south = at(1, 1.45)
    inside = (west + 0.0005, south, west + 0.0015, south + 0.001)
    load_layer(uow, "ecological-red-line", zone("R-1", "红线", inside), zone("R-2", "别处", (118.05, 28.0, 118.06, 28.01)))
    load_layer(uow, "park", zone("P-1", "公园", (west - 0.001, south, west + 0.001, south + 0.001)), kind="park", title="公园")
    zones = draft(uow, bulge(0, 1, depth=0.3))["impact"]["zones"]
    passes = [(row["layer"], row["code"], row["from_cell"], row["to_cell"]) for row in zones]
    assert passes == [("ecological-red-line", "R-1", village(1, 1), village(0, 1)), ("park", "P-1", village(1, 1), village(0, 1))]
    red, park = zones
    assert abs(float(red["area_m2"]) - area_m2(ground(*inside))) < 0.01
    assert abs(float(red["red_line_m"]) - length_m(ground(*inside))) < 0.01
    assert abs(float(park["area_m2"]) - area_m2(ground(west, south, west + 0.001, south + 0.001))) < 0.02 and "red_line_m" not in park


def test_accounts_bound_to_cells_that_end_are_named_with_the_cell_that_follows(uow: UnitOfWork) -> None:
    lay_squares(uow)
    people.add_account(uow, Account("ranger", "inspector", cell=village(4, 0)), password_hash="x", sample=False)
    people.add_account(uow, Account("other", "inspector", cell=village(0, 0)), password_hash="x", sample=False)
    found = draft(uow, merge((4, 0), (5, 0)))["impact"]["accounts"]
    assert found == [{"username": "ranger", "cell": village(4, 0), "to": "330802102105"}]


def _any_operation(chance: random.Random) -> dict[str, Any]:
    column, row = chance.randrange(5), chance.randrange(4)
    return chance.choice(
        [
            split(column, row),
            bulge(column, row, depth=chance.uniform(0.05, 0.9)),
            merge((column - column % 2, row), (column - column % 2 + 1, row)),
            merge((column, min(row, 2)), (column, min(row, 2) + 1), code=village(column, min(row, 2))),
            rename(village(column, row), f"新{chance.randrange(100)}村"),
            reparent(village(column, row), township(chance.randrange(6))),
            {"op": "move_vertices", "moves": [{"from": list(at(column, row)), "to": list(at(column + chance.uniform(-0.2, 0.2), row + 0.1))}]},
        ]
    )


def test_the_preview_the_stored_versions_and_the_difference_of_two_days_agree_over_thirty_redraws(uow: UnitOfWork) -> None:
    lay_squares(uow)
    load_layer(uow, "ecological-red-line", zone("R-1", "红线", (*at(0.5, 0.5), *at(4.5, 3.5))), zone("R-2", "小红线", (*at(2.3, 1.2), *at(2.7, 1.9))))
    for number, code in enumerate([*_VILLAGES, township(0), township(2)]):
        assign(uow, code, f"p{number % 7}")
    chance, done, day = random.Random(4), 0, DAY
    while done < 30:
        try:
            preview = draft(uow, *(_any_operation(chance) for _ in range(chance.choice([1, 1, 2, 3]))), effective_from=day.isoformat())
        except GridgovError:
            continue
        if not preview["impact"]["cells"]:
            continue
        written = approve(uow, preview)
        assert written["impact"] == preview["impact"]
        assert _rows(uow, day - timedelta(days=1), day) == preview["impact"]["cells"]
        assert service.read_redraw(uow, int(preview["id"]), TODAY)["impact"] == preview["impact"]
        done, day = done + 1, day + timedelta(days=chance.choice([1, 1, 7]))
    assert {row["cell_code"] for row in uow.rows("select cell_code from assignment where valid @> %(day)s::date and upper_inf(recorded)", day=day)} <= {
        row["code"] for row in uow.rows("select code from cell where valid @> %(day)s::date and upper_inf(recorded)", day=day)
    }


def test_the_days_may_be_given_either_way_round(uow: UnitOfWork) -> None:
    lay_squares(uow)
    approved(uow, bulge(0, 1), split(3, 3), rename(village(5, 0), "新村"))
    forward, back = _rows(uow), _rows(uow, DAY, _EVE)
    assert [row["code"] for row in forward] == [row["code"] for row in back]
    for one, other in zip(forward, back, strict=True):
        assert (one["before_m2"], one["after_m2"], one["from"], one["to"]) == (other["after_m2"], other["before_m2"], other["to"], other["from"])
        assert Decimal(one["change_m2"]) == -Decimal(other["change_m2"])


def test_the_difference_is_told_as_known_at_an_instant(uow: UnitOfWork) -> None:
    lay_squares(uow)
    then = uow.now()
    approved(uow, bulge(0, 1))
    assert _rows(uow, known_at=then) == [] and len(_rows(uow)) == 2


def test_what_was_changed_and_changed_back_is_no_difference(uow: UnitOfWork) -> None:
    lay_squares(uow)
    name = f"村{0}-{0}"
    approved(uow, rename(village(0, 0), "新名"))
    later = DAY + timedelta(days=30)
    approved(uow, rename(village(0, 0), name), effective_from=later.isoformat())
    assert len(_rows(uow)) == 1 and _rows(uow, _EVE, later) == []


@pytest.mark.parametrize("limit", [1, 3])
def test_pages_of_the_difference_are_the_whole(uow: UnitOfWork, limit: int) -> None:
    lay_squares(uow)
    approved(uow, bulge(1, 1), split(3, 3), merge((4, 0), (5, 0)))
    found: list[dict[str, Any]] = []
    while page := difference(uow, DifferenceAsked(_EVE, DAY, limit=limit, after=(found[-1]["level"], found[-1]["code"]) if found else None)):
        found += page[:limit]
    assert found == _rows(uow)


def test_the_map_of_the_difference_shows_outlines_and_the_ground_that_passed(uow: UnitOfWork) -> None:
    lay_squares(uow)
    approved(uow, bulge(0, 1))
    features = difference_map(uow, DifferenceAsked(_EVE, DAY))["features"]
    assert [(one["properties"]["what"], one["properties"].get("code")) for one in features] == [
        ("before", village(0, 1)),
        ("after", village(0, 1)),
        ("before", village(1, 1)),
        ("after", village(1, 1)),
        ("moved", None),
    ]
    moved = features[-1]["properties"]
    (row,) = [row for row in _rows(uow) if row["code"] == village(0, 1)]
    assert (moved["from"], moved["to"]) == (village(1, 1), village(0, 1))
    assert abs(Decimal(moved["area_m2"]) - Decimal(row["change_m2"])) <= Decimal("0.01")


def test_only_a_level_asked_for_is_told(uow: UnitOfWork) -> None:
    lay_squares(uow)
    approved(uow, bulge(1, 1))
    assert {row["level"] for row in _rows(uow)} == {"township", "village"}
    assert [row["code"] for row in _rows(uow, level="township")] == [township(0), township(2)]


def test_a_line_that_leaves_and_meets_again_is_one_piece_of_moved_ground(uow: UnitOfWork) -> None:
    lay_squares(uow)
    reshape = {"op": "reshape", "between": [village(0, 1), village(1, 1)], "line": line((1, 1.2), (1.2, 1.3), (0.8, 1.6), (1, 1.8))}
    rows = _by_code(draft(uow, reshape))
    assert rows[village(0, 1)]["from"] == rows[village(0, 1)]["to"] == [village(1, 1)]
