"""Writes a table of features as GeoPackage, GeoJSON, FlatGeobuf or zipped Shapefile, by the file's ending; whole or not at all."""

import json
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import NotFound, Refused, UnknownFormat, WrongCrs
from layers.table import FeatureTable

LON_LAT = ("EPSG:4326", "EPSG:4490", "OGC:CRS84")
SHAPEFILE_TEXT = 254
SHAPEFILE_NAME = 10
MULTI = {"Point": "MultiPoint", "LineString": "MultiLineString", "Polygon": "MultiPolygon"}
# A fixed time in every entry: the same table gives the same archive.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def write_features(path: Path, table: FeatureTable) -> None:
    """Writes the table; every bit of a coordinate is kept, None stays no value.

    Raises UnknownFormat for another ending, WrongCrs for GeoJSON in anything but lon/lat, NotFound for a folder that is not there,
    Refused for one that cannot be written to and for text that a Shapefile cannot hold.
    """
    path = Path(path)
    writers = {".gpkg": _write_gpkg, ".geojson": _write_geojson, ".json": _write_geojson, ".fgb": _write_fgb, ".zip": _write_shapefile}
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise UnknownFormat(
            f"cannot write {path.suffix or 'a file without ending'}: use .gpkg, .geojson, .fgb or .zip (Shapefile)",
            f"不支持写出 {path.suffix or '无后缀的文件'}，请使用 .gpkg、.geojson、.fgb 或 .zip（Shapefile）",
        )
    if not path.parent.is_dir():
        raise NotFound(f"There is no folder {path.parent}.", f"文件夹不存在：{path.parent}。")
    if path.is_dir():
        raise Refused(f"{path} is a folder; a file is needed.", f"{path} 是文件夹，请给出文件名。")
    if not os.access(path.parent, os.W_OK):
        raise Refused(f"The folder {path.parent} cannot be written to.", f"文件夹 {path.parent} 不可写入。")
    with TemporaryDirectory(prefix=".gridgov-write-", dir=path.parent) as folder:
        made = Path(folder) / f"{path.stem}{path.suffix.lower()}"
        writer(made, table)
        os.replace(made, path)


def _write_gpkg(path: Path, table: FeatureTable) -> None:
    _write_by_gdal(path, table, "GPKG", layer=table.name)


def _write_fgb(path: Path, table: FeatureTable) -> None:
    _write_by_gdal(path, table, "FlatGeobuf", layer=table.name)


def _write_by_gdal(path: Path, table: FeatureTable, driver: str, **options: Any) -> None:
    import pyarrow as pa
    import pyogrio

    geometries, kind = uniform(table.geometries)
    columns = {name: arrow_column([row.get(name) for row in table.rows]) for name in table.fields}
    blobs = [None if geometry is None else shapely.to_wkb(geometry, flavor="iso") for geometry in geometries]
    data = pa.table({**columns, GEOMETRY: pa.array(blobs, pa.binary())})
    pyogrio.write_arrow(data, str(path), driver=driver, geometry_name=GEOMETRY, geometry_type=kind, crs=table.crs, **options)


GEOMETRY = "geometry"


def uniform(geometries: Sequence[BaseGeometry | None]) -> tuple[list[BaseGeometry | None], str]:
    """All geometries as one kind where they can be (single parts become multi), and that kind."""
    kinds = {geometry.geom_type for geometry in geometries if geometry is not None}
    if len(kinds) == 1:
        return list(geometries), kinds.pop()
    multi = {MULTI.get(kind, kind) for kind in kinds}
    if len(multi) != 1:
        return list(geometries), "Unknown"
    return [_as_multi(geometry) for geometry in geometries], multi.pop()


