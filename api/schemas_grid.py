"""What the grid answers, as the OpenAPI document shows it. Figures are decimal strings; `to` is exclusive, null = open."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import Responsible

Point = tuple[float, float]
Box = tuple[float, float, float, float]
GeoJson = dict[str, Any]


def example(document: dict[str, Any]) -> ConfigDict:
    """The model's example."""
    return ConfigDict(json_schema_extra={"examples": [document]})


_CELL: dict[str, Any] = {
    "version": 112,
    "scheme": "admin",
    "level": "village",
    "code": "330802101203",
    "name": "双溪村",
    "parent": "330802101000",
    "area_m2": "4213377.18",
    "from": "1900-01-01",
    "to": None,
    "children": 0,
    "bbox": [118.861, 28.941, 118.889, 28.962],
    "point": [118.874, 28.952],
}


class LevelItem(BaseModel):
    """A level of a scheme; rank 0 = the leaf that is drawn."""

    key: str
    label: str
    rank: int
    code_length: int | None


class SchemeItem(BaseModel):
    """A way of dividing the land."""

    key: str
    overlay: bool = Field(description="Its cells need not tile.")
    revision: int = Field(description="Grows with every change of its cells.")
    levels: list[LevelItem] = Field(description="Top level first.")
    turns: list[str] = Field(description="The days on which the cells in force change, rising.")


class SchemePage(BaseModel):
    """Every scheme."""

    model_config = example(
        {
            "items": [
                {
                    "key": "admin",
                    "overlay": False,
                    "revision": 3,
                    "levels": [
                        {"key": "county", "label": "县级", "rank": 2, "code_length": 6},
                        {"key": "township", "label": "乡镇级", "rank": 1, "code_length": 9},
                        {"key": "village", "label": "村级", "rank": 0, "code_length": 12},
                    ],
                    "turns": ["1900-01-01", "2025-07-01"],
                }
            ],
            "next": None,
        }
    )

    items: list[SchemeItem]
    next: None


class CellItem(BaseModel):
    """A cell by one version of it."""

    version: int
    scheme: str
    level: str
    code: str
    name: str
    parent: str | None
    area_m2: str
    from_: str = Field(alias="from")
    to: str | None
    children: int = Field(description="Cells right below it on that day.")
    bbox: Box
    point: Point = Field(description="A place inside it, for its label.")
    geometry: GeoJson | None = Field(default=None, description="Only when asked for.")


class CellPage(BaseModel):
    """Cells, upper levels first, then by code."""

    model_config = example({"items": [_CELL], "next": None})

    items: list[CellItem]
    next: str | None


class ChainLink(BaseModel):
    """A cell in a chain."""

    level: str
    code: str
    name: str


class Neighbour(ChainLink):
    """A cell of the same level with a common border."""

    shared_m: str = Field(description="Length of the common border, metres at 0.001.")


class CellDetail(CellItem):
    """A cell with what it belongs to, what lies beside it, and who answers for it and for those above it."""

    model_config = example(
        _CELL
        | {
            "chain": [
                {"level": "county", "code": "330802000000", "name": "柯城区"},
                {"level": "township", "code": "330802101000", "name": "石梁镇"},
                {"level": "village", "code": "330802101203", "name": "双溪村"},
            ],
            "neighbours": [{"level": "village", "code": "330802101204", "name": "上溪村", "shared_m": "1822.431"}],
            "responsible": [],
            "missing": ["people"],
        }
    )

    chain: list[ChainLink] = Field(description="Top level first, itself last.")
    neighbours: list[Neighbour] = Field(description="The longest common border first.")
    responsible: list[Responsible]
    missing: list[str] = Field(description="`people`: nobody is in charge of this cell on that day.")


class Change(BaseModel):
    """What recorded a version, and when."""

    kind: str
    at: str
    reason: str
    revision: int = Field(description="The scheme's revision that it made.")


class CellVersion(BaseModel):
    """One version of a cell: the days it was in force, and the time during which that was known to be so."""

    version: int
    name: str
    parent: str | None
    area_m2: str
    from_: str = Field(alias="from")
    to: str | None
    recorded_from: str
    recorded_to: str | None = Field(description="null = still held to be so.")
    cause: str | None = Field(
        description="Why a redraw recorded it: redraw, reparent, rename, or node (the same ground, with vertices that neighbours needed); null = no redraw."
    )
    change: Change


class LineageStep(ChainLink):
    """A cell that ground came from or went to, by one redraw."""

    via: str = Field(description="The code at the nearer end of the step: the cell asked about in the first generation.")
    generation: int
    kind: str = Field(description="`split` or `merge`.")
    day: str = Field(description="From which day on.")
    area_m2: str = Field(description="How much ground.")
    change: Change


class Lineage(BaseModel):
    """Which cells this one came from (the last step first) and went into (the first step first), through all generations."""

    from_: list[LineageStep] = Field(alias="from")
    to: list[LineageStep]


class CellHistory(BaseModel):
    """Every version there ever was of a cell, by first day in force, then as they became known."""

    model_config = example(
        {
            "scheme": "admin",
            "code": "330802101203",
            "level": "village",
            "versions": [
                {
                    "version": 112,
                    "name": "双溪村",
                    "parent": "330802101000",
                    "area_m2": "4213377.18",
                    "from": "1900-01-01",
                    "to": None,
                    "recorded_from": "2026-11-20T01:12:07.120000+00:00",
                    "recorded_to": None,
                    "cause": None,
                    "change": {"kind": "import-new", "at": "2026-11-20T01:12:07.120000+00:00", "reason": "villages.gpkg", "revision": 1},
                }
            ],
            "lineage": {"from": [], "to": []},
        }
    )

    scheme: str
    code: str
    level: str
    versions: list[CellVersion]
    lineage: Lineage
