"""Coordinate reference systems: the one place that transforms, always in the order lon/lat or easting/northing.

Decides whether a source system may be used at all. Storage is EPSG:4490. CGCS2000's own systems go there directly; everything else goes to
EPSG:4326 by PROJ's best operation for the area and is then taken as EPSG:4490, because PROJ's direct way (x -> 4490) is silently a
no-shift one, 79-304 m off for Dutch, British, Swiss and Hong Kong data. Snapping and cleanness are left to `lattice` and `clean`.
"""

import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError
from pyproj.transformer import AreaOfInterest, TransformerGroup
from shapely.geometry.base import BaseGeometry

from gridgov.errors import InvalidGeometry, WrongCrs
from gridgov.geo.area import geodesic_m as geodesic_m
from gridgov.geo.densify import densify, densify_plane
from gridgov.geo.plane import Plane as Plane
from gridgov.geo.plane import distance_plane as distance_plane
from gridgov.geo.plane import equal_area_plane as equal_area_plane
from gridgov.geo.plane import site_plane as site_plane

G = TypeVar("G", bound=BaseGeometry)
Box = tuple[float, float, float, float]
STORAGE = "EPSG:4490"
# A grid that is not installed may be done without when the operation at hand is declared this near to it.
GRID_LOSS_M = 2.0
_LONGEST_TEXT = 20_000
_CODE = re.compile(r"(?:urn:ogc:def:crs:)?(?:epsg)?:*(?:[\d.]*:)?(\d{4,6})", re.IGNORECASE)
_CRS84 = re.compile(r"(?:urn:ogc:def:crs:)?(?:ogc:)?(?:1\.3)?:?crs84", re.IGNORECASE)
_OFFSET = re.compile(r"(gcj|bd)[-_ ]?0?(2|9)(?:ll|mc)?", re.IGNORECASE)
_STRUCTURED = re.compile(r"\s*(\{|(?:BASE)?(?:GEOD|GEOG|PROJ|BOUND|COMPOUND|COMPD|LOCAL_?|VERT|ENG)[A-Z]*\s*\[)", re.IGNORECASE)
_OLD_CHINESE = re.compile(r"beijing|xi.?an", re.IGNORECASE)
_CGCS2000 = re.compile(r"china[ _]2000|cgcs[ _]?2000|china_geodetic_coordinate_system_2000", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Operation:
    """How coordinates came to storage. accuracy_m: as PROJ declares it, None = not declared."""

    source: str
    name: str
    accuracy_m: float | None


def read_crs(text: str) -> CRS:
    """The system named by an EPSG code ("EPSG:4490", "4490", a URN), CRS84, WKT, PROJJSON or a PROJ string.

    Raises WrongCrs for what is unknown, has no place on the ground (local, vertical, geocentric) or is an offset system (GCJ-02, BD-09).
    """
    stated = text.strip()
    if _OFFSET.fullmatch(stated):
        raise WrongCrs(
            f"{stated} is an encrypted offset of the ground, not a reference system, and is not accepted yet. Export the data in CGCS2000 (EPSG:4490).",
            f"{stated} 是加密偏移坐标，不是大地坐标系，目前不接受。请以 2000 国家大地坐标系（EPSG:4490）重新导出数据。",
        )
    try:
        crs = _parse(stated)
    except CRSError as error:
        raise _unknown(stated) from error
    return _on_the_ground(crs)


def sniff_plane_crs(bounds: Box) -> CRS:
    """The system that the numbers themselves settle, for a file that names none: lon/lat, or CGCS2000 eastings with their zone in front.

    bounds: min x, min y, max x, max y as in the file. Raises WrongCrs when the numbers leave it open.
    """
    west, south, east, north = bounds
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return CRS.from_epsg(4490)
    zone = int(west // 1_000_000)
    in_northing = 0 < south <= north < 10_000_000
    if in_northing and zone == int(east // 1_000_000):
        if 25 <= zone <= 45:
            return CRS.from_epsg(4488 + zone)
        if 13 <= zone <= 23:
            return CRS.from_epsg(4478 + zone)
    raise _unsettled(bounds)


def to_storage(geometries: Sequence[G], source: CRS, densify_m: float | None = None) -> tuple[list[G], Operation]:
    """The geometries in lon/lat EPSG:4490 (not yet snapped), and the operation that brought them there.

    densify_m: longest edge in metres, cut in the file's own system where its edges are straight; None = vertices as they are.
    Raises WrongCrs when the only way is a no-shift one between different datums, or when the good one needs a grid that is not installed.
    """
    source = _on_the_ground(source)
    if densify_m is not None and source.is_projected:
        unit_m = source.axis_info[0].unit_conversion_factor or 1.0
        geometries = [densify_plane(geometry, densify_m / unit_m) for geometry in geometries]
    transformer, operation = _way(source, _bounds(geometries), False)
    moved = [_moved(geometry, transformer, operation.source) for geometry in geometries]
    if densify_m is not None and not source.is_projected:
        moved = [densify(geometry, densify_m) for geometry in moved]
    return moved, operation


def from_storage(geometries: Sequence[G], target: CRS) -> list[G]:
    """The geometries (lon/lat EPSG:4490) in the target system, for exports; refused for the same reasons as on the way in.

    Node and densify first: neighbours that share vertices tile in every projection, others do not.
    """
    target = _on_the_ground(target)
    transformer, operation = _way(target, _bounds(geometries), True)
    return [_moved(geometry, transformer, operation.source) for geometry in geometries]


def _parse(stated: str) -> CRS:
    if code := _CODE.fullmatch(stated):
        return CRS.from_epsg(int(code[1]))
    if _CRS84.fullmatch(stated):
        return CRS.from_epsg(4326)
    if len(stated) <= _LONGEST_TEXT and _STRUCTURED.match(stated):
        return CRS.from_json(stated) if stated.lstrip().startswith("{") else CRS.from_wkt(stated)
    # +init, +nadgrids and +geoidgrids name files: a reference system is never a reason to open one.
    if len(stated) <= 500 and stated.startswith("+proj=") and not re.search(r"\+(init|nadgrids|geoidgrids)", stated):
        return CRS.from_string(stated)
    raise _unknown(stated)


def _on_the_ground(crs: CRS) -> CRS:
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    shown = _label(crs)
    bare = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    if bare.is_geocentric or not (bare.is_geographic or bare.is_projected):
        raise WrongCrs(
            f"{shown} does not place coordinates on the map (local, vertical or geocentric system). Give a geographic or projected one.",
            f"{shown} 不是可用于制图的大地坐标系或投影坐标系（独立、高程或地心坐标系）。请指定大地坐标系或投影坐标系。",
        )
    if _OLD_CHINESE.search(_datum(bare)) and not _is_shifted(crs):
        raise WrongCrs(
            f"{shown} (Beijing 1954 or Xi'an 1980) cannot be carried to CGCS2000 without the seven parameters of the place. "
            "Have the data transformed, then import EPSG:4490 or 4491-4554.",
            f"{shown} 属于 1954 北京坐标系或 1980 西安坐标系，没有当地七参数无法转换到 2000 国家大地坐标系。"
            "请由测绘部门转换后，以 EPSG:4490 或 4491-4554 导入。",
        )
    return crs.to_2d() if len(crs.axis_info) == 3 else crs


def _is_shifted(crs: CRS) -> bool:
    operation = crs.coordinate_operation if crs.is_bound else None
    return operation is not None and any(operation.towgs84)


def _datum(crs: CRS) -> str:
    geodetic = crs.geodetic_crs
    return "" if geodetic is None else f"{geodetic.datum.name if geodetic.datum else ''} {geodetic.name}"


@lru_cache(maxsize=64)
def _way(crs: CRS, bounds: Box, outward: bool) -> tuple[Transformer, Operation]:
    label = _label(crs)
    geodetic = crs.geodetic_crs
    if geodetic is not None and not crs.is_bound and _CGCS2000.search(_datum(crs)):
        ends = (geodetic, crs) if outward else (crs, geodetic)
        direct = Transformer.from_crs(*ends, always_xy=True)
        return direct, Operation(label, "identity" if crs == geodetic else _plain(direct.description), 0.0)
    ends = (CRS.from_epsg(4326), crs) if outward else (crs, CRS.from_epsg(4326))
    best = _best(ends, bounds if outward else _lonlat_bounds(crs, bounds), label)
    accuracy = best.accuracy if best.accuracy is not None and best.accuracy >= 0 else None
    return best, Operation(label, f"{_plain(best.description)}; WGS 84 taken as CGCS2000", accuracy)


def _best(ends: tuple[CRS, CRS], bounds: Box | None, label: str) -> Transformer:
    area = AreaOfInterest(*bounds) if bounds else None
    with warnings.catch_warnings():
        # "Best transformation is not available" is judged below, not printed.
        warnings.simplefilter("ignore", UserWarning)
        group = TransformerGroup(*ends, always_xy=True, area_of_interest=area, allow_ballpark=False)
    if not group.transformers:
        raise WrongCrs(
            f"PROJ knows no transformation with a datum shift from {label} for this area; without one the data would be tens of metres off. "
            "If the coordinates really are in this system and in the order easting, northing, transform the data first or give the system with its parameters.",
            f"PROJ 没有适用于该区域、含基准转换的 {label} 转换方法，直接套用会偏差数十米以上。"
            "请先确认坐标系及东坐标、北坐标顺序无误，再转换数据，或提供含转换参数的坐标系定义。",
        )
    best = group.transformers[0]
    _require_grid(group, best, label)
    return best


def _plain(description: str) -> str:
    """PROJ's name of an operation without its axis swaps: here the order is always lon, lat."""
    return " + ".join(step for step in description.split(" + ") if not step.startswith("axis order change"))


def _require_grid(group: TransformerGroup, best: Transformer, label: str) -> None:
    declared = [operation.accuracy for operation in group.unavailable_operations if operation.accuracy >= 0]
    if not declared or (best.accuracy is not None and 0 <= best.accuracy <= min(declared) + GRID_LOSS_M):
        return
    grids = sorted({grid.short_name for operation in group.unavailable_operations for grid in operation.grids if not grid.available})
    named = ", ".join(grids[:3])
    raise WrongCrs(
        f"The accurate transformation from {label} needs a grid that is not installed ({named}). Install it for PROJ, or transform the data first.",
        f"{label} 的精确转换需要尚未安装的格网文件（{named}）。请为 PROJ 安装该文件，或先转换数据。",
    )


def _bounds(geometries: Sequence[BaseGeometry]) -> Box:
    found = shapely.total_bounds(np.asarray(geometries, dtype=object)) if len(geometries) else np.zeros(4)
    if not np.isfinite(found).all():
        return (0.0, 0.0, 0.0, 0.0)
    return (float(found[0]), float(found[1]), float(found[2]), float(found[3]))


def _lonlat_bounds(crs: CRS, bounds: Box) -> Box | None:
    bare = crs.source_crs if crs.is_bound and crs.source_crs is not None else crs
    if not bare.is_projected or bare.geodetic_crs is None:
        corners = np.array(bounds)
    else:
        corners = np.array(Transformer.from_crs(bare, bare.geodetic_crs, always_xy=True).transform_bounds(*bounds))
    inside = np.isfinite(corners).all() and np.abs(corners[[0, 2]]).max() <= 180 and np.abs(corners[[1, 3]]).max() <= 90
    return (float(corners[0]), float(corners[1]), float(corners[2]), float(corners[3])) if inside else None


def _moved(geometry: G, transformer: Transformer, label: str) -> G:
    def move(points: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(transformer.transform(points[:, 0], points[:, 1]))

    moved = cast(G, shapely.transform(geometry, move))
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise InvalidGeometry(
            f"Some coordinates lie outside what {label} can express. Is this the right system, and are easting and northing in order?",
            f"部分坐标超出 {label} 的适用范围。请确认坐标系是否正确，以及东坐标与北坐标（X、Y）是否颠倒。",
        )
    return moved


def _label(crs: CRS) -> str:
    code = crs.to_epsg(min_confidence=70)
    return f"EPSG:{code}" if code else crs.name


def _unknown(stated: str) -> WrongCrs:
    shown = stated if len(stated) <= 60 else f"{stated[:60]}…"
    return WrongCrs(
        f'No reference system is known as "{shown}". Give an EPSG code, for example EPSG:4490, or WKT.',
        f"无法识别的坐标系“{shown}”。请给出 EPSG 代码（例如 EPSG:4490）或 WKT。",
    )


def _unsettled(bounds: Box) -> WrongCrs:
    west, south, east, north = bounds
    if 13_000_000 <= south <= north < 46_000_000 and 0 < west <= east < 10_000_000:
        hint_en, hint_zh = "Easting and northing look swapped.", "东坐标与北坐标（X、Y）似乎颠倒。"
    elif 100_000 <= west <= east < 1_000_000 and 0 < south <= north < 10_000_000:
        hint_en = "Eastings without a zone number: name the central meridian's system, e.g. EPSG:4549 for 120°E."
        hint_zh = "东坐标不含带号，请指明中央经线对应的坐标系，例如 120°E 为 EPSG:4549。"
    else:
        hint_en, hint_zh = "Name it with --crs.", "请用 --crs 指明。"
    return WrongCrs(
        f"The file names no reference system and its numbers (x {west:.2f} to {east:.2f}, y {south:.2f} to {north:.2f}) do not settle it. {hint_en}",
        f"文件未注明坐标系，坐标数值（x {west:.2f} 至 {east:.2f}，y {south:.2f} 至 {north:.2f}）也无法判定。{hint_zh}",
    )
