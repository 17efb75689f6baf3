"""What is known of a place and what is not: puts cells, people, layers and lists into one document. Pure.

A layer is clear only where its edition in force is complete and has no zone; everything else that is not known is named as missing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gridgov.admission.clauses import clauses_of
from gridgov.admission.rule import RuleSet
from gridgov.zones.disclosure import SeenLayer
from gridgov.zones.edition import Layer
from gridgov.zones.in_cell import ZoneThere, share_of
from gridgov.zones.layer_document import told

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LayerHere:
    """A layer at a place. zones: those over it, each with its area in the leaf cell (None outside every cell). covers None = unknown."""

    layer: Layer
    seen: SeenLayer
    zones: Sequence[tuple[ZoneThere, Decimal | None]]
    covers: bool | None


def cells_document(cells: Sequence[Row]) -> list[dict[str, Any]]:
    """The cells over the place, top level first."""
    return [
        {
            "level": cell["level"],
            "code": cell["code"],
            "name": cell["name"],
            "version": cell["version_id"],
            "area_m2": str(cell["area_m2"]),
            "from": cell["valid_from"].isoformat(),
            "to": None if cell["valid_to"] is None else cell["valid_to"].isoformat(),
        }
        for cell in cells
    ]


def layers_document(layers: Sequence[LayerHere], lists: Sequence[RuleSet], cell_m2: Decimal | None) -> dict[str, list[dict[str, Any]]]:
    """`zones` with their clauses, `clear`, and `missing` as far as layers go. cell_m2: area of the leaf cell; lists: those that govern the place."""
    return {
        "zones": [_zone(one, zone, part, cell_m2) | _clauses(one, zone, lists) for one in layers if one.seen.view != "bare" for zone, part in one.zones],
        "clear": [_named(one) | {"edition": one.seen.edition.edition} for one in layers if one.seen.edition and _reason(one) is None and not one.zones],
        "missing": [{"about": "layer", **_named(one), "reason": reason} for one in layers if (reason := _reason(one)) is not None],
    }


def missing_besides(cells: Sequence[Row], in_charge: Iterable[str], lists: Sequence[RuleSet], registered: frozenset[str]) -> list[dict[str, Any]]:
    """What is missing beside known layers: layers that lists require and nobody registered, lists, cells, people. in_charge: codes of cells with somebody."""
    required = sorted({key for rules in lists for key in rules.requires} - registered)
    held = set(in_charge)
    return [
        *({"about": "layer", "layer": key, "title": key, "reason": "no-edition"} for key in required),
        *([] if lists else [{"about": "rules"}]),
        *([] if cells else [{"about": "cells"}]),
        *({"about": "people", "level": cell["level"], "code": cell["code"], "name": cell["name"]} for cell in cells if cell["code"] not in held),
    ]


def _reason(one: LayerHere) -> str | None:
    """Why the layer does not answer here; None = it does."""
    if one.seen.edition is None:
        return "no-edition"
    if one.seen.view == "bare":
        return "restricted"
    if one.zones or one.covers:
        return None
    return "coverage-unknown" if one.covers is None else "uncovered"


def _named(one: LayerHere) -> dict[str, Any]:
    return {"layer": one.layer.key, "title": one.layer.title}


def _zone(one: LayerHere, zone: ZoneThere, part: Decimal | None, cell_m2: Decimal | None) -> dict[str, Any]:
    edition, view = one.seen.edition, one.seen.view
    assert edition is not None
    share = None if part is None or cell_m2 is None else share_of(part, cell_m2)
    return _named(one) | {
        "kind": one.layer.kind,
        "edition": edition.edition,
        "effective_from": edition.effective_from.isoformat(),
        "disclosure": edition.disclosure,
        "code": zone.code,
        "name": zone.name,
        "attributes": zone.attributes,
        "area_m2": told(str(zone.area_m2), view),
        "in_cell_m2": told(_text(part), view),
        "in_cell_share": told(_text(share), view),
    }


def _clauses(one: LayerHere, zone: ZoneThere, lists: Sequence[RuleSet]) -> dict[str, Any]:
    return {"clauses": clauses_of(lists, one.layer.key, one.layer.kind, zone.attributes)}


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else str(figure)
