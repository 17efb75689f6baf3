"""What the tests of redraws over HTTP have in common: squares of villages, and a redraw taken from state to state."""

from collections.abc import Callable
from typing import Any

from tests.http_client import TestClient
from tests.redraw_grid import at, village

REDRAWS = "/api/v1/redraws"
# Days that are over, and still to come, whenever the tests run.
PAST, FUTURE = "2024-07-01", "2150-01-01"
Enter = Callable[[str], TestClient]


def body(*operations: dict[str, Any], **given: Any) -> dict[str, Any]:
    """What is sent for a redraw in force on a past day, with a reason and a document."""
    return {"effective_from": PAST, "reason": "区划调整", "document": "政发〔2026〕12 号", "operations": list(operations)} | given


def drafted(client: TestClient, *operations: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The document of a new draft."""
    answer = client.post(REDRAWS, json=body(*operations, **given))
    assert answer.status_code == 201, answer.text
    assert answer.headers["Location"] == f"{REDRAWS}/{answer.json()['id']}"
    return dict(answer.json())


def told(client: TestClient, redraw_id: str, act: str, status: int = 200, note: str | None = None) -> dict[str, Any]:
    """The answer to submit, approve, reject or withdraw."""
    answer = client.post(f"{REDRAWS}/{redraw_id}/{act}", json={"note": note})
    assert answer.status_code == status, answer.text
    return dict(answer.json())


def approved(signed_in: Enter, *operations: dict[str, Any], **given: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The draft of an administrator, and the same as a supervisor approved it."""
    admin = signed_in("admin")
    draft = drafted(admin, *operations, **given)
    told(admin, draft["id"], "submit")
    return draft, told(signed_in("supervisor"), draft["id"], "approve")


def transfer(column: int, row: int, to: tuple[int, int]) -> dict[str, Any]:
    """The eastern fifth of a village goes to another one."""
    ring = [list(at(*place)) for place in ((column + 0.8, row), (column + 1, row), (column + 1, row + 1), (column + 0.8, row + 1), (column + 0.8, row))]
    return {"op": "transfer", "area": {"type": "Polygon", "coordinates": [ring]}, "to": village(*to)}


def move(frm: tuple[float, float], to: tuple[float, float]) -> dict[str, Any]:
    """A vertex goes elsewhere."""
    return {"op": "move_vertices", "moves": [{"from": list(at(*frm)), "to": list(at(*to))}]}
