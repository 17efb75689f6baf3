"""The shape of a rule file, as pydantic models: what keys there are and what each may hold.

From these models comes the JSON Schema beside this file (`rule_schema.json`), for editors. What the parts must mean together (ids that
exist, acyclic lifts, dates in order) is left to `rulefile_meaning`.
"""

import math
import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from gridgov.admission.rulefile_source import likeness
from gridgov.codes.industry import normalise_industry
from gridgov.errors import Refused
from gridgov.zones.edition import KINDS

MAX_TEXT = 10_000
MAX_WORD = 100
MAX_WITHIN_M = 1_000_000
COMPARISON = r"(>=|<=|>|<|=) [0-9]{1,12}(\.[0-9]{1,6})?"
INDUSTRY = r"[A-T]([0-9]{2,4})?"
WORD = r"[^\s@,;，；、\x00-\x1f]([^@,;，；、\x00-\x1f]*[^\s@,;，；、\x00-\x1f])?"


def _refuse(en: str, zh: str) -> PydanticCustomError:
    return PydanticCustomError("rule_file", "{en}", {"en": en, "zh": zh})


def _word(value: str) -> str:
    if not re.fullmatch(WORD, value) or len(value) > MAX_WORD:
        raise _refuse(
            f"a code or key has 1 to {MAX_WORD} characters, no comma, semicolon or @, no blank at its ends",
            f"代码或标识为 1 至 {MAX_WORD} 个字符，不含逗号、顿号、分号和 @，首尾无空格",
        )
    return value


def _attribute_name(value: str) -> str:
    if not value.strip() or len(value) > MAX_WORD or not value.isprintable():
        raise _refuse(f"an attribute name has 1 to {MAX_WORD} printable characters", f"属性名为 1 至 {MAX_WORD} 个可见字符")
    return value


def _text(value: str) -> str:
    stripped = value.strip()
    if not stripped or len(stripped) > MAX_TEXT:
        raise _refuse(f"text of 1 to {MAX_TEXT} characters is required", f"须填写 1 至 {MAX_TEXT} 字的文本")
    return stripped


def _day(value: str) -> str:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) and date.fromisoformat(value) >= date(1900, 1, 1):
            return value
    except ValueError as error:
        raise _no_day(value) from error
    raise _no_day(value)


def _no_day(value: str) -> PydanticCustomError:
    return _refuse(f"{value[:40]!r} is no day; write YYYY-MM-DD, from 1900-01-01", f"“{value[:40]}”不是有效日期，请写作 YYYY-MM-DD（1900-01-01 起）")


def _industry(value: str) -> str:
    try:
        written = normalise_industry(value)
    except Refused as error:
        raise _refuse(error.en, error.zh) from error
    if written != value:
        raise _refuse(f"write the industry code {value!r} as {written!r}", f"行业代码“{value}”请写作“{written}”")
    return value


def _comparison(value: str) -> str:
    if not re.fullmatch(COMPARISON, value):
        raise _refuse(
            f'{value[:40]!r} is no comparison; only "> 0", ">= 5", "< 10", "<= 10", "= 3" with one blank',
            f'“{value[:40]}”不是可用的比较式；只能写作 "> 0"、">= 5"、"< 10"、"<= 10"、"= 3"，中间一个空格',
        )
    return value


def _repeal(value: str) -> str:
    ruleset, _, edition = value.partition("@")
    if not (ruleset and edition and re.fullmatch(WORD, ruleset) and re.fullmatch(WORD, edition)):
        raise _refuse(f"{value[:40]!r}: write ruleset@edition, such as other-ruleset@2019", f"“{value[:40]}”：请写作 清单@版本，如 other-ruleset@2019")
    return value


