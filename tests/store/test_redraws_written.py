"""What an approval leaves in the grid: exact tiling on every day, as known at every moment, on every level, with where each code came from."""

from datetime import date, timedelta
from typing import Any

import pytest

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import StalePlan
from gridgov.grids import service as grids
from gridgov.grids import store as grid_store
from gridgov.grids.cell import Cell
from gridgov.redraws import service, store
from tests.redraw_grid import DAY, FIRST_DAY, TODAY, at, bulge, lay_squares, line, merge, rename, reparent, request, split, township, village

_EARLIER, _LATER = date(2024, 5, 1), date(2027, 6, 1)


def _approved(uow: UnitOfWork, *operations: dict[str, Any], **given: Any) -> int:
    uow.actor = "user:admin"
    redraw_id = int(service.draft_redraw(uow, request(*operations, **given), TODAY)["id"])
    service.submit_redraw(uow, redraw_id, note=None, today=TODAY)
    uow.actor = "user:supervisor"
    service.approve_redraw(uow, redraw_id, note=None, today=TODAY)
    return redraw_id


def _cells(uow: UnitOfWork, on: date, **known: Any) -> dict[str, Cell]:
    return {cell.code: cell for cell in grid_store.cells_in_force(uow, 1, on, **known)}


def _tiles_on(uow: UnitOfWork, *days: date) -> bool:
    return all(grids.coverage_report(uow, scheme=None, on=day)["ok"] for day in days)


def _opened(uow: UnitOfWork) -> dict[str, str | None]:
    """Code -> cause of the versions that the last change opened from its day on."""
    rows = uow.rows("select code, cause from cell where opened_by = (select max(change_id) from change) and upper_inf(valid) order by code")
    return {row["code"]: row["cause"] for row in rows}


@pytest.mark.parametrize(
    "operation",
    [
        split(0, 0),
        split(1, 1),
        bulge(1, 1),
        bulge(2, 0),
        merge((0, 0), (1, 0)),
        merge((0, 0), (0, 1), code=village(0, 0)),
        {"op": "move_vertices", "moves": [{"from": list(at(2, 2)), "to": list(at(2.2, 2.1))}]},
        {
            "op": "transfer",
            "area": {"type": "Polygon", "coordinates": [line((1.5, 1), (2, 1), (2, 2), (1.5, 2), (1.5, 1))["coordinates"]]},
            "to": village(2, 1),
        },
        rename(village(0, 0), "新名"),
        rename(township(0), "新镇"),
        rename("330802", "新县"),
        reparent(village(1, 0), township(2)),
    ],
    ids=lambda operation: str(operation["op"]),
)
def test_the_grid_tiles_the_day_before_on_the_day_and_later(uow: UnitOfWork, operation: dict[str, Any]) -> None:
    lay_squares(uow)
    before = _cells(uow, FIRST_DAY)
    _approved(uow, operation)
    assert _tiles_on(uow, DAY - timedelta(days=1), DAY, _LATER)
    assert {code: (cell.name, cell.parent_code, cell.geometry) for code, cell in _cells(uow, DAY - timedelta(days=1)).items()} == {
        code: (cell.name, cell.parent_code, cell.geometry) for code, cell in before.items()
    }


def test_many_operations_on_all_levels_are_one_change(uow: UnitOfWork) -> None:
    lay_squares(uow, 12, 4)
    _approved(uow, split(0, 0), bulge(1, 1), merge((4, 0), (5, 0)), reparent(village(5, 3), township(6)), rename("330803", "新县"), bulge(5, 2))
    assert _tiles_on(uow, FIRST_DAY, DAY, _LATER)
    assert uow.row("select revision, kind, reason from change order by change_id desc limit 1") == {"revision": 2, "kind": "redraw", "reason": "区划调整"}


def test_a_parent_whose_ground_stays_gets_no_new_version(uow: UnitOfWork) -> None:
    lay_squares(uow)
    _approved(uow, merge((0, 0), (1, 0)), bulge(2, 1))
    assert _opened(uow) == {"330802100105": "redraw", village(2, 1): "redraw", village(3, 1): "redraw"}


def test_a_node_on_a_neighbours_edge_is_a_version_of_its_own_kind(uow: UnitOfWork) -> None:
    lay_squares(uow)
    _approved(uow, split(1, 1))
    causes = _opened(uow)
    assert (causes[village(1, 0)], causes[village(1, 2)]) == ("node", "node")
    assert township(0) not in causes


def test_a_boundary_between_townships_makes_both_anew_and_leaves_the_county(uow: UnitOfWork) -> None:
    lay_squares(uow)
    before = _cells(uow, DAY)
    _approved(uow, bulge(1, 1))
    causes, after = _opened(uow), _cells(uow, DAY)
    assert causes == {village(1, 1): "redraw", village(2, 1): "redraw", township(0): "redraw", township(2): "redraw"}
    assert after[township(0)].geometry.area > before[township(0)].geometry.area  # type: ignore[union-attr]


