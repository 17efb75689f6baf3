"""The project's own source as the structure tests look at it: modules, imports, string constants."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("gridgov", "layers", "api")
CONTEXTS = ("codes", "grids", "zones", "people", "jobs", "admission", "redraws")


@dataclass(frozen=True)
class Module:
    """One Python file of ours."""

    path: Path

    @cached_property
    def name(self) -> str:
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(encoding="utf-8"))

    @cached_property
    def context(self) -> str | None:
        """The context of gridgov it belongs to."""
        parts = self.name.split(".")
        return parts[1] if parts[0] == "gridgov" and len(parts) > 2 and parts[1] in CONTEXTS else None

    @cached_property
    def room(self) -> str:
        """Its last name: `store`, `service`, `tables`, or a noun."""
        return self.name.rpartition(".")[2]

    def imports(self) -> Iterator[str]:
        """Every module and name it imports, dotted, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                assert node.level == 0, f"{self.name}: a relative import"
                yield from (f"{node.module}.{alias.name}" for alias in node.names)

    def strings(self) -> Iterator[tuple[int, str]]:
        """String constants that are not docstrings, with their lines."""
        documented = {id(node.body[0].value) for node in ast.walk(self.tree) if _has_docstring(node)}  # type: ignore[attr-defined]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                yield node.lineno, node.value

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node


def _has_docstring(node: ast.AST) -> bool:
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, holders) and ast.get_docstring(node, clean=False) is not None


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """Every module below the packages named, or of the whole project; each is read once."""
    return tuple(Module(path) for package in packages or PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
