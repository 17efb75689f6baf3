"""Chinese names for places and people, put together from syllables. None is meant to be a real place or person."""

from collections.abc import Iterable, Iterator

import numpy as np

_FIRST = "上下前后里外新大东西石竹枫松梅泉银芳白金长横云砚柏桐杏荷莲青双古高平花兰桃李杨柳龙凤鹤鹿虎麻沙岩溪清玉柘茶桂棠苍碧"
_HIGH = "坞岭坑墩坪源岗峰峡岱岩尖垄"
_LOW = "洲埠塘桥口溪湾浦渡堰潭滩"
_PLAIN = "阳畈墙店村头田宅庄桥埂垟亭"
_TOWN_LOW = "口梁川桥埠洲溪浦塘阳"
_TOWN_HIGH = "岭源坑坪岗峰"
# Chosen so that no pair is the name of a real county.
_COUNTY_FIRST, _COUNTY_LAST = "砚枫芳柏澄禾岚棠杏芷菱榆楸", "川梁岭源宁沅"
_SURNAMES = "云石柏溪枫梅泉竹芳松桐杏荷兰青禾砚岚澄棠"
_GIVEN = (
    *("知行", "砚秋", "以宁", "明川", "望舒", "听雨", "见山", "问渠", "怀谷", "牧野"),
    *("南乔", "北辰", "初禾", "晚舟", "临风", "照影", "思齐", "允执", "守拙", "若水"),
)

# With a stem of two characters: 33.
_LONG_TAIL = "国有林场与生态公益林联合管护站代管库区移民后扶双源片联合行政村"


def _shuffled(firsts: Iterable[str], lasts: str, generator: np.random.Generator) -> Iterator[str]:
    pairs = [first + last for first in firsts for last in lasts if first != last]
    for index in generator.permutation(len(pairs)).tolist():
        yield pairs[index]


class VillageNames:
    """Names for villages, none twice in a township; what the place is like shows in the last syllable."""

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator
        self._taken: dict[str, set[str]] = {}

    def give(self, township: str, setting: str) -> str:
        """A name new in its township for a place that is `high`, `low` (by water) or `plain`."""
        lasts = {"high": _HIGH, "low": _LOW}.get(setting, _PLAIN)
        taken = self._taken.setdefault(township, set())
        while True:
            first = _FIRST[int(self._generator.integers(len(_FIRST)))]
            name = first + lasts[int(self._generator.integers(len(lasts)))]
            if name[0] != name[1] and name not in taken:
                taken.add(name)
                return name


def town_names(settings: Iterable[bool], generator: np.random.Generator) -> list[str]:
    """Stems for townships (True = in the mountains), each once while the syllables last, then with a third syllable."""
    high, low = _shuffled(_FIRST, _TOWN_HIGH, generator), _shuffled(_FIRST, _TOWN_LOW, generator)
    return [_next_name(high if mountain else low, generator) for mountain in settings]


def _next_name(source: Iterator[str], generator: np.random.Generator) -> str:
    found = next(source, None)
    if found is not None:
        return found
    picked = generator.integers(len(_FIRST), size=3).tolist()
    return "".join(_FIRST[index] for index in picked)


def county_names(count: int, generator: np.random.Generator) -> list[str]:
    """Stems for counties, each once; the first is always the one of the pictures in the manual."""
    rest = list(_shuffled(_COUNTY_FIRST, _COUNTY_LAST, generator))
    longer = [first + name for first in "南北东西" for name in rest]
    return ["云溪", *rest, *longer][:count]


def person_names(count: int, generator: np.random.Generator) -> list[str]:
    """So many different names of nobody."""
    pairs = [surname + given for surname in _SURNAMES for given in _GIVEN if surname not in given]
    return [pairs[index] for index in generator.permutation(len(pairs))[:count].tolist()]


def longest_name(stem: str) -> str:
    """A name of 33 characters (for a stem of two), such as official names grow to."""
    return stem + _LONG_TAIL
