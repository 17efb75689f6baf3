"""Pasted lists of coordinates: every way people write them, the same place out."""

import pytest

from gridgov.errors import GridgovError, InvalidGeometry, WrongCrs
from gridgov.geo.site_text import read_site_text

A, B, C = [118.87, 28.95], [118.871, 28.95], [118.871, 28.951]
TRIANGLE = {"type": "Polygon", "coordinates": [[A, B, C, A]]}

SAME = {
    "comma, one a line": "118.87,28.95\n118.871,28.95\n118.871,28.951\n",
    "closed": "118.87,28.95\n118.871,28.95\n118.871,28.951\n118.87,28.95",
    "semicolons": "118.87,28.95;118.871,28.95;118.871,28.951",
    "full-width": "118.87，28.95；118.871，28.95；118.871，28.951；",
    "full-width digits": "１１８.８７，２８.９５\n118.871，28.95\n118.871，28.951",
    "blanks between pairs": "118.87,28.95 118.871,28.95 118.871,28.951",
    "blanks within pairs": "118.87 28.95\n118.871 28.95\n118.871 28.951",
    "blanks within, commas between": "118.87 28.95, 118.871 28.95, 118.871 28.951",
    "one long list": "118.87,28.95,118.871,28.95,118.871,28.951",
    "tabs": "118.87\t28.95\n118.871\t28.95\n118.871\t28.951",
    "numbered": "1 118.87 28.95\n2 118.871 28.95\n3 118.871 28.951",
    "numbered with commas": "1,118.87,28.95\n2,118.871,28.95\n3,118.871,28.951",
    "numbered the Chinese way": "1、118.87，28.95\n2、118.871，28.95\n3、118.871，28.951",
    "named": "J1,118.87,28.95\nJ2,118.871,28.95\nJ3,118.871,28.951",
    "named in Chinese": "点1：118.87，28.95\n点2：118.871，28.95\n点3：118.871，28.951",
    "in brackets": "(118.87, 28.95)\n(118.871, 28.95)\n(118.871, 28.951)",
    "json": "[[118.87,28.95],\n[118.871,28.95],\n[118.871,28.951]]",
    "heading of columns": "序号,经度,纬度\n1,118.87,28.95\n2,118.871,28.95\n3,118.871,28.951",
    "latitude first by its heading": "纬度,经度\n28.95,118.87\n28.95,118.871\n28.951,118.871",
    "letters behind": "28.95N 118.87E\n28.95N 118.871E\n28.951N 118.871E",
    "letters in front": "E118.87,N28.95\nE118.871,N28.95\nE118.871,N28.951",
    "words in front": "东经118.87度，北纬28.95度\n东经118.871度，北纬28.95度\n东经118.871度，北纬28.951度",
    "minutes and seconds": "118°52′12″,28°57′0″\n118°52′15.6″,28°57′0″\n118°52′15.6″,28°57′3.6″",
    "minutes and seconds, straight marks": "118°52'12\" 28°57'0\"\n118°52'15.6\" 28°57'0\"\n118°52'15.6\" 28°57'3.6\"",
    "minutes and seconds, two apostrophes": "118°52'12'',28°57'0''\n118°52'15.6'',28°57'0''\n118°52'15.6'',28°57'3.6''",
    "minutes and seconds in words": "东经118度52分12秒，北纬28度57分0秒\n东经118度52分15.6秒，北纬28度57分0秒\n东经118度52分15.6秒，北纬28度57分3.6秒",
    "minutes and seconds, run together": "N28°57′0″E118°52′12″\nN28°57′0″E118°52′15.6″\nN28°57′3.6″E118°52′15.6″",
    "crlf and blank lines": "118.87,28.95\r\n\r\n118.871,28.95\r\n\r\n118.871,28.951\r\n",
}


@pytest.mark.parametrize("name", SAME)
def test_every_way_to_write_three_points_gives_the_same_triangle(name: str) -> None:
    placed = read_site_text(SAME[name])
    (shape,) = placed.shapes
    assert (placed.crs, placed.text.format, shape["type"]) == ("EPSG:4490", "coordinates", "Polygon")
    assert [[round(x, 9), round(y, 9)] for x, y in shape["coordinates"][0]] == TRIANGLE["coordinates"][0]