def test_a_vertex_that_bends_no_township_is_only_a_node_there(uow: UnitOfWork) -> None:
    lay_squares(uow)
    _approved(uow, {"op": "split", "cell": village(2, 0), "line": line((1.9, 0.5), (3.1, 0.5)), "parts": [{"name": "北"}, {"name": "南"}]})
    causes = _opened(uow)
    assert causes[village(1, 0)] == "node" and causes[township(0)] == "node" and causes[township(2)] == "node"
    assert "330802" not in causes


def test_a_village_under_another_township_keeps_its_ground(uow: UnitOfWork) -> None:
    lay_squares(uow)
    before = _cells(uow, DAY)
    _approved(uow, reparent(village(1, 0), township(2)))
    after = _cells(uow, DAY)
    assert after[village(1, 0)].geometry == before[village(1, 0)].geometry
    assert after[village(1, 0)].parent_code == township(2)
    assert _opened(uow) == {village(1, 0): "reparent", township(0): "redraw", township(2): "redraw"}


def test_a_township_without_villages_ends_and_its_ground_went_to_the_other(uow: UnitOfWork) -> None:
    lay_squares(uow, 4, 1)
    redraw_id = _approved(uow, reparent(village(2, 0), township(0)), reparent(village(3, 0), township(0)))
    assert township(2) not in _cells(uow, DAY) and township(2) in _cells(uow, DAY - timedelta(days=1))
    assert _tiles_on(uow, DAY, _LATER)
    found = store.find_redraw(uow, redraw_id)
    assert found is not None and found.change_id is not None
    lines = store.lineage_of_change(uow, found.change_id)
    assert [(line.rank, line.from_code, line.to_code, line.kind) for line in lines] == [(1, township(2), township(0), "merge")]


def test_lineage_says_what_came_of_what_and_how_much(uow: UnitOfWork) -> None:
    lay_squares(uow)
    _approved(uow, split(0, 0), merge((4, 0), (5, 0)))
    rows = uow.rows("select rank, from_code, to_code, kind from lineage order by lineage_id")
    assert [tuple(row.values()) for row in rows] == [
        (0, village(0, 0), "330802100105", "split"),
        (0, village(0, 0), "330802100106", "split"),
        (0, village(4, 0), "330802102105", "merge"),
        (0, village(5, 0), "330802102105", "merge"),
    ]
    whole = uow.row("select sum(area_m2) as m2 from lineage where kind = 'split'")
    before = uow.row("select area_m2 from cell where code = %(code)s limit 1", code=village(0, 0))
    assert whole is not None and before is not None and abs(whole["m2"] - before["area_m2"]) <= 1


def test_a_back_dated_correction_keeps_what_was_known_before(uow: UnitOfWork) -> None:
    lay_squares(uow)
    then = uow.now()
    _approved(uow, split(0, 0), effective_from=_EARLIER.isoformat())
    assert village(0, 0) not in _cells(uow, _EARLIER) and "330802100105" in _cells(uow, _EARLIER)
    assert village(0, 0) in _cells(uow, _EARLIER, known_at=then) and village(0, 0) in _cells(uow, _EARLIER - timedelta(days=1))
    assert _tiles_on(uow, _EARLIER - timedelta(days=1), _EARLIER, TODAY)


def test_a_redraw_back_dated_under_later_versions_of_its_cells_is_refused_by_name(uow: UnitOfWork) -> None:
    lay_squares(uow)
    _approved(uow, bulge(2, 1))
    for operation, codes in ((rename(village(2, 1), "新名"), [village(2, 1)]), (split(3, 1), [village(3, 1)])):
        with pytest.raises(StalePlan) as refused:
            service.draft_redraw(uow, request(operation, effective_from=_EARLIER.isoformat()), TODAY)
        assert refused.value.members == {"cells": codes}
        assert refused.value.faults[0].pointer == "/effective_from"
    _approved(uow, split(0, 0), effective_from=_EARLIER.isoformat())
    assert _tiles_on(uow, _EARLIER, DAY, _LATER)


def test_a_redraw_of_a_later_day_rests_on_one_of_an_earlier_day(uow: UnitOfWork) -> None:
    lay_squares(uow)
    _approved(uow, split(0, 0))
    _approved(uow, rename("330802100105", "又名"), effective_from=_LATER.isoformat())
    assert [_cells(uow, day)["330802100105"].name for day in (DAY, _LATER)] == ["西半", "又名"]
    assert _tiles_on(uow, DAY, _LATER)


def test_split_and_merge_back_in_one_draft_changes_nothing(uow: UnitOfWork) -> None:
    lay_squares(uow)
    parts = split(1, 1) | {"parts": [{"name": "西半", "code": village(1, 1)}, {"name": "东半", "code": "330802100199"}]}
    back = {"op": "merge", "cells": [village(1, 1), "330802100199"], "name": "村1-1", "code": village(1, 1)}
    document = service.draft_redraw(uow, request(parts, back), TODAY)
    assert document["validation"]["checked"] == {"cells": 0, "edges": 0}
