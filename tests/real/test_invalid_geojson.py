"""Every file of the collection of invalid GeoJSON as a site: a named refusal or a right answer, never a failure, never slow."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.conftest import app, signed_in
from tests.http_client import TestClient

__all__ = ["app", "signed_in"]

CHECKS = "/api/v1/siting-checks"
# What must not be taken for a site, whatever a lenient reader makes of it.
REFUSED = (
    "invalid_unclosed",
    "invalid_less_three_unique_nodes",
    "invalid_incorrect_geometry_data_type",
    "invalid_geometry_coordinates_string",
    "problematic_self_intersection_small",
    "problematic_self_intersection_large",
    "problematic_inner_and_exterior_ring_intersect",
    "problematic_outside_lat_lon_boundaries",
    "valid_feature_null_geometry",
    "valid_featurecollection_empty_features",
)


@pytest.fixture
def planner(signed_in: Callable[[str], TestClient]) -> TestClient:
    return signed_in("planner")


def test_every_file_is_refused_by_name_or_answered_rightly_in_time(planner: TestClient, real_data: Path) -> None:
    files = sorted((real_data / "invalid-geojson").rglob("*.geojson"))
    assert len(files) == 74
    for file in files:
        body = b'{"site": ' + file.read_bytes() + b', "industry": "C2614", "action": "new"}'
        begun = time.perf_counter()
        answer = planner.post(CHECKS, content=body, headers={"Content-Type": "application/json"})
        assert time.perf_counter() - begun < 2.0, file.name
        assert answer.status_code in (201, 400, 413, 422), f"{file.name}: {answer.status_code} {answer.text[:300]}"
        if answer.status_code == 201:
            assert not file.stem.startswith(REFUSED), f"{file.name} was taken for a site"
            assert answer.json()["verdict"] in ("undetermined",), file.name
        else:
            problem = answer.json()
            assert problem["errors"] or answer.status_code == 413, file.name
            assert all(error["pointer"].startswith("/site") and error["detail"] for error in problem["errors"]), f"{file.name}: {problem}"
