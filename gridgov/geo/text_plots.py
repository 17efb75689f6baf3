"""Plots of land read from text: their points as written, the system they are in, and the clean shapes they make.

Decides order and reference system from what the text declares and what its numbers show, and nothing in silence: what was taken for
granted is said in `notes`, what stays open is refused. How the lines of a format are read is for `boundary_points` and `coordinate_text`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, GridgovError, InvalidGeometry, TooLarge, WrongCrs
from gridgov.geo.cgcs2000 import Kind, UnsettledCrs, is_swapped, kind_of, meridian_of, plane_code, width_of, zone_of
from gridgov.geo.crs import STORAGE, Box, read_crs, to_storage
from gridgov.geo.json_geometry import check_json_geometry

Shape = Literal["polygon", "line", "point"]
LonLat = tuple[float, float]
MAX_POINTS = 20_000
MAX_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence in both languages: something the reader took for granted, or found odd."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class TextPoint:
    """A point as written: two numbers in the order of the text."""

    line: int
    first: float
    second: float

    @property
    def pair(self) -> tuple[float, float]:
        """Both numbers in the order of the text."""
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot. rings: its outer rings or lines with, of each, the rings inside it; a ring may or may not repeat its first point.

    line: where it begins in the text. properties: what the text says about it.
    """

    line: int
    name: str | None
    shape: Shape
    rings: tuple[tuple[TextPoint, ...], ...]
    inner: frozenset[int] = frozenset()
    properties: dict[str, Any] = field(default_factory=dict)

    def points(self) -> Iterator[TextPoint]:
        """Every point of it."""
        for ring in self.rings:
            yield from ring


@dataclass(frozen=True, slots=True)
class Declared:
    """What a text says about its system. order: of its two numbers; None = the numbers decide, else lon or easting comes first.

    crs: a code it names. width, zone, meridian: belt of degrees, zone number, central meridian.
    """

    order: Literal["xy", "yx"] | None = None
    crs: str | None = None
    width: Literal[3, 6] | None = None
    zone: int | None = None
    meridian: int | None = None


