"""A file sent as the bytes of a body: kept in a folder of its own while the request runs, under the name it was sent with."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import Depends, Query, Request

from api.asker import SignedIn
from api.parameters import media_type_of, require_plain
from gridgov.errors import Fault, MalformedBody, Refused, UnknownFormat

MEDIA_TYPE = "application/octet-stream"
_MOST_NAME_BYTES = 200
_PLAIN = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]+")

FileName = Annotated[str, Query(description="The file's name: its ending says what it may be, its content what it is.", min_length=1, max_length=200)]


def plain_name(filename: str) -> str:
    """A name without folders, control characters or a leading dot. Raises Refused for any other."""
    if not _PLAIN.fullmatch(filename) or filename.startswith(".") or not filename.isprintable() or len(filename.encode()) > _MOST_NAME_BYTES:
        en, zh = "must be the plain name of a file, without folders", "应为不含路径的文件名"
        raise Refused(f"filename {en}.", f"文件名{zh}。", faults=[Fault("filename", en, zh)])
    return filename


async def posted_file(request: Request, account: SignedIn, filename: FileName) -> AsyncIterator[Path]:
    """The body of somebody signed in, in a file, gone when the answer is out. Raises UnknownFormat for another content type, MalformedBody for none."""
    if media_type_of(request) != MEDIA_TYPE:
        raise UnknownFormat(f"Send the file as {MEDIA_TYPE}.", f"请以 {MEDIA_TYPE} 发送文件。", accept_post=MEDIA_TYPE)
    require_plain(request)
    with TemporaryDirectory(prefix="gridgov-post-") as folder:
        path = Path(folder) / plain_name(filename)
        with path.open("xb") as kept:
            async for chunk in request.stream():
                kept.write(chunk)
        if not path.stat().st_size:
            raise MalformedBody("The file is empty.", "文件为空。")
        yield path


PostedFile = Annotated[Path, Depends(posted_file, scope="function")]
