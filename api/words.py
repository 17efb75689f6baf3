"""The words of the server-made pages in both languages, and how figures are written in them."""

from collections.abc import Mapping
from decimal import Decimal

from gridgov.errors import Language

Words = Mapping[str, str]

_ZH: Words = {
    "lang": "zh-CN",
    "code": "zh",
    "product": "网格化环境监管",
    "other_language": "English",
    "other_code": "en",
    "skip": "跳到正文",
    "api": "接口文档",
    "overview_title": "示例项目选址校验",
    "overview_lead": "虚构城市的示例项目：能不能建、为什么，一眼可见。所有地名、编码与数据均为虚构，条款标注“示例”者不具法律效力。",
    "empty_title": "还没有校验结果",
    "empty_lead": "先生成示例城市并校验示例项目：",
    "sites": "个项目",
    "findings": "涉及条款",
    "no_data": "无数据",
    "clear_layers": "无冲突",
    "map": "查看地图",
    "details": "展开依据",
    "example": "示例",
    "lifted": "已由例外条款解除",
    "below": "小于判定阈值，待核实",
    "needs": "须补充",
    "condition": "条件",
    "nearest": "最近距离",
    "not_clear": "不视为无冲突",
    "site_area": "用地",
    "site_length": "线路",
    "site_point": "点位",
    "industry": "行业",
    "on": "校验日",
    "area_header": "重叠",
    "share_header": "占用地",
    "space": "空间",
    "quota": "总量",
    "project": "项目",
    "not_asked": "未涉及",
    "unnamed": "未命名项目",
    "touch": "仅边界相接",
    "uncovered": "未覆盖",
    "engine": "版本",
    "not_built_title": "网页尚未构建",
    "not_built_lead": "服务运行正常，但本机尚无网页文件。请在项目目录执行以下命令，然后重新启动服务：",
    "docs_title": "接口文档",
    "docs_lead": "全部接口、参数与返回。机器可读的完整描述：",
    "parameters": "参数",
    "body": "请求内容",
    "answers": "返回",
    "required": "必填",
    "prohibited": "禁止准入",
    "undetermined": "无法判定",
    "conditional": "有条件准入",
    "permitted": "允许准入",
    "note": "提示",
}

_EN: Words = {
    "lang": "en",
    "code": "en",
    "product": "environmental grid supervision",
    "other_language": "中文",
    "other_code": "zh",
    "skip": "Skip to content",
    "api": "API",
    "overview_title": "Sample sites, checked",
    "overview_lead": (
        "Projects of an invented city: may they stand here, and why. Every name, code and figure is made up; clauses marked 'example' have no legal force."
    ),
    "empty_title": "Nothing has been checked yet",
    "empty_lead": "Make the sample city and check its sites first:",
    "sites": "sites",
    "findings": "Clauses concerned",
    "no_data": "No data",
    "clear_layers": "Clear",
    "map": "Open map",
    "details": "Show the reasons",
    "example": "example",
    "lifted": "Lifted by an exception",
    "below": "Below the threshold, to be verified",
    "needs": "Must be given",
    "condition": "Condition",
    "nearest": "Nearest",
    "not_clear": "not counted as clear",
    "site_area": "Site",
    "site_length": "Line",
    "site_point": "Point",
    "industry": "industry",
    "on": "checked for",
    "area_header": "Overlap",
    "share_header": "Of the site",
    "space": "Space",
    "quota": "Quota",
    "project": "Project",
    "not_asked": "not asked",
    "unnamed": "Unnamed project",
    "touch": "Only touches the border",
    "uncovered": "uncovered",
    "engine": "Version",
    "not_built_title": "The web screens are not built",
    "not_built_lead": "The service is running, but has no web screens. Run this in the project's folder, then start the service again:",
    "docs_title": "API",
    "docs_lead": "Every operation, its parameters and answers. The complete machine-readable description:",
    "parameters": "Parameters",
    "body": "Body",
    "answers": "Answers",
    "required": "required",
    "prohibited": "Prohibited",
    "undetermined": "Undetermined",
    "conditional": "Conditional",
    "permitted": "Permitted",
    "note": "Note",
}

_KINDS: Mapping[str, tuple[str, str]] = {
    "ecological-red-line": ("生态保护红线", "ecological red line"),
    "control-unit": ("环境管控单元", "control unit"),
    "functional-zone": ("环境功能区", "functional zone"),
    "source-water": ("饮用水水源保护区", "source-water zone"),
    "nature-reserve": ("自然保护地", "nature reserve"),
    "farmland": ("永久基本农田", "permanent farmland"),
    "noise": ("声环境功能区", "noise zone"),
    "no-burn": ("高污染燃料禁燃区", "no-burn zone"),
    "vehicle": ("机动车限行区", "vehicle zone"),
    "contaminated-site": ("污染地块", "contaminated site"),
    "island": ("海岛", "island"),
    "park": ("产业园区", "park"),
    "suspension": ("区域限批", "suspension area"),
    "other": ("其他区域", "other zone"),
}

_INPUTS: Mapping[str, tuple[str, str]] = {
    "industry": ("行业类别", "industry"),
    "action": ("建设性质", "action"),
    "activity": ("人为活动类别", "activity"),
    "discharges": ("新增排放量", "discharges"),
    "fuel": ("燃料", "fuel"),
}

_REASONS: Mapping[str, tuple[str, str]] = {
    "no-edition": ("当日无有效版本", "no edition in force on the day"),
    "coverage-unknown": ("覆盖范围不明", "coverage unknown"),
    "partly-uncovered": ("未完全覆盖用地", "does not cover the whole site"),
    "failed": ("读取失败", "could not be read"),
    "no-list-in-force": ("所在地无有效准入清单", "no admission list in force there"),
}


def words(language: Language) -> Words:
    """Every word of the pages in one language."""
    return _ZH if language == "zh" else _EN


def kind_name(kind: str, language: Language) -> str:
    """What a layer or a kind of layer is called; the key itself when it is nobody's."""
    known = _KINDS.get(kind)
    return kind if known is None else known[0 if language == "zh" else 1]


def input_name(field: str, language: Language) -> str:
    """What an input of a question is called; `discharges.COD` names the pollutant too."""
    key, _, part = field.partition(".")
    known = _INPUTS.get(key)
    name = key if known is None else known[0 if language == "zh" else 1]
    return f"{name} {part}".strip()


def reason_name(reason: str, language: Language) -> str:
    """Why a layer says nothing."""
    known = _REASONS.get(reason)
    return reason if known is None else known[0 if language == "zh" else 1]


def area(text: str, language: Language) -> str:
    """An area for reading: hectares from one hectare up, else square metres. text: m2 as a decimal string."""
    m2 = Decimal(text)
    if m2 >= 10_000:
        return f"{m2 / 10_000:,.2f} {'公顷' if language == 'zh' else 'ha'}"
    return f"{m2:,.0f} m²" if m2 >= 100 else f"{m2:,.2f} m²"


def length(text: str) -> str:
    """A length for reading: kilometres from one kilometre up, else metres. text: m as a decimal string, or a band such as `50-100`."""
    try:
        metres = Decimal(text)
    except ArithmeticError:
        return f"{text} m"
    return f"{metres / 1000:,.2f} km" if metres >= 1000 else f"{metres:,.0f} m" if metres >= 10 else f"{metres:,.2f} m"


def percent(text: str) -> str:
    """A share for reading; a share that is not zero never reads 0.0 %."""
    share = Decimal(text) * 100
    return "< 0.1%" if 0 < share < Decimal("0.1") else f"{share:.1f}%"
