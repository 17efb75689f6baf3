"""Reading a vector file by GDAL, inside the killable process: one driver only, plain tables only, Z and M dropped, curves refused."""

import json
import math
import sqlite3
import struct
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, InvalidGeometry, NotFound, Refused, UnknownFormat
from layers.wire import pack

# ISO/OGC WKB type numbers of what only a curve-aware reader understands, with Z/M offsets and flags taken off.
CURVES = {8: "CircularString", 9: "CompoundCurve", 10: "CurvePolygon", 11: "MultiCurve", 12: "MultiSurface", 13: "Curve", 14: "Surface"}
SURFACES = {15: "PolyhedralSurface", 16: "TIN", 17: "Triangle"}
Z_NOTE = ("heights (Z) or measures (M) were dropped", "已舍去高程（Z）或量测值（M）")


def read_by_gdal(payload: bytes) -> Iterator[bytes]:
    """{path, driver, layer} -> one packed table."""
    asked = json.loads(payload)
    if asked["driver"] == "GPKG":
        refuse_active_content(Path(asked["path"]))
    import pyogrio

    if set(pyogrio.list_drivers()) != {asked["driver"]}:
        raise Refused("the file reader is not confined to one driver; the file was not opened", "文件读取程序未能限定为单一驱动，未打开该文件")
    try:
        layer, _declared = choose_layer(pyogrio.list_layers(asked["path"]), asked["layer"])
        meta, table = pyogrio.read_arrow(asked["path"], layer=layer, datetime_as_string=True)
    except pyogrio.errors.DataSourceError as broken:
        raise UnknownFormat(f"the file is broken or is no {asked['driver']} file", f"文件已损坏，或不是 {asked['driver']} 文件") from broken
    except (pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError) as broken:
        raise Refused("the layer cannot be read: the file is broken or was cut off", "图层无法读取：文件损坏或不完整") from broken
    name = meta["geometry_name"] or "wkb_geometry"
    geometries, dropped = plane_geometries(table.column(name).to_pylist() if name in table.column_names else [None] * table.num_rows)
    columns = {field: table.column(field).to_pylist() for field in table.column_names if field not in (name, meta["fid_column"])}
    rows, lost = scalar_rows(columns, table.num_rows)
    notes = ([Z_NOTE] if dropped else []) + [(f"binary column {f} was left out", f"未读取二进制列 {f}") for f in lost]
    head = {"name": layer, "crs": meta["crs"], "fields": [f for f in columns if f not in lost], "rows": rows, "notes": notes, "declared": True}
    yield pack(head, geometries)


def refuse_active_content(path: Path) -> None:
    """A GeoPackage here is tables and indexes; virtual tables and views can run code or reach files."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as database:
        try:
            made = [
                (str(name), " ".join(str(sql).lower().split())) for name, sql in database.execute("select name, sql from sqlite_master where sql is not null")
            ]
            layers = {str(name).lower() for (name,) in database.execute("select table_name from gpkg_contents")}
        except sqlite3.DatabaseError as broken:
            raise UnknownFormat("the file is broken or is no GeoPackage", "文件已损坏，或不是 GeoPackage 文件") from broken
    for name, sql in made:
        virtual = sql.startswith("create virtual table") and " using rtree" not in sql
        if virtual or (sql.startswith("create view") and name.lower() in layers):
            raise Refused(
                f"the GeoPackage holds a virtual table or view as a layer: {name}; export it as a plain layer",
                f"GeoPackage 含虚拟表或视图图层“{name}”，请导出为普通图层后重试",
            )


def choose_layer(found: Any, wanted: str | None) -> tuple[str, str | None]:
    """The layer asked for, or the only one with geometries."""
    layers = {str(name): kind for name, kind in found}
    spatial = [name for name, kind in layers.items() if kind is not None]
    if wanted is not None:
        if wanted not in layers:
            raise NotFound(f"no layer {wanted} in the file; it has: {', '.join(layers)}", f"文件中没有图层“{wanted}”，现有：{'、'.join(layers)}")
        return wanted, layers[wanted]
    if len(spatial) == 1:
        return spatial[0], layers[spatial[0]]
    if not spatial:
        raise Refused("the file has no layer with geometries", "文件中没有空间图层")
    raise Refused(f"the file has {len(spatial)} layers, name one: {', '.join(spatial)}", f"文件含 {len(spatial)} 个图层，请指定其一：{'、'.join(spatial)}")


def plane_geometries(blobs: Sequence[bytes | None]) -> tuple[list[BaseGeometry | None], bool]:
    """Geometries in x, y, and whether Z or M was dropped. Curves and surfaces are refused by row."""
    for row, blob in enumerate(blobs, 1):
        kind = wkb_kind(blob) if blob else 0
        if kind in CURVES or kind in SURFACES:
            what = (CURVES | SURFACES)[kind]
            raise InvalidGeometry(
                f"row {row} is a {what}; stroke curves to straight lines first",
                f"第 {row} 行为 {what}，请先将曲线转换为折线",
                faults=[Fault(f"row {row}", f"{what} is not read", f"不支持 {what}")],
            )
    try:
        found = shapely.from_wkb(np.array(list(blobs), dtype=object)) if blobs else np.array([], dtype=object)
    except (shapely.GEOSException, NotImplementedError) as broken:
        raise InvalidGeometry(f"a geometry in the file is broken: {broken}", f"文件中有损坏的图形：{broken}") from broken
    dropped = bool(np.any(shapely.has_z(found)) or np.any(shapely.has_m(found)))
    return list(shapely.force_2d(found)), dropped


def wkb_kind(blob: bytes) -> int:
    """The base type number of a WKB: EWKB flags and ISO thousands taken off."""
    order = "<" if blob[:1] == b"\x01" else ">"
    (raw,) = struct.unpack_from(f"{order}I", blob, 1)
    return int((raw & 0x0FFFFFFF) % 1000)


def scalar_rows(columns: dict[str, list[Any]], count: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of JSON scalars, and the names of binary columns left out."""
    binary = [name for name, values in columns.items() if any(isinstance(value, bytes) for value in values)]
    kept = {name: [scalar(value) for value in values] for name, values in columns.items() if name not in binary}
    return [{name: values[row] for name, values in kept.items()} for row in range(count)], binary


def storable(text: str) -> str:
    """The text without what no database can hold: NUL characters and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def scalar(value: Any) -> str | int | float | bool | None:
    """A JSON scalar: dates as ISO text, NaN and infinities as None (no value), lists as their JSON text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return json.dumps(value, ensure_ascii=False, default=str)