@dataclass(frozen=True, slots=True)
class PlotText:
    """A text that was read. format: `boundary-points` or `coordinates`."""

    format: str
    plots: tuple[Plot, ...]
    declared: Declared
    notes: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text whose system is known. shapes: GeoJSON geometries in `crs`, x first, one a plot."""

    text: PlotText
    crs: str
    swapped: bool
    shapes: tuple[dict[str, Any], ...]
    notes: tuple[Told, ...]

    def geometry(self, number: int, *, max_vertices: int, max_parts: int) -> BaseGeometry:
        """The clean geometry of one plot. Raises what `check_json_geometry` raises, at the line of the fault."""
        try:
            return check_json_geometry(self.shapes[number], max_vertices=max_vertices, max_parts=max_parts, declared_crs=self.crs)
        except GridgovError as refused:
            raise self._at_lines(refused, [self.text.plots[number]]) from refused

    def union(self, *, max_vertices: int, max_parts: int) -> BaseGeometry:
        """The clean union of all plots; plots that overlap each other are refused."""
        features = [{"type": "Feature", "properties": None, "geometry": shape} for shape in self.shapes]
        try:
            return check_json_geometry(
                {"type": "FeatureCollection", "features": features}, max_vertices=max_vertices, max_parts=max_parts, declared_crs=self.crs
            )
        except GridgovError as refused:
            raise self._at_lines(refused, self.text.plots) from refused

    def _at_lines(self, refused: GridgovError, plots: Sequence[Plot]) -> GridgovError:
        faults = []
        for fault in refused.faults:
            steps = fault.pointer.split("/")
            inside = [plots[int(steps[2])]] if steps[1:2] == ["features"] and len(steps) > 2 else plots
            line = inside[0].line if fault.at is None else _nearest(inside, fault.at, swapped=self.swapped)
            faults.append(Fault(f"line {line}", fault.en, fault.zh, None if fault.at is None else lonlat_of(fault.at, self.crs)))
        at_line = f"{faults[0].pointer}: " if faults else ""
        at_line_zh = f"第 {faults[0].pointer.removeprefix('line ')} 行：" if faults else ""
        return type(refused)(f"{at_line}{refused.en}", f"{at_line_zh}{refused.zh}", faults=faults)


def place(text: PlotText, stated: str | None) -> PlacedText:
    """The text with its system and order known. stated: the system the asker names, None = none.

    Raises WrongCrs (UnsettledCrs when the numbers leave it open), InvalidGeometry for a ring of fewer than three points, TooLarge.
    """
    pairs = np.array([point.pair for plot in text.plots for point in plot.points()], dtype=np.float64).reshape(-1, 2)
    if not len(pairs):
        raise InvalidGeometry("The text holds no point.", "文本中没有坐标点。", faults=[Fault("line 1", "no point found", "未找到坐标点")])
    swapped, notes = _reading_order(pairs, text)
    x, y = (pairs[:, 1], pairs[:, 0]) if swapped else (pairs[:, 0], pairs[:, 1])
    crs, said = _system(x, y, text.declared, stated)
    shapes = tuple(_shape(plot, swapped, crs) for plot in text.plots)
    return PlacedText(text, crs, swapped, shapes, (*text.notes, *notes, *said))


def lonlat_of(place: LonLat, crs: str) -> LonLat | None:
    """A place in `crs` as longitude and latitude at 1e-9 degree; None = it cannot be said."""
    try:
        moved = to_storage([shapely.Point(place)], read_crs(crs))[0][0]
    except GridgovError:
        return None
    return round(float(moved.x), 9), round(float(moved.y), 9)


def refuse_lines(faults: Sequence[Fault]) -> InvalidGeometry:
    """The refusal of a text with all the lines that cannot be used."""
    first, more = faults[0], len(faults) - 1
    rest_en, rest_zh = (f" And {more} more.", f"另有 {more} 处。") if more else ("", "")
    number = first.pointer.removeprefix("line ")
    return InvalidGeometry(f"{first.pointer}: {first.en}.{rest_en}", f"第 {number} 行：{first.zh}。{rest_zh}", faults=faults[:MAX_FAULTS])


def too_many_points() -> TooLarge:
    """The refusal of a text with more points than any site may have."""
    return TooLarge(f"The text has more than {MAX_POINTS:,} points.", f"文本超过 {MAX_POINTS:,} 个坐标点。")


def _reading_order(pairs: NDArray[np.float64], text: PlotText) -> tuple[bool, list[Told]]:
    """Whether the second number is the easting or longitude, and what is to be said about it."""
    first, second = pairs[:, 0], pairs[:, 1]
    match text.declared.order:
        case "xy":
            return False, []
        case "yx" if text.format == "boundary-points" and is_swapped(second, first):
            return False, [
                Told(
                    "Easting and northing stand the other way round than the format says (X = northing, Y = easting); they were read by their size.",
                    "文件中 X、Y 与格式约定（X 为北坐标、Y 为东坐标）相反，已按数值大小识别。",
                )
            ]
        case "yx":
            return True, []
    degrees = kind_of(first, second) == "degrees" or kind_of(second, first) == "degrees"
    return not degrees and is_swapped(first, second), []


def _system(x: NDArray[np.float64], y: NDArray[np.float64], declared: Declared, stated: str | None) -> tuple[str, list[Told]]:
    bounds = (float(x.min()), float(y.min()), float(x.max()), float(y.max()))
    # Degrees in the other order are degrees still: refused as such, with the hint.
    kind = kind_of(x, y) or ("degrees" if kind_of(y, x) == "degrees" else None)
    named, notes = _named(kind, bounds, declared)
    if stated is None:
        if named is None:
            raise _unsettled(bounds, kind)
        return named, notes
    wanted = read_crs(stated)
    # EPSG:4490 is what a question says when it says nothing; the file's own projection of the same system is no contradiction.
    if kind != "degrees" and wanted.equals(read_crs(STORAGE), ignore_axis_order=True):
        if named is None:
            raise _unsettled(bounds, kind)
        return named, notes
    _require_kind(wanted, kind, stated)
    if named is not None and not wanted.equals(read_crs(named), ignore_axis_order=True) and (declared.crs or declared.zone or kind == "prefixed"):
        raise WrongCrs(
            f"The question names {stated}, the text says {named}. Correct one of them.", f"所给坐标系 {stated} 与文本所示 {named} 不一致，请核对后修改其一。"
        )
    return stated, []


def _require_kind(wanted: CRS, kind: Kind | None, stated: str) -> None:
    if bool(wanted.is_geographic) == (kind == "degrees"):
        return
    en = "degrees, but the system named is projected" if kind == "degrees" else "no degrees, but the system named is in degrees"
    zh = "度，而所给坐标系为投影坐标系" if kind == "degrees" else "非度数，而所给坐标系以度为单位"
    raise WrongCrs(f"The numbers are {en} ({stated}).", f"坐标数值为{zh}（{stated}）。")


def _named(kind: Kind | None, bounds: Box, declared: Declared) -> tuple[str | None, list[Told]]:
    """The system that text and numbers name together; None = they leave it open."""
    if kind == "degrees":
        if declared.crs is not None and not read_crs(declared.crs).is_geographic:
            return declared.crs, []
        return declared.crs or STORAGE, []
    if declared.crs is not None:
        return declared.crs, []
    if kind == "prefixed":
        return _prefixed(bounds, declared), []
    if kind == "plain":
        return _plain(declared)
    return None, []


def _prefixed(bounds: Box, declared: Declared) -> str:
    zones = {int(bounds[0] // 1_000_000), int(bounds[2] // 1_000_000)}
    zone = min(zones)
    width = width_of(zone)
    if len(zones) > 1 or width is None:
        shown = ", ".join(str(one) for one in sorted(zones))
        raise WrongCrs(f"The eastings begin with zone {shown}: one zone of 3 or 6 degrees is needed.", f"东坐标带号为 {shown}，须为同一个 3 度或 6 度带。")
    stated_zone = declared.zone or (None if declared.meridian is None else zone_of(width, declared.meridian))
    if (declared.width not in (None, width)) or stated_zone not in (None, zone):
        en = f"zone {declared.zone or '-'} of {declared.width or width} degrees"
        raise WrongCrs(
            f"The text declares {en}, its eastings begin with {zone} (a zone of {width} degrees). Correct one of them.",
            f"文件头声明为 {declared.width or width} 度带、带号 {declared.zone or '未填'}，而东坐标以 {zone} 开头（{width} 度带）。请核对后修改其一。",
        )
    return str(plane_code(width, zone, prefixed=True))


def _plain(declared: Declared) -> tuple[str | None, list[Told]]:
    width = declared.width or (None if declared.zone is None else width_of(declared.zone)) or (3 if declared.meridian is not None else None)
    if width is None or (declared.zone is None and declared.meridian is None):
        return None, []
    zone = declared.zone if declared.zone is not None else zone_of(width, declared.meridian or 0)
    code = None if zone is None else plane_code(width, zone, prefixed=False)
    if code is None or zone is None:
        shown = declared.zone if declared.zone is not None else declared.meridian
        raise WrongCrs(f"There is no zone {shown} of {width} degrees.", f"不存在 {width} 度带的带号（或中央经线）{shown}。")
    meridian = meridian_of(width, zone)
    said = Told(
        f"Eastings carry no zone; the belt is taken from the text: zone {zone}, central meridian {meridian}°E ({code}).",
        f"东坐标不含带号，按文件头取 {width} 度带第 {zone} 带、中央经线 {meridian}°E（{code}）。",
    )
    return code, [said]


def _unsettled(bounds: Box, kind: Kind | None) -> UnsettledCrs:
    west, south, east, north = bounds
    shown_en, shown_zh = f"x {west:.2f} to {east:.2f}, y {south:.2f} to {north:.2f}", f"x {west:.2f} 至 {east:.2f}，y {south:.2f} 至 {north:.2f}"
    hint_en, hint_zh = "Name the system.", "请指明坐标系。"
    if kind == "plain":
        hint_en, hint_zh = "Eastings without a zone number: name the belt (central meridian).", "东坐标不含带号，请指明中央经线对应的坐标系。"
    return UnsettledCrs(f"The numbers ({shown_en}) do not settle the reference system. {hint_en}", f"坐标数值（{shown_zh}）无法判定坐标系。{hint_zh}", bounds)


def _shape(plot: Plot, swapped: bool, crs: str) -> dict[str, Any]:
    """GeoJSON of a plot, x first, rings closed."""
    rings = [[(point.second, point.first) if swapped else point.pair for point in ring] for ring in plot.rings]
    if plot.shape == "point":
        places = [list(place) for ring in rings for place in ring]
        return {"type": "Point", "coordinates": places[0]} if len(places) == 1 else {"type": "MultiPoint", "coordinates": places}
    if plot.shape == "line":
        lines = [[list(place) for place in ring] for ring in rings]
        return {"type": "LineString", "coordinates": lines[0]} if len(lines) == 1 else {"type": "MultiLineString", "coordinates": lines}
    closed = [ring if ring[0] == ring[-1] and len(ring) > 1 else [*ring, ring[0]] for ring in rings]
    for ring, written in zip(closed, plot.rings, strict=True):
        if len(ring) < 4:
            raise _too_few(written, ring[0], crs)
    polygons = [[[list(place) for place in ring] for ring in polygon] for polygon in _polygons(closed, plot.inner)]
    return {"type": "Polygon", "coordinates": polygons[0]} if len(polygons) == 1 else {"type": "MultiPolygon", "coordinates": polygons}


def _too_few(ring: Sequence[TextPoint], place: LonLat, crs: str) -> InvalidGeometry:
    en, zh = "a ring needs at least three different points", "一圈至少需要三个不同的界址点"
    return refuse_lines([Fault(f"line {ring[0].line}", en, zh, lonlat_of(place, crs))])


def _polygons(rings: Sequence[list[LonLat]], inner: frozenset[int]) -> list[list[list[LonLat]]]:
    """Outer rings with their inner ones. An inner ring that lies beside every outer one is a part of its own: ground is never left out."""
    shells = [shapely.Polygon(ring) for ring in rings]
    sound = [bool(shapely.is_valid(shell)) for shell in shells]
    outer = [number for number in range(len(rings)) if number not in inner]
    found = {number: [rings[number]] for number in outer}
    for number in sorted(inner):
        judged = [one for one in outer if sound[one] and sound[number]]
        holder = next((one for one in judged if shells[one].covers(shells[number])), None)
        if holder is None and judged == outer and all(shells[one].disjoint(shells[number]) or shells[one].touches(shells[number]) for one in outer):
            found[number] = [rings[number]]
            continue
        found[holder if holder is not None else outer[-1]].append(rings[number])
    return [found[number] for number in sorted(found)]


def _nearest(plots: Sequence[Plot], at: LonLat, *, swapped: bool) -> int:
    points = [point for plot in plots for point in plot.points()]
    places = np.array([(point.second, point.first) if swapped else point.pair for point in points])
    return points[int(np.argmin(np.hypot(*(places - np.array(at)).T)))].line
