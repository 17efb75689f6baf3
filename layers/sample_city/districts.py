"""Townships and counties as groups of villages, exclaves and islands, and which village is the seat of each township."""

import numpy as np

from layers.sample_city.mesh import components, tidy
from layers.sample_city.settlement import Field, Ground, Index, Mask, Neighbours, Settlement, make_villages, neighbours, reach

VILLAGES_A_TOWNSHIP, VILLAGES_A_COUNTY = 10, 100
_EXCLAVES = 2


def partition_villages(graph: Neighbours, place: Field, parts: int, within: Index, generator: np.random.Generator) -> Index:
    """A group number for every village: connected groups of about equal count, none across two values of `within`."""
    group = np.full(len(graph.near), -1)
    made = 0
    for value in np.unique(within).tolist():
        members = np.flatnonzero(within == value)
        wanted = max(1, round(parts * members.size / len(graph.near)))
        sources = _spread_out(members, place, wanted, generator)
        best = _balanced(graph, sources, within, members)
        for number in range(len(sources)):
            group[members[best[members] == number]] = made + number
        made += len(sources)
    return np.unique(group, return_inverse=True)[1]


def _spread_out(members: Index, place: Field, count: int, generator: np.random.Generator) -> list[int]:
    """So many members, far from one another: the middle ones of equal parts."""
    parts, found = [(members, count)], []
    while parts:
        some, share = parts.pop()
        if share == 1:
            off = np.hypot(*(place[some] - place[some].mean(axis=0)).T)
            found.append(int(some[np.argmin(off)]))
            continue
        extent = place[some].max(axis=0) - place[some].min(axis=0)
        lean = generator.uniform(-0.3, 0.3) + (0.0 if extent[0] > extent[1] else np.pi / 2)
        order = np.argsort(place[some, 0] * np.cos(lean) + place[some, 1] * np.sin(lean), kind="stable")
        cut = min(max(round(some.size * (share // 2) / share), 1), some.size - 1)
        parts += [(some[order[:cut]], share // 2), (some[order[cut:]], share - share // 2)]
    return sorted(found)


def _balanced(graph: Neighbours, sources: list[int], within: Index, members: Index) -> Index:
    """Who holds each member after the larger groups were held back a few times; the most even division met."""
    late = [0] * len(sources)
    best: tuple[float, Index] | None = None
    for _ in range(14 if members.size < 2000 else 5):
        holder, _ = reach(graph, sources, late, within)
        size = np.bincount(np.maximum(holder[members], 0), minlength=len(sources))
        spreadness = float(size.std() + 50 * (size == 0).sum())
        if best is None or spreadness < best[0]:
            best = (spreadness, holder)
        mean = size.mean()
        late = [early + round(1500 * float(np.clip((n - mean) / mean, -0.6, 0.6))) for early, n in zip(late, size.tolist(), strict=True)]
        late = [early - min(late) for early in late]
    assert best is not None
    return best[1]


def _town_of(ground: Ground, seat: Index, township: Index) -> Index:
    """The seat village of each township: on low, level ground, not far from the river or from the middle."""
    place = ground.mesh.xy[seat]
    score = ground.height_m[seat] / 60 + ground.steep[seat] * 20 + np.minimum(np.abs(ground.side_m[seat]), 9000) / 2500
    towns = []
    for number in range(int(township.max()) + 1):
        members = np.flatnonzero(township == number)
        off = np.hypot(*(place[members] - place[members].mean(axis=0)).T)
        towns.append(int(members[np.argmin(score[members] + off / 2500)]))
    return np.asarray(towns)


def _flooded(ground: Ground, owner: Index, count: int, islands: Index) -> Index:
    """Owners after the lake went to the village that held most of it, and each island in it to a village on the shore."""
    owner = owner.copy()
    wet = ground.lake.copy()
    wet[islands] = True
    wet &= owner < count
    if not wet.any():
        return owner
    keeper = int(np.argmax(np.bincount(owner[wet], minlength=count)))
    core = wet.copy()
    for here, there in ground.mesh.shifts():
        core[here[~wet[there] & wet[here]]] = False
    core[islands] = True
    for here, there in ground.mesh.shifts():
        core[there[np.isin(here, islands)]] = True
    shore = np.setdiff1d(np.unique(owner[wet]), [keeper])
    owner[core] = keeper
    for number, island in enumerate(islands.tolist()):
        if shore.size:
            owner[island] = shore[number % shore.size]
    return owner


def _exclaves(ground: Ground, owner: Index, count: int, seat: Index, township: Index) -> tuple[Index, Mask]:
    """Owners after a piece inside a few villages went to a neighbour's neighbour; and which nodes those pieces are."""
    owner, moved = owner.copy(), np.zeros(owner.size, dtype=np.bool_)
    same = owner < count
    for _ in range(3):
        inner = same.copy()
        for here, there in ground.mesh.shifts():
            inner[here[~same[there] | (owner[here] != owner[there])]] = False
        same = inner
    free = same & ~ground.lake
    free[seat] = False
    spots = np.flatnonzero(free)
    place = ground.mesh.xy
    for spot in spots[:: max(1, spots.size // _EXCLAVES)][:_EXCLAVES].tolist():
        blob = [spot]
        for here, there in ground.mesh.shifts():
            blob += there[here == spot].tolist()
        others = np.flatnonzero(township != township[owner[spot]])
        if others.size:
            away = np.hypot(*(place[seat[others]] - place[spot]).T)
            owner[blob] = others[np.argmin(away)]
            moved[blob] = True
    return owner, moved


def settle(ground: Ground, islands_xy: Field, generator: np.random.Generator, *, count: int, mean_m2: float) -> Settlement:
    """The whole division of the land: villages, townships of about ten, counties of about a hundred."""
    owner, seat = make_villages(ground, generator, count=count, mean_m2=mean_m2)
    place = ground.mesh.xy[seat]
    graph = neighbours(ground, np.where(owner < count, owner, -1), seat)
    whole = np.zeros(count, dtype=np.int64)
    county = partition_villages(graph, place, max(1, round(count / VILLAGES_A_COUNTY)), whole, generator)
    township = partition_villages(graph, place, max(1, round(count / VILLAGES_A_TOWNSHIP)), county, generator)
    islands = np.asarray([int(np.argmin(np.hypot(*(ground.mesh.xy - place).T))) for place in islands_xy], dtype=np.int64)
    owner = _flooded(ground, owner, count, islands)
    owner, moved = _exclaves(ground, owner, count, seat, township)
    moved[islands] = True
    owner = tidy(ground.mesh, owner, least_nodes=6, keep=moved)
    return Settlement(ground, count, owner, seat, township, county, _town_of(ground, seat, township), islands)


def pieces_of(settlement: Settlement) -> Index:
    """How many pieces the land of each village has."""
    piece = components(settlement.ground.mesh, settlement.owner)
    inside = settlement.owner < settlement.count
    pairs = np.unique(np.stack([settlement.owner[inside], piece[inside]], axis=-1), axis=0)
    return np.bincount(pairs[:, 0], minlength=settlement.count)
