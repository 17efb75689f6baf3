"""A layer, its editions and its zones as the documents of the readers tell them, cut down to what the asker may see. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from gridgov.geo.shown import Detail, as_geojson, thinned, tolerance_deg
from gridgov.grids.area import Box
from gridgov.grids.cell_document import box_of, instant, place_of
from gridgov.zones.disclosure import SeenLayer, Tier, View, rough, view_of
from gridgov.zones.edition import Edition, Layer

Row = Mapping[str, Any]


def layer_document(layer: Layer, seen: SeenLayer, editions: Sequence[dict[str, Any]], box: list[float] | None) -> dict[str, Any]:
    """A layer with its editions. box: of the zones of the edition nearest to the day; told only to those who may see them."""
    current = seen.edition
    in_force = None
    if current is not None:
        in_force = {"edition": current.edition, "effective_from": current.effective_from.isoformat(), "effective_to": _day(current.effective_to)}
    return {
        "layer": layer.key,
        "kind": layer.kind,
        "title": layer.title,
        "disclosure": "public" if seen.nearest is None else seen.nearest.disclosure,
        "in_force": in_force,
        "editions": list(editions),
        "bbox": box if seen.view == "all" else None,
    }


def edition_document(edition: Edition, ends: date | None, recorded_at: datetime, *, zones: int, tier: Tier) -> dict[str, Any]:
    """One edition. ends: its first day no longer in force, by its own end or by the edition after it; zones are counted for those who may know them."""
    bare = view_of(edition.disclosure, tier) == "bare"
    return {
        "edition": edition.edition,
        "effective_from": edition.effective_from.isoformat(),
        "effective_to": _day(edition.effective_to),
        "ends": _day(ends),
        "zones": None if bare else zones,
        "coverage": edition.coverage_kind,
        "disclosure": edition.disclosure,
        "certainty": edition.certainty,
        "scale": edition.scale,
        "accuracy_m": edition.accuracy_m,
        "document": edition.document,
        "sha256": edition.sha256,
        "recorded_at": instant(recorded_at),
        "attributes": [] if bare else sorted(edition.attributes),
    }


def ends_of(editions: Sequence[Edition]) -> dict[int, date | None]:
    """The first day each edition of one layer no longer holds, by its number; None = open. editions: all of them, by first day."""
    found: dict[int, date | None] = {}
    followed = [*(edition.effective_from for edition in editions[1:]), None]
    for edition, successor in zip(editions, followed, strict=False):
        days = [day for day in (edition.effective_to, successor) if day is not None]
        found[edition.edition_id] = min(days) if days else None
    return found


def zone_document(row: Row, edition: Edition, view: View) -> dict[str, Any]:
    """One zone of a list, without its geometry. view `named`: its area to three significant digits, and no place."""
    is_named = view == "named"
    return {
        "layer": edition.layer,
        "kind": edition.kind,
        "edition": edition.edition,
        "disclosure": edition.disclosure,
        "code": row["code"],
        "name": row["name"],
        "attributes": row["attributes"],
        "area_m2": told(str(row["area_m2"]), view),
        "bbox": None if is_named else box_of(row),
        "point": None if is_named else place_of(row["point"]),
    }


def drawn_zones(rows: Sequence[Row], items: Sequence[dict[str, Any]], detail: Detail, box: Box | None) -> list[dict[str, Any]]:
    """The items with the geometry asked for. box: the view they are for."""
    if detail == "none" or not rows:
        return list(items)
    shapes = [row["geometry"] for row in rows]
    if detail == "simplified":
        shapes = thinned(shapes, tolerance_deg(shapes, None if box is None else (box.west, box.south, box.east, box.north)), keep_rim=False)
    return [item | {"geometry": as_geojson(shape)} for item, shape in zip(items, shapes, strict=True)]


def told(figure: str | None, view: View) -> str | None:
    """A figure as it is told: to three significant digits where zones are named only."""
    return rough(figure) if view == "named" else figure


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
