"""The table of GB/T 4754-2017: complete as published, consistent with how codes are written, found by name and by code."""

from collections import Counter

import pytest

from gridgov.codes.industry import normalise_industry, section_of_division
from gridgov.codes.industry_table import Industry, find_industry, industries, industry_path, is_leaf, search_industries
from gridgov.errors import Refused

LENGTHS = {"section": 1, "division": 3, "group": 4, "class": 5}
ABOVE = {"division": "section", "group": "division", "class": "group"}


def codes(found: list[Industry]) -> list[str]:
    return [one.code for one in found]


def test_it_has_as_many_lines_as_the_standard_as_published() -> None:
    """Amendment no. 1 (2019) adds one class, which is not in it: docs/industries.md."""
    counts = Counter(one.level for one in industries().values())
    assert counts == {"section": 20, "division": 97, "group": 473, "class": 1381}


def test_lines_stand_in_the_order_of_their_codes() -> None:
    assert list(industries()) == sorted(industries())


def test_every_line_is_written_as_codes_are() -> None:
    wrong = [one.code for one in industries().values() if normalise_industry(one.code) != one.code or len(one.code) != LENGTHS[one.level]]
    assert wrong == []


def test_names_are_plain_chinese() -> None:
    assert [one for one in industries().values() if one.name != one.name.strip() or set(one.name) & set(" ()：,;，")] == []


def test_every_line_belongs_to_the_one_above_it() -> None:
    sections = [one for one in industries().values() if one.parent is None]
    assert {one.level for one in sections} == {"section"}
    for one in industries().values():
        if one.parent is not None:
            assert one.code.startswith(one.parent)
            assert industries()[one.parent].level == ABOVE[one.level]


def test_every_line_but_a_class_has_something_below_it() -> None:
    parents = {one.parent for one in industries().values()}
    assert {one.code for one in industries().values() if not is_leaf(one)} == parents - {None}


def test_divisions_are_those_that_codes_are_judged_by() -> None:
    known = {number for number in range(100) if section_of_division(number) is not None}
    assert {int(one.code[1:]) for one in industries().values() if one.level == "division"} == known


def test_a_group_that_is_not_divided_has_one_class_of_its_name() -> None:
    """And no other class ends in 0."""
    for one in industries().values():
        if is_leaf(one) and one.code.endswith("0"):
            assert [other.name for other in industries().values() if other.parent == one.parent] == [industries()[one.parent or ""].name]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("A0111", "稻谷种植"),
        ("B0610", "烟煤和无烟煤开采洗选"),
        ("C2614", "有机化学原料制造"),
        ("C2631", "化学农药制造"),
        ("C3011", "水泥制造"),
        ("C3360", "金属表面处理及热处理加工"),
        ("C3551", "纺织专用设备制造"),
        ("D4412", "热电联产"),
        ("D4620", "污水处理及其再生利用"),
        ("N7724", "危险废物治理"),
        ("T9700", "国际组织"),
    ],
)
def test_known_classes_have_their_names(code: str, name: str) -> None:
    found = find_industry(code)
    assert found is not None
    assert found.name == name
    assert find_industry(code[1:]) == found


def test_a_path_goes_from_the_section_down() -> None:
    found = find_industry("2614")
    assert found is not None
    assert codes(list(industry_path(found))) == ["C", "C26", "C261"]


def test_without_text_the_sections_are_given_or_what_stands_directly_below() -> None:
    assert "".join(codes(search_industries(""))) == "ABCDEFGHIJKLMNOPQRST"
    assert codes(search_industries(" ", parent="44")) == ["D441", "D442", "D443"]
    assert search_industries("", parent="C2614") == []


@pytest.mark.parametrize("text", ["C261", "c261", "261", "Ｃ２６１"])
def test_a_code_is_found_from_its_start_with_or_without_its_letter(text: str) -> None:
    assert codes(search_industries(text)) == ["C261", "C2611", "C2612", "C2613", "C2614", "C2619"]


def test_the_very_name_comes_first_then_names_that_begin_so() -> None:
    assert codes(search_industries("有机化学原料制造")) == ["C2614"]
    found = search_industries("水泥制")
    assert codes(found)[:2] == ["C3011", "C3021"]
    assert {"C302", "C3023"} <= set(codes(found)[2:])


def test_every_word_must_fit() -> None:
    assert codes(search_industries("C2614 有机化学原料制造")) == ["C2614"]
    assert codes(search_industries("26 农药")) == ["C263", "C2631", "C2632"]
    assert search_industries("26 水泥") == []


def test_only_what_stands_below_a_code_is_searched() -> None:
    assert codes(search_industries("批发", parent="F519")) == ["F5191", "F5192", "F5193", "F5199"]


def test_full_width_signs_and_case_do_not_matter() -> None:
    assert codes(search_industries("三维(3d)打印")) == ["M7517"]
    assert codes(search_industries("瓶(罐)装")) == ["C1522"]


@pytest.mark.parametrize("text", ["%", "_", "C2%", "不存在的行业", "9999", "Z"])
def test_nothing_fits_nothing_is_found(text: str) -> None:
    assert search_industries(text) == []


def test_a_parent_that_is_no_code_is_refused() -> None:
    with pytest.raises(Refused):
        search_industries("", parent="X")
