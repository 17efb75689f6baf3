"""Where each sort of sample project finds its ground: what it must lie in, keep clear of, or straddle."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from layers.sample_city.edge_plots import sliver_plot, touching_plot
from layers.sample_city.fields import grown
from layers.sample_city.frame import to_lonlat, to_plane
from layers.sample_city.placing import Demand, first_plot, plot, suits
from layers.sample_city.protection import Protection
from layers.sample_city.records import ZoneLayer
from layers.sample_city.settlement import Mask
from layers.sample_city.works import Works


@dataclass(frozen=True)
class Search:
    """What the makers of sites look things up in."""

    works: Works
    protection: Protection
    known: Mapping[str, BaseGeometry]
    red_line: ZoneLayer
    near: tuple[float, float]

    def plot(self, mask: Mask, radius_m: float, demand: Demand) -> Polygon | None:
        """The plot nearest to the middle of things whose centre lies on the mask and which lies as demanded."""
        return first_plot(self.works, np.flatnonzero(mask & self.works.fields.inside), self.near, radius_m=radius_m, demand=demand, known=self.known)


def core_plot(search: Search) -> BaseGeometry | None:
    """Ground across the edge of a core, and of the red line where there is such a place."""
    mesh, core, red = search.works.fields.mesh, search.protection.core, search.protection.block >= 0
    demand = Demand(inside=("city",), across=("core", "red"))
    edge = grown(mesh, core, 2) & ~core & grown(mesh, ~red, 2)
    return search.plot(edge, 330.0, demand) or search.plot(grown(mesh, core, 1) & red, 260.0, Demand(inside=("city",), across=("core",)))


def rest_plot(search: Search, radius_m: float) -> BaseGeometry | None:
    """Ground in the red line outside its core."""
    return search.plot((search.protection.block >= 0) & ~search.protection.core, radius_m, Demand(inside=("rest",), clear=("core", "water", "suspension")))


def road_line(search: Search) -> BaseGeometry | None:
    """A line that enters the red line and leaves it again, clear of its core."""
    fields = search.works.fields
    narrow = np.flatnonzero((search.protection.block >= 0) & ~grown(fields.mesh, search.protection.core, 5) & fields.inside)
    away = np.hypot(fields.xy[narrow, 0] - search.near[0], fields.xy[narrow, 1] - search.near[1])
    demand = Demand(inside=("city",), clear=("core", "water", "suspension"), across=("rest",))
    for node in narrow[np.argsort(away, kind="stable")][:4000].tolist():
        for turn in (0.4, 1.2, 2.0, 2.8):
            ahead = np.array([np.cos(turn), np.sin(turn)])
            bend = np.array([-ahead[1], ahead[0]])
            steps = np.array([[-1500.0, 0.0], [-600.0, 160.0], [150.0, -90.0], [800.0, 120.0], [1500.0, -40.0]])
            line = LineString(to_lonlat(fields.xy[node] + steps[:, :1] * ahead + steps[:, 1:] * bend))
            ends = [Point(line.coords[0]), Point(line.coords[-1])]
            if suits(line, demand, search.known) and not any(shapely.intersects(search.known["red"], end) for end in ends):
                return line
    return None


def plot_in_two_counties(search: Search) -> BaseGeometry | None:
    """A plot on a border between counties, on general ground."""
    settlement = search.works.settlement
    ground, owner = settlement.ground, settlement.owner
    low, high = ground.mesh.edges()
    inside = (owner[low] < settlement.count) & (owner[high] < settlement.count)
    low, high = low[inside], high[inside]
    border = settlement.county[owner[low]] != settlement.county[owner[high]]
    middle = (ground.mesh.xy[low[border]] + ground.mesh.xy[high[border]]) / 2
    flat = ground.steep[low[border]] * 4000 + np.hypot(*(middle - np.array(search.near)).T)
    for index in np.argsort(flat, kind="stable").tolist():
        found = plot(middle[index], 310.0, 0.3 + index % 5)
        if suits(found, Demand(inside=("city", "general"), clear=("red", "water", "suspension")), search.known):
            return found
    return None


def plot_with_hole(search: Search) -> BaseGeometry | None:
    """Open general ground with a piece left out in the middle."""
    fields = search.works.fields
    outer = search.plot((fields.ground.steep < 0.2) & (fields.town < 0), 240.0, Demand(inside=("general",), clear=("red", "water", "suspension")))
    if outer is None:
        return None
    middle = to_plane(np.asarray(outer.centroid.coords[0]))
    return Polygon(outer.exterior, [plot(middle, 70.0, 0.2, (1.0, 0.9, 1.1, 0.95)).exterior])


def lakeside_point(search: Search) -> BaseGeometry | None:
    """A point in source water of class one."""
    found = search.plot(search.protection.water_class == 1, 40.0, Demand(inside=("water-1",), clear=("suspension",)))
    return None if found is None else Point(np.rint(np.asarray(found.centroid.coords[0]) * 1e7) / 1e7)


def plot_at_noise_edge(search: Search) -> BaseGeometry | None:
    """Ground at the edge of the noise zoning, partly beyond it."""
    fields = search.works.fields
    low = (fields.ground.steep < 0.2) & ~fields.ground.lake
    return search.plot(low, 170.0, Demand(inside=("city",), clear=("red", "water", "noise-3", "suspension"), across=("noise-covered",)))


def park_plot(search: Search, radius_m: float) -> BaseGeometry | None:
    """Ground in an industrial park."""
    return search.plot(search.works.fields.park >= 0, radius_m, Demand(inside=("park",), clear=("priority", "water", "red", "suspension")))


def open_plot(search: Search) -> BaseGeometry | None:
    """Level general ground outside the towns."""
    fields = search.works.fields
    return search.plot((fields.ground.steep < 0.12) & (fields.town < 0), 150.0, Demand(inside=("general",), clear=("water", "red")))


def source_water_plot(search: Search) -> BaseGeometry | None:
    """Ground in source water of class two."""
    return search.plot(search.protection.water_class == 2, 130.0, Demand(inside=("water-2",), clear=("red", "suspension")))


def suspended_plot(search: Search) -> BaseGeometry | None:
    """General ground in the township where approvals are suspended."""
    return search.plot(search.works.fields.ground.steep < 0.2, 140.0, Demand(inside=("suspension", "general"), clear=("red", "water")))


def sliver(search: Search) -> BaseGeometry | None:
    """Ground that reaches over the red line by a hair."""
    return sliver_plot(search.red_line, _BESIDE, search.known)


def touching(search: Search) -> BaseGeometry | None:
    """Ground that shares vertices with the red line and overlaps nothing."""
    return touching_plot(search.red_line, _BESIDE, search.known)


_BESIDE = Demand(clear=("core", "water", "suspension"))
