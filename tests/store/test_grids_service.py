"""The journeys of the grids on a real database: days, times of knowledge, locks, audit."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from shapely import Polygon, box

from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import AlreadyInForce, Conflict, CoverageRefused, GridgovError, NotFound, Refused
from gridgov.grids import service, store
from gridgov.grids.area import Box
from gridgov.grids.cell import CellRecord
from gridgov.grids.importing import ImportRequest
from gridgov.grids.scheme import make_levels

_TODAY = date(2026, 11, 22)


def _records(columns: int = 3, *, names: str = "村", west: float = 118.0) -> tuple[CellRecord, ...]:
    grounds = [box(round(west + x / 100, 9), 28.0, round(west + (x + 1) / 100, 9), 28.01) for x in range(columns)]
    return tuple(CellRecord(x + 1, f"33080210{1 + x // 2}20{x}", f"{names}{x}", (), ground) for x, ground in enumerate(grounds))


def _request(**given: Any) -> ImportRequest:
    return ImportRequest(**{"scheme": "s", "level": "village", "records": _records(), "today": _TODAY, "source": "cells.geojson"} | given)


def _names(uow: UnitOfWork, on: date, **known: Any) -> list[str]:
    return [cell.name for cell in service.locate_point(uow, lon=118.005, lat=28.005, scheme="s", on=on, **known).cells]


def test_a_first_load_is_in_force_from_1900_and_later_ones_from_today(uow: UnitOfWork) -> None:
    assert service.import_level(uow, _request())["effective_from"] == "1900-01-01"
    assert service.import_level(uow, _request(records=_records(names="屯"), mode="replace"))["effective_from"] == "2026-11-22"
    assert _names(uow, _TODAY - timedelta(days=1))[-1] == "村0"
    assert _names(uow, _TODAY)[-1] == "屯0"
    assert _names(uow, date(1899, 12, 31)) == []


def test_what_was_known_before_a_change_is_still_answered(uow: UnitOfWork) -> None:
    service.import_level(uow, _request())
    before = uow.now()
    service.import_level(uow, _request(records=_records(names="屯"), mode="replace", effective_from=date(2020, 1, 1)))
    assert _names(uow, date(2021, 1, 1))[-1] == "屯0"
    assert _names(uow, date(2021, 1, 1), known_at=before)[-1] == "村0"


def test_parents_whose_ground_stays_get_no_new_version(uow: UnitOfWork) -> None:
    service.import_level(uow, _request())
    before = {cell.code: cell.version_id for cell in store.cells_in_force(uow, 1, _TODAY) if cell.rank > 0}
    service.import_level(uow, _request(records=_records(names="屯"), mode="replace"))
    assert {cell.code: cell.version_id for cell in store.cells_in_force(uow, 1, _TODAY) if cell.rank > 0} == before


def test_an_import_that_changes_nothing_writes_no_change(uow: UnitOfWork) -> None:
    service.import_level(uow, _request())
    service.import_level(uow, _request(mode="replace"))
    assert uow.row("select count(*) as n from change") == {"n": 1}


def test_a_refused_import_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(CoverageRefused) as refused, database.unit_of_work("test") as uow:
        service.import_level(uow, _request(records=(*_records(), *_records()[:1])))
    assert refused.value.members["report"]["ok"] is False
    with database.unit_of_work("test") as uow:
        assert store.schemes(uow) == [] and store.area_of_use(uow) is None


def test_new_refuses_what_is_in_force_also_later(uow: UnitOfWork) -> None:
    service.import_level(uow, _request(effective_from=date(2027, 1, 1)))
    with pytest.raises(AlreadyInForce):
        service.import_level(uow, _request(effective_from=date(2026, 1, 1)))


def test_a_change_before_a_later_version_of_its_neighbour_is_refused_by_name(uow: UnitOfWork) -> None:
    service.import_level(uow, _request())
    renamed = [CellRecord(r.row, r.code, "新" if r.row == 2 else r.name, (), r.geometry) for r in _records()]
    service.import_level(uow, _request(records=tuple(renamed), mode="replace", effective_from=date(2030, 1, 1)))
    with pytest.raises(Conflict) as refused:
        service.import_level(uow, _request(records=_records(names="屯"), mode="replace", effective_from=date(2025, 1, 1)))
    assert "330802101201" in refused.value.members["later"]


def test_one_lock_lets_two_imports_come_one_after_the_other(database: Database) -> None:
    with database.unit_of_work("test") as uow:
        service.add_scheme(uow, key="s", levels=make_levels())
    start, outcomes = threading.Barrier(2), []

    def load() -> None:
        start.wait()
        try:
            with database.unit_of_work("test") as uow:
                service.import_level(uow, _request())
        except GridgovError as exc:
            outcomes.append(type(exc))
        else:
            outcomes.append(None)

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == sorted(map(str, [None, AlreadyInForce]))
    with database.unit_of_work("test") as uow:
        assert len(store.cells_in_force(uow, 1, _TODAY, rank=0)) == 3


def test_two_imports_of_a_new_scheme_make_it_once(database: Database) -> None:
    start, outcomes = threading.Barrier(2), []

    def load() -> None:
        try:
            with database.unit_of_work("test") as uow:
                start.wait()
                service.import_level(uow, _request())
        except GridgovError as exc:
            outcomes.append(exc.status)
        else:
            outcomes.append(200)

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [200, 409]


def test_many_points_on_many_days_answer_in_order(uow: UnitOfWork) -> None:
    service.import_level(uow, _request())
    service.import_level(uow, _request(records=_records(names="屯"), mode="replace", effective_from=date(2020, 1, 1)))
    days = [date(2021, 1, 1), date(2019, 12, 31), date(1800, 1, 1), date(2020, 1, 1)]
    points = [(118.005, 28.005, day) for day in days] + [(10.0, 10.0, _TODAY), (float("nan"), 1.0, _TODAY)]
    found = [[cell.name for cell in answer][-1:] for answer in service.locate_many(uow, points)]
    assert found == [["屯0"], ["村0"], [], ["屯0"], [], []]


def test_many_points_stream_without_waiting_for_the_last(uow: UnitOfWork) -> None:
    service.import_level(uow, _request())

    def endless() -> Any:
        while True:
            yield 118.005, 28.005, _TODAY

    answers = service.locate_many(uow, endless())
    assert next(answers)[-1].code == "330802101200"
    assert sum(1 for _, _ in zip(answers, range(50_000), strict=False)) == 50_000


@pytest.mark.parametrize("place", [(181.0, 0.0), (0.0, 90.5), (float("nan"), 0.0), (0.0, float("inf"))])
def test_what_is_no_place_is_refused(uow: UnitOfWork, place: tuple[float, float]) -> None:
    service.import_level(uow, _request())
    with pytest.raises(Refused):
        service.locate_point(uow, lon=place[0], lat=place[1], scheme=None, on=_TODAY)


def test_the_report_of_an_unknown_scheme_is_refused(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound):
        service.coverage_report(uow, scheme="s", on=_TODAY)


def test_a_report_finds_children_that_do_not_union_to_their_parent(uow: UnitOfWork) -> None:
    service.import_level(uow, _request())
    moment = store.open_change(uow, 1, kind="test", reason="")
    county = next(cell for cell in store.cells_in_force(uow, 1, _TODAY) if cell.rank == 2)
    store.close_versions(uow, [county.version_id], day=_TODAY, moment=moment)
    wider = Polygon([(118.0, 28.0), (118.04, 28.0), (118.04, 28.01), (118.0, 28.01)])
    row = {"rank": 2, "code": county.code, "parent_code": None, "name": "x", "geometry": wider.normalize(), "area_m2": "1"}
    store.open_versions(uow, 1, [row | {"geometry": store.MultiPolygon([wider])}], day=_TODAY, moment=moment)
    report = service.coverage_report(uow, scheme=None, on=_TODAY, language="en")
    assert report["ok"] is False
    assert [(one["kind"], one["level"], one["cells"]) for one in report["violations"]] == [("outside-parent", "county", ["330802000000"])]


def test_the_area_of_use_is_set_and_grown(uow: UnitOfWork) -> None:
    service.import_level(uow, _request())
    assert service.area_of_use(uow) == Box(118.0, 28.0, 118.03, 28.01)
    assert service.set_area(uow, Box(117.0, 28.0, 118.0, 29.0), grow=True) == Box(117.0, 28.0, 118.03, 29.0)
    assert service.set_area(uow, Box(1.0, 2.0, 3.0, 4.0), grow=False) == Box(1.0, 2.0, 3.0, 4.0)
    actions = [entry.action for entry, _ in uow.audit_entries()]
    assert actions == ["cells.import", "area.grow", "area.set"]
