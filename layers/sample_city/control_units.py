"""Ecological control units: the whole city in three classes, drawn on the cells' own mesh so that no unit crosses a county's border."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from layers.sample_city.fields import Fields, nearest_node
from layers.sample_city.mesh import components, members, tidy
from layers.sample_city.mosaic import Mosaic
from layers.sample_city.protection import Protection
from layers.sample_city.records import ZoneLayer
from layers.sample_city.settlement import Index, Settlement
from layers.sample_city.works import Draft, Works, zones

PRIORITY, INDUSTRY, TOWN, GENERAL = 1, 2, 3, 4
_KINDS = {
    PRIORITY: ("priority", 1, "优先保护单元", "示例：禁止新建、扩建三类工业项目，现有的限期退出或关闭。"),
    INDUSTRY: ("key", 2, "产业集聚重点管控单元", "示例：合理规划布局三类工业项目，控制总体规模。"),
    TOWN: ("key", 2, "城镇生活重点管控单元", "示例：禁止新建、扩建三类工业项目，居住区与工业用地之间设置防护绿地。"),
    GENERAL: ("general", 3, "一般管控单元", "示例：原则上禁止新建三类工业项目，工业项目向园区集聚。"),
}
_LARGE_NODES = 90


@dataclass(frozen=True, slots=True)
class Units:
    """node: unit at each node of the cells' mesh, -1 outside. kind, county: of every unit."""

    node: Index
    kind: Index
    county: Index


def divide(settlement: Settlement, fields: Fields, protection: Protection) -> Units:
    """The city in units: protected ground, parks and towns each by piece, small pieces together, the rest one general unit a county."""
    mesh = settlement.ground.mesh
    fine = nearest_node(fields.mesh, mesh.xy)
    kept = (protection.block[fine] >= 0) | (protection.reserve[fine] >= 0) | np.isin(protection.water_class[fine], (1, 2))
    kind = np.where(kept, PRIORITY, np.where(fields.park[fine] >= 0, INDUSTRY, np.where(fields.town[fine] >= 0, TOWN, GENERAL)))
    inside = settlement.owner < settlement.count
    county = np.where(inside, settlement.county[np.minimum(settlement.owner, settlement.count - 1)], -1)
    smooth = tidy(mesh, np.where(inside, county * 8 + kind, -1), least_nodes=5)
    # A small piece at a border may have gone to the neighbour's label: only its kind is taken, never the county or the outside.
    kind = np.where(smooth >= 0, smooth % 8, GENERAL)
    piece = components(mesh, np.where(inside, county * 8 + kind, -1))
    size = np.bincount(piece, minlength=mesh.size)[piece]
    apart = (kind != GENERAL) & ((size >= _LARGE_NODES) | (kind == INDUSTRY))
    nodes = np.flatnonzero(inside)
    keys = np.stack([county[nodes], kind[nodes], np.where(apart, piece, -1)[nodes]], axis=-1)
    found, number = np.unique(keys, axis=0, return_inverse=True)
    node = np.full(mesh.size, -1)
    node[nodes] = number.ravel()
    return Units(node, found[:, 1], found[:, 0])


def control_unit_layer(works: Works, units: Units, mosaic: Mosaic, unit_of: Index) -> ZoneLayer:
    """The units with their codes and names. unit_of: owner of the mosaic -> unit, -1 outside."""
    fine = nearest_node(works.fields.mesh, works.settlement.ground.mesh.xy)
    serial: dict[str, int] = {}
    drafts = []
    nodes = members(units.node, units.kind.size)
    for number, (kind, county) in enumerate(zip(units.kind.tolist(), units.county.tolist(), strict=True)):
        unit_class, digit, label, layout = _KINDS[kind]
        county_code = works.places.counties[county].code[:6]
        head = f"ZH{county_code}{digit}"
        serial[head] = serial.get(head, 0) + 1
        stem = works.places.counties[county].name if kind == GENERAL else works.township_at(fine[nodes[number]]).stem
        attributes = {"class": unit_class, "type": label, "county": county_code, "KJBJYS": layout}
        drafts.append(Draft(number, f"{head}{serial[head]:04d}", stem + label, attributes))
    return ZoneLayer(
        key="control-unit",
        kind="control-unit",
        title="生态环境管控单元",
        edition="2024",
        effective_from=date(2024, 7, 8),
        coverage="cells",
        zones=zones(drafts, mosaic.regions(unit_of)),
        document="云溪市生态环境分区管控动态更新方案（示例）",
        scale=10000,
        accuracy_m=5.0,
        file_fields={"code": "HJZHGKDYBM", "name": "HJZHGKDYMC", "class": "ZHGKDYFL"},
        file_values={"class": {"priority": "优先保护", "key": "重点管控", "general": "一般管控"}},
    )
