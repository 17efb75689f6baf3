"""What an installation's grid is made of, for a face that has to begin somewhere."""

from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import store
from gridgov.grids.cell_document import scheme_document


def describe(uow: UnitOfWork) -> dict[str, Any]:
    """`area` of use (null before the first import), the `scheme` that is meant where none is named (null without any), all `schemes`."""
    schemes, area = store.schemes(uow), store.area_of_use(uow)
    default = next((scheme.key for scheme in schemes if not scheme.overlay), None)
    return {
        "area": None if area is None else area.as_list(),
        "scheme": default,
        "schemes": [scheme_document(scheme, store.turning_days(uow, scheme.scheme_id)) for scheme in schemes],
    }
