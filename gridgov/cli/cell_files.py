"""Files of cells and points as plain records, and cells as a table for a file: the reading half of the `cells` and `locate` commands.

Decides which columns are meant and in which coordinate system the numbers are; what makes a cell is for `gridgov.grids`.
"""

import csv
import os
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final, TextIO, cast

import numpy as np
import shapely
from pyproj import CRS
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import BadEncoding, NotFound, Refused, UsageError, WrongCrs
from gridgov.geo.area import cell_area_m2
from gridgov.geo.crs import read_crs, sniff_plane_crs, to_storage
from gridgov.grids.cell import Cell, CellRecord, Scheme
from gridgov.grids.locating import Answer
from gridgov.grids.tiling import node_plane
from layers.vector import FeatureTable, read_features

_CODE_FIELDS: Final = ("code", "编码", "代码", "区划代码", "网格编码", "XZQDM", "QHDM", "WGBM")
_NAME_FIELDS: Final = ("name", "名称", "区划名称", "网格名称", "XZQMC", "QHMC", "WGMC")
_LON_FIELDS: Final = ("lon", "lng", "longitude", "经度", "x")
_LAT_FIELDS: Final = ("lat", "latitude", "纬度", "y")
# The longest edge in a projected file that may be carried over as it stands: longer ones bend by more than they should.
_EDGE_M: Final = 100.0


@dataclass(frozen=True, slots=True)
class CellFile:
    """Which file, layer, columns and coordinate system; None = find out."""

    path: Path
    layer: str | None = None
    code: str | None = None
    name: str | None = None
    parents: tuple[str, ...] = ()
    parent_names: tuple[str, ...] = ()
    crs: str | None = None


def read_cells(source: CellFile) -> tuple[CellRecord, ...]:
    """The cells of a file in its order, lon/lat EPSG:4490, not snapped; what is wrong with a row is for the import to say.

    Raises UsageError for a column that is not there, WrongCrs, and what reading the file raises.
    """
    table = read_features(source.path, layer=source.layer)
    code = _column(table.fields, source.code, _CODE_FIELDS)
    name = _column(table.fields, source.name, _NAME_FIELDS)
    if code is None:
        raise UsageError(
            f"Which column holds the codes? Say --code-field; there are: {', '.join(table.fields)}.",
            f"请用 --code-field 指明编码列；现有列：{'、'.join(table.fields)}。",
        )
    parents = [_column(table.fields, wanted, ()) for wanted in source.parents]
    names = [_column(table.fields, wanted, ()) for wanted in source.parent_names]
    grounds = ground_in_storage(table, source.crs)
    return tuple(
        CellRecord(
            row=number,
            code=_code_text(row.get(code)),
            name=_text(row.get(name)) if name is not None else _code_text(row.get(code)),
            parents=tuple((_code_text(row.get(str(parent))), _parent_name(row, names, index)) for index, parent in enumerate(parents)),
            geometry=ground,
        )
        for number, (row, ground) in enumerate(zip(table.rows, grounds, strict=True), start=1)
    )


def read_outline(path: Path, crs: str | None) -> BaseGeometry:
    """All polygons of a file as one geometry, lon/lat EPSG:4490."""
    grounds = [ground for ground in ground_in_storage(read_features(path), crs) if not ground.is_empty]
    if not grounds:
        raise Refused(f"{path.name} holds no polygon to be an outline.", f"{path.name} 中没有可作为外边界的面。")
    return shapely.union_all(grounds) if len(grounds) > 1 else grounds[0]


