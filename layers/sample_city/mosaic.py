"""Exact partitions of the plane from owners of mesh nodes.

The border crosses an edge whose ends have different owners at one point, and meets at one inner point of a triangle with three owners.
Every stretch of border lies inside its own triangle, so that no two can cross, however they are bent; both sides use the same vertices.
Regions, and any groups of them, are put together from the same stretches: parents are exact unions of their children.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon

from layers.sample_city.frame import to_lonlat
from layers.sample_city.mesh import Mesh

Index = NDArray[np.int64]
Field = NDArray[np.float64]

_INNER = 3


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Stretches of border: from, to (point numbers), owner on the left and on the right, and the coordinates along each.

    shape (s, 1 + inner, 2): the first point of a stretch and its inner vertices, lon/lat on the lattice; its last is the next one's first.
    """

    start: Index
    end: Index
    left: Index
    right: Index
    shape: Field
    back: Field

    def regions(self, group: Index | None = None) -> dict[int, MultiPolygon]:
        """The region of every owner, or of every group of owners (group[owner], < 0 = left out), in lon/lat."""
        left, right = (self.left, self.right) if group is None else (group[self.left], group[self.right])
        border = left != right
        return _assemble(
            np.concatenate([left[border], right[border]]),
            np.concatenate([self.start[border], self.end[border]]),
            np.concatenate([self.end[border], self.start[border]]),
            np.concatenate([self.shape[border], self.back[border]]),
        )


@dataclass(frozen=True, slots=True)
class _Stretches:
    """Border stretches before they have a place: ends as point numbers, owners, the triangle each lies in."""

    start: Index
    end: Index
    left: Index
    right: Index
    corners: Index
    edge_nodes: Index
    inner_points: int


