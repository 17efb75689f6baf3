"""Canonical JSON (RFC 8785): known spellings, order, and what has no form."""

import math

import pytest

from gridgov.admission.canonical import canonical_bytes


@pytest.mark.parametrize(
    ("number", "spelled"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5.0, "5"),
        (-1.5, "-1.5"),
        (1e-7, "1e-7"),
        (1e-6, "0.000001"),
        (1.5e-9, "1.5e-9"),
        (118.870123456, "118.870123456"),
        (1e16, "10000000000000000"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (5e-324, "5e-324"),
        (9007199254740992, "9007199254740992"),
        (333333333.33333329, "333333333.3333333"),
        (4.50, "4.5"),
        (2e-3, "0.002"),
        (0.000000000000000000000000001, "1e-27"),
    ],
)
def test_numbers_are_spelled_as_ecmascript_does(number, spelled):
    assert canonical_bytes(number).decode() == spelled


def test_keys_stand_in_utf16_order_and_text_is_not_escaped():
    # The sorting example of RFC 8785, section 3.2.3.
    given = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7}
    assert canonical_bytes(given).decode() == '{"\\r":2,"1":4,"\x80":6,"\u00f6":7,"\u20ac":1,"\U0001f600":5,"\ufb33":3}'


def test_control_characters_are_escaped_in_short_form():
    assert canonical_bytes('\b\t\n\f\r"\\\x0f中').decode() == '"\\b\\t\\n\\f\\r\\"\\\\\\u000f中"'


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53 + 1])
def test_what_no_double_holds_has_no_form(value):
    with pytest.raises(ValueError, match=r"double|NaN"):
        canonical_bytes(value)


def test_other_objects_have_no_form():
    with pytest.raises(TypeError):
        canonical_bytes({"a": object()})
