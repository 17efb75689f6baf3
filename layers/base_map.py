"""The local base map as a picture: a pale hillshade on warm paper, tinted by land cover, water over it. Pure: arrays in, pixels out.

It is the ground other things are read on and never competes with them: tints within 16 % of the paper, shade within 30 %.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.base_map_classes import CLASSES

Field = NDArray[np.float32]
Pixels = NDArray[np.uint8]

# Pixels that the slope needs on each side of a tile.
MARGIN = 1
WATER_COLOUR = next(one.colour for one in CLASSES if one.key == "water")
_SHADOW, _LIGHT = (0x8E, 0x89, 0x76), (0xFF, 0xFE, 0xFB)
_SHADOW_DEPTH, _LIGHT_DEPTH = 0.62, 0.75
# Height in metres -> colour, where no land cover is known.
_HEIGHTS = (-100.0, 60.0, 300.0, 900.0, 2000.0, 3500.0, 5500.0)
_HEIGHT_COLOURS = ((0xF3, 0xF3, 0xE6), (0xF5, 0xF2, 0xE6), (0xEE, 0xEF, 0xDF), (0xE8, 0xEA, 0xD8), (0xE9, 0xE4, 0xD6), (0xEC, 0xE8, 0xE1), (0xFA, 0xFA, 0xF9))
_SUN_FROM_DEG, _SUN_HEIGHT_DEG = 315.0, 45.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a tile's ground, all arrays with MARGIN more on each side.

    height_m, and how much of each pixel has a height (0-1). tint (3, rows, columns): colour of the land cover that is not water, times
    how much of it there is (dry); wet: how much of the pixel is water; known: how much has a land cover.
    pixel_m (rows): length of a pixel on the ground. shore: half the width of the water's edge, as a share of water: little where pixels
    are finer than the land cover, more where they hold several of its pixels.
    """

    height_m: Field
    has_height: Field
    tint: Field
    dry: Field
    wet: Field
    known: Field
    pixel_m: Field
    shore: float


def paint(ground: Ground, exaggeration: float) -> Pixels:
    """Red, green, blue, alpha (rows, columns, 4) without the margin; transparent where neither height nor land cover is known."""
    inner = (slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    land = _tinted(ground, inner)
    light = hillshade(ground.height_m, ground.has_height, ground.pixel_m, exaggeration)[..., None]
    shadow, bright = np.array(_SHADOW, np.float32), np.array(_LIGHT, np.float32)
    dark, lit = np.clip(-light, 0, 1) * _SHADOW_DEPTH, np.clip(light, 0, 1) * _LIGHT_DEPTH
    land = land + (shadow - land) * dark
    land = land + (bright - land) * lit
    water = _steep((ground.wet / np.maximum(ground.known, 1e-6))[inner], 0.5 - ground.shore, 0.5 + ground.shore)[..., None]
    colour = land + (np.array(WATER_COLOUR, np.float32) - land) * water
    alpha = _steep(np.maximum(ground.has_height, ground.known)[inner], 0.35, 0.65)
    return np.concatenate([np.rint(colour), np.rint(255 * alpha[..., None])], axis=-1).astype(np.uint8)


def hillshade(height_m: Field, has_height: Field, pixel_m: Field, exaggeration: float) -> Field:
    """Light of each inner pixel: 0 as on level ground, above towards the sun in the north-west, below away from it; 0 where no slope is known.

    Most of it comes from the north-west, a little from the west and the north, so that ridges along the light keep their form.
    """
    scale = exaggeration / (2.0 * pixel_m[MARGIN:-MARGIN, None])
    east = (height_m[1:-1, 2:] - height_m[1:-1, :-2]) * scale
    north = (height_m[:-2, 1:-1] - height_m[2:, 1:-1]) * scale
    steepness = np.sqrt(1.0 + east**2 + north**2)
    rise, level = np.tan(np.radians(_SUN_HEIGHT_DEG)), np.sin(np.radians(_SUN_HEIGHT_DEG))
    light = np.zeros_like(east)
    for share, from_deg in ((0.7, _SUN_FROM_DEG), (0.15, _SUN_FROM_DEG - 45.0), (0.15, _SUN_FROM_DEG + 45.0)):
        towards = np.radians(from_deg)
        facing = (rise - np.sin(towards) * east - np.cos(towards) * north) / steepness
        light += np.float32(share) * (np.maximum(facing * level / rise, 0.0) / level - 1.0)
    around = np.minimum.reduce([has_height[1:-1, 2:], has_height[1:-1, :-2], has_height[:-2, 1:-1], has_height[2:, 1:-1]])
    return np.where(around > 0.05, light, 0.0).astype(np.float32)


def _tinted(ground: Ground, inner: tuple[slice, slice]) -> Field:
    """Colour before light: of the land cover where one is known, else of the height, softly from one to the other."""
    by_height = np.stack([np.interp(ground.height_m[inner], _HEIGHTS, channel) for channel in zip(*_HEIGHT_COLOURS, strict=True)], axis=-1)
    dry = ground.dry[inner][..., None]
    by_cover = np.moveaxis(ground.tint[:, *inner], 0, -1) / np.maximum(dry, 1e-6)
    found: Field = (by_height + (by_cover - by_height) * np.clip(dry * 4.0, 0.0, 1.0)).astype(np.float32)
    return found


def _steep(value: "NDArray[np.floating[Any]]", low: float, high: float) -> Field:
    """0 below low, 1 above high, smooth between."""
    share = np.clip((value - low) / (high - low), 0.0, 1.0)
    found: Field = (share * share * (3.0 - 2.0 * share)).astype(np.float32)
    return found
