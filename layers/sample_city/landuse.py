"""Layers of how land is used: functional zones, industrial parks, farmland, noise, no-burn and suspension areas, contaminated sites."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
from shapely import MultiPolygon

from layers.sample_city.fields import grown, nearest_node
from layers.sample_city.mesh import components, members, tidy
from layers.sample_city.noise import fractal_noise
from layers.sample_city.protection import Protection
from layers.sample_city.randomness import stream
from layers.sample_city.records import ZoneLayer
from layers.sample_city.settlement import Index, Mask
from layers.sample_city.works import Draft, Works, clipped, zones

_FUNCTIONAL = {
    1: ("自然生态红线区", "ecological-red"),
    2: ("生态功能保障区", "ecological"),
    3: ("农产品安全保障区", "farm-produce"),
    4: ("人居环境保障区", "living"),
    5: ("环境优化准入区", "optimised"),
}
_NEAR_M = 14_000.0
_NOISE_LIMITS = {1: (55, 45), 2: (60, 50), 3: (65, 55)}


def _regions(works: Works, owner: Index, matter: str) -> Mapping[int, MultiPolygon]:
    """Region of every owner but 0."""
    group = np.arange(int(owner.max()) + 1)
    group[0] = -1
    return works.mosaic(owner, matter).regions(group)


def _layer(works: Works, key: str, *, title: str, edition: str, day: date, owner: Index, drafts: list[Draft], **more: Any) -> ZoneLayer:
    found = zones(drafts, _regions(works, owner, f"layer-{key}"), works.outline)
    return ZoneLayer(key=key, kind=more.pop("kind", key), title=title, edition=edition, effective_from=day, zones=found, **{"coverage": "cells", **more})


def _numbered(works: Works, mask: Mask, least_nodes: int) -> tuple[Index, int]:
    """Connected pieces of a mask as owners from 1, and how many there are."""
    kept = tidy(works.fields.mesh, mask.astype(np.int64), least_nodes=least_nodes)
    piece = np.where(kept > 0, components(works.fields.mesh, kept), -1)
    owner = np.unique(piece, return_inverse=True)[1].ravel()
    return owner, int(owner.max())


def functional_zones(works: Works, protection: Protection) -> ZoneLayer:
    """The older functional zoning of the whole city in classes, by county."""
    fields = works.fields
    low = np.clip(fields.ground.height_m, 0, 400) < 165
    kind = np.where(protection.core, 1, np.where(fields.wild > 0.42, 2, np.where(low, 3, 2)))
    kind = np.where(fields.park >= 0, 5, np.where(grown(fields.mesh, fields.town >= 0, 2), 4, kind))
    kind = tidy(fields.mesh, np.where(fields.inside, kind, 0), least_nodes=60)
    county = _county_of_nodes(works)
    keys, owner = np.unique(np.where(fields.inside, county * 8 + kind, 0), return_inverse=True)
    drafts = []
    for number, key in enumerate(keys.tolist()):
        at, name = works.places.counties[key // 8], _FUNCTIONAL.get(key % 8)
        if number and name:
            drafts.append(Draft(number, f"{at.code[2:6]}-{key % 8}-{number:03d}", f"{at.name}{name[0]}", {"function": name[1], "class": key % 8}))
    return _layer(
        works, "functional-zone", title="环境功能区划", edition="2016", day=date(2016, 7, 1), owner=owner.ravel(), drafts=drafts, scale=50000, accuracy_m=25.0
    )


def _county_of_nodes(works: Works) -> Index:
    """County at every node of the fine mesh, as its nearest node of the cells' mesh has it."""
    mesh, settlement = works.fields.mesh, works.settlement
    at = np.flatnonzero(works.fields.inside)
    owner = settlement.owner[nearest_node(settlement.ground.mesh, mesh.xy[at])]
    county = np.zeros(mesh.size, dtype=np.int64)
    county[at] = settlement.county[np.minimum(owner, settlement.count - 1)]
    return county


def parks(works: Works) -> ZoneLayer:
    """Industrial parks with an approved plan."""
    fields = works.fields
    drafts = []
    for number, nodes in enumerate(members(fields.park, len(fields.parks))):
        if nodes.size:
            town = works.township_at(nodes)
            drafts.append(Draft(number + 1, f"YQ{town.code[:6]}{number + 1:02d}", f"{town.stem}产业园区", {"planning_eia": True, "chemical": number % 2 == 0}))
    return _layer(
        works,
        "industrial-park",
        title="产业园区",
        edition="2023",
        day=date(2023, 6, 1),
        owner=fields.park + 1,
        drafts=drafts,
        kind="park",
        scale=2000,
        accuracy_m=1.0,
    )


def farmland(works: Works, protection: Protection) -> ZoneLayer:
    """Permanent basic farmland: level open ground in the valley, in patches."""
    fields = works.fields
    x, y = fields.xy.T
    patch = fractal_noise(x, y, stream(works.seed, "farmland"), wavelength_m=1500.0, octaves=3)
    level = fields.inside & (fields.ground.steep < 0.09) & (fields.ground.height_m < 240) & (np.abs(fields.ground.side_m) > 260) & ~fields.ground.lake
    used = grown(fields.mesh, (fields.town >= 0) | (fields.park >= 0), 2) | (protection.block >= 0) | (protection.water_class == 1)
    owner, count = _numbered(works, level & ~used & (patch > 0.06), 9)
    drafts = [Draft(number, f"NT{number:05d}", "永久基本农田", {"grade": "水田"}) for number in range(1, count + 1)]
    return _layer(works, "farmland", title="永久基本农田", edition="2023", day=date(2023, 4, 1), owner=owner, drafts=drafts, scale=5000, accuracy_m=2.5)


