"""Answers that a browser keeps as a file."""

from fastapi.responses import Response


def download(body: bytes, name: str, media_type: str) -> Response:
    """A file to be kept. name: plain ASCII, made here and never from what somebody sent."""
    return Response(body, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
