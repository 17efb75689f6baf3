"""Landscape evolution on a square grid: uplift raises, streams cut. It gives divides and valleys that branch as real ones do.

Source: J. Braun, S. Willett, A very efficient O(n) implicit method for the stream power equation, Geomorphology 180-181, 2013.
"""

import heapq
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]
Index = NDArray[np.int64]

_NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))
_AREA_POWER = 0.45
# Between two floods a hollow that uplift or creep leaves simply waits.
_FILL_EVERY = 3


@dataclass(frozen=True, slots=True)
class Drainage:
    """Where the water of each node goes (node numbers of the flattened grid; an outlet is its own) and how many nodes drain through it.

    order: nodes from the highest to the lowest, so that each comes before its receiver.
    """

    receiver: Index
    area: Field
    order: Index


def fill_depressions(height: Field, outlet: NDArray[np.bool_]) -> Field:
    """The surface with every hollow filled and every flat tilted towards an outlet (priority flood)."""
    rows, columns = height.shape
    level = height.ravel().tolist()
    done = bytearray(outlet.ravel().tobytes())
    front = [(level[node], node) for node in np.flatnonzero(outlet).tolist()]
    heapq.heapify(front)
    steps = [(dy, dx, dy * columns + dx) for dy, dx in _NEIGHBOURS]
    while front:
        here, node = heapq.heappop(front)
        row, column = divmod(node, columns)
        for dy, dx, step in steps:
            if 0 <= row + dy < rows and 0 <= column + dx < columns and not done[node + step]:
                done[node + step] = 1
                level[node + step] = max(level[node + step], here + 1e-3)
                heapq.heappush(front, (level[node + step], node + step))
    return np.asarray(level).reshape(rows, columns)


def drainage(filled: Field, outlet: NDArray[np.bool_], bias: Field) -> Drainage:
    """The way of steepest descent from every node of a filled surface.

    bias (8, rows, columns): what each direction's slope is multiplied by; unequal ground keeps streams from lining up with the grid.
    """
    rows, columns = filled.shape
    nodes = np.arange(rows * columns).reshape(rows, columns)
    steepest = np.zeros((rows, columns))
    receiver = nodes.copy()
    padded = np.pad(filled, 1, constant_values=np.inf)
    for weight, (dy, dx) in zip(bias, _NEIGHBOURS, strict=True):
        lower = padded[1 + dy : 1 + dy + rows, 1 + dx : 1 + dx + columns]
        slope = (filled - lower) / np.hypot(dy, dx) * weight
        better = slope > steepest
        steepest[better] = slope[better]
        receiver[better] = (nodes + dy * columns + dx)[better]
    receiver[outlet] = nodes[outlet]
    flat = receiver.ravel()
    order = np.argsort(-filled.ravel(), kind="stable")
    area, to = [1.0] * flat.size, flat.tolist()
    for node in order.tolist():
        if to[node] != node:
            area[to[node]] += area[node]
    return Drainage(flat, np.asarray(area), order)


def cut(height: Field, flow: Drainage, *, strength: float) -> Field:
    """The surface after streams have cut into it for one step, worked out from the outlets upwards (implicit, n = 1)."""
    columns = height.shape[1]
    to = flow.receiver
    nodes = np.arange(to.size)
    length = np.hypot(to // columns - nodes // columns, to % columns - nodes % columns)
    factor = np.where(length > 0, strength * flow.area**_AREA_POWER / np.maximum(length, 1.0), 0.0).tolist()
    level, receiver = height.ravel().tolist(), to.tolist()
    for node in flow.order[::-1].tolist():
        if receiver[node] != node:
            level[node] = (level[node] + factor[node] * level[receiver[node]]) / (1.0 + factor[node])
    return np.asarray(level).reshape(height.shape)


def smooth(height: Field, *, share: float) -> Field:
    """Soil creep: each node moves by this share towards the mean of its four neighbours."""
    padded = np.pad(height, 1, mode="edge")
    mean = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:]) / 4
    return height + share * (mean - height)


def erode(uplift: Field, start: Field, outlet: NDArray[np.bool_], generator: np.random.Generator, *, steps: int) -> tuple[Field, Drainage]:
    """The landscape after so many steps of uplift and cutting, and how it drains. Outlets keep the height they start with."""
    height = start.copy()
    bias = generator.uniform(0.45, 1.0, (len(_NEIGHBOURS), *start.shape))
    for step in range(steps):
        height = np.where(outlet, start, height + uplift)
        if step % _FILL_EVERY == 0:
            height = fill_depressions(height, outlet)
        height = cut(height, drainage(height, outlet, bias), strength=0.3)
        height = np.where(outlet, start, smooth(height, share=0.3))
    filled = fill_depressions(height, outlet)
    return filled, drainage(filled, outlet, bias)
