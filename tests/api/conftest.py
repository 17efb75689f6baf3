"""A served application on a fresh database with a small grid and one account of each role."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.worker import Worker
from gridgov.database.pool import Database
from gridgov.jobs.file_store import FileStore
from gridgov.people import service, store
from gridgov.people.account import SESSION_FOR, Account, Role
from gridgov.people.assignment import AssignmentRequest
from gridgov.people.credentials import hash_password, new_token, token_hash
from gridgov.settings import Settings
from tests.http_client import TestClient
from tests.small_grid import SCHEME, WEST, lay_grid

PASSWORD = "correct horse battery"
ACCOUNTS: dict[str, Role] = {"inspector": "inspector", "planner": "planner", "planner-2": "planner", "supervisor": "supervisor", "admin": "admin"}


@cache
def password_hash() -> str:
    """One hash for all of them: hashing is slow on purpose."""
    return hash_password(PASSWORD)


@pytest.fixture
def app(database: Database, tmp_path: Path) -> FastAPI:
    with database.unit_of_work("test") as uow:
        lay_grid(uow)
        service.assign(
            uow, AssignmentRequest(WEST, "wang", "inspector", "environment", date(2026, 1, 1), person_name="王建国", mandate="任命书"), scheme=SCHEME
        )
        for name, role in ACCOUNTS.items():
            store.add_account(uow, Account(name, role), password_hash=password_hash(), sample=False)
    found = create_app(database, Settings())
    found.state.files = FileStore(tmp_path / "uploads")
    return found


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Nobody signed in; answers in English."""
    with TestClient(app, headers={"Accept-Language": "en"}) as found:
        yield found


@pytest.fixture
def work(app: FastAPI, database: Database) -> Callable[[], None]:
    """Does what waits in the queue of jobs, in this process, as the worker would."""
    return Worker(database, app.state.files).run_waiting


@pytest.fixture
def signed_in(app: FastAPI, database: Database) -> Iterator[Callable[[str], TestClient]]:
    """`signed_in("planner")`: a client that sends that account's bearer token; without the hashing that makes signing in slow on purpose."""
    opened: list[TestClient] = []

    def enter(username: str) -> TestClient:
        found = TestClient(app, headers={"Accept-Language": "en"})
        opened.append(found)
        token = new_token()
        with database.unit_of_work("test") as uow:
            store.open_session(uow, username, token_hash(token), uow.now() + SESSION_FOR)
        found.headers["Authorization"] = f"Bearer {token}"
        return found

    yield enter
    for one in opened:
        one.close()
