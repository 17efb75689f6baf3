"""Tiles kept in this process: first what is inside a tile of a state of a layer, then the tile of what is inside.

A change of the layer makes every answer to the first question old, which is cheap to ask again; the tiles themselves stay good wherever
nothing in them changed.
"""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

MOST_BYTES = 128_000_000
# Keys and the dictionary's own share of an entry.
_OVERHEAD = 400
_BYTES_A_NUMBER = 40


@dataclass(frozen=True, slots=True)
class PackedTile:
    """etag: strong, of the tile's own bytes, without quotes. packed: gzip; empty for an empty tile."""

    etag: str
    packed: bytes


def pack(body: bytes) -> PackedTile:
    """The tile as it is kept and sent."""
    return PackedTile(sha256(body).hexdigest()[:32], gzip.compress(body, 6, mtime=0) if body else b"")


class TileCache:
    """The least recently used entries go first; thread-safe."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._entries: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def size_bytes(self) -> int:
        """What is kept, keys included."""
        return self._bytes

    def tile(self, layer: Hashable, place: Hashable, contents: Callable[[], Any], body: Callable[[Any], bytes]) -> PackedTile:
        """The tile at a place. layer: a state of it, day included. contents: what the tile shows, which names it; body: the tile of that."""
        shown = self._get((layer, place))
        if shown is None:
            shown = contents()
            self._put((layer, place), shown, _BYTES_A_NUMBER * shown.count)
        found: PackedTile | None = self._get((place, shown))
        if found is None:
            found = pack(body(shown))
            self._put((place, shown), found, len(found.packed))
        return found

    def _get(self, key: Hashable) -> Any:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            self._entries.move_to_end(key)
            return entry[0]

    def _put(self, key: Hashable, value: Any, size: int) -> None:
        with self._lock:
            if key in self._entries:
                return
            self._entries[key] = (value, size + _OVERHEAD)
            self._bytes += size + _OVERHEAD
            while self._bytes > self._most and len(self._entries) > 1:
                self._bytes -= self._entries.popitem(last=False)[1][1]
