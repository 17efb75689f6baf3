"""GeoJSON files, strictly: duplicate keys, NaN, strings for numbers and open rings are refused with their place.

Decides what a GeoJSON file says (RFC 7946, and the `crs` member of the 2008 form when it names a known authority code). Whether a
polygon is valid is for whoever uses it. Runs in the killable process.
"""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, InvalidGeometry, MalformedBody, Refused, UnknownFormat, WrongCrs
from layers.vector_child import Z_NOTE, scalar
from layers.wire import pack

MAX_DEPTH = 8
CRS84 = re.compile(r"^(urn:ogc:def:crs:OGC:(1\.3|):?CRS84|OGC:CRS84)$", re.IGNORECASE)
AUTHORITY = re.compile(r"^(?:urn:ogc:def:crs:EPSG:[\d.]*:|EPSG:)(\d{4,6})$", re.IGNORECASE)


def read_geojson(payload: bytes) -> Iterator[bytes]:
    """{path, layer} -> one packed table."""
    text = Path(json.loads(payload)["path"]).read_bytes()
    document = strict_json(text)
    features, prefix = features_of(document)
    crs, declared = declared_crs(document)
    reader = GeometryReader()
    geometries: list[BaseGeometry | None] = []
    rows: list[dict[str, Any]] = []
    for position, feature in enumerate(features):
        pointer = f"{prefix}/{position}" if prefix else ""
        geometry, properties = feature_parts(feature, pointer)
        geometries.append(None if geometry is None else reader.read(geometry, f"{pointer}/geometry" if "properties" in feature else pointer))
        rows.append(properties)
    if not declared and any(_outside_degrees(geometry) for geometry in geometries):
        crs = None
    fields = list(dict.fromkeys(chain.from_iterable(rows)))
    filled = [{name: scalar(row.get(name)) for name in fields} for row in rows]
    notes = [Z_NOTE] if reader.dropped else []
    yield pack(
        {"name": str(document.get("name") or "features"), "crs": crs, "fields": fields, "rows": filled, "notes": notes, "declared": declared}, geometries
    )


def strict_json(text: bytes) -> dict[str, Any]:
    """The JSON object in UTF-8 (a byte-order mark is allowed). Raises MalformedBody with line and column."""
    try:
        found = json.loads(text.decode("utf-8-sig"), object_pairs_hook=_no_duplicates, parse_constant=_no_constant)
    except UnicodeDecodeError as bad:
        raise MalformedBody(f"not UTF-8 at byte {bad.start}", f"第 {bad.start} 字节不是 UTF-8 编码") from bad
    except json.JSONDecodeError as bad:
        where = f"line {bad.lineno}"
        fault = Fault(where, f"{bad.msg} at column {bad.colno}", f"第 {bad.colno} 列：JSON 语法错误")
        raise MalformedBody(f"not JSON: {bad.msg}, {where} column {bad.colno}", f"不是 JSON:第 {bad.lineno} 行第 {bad.colno} 列", faults=[fault]) from bad
    except RecursionError as deep:
        raise MalformedBody("nested too deep", "JSON 嵌套过深") from deep
    if not isinstance(found, dict):
        raise UnknownFormat("the file is JSON but no GeoJSON object", "文件是 JSON，但不是 GeoJSON 对象")
    return found


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MalformedBody(f"the key {twice!r} stands twice in one object", f"同一对象中键“{twice}”重复")
    return found


def _no_constant(word: str) -> NoReturn:
    raise MalformedBody(f"{word} is no JSON number", f"{word} 不是合法的 JSON 数值")


def features_of(document: Mapping[str, Any]) -> tuple[list[Any], str]:
    """The features and the pointer to their list ("" when the document itself is the feature or geometry)."""
    kind = document.get("type")
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise Refused("`features` must be a list", "`features` 应为数组", faults=[Fault("/features", "not a list", "不是数组")])
        return features, "/features"
    if kind == "Feature":
        return [document], ""
    if kind in BUILDERS or kind == "GeometryCollection":
        return [{"type": "Feature", "geometry": document}], ""
    raise UnknownFormat(f"the JSON is no GeoJSON: type {kind!r}", f"该 JSON 不是 GeoJSON:type 为 {kind!r}")


