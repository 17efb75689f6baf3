"""What a search found, as its document tells it: one shape for cells, zones, layers, people and projects. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import shapely

from gridgov.admission.summary import WORDS_EN, WORDS_ZH
from gridgov.errors import Language
from gridgov.grids.cell import Scheme
from gridgov.grids.cell_document import box_of, place_of
from gridgov.grids.matching import searched
from gridgov.zones.disclosure import View
from gridgov.zones.edition import Layer

Kind = Literal["cell", "zone", "layer", "person", "project"]
Row = Mapping[str, Any]


def group(kind: Kind, items: Sequence[dict[str, Any]], limit: int) -> dict[str, Any]:
    """The best `limit` of what was found of one kind. items: one more than that when there are more."""
    return {"kind": kind, "items": list(items[:limit]), "more": len(items) > limit}


def found_cell(row: Row, schemes: Mapping[int, Scheme]) -> dict[str, Any]:
    """A cell; its subtitle is its level and the cell above."""
    scheme = schemes[row["scheme_id"]]
    level = next(level for level in scheme.levels if level.rank == row["rank"])
    subtitle = level.label if row["parent_name"] is None else f"{level.label} · {row['parent_name']}"
    return _item("cell", row["name"], subtitle, row["code"], row) | {"scheme": scheme.key, "level": level.key}


def found_zone(row: Row, layer: Layer, view: View) -> dict[str, Any]:
    """A zone; its subtitle is its layer. Zones that are named only have no place."""
    return _item("zone", row["name"], layer.title, row["code"], row if view == "all" else None) | {"layer": layer.key}


def found_layers(layers: Sequence[Layer], text: str) -> list[dict[str, Any]]:
    """The layers whose title holds a searched text or whose key or kind begins with it, the best first."""
    placed = [(place, layer) for layer in layers if (place := _place(layer, text)) is not None]
    ordered = sorted(placed, key=lambda pair: (pair[0], len(pair[1].title), pair[1].key))
    return [_item("layer", layer.title, layer.kind, layer.key, None) | {"layer": layer.key} for _, layer in ordered]


def found_person(row: Row, schemes: Mapping[int, Scheme]) -> dict[str, Any]:
    """A person in charge; the subtitle is their role and the codes of their cells, the place that of the first."""
    is_placed = row["point"] is not None
    item = _item("person", row["name"], f"{row['role']} · {'、'.join(row['cells'])}", row["code"], row if is_placed else None) | {"id": row["person_id"]}
    if not is_placed:
        return item
    scheme = schemes[row["scheme_id"]]
    return item | {"scheme": scheme.key, "level": next(level.key for level in scheme.levels if level.rank == row["rank"])}


def found_project(row: Row, language: Language) -> dict[str, Any]:
    """A project that was checked; its subtitle is the verdict and the day it speaks of."""
    site = shapely.from_geojson(json.dumps(json.loads(row["document"])["site"]["geometry"]))
    west, south, east, north = site.bounds
    verdict = (WORDS_ZH if language == "zh" else WORDS_EN)[row["verdict"]]
    where = {"west": west, "south": south, "east": east, "north": north, "point": shapely.point_on_surface(site)}
    return _item("project", row["name"] or str(row["check_id"]), f"{verdict} · {row['on_day'].isoformat()}", None, where) | {"id": str(row["check_id"])}


def _place(layer: Layer, text: str) -> int | None:
    title, names = searched(layer.title), (layer.key.lower(), layer.kind.lower())
    if text == title or text in names:
        return 0
    if title.startswith(text) or any(name.startswith(text) for name in names):
        return 1
    return 2 if text in title else None


def _item(kind: Kind, title: str, subtitle: str, code: str | None, where: Row | None) -> dict[str, Any]:
    return {
        "kind": kind,
        "title": title,
        "subtitle": subtitle,
        "code": code,
        "point": None if where is None else place_of(where["point"]),
        "bbox": None if where is None else box_of(where),
    }
