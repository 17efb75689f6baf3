"""Which of many sites meet which zones, and by how much: the first pass of a batch, on pieces in an equal-area plane.

A box index finds the pairs; they are taken piece by piece, so that a piece is prepared once; a site wholly inside a piece needs no
overlay at all. Areas are those of the plane (equal-area): the printed figures are computed later, on the ground.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

Geometries = NDArray[np.object_]


@dataclass(frozen=True)
class PieceIndex:
    """Zones as pieces of at most some hundred vertices, in one plane in metres. owner: zone number of each piece."""

    pieces: Geometries
    owner: NDArray[np.int64]
    tree: STRtree

    @staticmethod
    def of(pieces: Sequence[object], owner: Sequence[int]) -> "PieceIndex":
        """An index over pieces (Polygon each) and the zones they belong to."""
        held = np.asarray(pieces, dtype=object)
        shapely.prepare(held)
        return PieceIndex(held, np.asarray(owner, dtype=np.int64), STRtree(held))


@dataclass(frozen=True)
class Overlaps:
    """One row a (site, zone) pair with common ground: positions in the input, area in m2 in the plane; by site, then zone."""

    site: NDArray[np.int64]
    zone: NDArray[np.int64]
    area_m2: NDArray[np.float64]


def screen_overlaps(sites: Geometries, index: PieceIndex) -> Overlaps:
    """The overlap of every site with every zone.

    sites: Polygons or MultiPolygons in the plane of the index, metres, valid. Pairs that only touch are left out.
    """
    site, piece = index.tree.query(sites)
    by_piece = np.argsort(piece, kind="stable")
    site, piece = site[by_piece], piece[by_piece]
    area = np.zeros(len(site))
    within = shapely.contains_properly(index.pieces[piece], sites[site])
    area[within] = shapely.area(sites)[site[within]]
    # Boxes that meet nearly always mean ground that meets: asking first costs more than the overlay of the few that do not.
    crossing = np.flatnonzero(~within)
    area[crossing] = shapely.area(shapely.intersection(sites[site[crossing]], index.pieces[piece[crossing]]))
    return _by_zone(site, index.owner[piece], area)


def _by_zone(site: NDArray[np.int64], zone: NDArray[np.int64], area: NDArray[np.float64]) -> Overlaps:
    held = area > 0
    if not held.any():
        return Overlaps(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0))
    zones = int(zone.max()) + 1
    pairs, group = np.unique(site[held] * zones + zone[held], return_inverse=True)
    return Overlaps(pairs // zones, pairs % zones, np.bincount(group, weights=area[held]).astype(np.float64))
