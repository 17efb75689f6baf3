"""Where people settled and how far their land reaches: villages, then townships and counties as groups of villages.

Villages stand close in the valley and far apart in the mountains. Land goes to the village from which it is reached with the least
climbing, so that boundaries run along ridges; crossing the main river costs too, so that many follow it.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.sample_city.mesh import Mesh, spread, tidy
from layers.sample_city.relief import Relief

Index = NDArray[np.int64]
Field = NDArray[np.float64]
Mask = NDArray[np.bool_]

_CLIMB = 8.0
_RIVER_CROSSING_M = 2600.0


@dataclass(frozen=True, slots=True)
class Ground:
    """What the mesh knows of the land at its nodes: height, steepness (rise over run), side of the main river, whether it is lake."""

    mesh: Mesh
    height_m: Field
    steep: Field
    side_m: Field
    lake: Mask


@dataclass(frozen=True, slots=True)
class Settlement:
    """owner: village of each mesh node, `count` where it is outside. By village: seat (node), township, county; numbers from 0.

    town: the village that is the township's seat, by township; islands: nodes of lake islands.
    """

    ground: Ground
    count: int
    owner: Index
    seat: Index
    township: Index
    county: Index
    town: Index
    islands: Index


def ground_of(mesh: Mesh, relief: Relief, lake: Mask) -> Ground:
    """The land as the nodes of a mesh see it."""
    at = relief.raster.indices(mesh.xy[:, 0], mesh.xy[:, 1])
    rise = relief.raster.height_m
    run_m = relief.raster.pixel_deg * 110850.0
    row, column = at
    south, north = rise[np.minimum(row + 3, rise.shape[0] - 1), column], rise[np.maximum(row - 3, 0), column]
    east, west = rise[row, np.minimum(column + 3, rise.shape[1] - 1)], rise[row, np.maximum(column - 3, 0)]
    steep = np.hypot(north - south, east - west) / (6 * run_m)
    return Ground(mesh, rise[at], steep, relief.river.side_m(mesh.xy[:, 0], mesh.xy[:, 1]), lake[at])


def place_seats(ground: Ground, generator: np.random.Generator, *, mean_m2: float) -> Index:
    """One node a village over the whole mesh: many in the valley, few in the mountains, each on low and level ground.

    The nodes are walked along a curve that keeps neighbours together, and cut into runs of one village's land each.
    """
    mesh = ground.mesh
    high = np.clip((ground.height_m - 90.0) / 620.0, 0, 1)
    wanted_m2 = (0.42 + 1.55 * high**0.75) * mean_m2
    along = np.argsort(curve_position(mesh.xy), kind="stable")
    share = np.cumsum((mesh.spacing_m**2 * np.sqrt(3) / 2 / wanted_m2)[along])
    run = np.empty(mesh.size, dtype=np.int64)
    run[along] = np.unique(np.floor(share * (round(float(share[-1])) / share[-1]) * (1 - 1e-12)), return_inverse=True)[1]
    score = _seat_score(ground, run) + generator.random(mesh.size) * 0.25
    order = np.lexsort((np.arange(mesh.size), score, run))
    return order[np.unique(run[order], return_index=True)[1]]


def _seat_score(ground: Ground, run: Index) -> Field:
    """How badly each node would do as the seat of its run: off its middle, high, steep or wet."""
    count = np.bincount(run)
    x, y = ground.mesh.xy.T
    off = np.hypot(x - (np.bincount(run, weights=x) / count)[run], y - (np.bincount(run, weights=y) / count)[run])
    lowest = np.full(count.size, np.inf)
    np.minimum.at(lowest, run, ground.height_m)
    wet = ground.lake | (np.abs(ground.side_m) < 250)
    score: Field = off / (np.sqrt(count) * ground.mesh.spacing_m)[run] * 2.2 + (ground.height_m - lowest[run]) / 160.0 + ground.steep * 2 + wet * 3.0
    return score


def curve_position(xy: Field, bits: int = 11) -> Index:
    """Where each place lies along a Hilbert curve over the box of all of them. Source: D. Hilbert, Math. Annalen 38, 1891."""
    low, high = xy.min(axis=0), xy.max(axis=0)
    x, y = ((xy - low) / (high - low).max() * ((1 << bits) - 1)).astype(np.int64).T
    position = np.zeros(x.size, dtype=np.int64)
    for bit in range(bits - 1, -1, -1):
        east, north = (x >> bit) & 1, (y >> bit) & 1
        position = (position << 2) | ((3 * east) ^ north)
        turn = north == 0
        flip = turn & (east == 1)
        mask = (1 << bit) - 1
        x, y = np.where(flip, mask - (x & mask), x & mask), np.where(flip, mask - (y & mask), y & mask)
        x, y = np.where(turn, y, x), np.where(turn, x, y)
    return position


def travel_costs(ground: Ground) -> list[Index]:
    """For every direction of the mesh, what each step costs in metres of level way."""
    costs = []
    for here, there in ground.mesh.shifts():
        way = np.hypot(*(ground.mesh.xy[here] - ground.mesh.xy[there]).T)
        climb = np.abs(ground.height_m[here] - ground.height_m[there])
        crossing = (ground.side_m[here] > 0) != (ground.side_m[there] > 0)
        costs.append(np.rint(way + _CLIMB * climb + crossing * _RIVER_CROSSING_M).astype(np.int64))
    return costs


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Which regions share a border, and what going from one to the other costs; near[i] = [(cost, j), ...]."""

    near: list[list[tuple[int, int]]]


