"""The application for browsers as `scripts/web-build` made it: its pages, its hashed files, and what to say when it was not built."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from api.asker import COOKIE
from api.pages import HERE, PageLanguage, page_of
from gridgov.errors import NotFound

BUILD = HERE / "web"

_FOREVER = "public, max-age=31536000, immutable"
# No folder, no hidden file, not the packed twin of another.
_NAME = re.compile(r"[A-Za-z0-9_](?!.*\.gz$)[A-Za-z0-9_.-]*")
_HTML = ("text/html", "text/*", "*/*")


@dataclass(frozen=True)
class WebBuild:
    """What was built. pages: first segments of the application's addresses."""

    folder: Path
    pages: tuple[str, ...]


def web_build(folder: Path = BUILD) -> WebBuild | None:
    """The build in a folder; None when there is none."""
    listed = folder / "pages.json"
    if not listed.is_file():
        return None
    return WebBuild(folder, tuple(json.loads(listed.read_text("utf-8"))))


def router_of(build: WebBuild | None) -> APIRouter:
    """The routes of the application: `/`, its addresses with all below them, its files. Every other address stays a 404."""
    router = APIRouter(include_in_schema=False)
    if build is None:
        router.add_api_route("/", _not_built)
        return router
    page, asset = _page_of(build), _asset_of(build)
    for path in ("/", *(f"/{name}{rest}" for name in build.pages for rest in ("", "/{rest:path}"))):
        router.add_api_route(path, page)
    router.add_api_route("/assets/{name}", asset)
    return router


def _not_built(language: PageLanguage) -> Response:
    return page_of("not_built.html", language)


def _page_of(build: WebBuild) -> Callable[[Request], Response]:
    def web_page(request: Request) -> Response:
        """The application; which page it shows is decided in the browser."""
        if not _wants_html(request):
            raise NotFound("There is nothing at this address.", "此地址没有内容。")
        html = (build.folder / "index.html").read_text("utf-8")
        # Nobody's browser then need not ask who it is, which would be answered by a refusal.
        return HTMLResponse(html if COOKIE in request.cookies else html.replace("<html", "<html data-nobody", 1))

    return web_page


def _asset_of(build: WebBuild) -> Callable[[Request, str], Response]:
    def web_asset(request: Request, name: str) -> Response:
        """A built file, whose name changes with its content; compressed for whoever takes that."""
        if not _NAME.fullmatch(name) or not (plain := build.folder / "assets" / name).is_file():
            raise NotFound("There is nothing at this address.", "此地址没有内容。")
        headers, packed = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}, plain.with_name(f"{name}.gz")
        if _takes_gzip(request.headers.get("accept-encoding", "")) and packed.is_file():
            return FileResponse(packed, media_type=_media_type(name), headers={**headers, "Content-Encoding": "gzip"})
        return FileResponse(plain, media_type=_media_type(name), headers=headers)

    return web_asset


def _wants_html(request: Request) -> bool:
    accepted = request.headers.get("accept", "*/*")
    return any(part.partition(";")[0].strip().lower() in _HTML for part in accepted.split(","))


def _takes_gzip(accepted: str) -> bool:
    for part in accepted.lower().split(","):
        coding, _, quality = part.strip().partition(";")
        if coding.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _media_type(name: str) -> str:
    """By our own table: what the machine's registry says about a name must not decide whether a script runs."""
    return _MEDIA_TYPES.get(name.rpartition(".")[2], "application/octet-stream")


_MEDIA_TYPES = {
    "js": "text/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "png": "image/png",
    "json": "application/json",
    "woff2": "font/woff2",
}
