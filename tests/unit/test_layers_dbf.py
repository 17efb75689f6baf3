"""The encoding of a shapefile's text is known or refused, never guessed into replacement characters."""

import struct

import pytest

from gridgov.errors import BadEncoding
from layers.dbf import decide_encoding, parse, rows

NAMES = ["衢州市柯城区生态保护红线", "开化县水源涵养", "常山港", "乌溪江饮用水水源"]


def dbf(values: list[bytes], *, field: bytes = b"NAME", width: int = 40, deleted: set[int] | None = None) -> bytes:
    descriptor = struct.pack("<11sc4xBB14x", field, b"C", width, 0)
    head = struct.pack("<BBBBIHH20x", 3, 124, 1, 1, len(values), 32 + 32 + 1, 1 + width) + descriptor + b"\r"
    lines = [(b"*" if number in (deleted or ()) else b" ") + value[:width].ljust(width) for number, value in enumerate(values)]
    return head + b"".join(lines) + b"\x1a"


def names(content: bytes, cpg: str | None = None) -> list[str | None]:
    table = parse(content)
    codec, _ = decide_encoding(table, cpg)
    return [None if row is None else row["NAME"] for row in rows(table, codec)[1]]


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
@pytest.mark.parametrize("cpg", [None, "right"])
def test_chinese_names_equal_the_reference(codec: str, cpg: str | None) -> None:
    declared = {"utf-8": "UTF-8", "gb18030": "GBK"}[codec] if cpg else None
    assert names(dbf([name.encode(codec) for name in NAMES]), declared) == NAMES


@pytest.mark.parametrize(("codec", "wrong"), [("utf-8", "GBK"), ("utf-8", "936"), ("gb18030", "UTF-8")])
def test_a_wrong_cpg_is_overruled_by_the_content(codec: str, wrong: str) -> None:
    table = parse(dbf([name.encode(codec) for name in NAMES]))
    assert decide_encoding(table, wrong) == (codec, True)


@pytest.mark.parametrize("codec", ["utf-8", "gb18030"])
def test_half_a_character_at_the_end_of_a_full_field_is_left_out(codec: str) -> None:
    long = "生态保护红线管控措施说明文字"
    width = 19
    kept = long.encode(codec)[:width].decode(codec, "ignore")
    assert names(dbf([long.encode(codec), *[name.encode(codec)[:0] for name in NAMES]], width=width))[0] == kept


@pytest.mark.parametrize("text", ["Säo", "Köln Düsseldorf"])
def test_western_text_without_cpg_is_refused(text: str) -> None:
    with pytest.raises(BadEncoding, match=r"\.cpg"):
        names(dbf([text.encode("latin-1")]))


def test_western_text_with_cpg_is_read() -> None:
    assert names(dbf(["Säo".encode("latin-1")]), "ISO-8859-1") == ["Säo"]
    assert names(dbf(["Köln".encode("cp1252")]), "ANSI 1252") == ["Köln"]


def test_two_bytes_that_fit_both_encodings_decide_nothing() -> None:
    with pytest.raises(BadEncoding):
        names(dbf(["é".encode()]))


def test_bytes_that_fit_no_encoding_are_refused() -> None:
    with pytest.raises(BadEncoding):
        names(dbf([b"\xff\xfe\xff"]))


def test_plain_ascii_needs_no_decision_and_blanks_are_no_value() -> None:
    assert names(dbf([b"abc", b""])) == ["abc", None]


def test_a_deleted_record_is_none() -> None:
    assert names(dbf([b"a", b"b", b"c"], deleted={1})) == ["a", None, "c"]


def test_numbers_dates_and_logicals_have_their_types() -> None:
    columns = [(b"N", 20, 0), (b"N", 10, 2), (b"D", 8, 0), (b"L", 1, 0), (b"F", 12, 3)]
    head = struct.pack("<BBBBIHH20x", 3, 124, 1, 1, 2, 32 + 32 * 5 + 1, 1 + 51)
    head += b"".join(struct.pack("<11sc4xBB14x", b"F%d" % i, *column) for i, column in enumerate(columns)) + b"\r"
    full = b" " + b"9007199254740993".rjust(20) + b"1.50".rjust(10) + b"20240131" + b"T" + b"2.500".rjust(12)
    blank = b" " + b"*" * 20 + b" " * 10 + b"00000000" + b"?" + b" " * 12
    table = parse(head + full + blank)
    assert [list(row.values()) for row in rows(table, "utf-8")[1] if row] == [
        [9007199254740993, 1.5, "2024-01-31", True, 2.5],
        [None, None, None, None, None],
    ]


def test_column_names_that_collide_are_made_distinct() -> None:
    head = struct.pack("<BBBBIHH20x", 3, 124, 1, 1, 0, 32 + 64 + 1, 5) + struct.pack("<11sc4xBB14x", b"A", b"C", 2, 0) * 2 + b"\r"
    assert rows(parse(head), "utf-8")[0] == ["A", "A_2"]
