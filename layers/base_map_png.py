"""A picture as PNG (ISO/IEC 15948), small and the same bytes for the same pixels."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB, _RGBA = 2, 6


def png(pixels: NDArray[np.uint8]) -> bytes:
    """pixels (rows, columns, 4): red, green, blue, alpha. Without transparent pixels the alpha is left out."""
    opaque = bool((pixels[..., 3] == 255).all())
    shown = np.ascontiguousarray(pixels[..., :3] if opaque else np.where(pixels[..., 3:] == 0, 0, pixels))
    rows, columns, _ = shown.shape
    head = struct.pack(">IIBBBBB", columns, rows, 8, _RGB if opaque else _RGBA, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", _packed(_filtered(shown))) + _chunk(b"IEND", b"")


def _packed(lines: bytes) -> bytes:
    """Differences pack nearly as small at level 4 as at 9, in a quarter of the time."""
    packer = zlib.compressobj(4, zlib.DEFLATED, 15, 9, zlib.Z_FILTERED)
    return packer.compress(lines) + packer.flush()


def _filtered(pixels: NDArray[np.uint8]) -> bytes:
    """Each row as its differences from the mean of what stands left and above (filter 3): relief is smooth, these are small."""
    rows, columns, bands = pixels.shape
    line = pixels.reshape(rows, columns * bands).astype(np.int16)
    above = np.vstack([np.zeros((1, columns * bands), np.int16), line[:-1]])
    left = np.hstack([np.zeros((rows, bands), np.int16), line[:, :-bands]])
    differences = (line - (above + left) // 2).astype(np.uint8)
    return np.hstack([np.full((rows, 1), 3, np.uint8), differences]).tobytes()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
