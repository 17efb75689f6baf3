"""`cells history` and `cells diff`: how a cell came to be, and how the grids of two days differ."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from gridgov.cli import past_text
from gridgov.cli.output import emit
from gridgov.cli.session import actor, open_database
from gridgov.cli.times import read_day, read_instant
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import difference_service
from gridgov.grids.difference_service import DifferenceAsked
from gridgov.grids.naming_store import CellName
from gridgov.redraws.history_service import cell_history
from layers.difference_file import is_map, write_ground, write_rows

_PAGE = 1000

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout. 输出 JSON")]
Sample = Annotated[bool, typer.Option("--sample", help="Work on the sample's database. 使用示例库")]
SchemeKey = Annotated[str | None, typer.Option("--scheme", metavar="KEY", help="Grid scheme; left out: the first one that is no overlay. 网格体系")]
Level = Annotated[str | None, typer.Option("--level", metavar="LEVEL", help="Level. 层级")]
DayOf = Annotated[str, typer.Argument(metavar="DAY", help="YYYY-MM-DD. 日期")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=".geojson or .gpkg: the ground of one level; .csv or .xlsx: the table. 输出文件")]
Known = Annotated[str | None, typer.Option("--known-at", metavar="TIME", help="As known at that moment, ISO 8601. 按当时所知")]


def cells_history(
    code: Annotated[str, typer.Argument(metavar="CODE", help="Code of a cell. 网格编码")],
    *,
    scheme: SchemeKey = None,
    level: Level = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Tell every version of a cell, and the cells it came of and became. 查询网格沿革"""
    database = open_database(sample)
    try:
        with database.unit_of_work(actor(), read_only=True) as uow:
            found = cell_history(uow, CellName(code, scheme, level))
    finally:
        database.close()
    emit(found, as_json, past_text.show_history)


def cells_diff(
    day_a: DayOf,
    day_b: DayOf,
    *,
    scheme: SchemeKey = None,
    level: Level = None,
    known_at: Known = None,
    out: Out = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Tell how the grids of two days differ, as a table or as a map. 比较两个日期的网格"""
    known = None if known_at is None else read_instant(known_at, "--known-at")
    asked = DifferenceAsked(read_day(day_a, "DAY"), read_day(day_b, "DAY"), scheme, level, known, limit=_PAGE)
    draws = out is not None and is_map(out)
    database = open_database(sample)
    try:
        with database.unit_of_work(actor(), read_only=True) as uow:
            rows = list(_every_row(uow, asked))
            ground = difference_service.difference_map(uow, asked)["features"] if draws else []
    finally:
        database.close()
    if out is not None and draws:
        write_ground(out, ground)
    elif out is not None:
        write_rows(out, rows)
    emit(_document(asked.day_a, asked.day_b, rows, out), as_json, past_text.show_difference)


def _every_row(uow: UnitOfWork, asked: DifferenceAsked) -> Iterator[dict[str, Any]]:
    """All pages, one after the other."""
    while True:
        found = difference_service.difference(uow, asked)
        yield from found[:_PAGE]
        if len(found) <= _PAGE:
            return
        asked = replace(asked, after=difference_service.row_key(found[_PAGE - 1]))


def _document(day_a: date, day_b: date, rows: list[dict[str, Any]], out: Path | None) -> Mapping[str, Any]:
    return {"from": day_a.isoformat(), "to": day_b.isoformat(), "out": None if out is None else str(out), "items": rows}
