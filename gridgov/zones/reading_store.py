"""What readers ask of layers and zones. Decides nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.crs import Plane
from gridgov.grids.area import Box
from gridgov.grids.matching import begins, holds
from gridgov.grids.store import known
from gridgov.zones import store
from gridgov.zones.edition import Edition
from gridgov.zones.in_cell import ZoneThere, is_usable

QUERIES: Final = load_queries("gridgov.zones", "reading_store.sql")
# Below this a whole zone travels faster than it is cut.
_WHOLE_ZONE_VERTICES: Final = 2_000
_EVERY_VERTEX: Final = 2**31 - 1
_MARGIN_DEG: Final = 1e-4

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ZoneFilter:
    """Which zones of an edition are asked for. text: in its searched form. after: code of the last one given. limit: how many at most."""

    code: str | None = None
    box: Box | None = None
    text: str | None = None
    after: str | None = None
    limit: int = 100
    with_geometry: bool = False


@dataclass(frozen=True, slots=True)
class EditionRecord:
    """What is kept of an edition beside what a verdict needs."""

    recorded_at: datetime
    zones: int


def known_editions(uow: UnitOfWork, *, layer: str | None = None, known_at: datetime | None = None) -> tuple[list[Edition], dict[int, EditionRecord]]:
    """The editions known at an instant (None = now), by layer and first day, and the record of each by its number."""
    rows = uow.rows(QUERIES["edition_records"], key=layer, known_at=known(known_at))
    records = {row["edition_id"]: EditionRecord(row["recorded_at"], row["zone_count"]) for row in rows}
    return [edition for edition in store.editions(uow, layer) if edition.edition_id in records], records


def edition_boxes(uow: UnitOfWork, editions: Iterable[Edition]) -> dict[int, list[float]]:
    """West, south, east, north of the zones of each edition, a metre too wide at most."""
    rows = uow.rows(QUERIES["edition_boxes"], edition_ids=[edition.edition_id for edition in editions])
    return {row["edition_id"]: [row["west"], row["south"], row["east"], row["north"]] for row in rows}


def list_zones(uow: UnitOfWork, edition: Edition, asked: ZoneFilter) -> list[Row]:
    """The zones asked for, by code, each with its box and an inner point (lon/lat)."""
    plane = Plane(edition.piece_plane)
    rows = uow.rows(
        QUERIES["list_zones"],
        edition_id=edition.edition_id,
        code=asked.code,
        after=asked.after,
        holds=None if asked.text is None else holds(asked.text),
        begins=None if asked.text is None else begins(asked.text),
        limit=asked.limit,
        with_geometry=asked.with_geometry,
        most_vertices=_WHOLE_ZONE_VERTICES,
        **_sides(asked.box),
    )
    return [_with_point(row, plane) for row in rows]


def zones_meeting(uow: UnitOfWork, editions: Sequence[Edition], shape: BaseGeometry, *, around: BaseGeometry | None = None) -> list[ZoneThere]:
    """The zones whose closed ground meets a shape (lon/lat on the lattice), as they are around it or around another: by edition and code."""
    planes = {edition.edition_id: edition.piece_plane for edition in editions}
    near = uow.rows(QUERIES["zones_near"], editions=list(planes), shape=shape, most_vertices=_WHOLE_ZONE_VERTICES)
    found = [row["zone_id"] for row in near if not row["is_large"]] + _large(uow, [row for row in near if row["is_large"]], planes, shape)
    return _cut(uow, found, shape if around is None else around)


def covering(uow: UnitOfWork, editions: Sequence[Edition], lon: float, lat: float) -> dict[int, bool | None]:
    """Whether each edition is complete at a point, by its number; None = unknown."""
    rows = uow.rows(QUERIES["covering"], editions=[edition.edition_id for edition in editions], lon=lon, lat=lat)
    return {row["edition_id"]: row["covers"] for row in rows}


def search_zones(uow: UnitOfWork, editions: Sequence[Edition], text: str, limit: int) -> list[Row]:
    """The best matches of a searched text among the zones of some editions, each with its box and an inner point."""
    planes = {edition.edition_id: Plane(edition.piece_plane) for edition in editions}
    rows = uow.rows(
        QUERIES["search_zones"],
        editions=list(planes),
        text=text,
        begins=begins(text),
        holds=holds(text),
        limit=limit,
        most_vertices=_WHOLE_ZONE_VERTICES,
    )
    return [_with_point(row, planes[row["edition_id"]]) for row in rows]


def _cut(uow: UnitOfWork, zone_ids: Sequence[int], around: BaseGeometry) -> list[ZoneThere]:
    if not zone_ids:
        return []
    west, south, east, north = around.bounds
    box = _sides(Box(west - _MARGIN_DEG, south - _MARGIN_DEG, east + _MARGIN_DEG, north + _MARGIN_DEG))
    rows = uow.rows(QUERIES["zones_cut"], zone_ids=list(zone_ids), most_vertices=_WHOLE_ZONE_VERTICES, **box)
    broken = [row["zone_id"] for row in rows if not is_usable(row["geometry"])]
    if broken:
        # Clipping to a box does not promise validity; the whole zone does.
        whole = {row["zone_id"]: row for row in uow.rows(QUERIES["zones_cut"], zone_ids=broken, most_vertices=_EVERY_VERTEX, **box)}
        rows = [whole.get(row["zone_id"], row) for row in rows]
    return [ZoneThere(**{key: value for key, value in row.items() if key != "zone_id"}) for row in rows]


def _large(uow: UnitOfWork, near: Sequence[Row], planes: Mapping[int, str], shape: BaseGeometry) -> list[int]:
    """Which of the zones with many vertices meet a shape, by their pieces."""
    if not near:
        return []
    editions = sorted({row["edition_id"] for row in near})
    shapes = [shapely.to_wkb(Plane(planes[edition_id]).forward(shape)) for edition_id in editions]
    rows = uow.rows(QUERIES["large_zones_meeting"], editions=editions, shapes=shapes, zone_ids=[row["zone_id"] for row in near])
    return [row["zone_id"] for row in rows]


def _sides(box: Box | None) -> Mapping[str, float | None]:
    sides = ("west", "south", "east", "north")
    return dict.fromkeys(sides) if box is None else dict(zip(sides, box.as_list(), strict=True))


def _with_point(row: Row, plane: Plane) -> Row:
    """A point inside the largest piece lies inside the zone, whatever its shape and size."""
    piece = row.pop("piece")
    return row | {"point": plane.inverse(shapely.point_on_surface(piece))}
