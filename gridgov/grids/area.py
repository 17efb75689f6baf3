"""The area of use: the box of what was imported. Decides whether something lies too far outside and how the box grows."""

from dataclasses import dataclass
from typing import Final

from gridgov.errors import OutsideArea, UsageError

MARGIN_DEG: Final = 1.0


@dataclass(frozen=True, slots=True)
class Box:
    """A box in lon/lat degrees, EPSG:4490."""

    west: float
    south: float
    east: float
    north: float

    def with_margin(self, margin_deg: float = MARGIN_DEG) -> "Box":
        """The box widened on all sides, within the world."""
        return Box(
            max(-180.0, self.west - margin_deg), max(-90.0, self.south - margin_deg), min(180.0, self.east + margin_deg), min(90.0, self.north + margin_deg)
        )

    def contains(self, other: "Box") -> bool:
        """Whether the other box lies inside; common sides count."""
        return self.west <= other.west and self.south <= other.south and other.east <= self.east and other.north <= self.north

    def union(self, other: "Box") -> "Box":
        """The least box that holds both."""
        return Box(min(self.west, other.west), min(self.south, other.south), max(self.east, other.east), max(self.north, other.north))

    def as_list(self) -> list[float]:
        """West, south, east, north."""
        return [self.west, self.south, self.east, self.north]


def read_box(text: str) -> Box:
    """A box from `west,south,east,north` in degrees. Raises UsageError."""
    wrong = UsageError(
        f"'{text}' is not a box: four numbers west,south,east,north in degrees are needed, for example 118.0,28.5,119.0,29.5.",
        f"“{text}”不是有效范围：应为“西,南,东,北”四个以度为单位的数字，例如 118.0,28.5,119.0,29.5。",
    )
    try:
        west, south, east, north = (float(part) for part in text.replace("，", ",").split(","))
    except ValueError as exc:
        raise wrong from exc
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise wrong
    return Box(west, south, east, north)


def extend(area: Box | None, incoming: Box, *, grow: bool) -> Box:
    """The area of use after an import of this extent; the first import sets it.

    Raises OutsideArea when the import reaches more than a degree beyond the area and growing was not asked for.
    """
    if area is None:
        return incoming
    if not grow and not area.with_margin().contains(incoming):
        raise OutsideArea(
            f"The file covers {_text(incoming)}, more than {MARGIN_DEG:g} degree outside the area of use {_text(area)}. "
            "Check its coordinate system (--crs), or let the area grow with --grow-area.",
            f"文件范围 {_text(incoming)} 超出使用范围 {_text(area)} 达 {MARGIN_DEG:g} 度以上。请核对坐标系（--crs）；确需扩大使用范围的，请加 --grow-area。",
        )
    return area.union(incoming)


def _text(box: Box) -> str:
    return ",".join(f"{value:.4f}" for value in box.as_list())
