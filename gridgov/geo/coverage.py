"""The proof that cells tile, and the name, place and size of everything that stands against it.

The theorem: when every cell is simple and every directed edge is met once by its reverse in a neighbour, except along an outline that is
itself simple, then the cells' winding numbers add up to the outline's, so every place inside is covered by exactly one cell. The proof is
exact: edges cancel on lattice coordinates (`halfedge`), the outline is traced on integers (`trace`). Only the description of a fault, once
one is known to be there, computes with doubles (`faults`). Snapping and noding come before (`noding`); what may be mended is for `repair`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo import faults
from gridgov.geo.area import area_m2, length_m
from gridgov.geo.faults import Border
from gridgov.geo.faults import Text as Text
from gridgov.geo.faults import Violation as Violation
from gridgov.geo.halfedge import half_edges, pair_off, unmatched
from gridgov.geo.lattice import to_degrees
from gridgov.geo.trace import assemble, trace, twice_area
from gridgov.geo.validity import REASONS, invalidity

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TilingProof:
    """ok: the cells tile. violations: everything against it; their `cells` are indices into the input.

    holes: uncovered ground found (the shapes of the violations of kind hole and gap), to be allowed or filled.
    outline: the cells' own outer rings and holes as their edges chain; the exact union when `ok` or when only holes were found.
    """

    ok: bool
    violations: list[Violation]
    holes: list[Polygon]
    outline: MultiPolygon


def prove_tiling(cells: Sequence[BaseGeometry], *, outline: MultiPolygon | None = None, allowed_gaps: Sequence[Polygon] = ()) -> TilingProof:
    """Whether the cells tile the outline, and if not, every overlap, gap, mismatch, duplicate and invalid cell, with its place.

    cells, outline, allowed_gaps: lon/lat on the lattice. outline None = the cells' own outer rings: then uncovered ground inside is a `hole`,
    with an outline it is a `gap`. allowed_gaps: ground that may stay uncovered. No cells tile no outline only.
    """
    with ThreadPoolExecutor(1) as beside:  # GEOS judges the cells while numpy cancels their edges
        validity = beside.submit(invalid_cells, cells)
        edges = half_edges(cells)
        left = unmatched(edges)
        rim = Border(edges.start(left), edges.end(left), edges.cell_of(left))
        found = validity.result()
    own_outline = assemble(trace(rim.start, rim.end))
    border = _net(rim, outline, allowed_gaps)
    found += _against(border, cells, outline, allowed_gaps)
    shapes = [fault.shape for fault in found if fault.kind in ("hole", "gap") and fault.shape is not None]
    return TilingProof(not found, found, shapes, own_outline)


def _against(border: Border, cells: Sequence[BaseGeometry], outline: MultiPolygon | None, allowed_gaps: Sequence[Polygon]) -> list[Violation]:
    """What the edges left over tell. None left and an outline given: nothing. No outline: they must be one, and what they enclose is a hole."""
    rings = trace(border.start, border.end)
    seams = faults.seams(rings, border)
    rings = [ring for ring in rings if twice_area(ring)]
    if outline is None and _is_outline(rings):
        found = seams + faults.holes(rings, border, allowed_gaps)
        return found + faults.mismatches(border, found)
    if not rings:
        return seams
    found = seams + faults.regions(border, cells, outline, allowed_gaps)
    if outline is None:
        found += faults.mismatches(border, found)
    allowed = shapely.union_all(np.array(list(allowed_gaps), dtype=object))
    # Not proved is not tiling: an edge left over must be told of, unless it runs inside a gap that may be there.
    return found or faults.unexplained([ring for ring in rings if not allowed.covers(Polygon(to_degrees(ring)))], border)


def _is_outline(rings: Sequence[Ints]) -> bool:
    """Whether the rings bound one clean area, each used once: then the theorem holds inside it."""
    area = assemble(rings)
    return bool(area.is_valid) and sum(1 + len(part.interiors) for part in area.geoms) == len(rings)


def _net(rim: Border, outline: MultiPolygon | None, allowed_gaps: Sequence[Polygon]) -> Border:
    """The cells' rim less the outline and less the allowed gaps that fit into it, edge for edge."""
    backwards = _edges_of([outline])[:, [2, 3, 0, 1]] if outline is not None else np.empty((0, 4), dtype=np.int64)
    turned = {tuple(edge) for edge in np.hstack([rim.end, rim.start]).tolist()} if allowed_gaps else set()
    gaps = [_edges_of([gap]) for gap in allowed_gaps]
    fitting = [edges for edges in gaps if all(tuple(edge) in turned for edge in edges.tolist())]
    extra = np.concatenate([backwards, *fitting])
    if not len(extra):
        return rim
    start, end = np.concatenate([rim.start, extra[:, :2]]), np.concatenate([rim.end, extra[:, 2:]])
    cell = np.concatenate([rim.cell, np.full(len(extra), faults.NO_CELL)])
    left = np.flatnonzero(pair_off(start, end) < 0)
    return Border(start[left], end[left], cell[left])


def _edges_of(geometries: Sequence[BaseGeometry]) -> Ints:
    """Directed edges (n, 4) of polygons, the area on their left."""
    edges = half_edges(geometries)
    return np.hstack([edges.start(edges.edge), edges.end(edges.edge)])


def invalid_cells(cells: Sequence[BaseGeometry]) -> list[Violation]:
    """The cells that are empty or not simple.

    GEOS judges the stored doubles with robust predicates. They differ from the exact decimals by at most 1e-14 degree, which can hide only a
    touch, never a crossing that covers ground.
    """
    geometries = np.empty(len(cells), dtype=object)
    geometries[:] = cells
    found = []
    for index in np.flatnonzero(~shapely.is_valid(geometries) | shapely.is_empty(geometries)).tolist():
        reason, place = invalidity(geometries[index])
        en, zh = REASONS.get(reason, (reason, reason)) if not geometries[index].is_empty else ("the cell is empty", "网格为空")
        text = Text(f"The cell is not a clean polygon: {en}.", f"网格图形不合规：{zh}。")
        corner = shapely.get_coordinates(geometries[index])[:1].ravel().tolist() or [0.0, 0.0]
        found.append(Violation("invalid", (index,), area_m2(geometries[index]), length_m(geometries[index]), place or (corner[0], corner[1]), text))
    return found
