"""The classes of land cover that the base map tells apart, how they look, and how well-known products number them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gridgov.errors import UsageError


@dataclass(frozen=True, slots=True)
class CoverClass:
    """A class of land cover. code: its value in the rasters kept (0 = unknown). colour: red, green, blue on paper, 0-255."""

    code: int
    key: str
    zh: str
    colour: tuple[int, int, int]


CLASSES: Final = (
    CoverClass(1, "water", "水域", (0xA9, 0xCB, 0xDC)),
    CoverClass(2, "built-up", "建设用地", (0xE9, 0xE4, 0xDC)),
    CoverClass(3, "cropland", "耕地", (0xF5, 0xF2, 0xE5)),
    CoverClass(4, "orchard", "园地", (0xEC, 0xEF, 0xDF)),
    CoverClass(5, "forest", "林地", (0xDD, 0xE7, 0xD6)),
    CoverClass(6, "grassland", "灌草地", (0xE7, 0xEC, 0xDC)),
    CoverClass(7, "bare", "裸地", (0xEC, 0xE6, 0xDB)),
    CoverClass(8, "wetland", "湿地", (0xD6, 0xE7, 0xE2)),
    CoverClass(9, "snow", "冰雪", (0xFB, 0xFB, 0xFA)),
)
WATER: Final = 1
_CODES: Final = {one.key: one.code for one in CLASSES}

# Legends as their makers publish them: ESA WorldCover 2020/2021, GlobeLand30, and the annual China land cover of Wuhan University.
LEGENDS: Final[Mapping[str, Mapping[int, str]]] = {
    "worldcover": {
        10: "forest", 20: "grassland", 30: "grassland", 40: "cropland", 50: "built-up", 60: "bare", 70: "snow", 80: "water", 90: "wetland",
        95: "forest", 100: "grassland",
    },
    "globeland30": {
        10: "cropland", 20: "forest", 30: "grassland", 40: "grassland", 50: "wetland", 60: "water", 70: "grassland", 80: "built-up", 90: "bare",
        100: "snow", 255: "water",
    },
    "clcd": {
        1: "cropland", 2: "forest", 3: "grassland", 4: "grassland", 5: "water", 6: "snow", 7: "bare", 8: "built-up", 9: "wetland",
    },
    "gridgov": {one.code: one.key for one in CLASSES},
}  # fmt: skip


def read_legend(name: str | None, pairs: tuple[str, ...] = ()) -> dict[int, int]:
    """Value in the file -> code here, from the name of a product, from pairs such as `5=water`, or both (pairs win).

    Raises UsageError for an unknown name or class, a value that is no whole number, and when nothing is given at all.
    """
    if name is not None and name not in LEGENDS:
        raise UsageError(f"There is no legend '{name}'; known: {', '.join(LEGENDS)}.", f"没有名为“{name}”的图例，可用：{'、'.join(LEGENDS)}。")
    found = {value: _CODES[key] for value, key in LEGENDS.get(name or "", {}).items()}
    for pair in pairs:
        value, _, key = pair.partition("=")
        if not value.strip().isdecimal() or int(value) > 65535 or key.strip() not in _CODES:
            raise UsageError(
                f"'{pair}' is no class: VALUE=CLASS is needed, CLASS one of {', '.join(_CODES)}.",
                f"“{pair}”不是有效的类别：应为“值=类别”，类别可用 {'、'.join(f'{one.key}（{one.zh}）' for one in CLASSES)}。",
            )
        found[int(value)] = _CODES[key.strip()]
    if not found:
        raise UsageError(
            f"Say what the values of a land cover mean: --legend {'|'.join(LEGENDS)}, or --class VALUE=CLASS for each.",
            f"请说明土地覆盖各值的含义：--legend {'|'.join(LEGENDS)}，或逐项给出 --class 值=类别。",
        )
    return found


def colours() -> NDArray[np.float32]:
    """Colour by code, (256, 3), water and unknown codes 0: water is laid over the rest."""
    table = np.zeros((256, 3), dtype=np.float32)
    for one in CLASSES:
        if one.code != WATER:
            table[one.code] = one.colour
    return table
