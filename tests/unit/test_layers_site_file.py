"""One site from a file of several features: their union, or a refusal that says which is wrong."""

import json

import pytest
from shapely import Polygon, box
from shapely.geometry import mapping

from gridgov.errors import InvalidGeometry
from layers.site_file import read_site

PLOT = box(118.80, 28.90, 118.81, 28.91)
BOWTIE = Polygon([(118.82, 28.90), (118.83, 28.91), (118.83, 28.90), (118.82, 28.91)])


def written(path, *geometries):
    features = [{"type": "Feature", "properties": {}, "geometry": None if one is None else mapping(one)} for one in geometries]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def test_plots_side_by_side_are_one_site(tmp_path):
    whole, crs = read_site(written(tmp_path / "site.geojson", PLOT, box(118.81, 28.90, 118.82, 28.91)), crs="EPSG:4490")
    assert (whole.equals(box(118.80, 28.90, 118.82, 28.91)), crs) == (True, "EPSG:4490")


@pytest.mark.parametrize("other", [BOWTIE, None, box(118.805, 28.90, 118.82, 28.91)])
def test_a_feature_that_is_invalid_empty_or_overlaps_refuses_the_site(tmp_path, other):
    with pytest.raises(InvalidGeometry):
        read_site(written(tmp_path / "site.geojson", PLOT, other), crs="EPSG:4490")
