"""Projects that ask for a place, put where each verdict must come out: the first thing to look at, and a test of the whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import shapely
from shapely import Point
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from gridgov.grids.cell import CellRecord
from layers.sample_city import site_ground as ground
from layers.sample_city.placing import grounds
from layers.sample_city.protection import Protection
from layers.sample_city.records import SampleSite, ZoneLayer
from layers.sample_city.works import Works

# Fixed, so that the verdicts do not change with the day on which the sample is loaded.
DAY, DAY_BEFORE_LISTS = "2026-11-22", "2017-06-01"

Verdict = Literal["prohibited", "undetermined", "conditional", "permitted"]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A sort of project: what is declared of it, what must come out, and how its ground is found."""

    key: str
    title: str
    expected: Verdict
    why_en: str
    why_zh: str
    declared: Mapping[str, Any]
    find: Callable[[ground.Search], BaseGeometry | None]


_NOTHING: dict[str, float] = {}

_KINDS: tuple[_Kind, ...] = (
    _Kind(
        "core",
        "年产6,000吨溶剂新建项目",
        "prohibited",
        "reaches into the core of the red line",
        "占用生态保护红线核心保护区",
        {"industry": "C2614", "action": "new", "activity": "none", "discharges": {"COD": 12.0, "NH3-N": 1.2, "VOCs": 8.46}, "fuel": "natural-gas"},
        ground.core_plot,
    ),
    _Kind(
        "rest",
        "精细化工新建项目",
        "prohibited",
        "a chemical plant in the red line outside the core",
        "红线内、核心区外新建化工项目",
        {"industry": "C2669", "action": "new", "activity": "none", "discharges": {"COD": 3.5}},
        partial(ground.rest_plot, radius_m=210.0),
    ),
    _Kind(
        "trail",
        "森林科普步道及配套设施项目",
        "conditional",
        "an allowed activity that needs the province's opinion",
        "允许的有限人为活动，须附省级认定意见",
        {"industry": "N7869", "action": "new", "activity": "sightseeing-and-education", "discharges": _NOTHING},
        partial(ground.rest_plot, radius_m=120.0),
    ),
    _Kind(
        "road",
        "县道改线工程",
        "conditional",
        "a road 24 m wide across the red line",
        "线性工程穿越生态保护红线",
        {"industry": "E4812", "action": "new", "activity": "linear-infrastructure", "discharges": _NOTHING, "buffer_m": 12},
        ground.road_line,
    ),
    _Kind(
        "hospital",
        "中医院迁建项目",
        "undetermined",
        "part of it lies where the noise zoning ends",
        "部分用地超出声环境功能区划范围",
        {"industry": "Q8412", "action": "new", "activity": "none", "discharges": _NOTHING},
        ground.plot_at_noise_edge,
    ),
    _Kind(
        "unknown",
        "山泉饮料生产线项目",
        "undetermined",
        "discharges not declared, in source water of class two",
        "二级水源保护区内未申报排放量",
        {"industry": "C1523", "action": "new", "activity": "none"},
        ground.source_water_plot,
    ),
    _Kind(
        "old-day",
        "五金加工厂（2017年回溯）",
        "undetermined",
        "asked for a day on which no list was in force",
        "所问日期尚无生效的准入清单",
        {"industry": "C3351", "action": "new", "activity": "none", "discharges": _NOTHING, "on": DAY_BEFORE_LISTS},
        ground.open_plot,
    ),
    _Kind(
        "park",
        "电子元件产业化项目",
        "permitted",
        "in an industrial park, nothing against it",
        "位于产业园区内，无冲突",
        {"industry": "C3981", "action": "new", "activity": "none", "discharges": _NOTHING, "fuel": "none"},
        partial(ground.park_plot, radius_m=150.0),
    ),
    _Kind(
        "park-chemical",
        "园区涂料扩建项目",
        "conditional",
        "heavy industry in a key unit: replacement of discharges",
        "重点管控单元内重污染项目，须倍量削减替代",
        {"industry": "C2641", "action": "expand", "activity": "none", "discharges": _NOTHING},
        partial(ground.park_plot, radius_m=110.0),
    ),
    _Kind(
        "sliver",
        "民宿停车场项目",
        "conditional",
        "0.3 m2 and 0.3 m over the red line, to be verified",
        "压红线 0.3 平方米，低于阈值，须核实",
        {"industry": "H6130", "action": "new", "activity": "none", "discharges": _NOTHING},
        ground.sliver,
    ),
    _Kind(
        "touch",
        "乡村公路养护站",
        "permitted",
        "shares three vertices with the red line, overlaps nothing",
        "与红线共用界址点，无重叠",
        {"industry": "G5442", "action": "new", "activity": "none", "discharges": _NOTHING},
        ground.touching,
    ),
    _Kind(
        "point",
        "临湖餐饮点",
        "prohibited",
        "a point in source water of class one",
        "点位位于一级水源保护区",
        {"industry": "H6210", "action": "new", "activity": "none", "discharges": _NOTHING},
        ground.lakeside_point,
    ),
    _Kind(
        "two-counties",
        "跨县粮油加工基地",
        "conditional",
        "across two counties, 20 ha and more",
        "跨两县，占地超过 20 公顷",
        {"industry": "C1331", "action": "new", "activity": "none", "discharges": _NOTHING},
        ground.plot_in_two_counties,
    ),
    _Kind(
        "hole",
        "农光互补光伏电站",
        "permitted",
        "a plot with a hole on general ground",
        "一般管控单元内，用地中留有空洞",
        {"industry": "D4416", "action": "new", "activity": "none", "discharges": _NOTHING, "fuel": "none"},
        ground.plot_with_hole,
    ),
    _Kind(
        "suspended",
        "肉制品加工项目",
        "prohibited",
        "approvals are suspended in this township",
        "位于区域限批范围内",
        {"industry": "C1353", "action": "new", "activity": "none", "discharges": _NOTHING},
        ground.suspended_plot,
    ),
)
SITE_KEYS = tuple(kind.key for kind in _KINDS)


def sample_sites(works: Works, protection: Protection, cells: Sequence[CellRecord], layers: Sequence[ZoneLayer]) -> tuple[SampleSite, ...]:
    """One project of every kind, named after the village in which it stands. A kind for which the land offers no place is left out."""
    middle = next(town.middle for town in works.fields.towns if town.capital)
    red_line = next(layer for layer in layers if (layer.key, layer.edition) == ("ecological-red-line", "2024"))
    search = ground.Search(works, protection, grounds(works, layers, middle), red_line, middle)
    tree = shapely.STRtree([cell.geometry for cell in cells])
    found = []
    for kind in _KINDS:
        place = kind.find(search)
        if place is None:
            continue
        mark = Point(place.coords[1]) if place.geom_type == "LineString" else place.representative_point()
        village = cells[int(tree.query(mark, predicate="intersects")[0])]
        name = village.name.removesuffix("社区").removesuffix("村")[:2] + kind.title
        request = {"site": _geojson(place), "on": DAY, "project": {"name": name}, **kind.declared}
        found.append(SampleSite(kind.key, name, kind.expected, kind.why_en, kind.why_zh, request))
    return tuple(found)


def _geojson(place: BaseGeometry) -> dict[str, Any]:
    return {"type": place.geom_type, "coordinates": _lists(mapping(place)["coordinates"])}


def _lists(value: Any) -> Any:
    return [_lists(part) for part in value] if isinstance(value, tuple | list) else value
