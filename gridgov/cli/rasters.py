"""`raster add`, `raster list` and `raster remove`: the rasters an installation draws its base map from."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast
from zoneinfo import ZoneInfo

import typer

from gridgov.cli.output import emit, language, progress, tell
from gridgov.database.cluster import home_of
from gridgov.errors import UsageError
from gridgov.settings import Settings, load_settings
from layers.base_map_classes import LEGENDS, read_legend
from layers.base_map_place import rasters_folder

if TYPE_CHECKING:
    from layers.base_map_shelf import Kind, Raster, Shelf
    from layers.base_map_source import Source

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Sample = Annotated[bool, typer.Option("--sample", help="The sample's rasters. 示例城市的栅格")]
_KINDS_ZH = {"elevation": "高程", "land-cover": "土地覆盖"}
_BLOCK = 512


def register(app: typer.Typer) -> None:
    """Adds the group `raster`."""
    rasters = typer.Typer(no_args_is_help=True, help="Rasters of the base map: elevation and land cover. 底图栅格：高程与土地覆盖")
    rasters.command("add")(add)
    rasters.command("list")(list_rasters)
    rasters.command("remove")(remove)
    app.add_typer(rasters, name="raster")


def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="GeoTIFF with one band. 单波段 GeoTIFF")],
    *,
    kind: Annotated[str, typer.Option("--kind", metavar="K", help="elevation or land-cover. 高程或土地覆盖")],
    legend: Annotated[str | None, typer.Option("--legend", metavar="L", help=f"Meaning of a land cover's values: {', '.join(LEGENDS)}. 图例")] = None,
    classes: Annotated[
        list[str] | None, typer.Option("--class", metavar="VALUE=CLASS", help="Meaning of one value, e.g. 5=water; repeatable. 单个类别")
    ] = None,
    crs: Annotated[str | None, typer.Option("--crs", metavar="C", help="The file's reference system, e.g. EPSG:4549. 坐标系")] = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Read a raster, write it anew beside the database, and draw it from now on; a running server needs no restart."""
    # What opens rasters is slow to import, and every command passes through this module.
    from layers.base_map_source import read_source

    if kind not in _KINDS_ZH:
        raise UsageError(f"--kind is elevation or land-cover, not '{kind}'.", f"--kind 应为 elevation 或 land-cover，不支持“{kind}”。")
    if kind == "elevation" and (legend or classes):
        raise UsageError("--legend and --class belong to a land cover.", "--legend 与 --class 仅用于土地覆盖。")
    settings = load_settings()
    meaning = read_legend(legend, tuple(classes or ())) if kind == "land-cover" else None
    source = read_source(file, cast("Kind", kind), crs=crs, legend=meaning)
    tell("正在读取栅格……" if language() == "zh" else "reading the raster …")
    blocks = progress(source.blocks, "像元块 / blocks", _blocks_of(source))
    kept = shelf_of(settings, sample=sample).keep(cast("Kind", kind), file.name, grid=source.grid, crs=source.crs, blocks=blocks, at=_now(settings))
    emit({**_told(kept), "pixels_without_class": source.told.get("unknown", 0)}, as_json, _print_added)


def list_rasters(sample: Sample = False, as_json: Json = False) -> None:
    """The rasters that are kept."""
    kept = shelf_of(load_settings(), sample=sample).rasters()
    emit({"rasters": [_told(one) for one in kept]}, as_json, _print_list)


def remove(
    raster: Annotated[str, typer.Argument(metavar="ID", help="As `raster list` names it. 见 raster list")],
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Draw a raster no longer, and delete its file; the file it was read from is left alone."""
    removed = shelf_of(load_settings(), sample=sample).remove(raster)
    emit({"removed": removed.id}, as_json, lambda document: typer.echo(document["removed"]))


def shelf_of(settings: Settings, *, sample: bool) -> "Shelf":
    """Where this installation keeps them."""
    from layers.base_map_shelf import Shelf

    return Shelf(rasters_folder(home_of(settings), sample=sample))


def _now(settings: Settings) -> datetime:
    return datetime.now(ZoneInfo(settings.timezone))


def _blocks_of(source: "Source") -> int:
    return -(-source.grid.rows // _BLOCK) * -(-source.grid.columns // _BLOCK)


def _told(raster: "Raster") -> dict[str, Any]:
    grid = raster.grid
    return {
        "id": raster.id,
        "kind": raster.kind,
        "name": raster.name,
        "crs": raster.crs,
        "columns": grid.columns,
        "rows": grid.rows,
        "bbox": [round(value, 7) for value in grid.box],
        "added_at": raster.added_at,
    }


def _print_added(document: Mapping[str, Any]) -> None:
    typer.echo(_line(document))
    lost = document["pixels_without_class"]
    if lost:
        typer.echo(
            f"{lost:,} 个像元的值不在图例中，按未知处理。" if language() == "zh" else f"{lost:,} pixels have a value that is not in the legend: unknown."
        )


def _print_list(document: Mapping[str, Any]) -> None:
    for raster in document["rasters"]:
        typer.echo(_line(raster))
    if not document["rasters"]:
        typer.echo("尚无栅格；用 gridgov raster add 载入。" if language() == "zh" else "No rasters yet: `gridgov raster add`.")


def _line(raster: Mapping[str, Any]) -> str:
    kind = _KINDS_ZH[raster["kind"]] if language() == "zh" else raster["kind"]
    box = ", ".join(f"{value:.4f}" for value in raster["bbox"])
    return f"{raster['id']}  {kind}  {raster['columns']} × {raster['rows']}  [{box}]  {raster['name']}"
