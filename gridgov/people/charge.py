"""One's own cells as a document: what is held of each, the duties that go with it, who is beside and above. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gridgov.grids.cell import Scheme
from gridgov.grids.cell_document import box_of, neighbours, place_of
from gridgov.people.duty import citation

Row = Mapping[str, Any]
InCharge = Mapping[str, Sequence[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Held:
    """A cell by its code and what is held of it; no posts = an account is bound to it, or to one above."""

    scheme_id: int
    code: str
    posts: Sequence[Row]


@dataclass(frozen=True, slots=True)
class OwnCell:
    """A cell in force and what is held of it. row: rank, code, name, area_m2, box, point, geometry; posts: assignments, empty = bound to it only."""

    scheme: Scheme
    row: dict[str, Any]
    posts: Sequence[Row]

    @property
    def level(self) -> str:
        """The key of its level."""
        return next(level.key for level in self.scheme.levels if level.rank == self.row["rank"])


def grouped(rows: Iterable[Row]) -> list[Held]:
    """Assignments by cell, in the order in which the first of each comes."""
    found: dict[tuple[int, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["scheme_id"], row["cell"]), []).append(row)
    return [Held(scheme_id, code, posts) for (scheme_id, code), posts in found.items()]


def around(one: OwnCell, others: Sequence[Row]) -> list[dict[str, Any]]:
    """The cells of its level with a common border, the longest first."""
    return neighbours(one.row["geometry"], others, one.level)


def own_cell(one: OwnCell, duties: Iterable[Row], *, chain: Sequence[Row], beside: Sequence[Row], in_charge: InCharge) -> dict[str, Any]:
    """The cell without its zones. duties: of all roles and lines held; chain: top level first, itself last; in_charge: who answers, by code.

    missing: `people` when nobody answers for the cell, `duties` when a role held has none in force.
    """
    own = duties_of(one, duties)
    unlisted = {(post["role"], post["line"]) for post in one.posts} - {(duty["role"], duty["line"]) for duty in own}
    here = in_charge.get(one.row["code"], ())
    return {
        "scheme": one.scheme.key,
        "level": one.level,
        "code": one.row["code"],
        "name": one.row["name"],
        "area_m2": str(one.row["area_m2"]),
        "bbox": box_of(one.row),
        "point": place_of(one.row["point"]),
        "own": [_post(post) for post in one.posts],
        "responsible": list(here),
        "duties": [citation(duty) for duty in own],
        "neighbours": [{key: cell[key] for key in ("level", "code", "name")} | {"responsible": list(in_charge.get(cell["code"], ()))} for cell in beside],
        "above": [{**cell, "responsible": list(in_charge.get(cell["code"], ()))} for cell in chain[:-1]],
        "missing": [*([] if here else ["people"]), *(["duties"] if unlisted else [])],
    }


def duties_of(one: OwnCell, duties: Iterable[Row]) -> list[Row]:
    """Those of the roles held here that hold for every level or for the cell's."""
    held = {(post["role"], post["line"]) for post in one.posts}
    return [duty for duty in duties if (duty["role"], duty["line"]) in held and duty["level"] in (None, one.level)]


def _post(post: Row) -> dict[str, Any]:
    deputised = post["stand_in_for"]
    return {
        "role": post["role"],
        "line": post["line"],
        "from": post["first_day"].isoformat(),
        "to": None if post["end_day"] is None else post["end_day"].isoformat(),
        "stand_in": deputised is not None,
        "stand_in_for": None if deputised is None else {"id": deputised, "name": post["stand_in_for_name"]},
        "mandate": post["mandate"],
    }
