"""Sites from files: one site of a siting check, or a whole batch, as plain geometries in the coordinate system they came in."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import BadEncoding, Fault, InvalidGeometry, UnknownFormat, WrongCrs
from gridgov.geo.crs import STORAGE, sniff_plane_crs
from gridgov.geo.validity import require_valid
from layers.vector import read_features

_LON = ("lon", "lng", "long", "longitude", "x", "经度", "东经")
_LAT = ("lat", "latitude", "y", "纬度", "北纬")
_WKT = ("wkt", "geom", "geometry", "the_geom")


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One row of a batch. number: from 1, in file order. geometry None = the row gives none, `fault` says why."""

    number: int
    columns: Mapping[str, Any]
    geometry: BaseGeometry | None
    fault: InvalidGeometry | None = None


@dataclass(frozen=True, slots=True)
class SiteTable:
    """The rows of a file of sites. crs: of all its coordinates. columns: names in file order, without the geometry.

    shaped: the file holds geometries, not only columns of coordinates or WKT.
    """

    columns: Sequence[str]
    rows: Sequence[SiteRow]
    crs: str
    shaped: bool = True


def read_site(path: Path, *, crs: str | None = None) -> tuple[BaseGeometry, str]:
    """The union of all features of a file, and its coordinate system.

    Raises InvalidGeometry when there is none, kinds are mixed, or parts overlap each other; WrongCrs when the system cannot be known.
    """
    table = read_sites(path, crs=crs)
    held = [row.geometry for row in table.rows if row.geometry is not None]
    if not held:
        raise InvalidGeometry(f"{path.name} holds no geometry.", f"{path.name} 中没有图形。")
    if len(held) < len(table.rows):
        number = next(row.number for row in table.rows if row.geometry is None)
        raise InvalidGeometry(f"{path.name}: feature {number} has no geometry.", f"{path.name} 的第 {number} 个要素没有图形。")
    if len(held) == 1:
        return held[0], table.crs
    for one in held:
        require_valid(one)
    whole = shapely.union_all(held)
    parts = sum(shapely.area(one) for one in held)
    if parts > 0 and parts - shapely.area(whole) > 1e-9 * parts:
        raise InvalidGeometry(f"Features of {path.name} overlap each other.", f"{path.name} 中的图形相互重叠。")
    return whole, table.crs


def read_sites(path: Path, *, crs: str | None = None) -> SiteTable:
    """Every row of a GeoPackage, Parquet, CSV or other vector file. Raises what the readers raise, never for a single bad row."""
    ending = path.suffix.lower()
    if ending == ".csv":
        return _from_csv(path, crs)
    if ending in (".parquet", ".geoparquet"):
        return _from_parquet(path, crs)
    table = read_features(path)
    rows = [_row(number, columns, geometry) for number, (columns, geometry) in enumerate(zip(table.rows, table.geometries, strict=True), 1)]
    return SiteTable(table.fields, rows, crs or table.crs or _settled(rows, path))


def _from_csv(path: Path, crs: str | None) -> SiteTable:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = path.read_text("gb18030")
        except UnicodeDecodeError as broken:
            raise BadEncoding(f"{path.name} is neither UTF-8 nor GB18030.", f"{path.name} 既不是 UTF-8 也不是 GB18030 编码。") from broken
    reader = csv.DictReader(io.StringIO(text, newline=""))
    fields = [field for field in reader.fieldnames or () if field is not None]
    lon, lat, wkt = (_field(fields, names) for names in (_LON, _LAT, _WKT))
    if wkt is None and (lon is None or lat is None):
        raise UnknownFormat(f"{path.name} has neither a lon and a lat column nor a WKT column.", f"{path.name} 没有经纬度列（lon、lat），也没有 WKT 列。")
    rows = []
    for number, columns in enumerate(reader, 1):
        held = {field: columns.get(field) or None for field in fields}
        rows.append(_from_text(number, held, lon, lat, wkt))
    return SiteTable(fields, rows, crs or _settled(rows, path), shaped=False)


def _from_text(number: int, columns: Mapping[str, Any], lon: str | None, lat: str | None, wkt: str | None) -> SiteRow:
    try:
        if wkt is not None:
            return _row(number, columns, shapely.from_wkt(columns[wkt]) if columns[wkt] else None)
        assert lon is not None and lat is not None
        return _row(number, columns, shapely.Point(float(columns[lon]), float(columns[lat])))
    except (ValueError, TypeError, shapely.errors.GEOSException):
        return SiteRow(number, columns, None, _unreadable(number))


def _from_parquet(path: Path, crs: str | None) -> SiteTable:
    try:
        table = pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.ArrowException) as broken:
        raise UnknownFormat(f"{path.name} is not a Parquet file.", f"{path.name} 不是 Parquet 文件。") from broken
    column, stated = _geo_column(table.schema.metadata or {}, table.column_names)
    lon, lat = _field(table.column_names, _LON), _field(table.column_names, _LAT)
    if column is None and (lon is None or lat is None):
        raise UnknownFormat(f"{path.name} has no geometry column.", f"{path.name} 没有图形列。")
    fields = [name for name in table.column_names if name != column]
    rows = []
    for number, record in enumerate(table.to_pylist(), 1):
        columns = {field: record[field] for field in fields}
        if column is None:
            rows.append(_from_text(number, columns, lon, lat, None))
        else:
            rows.append(_from_wkb(number, columns, record[column]))
    return SiteTable(fields, rows, crs or stated or _settled(rows, path), shaped=column is not None)


def _geo_column(metadata: Mapping[bytes, bytes], names: Sequence[str]) -> tuple[str | None, str | None]:
    """Name of the geometry column and its coordinate system, by the GeoParquet metadata or else by name."""

    if b"geo" in metadata:
        stated = json.loads(metadata[b"geo"])
        column = stated["primary_column"]
        # Left out means OGC:CRS84, null means unknown.
        crs = stated["columns"][column].get("crs", "OGC:CRS84")
        return column, json.dumps(crs) if isinstance(crs, dict) else crs
    return _field(names, _WKT[1:]), None


def _from_wkb(number: int, columns: Mapping[str, Any], value: Any) -> SiteRow:
    try:
        return _row(number, columns, shapely.from_wkb(value))
    except (TypeError, shapely.errors.GEOSException):
        return SiteRow(number, columns, None, _unreadable(number))


def _row(number: int, columns: Mapping[str, Any], geometry: BaseGeometry | None) -> SiteRow:
    if geometry is None or geometry.is_empty:
        return SiteRow(number, columns, None, _unreadable(number))
    return SiteRow(number, columns, geometry)


def _field(fields: Sequence[str], names: Sequence[str]) -> str | None:
    return next((field for name in names for field in fields if field.strip().lower() == name), None)


def _settled(rows: Sequence[SiteRow], path: Path) -> str:
    """The system the numbers themselves settle. Raises WrongCrs when they do not."""
    held = [row.geometry for row in rows if row.geometry is not None]
    if not held:
        return STORAGE
    west, south, east, north = shapely.total_bounds(held)
    try:
        return str(sniff_plane_crs((west, south, east, north)).to_string())
    except WrongCrs as unknown:
        raise WrongCrs(f"{path.name}: {unknown.en}", f"{path.name}：{unknown.zh}") from unknown


def _unreadable(number: int) -> InvalidGeometry:
    return InvalidGeometry(
        f"Row {number} has no readable geometry.", f"第 {number} 行没有可读取的图形。", faults=[Fault(f"row {number}", "no geometry", "没有图形")]
    )
