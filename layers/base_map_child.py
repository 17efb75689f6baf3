"""Reading a foreign GeoTIFF inside the killable process: one band, its pixels laid out in lon/lat block by block.

A raster in lon/lat already goes through pixel by pixel; any other is looked up through its reference system (`gridgov.geo.crs`), heights
between four pixels, classes at the nearest.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.windows import Window

from gridgov.errors import Refused, TooLarge, UnknownFormat, WrongCrs
from gridgov.geo.crs import from_storage, read_crs, to_storage
from layers.base_map_shelf import NO_COVER, NO_HEIGHT, Grid

_BLOCK: Final = 512
# Places looked up exactly in each block; between them the way to the source is a straight line for a pixel's purpose.
_NODES: Final = 17
_METRES_A_DEGREE: Final = 111_320.0
_HEIGHTS: Final = (-500.0, 9000.0)
Field = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to read and how. legend: code by value, empty for heights."""

    path: str
    kind: str
    crs: str | None
    legend: list[list[int]]
    most_pixels: int


def read_raster(payload: bytes) -> Iterator[bytes]:
    """Asked as JSON -> {grid, crs}, then blocks of pixels, then {known, unknown}."""
    asked = Asked(**json.loads(payload))
    try:
        with rasterio.open(asked.path, driver="GTiff") as file:
            _require_plain(file, asked)
            crs = _crs_of(file, asked.crs)
            grid = _grid_of(file, crs)
            if grid.rows * grid.columns > asked.most_pixels:
                raise TooLarge(
                    f"the raster has more than {asked.most_pixels:,} pixels; cut it into sheets", f"栅格超过 {asked.most_pixels:,} 个像元，请分幅载入"
                )
            yield json.dumps({"grid": asdict(grid), "crs": _label(crs)}).encode()
            yield from _read_blocks(file, grid, None if _is_lonlat(file, crs) else crs, asked)
    except rasterio.errors.RasterioError as broken:
        raise UnknownFormat("the file is broken or was cut off", "文件已损坏或不完整") from broken


def _require_plain(file: Any, asked: Asked) -> None:
    if file.count != 1:
        raise Refused(f"the raster has {file.count} bands; one band of heights or classes is needed", f"栅格有 {file.count} 个波段，应为单波段的高程或类别")
    kind = np.dtype(file.dtypes[0]).kind
    if kind not in ("iuf" if asked.kind == "elevation" else "iu"):
        raise Refused(f"values of type {file.dtypes[0]} cannot be used for this", f"数据类型 {file.dtypes[0]} 不适用")
    if file.transform.is_identity or file.transform.b or file.transform.d or file.transform.a <= 0 or file.transform.e >= 0:
        raise Refused(
            "the raster is not placed on the ground, is turned or mirrored: its rows must run from north to south",
            "栅格没有地理定位，或经过旋转、翻转：应为北上南下的正置栅格",
        )


def _crs_of(file: Any, given: str | None) -> CRS:
    if file.crs is None and given is None:
        raise WrongCrs("the raster names no reference system: give it, for example --crs EPSG:4490", "栅格未注明坐标系，请指定，例如 --crs EPSG:4490")
    return read_crs(given if given is not None else file.crs.to_wkt())


def _label(crs: CRS) -> str:
    code = crs.to_epsg()
    return crs.name if code is None else f"EPSG:{code}"


def _is_lonlat(file: Any, crs: CRS) -> bool:
    """Whether its pixels may stay as they are: degrees of CGCS2000 or WGS 84."""
    return crs.to_epsg() in (4490, 4326)


def _grid_of(file: Any, crs: CRS) -> Grid:
    left, bottom, right, top = file.bounds
    if _is_lonlat(file, crs):
        if not (-180 <= left < right <= 180 and -90 <= bottom < top <= 90):
            raise WrongCrs(
                "the raster lies outside the degrees of the world: its reference system is another one", "栅格坐标超出经纬度范围，其坐标系应为其他坐标系"
            )
        return Grid(left, top, file.transform.a, -file.transform.e, file.width, file.height)
    edge = shapely.segmentize(shapely.box(left, bottom, right, top), max(right - left, top - bottom) / 64)
    west, south, east, north = to_storage([edge], crs)[0][0].bounds
    unit_m = 1.0 if crs.is_projected else _METRES_A_DEGREE
    factor = (crs.axis_info[0].unit_conversion_factor or 1.0) if crs.is_projected else 1.0
    step = min(file.transform.a, -file.transform.e) * factor * unit_m / _METRES_A_DEGREE
    return Grid(west, north, step, step, max(1, int(np.ceil((east - west) / step))), max(1, int(np.ceil((north - south) / step))))


