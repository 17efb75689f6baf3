"""Uploads, jobs, batches and imports as the OpenAPI document shows them; the bodies are checked by these models too."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.parameters import Day

_EXAMPLE_ID = "6d6a1a3e-5c0f-4f0e-9a55-0a3b8f0f6f3c"


def _as_id(value: Any) -> Any:
    """Bodies come as JSON: an id is a text there."""
    if not isinstance(value, str) or len(value) != 36:
        raise ValueError("must be an id such as " + _EXAMPLE_ID)
    return UUID(value)


Id = Annotated[UUID, BeforeValidator(_as_id)]
Name = Annotated[str, Field(min_length=1, max_length=200)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, allow_inf_nan=False)


class UploadField(BaseModel):
    """A column of a layer."""

    name: str
    type: Literal["text", "integer", "number", "boolean"]
    examples: list[str] = Field(description="Up to three values, as text.")


class UploadLayer(BaseModel):
    """A layer of a file, a sheet of a workbook."""

    name: str
    rows: int
    geometry: str | None = Field(description="Kind of geometry; `Unknown` = mixed, null = none.")
    crs: str | None = Field(description="As the file declares it; null = it does not.")
    bbox_lonlat: list[float] | None = Field(description="west, south, east, north in degrees; null = not known.")
    fields: list[UploadField]


class UploadDocument(BaseModel):
    """A file that was uploaded; its owner's alone, for 24 hours."""

    id: UUID = Field(examples=[_EXAMPLE_ID])
    filename: str = Field(examples=["sites.gpkg"])
    size: int
    sha256: str
    expires_at: str
    layers: list[UploadLayer]


