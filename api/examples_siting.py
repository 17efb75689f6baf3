"""Examples of siting questions and answers, as the documentation shows them: from the sample city, shortened."""

from typing import Any

CHECK_QUESTION: dict[str, Any] = {
    "site": {
        "type": "Polygon",
        "coordinates": [
            [
                [118.995320869, 28.880418242],
                [118.995441849, 28.879303975],
                [118.996700134, 28.879065931],
                [118.997784675, 28.879539111],
                [118.997969304, 28.880622963],
                [118.99704824, 28.881261118],
                [118.995843737, 28.881397649],
                [118.995320869, 28.880418242],
            ]
        ],
    },
    "site_text": None,
    "site_format": None,
    "buffer_m": 0,
    "crs": "EPSG:4490",
    "industry": "C1353",
    "action": "new",
    "activity": "none",
    "discharges": {},
    "fuel": None,
    "project": {"name": "荷湾肉制品加工项目", "uscc": None},
    "on": "2026-11-22",
}

CHECK_ANSWER: dict[str, Any] = {
    "id": "fed8172d-2c39-5d8b-990c-d7c37692eaff",
    "verdict": "prohibited",
    "summary": (
        "禁止准入：用地 51,113.60 平方米（100.0%）位于“梅阳镇新增水污染物排放项目限批区域”，区域限批期间，限批"
        "区域内暂停审批新增污染物排放的建设项目。（云溪市区域限批通知（2024 年）（示例）限批范围）。"
    ),
    "summary_en": (
        "Not permitted here: 51,113.60 m2 (100.0 %) of the site lie in 梅阳镇新增水污染物排放项目限批区域: 区域"
        "限批期间，限批区域内暂停审批新增污染物排放的建设项目。 (云溪市区域限批通知（2024 "
        "年）（示例）限批范围)."
    ),
    "known_at": "2026-11-22T04:07:48.825271+00:00",
    "on": "2026-11-22",
    "request": {
        "action": "new",
        "activity": "none",
        "buffer_m": "0.000",
        "crs": "EPSG:4490",
        "discharges": {},
        "fuel": None,
        "industry": "C1353",
        "on": "2026-11-22",
        "project": {"name": "荷湾肉制品加工项目", "uscc": None},
    },
    "site": {
        "area_m2": "51113.60",
        "cells": [
            {
                "area_m2": "51113.60",
                "code": "990126100201",
                "length_m": None,
                "level": "village",
                "name": "荷湾村",
                "parents": [{"code": "990126000000", "level": "county", "name": "砚源县"}, {"code": "990126100000", "level": "township", "name": "梅阳镇"}],
                "share": "1.000000",
            }
        ],
        "geometry": {
            "coordinates": [
                [
                    [118.995320869, 28.880418242],
                    [118.995441849, 28.879303975],
                    [118.996700134, 28.879065931],
                    [118.997784675, 28.879539111],
                    [118.997969304, 28.880622963],
                    [118.99704824, 28.881261118],
                    [118.995843737, 28.881397649],
                    [118.995320869, 28.880418242],
                ]
            ],
            "type": "Polygon",
        },
        "kind": "polygon",
        "length_m": None,
    },
    "findings": [
        {
            "id": "F1",
            "effect": "note",
            "matched": "no",
            "relation": "overlap",
            "jurisdiction": "990126",
            "zone": {
                "attributes": {
                    "KJBJYS": "示例：原则上禁止新建三类工业项目，工业项目向园区集聚。",
                    "class": "general",
                    "county": "990126",
                    "type": "一般管控单元",
                },
                "certainty": "certain",
                "code": "ZH99012630001",
                "edition": "2024",
                "kind": "control-unit",
                "layer": "control-unit",
                "name": "砚源县一般管控单元",
            },
            "overlap_m2": "51113.60",
            "overlap_m": None,
            "site_share": "1.000000",
            "zone_share": "0.000216",
            "overlap": {
                "coordinates": [
                    [
                        [118.995320869, 28.880418242],
                        [118.995345065, 28.880195389],
                        [118.995369261, 28.879972535],
                        [118.995393457, 28.879749682],
                        [118.995417653, 28.879526828],
                        [118.995441849, 28.879303975],
                        [118.995693506, 28.879256366],
                        [118.995945163, 28.879208757],
                        [118.99619682, 28.879161149],
                        [118.996448477, 28.87911354],
                        [118.996700134, 28.879065931],
                        [118.996971269, 28.879184226],
                        [118.997242405, 28.879302521],
                        [118.99751354, 28.879420816],
                        [118.997784675, 28.879539111],
                        [118.997821601, 28.879755881],
                        [118.997858527, 28.879972652],
                        [118.997895452, 28.880189422],
                        [118.997932378, 28.880406193],
                        [118.997969304, 28.880622963],
                        [118.997739038, 28.880782502],
                        [118.997508772, 28.880942041],
                        [118.997278506, 28.881101579],
                        [118.99704824, 28.881261118],
                        [118.996747114, 28.881295251],
                        [118.996445989, 28.881329384],
                        [118.996144863, 28.881363516],
                        [118.995843737, 28.881397649],
                        [118.995739163, 28.881201768],
                        [118.99563459, 28.881005886],
                        [118.995530016, 28.880810005],
                        [118.995425443, 28.880614123],
                        [118.995320869, 28.880418242],
                    ]
                ],
                "type": "Polygon",
            },
            "distance_m": "0.000",
            "width_m": "239.233",
            "rule": None,
            "threshold": {"area_m2": "1.00", "width_m": "0.500"},
            "below_threshold": False,
            "lifted_by": None,
            "left": None,
            "needs": [],
            "not_shown": [],
            "conditions": [],
        }
    ],
    "clear": [
        {"edition": "2024", "layer": "ecological-red-line", "nearest": {"distance_m": "8207.748", "zone": "990126-11-0002"}},
        {"edition": "2022", "layer": "source-water", "nearest": {"distance_m": "2643.929", "zone": "SYD01-3"}},
    ],
    "no_data": [],
    "gates": {
        "project": {"asked": True, "verdict": "permitted"},
        "quota": {"asked": True, "verdict": "prohibited"},
        "space": {"asked": True, "verdict": "permitted"},
    },
    "robustness": None,
    "eia": None,
    "editions": {
        "cells": "administrative/1",
        "engine": "gridgov 0.1.0 / GEOS 3.14.1 / PROJ 9.5.1",
        "layers": {
            "ecological-red-line": {
                "accuracy_m": 5,
                "coverage": "cells",
                "disclosure": "public",
                "document": "云溪市生态保护红线划定成果（示例）",
                "edition": "2024",
                "effective_from": "2024-01-01",
                "sha256": "59ce10383a06cbd3d7f595536349cf9fd948e4a3becb232f6cdcde3733471cd5",
            },
            "suspension": {
                "accuracy_m": None,
                "coverage": "cells",
                "disclosure": "public",
                "document": "关于暂停审批部分区域新增水污染物排放项目的通知（示例）",
                "edition": "2026-1",
                "effective_from": "2026-03-01",
                "sha256": "8780c7fba0bfeb62a8d20efda2e24b220626652578425736f71e19e374e31749",
            },
        },
        "rules": {
            "control-units": {"edition": "2024", "sha256": "0f34785712f7d3e28e3f49e86681a3d5ffd11f79a5e18bdc8395077bfbf8a032"},
            "noise": {"edition": "2021", "sha256": "cdaabb336210ed4aba53344457ac152470740144a50987d6852db6d7cae4af40"},
            "red-line": {"edition": "2024", "sha256": "3b3ebf410b8d3c7bdd8a296680205b167d81b1d409b31fc7a80a9e93f21960ba"},
            "source-water": {"edition": "2020", "sha256": "603ad13656eabeee4768b4f97a7404e42177ecfd478b4e6b4ae8c1703a469c03"},
        },
    },
    "checksum": "sha256:c05d72e0ce4c3b5c3c079826def454e0c57996036b0ad7d766939de94ac2a646",
    "signature": None,
}

