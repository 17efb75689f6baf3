"""Random redraws on a grid that is kept beside: sequences of operations as an administrator might draw them, good ones and bad ones."""

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import shapely
from shapely import MultiPolygon

from gridgov.errors import GridgovError
from gridgov.geo.coverage import prove_tiling
from gridgov.geo.dissolve import dissolve
from gridgov.geo.exact import Place
from gridgov.geo.halfedge import half_edges
from gridgov.geo.trace import canonical, twice_area
from gridgov.grids.cell import Cell, Level
from gridgov.grids.codebook import CodeBook
from gridgov.grids.operation import Merge, MoveVertices, Operation, Part, Rename, Reparent, Reshape, Split, Transfer, reach
from gridgov.grids.redraw import Redrawn, redraw
from gridgov.grids.redraw_state import Fabric, Leaf

DAY = date(1900, 1, 1)
KINDS = ("reshape", "move_vertices", "transfer", "split", "merge", "reparent", "rename")


@dataclass
class Grid:
    """All leaves of a grid by code, the levels above, and every code ever used."""

    levels: tuple[Level, ...]
    leaves: dict[str, Leaf]
    uppers: list[Cell]
    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.used |= set(self.leaves)
        self.codes = list(self.leaves)
        self.tree = shapely.STRtree([leaf.geometry for leaf in self.leaves.values()])

    def fabric(self, operations: Sequence[Operation]) -> Fabric:
        """What the store would give: the named, what meets their boxes and those drawn in, and the neighbours of all these."""
        asked = reach(operations)
        boxes = [*asked.boxes, *(self.leaves[code].geometry.bounds for code in asked.codes if code in self.leaves)]
        near = self._meeting(boxes)
        chosen = self._meeting([self.leaves[code].geometry.bounds for code in near])
        cells = [Cell(0, 0, "village", leaf.code, leaf.parent_code, leaf.name, leaf.geometry, DAY, None) for leaf in map(self.leaves.__getitem__, chosen)]
        return Fabric.of(cells, self.uppers)

    def _meeting(self, boxes: Sequence[tuple[float, ...]]) -> list[str]:
        found = {int(index) for box in boxes for index in self.tree.query(shapely.box(*box))}
        return [self.codes[index] for index in sorted(found)]

    def carry_out(self, operations: Sequence[Operation]) -> Redrawn:
        """The outcome of operations on the grid, which stays as it is."""
        return redraw(self.fabric(operations), operations, CodeBook(self.levels, self.used), self.levels)

    def after(self, redrawn: Redrawn) -> "Grid":
        """The grid that the outcome makes of it."""
        leaves = dict(self.leaves)
        for change in redrawn.changes:
            leaves.pop(change.code, None)
            if change.after is not None:
                leaves[change.code] = change.after
        moved = {(change.rank, change.code): change.after for change in redrawn.upper_changes}
        uppers = [
            Cell(0, cell.rank, cell.level, cell.code, moved[cell.rank, cell.code].parent_code, moved[cell.rank, cell.code].name, None, DAY, None)
            if (cell.rank, cell.code) in moved
            else cell
            for cell in self.uppers
        ]
        return Grid(self.levels, leaves, uppers, self.used | set(leaves))


def twice_areas(cells: Sequence[MultiPolygon]) -> list[int]:
    """Twice the area of each cell in square lattice units, exact."""
    edges = half_edges(cells, by_area=True)
    found = [0] * len(cells)
    for ring, cell in enumerate(edges.ring_cell.tolist()):
        stretch = slice(edges.first[ring], edges.first[ring + 1])
        found[cell] += twice_area(np.rint(edges.points[stretch] * 1e9).astype(np.int64))
    return found


def require_kept(redrawn: Redrawn) -> None:
    """What a redraw promises: the neighbourhood tiles as it did, to the last vertex, and its area is the same number."""
    changed = {change.code for change in redrawn.changes}
    old, new = list(redrawn.before.leaves.values()), list(redrawn.after.leaves.values())
    proofs = [prove_tiling([leaf.geometry for leaf in leaves]) for leaves in (old, new)]
    told = [sorted((fault.kind, fault.area_m2, len(fault.cells)) for fault in proof.violations) for proof in proofs]
    assert told[0] == told[1], told
    outlines = [proof.outline for proof in proofs]
    if not redrawn.rim_nodes:
        assert outlines[0].equals_exact(outlines[1], 0.0)
    assert sum(twice_areas([leaf.geometry for leaf in old])) == sum(twice_areas([leaf.geometry for leaf in new]))
    for change in redrawn.changes:
        if change.after is not None:
            assert change.after.geometry.is_valid
            assert change.after.geometry.wkb == canonical(change.after.geometry).wkb
    assert all(redrawn.before.leaves[code] == redrawn.after.leaves[code] for code in redrawn.before.leaves if code not in changed)
    united = dissolve([leaf.geometry for leaf in new], [leaf.parent_code for leaf in new])
    assert sum(twice_areas(list(united.values()))) == sum(twice_areas([leaf.geometry for leaf in new]))


