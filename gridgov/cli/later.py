"""The commands of the public command line that are announced and not there yet: each exits 2 and says so in both languages."""

from collections.abc import Callable
from typing import NoReturn

import typer

from gridgov.errors import NotYet

_ANYTHING = {"allow_extra_args": True, "ignore_unknown_options": True}
_COMMANDS = {
    "verify": "Check a verdict's signature without a database (not yet). 验证判定书签名（尚未提供）",
    "replay": "Recompute a verdict and compare (not yet). 重算判定并比对（尚未提供）",
    "backup": "One verified archive of everything (not yet). 备份（尚未提供）",
    "restore": "Restore an archive into an empty database (not yet). 恢复（尚未提供）",
}
_PEOPLE_IMPORT = "People in charge from a workbook (not yet). 从表格导入责任人（尚未提供）"


def not_yet(what: str) -> NoReturn:
    """Refuses a command or an option whose part of the program has not been built. what: as typed, `check --report`."""
    raise NotYet(f"`{what}` is not yet available in this version.", f"本版本尚未提供“{what}”功能（not yet）。")


def register(app: typer.Typer) -> None:
    """Adds what no other group has added."""
    taken = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    for name, text in _COMMANDS.items():
        if name not in taken:
            app.command(name, help=text, context_settings=_ANYTHING)(_refusal(name))
    people = next(group.typer_instance for group in app.registered_groups if group.name == "people")
    assert people is not None  # a group is registered with its commands
    people.command("import", help=_PEOPLE_IMPORT, context_settings=_ANYTHING)(_refusal("people import"))


def _refusal(name: str) -> Callable[[typer.Context], None]:
    def refuse(context: typer.Context) -> None:
        not_yet(name)

    return refuse
