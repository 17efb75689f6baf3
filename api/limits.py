"""How much one request and one asker may take: bytes, seconds, and requests a minute.

Sizes are counted while the bytes come in, whatever the headers claim. What the bytes say is for `strict_json` and the routes.
"""

import asyncio
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import TooSlow, problem
from gridgov.errors import Fault, GridgovError, SlowDown, TooLarge

BODY_LIMIT = 5_000_000
FILE_LIMIT = 100_000_000
QUERY_LIMIT = 8_000

# A sender has 30 s, and a second more for every 10 kB that arrived: one byte a second is cut off after 30 s, a slow line is not.
GRACE_S = 30.0
LEAST_BYTES_PER_S = 10_000

# What is read and thrown away of a body that is refused for its size.
DRAIN_S = 5.0
DRAIN_BYTES = 50_000_000


class BodyLimit:
    """Refuses a body over its limit (413) or sent too slowly (408) while it is being received."""

    def __init__(self, app: ASGIApp, *, file_paths: frozenset[str] = frozenset(), grace_s: float = GRACE_S) -> None:
        self.app = app
        self.file_paths = file_paths
        self.grace_s = grace_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets the request pass with its bytes counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        limit = FILE_LIMIT if scope["path"] in self.file_paths else BODY_LIMIT
        request = HTTPConnection(scope)
        refusal = _announced_too_large(request, limit) or _query_too_long(scope)
        if refusal is not None:
            await _drained(receive)
            await problem(refusal, request)(scope, receive, send)
            return
        await self.app(scope, _Counted(receive, limit, self.grace_s), send)


class _Counted:
    """`receive` that counts and looks at the clock."""

    def __init__(self, receive: Receive, limit: int, grace_s: float) -> None:
        self.receive, self.limit, self.grace_s = receive, limit, grace_s
        self.begun, self.taken, self.complete = time.monotonic(), 0, False

    async def __call__(self) -> Message:
        if self.complete:
            return await self.receive()
        allowed_s = self.grace_s + self.taken / LEAST_BYTES_PER_S - (time.monotonic() - self.begun)
        try:
            message = await asyncio.wait_for(self.receive(), max(allowed_s, 0.01))
        except TimeoutError as exc:
            raise TooSlow("The body came too slowly; send it again.", "请求内容发送过慢，已中止，请重新发送。") from exc
        if message["type"] == "http.request":
            self.taken += len(message.get("body", b""))
            self.complete = not message.get("more_body", False)
            if self.taken > self.limit:
                if not self.complete:
                    await _drained(self.receive)
                raise _too_large(self.limit)
        return message


async def _drained(receive: Receive) -> None:
    """Throws away what a sender is still sending, a while long: one whose connection is cut meanwhile never reads why."""
    taken = 0
    try:
        async with asyncio.timeout(DRAIN_S):
            while taken < DRAIN_BYTES:
                message = await receive()
                taken += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _announced_too_large(request: HTTPConnection, limit: int) -> GridgovError | None:
    announced = request.headers.get("content-length", "0")
    return _too_large(limit) if announced.isascii() and announced.isdigit() and int(announced[:12]) > limit else None


def _query_too_long(scope: Scope) -> GridgovError | None:
    if len(scope.get("query_string", b"")) <= QUERY_LIMIT:
        return None
    return TooLarge(f"The query is longer than {QUERY_LIMIT} bytes.", f"查询参数超过 {QUERY_LIMIT} 字节。")


def _too_large(limit: int) -> TooLarge:
    megabytes = limit // 1_000_000
    return TooLarge(
        f"The body is larger than {megabytes} MB.",
        f"请求内容超过 {megabytes} MB。",
        faults=[Fault("", f"at most {megabytes} MB", f"最大 {megabytes} MB")],
    )


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests an asker may make, in the notation of `limits`: sign-ins and look-ups by address, checks by account."""

    sign_in: str = "120/minute"
    failed_sign_in: str = "60/15 minutes"
    check: str = "1200/minute"
    report: str = "60/minute"
    file: str = "240/minute"
    read: str = "1200/minute"
    search: str = "1200/minute"
    tile: str = "12000/minute"
    account: str = "240/minute"
    people: str = "300/minute"
    redraw: str = "600/minute"
    basemap: str = "6000/minute"
    upload: str = "120/hour"
    batch: str = "10/hour"
    imports: str = "60/hour"
    events: str = "120/minute"
    export: str = "240/hour"
    sign_ins_at_once: int = 3

    def items(self) -> Mapping[str, RateLimitItem]:
        """Each limit by the name it is counted under."""
        return {one.name: parse(getattr(self, one.name)) for one in fields(self) if one.type is str}


class RateLimiter:
    """Counts in this process's memory; the lock-out of an account, which must survive a restart, is in the database."""

    def __init__(self, rates: Rates) -> None:
        self._items = rates.items()
        self._counter = MovingWindowRateLimiter(MemoryStorage())
        self._signing_in = threading.BoundedSemaphore(rates.sign_ins_at_once)

    def hit(self, what: str, who: str) -> None:
        """Counts one; raises SlowDown with the seconds to wait when there were too many."""
        item = self._items[what]
        if not self._counter.hit(item, what, who):
            raise self._slow_down(what, who)

    def require_left(self, what: str, who: str) -> None:
        """Raises SlowDown when the allowance is used up; counts nothing."""
        if not self._counter.test(self._items[what], what, who):
            raise self._slow_down(what, who)

    @contextmanager
    def one_of_few_sign_ins(self) -> Iterator[None]:
        """Hashing takes 64 MiB and a tenth of a second on purpose: only a few at once, the rest wait or are sent away."""
        if not self._signing_in.acquire(timeout=5.0):
            raise SlowDown("Many are signing in at this moment; try again in a few seconds.", "当前登录人数较多，请稍后再试。", retry_after=5)
        try:
            yield
        finally:
            self._signing_in.release()

    def _slow_down(self, what: str, who: str) -> SlowDown:
        reset_at = self._counter.get_window_stats(self._items[what], what, who).reset_time
        wait_s = max(1, round(reset_at - time.time() + 0.5))
        return SlowDown(f"Too many requests; try again in {wait_s} s.", f"请求过于频繁，请在 {wait_s} 秒后再试。", retry_after=wait_s)
