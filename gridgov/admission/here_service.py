"""The journeys of those who ask what holds at a place, and what the lists in force say of a zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission import store
from gridgov.admission.clauses import clauses_of, governing
from gridgov.admission.here import LayerHere, cells_document, layers_document, missing_besides
from gridgov.admission.rulesets import lists_in_force
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.geo.lattice import snap_point
from gridgov.geo.shown import Detail
from gridgov.grids import reading_store as grid_reading
from gridgov.grids import store as grid_store
from gridgov.grids.cell import Scheme
from gridgov.grids.reading_store import Moment, Row
from gridgov.people import store as people_store
from gridgov.people.answer import Place, answer
from gridgov.zones import reading_store as zone_reading
from gridgov.zones.in_cell import ZoneThere, areas_in, ground_of
from gridgov.zones.layer_document import drawn_zones, zone_document
from gridgov.zones.reading_store import ZoneFilter
from gridgov.zones.visible_store import Catalogue, Reader, catalogue, require_edition, require_layer


@dataclass(frozen=True, slots=True)
class HereAsked:
    """A place (degrees, EPSG:4490). scheme None = the administrative one. named: whether the asker may know people."""

    lon: float
    lat: float
    scheme: str | None
    named: bool


@dataclass(frozen=True, slots=True)
class ZoneAsked:
    """One zone of a layer. edition None = the one in force on the day."""

    layer: str
    code: str
    edition: str | None = None
    detail: Detail = "none"


def here(uow: UnitOfWork, reader: Reader, asked: HereAsked) -> dict[str, Any]:
    """Everything the asker may know of a place on a day, and what is missing. Raises NotFound for a scheme there is none of."""
    x, y = snap_point(asked.lon, asked.lat)
    lon, lat = x + 0.0, y + 0.0
    moment = Moment(reader.on, reader.known_at)
    scheme = _scheme(uow, asked.scheme)
    cells, leaf = ([], None) if scheme is None else grid_reading.cells_over(uow, scheme, lon, lat, moment)
    in_charge = _in_charge(uow, scheme, cells, moment)
    lists = governing(lists_in_force(store.rule_sets(uow, known_at=reader.known_at), reader.on), [cell["code"] for cell in cells])
    known = catalogue(uow, reader)
    layers = _layers_here(uow, known, (lon, lat), leaf)
    place = Place(lon, lat, "" if scheme is None else scheme.key, reader.on, reader.known_at)
    found = layers_document(layers, lists, cells[-1]["area_m2"] if cells else None)
    missing = [*found.pop("missing"), *missing_besides(cells, [row["cell"] for row in in_charge], lists, known.registered)]
    document = answer(place, [], in_charge, named=asked.named)
    return document | {"scheme": None if scheme is None else scheme.key, "cells": cells_document(cells), **found, "missing": missing}


def describe_zone(uow: UnitOfWork, reader: Reader, asked: ZoneAsked) -> dict[str, Any]:
    """A zone with what the lists in force say of it, wherever they apply. Raises NotFound for what is not there or not the asker's to know."""
    layer, seen = require_layer(catalogue(uow, reader, layer=asked.layer), asked.layer)
    edition, view = require_edition(seen, asked.edition, reader.tier)
    is_drawn = asked.detail != "none" and view == "all"
    rows = [] if edition is None or view == "bare" else zone_reading.list_zones(uow, edition, ZoneFilter(code=asked.code, limit=1, with_geometry=is_drawn))
    if edition is None or not rows:
        raise NotFound("The layer has no zone of this code.", "该图层没有此编码的分区。")
    (item,) = drawn_zones(rows, [zone_document(rows[0], edition, view)], asked.detail if is_drawn else "none", None)
    lists = lists_in_force(store.rule_sets(uow), reader.on)
    return item | {"title": layer.title, "clauses": clauses_of(lists, layer.key, layer.kind, rows[0]["attributes"])}


def _scheme(uow: UnitOfWork, key: str | None) -> Scheme | None:
    """The scheme asked for; None where there is no grid yet and none was named: layers are told all the same."""
    if key is not None:
        return grid_store.require_scheme(uow, key)
    return next((scheme for scheme in grid_store.schemes(uow) if not scheme.overlay), None)


def _in_charge(uow: UnitOfWork, scheme: Scheme | None, cells: list[Row], moment: Moment) -> list[Row]:
    if scheme is None or not cells:
        return []
    return people_store.responsible(uow, scheme.scheme_id, [cell["code"] for cell in cells], people_store.When(moment.on, moment.known_at))


def _layers_here(uow: UnitOfWork, known: Catalogue, place: tuple[float, float], leaf: BaseGeometry | None) -> list[LayerHere]:
    """Every layer the asker may know of, as it is at the place."""
    lon, lat = place
    editions = [seen.edition for _, seen in known.layers.values() if seen.edition is not None and seen.view != "bare"]
    covers = zone_reading.covering(uow, editions, lon, lat)
    zones = zone_reading.zones_meeting(uow, editions, shapely.Point(lon, lat), around=leaf)
    parts: Sequence[Decimal | None] = [None] * len(zones) if leaf is None else areas_in(ground_of(leaf), zones)
    by_edition: dict[int, list[tuple[ZoneThere, Decimal | None]]] = {}
    for zone, part in zip(zones, parts, strict=True):
        by_edition.setdefault(zone.edition_id, []).append((zone, part))
    numbers = {key: 0 if seen.edition is None else seen.edition.edition_id for key, (_, seen) in known.layers.items()}
    return [LayerHere(layer, seen, by_edition.get(numbers[key], []), covers.get(numbers[key])) for key, (layer, seen) in known.layers.items()]
