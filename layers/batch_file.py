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
from layers.site_file import SiteTable

ENDINGS = (".gpkg", ".csv", ".parquet")
SITE_COLUMNS = ("site_id", "verdict", "space", "quota", "project", "area_m2", "findings", "no_data", "error", "no_data_layers")
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
# Spreadsheets of East Asia read the full-width forms as formulas too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# Names that mean something else in a GeoPackage.
_TAKEN = ("fid", "geom", "geometry")


def findings_path(path: Path) -> Path:
    """Where the findings go: a layer of the same GeoPackage, else `STEM-findings` beside the sites."""
    return path if path.suffix.lower() == ".gpkg" else path.with_name(f"{path.stem}-findings{path.suffix}")


def require_target(path: Path, *, source: Path) -> None:
    """Raises UsageError for a file this cannot write; asked before any row is checked."""
    if path.suffix.lower() not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise UsageError(f"{path.name}: results are written as {known}.", f"{path.name}：结果文件只能是 {known}。")
    if not path.parent.is_dir():
        raise UsageError(f"There is no folder {path.parent}.", f"没有文件夹 {path.parent}。")
    for target in (path, findings_path(path)):
        if target.is_dir():
            raise UsageError(f"{target} is a folder.", f"{target} 是文件夹。")
        if target.exists() and source.exists() and target.samefile(source):
            raise UsageError(f"{target} is the file of sites itself; choose another name.", f"{target} 就是用地文件本身，请另取文件名。")


def write_batch(path: Path, sites: SiteTable, answers: Sequence[Mapping[str, Any]], findings: Sequence[Mapping[str, Any]]) -> None:
    """Writes both tables; an old result stays until the new one is whole.

    answers: SITE_COLUMNS of each row of `sites`. The input's columns come first; its geometry goes to a GeoPackage always, to Parquet
    when it was more than columns of the input. Raises UsageError when the place cannot be written to.
    """
    columns = list(dict.fromkeys((*sites.columns, *SITE_COLUMNS)))
    table = _frame([{**row.columns, **answer} for row, answer in zip(sites.rows, answers, strict=True)], columns)
    found = _frame(findings, list(FINDING_COLUMNS))
    geometries = [row.geometry for row in sites.rows]
    try:
        if path.suffix.lower() == ".gpkg":
            _whole(path, lambda part: _write_gpkg(part, table, geometries, found, sites.crs))
            return
        if path.suffix.lower() == ".parquet" and sites.shaped:
            place = len([column for column in sites.columns if column not in SITE_COLUMNS])
            table.insert(place, "geometry", geopandas.GeoSeries(geometries, crs=sites.crs))
            table = geopandas.GeoDataFrame(table, geometry="geometry")
        for where, frame in ((path, table), (findings_path(path), found)):
            _whole(where, lambda part, held=frame: _write_plain(part, held))
    except OSError as exc:
        why = exc.strerror or str(exc)
        raise UsageError(f"{path} cannot be written: {why}.", f"无法写入 {path}：{why}。") from exc


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pandas.DataFrame:
    """Rows as a table in which whole numbers stay whole beside missing ones."""
    return pandas.DataFrame({column: _series([row.get(column) for row in rows]) for column in columns})


def _series(values: Sequence[Any]) -> pandas.Series:
    kinds = {type(value) for value in values if value is not None}
    if kinds == {int}:
        return pandas.Series(values, dtype="Int64")
    return pandas.Series(values, dtype="boolean" if kinds == {bool} else None if kinds else "str")


def _write_gpkg(path: Path, table: pandas.DataFrame, geometries: Sequence[BaseGeometry | None], found: pandas.DataFrame, crs: str) -> None:
    named = table.rename(columns=_distinct(list(table.columns)))
    frame = geopandas.GeoDataFrame(named, geometry=list(geometries), crs=crs)
    pyogrio.write_dataframe(frame, path, layer="sites", driver="GPKG", geometry_type="Unknown", promote_to_multi=False)
    pyogrio.write_dataframe(found, path, layer="findings", driver="GPKG", append=False)


def _distinct(columns: Sequence[str]) -> dict[str, str]:
    """Names as a GeoPackage can hold them: upper and lower case are one there, and three are its own. Ours keep theirs."""
    found = {column: column for column in columns if column in SITE_COLUMNS}
    used = {column.lower() for column in (*found, *_TAKEN)}
    for column in columns:
        name, number = column, 1
        while column not in found and name.lower() in used:
            number += 1
            name = f"{column}_{number}"
        found.setdefault(column, name)
        used.add(found[column].lower())
    return found


def _write_plain(path: Path, frame: pandas.DataFrame) -> None:
    if path.name.endswith(".parquet"):
        frame.to_parquet(path, index=False)
    else:
        frame.map(harmless).rename(columns=harmless).to_csv(path, index=False, encoding="utf-8", lineterminator="\r\n")


def harmless(value: Any) -> Any:
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
