"""One siting question against the world of one day: the pure path every face and every batch takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gridgov.admission.decide import Decision, Governing, decide
from gridgov.admission.document import Occasion, make_document
from gridgov.admission.gather import LayerSource, gather_evidence
from gridgov.admission.request import SitingRequest
from gridgov.admission.rule import RuleSet
from gridgov.admission.territory import CellOnSite, cut
from gridgov.zones.edition import Edition, Layer


@dataclass(frozen=True, slots=True)
class World:
    """What holds on a day. catalogue: every layer ever registered. in_force: its edition on the day, by layer key."""

    on: date
    lists: Sequence[RuleSet]
    catalogue: Sequence[Layer]
    in_force: Mapping[str, Edition]


def decide_request(
    request: SitingRequest, world: World, source: LayerSource, *, cells: Sequence[CellOnSite], revision: str | None, occasion: Occasion
) -> tuple[Decision, dict[str, Any]]:
    """The decision on a question and its document. cells: the leaf cells near the site; revision: the state of the grid, None = none."""
    territory = cut(request.site, cells, revision)
    governing = Governing.of(territory, world.lists)
    asked = governing.asked(request.site, request.project, world.catalogue)
    layers = gather_evidence(request.site, asked, world.in_force, source)
    decision = decide(territory, request.project, governing, asked, layers)
    spoken = set(asked) | {finding.layer for finding in decision.findings if finding.layer}
    editions = {key: layers[key].edition for key in spoken}
    return decision, make_document(replace(request, on=world.on), territory, decision, editions, occasion)
