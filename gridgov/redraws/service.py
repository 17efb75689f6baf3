"""The journeys of a redraw: drafted, saved anew, read, submitted, and approved by another person, which writes it; or taken back.

Each locks what it acts on, plays the operations on the grid as it stands, saves and audits, in the caller's one unit of work.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import Conflict, Fault, FourEyes, GridgovError, Language, NotFound, Refused, StalePlan
from gridgov.grids import change_store, fabric_store
from gridgov.grids import store as grids
from gridgov.grids.cell import AllowedGap, Scheme
from gridgov.grids.change_store import Change
from gridgov.grids.operation import operation_document, parse_operations
from gridgov.redraws import store
from gridgov.redraws.document import conflict, counts_after, outcome_of, redraw_document, summary, validation
from gridgov.redraws.impact_store import Outcome, Written, hand_over_people, impact, impact_of_change, take_people_back
from gridgov.redraws.replay_service import Base, Played, play, require_tiling_scheme
from gridgov.redraws.request import RedrawRequest
from gridgov.redraws.store import Contents, Stored

_AUTHORS: Final = ("drafted", "saved")
_LEADS_TO: Final = {"submitted": "submitted", "rejected": "draft", "withdrawn": "withdrawn"}
_STATUS_ZH: Final = {"draft": "草稿", "submitted": "已提交", "approved": "已批准", "withdrawn": "已撤回"}


@dataclass(frozen=True, slots=True)
class _Teller:
    """For whom an answer is written."""

    today: date
    language: Language


def draft_redraw(uow: UnitOfWork, request: RedrawRequest, today: date, *, language: Language = "zh") -> dict[str, Any]:
    """A new draft, with what it would change.

    Raises NotFound (scheme), Refused and InvalidGeometry (an operation that cannot be carried out, at its place), StalePlan.
    """
    scheme = require_tiling_scheme(grids.require_scheme(uow, request.scheme))
    played = _played(uow, scheme, request)
    redraw_id = store.add_redraw(uow, scheme.scheme_id, _contents(request, played))
    store.add_event(uow, redraw_id, "drafted")
    document = _answer(uow, _required(uow, redraw_id), played, _Teller(today, language))
    uow.audit("redraw.draft", f"redraw:{redraw_id}", _audit_detail(request, played))
    return document


def save_redraw(uow: UnitOfWork, redraw_id: int, request: RedrawRequest, today: date, *, language: Language = "zh") -> dict[str, Any]:
    """The draft as it is now, with what it would change. Of two saves of one version the second is refused.

    Raises as `draft_redraw`, and Conflict when it is no draft or another save came first (member `version`).
    """
    stored = _acted_on(uow, redraw_id, "draft")
    scheme = grids.require_scheme(uow, stored.scheme)
    _require_same(stored, request)
    played = _played(uow, scheme, request)
    if not store.save_redraw(uow, redraw_id, _contents(request, played), version=stored.version):
        raise _saved_meanwhile(stored)
    store.add_event(uow, redraw_id, "saved")
    document = _answer(uow, _required(uow, redraw_id), played, _Teller(today, language))
    uow.audit("redraw.save", f"redraw:{redraw_id}", _audit_detail(request, played))
    return document


def read_redraw(uow: UnitOfWork, redraw_id: int, today: date, *, language: Language = "zh") -> dict[str, Any]:
    """The redraw: a draft played on the grid as it stands now, one that was written as it was written. Raises NotFound."""
    stored = _required(uow, redraw_id)
    teller = _Teller(today, language)
    if stored.change_id is not None:
        return _written_answer(uow, stored, teller)
    found = _head(uow, stored, teller) | {"validation": None, "impact": None, "conflict": None}
    if stored.status == "withdrawn":
        return found
    try:
        return _answer(uow, stored, _replayed(uow, stored, stored.base_revision), teller)
    except GridgovError as exc:
        found["conflict"] = conflict(exc, language)
    try:
        return _answer(uow, stored, _replayed(uow, stored, stored.current_revision), teller) | {"conflict": found["conflict"]}
    except GridgovError:
        return found


def list_redraws(uow: UnitOfWork, *, scheme: str | None, status: str | None, before: int | None, limit: int, today: date) -> list[dict[str, Any]]:
    """Redraws, newest first, behind the number given last; without operations and impact. scheme None = of every scheme. Raises NotFound."""
    scheme_id = None if scheme is None else grids.require_scheme(uow, scheme).scheme_id
    rows = store.list_redraws(uow, scheme_id=scheme_id, status=status, before=before, limit=limit)
    return [summary(row, today=today) | {"operation_count": row["operation_count"]} for row in rows]


def submit_redraw(uow: UnitOfWork, redraw_id: int, *, note: str | None, today: date, language: Language = "zh") -> dict[str, Any]:
    """The draft laid before whoever approves. Raises Conflict, StalePlan, Refused (reason or document blank)."""
    stored = _acted_on(uow, redraw_id, "draft")
    _require_grounds(stored)
    grids.hold_scheme(uow, stored.scheme_id)
    stored = _required(uow, redraw_id)
    played = _replayed(uow, stored, stored.base_revision)
    if not played.changes:
        raise Conflict(f"Redraw {redraw_id} changes nothing; there is nothing to approve.", f"调整 {redraw_id} 没有任何改动，无需提交。")
    _pass_on(uow, stored, "submitted", note)
    document = _answer(uow, _required(uow, redraw_id), played, _Teller(today, language))
    uow.audit("redraw.submit", f"redraw:{redraw_id}", _audit_written(stored, note))
    return document


def approve_redraw(uow: UnitOfWork, redraw_id: int, *, note: str | None, today: date, language: Language = "zh") -> dict[str, Any]:
    """The redraw written, in force from its day on: cells of every level, lineage, people.

    Raises FourEyes (whoever drafted or changed it), Conflict (not submitted), StalePlan (the cells changed since; member `cells`).
    """
    stored = _acted_on(uow, redraw_id, "submitted")
    _require_another(uow, stored)
    scheme = grids.require_scheme(uow, stored.scheme)
    grids.lock_scheme(uow, scheme.scheme_id)
    stored = _required(uow, redraw_id)
    played = _replayed(uow, stored, stored.base_revision)
    moment = change_store.write(uow, scheme, _change(stored, played))
    store.add_lineage(uow, scheme.scheme_id, moment, played.lineage)
    hand_over_people(uow, _outcome(played, stored.successors), moment)
    store.set_approved(uow, redraw_id, _kept(stored, played), moment)
    store.add_event(uow, redraw_id, "approved", note)
    document = _written_answer(uow, _required(uow, redraw_id), _Teller(today, language))
    detail = _audit_written(stored, note) | {"revision": moment.revision, "cells": [change.code for change in played.changes]}
    uow.audit("redraw.approve", f"redraw:{redraw_id}", detail)
    return document


def reject_redraw(uow: UnitOfWork, redraw_id: int, *, note: str | None, today: date, language: Language = "zh") -> dict[str, Any]:
    """The redraw given back as a draft, with the note saying why. Raises FourEyes, Conflict (not submitted)."""
    stored = _acted_on(uow, redraw_id, "submitted")
    _require_another(uow, stored)
    _pass_on(uow, stored, "rejected", note)
    document = read_redraw(uow, redraw_id, today, language=language)
    uow.audit("redraw.reject", f"redraw:{redraw_id}", _audit_written(stored, note))
    return document


def withdraw_redraw(uow: UnitOfWork, redraw_id: int, *, note: str | None, today: date, language: Language = "zh") -> dict[str, Any]:
    """The redraw taken back: a draft is closed; what was approved is undone before its day, and known so from now on.

    Raises Conflict (in force already, or withdrawn), StalePlan naming the cells that a later change touched.
    """
    stored = _acted_on(uow, redraw_id, "draft", "submitted", "approved")
    detail = _audit_written(stored, note)
    if stored.status == "approved":
        _require_not_yet(stored, today)
        detail["revision"] = _take_back(uow, stored, note)
        store.add_event(uow, redraw_id, "withdrawn", note)
    else:
        _pass_on(uow, stored, "withdrawn", note)
    document = read_redraw(uow, redraw_id, today, language=language)
    uow.audit("redraw.withdraw", f"redraw:{redraw_id}", detail)
    return document


def _take_back(uow: UnitOfWork, stored: Stored, note: str | None) -> int:
    """Undoes what an approved redraw wrote; gives the scheme's revision."""
    scheme, written = grids.require_scheme(uow, stored.scheme), _written(stored)
    grids.lock_scheme(uow, scheme.scheme_id)
    _require_untouched(uow, stored, written.change_id)
    moment = change_store.undo(uow, scheme, written.change_id, day=written.day, kind="redraw-withdrawn", reason=note or stored.reason)
    take_people_back(uow, written, moment)
    store.undo_lineage(uow, written.change_id, moment)
    store.set_withdrawn(uow, stored.redraw_id, moment)
    return moment.revision


