"""The shapes of siting: the question, its answer, lists of checks, sites read from text and files, and the words of a question."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.examples_siting import CHECK_ANSWER, CHECK_QUESTION, FINDINGS, READ_SITES

Verdict = Literal["prohibited", "undetermined", "conditional", "permitted"]
Coordinates = tuple[float, float]


class Applicant(BaseModel):
    """Who asks for the land."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(default=None, max_length=500)
    uscc: str | None = Field(default=None, max_length=500, description="Unified social credit code.")


class SitingCheckRequest(BaseModel):
    """May this project stand here? null = not declared. Give `site` or `site_text`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [CHECK_QUESTION]})

    site: dict[str, Any] | None = Field(
        default=None,
        description="GeoJSON Polygon, MultiPolygon, (Multi)LineString, (Multi)Point, Feature or FeatureCollection (a union) in `crs`, x or longitude first.",
    )
    site_text: str | None = Field(default=None, description="The site as text instead: a boundary-points file or a list of coordinates.")
    site_format: Literal["auto", "boundary-points", "coordinates"] | None = Field(default=None, description="What `site_text` is; null = auto.")
    buffer_m: float = Field(default=0, ge=0, le=50_000, description="Geodesic buffer of a point or line, metres; flat ends.")
    crs: str | None = Field(default=None, description="EPSG code or WKT of `site`; EPSG:4490 when left out. Of `site_text`: what the text and its numbers say.")
    industry: str | None = Field(default=None, description="GB/T 4754 code.", examples=["C2614"])
    action: str | None = Field(default=None, description="As in /vocabulary.", examples=["new"])
    activity: str | None = Field(default=None, description="Class of limited human activity, as in /vocabulary; `none` = none.")
    discharges: dict[str, float] | None = Field(default=None, description="Pollutant: t/a; {} = declared none.", examples=[{"COD": 12.0}])
    fuel: list[str] | str | None = Field(default=None, description="`none` or [] = declared none.")
    project: Applicant | None = None
    on: str | None = Field(default=None, description="The day the answer speaks of, YYYY-MM-DD; today when left out.")


class CellOnSite(BaseModel):
    """A leaf cell the site stands in, with its part of it."""

    model_config = ConfigDict(extra="allow")

    code: str
    level: str
    name: str
    area_m2: str | None
    length_m: str | None
    share: str | None
    parents: list[dict[str, str]] = Field(description="The cells above, top level first: level, code, name.")


class CheckedSite(BaseModel):
    """The site as it was measured. Areas are ellipsoidal (EPSG:4490)."""

    kind: Literal["polygon", "line", "point"]
    area_m2: str | None = Field(description="Of a polygon, 0.01 m2.")
    length_m: str | None = Field(description="Of a line, 0.001 m.")
    geometry: dict[str, Any] = Field(description="GeoJSON in lon/lat, with the vertices as they were given.")
    cells: list[CellOnSite]


class CheckedZone(BaseModel):
    """A zone that a finding speaks of; what the asker may not know is null."""

    layer: str
    edition: str
    code: str | None
    name: str | None
    kind: str
    certainty: Literal["certain", "uncertain"]
    attributes: dict[str, Any]


class Citation(BaseModel):
    """Where a clause stands. status `example`: not read at its source, without legal force."""

    instrument: str
    article: str | None
    url: str | None
    in_force_from: str | None
    in_force_to: str | None
    status: Literal["example", "confirmed"]


class CheckedRule(BaseModel):
    """The clause behind a finding."""

    id: str
    ruleset: str
    edition: str
    dimension: Literal["space", "discharge", "risk", "resource", "project", "quota"]
    text: str
    text_kind: Literal["paraphrase", "verbatim"]
    within_m: str | None
    citation: Citation


class Finding(BaseModel):
    """One zone edition, rule and jurisdiction. Figures are decimal strings; null = has none, or not shown to the asker."""

    model_config = ConfigDict(extra="allow")

    id: str
    effect: Literal["prohibit", "condition", "permit", "note"] = Field(description="note: the zone is met and no rule speaks of it.")
    matched: Literal["yes", "unknown"] = Field(description="unknown: an input in `needs` is missing; counted as undetermined.")
    relation: Literal["overlap", "touch", "near"] | None
    jurisdiction: str | None = Field(description="Code of the county whose list it is.")
    zone: CheckedZone | None
    overlap_m2: str | None
    overlap_m: str | None
    site_share: str | None
    zone_share: str | None
    overlap: dict[str, Any] | None = Field(description="GeoJSON in lon/lat.")
    distance_m: str | None
    width_m: str | None = Field(description="Diameter of the largest circle in the overlap.")
    rule: CheckedRule | None
    threshold: dict[str, str] | None
    below_threshold: bool
    lifted_by: str | None = Field(description="The exception that takes it back.")
    needs: list[str]
    conditions: list[dict[str, Any]]


class Clear(BaseModel):
    """A layer that was asked and is not met."""

    layer: str
    edition: str | None
    nearest: dict[str, Any] | None = Field(description="zone, distance_m.")


class Silence(BaseModel):
    """A layer (`*` = the lists) that could not answer: never clear."""

    model_config = ConfigDict(extra="allow")

    layer: str
    reason: Literal["no-edition", "coverage-unknown", "partly-uncovered", "failed", "no-list-in-force"]
    uncovered_m2: str | None


class Gate(BaseModel):
    """One of the three gates; the worst is the verdict."""

    verdict: Verdict
    asked: bool


class SitingCheck(BaseModel):
    """A verdict with everything it rests on; the document alone re-derives it. Figures are decimal strings of fixed scale."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [CHECK_ANSWER]})

    id: str
    verdict: Verdict
    summary: str = Field(description="One sentence, Chinese.")
    summary_en: str
    known_at: str
    on: str
    request: dict[str, Any] = Field(description="What was declared; `site_format` and `site_notes` of a site read from text.")
    site: CheckedSite
    findings: list[Finding]
    clear: list[Clear]
    no_data: list[Silence]
    gates: dict[Literal["space", "quota", "project"], Gate]
    robustness: dict[str, Any] | None
    eia: dict[str, Any] | None
    editions: dict[str, Any] = Field(description="What was in force: the grid's revision, layers and lists with their hashes, and the engine.")
    checksum: str = Field(description="SHA-256 over RFC 8785 of the document without id, times, checksum and signature.")
    signature: dict[str, Any] | None


