"""`zones import` and `zones list`: an edition of a layer from a file, and what is loaded."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer
from shapely import MultiPolygon

from gridgov.cli.output import REFUSED, emit, language, progress, tell
from gridgov.cli.session import actor, open_database
from gridgov.database.pool import Database
from gridgov.errors import OutsideArea, UsageError, ZonesRefused
from gridgov.settings import load_settings
from gridgov.zones import service
from gridgov.zones.edition import KINDS, Certainty, CoverageKind, Disclosure, Threshold
from gridgov.zones.fields import FieldMap, read_field_map
from gridgov.zones.importing import EditionImport
from layers.zone_file import ZoneFile, ZonesRead, read_coverage, read_zones

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Sample = Annotated[bool, typer.Option("--sample", help="Work on the sample's database.")]
_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Adds the group `zones`."""
    zones = typer.Typer(no_args_is_help=True, help="Red lines and other zones: layers and their dated editions.")
    zones.command("import")(import_zones)
    zones.command("list")(list_zones)
    app.add_typer(zones, name="zones")


def import_zones(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="GeoPackage, GeoJSON, FlatGeobuf, Shapefile (loose or zipped), File Geodatabase.")],
    *,
    layer: Annotated[str, typer.Option("--layer", metavar="KEY", help="The layer; registered for ever when not known yet.")],
    coverage: Annotated[str, typer.Option("--coverage", metavar="FILE|cells|area|none", help="Where the layer is complete; none = unknown.")],
    file_layer: Annotated[str | None, typer.Option("--file-layer", metavar="L", help="Which layer of the file.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="K", help="One of: " + ", ".join(KINDS) + ".")] = None,
    title: Annotated[str | None, typer.Option("--title", help="The layer's title when it is registered.")] = None,
    edition: Annotated[str | None, typer.Option("--edition", metavar="E", help="The edition's name; left out: its first day.")] = None,
    effective_from: Annotated[str | None, typer.Option("--effective-from", metavar="D", help="First day in force, YYYY-MM-DD.")] = None,
    document: Annotated[str | None, typer.Option("--document", metavar="TEXT", help="The document that published it.")] = None,
    code_field: Annotated[str | None, typer.Option("--code-field", metavar="F", help="Column of the codes.")] = None,
    name_field: Annotated[str | None, typer.Option("--name-field", metavar="F", help="Column of the names.")] = None,
    field_map: Annotated[Path | None, typer.Option("--field-map", metavar="FILE", help="Columns and values, YAML.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", metavar="C", help="The file's reference system, e.g. EPSG:4549.")] = None,
    disclosure: Annotated[str, typer.Option("--disclosure", help="public, named or restricted.")] = "public",
    certainty: Annotated[str, typer.Option("--certainty", help="certain or uncertain.")] = "certain",
    accuracy: Annotated[float | None, typer.Option("--accuracy", metavar="M", help="Positional accuracy in metres.")] = None,
    scale: Annotated[int | None, typer.Option("--scale", metavar="N", help="Scale of the source, 1:N.")] = None,
    threshold_area: Annotated[str, typer.Option("--threshold-area", metavar="M2", help="Least overlap that counts, m2.")] = "1.00",
    threshold_width: Annotated[str, typer.Option("--threshold-width", metavar="M", help="Least width that counts, m.")] = "0.500",
    repair: Annotated[bool, typer.Option("--repair", help="Make invalid polygons valid; every change is listed.")] = False,
    grow_area: Annotated[bool, typer.Option("--grow-area", help="Let the area of use grow.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only, load nothing.")] = False,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Load one edition of a layer, all or nothing."""
    said: dict[str, Any] = {"kind": kind, "title": title, "edition": edition, "effective_from": _day(effective_from), "document": document}
    said |= {"scale": scale, "accuracy_m": accuracy, "grow_area": grow_area, "dry_run": dry_run, "threshold": _threshold(threshold_area, threshold_width)}
    said |= {"disclosure": _one_of(disclosure, get_args(Disclosure), "--disclosure"), "certainty": _one_of(certainty, get_args(Certainty), "--certainty")}
    fields = _fields(field_map, code_field, name_field)
    source = ZoneFile(file, layer, kind or "", file_layer, fields, crs, repair)
    with _database(sample) as database:
        _run(database, source, coverage, said, as_json=as_json)


def list_zones(sample: Sample = False, as_json: Json = False) -> None:
    """Every layer ever registered, with its editions."""
    with _database(sample) as database, database.unit_of_work(actor(), read_only=True) as uow:
        found = service.list_layers(uow)
    emit({"layers": found}, as_json, _print_layers)


@contextmanager
def _database(sample: bool) -> Iterator[Database]:
    database = open_database(sample)
    try:
        yield database
    finally:
        database.close()


def _run(database: Database, source: ZoneFile, coverage: str, said: dict[str, Any], *, as_json: bool) -> None:
    with database.unit_of_work(actor(), read_only=True) as uow:
        source = replace(source, kind=service.kind_of_layer(uow, source.layer, source.kind or None))
    tell("正在读取文件 / Reading the file")
    read = read_zones(source, watch=lambda repairs, total: progress(repairs, "修复 / repairing", total))
    kind, ground = _coverage(coverage)
    request = EditionImport(source.layer, read.zones, kind, load_settings().today(), coverage=ground, language=language(), **said)
    tell(f"正在写入 {len(read.zones.zones)} 个分区 / Writing {len(read.zones.zones)} zones")
    try:
        report = _import(database, request)
    except ZonesRefused as refused:
        if not as_json:
            raise
        problem = refused.as_problem(language())
        emit({**problem.pop("report"), **problem, **_read_notes(read)}, as_json, _print_report)
        raise typer.Exit(REFUSED) from refused
    emit({**report, **_read_notes(read)}, as_json, _print_report)


def _import(database: Database, request: EditionImport) -> dict[str, Any]:
    """The report; a file outside the area of use is asked about when a person watches."""
    try:
        with database.unit_of_work(actor()) as uow:
            return service.import_edition(uow, request)
    except OutsideArea as outside:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        typer.echo(outside.zh if language() == "zh" else outside.en, err=True)
        if not typer.confirm("扩大使用范围并载入? / Let the area of use grow and load?", err=True):
            raise
    with database.unit_of_work(actor()) as uow:
        return service.import_edition(uow, replace(request, grow_area=True))


def _read_notes(read: ZonesRead) -> dict[str, Any]:
    """What the reader did, and values that a field map leaves unknown."""
    chinese = language() == "zh"
    return {
        "notes": [note.zh if chinese else note.en for note in read.notes],
        "unlisted": [{"attribute": attribute, "value": value, "zones": count} for (attribute, value), count in sorted(read.unlisted.items())],
    }


def _coverage(stated: str) -> tuple[CoverageKind, MultiPolygon | None]:
    """`cells`, `area`, `none`, or the polygons of a file."""
    if stated in ("cells", "area", "none"):
        return cast(CoverageKind, stated), None
    path = Path(stated)
    if not path.exists():
        raise UsageError(
            f"--coverage is cells, area, none or a file; there is no file {stated}.", f"--coverage 应为 cells、area、none 或文件；文件 {stated} 不存在。"
        )
    return "file", read_coverage(path)


def _fields(path: Path | None, code: str | None, name: str | None) -> FieldMap:
    given = FieldMap()
    if path is not None:
        try:
            given = read_field_map(path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as bad:
            raise UsageError(f"The field map {path.name} cannot be read as UTF-8 text.", f"字段映射文件 {path.name} 无法按 UTF-8 文本读取。") from bad
    return replace(given, code=(code,) if code else given.code, name=(name,) if name else given.name)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError as bad:
        raise UsageError(
            f"--effective-from: '{text}' is not a day; write it as 2026-11-22.", f"--effective-from：“{text}”不是有效日期，请写成 2026-11-22 的形式。"
        ) from bad


def _threshold(area: str, width: str) -> Threshold:
    return Threshold(_decimal(area, "--threshold-area", "0.01"), _decimal(width, "--threshold-width", "0.001"))


def _decimal(text: str, option: str, step: str) -> Decimal:
    try:
        found = Decimal(text).quantize(Decimal(step))
    except InvalidOperation as bad:
        raise UsageError(f"{option}: '{text}' is not a number.", f"{option}：“{text}”不是数值。") from bad
    if not 0 <= found < 10**9:
        raise UsageError(f"{option}: '{text}' is out of range.", f"{option}：“{text}”超出范围。")
    return found


def _one_of(word: str, known: Sequence[str], option: str) -> str:
    if word not in known:
        raise UsageError(f"{option} is one of {', '.join(known)}, not '{word}'.", f"{option} 应为 {'、'.join(known)} 之一，不能是“{word}”。")
    return word


def _print_report(report: Mapping[str, Any]) -> None:
    chinese = language() == "zh"
    if report["unchanged"]:
        print(
            f"{report['layer']} {report['edition']}：内容相同，未作更改"
            if chinese
            else f"{report['layer']} {report['edition']}: the same content is there already"
        )
        return
    lead = ("试运行，未写入：" if chinese else "dry run, nothing written: ") if report["dry_run"] else ""
    size = f"{report['imported']} 个分区，{report['pieces']} 块" if chinese else f"{report['imported']} zones in {report['pieces']} pieces"
    print(f"{lead}{report['layer']} {report['edition']}({report['effective_from']}): {size}")
    for repair in report["repairs"][:_SHOWN]:
        print(f"  {repair['code']}: {repair['before_m2']} -> {repair['after_m2']} m2; {repair['reason']}")
    if len(report["repairs"]) > _SHOWN:
        print(f"  … {len(report['repairs']) - _SHOWN}  (--json)")
    for value in report["unlisted"]:
        print(
            f"  {value['attribute']}: {value['value']} x {value['zones']} -> " + ("未列入字段映射，按未知处理" if chinese else "not in the field map, unknown")
        )
    for note in report["notes"]:
        print(f"  {note}")


def _print_layers(found: Mapping[str, Any]) -> None:
    if not found["layers"]:
        print("尚无图层，请用 gridgov zones import 载入" if language() == "zh" else "No layer yet: load one with `gridgov zones import`.")
    for layer in found["layers"]:
        print(f"{layer['layer']}  {layer['kind']}  {layer['title']}")
        for edition in layer["editions"]:
            until = edition["effective_to"] or ""
            print(f"  {edition['edition']}  {edition['effective_from']}..{until}  {edition['zones']}  {edition['coverage']}  {edition['sha256'][:12]}")
