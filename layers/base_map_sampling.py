"""Smooth values between pixels: a cubic B-spline along each axis, widened where the picture is coarser than the raster.

Its slope has no kinks, so that relief stays soft however far one zooms in. Missing pixels have no weight; several rasters add up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]
Axis = NDArray[np.float64]

_REACH = 2.0


@dataclass(frozen=True, slots=True)
class Weights:
    """How the pixels first … first + matrix.shape[1] of a raster's axis make each point of a picture's axis."""

    first: int
    matrix: Values

    @property
    def size(self) -> int:
        """How many pixels of the raster's axis are used."""
        return int(self.matrix.shape[1])


def weights(at: Axis, length: int, stretch: float = 1.0) -> Weights:
    """at: places on the raster's axis in pixels (0.5 = middle of the first one). length: pixels it has.

    stretch: how much wider the kernel is, from 1 on; never less than the pixels between two places, or some would be skipped.
    Places more than the kernel's reach outside get no weight at all.
    """
    reach = _REACH * stretch
    first = int(np.clip(np.floor(at.min() - reach), 0, length))
    end = int(np.clip(np.ceil(at.max() + reach), first, length))
    nearest = np.floor(at - reach).astype(np.int64)[:, None] + np.arange(int(np.ceil(2 * reach)) + 1)
    matrix = np.zeros((at.size, end - first), dtype=np.float32)
    row, tap = np.nonzero((nearest >= first) & (nearest < end))
    pixel = nearest[row, tap]
    matrix[row, pixel - first] = _spline(np.abs(pixel + 0.5 - at[row]) / stretch) / stretch
    return Weights(first, matrix)


def _spline(away: Axis) -> Axis:
    near = 2.0 / 3.0 - away**2 + away**3 / 2.0
    far = np.maximum(2.0 - away, 0.0) ** 3 / 6.0
    return np.where(away < 1.0, near, far)


def spread(values: Values, down: Weights, across: Weights) -> Values:
    """values (…, rows, columns) of the used pixels, missing ones 0, as weighted sums on the picture's pixels."""
    found: Values = down.matrix @ (values @ across.matrix.T)
    return found
