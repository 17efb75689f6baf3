"""The coverage report: whether the cells of a scheme tile on a day, and everything that says they do not.

Decides the words and figures of the document; what is wrong was found by the tiling proof and by comparing levels.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from gridgov.errors import Fault, Language
from gridgov.grids.importing import Rejected
from gridgov.grids.mending import Told

ViolationKind = Literal["overlap", "gap", "hole", "unmatched-edge", "outside-parent", "invalid", "orphan", "duplicate"]
OutlineSource = Literal["own", "parent", "file"]
AT_THE_RIM = "cells missing at the rim"
OVERLAY = "tiling of an overlay scheme"


@dataclass(frozen=True, slots=True)
class LevelViolation:
    """One thing wrong with a level. cells: codes of all cells concerned, neighbours of a gap among them; point: (lon, lat)."""

    kind: str
    level: str
    cells: tuple[str, ...]
    area_m2: float
    length_m: float
    point: tuple[float, float] | None
    detail_en: str
    detail_zh: str

    def as_json(self, language: Language) -> dict[str, Any]:
        """The entry of the report."""
        return {
            "kind": self.kind,
            "level": self.level,
            "cells": list(self.cells),
            "area_m2": decimal_text(self.area_m2),
            "length_m": decimal_text(self.length_m),
            "point": None if self.point is None else list(self.point),
            "detail": self.detail_zh if language == "zh" else self.detail_en,
        }

    def as_fault(self) -> Fault:
        """The same as a fault of an error."""
        area, kind_zh = decimal_text(self.area_m2), KIND_LABELS_ZH.get(self.kind, self.kind)
        return Fault(
            pointer="",
            en=f"{self.kind}, {area} m2, {self.level} {', '.join(self.cells)}: {self.detail_en}",
            zh=f"{kind_zh}，{area} 平方米，{self.level} {'、'.join(self.cells)}：{self.detail_zh}",
            at=self.point,
        )


@dataclass(frozen=True, slots=True)
class GapEntry:
    """A gap that is allowed to stand, with the reason it was recorded for."""

    area_m2: float
    point: tuple[float, float]
    reason: str

    def as_json(self) -> dict[str, Any]:
        """The entry of the report."""
        return {"area_m2": decimal_text(self.area_m2), "point": list(self.point), "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was found about a scheme on a day. cells: number by level key, top level first."""

    scheme: str
    on: date
    outline: OutlineSource
    overlay: bool
    cells: Mapping[str, int]
    violations: Sequence[LevelViolation] = ()
    allowed_gaps: Sequence[GapEntry] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did, or would do, beside the coverage of its candidate.

    proposals: faults still open; decided: those with a decision, carried out; unused: decisions on faults that are not there.
    """

    imported: Mapping[str, int]
    unchanged: int = 0
    closed: int = 0
    rounding: Sequence[Mapping[str, Any]] = ()
    repairs: Sequence[Mapping[str, Any]] = ()
    rejected: Sequence[Rejected] = ()
    proposals: Sequence[Told] = ()
    decided: Sequence[Told] = ()
    unused: Sequence[str] = ()
    dry_run: bool = False
    effective_from: date | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


KIND_LABELS_ZH: Mapping[str, str] = {
    "overlap": "重叠",
    "gap": "空隙",
    "hole": "空洞",
    "unmatched-edge": "边界未对齐",
    "outside-parent": "与上级不符",
    "invalid": "图形无效",
    "orphan": "缺少上级",
    "duplicate": "编码重复",
}


def decimal_text(value: float) -> str:
    """Square metres or metres at 0.01, as a decimal string."""
    return f"{Decimal(repr(float(value))).quantize(Decimal('0.01')):f}"


def coverage_document(coverage: Coverage, language: Language = "zh") -> dict[str, Any]:
    """The coverage report; its lists are never cut short."""
    return {
        "scheme": coverage.scheme,
        "on": coverage.on.isoformat(),
        "ok": coverage.ok,
        "outline": coverage.outline,
        "cells": dict(coverage.cells),
        "violations": [violation.as_json(language) for violation in coverage.violations],
        "allowed_gaps": [gap.as_json() for gap in coverage.allowed_gaps],
        "not_checkable": not_checkable(coverage),
    }


def not_checkable(coverage: Coverage) -> list[str]:
    """What the report cannot answer for."""
    if coverage.overlay:
        return [OVERLAY]
    return [AT_THE_RIM] if coverage.outline == "own" else []


def import_document(coverage: Coverage, outcome: ImportOutcome, language: Language = "zh") -> dict[str, Any]:
    """The coverage report of an import's candidate with what the import did, also when it was refused."""
    document = coverage_document(coverage, language)
    document["ok"] = coverage.ok and not outcome.rejected
    return document | {
        "imported": dict(outcome.imported),
        "unchanged": outcome.unchanged,
        "closed": outcome.closed,
        "rounding": [dict(entry) for entry in outcome.rounding],
        "repairs": [dict(entry) for entry in outcome.repairs],
        "rejected": [_rejected_json(row, language) for row in outcome.rejected],
        "proposals": [told.as_json(language) for told in outcome.proposals],
        "decided": [told.as_json(language) for told in outcome.decided],
        "unused_decisions": list(outcome.unused),
        "dry_run": outcome.dry_run,
        **({} if outcome.effective_from is None else {"effective_from": outcome.effective_from.isoformat()}),
        **outcome.extra,
    }


