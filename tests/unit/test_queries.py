"""The form of a file of named queries."""

import sys
from pathlib import Path

import pytest

from gridgov.database.sql import load_queries


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / f"queries_{tmp_path.name}"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, folder.name, raising=False)
    return folder


def test_a_query_is_found_by_its_name_without_its_comment(package: Path) -> None:
    (package / "store.sql").write_text("-- the queries of a test\n\n-- name: one\n-- Gives one.\nselect 1;\n\n-- name: two\n-- Gives two.\nselect\n    2\n")
    assert dict(load_queries(package.name)) == {"one": "select 1", "two": "select\n    2"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("select 1;\n-- name: one\n-- Gives one.\nselect 1;\n", "before the first name"),
        ("-- name: one\nselect 1;\n", "one comment line"),
        ("-- name: one\n-- Gives nothing.\n", "and a statement"),
        ("-- name: one\n-- A.\nselect 1;\n-- name: one\n-- B.\nselect 2;\n", "named twice"),
    ],
)
def test_a_file_that_breaks_the_form_is_refused(package: Path, text: str, complaint: str) -> None:
    (package / "store.sql").write_text(text)
    with pytest.raises(ValueError, match=complaint):
        load_queries(package.name)


def test_the_queries_cannot_be_changed(package: Path) -> None:
    (package / "store.sql").write_text("-- name: one\n-- Gives one.\nselect 1;\n")
    with pytest.raises(TypeError):
        load_queries(package.name)["one"] = "select 2"  # type: ignore[index]
