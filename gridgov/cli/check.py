"""`check` and `batch`: may this project stand here, for one site or a whole file of them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import uuid4

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gridgov.admission import check_service
from gridgov.admission.batch_run import BatchFields
from gridgov.admission.disclosure import Asker
from gridgov.admission.request import SitingRequest, parse_project, parse_request, read_day
from gridgov.admission.site import make_site
from gridgov.cli.batch_run import run_batch
from gridgov.cli.later import not_yet
from gridgov.cli.output import emit, language
from gridgov.cli.session import actor, open_database
from gridgov.errors import UsageError
from gridgov.settings import load_settings
from layers.map_words import KIND_WORDS, WORDS

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]
Sample = Annotated[bool, typer.Option("--sample", help="Work on the sample's database.")]
_COLOUR = {"prohibited": "red", "undetermined": "magenta", "conditional": "yellow", "permitted": "green"}
_SIGN = {"prohibited": "✕", "undetermined": "?", "conditional": "!", "permitted": "✓"}


def register(app: typer.Typer) -> None:
    """Adds `check` and `batch`."""
    # A longitude west of Greenwich begins with a minus sign.
    app.command("check", context_settings={"ignore_unknown_options": True})(check)
    app.command("batch")(batch)


def check(
    site: Annotated[str, typer.Argument(metavar="SITE", help="A file (.txt: boundary points or coordinates), or LON,LAT.")],
    *,
    industry: Annotated[str, typer.Option("--industry", metavar="CODE", help="GB/T 4754 code, e.g. C2614.")],
    action: Annotated[str | None, typer.Option("--action", metavar="A", help="new, expand, rebuild …")] = None,
    activity: Annotated[str | None, typer.Option("--activity", metavar="A", help="Class of limited human activity; `none` = none.")] = None,
    discharge: Annotated[list[str] | None, typer.Option("--discharge", metavar="NAME=T", help="t/a, repeatable; `none` = declared none.")] = None,
    fuel: Annotated[list[str] | None, typer.Option("--fuel", metavar="F", help="Repeatable; `none` = declared none.")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="D", help="Day of the check; left out: today.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", metavar="C", help="The site's reference system.")] = None,
    buffer_m: Annotated[float, typer.Option("--buffer-m", metavar="M", help="Buffer of a line or point, metres.")] = 0.0,
    report: Annotated[Path | None, typer.Option("--report", metavar="FILE", help="pdf, docx or html (not yet).")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", metavar="FILE", help="The verdict as one self-contained HTML file.")] = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """May this project stand here: verdict, findings with their clauses, what is clear and what has no data."""
    if report is not None:
        not_yet("check --report")
    if map_file is not None and not map_file.parent.is_dir():
        # Said before anything is asked and kept.
        raise UsageError(f"There is no folder {map_file.parent}.", f"没有文件夹 {map_file.parent}。")
    declared = {"industry": industry, "action": action, "activity": activity, "discharges": _discharges(discharge), "fuel": _fuel(fuel)}
    request = _request(site, declared, crs=crs, buffer_m=buffer_m, on=on)
    database = open_database(sample)
    try:
        asker = Asker(actor(), "system")
        with database.unit_of_work(asker.name) as uow:
            answered = check_service.check_site(uow, request, asker=asker, check_id=uuid4(), today=load_settings().today())
        document = json.loads(answered.document)
        if map_file is not None:
            with database.unit_of_work(asker.name, read_only=True) as uow:
                around = check_service.surroundings(uow, document, asker)
            _write_map(map_file, document, around)
    finally:
        database.close()
    emit(document, as_json, _print)


def batch(
    sites: Annotated[Path, typer.Argument(metavar="SITES", help="GeoPackage, Parquet or CSV.")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="GeoPackage, Parquet or CSV.")],
    id_field: Annotated[str | None, typer.Option("--id-field", metavar="F")] = None,
    industry_field: Annotated[str | None, typer.Option("--industry-field", metavar="F")] = None,
    action_field: Annotated[str | None, typer.Option("--action-field", metavar="F")] = None,
    activity_field: Annotated[str | None, typer.Option("--activity-field", metavar="F")] = None,
    on_field: Annotated[str | None, typer.Option("--on-field", metavar="F")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="D", help="Day for all rows; left out: today.")] = None,
    crs: Annotated[str | None, typer.Option("--crs", metavar="C", help="The file's reference system.")] = None,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes on this machine.")] = 1,
    scheduler: Annotated[str | None, typer.Option("--scheduler", metavar="tls://HOST:PORT", help="A Dask cluster (not yet).")] = None,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Check a whole file of sites; a bad row carries its error and never stops the run."""
    if scheduler is not None:
        not_yet("batch --scheduler")
    if on is not None and on_field is not None:
        raise UsageError("Give --on or --on-field, not both.", "--on 与 --on-field 只能给出一个。")
    fields = BatchFields(id_field, industry_field, action_field, activity_field, on_field)
    told = run_batch(sites, out, fields, on=read_day(on), crs=crs, workers=workers, sample=sample)
    emit(told, as_json, _print_batch)