def ground_in_storage(table: FeatureTable, crs: str | None) -> list[BaseGeometry]:
    """The table's geometries in lon/lat EPSG:4490; nothing stays an empty polygon, unreadable numbers stay as they are.

    A projected file is noded, then densified, then transformed: two cells that share vertices tile in every projection, others do not.
    """
    grounds: list[BaseGeometry] = [Polygon() if ground is None else shapely.force_2d(ground) for ground in table.geometries]
    usable = [index for index, ground in enumerate(grounds) if not ground.is_empty and np.isfinite(shapely.get_coordinates(ground)).all()]
    chosen = [grounds[index] for index in usable]
    system = _system(table, crs, chosen)
    if system.is_projected:
        chosen = node_plane(chosen)
    moved, _ = to_storage(chosen, system, densify_m=_EDGE_M if system.is_projected else None)
    for index, ground in zip(usable, moved, strict=True):
        grounds[index] = ground
    return grounds


def _system(table: FeatureTable, stated: str | None, grounds: Sequence[BaseGeometry]) -> CRS:
    if stated is not None:
        return read_crs(stated)
    if table.crs is not None and table.crs_declared:
        return read_crs(table.crs)
    west, south, east, north = shapely.total_bounds(np.array(grounds, dtype=object)) if grounds else (0.0, 0.0, 0.0, 0.0)
    if not np.isfinite([west, south, east, north]).all():
        raise WrongCrs("The file names no coordinate system; say it with --crs.", "文件未注明坐标系，请用 --crs 指明。")
    return sniff_plane_crs((float(west), float(south), float(east), float(north)))


def _column(fields: Sequence[str], wanted: str | None, usual: Sequence[str]) -> str | None:
    """The column meant: the one asked for, which must be there, else the first usual one, letter case aside."""
    if wanted is not None:
        if wanted in fields:
            return wanted
        raise UsageError(f"The file has no column '{wanted}'; it has: {', '.join(fields)}.", f"文件中没有“{wanted}”列，现有列：{'、'.join(fields)}。")
    folded = {one.casefold(): one for one in reversed(fields)}
    return next((folded[one.casefold()] for one in usual if one.casefold() in folded), None)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _code_text(value: Any) -> str:
    return unicodedata.normalize("NFKC", _text(value))


def _parent_name(row: dict[str, Any], names: Sequence[str | None], index: int) -> str | None:
    return (_text(row.get(str(names[index]))) or None) if index < len(names) else None


def cells_table(scheme: Scheme, cells: Sequence[tuple[Cell, Answer]]) -> FeatureTable:
    """Cells as a table to write: code, name, level, the codes and names above, days in force; lon/lat EPSG:4490."""
    rank = cells[0][0].rank
    above = [level.key for level in scheme.levels if level.rank > rank]
    rows = []
    for cell, chain in cells:
        parents = {parent.level: parent for parent in chain}
        row: dict[str, Any] = {"code": cell.code, "name": cell.name, "level": cell.level, "parent": cell.parent_code}
        for key in above:
            parent = parents.get(key)
            row |= {f"{key}_code": parent and parent.code, f"{key}_name": parent and parent.name}
        row["area_m2"] = float(_area(cell))
        row["valid_from"] = cell.valid_from.isoformat()
        rows.append(row)
    return FeatureTable(name=cells[0][0].level, crs="EPSG:4490", fields=list(rows[0]), rows=rows, geometries=[cell.geometry for cell, _ in cells])


def _area(cell: Cell) -> float:
    return 0.0 if cell.geometry is None else round(cell_area_m2(cell.geometry), 2)


Locate = Callable[[Iterable[tuple[float, float, date]]], Iterator[Answer]]


@dataclass
class Tally:
    """What became of the rows of a points file. unreadable: row numbers whose coordinates are no numbers."""

    rows: int = 0
    inside: int = 0
    unreadable: list[int] = field(default_factory=list)


