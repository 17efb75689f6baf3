"""The operations of a redraw as they are asked: read strictly from JSON, written back with every code filled in.

Coordinates are lon/lat EPSG:4490, on the lattice from here on. What an operation does is for `redraw`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.errors import Fault, GridgovError, Refused
from gridgov.geo.clean import check_json_geometry
from gridgov.geo.exact import Place
from gridgov.grids.importing import LONGEST_CODE, LONGEST_NAME, is_plain

MOST_OPERATIONS: Final = 200
MOST_MOVES: Final = 2_000
MOST_PARTS: Final = 20
SNAP_M: Final = 0.5
WIDEST_SNAP_M: Final = 5.0
# Ends snap by metres: what lies this much outside the drawing can still be met by it.
_MARGIN_DEG: Final = 1e-4

Box4: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Reshape:
    """The common boundary of two cells runs along a line from now on. snap_m: how far its ends may be off the boundary."""

    between: tuple[str, str]
    line: tuple[Place, ...]
    snap_m: float = SNAP_M


@dataclass(frozen=True, slots=True)
class MoveVertices:
    """Vertices go elsewhere; every cell that has one follows."""

    moves: tuple[tuple[Place, Place], ...]


@dataclass(frozen=True, slots=True)
class Transfer:
    """What lies inside an area goes to a cell. area: open rings, the shell first, then its holes."""

    area: tuple[tuple[Place, ...], ...]
    to: str


@dataclass(frozen=True, slots=True)
class Part:
    """A cell that a split makes. code None = the next free one."""

    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A cell is cut along a line. parts: in the order of the line, left before right."""

    cell: str
    line: tuple[Place, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """Neighbours of one parent become one. code None = the next free one."""

    cells: tuple[str, ...]
    name: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Reparent:
    """A cell goes to another parent. level: key, where a code stands for cells of several levels."""

    cell: str
    parent: str
    level: str | None = None


@dataclass(frozen=True, slots=True)
class Rename:
    """A cell gets another name."""

    cell: str
    name: str
    level: str | None = None


Operation: TypeAlias = Reshape | MoveVertices | Transfer | Split | Merge | Reparent | Rename


@dataclass(frozen=True, slots=True)
class Reach:
    """What operations can touch. codes: cells they name. boxes: west, south, east, north in degrees around what they draw."""

    codes: frozenset[str]
    boxes: tuple[Box4, ...]


def reach(operations: Sequence[Operation]) -> Reach:
    """The cells named and the boxes drawn in, with a margin for what snaps."""
    codes: set[str] = set()
    boxes: list[Box4] = []
    for operation in operations:
        codes.update(named_by(operation))
        if places := list(drawn_by(operation)):
            xs, ys = [place[0] / 1e9 for place in places], [place[1] / 1e9 for place in places]
            boxes.append((min(xs) - _MARGIN_DEG, min(ys) - _MARGIN_DEG, max(xs) + _MARGIN_DEG, max(ys) + _MARGIN_DEG))
    return Reach(frozenset(codes), tuple(boxes))


def named_by(operation: Operation) -> tuple[str, ...]:
    """The codes of cells an operation names as standing."""
    match operation:
        case Reshape(between=between):
            return between
        case Transfer(to=to):
            return (to,)
        case Merge(cells=cells):
            return cells
        case Split(cell=cell) | Rename(cell=cell):
            return (cell,)
        case Reparent(cell=cell, parent=parent):
            return (cell, parent)
        case _:
            return ()


def drawn_by(operation: Operation) -> Iterator[Place]:
    """The places an operation draws."""
    match operation:
        case Reshape(line=line) | Split(line=line):
            yield from line
        case MoveVertices(moves=moves):
            for move in moves:
                yield from move
        case Transfer(area=area):
            for ring in area:
                yield from ring


def parse_operations(body: object, *, pointer: str = "/operations") -> tuple[Operation, ...]:
    """The operations of a JSON list. Raises Refused, InvalidGeometry, MalformedBody, TooLarge, each pointing at the fault."""
    if not isinstance(body, list):
        raise _refused(pointer, "a list of operations is expected here", "此处应为操作数组")
    if len(body) > MOST_OPERATIONS:
        raise _refused(pointer, f"a redraw has {MOST_OPERATIONS} operations at most; divide it", f"一次调整最多 {MOST_OPERATIONS} 步，请分次办理")
    return tuple(_operation(item, f"{pointer}/{index}") for index, item in enumerate(body))


def _operation(item: object, at: str) -> Operation:
    if not isinstance(item, dict):
        raise _refused(at, "an operation is an object", "每步操作应为对象")
    op = item.get("op")
    reader = _READERS.get(op) if isinstance(op, str) else None
    if reader is None:
        raise _refused(f"{at}/op", f"the operation must be one of {', '.join(_READERS)}", f"操作须为下列之一：{'、'.join(_READERS)}")
    read, known = reader
    for key in item:
        if key not in known and key != "op":
            raise _refused(f"{at}/{key}", f"'{op}' knows no '{key}'; it knows {', '.join(known)}", f"操作“{op}”没有“{key}”这一项，可用：{'、'.join(known)}")
    return read(item, at)


def _reshape(item: Mapping[str, Any], at: str) -> Operation:
    between = _codes(item, "between", at, least=2, most=2)
    snap_m = item.get("snap_m", SNAP_M)
    if isinstance(snap_m, bool) or not isinstance(snap_m, int | float) or not 0 < snap_m <= WIDEST_SNAP_M:
        raise _refused(f"{at}/snap_m", f"`snap_m` is a number of metres above 0 and up to {WIDEST_SNAP_M}", f"snap_m 应为大于 0、不超过 {WIDEST_SNAP_M} 的米数")
    return Reshape((between[0], between[1]), _line(item, at), float(snap_m))


def _move(item: Mapping[str, Any], at: str) -> Operation:
    moves = item.get("moves")
    if not isinstance(moves, list) or not moves or len(moves) > MOST_MOVES:
        raise _refused(f"{at}/moves", f"1 to {MOST_MOVES} moves are expected here", f"此处应为 1 至 {MOST_MOVES} 个移动")
    found: dict[Place, Place] = {}
    for index, move in enumerate(moves):
        pointer = f"{at}/moves/{index}"
        if not isinstance(move, dict) or set(move) != {"from", "to"}:
            raise _refused(pointer, "a move has `from` and `to`", "每个移动须给出 from 与 to")
        tail, head = (_place(move[key], f"{pointer}/{key}") for key in ("from", "to"))
        if tail in found:
            raise _refused(f"{pointer}/from", "this vertex is moved twice", "同一界址点被移动两次")
        found[tail] = head
    return MoveVertices(tuple((tail, head) for tail, head in found.items()))


def _transfer(item: Mapping[str, Any], at: str) -> Operation:
    area = _geometry(item, "area", at)
    if not isinstance(area, Polygon):
        raise _refused(f"{at}/area", "the area is a Polygon", "划转范围应为单个面（Polygon）")
    rings = tuple(_places(ring)[:-1] for ring in (area.exterior, *area.interiors))
    return Transfer(rings, _text(item, "to", at, LONGEST_CODE))


def _split(item: Mapping[str, Any], at: str) -> Operation:
    parts = item.get("parts")
    if not isinstance(parts, list) or not 2 <= len(parts) <= MOST_PARTS:
        raise _refused(f"{at}/parts", f"2 to {MOST_PARTS} parts are expected here, each with its name", f"此处应为 2 至 {MOST_PARTS} 个部分，逐一命名")
    return Split(_text(item, "cell", at, LONGEST_CODE), _line(item, at), tuple(_part(part, f"{at}/parts/{index}") for index, part in enumerate(parts)))


def _part(part: object, at: str) -> Part:
    if not isinstance(part, dict) or not set(part) <= {"name", "code"}:
        raise _refused(at, "a part has a `name` and may have a `code`", "每个部分须有 name，可有 code")
    return Part(_text(part, "name", at, LONGEST_NAME), _maybe(part, "code", at, LONGEST_CODE))


def _merge(item: Mapping[str, Any], at: str) -> Operation:
    cells = _codes(item, "cells", at, least=2, most=MOST_OPERATIONS)
    return Merge(cells, _text(item, "name", at, LONGEST_NAME), _maybe(item, "code", at, LONGEST_CODE))


def _reparent(item: Mapping[str, Any], at: str) -> Operation:
    return Reparent(_text(item, "cell", at, LONGEST_CODE), _text(item, "parent", at, LONGEST_CODE), _maybe(item, "level", at, LONGEST_CODE))


def _rename(item: Mapping[str, Any], at: str) -> Operation:
    return Rename(_text(item, "cell", at, LONGEST_CODE), _text(item, "name", at, LONGEST_NAME), _maybe(item, "level", at, LONGEST_CODE))


_READERS: Final[dict[str, tuple[Callable[[Mapping[str, Any], str], Operation], tuple[str, ...]]]] = {
    "reshape": (_reshape, ("between", "line", "snap_m")),
    "move_vertices": (_move, ("moves",)),
    "transfer": (_transfer, ("area", "to")),
    "split": (_split, ("cell", "line", "parts")),
    "merge": (_merge, ("cells", "name", "code")),
    "reparent": (_reparent, ("cell", "parent", "level")),
    "rename": (_rename, ("cell", "name", "level")),
}


def operation_document(operation: Operation) -> dict[str, Any]:
    """The operation as JSON that reads back as itself."""
    match operation:
        case Reshape():
            return {"op": "reshape", "between": list(operation.between), "line": _line_json(operation.line), "snap_m": operation.snap_m}
        case MoveVertices():
            return {"op": "move_vertices", "moves": [{"from": _position(tail), "to": _position(head)} for tail, head in operation.moves]}
        case Transfer():
            rings = [[_position(place) for place in (*ring, ring[0])] for ring in operation.area]
            return {"op": "transfer", "area": {"type": "Polygon", "coordinates": rings}, "to": operation.to}
        case Split():
            parts = [_with_code({"name": part.name}, part.code) for part in operation.parts]
            return {"op": "split", "cell": operation.cell, "line": _line_json(operation.line), "parts": parts}
        case Merge():
            return _with_code({"op": "merge", "cells": list(operation.cells), "name": operation.name}, operation.code)
        case Reparent():
            return _with_level({"op": "reparent", "cell": operation.cell, "parent": operation.parent}, operation.level)
        case Rename():
            return _with_level({"op": "rename", "cell": operation.cell, "name": operation.name}, operation.level)


def _with_code(document: dict[str, Any], code: str | None) -> dict[str, Any]:
    return document if code is None else document | {"code": code}


def _with_level(document: dict[str, Any], level: str | None) -> dict[str, Any]:
    return document if level is None else document | {"level": level}


def _line_json(line: Sequence[Place]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [_position(place) for place in line]}


def _position(place: Place) -> list[float]:
    return [place[0] / 1e9, place[1] / 1e9]


def _codes(item: Mapping[str, Any], key: str, at: str, *, least: int, most: int) -> tuple[str, ...]:
    value = item.get(key)
    if not isinstance(value, list) or not least <= len(value) <= most:
        number = str(least) if least == most else f"{least}-{most}"
        raise _refused(f"{at}/{key}", f"`{key}` is a list of {number} codes", f"{key} 应为 {number} 个网格编码的数组")
    codes = tuple(_checked(code, f"{at}/{key}/{index}", LONGEST_CODE) for index, code in enumerate(value))
    if len(set(codes)) < len(codes):
        raise _refused(f"{at}/{key}", "a cell stands here twice", "同一网格重复出现")
    return codes


def _maybe(item: Mapping[str, Any], key: str, at: str, longest: int) -> str | None:
    return None if item.get(key) is None else _text(item, key, at, longest)


def _text(item: Mapping[str, Any], key: str, at: str, longest: int) -> str:
    return _checked(item.get(key), f"{at}/{key}", longest)


def _checked(value: object, pointer: str, longest: int) -> str:
    if not isinstance(value, str) or not value.strip() or not is_plain(value.strip(), longest):
        raise _refused(pointer, f"a text of 1 to {longest} printable characters is expected here", f"此处应为 1 至 {longest} 个可见字符的文字")
    return value.strip()


def _line(item: Mapping[str, Any], at: str) -> tuple[Place, ...]:
    line = _geometry(item, "line", at)
    if not isinstance(line, LineString):
        raise _refused(f"{at}/line", "the line is a LineString", "此处应为单条线（LineString）")
    return _places(line)


def _geometry(item: Mapping[str, Any], key: str, at: str) -> BaseGeometry:
    if not isinstance(item.get(key), dict):
        raise _refused(f"{at}/{key}", f"`{key}` is a GeoJSON geometry", f"{key} 应为 GeoJSON 图形")
    return check_json_geometry(item[key], pointer=f"{at}/{key}", max_parts=1)


def _place(value: object, pointer: str) -> Place:
    point = check_json_geometry({"type": "Point", "coordinates": value}, pointer=pointer)
    return _places(point)[0]


def _places(geometry: BaseGeometry) -> tuple[Place, ...]:
    return tuple((round(x * 1e9), round(y * 1e9)) for x, y in geometry.coords)


def _refused(pointer: str, en: str, zh: str) -> GridgovError:
    return Refused(f"The redraw cannot be read: {en}.", f"调整内容无法识别：{zh}。", faults=[Fault(pointer, en[0].upper() + en[1:] + ".", zh + "。")])
