"""Where on the land what kind of ground is: towns, industrial parks, wild mountains, drinking water. One value a node of a fine mesh."""

from dataclasses import dataclass

import numpy as np
import shapely

from layers.sample_city.frame import Frame
from layers.sample_city.mesh import Mesh, components, tidy
from layers.sample_city.noise import fractal_noise
from layers.sample_city.randomness import stream
from layers.sample_city.relief import Field
from layers.sample_city.settlement import Ground, Index, Mask, Settlement


@dataclass(frozen=True, slots=True)
class Town:
    """A built-up place: middle in metres, about how far it reaches, township; capital: the seat of a county."""

    middle: tuple[float, float]
    reach_m: float
    township: int
    capital: bool


@dataclass(frozen=True, slots=True)
class Fields:
    """The fine mesh and what it knows. inside: in the city. town: number of the built-up town at each node, -1 outside; park likewise.

    wild: how much the ground speaks for protection (0 to about 2); lake_m, river_m: distance to the reservoir and to the river's middle.
    """

    ground: Ground
    inside: Mask
    towns: tuple[Town, ...]
    town: Index
    parks: Field
    park: Index
    wild: Field
    lake_m: Field

    @property
    def mesh(self) -> Mesh:
        """The fine mesh itself."""
        return self.ground.mesh

    @property
    def xy(self) -> Field:
        """Places (n, 2) of its nodes, metres."""
        return self.ground.mesh.xy


def nearest_node(mesh: Mesh, xy: Field) -> Index:
    """The node of the mesh that stands at about each place (its neighbours may be a little nearer)."""
    height = mesh.spacing_m * np.sqrt(3) / 2
    row = np.clip(np.rint(xy[:, 1] / height + (mesh.rows - 1) / 2), 0, mesh.rows - 1).astype(np.int64)
    column = np.rint(xy[:, 0] / mesh.spacing_m - 0.5 * (row % 2) + (mesh.columns - 0.5) / 2)
    found: Index = row * mesh.columns + np.clip(column, 0, mesh.columns - 1).astype(np.int64)
    return found


def grown(mesh: Mesh, mask: Mask, rings: int) -> Mask:
    """The mask and this many rings of nodes around it; a negative number takes rings away."""
    for _ in range(abs(rings)):
        before = mask if rings > 0 else ~mask
        after = before.copy()
        for here, there in mesh.shifts():
            after[here[before[there]]] = True
        mask = after if rings > 0 else ~after
    return mask


def pieces_of_mask(mesh: Mesh, mask: Mask, *, least_nodes: int, least_hole: int) -> Index:
    """Number of the connected piece at each node, from 0 in order of their first node, -1 outside; small pieces and holes are dropped."""
    filled = tidy(mesh, mask.astype(np.int64), least_nodes=least_hole).astype(bool)
    piece = np.where(filled, components(mesh, filled.astype(np.int64)), -1)
    numbers, found, count = np.unique(piece, return_inverse=True, return_counts=True)
    good = (numbers >= 0) & (count >= least_nodes)
    return np.where(good, np.cumsum(good) - 1, -1)[found]


def towns_of(settlement: Settlement, capital: tuple[int, ...], generator: np.random.Generator) -> tuple[Town, ...]:
    """One town a township, larger on level ground, largest in the seat of a county."""
    ground, found = settlement.ground, []
    for township, village in enumerate(settlement.town.tolist()):
        node = int(settlement.seat[village])
        flat = float(np.clip(1 - ground.steep[node] * 5, 0.25, 1))
        reach = 520.0 * flat + 160.0 * float(generator.random()) + (1350.0 if township in capital else 0.0)
        found.append(Town((float(ground.mesh.xy[node, 0]), float(ground.mesh.xy[node, 1])), reach, township, township in capital))
    return tuple(found)


def _built_up(ground: Ground, inside: Mask, towns: tuple[Town, ...], seed: int) -> Index:
    """The town each node is built up by: near its middle, on level and dry ground, with a ragged edge."""
    tree = shapely.STRtree(shapely.points([town.middle for town in towns]))
    nodes = np.flatnonzero(inside)
    number = tree.nearest(shapely.points(ground.mesh.xy[nodes]))
    middle, reach = np.array([town.middle for town in towns]), np.array([town.reach_m for town in towns])
    away = np.hypot(*(ground.mesh.xy[nodes] - middle[number]).T)
    x, y = ground.mesh.xy[nodes].T
    ragged = fractal_noise(x, y, stream(seed, "town-edge"), wavelength_m=1400.0, octaves=3)
    open_ground = (ground.steep[nodes] < 0.16) & ~ground.lake[nodes] & (np.abs(ground.side_m[nodes]) > 170)
    town = np.full(ground.mesh.size, -1)
    town[nodes] = np.where(open_ground & (away < reach[number] * (1 + 0.75 * ragged)), number, -1)
    return tidy(ground.mesh, town, least_nodes=6)


