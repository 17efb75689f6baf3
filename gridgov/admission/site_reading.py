"""What a text or a file holds, shown before anybody asks about it: each plot clean, measured, in lon/lat. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.document import geometry_json
from gridgov.admission.site import MAX_PARTS, MAX_VERTICES, Site, make_site
from gridgov.errors import Fault, GridgovError, TooLarge
from gridgov.geo.crs import Box, read_crs
from gridgov.geo.site_text import area_notes
from gridgov.geo.text_plots import PlacedText, Told, lonlat_of

MOST_FEATURES = 1_000
MOST_VERTICES = 100_000
_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class ReadFeature:
    """One plot. geometry: in the file's own system, x first. line: where it begins in a text, None = in a file of rows."""

    row: int
    name: str | None
    properties: Mapping[str, Any]
    geometry: BaseGeometry
    line: int | None = None


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Everything that was read. format: as it is told to people. notes: what was taken for granted."""

    format: str
    crs: str
    features: Sequence[ReadFeature]
    notes: tuple[Told, ...] = ()


def of_text(placed: PlacedText) -> ReadFile:
    """The plots of a text. Raises InvalidGeometry with the lines of those that are not clean, TooLarge."""
    plots = placed.text.plots
    _require_few(len(plots), sum(1 for plot in plots for _ in plot.points()))
    features, faults = [], list[GridgovError]()
    for number, plot in enumerate(plots):
        try:
            geometry = placed.geometry(number, max_vertices=MAX_VERTICES, max_parts=MAX_PARTS)
        except GridgovError as refused:
            faults.append(refused)
            continue
        features.append(ReadFeature(number + 1, plot.name, plot.properties, geometry, plot.line))
    if faults:
        raise _all_of(faults)
    return ReadFile(placed.text.format, placed.crs, features, (*placed.notes, *area_notes(placed)))


def sites_document(read: ReadFile, around: Box | None) -> tuple[dict[str, Any], list[Told]]:
    """The document of `POST /site-text` and `/site-files`, and what is to be said beside it.

    around: the area of use with its margin, None = there is none yet. Raises InvalidGeometry with the rows that cannot be sites, TooLarge.
    """
    _require_few(len(read.features), sum(int(shapely.get_num_coordinates(feature.geometry)) for feature in read.features))
    system = read_crs(read.crs)
    shown, faults = list[tuple[ReadFeature, Site]](), list[GridgovError]()
    for feature in read.features:
        try:
            shown.append((feature, make_site(feature.geometry, crs=read.crs)))
        except GridgovError as refused:
            faults.append(_at_feature(refused, feature, read.crs))
    if faults:
        raise _all_of(faults)
    features = [_feature(feature, site, projected=bool(system.is_projected)) for feature, site in shown]
    outside = [feature.row for feature, site in shown if around is not None and not shapely.box(*around).contains(site.dense)]
    code = system.to_epsg(min_confidence=70)
    document = {"format": read.format, "crs": f"EPSG:{code}" if code else read.crs, "crs_name": system.name, "features": features}
    return document, [*read.notes, *(_outside(outside) if outside else ())]


def _feature(feature: ReadFeature, site: Site, *, projected: bool) -> dict[str, Any]:
    source = shapely.geometry.mapping(feature.geometry)
    return {
        "row": feature.row,
        "line": feature.line,
        "name": feature.name,
        "properties": dict(feature.properties),
        "geometry": geometry_json(site.source),
        "source": {"type": source["type"], "coordinates": source["coordinates"]} if projected else None,
        "area_m2": None if site.area_m2 is None else str(site.area_m2),
        "length_m": None if site.length_m is None else str(site.length_m),
        "vertices": int(shapely.get_num_coordinates(site.source)),
    }


def _require_few(features: int, vertices: int) -> None:
    if features > MOST_FEATURES or vertices > MOST_VERTICES:
        raise TooLarge(
            f"{features:,} features with {vertices:,} vertices; at most {MOST_FEATURES:,} with {MOST_VERTICES:,} are shown. Check such a file as a batch.",
            f"共 {features:,} 个要素、{vertices:,} 个顶点，最多显示 {MOST_FEATURES:,} 个要素、{MOST_VERTICES:,} 个顶点。此类文件请使用批量校验。",
        )


def _at_feature(refused: GridgovError, feature: ReadFeature, crs: str) -> GridgovError:
    """The refusal with the row or line it belongs to, and its places in lon/lat."""
    where = f"row {feature.row}" if feature.line is None else f"line {feature.line}"
    faults = [Fault(where, fault.en, fault.zh, None if fault.at is None else lonlat_of(fault.at, crs)) for fault in refused.faults]
    zh = f"第 {feature.row} 个要素" if feature.line is None else f"第 {feature.line} 行"
    return type(refused)(f"{where}: {refused.en}", f"{zh}：{refused.zh}", faults=faults or [Fault(where, refused.en, refused.zh)])


def _all_of(refusals: Sequence[GridgovError]) -> GridgovError:
    """One refusal with the faults of all, in the words of the first."""
    first = refusals[0]
    faults = [fault for refused in refusals for fault in refused.faults][:_MOST_FAULTS]
    more = len(refusals) - 1
    rest_en, rest_zh = (f" {more} more cannot be used.", f"另有 {more} 个不可用。") if more else ("", "")
    return type(first)(f"{first.en}{rest_en}", f"{first.zh}{rest_zh}", faults=faults)


def _outside(rows: Sequence[int]) -> list[Told]:
    listed = ", ".join(map(str, rows[:10]))
    return [
        Told(
            f"More than a degree outside the area of use: feature {listed}. Is the reference system right?",
            f"第 {listed} 个地块超出使用范围一度以上，请核对坐标系。",
        )
    ]
