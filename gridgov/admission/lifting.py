"""Exceptions: which ground a list's permits take back from its own rules, surely or perhaps.

An exception lifts by place and only when it surely holds: one whose layer has no data, or whose condition is unknown, lifts nothing.
An exception of an exception works against the project, so there the doubt counts the other way: what may take the exception back
does. Taking data away can therefore never lift more (strict lift over an acyclic graph).
"""

from collections.abc import Sequence
from functools import cache

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.hits import RuleHit
from gridgov.admission.overlap import together, without
from gridgov.admission.rule import Rule, RuleSet
from gridgov.admission.site import Site
from gridgov.admission.truth import Truth

_EMPTY = shapely.GeometryCollection()


class Exceptions:
    """The exceptions of one list on the ground it governs.

    hits: all hits of the list. blind: ids of rules one of whose layers has no data (whole or in part). place: what it governs.
    """

    def __init__(self, rules: RuleSet, place: BaseGeometry, site: Site, hits: Sequence[RuleHit], blind: frozenset[str]) -> None:
        self._site, self._place, self._hits, self._blind = site, place, hits, blind
        self._lifters = {rule.id: tuple(other for other in rules.rules if rule.id in other.lifts) for rule in rules.rules}
        self._surely = cache(self._surely_uncached)
        self._perhaps = cache(self._perhaps_uncached)

    def lifted_from(self, rule: Rule) -> BaseGeometry:
        """The ground surely taken back from a rule."""
        return together(self._site.kind, (self._surely(other.id) for other in self._lifters[rule.id]))

    def left_of(self, rule: Rule, region: BaseGeometry) -> BaseGeometry:
        """What of a region stays under the rule."""
        return without(self._site.kind, region, self.lifted_from(rule))

    def lifter_on(self, rule: Rule, region: BaseGeometry) -> str | None:
        """The first exception, in the order of the list, that takes back part of a rule's region."""
        touching = (other.id for other in self._lifters[rule.id] if shapely.intersects(self._surely(other.id), region))
        return next(touching, None)

    def not_shown(self, rule: Rule) -> tuple[Rule, ...]:
        """Exceptions of a rule that might hold but were not shown to: the burden lies on the exception."""
        return tuple(other for other in self._lifters[rule.id] if not without(self._site.kind, self._perhaps(other.id), self._surely(other.id)).is_empty)

    def _surely_uncached(self, rule_id: str) -> BaseGeometry:
        held = together(self._site.kind, (hit.region for hit in self._hits if hit.rule.id == rule_id and hit.answer.truth is Truth.YES))
        for other in self._lifters[rule_id]:
            held = without(self._site.kind, held, self._perhaps(other.id))
        return held

    def _perhaps_uncached(self, rule_id: str) -> BaseGeometry:
        if rule_id in self._blind:
            held = self._place
        else:
            held = together(self._site.kind, (hit.region for hit in self._hits if hit.rule.id == rule_id))
        for other in self._lifters[rule_id]:
            held = without(self._site.kind, held, self._surely(other.id))
        return held
