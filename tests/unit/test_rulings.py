"""Decisions read from a document: what is meant is taken, what cannot be meant is refused with its pointer."""

from typing import Any

import pytest

from gridgov.errors import Refused
from gridgov.geo.mending import Rule, Ruling
from gridgov.grids.mending import MOST_RULINGS, Rulings, read_rulings

FAULT = "0f3a5c7e9b1d2f40"


def test_what_is_said_is_taken() -> None:
    document = {
        "decisions": [{"fault": FAULT}, {"fault": "b", "to": "330803101201"}, {"fault": "c", "reason": "水库水面"}],
        "rules": [{"width_m": 0.5, "area_m2": 20, "kinds": ["gap", "overlap"]}],
    }
    singles = (Ruling(FAULT), Ruling("b", "330803101201"), Ruling("c", None, "水库水面"))
    assert read_rulings(document) == Rulings(singles, (Rule(0.5, 20.0, frozenset({"gap", "overlap"})),))


@pytest.mark.parametrize("document", [{}, {"decisions": []}, {"decisions": None, "rules": None}])
def test_nothing_said_is_nothing_decided(document: dict[str, Any]) -> None:
    assert not read_rulings(document)


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ([], ""),
        (None, ""),
        ({"decision": []}, ""),
        ({"decisions": {}}, "/decisions"),
        ({"decisions": [{"fault": "a"}] * (MOST_RULINGS + 1)}, "/decisions"),
        ({"rules": "all"}, "/rules"),
        ({"decisions": ["a"]}, "/decisions/0"),
        ({"decisions": [{"fault": "a"}, {"fault": "b", "note": "x"}]}, "/decisions/1"),
        ({"decisions": [{"to": "x"}]}, "/decisions/0/fault"),
        ({"decisions": [{"fault": 7}]}, "/decisions/0/fault"),
        ({"decisions": [{"fault": "a", "to": " "}]}, "/decisions/0/to"),
        ({"decisions": [{"fault": "a", "reason": "x" * 501}]}, "/decisions/0/reason"),
        ({"decisions": [{"fault": "a", "reason": "two\nlines"}]}, "/decisions/0/reason"),
        ({"decisions": [{"fault": "a", "to": "x", "reason": "y"}]}, "/decisions/0"),
        ({"decisions": [{"fault": "a"}, {"fault": "b"}, {"fault": "a"}]}, "/decisions/2/fault"),
        ({"rules": [{"width_m": 1, "area_m2": 1, "to": "x"}]}, "/rules/0"),
        ({"rules": [{"area_m2": 1}]}, "/rules/0/width_m"),
        ({"rules": [{"width_m": True, "area_m2": 1}]}, "/rules/0/width_m"),
        ({"rules": [{"width_m": float("nan"), "area_m2": 1}]}, "/rules/0/width_m"),
        ({"rules": [{"width_m": 1, "area_m2": float("inf")}]}, "/rules/0/area_m2"),
        ({"rules": [{"width_m": 1, "area_m2": 1, "kinds": ["sliver"]}]}, "/rules/0/kinds"),
        ({"rules": [{"width_m": 1, "area_m2": 1, "kinds": "gap"}]}, "/rules/0/kinds"),
        ({"rules": [{"width_m": 1, "area_m2": 1, "kinds": [["gap"]]}]}, "/rules/0/kinds"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(document: object, pointer: str) -> None:
    with pytest.raises(Refused) as refused:
        read_rulings(document)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
