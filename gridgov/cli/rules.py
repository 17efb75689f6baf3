"""`rules import`, `rules check` and `rules template`: admission lists on the command line."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from gridgov.admission import service
from gridgov.admission.example import require_examples
from gridgov.admission.example_world import verdict_of_example
from gridgov.admission.rule import RuleSet
from gridgov.admission.rulefile import ReadList
from gridgov.admission.rulefile_source import MAX_BYTES
from gridgov.cli.output import emit, language
from gridgov.cli.session import actor, open_database
from gridgov.errors import GridgovError, UsageError
from layers.rules_file import read_rules_file, template_workbook, template_yaml

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout. 输出 JSON")]
Sample = Annotated[bool, typer.Option("--sample", help="Work on the sample's database. 使用示例库")]
ListFile = Annotated[Path, typer.Argument(metavar="FILE", help="The list, YAML or XLSX. 清单文件")]

TemplateFile = Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it: .xlsx, .yaml or .yml. 模板文件")]


def register(app: typer.Typer) -> None:
    """Adds the group `rules`."""
    rules = typer.Typer(no_args_is_help=True, help="Admission lists. 准入清单")
    rules.command("import")(import_list)
    rules.command("check")(check_list)
    rules.command("template")(write_list_template)
    app.add_typer(rules, name="rules")


def import_list(file: ListFile, *, sample: Sample = False, as_json: Json = False) -> None:
    """Load one edition of an admission list; its examples are run first. 载入准入清单"""
    read = _read(file)
    database = open_database(sample)
    try:
        with database.unit_of_work(actor()) as uow:
            imported = service.import_rules(uow, read.ruleset, name=read.name, places=read.places)
    finally:
        database.close()
    document = _document(imported.ruleset, unchanged=imported.unchanged) | {"unknown_repeals": list(imported.unknown_repeals)}
    emit(document, as_json, _print_imported)


def check_list(file: ListFile, *, sample: Sample = False, as_json: Json = False) -> None:
    """Check a list and run its examples; nothing is loaded and no database is needed. 检查准入清单"""
    read = _read(file)
    require_examples(read.ruleset, verdict_of_example, name=read.name, places=read.places)
    emit(_document(read.ruleset, unchanged=False), as_json, _print_checked)


def write_list_template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it: .xlsx, .yaml or .yml. 模板文件")],
    *,
    sample: Sample = False,
    as_json: Json = False,
) -> None:
    """Write a small list that works, to be filled in. 生成清单模板"""
    ending = file.suffix.lower()
    if ending not in (".xlsx", ".yaml", ".yml"):
        raise UsageError(f"{file.name}: a template ends in .xlsx, .yaml or .yml.", f"{file.name}：模板文件的扩展名须为 .xlsx、.yaml 或 .yml。")
    if file.exists() and file.stat().st_size:
        raise UsageError(f"{file} exists and is not empty; choose another name.", f"{file} 已存在且有内容，请另取文件名。")
    try:
        file.write_bytes(template_workbook() if ending == ".xlsx" else template_yaml().encode())
    except OSError as exc:
        raise _unusable(file, exc) from exc
    emit({"template": str(file)}, as_json, _print_template)


def _read(file: Path) -> ReadList:
    try:
        with file.open("rb") as opened:
            raw = opened.read(MAX_BYTES + 1)
    except OSError as exc:
        raise _unusable(file, exc) from exc
    return read_rules_file(raw, name=file.name)


def _unusable(file: Path, error: OSError) -> GridgovError:
    why = error.strerror or str(error)
    return UsageError(f"{file} cannot be used: {why}.", f"文件 {file} 无法使用：{why}。")


def _document(ruleset: RuleSet, *, unchanged: bool) -> dict[str, Any]:
    return {
        "ruleset": ruleset.ruleset,
        "edition": ruleset.edition,
        "sha256": ruleset.sha256,
        "effective_from": ruleset.effective_from.isoformat(),
        "effective_to": None if ruleset.effective_to is None else ruleset.effective_to.isoformat(),
        "rules": len(ruleset.rules),
        "examples": len(ruleset.examples),
        "unchanged": unchanged,
    }


def _print_checked(document: Mapping[str, Any]) -> None:
    typer.echo(_summary(document, "Valid", "检查通过"))


def _print_imported(document: Mapping[str, Any]) -> None:
    if document["unchanged"]:
        typer.echo(_summary(document, "Already loaded, nothing changed", "此前已载入，未作改动"))
    else:
        typer.echo(_summary(document, "Loaded", "已载入"))
    for repealed in document["unknown_repeals"]:
        said = f"它废止的 {repealed} 尚未载入。" if language() == "zh" else f"It repeals {repealed}, which is not loaded."
        typer.echo(f"  {said}")


def _summary(document: Mapping[str, Any], en: str, zh: str) -> str:
    name = f"{document['ruleset']}@{document['edition']}"
    if language() == "zh":
        return f"{zh}：清单 {name}，自 {document['effective_from']} 起生效，{document['rules']} 条，示例 {document['examples']} 个均通过。"
    return f"{en}: {name}, in force from {document['effective_from']}, {document['rules']} rules, {document['examples']} examples pass."


def _print_template(document: Mapping[str, Any]) -> None:
    typer.echo(f"模板已写入 {document['template']}。" if language() == "zh" else f"Template written to {document['template']}.")
