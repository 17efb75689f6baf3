"""Finding ground for a project that lies as it should: inside this, clear of that, across a border."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Demand:
    """How ground must lie: wholly inside each of these, clear of each of those, partly in and partly out of the rest. Names as in `grounds`."""

    inside: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()
    across: tuple[str, ...] = ()


def grounds(works: Works, layers: Sequence[ZoneLayer]) -> dict[str, BaseGeometry]:
    """Named ground to place projects by, each one prepared geometry in lon/lat."""
    held = {(layer.key, layer.edition): layer for layer in layers}
    red = held["ecological-red-line", "2024"].zones
    water, units = held["source-water", "2022"].zones, held["control-unit", "2024"].zones
    noise = held["noise", "2021"]
    found = {
        "city": works.outline,
        "core": _union(red, core=True),
        "rest": _union(red, core=False),
        "red": _union(red),
        "water": _union(water),
        "water-1": _union(water, **{"class": 1}),
        "water-2": _union(water, **{"class": 2}),
        "general": _union(units, **{"class": "general"}),
        "priority": _union(units, **{"class": "priority"}),
        "park": _union(held["industrial-park", "2023"].zones),
        "suspension": _union(held["suspension", "2026-1"].zones),
        "noise-3": _union(noise.zones, **{"class": 3}),
        "noise-covered": noise.coverage_area if noise.coverage_area is not None else Polygon(),
    }
    shapely.prepare(list(found.values()))
    return found


def _union(zones: Iterable[ZoneRecord], **attributes: object) -> BaseGeometry:
    chosen = [zone.geometry for zone in zones if all(zone.attributes.get(key) == value for key, value in attributes.items())]
    return shapely.union_all(chosen)


def plot(middle: np.ndarray, radius_m: float, turn: float, shape: Sequence[float] = (1.0, 0.86, 1.05, 0.9, 1.1, 0.94, 1.0)) -> Polygon:
    """A plot with one corner a factor of `shape`, at about this distance from its middle; lon/lat."""
    angles = turn + np.arange(len(shape)) * (2 * np.pi / len(shape))
    reach = radius_m * np.asarray(shape)
    return Polygon(to_lonlat(np.stack([middle[0] + reach * np.cos(angles), middle[1] + reach * np.sin(angles)], axis=-1)))


def suits(ground: BaseGeometry, demand: Demand, known: Mapping[str, BaseGeometry]) -> bool:
    """Whether a plot lies as demanded."""
    return (
        all(shapely.contains_properly(known[name], ground) for name in demand.inside)
        and not any(shapely.intersects(known[name], ground) for name in demand.clear)
        and all(shapely.intersects(known[name], ground) and not shapely.contains(known[name], ground) for name in demand.across)
    )


def first_plot(works: Works, nodes: Index, near: tuple[float, float], radius_m: float, demand: Demand, known: Mapping[str, BaseGeometry]) -> Polygon | None:
    """The plot around the node nearest to a place (of those given) that lies as demanded; None when none does."""
    lon, lat = to_lonlat(works.fields.xy[nodes]).T
    right = np.ones(nodes.size, dtype=np.bool_)
    for name in demand.inside:
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
