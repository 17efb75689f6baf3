"""Work on foreign bytes ends when its time, memory or luck does, and takes nobody with it."""

import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
import shapely

from layers import sandbox
from layers.repair import repair
from layers.sandbox import Limits, Stopped

BOWTIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def star(vertices: int, seed: int = 1) -> shapely.Polygon:
    return shapely.Polygon(np.random.default_rng(seed).random((vertices, 2)))


def run(limits: Limits, **asked: object) -> list[bytes]:
    return list(sandbox.answers("pause", json.dumps(asked).encode(), limits=limits))


def test_a_task_answers_in_frames() -> None:
    assert run(Limits()) == [b"started", b"done"]


def test_time_runs_out() -> None:
    began = time.monotonic()
    with pytest.raises(Stopped) as caught:
        run(Limits(wall_s=0.5, start_s=5), spin=True)
    assert caught.value.reason == "time"
    assert time.monotonic() - began < 8


def test_processor_time_runs_out() -> None:
    with pytest.raises(Stopped) as caught:
        run(Limits(cpu_s=1), spin=True)
    assert caught.value.reason == "time"


def test_memory_runs_out() -> None:
    with pytest.raises(Stopped) as caught:
        run(Limits(memory_bytes=1 << 30), bytes=2 << 30)
    assert caught.value.reason == "memory"


def test_an_answer_that_is_no_longer_wanted_ends_the_process() -> None:
    frames = sandbox.answers("pause", json.dumps({"spin": True}).encode(), limits=Limits())
    assert next(frames) == b"started"
    before = _children()
    frames.close()
    assert len(_children()) == len(before) - 1


def _children() -> list[str]:
    return Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()


def test_a_polygon_is_repaired_by_the_structure_method() -> None:
    (found,) = repair([BOWTIE])
    assert found.geometry is not None
    assert found.geometry.equals(shapely.make_valid(BOWTIE, method="structure", keep_collapsed=False))
    assert found.geometry.area == 2.0


def test_what_collapses_to_nothing_is_no_repair() -> None:
    (found,) = repair([shapely.Polygon([(0, 0), (1, 1), (0, 0)])])
    assert (found.geometry, found.failure) == (None, "empty")


def test_one_that_takes_too_long_is_given_up_and_the_others_are_repaired() -> None:
    found = list(repair([BOWTIE, star(3000), BOWTIE], limits=Limits(wall_s=1.0)))
    assert [one.failure for one in found] == [None, "time", None]
