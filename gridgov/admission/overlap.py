"""What a site and a zone have in common, measured on exactly the geometry that is printed.

Order matters: the common part is rounded to the lattice first and measured after, so that the document alone gives the same figures
again. A part no circle of 2 mm fits into is a touch: two drawings of one border differ by less than that on the lattice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.figures import ZERO_M, ZERO_M2, metres, square_metres
from gridgov.admission.site import Site, SiteKind, tidy
from gridgov.geo.area import area_m2, length_m
from gridgov.geo.crs import Plane, geodesic_m
from gridgov.geo.inscribed import inscribed_diameter_m
from gridgov.geo.lattice import snap

Meeting = Literal["overlap", "touch", "disjoint"]

TOUCH_WIDTH_M = Decimal("0.002")
# Wide enough that the cut edges of the clipped zone lie outside the site: about 1 m.
_CLIP_MARGIN_DEG = 1e-5
# How far beside a line its own rounded parts may lie: half a millimetre, five units of the lattice.
_BESIDE_DEG = 5e-9
_EMPTY = shapely.GeometryCollection()


@dataclass(frozen=True, slots=True)
class Common:
    """The common part of a site and a region, lon/lat on the lattice, of the site's own dimension (GeometryCollection EMPTY if none).

    meeting: `touch` when only borders meet. area_m2 / width_m (diameter of the largest inscribed circle) for polygons, length_m for
    lines, as printed; None where the site's kind has no such figure.
    """

    meeting: Meeting
    part: BaseGeometry
    area_m2: Decimal | None = None
    length_m: Decimal | None = None
    width_m: Decimal | None = None

    @property
    def is_overlap(self) -> bool:
        """Whether interiors meet by more than a touch."""
        return self.meeting == "overlap"


def meet(site: Site, zone: BaseGeometry) -> Common:
    """How the site meets a zone (Polygon or MultiPolygon, lon/lat on the lattice, densified)."""
    near = clip_to(zone, site.dense)
    if near.is_empty:
        return _nothing(site, "disjoint")
    part = common_part(site.kind, site.dense, near)
    meeting: Meeting = "touch" if shapely.intersects(site.dense, near) else "disjoint"
    return measured(site, part, otherwise=meeting)


def measured(site: Site, part: BaseGeometry, *, otherwise: Meeting = "disjoint") -> Common:
    """The figures of a common part; `otherwise` is the answer when there is none worth the name."""
    if site.kind == "point":
        return Common("overlap", part) if not part.is_empty else _nothing(site, otherwise)
    if site.kind == "line":
        length = metres(length_m(part))
        return Common("overlap", part, length_m=length) if length > ZERO_M else _nothing(site, otherwise)
    area = square_metres(area_m2(part))
    if area == ZERO_M2:
        return _nothing(site, otherwise)
    width = site.once(part, lambda: width_m(part, site.plane))
    meeting: Meeting = "overlap" if width >= TOUCH_WIDTH_M else "touch"
    return Common(meeting, part, area_m2=area, width_m=width)


def common_part(kind: SiteKind, site: BaseGeometry, zone: BaseGeometry) -> BaseGeometry:
    """The part of a site inside a zone's interior, rounded to the lattice, in canonical form; EMPTY if none."""
    if kind == "point":
        inside = [point for point in shapely.get_parts(site) if shapely.contains_properly(zone, point)]
        return _gathered(inside)
    if kind == "line":
        return _gathered(_deep_parts(shapely.intersection(site, zone), zone))
    if shapely.contains_properly(zone, site):
        return site
    return on_lattice(shapely.intersection(site, zone))


def without(kind: SiteKind, part: BaseGeometry, taken: BaseGeometry) -> BaseGeometry:
    """What is left of a part once another region is taken away, rounded to the lattice."""
    if part.is_empty or taken.is_empty:
        return part
    if kind == "line" and shapely.get_dimensions(taken) == 1:
        # Ends cut on a slope and rounded leave the line by half a unit, and GEOS then finds only points in common.
        taken = shapely.buffer(taken, _BESIDE_DEG, quad_segs=1, cap_style="square")
    left = shapely.difference(part, taken)
    return on_lattice(left) if kind == "polygon" else _gathered(_own_parts(kind, left))


def within(kind: SiteKind, part: BaseGeometry, place: BaseGeometry) -> BaseGeometry:
    """What of a common part lies in a part of the site, both of the site's dimension, rounded to the lattice."""
    if kind == "polygon":
        return on_lattice(shapely.intersection(part, place))
    if kind == "line" and shapely.get_dimensions(place) == 1:
        place = shapely.buffer(place, _BESIDE_DEG, quad_segs=1, cap_style="flat")
    return _gathered(_own_parts(kind, shapely.intersection(part, place)))


def _own_parts(kind: SiteKind, geometry: BaseGeometry) -> list[BaseGeometry]:
    """The points of points, the lines of lines: where a line only meets a border it shares a point with it, which is no part of it."""
    dimension = 1 if kind == "line" else 0
    return [part for part in shapely.get_parts(shapely.get_parts(geometry)) if shapely.get_dimensions(part) == dimension]