class CheckListItem(BaseModel):
    """A check in a list."""

    id: str
    verdict: Verdict
    name: str | None
    industry: str | None
    on: str
    asked_at: str
    asked_by: str
    area_m2: str | None
    summary: str
    summary_en: str
    point: Coordinates = Field(description="lon, lat on the site.")
    bbox: tuple[float, float, float, float] = Field(description="West, south, east, north.")


class CheckList(BaseModel):
    """Checks, the latest first."""

    items: list[CheckListItem]
    next: str | None = Field(description="Cursor of the next page; null = this is the last.")


class FindingsCollection(BaseModel):
    """A GeoJSON FeatureCollection: the site, then every finding with its overlap (null where there is none, or it is not shown)."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"examples": [FINDINGS]})

    type: Literal["FeatureCollection"]
    features: list[dict[str, Any]]


class SiteTextBody(BaseModel):
    """A text to be read as sites."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    text: str = Field(min_length=1, max_length=5_000_000)
    format: Literal["auto", "boundary-points", "coordinates"] = "auto"
    crs: str | None = Field(default=None, max_length=20_000, description="EPSG code or WKT; null = what the text and its numbers settle.")


class ReadSite(BaseModel):
    """One plot or feature that was read."""

    row: int = Field(description="From 1, in the order of the file.")
    line: int | None = Field(description="Where it begins in a text.")
    name: str | None
    properties: dict[str, Any]
    geometry: dict[str, Any] = Field(description="GeoJSON in lon/lat.")
    source: dict[str, Any] | None = Field(description="GeoJSON in the numbers of `crs`, x first, for a check to the millimetre; null = as `geometry`.")
    area_m2: str | None
    length_m: str | None
    vertices: int


class Warned(BaseModel):
    """Something taken for granted or found odd, in the asker's language."""

    detail: str


class ReadSites(BaseModel):
    """What a text or a file holds, ready to be asked about."""

    model_config = ConfigDict(json_schema_extra={"examples": [READ_SITES]})

    format: str
    crs: str
    crs_name: str
    features: list[ReadSite]
    warnings: list[Warned]


class Word(BaseModel):
    """A word of a question. named: a list in force names it."""

    key: str
    zh: str
    en: str
    named: bool


class Activity(Word):
    """A class of limited human activity, with the clause that speaks of it most closely."""

    text: str | None
    ruleset: str | None
    rule: str | None


class Vocabulary(BaseModel):
    """The words a question may use."""

    actions: list[Word]
    activities: list[Activity]
    pollutants: list[Word]
    fuels: list[Word]
