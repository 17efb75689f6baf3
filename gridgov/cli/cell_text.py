"""What the grid's commands say to a person: tables on a terminal, in the chosen language."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from gridgov.cli.output import language
from gridgov.grids.report import KIND_LABELS_ZH, OVERLAY


def _say(zh: str, en: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(zh if language() == "zh" else en)


def _table(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
    chinese = language() == "zh"
    table = Table(show_edge=False)
    for zh, en in columns:
        table.add_column(zh if chinese else en, overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    Console(markup=False).print(table)


def show_area(document: Mapping[str, Any]) -> None:
    """The area of use."""
    box = document["area"]
    if box is None:
        _say("尚无使用范围：首次导入时确定。", "No area of use yet: the first import sets it.")
    else:
        text = ",".join(f"{value:.6f}".rstrip("0").rstrip(".") for value in box)
        _say(f"使用范围（西,南,东,北）：{text}", f"Area of use (west,south,east,north): {text}")


def show_scheme(document: Mapping[str, Any]) -> None:
    """A scheme and its levels."""
    _say(f"已登记网格体系 {document['scheme']}。", f"Scheme {document['scheme']} is registered.")
    _table(
        [("层级", "level"), ("名称", "label"), ("编码位数", "code length")],
        [(level["key"], level["label"], level["code_length"]) for level in document["levels"]],
    )


def show_import(document: Mapping[str, Any]) -> None:
    """What an import did, and the coverage of its candidate."""
    loaded = ", ".join(f"{key} {number}" for key, number in document["imported"].items())
    what_zh, what_en = ("试运行，未写入。可载入", "Dry run, nothing written. Would load") if document["dry_run"] else ("已载入", "Loaded")
    unchanged, closed, day = document["unchanged"], document["closed"], document.get("effective_from")
    _say(
        f"{what_zh} {loaded}；不变 {unchanged}，终止 {closed}，自 {day} 起生效。",
        f"{what_en} {loaded}; unchanged {unchanged}, closed {closed}, in force from {day}.",
    )
    _say(
        f"取整处理 {len(document['rounding'])} 处，修复 {len(document['repairs'])} 处（--json 列出全部）。",
        f"{len(document['rounding'])} roundings, {len(document['repairs'])} repairs (--json lists them all).",
    )
    show_coverage(document)


def show_coverage(document: Mapping[str, Any]) -> None:
    """Whether the cells tile, and everything that is wrong."""
    counts = ", ".join(f"{key} {number}" for key, number in document["cells"].items())
    overlay = OVERLAY in document["not_checkable"]
    if document["ok"] and overlay:
        _say(
            f"{document['scheme']} {document['on']}：叠加网格体系，不要求铺满（{counts}）。",
            f"{document['scheme']} on {document['on']}: an overlay scheme, its cells need not tile ({counts}).",
        )
    elif document["ok"]:
        _say(f"{document['scheme']} {document['on']}：网格无缝铺满（{counts}）。", f"{document['scheme']} on {document['on']}: the cells tile ({counts}).")
    else:
        number = len(document["violations"])
        _say(
            f"{document['scheme']} {document['on']}：网格未铺满，问题 {number} 处（{counts}）。",
            f"{document['scheme']} on {document['on']}: the cells do not tile, {number} violations ({counts}).",
        )
    _violations(document["violations"])
    _gaps(document["allowed_gaps"])
    if document["not_checkable"] and not overlay:
        _say(
            "未声明外边界：外缘缺失的网格无法查出（--outline 可声明）。",
            "No outline was declared: cells missing at the rim cannot be found (--outline declares one).",
        )


def _violations(found: Sequence[Mapping[str, Any]]) -> None:
    if found:
        _table(
            [("类型", "kind"), ("层级", "level"), ("面积 m²", "area m2"), ("位置", "place"), ("网格", "cells"), ("说明", "detail")],
            [(_kind(one["kind"]), one["level"], one["area_m2"], _place(one["point"]), ", ".join(one["cells"]), one["detail"]) for one in found],
        )


def _kind(kind: str) -> str:
    return KIND_LABELS_ZH.get(kind, kind) if language() == "zh" else kind


def _gaps(found: Sequence[Mapping[str, Any]]) -> None:
    if found:
        _table(
            [("允许的空隙 m²", "allowed gap m2"), ("位置", "place"), ("原因", "reason")],
            [(gap["area_m2"], _place(gap["point"]), gap["reason"]) for gap in found],
        )


def _place(point: Sequence[float] | None) -> str:
    return "" if point is None else f"{point[0]:.6f}, {point[1]:.6f}"


def show_export(document: Mapping[str, Any]) -> None:
    """Where the cells went."""
    _say(f"已导出 {document['cells']} 个网格至 {document['file']}。", f"{document['cells']} cells written to {document['file']}.")


def show_located(document: Mapping[str, Any]) -> None:
    """The cells at a point and the people in charge."""
    if not document["cells"]:
        _say("该点不在任何网格内。", "No cell answers at this point.")
        return
    _table([("层级", "level"), ("编码", "code"), ("名称", "name")], [(cell["level"], cell["code"], cell["name"]) for cell in document["cells"]])
    people = document.get("responsible", [])
    if people:
        _table(
            [("网格", "cell"), ("责任人", "person"), ("职责", "role"), ("条线", "line"), ("自", "from"), ("至", "to")],
            [(one["cell"], _person(one), one["role"], one["line"], one["from"], one["to"]) for one in people],
        )
    else:
        _say("尚未指定责任人。", "Nobody is in charge yet.")


def _person(one: Mapping[str, Any]) -> str:
    name = str(one["person"]["name"])
    deputised = one.get("stand_in_for")
    if not deputised:
        return name
    return f"{name}（代 {deputised['name']}）" if language() == "zh" else f"{name} (for {deputised['name']})"


def show_located_file(document: Mapping[str, Any]) -> None:
    """How many points found their cells."""
    bad = len(document["unreadable"])
    _say(
        f"共 {document['rows']} 行：在网格内 {document['inside']}，在网格外 {document['outside']}，坐标无法读取 {bad}。结果：{document['out']}",
        f"{document['rows']} rows: {document['inside']} inside, {document['outside']} outside, {bad} with unreadable coordinates. Result: {document['out']}",
    )
