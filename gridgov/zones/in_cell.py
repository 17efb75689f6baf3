"""How much of a zone lies in a cell, measured in lon/lat on the ellipsoid as a verdict measures: cut, rounded to the lattice, then measured. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridgov.geo.area import CELL_EDGE_M, area_m2
from gridgov.geo.densify import densify
from gridgov.geo.lattice import snap

_SHARE: Final = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class ZoneThere:
    """A zone near a cell. geometry: polygons in lon/lat on the lattice, whole or cut down to a box around the cell; area_m2: of the whole zone."""

    edition_id: int
    code: str
    name: str
    attributes: dict[str, Any]
    area_m2: Decimal
    geometry: BaseGeometry


def ground_of(cell: BaseGeometry) -> BaseGeometry:
    """A cell's ground as it is measured: its edges, straight in lon/lat, with a vertex every 100 m."""
    return densify(cell, CELL_EDGE_M)


def areas_in(ground: BaseGeometry, zones: Sequence[ZoneThere]) -> list[Decimal]:
    """Area at 0.01 m2 of each zone inside a cell's ground; 0.00 where only borders meet."""
    shapes: NDArray[np.object_] = np.array([zone.geometry for zone in zones], dtype=object)
    shapely.prepare(ground)
    inside = shapely.contains_properly(ground, shapes)
    return [zone.area_m2 if whole else _common_m2(ground, zone.geometry) for zone, whole in zip(zones, inside, strict=True)]


def share_of(part: Decimal, whole: Decimal) -> Decimal:
    """part / whole at 1e-6; 0 when the whole is nothing."""
    return Decimal("0.000000") if whole == 0 else (part / whole).quantize(_SHARE, rounding=ROUND_HALF_EVEN)


def is_usable(geometry: BaseGeometry) -> bool:
    """Whether a zone that was cut down to a box is still fit to be measured."""
    return bool(shapely.is_valid(geometry))


def _common_m2(ground: BaseGeometry, zone: BaseGeometry) -> Decimal:
    return Decimal(f"{area_m2(snap(shapely.intersection(ground, zone))):.2f}") + 0