def neighbours(ground: Ground, owner: Index, seats: Index) -> Neighbours:
    """Regions that touch: cost = way between their seats and the climb over the lowest pass between them, more across the river."""
    low, high = ground.mesh.edges()
    across = (owner[low] != owner[high]) & (owner[low] >= 0) & (owner[high] >= 0)
    pair = np.sort(np.stack([owner[low[across]], owner[high[across]]], axis=-1), axis=1)
    crest = np.maximum(ground.height_m[low[across]], ground.height_m[high[across]])
    order = np.lexsort((crest, pair[:, 1], pair[:, 0]))
    keys, first, length = np.unique(pair[order], axis=0, return_index=True, return_counts=True)
    crest = crest[order][first]
    a, b = seats[keys[:, 0]], seats[keys[:, 1]]
    way = np.hypot(*(ground.mesh.xy[a] - ground.mesh.xy[b]).T)
    climb = np.maximum(crest - np.minimum(ground.height_m[a], ground.height_m[b]), 0)
    crossing = (ground.side_m[a] > 0) != (ground.side_m[b] > 0)
    cost = np.rint(way + 7.0 * climb + crossing * 1500.0 + np.where(length < 3, 2000.0, 0.0)).astype(np.int64)
    near: list[list[tuple[int, int]]] = [[] for _ in range(seats.size)]
    for one, other, price in zip(keys[:, 0].tolist(), keys[:, 1].tolist(), cost.tolist(), strict=True):
        near[one].append((price, other))
        near[other].append((price, one))
    return Neighbours(near)


def reach(graph: Neighbours, sources: list[int], head_start: list[int] | None = None, within: Index | None = None) -> tuple[Index, list[int]]:
    """Which source reaches each region first (-1: none), and the regions in the order in which they are reached.

    within: only regions of the source's own value of this are entered.
    """
    holder = np.full(len(graph.near), -1)
    start = head_start or [0] * len(sources)
    front = [(early, number, source) for number, (early, source) in enumerate(zip(start, sources, strict=True))]
    heapq.heapify(front)
    order: list[int] = []
    while front:
        spent, number, region = heapq.heappop(front)
        if holder[region] >= 0:
            continue
        holder[region] = number
        order.append(region)
        for price, other in graph.near[region]:
            if holder[other] < 0 and (within is None or within[other] == within[region]):
                heapq.heappush(front, (spent + price, number, other))
    return holder, order


def choose_city(ground: Ground, graph: Neighbours, owner: Index, seats: Index, count: int) -> Index:
    """The villages of the city: those reached first from its middle, so many, with none left out inside."""
    place = ground.mesh.xy[seats]
    rim = np.zeros(ground.mesh.size, dtype=np.bool_).reshape(ground.mesh.rows, ground.mesh.columns)
    rim[:4], rim[-4:], rim[:, :4], rim[:, -4:] = True, True, True, True
    barred = np.zeros(seats.size, dtype=np.bool_)
    barred[np.unique(owner[rim.ravel()])] = True
    middle = int(np.argmin(np.hypot(*place.T) + np.maximum(ground.height_m[seats] - 120, 0) * 20))
    away = np.hypot(*(place - place[middle]).T)
    _, order = reach(graph, [middle])
    rank = np.empty(seats.size)
    rank[order] = np.arange(len(order))
    score = away / away.max() + 0.4 * rank / seats.size
    inside = _grow(graph, middle, score, count, barred)
    has_land = np.bincount(owner, minlength=seats.size) > 0
    inside = has_land & ~_reached_from(graph, np.flatnonzero(barred), ~inside)
    return np.flatnonzero(_trimmed(graph, inside, score, int(inside.sum()) - count))


def _trimmed(graph: Neighbours, inside: Mask, score: Field, surplus: int) -> Mask:
    """The regions without so many of the last ones at their edge; what is left hangs together."""
    for region in np.argsort(-np.where(inside, score, -np.inf), kind="stable").tolist():
        if surplus <= 0:
            break
        if not inside[region] or all(inside[other] for _, other in graph.near[region]):
            continue
        inside[region] = False
        start = next((other for _, other in graph.near[region] if inside[other]), None)
        if start is not None and int(_reached_from(graph, np.array([start]), inside).sum()) == int(inside.sum()):
            surplus -= 1
        else:
            inside[region] = True
    return inside


def _grow(graph: Neighbours, middle: int, score: Field, count: int, barred: Mask) -> Mask:
    inside = np.zeros(score.size, dtype=np.bool_)
    front, queued, taken = [(0.0, middle)], {middle}, 0
    while front and taken < count:
        _, region = heapq.heappop(front)
        inside[region] = True
        taken += 1
        for _, other in graph.near[region]:
            if other not in queued and not barred[other]:
                queued.add(other)
                heapq.heappush(front, (float(score[other]), other))
    return inside


def _reached_from(graph: Neighbours, sources: Index, allowed: Mask) -> Mask:
    seen = np.zeros(allowed.size, dtype=np.bool_)
    stack = sources.tolist()
    seen[sources] = True
    while stack:
        for _, other in graph.near[stack.pop()]:
            if allowed[other] and not seen[other]:
                seen[other] = True
                stack.append(other)
    return seen


def make_villages(ground: Ground, generator: np.random.Generator, *, count: int, mean_m2: float) -> tuple[Index, Index]:
    """Owner of each node (count = outside) and seat of each village of the city, numbered from north-west to south-east."""
    seats = place_seats(ground, generator, mean_m2=mean_m2)
    costs = travel_costs(ground)
    owner = tidy(ground.mesh, spread(ground.mesh, seats, costs), least_nodes=6)
    chosen = choose_city(ground, neighbours(ground, owner, seats), owner, seats, count)
    place = ground.mesh.xy[seats[chosen]]
    chosen = chosen[np.lexsort((place[:, 0], -np.floor(place[:, 1] / 3000)))]
    number = np.full(seats.size, chosen.size)
    number[chosen] = np.arange(chosen.size)
    return number[owner], seats[chosen]
