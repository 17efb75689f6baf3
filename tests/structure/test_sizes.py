"""What a reader can hold in mind: short functions, short files, few arguments."""

import ast

import pytest

from tests.structure.source import Module, modules

_FUNCTION_LINES, _FILE_LINES, _TEST_FILE_LINES, _ARGUMENTS = 40, 400, 600, 5


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_file_has_at_most_400_lines(module: Module) -> None:
    assert len(module.path.read_text(encoding="utf-8").splitlines()) <= _FILE_LINES


@pytest.mark.parametrize("module", modules("tests"), ids=lambda module: module.name)
def test_a_test_file_has_at_most_600_lines(module: Module) -> None:
    assert len(module.path.read_text(encoding="utf-8").splitlines()) <= _TEST_FILE_LINES


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_function_has_at_most_40_lines(module: Module) -> None:
    long = {function.name: _body_lines(function) for function in module.functions()}
    assert {name: lines for name, lines in long.items() if lines > _FUNCTION_LINES} == {}


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_function_takes_at_most_five_positional_arguments(module: Module) -> None:
    """A command's options and a route's parameters are named by whoever calls them: the faces are exempt."""
    if module.name.startswith(("gridgov.cli", "api")):
        return
    many = {function.name: len(function.args.posonlyargs + function.args.args) - _is_method(function) for function in module.functions()}
    assert {name: count for name, count in many.items() if count > _ARGUMENTS} == {}


def _is_method(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    first = (function.args.posonlyargs + function.args.args)[:1]
    return bool(first) and first[0].arg in ("self", "cls")


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body without the docstring: the signature of a command line is a table, not code."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return 0 if not body else (body[-1].end_lineno or 0) - body[0].lineno + 1
