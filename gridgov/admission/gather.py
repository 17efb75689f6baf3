"""From candidates to evidence: the one way every check takes, whether the candidates came by SQL or from pieces held in memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.evidence import Asked, LayerEvidence, Nearest, ZoneFact, uncovered
from gridgov.admission.overlap import shortest_m, together
from gridgov.admission.site import Site
from gridgov.zones.edition import Edition

# The planes' own distortion of lengths (under 1e-3 at 200 km), and the width of a border drawn twice.
_REACH_FACTOR = 1.005
_REACH_MARGIN_M = 0.5


@dataclass(frozen=True, slots=True)
class Candidates:
    """What one edition's pieces say. zones: all that can meet the site or lie within the reach (and perhaps some that do not).

    nearest: (zone code, piece in lon/lat) of the pieces nearest to the site in the edition's plane; empty when a zone meets the site
    or the edition has no zones.
    """

    zones: tuple[ZoneFact, ...] = ()
    nearest: tuple[tuple[str, BaseGeometry], ...] = ()


class LayerSource(Protocol):
    """Where candidates come from."""

    def candidates(self, site: Site, questions: Sequence[tuple[Edition, Decimal]]) -> dict[int, Candidates]:
        """By edition id, for editions each with the reach in metres."""
        ...

    def coverage(self, site: Site, edition: Edition) -> BaseGeometry | None:
        """Where the edition is complete, at least around the site (lon/lat); None = unknown."""
        ...


def screening_reach_m(reach_m: Decimal) -> float:
    """How far pieces are searched in an edition's plane so that nothing within reach_m on the ground is missed."""
    return float(reach_m) * _REACH_FACTOR + _REACH_MARGIN_M


def gather_evidence(site: Site, asked: Mapping[str, Asked], in_force: Mapping[str, Edition], source: LayerSource) -> dict[str, LayerEvidence]:
    """The evidence of every asked layer, and of the other layers in force whose zones the site meets."""
    reach = {key: asked[key].reach_m if key in asked else Decimal(0) for key in in_force}
    found = source.candidates(site, [(edition, reach[key]) for key, edition in sorted(in_force.items())])
    evidence: dict[str, LayerEvidence] = {}
    for key, edition in in_force.items():
        candidates = found.get(edition.edition_id, Candidates())
        if key in asked:
            evidence[key] = _answer(site, asked[key], edition, candidates, source)
        elif candidates.zones:
            evidence[key] = LayerEvidence(key, edition.kind, edition, _sorted(candidates.zones))
    for key, question in asked.items():
        evidence.setdefault(key, LayerEvidence(key, question.kind, None, reason="no-edition"))
    return evidence


def _answer(site: Site, question: Asked, edition: Edition, candidates: Candidates, source: LayerSource) -> LayerEvidence:
    plain = LayerEvidence(question.layer, edition.kind, edition)
    try:
        known = replace(plain, zones=_sorted(candidates.zones), nearest=_nearest(site, candidates))
        return _with_coverage(site, question, known, source.coverage(site, edition))
    except shapely.errors.GEOSException:
        # The engine could not answer for this layer: that is not an answer of "nothing there".
        return replace(plain, reason="failed")


def _with_coverage(site: Site, question: Asked, known: LayerEvidence, coverage: BaseGeometry | None) -> LayerEvidence:
    if coverage is None:
        return replace(known, reason="coverage-unknown", uncovered_m2=site.area_m2, uncovered_m=site.length_m)
    needed = question.needed[0] if len(question.needed) == 1 else together(site.kind, question.needed)
    left = uncovered(site, needed, coverage)
    return known if left is None else replace(known, reason="partly-uncovered", uncovered_m2=left[0], uncovered_m=left[1])


def _nearest(site: Site, candidates: Candidates) -> Nearest | None:
    distances = [(shortest_m(site.dense, piece, site.distance_plane), code) for code, piece in candidates.nearest]
    if not distances:
        return None
    distance, code = min(distances)
    return Nearest(code, distance)


def _sorted(zones: Sequence[ZoneFact]) -> tuple[ZoneFact, ...]:
    return tuple(sorted(zones, key=lambda zone: zone.code))
