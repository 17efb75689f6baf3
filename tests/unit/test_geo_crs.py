"""Which systems are let in, and where their coordinates land."""

import numpy as np
import pytest
from pyproj import CRS
from shapely import MultiPoint, Point, Polygon, get_coordinates

from gridgov.errors import InvalidGeometry, WrongCrs
from gridgov.geo.area import area_m2
from gridgov.geo.crs import Plane, distance_plane, equal_area_plane, from_storage, geodesic_m, read_crs, site_plane, sniff_plane_crs, to_storage

# Published control points: easting, northing, lon, lat (WGS 84/ETRS89), tolerance in metres.
CONTROL = [
    (28992, 155000, 463000, 5.387203657, 52.155172897, 1.0),  # Amersfoort, origin of RD
    (2056, 2600000, 1200000, 7.438632495, 46.951082773, 1.0),  # Bern, origin of LV95
    (2326, 836694.05, 819069.80, 114.1810094, 22.3106022, 1.0),  # Old Trig 2, origin of HK80, shifted by the Survey's parameters
    (27700, 651409.903, 313177.270, 1.716073973, 52.658007833, 5.0),  # Caister water tower: without OSTN15 PROJ declares 2 m
]


@pytest.mark.parametrize(("code", "x", "y", "lon", "lat", "tolerance_m"), CONTROL)
def test_a_control_point_lands_where_it_was_surveyed(code: int, x: float, y: float, lon: float, lat: float, tolerance_m: float) -> None:
    (point,), operation = to_storage([Point(x, y)], read_crs(f"EPSG:{code}"))
    assert geodesic_m(point.x, point.y, lon, lat) < tolerance_m
    assert operation.source == f"EPSG:{code}"
    assert "allpark" not in operation.name
    assert operation.accuracy_m is not None and operation.accuracy_m <= 2


def test_a_zone_prefixed_easting_lands_in_its_zone() -> None:
    (point,), operation = to_storage([Point(40_389_900, 3_204_600)], read_crs("4528"))
    assert (round(point.x, 4), round(point.y, 4)) == (118.8706, 28.9531)
    assert operation.name == "Inverse of 3-degree Gauss-Kruger zone 40"
    assert operation.accuracy_m == 0.0


def test_the_parcel_of_the_boundary_points_format_has_its_ellipsoidal_area() -> None:
    x, y = 40389900, 3204520
    ring = [(x, y), (x + 100, y), (x + 100, y + 80), (x, y + 80)]
    hole = [(x + 40, y + 30), (x + 60, y + 30), (x + 60, y + 50), (x + 40, y + 50)]
    (parcel,), _ = to_storage([Polygon(ring, [hole])], read_crs("EPSG:4528"), densify_m=30)
    assert area_m2(parcel) == pytest.approx(7597.7, abs=0.05)
    assert len(parcel.exterior.coords) == 4 + 3 + 4 + 3 + 1


@pytest.mark.parametrize("code", ["4490", "4326"])
def test_lon_lat_of_cgcs2000_and_wgs84_pass_unchanged(code: str) -> None:
    points = np.random.default_rng(7).uniform((-179, -89), (179, 89), (5000, 2))
    (moved,), _ = to_storage([MultiPoint(points)], read_crs(code))
    assert (get_coordinates(moved) == points).all()


def test_web_mercator_is_let_in_as_wgs84() -> None:
    (point,), operation = to_storage([Point(13_000_000, 3_000_000)], read_crs("EPSG:3857"))
    assert (round(point.x, 6), round(point.y, 6)) == (116.780987, 26.007420)
    assert operation.accuracy_m == 0.0


@pytest.mark.parametrize("code", [4214, 4610, 4555, 2327, 2349, 2370, 2390, 2401, 2422, 2442])
def test_beijing_1954_and_xian_1980_are_refused_for_want_of_seven_parameters(code: int) -> None:
    with pytest.raises(WrongCrs) as refusal:
        read_crs(f"EPSG:{code}")
    assert "seven parameters" in refusal.value.en
    assert "七参数" in refusal.value.zh


def test_an_old_chinese_system_from_a_shapefile_is_refused_under_its_esri_name() -> None:
    with pytest.raises(WrongCrs, match="seven parameters"):
        to_storage([Point(39_500_000, 3_000_000)], CRS.from_wkt(CRS.from_epsg(2363).to_wkt("WKT1_ESRI")))


def test_a_cgcs2000_system_from_a_shapefile_goes_directly() -> None:
    _, operation = to_storage([Point(40_389_900, 3_204_600)], read_crs(CRS.from_epsg(4528).to_wkt("WKT1_ESRI")))
    assert "WGS 84" not in operation.name


