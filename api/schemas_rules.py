"""The shapes of admission lists: lists with their editions, one edition with its examples tried, the review of a file."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Verdict = Literal["prohibited", "undetermined", "conditional", "permitted"]

_EDITION: dict[str, Any] = {
    "edition": "2024",
    "effective_from": "2024-01-01",
    "effective_to": None,
    "ends": None,
    "sha256": "5d3e9a0c7b1f4e6d8a2c5b7f9e1d3c5a7b9f1e3d5c7a9b1f3e5d7c9a1b3f5e7d",
    "rules": 14,
    "examples": 12,
    "recorded_at": "2026-11-22T08:00:00+00:00",
}
_RULE: dict[str, Any] = {
    "id": "RL-1",
    "layer": "ecological-red-line",
    "where": {"core": True},
    "effect": "prohibit",
    "dimension": "space",
    "text": "自然保护地核心保护区内，原则上禁止人为活动。",
    "text_kind": "paraphrase",
    "citation": {"instrument": "关于加强生态保护红线管理的通知（试行）", "article": "第一条", "in_force_from": "2022-08-16", "status": "example"},
}
_EXAMPLE: dict[str, Any] = {
    "index": 0,
    "in": [{"layer": "ecological-red-line", "where": {"core": True}}],
    "verdict": "prohibited",
    "got": "prohibited",
    "ok": True,
}


class EditionHead(BaseModel):
    """When an edition holds. ends: the first day it no longer does, by itself, its successor or a repeal; null = not yet known."""

    edition: str
    effective_from: str
    effective_to: str | None = Field(description="As declared.")
    ends: str | None
    sha256: str
    rules: int
    recorded_at: str


class RulesEdition(EditionHead):
    """An edition in the list of its list."""

    examples: int


class RulesetItem(BaseModel):
    """A list with its editions by first day. in_force: the edition of the day; null = none."""

    ruleset: str
    authority: str | None
    in_force: str | None
    editions: list[RulesEdition]


class RulesetList(BaseModel):
    """The lists, by name."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [{"ruleset": "red-line", "authority": "云溪市人民政府", "in_force": "2024", "editions": [_EDITION]}], "next": None}]
        }
    )

    items: list[RulesetItem]
    next: str | None


class TriedExample(BaseModel):
    """An example of a list: the verdict it names and the one it gets."""

    index: int
    in_: list[dict[str, Any]] = Field(alias="in", description="The zones its site lies in.")
    verdict: Verdict
    got: Verdict | None = Field(description="null = it cannot be judged.")
    ok: bool


class RulesDocument(EditionHead):
    """One edition in the words of its file, with each example tried."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ruleset": "red-line",
                    "authority": "云溪市人民政府",
                    **_EDITION,
                    "document": {"ruleset": "red-line", "edition": "2024", "effective_from": "2024-01-01", "rules": [_RULE]},
                    "examples": [_EXAMPLE],
                }
            ]
        }
    )

    ruleset: str
    authority: str | None
    document: dict[str, Any] = Field(description="The rule file as data; remarks and what says nothing are left out.")
    examples: list[TriedExample]


class RulesFault(BaseModel):
    """One thing wrong in a file, at its line (YAML) or its cell (workbook)."""

    pointer: str
    line: int | None
    cell: str | None = Field(description="As `条款!D7`.")
    detail: str


class RulesReview(BaseModel):
    """Whether a file may be loaded, and everything that keeps it from that."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ok": False,
                    "ruleset": "red-line",
                    "edition": "2024",
                    "rules": 1,
                    "examples": [_EXAMPLE | {"got": "conditional", "ok": False}],
                    "faults": [
                        {
                            "pointer": "line 21",
                            "line": 21,
                            "cell": None,
                            "detail": "/examples/0：示例写明结论为 prohibited，按本清单判定为 conditional；请修改条款或示例",
                        }
                    ],
                }
            ]
        }
    )

    ok: bool
    ruleset: str | None = Field(description="null = the file is no list yet.")
    edition: str | None
    rules: int | None
    examples: list[TriedExample]
    faults: list[RulesFault]


class RulesImported(BaseModel):
    """What loading a list did. unchanged: this very edition was loaded before."""

    ruleset: str
    edition: str
    sha256: str
    unchanged: bool
    unknown_repeals: list[str] = Field(description="Editions it ends that are not loaded.")
