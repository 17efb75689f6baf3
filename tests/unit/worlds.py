"""Little worlds for tests of the verdict: squares given in metres around one place, layers, lists and projects in a line each."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.condition import Project
from gridgov.admission.decide import Decision, Governing, decide
from gridgov.admission.evidence import LayerEvidence, NoDataReason, ZoneFact, asked_layers
from gridgov.admission.figures import square_metres
from gridgov.admission.rule import Citation, Comparison, LayerSelector, Rule, RuleSet, When
from gridgov.admission.site import Site, make_site
from gridgov.admission.territory import CellOnSite, cut
from gridgov.geo.area import area_m2
from gridgov.geo.crs import Plane
from gridgov.geo.densify import densify
from gridgov.geo.lattice import snap
from gridgov.zones.edition import Edition, Layer, Threshold

PLANE = Plane("+proj=laea +lat_0=28.950 +lon_0=118.870 +a=6378137 +rf=298.257222101 +units=m +no_defs")
CITATION = Citation("示例办法", "第一条")
EVERYWHERE = "everywhere"


def ground(geometry: BaseGeometry) -> BaseGeometry:
    """A geometry in metres around the place, on the lattice, edges as long as zones may have."""
    return snap(densify(snap(PLANE.inverse(geometry.segmentize(30))), 100))


def square(x: float, y: float, width: float, height: float | None = None) -> BaseGeometry:
    return ground(shapely.box(x, y, x + width, y + (width if height is None else height)))


def site(x: float, y: float, width: float, height: float | None = None) -> Site:
    return make_site(square(x, y, width, height))


def zone(code: str, geometry: BaseGeometry, **attributes: Any) -> ZoneFact:
    return ZoneFact(code, code, attributes, square_metres(area_m2(geometry)), geometry)


def edition(layer: str, kind: str | None = None, **fields: Any) -> Edition:
    return Edition(1, layer, kind or layer, "2024", date(2024, 1, 1), None, "0" * 64, "file", PLANE.proj, **fields)


def layer(key: str, *zones: ZoneFact, kind: str | None = None, reason: NoDataReason | None = None, threshold: Threshold | None = None) -> LayerEvidence:
    if reason == "no-edition":
        return LayerEvidence(key, kind or key, None, reason=reason)
    held = edition(key, kind, threshold=threshold or Threshold())
    return LayerEvidence(key, kind or key, held, tuple(sorted(zones, key=lambda one: one.code)), reason=reason)


def when(**conditions: Any) -> When:
    return When(**conditions)


def more_than(limit: str, operator: str = ">") -> Comparison:
    return Comparison(operator, Decimal(limit))  # type: ignore[arg-type]


def rule(rule_id: str, layer_key: str | None = "red", effect: str = "prohibit", **fields: Any) -> Rule:
    selector = None if layer_key is None else LayerSelector(key=layer_key)
    where = {name: value if isinstance(value, tuple) else (value,) for name, value in fields.pop("where", {}).items()}
    within = fields.pop("within_m", None)
    return Rule(
        rule_id,
        effect,  # type: ignore[arg-type]
        fields.pop("dimension", "space"),
        f"{rule_id} 条文",
        "paraphrase",
        CITATION,
        fields.pop("layer", selector),
        where,
        None if within is None else Decimal(str(within)),
        **fields,
    )


def rules(*held: Rule, ruleset: str = "list", applies_to: tuple[str, ...] = (), requires: tuple[str, ...] = ()) -> RuleSet:
    return RuleSet(ruleset, "2024", date(2024, 1, 1), held, "f" * 64, applies_to=applies_to, requires=requires)


def judged(
    on: Site,
    lists: Sequence[RuleSet],
    layers: Sequence[LayerEvidence],
    project: Project | None = None,
    cells: Sequence[CellOnSite] = (),
    *,
    with_accounts: bool = True,
) -> Decision:
    """The decision in a world of these lists and layers; a layer asked for and not given has no edition."""
    declared = project or Project(industry="C2614", action="new")
    territory = cut(on, cells, "grid/1" if cells else None)
    governing = Governing.of(territory, lists)
    catalogue = [Layer(number, one.layer, one.kind, one.layer) for number, one in enumerate(layers)]
    asked = asked_layers(governing.lists, declared, on.area_m2, catalogue)
    held: dict[str, LayerEvidence] = {one.layer: one for one in layers}
    for key, question in asked.items():
        held.setdefault(key, LayerEvidence(key, question.kind, None, reason="no-edition"))
    return decide(territory, declared, governing, asked, held, with_accounts=with_accounts)


def verdicts(decision: Decision) -> Mapping[str, str]:
    return {name: gate.verdict for name, gate in decision.gates.items()}


def cell(code: str, geometry: BaseGeometry, county: str = "330802000000") -> CellOnSite:
    return CellOnSite((("county", county, county), ("village", code, code)), geometry)
