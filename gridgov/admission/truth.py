"""Three-valued logic (Kleene): a condition on something that was not given is unknown, and unknown never counts as no."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Truth(StrEnum):
    """yes, no, or not known."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """A truth, and what would have to be known to settle it (empty unless unknown)."""

    truth: Truth
    needs: tuple[str, ...] = ()


YES = Answer(Truth.YES)
NO = Answer(Truth.NO)


def unknown(*needs: str) -> Answer:
    """An answer that hangs on what is named."""
    return Answer(Truth.UNKNOWN, needs)


def answer(holds: bool) -> Answer:
    """A plain yes or no."""
    return YES if holds else NO


def negate(one: Answer) -> Answer:
    """The opposite; unknown stays unknown."""
    return {Truth.YES: NO, Truth.NO: YES}.get(one.truth, one)


def all_of(answers: Iterable[Answer]) -> Answer:
    """no if any is no; else unknown if any is unknown, with all their needs; else yes (also for none at all)."""
    needs: list[str] = []
    for one in answers:
        if one.truth is Truth.NO:
            return NO
        needs.extend(need for need in one.needs if need not in needs)
    return Answer(Truth.UNKNOWN, tuple(needs)) if needs else YES


def any_of(answers: Iterable[Answer]) -> Answer:
    """yes if any is yes; else unknown if any is unknown; else no (also for none at all)."""
    return negate(all_of(negate(one) for one in answers))
