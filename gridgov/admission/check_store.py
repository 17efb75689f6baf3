"""The siting check's side of the database: candidates by pieces, the grid under a site, and the checks that were answered."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import shapely
from psycopg.types.json import Jsonb
from shapely.geometry.base import BaseGeometry

from gridgov.admission.batch import HeldCells
from gridgov.admission.evidence import ZoneFact
from gridgov.admission.gather import Candidates, screening_reach_m
from gridgov.admission.memory import Holding
from gridgov.admission.overlap import degrees_for
from gridgov.admission.rule import Verdict
from gridgov.admission.screening import PieceIndex
from gridgov.admission.site import Site
from gridgov.admission.territory import CellOnSite
from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.geo.crs import Plane
from gridgov.grids import store as grid_store
from gridgov.grids.cell import Cell, Scheme
from gridgov.zones import store as zone_store
from gridgov.zones.edition import Edition

QUERIES: Final = load_queries("gridgov.admission", "check_store.sql")
# Below this a whole zone travels faster than it is cut.
_WHOLE_ZONE_VERTICES: Final = 2_000
_LEAST_VIEW_DEG: Final = 0.02


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A check as answered. document: canonical JSON bytes, returned as they are."""

    check_id: UUID
    verdict: Verdict
    checksum: str
    document: bytes
    asked_by: str
    asked_at: datetime | None = None


