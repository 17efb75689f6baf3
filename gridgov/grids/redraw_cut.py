"""Cells cut in pieces and put together: split, merge."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gridgov.geo.exact import Edge, Place, undirected
from gridgov.geo.line_noding import TAU, apart_m, crosses_itself, fit_line, foot
from gridgov.geo.relabel import lies_in
from gridgov.geo.trace import nested
from gridgov.grids.operation import SNAP_M, Merge, Part, Split
from gridgov.grids.redraw_state import Drafting, refusal

Ints = NDArray[np.int64]


def split(draft: Drafting, asked: Split) -> Split:
    """Cuts a leaf along a line; gives the operation with every code filled in.

    Only the cell's own edges are met: what of the line lies outside, and ends that dangle inside, count for nothing.
    """
    code = draft.require_leaf(asked.cell, "/cell")
    mesh = draft.mesh
    if (place := crosses_itself(asked.line)) is not None:
        raise refusal("/line", "the line crosses or touches itself here", "该线在此处自相交或自相接", place)
    line = _to_the_boundary(draft, code, asked.line)
    fitted = fit_line(mesh, line, lambda low, high: mesh.array_of(code))
    pieces = _undangled(draft, code, _inside(draft, code, fitted.line))
    faces = _faces(draft, code, pieces)
    order = _in_line_order(faces, pieces)
    before = len(mesh.rings(mesh.edges[code])[0])
    if len(faces) <= before or not order:
        raise refusal(
            "/line",
            f"the line does not cut {draft.named(code)}: it must cross it from edge to edge",
            f"该线未将 {draft.named(code)} 切开，须自边界画至边界",
            line[0],
        )
    if len(order) != len(asked.parts):
        raise refusal(
            "/parts",
            f"the line cuts {draft.named(code)} into {len(order)} pieces, {len(asked.parts)} are named",
            f"该线将 {draft.named(code)} 切为 {len(order)} 块，但给出了 {len(asked.parts)} 个名称",
            line[0],
        )
    parent = draft.leaves[code][1]
    draft.end(code)
    parts = tuple(Part(part.name, _code_of(draft, part, index, code, parent)) for index, part in enumerate(asked.parts))
    _require_different([str(part.code) for part in parts])
    untouched = [face for index, face in enumerate(faces) if index not in order]
    _hand_out(draft, code, [faces[index] for index in order], untouched, [str(part.code) for part in parts])
    for part in parts:
        draft.leaves[str(part.code)] = (part.name, parent)
    draft.say_moved(fitted.moved)
    counts = {str(part.code): 1 for part in parts} | {str(parts[0].code): 1 + len(untouched)}
    draft.settle(shaped=list(counts), parts=counts)
    return Split(code, asked.line, parts)


def merge(draft: Drafting, asked: Merge) -> Merge:
    """Makes one leaf of several of the same parent that hang together by common edges; gives the operation with its code."""
    codes = [draft.require_leaf(code, f"/cells/{index}") for index, code in enumerate(asked.cells)]
    mesh = draft.mesh
    parents = {draft.leaves[code][1] for code in codes}
    if len(parents) > 1:
        raise refusal("/cells", "the cells belong to different parents; reparent one first", "所选网格不属于同一上级，请先调整归属")
    _require_connected(draft, codes)
    chosen = set(codes)
    inner = [edge for code in codes for edge in mesh.edges[code] if mesh.owner.get((edge[1], edge[0])) in chosen]
    parent = parents.pop()
    most = sum(len(mesh.rings(mesh.edges[code])[0]) for code in codes)
    kept = codes if asked.code in codes else ()
    for code in codes:
        draft.end(code)
    code = draft.codes.take(asked.code, pointer="/code", kept=kept) if asked.code else draft.codes.next(codes[0], parent, pointer="/code")
    for edge in inner:
        mesh.give(edge, None)
    for old in codes:
        for edge in list(mesh.edges[old]):
            mesh.give(edge, code)
    draft.leaves[code] = (asked.name, parent)
    draft.settle(shaped=[code], parts={code: most})
    return Merge(asked.cells, asked.name, code)


def _code_of(draft: Drafting, part: Part, index: int, cell: str, parent: str | None) -> str:
    pointer = f"/parts/{index}/code"
    return draft.codes.take(part.code, pointer=pointer, kept=(cell,)) if part.code else draft.codes.next(cell, parent, pointer=pointer)


def _require_different(codes: Sequence[str]) -> None:
    if len(set(codes)) < len(codes):
        raise refusal("/parts", "two parts have the same code", "两个部分的编码相同")


def _require_connected(draft: Drafting, codes: Sequence[str]) -> None:
    mesh = draft.mesh
    reached, waiting = {codes[0]}, [codes[0]]
    while waiting:
        for tail, head in mesh.edges[waiting.pop()]:
            other = mesh.owner.get((head, tail))
            if other is not None and other in codes and other not in reached:
                reached.add(other)
                waiting.append(other)
    apart = [code for code in codes if code not in reached]
    if apart:
        at = min(mesh.edges[apart[0]])[0]
        raise refusal(
            f"/cells/{codes.index(apart[0])}",
            f"{draft.named(apart[0])} has no common boundary with the others",
            f"{draft.named(apart[0])} 与其他所选网格不相邻",
            at,
        )


def _to_the_boundary(draft: Drafting, code: str, line: Sequence[Place]) -> list[Place]:
    """The line with ends that lie inside, but as near to the boundary as ends snap, led to it."""
    found = list(line)
    if line[0] == line[-1]:
        return found
    rows = draft.mesh.array_of(code)
    for at in (0, -1):
        end = found[at]
        if end in draft.mesh.around or not lies_in(rows, (2 * end[0], 2 * end[1])):
            continue
        edges: list[Edge] = [((ax, ay), (bx, by)) for ax, ay, bx, by in rows.tolist()]
        nearest = min(((apart_m(place, end), place) for place in (foot(edge, end) for edge in edges)), default=None)
        if nearest is not None and TAU * 1.1119e-4 < nearest[0] <= SNAP_M:
            found.insert(0 if at == 0 else len(found), nearest[1])
    return found


def _inside(draft: Drafting, code: str, line: Sequence[Place]) -> list[Edge]:
    """The pieces of a fitted line that run through the cell's ground, along the line."""
    mesh = draft.mesh
    rows, corners = mesh.array_of(code), {edge[0] for edge in mesh.edges[code]}
    found: list[Edge] = []
    within = False
    for tail, head in pairwise(line):
        if tail in corners or (tail, head) == (line[0], line[1]):
            is_edge = head in mesh.around.get(tail, ()) and code in mesh.beside((tail, head))
            within = not is_edge and lies_in(rows, (tail[0] + head[0], tail[1] + head[1]))
        if within:
            found.append((tail, head))
    return found


