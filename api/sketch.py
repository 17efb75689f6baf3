"""A small picture of a checked site: its outline and, hatched over it, the parts that zones take. Pure; gives plain SVG path data.

Straight lon/lat with the parallel shortened at the site's latitude: a sketch to recognise a site by, nothing to measure on.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, MARGIN = 168, 112, 14
Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Sketch:
    """SVG path data in a box of WIDTH x HEIGHT: the site, and per finding the overlap with its effect class."""

    site: str
    is_line: bool
    dot: tuple[float, float] | None
    overlaps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Frame:
    west: float
    north: float
    x_scale: float
    y_scale: float
    left: float
    top: float

    def place(self, position: Sequence[float]) -> tuple[float, float]:
        return (self.left + (position[0] - self.west) * self.x_scale, self.top + (self.north - position[1]) * self.y_scale)


def sketch(geometry: Mapping[str, Any] | None, overlaps: Sequence[tuple[str, Mapping[str, Any]]]) -> Sketch | None:
    """The picture of a GeoJSON geometry and of (class, GeoJSON) overlaps on it; None when there is nothing to draw."""
    lines = list(_lines(geometry)) if geometry else []
    positions = [position for line in lines for position in line]
    if not positions:
        return None
    frame = _frame(positions)
    if len(positions) == 1:
        return Sketch("", False, (WIDTH / 2, HEIGHT / 2), ())
    is_line = "LineString" in str(geometry["type"]) if geometry else False
    drawn = tuple((kind, path) for kind, overlap in overlaps if (path := _path(overlap, frame)))
    return Sketch(_path(geometry, frame), is_line, None, drawn)


def _frame(positions: Sequence[Sequence[float]]) -> _Frame:
    xs, ys = [p[0] for p in positions], [p[1] for p in positions]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
    wide, high = max((east - west) * shrink, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    return _Frame(west, north, scale * shrink, scale, (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2)


def _path(geometry: Mapping[str, Any] | None, frame: _Frame) -> str:
    parts = []
    for line in _lines(geometry) if geometry else ():
        if len(line) > 1:
            placed = [frame.place(position) for position in line]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in placed) + ("Z" if line[0] == line[-1] else ""))
    return "".join(parts)


def _lines(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    """Every ring, line or single position of a geometry."""
    if geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _lines(part)
        return
    depth = {"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}.get(geometry["type"])
    if depth is None:
        return
    coordinates = geometry["coordinates"]
    if geometry["type"] in ("Point", "MultiPoint"):
        yield from ([position] for position in ([coordinates] if depth == 0 else coordinates))
    else:
        yield from _flat(coordinates, depth - 1)


def _flat(coordinates: Any, depth: int) -> Iterator[Ring]:
    if depth == 0:
        yield coordinates
        return
    for part in coordinates:
        yield from _flat(part, depth - 1)
