"""The shapes of redraws, of their operations, of shared arcs and of differences in the OpenAPI document."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas import CoverageReport
from api.schemas_grid import Box, GeoJson, Point, example

_STRICT: Final = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)
Position = tuple[float, float]

RESHAPE: Final[dict[str, Any]] = {
    "op": "reshape",
    "between": ["330802101201", "330802101202"],
    "line": {"type": "LineString", "coordinates": [[118.9, 28.94], [118.903, 28.95], [118.9, 28.96]]},
    "snap_m": 0.5,
}
_OPERATIONS: Final[list[dict[str, Any]]] = [
    RESHAPE,
    {"op": "rename", "cell": "330802101202", "name": "新东村"},
]


class Line(BaseModel):
    """A GeoJSON LineString in lon/lat, EPSG:4490."""

    type: Literal["LineString"]
    coordinates: list[Position]


class Area(BaseModel):
    """A GeoJSON Polygon in lon/lat, EPSG:4490."""

    type: Literal["Polygon"]
    coordinates: list[list[Position]]


class Move(BaseModel):
    """A vertex and where it goes."""

    from_: Position = Field(alias="from")
    to: Position


class SplitPart(BaseModel):
    """A cell that a split makes."""

    name: str
    code: str | None = Field(default=None, description="Left out: the next free one.")


class ReshapeOperation(BaseModel):
    """The common boundary of two cells runs along the line from now on."""

    op: Literal["reshape"]
    between: tuple[str, str]
    line: Line
    snap_m: float = Field(default=0.5, description="How far the ends may be off the boundary, at most 5 m.")


class MoveVerticesOperation(BaseModel):
    """Vertices go elsewhere; every cell that has one follows."""

    op: Literal["move_vertices"]
    moves: list[Move]


class TransferOperation(BaseModel):
    """What lies inside the area goes to a cell."""

    op: Literal["transfer"]
    area: Area
    to: str


class SplitOperation(BaseModel):
    """A cell is cut along a line; `parts[0]` lies to the left of the line's first crossing."""

    op: Literal["split"]
    cell: str
    line: Line
    parts: list[SplitPart]


class MergeOperation(BaseModel):
    """Neighbours of one parent become one cell."""

    op: Literal["merge"]
    cells: list[str]
    name: str
    code: str | None = Field(default=None, description="Left out: the next free one.")


class ReparentOperation(BaseModel):
    """A cell of any level goes to another parent."""

    op: Literal["reparent"]
    cell: str
    parent: str
    level: str | None = Field(default=None, description="Needed where cells of several levels have the code.")


class RenameOperation(BaseModel):
    """A cell of any level gets another name."""

    op: Literal["rename"]
    cell: str
    name: str
    level: str | None = Field(default=None, description="Needed where cells of several levels have the code.")


AnyOperation = ReshapeOperation | MoveVerticesOperation | TransferOperation | SplitOperation | MergeOperation | ReparentOperation | RenameOperation
_KINDS: Final = (
    ReshapeOperation,
    MoveVerticesOperation,
    TransferOperation,
    SplitOperation,
    MergeOperation,
    ReparentOperation,
    RenameOperation,
)


# The body names the same operations as the answer.
OPERATION: Final[dict[str, Any]] = {"anyOf": [{"$ref": f"#/components/schemas/{kind.__name__}"} for kind in _KINDS]}


class RedrawBody(BaseModel):
    """A redraw to draft or to save; reason and document may be blank until it is submitted."""

    model_config = _STRICT

    scheme: str | None = Field(default=None, max_length=64, description="Key of the grid scheme; null = the administrative one.")
    effective_from: str = Field(description="First day in force, YYYY-MM-DD; a past day corrects what was in force since.")
    reason: str | None = Field(default="", max_length=2000)
    document: str | None = Field(default="", max_length=500, description="The document behind it.")
    base_revision: int | None = Field(default=None, ge=0, description="The scheme's revision that was looked at; null = the present one.")
    operations: list[dict[str, Any]] = Field(default=[], max_length=200)
    successors: dict[str, str] | None = Field(default=None, description="Code that ends -> code that gets its people; left out: the largest heir.")
    version: int | None = Field(default=None, ge=1, description="Of the draft that was looked at: a later save refuses this one; null = whatever it is.")


BODY_EXAMPLE: Final[dict[str, Any]] = {
    "scheme": "admin",
    "effective_from": "2027-01-01",
    "reason": "界线改至新建道路中心线",
    "document": "柯政发〔2026〕18号",
    "base_revision": 3,
    "operations": _OPERATIONS,
    "successors": {},
}


class NoteBody(BaseModel):
    """What is said with a decision."""

    model_config = _STRICT

    note: str | None = Field(default=None, max_length=2000)


class ChangeMade(BaseModel):
    """What the approval recorded."""

    revision: int
    at: str


class RedrawItem(BaseModel):
    """A redraw in a list."""

    id: str
    scheme: str
    status: Literal["draft", "submitted", "approved", "withdrawn"]
    in_force: bool = Field(description="Approved, and its day has come.")
    effective_from: str
    reason: str
    document: str
    base_revision: int = Field(description="The scheme's revision the operations were last played on.")
    current_revision: int
    version: int = Field(description="Counts the saves; send it back with the next.")
    drafted_by: str
    drafted_at: str
    saved_at: str
    change: ChangeMade | None


