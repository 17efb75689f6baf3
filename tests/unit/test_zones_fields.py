"""Columns become codes, names and attributes by option, map or alias; what a map does not know stays unknown."""

import pytest

from gridgov.errors import Refused
from gridgov.zones.aliases import fold
from gridgov.zones.fields import AttributeSource, FieldMap, attributes_of, choose_fields, read_field_map

RED = "ecological-red-line"


def test_the_documented_map_is_read() -> None:
    found = read_field_map("{code: HXBM, name: [HXMM, 名称], attributes: {core: {from: HXLX, values: {核心: true}}}}")
    assert found == FieldMap(("HXBM",), ("HXMM", "名称"), {"core": AttributeSource(("HXLX",), {"核心": True})})


def test_values_follow_the_core_schema_of_yaml_1_2() -> None:
    text = "attributes:\n  a:\n    from: A\n    values: {x: yes, y: true, z: 012, n: null, q: '1', f: 1.5, i: -3, 1: no}\n"
    values = read_field_map(text).attributes["a"].values
    assert values == {"x": "yes", "y": True, "z": 12, "n": None, "q": "1", "f": 1.5, "i": -3, "1": "no"}


def test_an_attribute_may_be_a_column_alone() -> None:
    assert read_field_map("attributes: {level: JB}").attributes == {"level": AttributeSource(("JB",))}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("code: A\nnmae: B\n", 2),
        ("attributes:\n  core:\n    from: A\n    valeus: {}\n", 4),
        ("code: A\ncode: B\n", 2),
        ("attributes:\n  core: {values: {a: 1}}\n", 2),
        ("- a\n", 1),
        ("code: [A, [B]]\n", 1),
        ("name: {a: b}\n", 1),
        ("attributes:\n  a: {from: A, values: {x: [1]}}\n", 2),
        ("code: 'A\n", 2),
    ],
)
def test_what_a_map_may_not_say_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(Refused) as caught:
        read_field_map(text)
    assert caught.value.faults[0].pointer == f"line {line}"


def test_yaml_aliases_are_refused() -> None:
    with pytest.raises(Refused, match="alias"):
        read_field_map("code: &a A\nname: *a\n")


def test_an_empty_map_leaves_everything_to_the_aliases() -> None:
    assert read_field_map("") == FieldMap()


@pytest.mark.parametrize("column", ["HXBM", "hxbm", "ＨＸＢＭ", " HX\nBM ", "Hxbm\r\n"])
def test_column_names_are_compared_folded(column: str) -> None:
    assert choose_fields([column], RED, FieldMap()).code == column
    assert fold(column) == "hxbm"


def test_red_line_and_control_unit_columns_are_known() -> None:
    red = choose_fields(["BSM", "HXBM", "HXMM", "HXLX"], RED, FieldMap())
    assert (red.code, red.name, red.attributes["line_type"].columns) == ("HXBM", "HXMM", ("HXLX",))
    for transposed in ("PWWPFGK", "WRWPFGK"):
        unit = choose_fields(["HJZHGKDYBM", "HJZHGKDYMC", "ZHGKDYFL", transposed], "control-unit", FieldMap())
        assert (unit.code, unit.name) == ("HJZHGKDYBM", "HJZHGKDYMC")
        assert unit.attributes["discharge_control"].columns == (transposed,)
        assert unit.attributes["class"].columns == ("ZHGKDYFL",)


def test_plain_names_come_first_and_other_kinds_do_not_borrow() -> None:
    assert choose_fields(["HXBM", "code"], RED, FieldMap()).code == "code"
    assert choose_fields(["HXBM", "x"], "park", FieldMap()).code is None


def test_a_column_asked_for_must_be_there() -> None:
    with pytest.raises(Refused, match="no column BM or DM; it has: a, b"):
        choose_fields(["a", "b"], RED, FieldMap(code=("BM", "DM")))


def test_an_alias_never_hides_a_column_of_that_name() -> None:
    fields = choose_fields(["class", "ZHGKDYFL"], "control-unit", FieldMap())
    assert "class" not in fields.attributes
    assert attributes_of({"class": 1, "ZHGKDYFL": "优先"}, fields)[0] == {"class": 1, "ZHGKDYFL": "优先"}


def test_an_unlisted_value_is_unknown_and_told() -> None:
    fields = choose_fields(["HXBM", "HXLX"], RED, read_field_map("attributes: {core: {from: HXLX, values: {核心: true, 一般: false}}}"))
    assert attributes_of({"HXBM": "1", "HXLX": "核心"}, fields) == ({"HXLX": "核心", "core": True, "line_type": "核心"}, [])
    assert attributes_of({"HXBM": "1", "HXLX": "一般"}, fields)[0]["core"] is False
    found, unlisted = attributes_of({"HXBM": "1", "HXLX": "核心区"}, fields)
    assert found["core"] is None and unlisted == [("core", "核心区")]
    found, unlisted = attributes_of({"HXBM": "1", "HXLX": None}, fields)
    assert found["core"] is None and unlisted == []


def test_numbers_are_matched_as_they_are_written() -> None:
    fields = choose_fields(["t"], "park", read_field_map("attributes: {k: {from: t, values: {1: a, true: b}}}"))
    assert [attributes_of({"t": raw}, fields)[0]["k"] for raw in (1, 1.0, "1", True)] == ["a", "a", "a", "b"]


def test_columns_with_line_breaks_are_kept_under_clean_names() -> None:
    fields = choose_fields(["管控\n要求", "管控要求"], "park", FieldMap())
    assert attributes_of({"管控\n要求": 1, "管控要求": 2}, fields)[0] == {"管控要求": 1, "管控要求_2": 2}
