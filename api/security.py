"""What surrounds every answer: its request id, its headers, and the refusal of requests another site made a browser send.

Who is asking is `asker.py`'s, what they may see is the services'.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import internal_error, problem, request_id
from gridgov.errors import Fault, NotAllowed

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# Nothing inline, nothing from elsewhere, no frame around us.
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def page_policy(images: str | None = None) -> str:
    """The policy of pages. images: scheme and host of the foreign base map that the installation names; None = nothing from elsewhere at all."""
    return PAGE_POLICY if images is None else PAGE_POLICY.replace("data:;", f"data: {images};")


# A map is one file with its scripts inside. `sandbox` without allow-same-origin gives it an origin of its own: whatever a name in the
# data smuggled into it can reach neither the session nor the network.
MAP_POLICY = (
    "sandbox allow-scripts allow-popups; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(self), microphone=(), payment=(), usb=()",
}
_DEFAULTS: Mapping[str, str] = {"Cache-Control": "private, no-store", "Vary": "Accept-Language, Authorization, Cookie"}


class Guard:
    """The outermost layer: headers on every answer, and the one place where an unforeseen failure becomes an answer."""

    def __init__(self, app: ASGIApp, *, images: str | None = None) -> None:
        self.app = app
        self.policy = page_policy(images)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves the request between two walls."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request, begun = HTTPConnection(scope), False
        identifier = request_id(request)

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                _dress(MutableHeaders(scope=message), identifier, self.policy)
            await send(message)

        try:
            refusal = cross_site_refusal(scope["method"], request)
            if refusal is None:
                await self.app(scope, receive, send_guarded)
            else:
                await problem(refusal, request)(scope, receive, send_guarded)
        except Exception as exc:  # the edge: whatever is left is a defect of ours
            if begun:
                raise  # the answer cannot be taken back; a torn connection tells the reader that it is not whole
            failure = internal_error()
            failure.__cause__ = exc
            await problem(failure, request)(scope, receive, send_guarded)


def cross_site_refusal(method: str, request: HTTPConnection) -> NotAllowed | None:
    """The refusal of a changing request that another site made this browser send; None = it may go on.

    Browsers say where a request comes from (Sec-Fetch-Site, else Origin) and a page cannot forge it; programs say nothing and carry no
    cookie of somebody else's. A bearer token is never sent by a browser on its own. After Filippo Valsorda's "Cross-Site Request Forgery" (2025),
    as in Go's net/http.CrossOriginProtection.
    """
    if method in SAFE_METHODS or "authorization" in request.headers:
        return None
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return None if site in ("same-origin", "none") else _cross_site()
    origin = request.headers.get("origin")
    if origin is None:
        return None
    return None if urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() and origin != "null" else _cross_site()


def _cross_site() -> NotAllowed:
    return NotAllowed(
        "This request was sent by another site; open gridgov itself and try again.",
        "该请求由其他网站发起，已拒绝；请在本系统页面内操作。",
        faults=[Fault("", "cross-site request", "跨站请求")],
    )


def _dress(headers: MutableHeaders, identifier: str, policy: str) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value
    for name, value in _DEFAULTS.items():
        headers.setdefault(name, value)
    headers.setdefault("Content-Security-Policy", policy)
    headers["X-Request-Id"] = identifier
    if "server" in headers:
        del headers["server"]
