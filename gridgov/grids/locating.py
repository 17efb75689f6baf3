"""Which leaf cell answers at a point, for many points at once. Pure: the cells in force come in, answers go out.

The rule is that of the single look-up: among the cells whose closed polygon contains the point, the least code in byte order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gridgov.errors import Refused
from gridgov.geo.lattice import to_degrees, to_lattice
from gridgov.grids.cell import Cell

Answer = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """Who answers at a point on a day. lon, lat: the point on the lattice; cells: top level first, empty outside."""

    lon: float
    lat: float
    on: date
    known_at: datetime | None
    scheme: str
    cells: Answer

    def as_json(self) -> dict[str, Any]:
        """The grid's part of the look-up's document."""
        document: dict[str, Any] = {
            "point": [self.lon, self.lat],
            "on": self.on.isoformat(),
            "scheme": self.scheme,
            "cells": [{"level": cell.level, "code": cell.code, "name": cell.name, "version": cell.version_id} for cell in self.cells],
        }
        return document if self.known_at is None else document | {"known_at": self.known_at.isoformat()}


def require_place(lon: float, lat: float) -> None:
    """Returns for a place on earth in degrees; raises Refused else, also for NaN and infinity."""
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        raise Refused(
            f"({lon}, {lat}) is no place: longitude -180 to 180, latitude -90 to 90, in degrees.",
            f"（{lon}, {lat}）不是有效位置：经度应在 -180 至 180、纬度应在 -90 至 90 度之间。",
        )


class LeafIndex:
    """The cells in force on some days, ready to answer for many points."""

    def __init__(self, leaves: Sequence[Cell], above: Sequence[Cell]) -> None:
        """leaves: with geometry; above: the levels above, without."""
        ordered = sorted((leaf for leaf in leaves if leaf.geometry is not None), key=lambda leaf: leaf.code)
        by_code = {(cell.rank, cell.code): cell for cell in above}
        self._answers = [_chain(leaf, by_code) for leaf in ordered]
        self._tree = shapely.STRtree([leaf.geometry for leaf in ordered])

    def answer(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> list[Answer]:
        """One answer a point, in order; a point that is no place on earth gets none."""
        placed = np.isfinite(lon) & np.isfinite(lat) & (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
        found = np.full(len(lon), len(self._answers), dtype=np.int64)
        where = np.flatnonzero(placed)
        points = shapely.points(to_degrees(to_lattice(lon[where])), to_degrees(to_lattice(lat[where])))
        hits = self._tree.query(points, predicate="intersects")
        np.minimum.at(found, where[hits[0]], hits[1])
        return [self._answers[index] if index < len(self._answers) else () for index in found.tolist()]


def _chain(leaf: Cell, by_code: Mapping[tuple[int, str], Cell]) -> Answer:
    chain = [_bare(leaf)]
    above = by_code.get((leaf.rank + 1, leaf.parent_code)) if leaf.parent_code else None
    while above is not None:
        chain.insert(0, above)
        above = by_code.get((above.rank + 1, above.parent_code)) if above.parent_code else None
    return tuple(chain)


def _bare(cell: Cell) -> Cell:
    return Cell(cell.version_id, cell.rank, cell.level, cell.code, cell.parent_code, cell.name, None, cell.valid_from, cell.valid_to)
