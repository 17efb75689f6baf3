"""`area`, `scheme`, `cells` and `locate`: the grid on the command line."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from gridgov.cli import cell_text
from gridgov.cli.cell_files import cells_table, locate_file
from gridgov.cli.cell_past import cells_diff, cells_history
from gridgov.cli.output import emit, language, progress, tell
from gridgov.cli.session import actor, open_database
from gridgov.cli.shapes import cells_shapes
from gridgov.cli.times import read_day, read_instant
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, OutsideArea, UsageError
from gridgov.grids import service
from gridgov.grids.area import read_box
from gridgov.grids.importing import ImportRequest, Mode
from gridgov.grids.locating import require_place
from gridgov.grids.mending import Rulings, read_rulings
from gridgov.grids.scheme import make_levels
from gridgov.people.service import who_answers
from gridgov.settings import load_settings
from layers.cell_file import CellFile, read_cells, read_outline
from layers.vector import write_features

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout. 输出 JSON")]
Sample = Annotated[bool, typer.Option("--sample", help="Work on the sample's database. 使用示例库")]
SchemeKey = Annotated[str | None, typer.Option("--scheme", metavar="KEY", help="Grid scheme; left out: the first one that is no overlay. 网格体系")]
Day = Annotated[str | None, typer.Option("--on", metavar="DAY", help="Day, YYYY-MM-DD; left out: today. 日期")]


def register(app: typer.Typer) -> None:
    """Adds the groups `area`, `scheme`, `cells` and the command `locate`."""
    area = typer.Typer(no_args_is_help=True, help="The area of use. 使用范围")
    area.command("show")(area_show)
    # A box may begin with a minus sign.
    area.command("set", context_settings={"ignore_unknown_options": True})(area_set)
    area.command("grow", context_settings={"ignore_unknown_options": True})(area_grow)
    app.add_typer(area, name="area")
    scheme = typer.Typer(no_args_is_help=True, help="Grid schemes. 网格体系")
    scheme.command("add")(scheme_add)
    scheme.callback()(lambda: None)
    app.add_typer(scheme, name="scheme")
    cells = typer.Typer(no_args_is_help=True, help="Cells of the grid. 网格")
    cells.command("import")(cells_import)
    cells.command("check")(cells_check)
    cells.command("export")(cells_export)
    cells.command("shapes")(cells_shapes)
    cells.command("history")(cells_history)
    cells.command("diff")(cells_diff)
    app.add_typer(cells, name="cells")
    app.command("locate", context_settings={"ignore_unknown_options": True})(locate)


@contextmanager
def _work(sample: bool, *, read_only: bool = False) -> Iterator[UnitOfWork]:
    database = open_database(sample)
    try:
        with database.unit_of_work(actor(), read_only=read_only) as uow:
            yield uow
    finally:
        database.close()


def area_show(*, sample: Sample = False, as_json: Json = False) -> None:
    """Show the box of what was imported. 显示使用范围"""
    with _work(sample, read_only=True) as uow:
        box = service.area_of_use(uow)
    emit({"area": None if box is None else box.as_list()}, as_json, cell_text.show_area)


def area_set(
    bbox: Annotated[str, typer.Argument(metavar="WEST,SOUTH,EAST,NORTH", help="Degrees. 度")], *, sample: Sample = False, as_json: Json = False
) -> None:
    """Set the area of use. 设定使用范围"""
    _change_area(bbox, sample, as_json, grow=False)


def area_grow(
    bbox: Annotated[str, typer.Argument(metavar="WEST,SOUTH,EAST,NORTH", help="Degrees. 度")], *, sample: Sample = False, as_json: Json = False
) -> None:
    """Let the area of use grow to hold a box. 扩大使用范围"""
    _change_area(bbox, sample, as_json, grow=True)


def _change_area(bbox: str, sample: bool, as_json: bool, *, grow: bool) -> None:
    box = read_box(bbox)
    with _work(sample) as uow:
        after = service.set_area(uow, box, grow=grow)
    emit({"area": after.as_list()}, as_json, cell_text.show_area)


def scheme_add(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Key of the scheme. 标识")],
    *,
    levels: Annotated[str, typer.Option("--levels", help="Level keys, top level first. 层级标识，自上而下")] = "county,township,village",
    labels: Annotated[str | None, typer.Option("--labels", help="Labels of the levels. 层级名称")] = None,
    code_lengths: Annotated[str | None, typer.Option("--code-lengths", help="Lengths of their codes, rising. 编码位数")] = None,
    overlay: Annotated[bool, typer.Option("--overlay", help="Its cells need not tile. 叠加体系，不要求铺满")] = False,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Register a grid scheme. 登记网格体系"""
    made = make_levels(_words(levels), labels=_words(labels or ""), code_lengths=None if code_lengths is None else _lengths(code_lengths))
    with _work(sample) as uow:
        scheme = service.add_scheme(uow, key=key, levels=made, overlay=overlay)
    document = {
        "scheme": scheme.key,
        "overlay": scheme.overlay,
        "levels": [{"key": level.key, "label": level.label, "code_length": level.code_length} for level in scheme.levels],
    }
    emit(document, as_json, cell_text.show_scheme)


