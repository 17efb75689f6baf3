"""Renders every refusal as application/problem+json (RFC 9457) in the asker's language, and nothing else about it.

Input is never repeated, an unexpected failure shows its request id and no detail. Pages for people are `pages.py`'s.
"""

import json
import logging
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import Response

from gridgov.errors import DatabaseAway, Fault, GridgovError, Language, MalformedBody, NotFound, NotSignedIn, Refused, SlowDown, TooLarge, UnknownFormat

MEDIA_TYPE = "application/problem+json"

_LOG = logging.getLogger("gridgov.api")
_RETRY_AFTER_S = 5


class MethodNotAllowed(GridgovError):
    """The address exists, the method does not."""

    slug, status, title_en, title_zh = "method-not-allowed", 405, "Method not allowed", "不支持的请求方法"


class TooSlow(GridgovError):
    """The body did not arrive in time."""

    slug, status, title_en, title_zh = "too-slow", 408, "The request came too slowly", "请求发送过慢"


class UnknownParameter(MalformedBody):
    """A query parameter the route does not have; a typing error must not silently widen a question."""

    slug, title_en, title_zh = "unknown-parameter", "Unknown query parameter", "未知的查询参数"


def language_of(request: HTTPConnection) -> Language:
    """zh unless Accept-Language ranks English above Chinese."""
    best: dict[str, float] = {"zh": 0.0, "en": 0.0}
    for part in request.headers.get("accept-language", "").split(","):
        tag, _, quality = part.strip().partition(";")
        key = tag.strip().lower()[:2]
        if key in best:
            best[key] = max(best[key], _quality(quality))
    return "en" if best["en"] > best["zh"] else "zh"


def problem(error: GridgovError, request: HTTPConnection, headers: Mapping[str, str] | None = None) -> Response:
    """The answer to give for an error."""
    document = error.as_problem(language_of(request)) | {"instance": f"/requests/{request_id(request)}"}
    if error.status >= 500 and not isinstance(error, DatabaseAway):
        _LOG.error("request %s failed: %s", request_id(request), type(error).__name__, exc_info=error)
    return Response(
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace"),
        status_code=error.status,
        media_type=MEDIA_TYPE,
        headers={**_headers_of(error), **(headers or {})},
    )


def internal_error() -> GridgovError:
    """What is said when something failed that nobody foresaw: nothing but that."""
    return GridgovError(
        "Something failed on our side; nothing was stored. Give the request id to the administrator.",
        "系统内部出错，未写入任何内容。请将请求编号告知管理员。",
    )


def request_id(request: HTTPConnection) -> str:
    """The id under which the log knows this request."""
    state = request.scope.setdefault("state", {})
    found: str = state.setdefault("request_id", uuid4().hex)
    return found


def install(app: FastAPI) -> None:
    """Makes every refusal of the application a problem document."""
    app.add_exception_handler(GridgovError, _on_gridgov_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_parameters)
    app.add_exception_handler(HTTPException, _on_http_exception)


def _on_gridgov_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, GridgovError)
    return problem(error, request)


def _on_invalid_parameters(request: Request, error: Exception) -> Response:
    """FastAPI's own faults without `input`, which would repeat what was sent and cannot be written when it is NaN."""
    assert isinstance(error, RequestValidationError)
    faults = [fault_of(entry) for entry in error.errors()]
    names = ", ".join(dict.fromkeys(fault.pointer for fault in faults))
    return problem(Refused(f"Not usable: {names}.", f"以下参数不可用：{names}。", faults=faults), request)


def fault_of(entry: Mapping[str, Any]) -> Fault:
    """A pydantic error entry as a fault: a query parameter by its name, a body field by its pointer."""
    where, *path = entry["loc"] or ("",)
    pointer = "/".join(str(step) for step in path) if where in ("query", "path", "header", "cookie") else "".join(f"/{step}" for step in entry["loc"])
    refusal = getattr(entry.get("ctx", {}).get("error"), "refusal", None)
    if isinstance(refusal, GridgovError):
        return Fault(pointer, refusal.en, refusal.zh)
    zh = _ZH_BY_TYPE.get(entry["type"], "取值不符合要求")
    return Fault(pointer, str(entry["msg"]), zh)


_ZH_BY_TYPE = {
    "missing": "缺少必填项",
    "extra_forbidden": "未知字段",
    "string_type": "应为文字",
    "string_too_long": "文字过长",
    "string_too_short": "不得为空",
    "greater_than_equal": "数值过小",
    "less_than_equal": "数值过大",
    "finite_number": "应为有限数值",
    "model_type": "应为对象",
}


def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    match error.status_code:
        case 404:
            shown: GridgovError = NotFound("There is nothing at this address.", "此地址没有内容。")
        case 405:
            shown = MethodNotAllowed("This address does not take that method.", "此地址不支持该请求方法。")
        case 413:
            shown = TooLarge("The request is too large.", "请求内容过大。")
        case status if status < 500:
            shown = MalformedBody("The request cannot be read.", "请求无法解析。")
        case _:
            shown = internal_error()
    return problem(shown, request, error.headers)


def _headers_of(error: GridgovError) -> dict[str, str]:
    match error:
        case SlowDown():
            return {"Retry-After": str(error.members.get("retry_after", _RETRY_AFTER_S))}
        case DatabaseAway():
            return {"Retry-After": str(_RETRY_AFTER_S)}
        case NotSignedIn():
            return {"WWW-Authenticate": 'Bearer realm="gridgov"'}
        case UnknownFormat() if "accept_post" in error.members:
            return {"Accept-Post": str(error.members["accept_post"])}
        case TooLarge() | TooSlow():
            return {"Connection": "close"}
        case _:
            return {}


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name.strip() == "q" else 1.0
    except ValueError:
        return 0.0
