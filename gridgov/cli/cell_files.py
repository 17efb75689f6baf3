"""Points from a file with their cells beside them, and cells as a table for a file: what `locate` and `cells export` write."""

import csv
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final, TextIO, cast

from gridgov.errors import BadEncoding, NotFound, Refused, UsageError
from gridgov.geo.area import cell_area_m2
from gridgov.grids.cell import Cell, Scheme
from gridgov.grids.locating import Answer
from layers.vector import FeatureTable

_LON_FIELDS: Final = ("lon", "lng", "longitude", "经度", "x")
_LAT_FIELDS: Final = ("lat", "latitude", "纬度", "y")


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
