"""A piece of the grid for an editor: every boundary once, as whole numbers, with the cells on its two sides.

A boundary that several cells have is one arc, so whoever moves one of its points moves it for all of them. An arc that has a cell on one
side only is locked. What an arc is called depends on its own places alone, never on which cells were asked for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import MultiPolygon

from gridgov.geo.arcs import Arcs, arcs_of
from gridgov.geo.lattice import to_lattice

SCALE: Final = 1e-9
_NONE: Final = -1
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class ArcCell:
    """A leaf cell to be told: canonical ground in lon/lat EPSG:4490 on the lattice, area in m2 at 0.01."""

    code: str
    name: str
    parent: str | None
    geometry: MultiPolygon
    area_m2: Decimal


@dataclass(frozen=True, slots=True)
class _Sides:
    """left, right: of each arc in its told direction, position of the cell or -1. turned: whether that is against the arc's own direction."""

    left: Ints
    right: Ints
    turned: Flags


def arc_document(cells: Sequence[ArcCell], asked: Collection[str]) -> dict[str, Any]:
    """`scale`, `arcs` and `cells` of the cells asked for and of all that touch them.

    cells: those asked for, all that touch them, and all that touch these; codes are unique, the ground tiles. asked: codes of some of them.
    An arc has `d`: its first place in lattice units, then steps; a closed one ends where it begins. `left` is never null. A ring is a list of
    positions in `arcs` from 1, negative = backward; the first ring of a part is its shell.
    """
    if not asked:
        return {"scale": SCALE, "arcs": [], "cells": []}
    found = arcs_of([cell.geometry for cell in cells])
    owner = _owners(found)
    is_asked = np.array([cell.code in asked for cell in cells])
    is_told = _told(found, owner, is_asked)
    sides = _sides(found, owner, len(found.first) - 1)
    told_arcs = np.unique(found.arc[is_told[owner]])
    position = np.zeros(len(found.first) - 1, dtype=np.int64)
    position[told_arcs] = np.arange(1, len(told_arcs) + 1)
    signed = position[found.arc] * np.where(found.forward != sides.turned[found.arc], 1, -1)
    return {
        "scale": SCALE,
        "arcs": _arc_items(found, sides, told_arcs, [cell.code for cell in cells]),
        "cells": _cell_items(cells, found, signed, is_told, is_asked),
    }


def _owners(found: Arcs) -> Ints:
    """Position of the cell that each passage belongs to."""
    cell_of_ring = found.part_cell[found.ring_part]
    owner: Ints = np.repeat(cell_of_ring, np.diff(found.ring_first))
    return owner


def _told(found: Arcs, owner: Ints, is_asked: Flags) -> Flags:
    """Which cells are told: those asked for, and those that have an arc or an end of an arc in common with one."""
    ends = _end_numbers(found)
    near_end: Flags = np.zeros(int(ends.max()) + 1, dtype=np.bool_)
    near_end[ends[found.arc[is_asked[owner]]]] = True
    touches = (near_end[ends[:, 0]] | near_end[ends[:, 1]])[found.arc]
    told = is_asked.copy()
    told[owner[touches]] = True
    return told


def _end_numbers(found: Arcs) -> Ints:
    """(arcs, 2): a number for the place where each arc begins and ends."""
    places = np.concatenate([found.points[found.first[:-1]], found.points[found.first[1:] - 1]])
    _, number = np.unique(places, axis=0, return_inverse=True)
    return number.reshape(2, -1).T.astype(np.int64)


def _sides(found: Arcs, owner: Ints, count: int) -> _Sides:
    """The cells beside each arc; cells keep their ground to the left. Where cells overlap, the first one counts."""
    left, right = np.full(count, _NONE), np.full(count, _NONE)
    for side, along in ((left, found.forward), (right, ~found.forward)):
        side[found.arc[along][::-1]] = owner[along][::-1]
    turned = left == _NONE
    return _Sides(np.where(turned, right, left), np.where(turned, left, right), turned)


def _arc_items(found: Arcs, sides: _Sides, told: Ints, codes: Sequence[str]) -> list[dict[str, Any]]:
    units = to_lattice(found.points)
    items = []
    for arc in told.tolist():
        places = units[found.first[arc] : found.first[arc + 1]]
        if sides.turned[arc]:
            places = places[::-1]
        right = int(sides.right[arc])
        steps = np.concatenate([places[:1], np.diff(places, axis=0)])
        items.append(
            {
                "id": _name(places, steps),
                "left": codes[int(sides.left[arc])],
                "right": None if right == _NONE else codes[right],
                "locked": right == _NONE,
                "closed": bool((places[0] == places[-1]).all()),
                "d": steps.tolist(),
            }
        )
    return items


def _name(places: Ints, steps: Ints) -> str:
    """What an arc is called: by its two ends and its first step, which no two arcs have in common."""
    key = np.concatenate([places[0], places[-1], steps[1]]).astype("<i8").tobytes()
    return blake2b(key, digest_size=8).hexdigest()


def _cell_items(cells: Sequence[ArcCell], found: Arcs, signed: Ints, told: Flags, asked: Flags) -> list[dict[str, Any]]:
    parts: dict[int, dict[int, list[list[int]]]] = {}
    for ring, part in enumerate(found.ring_part.tolist()):
        cell = int(found.part_cell[part])
        if told[cell]:
            passages = signed[found.ring_first[ring] : found.ring_first[ring + 1]].tolist()
            parts.setdefault(cell, {}).setdefault(part, []).append(passages)
    boxes = np.round(shapely.bounds([cell.geometry for cell in cells]), 9).tolist()
    items = [
        {
            "code": cell.code,
            "name": cell.name,
            "parent": cell.parent,
            "area_m2": str(cell.area_m2),
            "bbox": boxes[index],
            "asked": bool(asked[index]),
            "parts": list(parts[index].values()),
        }
        for index, cell in enumerate(cells)
        if told[index]
    ]
    return sorted(items, key=lambda item: str(item["code"]))
