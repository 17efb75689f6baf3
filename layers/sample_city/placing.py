"""Finding ground for a project that lies as it should: inside this, clear of that, across a border."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.zones.edition import ZoneRecord
from layers.sample_city.frame import to_lonlat
from layers.sample_city.records import ZoneLayer
from layers.sample_city.settlement import Index
from layers.sample_city.works import Works

_MOST_TRIES = 6000
_REACH_M = 30_000.0


@dataclass(frozen=True, slots=True)
class Demand:
    """How ground must lie: wholly inside each of these, clear of each of those, partly in and partly out of the rest. Names as in `grounds`."""

    inside: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()
    across: tuple[str, ...] = ()


def grounds(works: Works, layers: Sequence[ZoneLayer], near: tuple[float, float]) -> dict[str, BaseGeometry]:
    """Named ground to place projects by, each one prepared geometry in lon/lat; complete inside `window`, around a place."""
    held = {(layer.key, layer.edition): layer for layer in layers}
    corners = to_lonlat(np.array([near]) + np.array([[-_REACH_M, -_REACH_M], [_REACH_M, _REACH_M]]))
    window = shapely.box(*corners.ravel())
    red = partial(_union, held["ecological-red-line", "2024"].zones, window)
    water = partial(_union, held["source-water", "2022"].zones, window)
    units = partial(_union, held["control-unit", "2024"].zones, window)
    noise = held["noise", "2021"]
    found = {
        "window": window,
        "city": works.outline,
        "core": red({"core": True}),
        "rest": red({"core": False}),
        "red": red({}),
        "water": water({}),
        "water-1": water({"class": 1}),
        "water-2": water({"class": 2}),
        "general": units({"class": "general"}),
        "priority": units({"class": "priority"}),
        "park": _union(held["industrial-park", "2023"].zones, window, {}),
        "suspension": _union(held["suspension", "2026-1"].zones, window, {}),
        "noise-3": _union(noise.zones, window, {"class": 3}),
        "noise-covered": noise.coverage_area if noise.coverage_area is not None else Polygon(),
    }
    shapely.prepare(list(found.values()))
    return found


def _union(zones: Iterable[ZoneRecord], window: BaseGeometry, attributes: Mapping[str, object]) -> BaseGeometry:
    """All zones with these attributes that may reach into the window, whole."""
    chosen = [zone.geometry for zone in zones if all(zone.attributes.get(key) == value for key, value in attributes.items())]
    return shapely.union_all([ground for ground in chosen if shapely.intersects(window, shapely.box(*ground.bounds))])


def plot(middle: np.ndarray, radius_m: float, turn: float, shape: Sequence[float] = (1.0, 0.86, 1.05, 0.9, 1.1, 0.94, 1.0)) -> Polygon:
    """A plot with one corner a factor of `shape`, at about this distance from its middle; lon/lat."""
    angles = turn + np.arange(len(shape)) * (2 * np.pi / len(shape))
    reach = radius_m * np.asarray(shape)
    return Polygon(to_lonlat(np.stack([middle[0] + reach * np.cos(angles), middle[1] + reach * np.sin(angles)], axis=-1)))


def suits(ground: BaseGeometry, demand: Demand, known: Mapping[str, BaseGeometry]) -> bool:
    """Whether a plot lies as demanded."""
    return (
        all(shapely.contains_properly(known[name], ground) for name in ("window", *demand.inside))
        and not any(shapely.intersects(known[name], ground) for name in demand.clear)
        and all(shapely.intersects(known[name], ground) and not shapely.contains(known[name], ground) for name in demand.across)
    )


def first_plot(works: Works, nodes: Index, near: tuple[float, float], *, radius_m: float, demand: Demand, known: Mapping[str, BaseGeometry]) -> Polygon | None:
    """The plot around the node nearest to a place (of those given) that lies as demanded; None when none does."""
    lon, lat = to_lonlat(works.fields.xy[nodes]).T
    right = np.ones(nodes.size, dtype=np.bool_)
    for name in ("window", *demand.inside):
        right &= shapely.contains_xy(known[name], lon, lat)
    for name in demand.clear:
        right &= ~shapely.contains_xy(known[name], lon, lat)
    nodes = nodes[right]
    away = np.hypot(works.fields.xy[nodes, 0] - near[0], works.fields.xy[nodes, 1] - near[1])
    for node in nodes[np.argsort(away, kind="stable")][:_MOST_TRIES].tolist():
        found = plot(works.fields.xy[node], radius_m, 0.3 + node % 7)
        if suits(found, demand, known):
            return found
    return None
