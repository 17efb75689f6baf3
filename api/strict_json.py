"""Reads a JSON body and refuses what the standard parser lets through: NaN, Infinity, 1e999, duplicate keys, NUL, half characters, depth.

Decides only whether the text is JSON that can be worked with; what it says is for the routes. Refusals never repeat the input.
"""

import json
import re
from typing import Any, NoReturn

import numpy as np

from gridgov.errors import Fault, MalformedBody, TooLarge

MAX_DEPTH = 32
# An integer of more digits than a double can hold is no quantity, and converting one of millions of digits takes minutes.
MAX_INTEGER_DIGITS = 300

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_OPEN = np.frombuffer(b"[{", dtype=np.uint8)
_CLOSE = np.frombuffer(b"]}", dtype=np.uint8)


def parse(body: bytes) -> Any:
    """The document. Raises MalformedBody (400) for what is not strict JSON, TooLarge (413) when nested deeper than MAX_DEPTH."""
    require_depth(body)
    text = _decoded(body)
    try:
        document = json.loads(text, parse_constant=_no_constant, parse_float=_finite, parse_int=_integer, object_pairs_hook=_unique)
    except json.JSONDecodeError as exc:
        where = f"line {exc.lineno}, column {exc.colno}"
        raise _malformed(f"not JSON at {where}", f"第 {exc.lineno} 行第 {exc.colno} 列不是有效的 JSON") from exc
    if "\\u" in text:
        _require_storable(document)
    return document


def require_depth(body: bytes, limit: int = MAX_DEPTH) -> None:
    """Raises TooLarge when arrays and objects are nested deeper than `limit`; text inside strings does not count."""
    found = np.frombuffer(_STRING.sub(b"", body), dtype=np.uint8)
    steps = np.isin(found, _OPEN).astype(np.int64) - np.isin(found, _CLOSE)
    depth = int(np.cumsum(steps).max(initial=0))
    if depth > limit:
        raise TooLarge(
            f"The JSON is nested {depth} deep; at most {limit} is accepted.",
            f"JSON 嵌套层数为 {depth}，最多允许 {limit} 层。",
            faults=[Fault("", f"nested deeper than {limit}", f"嵌套超过 {limit} 层")],
        )


def _decoded(body: bytes) -> str:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise _malformed(f"not UTF-8 at byte {exc.start}", f"第 {exc.start} 字节起不是 UTF-8 编码") from exc
    if not text.strip():
        raise _malformed("the body is empty", "请求内容为空")
    return text


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _malformed("an object names the same member twice", "同一对象中有重复的字段")
    return found


def _finite(literal: str) -> float:
    number = float(literal)
    if number in (float("inf"), float("-inf")):
        raise _malformed("a number is too large to be one", "有数值超出可表示范围")
    return number


def _integer(literal: str) -> int:
    if len(literal) > MAX_INTEGER_DIGITS:
        raise _malformed("a number is too large to be one", "有数值超出可表示范围")
    return int(literal)


def _no_constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is not a JSON number", f"{name} 不是 JSON 数值")


def _require_storable(value: Any) -> None:
    """Escapes can spell what no text column holds: NUL and unpaired surrogates."""
    if isinstance(value, dict):
        for key, item in value.items():
            _require_storable(key)
            _require_storable(item)
    elif isinstance(value, list):
        for item in value:
            _require_storable(item)
    elif isinstance(value, str) and not storable(value):
        raise _malformed("a text contains NUL or half of a character", "文字中含有 NUL 或不完整的字符")


def storable(text: str) -> bool:
    """Whether the text can be kept: no NUL, no unpaired surrogate."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _malformed(en: str, zh: str) -> MalformedBody:
    return MalformedBody(f"The body cannot be read: {en}.", f"请求内容无法解析：{zh}。", faults=[Fault("", en, zh)])
