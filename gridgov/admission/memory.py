"""Layers held in memory for a batch: the same candidates as the database gives, from the same pieces, without asking it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.evidence import ZoneFact
from gridgov.admission.gather import Candidates, screening_reach_m
from gridgov.admission.overlap import clip_to, degrees_for
from gridgov.admission.screening import PieceIndex
from gridgov.admission.site import Site
from gridgov.geo.crs import Plane
from gridgov.zones.edition import Edition

# Below this many vertices a zone is clipped faster than a smaller copy of it is found.
_PLAIN_VERTICES = 2_000
_DEEPEST = 12


@dataclass
class ClippedZone:
    """A zone and, made when first needed, its quarters: a site is cut from the smallest quarter that holds its surroundings."""

    geometry: BaseGeometry
    depth: int = 0
    quarters: "list[tuple[BaseGeometry, ClippedZone]] | None" = None

    def around(self, box: BaseGeometry) -> BaseGeometry:
        """The zone, or a part of it that is the whole of it inside the box (lon/lat)."""
        if self.depth >= _DEEPEST or shapely.get_num_coordinates(self.geometry) <= _PLAIN_VERTICES:
            return self.geometry
        if self.quarters is None:
            self.quarters = self._quarter()
        for square, quarter in self.quarters:
            if shapely.contains_properly(square, box):
                return quarter.around(box)
        return self.geometry

    def _quarter(self) -> "list[tuple[BaseGeometry, ClippedZone]]":
        west, south, east, north = self.geometry.bounds
        # Overlapping quarters: a small site on the middle line still fits into one of them.
        width, height = (east - west) * 0.55, (north - south) * 0.55
        corners = [(x, y) for x in (west, east - width) for y in (south, north - height)]
        squares = [shapely.box(x, y, x + width, y + height) for x, y in corners]
        return [(square, ClippedZone(clip_to(self.geometry, square, 1e-7), self.depth + 1)) for square in squares]


@dataclass
class Holding:
    """One edition in memory. zones: by number, as the piece index counts them. coverage None = unknown."""

    edition: Edition
    zones: Sequence[ZoneFact]
    index: PieceIndex
    coverage: BaseGeometry | None
    clipped: dict[int, ClippedZone] = field(default_factory=dict)
    clipped_coverage: ClippedZone | None = None

    def zone_near(self, number: int, box: BaseGeometry) -> ZoneFact:
        """A zone, cut down to something that is the whole of it inside the box."""
        zone = self.zones[number]
        held = self.clipped.setdefault(number, ClippedZone(zone.geometry))
        return replace(zone, geometry=held.around(box))

    def coverage_near(self, box: BaseGeometry) -> BaseGeometry | None:
        """Where the edition is complete, the whole of it inside the box; None = unknown."""
        if self.coverage is None:
            return None
        if self.clipped_coverage is None:
            self.clipped_coverage = ClippedZone(self.coverage)
        return self.clipped_coverage.around(box)


class HeldLayers:
    """Candidates from memory."""

    def __init__(self, holdings: Mapping[int, Holding]) -> None:
        self._holdings = holdings
        self._planes = {key: Plane(holding.edition.piece_plane) for key, holding in holdings.items()}

    def candidates(self, site: Site, questions: Sequence[tuple[Edition, Decimal]]) -> dict[int, Candidates]:
        """See LayerSource."""
        return {edition.edition_id: self._candidates(site, edition.edition_id, reach_m) for edition, reach_m in questions}

    def coverage(self, site: Site, edition: Edition) -> BaseGeometry | None:
        """See LayerSource."""
        return self._holdings[edition.edition_id].coverage_near(_box_around(site, 0.0))

    def _candidates(self, site: Site, edition_id: int, reach_m: Decimal) -> Candidates:
        holding, plane = self._holdings[edition_id], self._planes[edition_id]
        if not len(holding.index.pieces):
            return Candidates()
        flat = plane.forward(site.dense)
        near = holding.index.tree.query(flat, predicate="dwithin", distance=screening_reach_m(reach_m))
        numbers = np.unique(holding.index.owner[near])
        box = _box_around(site, float(reach_m))
        return Candidates(tuple(holding.zone_near(int(number), box) for number in numbers), self._nearest(holding, plane, flat))

    def _nearest(self, holding: Holding, plane: Plane, flat: BaseGeometry) -> tuple[tuple[str, BaseGeometry], ...]:
        index = holding.index
        _, distance = index.tree.query_nearest(flat, return_distance=True, all_matches=False)
        if distance[0] == 0.0:
            return ()
        # The plane's distances are good to a thousandth: everything that could be the nearest on the ground.
        close = index.tree.query(flat, predicate="dwithin", distance=screening_reach_m(Decimal(float(distance[0]))))
        return tuple((holding.zones[index.owner[piece]].code, plane.inverse(index.pieces[piece])) for piece in close)


def _box_around(site: Site, reach_m: float) -> BaseGeometry:
    margin = 2 * degrees_for(reach_m, site.dense)
    west, south, east, north = site.dense.bounds
    return shapely.box(west - margin, south - margin, east + margin, north + margin)
