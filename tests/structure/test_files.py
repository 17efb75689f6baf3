"""What is committed: locks without addresses, no path of anybody's machine, every refusal documented."""

import importlib
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import pytest

from gridgov.errors import GridgovError
from tests.structure.source import ROOT

# The faces add refusals of their own.
importlib.import_module("api.problems")

_LOCKS = ("requirements/runtime.txt", "requirements/dev.txt", "requirements/build.txt", "requirements/web.txt")
_MACHINE_PATHS = re.compile(r"/(home/\w|Users/\w|root/\w|work/\w|mnt/\w)")


@cache
def _committed() -> list[str]:
    """Files under version control; in an exported tree without it, every file that would be."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]
    folders = ("gridgov", "layers", "api", "migrations", "tests", "docs", "scripts", "requirements")
    return [str(path.relative_to(ROOT)) for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]


@pytest.mark.parametrize("name", _LOCKS)
def test_a_lock_carries_hashes_and_no_download_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|@ ", text)
    pinned = re.findall(r"^[a-z0-9._-]+==\S+(.*?)(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
    assert pinned and all("--hash=sha256:" in rest for rest in pinned)


def test_what_tests_need_contains_what_programs_need_in_the_same_versions() -> None:
    pins = {name: set(re.findall(r"^([a-z0-9._-]+==\S+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)) for name in _LOCKS}
    assert pins["requirements/runtime.txt"] <= pins["requirements/dev.txt"]


def test_no_committed_file_names_a_path_of_a_machine() -> None:
    found = []
    for name in _committed():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [(name, match.group()) for match in _MACHINE_PATHS.finditer(text) if not name.startswith(("tests/structure/", "tests/security/"))]
    assert found == []


def _refusals(kind: type[GridgovError]) -> list[type[GridgovError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in _refusals(child))]


@pytest.mark.parametrize("kind", _refusals(GridgovError), ids=lambda kind: kind.slug)
def test_every_refusal_is_documented_in_both_languages(kind: type[GridgovError]) -> None:
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    assert re.search(rf"^\|? *`{re.escape(kind.slug)}`", text, re.MULTILINE), f"docs/problems.md does not explain {kind.slug}"
    assert kind.title_zh in text


def test_slugs_are_not_used_twice() -> None:
    slugs = [kind.slug for kind in _refusals(GridgovError) if "slug" in vars(kind)]
    assert len(slugs) == len(set(slugs))


def test_every_file_of_a_package_is_shipped_with_it() -> None:
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    inside = [Path(name) for name in _committed() if name.startswith(("gridgov/", "layers/", "api/", "migrations/"))]
    assert [str(path) for path in inside if path.suffix != ".py" and not any(path.match(pattern) for pattern in patterns)] == []
