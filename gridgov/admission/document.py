"""The verdict as a document: plain JSON data in the words of the public contract, and the checksum over it.

Every figure is a decimal string of fixed scale, every list has a stated order, coordinates stand at 1e-9 degree. The checksum covers
everything but the id, the time, itself and the signature; the author stands on the record, not in the document. The bytes that are
answered are the bytes that are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from gridgov import __version__
from gridgov.admission.canonical import checksum
from gridgov.admission.decide import Clear, Decision, Silence
from gridgov.admission.figures import ZERO_M, ZERO_M2, share_of
from gridgov.admission.findings import Finding, Left
from gridgov.admission.request import SitingRequest
from gridgov.admission.rule import Citation, Rule, RuleSet
from gridgov.admission.site import Site
from gridgov.admission.summary import summarise
from gridgov.admission.territory import CellPart, Territory
from gridgov.zones.edition import Edition

ENGINE = f"gridgov {__version__} / GEOS {shapely.geos_version_string} / PROJ {pyproj.proj_version_str}"
_NOT_CHECKSUMMED = {"id", "known_at", "checksum", "signature"}


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the document says about its making, none of which enters the checksum."""

    check_id: str
    known_at: datetime


def make_document(
    request: SitingRequest, territory: Territory, decision: Decision, editions: Mapping[str, Edition | None], occasion: Occasion
) -> dict[str, Any]:
    """The document of contract `POST /siting-checks`. editions: of every asked or noted layer, None where none is in force."""
    site = territory.site
    document: dict[str, Any] = {
        "id": occasion.check_id,
        "known_at": occasion.known_at.isoformat(),
        "on": _day(request.on),
        "verdict": decision.verdict,
        "request": request.as_json(),
        "site": _site(site, territory),
        "findings": [{"id": f"F{number}", **_finding(finding, site)} for number, finding in enumerate(decision.findings, 1)],
        "clear": [_clear(one) for one in decision.clear],
        "no_data": [_silence(one) for one in decision.no_data],
        "gates": {name: {"verdict": gate.verdict, "asked": gate.asked} for name, gate in decision.gates.items()},
        "robustness": None,
        "eia": None,
        "editions": {
            "cells": territory.revision,
            "layers": {key: _edition(edition) for key, edition in sorted(editions.items()) if edition is not None},
            "rules": {rules.ruleset: {"edition": rules.edition, "sha256": rules.sha256} for rules in decision.lists},
            "engine": ENGINE,
        },
        "signature": None,
    }
    return sealed({**document, **summarise(document)})


def sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with its checksum."""
    return {**document, "checksum": document_checksum(document)}


def document_checksum(document: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical form (RFC 8785) of all that a replay must give again."""
    return checksum({key: value for key, value in document.items() if key not in _NOT_CHECKSUMMED})


def geometry_json(geometry: BaseGeometry) -> dict[str, Any] | None:
    """GeoJSON of a lattice geometry: coordinates at 1e-9, no negative zero; None for an empty one."""
    if geometry.is_empty:
        return None
    mapped = geometry.__geo_interface__
    return {"type": mapped["type"], "coordinates": _coordinates(mapped["coordinates"])}


def _coordinates(value: Any) -> Any:
    if isinstance(value, float | int):
        return round(float(value), 9) + 0.0
    return [_coordinates(item) for item in value]


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _site(site: Site, territory: Territory) -> dict[str, Any]:
    return {
        "kind": site.kind,
        "area_m2": _text(site.area_m2),
        "length_m": _text(site.length_m),
        "geometry": geometry_json(site.source),
        "cells": [_cell(part, site) for part in territory.parts],
    }


def _cell(part: CellPart, site: Site) -> dict[str, Any]:
    level, code, name = part.chain[-1]
    return {
        "code": code,
        "level": level,
        "name": name,
        "area_m2": _text(part.size) if site.kind == "polygon" else None,
        "length_m": _text(part.size) if site.kind == "line" else None,
        "share": _text(part.share),
        "parents": [{"level": above, "code": its_code, "name": its_name} for above, its_code, its_name in part.chain[:-1]],
    }


