"""The verdict as a sentence, in Chinese and in English: what it is, the figure that decides, and the clause behind it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

WORDS_ZH = {"prohibited": "禁止准入", "undetermined": "无法判定", "conditional": "有条件准入", "permitted": "允许准入"}
WORDS_EN = {"prohibited": "Not permitted here", "undetermined": "Cannot be decided", "conditional": "Permitted on conditions", "permitted": "Permitted"}
_REASONS_ZH = {
    "no-edition": "当日无有效版本",
    "coverage-unknown": "覆盖范围不明",
    "partly-uncovered": "未完全覆盖用地",
    "failed": "读取失败",
    "no-list-in-force": "所在地无有效准入清单",
}
_REASONS_EN = {
    "no-edition": "no edition in force on the day",
    "coverage-unknown": "its coverage is unknown",
    "partly-uncovered": "it does not cover the whole site",
    "failed": "it could not be read",
    "no-list-in-force": "no admission list is in force there",
}


_INPUTS_ZH = {
    "industry": "行业类别",
    "action": "建设性质",
    "activity": "人为活动类别",
    "fuel": "燃料",
    "discharges": "排放量",
    "area_m2": "用地面积",
    "zone": "区域属性",
}


def summarise(document: Mapping[str, Any]) -> dict[str, str]:
    """`summary` (zh-CN) and `summary_en` of a verdict document; says nothing the document does not."""
    verdict = document["verdict"]
    deciding = _deciding(document["findings"], verdict)
    zh, en = _reasons(document, deciding)
    return {"summary": f"{WORDS_ZH[verdict]}：{zh}。", "summary_en": f"{WORDS_EN[verdict]}: {en}."}


def _deciding(findings: Sequence[Mapping[str, Any]], verdict: str) -> list[Mapping[str, Any]]:
    """The findings that carry the verdict, the largest share of the site first."""
    counted = [finding for finding in findings if finding["lifted_by"] is None and finding["effect"] in ("prohibit", "condition", "permit")]
    if verdict == "prohibited":
        chosen = [one for one in counted if one["effect"] == "prohibit" and one["matched"] == "yes" and not one["below_threshold"]]
    elif verdict == "undetermined":
        chosen = [one for one in counted if one["matched"] == "unknown"]
    elif verdict == "conditional":
        chosen = [one for one in counted if one["effect"] == "condition" or one["below_threshold"]]
    else:
        chosen = []
    return sorted(chosen, key=lambda one: Decimal(one["site_share"] or 0), reverse=True)


def _reasons(document: Mapping[str, Any], deciding: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    if deciding:
        first, others = deciding[0], len(deciding) - 1
        zh, en = _finding(first)
        return (f"{zh}；另有 {others} 项", f"{en}; and {others} more") if others else (zh, en)
    silent = document["no_data"]
    if document["verdict"] == "undetermined" and silent:
        first, others = silent[0], len(silent) - 1
        name = first["layer"]
        zh = _REASONS_ZH[first["reason"]] if name == "*" else f"图层 {name} {_REASONS_ZH[first['reason']]}"
        en = _REASONS_EN[first["reason"]] if name == "*" else f"layer {name}: {_REASONS_EN[first['reason']]}"
        return (f"{zh}；另有 {others} 项无数据", f"{en}; and {others} more without data") if others else (zh, en)
    if document["verdict"] == "undetermined":
        return "已申报新增排放，但尚无排污权账户可核", "discharges are declared but there is no quota account to check them against"
    clear = len(document["clear"])
    return f"未触及任何限制条款，{clear} 个图层无冲突", f"no restricting clause applies, {clear} layers are clear"


def _finding(finding: Mapping[str, Any]) -> tuple[str, str]:
    rule, zone = finding["rule"], finding["zone"]
    source = f"{rule['citation']['instrument']}{rule['citation']['article'] or ''}"
    where_zh, where_en = _where(finding, zone)
    left = finding.get("left")
    if left and (left["area_m2"] or left["length_m"]):
        figure, unit_zh, unit_en = (left["area_m2"], "平方米", "m2") if left["area_m2"] else (left["length_m"], "米", "m")
        where_zh += f"，扣除例外条款 {left['lifted_by']} 后为 {_grouped(figure)} {unit_zh}"
        where_en += f", {_grouped(figure)} {unit_en} of it after the exception {left['lifted_by']}"
    if finding["matched"] == "unknown":
        if not finding["needs"]:
            return f"{where_zh}，尚缺判定所需信息（{source}）", f"{where_en}; what decides is not known ({source})"
        needs = "、".join(_input_zh(need) for need in finding["needs"])
        return f"{where_zh}，须补充 {needs} 才能判定（{source}）", f"{where_en}; {', '.join(finding['needs'])} must be given to decide ({source})"
    if finding["below_threshold"]:
        return f"{where_zh}，小于判定阈值，须核实边界（{source}）", f"{where_en}, below the threshold, to be verified ({source})"
    return f"{where_zh}，{rule['text']}（{source}）", f"{where_en}: {rule['text']} ({source})"


def _input_zh(need: str) -> str:
    """What has to be declared, in the words of the form: `discharges.COD` is 排放量（COD）."""
    name, _, part = need.partition(".")
    return f"{_INPUTS_ZH.get(name, name)}（{part}）" if part else _INPUTS_ZH.get(name, name)


def _grouped(figure: str) -> str:
    """A figure with its thousands apart; a band of distances (`200-500`) as it is."""
    try:
        return f"{Decimal(figure):,}"
    except InvalidOperation:
        return figure


def _percent(share: str) -> str:
    """A share of the site as a reader takes it: never 0.0 for what is there."""
    part = Decimal(share) * 100
    return f"{part:.1f}" if part >= Decimal("0.05") else "<0.1"


def _where(finding: Mapping[str, Any], zone: Mapping[str, Any] | None) -> tuple[str, str]:
    if zone is None:
        return "本项目", "this project"
    name = zone.get("name") or zone.get("code") or zone["layer"]
    if finding["relation"] is None:
        return "本项目", "this project"
    if finding["relation"] == "near":
        return f"距“{name}” {_grouped(finding['distance_m'])} 米", f"{_grouped(finding['distance_m'])} m from {name}"
    if finding["overlap_m2"] is not None and finding["site_share"] is not None:
        percent = _percent(finding["site_share"])
        return (
            f"用地 {_grouped(finding['overlap_m2'])} 平方米（{percent}%）位于“{name}”",
            f"{_grouped(finding['overlap_m2'])} m2 ({percent} %) of the site lie in {name}",
        )
    if finding["overlap_m"] is not None:
        return f"线路 {_grouped(finding['overlap_m'])} 米位于“{name}”", f"{_grouped(finding['overlap_m'])} m of the line lie in {name}"
    return f"位于“{name}”", f"it lies in {name}"
