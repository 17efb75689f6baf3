"""Reading tables of sites (CSV, XLSX, Parquet) inside the killable process: columns as they stand, places from coordinates, WKT or WKB.

A row whose place cannot be read has none; only a file that is no such table, or has no column of places, is refused.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import BadEncoding, NotFound, Refused, TooLarge, UnknownFormat
from layers.vector_child import scalar
from layers.wire import pack

LON = ("lon", "lng", "long", "longitude", "x", "经度", "东经")
LAT = ("lat", "latitude", "y", "纬度", "北纬")
WKT = ("wkt", "geom", "geometry", "the_geom")
_LONGEST_FIELD = 16_000_000

Row = dict[str, Any]


@dataclass
class Table:
    """One table. geometries: beside the rows where the file itself holds shapes; None = they are in the columns, or nowhere."""

    name: str
    fields: list[str]
    rows: list[Row]
    geometries: list[BaseGeometry | None] | None = None
    crs: str | None = None
    others: list[str] = field(default_factory=list)


def read_table(payload: bytes) -> Iterator[bytes]:
    """{path, kind, layer, name, most} -> one packed table; most: rows that may be, None = any number."""
    asked = json.loads(payload)
    table = open_table(asked)
    geometries = table.geometries
    shaped = geometries is not None
    if geometries is None:
        place = place_reader(table.fields)
        if place is None:
            raise UnknownFormat(
                f"{asked['name']} has neither a lon and a lat column nor a WKT column.", f"{asked['name']} 没有经纬度列（lon、lat），也没有 WKT 列。"
            )
        geometries = [place(row) for row in table.rows]
    head = {"name": table.name, "crs": table.crs, "fields": table.fields, "rows": table.rows, "shaped": shaped}
    yield pack(head, [None if one is None or one.is_empty else one for one in geometries])


def open_table(asked: Mapping[str, Any]) -> Table:
    """The table a payload asks for. Raises UnknownFormat, BadEncoding, NotFound, TooLarge."""
    readers: dict[str, Callable[[Mapping[str, Any]], Table]] = {"csv": _read_csv, "xlsx": _read_xlsx, "parquet": _read_parquet}
    table = readers[asked["kind"]](asked)
    if asked.get("most") is not None and len(table.rows) > asked["most"]:
        raise TooLarge(
            f"The table has {len(table.rows)} rows; at most {asked['most']} are read.", f"表格共 {len(table.rows)} 行，最多读取 {asked['most']} 行。"
        )
    return table


def place_reader(fields: Sequence[str]) -> Callable[[Mapping[str, Any]], BaseGeometry | None] | None:
    """How a row's place is read from its columns; None = no column says one. What cannot be read is no place."""
    lon, lat, wkt = (_named(fields, names) for names in (LON, LAT, WKT))
    if wkt is not None:
        return lambda row: _from_wkt(row.get(wkt))
    if lon is not None and lat is not None:
        return lambda row: _from_numbers(row.get(lon), row.get(lat))
    return None


def _named(fields: Sequence[str], names: Sequence[str]) -> str | None:
    return next((one for name in names for one in fields if one.strip().lower() == name), None)


def _from_wkt(text: Any) -> BaseGeometry | None:
    try:
        return shapely.force_2d(shapely.from_wkt(text)) if text else None
    except (TypeError, shapely.errors.GEOSException):
        return None


def _from_numbers(lon: Any, lat: Any) -> BaseGeometry | None:
    try:
        return shapely.Point(float(lon), float(lat))
    except (ValueError, TypeError, shapely.errors.GEOSException):
        return None