FINDINGS: dict[str, Any] = {
    "type": "FeatureCollection",
    "id": "fed8172d-2c39-5d8b-990c-d7c37692eaff",
    "verdict": "prohibited",
    "checksum": "sha256:c05d72e0ce4c3b5c3c079826def454e0c57996036b0ad7d766939de94ac2a646",
    "features": [
        {
            "type": "Feature",
            "id": "site",
            "properties": {
                "part": "site",
                "verdict": "prohibited",
                "name": "荷湾肉制品加工项目",
                "industry": "C1353",
                "action": "new",
                "on": "2026-11-22",
                "area_m2": "51113.60",
                "length_m": None,
                "cells": "990126100201",
                "summary": (
                    "禁止准入：用地 51,113.60 平方米（100.0%）位于“梅阳镇新增水污染物排放项目限批区域”，区域限批期间，限批"
                    "区域内暂停审批新增污染物排放的建设项目。（云溪市区域限批通知（2024 "
                    "年）（示例）限批范围）。"
                ),
            },
            "geometry": CHECK_QUESTION["site"],
        },
        {
            "type": "Feature",
            "id": "F1",
            "properties": {
                "part": "finding",
                "finding": "F1",
                "effect": "note",
                "matched": "no",
                "relation": "overlap",
                "jurisdiction": "990126",
                "below_threshold": False,
                "lifted_by": None,
                "layer": "control-unit",
                "zone_kind": "control-unit",
                "edition": "2024",
                "zone_code": "ZH99012630001",
                "zone_name": "砚源县一般管控单元",
                "certainty": "certain",
                "overlap_m2": "51113.60",
                "overlap_m": None,
                "site_share": "1.000000",
                "zone_share": "0.000216",
                "distance_m": "0.000",
                "width_m": "239.233",
                "ruleset": None,
                "ruleset_edition": None,
                "rule": None,
                "dimension": None,
                "text": None,
                "instrument": None,
                "article": None,
                "citation_status": None,
                "needs": "",
            },
            "geometry": CHECK_ANSWER["findings"][0]["overlap"],
        },
    ],
}

