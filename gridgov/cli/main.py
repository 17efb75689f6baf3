"""The command line: puts the groups together, runs one command, turns every refusal into an exit code and a sentence."""

import importlib
import importlib.util
import json
import re
import signal
import sys
import traceback
from collections.abc import Sequence

import typer
from typer._click.exceptions import ClickException

from gridgov import __version__
from gridgov.cli.output import DEFECT, WRONG_USE, language, report
from gridgov.errors import GridgovError, UsageError

_USUAL_MISUSE = (
    (r"Missing argument '(.+?)'\..*", "缺少参数 {0}。"),
    (r"Missing option '(.+?)'.*", "缺少选项 {0}。"),
    (r"No such option: (\S+).*", "没有选项 {0}。"),
    (r"No such command '(.+?)'.*", "没有命令 {0}。"),
    (r"Missing command\..*", "缺少子命令。"),
    (r"Got unexpected extra argument\S* \((.+)\)", "多余的参数：{0}。"),
    (r"Option '(.+?)' requires an argument\.", "选项 {0} 缺少取值。"),
    (r"Invalid value for '(.+?)': (.*)", "{0} 的取值无效（{1}）。"),
)
_GROUPS = ("setup", "sample", "cells", "zones", "rasters", "rules", "check", "people", "worker", "later")


def build() -> typer.Typer:
    """The whole command line; a group is one module of this package with `register(app)`."""
    app = typer.Typer(
        name="gridgov",
        help="Environmental grid supervision and ecological red lines. 生态环境网格化监管与生态保护红线",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback(invoke_without_command=True)
    def root(context: typer.Context, version: bool = typer.Option(False, "--version", help="Print the version. 显示版本")) -> None:
        if version:
            print(__version__)
            raise typer.Exit
        if context.invoked_subcommand is None:
            print(context.get_help())

    for name in _GROUPS:
        module = f"gridgov.cli.{name}"
        if importlib.util.find_spec(module) is not None:
            importlib.import_module(module).register(app)
    return app


def run(words: Sequence[str]) -> int:
    """Runs one command and gives back its exit code: 0 done, 1 refused, 2 wrong use or set-up."""
    as_json = "--json" in words
    try:
        code = typer.main.get_command(build())(list(words), prog_name="gridgov", standalone_mode=False)
    except GridgovError as exc:
        return report(exc, as_json)
    except typer.Exit as exc:
        return exc.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return 128 + signal.SIGINT
    except ClickException as exc:
        return _misused(exc, as_json)
    except BrokenPipeError:
        return _reader_left()
    except Exception:  # the edge: whatever is left is a defect of ours, and says so
        return _defect(as_json)
    return code if isinstance(code, int) else 0


def main() -> None:
    """Entry point of the program `gridgov`."""
    sys.exit(run(sys.argv[1:]))


def _misused(error: ClickException, as_json: bool) -> int:
    said = error.format_message()
    if as_json:
        return report(UsageError(said, _in_chinese(said)), as_json)
    if language() == "en":
        error.show(sys.stderr)
        return WRONG_USE
    context = getattr(error, "ctx", None)
    if context is not None:
        print(context.get_usage(), file=sys.stderr)
    return report(UsageError(said, _in_chinese(said)), as_json)


def _in_chinese(said: str) -> str:
    """What the command-line library says of wrong use; its own words where they are none of the usual ones."""
    for pattern, words in _USUAL_MISUSE:
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found:
            return f"{words.format(*found.groups())}加 --help 可查看用法。"
    return said


def _reader_left() -> int:
    """The reader of a pipe went away (`gridgov … | head`): nothing is wrong, and nothing more can be said."""
    sys.stdout = open("/dev/null", "w")
    return 0


def _defect(as_json: bool) -> int:
    traceback.print_exc()
    if as_json:
        print(json.dumps(GridgovError("Internal error.", "系统内部错误。").as_problem(), ensure_ascii=False))
    return DEFECT