class JobDocument(BaseModel):
    """A job: what was asked, how far it came, how it ended."""

    id: UUID = Field(examples=[_EXAMPLE_ID])
    kind: Literal["siting-batch", "cells-import", "zones-import"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    done: int
    total: int | None
    message: str
    asked_by: str
    filename: str
    queued_at: str
    started_at: str | None
    finished_at: str | None
    error: dict[str, Any] | None = Field(description="A problem document (RFC 9457) when it failed.")
    result: dict[str, Any] | None


class JobList(BaseModel):
    """Jobs, newest first."""

    items: list[JobDocument]
    next: str | None


class BatchBody(_Body):
    """A batch of siting checks on an uploaded file: which columns say what."""

    upload: Id = Field(examples=[_EXAMPLE_ID])
    layer: Name | None = Field(default=None, description="May be left out when the file has one.")
    id_field: Name | None = Field(default=None, description="Left out: the number of the row.")
    industry_field: Name | None = None
    action_field: Name | None = None
    activity_field: Name | None = None
    on_field: Name | None = Field(default=None, description="Column of the day; not together with `on`.")
    on: Day | None = Field(default=None, description="Day of all rows; left out: today.")
    crs: Name | None = Field(default=None, examples=["EPSG:4549"])


class BatchDocument(JobDocument):
    """A batch: its job, and how its rows came out so far."""

    rows: int
    verdicts: dict[str, int]
    errors: int
    findings: int


class BatchList(BaseModel):
    """Batches, newest first."""

    items: list[BatchDocument]
    next: str | None


class BatchSite(BaseModel):
    """One row of a batch. error null = it was answered."""

    site_id: str
    row: int
    name: str | None
    verdict: str | None
    space: str | None
    quota: str | None
    project: str | None
    area_m2: str | None
    findings: int | None
    no_data: int | None
    error: str | None
    point: tuple[float, float] | None
    bbox: list[float] | None


class BatchSites(BaseModel):
    """Rows in file order."""

    items: list[BatchSite]
    next: str | None


class FaultDecision(_Body):
    """What was decided about one of the report's `proposals`: carried out as proposed, or otherwise, or allowed as a gap."""

    fault: Annotated[str, Field(min_length=1, max_length=40, description="`id` of the proposal.", examples=["0f3a5c7e9b1d2f40"])]
    to: Name | None = Field(default=None, description="Code of the cell that gets or keeps the ground; left out: as proposed.")
    reason: Annotated[str, Field(min_length=1, max_length=500)] | None = Field(default=None, description="Why the ground may stay uncovered.")


class CellsOptions(_Body):
    """How a file of cells is read and loaded; the words of `gridgov cells import`."""

    scheme: Name | None = None
    level: Name = Field(examples=["village"])
    code_field: Name | None = None
    name_field: Name | None = None
    parent_field: list[Name] = Field(default_factory=list, max_length=8)
    parent_name_field: list[Name] = Field(default_factory=list, max_length=8)
    crs: Name | None = None
    effective_from: Day | None = None
    mode: Literal["new", "replace", "add"] = "new"
    outline: Id | None = Field(default=None, description="Upload with the ground to be filled.")
    allow_gaps: Annotated[str, Field(min_length=1, max_length=500)] | None = None
    repair: float | None = Field(default=None, gt=0, le=50, description="Metres.")
    grow_area: bool = False
    decisions: list[FaultDecision] = Field(default_factory=list, max_length=20_000, description="On faults that an earlier dry run listed.")


class ZonesOptions(_Body):
    """How a file of zones is read and loaded; the words of `gridgov zones import`."""

    layer: Name = Field(examples=["ecological-red-line"])
    coverage: Literal["cells", "area", "none"] | Id = Field(description="Where the layer is complete: cells, area, none, or an upload with polygons.")
    kind: Name | None = None
    title: Name | None = None
    edition: Annotated[str, Field(min_length=1, max_length=100)] | None = None
    effective_from: Day | None = None
    document: Annotated[str, Field(max_length=500)] | None = None
    code_field: Name | None = None
    name_field: Name | None = None
    field_map: Annotated[str, Field(max_length=20_000)] | None = Field(default=None, description="YAML, as for `--field-map`.")
    crs: Name | None = None
    disclosure: Literal["public", "named", "restricted"] = "public"
    certainty: Literal["certain", "uncertain"] = "certain"
    accuracy: float | None = Field(default=None, ge=0, lt=1e6, description="Metres.")
    scale: int | None = Field(default=None, gt=0, le=100_000_000)
    threshold_area: Annotated[Decimal, Field(ge=0, lt=10**9, max_digits=12, decimal_places=2)] = Decimal("1.00")
    threshold_width: Annotated[Decimal, Field(ge=0, lt=10**9, max_digits=12, decimal_places=3)] = Decimal("0.500")
    repair: bool = False
    grow_area: bool = False


_DECIDED = {
    "level": "village",
    "mode": "replace",
    "decisions": [{"fault": "0f3a5c7e9b1d2f40"}, {"fault": "77b0c1d2e3f40516", "to": "990124001002"}, {"fault": "a1b2c3d4e5f60718", "reason": "水库水面"}],
}


class ImportBody(_Body):
    """An import of an uploaded file: a dry run first, which `POST /imports/{id}/commit` then makes true."""

    kind: Literal["cells", "zones"]
    upload: Id = Field(examples=[_EXAMPLE_ID])
    layer_name: Name | None = Field(default=None, description="Layer of the file; may be left out when it has one.")
    dry_run: bool = True
    options: dict[str, Any] = Field(description="CellsOptions or ZonesOptions.", examples=[{"level": "village", "scheme": "administrative"}, _DECIDED])


class ImportDocument(JobDocument):
    """An import: its job, what was asked, and the report, also of a refused one."""

    dry_run: bool
    layer_name: str | None
    upload: UUID | None = Field(description="The file, kept for a day; null = no longer kept.")
    options: dict[str, Any]
    ok: bool | None = Field(description="Whether the file can be loaded, or was; null = not known yet.")
    report: dict[str, Any] | None = Field(description="As `gridgov cells import --json` and `gridgov zones import --json` give it.")


class ImportList(BaseModel):
    """Imports, newest first, without their reports."""

    items: list[ImportDocument]
    next: str | None


class Feature(BaseModel):
    """A GeoJSON feature in lon/lat."""

    type: Literal["Feature"]
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class FeatureCollection(BaseModel):
    """GeoJSON in lon/lat, EPSG:4490."""

    type: Literal["FeatureCollection"]
    features: list[Feature]