def _stretches(mesh: Mesh, owner: Index) -> _Stretches:
    """Every stretch of border. Points 0..edges-1 lie on crossed edges, the rest inside triangles of three owners."""
    triangles = mesh.triangles()
    held = owner[triangles]
    a, b, c = held.T
    three = (a != b) & (b != c) & (a != c)
    two = ~three & ((a != b) | (b != c))
    alone = np.where(b == c, 0, np.where(a == c, 1, 2))[two]
    rolled = np.take_along_axis(triangles[two], (alone[:, None] + np.arange(3)) % 3, axis=1)
    thirds = triangles[three]
    ends = np.concatenate([rolled[:, [0, 1]], rolled[:, [0, 2]], thirds[:, [0, 1]], thirds[:, [1, 2]], thirds[:, [2, 0]]])
    ends.sort(axis=1)
    key, number = np.unique(ends[:, 0] * mesh.size + ends[:, 1], return_inverse=True)
    count2, count3 = rolled.shape[0], thirds.shape[0]
    inner = key.size + np.arange(count3)
    at = np.split(number, np.cumsum([count2, count2, count3, count3])) if count2 + count3 else [number] * 5
    corner = owner[thirds]
    return _Stretches(
        start=np.concatenate([at[0], at[2], at[3], at[4]]),
        end=np.concatenate([at[1], inner, inner, inner]),
        left=np.concatenate([owner[rolled[:, 0]], corner[:, 0], corner[:, 1], corner[:, 2]]),
        right=np.concatenate([owner[rolled[:, 1]], corner[:, 1], corner[:, 2], corner[:, 0]]),
        corners=np.concatenate([rolled, thirds, thirds, thirds]),
        edge_nodes=np.stack([key // mesh.size, key % mesh.size], axis=-1),
        inner_points=count3,
    )


def _place(mesh: Mesh, parts: _Stretches, strong: NDArray[np.bool_], rounds: int) -> Field:
    """Where the points lie, metres: on its edge each is pulled towards the line between its neighbours, inner ones to their mean.

    Strong stretches are placed as if the weak ones were not there.
    """
    edges = parts.edge_nodes.shape[0]
    a, b = mesh.xy[parts.edge_nodes[:, 0]], mesh.xy[parts.edge_nodes[:, 1]]
    total = edges + parts.inner_points
    ends, others = np.concatenate([parts.start, parts.end]), np.concatenate([parts.end, parts.start])
    heavy = np.concatenate([strong, strong])
    is_strong = np.bincount(ends[heavy], minlength=total) > 0
    counted = heavy | ~is_strong[ends]
    ends, others = ends[counted], others[counted]
    order = np.lexsort((others, ends))
    ends, others = ends[order], others[order]
    degree = np.bincount(ends, minlength=total)
    first = np.concatenate([[0], np.cumsum(degree)[:-1]])
    chained = np.flatnonzero(degree[:edges] == 2)
    before, after = others[first[chained]], others[first[chained] + 1]
    along = np.full(edges, 0.5)
    place = np.zeros((total, 2))
    across = (b - a)[chained]
    for _ in range(rounds + 1):
        place[:edges] = a + along[:, None] * (b - a)
        for axis in (0, 1):
            sums = np.bincount(ends, weights=place[others, axis], minlength=total)
            place[edges:, axis] = sums[edges:] / np.maximum(degree[edges:], 1)
        chord = place[after] - place[before]
        denominator = across[:, 0] * chord[:, 1] - across[:, 1] * chord[:, 0]
        offset = place[before] - a[chained]
        numerator = offset[:, 0] * chord[:, 1] - offset[:, 1] * chord[:, 0]
        wanted = np.where(np.abs(denominator) > 1e-6, numerator / np.where(denominator == 0, 1, denominator), 0.5)
        along[chained] += 0.6 * (np.clip(wanted, 0.12, 0.88) - along[chained])
    return place


def _bend(mesh: Mesh, parts: _Stretches, place: Field, rough: Field) -> Field:
    """Inner vertices (s, 3, 2) of every stretch: thrown off the chord, never out of its triangle, as a graph over the chord."""
    p, q = place[parts.start], place[parts.end]
    chord = q - p
    across = np.stack([-chord[:, 1], chord[:, 0]], axis=-1)
    middle = rough[:, 0]
    height = np.stack([middle / 2 + rough[:, 1] / 2, middle, middle / 2 + rough[:, 2] / 2], axis=-1)
    free = parts.end < parts.edge_nodes.shape[0]
    height[~free] = 0.0
    corner = mesh.xy[parts.corners]
    share = np.ones(p.shape[0])
    for which in range(3):
        u, v = corner[:, which], corner[:, (which + 1) % 3]
        side = v - u
        inward = np.stack([-side[:, 1], side[:, 0]], axis=-1)
        for step in range(_INNER):
            on_chord = p + chord * (step + 1) / (_INNER + 1)
            room = ((on_chord - u) * inward).sum(axis=1)
            pull = -(across * inward).sum(axis=1) * height[:, step]
            share = np.where(pull > 0.6 * room, np.minimum(share, 0.6 * room / np.where(pull > 0, pull, 1)), share)
    steps = (np.arange(_INNER) + 1) / (_INNER + 1)
    bent: Field = p[:, None] + chord[:, None] * steps[None, :, None] + across[:, None] * (height * share[:, None])[..., None]
    return bent


def make_mosaic(mesh: Mesh, owner: Index, generator: np.random.Generator, *, roughness: float = 0.16, strong: Index | None = None, rounds: int = 8) -> Mosaic:
    """The partition in which every mesh node lies in its owner's region; owners are numbered from 0.

    roughness: how far a border is thrown off its course, as a share of each stretch. strong: owner -> group; borders between groups
    are drawn as if only they existed.
    """
    parts = _stretches(mesh, owner)
    group = np.arange(int(owner.max()) + 1) if strong is None else strong
    place = _place(mesh, parts, group[parts.left] != group[parts.right], rounds)
    rough = np.clip(generator.normal(0.0, roughness, (parts.start.size, 3)), -0.34, 0.34) * np.array([1.0, 0.7, 0.7])
    inner = _bend(mesh, parts, place, rough)
    points, inner = to_lonlat(place), to_lonlat(inner)
    shape = np.concatenate([points[parts.start][:, None], inner], axis=1)
    back = np.concatenate([points[parts.end][:, None], inner[:, ::-1]], axis=1)
    return Mosaic(parts.start, parts.end, parts.left, parts.right, shape, back)


def _assemble(left: Index, start: Index, end: Index, shape: Field) -> dict[int, MultiPolygon]:
    """Rings from directed stretches (owner on their left), sorted into outer rings and holes of each owner."""
    if not start.size:
        return {}
    order = np.lexsort((start, left))
    left, start, end, shape = left[order], start[order], end[order], shape[order]
    span = int(max(start.max(), end.max())) + 1
    follower = np.searchsorted(left * span + start, left * span + end).tolist()
    keep = np.flatnonzero(left >= 0).tolist()
    seen = bytearray(len(follower))
    owners = left.tolist()
    rings: dict[int, list[Field]] = {}
    for first in keep:
        if seen[first]:
            continue
        path, at = [], first
        while not seen[at]:
            seen[at] = 1
            path.append(at)
            at = follower[at]
        rings.setdefault(owners[first], []).append(shape[path].reshape(-1, 2))
    return {owner: _polygons(rings[owner]) for owner in sorted(rings)}


def _polygons(rings: list[Field]) -> MultiPolygon:
    """Outer rings run counter-clockwise, holes clockwise; each hole goes to the outer ring around it."""
    outers: list[Field] = []
    holes: list[Field] = []
    for ring in rings:
        local = ring - ring[0]
        turned = local[:-1, 0] * local[1:, 1] - local[1:, 0] * local[:-1, 1]
        (outers if turned.sum() > 0 else holes).append(ring)
    inside: list[list[Field]] = [[] for _ in outers]
    shells = [Polygon(ring) for ring in outers]
    for hole in holes:
        around = [k for k, shell in enumerate(shells) if len(shells) == 1 or shapely.contains_xy(shell, hole[0, 0], hole[0, 1])]
        inside[min(around, key=lambda k: shells[k].area)].append(hole)
    return MultiPolygon([Polygon(ring, list(cuts)) for ring, cuts in zip(outers, inside, strict=True)])
