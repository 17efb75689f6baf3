"""What an asker may read of a layer: the document is cut down per layer before it is sealed, never after.

`public` shows all; `named` hides geometry, gives areas to three significant figures and distances in bands; `restricted` leaves the
effect and the clause. Supervisors, admins and the operator of the command line see everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Any, Literal

from gridgov.admission.document import sealed
from gridgov.admission.summary import summarise
from gridgov.zones.disclosure import FULL_ROLES, rough

Role = Literal["inspector", "planner", "supervisor", "admin", "system"]

# Upper ends of the distance bands in metres; what lies beyond the last is "more".
_BANDS = (0, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000)
_FIGURES = ("overlap_m2", "overlap_m", "site_share", "zone_share", "width_m")
_HIDDEN = (*_FIGURES, "overlap", "distance_m")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: account name, or `os:<user>` on the command line (role `system`)."""

    name: str
    role: Role

    @property
    def sees_everything(self) -> bool:
        """Whether no layer is hidden from this asker."""
        return self.role in FULL_ROLES


def disclose(document: Mapping[str, Any], asker: Asker) -> dict[str, Any]:
    """The document as this asker may have it, sealed anew."""
    levels = {key: layer["disclosure"] for key, layer in document["editions"]["layers"].items()}
    if asker.sees_everything or all(level == "public" for level in levels.values()):
        return dict(document)
    # What an exception leaves tells the exception's own ground, whichever layer it is of.
    findings = [{**_finding(finding, levels), "left": None} for finding in document["findings"]]
    clear = [_clear(one, levels.get(one["layer"], "public")) for one in document["clear"]]
    reduced = {**{key: value for key, value in document.items() if key != "checksum"}, "findings": findings, "clear": clear, "reduced": True}
    # The sentence is made anew of what is left, so that it names nothing else.
    return sealed({**reduced, **summarise(reduced)})


def _finding(finding: Mapping[str, Any], levels: Mapping[str, str]) -> dict[str, Any]:
    zone = finding["zone"]
    level = "public" if zone is None else levels[zone["layer"]]
    if level == "public":
        return dict(finding)
    if level == "named":
        figures = {key: rough(finding[key]) for key in _FIGURES}
        return {**finding, **figures, "overlap": None, "distance_m": _band(finding["distance_m"])}
    hidden = {**zone, "code": None, "name": None, "attributes": {}}
    return {**finding, **dict.fromkeys(_HIDDEN), "zone": hidden, "relation": None, "needs": []}


def _clear(one: Mapping[str, Any], level: str) -> dict[str, Any]:
    if level == "public" or one["nearest"] is None:
        return dict(one)
    if level == "restricted":
        return {**one, "nearest": None}
    return {**one, "nearest": {**one["nearest"], "distance_m": _band(one["nearest"]["distance_m"])}}


def _band(distance: str | None) -> str | None:
    if distance is None:
        return None
    metres = Decimal(distance)
    for low, high in pairwise(_BANDS):
        if metres <= high:
            return f"{low}-{high}"
    return f">{_BANDS[-1]}"
