"""Admission lists as files of either kind: YAML or the workbook, told apart by their first bytes; and the template in both."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from gridgov.admission.rulefile import ReadList, list_from, read_rules
from gridgov.admission.rulefile_source import MAX_BYTES
from gridgov.errors import TooLarge
from layers.rules_xlsx import read_workbook, write_template

_ZIP = b"PK"


def read_rules_file(raw: bytes, *, name: str) -> ReadList:
    """The list in a file's bytes. Raises BadRules with every fault, TooLarge over 1 MB."""
    if len(raw) > MAX_BYTES:
        raise TooLarge(f"{name} has more than 1 MB; split the list.", f"{name} 超过 1 MB，请拆分清单。")
    return list_from(read_workbook(raw, name=name)) if raw[:2] == _ZIP else read_rules(raw, name=name)


def template_yaml() -> str:
    """A small list that works, with remarks, to be filled in."""
    return files("gridgov.admission").joinpath("rule_template.yaml").read_text(encoding="utf-8")


@cache
def template_workbook() -> bytes:
    """The same as a workbook."""
    with TemporaryDirectory(prefix="gridgov-template-") as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, read_rules(template_yaml(), name="template").ruleset)
        return path.read_bytes()
