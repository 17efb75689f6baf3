"""What JSON bodies may be: pure, no server."""

import time

import pytest

from api import strict_json
from gridgov.errors import GridgovError, MalformedBody, TooLarge


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"{",
        b"nonsense",
        b"NaN",
        b'{"a": NaN}',
        b"[Infinity]",
        b"[-Infinity]",
        b"[1e999]",
        b"[-1e400]",
        b"[" + b"9" * 400 + b"]",
        b'{"a": 1, "a": 2}',
        b'["\\u0000"]',
        b'{"\\u0000": 1}',
        b'["a\x00b"]',
        b'["\\ud800"]',
        b'["\xff"]',
        b"\xfe\xff\x00[",
        b"[01]",
        b"[1,]",
        b"['a']",
        b"[1] [2]",
    ],
)
def test_what_is_not_strict_json_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        strict_json.parse(body)


def test_plain_json_is_read_as_it_stands() -> None:
    assert strict_json.parse('\ufeff{"名": [1, -0.5, 1e3, null, true, "😀", "\\ud83d\\ude00"]}'.encode()) == {"名": [1, -0.5, 1000.0, None, True, "😀", "😀"]}


def test_thirty_two_levels_are_read_and_one_more_is_too_large() -> None:
    assert strict_json.parse(b"[" * 32 + b"]" * 32)
    with pytest.raises(TooLarge):
        strict_json.parse(b"[" * 33 + b"]" * 33)
    with pytest.raises(TooLarge):
        strict_json.parse(b'{"a":' * 33 + b"1" + b"}" * 33)


def test_brackets_inside_text_are_not_depth() -> None:
    assert strict_json.parse(b'["' + b"[{" * 100 + b'", "\\"[[[["]') == ["[{" * 100, '"[[[[']


@pytest.mark.parametrize("body", [b"[" * 5_000_000, b'"' * 4_999_999, b'["\\"' * 1_000_000, b"1" * 5_000_000, b'{"a":' * 800_000, b"\\" * 5_000_000])
def test_five_megabytes_of_malice_are_refused_in_seconds(body: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(GridgovError):
        strict_json.parse(body)
    assert time.process_time() - begun < 2.0


def test_a_refusal_never_repeats_the_body() -> None:
    with pytest.raises(MalformedBody) as refusal:
        strict_json.parse(b'{"password": secret}')
    assert "secret" not in str(refusal.value.as_problem("en"))