def _read_csv(asked: Mapping[str, Any]) -> Table:
    raw, text = Path(asked["path"]).read_bytes(), None
    for codec in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(codec)
            break
        except UnicodeDecodeError:
            continue
    if text is None:
        raise BadEncoding(f"{asked['name']} is neither UTF-8 nor GB18030.", f"{asked['name']} 既不是 UTF-8 也不是 GB18030 编码。")
    csv.field_size_limit(_LONGEST_FIELD)
    reader = csv.DictReader(io.StringIO(text.replace("\x00", ""), newline=""))
    try:
        fields = [name for name in reader.fieldnames or () if name is not None]
        rows = [{name: scalar(row.get(name)) or None for name in fields} for row in reader]
    except csv.Error as broken:
        raise Refused(f"{asked['name']}: line {reader.line_num} is no CSV.", f"{asked['name']}：第 {reader.line_num} 行不是有效的 CSV 内容。") from broken
    return Table(Path(asked["name"]).stem, fields, rows)


def _read_xlsx(asked: Mapping[str, Any]) -> Table:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(asked["path"])
        names = list(book.sheet_names)
        name = asked.get("layer") or (names[0] if names else "")
        if name not in names:
            raise NotFound(f"There is no sheet {name} in the file; it has: {', '.join(names)}.", f"文件中没有工作表“{name}”，现有：{'、'.join(names)}。")
        lines = book.get_sheet_by_name(name).to_python()
    except (python_calamine.CalamineError, OSError) as broken:
        raise UnknownFormat(f"{asked['name']} is broken or is no XLSX file.", f"{asked['name']} 已损坏，或不是 XLSX 文件。") from broken
    heads = [str(scalar(_whole(cell)) or "").strip() for cell in lines[0]] if lines else []
    kept = {head: position for position, head in reversed(list(enumerate(heads))) if head}
    fields = [head for head in dict.fromkeys(heads) if head]
    rows = [{head: scalar(_whole(line[kept[head]])) if line[kept[head]] != "" else None for head in fields} for line in lines[1:]]
    return Table(name, fields, [row for row in rows if any(value is not None for value in row.values())], others=names)


def _whole(value: Any) -> Any:
    """A spreadsheet's whole numbers come as floats."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 2**53 else value


def _read_parquet(asked: Mapping[str, Any]) -> Table:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.ParquetFile(asked["path"]).read()
    except (OSError, pyarrow.ArrowException) as broken:
        raise UnknownFormat(f"{asked['name']} is not a Parquet file.", f"{asked['name']} 不是 Parquet 文件。") from broken
    column, stated = geo_column(table.schema.metadata or {}, table.column_names)
    fields = [name for name in table.column_names if name != column]
    values = {name: table.column(name).to_pylist() for name in fields}
    rows = [{name: scalar(values[name][row]) for name in fields} for row in range(table.num_rows)]
    shapes = None if column is None else [_from_wkb(blob) for blob in table.column(column).to_pylist()]
    return Table(Path(asked["name"]).stem, fields, rows, shapes, stated)


def geo_column(metadata: Mapping[bytes, bytes], names: Sequence[str]) -> tuple[str | None, str | None]:
    """Name of the geometry column and its reference system, by the GeoParquet metadata or else by name."""
    if b"geo" in metadata:
        try:
            stated = json.loads(metadata[b"geo"])
            column = stated["primary_column"]
            # Left out means OGC:CRS84, null means unknown.
            crs = stated["columns"][column].get("crs", "OGC:CRS84")
        except (ValueError, KeyError, TypeError, AttributeError) as broken:
            raise UnknownFormat("The file's GeoParquet metadata are broken.", "文件的 GeoParquet 元数据已损坏。") from broken
        if column not in names:
            raise UnknownFormat("The file's GeoParquet metadata name a column that is not there.", "文件的 GeoParquet 元数据所指的列不存在。")
        return column, json.dumps(crs) if isinstance(crs, dict) else crs
    return _named(names, WKT[1:]), None


def _from_wkb(value: Any) -> BaseGeometry | None:
    try:
        return shapely.force_2d(shapely.from_wkb(value)) if value else None
    except (TypeError, shapely.errors.GEOSException):
        return None
