"""What each cell of an admission list's workbook stands for, and how its text is read into plain data and written from it.

A list of words is separated by 、 or commas, pairs by semicolons, several values of one attribute by |, conditions and zones by lines.
A reader raises ValueError with a sentence in both languages for text that has no such form; whether the value is a good one is left to
the rule file's own checks.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gridgov.admission.rulefile_source import core_scalar
from gridgov.zones.edition import KINDS

NONE_WORDS = ("无", "none")
_PAIR = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^;；\n"])+|"')
_VALUE = re.compile(r'(?:"(?:\\.|[^"\\])*"|[^|"])+|"')
_COMPARED = re.compile(r"(.+?)\s*((?:>=|<=|>|<|=)\s*.*)")

EFFECTS = {"禁止": "prohibit", "有条件": "condition", "允许": "permit"}
DIMENSIONS = {"空间布局": "space", "污染物排放": "discharge", "环境风险": "risk", "资源利用": "resource", "项目准入": "project", "总量": "quota"}
TEXT_KINDS = {"转述": "paraphrase", "原文": "verbatim"}
STATUSES = {"示例": "example", "已核实": "confirmed"}
VERDICTS = {"禁止": "prohibited", "资料不足": "undetermined", "有条件": "conditional", "允许": "permitted"}
ACTIONS = {"新建": "new", "扩建": "expand", "改建": "rebuild"}


class NotReadable(ValueError):
    """The text of a cell has not the form its column asks for."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


@dataclass(frozen=True, slots=True)
class Column:
    """A column (or a row of the head sheet). path: where its value goes in the plain data; read and write: text <-> value."""

    title: str
    path: tuple[str, ...]
    read: Callable[[str], Any] = str
    write: Callable[[Any], str] = str
    choices: tuple[str, ...] = ()
    width: int = 14
    note: str = ""


def _chosen(names: Mapping[str, str]) -> dict[str, Any]:
    """Reader, writer and drop-down of a choice; both the Chinese name and the file's own word are read."""
    back = {word: name for name, word in names.items()}
    return {"read": lambda text: names.get(text, text), "write": lambda word: back.get(word, word), "choices": tuple(names)}


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[、,，;；\n]", text) if word.strip()]


def _words_or_none(text: str) -> list[str]:
    return [] if text in NONE_WORDS else _words(text)


def _joined(words: list[str]) -> str:
    return "、".join(words)


def _joined_or_none(words: list[str]) -> str:
    return _joined(words) or NONE_WORDS[0]


def _actions(text: str) -> list[str]:
    return [ACTIONS.get(word, word) for word in _words(text)]


def _action_names(words: list[str]) -> str:
    back = {word: name for name, word in ACTIONS.items()}
    return _joined([back.get(word, word) for word in words])


def _number(text: str) -> Any:
    try:
        return core_scalar(text)
    except ValueError:
        return text


def _scalar(text: str) -> Any:
    written = text.strip()
    if not written.startswith('"'):
        return _number(written)
    try:
        return json.loads(written)
    except ValueError as error:
        raise NotReadable(f"{written} is no quoted text", f"{written} 的引号不成对") from error


