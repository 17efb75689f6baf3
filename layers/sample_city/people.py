"""Who is in charge in the sample: about sixty people who do not exist, with earlier holders, stand-ins and periods; and four accounts."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from layers.sample_city.gazetteer import Gazetteer, Place
from layers.sample_city.names import person_names
from layers.sample_city.records import SampleAccount, SamplePerson
from layers.sample_city.settlement import Index
from layers.sample_city.works import Works

_PEOPLE = 60
_OPEN, _TERM = date(2024, 3, 1), date(2026, 1, 1)


class _Roster:
    """Hands out people one after another; each has one id and one name."""

    def __init__(self, names: list[str]) -> None:
        self._names = names
        self._next = 0

    def take(self) -> tuple[str, str]:
        number = self._next % len(self._names)
        self._next += 1
        return f"P{number + 1:04d}", self._names[number]


def _county_chain(roster: _Roster, county: Place) -> list[SamplePerson]:
    """A chief since 2024 after another one, and one for the river line."""
    before, chief, river = roster.take(), roster.take(), roster.take()
    return [
        SamplePerson(county.code, *before, "chief", "environment", date(2021, 5, 1), _OPEN, mandate="示例：县政府分工文件"),
        SamplePerson(county.code, *chief, "chief", "environment", _OPEN, mandate="示例：县政府分工文件"),
        SamplePerson(county.code, *river, "river chief", "river", date(2023, 1, 1), mandate="示例：河长名单公告"),
    ]


def _township_chain(roster: _Roster, town: Place, *, stand_in: bool) -> list[SamplePerson]:
    """An inspector by yearly appointment; in some townships another stands in for two months."""
    holder = roster.take()
    found = [
        SamplePerson(town.code, *holder, "inspector", "environment", date(2025, 1, 1), _TERM),
        SamplePerson(town.code, *holder, "inspector", "environment", _TERM),
    ]
    if stand_in:
        deputy = roster.take()
        first, end, why = date(2026, 10, 1), date(2026, 12, 1), "示例：原任外出培训，代管两个月"
        found.append(SamplePerson(town.code, *deputy, "inspector", "environment", first, end, stand_in_for=holder[0], mandate=why))
    return found


def assignments(works: Works, generator: np.random.Generator) -> tuple[SamplePerson, ...]:
    """People for every county and township and for the villages of the first townships, oldest period first where one follows another."""
    places = works.places
    roster = _Roster(person_names(_PEOPLE, generator))
    found: list[SamplePerson] = []
    for county in places.counties[:6]:
        found += _county_chain(roster, county)
    for number in dict.fromkeys([*range(min(60, len(places.townships))), _first_seat(places)]):
        found += _township_chain(roster, places.townships[number], stand_in=number % 9 == 4)
    for village in _villages_served(works.settlement.township, places):
        found.append(SamplePerson(village.code, *roster.take(), "village officer", "environment", date(2025, 1, 1)))
    return (*found, *_day_of_the_inspector(found, works))


def _first_seat(places: Gazetteer) -> int:
    """The township of the first county's seat: the inspector's."""
    return places.capital[0]


def _inspector(found: Sequence[SamplePerson], town: Place) -> SamplePerson:
    """Who is in charge of a township until further notice."""
    return next(one for one in found if (one.cell, one.role) == (town.code, "inspector") and one.end_day is None)


def _day_of_the_inspector(found: Sequence[SamplePerson], works: Works) -> list[SamplePerson]:
    """Two villages of the first seat's township that its inspector looks after, and one where the inspector stands in for its officer.

    Open-ended, so that the page of the inspector's cells shows each kind whenever the sample is looked at.
    """
    places, seat = works.places, _first_seat(works.places)
    inspector = _inspector(found, places.townships[seat])
    inside = {village.code for number, village in enumerate(places.villages) if int(works.settlement.township[number]) == seat}
    officers = [one for one in found if one.cell in inside and one.role == "village officer" and one.person != inspector.person]
    who = (inspector.person, inspector.name)
    own = [SamplePerson(one.cell, *who, "inspector", "environment", date(2025, 1, 1), mandate="示例：镇干部包村名单") for one in officers[1:3]]
    why = "示例：原任借调期间代管，至其返岗为止"
    return own + [SamplePerson(one.cell, *who, one.role, one.line, date(2025, 3, 1), stand_in_for=one.person, mandate=why) for one in officers[:1]]


def _villages_served(township: Index, places: Gazetteer) -> list[Place]:
    """The villages of the first six townships and of every county's seat: elsewhere nobody is named, as it happens."""
    served = {*range(min(6, len(places.townships))), *places.capital[:6]}
    return [village for number, village in enumerate(places.villages) if int(township[number]) in served]


def accounts(places: Gazetteer, assigned: Sequence[SamplePerson]) -> tuple[SampleAccount, ...]:
    """One account a kind of user; the inspector's is bound to a township and is that of the person in charge there."""
    town = places.townships[_first_seat(places)]
    return (
        SampleAccount("inspector", "inspector", town.code, _inspector(assigned, town).person),
        SampleAccount("planner", "planner", None),
        SampleAccount("supervisor", "supervisor", None),
        SampleAccount("admin", "admin", None),
    )