def locate_file(source: Path, target: Path, *, levels: Sequence[str], on: date, locate: Locate) -> Tally:
    """Writes the input's columns and one column a level with the code, row for row; any number of rows, memory stays flat.

    levels: keys, top level first. A row whose coordinates are no numbers, or with more values than the header, gets empty codes and is
    counted. The target appears whole or not.
    """
    tally = Tally()
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError("--out is the file of --in; give the result another name.", "--out 与 --in 是同一个文件，请为结果另取文件名。")
    with source.open(encoding=_encoding(source), newline="") as lines, _whole(target) as out, _readable(source, tally):
        rows = csv.reader(lines)
        header = next(rows, None)
        if not header:
            raise Refused(f"{source.name} is empty; a header with lon and lat is needed.", f"{source.name} 为空；首行须有 lon、lat 列名。")
        header[0] = header[0].removeprefix("\ufeff")
        lon, lat = _position(header, _LON_FIELDS, "lon"), _position(header, _LAT_FIELDS, "lat")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*header, *(_free_name(key, header) for key in levels)])
        waiting: deque[list[str]] = deque()
        points = _points(rows, waiting, tally, place=(lon, lat, on), width=len(header))
        for answer in locate(points):
            codes = {cell.level: cell.code for cell in answer}
            tally.inside += bool(codes)
            row = waiting.popleft()
            row.extend([""] * (len(header) - len(row)))
            # What a row has beyond the header comes last, or the codes would slip from under their columns.
            writer.writerow([*row[: len(header)], *(codes.get(key, "") for key in levels), *row[len(header) :]])
    return tally


@contextmanager
def _readable(source: Path, tally: Tally) -> Iterator[None]:
    try:
        yield
    except csv.Error as exc:
        row = tally.rows + 1
        raise Refused(f"{source.name}: row {row} is no CSV ({exc}).", f"{source.name}：第 {row} 行不是有效的 CSV 内容。") from exc


def _points(
    rows: Iterable[list[str]], waiting: deque[list[str]], tally: Tally, *, place: tuple[int, int, date], width: int
) -> Iterator[tuple[float, float, date]]:
    lon, lat, on = place
    for row in rows:
        if not row:
            continue
        tally.rows += 1
        waiting.append(row)
        # A comma that was not quoted shifts a row: its numbers may be anybody's.
        x, y = (_number(row, lon), _number(row, lat)) if not any(row[width:]) else (float("nan"), float("nan"))
        if not (abs(x) <= 180 and abs(y) <= 90):
            tally.unreadable.append(tally.rows)
        yield x, y, on


def _number(row: Sequence[str], position: int) -> float:
    try:
        return float(row[position]) if position < len(row) else float("nan")
    except ValueError:
        return float("nan")


def _position(header: Sequence[str], usual: Sequence[str], meant: str) -> int:
    folded = [name.strip().casefold() for name in header]
    found = next((folded.index(name) for name in usual if name in folded), None)
    if found is None:
        raise Refused(f"No column '{meant}' among: {', '.join(header)}.", f"找不到“{meant}”列，现有列：{'、'.join(header)}。")
    return found


def _free_name(key: str, header: Sequence[str]) -> str:
    return f"{key}_cell" if key in header else key


def _encoding(source: Path) -> str:
    """UTF-8 when all of it is, else GB18030."""
    if not source.is_file():
        raise NotFound(f"There is no file {source}.", f"文件不存在：{source}。")
    for encoding in ("utf-8", "gb18030"):
        try:
            with source.open(encoding=encoding) as lines:
                for _ in iter(lambda: lines.read(1 << 20), ""):
                    pass
        except UnicodeDecodeError:
            continue
        return encoding
    raise BadEncoding(f"{source.name} is neither UTF-8 nor GB18030.", f"{source.name} 的编码既不是 UTF-8 也不是 GB18030。")


@contextmanager
def _whole(target: Path) -> Iterator[TextIO]:
    """A text file that appears under its name only when all of it was written."""
    if not target.parent.is_dir():
        raise NotFound(f"There is no folder {target.parent}.", f"文件夹不存在：{target.parent}。")
    with NamedTemporaryFile("w", encoding="utf-8", newline="", dir=target.parent, prefix=".gridgov-", delete=False) as made:
        try:
            yield cast(TextIO, made)
            made.close()
            os.replace(made.name, target)
        except BaseException:
            os.unlink(made.name)
            raise