class StoredLayers:
    """Candidates from the database, one statement for all editions of a check."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def candidates(self, site: Site, questions: Sequence[tuple[Edition, Decimal]]) -> dict[int, Candidates]:
        """See LayerSource."""
        planes = {edition.edition_id: Plane(edition.piece_plane) for edition, _ in questions}
        rows = self._uow.rows(
            QUERIES["screen"],
            editions=[edition.edition_id for edition, _ in questions],
            sites=[shapely.to_wkb(planes[edition.edition_id].forward(site.dense)) for edition, _ in questions],
            reaches=[screening_reach_m(reach_m) for _, reach_m in questions],
        )
        farthest = max((float(reach_m) for _, reach_m in questions), default=0.0)
        zones = self._zones(site, [zone_id for row in rows for zone_id in row["zone_ids"] or ()], farthest)
        return {
            row["edition_id"]: Candidates(tuple(zones[zone_id] for zone_id in row["zone_ids"] or ()), _nearest_pieces(row, planes[row["edition_id"]]))
            for row in rows
        }

    def coverage(self, site: Site, edition: Edition) -> BaseGeometry | None:
        """See LayerSource."""
        if edition.coverage_kind == "none":
            return None
        box = _box_around(site, 0.0)
        row = self._uow.row(QUERIES["coverage_near"], edition_id=edition.edition_id, most_vertices=_WHOLE_ZONE_VERTICES, **box)
        if row is not None and row["coverage"] is not None and not shapely.is_valid(row["coverage"]):
            row = self._uow.row(QUERIES["coverage_near"], edition_id=edition.edition_id, most_vertices=10**9, **box)
        return None if row is None else row["coverage"]

    def _zones(self, site: Site, zone_ids: Sequence[int], reach_m: float) -> dict[int, ZoneFact]:
        if not zone_ids:
            return {}
        box = _box_around(site, reach_m)
        rows = self._uow.rows(QUERIES["zones_near"], zone_ids=list(zone_ids), most_vertices=_WHOLE_ZONE_VERTICES, **box)
        broken = [row["zone_id"] for row in rows if not shapely.is_valid(row["geometry"])]
        if broken:
            # Clipping to a box does not promise validity; the whole zone does.
            whole = self._uow.rows(QUERIES["zones_near"], zone_ids=broken, most_vertices=10**9, **box)
            rows = [row for row in rows if row["zone_id"] not in broken] + whole
        return {row["zone_id"]: zone_fact(row) for row in rows}


def zone_fact(row: Mapping[str, Any]) -> ZoneFact:
    """A stored zone as evidence."""
    return ZoneFact(row["code"], row["name"], row["attributes"], row["area_m2"], row["geometry"])


def hold_edition(uow: UnitOfWork, edition: Edition) -> Holding:
    """One edition with all its zones and pieces, for a batch."""
    zones = zone_store.edition_zones(uow, edition.edition_id)
    numbers = {row["zone_id"]: number for number, row in enumerate(zones)}
    pieces = [(row["geometry"], numbers[row["zone_id"]]) for row in zone_store.edition_pieces(uow, edition.edition_id)]
    index = PieceIndex.of([ground for ground, _ in pieces], [owner for _, owner in pieces])
    return Holding(edition, [zone_fact(row) for row in zones], index, zone_store.coverage(uow, edition.edition_id))


def hold_cells(uow: UnitOfWork, on: date) -> HeldCells:
    """All leaf cells of the administrative scheme on a day, for a batch."""
    try:
        scheme = grid_store.default_scheme(uow)
    except NotFound:
        return HeldCells([], None)
    leaves = grid_store.cells_in_force(uow, scheme.scheme_id, on, rank=0)
    return HeldCells(_with_chains(uow, scheme, leaves, on), _revision(scheme))


def cells_under(uow: UnitOfWork, site: Site, on: date) -> tuple[list[CellOnSite], str | None]:
    """The leaf cells of the administrative scheme under a site, with their chains, and the state of the grid (None = no grid)."""
    try:
        scheme = grid_store.default_scheme(uow)
    except NotFound:
        return [], None
    leaves = grid_store.leaf_cells_meeting(uow, scheme.scheme_id, site.dense, on)
    return _with_chains(uow, scheme, leaves, on), _revision(scheme)


def _revision(scheme: Scheme) -> str:
    return f"{scheme.key}/{scheme.revision}"


def _with_chains(uow: UnitOfWork, scheme: Scheme, leaves: Sequence[Cell], on: date) -> list[CellOnSite]:
    if not leaves:
        return []
    above = {(cell.rank, cell.code): cell for cell in grid_store.cells_without_ground(uow, scheme, on, lowest_rank=1)}
    found = []
    for leaf in leaves:
        chain, held = [(leaf.level, leaf.code, leaf.name)], leaf
        while held.parent_code is not None and (held.rank + 1, held.parent_code) in above:
            held = above[held.rank + 1, held.parent_code]
            chain.insert(0, (held.level, held.code, held.name))
        assert leaf.geometry is not None
        found.append(CellOnSite(tuple(chain), leaf.geometry))
    return found


def around(uow: UnitOfWork, site: Mapping[str, Any], editions: Sequence[int], on: date) -> dict[str, list[dict[str, Any]]]:
    """Leaf cells and zones around a site (GeoJSON geometry), cut to a window and thinned: to look at, never to measure."""
    west, south, east, north = shapely.from_geojson(json.dumps(site)).bounds
    room = max(3 * (east - west), 3 * (north - south), _LEAST_VIEW_DEG)
    window = {"west": west - room, "south": south - room, "east": east + room, "north": north + room}
    try:
        scheme_id = grid_store.default_scheme(uow).scheme_id
    except NotFound:
        scheme_id = None
    cells = uow.rows(QUERIES["cells_around"], scheme_id=scheme_id, on=on, **window)
    zones = uow.rows(QUERIES["zones_around"], editions=list(editions), **window)
    step = room / 3000
    return {"cells": [_drawn(row, step) for row in cells], "zones": [_drawn(row, step) for row in zones]}


def _drawn(row: Mapping[str, Any], step_deg: float) -> dict[str, Any]:
    thin = shapely.set_precision(shapely.simplify(row["geometry"], step_deg), 1e-7)
    properties = {key: value for key, value in row.items() if key != "geometry"}
    return {"type": "Feature", "properties": properties, "geometry": json.loads(shapely.to_geojson(thin))}


def save_check(uow: UnitOfWork, check: StoredCheck, *, request: Mapping[str, Any], on_day: date, known_at: datetime) -> None:
    """Keeps an answered check with the question as it was declared."""
    uow.execute(
        QUERIES["save_check"],
        check_id=check.check_id,
        verdict=check.verdict,
        checksum=check.checksum,
        document=check.document,
        request=Jsonb(dict(request)),
        on_day=on_day,
        known_at=known_at,
        asked_by=check.asked_by,
    )


def find_check(uow: UnitOfWork, check_id: UUID) -> StoredCheck | None:
    """The check with this id, None if there is none."""
    row = uow.row(QUERIES["find_check"], check_id=check_id)
    return None if row is None else StoredCheck(**row)


def recent_checks(uow: UnitOfWork, asked_by: str, most: int) -> list[StoredCheck]:
    """The last checks of one asker, the latest first."""
    return [StoredCheck(**row) for row in uow.rows(QUERIES["recent_checks"], asked_by=asked_by, most=most)]


def checks_page(
    uow: UnitOfWork, askers: Sequence[str] | None, *, words: str | None, verdict: str | None, before: tuple[datetime, UUID] | None, most: int
) -> list[StoredCheck]:
    """Checks from the latest on. askers: only theirs, None = everybody's. words: in the project's name, or the beginning of a code."""
    asked_at, check_id = before or (None, None)
    rows = uow.rows(
        QUERIES["checks_page"],
        askers=None if askers is None else list(askers),
        words=words,
        verdict=verdict,
        before=asked_at,
        before_id=check_id,
        most=most,
    )
    return [StoredCheck(**row) for row in rows]


def _nearest_pieces(row: Mapping[str, Any], plane: Plane) -> tuple[tuple[str, BaseGeometry], ...]:
    if not row["distances_m"] or row["distances_m"][0] == 0.0:
        return ()
    return tuple((code, plane.inverse(shapely.from_wkb(piece))) for code, piece in zip(row["zone_codes"], row["pieces"], strict=True))


def _box_around(site: Site, reach_m: float) -> dict[str, float]:
    margin = 2 * degrees_for(reach_m, site.dense)
    west, south, east, north = site.dense.bounds
    return {"west": west - margin, "south": south - margin, "east": east + margin, "north": north + margin}
