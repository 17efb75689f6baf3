"""Administrative, control unit and industry codes."""

import pytest

from gridgov.codes.administrative import administrative_level, administrative_parent, county_of, fill_with_zeros, is_administrative
from gridgov.codes.control_unit import is_control_unit, read_control_unit
from gridgov.codes.industry import industry_matches, normalise_industry, section_of_division
from gridgov.errors import Refused


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("330000000000", "province"),
        ("330800000000", "prefecture"),
        ("330824000000", "county"),
        ("330824100000", "township"),
        ("330824100200", "village"),
        ("330824", "county"),
        ("000000000000", None),
        ("33082410020", None),
        ("33082410020X", None),
        ("３３０８２４", None),
        ("", None),
    ],
)
def test_the_level_follows_from_trailing_zeros(code: str, level: str | None) -> None:
    assert administrative_level(code) == level
    assert is_administrative(code) is (level is not None)


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("330824100200", "330824100000"),
        ("330824100000", "330824000000"),
        ("330824000000", "330800000000"),
        ("330824", "330800000000"),
        ("330800000000", "330000000000"),
        ("330000000000", None),
        ("abc", None),
    ],
)
def test_the_parent_has_one_group_of_digits_less(code: str, parent: str | None) -> None:
    assert administrative_parent(code) == parent


def test_a_head_is_filled_with_zeros_and_a_grid_code_stays() -> None:
    assert fill_with_zeros("330802") == "330802000000"
    assert fill_with_zeros("330802101203001") == "330802101203001"


@pytest.mark.parametrize(
    ("code", "county"), [("330802101203", "330802"), ("330802101203001", "330802"), ("330800000000", None), ("01", None), ("ZH3308", None)]
)
def test_the_county_is_the_six_digit_head(code: str, county: str | None) -> None:
    assert county_of(code) == county


def test_a_control_unit_code_tells_county_class_and_serial() -> None:
    unit = read_control_unit("ZH42052620003")
    assert (unit.county, unit.unit_class, unit.serial) == ("420526", "key", 3)


@pytest.mark.parametrize(
    "code", ["ZH42052640003", "ZH4205262000", "zh42052620003", "ZH420526200031", "YS42052620003", "ZH４２０５２６20003", "ZH42052620003\n"]
)
def test_other_text_is_no_control_unit_code(code: str) -> None:
    assert not is_control_unit(code)
    with pytest.raises(Refused) as refused:
        read_control_unit(code)
    assert "管控单元" in refused.value.zh


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("C2614", "C2614"),
        ("2614", "C2614"),
        ("26", "C26"),
        ("c26", "C26"),
        (" C261 ", "C261"),
        ("Ｃ２６", "C26"),
        ("C", "C"),
        ("01", "A01"),
        ("97", "T97"),
        ("4419", "D4419"),
    ],
)
def test_an_industry_code_gets_its_section_letter(text: str, code: str) -> None:
    assert normalise_industry(text) == code


@pytest.mark.parametrize("text", ["", "2", "D26", "98", "00", "C26145", "U97", "26a", "C-26", "化工", "26\n14"])
def test_other_text_is_no_industry_code(text: str) -> None:
    with pytest.raises(Refused):
        normalise_industry(text)


@pytest.mark.parametrize(
    ("first", "last", "letter"),
    [
        (1, 5, "A"), (6, 12, "B"), (13, 43, "C"), (44, 46, "D"), (47, 50, "E"), (51, 52, "F"), (53, 60, "G"), (61, 62, "H"), (63, 65, "I"), (66, 69, "J"),
        (70, 70, "K"), (71, 72, "L"), (73, 75, "M"), (76, 79, "N"), (80, 82, "O"), (83, 83, "P"), (84, 85, "Q"), (86, 90, "R"), (91, 96, "S"), (97, 97, "T"),
    ],
)  # fmt: skip
def test_every_division_belongs_to_its_section(first: int, last: int, letter: str) -> None:
    assert {section_of_division(division) for division in range(first, last + 1)} == {letter}


@pytest.mark.parametrize(
    ("declared", "prefix", "answer"),
    [
        ("C2614", "C26", True),
        ("2614", "C26", True),
        ("C26", "C26", True),
        ("C2614", "C", True),
        ("C26", "C2614", None),
        ("C", "C26", None),
        ("C25", "C26", False),
        ("D44", "C", False),
        ("C2613", "C2614", False),
    ],
)
def test_a_declared_code_shorter_than_the_rule_leaves_it_open(declared: str, prefix: str, answer: bool | None) -> None:
    assert industry_matches(declared, prefix) is answer
