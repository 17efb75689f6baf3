"""What a grid scheme is made of, as data: its levels, their labels and the lengths of their codes.

Decides the defaults a new scheme gets and refuses what cannot be one; the numbers of cells and their codes are somebody else's.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from gridgov.errors import Fault, Refused, UsageError
from gridgov.grids.cell import Level, Scheme

DEFAULT_LEVELS: Final = ("county", "township", "village")
DEFAULT_CODE_LENGTHS: Final = (6, 9, 12)
_DEFAULT_LABELS: Final = {"province": "省级", "prefecture": "市级", "county": "县级", "township": "乡镇级", "village": "村级", "grid": "网格"}
_KEY: Final = re.compile(r"[^\W_][\w-]{0,62}")
_MOST_LEVELS: Final = 9


def require_key(key: str) -> str:
    """The key itself. Raises UsageError for what cannot name a scheme or a level: letters, digits, - and _ are allowed, 63 at most."""
    if _KEY.fullmatch(key) is None:
        raise UsageError(
            f"'{key}' cannot be a key: it begins with a letter or digit and holds letters, digits, - and _ only, 63 at most.",
            f"“{key}”不能作为标识：须以字母或数字开头，只含字母、数字、- 与 _，不超过 63 个字符。",
        )
    return key


def make_levels(keys: Sequence[str] = DEFAULT_LEVELS, *, labels: Sequence[str] = (), code_lengths: Sequence[int] | None = None) -> tuple[Level, ...]:
    """The levels of a scheme, top level first, the last one being the leaf that is drawn.

    labels: one a level, empty = the usual name of the key. code_lengths: one a level, rising; None = 6, 9, 12 for three levels, else none.
    Raises UsageError when the counts differ, a key comes twice, or the lengths do not rise.
    """
    for key in keys:
        require_key(key)
    if not keys or len(keys) > _MOST_LEVELS or len(set(keys)) != len(keys):
        raise UsageError(
            f"A scheme has 1 to {_MOST_LEVELS} levels, each key once; given: {', '.join(keys) or 'none'}.",
            f"一个网格体系应有 1 至 {_MOST_LEVELS} 个层级，层级标识不得重复；收到：{'、'.join(keys) or '无'}。",
        )
    names = list(labels) if labels else [_DEFAULT_LABELS.get(key, key) for key in keys]
    lengths = _code_lengths(keys, code_lengths)
    if len(names) != len(keys) or any(not name.strip() for name in names):
        raise UsageError(
            f"{len(keys)} levels need {len(keys)} labels, {len(names)} were given.", f"共 {len(keys)} 个层级，须给出 {len(keys)} 个名称，现有 {len(names)} 个。"
        )
    top = len(keys) - 1
    return tuple(Level(rank=top - index, key=key, label=names[index].strip(), code_length=lengths[index]) for index, key in enumerate(keys))


def _code_lengths(keys: Sequence[str], given: Sequence[int] | None) -> list[int | None]:
    if given is None:
        given = DEFAULT_CODE_LENGTHS if len(keys) == len(DEFAULT_CODE_LENGTHS) else ()
    if not given:
        return [None] * len(keys)
    rising = all(shorter < longer for shorter, longer in pairwise(given))
    if len(given) != len(keys) or not rising or given[0] < 1:
        raise UsageError(
            f"Code lengths must rise from the top level down, one a level; {len(keys)} levels, given: {', '.join(map(str, given))}.",
            f"编码位数须自上而下递增、每级一个；共 {len(keys)} 个层级，收到：{'、'.join(map(str, given))}。",
        )
    return list(given)


def level_named(levels: Sequence[Level], key: str) -> Level:
    """The level with this key. Raises UsageError naming those there are."""
    found = next((level for level in levels if level.key == key), None)
    if found is None:
        known = [level.key for level in levels]
        raise UsageError(
            f"The scheme has no level '{key}'; it has {', '.join(known)}. Another division is registered with `gridgov scheme add KEY --levels …`.",
            f"该网格体系没有“{key}”层级，现有层级：{'、'.join(known)}。其他层级划分请先用 `gridgov scheme add KEY --levels …` 登记。",
        )
    return found


def rank_of(scheme: Scheme, level: str) -> int:
    """The rank of the level with this key. Raises Refused naming those there are."""
    found = next((one.rank for one in scheme.levels if one.key == level), None)
    if found is None:
        keys = [one.key for one in scheme.levels]
        raise Refused(
            f"Scheme '{scheme.key}' has no such level; it has {', '.join(keys)}.",
            f"网格体系“{scheme.key}”没有该层级，现有：{'、'.join(keys)}。",
            faults=[Fault("level", f"one of {', '.join(keys)}", f"应为 {'、'.join(keys)} 之一")],
        )
    return found
