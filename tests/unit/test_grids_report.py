"""The words and figures of the coverage report."""

from datetime import date

import pytest

from gridgov.grids.importing import Rejected
from gridgov.grids.report import Coverage, GapEntry, ImportOutcome, LevelViolation, coverage_document, decimal_text, faults, import_document, summary

_GAP = LevelViolation("hole", "village", ("a", "b"), 12.4, 88.0, (118.9, 28.9), "Uncovered ground.", "未覆盖。")


def _coverage(**given: object) -> Coverage:
    return Coverage(**{"scheme": "s", "on": date(2026, 11, 22), "outline": "own", "overlay": False, "cells": {"county": 1, "village": 2}} | given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("value", "text"), [(12.4, "12.40"), (0.0, "0.00"), (1e9, "1000000000.00"), (0.125, "0.12"), (1e-7, "0.00"), (2.675, "2.68")])
def test_areas_are_decimal_strings_at_a_hundredth(value: float, text: str) -> None:
    assert decimal_text(value) == text


def test_a_level_that_tiles_is_ok_and_says_what_cannot_be_known() -> None:
    assert coverage_document(_coverage()) == {
        "scheme": "s",
        "on": "2026-11-22",
        "ok": True,
        "outline": "own",
        "cells": {"county": 1, "village": 2},
        "violations": [],
        "allowed_gaps": [],
        "not_checkable": ["cells missing at the rim"],
    }


def test_a_declared_outline_leaves_nothing_unchecked() -> None:
    assert coverage_document(_coverage(outline="file"))["not_checkable"] == []


def test_a_violation_has_kind_level_cells_area_length_place_and_words() -> None:
    document = coverage_document(_coverage(violations=[_GAP]), "en")
    assert document["ok"] is False
    assert document["violations"] == [
        {"kind": "hole", "level": "village", "cells": ["a", "b"], "area_m2": "12.40", "length_m": "88.00", "point": [118.9, 28.9]}
        | {"detail": "Uncovered ground."}
    ]


def test_lists_are_never_cut_short() -> None:
    assert len(coverage_document(_coverage(violations=[_GAP] * 5000))["violations"]) == 5000


def test_an_allowed_gap_keeps_its_reason() -> None:
    document = coverage_document(_coverage(allowed_gaps=[GapEntry(95000.0, (8.5, 45.1), "湖面")]))
    assert document["allowed_gaps"] == [{"area_m2": "95000.00", "point": [8.5, 45.1], "reason": "湖面"}]
    assert document["ok"] is True


def test_a_rejected_row_makes_an_import_not_ok() -> None:
    rejected = Rejected(7, "a", "The name is blank.", "名称为空。", (1.0, 2.0))
    document = import_document(_coverage(), ImportOutcome(imported={"village": 0}, rejected=[rejected]))
    assert document["ok"] is False
    assert document["rejected"] == [{"row": 7, "code": "a", "reason": "名称为空。", "point": [1.0, 2.0]}]
    assert {key: document[key] for key in ("imported", "unchanged", "closed", "rounding", "repairs", "dry_run")} == {
        "imported": {"village": 0},
        "unchanged": 0,
        "closed": 0,
        "rounding": [],
        "repairs": [],
        "dry_run": False,
    }


def test_the_refusal_counts_what_is_wrong_and_says_how_to_mend_it() -> None:
    en, zh = summary(_coverage(violations=[_GAP, _GAP]), [])
    assert "2 x hole" in en and "--allow-gaps" in en
    assert "空洞 2 处" in zh and "--allow-gaps" in zh


def test_every_violation_and_row_is_a_fault_with_its_place() -> None:
    found = faults(_coverage(violations=[_GAP]), [Rejected(3, "", "The code is missing.", "缺少编码。", None)])
    assert [(fault.pointer, fault.at) for fault in found] == [("", (118.9, 28.9)), ("row 3", None)]
