"""The journeys of people: put someone in charge, open an account, sign in and out, and ask who answers at a place.

Each loads, lets the pure modules decide, saves and writes the audit entry within the caller's unit of work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import AlreadyInForce, Conflict, Fault, NotFound, NotSignedIn, Refused
from gridgov.geo.lattice import snap_point, to_degrees, to_lattice
from gridgov.grids.cell import Cell, Scheme
from gridgov.grids.store import hold_scheme, locate, require_scheme
from gridgov.people import store
from gridgov.people.account import (
    SESSION_FOR,
    Account,
    AccountState,
    Standing,
    after_changes,
    after_failure,
    is_locked,
    require_password,
    require_role,
)
from gridgov.people.answer import Place, answer
from gridgov.people.assignment import Assignment, AssignmentRequest, checked
from gridgov.people.credentials import hash_password, new_token, password_matches, token_hash
from gridgov.people.wording import account_name

CellRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session; `token` is told once and never again."""

    token: str
    account: Account
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """A place asked for in a stream: lon/lat in degrees, EPSG:4490, on a day."""

    lon: float
    lat: float
    on: date


@dataclass(frozen=True, slots=True)
class Asked:
    """What holds for every point of a stream: the scheme, as known when (None = now), whether the asker may know people, whether they are asked for."""

    scheme: str
    known_at: datetime | None
    named: bool
    with_people: bool = True


def assign(uow: UnitOfWork, request: AssignmentRequest, *, scheme: str | None = None) -> Assignment:
    """Puts a person in charge of a cell; a person not known yet is recorded with it.

    scheme None = the administrative one. Raises Refused (unsound request, cell not in force on the first day, stand-in for nobody known),
    NotFound (scheme, cell), AlreadyInForce (the same assignment on a common day), Conflict (the person is known by another name).
    """
    sound = checked(request)
    chosen = require_scheme(uow, scheme)
    # A redraw that ends the cell comes before or after, and hands over whom it finds.
    hold_scheme(uow, chosen.scheme_id)
    _require_cell(uow, chosen, sound)
    _require_new(uow, chosen, sound)
    name = _known_or_new_person(uow, sound)
    assignment_id = store.add_assignment(uow, chosen.scheme_id, sound)
    recorded = Assignment(
        assignment_id=assignment_id,
        scheme=chosen.key,
        cell=sound.cell,
        person=sound.person,
        person_name=name,
        role=sound.role,
        line=sound.line,
        first_day=sound.first_day,
        end_day=sound.end_day,
        stand_in_for=sound.stand_in_for,
        mandate=sound.mandate,
    )
    uow.audit("assign", f"assignment:{assignment_id}", _audit_detail(recorded))
    return recorded


def add_user(
    uow: UnitOfWork, username: str, password: str, *, role: str, cell: str | None = None, person: str | None = None, on: date, sample: bool = False
) -> Account:
    """Opens an account. cell: code in force on `on` in any scheme, None = the whole territory. person: who signs in, None = nobody in charge.

    sample: its password is public. Raises Refused (name, password, role, cell, person) and Conflict (name taken).
    """
    name = account_name(username, pointer="/username")
    require_password(password, name)
    account = after_changes(AccountState(Account(name, require_role(role)), False), {"cell": cell, "person": person}).account
    require_place_and_person(uow, account, on)
    if store.account_exists(uow, name):
        raise Conflict(
            f"An account {name} exists already; choose another name.", f"用户名 {name} 已存在，请另选。", faults=[Fault("/username", "taken", "已被占用")]
        )
    store.add_account(uow, account, password_hash=hash_password(password), sample=sample)
    uow.audit("add-user", f"account:{name}", {"role": account.role, "cell": account.cell, "person": account.person, "sample": sample})
    return account


def require_place_and_person(uow: UnitOfWork, account: Account, on: date) -> None:
    """Raises Refused when the account's cell is not in force on the day in any scheme, or nobody known has its person's id."""
    if account.cell is not None and not store.cell_anywhere(uow, account.cell, on):
        raise Refused(
            f"No cell {account.cell} is in force on {on}; check the code or import the cells first.",
            f"{on} 没有编码为 {account.cell} 的生效网格，请核对编码，或先导入网格。",
            faults=[Fault("/cell", "no such cell in force", "无此生效网格")],
        )
    if account.person is not None and store.person_name(uow, account.person) is None:
        raise Refused(
            f"Nobody known has the id {account.person}; put that person in charge of a cell first.",
            f"没有编号为 {account.person} 的人员，请先登记其任职。",
            faults=[Fault("/person", "unknown person", "未知人员")],
        )


