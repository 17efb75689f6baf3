"""A siting question as it comes in: strictly read, every fault with its place in the body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from shapely.geometry.base import BaseGeometry

from gridgov.admission.condition import Project
from gridgov.admission.site import MAX_BUFFER_M, MAX_PARTS, MAX_VERTICES, Site, make_site
from gridgov.codes.industry import normalise_industry
from gridgov.errors import Fault, GridgovError, Refused
from gridgov.geo.clean import check_json_geometry
from gridgov.geo.crs import STORAGE
from gridgov.geo.site_text import FORMATS, area_notes, read_site_text
from gridgov.geo.text_plots import Told

_MAX_TEXT = 500
_MOST_ITEMS = 100
_FIELDS = ("site", "site_text", "site_format", "buffer_m", "crs", "industry", "action", "activity", "discharges", "fuel", "project", "on")


@dataclass(frozen=True)
class SitingRequest:
    """A clean question. on None = today. buffer_m and crs are kept as given, for the document and for a replay.

    site_format: of the text the site was read from, None = it came as a geometry; site_notes: what was taken for granted in reading it.
    """

    site: Site
    project: Project
    on: date | None = None
    crs: str = STORAGE
    buffer_m: float = 0.0
    name: str | None = None
    uscc: str | None = None
    site_format: str | None = None
    site_notes: tuple[Told, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What was declared, as it stands in the document."""
        declared = self.project
        discharges = None if declared.discharges is None else {key: f"{amount:.6f}" for key, amount in declared.discharges.items()}
        return {
            "crs": self.crs,
            "buffer_m": f"{self.buffer_m:.3f}",
            "industry": declared.industry,
            "action": declared.action,
            "activity": declared.activity,
            "discharges": discharges,
            "fuel": None if declared.fuel is None else list(declared.fuel),
            "project": {"name": self.name, "uscc": self.uscc},
            "on": None if self.on is None else self.on.isoformat(),
            **(
                {}
                if self.site_format is None
                else {"site_format": self.site_format, "site_notes": [{"en": note.en, "zh": note.zh} for note in self.site_notes]}
            ),
        }


