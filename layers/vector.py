"""Vector files in and out: which reader a file needs is decided by its content, never by its name, and it runs in a killable process.

Reads GeoPackage, GeoJSON, FlatGeobuf, Shapefile (loose or zipped) and File Geodatabase; writes the first four. Every reader sees a
private copy under a plain name, with one GDAL driver loaded and no network. Whether geometries are valid, and where they lie, is
for whoever uses the table.
"""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from gridgov.errors import MissingPart, NotFound, Refused, TooLarge, UnknownFormat
from layers import sandbox, wire
from layers.archive import unpack
from layers.sandbox import Limits, Stopped
from layers.table import FeatureTable, Note
from layers.vector_write import write_features

__all__ = ["FeatureTable", "Note", "read_features", "write_features"]

MAX_BYTES = 1 << 30
LIMITS = Limits()
GDAL_DRIVERS = {"GPKG": "GPKG", "FlatGeobuf": "FlatGeobuf", "FileGDB": "OpenFileGDB", "Shapefile": "ESRI Shapefile"}
ENDINGS = {"GPKG": ".gpkg", "FlatGeobuf": ".fgb", "FileGDB": ".gdb", "GeoJSON": ".geojson", "Shapefile": ".shp"}
SIGNATURES = {b"fgb\x03fgb": "FlatGeobuf", b"\x00\x00\x27\x0a": "Shapefile", b"PK\x03\x04": "zip"}
READABLE_ZH = "GeoPackage、GeoJSON、FlatGeobuf、Shapefile（可打包为 zip）、File Geodatabase"
READABLE_EN = "GeoPackage, GeoJSON, FlatGeobuf, Shapefile (loose or zipped), File Geodatabase"


@dataclass(frozen=True, slots=True)
class Source:
    """A file ready for its reader: what it is, where its private copy lies, what it was called."""

    kind: str
    path: Path
    name: str


def read_features(path: Path, *, layer: str | None = None) -> FeatureTable:
    """One layer of a vector file, complete and in file order.

    layer: needed when the file has several. Raises UnknownFormat, MissingPart, BadEncoding, InvalidGeometry (open rings, curves),
    TooLarge (1 GB, or the reader's memory or time ran out), NotFound.
    """
    path = Path(path)
    if not path.exists():
        raise NotFound(f"no file {path.name}", f"文件不存在：{path.name}")
    with TemporaryDirectory(prefix="gridgov-read-") as folder:
        source = prepare(path, Path(folder), layer)
        task = {"GeoJSON": "geojson", "Shapefile": "shapefile"}.get(source.kind, "gdal")
        asked = {"path": str(source.path), "driver": GDAL_DRIVERS.get(source.kind), "layer": layer, "name": source.name}
        environment = {} if source.kind == "GeoJSON" else confined_to(GDAL_DRIVERS[source.kind])
        try:
            body = sandbox.answer(task, json.dumps(asked).encode(), limits=LIMITS, environment=environment)
        except Stopped as stopped:
            raise stopped_reading(stopped) from stopped
    head, geometries = wire.unpack(body)
    name = source.name if source.kind == "GeoJSON" and head["name"] == "features" else head["name"]
    notes = tuple(Note(en, zh) for en, zh in head["notes"])
    return FeatureTable(name, head["crs"], head["fields"], head["rows"], geometries, crs_declared=head["declared"], notes=notes)


def confined_to(driver: str) -> dict[str, str]:
    """Environment in which GDAL registers one driver alone."""
    import pyogrio

    return {
        "GDAL_SKIP": ",".join(sorted(set(pyogrio.list_drivers()) - {driver})),
        "GDAL_DRIVER_PATH": "disable",
        "CPL_CURL_ENABLE_VSIMEM": "NO",
        "OGR_SQLITE_LOAD_EXTENSIONS": "",
        "SHAPE_RESTORE_SHX": "NO",
    }


def stopped_reading(stopped: Stopped) -> TooLarge | UnknownFormat:
    """What is said of a reader that was stopped or broke down."""
    if stopped.reason == "time":
        return TooLarge("reading the file took too long and was stopped", "读取文件超时，已终止")
    if stopped.reason == "memory":
        return TooLarge("reading the file needs too much memory and was stopped", "读取文件所需内存过大，已终止")
    return UnknownFormat("the reader broke down on this file: it is damaged or not what it seems", "读取程序处理该文件时异常退出：文件已损坏或内容与格式不符")


def prepare(path: Path, folder: Path, layer: str | None) -> Source:
    """A private copy of the file (of all its parts) in folder, unzipped when it is an archive."""
    kind = sniff(path)
    if kind == "zip":
        unpacked = folder / "unpacked"
        unpack(path, unpacked)
        path, kind = choose_inside(unpacked, layer)
    copy = folder / f"input{ENDINGS[kind]}"
    if kind == "Shapefile":
        copy_shapefile(path, copy)
    elif kind == "FileGDB":
        copy_folder(path, copy)
    else:
        _copy(path, copy)
        if kind == "GPKG" and (log := path.with_name(path.name + "-wal")).is_file():
            _copy(log, copy.with_name(copy.name + "-wal"))
    if kind in ("Shapefile", "GeoJSON") and layer is not None and layer not in (path.stem, "features"):
        raise NotFound(f"no layer {layer} in the file; it has: {path.stem}", f"文件中没有图层“{layer}”，现有：{path.stem}")
    return Source(kind, copy, path.stem)