def sign_in(uow: UnitOfWork, username: str, password: str, now: datetime) -> SignedIn | NotSignedIn:
    """A new session, or the refusal to answer with.

    The refusal is returned, not raised: the failure it counts must be committed. It is the same for an unknown name, a wrong password
    and a locked account, and takes as long, so that it tells nobody which names exist.
    """
    try:
        name = account_name(username)
    except Refused:
        name = ""
    stored = store.account_for_sign_in(uow, name) if name else None
    locked = stored is not None and is_locked(stored.standing, now)
    matches = password_matches(None if stored is None or locked else stored.password_hash, password)
    if stored is None or locked:
        return _not_signed_in()
    if not matches:
        count_failure(uow, stored, now)
        return _not_signed_in()
    if stored.standing != Standing(0, None):
        store.set_standing(uow, name, Standing(0, None))
    session = SignedIn(new_token(), stored.account, now + SESSION_FOR)
    store.open_session(uow, name, token_hash(session.token), session.expires_at)
    uow.audit("sign-in", f"account:{name}", {})
    return session


def count_failure(uow: UnitOfWork, stored: store.StoredAccount, now: datetime) -> None:
    """Counts a wrong password at an account held by this transaction; every tenth in a row locks it, which is audited."""
    standing = after_failure(stored.standing, now)
    store.set_standing(uow, stored.account.username, standing)
    if standing.locked_until is not None:
        uow.audit("lock-account", f"account:{stored.account.username}", {"until": standing.locked_until.isoformat()})


def session_account(uow: UnitOfWork, token: str) -> tuple[Account, datetime] | None:
    """Whose running session the token is and when it ends; None = it is nobody's (any more)."""
    return store.session_account(uow, token_hash(token))


def sign_out(uow: UnitOfWork, token: str) -> None:
    """Ends the session at once; ending one that does not run changes nothing."""
    username = store.close_session(uow, token_hash(token))
    if username is not None:
        uow.audit("sign-out", f"account:{username}", {})


def has_sample_users(uow: UnitOfWork) -> bool:
    """Whether the database holds accounts whose password is public: production must refuse it."""
    return store.has_sample_accounts(uow)


def who_answers(
    uow: UnitOfWork, *, lon: float, lat: float, scheme: str | None = None, on: date, known_at: datetime | None = None, named: bool
) -> dict[str, Any]:
    """The cells over a point, top level first, and who answers for each of them, on a day as known at a time (None = now).

    lon, lat: degrees, EPSG:4490; put on the lattice first. Outside, in a gap or before history: no cells. named False: no names, ids or
    mandates of people. Raises NotFound for an unknown scheme.
    """
    chosen = require_scheme(uow, scheme)
    lon, lat = on_lattice(lon, lat)
    found = locate(uow, chosen, lon=lon, lat=lat, on=on, known_at=known_at)
    cells = [cell_row(cell) for cell in found]
    codes = [cell.code for cell in found]
    assignments = store.responsible(uow, chosen.scheme_id, codes, store.When(on, known_at)) if codes else []
    return answer(Place(lon, lat, chosen.key, on, known_at), cells, assignments, named=named)


def cells_of_few(uow: UnitOfWork, points: Sequence[Point], asked: Asked) -> list[list[CellRow]]:
    """The cells over each of a few points (thousands at most), top level first; for more, an index of the grid in memory is faster."""
    chosen = require_scheme(uow, asked.scheme)
    placed = [(*on_lattice(point.lon, point.lat), point.on) for point in points]
    return store.cells_over_many(uow, chosen.scheme_id, placed, asked.known_at)


def who_answers_each(uow: UnitOfWork, located: Sequence[tuple[Point, Sequence[CellRow]]], asked: Asked) -> list[dict[str, Any]]:
    """The document of `who_answers` for each point of a batch, in order and each on its own day. located: points with their cells."""
    chosen = require_scheme(uow, asked.scheme)
    in_charge = _in_charge(uow, chosen, located, asked) if asked.with_people else {}
    documents = []
    snapped = to_degrees(to_lattice(np.array([(point.lon, point.lat) for point, _ in located], dtype=np.float64).reshape(-1, 2))) + 0.0
    for (point, cells), (lon, lat) in zip(located, snapped.tolist(), strict=True):
        place = Place(lon, lat, chosen.key, point.on, asked.known_at)
        assignments = [row for cell in cells for row in in_charge.get((point.on, cell["code"]), ())]
        documents.append(answer(place, cells, assignments, named=asked.named))
    return documents


def cell_row(cell: Cell) -> CellRow:
    """A cell as the document names it."""
    return {"level": cell.level, "code": cell.code, "name": cell.name, "version": cell.version_id}


def _in_charge(
    uow: UnitOfWork, scheme: Scheme, located: Sequence[tuple[Point, Sequence[CellRow]]], asked: Asked
) -> dict[tuple[date, str], list[dict[str, Any]]]:
    """Assignments by day and cell, one question a day."""
    codes_on: dict[date, dict[str, None]] = {}
    for point, cells in located:
        codes_on.setdefault(point.on, {}).update(dict.fromkeys(cell["code"] for cell in cells))
    in_charge: dict[tuple[date, str], list[dict[str, Any]]] = {}
    for on, codes in codes_on.items():
        for row in store.responsible(uow, scheme.scheme_id, list(codes), store.When(on, asked.known_at)) if codes else ():
            in_charge.setdefault((on, row["cell"]), []).append(row)
    return in_charge


