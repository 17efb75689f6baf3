"""SQL stands in one recognised place, and never does what is done once in Python."""

import re

import pytest

from tests.structure.source import ROOT, Module, modules

_SQL = re.compile(
    r"""^\s*(select\s.+\sfrom\s | insert\s+into\s | update\s+\w+\s+set\s | delete\s+from\s | with\s+\w+\s+as\s*\( | truncate\s
    | create\s+(table|index|role|database)\s | alter\s+table\s | drop\s+(table|index|role|database)\s)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
# A GeoPackage is an SQLite file: what it holds is asked of itself before GDAL opens it.
_ASKS_A_FILE = re.compile(r"\sfrom\s+(sqlite_master|gpkg_\w+)\b", re.IGNORECASE)
_PLACES = re.compile(r"(store|_store)\.sql$|/database/(audit|bootstrap)\.sql$|^migrations/versions/\d{4}_\w+\.sql$")
# The tables of the queue are kept as their library brings them.
_NOT_OURS = "migrations/versions/0003_procrastinate.sql"
# Snapping, reprojecting and repairing happen once, in Python: PostGIS differs in the last bit, or does not come back.
_FORBIDDEN = ("st_snaptogrid", "st_reduceprecision", "st_transform", "st_makevalid", "st_quantizecoordinates", "now()", "current_date", "current_timestamp")


def _sql_files() -> list[str]:
    return [str(path.relative_to(ROOT)) for folder in ("gridgov", "layers", "api", "migrations") for path in sorted((ROOT / folder).rglob("*.sql"))]


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_no_python_file_holds_a_statement(module: Module) -> None:
    assert [(line, text[:60]) for line, text in module.strings() if _SQL.match(text) and not _ASKS_A_FILE.search(text)] == []


@pytest.mark.parametrize("path", _sql_files())
def test_sql_stands_only_in_stores_and_migrations(path: str) -> None:
    assert _PLACES.search(path)


@pytest.mark.parametrize("path", [path for path in _sql_files() if path != _NOT_OURS])
def test_sql_never_snaps_reprojects_repairs_or_asks_the_time(path: str) -> None:
    text = "\n".join(line.partition("--")[0] for line in (ROOT / path).read_text(encoding="utf-8").lower().splitlines())
    assert [word for word in _FORBIDDEN if word in text.replace("clock_timestamp()", "")] == []


@pytest.mark.parametrize("path", [path for path in _sql_files() if not path.startswith("migrations")])
def test_every_named_query_reads(path: str) -> None:
    from gridgov.database.sql import load_queries

    folder, _, name = path.rpartition("/")
    assert load_queries(folder.replace("/", "."), name)
