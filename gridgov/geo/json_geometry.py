"""A GeoJSON body as a clean shapely geometry, or a refusal that points at the fault.

Strict where GeoJSON readers are lax: closed rings, numbers only, two coordinates a position, no GeometryCollection, no foreign `crs`.
Lax where RFC 7946 leaves no doubt: ring direction is normalised, `bbox` and unknown members are ignored. Sizes are counted on the JSON,
before anything is built. Depth and size of the text itself are the face's to limit.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, MalformedBody, TooLarge, WrongCrs
from gridgov.geo.crs import read_crs
from gridgov.geo.lattice import snap
from gridgov.geo.refusal import LonLat, at_text, refuse
from gridgov.geo.validity import REASONS, SITE_KINDS, outside_world, require_clean, require_valid

_DEPTH = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
# Two parts that overlap by less than this width (2 mm) touch: their borders were drawn once and rounded twice.
_TOUCH_DEGREES, _TOUCH_METRES = 9e-9, 1e-3


@dataclass(frozen=True, slots=True)
class _Reading:
    """How one body is read. lonlat: positions are degrees and go to the lattice."""

    crs: str
    lonlat: bool
    max_vertices: int
    max_parts: int


def check_json_geometry(
    value: object, *, pointer: str = "", max_vertices: int = 10_000, max_parts: int = 1_000, declared_crs: str = "EPSG:4490"
) -> BaseGeometry:
    """The union of what a GeoJSON geometry, Feature or FeatureCollection holds, shells counter-clockwise; on the lattice when in degrees.

    declared_crs: the system the body's numbers are in. pointer: RFC 6901 pointer of `value` in the whole body.
    Raises MalformedBody (not GeoJSON), InvalidGeometry (understood and refused: with pointer and place), TooLarge, WrongCrs.
    """
    reading = _Reading(declared_crs, bool(read_crs(declared_crs).is_geographic), max_vertices, max_parts)
    found = list(_geometries(value, pointer, reading))
    if not found:
        raise refuse(pointer, "the FeatureCollection holds no feature.", "要素集合中没有要素。")
    _require_size(found, reading, pointer)
    built = [_built(at, geometry, reading) for at, geometry in found]
    return _united(built, [at for at, _ in found], reading, pointer)


def _geometries(value: object, pointer: str, reading: _Reading) -> Iterator[tuple[str, Mapping[str, Any]]]:
    body = _object(value, pointer)
    _require_crs(body, pointer, reading.crs)
    match body.get("type"):
        case "FeatureCollection":
            features = body.get("features")
            if not isinstance(features, list):
                raise _malformed(f"{pointer}/features", "a FeatureCollection needs a list of features.", "要素集合（FeatureCollection）须有 features 数组。")
            for index, feature in enumerate(features):
                at = f"{pointer}/features/{index}"
                if _object(feature, at).get("type") != "Feature":
                    raise _malformed(at, "a FeatureCollection holds Features only.", "要素集合中只能包含要素（Feature）。")
                yield from _geometries(feature, at, reading)
        case "Feature":
            yield _feature_geometry(body, pointer, reading)
        case "GeometryCollection":
            raise refuse(
                pointer,
                "a GeometryCollection is not accepted; give a FeatureCollection of one kind.",
                "不接受几何集合（GeometryCollection），请改用同一类型的要素集合。",
            )
        case kind if isinstance(kind, str) and kind in _DEPTH:
            yield pointer, body
        case _:
            raise _malformed(f"{pointer}/type", "the type is not one of GeoJSON.", "type 不是 GeoJSON 规定的类型。")


def _feature_geometry(feature: Mapping[str, Any], pointer: str, reading: _Reading) -> tuple[str, Mapping[str, Any]]:
    if not isinstance(feature.get("properties"), dict | None):
        raise _malformed(f"{pointer}/properties", "properties must be an object or null.", "properties 须为对象或 null。")
    if isinstance(feature.get("id"), bool | list | dict):
        raise _malformed(f"{pointer}/id", "the id of a Feature must be a string or a number.", "要素的 id 须为字符串或数值。")
    if "geometry" not in feature:
        raise _malformed(pointer, "the Feature has no geometry member.", "要素缺少 geometry 成员。")
    if feature["geometry"] is None:
        raise refuse(f"{pointer}/geometry", "the Feature's geometry is null; a site needs a place.", "要素的图形为 null，选址检查须有位置。")
    at = f"{pointer}/geometry"
    geometry = _object(feature["geometry"], at)
    if geometry.get("type") in ("Feature", "FeatureCollection"):
        raise _malformed(f"{at}/type", "a geometry is expected here.", "此处应为几何图形。")
    return next(_geometries(geometry, at, reading))


def _object(value: object, pointer: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _malformed(pointer, "a GeoJSON object is expected here.", "此处应为 GeoJSON 对象。")
    return value


def _require_crs(body: Mapping[str, Any], pointer: str, declared: str) -> None:
    if "crs" not in body:
        return
    member = body["crs"]
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if isinstance(name, str) and _same_system(name, declared):
        return
    shown = f" ({name[:60]})" if isinstance(name, str) else ""
    en = f"The crs member{shown} differs from the declared system {declared}. Declare the system in the request, or transform the data."
    zh = f"crs 成员{shown}与声明的坐标系 {declared} 不一致。请在请求中声明坐标系，或先转换数据。"
    raise WrongCrs(en, zh, faults=[Fault(f"{pointer}/crs", en, zh)])


def _same_system(name: str, declared: str) -> bool:
    try:
        return bool(read_crs(name).equals(read_crs(declared), ignore_axis_order=True))
    except WrongCrs:
        return False


def _require_size(found: Sequence[tuple[str, Mapping[str, Any]]], reading: _Reading, pointer: str) -> None:
    vertices = parts = 0
    for at, geometry in found:
        coordinates = geometry.get("coordinates")
        if not isinstance(coordinates, list):
            raise _malformed(f"{at}/coordinates", "coordinates must be a list.", "coordinates 须为数组。")
        parts += len(coordinates) if str(geometry["type"]).startswith("Multi") else 1
        vertices += _count_positions(coordinates, reading.max_vertices - vertices)
        if vertices > reading.max_vertices or parts > reading.max_parts:
            en = f"The geometry has more than {reading.max_vertices} vertices or {reading.max_parts} parts. Simplify it, or divide it into several sites."
            zh = f"图形超过 {reading.max_vertices} 个顶点或 {reading.max_parts} 个部分。请简化图形，或拆分为多个地块。"
            raise TooLarge(en, zh, faults=[Fault(pointer, en, zh)])


def _count_positions(coordinates: list[Any], limit: int) -> int:
    """How many positions (or empty lists) the nested lists hold; stops counting above the limit, so that nothing large is walked."""
    count, waiting = 0, [coordinates]
    while waiting and count <= limit:
        node = waiting.pop()
        inner = [item for item in node[: limit + 2] if isinstance(item, list)]
        if len(inner) + count > limit and all(not item or not isinstance(item[0], list) for item in inner):
            return limit + 1
        waiting.extend(inner)
        count += not inner
    return count


def _built(pointer: str, geometry: Mapping[str, Any], reading: _Reading) -> BaseGeometry:
    kind, at = str(geometry["type"]), f"{pointer}/coordinates"
    coordinates = geometry["coordinates"]
    if not coordinates:
        raise refuse(at, f"the {kind} is empty.", "图形为空。")
    built = _shape(kind, coordinates, at, reading)
    built = snap(built) if reading.lonlat else built
    if shapely.get_dimensions(built) > 0:
        built = _without_repeats(built, pointer)
    require_clean(built, kinds=SITE_KINDS, pointer=pointer, lonlat=reading.lonlat)
    _require_not_around_the_world(built, pointer, reading)
    return cast(BaseGeometry, shapely.orient_polygons(built))


def _without_repeats(built: BaseGeometry, pointer: str) -> BaseGeometry:
    try:
        return cast(BaseGeometry, shapely.remove_repeated_points(built, 0.0))
    except shapely.errors.GEOSException as exc:
        # GEOS has no ring of fewer than three different points, and says so by failing.
        x, y = shapely.get_coordinates(built)[0]
        place = (float(x), float(y))
        en, zh = REASONS["Too few points in geometry component"]
        raise refuse(pointer, f"{en}{at_text(place)}.", f"{zh}{at_text(place, zh=True)}。", at=place) from exc


def _shape(kind: str, coordinates: Any, at: str, reading: _Reading) -> BaseGeometry:
    match kind:
        case "Point":
            return shapely.Point(_position(coordinates, at, reading))
        case "MultiPoint":
            return shapely.MultiPoint(_path(coordinates, at, reading, 1))
        case "LineString":
            return shapely.LineString(_path(coordinates, at, reading, 2))
        case "Polygon":
            rings = [_ring(ring, f"{at}/{index}", reading) for index, ring in enumerate(_list(coordinates, at))]
            return shapely.Polygon(rings[0], rings[1:])
        case "MultiLineString":
            return shapely.MultiLineString([_path(part, f"{at}/{index}", reading, 2) for index, part in enumerate(_list(coordinates, at))])
        case _:
            members = enumerate(_list(coordinates, at))
            return shapely.MultiPolygon([cast(shapely.Polygon, _shape("Polygon", _list(part, f"{at}/{i}"), f"{at}/{i}", reading)) for i, part in members])


def _list(value: object, at: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise _malformed(at, "a list that is not empty is expected here.", "此处应为非空数组。")
    return value


def _path(value: object, at: str, reading: _Reading, least: int) -> list[LonLat]:
    positions = [_position(item, f"{at}/{index}", reading) for index, item in enumerate(_list(value, at))]
    if len(positions) < least:
        raise refuse(at, f"a line needs at least {least} positions.", f"线至少需要 {least} 个点。", at=positions[0])
    return positions


def _ring(value: object, at: str, reading: _Reading) -> list[LonLat]:
    ring = _path(value, at, reading, 1)
    if len(ring) < 4:
        raise refuse(
            at, f"a ring needs at least 4 positions, this one has {len(ring)}{at_text(ring[0])}.", f"环至少需要 4 个点，此环只有 {len(ring)} 个。", at=ring[0]
        )
    if ring[0] != ring[-1]:
        raise refuse(
            at,
            f"the ring is not closed: it ends{at_text(ring[-1])} and not where it starts{at_text(ring[0])}. Repeat the first position at the end.",
            f"环未闭合：终点{at_text(ring[-1], zh=True)}与起点{at_text(ring[0], zh=True)}不同。请在末尾重复第一个点。",
            at=ring[-1],
        )
    for index in range(1, len(ring)):
        if ring[index] == ring[index - 1]:
            place = ring[index]
            raise refuse(f"{at}/{index}", f"the same position occurs twice in a row{at_text(place)}.", f"相邻两点重复{at_text(place, zh=True)}。", at=place)
    return ring


def _position(value: object, at: str, reading: _Reading) -> LonLat:
    if not isinstance(value, list) or any(isinstance(number, list | dict) for number in value):
        raise _malformed(at, "a position [x, y] is expected here.", "此处应为坐标 [x, y]。")
    if len(value) != 2:
        raise refuse(at, f"a position has two numbers, this one has {len(value)} (no Z, no M).", "每个点须恰有两个坐标值（不接受 Z、M 值）。")
    x, y = (_number(number, at) for number in value)
    if reading.lonlat and (abs(x) > 180 or abs(y) > 90):
        raise outside_world(x, y, at, swapped=abs(x) <= 90 and abs(y) <= 180)
    if abs(x) > 1e9 or abs(y) > 1e9:
        raise refuse(at, "a coordinate is larger than any place on the ground.", "坐标值超出地面任何位置的范围。")
    return x, y


def _number(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse(at, "a coordinate is not a number.", "坐标不是数值。")
    number = float(value) if abs(value) < 10**300 else math.inf
    if not math.isfinite(number):
        raise refuse(at, "a coordinate is not a finite number (NaN or infinity).", "坐标不是有限数值（NaN 或无穷大）。")
    return number


def _require_not_around_the_world(geometry: BaseGeometry, pointer: str, reading: _Reading) -> None:
    west, south, east, _ = geometry.bounds
    if reading.lonlat and east - west > 180:
        raise refuse(
            pointer,
            "it spans more than half the world; does it cross the antimeridian?",
            "图形跨越经度超过 180°，是否跨越了 180° 经线？",
            at=(west, south),
        )


def _united(built: list[BaseGeometry], pointers: list[str], reading: _Reading, pointer: str) -> BaseGeometry:
    if len(built) == 1:
        return built[0]
    dimensions = {int(shapely.get_dimensions(geometry)) for geometry in built}
    if len(dimensions) > 1:
        raise refuse(pointer, "the features are of different kinds; check points, lines and polygons apart.", "各要素类型不同（点、线、面），请分别检查。")
    if dimensions == {2}:
        _require_apart(built, pointers, reading)
        united = shapely.union_all(np.array(built, dtype=object))
        united = shapely.remove_repeated_points(snap(united), 0.0) if reading.lonlat else united
        require_valid(united, pointer=pointer)
        return cast(BaseGeometry, shapely.orient_polygons(united))
    parts = [part for geometry in built for part in shapely.get_parts(geometry)]
    return shapely.MultiLineString(parts) if dimensions == {1} else shapely.MultiPoint(parts)


def _require_apart(built: list[BaseGeometry], pointers: list[str], reading: _Reading) -> None:
    tree = shapely.STRtree(built)
    margin = _TOUCH_DEGREES if reading.lonlat else _TOUCH_METRES
    for first, second in tree.query(np.array(built, dtype=object), predicate="intersects").T:
        if first >= second:
            continue
        common = shapely.buffer(shapely.intersection(built[first], built[second]), -margin)
        if not common.is_empty:
            inside = shapely.point_on_surface(common)
            place = (float(inside.x), float(inside.y))
            raise refuse(
                pointers[second],
                f"two parts overlap each other{at_text(place)}; draw the common ground once.",
                f"两个部分互相重叠{at_text(place, zh=True)}，重叠范围只应绘制一次。",
                at=place,
            )


def _malformed(pointer: str, en: str, zh: str) -> MalformedBody:
    sentence = en[0].upper() + en[1:]
    return MalformedBody(f"This is not GeoJSON: {en}", f"不是有效的 GeoJSON：{zh}", faults=[Fault(pointer, sentence, zh)])