def _undangled(draft: Drafting, code: str, pieces: list[Edge]) -> list[Edge]:
    """The pieces without those that end in the open."""
    corners = {edge[0] for edge in draft.mesh.edges[code]}
    while True:
        count: dict[Place, int] = {}
        for piece in pieces:
            for place in piece:
                count[place] = count.get(place, 0) + 1
        kept = [piece for piece in pieces if all(place in corners or count[place] > 1 for place in piece)]
        if len(kept) == len(pieces):
            break
        pieces = kept
    return pieces


def _faces(draft: Drafting, code: str, pieces: Sequence[Edge]) -> list[set[Edge]]:
    """The directed edges around each piece of ground that the cell falls into."""
    edges = [*draft.mesh.edges[code], *pieces, *((head, tail) for tail, head in pieces)]
    shells, holes = draft.mesh.rings(edges)
    return [{edge for ring in (shell, *inner) for edge in _edges_of(ring)} for shell, inner in nested(shells, holes)]


def _edges_of(ring: Ints) -> list[Edge]:
    places: list[Place] = [(x, y) for x, y in ring.tolist()]
    return list(pairwise(places))


def _in_line_order(faces: Sequence[set[Edge]], pieces: Sequence[Edge]) -> list[int]:
    """Positions of the faces along the line, left before right, each once."""
    face_of = {edge: index for index, face in enumerate(faces) for edge in face}
    order: dict[int, None] = {}
    for tail, head in pieces:
        order[face_of[tail, head]] = None
        order[face_of[head, tail]] = None
    return list(order)


def _hand_out(draft: Drafting, code: str, faces: Sequence[set[Edge]], untouched: Sequence[set[Edge]], codes: Sequence[str]) -> None:
    for face, owner in zip((*faces, *untouched), (*codes, *(codes[0] for _ in untouched)), strict=True):
        for edge in sorted(face, key=lambda edge: (undirected(edge), edge)):
            draft.mesh.give(edge, owner)
