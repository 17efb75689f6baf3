"""The ground a project asks for: snapped, densified and measured once, at the door.

Edges are straight in the coordinate system the site was given in; they are densified there to at most 30 m, so that the same edge
means the same line to every later step. Buffers are made in the plane centred on the site.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from math import ceil, pi, sin, sqrt
from typing import Literal

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.figures import ZERO_M, ZERO_M2, metres, square_metres
from gridgov.errors import InvalidGeometry, TooLarge
from gridgov.geo.area import area_m2, length_m
from gridgov.geo.clean import require_clean
from gridgov.geo.crs import STORAGE, Plane, distance_plane, read_crs, site_plane, to_storage
from gridgov.geo.inscribed import inscribed_diameter_m
from gridgov.geo.lattice import snap

SiteKind = Literal["polygon", "line", "point"]

SITE_EDGE_M = 30.0
# Nothing thinner is more than a touch of anything (`overlap.TOUCH_WIDTH_M`).
MIN_WIDTH_M = 0.002
MIN_BUFFER_M = 0.001
MAX_BUFFER_M = 50_000.0
MAX_AREA_M2 = 10_000e6
MAX_VERTICES = 10_000
MAX_PARTS = 1_000
# Chords of a quarter circle: they leave the circle by less than 4e-6 of its radius.
_ROUND_SEGMENTS = 256

_KINDS: dict[str, SiteKind] = {
    "Polygon": "polygon",
    "MultiPolygon": "polygon",
    "LineString": "line",
    "MultiLineString": "line",
    "Point": "point",
    "MultiPoint": "point",
}


@dataclass(frozen=True)
class Site:
    """A clean site in lon/lat EPSG:4490 on the lattice.

    source: as given (for the document). dense: the same with edges of at most 30 m, on which everything is measured.
    """

    kind: SiteKind
    source: BaseGeometry
    dense: BaseGeometry

    @cached_property
    def plane(self) -> Plane:
        """Equal-area metres centred on the site: areas and widths."""
        return site_plane(self.dense)

    @cached_property
    def distance_plane(self) -> Plane:
        """Metres true from the site's centre: distances."""
        return distance_plane(self.dense)

    @cached_property
    def _widths(self) -> dict[BaseGeometry, Decimal]:
        return {}

    def once(self, part: BaseGeometry, width: Callable[[], Decimal]) -> Decimal:
        """The width of a part of this site, worked out once: it is asked for a zone, for a rule and for the document."""
        if part not in self._widths:
            self._widths[part] = width()
        return self._widths[part]

    @cached_property
    def area_m2(self) -> Decimal | None:
        """Ellipsoidal area at 0.01 m2; None for a line or a point."""
        return square_metres(area_m2(self.dense)) if self.kind == "polygon" else None

    @cached_property
    def length_m(self) -> Decimal | None:
        """Geodesic length at 0.001 m of a line; None for the others."""
        return metres(length_m(self.dense)) if self.kind == "line" else None


def make_site(geometry: BaseGeometry, *, crs: str = STORAGE, buffer_m: float = 0.0) -> Site:
    """The site a geometry stands for.

    geometry: Polygon, MultiPolygon, (Multi)LineString or (Multi)Point in `crs` (x = lon or easting). buffer_m: 0 = bare; lines get
    flat ends. Raises WrongCrs, InvalidGeometry (also when snapping to the lattice folds the geometry) and TooLarge.
    """
    if geometry.geom_type not in _KINDS:
        raise InvalidGeometry(
            f"A site is a polygon, a line or points, not {geometry.geom_type}; do not mix kinds.",
            f"项目用地须为面、线或点，不能是 {geometry.geom_type}，也不能混用不同类型。",
        )
    _require_size(geometry)
    source_crs = read_crs(crs)
    require_clean(geometry, kinds=_KINDS, lonlat=bool(source_crs.is_geographic))
    stored = snap(to_storage([geometry], source_crs)[0][0])
    dense = snap(to_storage([geometry], source_crs, densify_m=SITE_EDGE_M)[0][0])
    kind = _KINDS[geometry.geom_type]
    if buffer_m:
        stored = dense = _buffered(dense, kind, buffer_m)
        kind = "polygon"
    stored, dense = tidy(stored), tidy(dense)
    require_clean(dense, kinds=_KINDS)
    site = Site(kind, stored, dense)
    _require_extent(site)
    if site.area_m2 is not None and site.area_m2 > MAX_AREA_M2:
        raise TooLarge(f"The site covers {site.area_m2} m2; at most 10,000 km2.", f"项目用地 {site.area_m2} 平方米，超过 10,000 平方公里上限。")
    return site


