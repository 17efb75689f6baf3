"""What a redraw changes in the tree of cells alone: names and parents, on any level."""

from collections.abc import Sequence

from gridgov.grids.cell import Level
from gridgov.grids.operation import Rename, Reparent
from gridgov.grids.redraw_state import Drafting, Upper, refusal


def rename(draft: Drafting, asked: Rename, levels: Sequence[Level]) -> Rename:
    """Gives a cell of any level another name."""
    rank = _rank_of(draft, asked.cell, asked.level, levels)
    before = draft.leaves[asked.cell][0] if rank == 0 else draft.uppers[rank, asked.cell].name
    if before == asked.name:
        raise refusal("/name", f"{asked.cell} is called {asked.name} already", f"{asked.cell} 的名称已是“{asked.name}”")
    if rank == 0:
        draft.leaves[asked.cell] = (asked.name, draft.leaves[asked.cell][1])
    else:
        upper = draft.uppers[rank, asked.cell]
        draft.uppers[rank, asked.cell] = Upper(rank, upper.code, asked.name, upper.parent_code)
    return asked


def reparent(draft: Drafting, asked: Reparent, levels: Sequence[Level]) -> Reparent:
    """Hands a cell of any level but the top to another parent."""
    rank = _rank_of(draft, asked.cell, asked.level, levels)
    if rank == levels[0].rank:
        raise refusal("/cell", f"{asked.cell} is of the top level and belongs to nothing", f"{asked.cell} 是最高一级网格，没有上级")
    if (rank + 1, asked.parent) not in draft.uppers:
        above = next(level for level in levels if level.rank == rank + 1)
        raise refusal("/parent", f"{asked.parent} is no {above.key} in force on that day", f"{asked.parent} 在该日不是生效的{above.label}网格")
    before = draft.leaves[asked.cell][1] if rank == 0 else draft.uppers[rank, asked.cell].parent_code
    if before == asked.parent:
        raise refusal("/parent", f"{asked.cell} belongs to {asked.parent} already", f"{asked.cell} 已归属 {asked.parent}")
    if rank == 0:
        draft.leaves[asked.cell] = (draft.leaves[asked.cell][0], asked.parent)
    else:
        upper = draft.uppers[rank, asked.cell]
        draft.uppers[rank, asked.cell] = Upper(rank, upper.code, upper.name, asked.parent)
    return asked


def _rank_of(draft: Drafting, code: str, level: str | None, levels: Sequence[Level]) -> int:
    """The rank of the cell of this code. Raises Refused where there is none, or several and no level says which."""
    found = [rank for rank, one in [(0, code)] if one in draft.leaves] + sorted(rank for rank, one in draft.uppers if one == code)
    keys = {one.rank: one.key for one in levels}
    if level is not None:
        found = [rank for rank in found if keys[rank] == level]
    if not found:
        raise refusal("/cell", f"{code} is not a cell in force on that day", f"{code} 在该日不是生效的网格")
    if len(found) > 1:
        named = ", ".join(keys[rank] for rank in found)
        raise refusal("/level", f"{code} stands for cells of several levels ({named}); give `level`", f"编码 {code} 对应多个层级（{named}），请指明 level")
    return found[0]
