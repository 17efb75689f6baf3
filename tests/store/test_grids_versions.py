"""The dated cells in the database: what the schema refuses, what closing and opening leave behind, which index a look-up uses."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Any

import psycopg
import pytest
import shapely
from shapely import MultiPolygon, Polygon, box

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.grids import store
from gridgov.grids.cell import Scheme
from gridgov.grids.scheme import make_levels

_OLD, _NEW = date(2000, 1, 1), date(2026, 1, 1)


def _row(code: str, ground: Polygon, *, rank: int = 0, parent: str | None = None, name: str = "村") -> dict[str, Any]:
    return {"rank": rank, "code": code, "parent_code": parent, "name": name, "geometry": MultiPolygon([ground]), "area_m2": "1.00"}


def _scheme(uow: UnitOfWork, key: str = "s", *, overlay: bool = False) -> Scheme:
    return store.add_scheme(uow, key=key, levels=make_levels(), overlay=overlay)


def _open(uow: UnitOfWork, scheme: Scheme, rows: Sequence[dict[str, Any]], *, day: date = _OLD) -> store.Moment:
    moment = store.open_change(uow, scheme.scheme_id, kind="test", reason="")
    assert store.open_versions(uow, scheme.scheme_id, rows, day=day, moment=moment) == len(rows)
    return moment


def _codes(uow: UnitOfWork, scheme: Scheme, lon: float, lat: float, on: date, known_at: datetime | None = None) -> list[str]:
    return [cell.code for cell in store.locate(uow, scheme, lon=lon, lat=lat, on=on, known_at=known_at)]


def _two_levels(uow: UnitOfWork) -> Scheme:
    scheme = _scheme(uow)
    rows = [
        _row("v1", box(0, 0, 1, 1), parent="t1"),
        _row("v2", box(1, 0, 2, 1), parent="t1"),
        _row("t1", box(0, 0, 2, 1), rank=1, parent="c1"),
        _row("c1", box(0, 0, 2, 1), rank=2),
    ]
    _open(uow, scheme, rows)
    return scheme


def test_the_leaf_answers_by_ground_and_its_parents_by_code(uow: UnitOfWork) -> None:
    scheme = _two_levels(uow)
    assert _codes(uow, scheme, 0.5, 0.5, _OLD) == ["c1", "t1", "v1"]


def test_on_a_common_boundary_the_least_code_answers(uow: UnitOfWork) -> None:
    scheme = _two_levels(uow)
    assert _codes(uow, scheme, 1.0, 0.5, _OLD)[-1] == "v1"


def test_codes_are_ordered_by_their_bytes(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    _open(uow, scheme, [_row("b", box(0, 0, 1, 1)), _row("B", box(1, 0, 2, 1)), _row("é", box(0, 1, 2, 2))])
    assert _codes(uow, scheme, 1.0, 1.0, _OLD) == ["B"]


def test_outside_and_before_history_nobody_answers(uow: UnitOfWork) -> None:
    scheme = _two_levels(uow)
    assert _codes(uow, scheme, 5.0, 5.0, _OLD) == []
    assert _codes(uow, scheme, 0.5, 0.5, date(1999, 12, 31)) == []


def test_a_closed_version_keeps_its_days_and_what_was_known_is_still_answered(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    first = _open(uow, scheme, [_row("a", box(0, 0, 1, 1), name="old")])
    old = store.cells_in_force(uow, scheme.scheme_id, _NEW)
    second = store.open_change(uow, scheme.scheme_id, kind="test", reason="")
    store.close_versions(uow, [cell.version_id for cell in old], day=_NEW, moment=second)
    store.open_versions(uow, scheme.scheme_id, [_row("a", box(0, 0, 2, 2), name="new")], day=_NEW, moment=second)

    assert _codes(uow, scheme, 1.5, 1.5, _NEW) == ["a"]
    assert _codes(uow, scheme, 1.5, 1.5, date(2025, 12, 31)) == []
    assert _codes(uow, scheme, 0.5, 0.5, date(2025, 12, 31)) == ["a"]
    assert _codes(uow, scheme, 1.5, 1.5, _NEW, known_at=first.at) == []
    assert _codes(uow, scheme, 1.5, 1.5, _NEW, known_at=second.at) == ["a"]
    history = uow.rows("select name, valid::text, upper_inf(recorded) as known from cell order by version_id")
    assert history == [
        {"name": "old", "valid": "[2000-01-01,)", "known": False},
        {"name": "old", "valid": "[2000-01-01,2026-01-01)", "known": True},
        {"name": "new", "valid": "[2026-01-01,)", "known": True},
    ]


def test_a_version_closed_on_its_own_first_day_leaves_no_days_behind(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    _open(uow, scheme, [_row("a", box(0, 0, 1, 1))], day=_NEW)
    cells = store.cells_in_force(uow, scheme.scheme_id, _NEW)
    store.close_versions(uow, [cells[0].version_id], day=_NEW, moment=store.open_change(uow, scheme.scheme_id, kind="test", reason=""))
    assert store.cells_in_force(uow, scheme.scheme_id, _NEW) == []
    assert store.turning_days(uow, scheme.scheme_id) == []


def test_every_change_is_recorded_strictly_later(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    moments = [store.open_change(uow, scheme.scheme_id, kind="test", reason="") for _ in range(5)]
    assert [moment.revision for moment in moments] == [1, 2, 3, 4, 5]
    assert all(before.at < after.at for before, after in pairwise(moments))


@pytest.mark.parametrize(
    "statement",
    [
        "update cell set geometry = st_translate(geometry, 1e-9, 0)",
        "update cell set valid = daterange('2001-01-01', null)",
        "update cell set code = 'z'",
        "update cell set name = 'z'",
        "update cell set recorded = tstzrange(lower(recorded), null), closed_by = opened_by",
        "delete from cell",
    ],
)
def test_what_was_published_is_never_overwritten(uow: UnitOfWork, statement: str) -> None:
    _two_levels(uow)
    with pytest.raises(psycopg.Error) as refused:
        uow.execute(statement)
    assert refused.value.sqlstate in ("GG001", "42501")


def test_a_closed_version_is_not_closed_again(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    _open(uow, scheme, [_row("a", box(0, 0, 1, 1))])
    cell = store.cells_in_force(uow, scheme.scheme_id, _NEW)[0]
    moment = store.open_change(uow, scheme.scheme_id, kind="test", reason="")
    store.close_versions(uow, [cell.version_id], day=_NEW, moment=moment)
    with pytest.raises(psycopg.Error) as refused:
        uow.execute("update cell set recorded = tstzrange(lower(recorded), clock_timestamp()) where version_id = %(id)s", id=cell.version_id)
    assert refused.value.sqlstate == "GG001"


def test_one_code_has_one_version_a_day(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    _open(uow, scheme, [_row("a", box(0, 0, 1, 1))])
    with pytest.raises(psycopg.errors.ExclusionViolation):
        _open(uow, scheme, [_row("a", box(1, 0, 2, 1))], day=_NEW)


def test_the_same_code_may_stand_on_two_levels(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    _open(uow, scheme, [_row("1", box(0, 0, 1, 1), parent="1"), _row("1", box(0, 0, 1, 1), rank=1)])
    assert _codes(uow, scheme, 0.5, 0.5, _OLD) == ["1", "1"]


def test_stored_coordinates_come_back_to_the_last_bit(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    ground = Polygon([(118.870123457, 28.1), (118.900000001, 28.1), (118.9, 28.123456789)])
    _open(uow, scheme, [_row("a", ground)])
    back = store.cells_in_force(uow, scheme.scheme_id, _OLD)[0].geometry
    assert back is not None and shapely.get_coordinates(back).tolist() == shapely.get_coordinates(ground).tolist()


def test_the_default_scheme_is_the_first_that_is_no_overlay(uow: UnitOfWork) -> None:
    with pytest.raises(NotFound):
        store.default_scheme(uow)
    _scheme(uow, "parks", overlay=True)
    _scheme(uow, "first")
    _scheme(uow, "second")
    assert store.default_scheme(uow).key == "first"
    assert store.require_scheme(uow, "parks").overlay
    with pytest.raises(NotFound, match="parks, first, second"):
        store.require_scheme(uow, "third")


def test_a_look_up_takes_the_leaf_level_spatial_index_and_parents_by_code(uow: UnitOfWork) -> None:
    scheme = _scheme(uow)
    leaves = [_row(f"v{x:02}{y:02}", box(x / 40, y / 40, (x + 1) / 40, (y + 1) / 40), parent=f"t{x:02}") for x in range(40) for y in range(40)]
    parents = [_row(f"t{x:02}", box(x / 40, 0, (x + 1) / 40, 1), rank=1, parent="c") for x in range(40)]
    _open(uow, scheme, [*leaves, *parents, _row("c", box(0, 0, 1, 1), rank=2)])
    uow.execute(store.QUERIES["plan_once"])
    statement = store.QUERIES["locate"]
    for number, name in enumerate(("lon", "lat", "scheme_id", "on", "known_at"), start=1):
        statement = statement.replace(f"%({name})s", f"${number}")
    uow.execute(f"prepare look_up (float8, float8, bigint, date, timestamptz) as {statement}")
    plan = uow.rows(f"explain execute look_up(0.5125, 0.5125, {scheme.scheme_id}, '{_OLD}', 'infinity')")
    text = "\n".join(row["QUERY PLAN"] for row in plan)
    assert "$1" in text
    assert "cell_one_version_a_day" not in text
    assert "cell_geometry_rank_0" in text
    assert "Seq Scan on cell" not in text
    assert _codes(uow, scheme, 0.5125, 0.5125, _OLD) == ["c", "t20", "v2020"]