def _quantity(decimals: int, most: float) -> Callable[[object], float]:
    """Asks for a number from 0 to `most` with at most so many decimals, so that its double, its decimal and its JSON say the same."""

    def check(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise _refuse("a number is expected, without quotes and unit", "此处须为数值，不加引号和单位")
        if not 0 <= value <= most or round(value, decimals) != value:
            raise _refuse(
                f"a number from 0 to {most:,.0f} with at most {decimals} decimals is expected", f"须为 0 至 {most:,.0f} 的数值，至多 {decimals} 位小数"
            )
        return value

    return check


def _scalar(value: object) -> object:
    if isinstance(value, str) and len(value) > MAX_WORD:
        raise _refuse(f"a zone attribute has at most {MAX_WORD} characters", f"分区属性值至多 {MAX_WORD} 个字符")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise _refuse("a zone attribute is text, a number, true, false or null", "分区属性值须为文本、数值、true、false 或 null")


def _kind(value: str) -> str:
    if value not in KINDS:
        hint_en, hint_zh = likeness(value, KINDS)
        raise _refuse(f"{value!r} is no kind of layer; {hint_en}", f"“{value}”不是图层类别；{hint_zh}")
    return value


def _not_empty(value: list[Any]) -> list[Any]:
    if not value:
        raise _refuse("an empty list matches no zone; name the values or leave the attribute out", "空列表不匹配任何分区；请列出取值，或删去该属性")
    return value


def _shape(value: object) -> str:
    return "<map>" if isinstance(value, dict) else "<list>" if isinstance(value, list) else "<one>"


def _distance(value: float) -> float:
    if value == 0:
        raise _refuse("a distance must be greater than 0 metres; for overlap write relation: overlap", "距离须大于 0 米；如指重叠请写 relation: overlap")
    return value


Word = Annotated[str, AfterValidator(_word), Field(json_schema_extra={"pattern": f"^{WORD}$"})]
Sentence = Annotated[str, AfterValidator(_text), Field(json_schema_extra={"minLength": 1, "maxLength": MAX_TEXT})]
Day = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
AttributeName = Annotated[str, AfterValidator(_attribute_name)]
Industry = Annotated[str, AfterValidator(_industry), Field(json_schema_extra={"pattern": f"^{INDUSTRY}$"})]
CompareText = Annotated[str, AfterValidator(_comparison), Field(json_schema_extra={"pattern": f"^{COMPARISON}$"})]
Repeal = Annotated[str, AfterValidator(_repeal), Field(json_schema_extra={"pattern": "^[^@]+@[^@]+$"})]
Metres = Annotated[float, BeforeValidator(_quantity(3, MAX_WITHIN_M)), AfterValidator(_distance), Field(json_schema_extra={"exclusiveMinimum": 0})]
SquareMetres = Annotated[float, BeforeValidator(_quantity(2, 1e12)), Field(json_schema_extra={"minimum": 0})]
TonnesPerYear = Annotated[float, BeforeValidator(_quantity(6, 1e8)), Field(json_schema_extra={"minimum": 0})]
Attribute = Annotated[Any, BeforeValidator(_scalar), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})]
Attributes = Annotated[
    Annotated[Attribute, Tag("<one>")] | Annotated[Annotated[list[Attribute], AfterValidator(_not_empty)], Tag("<list>")] | Annotated[Attribute, Tag("<map>")],
    Discriminator(_shape),
]
Kind = Annotated[str, AfterValidator(_kind), Field(json_schema_extra={"enum": list(KINDS)})]
Verdicts = Literal["prohibited", "undetermined", "conditional", "permitted"]


