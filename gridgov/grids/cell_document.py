"""A cell as the documents of the readers tell it: figures as decimal strings, days as text, its neighbours by common border. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.geo.area import CELL_EDGE_M, length_m
from gridgov.geo.densify import densify
from gridgov.geo.shown import Detail, as_geojson, thinned, tolerance_deg
from gridgov.grids.area import Box
from gridgov.grids.cell import Level, Scheme

Row = Mapping[str, Any]


def scheme_document(scheme: Scheme, turns: Sequence[date]) -> dict[str, Any]:
    """A scheme with its levels, top level first. turns: the days on which its cells in force change."""
    return {
        "key": scheme.key,
        "overlay": scheme.overlay,
        "revision": scheme.revision,
        "levels": [_level(level) for level in scheme.levels],
        "turns": [day.isoformat() for day in turns],
    }


def _level(level: Level) -> dict[str, Any]:
    return {"key": level.key, "label": level.label, "rank": level.rank, "code_length": level.code_length}


def cell_item(row: Row, scheme: Scheme) -> dict[str, Any]:
    """One cell of a list, without its geometry."""
    return {
        "version": row["version_id"],
        "scheme": scheme.key,
        "level": next(level.key for level in scheme.levels if level.rank == row["rank"]),
        "code": row["code"],
        "name": row["name"],
        "parent": row["parent_code"],
        "area_m2": str(row["area_m2"]),
        "from": row["valid_from"].isoformat(),
        "to": day_or_open(row["valid_to"]),
        "children": row["children"],
        "bbox": box_of(row),
        "point": place_of(row["point"]),
    }


def drawn_cells(rows: Sequence[Row], items: Sequence[dict[str, Any]], detail: Detail, *, box: Box | None, keep_rim: bool) -> list[dict[str, Any]]:
    """The items with the geometry asked for, each level of them thinned as one tiling.

    box: the view they are for. keep_rim: the answer is a part of a longer one.
    """
    if detail == "none" or not rows:
        return list(items)
    if detail == "full":
        return [item | {"geometry": as_geojson(row["geometry"])} for item, row in zip(items, rows, strict=True)]
    tolerance = tolerance_deg([row["geometry"] for row in rows], None if box is None else (box.west, box.south, box.east, box.north))
    shapes: dict[int, BaseGeometry] = {}
    for rank in {row["rank"] for row in rows}:
        level = [row for row in rows if row["rank"] == rank]
        found = thinned([row["geometry"] for row in level], tolerance, keep_rim=keep_rim)
        shapes.update({row["version_id"]: shape for row, shape in zip(level, found, strict=True)})
    return [item | {"geometry": as_geojson(shapes[row["version_id"]])} for item, row in zip(items, rows, strict=True)]


def neighbours(ground: BaseGeometry, others: Iterable[Row], level: str) -> list[dict[str, Any]]:
    """The cells with a common border, the longest first. shared_m: geodesic metres at 0.001. others: code, name, geometry."""
    border = shapely.boundary(ground)
    found = [(shared_m(border, other["geometry"]), other) for other in others]
    ordered = sorted((pair for pair in found if pair[0] > 0), key=lambda pair: (-pair[0], pair[1]["code"]))
    return [{"code": other["code"], "name": other["name"], "level": level, "shared_m": str(shared)} for shared, other in ordered]


def shared_m(border: BaseGeometry, other: BaseGeometry) -> Decimal:
    """Length of the border that another cell has in common, in metres at 0.001; 0 for cells that meet in points."""
    common = shapely.intersection(border, shapely.boundary(other))
    lines = [part for part in shapely.get_parts(common) if shapely.get_dimensions(part) == 1]
    if not lines:
        return Decimal("0.000")
    merged = shapely.line_merge(shapely.multilinestrings(lines))
    return Decimal(f"{length_m(densify(merged, CELL_EDGE_M)):.3f}")


def version_document(row: Row) -> dict[str, Any]:
    """One version of a cell with both its times and the change that recorded it."""
    return {
        "version": row["version_id"],
        "name": row["name"],
        "parent": row["parent_code"],
        "area_m2": str(row["area_m2"]),
        "from": row["valid_from"].isoformat(),
        "to": day_or_open(row["valid_to"]),
        "recorded_from": instant(row["recorded_from"]),
        "recorded_to": None if row["recorded_to"] is None else instant(row["recorded_to"]),
        "cause": row["cause"],
        "change": {"kind": row["kind"], "at": instant(row["at"]), "reason": row["reason"], "revision": row["revision"]},
    }


def box_of(row: Row) -> list[float]:
    """West, south, east, north of a row."""
    return [row["west"], row["south"], row["east"], row["north"]]


def place_of(point: BaseGeometry) -> list[float]:
    """Longitude and latitude of a point, at nine decimals."""
    ((lon, lat),) = shapely.get_coordinates(point).tolist()
    return [round(lon, 9), round(lat, 9)]


def day_or_open(day: date | None) -> str | None:
    """A day as text; None = open."""
    return None if day is None else day.isoformat()


def instant(at: datetime) -> str:
    """A time in RFC 3339."""
    return at.isoformat()
