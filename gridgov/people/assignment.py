"""An assignment: who answers for a cell, in which role, for which line of duty, from when to when.

Decides what makes a request for one sound. Whether the cell exists on the day and whether the same assignment already runs are facts of
the store, which the service asks.
"""

from dataclasses import dataclass
from datetime import date

from gridgov.errors import Fault, Refused
from gridgov.people.wording import TEXT_LIMIT, identifier, plain_text


@dataclass(frozen=True, slots=True)
class AssignmentRequest:
    """What is asked: valid from `first_day`, inclusive, to `end_day`, exclusive (None = until further notice).

    person_name: None = as known, or the id itself for a person not known yet. stand_in_for: the person deputised for, None = in own right.
    """

    cell: str
    person: str
    role: str
    line: str
    first_day: date
    end_day: date | None = None
    person_name: str | None = None
    stand_in_for: str | None = None
    mandate: str | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One recorded version of an assignment, as stored. Days as in AssignmentRequest."""

    assignment_id: int
    scheme: str
    cell: str
    person: str
    person_name: str
    role: str
    line: str
    first_day: date
    end_day: date | None
    stand_in_for: str | None
    mandate: str | None


def checked(request: AssignmentRequest) -> AssignmentRequest:
    """The request with every text in its one normal form.

    Raises Refused (pointers name the fields) on an unusable text, a period without a day, or a person standing in for themselves.
    """
    sound = AssignmentRequest(
        cell=plain_text(request.cell, pointer="/cell"),
        person=identifier(request.person, pointer="/person"),
        role=plain_text(request.role, pointer="/role"),
        line=plain_text(request.line, pointer="/line"),
        first_day=request.first_day,
        end_day=request.end_day,
        person_name=None if request.person_name is None else plain_text(request.person_name, pointer="/name"),
        stand_in_for=None if request.stand_in_for is None else identifier(request.stand_in_for, pointer="/stand_in_for"),
        mandate=None if request.mandate is None else plain_text(request.mandate, pointer="/mandate", limit=TEXT_LIMIT),
    )
    if sound.end_day is not None and sound.end_day <= sound.first_day:
        raise _refused(
            "/to",
            f"`to` is the first day no longer in force and must lie after `from` ({sound.first_day})",
            f"“止”为停止生效的首日，应晚于起始日（{sound.first_day}）",
        )
    if sound.stand_in_for == sound.person:
        raise _refused("/stand_in_for", f"{sound.person} cannot stand in for themselves; name another person", f"{sound.person} 不能代理本人，请填写被代理人")
    return sound


def _refused(pointer: str, en: str, zh: str) -> Refused:
    return Refused(f"The assignment cannot be recorded: {en}.", f"无法登记任职：{zh}。", faults=[Fault(pointer, en, zh)])
