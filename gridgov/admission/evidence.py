"""What the layers answered about a site: zones met or near, how far the layer's knowledge reaches, and which layers are asked.

A layer that is missing, fails or does not cover the site is named with its reason; nothing is ever taken for clear because a
question could not be put.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.condition import Project, project_meets
from gridgov.admission.figures import metres, square_metres
from gridgov.admission.overlap import clip_to, without
from gridgov.admission.rule import LayerSelector, RuleSet
from gridgov.admission.site import Site
from gridgov.admission.territory import is_worth_printing
from gridgov.admission.truth import Truth
from gridgov.geo.area import area_m2, length_m
from gridgov.zones.edition import Edition, Layer

NoDataReason = Literal["no-edition", "coverage-unknown", "partly-uncovered", "failed", "no-list-in-force"]


@dataclass(frozen=True, slots=True)
class ZoneFact:
    """A zone as published. geometry: MultiPolygon, lon/lat on the lattice, densified. area_m2: of the whole zone, at 0.01."""

    code: str
    name: str
    attributes: Mapping[str, Any]
    area_m2: Decimal
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Nearest:
    """The zone nearest to the site: geodesic metres at 0.001."""

    zone: str
    distance_m: Decimal


@dataclass(frozen=True, slots=True)
class LayerEvidence:
    """One layer's answer. zones: all that meet the site or lie within the reach asked for, by code.

    edition None: none is in force on the day. reason None: the layer covers all of the site that a list governs. uncovered_m2: of
    the part it does not cover (None where the site has no area or nothing is known of the coverage).
    """

    layer: str
    kind: str
    edition: Edition | None
    zones: tuple[ZoneFact, ...] = ()
    nearest: Nearest | None = None
    reason: NoDataReason | None = None
    uncovered_m2: Decimal | None = None
    uncovered_m: Decimal | None = None


@dataclass(slots=True)
class Asked:
    """A layer the lists ask about. reach_m: the greatest distance any rule asks for. needed: where it must cover the site."""

    layer: str
    kind: str
    reach_m: Decimal = Decimal(0)
    needed: list[BaseGeometry] = field(default_factory=list)


def asked_layers(governed: Sequence[tuple[RuleSet, BaseGeometry]], project: Project, area: Decimal | None, catalogue: Iterable[Layer]) -> dict[str, Asked]:
    """Every layer that must answer, by key: what lists require and what their rules name, unless a rule's project side is surely no.

    A kind stands for every layer ever registered of it; a kind or key nobody registered is asked all the same and stays without data.
    """
    registered = tuple(catalogue)
    asked: dict[str, Asked] = {}
    for rules, place in governed:
        for key in rules.requires:
            _ask(asked, LayerSelector(key=key), registered, Decimal(0), place)
        for rule in rules.rules:
            if rule.layer is not None and project_meets(rule.when, project, area).truth is not Truth.NO:
                _ask(asked, rule.layer, registered, rule.within_m or Decimal(0), place)
    return asked


def selects(selector: LayerSelector, layer: str, kind: str | None) -> bool:
    """Whether a rule's selector speaks of a layer; a kind nobody registered answers under the name `kind:<kind>`."""
    if selector.key is not None:
        return selector.key == layer
    return selector.kind == kind


def uncovered(site: Site, needed: BaseGeometry, coverage: BaseGeometry) -> tuple[Decimal | None, Decimal | None] | None:
    """(m2, m) of the needed part of the site that a layer's coverage leaves out; None when it leaves nothing out.

    There is no tolerance here: 0.01 m2 without data is without data.
    """
    near = clip_to(coverage, site.dense)
    if site.kind != "polygon":
        left = shapely.difference(needed, near)
        if not is_worth_printing(site, left):
            return None
        return None, metres(length_m(left)) if site.kind == "line" else None
    if shapely.covers(near, needed):
        return None
    left = without(site.kind, needed, near)
    return (square_metres(area_m2(left)), None) if is_worth_printing(site, left) else None


def _ask(asked: dict[str, Asked], selector: LayerSelector, registered: Sequence[Layer], reach_m: Decimal, place: BaseGeometry) -> None:
    named = [(layer.key, layer.kind) for layer in registered if selects(selector, layer.key, layer.kind)]
    if not named:
        named = [(selector.key or f"kind:{selector.kind}", selector.kind or "other")]
    for key, kind in named:
        entry = asked.setdefault(key, Asked(key, kind))
        entry.reach_m = max(entry.reach_m, reach_m)
        if not any(place is held for held in entry.needed):
            entry.needed.append(place)
