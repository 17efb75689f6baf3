"""What a file holds, without its content: layers, rows, fields with examples, reference system and box; inside the killable process."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Refused, UnknownFormat
from layers import table_child
from layers.geojson import read_geojson
from layers.shapefile import read_shapefile
from layers.vector_child import refuse_active_content, scalar_rows
from layers.wire import unpack

MOST_LAYERS = 100
MOST_FIELDS = 500
_EXAMPLES = 3
_LOOKED_AT = 50
_LONGEST = 60


def describe(payload: bytes) -> Iterator[bytes]:
    """{path, kind, driver, name} -> JSON list of {name, rows, geometry, crs, bounds, fields}. bounds in the layer's own system."""
    asked = json.loads(payload)
    readers = {"GeoJSON": _of_geojson, "Shapefile": _of_shapefile, "csv": _of_table, "xlsx": _of_table, "parquet": _of_table}
    layers = readers.get(asked["kind"], _of_gdal)(asked)
    yield json.dumps(layers, ensure_ascii=False, allow_nan=False).encode()


def _of_geojson(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    head, geometries = unpack(next(iter(read_geojson(json.dumps(asked).encode()))))
    name = asked["name"] if head["name"] == "features" else head["name"]
    return [_layer(name, head["fields"], head["rows"], geometries, head["crs"] if head["declared"] or head["crs"] else None)]


def _of_shapefile(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    head, geometries = unpack(next(iter(read_shapefile(json.dumps(asked).encode()))))
    return [_layer(head["name"], head["fields"], head["rows"], geometries, head["crs"])]


def _of_table(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    first = table_child.open_table(asked)
    tables = [first, *(table_child.open_table({**asked, "layer": name}) for name in first.others[1:MOST_LAYERS])]
    found = []
    for table in tables:
        place = table_child.place_reader(table.fields)
        geometries = table.geometries or ([] if place is None else [place(row) for row in table.rows])
        found.append(_layer(table.name, table.fields, table.rows, geometries, table.crs))
    return found


def _of_gdal(asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    if asked["driver"] == "GPKG":
        refuse_active_content(Path(asked["path"]))
    import pyogrio

    if set(pyogrio.list_drivers()) != {asked["driver"]}:
        raise Refused("the file reader is not confined to one driver; the file was not opened", "文件读取程序未能限定为单一驱动，未打开该文件")
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(asked["path"])]
        return [_gdal_layer(asked["path"], name) for name in names[:MOST_LAYERS]]
    except pyogrio.errors.DataSourceError as broken:
        raise UnknownFormat(f"the file is broken or is no {asked['driver']} file", f"文件已损坏，或不是 {asked['driver']} 文件") from broken
    except (pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError, pyogrio.errors.GeometryError) as broken:
        raise Refused("a layer cannot be read: the file is broken or was cut off", "图层无法读取：文件损坏或不完整") from broken


def _gdal_layer(path: str, name: str) -> dict[str, Any]:
    import pyogrio

    told = pyogrio.read_info(path, layer=name, force_feature_count=True, force_total_bounds=True)
    meta, table = pyogrio.read_arrow(path, layer=name, max_features=_LOOKED_AT, read_geometry=False, datetime_as_string=True)
    columns = {field: table.column(field).to_pylist() for field in table.column_names if field != meta["fid_column"]}
    rows, lost = scalar_rows(columns, table.num_rows)
    fields = [field for field in columns if field not in lost]
    bounds = None if told["total_bounds"] is None else _finite(told["total_bounds"])
    return {
        "name": name,
        "rows": int(told["features"]),
        "geometry": told["geometry_type"],
        "crs": told["crs"],
        "bounds": bounds,
        "fields": _fields(fields, rows),
    }


def _layer(name: str, fields: Sequence[str], rows: Sequence[Mapping[str, Any]], geometries: Sequence[BaseGeometry | None], crs: str | None) -> dict[str, Any]:
    held = np.array([one for one in geometries if one is not None and not one.is_empty], dtype=object)
    kinds = sorted({one.geom_type for one in held})
    return {
        "name": name,
        "rows": len(rows),
        "geometry": None if not kinds else kinds[0] if len(kinds) == 1 else "Unknown",
        "crs": crs,
        "bounds": _finite(shapely.total_bounds(held)) if len(held) else None,
        "fields": _fields(fields, rows),
    }


def _finite(bounds: Any) -> list[float] | None:
    found = [float(value) for value in bounds]
    return found if np.isfinite(found).all() else None


def _fields(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [_field(name, [row.get(name) for row in rows[:_LOOKED_AT]]) for name in names[:MOST_FIELDS]]


def _field(name: str, values: Sequence[Any]) -> dict[str, Any]:
    given = [value for value in values if value is not None]
    examples = list(dict.fromkeys(str(value)[:_LONGEST] for value in given if value != ""))[:_EXAMPLES]
    return {"name": name, "type": _type(given), "examples": examples}


def _type(values: Sequence[Any]) -> str:
    kinds = {type(value) for value in values}
    if not kinds or str in kinds:
        return "text"
    if kinds == {bool}:
        return "boolean"
    return "integer" if kinds == {int} else "number"
