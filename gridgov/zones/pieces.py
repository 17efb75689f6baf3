"""Cuts a zone into pieces of at most 256 vertices in the equal-area plane of its edition.

Recursive halving by `clip_by_rect` along the longer side, all pieces of a round at once. Clipping does not promise validity: the pieces
are checked, and a zone with a bad one, or whose pieces do not add up to it, is cut again by exact intersection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from gridgov.errors import TooLarge

MOST_VERTICES: Final = 256
MOST_PIECES: Final = 2_000_000
# The pieces' areas add up to the zone's within this share; measured 1e-14.
SUM_TOLERANCE: Final = 1e-12

Geometries = NDArray[np.object_]


class PiecesBroken(Exception):
    """The pieces of a zone do not add up to it, not even when cut exactly."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """owner: index of the zone each piece belongs to. polygons: valid Polygons, metres in the plane, <= 256 vertices."""

    owner: NDArray[np.int64]
    polygons: Geometries


def cut(zones: Sequence[BaseGeometry], *, most_vertices: int = MOST_VERTICES) -> Pieces:
    """The pieces of valid polygons in one plane, in the order of their owners.

    Raises TooLarge beyond two million pieces, PiecesBroken when a zone cannot be cut without loss.
    """
    whole: Geometries = np.array(list(zones), dtype=object)
    owner, polygons = _cut(whole, np.arange(len(whole)), most_vertices, exact=False)
    wrong = _badly_cut(whole, owner, polygons)
    if len(wrong):
        again_owner, again = _cut(whole[wrong], wrong, most_vertices, exact=True)
        keep = ~np.isin(owner, wrong)
        owner, polygons = np.concatenate([owner[keep], again_owner]), np.concatenate([polygons[keep], again])
        if len(_badly_cut(whole, owner, polygons)):
            raise PiecesBroken(f"{len(wrong)} zones")
    order = np.argsort(owner, kind="stable")
    return Pieces(owner[order], polygons[order])


def _cut(whole: Geometries, numbers: NDArray[np.int64], most: int, *, exact: bool) -> tuple[NDArray[np.int64], Geometries]:
    parts, of = shapely.get_parts(whole, return_index=True)
    owner = numbers[of]
    done_owner, done = [], []
    count = 0
    while len(parts):
        small = shapely.get_num_coordinates(parts) <= most
        done_owner.append(owner[small])
        done.append(parts[small])
        count += int(small.sum())
        parts, owner = _halve(parts[~small], owner[~small], exact=exact)
        if count + len(parts) > MOST_PIECES:
            raise TooLarge(
                f"the zones would make more than {MOST_PIECES} pieces: their outlines are too jagged", f"分区切分后超过 {MOST_PIECES} 块：边界过于破碎"
            )
    if not done:
        return np.array([], dtype=np.int64), np.array([], dtype=object)
    return np.concatenate(done_owner), np.concatenate(done)


def _halve(parts: Geometries, owner: NDArray[np.int64], *, exact: bool) -> tuple[Geometries, NDArray[np.int64]]:
    """Both halves of each part, as single polygons."""
    if not len(parts):
        return parts, owner
    boxes = _half_boxes(shapely.bounds(parts))
    twice, twice_owner = np.concatenate([parts, parts]), np.concatenate([owner, owner])
    halves = shapely.intersection(twice, shapely.box(*boxes.T)) if exact else _clipped(twice, boxes)
    single, of = shapely.get_parts(halves, return_index=True)
    polygon = (shapely.get_type_id(single) == 3) & ~shapely.is_empty(single)
    return single[polygon], twice_owner[of][polygon]


def _half_boxes(bounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """First halves, then second halves, of boxes split across their longer side."""
    west, south, east, north = bounds.T
    wide = (east - west) >= (north - south)
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    first = np.column_stack([west, south, np.where(wide, middle_x, east), np.where(wide, north, middle_y)])
    second = np.column_stack([np.where(wide, middle_x, west), np.where(wide, south, middle_y), east, north])
    return np.concatenate([first, second])


def _clipped(parts: Geometries, boxes: NDArray[np.float64]) -> Geometries:
    found: list[BaseGeometry] = [shapely.clip_by_rect(part, *box) for part, box in zip(parts, boxes.tolist(), strict=True)]
    return np.array(found, dtype=object)


def _badly_cut(whole: Geometries, owner: NDArray[np.int64], polygons: Geometries) -> NDArray[np.int64]:
    """The zones whose pieces do not add up to them, or are not all valid."""
    total = shapely.area(whole)
    summed = np.bincount(owner, weights=shapely.area(polygons), minlength=len(whole))
    lost = np.flatnonzero(np.abs(summed - total) > SUM_TOLERANCE * total)
    found: NDArray[np.int64] = np.union1d(lost, owner[~shapely.is_valid(polygons)])
    return found
