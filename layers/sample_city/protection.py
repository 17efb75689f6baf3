"""What must be kept free: the ecological red line of two editions, nature reserves with their cores, drinking-water sources."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from layers.sample_city.fields import distance_to, grown, intake_x, pieces_of_mask
from layers.sample_city.mesh import members, spread, tidy
from layers.sample_city.mosaic import Mosaic
from layers.sample_city.noise import fractal_noise
from layers.sample_city.randomness import stream
from layers.sample_city.records import ZoneLayer
from layers.sample_city.relief import Field
from layers.sample_city.settlement import Index, Mask, travel_costs
from layers.sample_city.works import Draft, Works, zones

_RED_LINE_SHARE, _OLD_SHARE = 0.27, 0.33
_BLOCK_M = 6000.0
_RESERVES = 4
_FUNCTIONS = {"11": "水源涵养", "12": "生物多样性维护", "13": "水土保持"}


@dataclass(frozen=True, slots=True)
class Protection:
    """By node of the fine mesh: block of the red line (-1 outside), whether it is core, reserve (-1 outside), source water.

    water: 0 outside, class 1 to 3 at the reservoir, 4 to 6 at the river intake.
    """

    block: Index
    core: Mask
    reserve: Index
    water: Index

    @property
    def water_class(self) -> Index:
        """Class of source water, 0 outside."""
        return np.where(self.water > 3, self.water - 3, self.water)


def _blocks(works: Works, wild: Field, share: float, matter: str) -> Index:
    """Block of every node of the wildest ground, -1 elsewhere: its pieces, the large ones divided along valleys and crests."""
    fields = works.fields
    level = float(np.quantile(wild[fields.inside], 1 - share))
    piece = pieces_of_mask(fields.mesh, fields.inside & (wild > level), least_nodes=30, least_hole=8)
    apart_m = max(_BLOCK_M, 0.06 * works.frame.side_m)
    nodes = np.flatnonzero(piece >= 0)
    order = nodes[stream(works.seed, matter).permutation(nodes.size)]
    seats: list[int] = []
    for held in members(piece[order], int(piece.max()) + 1):
        left = order[held]
        while left.size and len(seats) < 4000:
            seats.append(int(left[0]))
            left = left[np.hypot(*(fields.xy[left] - fields.xy[left[0]]).T) > apart_m]
    block = spread(fields.mesh, np.asarray(seats), travel_costs(fields.ground), allowed=piece >= 0)
    return np.unique(tidy(fields.mesh, block, least_nodes=25), return_inverse=True)[1] - 1


def _cores(works: Works, block: Index, wild: Field) -> tuple[Mask, Index]:
    """Which nodes are core, and the reserve around them (-1 outside): the wildest blocks, well inside their edge."""
    mesh = works.fields.mesh
    count = int(block.max()) + 1
    size = np.bincount(block[block >= 0], minlength=count)
    mean = np.bincount(block[block >= 0], weights=wild[block >= 0], minlength=count) / np.maximum(size, 1)
    wanted = max(_RESERVES, round(count * 0.16))
    rank = np.argsort(-(mean + np.minimum(size / size.max(), 0.7) * 0.8), kind="stable")[:wanted]
    inner = grown(mesh, np.isin(block, rank), -3)
    chosen = np.where(inner, block, -1)
    level = np.array([float(np.quantile(wild[nodes], 0.45)) if nodes.size else 9.0 for nodes in members(chosen, count)])
    core = (chosen >= 0) & (wild > level[np.maximum(chosen, 0)])
    core = tidy(mesh, core.astype(np.int64), least_nodes=45).astype(bool) & (block >= 0)
    x, y = works.fields.xy.T
    ragged = 1 + 0.8 * fractal_noise(x, y, stream(works.seed, "reserve-edge"), wavelength_m=2600.0, octaves=3)
    near = works.fields.inside & (distance_to(mesh, core, 4000.0) < 950 * ragged)
    reserve = spread(mesh, np.flatnonzero(core), [np.ones(here.size, dtype=np.int64) for here, _ in mesh.shifts()], allowed=near)
    reserve = np.where(reserve >= 0, block[core][np.maximum(reserve, 0)], -1)
    return core, np.unique(tidy(mesh, reserve, least_nodes=30), return_inverse=True)[1] - 1


def _red_line_drafts(works: Works, block: Index, core: Mask) -> list[Draft]:
    """One draft for the core and one for the rest of every block; their region numbers are 1 + 2 block + core."""
    drafts: list[Draft] = []
    serial: dict[tuple[str, str], int] = {}
    for number, nodes in enumerate(members(block, int(block.max()) + 1)):
        town = works.township_at(nodes)
        steep, near_lake = float(works.fields.ground.steep[nodes].mean()), float(works.fields.lake_m[nodes].min()) < 2500
        kind = "12" if core[nodes].any() else "11" if near_lake or steep < 0.3 else "13"
        used = serial.get((town.code[:6], kind), 0) + 1
        serial[town.code[:6], kind] = used
        code, name = f"{town.code[:6]}-{kind}-{used:04d}", f"{town.stem}{_FUNCTIONS[kind]}生态保护红线"
        shared = {"function": _FUNCTIONS[kind], "type_code": kind, "county": town.code[:6]}
        drafts.append(Draft(1 + 2 * number, code, name, {"core": False, **shared}))
        drafts.append(Draft(2 + 2 * number, f"{code}-H", f"{name}（核心保护区）", {"core": True, **shared}))
    return drafts


def _reserve_drafts(works: Works, reserve: Index) -> list[Draft]:
    """Core and the rest of every reserve; region numbers 1 + 2 reserve + core."""
    drafts: list[Draft] = []
    for number, nodes in enumerate(members(reserve, int(reserve.max()) + 1)):
        town = works.township_at(nodes)
        code, name = f"BHQ{town.code[:6]}{number + 1:03d}", f"{town.stem}自然保护区"
        drafts.append(Draft(2 + 2 * number, f"{code}-H", f"{name}核心保护区", {"core": True, "grade": "省级"}))
        drafts.append(Draft(1 + 2 * number, code, f"{name}一般控制区", {"core": False, "grade": "省级"}))
    return drafts


def _red_line(works: Works, block: Index, core: Mask, mosaic: Mosaic, red_of: Index) -> ZoneLayer:
    return ZoneLayer(
        key="ecological-red-line",
        kind="ecological-red-line",
        title="生态保护红线",
        edition="2024",
        effective_from=date(2024, 1, 1),
        coverage="cells",
        zones=zones(_red_line_drafts(works, block, core), mosaic.regions(red_of), works.outline),
        document="云溪市生态保护红线划定成果（示例）",
        scale=10000,
        accuracy_m=5.0,
        file_fields={"code": "HXBM", "name": "HXMM", "core": "HXLX", "function": "ZDSTXTFWGN", "type_code": "LXBM", "county": "XZQHDM"},
        file_values={"core": {True: "核心", False: "其他"}},
    )


def _old_red_line(works: Works) -> ZoneLayer:
    """The edition before: other ground, wider in places, one grade of core."""
    x, y = works.fields.xy.T
    wild = works.fields.wild + 0.35 * fractal_noise(x, y, stream(works.seed, "wild-2018"), wavelength_m=7000.0, octaves=3)
    block = _blocks(works, wild, _OLD_SHARE, "blocks-2018")
    core, _ = _cores(works, block, wild)
    mosaic = works.mosaic(np.where(block >= 0, 1 + 2 * block + core, 0), "red-line-2018", roughness=0.1)
    group = np.arange(2 * int(block.max()) + 4)
    group[0] = -1
    return ZoneLayer(
        key="ecological-red-line",
        kind="ecological-red-line",
        title="生态保护红线",
        edition="2018",
        effective_from=date(2018, 7, 1),
        coverage="cells",
        zones=zones(_red_line_drafts(works, block, core), mosaic.regions(group), works.outline),
        document="云溪市生态保护红线划定方案（2018，示例）",
        scale=50000,
        accuracy_m=25.0,
        file_fields={"code": "HXBM", "name": "HXMM", "core": "HXLX", "function": "ZDSTXTFWGN", "type_code": "LXBM", "county": "XZQHDM"},
        file_values={"core": {True: "一级管控区", False: "二级管控区"}},
    )


def _water_classes(works: Works) -> tuple[Index, Index]:
    """Class of source water (0 outside) and which source (0 = reservoir, 1 = river intake) at every node."""
    fields = works.fields
    x, y = fields.xy.T
    ragged = 1 + 0.35 * fractal_noise(x, y, stream(works.seed, "water-edge"), wavelength_m=2500.0, octaves=2)
    lake = np.where(fields.lake_m < 210, 1, np.where(fields.lake_m < 1050 * ragged, 2, np.where(fields.lake_m < 2300 * ragged, 3, 0)))
    along, away = x - intake_x(fields.towns), np.abs(fields.ground.side_m)
    river = np.where((away < 1500 * ragged) & (along > -5200) & (along < 900), 3, 0)
    river = np.where((away < 850 * ragged) & (along > -2600) & (along < 420), 2, river)
    river = np.where((away < 320) & (along > -1000) & (along < 200), 1, river)
    at_lake = (lake > 0) & ((river == 0) | (lake <= river))
    found = np.where(fields.inside, np.where(at_lake, lake, river), 0)
    return found, np.where(at_lake, 0, 1)


def _source_water(works: Works, owner: Index) -> ZoneLayer:
    group = np.arange(8)
    group[0] = -1
    drafts, grade = [], {1: "一级保护区", 2: "二级保护区", 3: "准保护区"}
    for region in range(1, 7):
        nodes = np.flatnonzero(owner == region)
        if nodes.size:
            town, reservoir = works.township_at(nodes), region <= 3
            number = region if reservoir else region - 3
            name = f"{works.places.counties[0].stem}水库饮用水水源" if reservoir else f"{town.stem}水厂取水口饮用水水源"
            code = f"SYD{'01' if reservoir else '02'}-{number}"
            drafts.append(Draft(region, code, name + grade[number], {"class": number, "type": "水库" if reservoir else "河流"}))
    return ZoneLayer(
        key="source-water",
        kind="source-water",
        title="饮用水水源保护区",
        edition="2022",
        effective_from=date(2022, 3, 1),
        coverage="cells",
        zones=zones(drafts, works.mosaic(owner, "source-water").regions(group), works.outline),
        document="云溪市饮用水水源保护区划分方案（示例）",
        scale=10000,
        accuracy_m=5.0,
    )


def plan_protection(works: Works) -> Protection:
    """Which ground is to be protected, before any of it has a border."""
    block = _blocks(works, works.fields.wild, _RED_LINE_SHARE, "blocks")
    core, reserve = _cores(works, block, works.fields.wild)
    level, source = _water_classes(works)
    water = tidy(works.fields.mesh, np.where(level > 0, level + 3 * source, 0), least_nodes=12)
    return Protection(block, core, reserve, water)


def protection_layers(works: Works, protection: Protection) -> tuple[ZoneLayer, ...]:
    """Red line (two editions), reserves and source water. The cores of reserves and of the red line share every vertex."""
    block, core, reserve = protection.block, protection.core, protection.reserve
    red = np.where(block >= 0, 1 + 2 * block + core, 0)
    kept = np.where(reserve >= 0, 1 + 2 * reserve + core, 0)
    pairs, owner = np.unique(np.stack([red, kept], axis=-1), axis=0, return_inverse=True)
    mosaic = works.mosaic(owner.ravel(), "red-line")
    red_of, kept_of = (np.where(pairs[:, column] > 0, pairs[:, column], -1) for column in (0, 1))
    reserves = ZoneLayer(
        key="nature-reserve",
        kind="nature-reserve",
        title="自然保护区",
        edition="2023",
        effective_from=date(2023, 1, 1),
        coverage="cells",
        zones=zones(_reserve_drafts(works, reserve), mosaic.regions(kept_of), works.outline),
        document="云溪市自然保护地整合优化方案（示例）",
        scale=10000,
        accuracy_m=5.0,
    )
    return _old_red_line(works), _red_line(works, block, core, mosaic, red_of), reserves, _source_water(works, protection.water)
