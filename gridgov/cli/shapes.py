"""`cells shapes`: what the map draws, made where it is missing or all anew."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from gridgov.cli.output import emit, language, tell
from gridgov.cli.session import actor, open_database
from gridgov.database.pool import Database
from gridgov.grids import shape_service as cell_shapes
from gridgov.zones import shape_service as zone_shapes


def cells_shapes(
    *,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="All anew, not only what is missing. 全部重新生成")] = False,
    sample: Annotated[bool, typer.Option("--sample", help="Work on the sample's database. 使用示例库")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout. 输出 JSON")] = False,
) -> None:
    """Draw cells and zones for the map where shapes are missing. 生成地图所用的网格与分区图形"""
    database = open_database(sample)
    try:
        emit(draw(database, anew=rebuild), as_json, _show)
    finally:
        database.close()


def draw(database: Database, *, anew: bool) -> dict[str, Any]:
    """The shapes made by scheme, and the editions drawn; anew = everything, else what has none (as after an upgrade)."""
    with database.unit_of_work(actor()) as uow:
        if anew:
            tell("drawing cells and zones …" if language() == "en" else "正在生成地图图形……")
        return {"cells": cell_shapes.draw_schemes(uow, anew=anew), "editions": zone_shapes.draw_editions(uow, anew=anew)}


def _show(document: Mapping[str, Any]) -> None:
    shapes, editions = sum(document["cells"].values()), document["editions"]
    print(f"{shapes} shapes of cells drawn, {editions} editions of zones" if language() == "en" else f"已生成网格图形 {shapes} 个、分区版本 {editions} 个")