def _rejected_json(row: Rejected, language: Language) -> dict[str, Any]:
    return {
        "row": row.row,
        "code": row.code,
        "reason": row.reason_zh if language == "zh" else row.reason_en,
        "point": None if row.point is None else list(row.point),
    }


def summary(coverage: Coverage, rejected: Sequence[Rejected]) -> tuple[str, str]:
    """One sentence in English and Chinese on why an import is refused and how to mend it."""
    counts: dict[str, int] = {}
    for violation in coverage.violations:
        counts[violation.kind] = counts.get(violation.kind, 0) + 1
    en = [f"{number} x {kind}" for kind, number in counts.items()]
    zh = [f"{KIND_LABELS_ZH.get(kind, kind)} {number} 处" for kind, number in counts.items()]
    if rejected:
        en.append(f"{len(rejected)} rows rejected")
        zh.append(f"{len(rejected)} 行不合规")
    mend_en, mend_zh = _mend(counts) if counts else ("Mend the rows given.", "请按所列行修改文件。")
    return (f"Nothing was loaded: {', '.join(en)}. {mend_en}", f"未载入任何内容：{'、'.join(zh)}。{mend_zh}")


def _mend(counts: Mapping[str, int]) -> tuple[str, str]:
    if "outside-parent" in counts:
        return (
            "Cells may reach beyond the declared outline only together with a new one (--outline FILE); else mend the file at the places given.",
            "网格超出已声明的外边界时，须同时用 --outline 给出新的外边界；否则请按所列位置修改文件。",
        )
    if counts and set(counts) <= {"gap", "hole"}:
        return (
            "Ground that really belongs to no cell is recorded with --allow-gaps REASON; slivers are closed with --repair METRES; else mend the file.",
            "确实不属于任何网格的地块，请用 --allow-gaps 写明原因；细小缝隙可用 --repair 米数 闭合；其余请按所列位置修改文件。",
        )
    if counts and set(counts) <= {"orphan"}:
        return (
            "Say which column holds the parents' codes (--parent-field, nearest level first), or give every cell a code of its level's length.",
            "请用 --parent-field 指明上级编码列（由近及远），或使每个网格的编码位数符合所在层级。",
        )
    if counts and set(counts) <= {"duplicate", "invalid"}:
        return ("Mend the file at the places given.", "请按所列位置修改文件。")
    return (
        "Mend the file at the places given; slivers up to 50 m can be closed with --repair METRES.",
        "请按所列位置修改文件；宽度不超过 50 米的细缝可用 --repair 米数 闭合。",
    )


def faults(coverage: Coverage, rejected: Sequence[Rejected]) -> list[Fault]:
    """The same as faults of an error: every violation and every rejected row."""
    return [violation.as_fault() for violation in coverage.violations] + [
        Fault(pointer=f"row {row.row}", en=row.reason_en, zh=row.reason_zh, at=row.point) for row in rejected
    ]
