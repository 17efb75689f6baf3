"""What could be done about each fault of a level: who gets or gives up the ground, which vertices become one, what that does to the cells.

Pure, and the same for the same level: a fault's id is made of its place and its cells, so that a decision on it outlasts the next reading of
the same file. What is decided is carried out in `mending`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.area import cell_area_m2
from gridgov.geo.coverage import Violation
from gridgov.geo.faults import Text, widest
from gridgov.geo.lattice import to_lattice
from gridgov.geo.plane import site_plane
from gridgov.geo.repair import METRES_PER_DEGREE, plan_repair
from gridgov.geo.trace import canonical

Action = Literal["give", "keep", "trim", "join", "none"]
# Perimeter squared over area above which a region has no room for circles worth seeking; a square has 16.
_LONG_AND_THIN = 5_000


@dataclass(frozen=True, slots=True)
class Effect:
    """What carrying out a proposal alone would do to one cell (an index): m2 before and after."""

    cell: int
    before_m2: float
    after_m2: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fault with what is proposed.

    id: stable. kind: as the fault's. action: `give` uncovered ground to a cell, let one cell `keep` ground covered twice, `trim` what reaches
    beyond the outline, `join` vertices (adding nodes), or `none` (mend the file). cells, to, choices: indices; `to` is who gets or keeps the
    ground, one of `choices`, None where nobody does. width_m: of the widest circle in the region. may_stand: whether it can be allowed as a gap.
    """

    id: str
    kind: str
    action: Action
    cells: tuple[int, ...]
    to: int | None
    choices: tuple[int, ...]
    area_m2: float
    width_m: float
    point: tuple[float, float]
    shape: Polygon | None
    may_stand: bool
    effects: tuple[Effect, ...]
    detail: Text


def propose(faults: Sequence[Violation], cells: Sequence[MultiPolygon], labels: Sequence[str], *, has_outline: bool) -> list[Proposal]:
    """A proposal for every fault, in the order given. cells: the noded level; labels: their codes; has_outline: whether it must fill one."""
    areas: dict[int, float] = {}
    used: dict[str, int] = {}
    made = []
    for fault in faults:
        key = _key(fault, labels)
        used[key] = used.get(key, 0) + 1
        made.append(_proposal(fault, cells, has_outline=has_outline, key=key if used[key] == 1 else f"{key}-{used[key]}", areas=areas))
    return made


def _proposal(fault: Violation, cells: Sequence[MultiPolygon], *, has_outline: bool, key: str, areas: dict[int, float]) -> Proposal:
    action, choices = _choices(fault, cells, has_outline)
    to = choices[0] if choices and action in ("give", "keep") else None
    concerned = choices if action != "trim" else tuple(dict.fromkeys(choices))
    for cell in concerned:
        if cell not in areas:
            areas[cell] = cell_area_m2(cells[cell])
    size_m2 = cell_area_m2(fault.shape) if fault.shape is not None else 0.0
    return Proposal(
        id=key,
        kind=fault.kind,
        action=action,
        cells=fault.cells,
        to=to,
        choices=choices if action in ("give", "keep") else (),
        area_m2=size_m2,
        width_m=_width_m(fault, cells),
        point=fault.point,
        shape=fault.shape,
        may_stand=action == "give" and fault.kind in ("gap", "hole"),
        effects=tuple(Effect(cell, areas[cell], areas[cell] + _change(action, cell == to, size_m2)) for cell in concerned),
        detail=fault.detail,
    )


def _change(action: Action, is_to: bool, size_m2: float) -> float:
    """How the area of a cell changes: who gets grows, who does not keep shrinks."""
    if action == "give":
        return size_m2 if is_to else 0.0
    return -size_m2 if action == "trim" or (action == "keep" and not is_to) else 0.0


def _choices(fault: Violation, cells: Sequence[BaseGeometry], has_outline: bool) -> tuple[Action, tuple[int, ...]]:
    """What can be done, and the cells it can be done with, the proposed one first."""
    if fault.kind in ("invalid", "duplicate") or not fault.cells:
        return "none", fault.cells
    if fault.shape is None:
        return ("join", fault.cells) if fault.kind == "unmatched-edge" else ("none", fault.cells)
    plan = plan_repair(fault, cells, has_outline)
    if plan.kind == "gap":
        return "give", plan.cells
    return ("trim" if plan.kind == "outside-parent" or len(plan.cells) < 2 else "keep"), plan.cells


def _width_m(fault: Violation, cells: Sequence[BaseGeometry]) -> float:
    """Greatest width of the region in metres; of a mismatch without region how far apart its sides are."""
    if fault.shape is None:
        place = shapely.Point(fault.point)
        apart = [float(shapely.distance(place, shapely.boundary(cells[cell]))) for cell in fault.cells]
        return max(apart, default=0.0) * METRES_PER_DEGREE if fault.kind == "unmatched-edge" else 0.0
    ground = site_plane(fault.shape).forward(fault.shape)
    if ground.length**2 > _LONG_AND_THIN * ground.area:
        return widest(fault.shape)[1]
    tolerance = ground.area / ground.length / 50
    return float(2 * shapely.maximum_inscribed_circle(ground, tolerance=tolerance).length)


def _key(fault: Violation, labels: Sequence[str]) -> str:
    """16 hexadecimal digits of where the fault is and whose it is."""
    corners = np.array([fault.point]) if fault.shape is None else shapely.get_coordinates(canonical(fault.shape))
    places = np.ascontiguousarray(to_lattice(corners)).astype("<i8").tobytes()
    cells = "\x00".join(sorted(labels[cell] for cell in fault.cells))
    return hashlib.sha256(places + cells.encode()).hexdigest()[:16]
