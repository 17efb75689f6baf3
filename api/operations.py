"""The operations of an OpenAPI document as plain records for the documentation page. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. parameters: (name, where, type, required, description); answers: (status, description)."""

    method: str
    path: str
    anchor: str
    summary: str
    description: str
    parameters: tuple[tuple[str, str, str, bool, str], ...]
    bodies: tuple[tuple[str, str], ...]
    answers: tuple[tuple[str, str], ...]


def operations(document: Mapping[str, Any]) -> list[Operation]:
    """Every operation, in the order of the document."""
    return [_operation(method, path, item[method]) for path, item in document["paths"].items() for method in _METHODS if method in item]


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Operation:
    content = operation.get("requestBody", {}).get("content", {})
    return Operation(
        method=method.upper(),
        path=path,
        anchor=operation["operationId"],
        summary=operation.get("summary", ""),
        description=operation.get("description", ""),
        parameters=tuple(
            (one["name"], one["in"], _type(one["schema"]), one.get("required", False), one.get("description", "")) for one in operation.get("parameters", ())
        ),
        bodies=tuple((media_type, _example(body)) for media_type, body in content.items()),
        answers=tuple((status, answer["description"]) for status, answer in operation["responses"].items()),
    )


def _type(schema: Mapping[str, Any]) -> str:
    kinds = [schema, *schema.get("anyOf", ())]
    named: Mapping[str, Any] = next((kind for kind in kinds if kind.get("type") not in (None, "null")), {})
    return str(named.get("format") or named.get("type") or "")


def _example(body: Mapping[str, Any]) -> str:
    example = body.get("example", "")
    return example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=1)
