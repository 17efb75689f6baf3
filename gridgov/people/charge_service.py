"""The journeys of those who ask who is in charge: the list of assignments, and one's own cells.

One's own cells are those the account's person holds on the day, stand-ins included. An account without a person has the cell it is bound
to and those below it, without anything held; one with neither has none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids import reading_store
from gridgov.grids import store as grid_store
from gridgov.grids.cell import Scheme
from gridgov.grids.reading_store import Moment
from gridgov.people import charge_store, duty_store, store
from gridgov.people.account import Account
from gridgov.people.answer import responsible_entry
from gridgov.people.charge import Held, OwnCell, Row, around, grouped, own_cell
from gridgov.people.charge_store import AssignmentFilter
from gridgov.zones import within_store
from gridgov.zones.visible_store import Catalogue, Reader, catalogue

# A page is read, not paged through: who holds more looks at the map.
MOST_CELLS = 60


@dataclass(frozen=True, slots=True)
class _Day:
    """What holds for every cell of a page: the day, what is known of the layers, and the duties of the roles held."""

    moment: Moment
    known: Catalogue
    duties: Sequence[Row]


def list_assignments(uow: UnitOfWork, scheme: str | None, moment: Moment, asked: AssignmentFilter) -> list[dict[str, Any]]:
    """The assignments in force on a day, by cell code. scheme None = the administrative one. Raises NotFound for an unknown scheme."""
    chosen = grid_store.require_scheme(uow, scheme)
    rows = charge_store.assignments(uow, chosen.scheme_id, moment, asked)
    return [
        {"id": row["assignment_id"], "scheme": chosen.key, "level": row["level"], "cell_name": row["cell_name"], **responsible_entry(row, named=True)}
        for row in rows
    ]


def my_cells(uow: UnitOfWork, account: Account, reader: Reader) -> dict[str, Any]:
    """Who the account is, and its cells on a day with what is held, the duties, neighbours, zones, and who is above.

    basis: `person` (what its person holds), `cell` (no person: the cell the account is bound to and those below), `none`.
    more: cells left out beyond MOST_CELLS. gone: cells held that are not in force on the day.
    """
    moment = Moment(reader.on, reader.known_at)
    basis, held = _held(uow, account, moment)
    schemes = {scheme.scheme_id: scheme for scheme in grid_store.schemes(uow)}
    placed, gone = _placed(uow, schemes, held[:MOST_CELLS], moment)
    pairs = {(post["role"], post["line"]) for one in placed for post in one.posts}
    day = _Day(moment, catalogue(uow, reader), duty_store.duties_on(uow, sorted(pairs), reader.on, known_at=reader.known_at))
    return {
        "on": reader.on.isoformat(),
        "username": account.username,
        "role": account.role,
        "cell": account.cell,
        "person": None if account.person is None else {"id": account.person, "name": store.person_name(uow, account.person)},
        "basis": basis,
        "cells": [_cell(uow, one, day) for one in placed],
        "more": max(0, len(held) - MOST_CELLS),
        "gone": gone,
    }


def _held(uow: UnitOfWork, account: Account, moment: Moment) -> tuple[str, list[Held]]:
    """Why these cells are the account's, and which they are."""
    if account.person is not None:
        return "person", grouped(charge_store.held(uow, account.person, moment))
    if account.cell is not None:
        return "cell", [Held(row["scheme_id"], row["cell"], ()) for row in charge_store.cell_and_below(uow, account.cell, moment)]
    return "none", []


def _placed(uow: UnitOfWork, schemes: Mapping[int, Scheme], held: Iterable[Held], moment: Moment) -> tuple[list[OwnCell], list[dict[str, Any]]]:
    """The cells that are in force, and those that are not; a code that two levels share is the upper one's."""
    placed, gone = [], []
    for one in held:
        rows = reading_store.cells_of_code(uow, [one.scheme_id], one.code, moment)
        if rows:
            placed.append(OwnCell(schemes[one.scheme_id], rows[0], one.posts))
        else:
            gone.append({"scheme": schemes[one.scheme_id].key, "code": one.code})
    return placed, gone


def _cell(uow: UnitOfWork, one: OwnCell, day: _Day) -> dict[str, Any]:
    chain = reading_store.chain(uow, one.scheme, one.row["code"], one.row["rank"], day.moment)
    beside = around(one, reading_store.beside(uow, one.scheme.scheme_id, one.row, day.moment))
    in_charge = _in_charge(uow, one.scheme, [*(cell["code"] for cell in chain), *(cell["code"] for cell in beside)], day.moment)
    document = own_cell(one, day.duties, chain=chain, beside=beside, in_charge=in_charge)
    unknown = within_store.unknown_within(uow, day.known, one.row)
    missing = [*document["missing"], *(["zones"] if unknown else [])]
    return document | {"zones": within_store.zones_within(uow, day.known, one.row), "unknown": unknown, "missing": missing}


def _in_charge(uow: UnitOfWork, scheme: Scheme, codes: Iterable[str], moment: Moment) -> dict[str, list[dict[str, Any]]]:
    """Who answers for each code that somebody answers for."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in store.responsible(uow, scheme.scheme_id, list(dict.fromkeys(codes)), store.When(moment.on, moment.known_at)):
        found.setdefault(row["cell"], []).append(responsible_entry(row, named=True))
    return found
