"""Closing what is narrow: gaps and overlaps no wider than asked, each change listed, anything wider left for the proof to refuse.

Ground covered twice stays with the first of its cells, uncovered ground goes to the neighbour with the longest border along it; so both sides
come to have one line, and vertices that were that near become the same. What the level is afterwards is proved, not assumed: noding runs
after every pass, and whoever calls proves the result.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.coverage import Violation, prove_tiling
from gridgov.geo.lattice import to_lattice
from gridgov.geo.level import Level
from gridgov.geo.noding import Noded, Rounding, node_level
from gridgov.geo.plane import site_plane

MOST_METRES = 50.0
METRES_PER_DEGREE = 111_319.49
_MOST_PASSES = 5
_ON_BORDER = 2e-10
_NARROWEST = 1e-9
_MISMATCH_DEGREES = 3e-8


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing closed. kind: gap, overlap, outside-parent or unmatched-edge (vertices joined). cells: indices; a gap went to the first.

    area_m2: ground that changed hands. point: lon, lat.
    """

    kind: str
    cells: tuple[int, ...]
    area_m2: float
    point: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Repaired:
    """cells: canonical, on the lattice, one for each given. repairs, rounding: every change made."""

    cells: list[MultiPolygon]
    repairs: list[Repair]
    rounding: list[Rounding]
    outline: MultiPolygon | None = None


def repair_level(cells: Sequence[BaseGeometry], *, metres: float, outline: MultiPolygon | None = None, allowed_gaps: Sequence[Polygon] = ()) -> Repaired:
    """The level with every gap, overlap and mismatch closed in which no circle wider than `metres` fits; wider ones stay as they are.

    cells: valid polygons or multipolygons in lon/lat degrees. metres: at most 50. outline: what the cells must fill; None = their own.
    Raises ValueError for metres out of range.
    """
    if not 0 <= metres <= MOST_METRES:
        raise ValueError(f"metres must be between 0 and {MOST_METRES:.0f}")
    noded = node_level(cells, outline=outline)
    best, left = _run(noded, metres, allowed_gaps, zip_first=True)
    if left:
        # Bringing vertices together can fold a cell; giving the ground between them to one side cannot.
        other, left_other = _run(noded, metres, allowed_gaps, zip_first=False)
        best = other if left_other < left else best
    return best


def _run(noded: Noded, metres: float, allowed_gaps: Sequence[Polygon], *, zip_first: bool) -> tuple[Repaired, int]:
    """One way of closing what is narrow, and how many narrow faults and unclean cells it leaves."""
    rounding = list(noded.rounding)
    listed: dict[tuple[str, tuple[int, ...], tuple[float, float]], Repair] = {}
    for step in range(_MOST_PASSES + 1):
        proof = prove_tiling(noded.cells, outline=noded.outline, allowed_gaps=allowed_gaps)
        narrow = [fault for fault in proof.violations if _is_narrow(fault, metres)]
        if not narrow or step == _MOST_PASSES:
            break
        plans = [plan_repair(fault, noded.cells, noded.outline is not None) for fault in narrow]
        listed.update({(plan.kind, plan.cells, plan.point): plan for plan in plans})
        # First the vertices of both sides are brought together; what is left between them then is given to one side.
        noded = _zipped(noded, narrow, metres) if zip_first and step == 0 else _filled(noded, narrow, plans)
        rounding += noded.rounding
    unclean = sum(fault.kind == "invalid" for fault in proof.violations)
    return Repaired(noded.cells, list(listed.values()), rounding, noded.outline), len(narrow) + unclean