def _played(uow: UnitOfWork, scheme: Scheme, request: RedrawRequest) -> Played:
    """The request played on the grid as it stands, which stays so until the end of the transaction."""
    revision = grids.hold_scheme(uow, scheme.scheme_id)
    looked_at = revision if request.base_revision is None else request.base_revision
    if looked_at > revision:
        raise Refused(
            f"The scheme stands at revision {revision}; there is no revision {looked_at} yet.",
            f"网格体系当前版本为 {revision}，尚无版本 {looked_at}。",
            faults=[Fault("/base_revision", f"At most {revision}.", f"不应大于 {revision}。")],
        )
    return play(uow, Base(scheme, request.effective_from, revision, looked_at), request.operations)


def _replayed(uow: UnitOfWork, stored: Stored, looked_at: int) -> Played:
    scheme = grids.require_scheme(uow, stored.scheme)
    base = Base(scheme, stored.effective_from, stored.current_revision, looked_at)
    return play(uow, base, parse_operations(stored.operations))


def _outcome(played: Played, successors: Mapping[str, str]) -> Outcome:
    return Outcome(played.scheme.scheme_id, played.day, played.changes, played.lineage, successors)


def _written(stored: Stored) -> Written:
    """What was written of an approved redraw, which has a change by a check of its table."""
    assert stored.change_id is not None and stored.change_at is not None
    return Written(stored.scheme_id, stored.change_id, stored.change_at, stored.effective_from, stored.successors)


