"""Uploaded files: what is kept of one, how long, how much an account may hold, and under which name it is shown. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import UUID

from gridgov.errors import Conflict, Fault, Refused

KEPT_FOR: Final = timedelta(hours=24)
# What an account may hold at once, in bytes and in files.
MOST_BYTES: Final = 1_000_000_000
MOST_FILES: Final = 200
_LONGEST_NAME: Final = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent. layers: what a reader found in it, as JSON values."""

    upload_id: UUID
    owner: str
    filename: str
    size: int
    sha256: str
    layers: Sequence[Mapping[str, Any]]
    expires_at: datetime

    def as_json(self) -> dict[str, Any]:
        """The document its owner gets."""
        return {
            "id": str(self.upload_id),
            "filename": self.filename,
            "size": self.size,
            "sha256": self.sha256,
            "expires_at": self.expires_at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "layers": [dict(layer) for layer in self.layers],
        }


def plain_filename(given: str) -> str:
    """The last part of a name, in one normal form: it never says where a file lies. Raises Refused when nothing of it is left."""
    text = unicodedata.normalize("NFC", given).replace("\\", "/")
    name = PurePosixPath(text).name.strip().lstrip(".")
    if not name or len(name) > _LONGEST_NAME or not name.isprintable() or ":" in name:
        raise Refused(
            "The file's name must be a plain name with an ending, such as sites.gpkg.",
            "文件名应为带后缀的普通名称，如 sites.gpkg。",
            faults=[Fault("filename", "not a plain file name", "不是普通文件名")],
        )
    return name


def require_room(files: int, size: int) -> None:
    """Raises Conflict when an account holds as much as it may. files, size: what it holds."""
    if files >= MOST_FILES or size >= MOST_BYTES:
        raise Conflict(
            f"You hold {files} uploaded files of {size // 1_000_000} MB; delete some, or wait until they expire after a day.",
            f"您已上传 {files} 个文件，共 {size // 1_000_000} MB，已达上限；请删除部分文件，或等待其一天后自动清除。",
        )
