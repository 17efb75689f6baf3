"""Sites from files: one site of a siting check, or a whole batch, as plain geometries in the coordinate system they came in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, InvalidGeometry, TooLarge, WrongCrs
from gridgov.geo.cgcs2000 import UnsettledCrs
from gridgov.geo.crs import STORAGE, sniff_plane_crs
from gridgov.geo.site_text import read_site_text
from gridgov.geo.text_numbers import decode_text
from gridgov.geo.text_plots import PlacedText
from gridgov.geo.validity import require_valid
from layers.table import Note
from layers.table_file import read_table, table_kind
from layers.vector import read_features

MOST_TEXT_BYTES = 5_000_000
MOST_VERTICES = 20_000


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

    shaped: the file holds geometries, not only columns of coordinates or WKT. notes: what its reader did to the data.
    """

    columns: Sequence[str]
    rows: Sequence[SiteRow]
    crs: str
    shaped: bool = True
    notes: Sequence[Note] = ()


def read_site(path: Path, *, crs: str | None = None) -> tuple[BaseGeometry, str]:
    """The union of all features of a file, and its coordinate system.

    Raises InvalidGeometry when there is none, kinds are mixed, or parts overlap each other; WrongCrs when the system cannot be known.
    """
    if is_text(path):
        placed = read_text_file(path, crs=crs)
        return placed.union(max_vertices=MOST_VERTICES, max_parts=MOST_VERTICES), placed.crs
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
    """Every row of a GeoPackage, Parquet, CSV, XLSX or other vector file, every plot of a text. Raises what the readers raise, never for a single bad row.

    layer: needed when the file has several (a sheet's name for XLSX). most: rows that may be, None = any number; more raise TooLarge.
    """
    if is_text(path):
        return _from_text(read_text_file(path, crs=crs), most)
    kind = table_kind(path)
    if kind is not None:
        head, geometries = read_table(path, kind, layer=layer, most=most)
        rows = [_row(number, columns, geometry) for number, (columns, geometry) in enumerate(zip(head["rows"], geometries, strict=True), 1)]
        return SiteTable(head["fields"], rows, crs or head["crs"] or _settled(rows, path), shaped=head["shaped"])
    table = read_features(path, layer=layer)
    if most is not None and len(table.rows) > most:
        raise TooLarge(f"The file has {len(table.rows)} features; at most {most} are read.", f"文件共 {len(table.rows)} 个要素，最多读取 {most} 个。")
    rows = [_row(number, columns, geometry) for number, (columns, geometry) in enumerate(zip(table.rows, table.geometries, strict=True), 1)]
    return SiteTable(table.fields, rows, crs or table.crs or _settled(rows, path), notes=table.notes)


def is_text(path: Path) -> bool:
    """Whether a file is read as boundary points or coordinates."""
    return path.suffix.lower() == ".txt"


def read_text_file(path: Path, *, crs: str | None = None) -> PlacedText:
    """The plots of a boundary-points file or a list of coordinates. Raises what `read_site_text` and `text_of` raise."""
    return read_site_text(text_of(path), crs=crs)


def text_of(path: Path) -> str:
    """What a text file says, UTF-8 or GBK. Raises BadEncoding, TooLarge over 5 MB."""
    with path.open("rb") as opened:
        raw = opened.read(MOST_TEXT_BYTES + 1)
    if len(raw) > MOST_TEXT_BYTES:
        raise TooLarge("The text is larger than 5 MB.", "文本超过 5 MB。")
    return decode_text(raw)


def _from_text(placed: PlacedText, most: int | None) -> SiteTable:
    plots = placed.text.plots
    if most is not None and len(plots) > most:
        raise TooLarge(f"The file has {len(plots)} plots; at most {most} are read.", f"文件共 {len(plots)} 个地块，最多读取 {most} 个。")
    columns = list(dict.fromkeys(["name", *(key for plot in plots for key in plot.properties)]))
    rows = []
    for number, plot in enumerate(plots):
        held = {column: plot.properties.get(column) for column in columns} | {"name": plot.name}
        try:
            rows.append(SiteRow(number + 1, held, placed.geometry(number, max_vertices=MOST_VERTICES, max_parts=MOST_VERTICES)))
        except InvalidGeometry as refused:
            rows.append(SiteRow(number + 1, held, None, refused))
    return SiteTable(columns, rows, placed.crs, notes=[Note(note.en, note.zh) for note in placed.notes])


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
        raise UnsettledCrs(f"{path.name}: {unknown.en}", f"{path.name}：{unknown.zh}", (west, south, east, north)) from unknown


def _unreadable(number: int) -> InvalidGeometry:
    return InvalidGeometry(
        f"Row {number} has no readable geometry.", f"第 {number} 行没有可读取的图形。", faults=[Fault(f"row {number}", "no geometry", "没有图形")]
    )