def cells_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="GeoPackage, GeoJSON, FlatGeobuf, Shapefile, File Geodatabase.")],
    *,
    scheme: Annotated[str | None, typer.Option("--scheme", metavar="KEY", help="Grid scheme; an unknown one is made. 网格体系，不存在则新建")] = None,
    level: Annotated[str, typer.Option("--level", metavar="LEVEL", help="Level to load. 层级")],
    file_layer: Annotated[str | None, typer.Option("--file-layer", help="Layer of the file. 文件中的图层")] = None,
    code_field: Annotated[str | None, typer.Option("--code-field", help="Column of the codes. 编码列")] = None,
    name_field: Annotated[str | None, typer.Option("--name-field", help="Column of the names. 名称列")] = None,
    parent_field: Annotated[
        list[str] | None, typer.Option("--parent-field", help="Column of a parent's code, nearest level first. 上级编码列，由近及远")
    ] = None,
    parent_name_field: Annotated[list[str] | None, typer.Option("--parent-name-field", help="Column of its name. 上级名称列")] = None,
    crs: Annotated[str | None, typer.Option("--crs", help="Coordinate system of the file, EPSG:4490. 坐标系")] = None,
    effective_from: Annotated[str | None, typer.Option("--effective-from", metavar="DAY", help="First day in force. 生效日期")] = None,
    mode: Annotated[str, typer.Option("--mode", help="new, replace or add. 导入方式")] = "new",
    outline: Annotated[Path | None, typer.Option("--outline", metavar="FILE", help="The land that must be filled. 外边界文件")] = None,
    allow_gaps: Annotated[
        str | None, typer.Option("--allow-gaps", metavar="REASON", help="Record uncovered ground with this reason. 允许空隙并记录原因")
    ] = None,
    repair: Annotated[float | None, typer.Option("--repair", metavar="METRES", help="Close gaps and overlaps up to this width. 修复宽度，米")] = None,
    decisions: Annotated[
        Path | None, typer.Option("--decisions", metavar="FILE", help="JSON: what to do about single faults, as --dry-run --json lists them. 逐处处理意见")
    ] = None,
    grow_area: Annotated[bool, typer.Option("--grow-area", help="Let the area of use grow. 允许扩大使用范围")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only, write nothing. 仅检查不写入")] = False,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Load one level of the grid, all or nothing. 载入一个层级的网格"""
    settings = load_settings()
    first_day = None if effective_from is None else read_day(effective_from, "--effective-from")
    tell("读取文件… / reading" if settings.language == "zh" else "reading the file…")
    columns = CellFile(file, file_layer, code_field, name_field, tuple(parent_field or ()), tuple(parent_name_field or ()), crs)
    request = ImportRequest(
        scheme=scheme,
        level=level,
        records=read_cells(columns),
        today=settings.today(),
        source=file.name,
        mode=cast(Mode, mode),
        effective_from=first_day,
        outline=None if outline is None else read_outline(outline, None),
        allow_gaps=allow_gaps,
        repair_m=repair,
        rulings=Rulings() if decisions is None else read_rulings(_json_file(decisions)),
        dry_run=dry_run,
        grow_area=grow_area,
        language=settings.language,
    )
    tell("校验并写入… / checking" if settings.language == "zh" else "checking and writing…")
    emit(_import(request, sample, as_json), as_json, cell_text.show_import)


def _json_file(path: Path) -> object:
    """What a file of decisions says. Raises UsageError when it cannot be read as JSON."""
    try:
        return cast(object, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError) as exc:
        raise UsageError(f"{path.name} cannot be read as JSON.", f"无法将 {path.name} 读作 JSON。") from exc


def _import(request: ImportRequest, sample: bool, as_json: bool) -> dict[str, Any]:
    try:
        with _work(sample) as uow:
            return service.import_level(uow, request)
    except OutsideArea as exc:
        if as_json or not (sys.stdin.isatty() and typer.confirm(exc.zh if request.language == "zh" else exc.en, default=False, err=True)):
            raise
        return _import(replace(request, grow_area=True), sample, as_json)
    except Conflict as exc:
        # The report is the answer, also when nothing was loaded.
        report = exc.members.pop("report", None)
        if not as_json or report is None:
            raise
        emit(exc.as_problem(request.language) | report, as_json, cell_text.show_import)
        raise typer.Exit(1) from exc


def cells_check(
    *,
    scheme: SchemeKey = None,
    on: Day = None,
    outline: Annotated[Path | None, typer.Option("--outline", metavar="FILE", help="The land that must be filled. 外边界文件")] = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Prove that the cells in force tile. 检查网格是否无缝铺满"""
    ground = None if outline is None else read_outline(outline, None)
    with _work(sample, read_only=True) as uow:
        document = service.coverage_report(uow, scheme=scheme, on=_on(on), outline=ground, language=language())
    emit(document, as_json, cell_text.show_coverage)
    if not document["ok"]:
        raise typer.Exit(1)


def cells_export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=".gpkg, .geojson, .fgb, .zip (Shapefile)")],
    *,
    scheme: SchemeKey = None,
    level: Annotated[str | None, typer.Option("--level", metavar="LEVEL", help="Level; left out: the leaf. 层级")] = None,
    on: Day = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Write the cells in force to a file. 导出网格"""
    day = _on(on)
    with _work(sample, read_only=True) as uow:
        found, cells = service.export_cells(uow, scheme=scheme, level=level, on=day)
    write_features(file, cells_table(found, cells))
    document = {"file": str(file), "scheme": found.key, "level": cells[0][0].level, "on": day.isoformat(), "cells": len(cells)}
    emit(document, as_json, cell_text.show_export)


def locate(
    lon: Annotated[float | None, typer.Argument(metavar="LON", help="Degrees. 经度")] = None,
    lat: Annotated[float | None, typer.Argument(metavar="LAT", help="Degrees. 纬度")] = None,
    *,
    scheme: SchemeKey = None,
    on: Day = None,
    known_at: Annotated[str | None, typer.Option("--known-at", metavar="TIME", help="As known at that moment, ISO 8601. 按当时所知")] = None,
    points: Annotated[Path | None, typer.Option("--in", metavar="CSV", help="Many points: columns lon and lat. 批量点位")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="CSV", help="Where to write them with their cells. 输出文件")] = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Say who answers at a point, or for a file of points. 查询点位所属网格与责任人"""
    instant = None if known_at is None else read_instant(known_at, "--known-at")
    if points is not None and out is not None and lon is None:
        _locate_file(points, out, scheme=scheme, on=_on(on), known_at=instant, sample=sample, as_json=as_json)
        return
    if lon is None or lat is None or points is not None or out is not None:
        raise UsageError("Give LON LAT, or --in POINTS.csv --out RESULT.csv.", "请给出经度与纬度，或 --in 点位.csv --out 结果.csv。")
    with _work(sample, read_only=True) as uow:
        day, key = _on(on), service.describe_scheme(uow, scheme).key
        require_place(lon, lat)
        document = who_answers(uow, lon=lon, lat=lat, scheme=key, on=day, known_at=instant, named=True)
        place = service.locate_point(uow, lon=lon, lat=lat, scheme=key, on=day, known_at=instant)
    emit(document | place.as_json(), as_json, cell_text.show_located)


def _locate_file(source: Path, target: Path, *, scheme: str | None, on: date, known_at: datetime | None, sample: bool, as_json: bool) -> None:
    with _work(sample, read_only=True) as uow:
        found = service.describe_scheme(uow, scheme)

        def answers(points: Any) -> Any:
            return service.locate_many(uow, progress(points, "locate"), scheme=found.key, known_at=known_at)

        tally = locate_file(source, target, levels=[level.key for level in found.levels], on=on, locate=answers)
    document = {
        "scheme": found.key,
        "on": on.isoformat(),
        "out": str(target),
        "rows": tally.rows,
        "inside": tally.inside,
        "outside": tally.rows - tally.inside - len(tally.unreadable),
        "unreadable": tally.unreadable,
    }
    emit(document, as_json, cell_text.show_located_file)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.replace("，", ",").split(",") if word.strip()]


def _lengths(text: str) -> list[int]:
    try:
        return [int(word) for word in _words(text)]
    except ValueError as exc:
        raise UsageError(f"--code-lengths {text}: whole numbers are needed, such as 6,9,12.", f"--code-lengths {text}：应为整数，例如 6,9,12。") from exc


def _on(text: str | None) -> date:
    return load_settings().today() if text is None else read_day(text, "--on")
