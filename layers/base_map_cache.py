"""The base map as it is served: tiles rendered when they are asked for and kept in memory while they are asked for again."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from layers.base_map_grid import Box, Tile
from layers.base_map_shelf import Shelf
from layers.base_map_tile import box_of, render_tile, version_of

_KEPT_BYTES: Final = 96_000_000
# Rendering fills a core: more at once would only take turns.
_AT_ONCE: Final = 2


class BaseMap:
    """The base map of one folder of rasters; what is added there or removed shows at once. For several threads."""

    def __init__(self, folder: Path, *, kept_bytes: int = _KEPT_BYTES) -> None:
        self.shelf = Shelf(folder)
        self._kept_bytes, self._bytes = kept_bytes, 0
        self._tiles: OrderedDict[tuple[str, Tile], bytes | None] = OrderedDict()
        self._lock, self._rendering = threading.Lock(), threading.BoundedSemaphore(_AT_ONCE)

    def standing(self) -> tuple[str, Box] | None:
        """The version of the tiles and the box they fill; None without any raster."""
        rasters = self.shelf.rasters()
        box = box_of(rasters)
        return None if box is None else (version_of(rasters), box)

    def tile(self, tile: Tile, *, before_rendering: Callable[[], None]) -> bytes | None:
        """The tile as PNG, None where there is nothing. before_rendering: called when it is not at hand; what it raises goes through."""
        rasters = self.shelf.rasters()
        key = version_of(rasters), tile
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
                return self._tiles[key]
        before_rendering()
        with self._rendering:
            found = render_tile(self.shelf, rasters, tile)
        self._keep(key, found)
        return found

    def _keep(self, key: tuple[str, Tile], tile: bytes | None) -> None:
        with self._lock:
            if key not in self._tiles:
                self._bytes += _weight(tile)
            self._tiles[key] = tile
            while self._bytes > self._kept_bytes:
                self._bytes -= _weight(self._tiles.popitem(last=False)[1])


def _weight(tile: bytes | None) -> int:
    """Bytes a kept tile takes, with its place in the order."""
    return 400 + len(tile or b"")
