"""The journeys of those who read layers and zones, each cut down to what the asker may see."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.shown import Detail
from gridgov.grids.area import Box
from gridgov.grids.matching import searched
from gridgov.grids.naming_store import CellName, find_cell
from gridgov.grids.reading_store import Moment
from gridgov.zones import reading_store, within_store
from gridgov.zones.disclosure import SeenLayer
from gridgov.zones.edition import Edition, Layer
from gridgov.zones.layer_document import drawn_zones, edition_document, ends_of, layer_document, zone_document
from gridgov.zones.reading_store import ZoneFilter
from gridgov.zones.visible_store import Catalogue, Reader, catalogue, require_edition, require_layer

PartKey = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class ZonesAsked:
    """Which zones a reader asks for. edition None = the one in force on the day. after: code of the last zone of the page before."""

    layer: str
    edition: str | None = None
    box: Box | None = None
    text: str | None = None
    detail: Detail = "none"
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class ZonesFound:
    """A page of zones (one more when more follow) and the edition they are of; None = none is in force on the day."""

    items: list[dict[str, Any]]
    edition: Edition | None


def list_layers(uow: UnitOfWork, reader: Reader) -> list[dict[str, Any]]:
    """Every layer the asker may know of with its editions, keys in byte order."""
    known = catalogue(uow, reader)
    shown = [seen.nearest for _, seen in known.layers.values() if seen.nearest is not None and seen.view == "all"]
    boxes = reading_store.edition_boxes(uow, shown)
    return [_layer(known, layer, seen, boxes, reader) for layer, seen in known.layers.values()]


def describe_layer(uow: UnitOfWork, reader: Reader, key: str) -> dict[str, Any]:
    """One layer with its editions. Raises NotFound when there is none, or none the asker may know of."""
    known = catalogue(uow, reader, layer=key)
    layer, seen = require_layer(known, key)
    boxes = reading_store.edition_boxes(uow, [seen.nearest] if seen.nearest is not None and seen.view == "all" else [])
    return _layer(known, layer, seen, boxes, reader)


def list_zones(uow: UnitOfWork, reader: Reader, asked: ZonesAsked) -> ZonesFound:
    """A page of the zones of an edition by code, one more when more follow.

    None of an edition whose zones the asker may not know; none in a box where they may not know places. Raises NotFound.
    """
    _, seen = require_layer(catalogue(uow, reader, layer=asked.layer), asked.layer)
    edition, view = require_edition(seen, asked.edition, reader.tier)
    if edition is None or view == "bare" or (view == "named" and asked.box is not None):
        return ZonesFound([], edition)
    text = None if asked.text is None else searched(asked.text)
    is_drawn = asked.detail != "none" and view == "all"
    wanted = ZoneFilter(None, asked.box, text, asked.after, asked.limit + 1, is_drawn)
    rows = reading_store.list_zones(uow, edition, wanted)
    items = [zone_document(row, edition, view) for row in rows]
    if is_drawn:
        items[: asked.limit] = drawn_zones(rows[: asked.limit], items[: asked.limit], asked.detail, asked.box)
    return ZonesFound(items, edition)


def zones_in_cell(uow: UnitOfWork, reader: Reader, name: CellName, *, after: PartKey | None = None) -> list[dict[str, Any]]:
    """The zones that have ground in a cell, by layer, the largest part first; those behind a key. Raises NotFound, Conflict with `candidates`."""
    _, cell = find_cell(uow, name, Moment(reader.on, reader.known_at))
    ordered = sorted(within_store.zones_within(uow, catalogue(uow, reader), cell), key=_place)
    return ordered if after is None else [item for item in ordered if _place(item) > (after[0], -after[1], after[2])]


def part_key(item: Mapping[str, Any]) -> PartKey:
    """By what a list of zones in a cell goes on: layer, area in 0.01 m2 as told, code."""
    return item["layer"], int(Decimal(item["area_m2"]).scaleb(2)), item["code"]


def _place(item: Mapping[str, Any]) -> PartKey:
    layer, hundredths, code = part_key(item)
    return layer, -hundredths, code


def _layer(known: Catalogue, layer: Layer, seen: SeenLayer, boxes: dict[int, list[float]], reader: Reader) -> dict[str, Any]:
    ends = ends_of(known.every[layer.key])
    editions = [
        edition_document(
            edition,
            ends[edition.edition_id],
            known.records[edition.edition_id].recorded_at,
            zones=known.records[edition.edition_id].zones,
            tier=reader.tier,
        )
        for edition in seen.editions
    ]
    return layer_document(layer, seen, editions, boxes.get(seen.nearest.edition_id) if seen.nearest is not None else None)
