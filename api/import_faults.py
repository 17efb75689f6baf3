"""The faults of an import's report as places on a map. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any


def faults_of(report: Mapping[str, Any]) -> dict[str, Any]:
    """A FeatureCollection of every violation and every refused row: `kind, reason, row, code, level, cells, area_m2, length_m`.

    Points in lon/lat; a fault without a place has geometry null.
    """
    violations = [_violation(one) for one in report.get("violations", ())]
    rejected = [_rejected(one) for one in report.get("rejected", ())]
    return {"type": "FeatureCollection", "features": violations + rejected}


def _violation(one: Mapping[str, Any]) -> dict[str, Any]:
    cells = list(one["cells"])
    figures = {"area_m2": one["area_m2"], "length_m": one["length_m"]}
    return _feature(
        one["point"], {"kind": one["kind"], "reason": one["detail"], "code": cells[0] if cells else None, "level": one["level"], "cells": cells} | figures
    )


def _rejected(one: Mapping[str, Any]) -> dict[str, Any]:
    return _feature(one["point"], {"kind": "rejected", "reason": one["reason"], "row": one["row"], "code": one["code"]})


_MEMBERS = ("kind", "reason", "row", "code", "level", "cells", "area_m2", "length_m")


def _feature(point: Sequence[float] | None, told: Mapping[str, Any]) -> dict[str, Any]:
    geometry = None if point is None else {"type": "Point", "coordinates": list(point)}
    return {"type": "Feature", "geometry": geometry, "properties": {member: told.get(member) for member in _MEMBERS}}
