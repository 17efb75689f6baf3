"""Every file of the corpus of invalid GeoJSON, as a site: a named refusal or a right answer, at once."""

import json
import os
import time
from pathlib import Path

import pytest

from gridgov.errors import GridgovError
from gridgov.geo.clean import SITE_KINDS, check_json_geometry, require_clean

FILES = sorted((Path(os.environ.get("REAL_DATA", ".")) / "invalid-geojson").rglob("*.geojson"))
# What RFC 7946 lets through or the project normalises; everything else must be refused.
ACCEPTED_FAULTS = {
    "invalid_exterior_not_ccw",
    "invalid_interior_not_cw",
    "invalid_feature_no_properties",
    "invalid_geometry_bbox_not4or6",
    "invalid_geometry_bbox_not_list",
    "invalid_geometry_bbox_not_numbers",
    "problematic_excessive_coordinate_precision",
    "problematic_excessive_vertices",
    "problematic_holes",
    "problematic_multitype_geometry_with_just_one_geometry",
    "problematic_wrong_bbox_coordinate_order",
    "problematic_geometry_not_wrapped",
}


def test_the_corpus_is_there() -> None:
    assert len(FILES) == 74


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_the_corpus_is_refused_by_name_or_read_right(path: Path) -> None:
    started = time.perf_counter()
    try:
        site = check_json_geometry(json.loads(path.read_text(encoding="utf-8")))
    except GridgovError as error:
        assert 400 <= error.status < 500 and error.en and error.zh and error.faults
        assert path.stem not in ACCEPTED_FAULTS
    else:
        require_clean(site, kinds=SITE_KINDS)
        assert path.stem in ACCEPTED_FAULTS or path.parent.name == "valid"
    assert time.perf_counter() - started < 2