@pytest.mark.parametrize(
    "text",
    [
        "40389900,3204600\n40390000,3204600\n40390000,3204520",
        "3204600 40389900; 3204600 40390000; 3204520 40390000",
        "1,40389900.000,3204600.000\n2,40390000.000,3204600.000\n3,40390000.000,3204520.000",
    ],
)
def test_eastings_with_their_zone_settle_system_and_order(text: str) -> None:
    placed = read_site_text(text)
    assert (placed.crs, placed.shapes[0]["coordinates"][0][0]) == ("EPSG:4528", [40389900.0, 3204600.0])


def test_eastings_without_zone_need_a_system() -> None:
    text = "389900,3204600\n390000,3204600\n390000,3204520"
    with pytest.raises(WrongCrs):
        read_site_text(text)
    assert read_site_text(text, crs="EPSG:4549").shapes[0]["coordinates"][0][0] == [389900.0, 3204600.0]
    assert read_site_text("3204600,389900\n3204600,390000\n3204520,390000", crs="EPSG:4549").shapes[0]["coordinates"][0][0] == [389900.0, 3204600.0]


def test_a_foreign_system_is_taken_as_stated() -> None:
    assert read_site_text("155000 463000", crs="EPSG:28992").shapes[0] == {"type": "Point", "coordinates": [155000.0, 463000.0]}
    with pytest.raises(WrongCrs):
        read_site_text("155000 463000")
    with pytest.raises(WrongCrs):
        read_site_text("118.87,28.95", crs="EPSG:4549")


def test_one_point_is_a_point_and_two_are_a_line() -> None:
    assert read_site_text("118.87,28.95").shapes[0] == {"type": "Point", "coordinates": A}
    assert read_site_text("118.87,28.95;118.871,28.95").shapes[0] == {"type": "LineString", "coordinates": [A, B]}


def test_a_heading_says_the_name_or_the_kind() -> None:
    text = "地块一\n118.87,28.95\n118.871,28.95\n118.871,28.951\n地块二\n118.88,28.95\n118.881,28.95\n118.881,28.951"
    assert [plot.name for plot in read_site_text(text).text.plots] == ["地块一", "地块二"]
    assert read_site_text("线\n" + SAME["comma, one a line"]).shapes[0]["type"] == "LineString"
    assert read_site_text("点\n" + SAME["comma, one a line"]).shapes[0]["type"] == "MultiPoint"


def test_a_blank_line_divides_plots() -> None:
    text = SAME["comma, one a line"] + "\n" + SAME["comma, one a line"].replace("118.87", "118.88")
    assert len(read_site_text(text).shapes) == 2


def test_a_ring_behind_a_closed_one_is_a_hole_or_a_part() -> None:
    outer = "118.87,28.95;118.88,28.95;118.88,28.96;118.87,28.96;118.87,28.95"
    inside = ";118.872,28.952;118.874,28.952;118.874,28.954;118.872,28.952"
    beside = inside.replace("118.87", "118.97")
    assert len(read_site_text(outer + inside).shapes[0]["coordinates"]) == 2
    assert read_site_text(outer + beside).shapes[0]["type"] == "MultiPolygon"


def test_latitude_first_without_a_word_is_refused_with_a_hint() -> None:
    with pytest.raises(InvalidGeometry) as refused:
        read_site_text("28.95,118.87\n28.95,118.871\n28.951,118.871", crs="EPSG:4490").union(max_vertices=10, max_parts=1)
    assert "swapped" in refused.value.en


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("118.87,28.95\n118.871\n118.871,28.951", 2, "pairs"),
        ("118.87,28.95,5.5\n118.871,28.95\n118.871,28.951", 1, "pairs"),
        ("118°72′12″,28°57′0″", 1, "less than 60"),
        ("N28.95 N118.87", 1, "same axis"),
        ("", 1, "no coordinates"),
        ("这里没有坐标", 1, "no coordinates"),
    ],
)
def test_a_fault_names_its_line_and_its_reason(text: str, line: int, words: str) -> None:
    with pytest.raises(InvalidGeometry) as refused:
        read_site_text(text, format="coordinates")
    assert (refused.value.faults[0].pointer, words in refused.value.faults[0].en) == (f"line {line}", True)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(GridgovError):
        read_site_text("118.87,28.95", format="dxf")