def noise_zones(works: Works) -> ZoneLayer:
    """Acoustic zones of the county seats; complete only there: the coverage is a polygon around each seat."""
    fields = works.fields
    x, y = fields.xy.T
    covered = np.zeros(fields.mesh.size, dtype=np.bool_)
    number = np.zeros(fields.mesh.size, dtype=np.int64)
    ragged = 1 + 0.25 * fractal_noise(x, y, stream(works.seed, "noise-edge"), wavelength_m=4000.0, octaves=2)
    for index, town in enumerate(town for town in fields.towns if town.capital):
        near = fields.inside & (np.hypot(x - town.middle[0], y - town.middle[1]) < (town.reach_m + 2700) * ragged) & ~covered
        covered |= near
        number[near] = index
    busy = fractal_noise(x, y, stream(works.seed, "busy"), wavelength_m=1100.0, octaves=2) > 0.12
    kind = np.where(grown(fields.mesh, fields.park >= 0, 1), 3, np.where(grown(fields.mesh, fields.town >= 0, 1) & ~busy, 1, 2))
    kind = tidy(fields.mesh, np.where(covered, kind, 0), least_nodes=14)
    keys, owner = np.unique(np.where(kind > 0, number * 8 + kind, 0), return_inverse=True)
    owner = owner.ravel()
    drafts, nodes = [], members(owner, keys.size)
    for region, key in enumerate(keys.tolist()):
        if region:
            day, night = _NOISE_LIMITS[key % 8]
            name = f"{works.township_at(nodes[region]).stem}{key % 8}类声环境功能区"
            drafts.append(Draft(region, f"SH{key // 8 + 1:02d}-{key % 8}", name, {"class": key % 8, "day_db": day, "night_db": night}))
    mosaic = works.mosaic(owner, "layer-noise")
    whole = mosaic.regions(np.where(np.arange(keys.size) > 0, 0, -1))[0]
    group = np.where(np.arange(keys.size) > 0, np.arange(keys.size), -1)
    found = zones(drafts, mosaic.regions(group), works.outline)
    coverage = clipped(whole, works.outline)
    return ZoneLayer("noise", "noise", "声环境功能区", "2021", date(2021, 1, 1), "file", found, coverage, scale=2000, accuracy_m=1.0)


def no_burn(works: Works) -> ZoneLayer:
    """Areas where highly polluting fuels are banned: around the built-up ground of the county seats."""
    fields = works.fields
    capital = np.array([town.capital for town in fields.towns])
    mask = fields.inside & grown(fields.mesh, (fields.town >= 0) & capital[np.maximum(fields.town, 0)], 3)
    owner, count = _numbered(works, mask, 60)
    stems = [works.township_at(nodes).stem for nodes in members(owner, count + 1)[1:]]
    drafts = [Draft(number, f"JR{number:02d}", f"{stem}高污染燃料禁燃区", {"category": "III"}) for number, stem in enumerate(stems, start=1)]
    return _layer(works, "no-burn", title="高污染燃料禁燃区", edition="2020", day=date(2020, 10, 1), owner=owner, drafts=drafts, scale=10000, accuracy_m=5.0)


def suspension(works: Works, township_regions: Mapping[int, MultiPolygon]) -> ZoneLayer:
    """One township in which approvals of new discharges are suspended for a time; its border is the township's own."""
    seats = works.settlement.seat[works.settlement.town]
    place, side = works.settlement.ground.mesh.xy[seats], np.abs(works.settlement.ground.side_m[seats])
    far = np.hypot(*(place - place[works.places.capital[0]]).T) > _NEAR_M
    far[list(works.places.capital)] = True
    number = int(np.argmin(np.where(far, 1e9, 0.0) + side))
    town = works.places.townships[number]
    draft = Draft(number, f"XP{town.code[:9]}", f"{town.name}新增水污染物排放项目限批区域", {"pollutants": "COD,NH3-N"})
    return ZoneLayer(
        "suspension",
        "suspension",
        "区域限批",
        "2026-1",
        date(2026, 3, 1),
        "cells",
        zones([draft], township_regions),
        document="关于暂停审批部分区域新增水污染物排放项目的通知（示例）",
    )


def contaminated(works: Works) -> ZoneLayer:
    """A few contaminated sites of a survey that is not complete: nothing is known of where it looked."""
    fields = works.fields
    nodes = np.flatnonzero(grown(fields.mesh, fields.town >= 0, 4) & (fields.town < 0) & fields.inside & (fields.ground.steep < 0.1))
    picked = stream(works.seed, "contaminated").permutation(nodes)[: max(3, works.frame.villages // 50)]
    mask = np.zeros(fields.mesh.size, dtype=np.bool_)
    mask[picked] = True
    owner, count = _numbered(works, grown(fields.mesh, mask, 1), 1)
    stems = [works.township_at(nodes).stem for nodes in members(owner, count + 1)[1:]]
    drafts = [Draft(number, f"WR{number:04d}", f"{stem}{number}号地块", {"status": "调查中"}) for number, stem in enumerate(stems, start=1)]
    return _layer(
        works,
        "contaminated-site",
        title="污染地块",
        edition="2025",
        day=date(2025, 1, 1),
        owner=owner,
        drafts=drafts,
        coverage="none",
        scale=2000,
        accuracy_m=1.0,
    )


def land_use_layers(works: Works, protection: Protection, township_regions: Mapping[int, MultiPolygon]) -> tuple[ZoneLayer, ...]:
    """All layers of this module."""
    return (
        functional_zones(works, protection),
        parks(works),
        farmland(works, protection),
        noise_zones(works),
        no_burn(works),
        suspension(works, township_regions),
        contaminated(works),
    )