def parse_request(body: object) -> SitingRequest:
    """The question in a body of `POST /siting-checks`.

    Raises Refused (unknown or wrong fields, each with its JSON pointer), InvalidGeometry, WrongCrs, TooLarge.
    """
    if not isinstance(body, Mapping):
        raise Refused("The body must be a JSON object.", "请求内容须为 JSON 对象。", faults=[Fault("", "not an object", "不是对象")])
    _refuse_unknown(body, _FIELDS)
    buffer_m = _buffer(body.get("buffer_m"))
    ground = _ground(body)
    applicant = body.get("project") or {}
    if not isinstance(applicant, Mapping):
        raise _wrong("/project", "must be an object with name and uscc", "须为包含 name 与 uscc 的对象")
    _refuse_unknown(applicant, ("name", "uscc"), "/project")
    return SitingRequest(
        make_site(ground.geometry, crs=ground.crs, buffer_m=buffer_m),
        parse_project(body),
        read_day(body.get("on")),
        ground.crs,
        buffer_m,
        _text(applicant, "name", "/project/name"),
        _text(applicant, "uscc", "/project/uscc"),
        ground.format,
        ground.notes,
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """The geometry asked about, in `crs`. format: of the text it was read from, None = it came as GeoJSON."""

    geometry: BaseGeometry
    crs: str
    format: str | None = None
    notes: tuple[Told, ...] = ()


def _ground(body: Mapping[str, Any]) -> _Ground:
    crs, text, format_named = _text(body, "crs"), body.get("site_text"), _text(body, "site_format")
    if format_named is not None and format_named not in FORMATS:
        raise _wrong("/site_format", f"must be one of {', '.join(FORMATS)}", f"须为以下之一：{'、'.join(FORMATS)}")
    if text is None or text == "":
        if body.get("site") is None:
            raise _wrong("/site", "a site is needed: a GeoJSON geometry, Feature or FeatureCollection", "缺少用地范围，请给出 GeoJSON 图形")
        declared = crs or STORAGE
        geometry = check_json_geometry(body["site"], pointer="/site", max_vertices=MAX_VERTICES, max_parts=MAX_PARTS, declared_crs=declared)
        return _Ground(geometry, declared)
    if body.get("site") is not None:
        raise _wrong("/site_text", "give the site as geometry or as text, not both", "site 与 site_text 只能给出一个")
    if not isinstance(text, str):
        raise _wrong("/site_text", "must be a text", "须为文本")
    placed = read_site_text(text, format=format_named, crs=crs)
    geometry = placed.union(max_vertices=MAX_VERTICES, max_parts=MAX_PARTS)
    return _Ground(geometry, placed.crs, placed.text.format, (*placed.notes, *area_notes(placed)))


def parse_project(declared: Mapping[str, Any]) -> Project:
    """What is declared of a project: `industry`, `action`, `activity`, `discharges`, `fuel`; absent or null = not declared."""
    return Project(
        industry=_industry(declared.get("industry")),
        action=_text(declared, "action"),
        activity=_text(declared, "activity"),
        discharges=_discharges(declared.get("discharges")),
        fuel=_fuel(declared.get("fuel")),
    )


def _refuse_unknown(body: Mapping[str, Any], fields: Sequence[str], pointer: str = "") -> None:
    faults = [Fault(f"{pointer}/{_escaped(key)}", "unknown field", "未知字段") for key in body if key not in fields]
    if faults:
        known = ", ".join(fields)
        raise Refused(f"Unknown fields; known are {known}.", f"存在未知字段，可用字段：{known}。", faults=faults)


def _escaped(key: str) -> str:
    """A key as a step of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _industry(value: object) -> str | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise _wrong("/industry", "must be a GB/T 4754 code such as C2614", "须为国民经济行业代码，如 C2614")
    try:
        return normalise_industry(value)
    except GridgovError as refused:
        raise _wrong("/industry", refused.en, refused.zh) from refused


def _discharges(value: object) -> dict[str, Decimal] | None:
    if value is None:
        return None
    if not isinstance(value, Mapping) or len(value) > _MOST_ITEMS:
        raise _wrong("/discharges", "must be an object of pollutant: t/a", "须为“污染物: 吨/年”的对象")
    return {str(key): _tonnes(str(key), amount) for key, amount in value.items()}


def _tonnes(pollutant: str, amount: object) -> Decimal:
    pointer = f"/discharges/{_escaped(pollutant)}"
    if isinstance(amount, bool) or not isinstance(amount, int | float | str | Decimal):
        raise _wrong(pointer, "must be a number of t/a", "须为数值（吨/年）")
    try:
        tonnes = Decimal(str(amount))
    except InvalidOperation as broken:
        raise _wrong(pointer, "must be a number of t/a", "须为数值（吨/年）") from broken
    if not tonnes.is_finite() or not 0 <= tonnes <= 10**9:
        raise _wrong(pointer, "must lie between 0 and 1e9 t/a", "须在 0 至 1e9 吨/年之间")
    return tonnes.quantize(Decimal("0.000001"))


def _fuel(value: object) -> tuple[str, ...] | None:
    if value is None:
        return None
    if isinstance(value, str):
        return (_short(value, "/fuel"),) if value and value != "none" else ()
    if not isinstance(value, list | tuple) or len(value) > _MOST_ITEMS:
        raise _wrong("/fuel", "must be a fuel or a list of fuels", "须为燃料名称或其列表")
    return tuple(_short(one, f"/fuel/{index}") for index, one in enumerate(value))


def _buffer(value: object) -> float:
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_BUFFER_M:
        raise _wrong("/buffer_m", f"must be a number from 0 to {MAX_BUFFER_M:.0f}", f"须为 0 至 {MAX_BUFFER_M:.0f} 之间的数值（米）")
    return float(value)


def read_day(value: object) -> date | None:
    """A day as `2026-11-22`; None = not given. Raises Refused."""
    if value is None:
        return None
    if isinstance(value, date):
        return value
    # fromisoformat alone also reads week dates such as 2026-W47-7.
    if not isinstance(value, str) or len(value) != 10 or "W" in value:
        raise _wrong("/on", "must be a day such as 2026-11-22", "须为日期，如 2026-11-22")
    try:
        return date.fromisoformat(value)
    except ValueError as broken:
        raise _wrong("/on", "must be a day such as 2026-11-22", "须为日期，如 2026-11-22") from broken


def _text(body: Mapping[str, Any], field: str, pointer: str | None = None) -> str | None:
    value = body.get(field)
    return None if value is None or value == "" else _short(value, pointer or f"/{field}")


def _short(value: object, pointer: str) -> str:
    if not isinstance(value, str) or not value or len(value) > _MAX_TEXT or "\0" in value:
        raise _wrong(pointer, f"must be a text of at most {_MAX_TEXT} characters", f"须为不超过 {_MAX_TEXT} 字的文本")
    return value


def _wrong(pointer: str, en: str, zh: str) -> Refused:
    en, zh = en.rstrip("."), zh.rstrip("。")
    return Refused(f"{pointer}: {en}.", f"{pointer}：{zh}。", faults=[Fault(pointer, en, zh)])
