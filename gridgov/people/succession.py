"""What becomes of assignments when their cell ends on a day: the cell that follows takes them over, and nothing is left hanging. Pure.

The days before stay with the old cell. From the day on the successor has every person of every cell that it follows, each once in a role and
line: where two cells become one, both persons stay in charge. An assignment that begins later begins with the successor.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

# Days from one, inclusive, to one, exclusive (None = until further notice).
Days = tuple[date, date | None]
_Held = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Post:
    """A person in charge of a cell, as known at one moment. assignment_id None = not written yet; end_day exclusive, None = until further notice."""

    assignment_id: int | None
    cell: str
    person: str
    role: str
    line: str
    first_day: date
    end_day: date | None
    stand_in_for: str | None = None
    mandate: str | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """ended: numbers of the assignments that end on the day; opened: those that begin for the cells that follow, not before the day."""

    ended: tuple[int, ...]
    opened: tuple[Post, ...]


def heirs(ended: Iterable[str], shares: Iterable[tuple[str, str, Decimal]], chosen: Mapping[str, str]) -> dict[str, str]:
    """The code that follows each code that ends: the chosen one, else the one that got most of its ground, the least code among equals.

    shares: (code, code that got ground of it, m2). A code whose ground nobody got has none.
    """
    ground: dict[str, dict[str, Decimal]] = {}
    for code, taker, area in shares:
        taken = ground.setdefault(code, {})
        taken[taker] = taken.get(taker, Decimal(0)) + area
    found = {}
    for code in sorted(set(ended)):
        largest = min(ground.get(code, {}).items(), key=lambda share: (-share[1], share[0].encode()), default=(None, Decimal(0)))[0]
        follows = chosen.get(code, largest)
        if follows is not None:
            found[code] = follows
    return found


def succession(posts: Sequence[Post], follows: Mapping[str, str], day: date) -> Succession:
    """What ends and what begins when each code of `follows` ends on a day and the code beside it takes its people over.

    posts: all known of both, with a day on or after the day. What the successor has already goes before what comes to it; then own right before
    stand-ins, then by the code it comes from.
    """
    held: dict[_Held, list[Days]] = {}
    for post in posts:
        if post.cell not in follows:
            held.setdefault(_held(post), []).append((post.first_day, post.end_day))
    opened: list[Post] = []
    leaving = sorted((post for post in posts if post.cell in follows and _runs_after(post, day)), key=_precedence)
    for post in leaving:
        moved = replace(post, assignment_id=None, cell=follows[post.cell], first_day=max(post.first_day, day))
        taken = held.setdefault(_held(moved), [])
        free = _without((moved.first_day, moved.end_day), taken)
        taken += free
        opened += [replace(moved, first_day=first_day, end_day=end_day) for first_day, end_day in free]
    ended = sorted(post.assignment_id for post in leaving if post.assignment_id is not None)
    return Succession(tuple(ended), tuple(opened))


def vacant(codes: Iterable[str], posts: Iterable[Post], day: date) -> list[str]:
    """Which of some cells nobody answers for on a day, in byte order."""
    manned = {post.cell for post in posts if post.first_day <= day and _runs_after(post, day)}
    return sorted(set(codes) - manned, key=str.encode)


def _runs_after(post: Post, day: date) -> bool:
    return post.end_day is None or post.end_day > day


def _held(post: Post) -> _Held:
    return post.cell, post.person, post.role, post.line


def _precedence(post: Post) -> tuple[bool, bytes, date, int]:
    return post.stand_in_for is not None, post.cell.encode(), post.first_day, post.assignment_id or 0


def _without(days: Days, taken: Collection[Days]) -> list[Days]:
    """The days of a period that no other has, in order."""
    first_day, end_day = days
    free: list[Days] = []
    for start, stop in sorted(taken, key=lambda period: period[0]):
        if (stop is not None and stop <= first_day) or (end_day is not None and start >= end_day):
            continue
        if start > first_day:
            free.append((first_day, start))
        if stop is None:
            return free
        first_day = stop
    return free if end_day is not None and first_day >= end_day else [*free, (first_day, end_day)]
