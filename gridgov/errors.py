"""Every refusal gridgov can give, in one tree.

A class carries what a machine needs (slug, HTTP status) and a title in both languages; an instance carries the sentence for this
case, again in both, and the faults: where in the input (`pointer`), what, and at which place on the ground (`at`). The faces render
them: `api` as problem+json (RFC 9457), the command line as text or one JSON document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in an input.

    pointer: RFC 6901 pointer into a JSON body, `line 12` of a text file or `row 7` of a table; "" = the whole.
    at: (lon, lat) in degrees where the fault lies on the ground; None = it has no place.
    cell: of a workbook, `sheet!D7`; None = none, or not of a workbook.
    """

    pointer: str
    en: str
    zh: str
    at: tuple[float, float] | None = None
    cell: str | None = None

    def as_json(self, language: Language) -> dict[str, Any]:
        found: dict[str, Any] = {"pointer": self.pointer, "detail": self.zh if language == "zh" else self.en}
        if self.at is not None:
            found["at"] = [self.at[0], self.at[1]]
        if self.cell is not None:
            found["cell"] = self.cell
        return found


class GridgovError(Exception):
    """Something was refused; says what, where and how to mend it."""

    slug: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title_en: ClassVar[str] = "Internal error"
    title_zh: ClassVar[str] = "系统内部错误"

    def __init__(self, en: str, zh: str, *, faults: Sequence[Fault] = (), **members: Any) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh
        self.faults = tuple(faults)
        self.members = members

    def as_problem(self, language: Language = "zh") -> dict[str, Any]:
        """The error as an RFC 9457 document (without `instance`, which the face knows)."""
        return {
            "type": f"/problems/{self.slug}",
            "title": self.title_zh if language == "zh" else self.title_en,
            "status": self.status,
            "detail": self.zh if language == "zh" else self.en,
            "errors": [fault.as_json(language) for fault in self.faults],
            **self.members,
        }


class SetupError(GridgovError):
    """The installation is incomplete (a program, a package, a setting); exit code 2 on the command line."""

    slug, status, title_en, title_zh = "set-up", 503, "Set-up incomplete", "安装或配置不完整"


class UsageError(GridgovError):
    """The command was called wrongly; exit code 2 on the command line."""

    slug, status, title_en, title_zh = "usage", 400, "Wrong usage", "用法错误"


class MalformedBody(GridgovError):
    slug, status, title_en, title_zh = "malformed-body", 400, "Body cannot be read", "请求内容无法解析"


class NotSignedIn(GridgovError):
    slug, status, title_en, title_zh = "not-signed-in", 401, "Not signed in", "尚未登录"


class NotAllowed(GridgovError):
    slug, status, title_en, title_zh = "not-allowed", 403, "Not allowed", "无权操作"


class FourEyes(NotAllowed):
    """Whoever made something may not approve it; another person decides."""

    slug, title_en, title_zh = "four-eyes", "Another person must decide", "须由他人审批"


class NotFound(GridgovError):
    slug, status, title_en, title_zh = "not-found", 404, "Not found", "未找到"


class Conflict(GridgovError):
    """The request is fine but the state of things does not allow it."""

    slug, status, title_en, title_zh = "wrong-state", 409, "State does not allow this", "当前状态不允许"


class AlreadyInForce(Conflict):
    slug, title_en, title_zh = "already-in-force", "Something is already in force", "已有生效内容"


class StalePlan(Conflict):
    """The grid changed under a plan; `cells` (member) are the codes that both touch."""

    slug, title_en, title_zh = "stale-plan", "The grid changed meanwhile", "网格已被他人调整"


class CoverageRefused(Conflict):
    """A level of cells does not tile; `report` (member) is the coverage report of contract §5."""

    slug, title_en, title_zh = "coverage-refused", "The cells do not tile", "网格未能无缝铺满"


class TooLarge(GridgovError):
    slug, status, title_en, title_zh = "too-large", 413, "Too large", "超出大小限制"


class UnknownFormat(GridgovError):
    slug, status, title_en, title_zh = "unknown-format", 415, "Unknown format", "无法识别的格式"


class Refused(GridgovError):
    """Understood and refused: the payload itself is wrong."""

    slug, status, title_en, title_zh = "refused", 422, "Understood and refused", "内容不符合要求"


class InvalidGeometry(Refused):
    slug, title_en, title_zh = "invalid-geometry", "The geometry is not clean", "图形不合规"


class ZonesRefused(Refused):
    """Rows of a file cannot be zones; `report` (member) is the import's report, as on success."""

    slug, title_en, title_zh = "zones-refused", "The zones cannot be loaded", "分区无法载入"


class WrongCrs(Refused):
    slug, title_en, title_zh = "wrong-crs", "The coordinate reference system is unknown or unusable", "坐标系不明或不可用"


class OutsideArea(Refused):
    slug, title_en, title_zh = "outside-area", "Outside the area of use", "超出使用范围"


class MissingPart(Refused):
    slug, title_en, title_zh = "missing-part", "A part of the file is missing", "文件缺少组成部分"


class BadEncoding(Refused):
    slug, title_en, title_zh = "bad-encoding", "The text encoding cannot be decided", "文字编码无法判定"


class BadRules(Refused):
    slug, title_en, title_zh = "bad-rules", "The admission list is not valid", "准入清单不合规"


class SlowDown(GridgovError):
    slug, status, title_en, title_zh = "slow-down", 429, "Too many requests", "请求过于频繁"


class DatabaseAway(GridgovError):
    slug, status, title_en, title_zh = "database-away", 503, "The database is not reachable", "数据库暂不可用"


class NotYet(UsageError):
    slug, status, title_en, title_zh = "not-yet", 501, "Not yet", "尚未提供"
