"""Sites from files: one site of a siting check, or a whole batch, as plain geometries in the coordinate system they came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, InvalidGeometry, TooLarge, WrongCrs
from gridgov.geo.crs import STORAGE, sniff_plane_crs
from gridgov.geo.validity import require_valid
from layers.table_file import read_table, table_kind
from layers.vector import read_features


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


def read_sites(path: Path, *, crs: str | None = None, layer: str | None = None, most: int | None = None) -> SiteTable:
    """Every row of a GeoPackage, Parquet, CSV, XLSX or other vector file. Raises what the readers raise, never for a single bad row.

    layer: needed when the file has several (a sheet's name for XLSX). most: rows that may be, None = any number; more raise TooLarge.
    """
    kind = table_kind(path)
    if kind is not None:
        head, geometries = read_table(path, kind, layer=layer, most=most)
        rows = [_row(number, columns, geometry) for number, (columns, geometry) in enumerate(zip(head["rows"], geometries, strict=True), 1)]
        return SiteTable(head["fields"], rows, crs or head["crs"] or _settled(rows, path), shaped=head["shaped"])
    table = read_features(path, layer=layer)
    if most is not None and len(table.rows) > most:
        raise TooLarge(f"The file has {len(table.rows)} features; at most {most} are read.", f"文件共 {len(table.rows)} 个要素，最多读取 {most} 个。")
    rows = [_row(number, columns, geometry) for number, (columns, geometry) in enumerate(zip(table.rows, table.geometries, strict=True), 1)]
    return SiteTable(table.fields, rows, crs or table.crs or _settled(rows, path))


def _row(number: int, columns: Mapping[str, Any], geometry: BaseGeometry | None) -> SiteRow:
    if geometry is None or geometry.is_empty:
        return SiteRow(number, columns, None, _unreadable(number))
    return SiteRow(number, columns, geometry)


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