def _place_parks(ground: Ground, allowed: Mask, towns: tuple[Town, ...], generator: np.random.Generator) -> Field:
    """Middles of the industrial parks: one or two a county's seat, on level ground a few kilometres off it."""
    usable = grown(ground.mesh, allowed & (ground.steep < 0.10) & (np.abs(ground.side_m) > 500), -2)
    nodes, found = np.flatnonzero(usable), []
    for town in towns:
        if not town.capital or not nodes.size:
            continue
        close = _between_rows(ground.mesh, nodes, town.middle[1], 9000.0)
        if not close.size:
            continue
        away = np.hypot(*(ground.mesh.xy[close] - town.middle).T)
        fit = np.abs(away - town.reach_m - generator.uniform(1100, 1900)) / 400 + ground.steep[close] * 10 + generator.random(close.size)
        for _ in range(2):
            best = int(close[np.argmin(fit)])
            found.append(ground.mesh.xy[best])
            fit += 50.0 * (np.hypot(*(ground.mesh.xy[close] - ground.mesh.xy[best]).T) < 3500)
    return np.array(found).reshape(-1, 2)


def _between_rows(mesh: Mesh, nodes: Index, y: float, reach_m: float) -> Index:
    """Those of the nodes (in rising order) whose row lies at most about so far north or south of a place."""
    ends = nearest_node(mesh, np.array([[-1e9, y - reach_m], [1e9, y + reach_m]]))
    return nodes[np.searchsorted(nodes, ends[0]) : np.searchsorted(nodes, ends[1])]


def intake_x(towns: tuple[Town, ...]) -> float:
    """Where along the river the first county's seat takes its water, metres: above the town."""
    town = next(town for town in towns if town.capital)
    return town.middle[0] - town.reach_m - 2600.0


def _park_ground(ground: Ground, allowed: Mask, parks: Field, seed: int) -> Index:
    park = np.full(ground.mesh.size, -1)
    for number, middle in enumerate(parks):
        x, y = ground.mesh.xy[:, 0] - middle[0], ground.mesh.xy[:, 1] - middle[1]
        reach_m = max(820.0, 4.5 * ground.mesh.spacing_m)
        near = np.flatnonzero((np.abs(x) < 2.5 * reach_m) & (np.abs(y) < 2.5 * reach_m))
        ragged = fractal_noise(ground.mesh.xy[near, 0], ground.mesh.xy[near, 1], stream(seed, "park-edge"), wavelength_m=1800.0, octaves=2)
        close = np.hypot(x[near], y[near] * 1.35) < reach_m * (1 + 0.5 * ragged)
        fit = close & allowed[near] & (ground.steep[near] < 0.2) & (np.abs(ground.side_m[near]) > 250)
        park[near[fit]] = number
    return tidy(ground.mesh, park, least_nodes=20)


def make_fields(frame: Frame, ground: Ground, inside: Mask, *, settlement: Settlement, capital: tuple[int, ...], seed: int) -> Fields:
    """What kind of ground the city has, on the fine mesh of `ground`."""
    mesh = ground.mesh
    x, y = mesh.xy.T
    towns = towns_of(settlement, capital, stream(seed, "towns"))
    town = _built_up(ground, inside, towns, seed)
    lake_m = distance_to(mesh, ground.lake, 9000.0)
    off_intake = (np.abs(x - intake_x(towns) + 2300) > 4200) | (np.abs(ground.side_m) > 2600)
    allowed = inside & (town < 0) & (lake_m > 3300) & off_intake
    parks = _place_parks(ground, allowed, towns, stream(seed, "parks"))
    park = _park_ground(ground, allowed, parks, seed)
    wild = np.clip((ground.height_m - 210) / 520, -0.5, 1.3) + 0.8 * np.clip(ground.steep, 0, 0.8)
    wild += 0.42 * fractal_noise(x, y, stream(seed, "wild"), wavelength_m=5200.0, octaves=5)
    wild -= 1.5 * grown(mesh, (town >= 0) | (park >= 0), 4)
    return Fields(ground, inside, towns, town, parks, park, wild, lake_m)


def distance_to(mesh: Mesh, mask: Mask, farthest_m: float) -> Field:
    """Metres from each node to the nearest node of the mask, 0 on it; infinite beyond the farthest asked for."""
    away = np.full(mesh.size, np.inf)
    away[mask] = 0.0
    rim = np.flatnonzero(mask & ~grown(mesh, mask, -1))
    if rim.size:
        tree = shapely.STRtree(shapely.points(mesh.xy[rim]))
        low, high = mesh.xy[rim].min(axis=0) - farthest_m, mesh.xy[rim].max(axis=0) + farthest_m
        nodes = np.flatnonzero(~mask & ((mesh.xy >= low) & (mesh.xy <= high)).all(axis=1))
        nearest = tree.nearest(shapely.points(mesh.xy[nodes]))
        away[nodes] = np.hypot(*(mesh.xy[nodes] - mesh.xy[rim[nearest]]).T)
    return away
