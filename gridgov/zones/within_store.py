"""Zones within a cell and what is not known of them there, cut down to what the asker may see."""

from decimal import Decimal
from typing import Any, Final

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.reading_store import Row
from gridgov.zones import reading_store
from gridgov.zones.edition import Edition, Layer
from gridgov.zones.in_cell import ZoneThere, areas_in, ground_of, share_of
from gridgov.zones.layer_document import told
from gridgov.zones.visible_store import Catalogue

_SQL: Final = load_queries("gridgov.zones", "within_store.sql")


def zones_within(uow: UnitOfWork, known: Catalogue, cell: Row) -> list[dict[str, Any]]:
    """The zones in force with ground in a cell, by layer, the largest part first. cell: a row with geometry (lon/lat) and area_m2."""
    shown = {seen.edition.edition_id: (layer, seen.edition, seen.view) for layer, seen in known.layers.values() if seen.edition and seen.view != "bare"}
    zones = reading_store.zones_meeting(uow, [edition for _, edition, _ in shown.values()], ground := ground_of(cell["geometry"]))
    found = []
    for zone, area in zip(zones, areas_in(ground, zones), strict=True):
        layer, edition, view = shown[zone.edition_id]
        figures = {"area_m2": told(str(area), view), "share": told(str(share_of(area, cell["area_m2"])), view)}
        if area > 0:
            found.append(_named(layer, edition, zone) | figures)
    return sorted(found, key=lambda one: (one["layer"], -Decimal(one["area_m2"]), one["code"]))


def unknown_within(uow: UnitOfWork, known: Catalogue, cell: Row) -> list[dict[str, Any]]:
    """The layers of which not everything is known in a cell, each with the reason: no edition in force, or not complete there."""
    in_force = {seen.edition.edition_id: layer for layer, seen in known.layers.values() if seen.edition}
    found = [_lack(layer, "no-edition") for layer, seen in known.layers.values() if seen.edition is None]
    for row in uow.rows(_SQL["not_covering"], edition_ids=list(in_force), ground=cell["geometry"]):
        found.append(_lack(in_force[row["edition_id"]], "coverage-unknown" if row["unknown"] else "uncovered"))
    return sorted(found, key=lambda one: one["layer"])


def _named(layer: Layer, edition: Edition, zone: ZoneThere) -> dict[str, Any]:
    return {
        "layer": layer.key,
        "title": layer.title,
        "kind": layer.kind,
        "edition": edition.edition,
        "disclosure": edition.disclosure,
        "code": zone.code,
        "name": zone.name,
        "attributes": zone.attributes,
    }


def _lack(layer: Layer, reason: str) -> dict[str, Any]:
    return {"layer": layer.key, "title": layer.title, "reason": reason}
