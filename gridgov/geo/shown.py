"""Shapes as a map shows them: thinned to what can be told apart at its size, neighbours together, written as GeoJSON.

What is thinned is to be looked at and never measured.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Detail = Literal["none", "simplified", "full"]

# Places a screen can tell apart along the longer side of what is asked for.
_STEPS: Final = 2_000
Box = tuple[float, float, float, float]


def tolerance_deg(shapes: Sequence[BaseGeometry], view: Box | None) -> float:
    """The least degree that matters where shapes are looked at in a view (west, south, east, north; None = all of them)."""
    boxes = [tuple(shapely.total_bounds(np.array(list(shapes), dtype=object)).tolist()), *([] if view is None else [view])]
    return float(min(max(east - west, north - south) for west, south, east, north in boxes)) / _STEPS


def thinned(shapes: Sequence[BaseGeometry], tolerance: float, *, keep_rim: bool) -> list[BaseGeometry]:
    """Polygons with fewer vertices, in their order. Where they tile, neighbours stay neighbours.

    tolerance: degrees. keep_rim: the border of all of them together stays as it is, so that another part of the same tiling still fits.
    """
    array: NDArray[np.object_] = np.array(list(shapes), dtype=object)
    if not len(array):
        return []
    if shapely.coverage_is_valid(array):
        found = shapely.coverage_simplify(array, tolerance, simplify_boundary=not keep_rim)
    else:
        found = shapely.simplify(array, tolerance, preserve_topology=True)
    return list(found)


def as_geojson(shape: BaseGeometry) -> dict[str, Any]:
    """The GeoJSON geometry in lon/lat."""
    found: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return found
