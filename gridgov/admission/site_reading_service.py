"""The journeys of a site that is read before it is asked about: load the area of use, read (pure), show. Nothing is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from gridgov.admission.site_reading import ReadFile, of_text, sites_document
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import WrongCrs
from gridgov.geo.cgcs2000 import UnsettledCrs, candidates
from gridgov.geo.crs import Box as Bounds
from gridgov.geo.site_text import read_site_text
from gridgov.geo.text_plots import Told
from gridgov.grids import store as grid_store
from gridgov.grids.area import Box


def read_text(uow: UnitOfWork, text: str, *, format: str, crs: str | None) -> tuple[dict[str, Any], list[Told]]:
    """The sites a text describes and what is to be said about them. Raises InvalidGeometry with lines, WrongCrs (`candidates`), TooLarge."""
    with candidates_offered(uow):
        read = of_text(read_site_text(text, format=format, crs=crs))
    return show_sites(uow, read)


def show_sites(uow: UnitOfWork, read: ReadFile) -> tuple[dict[str, Any], list[Told]]:
    """The document of what was read, and what is to be said about it. Raises InvalidGeometry with rows, TooLarge."""
    area = grid_store.area_of_use(uow)
    return sites_document(read, None if area is None else _sides(area.with_margin()))


@contextmanager
def candidates_offered(uow: UnitOfWork) -> Iterator[None]:
    """Inside, a system that the numbers leave open is refused with `candidates`: where the ground would lie in each system it may be in.

    `inside_area`: within the area of use (without its margin; true for all where there is none); those come first.
    """
    try:
        yield
    except UnsettledCrs as open_question:
        area = grid_store.area_of_use(uow)
        offered = [
            {"crs": one.crs, "name": one.name, "bbox": [round(side, 6) for side in one.box], "inside_area": area is None or area.contains(Box(*one.box))}
            for one in candidates(open_question.bounds)
        ]
        offered.sort(key=lambda one: not one["inside_area"])
        raise WrongCrs(open_question.en, open_question.zh, candidates=offered) from open_question


def _sides(box: Box) -> Bounds:
    return box.west, box.south, box.east, box.north
