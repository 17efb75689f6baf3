"""What a redraw does when the grid changed under it: played anew where that touches nothing of it, else refused with the cells named."""

from typing import Any

import pytest
from shapely import box

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Refused, StalePlan
from gridgov.grids import service as grids
from gridgov.grids import store as grid_store
from gridgov.grids.cell import CellRecord
from gridgov.grids.importing import ImportRequest
from gridgov.grids.scheme import make_levels
from gridgov.redraws import service
from tests.redraw_grid import DAY, TODAY, at, bulge, lay_squares, line, merge, rename, reparent, request, split, township, village

_SPLIT_BY_CODE = split(1, 2) | {"parts": [{"name": "西半", "code": "330802100998"}, {"name": "东半", "code": "330802100999"}]}


def _draft(uow: UnitOfWork, *operations: dict[str, Any], **given: Any) -> int:
    uow.actor = "user:admin"
    return int(service.draft_redraw(uow, request(*operations, **given), TODAY)["id"])


def _approve(uow: UnitOfWork, redraw_id: int) -> None:
    uow.actor = "user:admin"
    service.submit_redraw(uow, redraw_id, note=None, today=TODAY)
    uow.actor = "user:supervisor"
    service.approve_redraw(uow, redraw_id, note=None, today=TODAY)


@pytest.mark.parametrize(
    ("first", "second", "cells"),
    [
        (bulge(2, 1), bulge(3, 1), [village(3, 1)]),
        (split(3, 0), rename(village(3, 0), "新名"), [village(3, 0)]),
        (rename(village(3, 0), "新名"), split(3, 0), [village(3, 0)]),
        # Their common neighbour got a vertex from both, their township one from the first.
        (split(1, 0), _SPLIT_BY_CODE, [township(0), village(1, 1)]),
        # What can no longer be carried out names all around it that changed.
        (split(0, 0), merge((0, 0), (0, 1)), [village(0, 0), village(0, 1), "330802100105", "330802100106"]),
        (rename(township(0), "新镇"), reparent(village(2, 0), township(0)), [township(0)]),
        (reparent(village(2, 0), township(0)), bulge(1, 0), [township(0), village(2, 0)]),
    ],
)
def test_of_two_drafts_with_a_cell_in_common_the_second_is_refused_by_name(
    uow: UnitOfWork, first: dict[str, Any], second: dict[str, Any], cells: list[str]
) -> None:
    lay_squares(uow)
    numbers = _draft(uow, first), _draft(uow, second)
    _approve(uow, numbers[0])
    with pytest.raises(StalePlan) as refused:
        _approve(uow, numbers[1])
    assert refused.value.members == {"cells": cells}
    assert grids.coverage_report(uow, scheme=None, on=DAY)["ok"]


def test_of_two_drafts_apart_both_are_written_the_second_on_what_the_first_left(uow: UnitOfWork) -> None:
    lay_squares(uow)
    numbers = _draft(uow, split(0, 0)), _draft(uow, bulge(4, 2))
    for number in numbers:
        _approve(uow, number)
    documents = [service.read_redraw(uow, number, TODAY) for number in numbers]
    assert [(document["base_revision"], document["change"]["revision"]) for document in documents] == [(1, 2), (2, 3)]
    assert grids.coverage_report(uow, scheme=None, on=DAY)["ok"]


def test_two_drafts_that_took_the_same_free_code_do_not_both_get_it(uow: UnitOfWork) -> None:
    lay_squares(uow)
    numbers = _draft(uow, split(0, 0)), _draft(uow, split(0, 2))
    _approve(uow, numbers[0])
    with pytest.raises(StalePlan) as refused:
        _approve(uow, numbers[1])
    assert refused.value.members == {"cells": [village(0, 1), "330802100105", "330802100106"]}
    again = service.save_redraw(uow, numbers[1], request(split(0, 2), version=1), TODAY)
    assert [part["code"] for part in again["operations"][0]["parts"]] == ["330802100107", "330802100108"]
    _approve(uow, numbers[1])