def _zipped(noded: Noded, faults: Sequence[Violation], metres: float) -> Noded:
    shapes = np.empty(len(noded.cells) + (noded.outline is not None), dtype=object)
    shapes[:] = noded.cells if noded.outline is None else [*noded.cells, noded.outline]
    level = Level(shapes, has_outline=noded.outline is not None)
    corners = [corner for fault in faults for corner in (fault.shape.exterior.coords if fault.shape is not None else [fault.point])]
    places = {(int(x), int(y)) for x, y in to_lattice(np.array(corners)).tolist()}
    reach_deg = metres / METRES_PER_DEGREE
    level.join_near(places, reach_deg)
    level.add_near(places, reach_deg)
    found = list(level.shapes)
    return node_level(found[: len(noded.cells)], outline=found[-1] if noded.outline is not None else None, after_repair=True)


def plan_repair(fault: Violation, cells: Sequence[BaseGeometry], has_outline: bool) -> Repair:
    """What is to be done about a fault: the first cell named keeps or gets the ground."""
    if fault.shape is None:
        return Repair("unmatched-edge", fault.cells, 0.0, fault.point)
    over = [cell for cell in fault.cells if shapely.intersects(cells[cell], shapely.point_on_surface(fault.shape))]
    if over:
        kind = "outside-parent" if fault.kind == "outside-parent" or (len(over) == 1 and has_outline) else "overlap"
        return Repair(kind, tuple(over), fault.area_m2, fault.point)
    receiver = _longest_border(fault, cells)
    return Repair("gap", (receiver, *(cell for cell in fault.cells if cell != receiver)), fault.area_m2, fault.point)


def _is_narrow(fault: Violation, metres: float) -> bool:
    """Whether no circle of that diameter fits into the region; a mismatch without a region is narrower than any."""
    if fault.kind in ("invalid", "duplicate") or metres == 0 or not fault.cells:
        return False
    if fault.shape is None:
        return fault.kind == "unmatched-edge"
    plane = site_plane(fault.shape)
    return bool(shapely.is_empty(shapely.buffer(plane.forward(fault.shape), -metres / 2)))


def _filled(noded: Noded, faults: Sequence[Violation], plans: Sequence[Repair]) -> Noded:
    cells: list[BaseGeometry] = list(noded.cells)
    given: dict[int, list[Polygon]] = defaultdict(list)
    taken: dict[int, list[Polygon]] = defaultdict(list)
    for fault, plan in zip(faults, plans, strict=True):
        if fault.shape is None:
            _join(cells, plan)
        elif plan.kind == "gap":
            given[plan.cells[0]].append(fault.shape)
        else:
            for cell in plan.cells[1:] or plan.cells:
                taken[cell].append(fault.shape)
    for cell, shapes in taken.items():
        cells[cell] = solid(shapely.difference(cells[cell], shapely.union_all(np.array(shapes, dtype=object))), noded.cells[cell])
    for cell, shapes in given.items():
        cells[cell] = solid(shapely.union_all(np.array([cells[cell], *shapes], dtype=object)), cells[cell])
    return node_level(cells, outline=noded.outline, after_repair=True)


def _join(cells: list[BaseGeometry], plan: Repair) -> None:
    """Brings the vertices of the cells at a mismatch together, on the first of them."""
    first, *rest = plan.cells
    for one, other in [*((cell, first) for cell in rest), *((first, cell) for cell in rest)]:
        snapped = shapely.snap(cells[one], cells[other], _MISMATCH_DEGREES)
        cells[one] = snapped if snapped.is_valid and not snapped.is_empty else cells[one]


def _longest_border(fault: Violation, cells: Sequence[BaseGeometry]) -> int:
    points = shapely.get_coordinates(shapely.boundary(fault.shape))
    middle = shapely.points((points[1:] + points[:-1]) / 2)
    length = np.hypot(*np.diff(points, axis=0).T)
    along = [float(length[shapely.dwithin(middle, shapely.boundary(cells[cell]), _ON_BORDER)].sum()) for cell in fault.cells]
    return fault.cells[int(np.argmax(along))]


def solid(shape: BaseGeometry, before: BaseGeometry) -> BaseGeometry:
    """The polygon parts wide enough to survive the lattice, as a multipolygon; the cell as it was when nothing would be left."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and 2 * part.area > _NARROWEST * part.length]
    return MultiPolygon(parts) if parts else before
