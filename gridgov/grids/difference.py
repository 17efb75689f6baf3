"""What is different between two states of a grid: a row a cell, and the ground that passes from one code to another. Pure.

The same rows tell what a redraw will do, what it did, and how the grid of two days differs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.area import cell_area_m2
from gridgov.geo.shown import as_geojson
from gridgov.grids.importing import is_same_ground

_CENT: Final = Decimal("0.01")
# Ground less than this passes wherever a boundary gets a vertex: it bends by a lattice unit. It is not told as moved.
LEAST_MOVED_M2: Final = Decimal("1.00")
_NOTHING: Final = MultiPolygon()
# Pieces are cut on the lattice: what is cut in plain doubles may cross itself and cannot be cut again.
_LATTICE_DEG: Final = 1e-9


class State(Protocol):
    """A cell in one of the two states; ground in lon/lat EPSG:4490 on the lattice."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def parent_code(self) -> str | None:
        """The code of the cell right above, None = none."""

    @property
    def geometry(self) -> MultiPolygon:
        """Its ground."""

    @property
    def area_m2(self) -> Decimal:
        """Its area at 0.01 m2."""


class Change(Protocol):
    """A cell that is not the same in both. before None = it is new; after None = it ends. cause: redraw, node, rename, reparent."""

    @property
    def rank(self) -> int:
        """0 = leaf."""

    @property
    def level(self) -> str:
        """The key of its level."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def cause(self) -> str:
        """Why it is listed."""

    @property
    def before(self) -> State | None:
        """What it was."""

    @property
    def after(self) -> State | None:
        """What it is."""


@dataclass(frozen=True, slots=True)
class Moved:
    """Ground that was one cell's and is another's of the same level. geometry: lon/lat; area_m2: at 0.01 on the ellipsoid."""

    from_code: str
    to_code: str
    geometry: MultiPolygon
    area_m2: Decimal


def moved_ground(changes: Sequence[Change]) -> list[Moved]:
    """The ground that passes between cells of one level, by the codes it passes from and to, in byte order.

    changes: of that level, all whose ground is not the same. Pieces under 1 m2 are left out.
    """
    lost = {change.code: _rest(change.before, change.after) for change in changes}
    gained = {change.code: _rest(change.after, change.before) for change in changes}
    givers = [(code, ground) for code, ground in sorted(lost.items(), key=_by_code) if not ground.is_empty]
    takers = [(code, ground) for code, ground in sorted(gained.items(), key=_by_code) if not ground.is_empty]
    if not givers or not takers:
        return []
    tree = shapely.STRtree([ground for _, ground in takers])
    met = tree.query(np.array([ground for _, ground in givers], dtype=object), predicate="intersects")
    pairs = sorted(zip(*met.tolist(), strict=True))
    found = (_moved(givers[giver], takers[taker]) for giver, taker in pairs if givers[giver][0] != takers[taker][0])
    return [moved for moved in found if moved is not None]


def difference_rows(changes: Sequence[Change], moved: Mapping[int, Sequence[Moved]]) -> list[dict[str, Any]]:
    """A row a cell in the order given. moved: by rank, what passes between the cells of that level."""
    return [_row(change, moved.get(change.rank, ())) for change in changes]


def difference_features(changes: Sequence[Change], moved: Sequence[Moved]) -> dict[str, Any]:
    """A FeatureCollection of one level: `before` and `after` of every cell whose ground changed by more than nodes, then the pieces that passed (`moved`)."""
    outlines = [_outline(change, what) for change in changes if change.cause == "redraw" for what in ("before", "after")]
    pieces = [_feature(one.geometry, {"what": "moved", "from": one.from_code, "to": one.to_code, "area_m2": str(one.area_m2)}) for one in moved]
    return {"type": "FeatureCollection", "features": [*(outline for outline in outlines if outline is not None), *pieces]}


def totals(rows: Iterable[Mapping[str, Any]], level: str) -> dict[str, str]:
    """The sums of the rows of a level, at 0.01 m2: what a reader gets by adding them up."""
    own = [row for row in rows if row["level"] == level]
    return {key: str(sum((Decimal(row[key] or 0) for row in own), Decimal("0.00"))) for key in ("before_m2", "after_m2", "change_m2")}


def _row(change: Change, moved: Sequence[Moved]) -> dict[str, Any]:
    before, after = change.before, change.after
    held = after or before
    assert held is not None
    return {
        "level": change.level,
        "code": change.code,
        "name": held.name,
        "name_before": None if before is None else before.name,
        "parent": None if after is None else after.parent_code,
        "parent_before": None if before is None else before.parent_code,
        "cause": change.cause,
        "before_m2": None if before is None else str(before.area_m2),
        "after_m2": None if after is None else str(after.area_m2),
        "change_m2": str(_area(after) - _area(before)),
        "from": sorted({one.from_code for one in moved if one.to_code == change.code}, key=str.encode),
        "to": sorted({one.to_code for one in moved if one.from_code == change.code}, key=str.encode),
    }


def _outline(change: Change, what: str) -> dict[str, Any] | None:
    state = change.before if what == "before" else change.after
    if state is None:
        return None
    said = {"what": what, "level": change.level, "code": change.code, "name": state.name, "area_m2": str(state.area_m2)}
    return _feature(state.geometry, said)


def _feature(geometry: BaseGeometry, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": as_geojson(geometry), "properties": properties}


def _area(state: State | None) -> Decimal:
    return Decimal("0.00") if state is None else state.area_m2


def _by_code(pair: tuple[str, BaseGeometry]) -> bytes:
    return pair[0].encode()


def _rest(one: State | None, other: State | None) -> BaseGeometry:
    """What of the first's ground the second does not have."""
    if one is None:
        return _NOTHING
    if other is None:
        return one.geometry
    if one.geometry is other.geometry or is_same_ground(one.geometry, other.geometry):
        return _NOTHING
    return _large_parts(shapely.difference(one.geometry, other.geometry, grid_size=_LATTICE_DEG))


def _moved(giver: tuple[str, BaseGeometry], taker: tuple[str, BaseGeometry]) -> Moved | None:
    ground = _large_parts(shapely.intersection(giver[1], taker[1], grid_size=_LATTICE_DEG))
    if ground.is_empty:
        return None
    return Moved(giver[0], taker[0], ground, Decimal(repr(cell_area_m2(ground))).quantize(_CENT))


def _large_parts(ground: BaseGeometry) -> MultiPolygon:
    """The polygons of 1 m2 and more, in canonical order."""
    parts: NDArray[np.object_] = shapely.get_parts(shapely.get_parts(ground))
    large = [part for part in parts if isinstance(part, Polygon) and cell_area_m2(part) >= LEAST_MOVED_M2]
    return shapely.normalize(MultiPolygon(large)) if large else _NOTHING
