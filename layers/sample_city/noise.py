"""Smooth random fields over the plane: gradient noise, its fractal sum, and the ridged form that makes mountain crests."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]
Index = NDArray[np.int64]

_TABLE = 256
_TURN = np.arange(_TABLE) * (2 * np.pi / 64)
_GRADIENT_X, _GRADIENT_Y = np.cos(_TURN), np.sin(_TURN)


@dataclass(frozen=True, slots=True)
class _Octave:
    """Gradient noise of one wavelength; about -0.7 to 0.7, mean 0. Source: K. Perlin, Improving Noise, 2002."""

    table: Index
    step_m: float
    shift: tuple[float, float]

    def at(self, x: Field, y: Field) -> Field:
        """Its values at points."""
        x, y = x / self.step_m + self.shift[0], y / self.step_m + self.shift[1]
        column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        dx, dy = x - column, y - row
        u, v = _fade(dx), _fade(dy)
        south = (1 - u) * self._pull(column, row, dx, dy) + u * self._pull(column + 1, row, dx - 1, dy)
        north = (1 - u) * self._pull(column, row + 1, dx, dy - 1) + u * self._pull(column + 1, row + 1, dx - 1, dy - 1)
        mixed: Field = (1 - v) * south + v * north
        return mixed

    def _pull(self, column: Index, row: Index, dx: Field, dy: Field) -> Field:
        which = self._which(column, row)
        pull: Field = _GRADIENT_X[which] * dx + _GRADIENT_Y[which] * dy
        return pull

    def _which(self, column: Index, row: Index) -> Index:
        found: Index = self.table[(self.table[column & (_TABLE - 1)] + row) & (_TABLE - 1)]
        return found

    def over(self, axis_x: Field, axis_y: Field) -> Field:
        """Its values on a grid (rows of axis_y, columns of axis_x): the same field as `at`, a few times faster.

        Between two lines of its own lattice the field is a sum of four products of a row's and a column's factor.
        """
        x, y = axis_x / self.step_m + self.shift[0], axis_y / self.step_m + self.shift[1]
        column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        dx, dy = x - column, y - row
        u, v = _fade(dx), _fade(dy)
        found = np.empty((y.size, x.size))
        starts = np.flatnonzero(np.diff(row, prepend=row[0] - 1))
        for first, last in zip(starts, [*starts[1:], y.size], strict=True):
            block = slice(first, last)
            low_x, low_y = self._line(column, int(row[first]), dx, u)
            high_x, high_y = self._line(column, int(row[first]) + 1, dx, u)
            weight, rise = v[block, None], dy[block, None]
            found[block] = low_x * (1 - weight)
            found[block] += low_y * (rise * (1 - weight))
            found[block] += high_x * weight
            found[block] += high_y * ((rise - 1) * weight)
        return found

    def _line(self, column: Index, row: int, dx: Field, u: Field) -> tuple[Field, Field]:
        """On one lattice line: what the gradients east-west give, and what is to be multiplied by the way north from it."""
        west, east = self._which(column, np.int64(row)), self._which(column + 1, np.int64(row))  # type: ignore[arg-type]
        along = _GRADIENT_X[west] * dx * (1 - u) + _GRADIENT_X[east] * (dx - 1) * u
        across = _GRADIENT_Y[west] * (1 - u) + _GRADIENT_Y[east] * u
        return along, across


def _fade(t: Field) -> Field:
    faded: Field = t * t * t * (t * (t * 6 - 15) + 10)
    return faded


@dataclass(frozen=True, slots=True)
class Fractal:
    """Sum of gradient noise over octaves, each half as long and half as strong as the one before; about -1 to 1.

    ridged: each octave turned to sharp crests and the sum scaled, 0 or less in the hollows, about 1 on the ridges.
    """

    octaves: tuple[_Octave, ...]
    ridged: bool

    def at(self, x: Field, y: Field) -> Field:
        """Its values at points, metres."""
        total = np.zeros(np.broadcast(x, y).shape)
        for number, octave in enumerate(self.octaves):
            total += self._shaped(octave.at(x, y)) / 2**number
        return self._scaled(total)

    def over(self, axis_x: Field, axis_y: Field) -> Field:
        """Its values on a grid, metres."""
        total = np.zeros((axis_y.size, axis_x.size))
        for number, octave in enumerate(self.octaves):
            total += self._shaped(octave.over(axis_x, axis_y)) / 2**number
        return self._scaled(total)

    def _shaped(self, values: Field) -> Field:
        return 1.0 - 2.0 * np.abs(values) if self.ridged else values

    def _scaled(self, total: Field) -> Field:
        return total / sum(0.5**number for number in range(len(self.octaves))) if self.ridged else total


def fractal(generator: np.random.Generator, *, wavelength_m: float, octaves: int, ridged: bool = False) -> Fractal:
    """A field drawn from the generator; wavelength_m: of its longest octave."""
    drawn = []
    for number in range(octaves):
        east, north = (generator.random(2) * _TABLE).tolist()
        drawn.append(_Octave(generator.permutation(_TABLE), wavelength_m / 2**number, (east, north)))
    return Fractal(tuple(drawn), ridged)


def fractal_noise(x: Field, y: Field, generator: np.random.Generator, *, wavelength_m: float, octaves: int) -> Field:
    """Values at points (metres) of a field drawn from the generator."""
    return fractal(generator, wavelength_m=wavelength_m, octaves=octaves).at(x, y)


def ridged_noise(x: Field, y: Field, generator: np.random.Generator, *, wavelength_m: float, octaves: int) -> Field:
    """Values at points (metres) of a ridged field drawn from the generator."""
    return fractal(generator, wavelength_m=wavelength_m, octaves=octaves, ridged=True).at(x, y)
