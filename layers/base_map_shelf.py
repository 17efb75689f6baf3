"""The rasters an installation draws its base map from: files of its own making in one folder, and a list of them beside.

A foreign file never comes here as it is: its pixels were read elsewhere (`base_map_source`), and are written anew as a tiled GeoTIFF in
lon/lat with overviews. So whatever is opened while serving was written by this module.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal
from uuid import uuid4

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio import Affine
from rasterio.enums import Resampling
from rasterio.windows import Window

from gridgov.errors import NotFound
from gridgov.geo.crs import STORAGE

Kind = Literal["elevation", "land-cover"]
Block = tuple[int, int, NDArray[Any]]

NO_HEIGHT: Final = -9999.0
NO_COVER: Final = 0
_LIST = "rasters.json"
_TILE = 512
# Our own files only, and nothing beside them: no side-car, no network, no other driver.
_CONFINED: Final = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none", "GDAL_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the pixels of a raster lie, lon/lat EPSG:4490, row 0 in the north. west, north: its outer corner."""

    west: float
    north: float
    pixel_x_deg: float
    pixel_y_deg: float
    columns: int
    rows: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        return self.west, self.north - self.rows * self.pixel_y_deg, self.west + self.columns * self.pixel_x_deg, self.north


@dataclass(frozen=True, slots=True)
class Raster:
    """A raster that is kept. name: what its file was called; crs: what it came in; levels: how many overviews, each half of the last."""

    id: str
    kind: Kind
    name: str
    grid: Grid
    crs: str
    levels: int
    added_at: str

    @property
    def file(self) -> str:
        """Name of its file in the folder."""
        return f"{self.id}.tif"


class Shelf:
    """The rasters of one folder, made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: tuple[tuple[int, int, int], tuple[Raster, ...]] | None = None

    def rasters(self) -> tuple[Raster, ...]:
        """Those kept, in the order of their ids; read again only when the list has changed."""
        try:
            found = (self.folder / _LIST).stat()
        except FileNotFoundError:
            return ()
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        if self._known is None or self._known[0] != stamp:
            self._known = stamp, _parsed((self.folder / _LIST).read_bytes())
        return self._known[1]

    def keep(self, kind: Kind, name: str, *, grid: Grid, crs: str, blocks: Iterable[Block], at: datetime) -> Raster:
        """Writes a raster and lists it; the same pixels are kept once.

        blocks: (row, column, values) that cover it, float32 metres or uint8 codes, NO_HEIGHT or NO_COVER where nothing is known.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{uuid4().hex}.tif"
        try:
            with rasterio.Env(**_CONFINED):
                content, levels = _written(unfinished, kind, grid, blocks)
            raster = Raster(f"{kind}-{content[:12]}", kind, name, grid, crs, levels, at.isoformat(timespec="seconds"))
            with self._locked():
                kept = {one.id: one for one in self.rasters()}
                if raster.id not in kept:
                    os.replace(unfinished, self.folder / raster.file)
                    self._list([*kept.values(), raster])
                return kept.get(raster.id, raster)
        finally:
            unfinished.unlink(missing_ok=True)

    def remove(self, raster_id: str) -> Raster:
        """Takes a raster off the list and deletes its file. Raises NotFound."""
        with self._locked():
            kept = self.rasters()
            found = next((one for one in kept if one.id == raster_id), None)
            if found is None:
                raise _not_kept(raster_id, [one.id for one in kept])
            self._list([one for one in kept if one.id != raster_id])
            (self.folder / found.file).unlink(missing_ok=True)
        return found

    def read(self, raster: Raster, level: int, rows: slice, columns: slice) -> NDArray[Any] | None:
        """Pixels of an overview (0 = the raster itself); None when the file went away meanwhile."""
        window = Window(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        options = {"overview_level": level - 1} if level else {}
        try:
            with rasterio.Env(**_CONFINED), rasterio.open(self.folder / raster.file, driver="GTiff", **options) as file:
                found: NDArray[Any] = file.read(1, window=window)
                return found
        except rasterio.errors.RasterioIOError:
            return None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _list(self, rasters: list[Raster]) -> None:
        unfinished = self.folder / f".{uuid4().hex}.json"
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump({"rasters": [asdict(one) for one in sorted(rasters, key=lambda one: one.id)]}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, self.folder / _LIST)


def shape_of(grid: Grid, level: int) -> tuple[int, int]:
    """Rows and columns of an overview, as GDAL makes them."""
    return -(-grid.rows // (1 << level)), -(-grid.columns // (1 << level))


def _not_kept(raster_id: str, known: list[str]) -> NotFound:
    return NotFound(f"There is no raster '{raster_id}'; kept: {', '.join(known) or 'none'}.", f"没有栅格“{raster_id}”，现有：{'、'.join(known) or '无'}。")


def _parsed(text: bytes) -> tuple[Raster, ...]:
    return tuple(Raster(**{**one, "grid": Grid(**one["grid"])}) for one in json.loads(text)["rasters"])


def _written(path: Path, kind: Kind, grid: Grid, blocks: Iterable[Block]) -> tuple[str, int]:
    """Hash of the pixels and their place, and the number of overviews made."""
    is_height = kind == "elevation"
    profile = {
        "driver": "GTiff",
        "width": grid.columns,
        "height": grid.rows,
        "count": 1,
        "dtype": "float32" if is_height else "uint8",
        "crs": STORAGE,
        "transform": Affine(grid.pixel_x_deg, 0.0, grid.west, 0.0, -grid.pixel_y_deg, grid.north),
        "nodata": NO_HEIGHT if is_height else NO_COVER,
        "compress": "deflate",
        "predictor": 3 if is_height else 2,
        "tiled": True,
        "blockxsize": _TILE,
        "blockysize": _TILE,
        "bigtiff": "if_safer",
    }
    content = hashlib.sha256(json.dumps([kind, *asdict(grid).values()]).encode())
    with rasterio.open(path, "w", **profile) as file:
        for row, column, values in blocks:
            content.update(values.tobytes())
            file.write(values.astype(np.float32 if is_height else np.uint8, copy=False), 1, window=Window(column, row, values.shape[1], values.shape[0]))
    factors = [1 << level for level in range(1, 12) if max(grid.rows, grid.columns) >> (level - 1) > _TILE // 2]
    if factors:
        with rasterio.open(path, "r+", driver="GTiff") as file:
            file.build_overviews(factors, Resampling.average if is_height else Resampling.mode)
    return content.hexdigest(), len(factors)