def _as_multi(geometry: BaseGeometry | None) -> BaseGeometry | None:
    if geometry is None or geometry.geom_type.startswith("Multi"):
        return geometry
    build = {"Point": shapely.MultiPoint, "LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
    return build[geometry.geom_type]([geometry])


def arrow_column(values: list[Any]) -> Any:
    """Values in their own type; mixed kinds become text."""
    import pyarrow as pa

    try:
        found = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        found = pa.array([value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False) for value in values])
    return found.cast(pa.string()) if pa.types.is_null(found.type) else found


def _write_geojson(path: Path, table: FeatureTable) -> None:
    """RFC 7946: lon/lat, outer rings counter-clockwise, coordinates with every digit they have."""
    if table.crs not in LON_LAT:
        raise WrongCrs("GeoJSON is lon/lat; convert the data to EPSG:4490 first", "GeoJSON 只能为经纬度坐标，请先转换到 EPSG:4490")
    with path.open("w", encoding="utf-8", newline="\n") as sink:
        sink.write('{"type": "FeatureCollection", "name": ' + json.dumps(table.name, ensure_ascii=False) + ', "features": [')
        for position, (row, geometry) in enumerate(zip(table.rows, table.geometries, strict=True)):
            feature = {"type": "Feature", "properties": {name: row.get(name) for name in table.fields}, "geometry": _mapping(geometry)}
            sink.write(("\n" if position == 0 else ",\n") + json.dumps(feature, ensure_ascii=False, allow_nan=False))
        sink.write("\n]}\n")


def _mapping(geometry: BaseGeometry | None) -> Any:
    if geometry is None:
        return None
    if geometry.is_empty:
        return {"type": geometry.geom_type, "coordinates": []}
    return shapely.geometry.mapping(shapely.orient_polygons(geometry))


def _write_shapefile(path: Path, table: FeatureTable) -> None:
    codec = "GBK" if _fits(table, "gbk") else "UTF-8"
    names = short_names(table.fields, codec)
    for name in table.fields:
        _check_text(name, [row.get(name) for row in table.rows], codec)
    rows = [{names[name]: row.get(name) for name in table.fields} for row in table.rows]
    renamed = FeatureTable(path.stem, table.crs, list(names.values()), rows, table.geometries)
    with TemporaryDirectory(prefix="gridgov-shp-", dir=path.parent) as folder:
        _write_by_gdal(Path(folder) / f"{path.stem}.shp", renamed, "ESRI Shapefile", encoding=codec)
        (Path(folder) / f"{path.stem}.cpg").write_text(codec, "ascii")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sorted(Path(folder).iterdir()):
                archive.writestr(zipfile.ZipInfo(part.name, ZIP_TIME), part.read_bytes(), zipfile.ZIP_DEFLATED)


def _fits(table: FeatureTable, codec: str) -> bool:
    texts = [value for row in table.rows for value in row.values() if isinstance(value, str)]
    try:
        "".join([*table.fields, *texts]).encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _check_text(name: str, values: list[Any], codec: str) -> None:
    for row, value in enumerate(values, 1):
        if isinstance(value, str) and len(value.encode(codec)) > SHAPEFILE_TEXT:
            raise Refused(
                f"row {row}, {name}: a Shapefile holds {SHAPEFILE_TEXT} bytes of text; write .gpkg",
                f"第 {row} 行“{name}”超过 Shapefile 的 {SHAPEFILE_TEXT} 字节上限，请改用 .gpkg",
            )


def short_names(fields: Sequence[str], codec: str) -> dict[str, str]:
    """Names of at most 10 bytes, cut between characters, made distinct by a number."""
    found: dict[str, str] = {}
    for field in fields:
        name, number = _cut(field, codec, SHAPEFILE_NAME), 1
        while name.lower() in {taken.lower() for taken in found.values()}:
            number += 1
            name = _cut(field, codec, SHAPEFILE_NAME - 1 - len(str(number))) + f"_{number}"
        found[field] = name
    return found


def _cut(text: str, codec: str, size: int) -> str:
    return text.encode(codec)[:size].decode(codec, "ignore")
