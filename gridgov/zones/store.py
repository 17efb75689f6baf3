"""Layers, editions, zones and their pieces in the database. Runs the named queries; decides nothing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import shapely
from psycopg.types.json import Jsonb
from shapely import MultiPolygon

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.area import area_m2
from gridgov.zones.edition import Edition, Layer, Threshold, ZoneRecord
from gridgov.zones.importing import EditionImport, attribute_names
from gridgov.zones.pieces import Pieces

QUERIES: Final = load_queries("gridgov.zones")
_STORAGE_SRID: Final = 4490


@dataclass(frozen=True, slots=True)
class NewEdition:
    """What the service decided about an edition, beside what was asked for."""

    edition: str
    effective_from: date
    sha256: str
    piece_plane: str
    coverage: MultiPolygon | None


def lock_layer(uow: UnitOfWork, key: str) -> Layer | None:
    """The layer with this key, None = not registered; nobody else imports into it until the transaction ends."""
    uow.row(QUERIES["lock_layer"], key=key)
    row = uow.row(QUERIES["find_layer"], key=key)
    return None if row is None else Layer(**row)


def layers(uow: UnitOfWork) -> list[Layer]:
    """Every layer ever registered, keys in byte order."""
    return [Layer(**row) for row in uow.rows(QUERIES["layers"])]


def add_layer(uow: UnitOfWork, *, key: str, kind: str, title: str) -> Layer:
    """Registers a layer for ever."""
    row = uow.row(QUERIES["add_layer"], key=key, kind=kind, title=title)
    assert row is not None  # insert ... returning gives its row or raises
    return Layer(row["layer_id"], key, kind, title)


def editions(uow: UnitOfWork, layer: str | None = None) -> list[Edition]:
    """The editions of a layer, None = of all, by layer and first day; which one holds on a day is `edition.in_force`'s to say."""
    return [_edition(row) for row in uow.rows(QUERIES["editions"], key=layer)]


def zone_counts(uow: UnitOfWork) -> dict[int, int]:
    """How many zones each edition has, by edition id."""
    return {row["edition_id"]: row["zone_count"] for row in uow.rows(QUERIES["editions"], key=None)}


def _edition(row: dict[str, Any]) -> Edition:
    threshold = Threshold(row.pop("threshold_area_m2"), row.pop("threshold_width_m"))
    row.pop("zone_count")
    return Edition(**row | {"attributes": tuple(row["attributes"]), "threshold": threshold})


def coverage(uow: UnitOfWork, edition_id: int) -> MultiPolygon | None:
    """Where an edition is complete, lon/lat EPSG:4490; None = unknown."""
    row = uow.row(QUERIES["coverage"], edition_id=edition_id)
    return None if row is None else row["coverage"]


def add_edition(uow: UnitOfWork, layer: Layer, request: EditionImport, new: NewEdition) -> int:
    """Its new id."""
    operation = request.zones.operation
    row = uow.row(
        QUERIES["add_edition"],
        layer_id=layer.layer_id,
        edition=new.edition,
        effective_from=new.effective_from,
        document=request.document,
        scale=request.scale,
        accuracy_m=request.accuracy_m,
        certainty=request.certainty,
        disclosure=request.disclosure,
        coverage_kind=request.coverage_kind,
        coverage=new.coverage,
        threshold_area_m2=request.threshold.area_m2,
        threshold_width_m=request.threshold.width_m,
        attributes=Jsonb(attribute_names(request.zones.zones)),
        source_crs=operation.source,
        crs_operation=operation.name,
        crs_accuracy_m=operation.accuracy_m,
        piece_plane=new.piece_plane,
        sha256=new.sha256,
        zone_count=len(request.zones.zones),
    )
    assert row is not None
    return int(row["edition_id"])


def add_zones(uow: UnitOfWork, edition_id: int, zones: Sequence[ZoneRecord]) -> list[int]:
    """The numbers of the zones written, in their order."""

    def lines() -> Iterator[tuple[Any, ...]]:
        for zone in zones:
            ground = shapely.to_wkb(shapely.set_srid(zone.geometry, _STORAGE_SRID), hex=True, include_srid=True)
            said = json.dumps(zone.attributes, ensure_ascii=False, allow_nan=False)
            area = Decimal(repr(area_m2(zone.geometry))).quantize(Decimal("0.01"))
            yield edition_id, zone.code, zone.name, said, ground, area, int(shapely.get_num_coordinates(zone.geometry))

    uow.copy(QUERIES["copy_zones"], lines())
    numbers = {row["code"]: row["zone_id"] for row in uow.rows(QUERIES["zone_ids"], edition_id=edition_id)}
    return [numbers[zone.code] for zone in zones]


def add_pieces(uow: UnitOfWork, edition_id: int, pieces: Pieces, zone_ids: Sequence[int]) -> int:
    """How many pieces were written. pieces.owner: positions in zone_ids."""
    texts = shapely.to_wkb(pieces.polygons, hex=True)
    count = uow.copy(QUERIES["copy_pieces"], ((zone_ids[owner], edition_id, text) for owner, text in zip(pieces.owner, texts, strict=True)))
    return count


def zones_by_id(uow: UnitOfWork, zone_ids: Sequence[int]) -> list[dict[str, Any]]:
    """zone_id, edition_id, code, name, attributes, area_m2 (Decimal) and geometry (lon/lat) of zones, by rising number."""
    return uow.rows(QUERIES["zones_by_id"], zone_ids=list(zone_ids))


def edition_zones(uow: UnitOfWork, edition_id: int) -> list[dict[str, Any]]:
    """The same of all zones of an edition, codes in byte order."""
    return uow.rows(QUERIES["edition_zones"], edition_id=edition_id)


def edition_pieces(uow: UnitOfWork, edition_id: int) -> Iterator[dict[str, Any]]:
    """piece_id, zone_id and geometry (Polygon, metres in the edition's plane) of all pieces, streamed."""
    return uow.stream(QUERIES["edition_pieces"], edition_id=edition_id)


def attribute_names_of(uow: UnitOfWork, layer: str) -> list[str]:
    """The names of the attributes that the zones of a layer carry."""
    return [row["name"] for row in uow.rows(QUERIES["attribute_names"], key=layer)]
