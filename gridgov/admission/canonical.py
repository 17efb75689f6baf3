"""RFC 8785 canonical JSON: the same content gives the same bytes, on every machine.

Numbers are spelled as ECMAScript does (`1e-7`, `5`, `10000000000000000`), keys sorted by UTF-16 code units, UTF-8 without escapes
that are not needed. Source: RFC 8785 (JSON Canonicalization Scheme), ECMA-262 Number::toString.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence


def canonical_bytes(value: object) -> bytes:
    """The canonical form of plain JSON data (None, bool, int, float, str, list, tuple, dict with string keys).

    Raises TypeError for anything else, ValueError for NaN, infinities and integers that a double cannot hold.
    """
    return _spell(value).encode("utf-8")


def checksum(value: object) -> str:
    """`sha256:` and the hex digest of the canonical form."""
    return "sha256:" + hashlib.sha256(canonical_bytes(value)).hexdigest()


def _spell(value: object) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return _spell_integer(value)
    if isinstance(value, float):
        return _spell_number(value)
    if isinstance(value, Mapping):
        keys = sorted(value, key=_utf16_order)
        return "{" + ",".join(f"{json.dumps(key, ensure_ascii=False)}:{_spell(value[key])}" for key in keys) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(_spell(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} is not plain JSON data")


def _utf16_order(key: object) -> bytes:
    if not isinstance(key, str):
        raise TypeError(f"{type(key).__name__} cannot be an object key")
    return key.encode("utf-16-be")


def _spell_integer(value: int) -> str:
    if abs(value) > 2**53:
        raise ValueError(f"integer {value} has no exact double")
    return str(value)


def _spell_number(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("NaN and infinities have no JSON form")
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value!r}".partition("e")
    sign, mantissa = ("-", mantissa[1:]) if mantissa.startswith("-") else ("", mantissa)
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    digits = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(digits)
    digits = digits.rstrip("0")
    return sign + _place_point(digits, point)


def _place_point(digits: str, point: int) -> str:
    """digits with the decimal point after `point` of them, in the form ECMAScript chooses."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    exponent = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{digits[0]}{tail}e{'+' if exponent > 0 else '-'}{abs(exponent)}"
