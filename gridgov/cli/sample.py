"""`sample`: the sample city in its own database, and the verdicts of its sites as a table."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.cells import cell_len

from gridgov.admission.summary import WORDS_EN, WORDS_ZH
from gridgov.cli.output import emit, language, tell
from gridgov.cli.session import open_database, renew_sample, server_of
from gridgov.settings import load_settings

_SIGNS = {"prohibited": "✕", "undetermined": "?", "conditional": "!", "permitted": "✓"}
_GATES_ZH, _GATES_EN = {"space": "空间", "quota": "总量", "project": "项目"}, {"space": "space", "quota": "quota", "project": "project"}
_REASONS_ZH = {
    "no-edition": "无生效版本",
    "coverage-unknown": "覆盖范围不明",
    "partly-uncovered": "部分未覆盖",
    "failed": "读取失败",
    "no-list-in-force": "无生效清单",
}


def register(app: typer.Typer) -> None:
    """Adds `sample`."""
    app.command("sample", help="Generate and load the sample city into its own database. 生成并载入示例城市")(sample)


def sample(
    villages: Annotated[int | None, typer.Option("--villages", metavar="N", help="How many villages, 30 to 30000. 村级网格数")] = None,
    seed: Annotated[int | None, typer.Option("--seed", metavar="S", help="Same N and S, same city. 随机种子")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Empty the sample's database instead. 清空示例数据库")] = False,
    files: Annotated[Path | None, typer.Option("--files", metavar="DIR", help="Write the city as files, load nothing. 只写出文件")] = None,
    in_sample: Annotated[bool, typer.Option("--sample", help="Always so here. 本命令总是使用示例库")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Loads nothing twice: with the sample already there, only its verdicts are printed."""
    if remove:
        renew_sample()
        _forget_rasters()
        emit({"removed": True}, as_json, lambda _: typer.echo("示例数据已清空。" if language() == "zh" else "The sample is removed."))
    elif files is not None:
        _write(villages, seed, files, as_json=as_json)
    else:
        _print_or_load(villages, seed, as_json=as_json)


def _write(villages: int | None, seed: int | None, folder: Path, *, as_json: bool) -> None:
    # The generator's libraries are slow to import, and every command passes through this module.
    from layers.sample_city import DEFAULT_SEED, DEFAULT_VILLAGES, generate, write_files

    city = generate(DEFAULT_SEED if seed is None else seed, DEFAULT_VILLAGES if villages is None else villages)
    written = [str(path) for path in write_files(city, folder)]
    emit({"files": written}, as_json, lambda document: typer.echo("\n".join(document["files"])))


def _print_or_load(villages: int | None, seed: int | None, *, as_json: bool) -> None:
    from gridgov.cli import sample_loading, sample_rasters
    from layers.sample_city import DEFAULT_SEED, DEFAULT_VILLAGES, generate

    settings = load_settings()
    server_of(settings).make_ready(sample=True)
    number, chosen = DEFAULT_VILLAGES if villages is None else villages, DEFAULT_SEED if seed is None else seed
    database = open_database(sample=True)
    try:
        checks = sample_loading.loaded_checks(database, number, chosen, insist=villages is not None or seed is not None)
        document: dict[str, Any] = {"loaded": False, "sites": [_told(check) for check in checks], "unexpected": []}
        if not checks:
            city = generate(chosen, number)
            checks, cells = sample_loading.load(database, settings, city)
            document = {"loaded": True, "villages": number, "seed": chosen, "cells": cells, "sites": [_told(check) for check in checks]}
            document["unexpected"] = sample_loading.unexpected(city, checks)
            sample_rasters.keep(settings, city)
        elif sample_rasters.are_missing(settings):
            if sample_loading.is_of(checks, number, chosen):
                sample_rasters.keep(settings, generate(chosen, number))
            else:
                tell("底图栅格缺失，请以载入时的 --villages 与 --seed 再次执行。 / no base map: run it with the --villages and --seed of the load.")
    finally:
        database.close()
    emit(document, as_json, _print_sites)


def _forget_rasters() -> None:
    from gridgov.cli import sample_rasters

    sample_rasters.forget(load_settings())


def _told(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the table shows of a check."""
    counted = [finding for finding in document["findings"] if finding["effect"] != "note" and finding["lifted_by"] is None and finding["relation"] != "touch"]
    return {
        "id": document["id"],
        "name": document["request"]["project"]["name"],
        "verdict": document["verdict"],
        "gates": {name: document["gates"][name]["verdict"] for name in _GATES_ZH},
        "findings": len(counted),
        "no_data": [{"layer": one["layer"], "reason": one["reason"]} for one in document["no_data"]],
        "summary": document["summary"],
        "summary_en": document["summary_en"],
    }


def _print_sites(document: Mapping[str, Any]) -> None:
    chinese = language() == "zh"
    if document["loaded"]:
        counts = document["cells"]
        said = f"{counts.get('county', 0)} / {counts.get('township', 0)} / {counts.get('village', 0)}"
        typer.echo(f"示例城市已载入：县级 / 乡镇级 / 村级网格 {said} 个。" if chinese else f"Sample city loaded: {said} counties / townships / villages.")
    words = WORDS_ZH if chinese else WORDS_EN
    heading = ["项目", "结论", "关口", "冲突项", "无数据"] if chinese else ["site", "verdict", "gates", "findings", "no data"]
    rows = [heading, *([*_columns(site, words, chinese=chinese)] for site in document["sites"])]
    widths = [max(cell_len(row[index]) for row in rows) for index in range(len(heading))]
    for row in rows:
        typer.echo("  ".join(text + " " * (width - cell_len(text)) for text, width in zip(row, widths, strict=True)).rstrip())
    if document["unexpected"]:
        typer.echo("下列校验与预期不符：" if chinese else "Not as expected:")
        typer.echo("\n".join(f"  {one['name']}: {one['verdict']} ≠ {one['expected']}" for one in document["unexpected"]))


def _columns(site: Mapping[str, Any], words: Mapping[str, str], *, chinese: bool) -> Sequence[str]:
    names = _GATES_ZH if chinese else _GATES_EN
    gates = " ".join(f"{names.get(name, name)}{_SIGNS[verdict]}" for name, verdict in site["gates"].items())
    missing = "；".join(f"{one['layer']}（{_REASONS_ZH.get(one['reason'], one['reason'])}）" for one in site["no_data"])
    if not chinese:
        missing = "; ".join(f"{one['layer']} ({one['reason']})" for one in site["no_data"])
    return [site["name"] or "", f"{_SIGNS[site['verdict']]} {words[site['verdict']]}", gates, str(site["findings"]), missing or "-"]