def _scalar_text(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value == value.strip() and not re.search(r'[;；|=:：\n"]', value) and _number(value) == value:
        return value
    return text


def _where(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in filter(None, (one.strip() for one in _PAIR.findall(text))):
        name, equals, values = pair.partition("=")
        if not equals or not name.strip() or name.strip() in found:
            raise NotReadable(f"{pair!r}: write name=value once a name, several values with |", f"“{pair}”：请写作 属性=值，多个值用 | 分隔，属性不得重复")
        read = [_scalar(value) for value in _VALUE.findall(values)] or [None]
        found[name.strip()] = read[0] if len(read) == 1 else read
    return found


def _where_text(where: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}={'|'.join(_scalar_text(one) for one in (value if isinstance(value, list) else [value]))}" for name, value in where.items())


def _comparisons(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in filter(None, (one.strip() for one in re.split(r"[;；\n]", text))):
        read = _COMPARED.fullmatch(pair)
        if read is None or read[1] in found:
            raise NotReadable(f'{pair!r}: write the pollutant and a comparison, "COD > 0"', f"“{pair}”：请写作 污染物和比较式，如 COD > 0")
        found[read[1]] = read[2]
    return found


def _comparisons_text(discharge: Mapping[str, str]) -> str:
    return "; ".join(f"{pollutant} {comparison}" for pollutant, comparison in discharge.items())


def _amounts(text: str) -> dict[str, Any]:
    return {} if text in NONE_WORDS else _where(text)


def _amounts_text(discharges: Mapping[str, Any]) -> str:
    return _where_text(discharges) or NONE_WORDS[0]


def _conditions(text: str) -> list[dict[str, str]]:
    found = []
    for line in filter(None, (one.strip() for one in text.split("\n"))):
        parts = [part.strip() for part in line.split("|", 2)]
        if len(parts) != 3:
            raise NotReadable(f"{line!r}: write kind | by whom | text, one condition a line", f"“{line}”：请写作 种类 | 办理机关 | 内容，每行一个条件")
        found.append({"kind": parts[0], **({"by": parts[1]} if parts[1] else {}), "text": parts[2]})
    return found


def _conditions_text(conditions: list[Mapping[str, str]]) -> str:
    return "\n".join(f"{one['kind']} | {one.get('by', '')} | {' '.join(one['text'].split())}" for one in conditions)


def _zones(text: str) -> list[dict[str, Any]]:
    found = []
    for line in filter(None, (one.strip() for one in text.split("\n"))):
        layer, _, where = line.replace("：", ":", 1).partition(":") if '"' not in line.split(":", 1)[0] else (line, "", "")
        found.append({"layer": layer.strip(), **({"where": _where(where)} if where.strip() else {})})
    return found


def _zones_text(zones: list[Mapping[str, Any]]) -> str:
    return "\n".join(f"{zone['layer']}: {_where_text(zone['where'])}" if zone.get("where") else str(zone["layer"]) for zone in zones)


def _plain_number(value: Any) -> str:
    return json.dumps(value)


_WORDS: dict[str, Any] = {"read": _words, "write": _joined}

HEAD: tuple[Column, ...] = (
    Column("清单标识", ("ruleset",), note="如 red-line；同一清单各版本相同 / key of the list"),
    Column("版本", ("edition",), note="如 2024 / edition"),
    Column("生效日期", ("effective_from",), note="YYYY-MM-DD / first day in force"),
    Column("失效日期", ("effective_to",), note="当日起不再有效，可不填 / first day no longer in force"),
    Column("发布机关", ("authority",), note="可不填 / issued by"),
    Column("适用行政区", ("applies_to", "cells"), **_WORDS, note="代码前缀，顿号分隔；不填为全域 / code prefixes"),
    Column("必备图层", ("requires",), **_WORDS, note="顿号分隔 / layers without which nothing is clear"),
    Column("废止清单", ("repeals",), **_WORDS, note="清单@版本，顿号分隔 / ruleset@edition"),
)

RULES: tuple[Column, ...] = (
    Column("编号", ("id",), width=8, note="清单内唯一 / unique id"),
    Column("图层", ("layer",), width=22, note="图层标识 / layer key"),
    Column("图层类别", ("layer", "kind"), choices=KINDS, width=16, note="整类图层，与“图层”二选一 / instead of the layer"),
    Column("分区属性", ("where",), _where, _where_text, width=22, note='如 core=true; class=1|2；文本数字加引号 class="1"'),
    Column("距离（米）", ("relation", "within"), _number, _plain_number, width=10, note="不填为重叠 / empty = overlap"),
    Column("行业", ("when", "industry"), **_WORDS, width=18, note="行业代码前缀，顿号分隔 / GB/T 4754"),
    Column("排除行业", ("when", "industry_not"), **_WORDS, width=18),
    Column("建设性质", ("when", "action"), _actions, _action_names, width=14, note="新建、扩建、改建"),
    Column("活动类别", ("when", "activity"), **_WORDS, width=20),
    Column("排除活动", ("when", "activity_not"), **_WORDS, width=20),
    Column("排放", ("when", "discharge"), _comparisons, _comparisons_text, width=16, note="如 COD > 0; NH3-N >= 1（吨/年）"),
    Column("燃料", ("when", "fuel"), **_WORDS, width=12),
    Column("用地面积", ("when", "area_m2"), width=12, note="如 >= 5000（平方米）"),
    Column("效力", ("effect",), **_chosen(EFFECTS), width=10),
    Column("维度", ("dimension",), **_chosen(DIMENSIONS), width=12),
    Column("解除条款", ("lifts",), **_WORDS, width=12, note="效力为允许时必填，条款编号"),
    Column("条文", ("text",), width=48),
    Column("条文性质", ("text_kind",), **_chosen(TEXT_KINDS), width=10, note="原文须已核对"),
    Column("依据文件", ("citation", "instrument"), width=30),
    Column("依据条款", ("citation", "article"), width=16),
    Column("网址", ("citation", "url"), width=16),
    Column("依据施行日期", ("citation", "in_force_from"), width=13),
    Column("依据失效日期", ("citation", "in_force_to"), width=13),
    Column("引用状态", ("citation", "status"), **_chosen(STATUSES), width=10),
    Column("准入条件", ("conditions",), _conditions, _conditions_text, width=40, note="每行：种类 | 办理机关 | 内容"),
)

EXAMPLES: tuple[Column, ...] = (
    Column("所在分区", ("in",), _zones, _zones_text, width=36, note="每行：图层: 属性=值; 属性=值；不填为不在任何分区"),
    Column("行业", ("industry",), width=12),
    Column("建设性质", ("action",), **_chosen(ACTIONS), width=12),
    Column("活动类别", ("activity",), width=22),
    Column("排放量", ("discharges",), _amounts, _amounts_text, width=18, note="如 COD=12; NH3-N=0.5（吨/年）；不填为未申报，填“无”为申报无排放"),
    Column("燃料", ("fuel",), _words_or_none, _joined_or_none, width=14, note="不填为未申报，填“无”为不用燃料"),
    Column("用地面积（平方米）", ("area_m2",), _number, _plain_number, width=18),
    Column("应得结论", ("verdict",), **_chosen(VERDICTS), width=12),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of entries, one a row. part: the key of the plain data that holds them."""

    name: str
    part: str
    columns: tuple[Column, ...] = field(default=())


HEAD_SHEET, HELP_SHEET = "清单", "说明"
SHEETS = (Sheet("条款", "rules", RULES), Sheet("示例", "examples", EXAMPLES))
