"""What counts as a clean geometry, and the refusal of everything else with its place and reason.

Only judges: nothing is repaired here, and `make_valid` is never called (a 400-vertex star keeps it busy for a minute). GeoJSON bodies are
read in `json_geometry`; whether cells tile is for `coverage`; Z is dropped by readers of layers, who say so, never for a site.
"""

import re
from collections.abc import Collection

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, InvalidGeometry, TooLarge
from gridgov.geo.refusal import KIND_ZH, at_text, refuse

POLYGONS = frozenset({"Polygon", "MultiPolygon"})
SITE_KINDS = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"})
_PLACE = re.compile(r"^(.*?)\s*\[\s*(\S+)\s+(\S+)")
REASONS = {
    "Self-intersection": ("the outline crosses or touches itself, or two parts share a stretch of border", "边界自相交、自接触，或两个部分共用一段边界"),
    "Ring Self-intersection": ("a ring touches itself", "环自接触"),
    "Hole lies outside shell": ("a hole lies outside its outer ring", "内环（洞）位于外环之外"),
    "Holes are nested": ("one hole lies inside another", "内环（洞）互相嵌套"),
    "Interior is disconnected": ("holes cut the interior into pieces", "内环（洞）将图形内部割裂"),
    "Nested shells": ("one part lies inside another", "一个部分位于另一部分之内"),
    "Duplicate Rings": ("the same ring occurs twice", "存在重复的环"),
    "Too few points in geometry component": ("a part has too few different points", "某部分的不同点数过少"),
    "Invalid Coordinate": ("a coordinate is not a finite number", "坐标不是有限数值"),
    "Ring is not closed": ("a ring is not closed", "环未闭合"),
}


def require_clean(geometry: BaseGeometry | None, *, kinds: Collection[str], pointer: str = "", lonlat: bool = True) -> None:
    """Returns when the geometry is present, of one of `kinds`, 2D, not empty, finite, in the world (if `lonlat`) and valid.

    kinds: type names such as "Polygon". Either ring direction is clean. Raises InvalidGeometry with reason and, where there is one, place.
    """
    if geometry is None:
        raise refuse(pointer, "there is no geometry (null).", "没有图形（null）。")
    if geometry.geom_type not in kinds:
        wanted_en, wanted_zh = ", ".join(sorted(kinds)), "、".join(KIND_ZH.get(kind, kind) for kind in sorted(kinds))
        name_zh = KIND_ZH.get(geometry.geom_type, geometry.geom_type)
        raise refuse(pointer, f"a {geometry.geom_type} is not accepted here; expected {wanted_en}.", f"此处不接受{name_zh}，应为{wanted_zh}。")
    if geometry.is_empty:
        raise refuse(pointer, f"the {geometry.geom_type} is empty.", "图形为空。")
    if geometry.has_z:
        raise refuse(pointer, "the geometry has Z values; give two coordinates a position.", "图形含高程（Z）值，请仅提供平面坐标。")
    _require_places(geometry, pointer, lonlat)
    require_valid(geometry, pointer=pointer)


def require_valid(geometry: BaseGeometry, *, pointer: str = "") -> None:
    """Returns when GEOS finds the geometry valid; raises InvalidGeometry with the reason and the place else. Milliseconds, whatever the shape."""
    if shapely.is_valid(geometry):
        return
    reason, place = invalidity(geometry)
    en, zh = REASONS.get(reason, (reason.lower(), f"图形无效（{reason}）"))
    raise refuse(pointer, f"{en}{at_text(place)}.", f"{zh}{at_text(place, zh=True)}。", at=place)


def invalidity(geometry: BaseGeometry) -> tuple[str, tuple[float, float] | None]:
    """GEOS' reason and the place (x, y) of the first fault found; the place is None when GEOS names none. For an invalid geometry."""
    told = str(shapely.is_valid_reason(geometry))
    found = _PLACE.match(told)
    if not found:
        return told, None
    x, y = float(found[2]), float(found[3].rstrip("]"))
    return found[1], ((x, y) if np.isfinite([x, y]).all() else None)


def require_within(geometry: BaseGeometry, *, max_vertices: int, max_parts: int, pointer: str = "") -> None:
    """Returns when the geometry keeps to the size limits of a site; raises TooLarge else. The closing vertex of a ring counts."""
    vertices, parts = int(shapely.get_num_coordinates(geometry)), int(shapely.get_num_geometries(geometry))
    if vertices > max_vertices or parts > max_parts:
        en = f"The geometry has {vertices} vertices and {parts} parts; at most {max_vertices} and {max_parts} are accepted."
        zh = f"图形有 {vertices} 个顶点、{parts} 个部分，最多允许 {max_vertices} 个顶点、{max_parts} 个部分。"
        raise TooLarge(en, zh, faults=[Fault(pointer, en, zh)])


def _require_places(geometry: BaseGeometry, pointer: str, lonlat: bool) -> None:
    coordinates = shapely.get_coordinates(geometry)
    if not np.isfinite(coordinates).all():
        raise refuse(pointer, "a coordinate is not a finite number (NaN or infinity).", "坐标中有非有限数值（NaN 或无穷大）。")
    outside = (np.abs(coordinates) > (180.0, 90.0)).any(axis=1)
    if lonlat and outside.any():
        x, y = coordinates[np.flatnonzero(outside)[0]]
        swapped = bool((np.abs(coordinates) <= (90.0, 180.0)).all())
        raise outside_world(float(x), float(y), pointer, swapped=swapped)


def outside_world(x: float, y: float, pointer: str, *, swapped: bool) -> InvalidGeometry:
    """The refusal of a position that is no longitude and latitude; `swapped`: the other order would do."""
    hint_en = " Are longitude and latitude swapped?" if swapped else " Are these metres of a projected system? Then name it."
    hint_zh = "经度与纬度是否颠倒？" if swapped else "若为投影坐标（米），请注明坐标系。"
    return refuse(pointer, f"{x:.9g}, {y:.9g} is not a longitude and latitude.{hint_en}", f"{x:.9g}, {y:.9g} 不是有效的经纬度。{hint_zh}")