def sniff(path: Path) -> str:
    """GPKG, GeoJSON, FlatGeobuf, Shapefile, FileGDB or zip, by content. Raises UnknownFormat."""
    if path.is_dir():
        if any(part.name.lower() == "a00000001.gdbtable" for part in path.iterdir()):
            return "FileGDB"
        raise UnknownFormat(f"the folder {path.name} is no File Geodatabase", f"文件夹 {path.name} 不是 File Geodatabase")
    if not path.is_file():
        raise UnknownFormat(f"{path.name} is no plain file", f"{path.name} 不是普通文件")
    with path.open("rb") as opened:
        kind = kind_of(head := opened.read(4096))
    if kind is None:
        raise _unknown(path, head)
    if kind == "Shapefile" and path.suffix.lower() == ".shx":
        raise UnknownFormat("give the .shp file; its .shx, .dbf and .prj are found beside it", "请指定 .shp 文件，其 .shx、.dbf、.prj 会自动在同目录查找")
    return kind


def kind_of(head: bytes) -> str | None:
    """What a file is by its first bytes, None = nothing that is read here. (.shp and .shx start alike.)"""
    if head.startswith(b"SQLite format 3\0"):
        return "GPKG" if head[68:72] in (b"GPKG", b"GP10", b"GP11") else None
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith((b"{", b"[")):
        return "GeoJSON"
    return next((kind for start, kind in SIGNATURES.items() if head.startswith(start)), None)


def _unknown(path: Path, head: bytes) -> UnknownFormat:
    later = {".kml": "KML", ".kmz": "KMZ", ".dxf": "DXF", ".csv": "CSV", ".xlsx": "XLSX", ".txt": "TXT", ".parquet": "GeoParquet", ".gml": "GML"}
    name = later.get(path.suffix.lower())
    if name:
        return UnknownFormat(f"{name} is not yet read; give {READABLE_EN}", f"暂不支持读取 {name}，请提供 {READABLE_ZH}")
    if head.startswith(b"SQLite format 3\0"):
        return UnknownFormat("an SQLite file that is no GeoPackage is not read", "该 SQLite 文件不是 GeoPackage，不予读取")
    return UnknownFormat(f"the content of {path.name} is none of: {READABLE_EN}", f"{path.name} 的内容不属于可读取的格式：{READABLE_ZH}")


def choose_inside(folder: Path, layer: str | None) -> tuple[Path, str]:
    """The one thing to read in an unpacked archive: a File Geodatabase, else the one file of a known format."""
    found = data_sets_inside(folder)
    if not found:
        raise _nothing_inside(folder)
    wanted = [part for part in found if part.stem == layer] if len(found) > 1 and layer else found
    if len(wanted) != 1:
        listed = [part.stem for part in found]
        raise Refused(
            f"the archive holds {len(found)} data sets, name one as layer: {', '.join(listed)}",
            f"压缩包内有 {len(found)} 个数据集，请指定其一：{'、'.join(listed)}",
        )
    kind = sniff(wanted[0])
    if kind == "zip":
        raise Refused("the archive holds another archive under a data file's name", "压缩包内的数据文件实为另一压缩包")
    return wanted[0], kind


def data_sets_inside(folder: Path) -> list[Path]:
    """What an unpacked archive holds to read: its File Geodatabases, else its files of known formats."""
    bases = sorted({part.parent for part in folder.rglob("*") if part.name.lower() == "a00000001.gdbtable"})
    names = {".shp": "Shapefile", ".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON", ".fgb": "FlatGeobuf"}
    files = sorted(part for part in folder.rglob("*") if part.suffix.lower() in names and not part.name.startswith("._"))
    return bases or files


def _nothing_inside(folder: Path) -> MissingPart | UnknownFormat:
    shells = [part for part in folder.rglob("*") if part.suffix.lower() in (".dbf", ".shx", ".prj")]
    if shells:
        return MissingPart("the archive holds parts of a shapefile but no .shp", "压缩包内有 Shapefile 的部分文件，但缺少 .shp")
    return UnknownFormat(f"the archive holds none of: {READABLE_EN}", f"压缩包内没有可读取的数据：{READABLE_ZH}")


def copy_shapefile(path: Path, copy: Path) -> None:
    """All parts under one lower-case name. Raises MissingPart naming what is not there; a missing .prj leaves the CRS unknown."""
    beside = {part.suffix.lower(): part for part in path.parent.iterdir() if part.stem == path.stem and part.is_file()}
    missing = [ending for ending in (".shx", ".dbf") if ending not in beside]
    if missing:
        raise MissingPart(f"the shapefile {path.name} lacks its {' and '.join(missing)} part", f"Shapefile {path.name} 缺少 {'、'.join(missing)} 部分")
    _copy(path, copy)
    for ending, name in ((".shx", ".shx"), (".dbf", ".table"), (".prj", ".prj"), (".cpg", ".cpg")):
        if ending in beside:
            _copy(beside[ending], copy.with_suffix(name))


def copy_folder(path: Path, copy: Path) -> None:
    """The plain files of a File Geodatabase (links and folders in it are left behind)."""
    parts = [part for part in path.iterdir() if part.is_file() and not part.is_symlink()]
    _check_size(sum(part.stat().st_size for part in parts))
    copy.mkdir()
    for part in parts:
        shutil.copyfile(part, copy / part.name)


def _copy(path: Path, copy: Path) -> None:
    _check_size(os.stat(path).st_size)
    shutil.copyfile(path, copy)


def _check_size(size: int) -> None:
    if size > MAX_BYTES:
        raise TooLarge(f"the file is larger than {MAX_BYTES >> 20} MB", f"文件超过 {MAX_BYTES >> 20} MB")
