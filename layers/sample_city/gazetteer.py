"""Codes and names of every cell: 12-digit codes under the fictitious prefix 99, Chinese names that fit the place."""

from dataclasses import dataclass

import numpy as np

from gridgov.grids.cell import CellRecord
from layers.sample_city.mosaic import Mosaic
from layers.sample_city.names import VillageNames, county_names, longest_name, town_names
from layers.sample_city.settlement import Settlement

# The first county has the number that the pictures in the manual show.
_FIRST_COUNTY = 990124
_COUNTIES_A_CITY = 60
_HIGH_M = 190.0
_BY_WATER_M = 900.0


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with its code, full name (云口镇) and stem (云口)."""

    code: str
    name: str
    stem: str


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """counties, townships, villages by their numbers. capital: the township in which each county's seat lies."""

    counties: tuple[Place, ...]
    townships: tuple[Place, ...]
    villages: tuple[Place, ...]
    capital: tuple[int, ...]


def county_code(number: int) -> str:
    """Six digits: 990124, 990125, ... and a further city every sixty counties."""
    city, unit = divmod(number, _COUNTIES_A_CITY)
    return str(_FIRST_COUNTY + city * 100 + unit)


def _capitals(settlement: Settlement) -> tuple[int, ...]:
    """The township of each county with the lowest and most level seat near the river."""
    ground, seat = settlement.ground, settlement.seat[settlement.town]
    score = ground.height_m[seat] / 40 + ground.steep[seat] * 20 + np.abs(ground.side_m[seat]) / 1500
    county = settlement.county[settlement.town]
    return tuple(int(min(np.flatnonzero(county == number), key=lambda town: (score[town], town))) for number in range(int(county.max()) + 1))


def _townships(settlement: Settlement, counties: tuple[Place, ...], capital: tuple[int, ...], generator: np.random.Generator) -> tuple[Place, ...]:
    ground, seat = settlement.ground, settlement.seat[settlement.town]
    high = ground.height_m[seat] > _HIGH_M
    stems = town_names(high.tolist(), generator)
    serial: dict[tuple[int, str], int] = {}
    found = []
    for number, stem in enumerate(stems):
        county = int(settlement.county[settlement.town[number]])
        kind, first = ("街道", 1) if number in capital else ("乡", 200) if high[number] else ("镇", 100)
        used = serial.get((county, kind), 0)
        serial[county, kind] = used + 1
        found.append(Place(f"{counties[county].code[:6]}{first + used:03d}000", stem + kind, stem))
    return tuple(found)


def _villages(settlement: Settlement, townships: tuple[Place, ...], capital: tuple[int, ...], generator: np.random.Generator) -> tuple[Place, ...]:
    ground, namer = settlement.ground, VillageNames(generator)
    serial: dict[tuple[int, bool], int] = {}
    found = []
    for number, node in enumerate(settlement.seat.tolist()):
        township = int(settlement.township[number])
        above = townships[township]
        community = township in capital or settlement.town[township] == number
        setting = "high" if ground.height_m[node] > _HIGH_M else "low" if abs(ground.side_m[node]) < _BY_WATER_M else "plain"
        stem = namer.give(above.code, setting)
        used = serial.get((township, community), 0)
        serial[township, community] = used + 1
        code = f"{above.code[:9]}{(1 if community else 200) + used:03d}"
        found.append(Place(code, stem + ("社区" if community else "村"), stem))
    return tuple(found)


def name_places(settlement: Settlement, generator: np.random.Generator) -> Gazetteer:
    """Codes and names of everything; one village has a name of 33 characters."""
    count = int(settlement.county.max()) + 1
    stems = county_names(count, generator)
    counties = tuple(Place(f"{county_code(number)}000000", stem + "县", stem) for number, stem in enumerate(stems))
    capital = _capitals(settlement)
    townships = _townships(settlement, counties, capital, generator)
    villages = list(_villages(settlement, townships, capital, generator))
    wordy = int(np.argmax(settlement.ground.height_m[settlement.seat]))
    villages[wordy] = Place(villages[wordy].code, longest_name(villages[wordy].stem), villages[wordy].stem)
    return Gazetteer(counties, townships, tuple(villages), capital)


def cell_records(settlement: Settlement, mosaic: Mosaic, village_of: np.ndarray, places: Gazetteer) -> tuple[CellRecord, ...]:
    """The villages as a file would hold them, in the order of their codes. village_of: owner of the mosaic -> village, -1 outside."""
    regions = mosaic.regions(village_of)
    order = sorted(range(settlement.count), key=lambda number: places.villages[number].code)
    records = []
    for row, number in enumerate(order, start=1):
        township = places.townships[int(settlement.township[number])]
        county = places.counties[int(settlement.county[number])]
        village = places.villages[number]
        records.append(CellRecord(row, village.code, village.name, ((township.code, township.name), (county.code, county.name)), regions[number]))
    return tuple(records)
