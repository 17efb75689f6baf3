"""Which levels of a grid the map shows at which zoom: the finest whose cells are large enough to be told apart, and all above it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from math import cos, radians, sqrt
from typing import Any, Final

from gridgov.geo.mercator import pixel_m

# Shapes are kept for these zooms; below the first one its shapes are drawn, above the last one the cells' own outlines.
FIRST_ZOOM: Final = 5
LAST_ZOOM: Final = 14
ZOOMS: Final = range(FIRST_ZOOM, LAST_ZOOM + 1)
# So a 256 pixel tile holds about a thousand cells of the finest level.
LEAST_SIDE_PIXELS: Final = 8.0


@dataclass(frozen=True, slots=True)
class LevelSize:
    """How many cells a level has, and their area together (m2, ellipsoidal)."""

    rank: int
    cells: int
    area_m2: float


@dataclass(frozen=True, slots=True)
class Plan:
    """finest: the lowest rank shown at each of ZOOMS. west to north: the box of all cells in degrees."""

    finest: tuple[int, ...]
    west: float
    south: float
    east: float
    north: float

    def at(self, zoom: int) -> int:
        """The lowest rank shown at a zoom, whichever."""
        return self.finest[stored_zoom(zoom) - FIRST_ZOOM] if zoom <= LAST_ZOOM else min(self.finest)

    def groups(self) -> dict[int, tuple[int, ...]]:
        """The zooms, finest first, at which each rank is the lowest one: their shapes are made in one go."""
        return {rank: tuple(zoom for zoom in reversed(ZOOMS) if self.at(zoom) == rank) for rank in sorted(set(self.finest))}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A state of a grid as the map shows it. levels: keys by rank. changed_at: when the grid last changed."""

    scheme_id: int
    key: str
    changed_at: datetime
    drawing_id: int
    levels: tuple[str, ...]
    plan: Plan

    @property
    def version(self) -> str:
        """A short text that is another one when anything on the map may be."""
        return sha256(f"{self.scheme_id} {self.drawing_id} {self.changed_at.isoformat()}".encode()).hexdigest()[:16]

    def shown_from(self) -> dict[int, int]:
        """The ranks that are ever shown, each with the first zoom at which it is."""
        lowest = {rank: min(zoom for zoom in ZOOMS if self.plan.at(zoom) <= rank) for rank in range(min(self.plan.finest), len(self.levels))}
        return {rank: 0 if zoom == FIRST_ZOOM else zoom for rank, zoom in lowest.items()}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a cell looks like at a zoom: MultiPolygon in EPSG:3857, and where its label stands (metres of the plane)."""

    rank: int
    zoom: int
    code: str
    name: str
    geometry: Any
    label: tuple[float, float]


def stored_zoom(zoom: int) -> int:
    """The zoom whose shapes are drawn at a zoom up to LAST_ZOOM."""
    return max(zoom, FIRST_ZOOM)


def make_plan(sizes: Iterable[LevelSize], box: Mapping[str, float]) -> Plan:
    """The plan for the levels that have cells. box: west, south, east, north of them all, degrees."""
    stretch = 1 / max(cos(radians((box["south"] + box["north"]) / 2)), 0.01)
    sides = {size.rank: sqrt(size.area_m2 / size.cells) * stretch for size in sizes}
    return Plan(tuple(_finest(sides, pixel_m(zoom)) for zoom in ZOOMS), box["west"], box["south"], box["east"], box["north"])


def _finest(side_m: Mapping[int, float], pixel: float) -> int:
    return min((rank for rank, side in side_m.items() if side >= LEAST_SIDE_PIXELS * pixel), default=max(side_m))


def first_and_later(day: date, later: Iterable[date]) -> list[date]:
    """The days, rising, on which what is drawn may change when it changes on a day."""
    return [day, *sorted({turn for turn in later if turn > day})]
