"""Cells that tile, as directed edges on the lattice: every edge knows the cell on its left, and shared ones exist once each way.

What is done to an edge is done for both its owners, so no gap can open between them. Cells come in when they are first needed; an edge
whose other side is not loaded yet is told from one that has no other side by `rim`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon

from gridgov.geo.exact import Edge, Place, as_array, undirected
from gridgov.geo.halfedge import HalfEdges, half_edges, twins
from gridgov.geo.refusal import refuse
from gridgov.geo.trace import assemble, trace, twice_area

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ground:
    """Cells on the lattice that a mesh may load, and which of their edges have no cell on the other side.

    codes: of every cell. boxes: (n, 4) west, south, east, north in lattice units. edges: all half-edges, grouped by cell: the ones of cell i
    lie from first[i] to first[i + 1] in `order`. lone: whether a half-edge has no twin.
    """

    codes: tuple[str, ...]
    boxes: Ints
    edges: HalfEdges
    order: Ints
    first: Ints
    lone: NDArray[np.bool_]

    @classmethod
    def of(cls, codes: Sequence[str], cells: Sequence[MultiPolygon]) -> "Ground":
        """The ground of cells that tile, neighbours of all that may change included."""
        edges = half_edges(cells)
        edge = edges.edge
        cell = edges.cell_of(edge)
        order = edge[np.argsort(cell, kind="stable")]
        first = np.searchsorted(np.sort(cell), np.arange(len(cells) + 1))
        bounds = np.array([cell.bounds for cell in cells], dtype=np.float64).reshape(len(cells), 4)
        return cls(tuple(codes), np.rint(bounds * 1e9).astype(np.int64), edges, order, first, twins(edges) < 0)

    def edges_of(self, index: int) -> tuple[list[Edge], list[bool]]:
        """The directed edges of a cell, and which of them are alone."""
        chosen = self.order[self.first[index] : self.first[index + 1]]
        rows = np.hstack([self.edges.start(chosen), self.edges.end(chosen)]).tolist()
        return [((ax, ay), (bx, by)) for ax, ay, bx, by in rows], self.lone[chosen].tolist()


@dataclass(slots=True)
class Mesh:
    """owner: cell on the left of every directed edge. edges: the same by cell. around: places joined to a place by an edge.

    rim: directed edges of cells that have nothing on the other side. chains: for every edge that nodes were put into since `begin`, the way
    along it, under each of its pieces. nodes: place put into an edge -> its neighbours then. before: edges of what was touched since `begin`.
    sure: cells of the ground whose neighbours are all of the ground as well, None = every one.
    """

    ground: Ground
    sure: frozenset[int] | None = None
    owner: dict[Edge, str] = field(default_factory=dict)
    edges: dict[str, set[Edge]] = field(default_factory=dict)
    around: dict[Place, set[Place]] = field(default_factory=dict)
    rim: set[Edge] = field(default_factory=set)
    chains: dict[Edge, list[Place]] = field(default_factory=dict)
    nodes: dict[Place, Edge] = field(default_factory=dict)
    before: dict[str, frozenset[Edge]] = field(default_factory=dict)
    _loaded: set[int] = field(default_factory=set)
    _arrays: dict[str, Ints] = field(default_factory=dict)

    def load(self, codes: Iterable[str]) -> None:
        """Makes sure of cells by code; codes that are not of the ground are cells made since."""
        wanted = set(codes)
        for index, code in enumerate(self.ground.codes):
            if code in wanted:
                self._load(index)

    def load_near(self, low: Place, high: Place, reach: int, *, to_change: bool = True) -> None:
        """Makes sure of every cell whose box meets a box widened by `reach`: then both sides of every edge in it are known.

        to_change: refuse (InvalidGeometry) when one of them is not sure; else it is only there to be kept clear of.
        """
        boxes = self.ground.boxes
        near = (boxes[:, :2] <= np.array(high) + reach).all(axis=1) & (boxes[:, 2:] >= np.array(low) - reach).all(axis=1)
        for index in np.flatnonzero(near).tolist():
            if to_change and not self._is_sure(index):
                raise refuse(
                    "",
                    "the line strays too far from where it was drawn; draw it to a vertex of the boundary.",
                    "线偏离所画位置过远，请将线画至界线的界址点上。",
                    at=(low[0] / 1e9, low[1] / 1e9),
                )
            self._load(index)

    def _load(self, index: int) -> None:
        if index in self._loaded:
            return
        self._loaded.add(index)
        code = self.ground.codes[index]
        edges, lone = self.ground.edges_of(index)
        self.edges[code] = set(edges)
        if self._is_sure(index):
            self.rim.update(edge for edge, alone in zip(edges, lone, strict=True) if alone)
        for edge in edges:
            self.owner[edge] = code
            self._join(edge)

    def _load_beside(self, edge: Edge) -> None:
        """Makes sure of the cells on both sides of an edge."""
        back = (edge[1], edge[0])
        if self.is_rim(edge) or (edge in self.owner and back in self.owner):
            return
        low, high = np.minimum(edge[0], edge[1]), np.maximum(edge[0], edge[1])
        boxes = self.ground.boxes
        for index in np.flatnonzero((boxes[:, :2] <= low).all(axis=1) & (boxes[:, 2:] >= high).all(axis=1)).tolist():
            self._load(index)
        assert edge in self.owner and back in self.owner, "an edge inside the ground has two sides"

    def _is_sure(self, index: int) -> bool:
        return self.sure is None or index in self.sure

    def begin(self) -> None:
        """From here on `before` and `chains` tell what is done."""
        self.before.clear()
        self.chains.clear()

    def is_rim(self, edge: Edge) -> bool:
        """Whether an edge has a cell on one side only."""
        return edge in self.rim or (edge[1], edge[0]) in self.rim

    def beside(self, edge: Edge) -> tuple[str | None, str | None]:
        """The cells to the left and to the right of an edge."""
        return self.owner.get(edge), self.owner.get((edge[1], edge[0]))

    def add(self, edge: Edge, code: str) -> None:
        """Gives the left of an edge to a cell."""
        self._touch(code)
        self.owner[edge] = code
        self.edges.setdefault(code, set()).add(edge)
        self._join(edge)

    def drop(self, edge: Edge) -> str:
        """Takes an edge from the cell on its left, which it names."""
        code = self.owner.pop(edge)
        self._touch(code)
        self.edges[code].discard(edge)
        self.rim.discard(edge)
        if (edge[1], edge[0]) not in self.owner:
            self.around[edge[0]].discard(edge[1])
            self.around[edge[1]].discard(edge[0])
            for place in edge:
                if not self.around[place]:
                    del self.around[place]
        return code

    def give(self, edge: Edge, code: str | None) -> None:
        """Puts the left of an edge into the hands of a cell, None = of nobody."""
        if self.owner.get(edge) == code:
            return
        on_rim = edge in self.rim
        if edge in self.owner:
            self.drop(edge)
        if code is not None:
            self.add(edge, code)
            if on_rim:
                self.rim.add(edge)

    def put_nodes(self, edge: Edge, places: Sequence[Place]) -> None:
        """Puts places into an edge, in their order from its first end, for every cell that has the edge."""
        self._load_beside(edge)
        chain = self._chain(edge)
        way = [edge[0], *places, edge[1]] if chain.index(edge[0]) < chain.index(edge[1]) else [edge[1], *reversed(places), edge[0]]
        at = chain.index(way[0])
        chain[at : at + 2] = way
        self._replace(way[0], way[-1], way)
        for piece in pairwise(way):
            self.chains[undirected(piece)] = chain

    def take_node(self, place: Place) -> None:
        """Takes a place with two edges out of them, for every cell that has them."""
        one, other = sorted(self.around[place])
        for tail, head in ((one, other), (other, one)):
            if (tail, place) not in self.owner:
                continue
            on_rim = (tail, place) in self.rim
            code = self.drop((tail, place))
            self.drop((place, head))
            self.add((tail, head), code)
            if on_rim:
                self.rim.add((tail, head))
        self.nodes.pop(place, None)

    def is_passed_through(self, place: Place) -> bool:
        """Whether a place has two edges and could be left out."""
        joined = self.around.get(place, set())
        return len(joined) == 2 and max(joined) not in self.around[min(joined)]

    def array_of(self, code: str) -> Ints:
        """The directed edges of a cell, (n, 4)."""
        if code not in self._arrays:
            self._arrays[code] = as_array(self.edges[code])
        return self._arrays[code]

    def all_edges(self, codes: Iterable[str] | None = None) -> Ints:
        """The directed edges of cells, None = of all that are loaded."""
        chosen = list(self.edges if codes is None else codes)
        return np.concatenate([self.array_of(code) for code in chosen]) if chosen else np.empty((0, 4), dtype=np.int64)

    def settle_chains(self) -> list[Place]:
        """Ends an operation's noding: nodes nothing ends at go, what stays is remembered with its neighbours; gives what stays."""
        kept: list[Place] = []
        for chain in {id(chain): chain for chain in self.chains.values()}.values():
            fresh = [place for place in chain[1:-1] if place not in self.nodes]
            for place in fresh:
                if self.is_passed_through(place) and self.around[place] <= set(chain):
                    self.take_node(place)
                    chain.remove(place)
            for before, place in pairwise(chain[:-1]):
                if place not in self.nodes and place in self.around:
                    self.nodes[place] = (before, chain[-1])
                    kept.append(place)
        self.chains.clear()
        return kept

    def forget_idle_nodes(self) -> None:
        """Takes out every node put in since the start at which nothing ends any more, if its neighbours are those it was put between."""
        waiting = True
        while waiting:
            waiting = False
            for place, (one, other) in list(self.nodes.items()):
                if place not in self.around:
                    del self.nodes[place]
                elif self.around[place] == {one, other} and self.is_passed_through(place):
                    self.take_node(place)
                    waiting = True

    def rings(self, edges: Iterable[Edge]) -> tuple[list[Ints], list[Ints]]:
        """Shells and holes that directed edges chain into."""
        rows = as_array(_in_order(edges))
        found = [(ring, twice_area(ring)) for ring in trace(rows[:, :2], rows[:, 2:])]
        return [ring for ring, area in found if area > 0], [ring for ring, area in found if area < 0]

    def shape(self, code: str) -> MultiPolygon:
        """The ground of a cell in canonical form, lon/lat EPSG:4490 on the lattice."""
        shells, holes = self.rings(self.edges[code])
        return assemble([*shells, *holes])

    def _chain(self, edge: Edge) -> list[Place]:
        return self.chains.setdefault(undirected(edge), list(undirected(edge)))

    def _replace(self, tail: Place, head: Place, way: Sequence[Place]) -> None:
        for direction in (list(way), list(reversed(way))):
            edge = (direction[0], direction[-1])
            if edge not in self.owner:
                continue
            on_rim = edge in self.rim
            code = self.drop(edge)
            for piece in pairwise(direction):
                self.add(piece, code)
                if on_rim:
                    self.rim.add(piece)

    def _join(self, edge: Edge) -> None:
        self.around.setdefault(edge[0], set()).add(edge[1])
        self.around.setdefault(edge[1], set()).add(edge[0])

    def _touch(self, code: str) -> None:
        self._arrays.pop(code, None)
        if code not in self.before:
            self.before[code] = frozenset(self.edges.get(code, ()))


def is_simple(shells: Sequence[Ints], holes: Sequence[Ints]) -> bool:
    """Whether rings are those of a clean polygon: every hole in a shell, none in another."""
    made = assemble([*shells, *holes])
    return sum(len(part.interiors) for part in made.geoms) == len(holes) and bool(made.is_valid)


def _in_order(edges: Iterable[Edge]) -> Iterator[Edge]:
    """The edges one behind the other as far as they go on without a choice; in this order they are traced fast."""
    after: dict[Place, list[Place]] = {}
    for tail, head in edges:
        after.setdefault(tail, []).append(head)
    for heads in after.values():
        heads.sort(reverse=True)
    for begin in sorted(after):
        place = begin
        while after[place]:
            head = after[place].pop()
            yield place, head
            place = head