def _finding(finding: Finding, site: Site) -> dict[str, Any]:
    return {
        "effect": finding.effect,
        "matched": str(finding.matched),
        "relation": finding.relation,
        "jurisdiction": finding.jurisdiction,
        "zone": _zone(finding),
        **_figures(finding, site),
        "rule": _rule(finding.rules, finding.rule) if finding.rule and finding.rules else None,
        "threshold": _threshold(finding),
        "below_threshold": finding.below_threshold,
        "lifted_by": finding.lifted_by,
        "left": _left(finding.left),
        "needs": list(finding.needs),
        "not_shown": list(finding.not_shown),
        "conditions": [dict(condition) for condition in finding.rule.conditions] if finding.rule else [],
    }


def _left(left: Left | None) -> dict[str, Any] | None:
    if left is None:
        return None
    common = left.common
    return {"lifted_by": left.lifted_by, "area_m2": _text(common.area_m2), "length_m": _text(common.length_m), "width_m": _text(common.width_m)}


def _zone(finding: Finding) -> dict[str, Any] | None:
    if finding.evidence is None or finding.evidence.edition is None or finding.zone is None:
        return None
    edition = finding.evidence.edition
    return {
        "layer": edition.layer,
        "edition": edition.edition,
        "code": finding.zone.code,
        "name": finding.zone.name,
        "kind": edition.kind,
        "certainty": edition.certainty,
        "attributes": dict(finding.zone.attributes),
    }


def _figures(finding: Finding, site: Site) -> dict[str, Any]:
    common, polygon = finding.common, site.kind == "polygon"
    if common is None or finding.zone is None:
        return dict.fromkeys(("overlap_m2", "overlap_m", "site_share", "zone_share", "overlap", "distance_m", "width_m"))
    area = (common.area_m2 or ZERO_M2) if polygon else None
    length = (common.length_m or ZERO_M) if site.kind == "line" else None
    share = share_of(area, site.area_m2) if area is not None and site.area_m2 else None
    if length is not None and site.length_m:
        share = share_of(length, site.length_m)
    return {
        "overlap_m2": _text(area),
        "overlap_m": _text(length),
        "site_share": _text(share),
        "zone_share": _text(share_of(area, finding.zone.area_m2)) if area is not None else None,
        "overlap": geometry_json(common.part),
        "distance_m": _text(finding.distance_m),
        "width_m": _text(common.width_m or ZERO_M) if polygon else None,
    }


def _threshold(finding: Finding) -> dict[str, Any] | None:
    if finding.evidence is None or finding.evidence.edition is None:
        return None
    threshold = finding.evidence.edition.threshold
    return {"area_m2": f"{threshold.area_m2:.2f}", "width_m": f"{threshold.width_m:.3f}"}


def _rule(rules: RuleSet, rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "ruleset": rules.ruleset,
        "edition": rules.edition,
        "dimension": rule.dimension,
        "text": rule.text,
        "text_kind": rule.text_kind,
        "within_m": _text(rule.within_m),
        "citation": _citation(rule.citation),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "instrument": citation.instrument,
        "article": citation.article,
        "url": citation.url,
        "in_force_from": _day(citation.in_force_from),
        "in_force_to": _day(citation.in_force_to),
        "status": citation.status,
    }


def _clear(clear: Clear) -> dict[str, Any]:
    evidence = clear.evidence
    nearest = evidence.nearest
    return {
        "layer": evidence.layer,
        "edition": evidence.edition.edition if evidence.edition else None,
        "nearest": None if nearest is None else {"zone": nearest.zone, "distance_m": str(nearest.distance_m)},
    }


def _silence(silence: Silence) -> dict[str, Any]:
    return {
        "layer": silence.layer,
        "reason": silence.reason,
        "uncovered_m2": _text(silence.uncovered_m2),
        "uncovered_m": _text(silence.uncovered_m),
    }


def _edition(edition: Edition) -> dict[str, Any]:
    return {
        "edition": edition.edition,
        "sha256": edition.sha256,
        "coverage": edition.coverage_kind,
        "disclosure": edition.disclosure,
        "effective_from": edition.effective_from.isoformat(),
        "accuracy_m": edition.accuracy_m,
        "document": edition.document,
    }