def _contents(request: RedrawRequest, played: Played) -> Contents:
    return Contents(
        effective_from=request.effective_from,
        reason=request.reason,
        document=request.document,
        base_revision=played.revision,
        operations=[operation_document(operation) for operation in played.redrawn.operations],
        successors=request.successors,
        outcome=outcome_of(played.redrawn),
    )


def _kept(stored: Stored, played: Played) -> Contents:
    operations = [operation_document(operation) for operation in played.redrawn.operations]
    return Contents(stored.effective_from, stored.reason, stored.document, played.revision, operations, stored.successors, outcome_of(played.redrawn))


def _change(stored: Stored, played: Played) -> Change:
    """What the approval writes."""
    drafts = [draft for change in played.changes if (draft := change.as_draft()) is not None]
    numbers = [change.before.version_id for change in played.changes if change.before is not None]
    return Change(
        kind="redraw",
        reason=stored.reason,
        day=stored.effective_from,
        closed=[number for number in numbers if number is not None],
        opened=drafts,
        causes={(change.rank, change.code): change.cause for change in played.changes},
        outline=played.rim.outline,
        ended_gaps=played.rim.ended_gaps,
        new_gaps=played.rim.new_gaps,
    )


def _required(uow: UnitOfWork, redraw_id: int) -> Stored:
    found = store.find_redraw(uow, redraw_id)
    if found is None:
        raise NotFound(f"There is no redraw {redraw_id}.", f"没有编号为 {redraw_id} 的网格调整。")
    return found


def _acted_on(uow: UnitOfWork, redraw_id: int, *statuses: str) -> Stored:
    """The redraw, kept from other acts until the end of the transaction. Raises NotFound, Conflict when it stands elsewhere."""
    store.lock_redraw(uow, redraw_id)
    found = _required(uow, redraw_id)
    if found.status not in statuses:
        wanted = [_STATUS_ZH[status] for status in statuses]
        raise Conflict(
            f"Redraw {redraw_id} is {found.status}; this needs one that is {' or '.join(statuses)}.",
            f"调整 {redraw_id} 当前为“{_STATUS_ZH[found.status]}”，此操作仅适用于“{'、'.join(wanted)}”状态。",
            redraw_status=found.status,
        )
    return found


def _require_same(stored: Stored, request: RedrawRequest) -> None:
    if request.scheme is not None and request.scheme != stored.scheme:
        raise Refused(
            f"Redraw {stored.redraw_id} is of the scheme '{stored.scheme}'; begin another one.",
            f"调整 {stored.redraw_id} 属于网格体系“{stored.scheme}”，如需调整其他体系请另行起草。",
            faults=[Fault("/scheme", "another scheme", "网格体系不同")],
        )
    if request.version is not None and request.version != stored.version:
        raise _saved_meanwhile(stored)


def _saved_meanwhile(stored: Stored) -> Conflict:
    return Conflict(
        f"Redraw {stored.redraw_id} was saved meanwhile and stands at version {stored.version}; load it again.",
        f"调整 {stored.redraw_id} 已被他人保存（当前为第 {stored.version} 版），请重新载入。",
        version=stored.version,
    )


def _require_grounds(stored: Stored) -> None:
    faults = [
        Fault(f"/{key}", en, zh)
        for key, en, zh in (("reason", "Say why.", "请填写调整原因。"), ("document", "Name the document behind it.", "请填写依据文件。"))
        if not getattr(stored, key)
    ]
    if faults:
        raise Refused("A redraw is submitted with its reason and the document behind it.", "提交调整前须填写调整原因和依据文件。", faults=faults)


