"""What the base map shows beside the cells: the river with its islands, brooks, the reservoir, and roads between the towns."""

import heapq

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon

from layers.sample_city.frame import to_lonlat
from layers.sample_city.mesh import prices, tidy
from layers.sample_city.randomness import stream
from layers.sample_city.records import Feature
from layers.sample_city.relief import Field, Relief, River
from layers.sample_city.settlement import Index, travel_costs
from layers.sample_city.water import Water, rounded_line
from layers.sample_city.works import Works, polygons

_MOST_ROADS = 240


def base_map(works: Works, relief: Relief, water: Water) -> tuple[tuple[Feature, ...], tuple[Feature, ...]]:
    """Waters and roads of the whole frame, lon/lat."""
    river, islands = river_ground(relief.river, works.frame.half_m, works.seed)
    stem = works.places.counties[0].stem
    waters = [Feature(f"{stem}江", "river", river)]
    waters += [Feature(f"江心洲{number}", "river-island", island) for number, island in enumerate(islands, start=1)]
    lake = _lake(works)
    if not lake.is_empty:
        waters.append(Feature(f"{stem}水库", "reservoir", lake))
    for number, brook in enumerate(water.streams, start=1):
        kind = "stream" if brook.catchment_m2 < 4e7 else "tributary"
        waters.append(Feature(f"{number}号支流", kind, LineString(to_lonlat(brook.line))))
    return tuple(waters), roads(works)


def river_ground(river: River, half_m: float, seed: int) -> tuple[Polygon, list[Polygon]]:
    """The river as a polygon with its islands cut out, and the islands. It is wider downstream and where an island lies."""
    generator = stream(seed, "river-islands")
    x = np.arange(-half_m, half_m, 60.0)
    line = np.stack([x, river.middle(x)], axis=-1)
    ahead = np.gradient(line, axis=0)
    across = np.stack([-ahead[:, 1], ahead[:, 0]], axis=-1) / np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    width = 90.0 + 45.0 * (x + half_m) / (2 * half_m)
    islands: list[Polygon] = []
    for middle in (np.array([-0.22, 0.02, 0.27]) + generator.uniform(-0.05, 0.05, 3)) * half_m:
        long = float(generator.uniform(450, 800)) * min(1.0, half_m / 16000)
        bulge = np.clip(1 - ((x - middle) / (1.6 * long)) ** 2, 0, 1)
        width = width + 130.0 * min(1.0, half_m / 16000) * bulge**1.5
        inner = np.flatnonzero(np.abs(x - middle) < long)
        broad = 0.14 * long * np.sqrt(1 - ((x[inner] - middle) / long) ** 2) * (0.8 + 0.3 * generator.random(inner.size))
        ring = np.concatenate([line[inner] + across[inner] * broad[:, None], (line[inner] - across[inner] * broad[:, None])[::-1]])
        islands.append(Polygon(to_lonlat(ring)))
    bank = np.concatenate([line + across * width[:, None], (line - across * width[:, None])[::-1]])
    # In a tight bend the two banks may cross; what they enclose is the river all the same.
    whole = shapely.difference(shapely.make_valid(Polygon(to_lonlat(bank)), method="structure"), shapely.union_all(islands))
    return max(polygons(whole).geoms, key=lambda part: part.area), islands


def _lake(works: Works) -> MultiPolygon:
    """The reservoir's water, islands left out."""
    mesh = works.fields.mesh
    wet = tidy(mesh, works.fields.ground.lake.astype(np.int64), least_nodes=1)
    if not wet.any():
        return MultiPolygon()
    return works.mosaic(wet, "lake").regions(np.array([-1, 0]))[0]


def roads(works: Works) -> tuple[Feature, ...]:
    """Roads along the easiest way between neighbouring towns: main roads between the seats of counties, lesser ones to the rest."""
    settlement = works.settlement
    costs = _way_costs(works)
    seats = settlement.seat[settlement.town]
    place = settlement.ground.mesh.xy[seats]
    found = []
    for one, other in _links(place, works)[:_MOST_ROADS]:
        path = _easiest_way(works, costs, int(seats[one]), int(seats[other]))
        main = one in works.places.capital or other in works.places.capital
        name = f"{works.places.townships[one].stem}—{works.places.townships[other].stem}"
        found.append(Feature(name, "main-road" if main else "road", LineString(to_lonlat(rounded_line(settlement.ground.mesh.xy[path])))))
    return tuple(found)


def _links(place: Field, works: Works) -> list[tuple[int, int]]:
    """Pairs of towns to join: the least tree over all of them by distance, height told by the climb between seats."""
    count = place.shape[0]
    joined = np.zeros(count, dtype=np.bool_)
    best, toward = np.full(count, np.inf), np.zeros(count, dtype=np.int64)
    current, links = works.places.capital[0], []
    for _ in range(count - 1):
        joined[current] = True
        away = np.hypot(*(place - place[current]).T)
        nearer = away < best
        best[nearer], toward[nearer] = away[nearer], current
        current = int(np.argmin(np.where(joined, np.inf, best)))
        links.append((int(toward[current]), current))
    return links


def _way_costs(works: Works) -> Index:
    """What the step to each neighbour costs, by node and direction: dearer on steep ground, far dearer into the lake."""
    ground = works.settlement.ground
    return prices(ground.mesh, [cost + 4000 * ground.lake[there] for (_, there), cost in zip(ground.mesh.shifts(), travel_costs(ground), strict=True)])


def _easiest_way(works: Works, price: Index, start: int, end: int) -> Index:
    near = works.settlement.ground.mesh.table()
    spent, came = {start: 0}, {start: start}
    done: set[int] = set()
    front = [(0, start)]
    while front:
        so_far, node = heapq.heappop(front)
        if node == end:
            break
        if node in done:
            continue
        done.add(node)
        for other, cost in zip(near[node].tolist(), price[node].tolist(), strict=True):
            total = so_far + cost
            if other >= 0 and total < spent.get(other, 1 << 60):
                spent[other], came[other] = total, node
                heapq.heappush(front, (total, other))
    path = [end]
    while path[-1] != start:
        path.append(came[path[-1]])
    return np.asarray(path)
