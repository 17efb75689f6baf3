"""A body over its limit is read to its end, a while long, before it is refused: else its sender never reads why."""

import asyncio
from typing import Any

from api.limits import BODY_LIMIT, BodyLimit


def answered(headers: list[tuple[bytes, bytes]], chunks: int) -> tuple[int, int]:
    """Status of the answer, and how many chunks of 1 MB were left unread when it was given."""
    left, sent = [b"x" * 1_000_000] * chunks, []

    async def receive() -> dict[str, Any]:
        left.pop()
        return {"type": "http.request", "body": b"x" * 1_000_000, "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError("never reached")

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers, "state": {}}
    asyncio.run(BodyLimit(app)(scope, receive, send))
    return sent[0]["status"], len(left)


def test_a_body_announced_too_large_is_read_to_its_end_before_the_refusal():
    assert answered([(b"content-length", str(BODY_LIMIT + 1).encode())], 6) == (413, 0)


def test_what_is_thrown_away_has_its_own_limit():
    assert answered([(b"content-length", b"999000000")], 999) == (413, 949)