def test_an_unknown_datum_is_refused_but_one_with_its_shift_is_not() -> None:
    bare = "+proj=tmerc +lon_0=120 +x_0=500000 +ellps=krass"
    with pytest.raises(WrongCrs, match="datum shift"):
        to_storage([Point(389_900, 3_204_600)], read_crs(bare))
    (point,), _ = to_storage([Point(389_900, 3_204_600)], read_crs(f"{bare} +towgs84=15,-150,-90,0,0,0,0"))
    assert 118 < point.x < 119


def test_a_transformation_whose_grid_is_missing_is_refused_by_the_grids_name() -> None:
    with pytest.raises(WrongCrs, match=r"grid that is not installed \(.+\.tif"):
        to_storage([Point(-100, 40)], read_crs("EPSG:4267"))


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "EPSG:999999", "{}", "PROJCS[", "+proj=longlat +nadgrids=/etc/passwd", "+init=epsg:4326", "GEOGCS[" * 9000, "EPSG:4479", "EPSG:5701"],
)
def test_what_names_no_usable_system_is_refused(text: str) -> None:
    with pytest.raises(WrongCrs):
        read_crs(text)


@pytest.mark.parametrize("text", ["GCJ-02", "gcj02", "BD-09", "bd09ll"])
def test_an_offset_system_is_refused_in_plain_words(text: str) -> None:
    with pytest.raises(WrongCrs, match="offset"):
        read_crs(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("EPSG:4490", 4490),
        ("epsg:4490", 4490),
        ("4490", 4490),
        ("urn:ogc:def:crs:EPSG::4528", 4528),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("OGC:CRS84", 4326),
    ],
)
def test_a_system_is_read_under_each_of_its_usual_names(text: str, code: int) -> None:
    assert read_crs(text) == CRS.from_epsg(code)


def test_a_system_is_read_from_wkt_and_projjson() -> None:
    assert read_crs(CRS.from_epsg(4549).to_wkt()).to_epsg() == 4549
    assert read_crs(CRS.from_epsg(4549).to_json()).to_epsg() == 4549


@pytest.mark.parametrize(
    ("bounds", "code"),
    [((118.0, 28.0, 119.0, 29.0), 4490), ((40_389_900, 3_204_520, 40_390_000, 3_204_600), 4528), ((20_389_900, 3_204_520, 20_390_000, 3_204_600), 4498)],
)
def test_numbers_that_settle_the_system_are_believed(bounds: tuple[float, float, float, float], code: int) -> None:
    assert sniff_plane_crs(bounds).to_epsg() == code


@pytest.mark.parametrize(
    ("bounds", "hint"),
    [
        ((389_900, 3_204_520, 390_000, 3_204_600), "without a zone"),
        ((3_204_520, 40_389_900, 3_204_600, 40_390_000), "swapped"),
        ((39_600_000, 3_204_520, 40_400_000, 3_204_600), "--crs"),
        ((-5e6, 0, 5e6, 1), "--crs"),
    ],
)
def test_numbers_that_leave_the_system_open_are_refused_with_a_hint(bounds: tuple[float, float, float, float], hint: str) -> None:
    with pytest.raises(WrongCrs, match=hint):
        sniff_plane_crs(bounds)


def test_coordinates_outside_the_projection_are_refused() -> None:
    with pytest.raises(InvalidGeometry, match="in order"):
        to_storage([Point(1e12, 1e12)], read_crs("EPSG:4549"))
    with pytest.raises(WrongCrs, match="the order easting, northing"):
        to_storage([Point(1e12, 1e12)], read_crs("EPSG:2056"))


@pytest.mark.parametrize("code", [4549, 4528, 28992, 3857, 32650])
def test_an_export_comes_back_to_the_same_lattice_place(code: int) -> None:
    start = Point(5.4, 52.1) if code == 28992 else Point(118.87, 28.95)
    crs = read_crs(str(code))
    (back,), _ = to_storage(from_storage([start], crs), crs)
    assert abs(back.x - start.x) < 1e-7 and abs(back.y - start.y) < 1e-7


def test_a_plane_keeps_areas_and_comes_back() -> None:
    site = Polygon([(118.870, 28.953), (118.871, 28.953), (118.871, 28.954), (118.870, 28.954)])
    plane = site_plane(site)
    assert plane.proj.startswith("+proj=laea +lat_0=28.95")
    assert plane.forward(site).area == pytest.approx(area_m2(site), rel=1e-6)
    assert plane.inverse(plane.forward(site)).equals_exact(site, 1e-12)


def test_planes_are_named_by_the_centre_of_their_box() -> None:
    assert "+lat_0=29.000 +lon_0=119.000" in equal_area_plane(118, 28, 120, 30).proj
    assert "+proj=aeqd +lat_0=0.000 +lon_0=0.000" in distance_plane(Point(-1e-5, -1e-5)).proj
    assert isinstance(distance_plane(Point(118, 28)), Plane)