def _require_another(uow: UnitOfWork, stored: Stored) -> None:
    authors = {event["actor"] for event in store.events(uow, stored.redraw_id) if event["action"] in _AUTHORS}
    accounts = [author.removeprefix("user:") for author in authors]
    if uow.actor in authors or store.are_one_person(uow, uow.actor.removeprefix("user:"), accounts):
        raise FourEyes(
            "Whoever drafted or changed a redraw may not decide on it; another administrator or supervisor does.",
            "起草或修改过本次调整的人员不得审批，须由其他管理员或督查人员办理。",
        )


def _require_not_yet(stored: Stored, today: date) -> None:
    if stored.effective_from <= today:
        raise Conflict(
            f"Redraw {stored.redraw_id} is in force since {stored.effective_from}; draft the opposite instead.",
            f"调整 {stored.redraw_id} 自 {stored.effective_from} 起已生效，不能撤回；如需恢复请另行起草反向调整。",
        )


def _require_untouched(uow: UnitOfWork, stored: Stored, change_id: int) -> None:
    touched = fabric_store.touched_since(uow, change_id)
    if touched:
        codes = [code for code in touched if code]
        raise StalePlan(
            f"A later change rests on redraw {stored.redraw_id}: {', '.join(codes) or 'the outer boundary'}. Withdraw that one first.",
            f"其后的改动以调整 {stored.redraw_id} 为基础：{'、'.join(codes) or '外边界'}。请先撤回其后的改动。",
            faults=[Fault("", f"{code} was changed later.", f"{code} 此后另有改动。") for code in codes],
            cells=codes,
        )


def _pass_on(uow: UnitOfWork, stored: Stored, action: str, note: str | None) -> None:
    """The state that an act leads to, and the act."""
    store.set_status(uow, stored.redraw_id, _LEADS_TO[action])
    store.add_event(uow, stored.redraw_id, action, note)


def _head(uow: UnitOfWork, stored: Stored, teller: _Teller) -> dict[str, Any]:
    return redraw_document(asdict(stored), store.events(uow, stored.redraw_id), today=teller.today, language=teller.language)


def _answer(uow: UnitOfWork, stored: Stored, played: Played, teller: _Teller) -> dict[str, Any]:
    """The document of a draft with what it would change."""
    gaps = [gap for gap in grids.gaps_in_force(uow, stored.scheme_id, played.day) if gap.gap_id not in played.rim.ended_gaps]
    gaps += [AllowedGap(0, gap.geometry, gap.area_m2, gap.reason) for gap in played.rim.new_gaps]
    report = validation(
        played.scheme,
        played.day,
        outline=fabric_store.outline_source(uow, stored.scheme_id, played.day),
        counts=counts_after(fabric_store.level_counts(uow, stored.scheme_id, played.day), played.changes),
        gaps=gaps,
        checked=outcome_of(played.redrawn)["checked"],
        language=teller.language,
    )
    return _head(uow, stored, teller) | {"validation": report, "impact": impact(uow, _outcome(played, stored.successors)), "conflict": None}


def _written_answer(uow: UnitOfWork, stored: Stored, teller: _Teller) -> dict[str, Any]:
    """The document of a redraw that was written, from what was written."""
    scheme = grids.require_scheme(uow, stored.scheme)
    day, known_at = stored.effective_from, stored.change_at
    report = validation(
        scheme,
        day,
        outline=fabric_store.outline_source(uow, stored.scheme_id, day, known_at=known_at),
        counts=fabric_store.level_counts(uow, stored.scheme_id, day, known_at=known_at),
        gaps=grids.gaps_in_force(uow, stored.scheme_id, day, known_at=known_at),
        checked=stored.outcome["checked"],
        language=teller.language,
    )
    return _head(uow, stored, teller) | {"validation": report, "impact": impact_of_change(uow, _written(stored)), "conflict": None}


def _audit_detail(request: RedrawRequest, played: Played) -> Mapping[str, Any]:
    return {
        "scheme": played.scheme.key,
        "effective_from": request.effective_from,
        "document": request.document,
        "base_revision": played.revision,
        "operations": [operation_document(operation)["op"] for operation in played.redrawn.operations],
        "cells": [change.code for change in played.changes],
    }


def _audit_written(stored: Stored, note: str | None) -> dict[str, Any]:
    return {"scheme": stored.scheme, "effective_from": stored.effective_from, "document": stored.document, "version": stored.version, "note": note}
