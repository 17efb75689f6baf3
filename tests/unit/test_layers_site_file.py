"""One site from a file of several features: their union, or a refusal that says which is wrong."""

import json

import pytest
from shapely import Polygon, box
from shapely.geometry import mapping

from gridgov.errors import InvalidGeometry, TooLarge
from layers.site_file import read_site, read_sites

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


BOUNDARY = "[地块坐标]\n4,0.8,D1,地块一,面,,,,@\nJ1,1,3204600,40389900\nJ2,1,3204600,40390000\nJ3,1,3204520,40390000\nJ4,1,3204520,40389900\n"


def test_a_boundary_points_file_is_a_site_in_its_own_system(tmp_path):
    (tmp_path / "site.TXT").write_bytes(BOUNDARY.encode("gbk"))
    whole, crs = read_site(tmp_path / "site.TXT")
    assert (whole.area, crs) == (8000.0, "EPSG:4528")


def test_the_plots_of_a_text_are_the_rows_of_a_batch(tmp_path):
    second = BOUNDARY.replace("地块一", "地块二").replace("J2,1,3204600", "J2,1,3204520").replace("J3,1,3204520", "J3,1,3204600")
    (tmp_path / "sites.txt").write_text(BOUNDARY + second.partition("\n")[2], "utf-8")
    table = read_sites(tmp_path / "sites.txt")
    assert [(row.number, row.columns["name"], row.columns["code"], row.geometry is not None) for row in table.rows] == [
        (1, "地块一", "D1", True),
        (2, "地块二", "D1", False),
    ]
    assert table.rows[1].fault is not None and table.rows[1].fault.faults[0].pointer.startswith("line ")
    with pytest.raises(TooLarge):
        read_sites(tmp_path / "sites.txt", most=1)
