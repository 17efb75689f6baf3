"""The difference of two grids as a file: the ground as GeoPackage or GeoJSON, the table of cells as CSV or as a workbook."""

import csv
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import xlsxwriter
from shapely.geometry import shape

from gridgov.errors import NotFound, UnknownFormat
from layers.batch_file import harmless
from layers.table import FeatureTable
from layers.vector_write import write_features

MAPS: Final = (".gpkg", ".geojson")
TABLES: Final = (".csv", ".xlsx")
_SAID: Final = ("what", "level", "code", "name", "from", "to", "area_m2")
_COLUMNS: Final = ("level", "code", "name", "name_before", "parent", "parent_before", "cause", "before_m2", "after_m2", "change_m2", "from", "to")
_FIGURES: Final = ("before_m2", "after_m2", "change_m2")


def is_map(path: Path) -> bool:
    """Whether the file holds ground, else rows. Raises UnknownFormat for an ending that is neither, NotFound for a folder that is not there."""
    if path.suffix.lower() not in (*MAPS, *TABLES):
        known = ", ".join((*MAPS, *TABLES))
        raise UnknownFormat(f"cannot write {path.name}: use {known}", f"不支持写出 {path.name}，请使用 {known}")
    if not path.parent.is_dir():
        raise NotFound(f"There is no folder {path.parent}.", f"文件夹不存在：{path.parent}。")
    return path.suffix.lower() in MAPS


def write_ground(path: Path, features: Sequence[Mapping[str, Any]]) -> None:
    """Writes the features of a difference: `before` and `after` of cells, and what passed (`moved`); lon/lat EPSG:4490."""
    rows = [{key: _figure(key, one["properties"].get(key)) for key in _SAID} for one in features]
    write_features(
        path, FeatureTable(name="difference", crs="EPSG:4490", fields=list(_SAID), rows=rows, geometries=[shape(one["geometry"]) for one in features])
    )


def write_rows(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Writes a row a cell, lists of codes divided by blanks; codes stay texts and no text is a formula."""
    table = [[" ".join(row[key]) if key in ("from", "to") else row[key] for key in _COLUMNS] for row in rows]
    with TemporaryDirectory(prefix=".gridgov-write-", dir=path.parent) as folder:
        made = Path(folder) / path.name
        (_write_csv if path.suffix.lower() == ".csv" else _write_workbook)(made, table)
        os.replace(made, path)


def _write_csv(path: Path, table: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(_COLUMNS)
        writer.writerows([harmless(value) for value in row] for row in table)


def _write_workbook(path: Path, table: Sequence[Sequence[Any]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("difference")
        sheet.freeze_panes(1, 0)
        for column, key in enumerate(_COLUMNS):
            sheet.write_string(0, column, key)
        for number, row in enumerate(table, start=1):
            for column, (key, value) in enumerate(zip(_COLUMNS, row, strict=True)):
                if value is not None:
                    sheet.write(number, column, _figure(key, value))


def _figure(key: str, value: Any) -> Any:
    """Square metres as a number; everything else as it is."""
    return float(value) if value is not None and key in (*_FIGURES, "area_m2") else value