def together(kind: SiteKind, parts: Iterable[BaseGeometry]) -> BaseGeometry:
    """The union of common parts, rounded to the lattice; EMPTY for none."""
    held = [part for part in parts if not part.is_empty]
    if len(held) < 2:
        return held[0] if held else _EMPTY
    joined = shapely.union_all(held)
    return on_lattice(joined) if kind == "polygon" else _gathered(shapely.get_parts(joined))


def clip_to(zone: BaseGeometry, site: BaseGeometry, margin_deg: float = _CLIP_MARGIN_DEG) -> BaseGeometry:
    """The zone cut down to the site's box and a margin: no vertex is added inside the box, so the result there is the zone's own."""
    west, south, east, north = site.bounds
    box = (west - margin_deg, south - margin_deg, east + margin_deg, north + margin_deg)
    clipped = shapely.clip_by_rect(zone, *box)
    if not shapely.is_valid(clipped):
        clipped = shapely.intersection(zone, shapely.box(*box))
    return _polygons(clipped)


def on_lattice(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of a geometry, rounded to the lattice and valid, canonical; EMPTY if none are left."""
    polygons = _polygons(geometry)
    if polygons.is_empty:
        return _EMPTY
    rounded = snap(polygons)
    if not shapely.is_valid(rounded):
        rounded = _polygons(snap(shapely.set_precision(polygons, 1e-9)))
    return _EMPTY if rounded.is_empty else tidy(rounded)


def width_m(part: BaseGeometry, plane: Plane) -> Decimal:
    """Diameter of the largest circle inside any part, in metres at 0.001.

    Only grows when the part grows (2 A / P does not: a long tail would make a real conflict look thin).
    """
    return metres(inscribed_diameter_m(plane.forward(part)))


def distance_m(site: Site, part: BaseGeometry, zone: BaseGeometry, *, reach_m: float) -> Decimal | None:
    """Geodesic distance between a part of the site and a zone in metres at 0.001; None when it is beyond the reach."""
    near = clip_to(zone, part, degrees_for(reach_m, part))
    if near.is_empty:
        return None
    found = shortest_m(part, near, site.distance_plane)
    return found if found <= Decimal(str(reach_m)) else None


def shortest_m(part: BaseGeometry, other: BaseGeometry, plane: Plane) -> Decimal:
    """Geodesic length of the shortest line between two lon/lat geometries, found in a plane true to distances from the site."""
    if shapely.intersects(part, other):
        return ZERO_M
    line = plane.inverse(shapely.shortest_line(plane.forward(part), plane.forward(other)))
    (lon1, lat1), (lon2, lat2) = shapely.get_coordinates(line)
    return metres(geodesic_m(lon1, lat1, lon2, lat2))


def degrees_for(reach_m: float, part: BaseGeometry) -> float:
    """Degrees, in either direction, that span at least reach_m around a part (a degree of latitude is never under 110.5 km)."""
    _, south, _, north = part.bounds
    farthest = min(max(abs(south), abs(north)) + reach_m / 110_500, 89.0)
    return 1.01 * reach_m / (110_500 * cos(radians(farthest))) + _CLIP_MARGIN_DEG


def _deep_parts(common: BaseGeometry, zone: BaseGeometry) -> list[BaseGeometry]:
    """The lines of a common part that enter the zone by more than a touch; one that follows its border does not.

    The border is drawn twice on the lattice (as site and as zone), up to a unit apart: 2 mm on either side is still the border.
    """
    border = shapely.buffer(zone.boundary, 9e-9, quad_segs=2)
    lines = [part for part in shapely.get_parts(shapely.line_merge(_lines(common))) if part.geom_type == "LineString"]
    return [part for part in lines if not shapely.covered_by(part, border)]


def _lines(geometry: BaseGeometry) -> BaseGeometry:
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in ("LineString", "MultiLineString")]
    return shapely.multilinestrings(shapely.get_parts(parts)) if parts else shapely.MultiLineString()


def _polygons(geometry: BaseGeometry) -> BaseGeometry:
    if geometry.geom_type in ("Polygon", "MultiPolygon"):
        return geometry
    flat = shapely.get_parts(shapely.get_parts(geometry))
    polygons = [part for part in flat if part.geom_type == "Polygon" and not part.is_empty]
    if len(polygons) == 1:
        return polygons[0]
    return shapely.MultiPolygon(polygons)


def _gathered(parts: Iterable[BaseGeometry]) -> BaseGeometry:
    """Points or lines as one snapped geometry in canonical form; EMPTY for none."""
    held = [part for part in parts if not part.is_empty]
    if not held:
        return _EMPTY
    return tidy(snap(held[0] if len(held) == 1 else shapely.union_all(held)))


def _nothing(site: Site, meeting: Meeting) -> Common:
    if site.kind == "polygon":
        return Common(meeting, _EMPTY, area_m2=ZERO_M2, width_m=ZERO_M)
    return Common(meeting, _EMPTY, length_m=ZERO_M if site.kind == "line" else None)