class ListedRedraw(RedrawItem):
    """A redraw in a list, without its operations."""

    operation_count: int


class RedrawPage(BaseModel):
    """Redraws, the newest first."""

    items: list[ListedRedraw]
    next: str | None


class RedrawEvent(BaseModel):
    """What was done with it, and by whom."""

    at: str
    actor: str
    action: Literal["drafted", "saved", "submitted", "approved", "rejected", "withdrawn"]
    note: str | None


class RedrawStep(BaseModel):
    """An operation and the cells it touched."""

    op: str
    cells: list[str]


class RedrawNote(BaseModel):
    """Something to know about an operation that was carried out."""

    pointer: str
    detail: str
    at: Point | None


class Checked(BaseModel):
    """How much of the grid the verdict looked at: that of the edit."""

    cells: int
    edges: int


class RedrawValidation(CoverageReport):
    """The coverage report of the scheme with the redraw carried out."""

    checked: Checked


class CellDifference(BaseModel):
    """A cell that is not the same before and after. before null = new; after null = ended."""

    level: str
    code: str
    name: str
    name_before: str | None
    parent: str | None
    parent_before: str | None
    cause: Literal["redraw", "node", "rename", "reparent"] = Field(description="`node`: only vertices that its neighbours needed.")
    before_m2: str | None
    after_m2: str | None
    change_m2: str
    from_: list[str] = Field(alias="from", description="Cells it gets ground from.")
    to: list[str] = Field(description="Cells its ground goes to.")


class DifferencePage(BaseModel):
    """What differs between two days: upper levels first, then by code."""

    model_config = example(
        {
            "items": [
                {
                    "level": "village",
                    "code": "330802101201",
                    "name": "西村",
                    "name_before": "西村",
                    "parent": "330802101",
                    "parent_before": "330802101",
                    "cause": "redraw",
                    "before_m2": "108006512.33",
                    "after_m2": "108316905.87",
                    "change_m2": "310393.54",
                    "from": ["330802101202"],
                    "to": [],
                }
            ],
            "next": None,
        }
    )

    items: list[CellDifference]
    next: str | None


class DifferenceTotals(BaseModel):
    """Sums of the leaf level."""

    before_m2: str
    after_m2: str
    change_m2: str


class Impact(BaseModel):
    """What the redraw changes; after the approval read from what was written, row for row the same."""

    cells: list[CellDifference]
    totals: DifferenceTotals
    people: list[dict[str, Any]] = Field(description="A row an assignment that is touched: person, cell, effect (loses, gains, moves, stays), to.")
    vacant: list[dict[str, Any]] = Field(description="New cells that nobody answers for.")
    tasks: list[dict[str, Any]]
    problems: list[dict[str, Any]]
    accounts: list[dict[str, Any]] = Field(description="Accounts bound to cells that end.")
    zones: list[dict[str, Any]] = Field(description="Zones whose ground passes from one cell to another, with its area; metres of red line.")


class RedrawConflict(BaseModel):
    """Why a draft can no longer be carried out as it stands."""

    cells: list[str]
    detail: str
    errors: list[dict[str, Any]]


class Redraw(RedrawItem):
    """A redraw with what it changes."""

    operations: list[AnyOperation] = Field(description="With every code filled in.")
    successors: dict[str, str]
    events: list[RedrawEvent]
    steps: list[RedrawStep]
    notes: list[RedrawNote]
    validation: RedrawValidation | None
    impact: Impact | None
    conflict: RedrawConflict | None


class Arc(BaseModel):
    """A boundary, told once for all cells that have it."""

    id: str = Field(description="Made of its two ends and its first step: the same in every answer.")
    left: str
    right: str | None = Field(description="null = no cell on that side.")
    locked: bool
    closed: bool = Field(description="Ends where it begins.")
    d: list[tuple[int, int]] = Field(description="The first place in units of `scale`, then steps.")


class ArcCellItem(BaseModel):
    """A cell that was asked for, or touches one."""

    code: str
    name: str
    parent: str | None
    area_m2: str
    bbox: Box
    asked: bool
    parts: list[list[list[int]]] = Field(description="Rings of each part, its shell first: positions in `arcs` from 1, negative = backward.")


class ArcDocument(BaseModel):
    """Cells as the arcs they share, on the lattice of 1e-9 degree."""

    model_config = example(
        {
            "scheme": "admin",
            "on": "2026-11-22",
            "revision": 3,
            "scale": 1e-9,
            "arcs": [
                {
                    "id": "546d26bfe12364e9",
                    "left": "330802101201",
                    "right": "330802101202",
                    "locked": False,
                    "closed": False,
                    "d": [[118900000000, 28900000000], [0, 100000000]],
                }
            ],
            "cells": [],
        }
    )

    scheme: str
    on: str
    revision: int
    scale: float
    arcs: list[Arc]
    cells: list[ArcCellItem]


class DifferenceFeature(BaseModel):
    """Ground of a cell `before` or `after`, or a piece that passes between two (`moved`: from, to, area_m2)."""

    type: Literal["Feature"]
    geometry: GeoJson
    properties: dict[str, Any]


class DifferenceMap(BaseModel):
    """The difference as GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[DifferenceFeature]
