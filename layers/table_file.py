"""Tables of sites (CSV, XLSX, Parquet): which files are such tables, and reading one in a killable process."""

import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shapely.geometry.base import BaseGeometry

from gridgov.errors import NotFound, UnknownFormat
from layers import sandbox, wire
from layers.archive import unpack
from layers.sandbox import Limits, Stopped
from layers.vector import stopped_reading

KINDS: Mapping[str, str] = {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet", ".geoparquet": "parquet"}
_STARTS = {"xlsx": b"PK\x03\x04", "parquet": b"PAR1"}
LIMITS = Limits()


def table_kind(path: Path) -> str | None:
    """csv, xlsx or parquet by the file's ending; None = no table."""
    return KINDS.get(path.suffix.lower())


def read_table(path: Path, kind: str, *, layer: str | None = None, most: int | None = None) -> tuple[dict[str, Any], list[BaseGeometry | None]]:
    """Head (`name, crs, fields, rows, shaped`) and the place of each row, None where a row has none that can be read.

    Raises UnknownFormat (also for a file that is not what its ending says), BadEncoding, TooLarge, NotFound.
    """
    body = in_child("table", path, {"kind": kind, "layer": layer, "most": most})
    return wire.unpack(body)


def in_child(task: str, path: Path, asked: Mapping[str, Any]) -> bytes:
    """The answer of a task on a table's file, after its first bytes, and what an XLSX unpacks to, were looked at."""
    if not path.is_file():
        raise NotFound(f"no file {path.name}", f"文件不存在：{path.name}")
    _require_start(path, asked["kind"])
    told = {"path": str(path.resolve()), "name": path.name, **asked}
    try:
        return sandbox.answer(task, json.dumps(told).encode(), limits=LIMITS)
    except Stopped as stopped:
        raise stopped_reading(stopped) from stopped


def _require_start(path: Path, kind: str) -> None:
    with path.open("rb") as opened:
        head = opened.read(4)
    if not head.startswith(_STARTS.get(kind, b"")):
        raise UnknownFormat(f"{path.name} is broken or is no {kind.upper()} file.", f"{path.name} 已损坏，或不是 {kind.upper()} 文件。")
    if kind == "xlsx":
        # The reader unpacks without counting; here it is counted once.
        with TemporaryDirectory(prefix="gridgov-xlsx-") as folder:
            unpack(path, Path(folder) / "unpacked")
