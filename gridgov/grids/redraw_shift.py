"""Ground that changes hands without cells coming or going: reshape, move_vertices, transfer."""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from gridgov.geo.exact import Edge, Ints, Place, as_array, meeting
from gridgov.geo.line_noding import TAU, apart_m, box_of, crosses_itself, fit_line, foot
from gridgov.geo.mesh import Mesh
from gridgov.geo.relabel import Sides, relabel, sides_of
from gridgov.geo.trace import twice_area
from gridgov.grids.operation import MoveVertices, Reshape, Transfer
from gridgov.grids.redraw_state import Drafting, refusal

_SNAP_UNITS = 60_000  # 5 m and more, in every direction


def reshape(draft: Drafting, asked: Reshape) -> Reshape:
    """Lays the common boundary of two leaves along a line between two of its places."""
    mesh = draft.mesh
    first, second = (draft.require_leaf(code, f"/between/{index}") for index, code in enumerate(asked.between))
    mesh.load_near(*box_of(asked.line), _SNAP_UNITS)
    fitted = fit_line(mesh, _with_ends(draft, (first, second), asked), _near(mesh))
    _require_simple(fitted.line)
    old = _old_way(draft, (first, second), fitted.line)
    curves = [*pairwise(fitted.line), *((head, tail) for tail, head in reversed(old))]
    # Along the line the one that lay to the left of the old boundary lies to its left again.
    left, right = (first, second) if mesh.owner[old[0]] == first else (second, first)
    sides = sides_of(mesh, curves)
    _require_sound(sides)
    whole = _whole_cells(sides, {first, second})

    def rule(owner: str | None, turns: int) -> str | None:
        if owner is None or not turns or owner in whole:
            return owner
        return left if turns > 0 else right

    losing = _losing(sides, {first, second} | whole)
    if not relabel(mesh, sides, rule):
        raise refusal("/line", "the line changes nothing", "该线与现有界线一致，没有变化", fitted.line[0])
    for code, at in sorted(losing.items()):
        draft.note(f"{draft.named(code)} loses ground as well, where the line runs through it.", f"该线穿过 {draft.named(code)}，其部分地块一并划出。", at)
    draft.say_moved(fitted.moved)
    draft.settle(shaped=[first, second, *losing])
    return asked


def _with_ends(draft: Drafting, between: tuple[str, str], asked: Reshape) -> list[Place]:
    """The line with its ends on the common boundary."""
    mesh = draft.mesh
    first, second = between
    common = [edge for edge in mesh.edges[first] if mesh.owner.get((edge[1], edge[0])) == second]
    if not common:
        names = draft.named(first), draft.named(second)
        raise refusal("/between", f"{names[0]} and {names[1]} have no common boundary", f"{names[0]} 与 {names[1]} 没有共用界线")
    line = [_on_boundary(common, asked, 0), *asked.line[1:-1], _on_boundary(common, asked, -1)]
    if line[0] == line[-1]:
        raise refusal("/line", "both ends of the line fall on one place of the boundary", "该线首尾落在界线的同一处", line[0])
    _require_simple(line)
    return line


def _require_sound(sides: Sequence[Sides]) -> None:
    """Raises Refused where a line winds around or leaves the ground of the cells."""
    for one in sides:
        if max(abs(one.left_turns), abs(one.right_turns)) > 1:
            raise refusal("/line", "the line winds around itself or the boundary", "该线绕圈，无法确定归属", one.edge[0])
        if any(owner is None and turns for owner, turns in ((one.left, one.left_turns), (one.right, one.right_turns))):
            raise refusal("/line", "the line leaves the ground of the cells here", "该线在此处超出网格覆盖范围", one.edge[0])


def transfer(draft: Drafting, asked: Transfer) -> Transfer:
    """Gives the ground inside an area to a leaf; ground of nobody stays nobody's."""
    to = draft.require_leaf(asked.to, "/to")
    mesh = draft.mesh
    mesh.load_near(*box_of(place for ring in asked.area for place in ring), _SNAP_UNITS)
    curves: list[Edge] = []
    for index, ring in enumerate(asked.area):
        fitted = fit_line(mesh, [*ring, ring[0]], _near(mesh))
        if (place := crosses_itself(fitted.line)) is not None:
            raise refusal("/area", "the outline of the area touches itself here", "划转范围在此处自相交或自相接", place)
        line = fitted.line if (twice_area(_ring(fitted.line)) > 0) == (index == 0) else fitted.line[::-1]
        curves += pairwise(line)
        draft.say_moved(fitted.moved)
    sides = sides_of(mesh, curves)
    losing = _losing(sides, {to})
    if not losing or not relabel(mesh, sides, lambda owner, turns: to if owner is not None and turns > 0 else owner):
        raise refusal(
            "/area", f"the area holds no ground of other cells than {draft.named(to)}", f"范围内没有可划入 {draft.named(to)} 的地块", asked.area[0][0]
        )
    for code, at in losing.items():
        if not mesh.edges.get(code):
            who = draft.named(code)
            raise refusal("/area", f"nothing would be left of {who}; merge it instead", f"{who} 将被全部划走，如需撤销请用“合并”", at)
    draft.settle(shaped=[to, *losing])
    return asked


