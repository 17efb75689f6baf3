"""What `/here` and the search answer, as the OpenAPI document shows it."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.schemas import Responsible
from api.schemas_grid import Box, Point, example
from api.schemas_layers import CLAUSE, ZONE, Clause, Disclosure


class CellHere(BaseModel):
    """A cell over a point."""

    level: str
    code: str
    name: str
    version: int
    area_m2: str
    from_: str = Field(alias="from")
    to: str | None


class ZoneHere(BaseModel):
    """A zone over a point, how much of it lies in the leaf cell there, and what the lists in force say of it."""

    layer: str
    title: str
    kind: str
    edition: str
    effective_from: str
    disclosure: Disclosure
    code: str
    name: str
    attributes: dict[str, Any]
    area_m2: str
    in_cell_m2: str | None = Field(description="null outside every cell.")
    in_cell_share: str | None
    clauses: list[Clause]


class ClearLayer(BaseModel):
    """A layer that is complete here and has no zone here."""

    layer: str
    title: str
    edition: str


class MissingHere(BaseModel):
    """Something that is not known here."""

    about: Literal["layer", "people", "cells", "rules"]
    layer: str | None = None
    title: str | None = None
    reason: Literal["no-edition", "coverage-unknown", "uncovered", "restricted"] | None = None
    level: str | None = None
    code: str | None = None
    name: str | None = None


class Here(BaseModel):
    """Everything known of a place on a day, and what is not known."""

    model_config = example(
        {
            "point": [118.87, 28.95],
            "on": "2026-11-22",
            "scheme": "admin",
            "cells": [
                {"level": "village", "code": "330802101203", "name": "双溪村", "version": 112, "area_m2": "4213377.18", "from": "1900-01-01", "to": None}
            ],
            "responsible": [],
            "zones": [
                {key: ZONE[key] for key in ("layer", "kind", "edition", "disclosure", "code", "name", "attributes", "area_m2")}
                | {
                    "title": "生态保护红线",
                    "effective_from": "2024-01-01",
                    "in_cell_m2": "932177.40",
                    "in_cell_share": "0.221242",
                    "clauses": [CLAUSE],
                }
            ],
            "clear": [{"layer": "source-water", "title": "饮用水水源保护区", "edition": "2023"}],
            "missing": [
                {"about": "layer", "layer": "noise", "title": "声环境功能区", "reason": "uncovered"},
                {"about": "people", "level": "village", "code": "330802101203", "name": "双溪村"},
            ],
        }
    )

    point: Point
    on: str
    scheme: str | None
    known_at: str | None = None
    cells: list[CellHere]
    responsible: list[Responsible]
    zones: list[ZoneHere]
    clear: list[ClearLayer]
    missing: list[MissingHere]


class SearchItem(BaseModel):
    """Something found. Which of `scheme`, `level`, `layer`, `id` it has depends on its kind; point and bbox are null where it has no place."""

    kind: Literal["cell", "zone", "layer", "person", "project"]
    title: str
    subtitle: str
    code: str | None
    scheme: str | None = None
    level: str | None = None
    layer: str | None = None
    id: str | None = None
    point: Point | None
    bbox: Box | None


class SearchGroup(BaseModel):
    """What was found of one kind, the best first. more: there is more than is listed."""

    kind: Literal["cell", "zone", "layer", "person", "project"]
    items: list[SearchItem]
    more: bool


class SearchAnswer(BaseModel):
    """What was found, by kind; kinds without a match are left out."""

    model_config = example(
        {
            "q": "双溪",
            "on": "2026-11-22",
            "groups": [
                {
                    "kind": "cell",
                    "items": [
                        {
                            "kind": "cell",
                            "title": "双溪村",
                            "subtitle": "村级 · 石梁镇",
                            "code": "330802101203",
                            "scheme": "admin",
                            "level": "village",
                            "point": [118.874, 28.952],
                            "bbox": [118.861, 28.941, 118.889, 28.962],
                        }
                    ],
                    "more": False,
                }
            ],
        }
    )

    q: str
    on: str
    groups: list[SearchGroup]
