"""The zones whose ground passes from one cell to another, as whoever may see all of them is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import shapely
from shapely import MultiPolygon

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.area import CELL_EDGE_M, cell_area_m2, length_m
from gridgov.geo.densify import densify
from gridgov.zones import reading_store
from gridgov.zones.edition import Edition, Layer
from gridgov.zones.in_cell import ZoneThere
from gridgov.zones.visible_store import Reader, catalogue

# The kind of which also the length that changes keeper is told.
_RED_LINE: Final = "ecological-red-line"
_LATTICE_DEG: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Passing:
    """Ground in lon/lat that passes from the cell of one code to that of another."""

    from_code: str
    to_code: str
    geometry: MultiPolygon


def zones_passing(uow: UnitOfWork, reader: Reader, pieces: Sequence[Passing]) -> list[dict[str, Any]]:
    """The zones in force with ground in the pieces: by layer, zone, and the cells it passes between. reader: one who sees everything.

    area_m2 at 0.01; red_line_m: length at 0.001 of the zone's own border there, of red lines alone.
    """
    in_force = {seen.edition.edition_id: (layer, seen.edition) for layer, seen in catalogue(uow, reader).layers.values() if seen.edition is not None}
    if not pieces or not in_force:
        return []
    whole = shapely.union_all([piece.geometry for piece in pieces], grid_size=_LATTICE_DEG)
    zones = reading_store.zones_meeting(uow, [edition for _, edition in in_force.values()], whole)
    rows = [row for piece in pieces for row in _in_piece(piece, zones, in_force)]
    return sorted(rows, key=lambda row: (row["layer"], row["code"], row["from_cell"], row["to_cell"]))


def _in_piece(piece: Passing, zones: Sequence[ZoneThere], in_force: dict[int, tuple[Layer, Edition]]) -> list[dict[str, Any]]:
    near = [zone for zone in zones if shapely.intersects(piece.geometry, zone.geometry)]
    found = [(zone, _common_m2(piece.geometry, zone)) for zone in near]
    return [_row(piece, zone, area, in_force[zone.edition_id]) for zone, area in found if area > 0]


def _common_m2(ground: MultiPolygon, zone: ZoneThere) -> Decimal:
    """Area at 0.01 m2; a narrow piece is densified only once it was cut, so that it stays whole."""
    if shapely.contains_properly(ground, zone.geometry):
        return zone.area_m2
    return Decimal(f"{cell_area_m2(shapely.intersection(ground, zone.geometry, grid_size=_LATTICE_DEG)):.2f}")


def _row(piece: Passing, zone: ZoneThere, area_m2: Decimal, known: tuple[Layer, Edition]) -> dict[str, Any]:
    layer, edition = known
    row = {
        "layer": layer.key,
        "title": layer.title,
        "kind": layer.kind,
        "edition": edition.edition,
        "code": zone.code,
        "name": zone.name,
        "from_cell": piece.from_code,
        "to_cell": piece.to_code,
        "area_m2": str(area_m2),
    }
    return row | {"red_line_m": _border_m(piece.geometry, zone)} if layer.kind == _RED_LINE else row


def _border_m(ground: MultiPolygon, zone: ZoneThere) -> str:
    inside = shapely.intersection(shapely.boundary(zone.geometry), ground, grid_size=_LATTICE_DEG)
    lines = [part for part in shapely.get_parts(shapely.get_parts(inside)) if shapely.get_dimensions(part) == 1]
    return f"{length_m(densify(shapely.multilinestrings(lines), CELL_EDGE_M)) if lines else 0.0:.3f}"
