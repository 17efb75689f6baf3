"""What an installation's grid is made of, for a face that has to begin somewhere."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import store
from gridgov.grids.cell import Scheme


def describe(uow: UnitOfWork) -> dict[str, Any]:
    """`area` of use (null before the first import), the `scheme` that is meant where none is named (null without any), all `schemes`."""
    schemes, area = store.schemes(uow), store.area_of_use(uow)
    default = next((scheme.key for scheme in schemes if not scheme.overlay), None)
    return {
        "area": None if area is None else area.as_list(),
        "scheme": default,
        "schemes": [_scheme(scheme, store.turning_days(uow, scheme.scheme_id)) for scheme in schemes],
    }


def _scheme(scheme: Scheme, turns: Sequence[date]) -> dict[str, Any]:
    """A scheme with its levels, top level first, and the days on which its cells in force change."""
    return {
        "key": scheme.key,
        "overlay": scheme.overlay,
        "revision": scheme.revision,
        "levels": [{"key": one.key, "label": one.label, "rank": one.rank, "code_length": one.code_length} for one in scheme.levels],
        "turns": [day.isoformat() for day in turns],
    }
