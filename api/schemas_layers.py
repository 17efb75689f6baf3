"""What layers and zones answer, as the OpenAPI document shows it. Figures are decimal strings."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from api.schemas_grid import Box, GeoJson, Point, example

Disclosure = Literal["public", "named", "restricted"]


CLAUSE: dict[str, Any] = {
    "ruleset": "red-line-example",
    "edition": "2024",
    "rule": "RL-1",
    "effect": "prohibit",
    "dimension": "space",
    "text": "核心区内禁止新建、扩建排放污染物的项目。",
    "text_kind": "paraphrase",
    "citation": {"instrument": "示例管控清单", "article": "第三条", "url": None, "status": "example", "in_force_from": "2024-01-01"},
    "conditions": [],
    "when": {"industry": ["C26"], "action": ["new", "expand"]},
    "within_m": None,
    "lifts": [],
    "applies_to": ["330802"],
    "matched": "yes",
}
ZONE: dict[str, Any] = {
    "layer": "ecological-red-line",
    "kind": "ecological-red-line",
    "edition": "2024",
    "disclosure": "public",
    "code": "HX-0007",
    "name": "双溪水源涵养红线",
    "attributes": {"core": True},
    "area_m2": "1873310.52",
    "bbox": [118.852, 28.938, 118.881, 28.957],
    "point": [118.866, 28.947],
}


class ZoneInCell(BaseModel):
    """The part of a zone that lies in a cell."""

    layer: str
    title: str
    kind: str
    edition: str
    disclosure: Disclosure
    code: str
    name: str
    attributes: dict[str, Any]
    area_m2: str = Field(description="Of the part in the cell; of named layers to three significant digits.")
    share: str = Field(description="Of the cell, at 0.000001.")


class ZoneInCellPage(BaseModel):
    """Zones with ground in a cell, by layer, the largest part first."""

    model_config = example(
        {
            "items": [
                {key: ZONE[key] for key in ("layer", "kind", "edition", "disclosure", "code", "name", "attributes")}
                | {"title": "生态保护红线", "area_m2": "932177.40", "share": "0.221242"}
            ],
            "next": None,
        }
    )

    items: list[ZoneInCell]
    next: str | None


class ClauseCitation(BaseModel):
    """Where a rule comes from."""

    instrument: str
    article: str | None
    url: str | None
    status: Literal["example", "confirmed"]
    in_force_from: str | None


class Clause(BaseModel):
    """A rule of a list in force that speaks of a zone."""

    ruleset: str
    edition: str
    rule: str
    effect: Literal["prohibit", "condition", "permit"]
    dimension: str
    text: str
    text_kind: Literal["paraphrase", "verbatim"]
    citation: ClauseCitation
    conditions: list[dict[str, Any]]
    when: dict[str, Any] | None = Field(description="What it asks of the project; null = nothing.")
    within_m: str | None = Field(description="The distance it reaches beyond the zone, metres; null = the zone alone.")
    lifts: list[str]
    applies_to: list[str] = Field(description="Code prefixes of the cells its list governs; empty = everywhere.")
    matched: Literal["yes", "unknown"] = Field(description="unknown: the zone lacks an attribute the rule asks for.")


class ZoneItem(BaseModel):
    """A zone of an edition. Of named layers without a place, its area to three significant digits, for those below supervisor."""

    layer: str
    kind: str
    edition: str
    disclosure: Disclosure
    code: str
    name: str
    attributes: dict[str, Any]
    area_m2: str
    bbox: Box | None
    point: Point | None
    geometry: GeoJson | None = Field(default=None, description="Only when asked for.")


class ZonePage(BaseModel):
    """Zones of one edition by code."""

    model_config = example({"items": [ZONE], "next": None, "edition": "2024", "disclosure": "public"})

    items: list[ZoneItem]
    next: str | None
    edition: str | None = Field(description="null = none is in force on the day.")
    disclosure: Disclosure | None = Field(description="restricted: there may be zones that are not listed for you; named: none is listed in a box.")


class ZoneDetail(ZoneItem):
    """A zone with the rules of lists in force that speak of it."""

    model_config = example(ZONE | {"title": "生态保护红线", "clauses": [CLAUSE]})

    title: str
    clauses: list[Clause]


class EditionInForce(BaseModel):
    """The edition in force on the day."""

    edition: str
    effective_from: str
    effective_to: str | None


class EditionItem(BaseModel):
    """One edition of a layer."""

    edition: str
    effective_from: str
    effective_to: str | None = Field(description="As declared.")
    ends: str | None = Field(description="First day it no longer holds, by its own end or by the edition after it; null = open.")
    zones: int | None = Field(description="null = not for you to know.")
    coverage: Literal["file", "cells", "area", "none"]
    disclosure: Disclosure
    certainty: Literal["certain", "uncertain"]
    scale: int | None
    accuracy_m: float | None
    document: str | None
    sha256: str
    recorded_at: str
    attributes: list[str]


class LayerItem(BaseModel):
    """A layer with its editions."""

    model_config = example(
        {
            "layer": "ecological-red-line",
            "kind": "ecological-red-line",
            "title": "生态保护红线",
            "disclosure": "public",
            "in_force": {"edition": "2024", "effective_from": "2024-01-01", "effective_to": None},
            "editions": [
                {
                    "edition": "2024",
                    "effective_from": "2024-01-01",
                    "effective_to": None,
                    "ends": None,
                    "zones": 18,
                    "coverage": "cells",
                    "disclosure": "public",
                    "certainty": "certain",
                    "scale": 10000,
                    "accuracy_m": 5.0,
                    "document": None,
                    "sha256": "8b6f3c0a…",
                    "recorded_at": "2026-11-20T01:12:07.120000+00:00",
                    "attributes": ["core"],
                }
            ],
            "bbox": [118.7, 28.8, 119.1, 29.1],
        }
    )

    layer: str
    kind: str
    title: str
    disclosure: Disclosure = Field(description="Of the edition in force, or of the one nearest to the day.")
    in_force: EditionInForce | None
    editions: list[EditionItem]
    bbox: Box | None


class LayerPage(BaseModel):
    """Every layer the asker may know of."""

    items: list[LayerItem]
    next: None