def scheme_levels(uow: UnitOfWork, scheme: str | None) -> tuple[str, list[str]]:
    """Key of the scheme asked (None = the administrative one) and its level keys, top level first."""
    chosen = require_scheme(uow, scheme)
    return chosen.key, [level.key for level in chosen.levels]


def on_lattice(lon: float, lat: float) -> tuple[float, float]:
    """The point's lattice doubles; a negative zero becomes zero."""
    x, y = snap_point(lon, lat)
    return x + 0.0, y + 0.0


def _require_cell(uow: UnitOfWork, scheme: Scheme, request: AssignmentRequest) -> None:
    if store.cell_on(uow, scheme.scheme_id, request.cell, request.first_day) is not None:
        _require_cell_goes_on(uow, scheme, request)
        return
    period = store.cell_period(uow, scheme.scheme_id, request.cell)
    if period is None:
        raise NotFound(
            f"The scheme {scheme.key} has no cell {request.cell}; check the code.",
            f"网格体系 {scheme.key} 中没有网格 {request.cell}，请核对编码。",
            faults=[Fault("/cell", "unknown", "未知")],
        )
    first, end = period
    raise Refused(
        f"The cell {request.cell} is not in force on {request.first_day}: it runs from {first}" + (f" until before {end}." if end else "."),
        f"网格 {request.cell} 在 {request.first_day} 未生效：其生效期自 {first} 起" + (f"，至 {end} 前止。" if end else "。"),
        faults=[Fault("/from", "outside the cell's own period", "不在网格生效期内")],
    )


def _require_cell_goes_on(uow: UnitOfWork, scheme: Scheme, request: AssignmentRequest) -> None:
    end = store.cell_ends(uow, scheme.scheme_id, request)
    if end is not None:
        raise Refused(
            f"The cell {request.cell} ends on {end}; end the assignment there (`to`) and assign the cell that follows from then on.",
            f"网格 {request.cell} 自 {end} 起终止，请将任职止日设为该日，其后的任职登记到接续的网格。",
            faults=[Fault("/to", "after the cell's own end", "晚于网格终止日")],
        )


def _require_new(uow: UnitOfWork, scheme: Scheme, request: AssignmentRequest) -> None:
    same = store.same_assignment(uow, scheme.scheme_id, request)
    if same is None:
        return
    first, end = same["first_day"], same["end_day"]
    raise AlreadyInForce(
        f"{request.person} already is {request.role} ({request.line}) of {request.cell} from {first}"
        + (f" until before {end}" if end else "")
        + "; choose other days.",
        f"{request.person} 已任 {request.cell} 的 {request.role}（{request.line}），自 {first} 起" + (f"，至 {end} 前止" if end else "") + "，请调整起止日期。",
        faults=[Fault("/from", "overlaps an assignment in force", "与已有任职期重叠")],
    )


def _known_or_new_person(uow: UnitOfWork, request: AssignmentRequest) -> str:
    """The person's name; records a person not known yet."""
    if request.stand_in_for is not None and store.person_name(uow, request.stand_in_for) is None:
        raise Refused(
            f"Nobody known has the id {request.stand_in_for}; assign that person first, then the stand-in.",
            f"没有编号为 {request.stand_in_for} 的人员，请先登记被代理人的任职。",
            faults=[Fault("/stand_in_for", "unknown person", "未知人员")],
        )
    known = store.person_name(uow, request.person)
    if known is None:
        known = request.person_name or request.person
        store.add_person(uow, request.person, known)
    elif request.person_name is not None and request.person_name != known:
        raise Conflict(
            f"{request.person} is already known as {known}; leave the name out or use another id.",
            f"编号 {request.person} 已登记为“{known}”，请省略姓名或改用其他编号。",
            faults=[Fault("/name", f"known as {known}", f"已登记为“{known}”")],
        )
    return known


def _audit_detail(recorded: Assignment) -> dict[str, Any]:
    """Ids and dates only: names stay in the table from which they can be removed."""
    return {
        "scheme": recorded.scheme,
        "cell": recorded.cell,
        "person": recorded.person,
        "role": recorded.role,
        "line": recorded.line,
        "from": recorded.first_day,
        "to": recorded.end_day,
        "stand_in_for": recorded.stand_in_for,
    }


def _not_signed_in() -> NotSignedIn:
    return NotSignedIn(
        "Name or password is wrong, or the account is locked for 15 minutes after ten wrong passwords; try again or ask an administrator.",
        "用户名或密码不正确，或连续输错十次后账号已锁定 15 分钟；请重试或联系管理员。",
    )
