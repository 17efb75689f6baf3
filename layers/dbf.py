"""The attribute table of a shapefile: which encoding its text has, and its rows.

Decides the encoding from the .cpg file when its promise holds, else from the content by strict decoding (UTF-8 or GB18030); what
cannot be decided is refused, and no replacement character is ever produced. A value cut off in the middle of a character at the
end of its field loses only that half character. Format: dBASE III/IV as in the ESRI Shapefile description of 1998.
"""

import codecs
import re
import struct
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from gridgov.errors import BadEncoding, MissingPart

DELETED = 0x2A
HEADER_END = 0x0D
# Fewer two-byte characters than this prove nothing: each GB18030 character passes for UTF-8 with probability 0.14.
PROOF = 4
ALIASES = {
    "65001": "utf-8",
    "utf8": "utf-8",
    "936": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp936": "gb18030",
    "88591": "latin-1",
    "8859-1": "latin-1",
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column as its descriptor tells it; width in bytes."""

    name: bytes
    kind: str
    width: int
    decimals: int


@dataclass(frozen=True, slots=True)
class Dbf:
    """columns and records as bytes; a record of None was deleted."""

    columns: tuple[Column, ...]
    records: tuple[tuple[bytes, ...] | None, ...]


def parse(content: bytes) -> Dbf:
    """The table as bytes. Raises MissingPart when it is cut off."""
    if len(content) < 33:
        raise _broken()
    count, head, width = struct.unpack_from("<IHH", content, 4)
    columns = tuple(_columns(content[:head]))
    if not columns or 1 + sum(column.width for column in columns) > width or len(content) < head + count * width:
        raise _broken()
    return Dbf(columns, tuple(_record(content, head + row * width, columns) for row in range(count)))


def _columns(header: bytes) -> Iterator[Column]:
    for at in range(32, len(header) - 31, 32):
        if header[at] == HEADER_END:
            return
        name, kind, width, decimals = struct.unpack_from("<11sc4xBB", header, at)
        yield Column(name.split(b"\0")[0].strip(), kind.decode("latin-1").upper(), width, decimals)


def _record(content: bytes, at: int, columns: tuple[Column, ...]) -> tuple[bytes, ...] | None:
    if content[at] == DELETED:
        return None
    values, start = [], at + 1
    for column in columns:
        values.append(content[start : start + column.width])
        start += column.width
    return tuple(values)


def _broken() -> MissingPart:
    return MissingPart("the .dbf part is broken or cut off", "文件的 .dbf 部分已损坏或不完整")


def decide_encoding(table: Dbf, cpg: str | None) -> tuple[str, bool]:
    """The codec of the text, and whether the content overruled the .cpg. Raises BadEncoding when it cannot be decided."""
    texts = list(_texts(table))
    declared = _codec(cpg)
    as_utf8, as_gb = _decoded(texts, "utf-8"), _plausible_gb(texts)
    if declared and declared != "gb18030" and _decoded(texts, declared) is not None:
        return declared, False
    if declared == "gb18030" and _decoded(texts, declared) is not None and (as_gb or as_utf8 is None):
        return declared, False
    if as_utf8 is not None and not (as_gb and _proves_little(as_utf8)):
        return "utf-8", declared not in (None, "utf-8")
    if as_utf8 is None and as_gb:
        return "gb18030", declared not in (None, "gb18030")
    raise BadEncoding(
        "the text of the .dbf is neither surely UTF-8 nor surely GB18030; put a .cpg file beside it that names the encoding",
        "无法判定 .dbf 的文字编码（UTF-8 或 GB18030），请在同目录提供注明编码的 .cpg 文件",
    )


def _texts(table: Dbf) -> Iterator[tuple[bytes, bool]]:
    """Each text that is not ASCII, and whether it fills its field (and may be cut in the middle of a character)."""
    for column in table.columns:
        if not column.name.isascii():
            yield column.name, len(column.name) >= 10
    wide = [(i, column.width) for i, column in enumerate(table.columns) if column.kind == "C"]
    for record in table.records:
        for i, width in wide if record else ():
            text = _trimmed(record[i]) if record else b""
            if not text.isascii():
                yield text, len(text) >= width - 1


def _trimmed(value: bytes) -> bytes:
    return value.split(b"\0")[0].rstrip(b" ")


def _codec(cpg: str | None) -> str | None:
    word = re.sub(r"^(ansi|cp|iso[-_ ]?)?[\s_-]*", "", (cpg or "").strip().lower())
    word = ALIASES.get(word, f"cp{word}" if word.isdigit() else word)
    try:
        return codecs.lookup(word).name if word else None
    except LookupError:
        return None


def decode(text: bytes, codec: str, *, full: bool) -> str:
    """The text; a character cut off at the end of a full field is left out. Raises UnicodeDecodeError."""
    return codecs.getincrementaldecoder(codec)("strict").decode(text, final=not full)


def _decoded(texts: Iterable[tuple[bytes, bool]], codec: str) -> str | None:
    try:
        return "".join(decode(text, codec, full=full) for text, full in texts)
    except UnicodeDecodeError:
        return None


def _plausible_gb(texts: list[tuple[bytes, bool]]) -> bool:
    """Strictly GB18030, no unassigned character, and mostly of the everyday GB2312 range (both bytes >= 0xA1)."""
    found = _decoded(texts, "gb18030")
    if found is None or any(unicodedata.category(character) in ("Co", "Cn", "Cs") for character in found):
        return False
    marks = [character.encode("gb18030") for character in found if not character.isascii()]
    everyday = sum(len(mark) == 2 and mark[1] >= 0xA1 and mark[0] >= 0xA1 for mark in marks)
    return 2 * everyday >= len(marks)


def _proves_little(text: str) -> bool:
    marks = [character for character in text if not character.isascii()]
    return 0 < len(marks) < PROOF and all(ord(character) < 0x800 for character in marks)


def rows(table: Dbf, codec: str) -> tuple[list[str], list[dict[str, Any] | None]]:
    """Column names made distinct, and one dict a record; None = a deleted record."""
    names: list[str] = []
    for column in table.columns:
        name = decode(column.name, codec, full=len(column.name) >= 10) or f"field_{len(names) + 1}"
        names.append(name if name not in names else f"{name}_{len(names) + 1}")
    found: list[dict[str, Any] | None] = []
    for record in table.records:
        values = None if record is None else [_value(column, value, codec) for column, value in zip(table.columns, record, strict=True)]
        found.append(None if values is None else dict(zip(names, values, strict=True)))
    return names, found


def _value(column: Column, value: bytes, codec: str) -> str | int | float | bool | None:
    text = _trimmed(value)
    if column.kind == "C":
        return decode(text, codec, full=len(text) >= column.width - 1) or None
    word = text.decode("ascii", "ignore").strip()
    if column.kind == "L":
        return {"T": True, "Y": True, "F": False, "N": False}.get(word.upper())
    if column.kind == "D":
        return f"{word[:4]}-{word[4:6]}-{word[6:8]}" if re.fullmatch(r"(?!0{8})\d{8}", word) else None
    if column.kind in "NF":
        return _number(word, column.decimals)
    return word or None


def _number(word: str, decimals: int) -> int | float | None:
    """None for blanks and for the stars that dBASE writes when a number does not fit."""
    if re.fullmatch(r"[+-]?\d+", word) and decimals == 0:
        return int(word)
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", word):
        return float(word)
    return None
