"""The two tables of a batch as files: GeoPackage, CSV or Parquet by ending, written beside and moved into place when whole."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas
import pandas
import pyogrio
from shapely.geometry.base import BaseGeometry

from gridgov.errors import UsageError

ENDINGS = (".gpkg", ".csv", ".parquet")
FINDING_COLUMNS = (
    "site_id",
    "finding",
    "layer",
    "edition",
    "zone_code",
    "zone_name",
    "relation",
    "effect",
    "matched",
    "rule",
    "ruleset",
    "overlap_m2",
    "site_share",
    "zone_share",
    "distance_m",
    "below_threshold",
    "overlap_m",
    "jurisdiction",
    "lifted_by",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def findings_path(path: Path) -> Path:
    """Where the findings go: a layer of the same GeoPackage, else `STEM-findings` beside the sites."""
    return path if path.suffix.lower() == ".gpkg" else path.with_name(f"{path.stem}-findings{path.suffix}")


def require_ending(path: Path) -> None:
    """Raises UsageError for a file this cannot write."""
    if path.suffix.lower() not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise UsageError(f"{path.name}: results are written as {known}.", f"{path.name}：结果文件只能是 {known}。")


def write_batch(
    path: Path, sites: Sequence[Mapping[str, Any]], geometries: Sequence[BaseGeometry | None], findings: Sequence[Mapping[str, Any]], crs: str
) -> None:
    """Writes both tables; an old result stays until the new one is whole.

    sites: one mapping a row, the input's columns first. geometries: in `crs`, None where a row had none (GeoPackage only).
    """
    require_ending(path)
    found = pandas.DataFrame(list(findings), columns=list(FINDING_COLUMNS))
    table = pandas.DataFrame(list(sites))
    target = findings_path(path)
    if path.suffix.lower() == ".gpkg":
        _whole(path, lambda part: _write_gpkg(part, table, geometries, found, crs))
        return
    for where, frame in ((path, table), (target, found)):
        _whole(where, lambda part, held=frame: _write_plain(part, held))


def _write_gpkg(path: Path, table: pandas.DataFrame, geometries: Sequence[BaseGeometry | None], found: pandas.DataFrame, crs: str) -> None:
    frame = geopandas.GeoDataFrame(table, geometry=list(geometries), crs=crs)
    pyogrio.write_dataframe(frame, path, layer="sites", driver="GPKG", geometry_type="Unknown", promote_to_multi=False)
    pyogrio.write_dataframe(found, path, layer="findings", driver="GPKG", append=False)


def _write_plain(path: Path, frame: pandas.DataFrame) -> None:
    if path.name.endswith(".parquet"):
        frame.to_parquet(path, index=False)
    else:
        frame.map(_harmless).to_csv(path, index=False, encoding="utf-8", lineterminator="\r\n")


def _harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, made plain; numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA) and not _is_number(value):
        return "'" + value
    return value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _whole(path: Path, write: Any) -> None:
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    part.unlink(missing_ok=True)
    try:
        write(part)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
