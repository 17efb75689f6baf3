"""The database as migrated: equal to the tables, indexed where it refers and where it has geometry, guarded and granted."""

import importlib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from geoalchemy2 import Geometry
from psycopg import conninfo, sql

from gridgov.database.bootstrap import OWNER
from gridgov.database.cluster import SUPERUSER, Cluster
from gridgov.database.metadata import SCHEMA, metadata
from gridgov.database.migrate import CONTEXTS, engine, is_ours, migrate, newest
from tests.structure.source import ROOT

for context in CONTEXTS:
    importlib.import_module(f"gridgov.{context}.tables")

_APPEND_ONLY = ("audit_entry", "change", "layer", "redraw_event", "ruleset", "siting_check", "zone", "zone_piece")
_ONLY_CLOSED = ("allowed_gap", "assignment", "cell", "duty", "outline")

_CATALOGUE = """
select 'column' as kind, c.relname::text as place, format('%s %s %s', a.attname, format_type(a.atttypid, a.atttypmod),
           concat_ws(' ', case when a.attnotnull then 'not null' end, a.attidentity, pg_get_expr(d.adbin, d.adrelid))) as what
from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = 'gridgov'::regnamespace and c.relkind = 'r'
union all
select 'constraint', conrelid::regclass::text, format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint
where connamespace = 'gridgov'::regnamespace
union all
select 'index', tablename, indexdef from pg_indexes where schemaname = 'gridgov'
"""


def _differs(*compared: Any) -> bool | None:
    """Whether two column types differ; SRID 0 is read back as "none". None = the general comparison decides."""
    here, there = compared[3], compared[4]
    if isinstance(here, Geometry) and isinstance(there, Geometry):
        return (here.geometry_type, max(here.srid, 0)) != (there.geometry_type, max(there.srid, 0))
    return None


@pytest.fixture
def administration(cluster: Cluster, database_name: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(cluster.url(SUPERUSER, database_name), options="-c search_path=gridgov,public") as connection:
        yield connection


def _catalogue(connection: "psycopg.Connection[Any]") -> set[tuple[Any, ...]]:
    return {row for row in connection.execute(_CATALOGUE) if "alembic_version" not in f"{row[1]}"}


def test_tables_and_migrations_say_the_same(cluster: Cluster, database_name: str) -> None:
    with engine(cluster.url(OWNER, database_name)).connect() as connection:
        options = {"include_schemas": True, "include_name": is_ours, "version_table_schema": SCHEMA, "compare_type": _differs, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), metadata) == []


def test_constraints_and_indexes_of_tables_and_migrations_are_the_same(cluster: Cluster, administration: "psycopg.Connection[Any]") -> None:
    """What the comparison of migrations does not see: checks, exclusions, partial indexes."""
    fresh = "structure_tables"
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as server:
        server.execute(sql.SQL("create database {}").format(sql.Identifier(fresh)))
    url = conninfo.make_conninfo(cluster.url(SUPERUSER, fresh), options="-c search_path=gridgov,public")
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create extension postgis with schema public; create extension btree_gist with schema public; create schema gridgov")
            with engine(url).begin() as bind:
                metadata.create_all(bind)
            assert _catalogue(connection) ^ _catalogue(administration) == set()
    finally:
        with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as server:
            server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(fresh)))


