"""A redraw while its operations are carried out: the cells' ground as a mesh, their names and parents beside it.

Every operation ends in `settle`, which proves that the cells tile as they did: what is new in the mesh meets nothing but in common places,
no cell fell apart or vanished, and what the changed cells have on their left adds up to what they had.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from shapely import MultiPolygon

from gridgov.errors import Fault, Refused
from gridgov.geo.exact import Edge, Place, first_clash, meeting, undirected
from gridgov.geo.line_noding import box_of, degrees
from gridgov.geo.mesh import Ground, Mesh, is_simple
from gridgov.geo.trace import twice_area
from gridgov.grids.cell import Cell
from gridgov.grids.codebook import CodeBook


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf cell, lon/lat EPSG:4490 on the lattice."""

    code: str
    name: str
    parent_code: str | None
    geometry: MultiPolygon


@dataclass(frozen=True, slots=True)
class Upper:
    """A cell above the leaves; its ground follows from theirs."""

    rank: int
    code: str
    name: str
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know about an operation that was carried out. at: (lon, lat), None = no place."""

    pointer: str
    en: str
    zh: str
    at: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Fabric:
    """The part of a grid that a redraw may touch. leaves: with the neighbours of all that may change. uppers: every cell above."""

    leaves: Mapping[str, Leaf]
    uppers: Mapping[tuple[int, str], Upper]

    @classmethod
    def of(cls, leaves: Iterable[Cell], uppers: Iterable[Cell]) -> "Fabric":
        """From cells as stored; uppers need no geometry."""
        drawn = {cell.code: Leaf(cell.code, cell.name, cell.parent_code, cell.geometry) for cell in leaves if cell.geometry is not None}
        above = {(cell.rank, cell.code): Upper(cell.rank, cell.code, cell.name, cell.parent_code) for cell in uppers}
        return cls(drawn, above)


@dataclass(slots=True)
class Drafting:
    """leaves: code -> name and parent of every leaf as it stands now. shaped: codes whose ground an operation changed, not only their nodes.

    rim_nodes: places put into edges that have no cell on the other side: they lie on the edge exactly. last: leaves whose ground the last
    operation changed.
    """

    mesh: Mesh
    leaves: dict[str, tuple[str, str | None]]
    uppers: dict[tuple[int, str], Upper]
    codes: CodeBook
    pointer: str = ""
    notes: list[Note] = field(default_factory=list)
    shaped: set[str] = field(default_factory=set)
    rim_nodes: dict[Place, Edge] = field(default_factory=dict)
    last: frozenset[str] = frozenset()

    @classmethod
    def of(cls, fabric: Fabric, codes: CodeBook, sure: frozenset[int]) -> "Drafting":
        """Ready for the first operation. sure: positions of leaves whose neighbours are all in the fabric."""
        ground = Ground.of(list(fabric.leaves), [leaf.geometry for leaf in fabric.leaves.values()])
        leaves = {leaf.code: (leaf.name, leaf.parent_code) for leaf in fabric.leaves.values()}
        return cls(Mesh(ground, sure), leaves, dict(fabric.uppers), codes)

    def require_leaf(self, code: str, pointer: str) -> str:
        """The code of a leaf that stands, loaded into the mesh. Raises Refused."""
        if code not in self.leaves:
            above = any(upper.code == code for upper in self.uppers.values())
            why = ("is not a cell of the lowest level; only those are drawn", "不是最低一级网格，只有最低一级可以改画") if above else _unknown()
            raise refusal(pointer, f"{code} {why[0]}", f"{code} {why[1]}")
        self.mesh.load([code])
        return code

    def named(self, code: str) -> str:
        """A leaf as messages call it."""
        name = self.leaves[code][0] if code in self.leaves else ""
        return f"{name} {code}".strip()

    def note(self, en: str, zh: str, at: Place | None = None) -> None:
        """Keeps something to know about the operation."""
        self.notes.append(Note(self.pointer, en, zh, None if at is None else degrees(at)))

    def say_moved(self, moved: Iterable[tuple[Place, Place]]) -> None:
        """Notes where a line was led to a vertex of a boundary that must not bend."""
        for at, vertex in dict.fromkeys(moved):
            self.note(
                f"The line meets the outer boundary at its nearest vertex ({vertex[0] / 1e9:.9f}, {vertex[1] / 1e9:.9f}), which stays as it is.",
                f"外边界保持不变，该线改接至其最近界址点（{vertex[0] / 1e9:.9f}，{vertex[1] / 1e9:.9f}）。",
                at,
            )

    def end(self, code: str) -> None:
        """A leaf is no more."""
        del self.leaves[code]
        self.shaped.discard(code)

    def settle(self, *, shaped: Collection[str], parts: Mapping[str, int] | None = None, same_rings: bool = False) -> None:
        """Closes an operation, or refuses it.

        shaped: codes whose ground it changed. parts: how many parts a cell may have, where not as before. same_rings: no ring may come or go.
        """
        mesh = self.mesh
        for place in mesh.settle_chains():
            if any(mesh.is_rim((place, other)) for other in mesh.around[place]):
                self.rim_nodes[place] = mesh.nodes[place]
        mesh.forget_idle_nodes()
        self.shaped |= set(shaped)
        self.last = frozenset(shaped)
        self._require_clean()
        self._require_same_ground()
        for code, before in mesh.before.items():
            if code in self.leaves:
                self._require_whole(code, before, (parts or {}).get(code), same_rings)
        mesh.begin()

    def _require_clean(self) -> None:
        mesh = self.mesh
        fresh = sorted({undirected(edge) for code in mesh.before for edge in mesh.edges.get(code, set()) - mesh.before[code]})
        if not fresh:
            return
        for edge in fresh:
            mesh.load_near(*box_of(edge), 0, to_change=False)
        low, high = box_of(place for edge in fresh for place in edge)
        standing = mesh.all_edges()
        clash = first_clash(fresh, standing[meeting(standing, low, high)])
        if clash is not None:
            at = min(clash[0], key=lambda place: _squared(place, clash[1][0]))
            who = "、".join(dict.fromkeys(self.named(code) for code in mesh.beside(clash[1]) if code))
            raise refusal("", f"the boundary would cross or touch another boundary ({who}) here", f"调整后的界线在此处与其他界线（{who}）相交或相接", at)

    def _require_same_ground(self) -> None:
        """The changed cells' edges, what runs both ways left out, are those they had: nothing was lost, nothing doubled."""
        balance: Counter[Edge] = Counter()
        for code, before in self.mesh.before.items():
            for edge in self.mesh.edges.get(code, ()):
                balance[edge] += 1
            for edge in before:
                balance[edge] -= 1
        for edge, count in balance.items():
            if count != balance.get((edge[1], edge[0]), 0) and not self._is_along_rim(edge):
                raise refusal("", "the ground of the cells would not stay the same here", "调整后网格覆盖范围在此处发生变化", edge[0])

    def _is_along_rim(self, edge: Edge) -> bool:
        """Whether an edge is one that has no other side, or became two by a place that lies on it."""
        whole = (min(edge), max(edge))
        return any(place in edge for place in self.rim_nodes) or any(
            undirected(known) == whole for known in [*self.rim_nodes.values(), *self.mesh.nodes.values()]
        )

    def _require_whole(self, code: str, before: Collection[Edge], parts: int | None, same_rings: bool) -> None:
        edges, who = self.mesh.edges.get(code), self.named(code)
        if not edges:
            at = min(before)[0] if before else None
            raise refusal("", f"nothing would be left of {who}; merge it instead", f"{who} 将不复存在，如需撤销请用“合并”", at)
        shells, holes = self.mesh.rings(edges)
        old_shells, old_holes = self.mesh.rings(before) if before else ([], [])
        if len(shells) > (len(old_shells) if parts is None else parts):
            x, y = min(shells, key=twice_area)[0].tolist()
            raise refusal("", f"{who} would fall apart into {len(shells)} pieces", f"{who} 将被分割为 {len(shells)} 块", (x, y))
        turned = not shells or (same_rings and (len(shells), len(holes)) != (len(old_shells), len(old_holes)))
        if turned or not is_simple(shells, holes):
            at = min(set(edges) - set(before), default=min(edges))[0]
            raise refusal("", f"the boundary of {who} would turn over or cross itself here", f"{who} 的界线在此处翻转或自相交", at)

    def leaf(self, code: str, original: Leaf | None) -> Leaf:
        """A leaf as it stands, with its ground as stored where it did not change."""
        name, parent = self.leaves[code]
        if original is not None and (code not in self.mesh.edges or self._is_as_loaded(code, original)):
            return replace(original, name=name, parent_code=parent)
        return Leaf(code, name, parent, self.mesh.shape(code))

    def _is_as_loaded(self, code: str, original: Leaf) -> bool:
        index = self.mesh.ground.codes.index(code)
        return set(self.mesh.ground.edges_of(index)[0]) == self.mesh.edges[code]


def refusal(pointer: str, en: str, zh: str, at: Place | None = None) -> Refused:
    """The refusal of an operation, with its place."""
    fault = Fault(pointer, en[0].upper() + en[1:] + ".", zh + "。", None if at is None else degrees(at))
    return Refused(f"The redraw cannot be carried out: {en}.", f"无法执行该调整：{zh}。", faults=[fault])


def _unknown() -> tuple[str, str]:
    return "is not a cell in force on that day", "在该日不是生效的网格"


def _squared(one: Place, other: Place) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
