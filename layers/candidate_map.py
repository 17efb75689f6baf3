"""A file's shapes to look at on a map before they are loaded: GeoJSON in lon/lat, simplified together and never more than a page can draw."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

MOST_SHAPES: Final = 20_000
MOST_VERTICES: Final = 300_000
# A screen of two thousand points across: what is thinner is not seen.
_STEPS: Final = 2_000
_DECIMALS: Final = 7


@dataclass(frozen=True, slots=True)
class Shape:
    """One row of a file. geometry: lon/lat, perhaps invalid; None or empty = it has none."""

    row: int
    code: str
    name: str
    geometry: BaseGeometry | None


def draw(shapes: Sequence[Shape]) -> bytes:
    """A FeatureCollection with `row, code, name` of each shape; `truncated` says whether shapes were left out.

    Borders that two shapes share stay shared where all are valid polygons.
    """
    drawn = [shape for shape in shapes if shape.geometry is not None and not shape.geometry.is_empty and _is_finite(shape.geometry)]
    kept = drawn[:MOST_SHAPES]
    simplified = _simplified([shape.geometry for shape in kept if shape.geometry is not None])
    features: list[dict[str, Any]] = []
    vertices = 0
    for shape, geometry in zip(kept, simplified, strict=True):
        vertices += int(shapely.get_num_coordinates(geometry))
        if vertices > MOST_VERTICES:
            break
        properties = {"row": shape.row, "code": shape.code, "name": shape.name}
        features.append({"type": "Feature", "properties": properties, "geometry": _geojson(geometry)})
    document = {"type": "FeatureCollection", "truncated": len(features) < len(drawn), "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def _is_finite(geometry: BaseGeometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(geometry)).all())


def _simplified(geometries: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    whole = np.array(geometries, dtype=object)
    if not len(whole):
        return []
    west, south, east, north = shapely.total_bounds(whole)
    tolerance = max(east - west, north - south) / _STEPS
    if bool((shapely.get_dimensions(whole) == 2).all()) and bool(shapely.is_valid(whole).all()):
        try:
            together = shapely.coverage_simplify(whole, tolerance)
            return [one if one is not None and not one.is_empty else given for one, given in zip(together, whole, strict=True)]
        except shapely.errors.GEOSException:
            pass  # overlapping borders cannot be simplified together
    alone = shapely.simplify(whole, tolerance, preserve_topology=False)
    return [given if one is None or one.is_empty else one for one, given in zip(alone, whole, strict=True)]


def _geojson(geometry: BaseGeometry) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shapely.to_geojson(shapely.transform(geometry, lambda places: np.round(places, _DECIMALS))))
    return found
