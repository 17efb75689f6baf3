"""Everything the OpenAPI document describes, asked with what fits it and with what does not: never a 5xx, never an answer it does not declare."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import Failure, FailureGroup, not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance

from api.app import create_app
from api.limits import Rates
from gridgov.database.pool import Database
from gridgov.people import store
from gridgov.people.account import SESSION_FOR
from gridgov.people.credentials import new_token, token_hash
from gridgov.settings import Settings

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance)
ROLES = ("nobody", "planner", "admin")
# Streams that end with what they watch, which here is nothing.
_NOT_FUZZED = ("/events",)
_UNLIMITED = {name: "1000000/second" for name in Rates.__dataclass_fields__ if isinstance(getattr(Rates(), name), str)}


@pytest.fixture
def served(app: FastAPI, database: Database) -> FastAPI:
    """The application of the other tests without its allowances, which would answer most questions of a flood."""
    return create_app(database, Settings(), rates=Rates(**_UNLIMITED))  # type: ignore[arg-type]


@pytest.fixture
def headers(served: FastAPI, database: Database, role: str) -> dict[str, str]:
    if role == "nobody":
        return {}
    token = new_token()
    with database.unit_of_work("test") as uow:
        store.open_session(uow, role, token_hash(token), uow.now() + SESSION_FOR)
    return {"Authorization": f"Bearer {token}"}


def _operations(app: FastAPI) -> Iterator[Any]:
    for found in schemathesis.openapi.from_asgi("/openapi.json", app).get_all_operations():
        operation = found.ok()
        ends_the_session = operation.method == "delete" and operation.path.endswith("/session")
        if not ends_the_session and not operation.path.endswith(_NOT_FUZZED):
            yield operation


def _ask_everything(app: FastAPI, headers: dict[str, str], examples: int) -> int:
    asked = 0
    broken: list[str] = []
    for operation in _operations(app):
        cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

        @settings(
            max_examples=examples, deadline=None, derandomize="FUZZ" not in os.environ, database=None, phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=cases)
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(headers=headers, checks=CHECKS)

        try:
            ask()
        except (Failure, FailureGroup) as found:
            broken.append(f"{operation.method.upper()} {operation.path}: {found}"[:600])
    assert broken == []
    return asked


@pytest.mark.parametrize("role", ROLES)
def test_no_question_the_document_allows_or_forbids_breaks_anything(served: FastAPI, headers: dict[str, str], role: str) -> None:
    assert _ask_everything(served, headers, examples=8) > 50


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_a_flood_of_questions_breaks_nothing(served: FastAPI, headers: dict[str, str], role: str) -> None:
    assert _ask_everything(served, headers, examples=400) > 2_000