class Walker:
    """Draws operations at random near one cell."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def draw(self, grid: Grid, kind: str, code: str) -> Operation | None:
        """An operation of a kind on or near a cell; None where there is nothing to draw."""
        makers: Mapping[str, Callable[[Grid, Leaf], Operation | None]] = {
            "reshape": self._reshape,
            "move_vertices": self._move,
            "transfer": self._transfer,
            "split": self._split,
            "merge": self._merge,
            "reparent": self._reparent,
            "rename": lambda grid, leaf: Rename(leaf.code, f"新{self.chance.randrange(1000)}村"),
        }
        return makers[kind](grid, grid.leaves[code])

    def neighbours(self, grid: Grid, leaf: Leaf) -> list[Leaf]:
        """Leaves with a common edge."""
        near = (grid.leaves[grid.codes[index]] for index in grid.tree.query(leaf.geometry))
        own = _edges(leaf)
        return [other for other in near if other.code != leaf.code and any((head, tail) in own for tail, head in _edges(other))]

    def _reshape(self, grid: Grid, leaf: Leaf) -> Operation | None:
        others = self.neighbours(grid, leaf)
        if not others:
            return None
        other = self.chance.choice(others)
        common = [edge for edge in _edges(leaf) if (edge[1], edge[0]) in _edges(other)]
        chain = _longest_chain(common)
        if len(chain) < 3:
            return None
        i, j = sorted(self.chance.sample(range(len(chain)), 2))
        start, end = chain[i], chain[j]
        length = math.hypot(end[0] - start[0], end[1] - start[1])
        sway = length * self.chance.uniform(0.02, 0.6)
        steps = self.chance.randrange(1, 6)
        middle = [
            (
                round(start[0] + (end[0] - start[0]) * k / (steps + 1) + self.chance.uniform(-sway, sway)),
                round(start[1] + (end[1] - start[1]) * k / (steps + 1) + self.chance.uniform(-sway, sway)),
            )
            for k in range(1, steps + 1)
        ]
        if self.chance.random() < 0.3:  # ends that must find the boundary
            start = (start[0] + self.chance.randrange(-2000, 2000), start[1] + self.chance.randrange(-2000, 2000))
        return Reshape((leaf.code, other.code), (start, *middle, end))

    def _move(self, grid: Grid, leaf: Leaf) -> Operation:
        places = [edge[0] for edge in sorted(_edges(leaf))]
        chosen = self.chance.sample(places, min(len(places), self.chance.choice([1, 1, 2, 3])))
        reach_units = self.chance.choice([50, 2_000, 100_000, 1_000_000])
        sway = lambda: self.chance.randrange(-reach_units, reach_units)  # noqa: E731
        return MoveVertices(tuple((place, (place[0] + sway(), place[1] + sway())) for place in chosen))

    def _transfer(self, grid: Grid, leaf: Leaf) -> Operation:
        x, y = self.chance.choice(sorted(_edges(leaf)))[0]
        west, south, east, north = leaf.geometry.bounds
        size = max(east - west, north - south) * 1e9 * self.chance.uniform(0.02, 0.5)
        corners = self.chance.randrange(3, 9)
        angles = sorted(self.chance.uniform(0, 2 * math.pi) for _ in range(corners))
        radii = [size * self.chance.uniform(0.3, 1) for _ in angles]
        ring = tuple((round(x + radius * math.cos(angle)), round(y + radius * math.sin(angle))) for radius, angle in zip(radii, angles, strict=True))
        return Transfer((ring,), leaf.code)

    def _split(self, grid: Grid, leaf: Leaf) -> Operation:
        west, south, east, north = (value * 1e9 for value in leaf.geometry.bounds)
        if self.chance.random() < 0.3:  # from vertex to vertex
            ends = self.chance.sample([edge[0] for edge in sorted(_edges(leaf))], 2)
        else:
            angle = self.chance.uniform(0, math.pi)
            reach_units = max(east - west, north - south)
            x, y = self.chance.uniform(west, east), self.chance.uniform(south, north)
            ends = [(round(x + s * reach_units * math.cos(angle)), round(y + s * reach_units * math.sin(angle))) for s in (-1, 1)]
        middle = [
            (
                round((ends[0][0] + ends[1][0]) / 2 + self.chance.uniform(-0.1, 0.1) * (east - west)),
                round((ends[0][1] + ends[1][1]) / 2 + self.chance.uniform(-0.1, 0.1) * (north - south)),
            )
        ] * self.chance.randrange(2)
        return Split(leaf.code, (ends[0], *middle, ends[1]), (Part("甲村"), Part("乙村")))

    def _merge(self, grid: Grid, leaf: Leaf) -> Operation | None:
        others = [other for other in self.neighbours(grid, leaf) if other.parent_code == leaf.parent_code]
        if not others:
            return None
        chosen = self.chance.sample(others, min(len(others), self.chance.choice([1, 1, 2])))
        return Merge((leaf.code, *(other.code for other in chosen)), "合村", leaf.code if self.chance.random() < 0.3 else None)

    def _reparent(self, grid: Grid, leaf: Leaf) -> Operation | None:
        others = [cell.code for cell in grid.uppers if cell.rank == 1 and cell.code != leaf.parent_code]
        return Reparent(leaf.code, self.chance.choice(others)) if others else None


def walk(grid: Grid, *, seed: int, length: int) -> tuple[int, int]:
    """One draft of `length` operations that count, proved after every one; gives how many were carried out and how many refused.

    Split then merged again, and undone, the same coordinates come back, bit by bit.
    """
    chance = random.Random(seed)
    walker = Walker(chance)
    at = chance.choice(grid.codes)
    draft: list[Operation] = []
    states: list[Redrawn] = []
    refused = 0
    current = grid
    for _ in range(length * 6):
        if len(draft) == length:
            break
        leaf = current.leaves.get(at) or current.leaves[chance.choice([c.code for c in states[-1].changes if c.after is not None])]
        at = chance.choice([leaf.code, leaf.code, *(other.code for other in walker.neighbours(current, leaf))])
        operation = walker.draw(current, chance.choice(KINDS), at)
        if operation is None:
            continue
        try:
            outcome = grid.carry_out([*draft, operation])
        except GridgovError as exc:
            assert exc.faults and exc.faults[0].pointer.startswith(f"/operations/{len(draft)}"), exc
            refused += 1
            continue
        require_kept(outcome)
        draft = list(outcome.operations)
        states.append(outcome)
        current = grid.after(outcome)
        if isinstance(outcome.operations[-1], Split) and chance.random() < 0.5:
            _require_merge_restores(grid, states, draft)
    for kept in range(len(draft), max(0, len(draft) - 4), -1):  # undo: the same without the last one
        again = grid.carry_out(draft[:kept])
        assert _bits(again) == _bits(states[kept - 1])
    return len(draft), refused


def _require_merge_restores(grid: Grid, states: list[Redrawn], draft: list[Operation]) -> None:
    """A cell that is split and put together again is what it was, and so are its neighbours."""
    cut = draft[-1]
    assert isinstance(cut, Split)
    merged = grid.carry_out([*draft, Merge(tuple(str(part.code) for part in cut.parts), "合")])
    made = merged.operations[-1]
    assert isinstance(made, Merge) and made.code is not None
    before = states[-2].after.leaves if len(states) > 1 else merged.before.leaves
    for code, leaf in merged.after.leaves.items():
        same = before.get(cut.cell if code == made.code else code)
        if same is not None and code != made.code:
            assert leaf.geometry.wkb == same.geometry.wkb, code
    if cut.cell in before:
        assert merged.after.leaves[made.code].geometry.wkb == before[cut.cell].geometry.wkb


def _bits(redrawn: Redrawn) -> dict[str, tuple[bytes, str, str | None]]:
    return {code: (leaf.geometry.wkb, leaf.name, leaf.parent_code) for code, leaf in redrawn.after.leaves.items()}


def _edges(leaf: Leaf) -> set[tuple[Place, Place]]:
    edges = half_edges([leaf.geometry])
    rows = np.hstack([edges.start(edges.edge), edges.end(edges.edge)]).tolist()
    return {((ax, ay), (bx, by)) for ax, ay, bx, by in rows}


def _longest_chain(edges: Sequence[tuple[Place, Place]]) -> list[Place]:
    after = dict(edges)
    heads = {head for _, head in edges}
    chains = []
    for start in [tail for tail in after if tail not in heads] or list(after)[:1]:
        chain = [start]
        while chain[-1] in after and after[chain[-1]] != start:
            chain.append(after[chain[-1]])
        chains.append(chain)
    return max(chains, key=len, default=[])