def feature_parts(feature: Any, pointer: str) -> tuple[Mapping[str, Any] | None, dict[str, Any]]:
    """The geometry object (None = has none) and the properties; an `id` of the feature counts as one."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _refused(pointer, "not a Feature", "不是 Feature 对象")
    if "geometry" not in feature:
        raise _refused(pointer, "a Feature needs `geometry` (null when it has none)", "Feature 缺少 geometry 成员")
    geometry, properties = feature["geometry"], feature.get("properties")
    if geometry is not None and not isinstance(geometry, dict):
        raise _refused(f"{pointer}/geometry", "not a geometry object", "geometry 不是几何对象")
    if properties is not None and not isinstance(properties, dict):
        raise _refused(f"{pointer}/properties", "not an object", "properties 不是对象")
    found = dict(properties or {})
    if "id" in feature and "id" not in found:
        found["id"] = feature["id"]
    return geometry, found


def declared_crs(document: Mapping[str, Any]) -> tuple[str | None, bool]:
    """The CRS, and whether the file itself names it. Absent = lon/lat by RFC 7946; a `crs` of null = unknown."""
    if "crs" not in document:
        return "EPSG:4326", False
    crs = document["crs"]
    if crs is None:
        return None, True
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and CRS84.match(name):
        return "EPSG:4326", True
    if isinstance(name, str) and (code := AUTHORITY.match(name)):
        return f"EPSG:{code.group(1)}", True
    fault = Fault("/crs", "unknown `crs` member", "无法识别的 crs 成员")
    raise WrongCrs("the file's `crs` member names no known reference system", "文件的 crs 成员未给出可识别的坐标系", faults=[fault])


def _outside_degrees(geometry: BaseGeometry | None) -> bool:
    if geometry is None or geometry.is_empty:
        return False
    west, south, east, north = geometry.bounds
    return bool(west < -180 or east > 180 or south < -90 or north > 90)


class GeometryReader:
    """Builds geometries and remembers whether heights were dropped."""

    def __init__(self) -> None:
        self.dropped = False

    def read(self, value: Mapping[str, Any], pointer: str, depth: int = 0) -> BaseGeometry:
        """The geometry in x, y. Raises InvalidGeometry with the pointer of what is wrong."""
        kind = value.get("type")
        if kind == "GeometryCollection":
            members = value.get("geometries")
            if not isinstance(members, list) or depth >= MAX_DEPTH:
                raise _refused(f"{pointer}/geometries", "not a list of geometries, or nested too deep", "geometries 不是数组或嵌套过深")
            parts = [self.read(member if isinstance(member, dict) else {}, f"{pointer}/geometries/{i}", depth + 1) for i, member in enumerate(members)]
            return shapely.GeometryCollection(parts)
        if not isinstance(kind, str) or kind not in BUILDERS:
            raise _refused(f"{pointer}/type", f"unknown geometry type {kind!r}", f"未知的几何类型 {kind!r}")
        if not isinstance(value.get("coordinates"), list):
            raise _refused(f"{pointer}/coordinates", "missing or not a list", "coordinates 缺失或不是数组")
        built: BaseGeometry = BUILDERS[kind](self, value["coordinates"], f"{pointer}/coordinates")
        return built

    def _positions(self, values: Any, pointer: str) -> NDArray[np.float64]:
        """(n, 2) finite numbers."""
        if not isinstance(values, list) or not all(isinstance(value, list) for value in values):
            raise _refused(pointer, "not a list of positions", "不是坐标数组")
        if not values:
            return np.empty((0, 2))
        sizes = set(map(len, values))
        if min(sizes) < 2 or not set(map(type, chain.from_iterable(values))) <= {int, float}:
            raise _refused(pointer, "a position is two (or three) numbers", "坐标应为两个（或三个）数值")
        if sizes != {2}:
            self.dropped, values = True, [value[:2] for value in values]
        try:
            found = np.array(values, dtype=np.float64)
        except OverflowError as huge:
            raise _refused(pointer, "a number is too large", "坐标数值过大") from huge
        if not np.isfinite(found).all():
            raise _refused(pointer, "a number is not finite", "坐标数值不是有限数")
        return found

    def _point(self, values: Any, pointer: str) -> BaseGeometry:
        found = self._positions([values] if values else [], pointer)
        return shapely.Point(found[0]) if len(found) else shapely.Point()

    def _line(self, values: Any, pointer: str) -> BaseGeometry:
        found = self._positions(values, pointer)
        if len(found) == 1:
            raise _refused(pointer, "a line needs two positions", "线至少需要两个点")
        return shapely.LineString(found)

    def _ring(self, values: Any, pointer: str) -> BaseGeometry:
        found = self._positions(values, pointer)
        if len(found) < 4:
            raise _refused(pointer, "a ring needs four positions, the last equal to the first", "环至少需要四个点，且首尾相同", found)
        if not np.array_equal(found[0], found[-1]):
            raise _refused(pointer, "the ring is not closed", "环未闭合", found)
        return shapely.LinearRing(found)

    def _polygon(self, values: Any, pointer: str) -> BaseGeometry:
        rings = [self._ring(value, f"{pointer}/{i}") for i, value in enumerate(_listed(values, pointer))]
        return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()

    def _points(self, values: Any, pointer: str) -> BaseGeometry:
        return shapely.MultiPoint(self._positions(values, pointer))

    def _lines(self, values: Any, pointer: str) -> BaseGeometry:
        return shapely.MultiLineString([self._line(value, f"{pointer}/{i}") for i, value in enumerate(_listed(values, pointer))])

    def _polygons(self, values: Any, pointer: str) -> BaseGeometry:
        return shapely.MultiPolygon([self._polygon(value, f"{pointer}/{i}") for i, value in enumerate(_listed(values, pointer))])


def _listed(values: Any, pointer: str) -> list[Any]:
    if not isinstance(values, list):
        raise _refused(pointer, "not a list", "不是数组")
    return values


def _refused(pointer: str, en: str, zh: str, positions: NDArray[np.float64] | None = None) -> InvalidGeometry:
    at = (float(positions[0][0]), float(positions[0][1])) if positions is not None and len(positions) else None
    return InvalidGeometry(f"{pointer or '/'}: {en}", f"{pointer or '/'}:{zh}", faults=[Fault(pointer, en, zh, at)])


BUILDERS = {
    "Point": GeometryReader._point,
    "LineString": GeometryReader._line,
    "Polygon": GeometryReader._polygon,
    "MultiPoint": GeometryReader._points,
    "MultiLineString": GeometryReader._lines,
    "MultiPolygon": GeometryReader._polygons,
}
