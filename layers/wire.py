"""How a table of features travels between two processes: one JSON head and the geometries as WKB, nothing that can run."""

import itertools
import json
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

LENGTH = struct.Struct("<Q")


def pack(head: dict[str, Any], geometries: Sequence[BaseGeometry | None]) -> bytes:
    """head: JSON values only; coordinates keep every bit."""
    blobs = [b"" if geometry is None else shapely.to_wkb(geometry) for geometry in geometries]
    text = json.dumps(head, ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")
    sizes = np.array([len(blob) for blob in blobs], dtype="<u8").tobytes()
    return b"".join([LENGTH.pack(len(text)), text, LENGTH.pack(len(blobs)), sizes, *blobs])


def unpack(body: bytes) -> tuple[dict[str, Any], list[BaseGeometry | None]]:
    """Head and geometries of what `pack` made."""
    (size,) = LENGTH.unpack_from(body)
    head: dict[str, Any] = json.loads(body[LENGTH.size : LENGTH.size + size])
    at = LENGTH.size + size
    (count,) = LENGTH.unpack_from(body, at)
    at += LENGTH.size
    sizes = np.frombuffer(body, dtype="<u8", count=count, offset=at)
    starts = at + 8 * count + np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
    blobs = [body[start:end] or None for start, end in itertools.pairwise(starts)]
    return head, list(shapely.from_wkb(np.array(blobs, dtype=object))) if blobs else []
