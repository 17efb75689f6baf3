"""Which cell follows each cell that ends in a redraw, for its people: the one that was chosen, else the one that got most of its ground. Pure."""

from collections.abc import Collection, Mapping, Sequence

from gridgov.errors import Fault, Refused
from gridgov.people.succession import heirs
from gridgov.redraws.cell_change import CellChange, Lineage


def ended_cells(changes: Sequence[CellChange]) -> list[tuple[int, str]]:
    """Rank and code of the cells that end."""
    return [(change.rank, change.code) for change in changes if change.after is None]


def new_codes(changes: Sequence[CellChange]) -> list[str]:
    """The codes of the cells that begin."""
    return [change.code for change in changes if change.before is None]


def following(lineage: Sequence[Lineage], gone: Collection[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """The code that follows each code that is no cell's any more.

    chosen: code that ends -> code that gets its people. Raises Refused for one that does not end or for one that gets none of its ground.
    """
    takers = {code: sorted({line.to_code for line in lineage if line.from_code == code}, key=str.encode) for code in gone}
    faults = [fault for code, taker in sorted(chosen.items()) if (fault := _fault(code, taker, takers)) is not None]
    if faults:
        raise Refused(
            f"The people of the cells that end cannot be passed on so. {faults[0].en}",
            f"终止网格的人员无法按此移交。{faults[0].zh}",
            faults=faults,
        )
    return heirs(gone, [(line.from_code, line.to_code, line.area_m2) for line in lineage], chosen)


def returning(changes: Sequence[CellChange], lineage: Sequence[Lineage]) -> dict[str, str]:
    """Where the people of each new code go when the redraw is taken back: to the cell that most of its ground came from."""
    return heirs(new_codes(changes), [(line.to_code, line.from_code, line.area_m2) for line in lineage], {})


def _fault(code: str, taker: str, takers: Mapping[str, Sequence[str]]) -> Fault | None:
    pointer = f"/successors/{code.replace('~', '~0').replace('/', '~1')}"
    if code not in takers:
        return Fault(pointer, f"{code} does not end in this redraw; it keeps its people.", f"{code} 在本次调整中并不终止，人员保持不变。")
    if taker not in takers[code]:
        named = takers[code]
        return Fault(
            pointer,
            f"{taker} gets no ground of {code}; its people go to one of: {', '.join(named)}.",
            f"{taker} 未接收 {code} 的土地，其人员应移交给下列网格之一：{'、'.join(named)}。",
        )
    return None
