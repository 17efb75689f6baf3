"""Whether a site lies where this installation answers at all. Pure."""

from gridgov.admission.site import Site
from gridgov.errors import Fault, OutsideArea
from gridgov.grids.area import Box


def refuse_outside(area: Box | None, site: Site) -> None:
    """Raises OutsideArea for a site more than a degree outside the area of use; None = nothing imported yet, no area to be outside of."""
    west, south, east, north = site.dense.bounds
    if area is None or area.with_margin().contains(Box(west, south, east, north)):
        return
    swapped_west, swapped_south, swapped_east, swapped_north = south, west, north, east
    swapped = area.with_margin().contains(Box(swapped_west, swapped_south, swapped_east, swapped_north))
    hint_en = "Longitude and latitude seem to be swapped." if swapped else "Check the coordinate system, or widen the area with `gridgov area grow`."
    hint_zh = "经纬度似乎颠倒了。" if swapped else "请核对坐标系，或用 `gridgov area grow` 扩大使用范围。"
    fault = Fault("/site", f"more than a degree outside. {hint_en}", f"超出一度以上。{hint_zh}", ((west + east) / 2, (south + north) / 2))
    raise OutsideArea(
        f"The site lies more than a degree outside the area of use {area.as_list()}. {hint_en}",
        f"项目用地超出使用范围 {area.as_list()} 一度以上。{hint_zh}",
        faults=[fault],
    )
