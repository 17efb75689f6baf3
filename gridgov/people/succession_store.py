"""Hands the people of cells that end over to the cells that follow, in the change that ends them. Who follows is the pure module's to say.

Whoever calls holds the plan lock, and an assignment is only made while the plan is held: the instant of a change is its alone.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, Final

from gridgov.database.sql import load_queries
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.grids.store import Moment, known
from gridgov.people.succession import Post, Succession, succession

_SQL: Final = load_queries("gridgov.people", "succession_store.sql")

Row = dict[str, Any]


def posts(uow: UnitOfWork, scheme_id: int, codes: Collection[str], day: date, *, known_at: datetime | None = None) -> list[tuple[Post, str]]:
    """The assignments of some cells with a day on or after one, each with the person's name: by cell, own right before stand-ins."""
    rows = uow.rows(_SQL["posts"], scheme_id=scheme_id, codes=sorted(codes), day=day, known_at=known(known_at))
    return [(Post(**{key: value for key, value in row.items() if key != "person_name"}), row["person_name"]) for row in rows]


def hand_over(uow: UnitOfWork, scheme_id: int, follows: Mapping[str, str], *, day: date, moment: Moment) -> Succession:
    """Writes, at the moment of a change, that the people of each code of `follows` are those of the code beside it from a day on."""
    found = [post for post, _ in posts(uow, scheme_id, {*follows, *follows.values()}, day)]
    decided = succession(found, follows, day)
    if decided.ended:
        uow.execute(_SQL["close_posts"], assignment_ids=list(decided.ended), day=day, at=moment.at, actor=uow.actor)
    for post in decided.opened:
        said = {"cell": post.cell, "person": post.person, "role": post.role, "line": post.line, "stand_in_for": post.stand_in_for, "mandate": post.mandate}
        days = {"first_day": post.first_day, "end_day": post.end_day}
        uow.execute(_SQL["open_post"], scheme_id=scheme_id, **said, **days, at=moment.at, actor=uow.actor)
    return decided


def take_back(uow: UnitOfWork, scheme_id: int, written_at: datetime, back: Mapping[str, str], *, day: date, moment: Moment) -> None:
    """Undoes, at the moment of the change that takes another back, what that one handed over; written_at: its instant.

    back: each code that will not come to be -> the code that keeps its ground. Who was put in charge of one meanwhile goes there.
    """
    uow.execute(_SQL["forget_posts"], scheme_id=scheme_id, written_at=written_at, at=moment.at, actor=uow.actor)
    uow.execute(_SQL["restore_posts"], scheme_id=scheme_id, written_at=written_at, at=moment.at, actor=uow.actor)
    hand_over(uow, scheme_id, back, day=day, moment=moment)


def codes_that_go(uow: UnitOfWork, scheme_id: int, ended: Collection[tuple[int, str]], day: date, *, known_at: datetime | None = None) -> set[str]:
    """Which codes of cells (rank, code) that end are no cell's any more: a code that two levels share stays while one of them does."""
    keys = sorted(ended)
    named = {"ranks": [rank for rank, _ in keys], "codes": [code for _, code in keys]}
    staying = {row["code"] for row in uow.rows(_SQL["codes_beside"], scheme_id=scheme_id, day=day, known_at=known(known_at), **named)}
    return {code for _, code in keys} - staying


def accounts_bound(uow: UnitOfWork, codes: Collection[str]) -> list[Row]:
    """username and cell of the accounts that are bound to one of some codes, by cell and name."""
    return uow.rows(_SQL["accounts_bound"], codes=sorted(codes))
