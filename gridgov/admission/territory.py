"""Where a site lies in the grid, and which part of it an admission list governs.

Sites across several counties get each county's lists on its own part; ground outside every cell is governed only by lists that
apply everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import shapely
from shapely.geometry.base import BaseGeometry

from gridgov.admission.figures import ZERO_M, ZERO_M2, metres, share_of, square_metres
from gridgov.admission.overlap import clip_to, common_part, together, without
from gridgov.admission.rule import RuleSet
from gridgov.admission.site import Site
from gridgov.geo.area import area_m2, length_m


@dataclass(frozen=True, slots=True)
class CellOnSite:
    """A leaf cell near the site. chain: (level, code, name), top level first, the leaf last. geometry: lon/lat on the lattice."""

    chain: tuple[tuple[str, str, str], ...]
    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class CellPart:
    """The part of the site in one leaf cell, never empty. size: m2 for polygons, m for lines, None for points."""

    chain: tuple[tuple[str, str, str], ...]
    part: BaseGeometry
    size: Decimal | None
    share: Decimal | None

    @property
    def jurisdiction(self) -> str:
        """Code of the county the part lies in."""
        return jurisdiction_of(self.chain[0][1])


@dataclass(frozen=True)
class Territory:
    """The site cut by the grid. revision names the state of the grid; None = no grid is loaded."""

    site: Site
    parts: tuple[CellPart, ...]
    revision: str | None

    @cached_property
    def jurisdictions(self) -> dict[str | None, BaseGeometry]:
        """The site's part in each top-level cell, by its code. With one (or none) the whole site stands for it, uncut."""
        codes = sorted({part.jurisdiction for part in self.parts})
        if len(codes) < 2:
            return {codes[0] if codes else None: self.site.dense}
        return {code: together(self.site.kind, (part.part for part in self.parts if part.jurisdiction == code)) for code in codes}

    @cached_property
    def outside(self) -> BaseGeometry:
        """The part of the site in no cell of the grid (EMPTY if none, or too little to print)."""
        left = without(self.site.kind, self.site.dense, together(self.site.kind, (part.part for part in self.parts)))
        return left if is_worth_printing(self.site, left) else shapely.GeometryCollection()

    def governed_by(self, rules: RuleSet) -> BaseGeometry:
        """The part of the site an admission list governs: all of it without `applies_to`, else the cells its prefixes name."""
        if not rules.applies_to:
            return self.site.dense
        named = [part for part in self.parts if any(code.startswith(rules.applies_to) for _, code, _ in part.chain)]
        if len(named) == len(self.parts) and named and self.outside.is_empty:
            return self.site.dense
        return together(self.site.kind, (part.part for part in named))


def cut(site: Site, cells: Sequence[CellOnSite], revision: str | None) -> Territory:
    """The site cut by leaf cells. A point or a part of a line on a shared border belongs to the cell with the least code."""
    ordered = sorted(cells, key=lambda cell: cell.chain[-1][1].encode())
    cutter = _cut_polygon if site.kind == "polygon" else _cut_bare
    return Territory(site, tuple(part for part in cutter(site, ordered) if part is not None), revision)


def jurisdiction_of(code: str) -> str:
    """The county a top-level cell stands for: the 6 digits of GB/T 2260 where its code is a padded 12-digit one, else the code."""
    return code[:6] if len(code) == 12 and code.endswith("000000") else code


def is_worth_printing(site: Site, part: BaseGeometry) -> bool:
    """Whether a part of the site has a printed size above zero."""
    if part.is_empty:
        return False
    if site.kind == "polygon":
        return square_metres(area_m2(part)) > ZERO_M2
    return site.kind == "point" or metres(length_m(part)) > ZERO_M


def _cut_polygon(site: Site, cells: Sequence[CellOnSite]) -> list[CellPart | None]:
    return [_part(site, cell, common_part(site.kind, site.dense, clip_to(cell.geometry, site.dense))) for cell in cells]


def _cut_bare(site: Site, cells: Sequence[CellOnSite]) -> list[CellPart | None]:
    """Lines and points: what one cell took is not there for the next, so that borders are counted once."""
    left, parts = site.dense, []
    for cell in cells:
        near = clip_to(cell.geometry, site.dense)
        part = shapely.intersection(left, near)
        parts.append(_part(site, cell, part))
        left = shapely.difference(left, near)
    return parts


def _part(site: Site, cell: CellOnSite, part: BaseGeometry) -> CellPart | None:
    if not is_worth_printing(site, part):
        return None
    if site.kind == "polygon":
        size, whole = square_metres(area_m2(part)), site.area_m2
    elif site.kind == "line":
        size, whole = metres(length_m(part)), site.length_m
    else:
        return CellPart(cell.chain, part, None, None)
    return CellPart(cell.chain, part, size, share_of(size, whole or size))
