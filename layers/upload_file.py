"""A file that was uploaded: under the name its sender gave it, and what it holds. Its content decides what it is, its name only for tables."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from pyproj import Transformer
from pyproj.exceptions import ProjError

from gridgov.errors import GridgovError
from gridgov.geo.crs import STORAGE, read_crs
from layers import sandbox
from layers.archive import unpack
from layers.sandbox import GIB, Limits, Stopped
from layers.table_file import in_child, table_kind
from layers.vector import GDAL_DRIVERS, confined_to, data_sets_inside, prepare, sniff, stopped_reading

_MOST_DATA_SETS = 20
# Somebody waits for the answer.
LIMITS = Limits(memory_bytes=4 * GIB, cpu_s=120, wall_s=120.0)


@contextmanager
def under_its_name(path: Path, filename: str) -> Iterator[Path]:
    """The upload's file as it was called, for readers that go by endings and name files in what they say.

    filename: a plain name, without any folder.
    """
    with TemporaryDirectory(prefix="gridgov-upload-") as folder:
        named = Path(folder) / filename
        named.symlink_to(path.resolve())
        yield named


def describe_upload(path: Path, filename: str) -> list[dict[str, Any]]:
    """Its layers: `name, rows, geometry, crs, bbox_lonlat, fields: [{name, type, examples}]`; reads in a killable process.

    bbox_lonlat None = no geometry, or the reference system is not known. Raises what readers raise: UnknownFormat, MissingPart,
    BadEncoding, InvalidGeometry, TooLarge, Refused.
    """
    with under_its_name(path, filename) as named:
        return [_shown(layer) for layer in _described(named)]


def _described(named: Path) -> list[dict[str, Any]]:
    kind = table_kind(named)
    if kind is not None:
        found: list[dict[str, Any]] = json.loads(in_child("describe", named, {"kind": kind, "layer": None, "most": None}))
        return found
    names = _names_inside(named)
    # A layer of an archive of several is named by its file, as readers want it named.
    return _read(named, None) if len(names) < 2 else [layer for name in names[:_MOST_DATA_SETS] for layer in _read(named, name)]


def _names_inside(named: Path) -> list[str]:
    if sniff(named) != "zip":
        return []
    with TemporaryDirectory(prefix="gridgov-read-") as folder:
        unpack(named, Path(folder) / "unpacked")
        return [part.stem for part in data_sets_inside(Path(folder) / "unpacked")]


def _read(named: Path, data_set: str | None) -> list[dict[str, Any]]:
    with TemporaryDirectory(prefix="gridgov-read-") as folder:
        source = prepare(named, Path(folder), data_set)
        driver = GDAL_DRIVERS.get(source.kind)
        asked = {"path": str(source.path), "kind": source.kind, "driver": driver, "layer": None, "name": source.name}
        environment = {} if driver is None else confined_to(driver)
        try:
            found: list[dict[str, Any]] = json.loads(sandbox.answer("describe", json.dumps(asked).encode(), limits=LIMITS, environment=environment))
        except Stopped as stopped:
            raise stopped_reading(stopped) from stopped
    return found


def _shown(layer: dict[str, Any]) -> dict[str, Any]:
    bounds, crs = layer.pop("bounds"), layer["crs"]
    name, box = _crs_name(crs), None
    if bounds is not None and crs is not None:
        box = _in_lonlat(bounds, crs)
    return {"name": layer["name"], "rows": layer["rows"], "geometry": layer["geometry"], "crs": name, "bbox_lonlat": box, "fields": layer["fields"]}


def _crs_name(crs: str | None) -> str | None:
    """The authority's code where there is one, else the system's own name."""
    if crs is None:
        return None
    try:
        found = read_crs(crs)
    except GridgovError:
        return crs[:200]
    authority = found.to_authority()
    return ":".join(authority) if authority else str(found.name)[:200]


def _in_lonlat(bounds: list[float], crs: str) -> list[float] | None:
    try:
        west, south, east, north = bounds
        moved = Transformer.from_crs(read_crs(crs), STORAGE, always_xy=True).transform_bounds(west, south, east, north)
    except (GridgovError, ProjError):
        return None
    return [round(float(value), 6) for value in moved] if np.isfinite(moved).all() else None
