"""One cell for those who read it: where it stands in the grid, what lies beside it, who answers for it."""

from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.geo.shown import Detail
from gridgov.grids import reading_store
from gridgov.grids.cell_document import cell_item, drawn_cells, neighbours
from gridgov.grids.naming_store import CellName, find_cell, level_key
from gridgov.grids.reading_store import Moment
from gridgov.people import store
from gridgov.people.answer import Place, answer


def describe_cell(uow: UnitOfWork, name: CellName, moment: Moment, *, detail: Detail, named: bool) -> dict[str, Any]:
    """A cell with its chain (top level first, itself last), neighbours of its level, and who answers for all of the chain.

    named: whether the asker may know people. Raises NotFound, Conflict with `candidates` where several cells have the code.
    """
    scheme, cell = find_cell(uow, name, moment)
    chain = reading_store.chain(uow, scheme, cell["code"], cell["rank"], moment)
    in_charge = store.responsible(uow, scheme.scheme_id, [one["code"] for one in chain], store.When(moment.on, moment.known_at))
    others = reading_store.beside(uow, scheme.scheme_id, cell, moment)
    (item,) = drawn_cells([cell], [cell_item(cell, scheme)], detail, box=None, keep_rim=False)
    return item | {
        "chain": chain,
        "neighbours": neighbours(cell["geometry"], others, level_key(scheme, cell["rank"])),
        "responsible": answer(Place(0.0, 0.0, scheme.key, moment.on), [], in_charge, named=named)["responsible"],
        "missing": [] if any(row["cell"] == cell["code"] for row in in_charge) else ["people"],
    }