def test_a_save_on_an_old_revision_is_refused_where_it_touches_what_changed_and_moved_on_elsewhere(uow: UnitOfWork) -> None:
    lay_squares(uow)
    number = _draft(uow, split(0, 0))
    _approve(uow, _draft(uow, bulge(2, 1)))
    with pytest.raises(StalePlan) as refused:
        service.save_redraw(uow, number, request(split(3, 1), version=1, base_revision=1), TODAY)
    assert refused.value.members == {"cells": [village(3, 1)]}
    moved_on = service.save_redraw(uow, number, request(split(5, 0), version=1, base_revision=1), TODAY)
    assert (moved_on["base_revision"], moved_on["version"]) == (2, 2)
    seen = service.save_redraw(uow, number, request(split(3, 1), version=2, base_revision=2), TODAY)
    assert seen["version"] == 3


def test_a_draft_reads_with_what_came_between(uow: UnitOfWork) -> None:
    lay_squares(uow)
    number, gone = _draft(uow, bulge(3, 1)), _draft(uow, rename(village(2, 1), "新名"))
    _approve(uow, _draft(uow, merge((2, 1), (2, 2), code=village(2, 2)), bulge(3, 1, 0.3)))
    still = service.read_redraw(uow, number, TODAY)
    assert still["conflict"]["cells"] == [township(2), village(3, 1), township(4), village(4, 1)]
    lost = service.read_redraw(uow, gone, TODAY, language="en")
    assert lost["conflict"]["cells"] == [village(2, 1)] and lost["validation"] is None and lost["impact"] is None


def test_what_can_no_longer_be_carried_out_is_called_stale_not_wrong(uow: UnitOfWork) -> None:
    lay_squares(uow)
    vertex = {"op": "move_vertices", "moves": [{"from": list(at(2, 2)), "to": list(at(2.2, 2.2))}]}
    number = _draft(uow, vertex)
    _approve(uow, _draft(uow, vertex))
    uow.actor = "user:admin"
    with pytest.raises(StalePlan) as refused:
        service.submit_redraw(uow, number, note=None, today=TODAY)
    assert village(1, 1) in refused.value.members["cells"]


def test_cells_of_an_overlay_are_not_redrawn(uow: UnitOfWork) -> None:
    lay_squares(uow)
    parks = grids.add_scheme(uow, key="park", levels=grid_store.find_scheme(uow, "admin").levels, overlay=True)  # type: ignore[union-attr]
    with pytest.raises(Refused) as refused:
        service.draft_redraw(uow, request(rename("p1", "公园"), scheme=parks.key), TODAY)
    assert refused.value.faults[0].pointer == "/scheme"


def _import(uow: UnitOfWork, records: list[CellRecord], **given: Any) -> dict[str, Any]:
    asked = {"scheme": "admin", "level": "village", "records": tuple(records), "today": TODAY, "source": "cells.gpkg"}
    return grids.import_level(uow, ImportRequest(**(asked | given)))


def _lay_ring(uow: UnitOfWork) -> None:
    """Squares of three by three around an allowed gap in the middle."""
    grids.add_scheme(uow, key="admin", levels=make_levels())
    squares = [(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    records = [_record(number, x, y) for number, (x, y) in enumerate(squares, start=1)]
    _import(uow, records, allow_gaps="水库")


def _record(number: int, x: int, y: int) -> CellRecord:
    return CellRecord(number, f"33080210000{number}", f"村{number}", (), box(*at(x, y), *at(x + 1, y + 1)))


def test_a_node_beside_an_allowed_gap_stays_exact_in_the_gap_and_goes_with_the_redraw(uow: UnitOfWork) -> None:
    _lay_ring(uow)
    before = uow.rows("select st_astext(geometry) as ground, valid::text from allowed_gap where upper_inf(recorded)")
    west = "330802100002"
    cut = {"op": "split", "cell": west, "line": line((-0.5, 1.5), (1.5, 1.5)), "parts": [{"name": "南"}, {"name": "北"}]}
    number = _draft(uow, cut)
    _approve(uow, number)
    report = grids.coverage_report(uow, scheme=None, on=DAY)
    assert report["ok"] and [gap["reason"] for gap in report["allowed_gaps"]] == ["水库"]
    assert grids.coverage_report(uow, scheme=None, on=TODAY)["ok"]
    uow.actor = "user:admin"
    service.withdraw_redraw(uow, number, note=None, today=TODAY)
    assert uow.rows("select st_astext(geometry) as ground, valid::text from allowed_gap where upper_inf(recorded)") == before
    assert grids.coverage_report(uow, scheme=None, on=DAY)["ok"]
