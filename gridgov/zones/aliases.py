"""Names under which offices deliver a zone's code, name and attributes, as data.

Sources: field names of published red-line tables (HXBM, HXMM …) and of control-unit viewers (HJZHGKDYBM …, letters transposed in the
wild), domain reference 3 and 7.3. Names are compared folded: full-width and half-width alike, no case, no blanks, no line breaks.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

# Tried in this order; the kind's own names come before the general ones.
CODES: Final[Mapping[str, Sequence[str]]] = {
    "ecological-red-line": ("HXBM", "红线编码", "TBBM", "图斑编码"),
    "control-unit": ("HJZHGKDYBM", "环境综合管控单元编码", "环境管控单元编码", "综合管控单元编码", "管控单元编码", "单元编码"),
    "functional-zone": ("STHJYSGKFQBM", "SHJGKFQBM", "DQHJGKFQBM", "管控分区编码", "功能区编码"),
    "source-water": ("SYBHQBM", "水源保护区编码", "保护区编码"),
    "nature-reserve": ("BHDBM", "保护地编码"),
}
NAMES: Final[Mapping[str, Sequence[str]]] = {
    "ecological-red-line": ("HXMM", "红线命名", "红线名称"),
    "control-unit": ("HJZHGKDYMC", "环境综合管控单元名称", "环境管控单元名称", "综合管控单元名称", "管控单元名称", "单元名称"),
    "functional-zone": ("STHJYSGKFQMC", "SHJGKFQMC", "DQHJGKFQMC", "管控分区名称", "功能区名称"),
    "source-water": ("SYBHQMC", "水源保护区名称", "水源地名称", "保护区名称"),
    "nature-reserve": ("BHDMC", "保护地名称"),
}
GENERAL_CODES: Final = ("code", "zone_code", "编码", "代码", "编号", "bm", "zone_id")
GENERAL_NAMES: Final = ("name", "zone_name", "名称", "mc", "名字")
# attribute -> names under which it comes; the file's own columns are kept beside it.
ATTRIBUTES: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "ecological-red-line": {
        "line_type": ("HXLX", "红线类型"),
        "type_code": ("LXBM", "类型编码"),
        "function": ("ZDSTXTFWGN", "主导生态系统服务功能"),
        "protected_area": ("BHDMC", "保护地名称"),
        "protected_area_level": ("BHDJB", "保护地级别"),
        "activity": ("ZYRWHDLX", "主要人为活动类型"),
        "measures": ("GKCS", "管控措施"),
        "function_zone": ("GNFQ", "功能分区"),
        "requirements": ("GKYQ", "管控要求"),
        "published_area": ("TBMJ", "图斑面积"),
        "county_code": ("XZQHDM", "行政区划代码"),
        "remark": ("BZ", "备注"),
    },
    "control-unit": {
        "class": ("ZHGKDYFL", "管控单元分类", "单元分类"),
        "spatial_constraint": ("KJBJYS", "空间布局约束"),
        "discharge_control": ("PWWPFGK", "WRWPFGK", "污染物排放管控"),
        "risk_control": ("HJFXFK", "环境风险防控"),
        "resource_efficiency": ("ZYKFXLYQ", "资源开发效率要求", "资源利用效率要求"),
        "province": ("PROV", "省"),
        "city": ("CITY", "市"),
        "county": ("AREA", "县", "区县"),
        "element": ("HJYS", "要素"),
        "element_class": ("YSXL", "要素细类", "细类"),
        "remark": ("REMARK", "备注"),
    },
    "functional-zone": {
        "element": ("HJYS", "要素"),
        "element_class": ("YSXL", "要素细类", "细类"),
        "basin": ("LYMC", "流域", "流域名称"),
        "reach": ("HDMC", "河段", "河段名称"),
    },
}


def fold(name: str) -> str:
    """A column name as it is compared: compatibility forms made one, case folded, blanks and line breaks gone."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def clean_name(name: str) -> str:
    """A column name as it is kept: full-width letters made narrow, blanks and line breaks at the ends and inside gone."""
    return "".join(character for character in unicodedata.normalize("NFKC", name) if character.isprintable() and not character.isspace())


def code_names(kind: str) -> tuple[str, ...]:
    """Names a code may come under, best first."""
    return (*GENERAL_CODES[:2], *CODES.get(kind, ()), *GENERAL_CODES[2:])


def zone_names(kind: str) -> tuple[str, ...]:
    """Names a zone's name may come under, best first."""
    return (*GENERAL_NAMES[:2], *NAMES.get(kind, ()), *GENERAL_NAMES[2:])
