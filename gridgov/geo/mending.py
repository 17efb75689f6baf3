"""Carrying out what was decided about the faults of a level, and nothing else.

Only cells named in a decided fault change, and neighbours get a node where a new line meets their edge; every other cell keeps its
coordinates bit for bit. Slivers that the cutting itself leaves in the decided ground (narrower than 2 mm) go the same way. What the level is
afterwards is for the proof to say.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, Refused
from gridgov.geo.coverage import prove_tiling
from gridgov.geo.lattice import to_lattice
from gridgov.geo.level import Level
from gridgov.geo.noding import Noded, Rounding, node_level
from gridgov.geo.proposals import Proposal, propose
from gridgov.geo.repair import METRES_PER_DEGREE, solid

_MOST_PASSES = 8
# Around decided ground vertices may change this far away: 5 mm.
_AROUND = 5e-8
# What is left over by cutting is narrower than this.
_LEFT_OVER_M = 0.002


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided about one fault. to: the cell (its code) that gets or keeps the ground, None = as proposed.

    reason: the ground is allowed as a gap for this reason, None = it is mended.
    """

    fault: str
    to: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Accepts the proposal for every fault narrower than `width_m` metres and smaller than `area_m2`, of the kinds named (none = of every kind)."""

    width_m: float
    area_m2: float
    kinds: frozenset[str] = frozenset()

    def holds(self, one: Proposal) -> bool:
        """Whether the rule speaks of a proposal."""
        return one.action != "none" and one.width_m < self.width_m and one.area_m2 < self.area_m2 and (not self.kinds or one.kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Mended:
    """cells, outline: the level after it. done: every fault decided, with its ruling. unused: ids of rulings on no fault found.

    gaps: the ground allowed to stand, with the reason.
    """

    cells: list[MultiPolygon]
    outline: MultiPolygon | None
    rounding: list[Rounding]
    done: list[tuple[Proposal, Ruling]]
    gaps: list[tuple[Polygon, str]]
    unused: list[str]


def mend(noded: Noded, labels: Sequence[str], rulings: Sequence[Ruling], *, rules: Sequence[Rule] = (), allowed_gaps: Sequence[Polygon] = ()) -> Mended:
    """The noded level with the rulings carried out. labels: the cells' codes.

    Raises Refused for a ruling that its fault does not admit, with the pointer `/decisions/<index>`.
    """
    asked = {ruling.fault: (index, ruling) for index, ruling in enumerate(rulings)}
    listed: dict[str, tuple[Proposal, Ruling]] = {}
    near: BaseGeometry = Polygon()
    rounding: list[Rounding] = []
    gaps: list[tuple[Polygon, str]] = []
    for _ in range(_MOST_PASSES):
        standing = [*allowed_gaps, *(ground for ground, _ in gaps)]
        found = propose(
            prove_tiling(noded.cells, outline=noded.outline, allowed_gaps=standing).violations, noded.cells, labels, has_outline=noded.outline is not None
        )
        ruled = [(one, _ruling(one, asked, rules, labels)) for one in found]
        decided = [(one, ruling) for one, ruling in ruled if ruling is not None]
        fresh = [pair for pair in decided if pair[0].id not in listed]
        left_over = [(one, Ruling(one.id)) for one, ruling in ruled if ruling is None and _is_left_over(one, near)]
        listed.update({one.id: (one, ruling) for one, ruling in decided if one.id not in listed})
        gaps += [(one.shape, ruling.reason) for one, ruling in fresh if ruling.reason is not None and one.shape is not None]
        work = [(one, ruling) for one, ruling in [*decided, *left_over] if ruling.reason is None]
        if not work and not fresh:
            break
        if work:
            near = shapely.union_all(np.array([near, *(_ground(one) for one, _ in work)], dtype=object))
            noded = _carried_out(noded, work, labels, near)
            rounding += noded.rounding
    unused = [ruling.fault for ruling in rulings if ruling.fault not in listed]
    return Mended(noded.cells, noded.outline, rounding, list(listed.values()), gaps, unused)


def _ruling(one: Proposal, asked: Mapping[str, tuple[int, Ruling]], rules: Sequence[Rule], labels: Sequence[str]) -> Ruling | None:
    """What was decided about a fault: of its own, else by rule; None = nothing."""
    index, ruling = asked.get(one.id, (0, None))
    if ruling is None:
        return Ruling(one.id) if any(rule.holds(one) for rule in rules) else None
    pointer = f"/decisions/{index}"
    if one.action == "none":
        raise _refused(pointer, "This fault has to be mended in the file.", "此处问题须在文件中修改。")
    if ruling.reason is not None and not one.may_stand:
        raise _refused(pointer, "Only uncovered ground can be allowed as a gap.", "只有未被覆盖的范围才能登记为允许空隙。")
    if ruling.to is not None and ruling.to not in {labels[cell] for cell in one.choices}:
        raise _refused(pointer, "The ground can only go to one of the cells beside it.", "该范围只能划归与其相邻或重叠的网格。")
    return ruling


def _refused(pointer: str, en: str, zh: str) -> Refused:
    return Refused(en, zh, faults=[Fault(pointer, en, zh)])


def _is_left_over(one: Proposal, near: BaseGeometry) -> bool:
    return one.action != "none" and one.width_m < _LEFT_OVER_M and bool(near.covers(one.shape or shapely.Point(one.point)))


def _ground(one: Proposal) -> BaseGeometry:
    ground = shapely.Point(one.point) if one.shape is None else one.shape
    return ground.buffer(max(_AROUND, 2 * one.width_m / METRES_PER_DEGREE if one.shape is None else 0.0), quad_segs=2)


def _carried_out(noded: Noded, work: Sequence[tuple[Proposal, Ruling]], labels: Sequence[str], near: BaseGeometry) -> Noded:
    cells: list[BaseGeometry] = list(noded.cells)
    given: dict[int, list[Polygon]] = defaultdict(list)
    taken: dict[int, list[Polygon]] = defaultdict(list)
    for one, ruling in work:
        if one.shape is None:
            continue
        to = one.to if ruling.to is None else next(cell for cell in one.choices if labels[cell] == ruling.to)
        if one.action == "give" and to is not None:
            given[to].append(one.shape)
        else:
            for effect in one.effects:
                if effect.cell != to:
                    taken[effect.cell].append(one.shape)
    for cell, shapes in taken.items():
        cells[cell] = solid(shapely.difference(cells[cell], shapely.union_all(np.array(shapes, dtype=object))), noded.cells[cell])
    for cell, shapes in given.items():
        cells[cell] = solid(shapely.union_all(np.array([cells[cell], *shapes], dtype=object)), cells[cell])
    again = node_level(cells, outline=noded.outline, after_repair=True, within=near)
    joins = [one for one, _ in work if one.shape is None]
    return _joined(again, joins, near) if joins else again


def _joined(noded: Noded, joins: Sequence[Proposal], near: BaseGeometry) -> Noded:
    """Brings the vertices at each mismatch together, or adds them to the edge they lie beside."""
    shapes = np.empty(len(noded.cells) + (noded.outline is not None), dtype=object)
    shapes[:] = noded.cells if noded.outline is None else [*noded.cells, noded.outline]
    level = Level(shapes, has_outline=noded.outline is not None)
    corners = shapely.get_coordinates(shapely.MultiPolygon([part for one in joins for cell in one.cells for part in noded.cells[cell].geoms]))
    for one in joins:
        reach = 1.5 * one.width_m / METRES_PER_DEGREE + 3e-9
        beside = corners[np.abs(corners - np.array(one.point)).max(axis=1) <= 2 * reach]
        places = {(int(x), int(y)) for x, y in to_lattice(beside).tolist()}
        level.join_near(places, reach)
        level.add_near(places, reach)
    found = list(level.shapes)
    after = node_level(found[: len(noded.cells)], outline=found[-1] if noded.outline is not None else None, after_repair=True, within=near)
    return Noded(after.cells, [*noded.rounding, *after.rounding], after.outline)
