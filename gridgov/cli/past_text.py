"""What `cells history` and `cells diff` say to a person."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from gridgov.cli.output import language

_CAUSES_ZH: Final = {"redraw": "界线", "node": "仅增减界址点", "rename": "更名", "reparent": "归属"}
_KINDS_ZH: Final = {"split": "拆分", "merge": "合并"}


def show_history(document: Mapping[str, Any]) -> None:
    """Versions and lineage of a cell."""
    _table(
        [
            ("名称", "name"),
            ("上级", "parent"),
            ("面积 m²", "area m2"),
            ("自", "from"),
            ("至", "to"),
            ("录入", "recorded"),
            ("改记", "superseded"),
            ("原因", "reason"),
        ],
        [
            (
                one["name"],
                one["parent"],
                one["area_m2"],
                one["from"],
                one["to"],
                one["recorded_from"][:19],
                (one["recorded_to"] or "")[:19],
                one["change"]["reason"],
            )
            for one in document["versions"]
        ],
    )
    for side, zh, en in (("from", "来自", "Came of"), ("to", "去向", "Became")):
        if document["lineage"][side]:
            _say(f"{zh}：", f"{en}:")
            _table(
                [("编码", "code"), ("名称", "name"), ("方式", "by"), ("自", "from"), ("面积 m²", "area m2")],
                [(one["code"], one["name"], _word(_KINDS_ZH, one["kind"]), one["day"], one["area_m2"]) for one in document["lineage"][side]],
            )


def show_difference(document: Mapping[str, Any]) -> None:
    """The cells that differ between two days."""
    rows, span = document["items"], f"{document['from']} → {document['to']}"
    if not rows:
        _say(f"{span}：网格相同。", f"{span}: the grids are the same.")
        return
    _say(f"{span}：{len(rows)} 个网格不同。", f"{span}: {len(rows)} cells differ.")
    if document["out"] is not None:
        _say(f"已写入 {document['out']}。", f"Written to {document['out']}.")
        return
    _table(
        [("层级", "level"), ("编码", "code"), ("名称", "name"), ("变化", "change"), ("前 m²", "before m2"), ("后 m²", "after m2"), ("增减 m²", "by m2")],
        [(one["level"], one["code"], one["name"], _word(_CAUSES_ZH, one["cause"]), one["before_m2"], one["after_m2"], one["change_m2"]) for one in rows],
    )


def _word(words: Mapping[str, str], key: str) -> str:
    return words.get(key, key) if language() == "zh" else key


def _say(zh: str, en: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(zh if language() == "zh" else en)


def _table(columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[Any]]) -> None:
    table = Table(show_edge=False)
    for zh, en in columns:
        table.add_column(zh if language() == "zh" else en, overflow="fold", no_wrap=en == "code")
    console = Console(highlight=False, markup=False)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table)