def test_migrations_are_numbered_in_the_order_in_which_they_run() -> None:
    """The newest is known by its file's number: asking the tool each time would slow every command."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert [script.revision for script in scripts.walk_revisions()] == sorted((script.revision for script in scripts.walk_revisions()), reverse=True)
    assert newest() == scripts.get_current_head()


def test_migrating_twice_changes_nothing(cluster: Cluster, database_name: str, administration: "psycopg.Connection[Any]") -> None:
    before = _catalogue(administration)
    administration.commit()
    migrate(cluster.url(OWNER, database_name))
    assert _catalogue(administration) == before


def test_every_foreign_key_has_an_index_that_begins_with_it(administration: "psycopg.Connection[Any]") -> None:
    bare = administration.execute(
        """
        select conrelid::regclass::text, conname from pg_constraint k
        where contype = 'f' and connamespace = 'gridgov'::regnamespace and not exists (
            select from pg_index i where i.indrelid = k.conrelid and i.indpred is null
            and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)
        """
    ).fetchall()
    assert bare == []


def _geometry_columns(connection: "psycopg.Connection[Any]") -> list[tuple[str, str, bool]]:
    return connection.execute(
        """
        select c.relname::text, a.attname::text, a.attnotnull from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = 'gridgov'::regnamespace and c.relkind = 'r' and a.atttypid = 'public.geometry'::regtype and a.attnum > 0
        """
    ).fetchall()


def test_the_queue_has_everything_its_library_brings(administration: "psycopg.Connection[Any]") -> None:
    """A newer release with more of it fails here: its migration is wrapped in one of ours."""
    kept = (ROOT / "migrations/versions/0003_procrastinate.sql").read_text(encoding="utf-8")
    assert kept.endswith(files("procrastinate.sql").joinpath("schema.sql").read_text(encoding="utf-8"))
    elsewhere = administration.execute(
        """
        select (select count(*) from pg_class where relname like 'procrastinate%' and relnamespace <> 'procrastinate'::regnamespace),
               (select count(*) from pg_class where relnamespace = 'procrastinate'::regnamespace and relowner <> 'gridgov_owner'::regrole),
               (select count(*) from pg_proc where pronamespace = 'procrastinate'::regnamespace and not 'search_path=procrastinate, pg_temp' = any (proconfig))
        """
    ).fetchone()
    assert elsewhere == (0, 0, 0)


def test_every_geometry_is_required_checked_and_indexed(administration: "psycopg.Connection[Any]") -> None:
    may_be_missing = {("edition", "coverage")}
    # Pieces are cut from checked zones in a plane of metres, where degrees say nothing.
    in_metres = {("zone_piece", "geometry")}
    # Shapes for the map may cross themselves by less than half a pixel, and nothing else is done with them.
    drawn = {("cell_shape", "geometry"), ("zone_shape", "geometry")}
    columns = _geometry_columns(administration)
    assert len(columns) >= 6
    for table, column, required in columns:
        checks = " ".join(
            row[0]
            for row in administration.execute("select pg_get_constraintdef(oid) from pg_constraint where contype = 'c' and conrelid = %s::regclass", [table])
        )
        assert required or (table, column) in may_be_missing, f"{table}.{column} may be NULL"
        assert (f"st_isvalid({column})" in checks) != ((table, column) in drawn), f"{table}.{column} is not checked"
        assert f"NOT st_isempty({column})" in checks, f"{table}.{column} may be empty"
        assert (f"st_xmin(({column})::box3d)" in checks) != ((table, column) in in_metres), f"{table}.{column} has no extent check"
        indexes = administration.execute("select indexdef from pg_indexes where schemaname = 'gridgov' and tablename = %s", [table]).fetchall()
        assert any("USING gist" in row[0] and column in row[0] for row in indexes), f"{table}.{column} has no GiST index"


def test_constraint_names_say_their_table_and_rule(administration: "psycopg.Connection[Any]") -> None:
    rows = administration.execute(
        "select conname, relname from pg_constraint k join pg_class c on c.oid = conrelid where connamespace = 'gridgov'::regnamespace"
    ).fetchall()
    assert [name for name, table in rows if not name.startswith(f"{table}_") and table != "alembic_version"] == []


def test_what_was_published_is_guarded(administration: "psycopg.Connection[Any]") -> None:
    rows = administration.execute("select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal").fetchall()
    guards = {table: {name.removeprefix(f"{table}_") for owner, name in rows if owner == table} for table, _ in rows}
    always = {"never_changed", "never_deleted", "never_truncated"}
    assert all(guards[table] == always for table in _APPEND_ONLY)
    assert all(guards[table] == always | {"only_closed"} for table in _ONLY_CLOSED)
    assert guards["redraw"] == always | {"decided"}
    assert guards["lineage"] == always


def test_the_service_role_owns_nothing_and_makes_nothing(administration: "psycopg.Connection[Any]") -> None:
    role = administration.execute(
        "select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication from pg_roles where rolname = 'gridgov_app'"
    ).fetchone()
    assert role == (False, False, False, False, False)
    rights = administration.execute(
        """
        select has_schema_privilege('gridgov_app', 'gridgov', 'create'), has_schema_privilege('gridgov_app', 'public', 'create'),
               has_database_privilege('gridgov_app', current_database(), 'create'), has_database_privilege('gridgov_app', current_database(), 'temporary'),
               (select count(*) from pg_class where relnamespace = 'gridgov'::regnamespace and relowner <> 'gridgov_owner'::regrole)
        """
    ).fetchone()
    assert rights == (False, False, False, False, 0)


def test_the_service_role_changes_only_what_may_change(administration: "psycopg.Connection[Any]") -> None:
    granted = administration.execute(
        """
        select c.relname::text, a.attname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = 'gridgov'::regnamespace and c.relkind = 'r' and has_column_privilege('gridgov_app', c.oid, a.attnum, 'update')
        and c.relname not in ('account', 'session', 'area_of_use')
        """
    ).fetchall()
    closing = {(table, column) for table in _ONLY_CLOSED for column in ("recorded", "closed_by")}
    repeal = {("edition", "effective_to"), ("ruleset_edition", "effective_to")}
    words = {("scheme", "revision"), ("scheme", "recorded_last"), ("level", "label"), ("level", "code_length"), ("person", "name")}
    tokens = {("api_token", "last_used_at"), ("api_token", "revoked_at")}
    job = "state done total message result error attempt cancel_requested queue_id started_at finished_at"
    derived = {("cell_drawing", "valid"), ("cell_shape", "valid")}
    redraw = "status effective_from reason document base_revision operations successors outcome saved_at version change_id withdrawn_change_id"
    redraws = {("lineage", "undone_by")} | {("redraw", column) for column in redraw.split()}
    assert set(granted) == closing | repeal | words | tokens | derived | redraws | {("job", column) for column in job.split()}
    deletable = administration.execute(
        "select relname::text from pg_class where relnamespace = 'gridgov'::regnamespace and relkind = 'r' "
        "and has_table_privilege('gridgov_app', oid, 'delete, truncate')"
    ).fetchall()
    assert {row[0] for row in deletable} == {"session", "upload", "batch", "batch_row", "cell_drawing", "cell_shape", "zone_drawing", "zone_shape"}


def test_the_reading_role_sees_neither_accounts_nor_what_signs_them_in(administration: "psycopg.Connection[Any]") -> None:
    unread = administration.execute(
        "select relname::text from pg_class where relnamespace = 'gridgov'::regnamespace and relkind = 'r' "
        "and not has_table_privilege('gridgov_read', oid, 'select')"
    ).fetchall()
    assert {row[0] for row in unread} - {"alembic_version"} == {"account", "api_token", "session"}