TEXT_QUESTION: dict[str, Any] = {
    "text": "[属性描述]\n"
    "格式版本号=1.01\n"
    "数据产生单位=XX市自然资源局\n"
    "数据产生日期=2025-6-15\n"
    "坐标系=2000国家大地坐标系\n"
    "几度分带=3\n"
    "投影类型=高斯克吕格\n"
    "计量单位=米\n"
    "带号=40\n"
    "精度=0.001\n"
    "转换参数=,,,,,,\n"
    "[地块坐标]\n"
    "10,0.7600,DK001,XX项目地块一,面,,工业用地,,@\n"
    "J1,1,3204600.000,40389900.000\n"
    "J2,1,3204600.000,40390000.000\n"
    "J3,1,3204520.000,40390000.000\n"
    "J4,1,3204520.000,40389900.000\n"
    "J1,1,3204600.000,40389900.000\n"
    "J5,2,3204570.000,40389940.000\n"
    "J6,2,3204550.000,40389940.000\n"
    "J7,2,3204550.000,40389960.000\n"
    "J8,2,3204570.000,40389960.000\n"
    "J5,2,3204570.000,40389940.000\n",
    "format": "boundary-points",
    "crs": None,
}

READ_SITES: dict[str, Any] = {
    "format": "boundary-points",
    "crs": "EPSG:4528",
    "crs_name": "CGCS2000 / 3-degree Gauss-Kruger zone 40",
    "features": [
        {
            "row": 1,
            "line": 13,
            "name": "XX项目地块一",
            "properties": {"code": "DK001", "name": "XX项目地块一", "use": "工业用地", "declared_area_m2": "7600.00"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [
                    [
                        [118.870609489, 28.953131673],
                        [118.870617319, 28.95241002],
                        [118.871642934, 28.952418625],
                        [118.871635111, 28.953140278],
                        [118.870609489, 28.953131673],
                    ],
                    [
                        [118.871022673, 28.952864496],
                        [118.871227797, 28.952866217],
                        [118.871229753, 28.952685804],
                        [118.87102463, 28.952684083],
                        [118.871022673, 28.952864496],
                    ],
                ],
            },
            "source": {
                "type": "Polygon",
                "coordinates": [
                    [[40389900.0, 3204600.0], [40389900.0, 3204520.0], [40390000.0, 3204520.0], [40390000.0, 3204600.0], [40389900.0, 3204600.0]],
                    [[40389940.0, 3204570.0], [40389960.0, 3204570.0], [40389960.0, 3204550.0], [40389940.0, 3204550.0], [40389940.0, 3204570.0]],
                ],
            },
            "area_m2": "7597.73",
            "length_m": None,
            "vertices": 10,
        }
    ],
    "warnings": [],
}