def move_vertices(draft: Drafting, asked: MoveVertices) -> MoveVertices:
    """Moves vertices, all at once, for every leaf that has them."""
    mesh = draft.mesh
    mesh.load_near(*box_of(place for move in asked.moves for place in move), _SNAP_UNITS)
    target: dict[Place, Place] = {}
    for index, (tail, head) in enumerate(asked.moves):
        vertex = _vertex(mesh, tail)
        if vertex is None:
            raise refusal(f"/moves/{index}/from", "there is no vertex here", "此处没有界址点", tail)
        if any(mesh.is_rim((vertex, other)) for other in mesh.around[vertex]):
            raise refusal(f"/moves/{index}/from", "this vertex is on the outer boundary, which stays as it is", "该点在外边界上，外边界不得移动", vertex)
        target[vertex] = head
    for index, (vertex, head) in enumerate(target.items()):
        near = _other_vertex(mesh, head, set(target))
        if near is not None or list(target.values()).count(head) > 1:
            raise refusal(f"/moves/{index}/to", "another vertex is here already", "此处已有界址点", head)
        del vertex
    edges = [edge for edge in mesh.owner if edge[0] in target or edge[1] in target]
    owners = [(edge, mesh.drop(edge)) for edge in edges]
    for (tail, head), code in owners:
        mesh.add((target.get(tail, tail), target.get(head, head)), code)
    for vertex in target:
        mesh.nodes.pop(vertex, None)
    draft.settle(shaped={code for _, code in owners}, same_rings=True)
    return asked


def _near(mesh: Mesh) -> Callable[[Place, Place], Ints]:
    def edges(low: Place, high: Place) -> Ints:
        mesh.load_near(low, high, TAU)
        rows = mesh.all_edges()
        return rows[meeting(rows, low, high, TAU)]

    return edges


def _on_boundary(common: Sequence[Edge], asked: Reshape, at: int) -> Place:
    """The place of the common boundary nearest to an end of the line."""
    end, snap_m = asked.line[at], asked.snap_m
    reach = int(snap_m / 1.1119e-4 * 2.5) + 1
    near = [common[index] for index in meeting(as_array(common), end, end, reach).tolist()]
    best = min(((apart_m(place, end), place) for place in (foot(edge, end) for edge in near)), default=None)
    if best is None or best[0] > snap_m:
        which = ("start", "起点") if at == 0 else ("end", "终点")
        en = f"the {which[0]} of the line lies more than {snap_m:g} m off the common boundary"
        raise refusal("/line", en, f"该线{which[1]}距共用界线超过 {snap_m:g} 米", end)
    return best[1]


def _old_way(draft: Drafting, between: tuple[str, str], line: Sequence[Place]) -> list[Edge]:
    """The common boundary from the line's first place to its last, as directed edges.

    Two ways (a closed boundary): the one that leaves less ground between itself and the line.
    """
    mesh = draft.mesh
    first, second = between
    joined: dict[Place, list[Place]] = {}
    for tail, head in mesh.edges[first]:
        if mesh.owner.get((head, tail)) == second:
            joined.setdefault(tail, []).append(head)
            joined.setdefault(head, []).append(tail)
    ways = [way for start in sorted(joined.get(line[0], ())) if (way := _walk(joined, line[0], start, line[-1]))]
    if not ways:
        raise refusal(
            "/line",
            "between the two ends the boundary is not common to both cells all the way",
            "该线两端之间的界线并非两网格连续共用",
            line[0],
        )
    way = min(ways, key=lambda way: abs(twice_area(_ring([*line, *reversed(way[:-1])]))))
    return list(pairwise(way))


def _walk(joined: dict[Place, list[Place]], start: Place, towards: Place, end: Place) -> list[Place] | None:
    way = [start, towards]
    while way[-1] != end:
        onward = [place for place in joined[way[-1]] if place != way[-2]]
        if len(onward) != 1 or way[-1] == start:
            return None
        way.append(onward[0])
    return way


def _whole_cells(sides: Sequence[Sides], taking_part: set[str]) -> set[str]:
    """Cells that lie between line and old boundary with all their ground: they stay what they are."""
    cut: dict[str, set[int]] = {}
    for one in sides:
        for owner, turns in ((one.left, one.left_turns), (one.right, one.right_turns)):
            if owner is not None:
                cut.setdefault(owner, set()).add(turns)
    return {code for code, turns in cut.items() if 0 not in turns and code not in taking_part}


def _losing(sides: Sequence[Sides], staying: set[str]) -> dict[str, Place]:
    """Cells that lose ground to the curves, each with a place of it."""
    found: dict[str, Place] = {}
    for one in sides:
        for owner, turns in ((one.left, one.left_turns), (one.right, one.right_turns)):
            if owner is not None and turns and owner not in staying:
                found.setdefault(owner, one.edge[0])
    return found


def _require_simple(line: Sequence[Place]) -> None:
    if (place := crosses_itself(line)) is not None:
        raise refusal("/line", "the line crosses or touches itself here", "该线在此处自相交或自相接", place)


def _vertex(mesh: Mesh, place: Place) -> Place | None:
    """The vertex at a place, or the only one within a centimetre of it."""
    if place in mesh.around:
        return place
    near = _vertices_near(mesh, place)
    return near[0] if len(near) == 1 else None


def _other_vertex(mesh: Mesh, place: Place, leaving: set[Place]) -> Place | None:
    return next((vertex for vertex in _vertices_near(mesh, place) if vertex not in leaving), None)


def _vertices_near(mesh: Mesh, place: Place) -> list[Place]:
    rows = mesh.all_edges()
    near = rows[meeting(rows, place, place, TAU)]
    ends = {(x, y) for x, y in near[:, :2].tolist()}
    return sorted(end for end in ends if (end[0] - place[0]) ** 2 + (end[1] - place[1]) ** 2 <= TAU * TAU)


def _ring(line: Sequence[Place]) -> Ints:
    return np.array(line if line[0] == line[-1] else [*line, line[0]], dtype=np.int64)