def _request(site: str, declared: Mapping[str, Any], *, crs: str | None, buffer_m: float, on: str | None) -> SitingRequest:
    from layers.site_file import is_text, read_site, text_of  # readers take a while to load; a usage error should not

    day = read_day(on)
    pair = _lonlat(site)
    if pair is not None:
        point = {"type": "Point", "coordinates": list(pair)}
        return parse_request({"site": point, "crs": crs or "EPSG:4490", "buffer_m": buffer_m, "on": on, **declared})
    path = Path(site)
    if not path.exists():
        raise UsageError(f"{site} is neither a file nor LON,LAT.", f"{site} 既不是文件，也不是“经度,纬度”。")
    if is_text(path):
        return parse_request({"site_text": text_of(path), "crs": crs, "buffer_m": buffer_m, "on": on, "project": {"name": path.stem}, **declared})
    geometry, found_crs = read_site(path, crs=crs)
    made = make_site(geometry, crs=found_crs, buffer_m=buffer_m)
    return SitingRequest(made, parse_project(declared), day, found_crs, buffer_m, path.stem)


def _lonlat(text: str) -> tuple[float, float] | None:
    parts = text.split(",")
    try:
        lon, lat = (float(part) for part in parts)
    except ValueError:
        return None
    return lon, lat


def _discharges(given: list[str] | None) -> dict[str, str] | None:
    if not given:
        return None
    if given == ["none"]:
        return {}
    pairs = [one.partition("=") for one in given]
    if not all(name and amount for name, _, amount in pairs):
        raise UsageError("--discharge takes NAME=TONNES, for example COD=12.5.", "--discharge 的写法为“污染物=吨/年”，例如 COD=12.5。")
    return {name: amount for name, _, amount in pairs}


def _fuel(given: list[str] | None) -> list[str] | None:
    return [] if given == ["none"] else given


def _write_map(path: Path, document: Mapping[str, Any], around: Mapping[str, Any]) -> None:
    from layers.map_html import render

    page = render(document, language=language(), surroundings=around)
    try:
        path.write_text(page, "utf-8")
    except OSError as exc:
        raise _no_place(path, exc.strerror or str(exc)) from exc


def _no_place(path: Path, why: str) -> UsageError:
    return UsageError(f"The map cannot be written to {path}: {why}.", f"地图无法写入 {path}：{why}。")


def _print(document: Mapping[str, Any]) -> None:
    chosen = language()
    words, console = WORDS[chosen], Console()
    verdict = document["verdict"]
    console.print(Text(f"{_SIGN[verdict]} {document['summary'] if chosen == 'zh' else document['summary_en']}", style=f"bold {_COLOUR[verdict]}"))
    gates = document["gates"]
    told = (f"{words[name]} {words[gate['verdict']] if gate['asked'] else words['not_asked']}" for name, gate in gates.items())
    console.print(" · ".join(told))
    if document["findings"]:
        console.print(_findings(document["findings"], words))
    for one in document["no_data"]:
        name = words["all_lists"] if one["layer"] == "*" else one["layer"]
        console.print(f"? {words['no_data']}：{name} {words[one['reason']]} {one['uncovered_m2'] or ''}".rstrip())
    clear = [KIND_WORDS[chosen].get(one["layer"], one["layer"]) for one in document["clear"]]
    console.print(f"{words['clear']} {len(clear)}：{'、'.join(clear)}" if clear else f"{words['clear']} 0")
    console.print(f"{words['checksum']} {document['checksum']}", style="dim")


def _findings(findings: list[Mapping[str, Any]], words: Mapping[str, str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", words["findings"], words["overlap"], words["share"], ""):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        zone, rule = finding["zone"] or {}, finding["rule"] or {}
        figure = f"{finding['distance_m']} m" if finding["relation"] == "near" else f"{finding['overlap_m2'] or finding['overlap_m'] or ''}"
        share = f"{float(finding['site_share']) * 100:.1f} %" if finding["site_share"] else ""
        said = [finding["matched"] == "unknown" and words["needs"] + "、".join(finding["needs"]), finding["below_threshold"] and words["below"]]
        said.append(finding["lifted_by"] and words["lifted"].replace("{rule}", finding["lifted_by"]))
        text = " ".join(part for part in (rule.get("text", words["note"]), *said) if part)
        table.add_row(finding["id"], str(zone.get("name") or zone.get("code") or ""), figure, share, text)
    return table


def _print_batch(told: Mapping[str, Any]) -> None:
    words, console = WORDS[language()], Console()
    for verdict, count in told["verdicts"].items():
        console.print(Text(f"{_SIGN[verdict]} {words[verdict]} {count:,}", style=_COLOUR[verdict]))
    errors = told["errors"]
    if errors:
        console.print(f"{errors:,} 行有误，原因见结果文件的 error 列" if language() == "zh" else f"{errors:,} rows could not be checked; see the column error")
    console.print("\n".join(told["files"]), style="dim")
