"""Reads the named queries of a `store.sql`; decides nothing about them."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

_NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)\s*$", re.MULTILINE)


@cache
def load_queries(package: str, name: str = "store.sql") -> Mapping[str, str]:
    """The statements of one file by name.

    Each begins with a line `-- name: locate_leaf` and one comment line that says what it answers. Parameters are psycopg's
    %(name)s; a literal percent sign is written twice. Raises ValueError for a file that breaks this form.
    """
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    head, *rest = _NAME.split(text)
    if any(line and not line.startswith("--") for line in head.splitlines()):
        raise ValueError(f"{package}/{name}: statement before the first name")
    queries: dict[str, str] = {}
    for query_name, body in zip(rest[::2], rest[1::2], strict=True):
        queries[query_name] = _statement(body, f"{package}/{name}: {query_name}", taken=query_name in queries)
    return MappingProxyType(queries)


def _statement(body: str, place: str, *, taken: bool) -> str:
    if taken:
        raise ValueError(f"{place}: named twice")
    comment, _, statement = body.lstrip("\n").partition("\n")
    if not comment.startswith("-- ") or not statement.strip():
        raise ValueError(f"{place}: needs one comment line and a statement")
    return statement.strip().rstrip(";")