def _read_blocks(file: Any, grid: Grid, crs: CRS | None, asked: Asked) -> Iterator[bytes]:
    """crs None: pixel by pixel."""
    table = _table(asked.legend) if asked.kind == "land-cover" else None
    known = unknown = 0
    for row in range(0, grid.rows, _BLOCK):
        for column in range(0, grid.columns, _BLOCK):
            window = Window(column, row, min(_BLOCK, grid.columns - column), min(_BLOCK, grid.rows - row))
            values, present = _straight(file, window) if crs is None else _looked_up(file, grid, crs, window, table is None)
            made = _heights(values, present, file) if table is None else _codes(values, present, table)
            known += int((made != (NO_HEIGHT if table is None else NO_COVER)).sum())
            unknown += int(present.sum()) if table is not None else 0
            head = {"row": row, "column": column, "rows": window.height, "columns": window.width}
            yield json.dumps(head).encode() + b"\n" + made.tobytes()
    yield json.dumps({"known": known, "unknown": max(0, unknown - known)}).encode() + b"\n"


def _straight(file: Any, window: Window) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    return file.read(1, window=window), file.read_masks(1, window=window) > 0


def _looked_up(file: Any, grid: Grid, crs: CRS, window: Window, between: bool) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Values of the source at the middles of the window's pixels; between: from the four pixels around, else from the nearest."""
    at_row, at_column = _places(file, grid, crs, window)
    first_row, first_column = (max(0, int(np.floor(at.min())) - 1) for at in (at_row, at_column))
    end_row, end_column = min(file.height, int(np.ceil(at_row.max())) + 2), min(file.width, int(np.ceil(at_column.max())) + 2)
    if first_row >= end_row or first_column >= end_column:
        return np.zeros(at_row.shape), np.zeros(at_row.shape, np.bool_)
    part = Window(first_column, first_row, end_column - first_column, end_row - first_row)
    values, present = _straight(file, part)
    at_row, at_column = at_row - first_row, at_column - first_column
    return _bilinear(values, present, at_row, at_column) if between else _nearest(values, present, at_row, at_column)


def _places(file: Any, grid: Grid, crs: CRS, window: Window) -> tuple[Field, Field]:
    """Row and column in the source, in pixels from its corner, of the middle of each pixel of the window."""
    across, down = (np.linspace(0.5, size - 0.5, _NODES) for size in (window.width, window.height))
    lon, lat = np.meshgrid(grid.west + (window.col_off + across) * grid.pixel_x_deg, grid.north - (window.row_off + down) * grid.pixel_y_deg)
    (moved,) = from_storage([shapely.multipoints(np.stack([lon.ravel(), lat.ravel()], axis=-1))], crs)
    column, row = ~file.transform * shapely.get_coordinates(moved).T
    every_across, every_down = np.arange(window.width) + 0.5, np.arange(window.height) + 0.5
    return tuple(_between_nodes(found.reshape(_NODES, _NODES), every_down, every_across, (down, across)) for found in (row, column))  # type: ignore[return-value]


def _between_nodes(nodes: Field, every_down: Field, every_across: Field, at: tuple[Field, Field]) -> Field:
    wide = np.stack([np.interp(every_across, at[1], line) for line in nodes])
    return np.stack([np.interp(every_down, at[0], line) for line in wide.T], axis=-1)


def _nearest(values: NDArray[Any], present: NDArray[np.bool_], at_row: Field, at_column: Field) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    row, column = np.floor(at_row).astype(np.int64), np.floor(at_column).astype(np.int64)
    inside = (row >= 0) & (row < values.shape[0]) & (column >= 0) & (column < values.shape[1])
    row, column = np.where(inside, row, 0), np.where(inside, column, 0)
    return values[row, column], present[row, column] & inside


def _bilinear(values: NDArray[Any], present: NDArray[np.bool_], at_row: Field, at_column: Field) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    _, known = _nearest(values, present, at_row, at_column)
    row, column = np.floor(at_row - 0.5).astype(np.int64), np.floor(at_column - 0.5).astype(np.int64)
    down, across = at_row - 0.5 - row, at_column - 0.5 - column
    total, weight = np.zeros(at_row.shape), np.zeros(at_row.shape)
    for below, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        r, c = np.clip(row + below, 0, values.shape[0] - 1), np.clip(column + right, 0, values.shape[1] - 1)
        share = np.abs(1 - below - down) * np.abs(1 - right - across) * present[r, c]
        total += share * np.where(present[r, c], values[r, c], 0)
        weight += share
    return total / np.maximum(weight, 1e-9), known & (weight > 0)


def _heights(values: NDArray[Any], present: NDArray[np.bool_], file: Any) -> NDArray[np.float32]:
    """Metres; NO_HEIGHT where nothing is known or no ground can be that high."""
    with np.errstate(invalid="ignore", over="ignore"):
        metres = values.astype(np.float64) * file.scales[0] + file.offsets[0]
        usable = present & (metres >= _HEIGHTS[0]) & (metres <= _HEIGHTS[1])
    return np.where(usable, metres, NO_HEIGHT).astype(np.float32)


def _table(legend: list[list[int]]) -> NDArray[np.uint8]:
    table = np.full(65536, NO_COVER, np.uint8)
    for value, code in legend:
        table[value] = code
    return table


def _codes(values: NDArray[Any], present: NDArray[np.bool_], table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Codes of the base map; NO_COVER where a value is not in the legend."""
    usable = present & (values >= 0) & (values < table.size)
    return np.where(usable, table[np.where(usable, values, 0).astype(np.int64)], NO_COVER).astype(np.uint8)
