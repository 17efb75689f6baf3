"""Who may see what of a layer: decided once, by the edition of the day."""

from datetime import date
from decimal import Decimal

import pytest

from gridgov.zones.disclosure import Tier, View, rough, seen_layer, seen_layers, tier_of, view_of
from gridgov.zones.edition import Disclosure, Edition

DAY = date(2026, 11, 22)


def _edition(number: int, first: date, disclosure: Disclosure, *, layer: str = "island", end: date | None = None) -> Edition:
    return Edition(number, layer, "island", f"e{number}", first, end, "0" * 64, "none", "+proj=laea", disclosure=disclosure)


@pytest.mark.parametrize(
    ("role", "tier"), [(None, "anonymous"), ("inspector", "signed-in"), ("planner", "signed-in"), ("supervisor", "full"), ("admin", "full"), ("system", "full")]
)
def test_a_role_has_a_tier(role: str | None, tier: Tier) -> None:
    assert tier_of(role) == tier


@pytest.mark.parametrize(
    ("disclosure", "views"),
    [("public", ("all", "all", "all")), ("named", ("hidden", "named", "all")), ("restricted", ("hidden", "bare", "all"))],
)
def test_the_table_of_tiers(disclosure: Disclosure, views: tuple[View, View, View]) -> None:
    assert tuple(view_of(disclosure, tier) for tier in ("anonymous", "signed-in", "full")) == views


def test_the_edition_in_force_decides_whether_a_layer_exists() -> None:
    opened = [_edition(1, date(2020, 1, 1), "restricted"), _edition(2, date(2025, 1, 1), "public")]
    assert seen_layer(opened, date(2024, 12, 31), "anonymous") is None
    seen = seen_layer(opened, DAY, "anonymous")
    assert seen is not None and ([edition.edition for edition in seen.editions], seen.view) == (["e2"], "all")
    closed = [_edition(1, date(2020, 1, 1), "public"), _edition(2, date(2025, 1, 1), "restricted")]
    assert seen_layer(closed, DAY, "anonymous") is None


def test_where_nothing_is_in_force_the_edition_nearest_to_the_day_decides() -> None:
    ended = [_edition(1, date(2020, 1, 1), "named", end=date(2021, 1, 1)), _edition(2, date(2027, 1, 1), "public")]
    assert seen_layer(ended, DAY, "anonymous") is None
    seen = seen_layer(ended, DAY, "signed-in")
    assert seen is not None and (seen.edition, seen.view) == (None, "named")
    assert seen_layer(ended, date(2019, 1, 1), "anonymous") is None


def test_a_layer_without_an_edition_hides_nothing() -> None:
    seen = seen_layer([], DAY, "anonymous")
    assert seen is not None and seen.edition is None


def test_layers_hidden_from_an_asker_are_absent() -> None:
    editions = [_edition(1, date(2020, 1, 1), "named", layer="a"), _edition(2, date(2020, 1, 1), "public", layer="b")]
    assert list(seen_layers(editions, DAY, "anonymous")) == ["b"]
    assert list(seen_layers(editions, DAY, "full")) == ["a", "b"]


@pytest.mark.parametrize(
    ("figure", "told"), [("7597.70", "7600.00"), ("0.673941", "0.674000"), ("0.00", "0.00"), ("0.05", "0.05"), ("1234567.89", "1230000.00"), (None, None)]
)
def test_figures_are_told_to_three_significant_digits(figure: str | None, told: str | None) -> None:
    assert rough(figure) == told
    assert told is None or Decimal(told) >= 0
