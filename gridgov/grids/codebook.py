"""Codes of cells that a redraw makes: the unit's code and the next serial, never one that was used before.

A unit's own code comes first and a serial of fixed width after it (GB/T 30428.1 and CJ/T 349 number cells like this); serials go up and a
code that ended is not given again.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from gridgov.errors import Fault, Refused
from gridgov.grids.cell import Level

_LONGEST_SERIAL: Final = 9


class CodeBook:
    """The codes of a scheme that are used up. used: every code a cell ever had, on any day and however it was known."""

    def __init__(self, levels: Sequence[Level], used: Collection[str]) -> None:
        self._lengths: Mapping[int, int | None] = {level.rank: level.code_length for level in levels}
        self._used = set(used)

    def take(self, code: str, *, pointer: str, kept: Collection[str] = ()) -> str:
        """A code that was asked for. kept: codes of the cells it is made of, which may go on. Raises Refused when it is used up."""
        if code in self._used and code not in kept:
            raise _refused(
                pointer,
                f"the code {code} was used before; codes are never used twice. Leave it out to get the next free one",
                f"编码 {code} 已使用过，编码不得重复使用。不填则自动取下一个可用编码",
            )
        self._used.add(code)
        return code

    def next(self, like: str, parent: str | None, *, pointer: str) -> str:
        """The next free code for a leaf beside `like` under a parent (None = none). Raises Refused when there is none, or no rule for one."""
        stem = self._stem(like, parent)
        serials = [int(code[len(stem) :]) for code in self._used if self._is_serial(code, stem, like)]
        width = len(like) - len(stem)
        following = max(serials, default=0) + 1
        if not 0 < width <= _LONGEST_SERIAL or not like[len(stem) :].isdigit():
            raise _refused(pointer, f"no rule says which code comes after {like}; give the code", f"编码 {like} 无编号规则可循，请自行填写编码")
        if len(str(following)) > width:
            raise _refused(pointer, f"all serials after {stem} are used up; give the code", f"{stem} 之下的顺序码已满，请自行填写编码")
        return self.take(f"{stem}{following:0{width}d}", pointer=pointer)

    def _stem(self, like: str, parent: str | None) -> str:
        """What the codes of a unit's cells begin with: as much of the parent's code as its level has digits, else all but the last three."""
        length = self._lengths.get(1)
        if parent is not None and length is not None and len(parent) >= length and length < len(like):
            return parent[:length]
        return like[:-3]

    def _is_serial(self, code: str, stem: str, like: str) -> bool:
        return len(code) == len(like) and code.startswith(stem) and code[len(stem) :].isdigit()


def _refused(pointer: str, en: str, zh: str) -> Refused:
    return Refused(f"The redraw cannot be carried out: {en}.", f"无法执行该调整：{zh}。", faults=[Fault(pointer, en[0].upper() + en[1:] + ".", zh + "。")])
