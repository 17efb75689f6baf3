"""Who owns which ground after closed curves were drawn over a mesh: labels on both sides of every edge, no polygon computed.

For each edge in reach the number of times the curves go round the ground on either side is counted exactly; a rule then says, from the
owner so far and that number, who owns it now. Where both sides come out alike, the edge goes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from gridgov.geo.exact import Edge, Ints, Place, as_array, meeting, undirected, winding
from gridgov.geo.line_noding import box_of
from gridgov.geo.mesh import Mesh

# The owner so far and how often the curves go round the ground -> the owner from now on.
Rule = Callable[[str | None, int], str | None]


@dataclass(frozen=True, slots=True)
class Sides:
    """Of one edge, from its lower end to its higher one: the owners so far and the turns of the curves, to its left and to its right."""

    edge: Edge
    left: str | None
    right: str | None
    left_turns: int
    right_turns: int


def sides_of(mesh: Mesh, curves: Sequence[Edge]) -> list[Sides]:
    """Every edge whose sides the curves (directed, closed, noded with the mesh) may go round, those of the curves included."""
    count: dict[Edge, int] = {}
    for edge in curves:
        key = undirected(edge)
        count[key] = count.get(key, 0) + (1 if key == edge else -1)
    low, high = box_of(place for edge in curves for place in edge)
    standing = mesh.all_edges()
    near = {undirected(((ax, ay), (bx, by))) for ax, ay, bx, by in standing[meeting(standing, low, high)].tolist()}
    fresh = _owners_of_fresh(mesh, [edge for edge in curves if edge not in mesh.owner and (edge[1], edge[0]) not in mesh.owner])
    listed = sorted(near | set(count))
    rows = as_array(_upwards(edge) for edge in listed)
    turns = winding(rows[:, :2] + rows[:, 2:], as_array(curves)).tolist()
    found = []
    for edge, above in zip(listed, turns, strict=True):
        own, other = mesh.beside(edge) if edge not in fresh else (fresh[edge], fresh[edge])
        along = count.get(edge, 0)
        # `above` counts for the left of the edge as it runs upwards (a level one eastwards).
        if _upwards(edge) == edge:
            found.append(Sides(edge, own, other, above, above - along))
        else:
            found.append(Sides(edge, own, other, above + along, above))
    return found


def relabel(mesh: Mesh, sides: Sequence[Sides], rule: Rule) -> bool:
    """Gives every side to whom the rule says; says whether anything changed."""
    changed = False
    for one in sides:
        left, right = rule(one.left, one.left_turns), rule(one.right, one.right_turns)
        changed |= (left, right) != (one.left, one.right)
        if left == right:
            left = right = None
        back = (one.edge[1], one.edge[0])
        mesh.give(one.edge, left)
        mesh.give(back, right)
    return changed


def cell_at(mesh: Mesh, place2: Place) -> str | None:
    """The cell that a place (twice its coordinates) lies in, None = in none that is loaded."""
    point = np.array(place2, dtype=np.int64)
    for code in list(mesh.edges):
        rows = mesh.array_of(code)
        if not len(rows):
            continue
        low = 2 * np.minimum(rows[:, :2], rows[:, 2:]).min(axis=0)
        high = 2 * np.maximum(rows[:, :2], rows[:, 2:]).max(axis=0)
        if (low <= point).all() and (point <= high).all() and lies_in(rows, place2):
            return code
    return None


def lies_in(rows: Ints, place2: Place) -> bool:
    """Whether a place (twice its coordinates), which is on no edge, lies inside a cell's directed edges (n, 4)."""
    return bool(winding(np.array([place2], dtype=np.int64), rows)[0])


def _owners_of_fresh(mesh: Mesh, pieces: Sequence[Edge]) -> dict[Edge, str | None]:
    """The cell that each piece which is no edge yet lies in; a piece behind another in open ground lies where that one does."""
    found: dict[Edge, str | None] = {}
    for index, (tail, head) in enumerate(pieces):
        behind = index > 0 and pieces[index - 1][1] == tail and tail not in mesh.around
        owner = found[undirected(pieces[index - 1])] if behind else cell_at(mesh, (tail[0] + head[0], tail[1] + head[1]))
        found[undirected((tail, head))] = owner
    return found


def _upwards(edge: Edge) -> Edge:
    """The edge as it runs upwards, a level one eastwards."""
    (ax, ay), (bx, by) = edge
    return edge if (ay, ax) < (by, bx) else (edge[1], edge[0])
