"""Smooth random fields over the plane: gradient noise, its fractal sum, and the ridged form that makes mountain crests."""

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]

_TABLE = 256
_GRADIENTS = 64


def gradient_noise(x: Field, y: Field, generator: np.random.Generator) -> Field:
    """Gradient noise at (x, y) in units of its own wavelength; about -0.7 to 0.7, mean 0.

    Same generator state = same field, at whatever points it is asked for. Source: K. Perlin, Improving Noise, 2002.
    """
    table = np.concatenate([generator.permutation(_TABLE)] * 2).astype(np.int64)
    turn = np.arange(_GRADIENTS) * (2 * np.pi / _GRADIENTS)
    gradient_x, gradient_y = np.cos(turn), np.sin(turn)
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    dx, dy = x - column, y - row
    column &= _TABLE - 1
    row &= _TABLE - 1

    def corner(east: int, north: int) -> Field:
        which = table[table[(column + east) & (_TABLE - 1)] + ((row + north) & (_TABLE - 1))] & (_GRADIENTS - 1)
        dot: Field = gradient_x[which] * (dx - east) + gradient_y[which] * (dy - north)
        return dot

    u = dx * dx * dx * (dx * (dx * 6 - 15) + 10)
    v = dy * dy * dy * (dy * (dy * 6 - 15) + 10)
    south = corner(0, 0) + u * (corner(1, 0) - corner(0, 0))
    north = corner(0, 1) + u * (corner(1, 1) - corner(0, 1))
    return south + v * (north - south)


def fractal_noise(x: Field, y: Field, generator: np.random.Generator, *, wavelength_m: float, octaves: int) -> Field:
    """Sum of gradient noise over octaves, each half as long and half as strong; x, y in metres; about -1 to 1."""
    total = np.zeros(np.broadcast(x, y).shape)
    for octave in range(octaves):
        step = wavelength_m / 2**octave
        shift_x, shift_y = generator.random(2) * _TABLE
        total += gradient_noise(x / step + shift_x, y / step + shift_y, generator) / 2**octave
    return total


def ridged_noise(x: Field, y: Field, generator: np.random.Generator, *, wavelength_m: float, octaves: int) -> Field:
    """Noise with sharp crests: 0 in the hollows, about 1 on the ridges; x, y in metres."""
    total = np.zeros(np.broadcast(x, y).shape)
    weight = 0.0
    for octave in range(octaves):
        step = wavelength_m / 2**octave
        shift_x, shift_y = generator.random(2) * _TABLE
        crest = 1.0 - 2.0 * np.abs(gradient_noise(x / step + shift_x, y / step + shift_y, generator))
        total += crest / 2**octave
        weight += 1 / 2**octave
    return total / weight