def tidy(geometry: BaseGeometry) -> BaseGeometry:
    """The same geometry in canonical form: parts sorted, rings from their least vertex, shells counter-clockwise (RFC 7946)."""
    normal = geometry.normalize()
    return shapely.orient_polygons(normal) if normal.geom_type in ("Polygon", "MultiPolygon") else normal


def _require_extent(site: Site) -> None:
    """What is too small to be more than a touch of anything would be clear everywhere: it is no site."""
    if site.kind == "line" and site.length_m == ZERO_M:
        raise InvalidGeometry("The line is shorter than 1 mm; give a point.", "线的长度不足 1 毫米，请改用点。")
    if site.area_m2 is None:
        return
    # The largest inscribed circle is at least 2 A / P wide, so that a site worth the name is not searched for it.
    if site.area_m2 == ZERO_M2 or (2 * float(site.area_m2) < MIN_WIDTH_M * length_m(site.dense.boundary) and _width_m(site) < MIN_WIDTH_M):
        raise InvalidGeometry("The site is nowhere 2 mm wide; give a line or a point.", "用地最宽处不足 2 毫米，请改用线或点。")


def _width_m(site: Site) -> float:
    return inscribed_diameter_m(site.plane.forward(site.dense))


def _require_size(geometry: BaseGeometry) -> None:
    """Counted before anything looks at the geometry: what is too large is refused in no time."""
    vertices, parts = shapely.get_num_coordinates(geometry), shapely.get_num_geometries(geometry)
    if vertices > MAX_VERTICES or parts > MAX_PARTS:
        raise TooLarge(
            f"The site has {vertices:,} vertices in {parts:,} parts; at most {MAX_VERTICES:,} in {MAX_PARTS:,}.",
            f"项目用地有 {vertices:,} 个顶点、{parts:,} 个部分，上限为 {MAX_VERTICES:,} 个顶点、{MAX_PARTS:,} 个部分。",
        )


def _buffered(dense: BaseGeometry, kind: SiteKind, buffer_m: float) -> BaseGeometry:
    """The buffer of a densified line or of points: its middle is the line that every other step means."""
    if kind == "polygon":
        raise InvalidGeometry("A buffer is for lines and points; give the polygon as it is.", "缓冲距离仅用于线和点，面状用地请直接给出边界。")
    if not MIN_BUFFER_M <= buffer_m <= MAX_BUFFER_M:
        raise InvalidGeometry(
            f"buffer_m must lie between {MIN_BUFFER_M} and {MAX_BUFFER_M:.0f}, or be 0.",
            f"缓冲距离须在 {MIN_BUFFER_M} 至 {MAX_BUFFER_M:.0f} 米之间，或为 0。",
        )
    plane = distance_plane(dense) if kind == "point" else site_plane(dense)
    grow = _grow_points if kind == "point" else _grow_line
    return snap(plane.inverse(shapely.segmentize(grow(dense, plane.forward, buffer_m), SITE_EDGE_M)))


def _grow_points(points: BaseGeometry, _: Callable[[BaseGeometry], BaseGeometry], buffer_m: float) -> BaseGeometry:
    """Union of the geodesic circles: each is a circle in the plane centred on its own point, carried to the common plane."""
    common, quarter = distance_plane(points), _quarter(buffer_m)
    circle = shapely.Point(0, 0).buffer(buffer_m * _outward(quarter), quad_segs=quarter)
    circles = []
    for point in shapely.get_parts(points):
        own = Plane(f"+proj=aeqd +lon_0={point.x:.9f} +lat_0={point.y:.9f} +ellps=GRS80 +units=m")
        circles.append(common.forward(own.inverse(circle)))
    return shapely.union_all(circles)


def _grow_line(line: BaseGeometry, forward: Callable[[BaseGeometry], BaseGeometry], buffer_m: float) -> BaseGeometry:
    return forward(line).buffer(buffer_m, quad_segs=_ROUND_SEGMENTS, cap_style="flat")


def _quarter(radius_m: float) -> int:
    """Chords of a quarter circle, none longer than an edge of a site may be."""
    return max(_ROUND_SEGMENTS, ceil(pi / 2 * radius_m / SITE_EDGE_M))


def _outward(quarter: int) -> float:
    """How much further out the corners of a polygon stand than the circle of the same area."""
    step = pi / 2 / quarter
    return sqrt(step / sin(step))
