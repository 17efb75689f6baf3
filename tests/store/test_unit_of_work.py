"""The unit of work on a real database: commit and rollback, types both ways, errors turned, the audit chain."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import shapely
from shapely import MultiPolygon, Point, Polygon, box

from gridgov.database.audit import first_break
from gridgov.database.bootstrap import APP
from gridgov.database.cluster import Cluster
from gridgov.database.pool import Database
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import AlreadyInForce, Conflict, DatabaseAway, GridgovError, InvalidGeometry, Refused, SetupError

SCHEME = "insert into scheme (key) values (%(key)s) returning scheme_id"
CHANGE = "insert into change (scheme_id, at, actor, kind, revision) values (%(scheme)s, clock_timestamp(), 'os:tester', 'import', 1) returning change_id"
CELL = """insert into cell (scheme_id, rank, code, name, geometry, area_m2, valid, recorded, opened_by)
values (%(scheme)s, 0, %(code)s, '村', st_setsrid(%(geometry)s::geometry, 4490), 1, daterange(%(start)s, null), tstzrange(clock_timestamp(), null), %(change)s)
returning version_id"""
SQUARE = MultiPolygon([box(118, 28, 118.5, 28.5)])


def add_cell(uow: UnitOfWork, *, code: str = "330802", geometry: Any = SQUARE, key: str = "grid") -> int:
    scheme = one(uow, SCHEME, key=key)
    change = one(uow, CHANGE, scheme=scheme)
    return one(uow, CELL, scheme=scheme, change=change, code=code, geometry=geometry, start="2026-01-01")


def one(uow: UnitOfWork, query: str, **params: Any) -> int:
    row = uow.row(query, **params)
    assert row is not None
    return int(next(iter(row.values())))


def test_a_clean_exit_commits_and_an_exception_leaves_nothing(database: Database) -> None:
    with database.unit_of_work("os:tester") as uow:
        one(uow, SCHEME, key="kept")
    with pytest.raises(ZeroDivisionError), database.unit_of_work("os:tester") as uow:
        one(uow, SCHEME, key="lost")
        raise ZeroDivisionError
    with database.unit_of_work("os:tester", read_only=True) as uow:
        assert [row["key"] for row in uow.rows("select key from scheme")] == ["kept"]


def test_a_read_only_unit_of_work_cannot_write(database: Database) -> None:
    with pytest.raises(GridgovError), database.unit_of_work("os:tester", read_only=True) as uow:
        uow.row(SCHEME, key="x")


def test_a_reader_sees_one_moment(database: Database) -> None:
    with database.unit_of_work("reader", read_only=True) as reader:
        assert reader.rows("select key from scheme") == []
        with database.unit_of_work("writer") as writer:
            one(writer, SCHEME, key="new")
        assert reader.rows("select key from scheme") == []


@pytest.mark.parametrize("geometry", [Point(118.123456789, 28.5), Polygon([(0, 0), (1, 0), (0, 1)]), SQUARE])
def test_a_geometry_goes_in_and_comes_back_to_the_last_bit(uow: UnitOfWork, geometry: shapely.Geometry) -> None:
    row = uow.row("select st_setsrid(%(geometry)s::geometry, 4490) as geometry, st_srid(st_setsrid(%(geometry)s::geometry, 4490)) as srid", geometry=geometry)
    assert row is not None and row["srid"] == 4490
    assert shapely.to_wkb(row["geometry"], include_srid=False) == shapely.to_wkb(geometry)


def test_a_dict_is_bound_as_jsonb(uow: UnitOfWork) -> None:
    assert uow.row("select %(value)s -> 'a' as a, pg_typeof(%(value)s)::text as kind", value={"a": [1, "中"]}) == {"a": [1, "中"], "kind": "jsonb"}


def test_row_refuses_an_answer_of_two_rows(uow: UnitOfWork) -> None:
    assert uow.row("select 1 as x where false") is None
    with pytest.raises(ValueError, match="more than one"):
        uow.row("select generate_series(1, 2)")


def test_a_stream_gives_every_row_in_order(uow: UnitOfWork) -> None:
    assert sum(row["n"] for row in uow.stream("select n from generate_series(1, 10000) n order by n")) == 50_005_000


def test_copy_writes_rows_and_counts_them(uow: UnitOfWork) -> None:
    assert uow.copy("copy person (person_id, name) from stdin", [("p1", "张三"), ("p2", "李\t四\\")]) == 2
    assert [row["name"] for row in uow.rows("select name from person order by person_id")] == ["张三", "李\t四\\"]


def test_now_moves_within_a_transaction_and_is_aware(uow: UnitOfWork) -> None:
    first, second = uow.now(), uow.now()
    assert first < second
    assert first.utcoffset() == timedelta(0)


def test_plans_are_made_for_the_values_at_hand_and_text_of_ours_is_found_first(uow: UnitOfWork) -> None:
    settings = {
        row["name"]: row["setting"]
        for row in uow.rows("select name, setting from pg_settings where name in ('plan_cache_mode', 'jit', 'TimeZone', 'search_path')")
    }
    assert settings == {"plan_cache_mode": "force_custom_plan", "jit": "off", "TimeZone": "UTC", "search_path": "gridgov,public"}


BAD = {
    "bow-tie": MultiPolygon([Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])]),
    "empty": MultiPolygon(),
    "outside the world": MultiPolygon([box(200, 0, 201, 1)]),
}


@pytest.mark.parametrize("geometry", BAD.values(), ids=BAD.keys())
def test_an_unclean_geometry_is_refused_by_the_table_itself(database: Database, geometry: MultiPolygon) -> None:
    with pytest.raises(InvalidGeometry), database.unit_of_work("os:tester") as uow:
        add_cell(uow, geometry=geometry)


def test_two_versions_of_a_cell_on_one_day_are_refused(database: Database) -> None:
    with pytest.raises(AlreadyInForce), database.unit_of_work("os:tester") as uow:
        add_cell(uow)
        uow.execute(
            "insert into cell (scheme_id, rank, code, name, geometry, area_m2, valid, recorded, opened_by) "
            "select scheme_id, rank, code, name, geometry, area_m2, daterange('2026-06-01', null), recorded, opened_by from cell"
        )


CHANGES = {
    "a moved vertex": "update cell set geometry = st_translate(geometry, 1e-9, 0)",
    "another name": "update cell set name = 'x'",
    "another day": "update cell set valid = daterange('2026-01-02', null)",
    "an earlier knowledge": "update cell set recorded = tstzrange(lower(recorded) - interval '1 day', clock_timestamp()), closed_by = opened_by",
    "closed by nobody": "update cell set recorded = tstzrange(lower(recorded), clock_timestamp())",
    "deleted": "delete from cell",
    "truncated": "truncate cell",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
def test_a_published_cell_is_never_overwritten_not_even_by_the_owner(cluster: Cluster, database: Database, database_name: str, statement: str) -> None:
    with database.unit_of_work("os:tester") as uow:
        add_cell(uow)
    with pytest.raises(GridgovError), database.unit_of_work("os:tester") as uow:
        uow.execute(statement)
    owner = Database(cluster.url("gridgov_owner", database_name), wait_s=20)
    try:
        with pytest.raises((Conflict, Refused)), owner.unit_of_work("owner") as uow:
            uow.execute(statement)
    finally:
        owner.close()


def test_a_cell_is_closed_once(database: Database) -> None:
    close = "update cell set recorded = tstzrange(lower(recorded), clock_timestamp()), closed_by = opened_by"
    with database.unit_of_work("os:tester") as uow:
        add_cell(uow)
        assert uow.execute(close) == 1
    with pytest.raises(Conflict), database.unit_of_work("os:tester") as uow:
        uow.execute(close)


def test_a_character_that_text_may_not_hold_is_refused_not_a_defect(database: Database) -> None:
    with pytest.raises(Refused), database.unit_of_work("os:tester") as uow:
        uow.row(SCHEME, key="a\x00b")


def test_the_refusal_never_shows_the_row(database: Database) -> None:
    with pytest.raises(Conflict) as refused, database.unit_of_work("os:tester") as uow:
        one(uow, SCHEME, key="secret")
        one(uow, SCHEME, key="secret")
    assert "secret" not in refused.value.en + refused.value.zh


def test_the_service_role_can_make_nothing(database: Database) -> None:
    for statement in (
        "create table x (a int)",
        "create temporary table x (a int)",
        "create schema x",
        "copy person to program 'true'",
        "select pg_read_file('/etc/passwd')",
    ):
        with pytest.raises(SetupError), database.unit_of_work("os:tester") as uow:
            uow.execute(statement)


def test_a_connection_that_died_while_idle_is_not_handed_out(cluster: Cluster, database: Database, database_name: str) -> None:
    with database.unit_of_work("os:tester", read_only=True) as uow:
        backend = uow.row("select pg_backend_pid() as pid")
    assert backend is not None
    with psycopg.connect(cluster.url("gridgov_superuser", database_name), autocommit=True) as server:
        server.execute("select pg_terminate_backend(%s)", [backend["pid"]])
    with database.unit_of_work("os:tester", read_only=True) as uow:
        assert uow.row("select 1 as x") == {"x": 1}


def test_a_server_that_is_away_is_told_as_such(cluster: Cluster, database_name: str) -> None:
    url = cluster.url(APP, database_name).replace(f"port={cluster.port()}", "port=1")
    away = Database(url, wait_s=0.5)
    try:
        with pytest.raises(DatabaseAway), away.unit_of_work("os:tester"):
            pass
    finally:
        away.close()


def test_the_audit_chain_is_whole_after_writers_at_once(database: Database) -> None:
    def write(name: str) -> None:
        for number in range(10):
            with database.unit_of_work(name) as uow:
                uow.audit("test", "thing", {"number": number, "name": "网格"})

    threads = [threading.Thread(target=write, args=(f"os:{name}",)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.unit_of_work("reader", read_only=True) as uow:
        entries = list(uow.audit_entries())
    assert len(entries) == 40
    assert first_break(entries) is None


def test_an_audit_entry_goes_with_what_it_records(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.unit_of_work("os:tester") as uow:
        uow.audit("test", "thing", {})
        raise ZeroDivisionError
    with database.unit_of_work("os:tester") as uow:
        uow.audit("test", "thing", {"at": datetime(2026, 1, 1, tzinfo=UTC), "share": 1e-7, "large": 1e20})
    with database.unit_of_work("reader", read_only=True) as uow:
        entries = list(uow.audit_entries())
    assert [entry.entry_id for entry, _ in entries] == [1]
    assert first_break(entries) is None


def test_an_audit_entry_cannot_be_changed_by_anyone(cluster: Cluster, database: Database, database_name: str) -> None:
    with database.unit_of_work("os:tester") as uow:
        uow.audit("test", "thing", {})
    owner = Database(cluster.url("gridgov_superuser", database_name), wait_s=20)
    try:
        for statement in ("update audit_entry set actor = 'x'", "delete from audit_entry", "truncate audit_entry"):
            with pytest.raises(Conflict), owner.unit_of_work("owner") as uow:
                uow.execute(statement)
    finally:
        owner.close()
