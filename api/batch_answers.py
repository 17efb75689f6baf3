"""The kept rows of a batch as documents, as GeoJSON and as the files of the batch contract."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.errors import GridgovError
from gridgov.geo.crs import read_crs, to_storage
from gridgov.jobs.batch import BatchHead

_ANSWERED = ("verdict", "space", "quota", "project", "area_m2", "findings", "no_data", "error")
_DECIMALS = 9


def site_document(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row in the list of sites."""
    answer = row["answer"]
    box = [row[side] for side in ("west", "south", "east", "north")]
    return {
        "site_id": answer["site_id"],
        "row": row["row_number"],
        "name": row["name"],
        **{column: answer[column] for column in _ANSWERED},
        "point": None if row["lon"] is None else [row["lon"], row["lat"]],
        "bbox": None if row["west"] is None else box,
    }


def as_features(head: BatchHead | None, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A GeoJSON FeatureCollection of the rows that have a place, lon/lat, with row, name, verdict and error. head None = no row yet."""
    held = [] if head is None else list(rows)
    grounds = [] if head is None else _in_lonlat([_shape(row) for row in held], head.crs)
    features = [
        {"type": "Feature", "geometry": json.loads(shapely.to_geojson(ground)), "properties": _properties(row)}
        for row, ground in zip(held, grounds, strict=True)
        if ground is not None
    ]
    document = {"type": "FeatureCollection", "features": features}
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8", "replace")


def written(head: BatchHead, rows: Iterable[Mapping[str, Any]], ending: str, *, table: str) -> tuple["TemporaryDirectory[str]", Path]:
    """A result file (`table`: sites or findings) in a folder that its reader cleans up when it was sent."""
    from layers.batch_file import findings_path, write_batch
    from layers.site_file import SiteRow, SiteTable

    held = list(rows)
    sites = SiteTable(head.columns, [SiteRow(row["row_number"], row["columns"], _shape(row)) for row in held], head.crs, shaped=head.shaped)
    folder = TemporaryDirectory(prefix="gridgov-result-")
    path = Path(folder.name) / f"batch.{ending}"
    try:
        write_batch(path, sites, [row["answer"] for row in held], [finding for row in held for finding in row["findings"]])
    except BaseException:
        folder.cleanup()
        raise
    return folder, path if table == "sites" else findings_path(path)


def _shape(row: Mapping[str, Any]) -> BaseGeometry | None:
    return None if row["shape"] is None else shapely.from_wkb(bytes(row["shape"]))


def _properties(row: Mapping[str, Any]) -> dict[str, Any]:
    answer = row["answer"]
    return {"site_id": answer["site_id"], "row": row["row_number"], "name": row["name"], **{column: answer[column] for column in _ANSWERED}}


def _in_lonlat(shapes: list[BaseGeometry | None], crs: str) -> list[BaseGeometry | None]:
    """The same in lon/lat; None where there is none, or none that can be expressed there."""
    usable = [index for index, shape in enumerate(shapes) if shape is not None and np.isfinite(shapely.get_coordinates(shape)).all()]
    found: list[BaseGeometry | None] = [None] * len(shapes)
    try:
        moved, _ = to_storage([shapes[index] for index in usable], read_crs(crs), None)
    except GridgovError:
        return found
    for index, shape in zip(usable, moved, strict=True):
        found[index] = shapely.transform(shape, lambda places: np.round(places, _DECIMALS))
    return found