class _Part(BaseModel):
    """A mapping of the file: no key beyond these, no value of another type; null = the key is not there."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, value: object) -> object:
        if not isinstance(value, dict):
            return value
        known = {field.alias or name for name, field in cls.model_fields.items()}
        return {key: held for key, held in value.items() if held is not None or key not in known}


class AppliesTo(_Part):
    """适用行政区 / where the list applies."""

    cells: list[Word] = Field(min_length=1)
    """行政区代码前缀 / code prefixes of the administrative scheme."""


class KindSelector(_Part):
    """按类别选图层 / layers by kind."""

    kind: Kind
    """图层类别：该类别的全部图层 / every layer of this kind."""


class Within(_Part):
    """空间关系：距离 / a relation by distance."""

    within: Metres
    """距离（米）以内，含重叠 / within so many metres, overlap included."""


Layer = Annotated[Annotated[Word, Tag("<one>")] | Annotated[Word, Tag("<list>")] | Annotated[KindSelector, Tag("<map>")], Discriminator(_shape)]
Relation = Annotated[
    Annotated[Literal["overlap"], Tag("<one>")] | Annotated[Literal["overlap"], Tag("<list>")] | Annotated[Within, Tag("<map>")], Discriminator(_shape)
]


class WhenPart(_Part):
    """项目须同时满足的条件；空列表不设条件 / all of them must hold; an empty list asks nothing."""

    industry: list[Industry] = []
    """行业代码前缀，任一 / industry code prefixes, any of."""
    industry_not: list[Industry] = []
    """排除的行业 / none of these industries."""
    action: list[Word] = []
    """建设性质：new 新建、expand 扩建、rebuild 改建等 / what is done."""
    activity: list[Word] = []
    """活动类别 / activity classes, any of."""
    activity_not: list[Word] = []
    """排除的活动类别 / none of these activity classes."""
    discharge: dict[Word, CompareText] = {}
    """污染物及排放量（吨/年），如 COD: "> 0" / pollutant and t/a."""
    fuel: list[Word] = []
    """燃料，任一 / fuels, any of."""
    area_m2: CompareText | None = None
    """用地面积（平方米） / site area in m2."""


class CitationPart(_Part):
    """依据 / where a rule comes from."""

    instrument: Sentence
    """依据文件 / the document it stands in."""
    article: Sentence | None = None
    """条款 / article or clause."""
    url: Annotated[str, AfterValidator(_text)] | None = None
    """原文网址 / address of the source."""
    in_force_from: Day | None = None
    """施行日期 / first day in force."""
    in_force_to: Day | None = None
    """失效日期（当日起不再有效） / first day no longer in force."""
    status: Literal["example", "confirmed"] = "example"
    """example 示例；confirmed 已核对原文 / confirmed = read at its source."""


class ConditionPart(_Part):
    """准入条件 / a condition to be met."""

    kind: Word
    """条件种类，如 approval 审批、evidence 材料、measure 措施、verify 核实 / what sort of condition."""
    by: Sentence | None = None
    """由谁办理 / by whom."""
    text: Sentence
    """条件内容 / what is asked."""


class RulePart(_Part):
    """条款 / a rule."""

    id: Word
    """条款编号，清单内唯一 / unique in the list."""
    layer: Layer | None = None
    """图层标识，或 {kind: 类别}；仅 project、quota 可不填 / a layer key or {kind: …}."""
    where: dict[AttributeName, Attributes] = {}
    """分区属性 / zone attributes; a list means any of."""
    relation: Relation = "overlap"
    """overlap 重叠（缺省），或 {within: 米}."""
    when: WhenPart = WhenPart()
    effect: Literal["prohibit", "condition", "permit"]
    """prohibit 禁止；condition 有条件；permit 允许（须有 lifts）."""
    dimension: Literal["space", "discharge", "risk", "resource", "project", "quota"]
    """space 空间布局；discharge 污染物排放；risk 环境风险；resource 资源利用；project 项目；quota 总量."""
    lifts: list[Word] = []
    """解除的条款编号 / ids of rules of this list that it takes back."""
    text: Sentence
    """条文 / the clause."""
    text_kind: Literal["paraphrase", "verbatim"] = "paraphrase"
    """paraphrase 转述；verbatim 原文（须已核对） / verbatim only what was read at its source."""
    citation: CitationPart
    conditions: list[ConditionPart] = []
    """准入条件 / what must be met."""


class ExampleZonePart(_Part):
    """示例所在分区 / a zone the example lies in."""

    layer: Word
    """图层标识 / layer key."""
    where: dict[AttributeName, Attribute] = {}
    """分区属性 / attributes of the zone."""


class ExamplePart(_Part):
    """示例：清单自带的检验 / a case by which the list tests itself."""

    zones: list[ExampleZonePart] = Field(default=[], alias="in")
    """地块所在分区 / the zones the site lies in."""
    industry: Industry | None = None
    action: Word | None = None
    activity: Word | None = None
    discharges: dict[Word, TonnesPerYear] | None = None
    """排放量（吨/年）；不填为未申报，{} 为申报无排放 / absent = not declared, {} = declared none."""
    fuel: list[Word] | None = None
    area_m2: SquareMetres | None = None
    verdict: Verdicts
    """应得结论 / the verdict that must come out."""


class RuleFile(_Part):
    """准入清单 / an admission list."""

    ruleset: Word
    """清单标识 / key of the list."""
    edition: Word
    """版本（加引号） / edition, in quotes."""
    effective_from: Day
    """生效日期 / first day in force."""
    effective_to: Day | None = None
    """失效日期（当日起不再有效） / first day no longer in force."""
    repeals: list[Repeal] = []
    """废止的清单@版本 / editions it ends."""
    authority: Sentence | None = None
    """发布机关 / who issued it."""
    applies_to: AppliesTo | None = None
    requires: list[Word] = []
    """必备图层：缺少任一即不能判定 / layers without which nothing is clear."""
    rules: list[RulePart] = Field(min_length=1)
    examples: list[ExamplePart] = []


# Which keys are known at which place: the last name on the way there.
PARTS: dict[str, type[_Part]] = {
    "": RuleFile,
    "applies_to": AppliesTo,
    "rules": RulePart,
    "layer": KindSelector,
    "relation": Within,
    "when": WhenPart,
    "citation": CitationPart,
    "conditions": ConditionPart,
    "examples": ExamplePart,
    "in": ExampleZonePart,
}


def known_keys(part: str) -> tuple[str, ...]:
    """The keys a mapping of the file may have, by the name under which it stands ("" = the file itself)."""
    return tuple(field.alias or name for name, field in PARTS[part].model_fields.items())


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a rule file, for editors."""
    schema = RuleFile.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:gridgov:admission-list", **schema}
