"""An answered check as a line of a list and as features for a map: only what its stored document holds, which was cut down for its asker. Pure."""

import json
from collections.abc import Mapping
from typing import Any

import shapely

Document = Mapping[str, Any]

_ZONE = ("layer", "kind", "edition", "code", "name", "certainty")
_FIGURES = ("overlap_m2", "overlap_m", "site_share", "zone_share", "distance_m", "width_m")


def list_item(document: Document, *, asked_by: str, asked_at: str) -> dict[str, Any]:
    """The check in a list: verdict, sentence, project, and where it lies (a point on the site and its box, lon/lat)."""
    request, geometry = document["request"], shapely.from_geojson(json.dumps(document["site"]["geometry"]))
    inside = geometry.representative_point()
    return {
        "id": document["id"],
        "verdict": document["verdict"],
        "name": request["project"]["name"],
        "industry": request["industry"],
        "on": document["on"],
        "asked_at": asked_at,
        "asked_by": asked_by,
        "area_m2": document["site"]["area_m2"],
        "summary": document["summary"],
        "summary_en": document["summary_en"],
        "point": [round(inside.x, 9), round(inside.y, 9)],
        "bbox": [round(side, 9) for side in geometry.bounds],
    }


def findings_features(document: Document) -> dict[str, Any]:
    """A GeoJSON FeatureCollection: the site, then each finding with its overlap; null where there is none or it is not shown.

    Layers found clear, without data, and the gates stand beside the features as members of the collection.
    """
    said = ("id", "verdict", "summary", "summary_en", "on", "known_at", "gates", "clear", "no_data", "checksum")
    features = [_site(document), *(_finding(finding) for finding in document["findings"])]
    return {"type": "FeatureCollection", **{key: document[key] for key in said}, "features": features}


def _site(document: Document) -> dict[str, Any]:
    site, request = document["site"], document["request"]
    properties = {
        "part": "site",
        "verdict": document["verdict"],
        "name": request["project"]["name"],
        "industry": request["industry"],
        "action": request["action"],
        "on": document["on"],
        "area_m2": site["area_m2"],
        "length_m": site["length_m"],
        "cells": ", ".join(cell["code"] for cell in site["cells"]),
        "summary": document["summary"],
    }
    return {"type": "Feature", "id": "site", "properties": properties, "geometry": site["geometry"]}


def _finding(finding: Document) -> dict[str, Any]:
    zone, rule = finding["zone"] or {}, finding["rule"] or {}
    citation = rule.get("citation") or {}
    properties = {
        "part": "finding",
        "finding": finding["id"],
        **{key: finding[key] for key in ("effect", "matched", "relation", "jurisdiction", "below_threshold", "lifted_by")},
        **{key if key in ("layer", "edition", "certainty") else f"zone_{key}": zone.get(key) for key in _ZONE},
        **{key: finding[key] for key in _FIGURES},
        "ruleset": rule.get("ruleset"),
        "ruleset_edition": rule.get("edition"),
        "rule": rule.get("id"),
        "dimension": rule.get("dimension"),
        "text": rule.get("text"),
        "instrument": citation.get("instrument"),
        "article": citation.get("article"),
        "citation_status": citation.get("status"),
        "needs": ", ".join(finding["needs"]),
    }
    return {"type": "Feature", "id": finding["id"], "properties": properties, "geometry": finding["overlap"]}
