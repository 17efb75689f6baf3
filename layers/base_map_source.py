"""A foreign raster on its way to the base map: told by its first bytes, read in a killable process, laid out in lon/lat.

GeoTIFF only: other formats can name further files or addresses to open. What lies beside the file (.aux.xml, .ovr, .tfw) is not read.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from gridgov.errors import NotFound, Refused, TooLarge, UnknownFormat
from layers import sandbox
from layers.base_map_shelf import Block, Grid, Kind
from layers.sandbox import Limits, Stopped
from layers.vector import confined_to

MAX_BYTES: Final = 16 << 30
MAX_PIXELS: Final = 1_200_000_000
LIMITS: Final = Limits(cpu_s=7200, answer_bytes=64 << 20)
_TIFF: Final = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True, slots=True)
class Source:
    """A raster being read: where it will lie, what it came in, and its blocks, to be taken once.

    told: after the last block, how many pixels had a value and how many values had no meaning in the legend.
    """

    grid: Grid
    crs: str
    blocks: Iterator[Block]
    told: dict[str, int]


def read_source(path: Path, kind: Kind, *, crs: str | None = None, legend: Mapping[int, int] | None = None) -> Source:
    """The raster of a file, its first block not yet read.

    crs: to use where the file names none. legend: value in the file -> code, for land cover. Raises NotFound, UnknownFormat, TooLarge,
    WrongCrs, Refused (several bands, no place on the ground, values that are no heights or no classes of the legend).
    """
    _require_tiff(path)
    asked = {"path": str(path.absolute()), "kind": kind, "crs": crs, "legend": [list(pair) for pair in (legend or {}).items()], "most_pixels": MAX_PIXELS}
    environment = {**confined_to("GTiff"), "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "GTIFF_IGNORE_READ_ERRORS": "NO"}
    answers = _answers(json.dumps(asked).encode(), environment)
    head = json.loads(next(answers))
    told: dict[str, int] = {}
    return Source(Grid(**head["grid"]), head["crs"], _blocks(answers, kind, told), told)


def _require_tiff(path: Path) -> None:
    if not path.is_file():
        raise NotFound(f"no file {path.name}", f"文件不存在：{path.name}")
    with path.open("rb") as file:
        start = file.read(4)
    if start not in _TIFF:
        raise UnknownFormat(
            f"{path.name} is no GeoTIFF; convert it first (gdal_translate -of GTiff)", f"{path.name} 不是 GeoTIFF 文件，请先转换（gdal_translate -of GTiff）"
        )
    if path.stat().st_size > MAX_BYTES:
        raise TooLarge(f"the file is larger than {MAX_BYTES >> 30} GB", f"文件超过 {MAX_BYTES >> 30} GB")


def _answers(asked: bytes, environment: Mapping[str, str]) -> Iterator[bytes]:
    try:
        yield from sandbox.answers("raster", asked, limits=LIMITS, environment=environment)
    except Stopped as stopped:
        if stopped.reason in ("time", "memory"):
            raise TooLarge("reading the raster took too long or too much memory and was stopped", "读取栅格耗时过长或占用内存过大，已终止") from stopped
        raise UnknownFormat(
            "the reader broke down on this raster: it is damaged or not what it seems", "读取程序处理该栅格时异常退出：文件已损坏或内容与格式不符"
        ) from stopped


def _blocks(answers: Iterator[bytes], kind: Kind, told: dict[str, int]) -> Iterator[Block]:
    """Each answer is a line of JSON and the pixels behind it; the last one has no pixels and says what was found."""
    for answer in answers:
        line, _, body = answer.partition(b"\n")
        head: dict[str, Any] = json.loads(line)
        if "row" not in head:
            told.update(head)
            break
        shape = head["rows"], head["columns"]
        yield head["row"], head["column"], np.frombuffer(body, dtype=np.float32 if kind == "elevation" else np.uint8).reshape(shape)
    if not told.get("known"):
        raise _nothing_usable(kind)


def _nothing_usable(kind: Kind) -> Refused:
    if kind == "elevation":
        return Refused("no pixel of the raster is a height between -500 and 9,000 m", "栅格中没有 -500 至 9000 米之间的高程值")
    return Refused("no value of the raster is a class of the legend; see --legend and --class", "栅格中没有图例所列的类别值，请核对 --legend 与 --class")
