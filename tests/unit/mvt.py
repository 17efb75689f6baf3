"""Reads a Mapbox vector tile (specification 2.1), so that tests see what a client sees."""

import struct
from dataclasses import dataclass, field
from typing import Any

Point = tuple[int, int]


@dataclass
class Feature:
    """kind: 1 points, 2 lines, 3 polygons. paths: tile coordinates; rings are not closed."""

    kind: int
    properties: dict[str, Any]
    paths: list[list[Point]] = field(default_factory=list)


@dataclass
class Layer:
    """A layer of a tile."""

    name: str
    extent: int
    features: list[Feature]


def decode(tile: bytes) -> dict[str, Layer]:
    """The layers of a tile by name."""
    layers = [_layer(value) for number, value in _fields(tile) if number == 3]
    assert len({layer.name for layer in layers}) == len(layers), "a layer twice"
    return {layer.name: layer for layer in layers}


def edges(feature: Feature) -> set[tuple[Point, Point]]:
    """The sides of a polygon, each from its lower end to its higher one."""
    return {(min(pair), max(pair)) for ring in feature.paths for pair in zip(ring, [*ring[1:], ring[0]], strict=True)}


def _layer(data: bytes) -> Layer:
    name, extent, keys, values, raw = "", 4096, [], [], []
    for number, value in _fields(data):
        if number == 1:
            name = value.decode()
        elif number == 2:
            raw.append(value)
        elif number == 3:
            keys.append(value.decode())
        elif number == 4:
            values.append(_value(value))
        elif number == 5:
            extent = value
    return Layer(name, extent, [_feature(one, keys, values) for one in raw])


def _feature(data: bytes, keys: list[str], values: list[Any]) -> Feature:
    tags: list[int] = []
    kind, commands = 0, b""
    for number, value in _fields(data):
        if number == 2:
            tags = _varints(value)
        elif number == 3:
            kind = value
        elif number == 4:
            commands = value
    return Feature(kind, {keys[key]: values[value] for key, value in zip(tags[::2], tags[1::2], strict=True)}, _paths(_varints(commands)))


def _paths(commands: list[int]) -> list[list[Point]]:
    paths: list[list[Point]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            continue
        for _ in range(count):
            x, y = x + _signed(commands[at]), y + _signed(commands[at + 1])
            at += 2
            if command == 1:
                paths.append([])
            paths[-1].append((x, y))
    return paths


def _signed(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def _value(data: bytes) -> Any:
    number, value = next(iter(_fields(data)))
    match number:
        case 1:
            return value.decode()
        case 2:
            return struct.unpack("<f", value)[0]
        case 3:
            return struct.unpack("<d", value)[0]
        case 6:
            return _signed(value)
        case 7:
            return bool(value)
        case _:
            return value


def _varints(data: bytes) -> list[int]:
    found, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        found.append(value)
    return found


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _fields(data: bytes) -> list[tuple[int, Any]]:
    found: list[tuple[int, Any]] = []
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                value, at = _varint(data, at)
                found.append((tag >> 3, value))
            case wire:
                length, at = _varint(data, at) if wire == 2 else ({1: 8, 5: 4}[wire], at)
                found.append((tag >> 3, data[at : at + length]))
                at += length
    return found
