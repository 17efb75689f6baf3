"""Which cell a leaf cell belongs to on the levels above it, from what the file says or from its code.

Decides codes only; the ground of a parent is the exact union of its children and is drawn nowhere.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from shapely import Polygon

from gridgov.codes.administrative import CODE_LENGTH, administrative_parent, fill_with_zeros
from gridgov.grids.cell import CellRecord, Level

ParentChain = tuple[tuple[str, str | None], ...]


def parent_chain(record: CellRecord, levels: Sequence[Level]) -> ParentChain:
    """(code, name or None) of the levels above a leaf cell, nearest level first; shorter than the scheme where nothing is known.

    The file's own parents come first, nearest level first; what they leave open follows from the code of the nearest known level: by the
    scheme's code lengths, else by the trailing zeros of a 12-digit code, else it stays unknown.
    levels: of the scheme, top level first.
    """
    above = len(levels) - 1
    chain: list[tuple[str, str | None]] = []
    for code, name in record.parents[:above]:
        if not code:
            break
        chain.append((code, name))
    nearest = chain[-1][0] if chain else record.code
    derived = _by_code_length(nearest, levels, rank=len(chain)) or _by_trailing_zeros(nearest)
    chain.extend((code, None) for code in derived[: above - len(chain)])
    return tuple(chain)


def settled_chain(record: CellRecord, chain: ParentChain, standing: ParentChain, taken: Mapping[tuple[int, str], str]) -> ParentChain:
    """The parents of a leaf cell in the words of the grid that stands, where codes above were taken from a loaded level.

    A file that names no parent says nothing against those the cell has now (standing); what else was derived goes by `taken_codes`.
    """
    if not any(code for code, _ in record.parents) and standing:
        return standing
    return tuple((taken.get((rank, code), code), name) for rank, (code, name) in enumerate(chain, start=1))


def taken_codes(leaves: Sequence[tuple[str, ParentChain]], levels: Sequence[Level]) -> dict[tuple[int, str], str]:
    """(rank, code as derived from the leaf codes) -> the code that stands for it, where all leaf cells in force agree and the two differ.

    leaves: code and standing parents of the leaf cells in force.
    """
    found: dict[tuple[int, str], set[str]] = {}
    in_use = {(rank, code) for _, chain in leaves for rank, (code, _) in enumerate(chain, start=1)}
    for code, chain in leaves:
        derived = parent_chain(CellRecord(row=0, code=code, name="", parents=(), geometry=Polygon()), levels)
        for rank, ((guess, _), (stands, _)) in enumerate(zip(derived, chain, strict=False), start=1):
            found.setdefault((rank, guess), set()).add(stands)
    return {key: codes.pop() for key, codes in found.items() if len(codes) == 1 and key not in in_use}


def _by_code_length(code: str, levels: Sequence[Level], *, rank: int) -> list[str]:
    """Parent codes, nearest first, when the code is as long as its level's codes are (or fills 12 digits); empty when it does not fit."""
    lengths = [level.code_length for level in reversed(levels)][rank:]
    if not lengths or any(length is None for length in lengths):
        return []
    known = [length for length in lengths if length is not None]
    filled = code.isascii() and code.isdigit() and len(code) >= CODE_LENGTH
    fits = len(code) == known[0] or (filled and len(code) == CODE_LENGTH and set(code[known[0] :]) == {"0"})
    if not fits:
        return []
    heads = [code[:length] for length in known[1:]]
    # Units above the villages are named by their own 12-digit statistical code, a shorter or worded code by its head alone.
    return [fill_with_zeros(head) for head in heads] if filled else heads


def _by_trailing_zeros(code: str) -> list[str]:
    if len(code) != CODE_LENGTH:
        return []
    found: list[str] = []
    above = administrative_parent(code)
    while above is not None:
        found.append(above)
        above = administrative_parent(above)
    return found


def contradictions(chains: Sequence[tuple[CellRecord, ParentChain]]) -> list[tuple[CellRecord, str, str, str]]:
    """Records that put a parent under another parent, or call it by another name, than an earlier record: (record, parent, before, now).

    One parent has one parent and one name, or the union of the children is no tree.
    """
    above: dict[tuple[int, str], str | None] = {}
    names: dict[tuple[int, str], str] = {}
    found: list[tuple[CellRecord, str, str, str]] = []
    for record, chain in chains:
        links = pairwise([*(code for code, _ in chain), None])
        for rank, (code, parent) in enumerate(links, start=1):
            before = above.setdefault((rank, str(code)), parent)
            if before != parent:
                found.append((record, str(code), before or "-", parent or "-"))
        for rank, (code, name) in enumerate(chain, start=1):
            known = names.setdefault((rank, code), name) if name else None
            if name and known != name:
                found.append((record, code, str(known), name))
    return found
