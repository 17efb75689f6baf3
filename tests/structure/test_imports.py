"""Imports only point downwards; pure modules touch nothing outside themselves."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure.source import CONTEXTS, ROOT, Module, modules

# What may do I/O or know the time inside a context; every other module of a context is pure.
_ROOMS_WITH_IO = ("tables", "store", "service")
# Passwords and tokens are made of chance: the one module of a context that may draw it.
_MAY_DRAW = {"gridgov.people.credentials": {"secrets"}}
_OUTSIDE_WORLD = {
    "os", "sys", "subprocess", "socket", "random", "secrets", "time", "tempfile", "shutil", "threading", "multiprocessing", "urllib", "http", "requests",
    "httpx", "psycopg", "sqlalchemy", "geoalchemy2", "fastapi", "starlette", "typer", "pyogrio", "rasterio",
    "geopandas", "gridgov.database", "gridgov.settings",
}  # fmt: skip
_CALLS_OF_THE_CLOCK = {"now", "utcnow", "today"}


def _is_pure(module: Module) -> bool:
    if module.name.startswith("gridgov.geo"):
        return True
    return module.context is not None and not any(module.room == room or module.room.endswith(f"_{room}") for room in _ROOMS_WITH_IO)


def _below(name: str, top: str) -> bool:
    return name == top or name.startswith(f"{top}.")


def test_import_linter_keeps_every_contract() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", modules("gridgov"), ids=lambda module: module.name)
def test_gridgov_imports_neither_layers_nor_api(module: Module) -> None:
    if _below(module.name, "gridgov.cli"):
        return
    assert [name for name in module.imports() if _below(name, "layers") or _below(name, "api") or _below(name, "gridgov.cli")] == []


@pytest.mark.parametrize("module", modules("layers"), ids=lambda module: module.name)
def test_layers_know_no_users_sql_or_http(module: Module) -> None:
    forbidden = ("api", "gridgov.cli", "gridgov.database", "gridgov.people", "psycopg", "sqlalchemy", "fastapi", "starlette", "httpx", "requests")
    assert [name for name in module.imports() if any(_below(name, top) for top in forbidden)] == []
    with_io = re.compile(r"^gridgov\.\w+\.(\w+_)?(store|service|tables)(\.|$)")
    assert [name for name in module.imports() if with_io.match(name)] == []


@pytest.mark.parametrize("module", [module for module in modules("gridgov") if module.context], ids=lambda module: module.name)
def test_a_context_imports_only_what_is_below_it_and_nobody_elses_service(module: Module) -> None:
    assert module.context is not None
    above = CONTEXTS[CONTEXTS.index(module.context) + 1 :]
    for name in module.imports():
        parts = name.split(".")
        if parts[0] != "gridgov" or len(parts) < 3 or parts[1] not in CONTEXTS:
            continue
        assert parts[1] not in above, f"{module.name} imports {name} from above"
        is_service = parts[2] == "service" or parts[2].endswith("_service")
        assert parts[1] == module.context or not is_service, f"{module.name} calls the service {name}"


@pytest.mark.parametrize("module", [module for module in modules("gridgov") if _is_pure(module)], ids=lambda module: module.name)
def test_a_pure_module_has_no_io_clock_or_environment(module: Module) -> None:
    forbidden = _OUTSIDE_WORLD - _MAY_DRAW.get(module.name, set())
    assert [name for name in module.imports() if any(_below(name, top) for top in forbidden)] == []
    own_store = [name for name in module.imports() if _below(name, f"gridgov.{module.context}.store") or _below(name, f"gridgov.{module.context}.service")]
    assert own_store == []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            assert not _is_outside(node), f"{module.name}:{node.lineno} reaches outside"


def _is_outside(call: ast.Call) -> bool:
    if isinstance(call.func, ast.Name):
        return call.func.id in ("open", "input", "print", "exec", "eval")
    if not isinstance(call.func, ast.Attribute):
        return False
    owner = call.func.value
    is_clock = call.func.attr in _CALLS_OF_THE_CLOCK and isinstance(owner, ast.Name) and owner.id in ("datetime", "date")
    is_chance = call.func.attr == "default_rng" or (isinstance(owner, ast.Attribute) and owner.attr == "random")
    return is_clock or is_chance
