"""Which one cell is meant by a code: in the scheme and on the level named, else in the one place that has it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, NotFound
from gridgov.grids import reading_store, store
from gridgov.grids.cell import Scheme
from gridgov.grids.reading_store import Moment, Row


@dataclass(frozen=True, slots=True)
class CellName:
    """A cell as a reader names it: scheme None = the administrative one, else wherever the code is; level None = the only one that has it."""

    code: str
    scheme: str | None = None
    level: str | None = None


def find_cell(uow: UnitOfWork, name: CellName, moment: Moment) -> tuple[Scheme, Row]:
    """The one cell in force that is meant, with its scheme. Raises NotFound, Conflict with `candidates` where several have the code."""
    for schemes in _where_to_look(uow, name.scheme):
        rows = reading_store.cells_of_code(uow, [scheme.scheme_id for scheme in schemes], name.code, moment)
        if rows:
            return _one_of(rows, schemes, name)
    raise _no_cell()


def find_known_cell(uow: UnitOfWork, name: CellName) -> tuple[Scheme, Row]:
    """The same among all cells there ever were; of the cell only scheme_id, rank and last name."""
    for schemes in _where_to_look(uow, name.scheme):
        rows = reading_store.levels_of_code(uow, [scheme.scheme_id for scheme in schemes], name.code)
        if rows:
            return _one_of(rows, schemes, name)
    raise _no_cell()


def level_key(scheme: Scheme, rank: int) -> str:
    """The key of the level of a rank."""
    return next(level.key for level in scheme.levels if level.rank == rank)


def _where_to_look(uow: UnitOfWork, key: str | None) -> Iterator[list[Scheme]]:
    """The schemes to look in, one group after the other: without a key the administrative one comes first."""
    if key is not None:
        yield [store.require_scheme(uow, key)]
        return
    every = store.schemes(uow)
    first = next((scheme for scheme in every if not scheme.overlay), None)
    yield [scheme for scheme in every if scheme is first]
    yield [scheme for scheme in every if scheme is not first]


def _one_of(rows: Sequence[Row], schemes: Sequence[Scheme], name: CellName) -> tuple[Scheme, Row]:
    by_id = {scheme.scheme_id: scheme for scheme in schemes}
    found = [(by_id[row["scheme_id"]], row) for row in rows]
    wanted = [(scheme, row) for scheme, row in found if name.level in (None, level_key(scheme, row["rank"]))]
    if not wanted:
        raise _no_cell()
    if len(wanted) == 1:
        return wanted[0]
    candidates = [{"scheme": scheme.key, "level": level_key(scheme, row["rank"]), "code": name.code, "name": row["name"]} for scheme, row in wanted]
    raise Conflict(
        f"{len(candidates)} cells have this code; say which by `scheme` and `level`.",
        f"有 {len(candidates)} 个网格使用该编码，请用 scheme 与 level 指明。",
        candidates=candidates,
    )


def _no_cell() -> NotFound:
    return NotFound("No cell of this code is there on this day.", "该日没有此编码的网格。")
