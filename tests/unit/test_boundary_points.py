"""Boundary-points texts: every way offices write them, the same coordinates out."""

import math
import random
from decimal import Decimal

import pytest

from gridgov.admission.request import parse_request
from gridgov.errors import GridgovError, InvalidGeometry, TooLarge, WrongCrs
from gridgov.geo.cgcs2000 import UnsettledCrs, candidates
from gridgov.geo.site_text import area_notes, read_site_text
from gridgov.geo.text_numbers import decode_text

HEAD = """[属性描述]
格式版本号=1.01
数据产生单位=XX市自然资源局
数据产生日期=2025-6-15
坐标系=2000国家大地坐标系
几度分带=3
投影类型=高斯克吕格
计量单位=米
带号=40
精度=0.001
转换参数=,,,,,,
[地块坐标]
"""
PLOT_HEAD = "10,0.7600,DK001,XX项目地块一,面,,工业用地,,@\n"
OUTER = """J1,1,3204600.000,40389900.000
J2,1,3204600.000,40390000.000
J3,1,3204520.000,40390000.000
J4,1,3204520.000,40389900.000
J1,1,3204600.000,40389900.000
"""
HOLE = """J5,2,3204570.000,40389940.000
J6,2,3204550.000,40389940.000
J7,2,3204550.000,40389960.000
J8,2,3204570.000,40389960.000
J5,2,3204570.000,40389940.000
"""
SAMPLE = HEAD + PLOT_HEAD + OUTER + HOLE
# The rings of the sample in EPSG:4528: x = easting.
SHELL_XY = [(40389900.0, 3204600.0), (40390000.0, 3204600.0), (40390000.0, 3204520.0), (40389900.0, 3204520.0)]
HOLE_XY = [(40389940.0, 3204570.0), (40389940.0, 3204550.0), (40389960.0, 3204550.0), (40389960.0, 3204570.0)]
# And in longitude and latitude at 1e-9 degree.
SHELL_LONLAT = {(118.870609489, 28.953131673), (118.870617319, 28.95241002), (118.871642934, 28.952418625), (118.871635111, 28.953140278)}
HOLE_LONLAT = {(118.871022673, 28.952864496), (118.871227797, 28.952866217), (118.871229753, 28.952685804), (118.87102463, 28.952684083)}


def without_closing(text: str) -> str:
    lines = text.splitlines()
    return "\n".join(line for number, line in enumerate(lines) if not (line.startswith(("J1,", "J5,")) and line in lines[:number])) + "\n"


def swapped(text: str) -> str:
    lines = [line.split(",") for line in text.splitlines()]
    return "\n".join(",".join([*parts[:2], parts[3], parts[2]] if len(parts) == 4 else parts) for parts in lines) + "\n"


def narrow(text: str) -> str:
    """Eastings without their zone."""
    return text.replace(",40389", ",389").replace(",40390", ",390")


VARIANTS: dict[str, str | bytes] = {
    "as described": SAMPLE,
    "gbk": SAMPLE.encode("gbk"),
    "gb18030 with a rare character": SAMPLE.replace("地块一", "地块㙍𠮷").encode("gb18030"),
    "utf-8 with a byte-order mark": b"\xef\xbb\xbf" + SAMPLE.encode(),
    "utf-16": SAMPLE.encode("utf-16"),
    "crlf": SAMPLE.replace("\n", "\r\n"),
    "old mac line ends": SAMPLE.replace("\n", "\r"),
    "full-width brackets": SAMPLE.replace("[", "【").replace("]", "】"),
    "other full-width brackets": SAMPLE.replace("[", "［").replace("]", "］"),
    "full-width equals signs": SAMPLE.replace("=", "＝"),
    "full-width commas between points": SAMPLE.replace("J", "J").replace(",1,3", "，1，3").replace(",2,3", "，2，3"),
    "full-width digits": SAMPLE.replace("3204600.000", "３２０４６００．０００"),
    "blank zone": SAMPLE.replace("带号=40", "带号="),
    "blank zone and belt": SAMPLE.replace("带号=40", "带号=").replace("几度分带=3", "几度分带="),
    "zone in words": SAMPLE.replace("带号=40", "带号=第40带").replace("几度分带=3", "几度分带=三度带"),
    "central meridian for a zone": SAMPLE.replace("带号=40", "带号=120"),
    "section of another program in front": "[项目信息]\n项目名称=某项目，二期\n联系人,电话\n" + SAMPLE,
    "section of another program behind": SAMPLE + "[扩展信息]\n任意内容,1,2\n",
    "swapped": swapped(SAMPLE),
    "eastings without zone": narrow(SAMPLE),
    "central meridian and eastings without zone": narrow(SAMPLE).replace("带号=40", "中央子午线=120"),
    "not closed": without_closing(SAMPLE),
    "not closed, count without closing points": without_closing(SAMPLE).replace("10,0.76", "8,0.76"),
    "closed, count without closing points": SAMPLE.replace("10,0.76", "8,0.76"),
    "closed, blank count": SAMPLE.replace("10,0.76", ",0.76"),
    "unit in the area": SAMPLE.replace("0.7600", "0.7600公顷"),
    "area in square metres with unit": SAMPLE.replace("0.7600", "7600平方米"),
    "area in mu": SAMPLE.replace("0.7600", "11.4亩"),
    "unit behind coordinates": SAMPLE.replace("3204600.000", "3204600.000米"),
    "names without J": SAMPLE.replace("J", ""),
    "duplicate names": SAMPLE.replace("J5,", "J1,").replace("J6,", "J2,"),
    "blank names": SAMPLE.replace("\nJ", "\n,")[:0] + "\n".join("," + line.split(",", 1)[1] if line.startswith("J") else line for line in SAMPLE.splitlines()),
    "head of 12 items": SAMPLE.replace("工业用地,,@", "工业用地,,某市,某县,某镇,@"),
    "head of 13 items": SAMPLE.replace("工业用地,,@", "工业用地,,某市,某县,某镇,备注,@"),
    "head without the at sign": SAMPLE.replace(",,@", ",,"),
    "full-width at sign": SAMPLE.replace("@", "＠"),
    "blanks everywhere": SAMPLE.replace(",", " , "),
    "trailing commas": SAMPLE.replace("40389900.000\n", "40389900.000,\n"),
    "empty lines": SAMPLE.replace("\n", "\n\n"),
    "tabs between items": HEAD + PLOT_HEAD + (OUTER + HOLE).replace(",", "\t"),
    "running number in front": HEAD + PLOT_HEAD + "".join(f"{n},{line}\n" for n, line in enumerate((OUTER + HOLE).splitlines(), 1)),
    "hole first": HEAD + PLOT_HEAD + HOLE + OUTER,
    "no head of the plot": HEAD + OUTER + HOLE,
    "coordinates only": OUTER + HOLE,
    "no line end at the end": SAMPLE.rstrip("\n"),
    "a code for the system": SAMPLE.replace("2000国家大地坐标系", "CGCS2000 (EPSG:4528)"),
    "comment lines": "// 勘测定界\n# 2025\n" + SAMPLE,
}


def read(text: str | bytes, crs: str | None = None):
    return read_site_text(decode_text(text) if isinstance(text, bytes) else text, crs=crs)


def rings_of(placed):
    shape = placed.shapes[0]
    return [ring[:-1] for ring in shape["coordinates"]]


@pytest.mark.parametrize("name", VARIANTS)
def test_every_way_to_write_the_sample_gives_its_exact_coordinates(name: str) -> None:
    placed = read(VARIANTS[name])
    offset = 40_000_000 if placed.crs == "EPSG:4549" else 0
    assert placed.crs in ("EPSG:4528", "EPSG:4549") and placed.text.format == "boundary-points"
    found = [[(x + offset, y) for x, y in ring] for ring in rings_of(placed)]
    assert found == [SHELL_XY, HOLE_XY]
    assert area_notes(placed) == []


@pytest.mark.parametrize("name", VARIANTS)
def test_every_way_to_write_the_sample_is_the_same_question(name: str) -> None:
    raw = VARIANTS[name]
    text = decode_text(raw) if isinstance(raw, bytes) else raw
    site = parse_request({"site_text": text, "site_format": "boundary-points"}).site
    assert site.area_m2 == Decimal("7597.73")
    assert set(site.source.exterior.coords) == SHELL_LONLAT
    assert set(site.source.interiors[0].coords) == HOLE_LONLAT


def test_the_sample_measures_what_its_head_says() -> None:
    placed = read(SAMPLE)
    assert placed.union(max_vertices=100, max_parts=10).area == 7600.0
    (plot,) = placed.text.plots
    assert (plot.name, plot.shape, plot.line) == ("XX项目地块一", "polygon", 13)
    assert plot.properties == {"code": "DK001", "name": "XX项目地块一", "use": "工业用地", "declared_area_m2": "7600.00"}


def test_swapped_numbers_are_read_by_their_size_and_said_so() -> None:
    assert [note.en.split(";")[0] for note in read(swapped(SAMPLE)).notes] == [
        "Easting and northing stand the other way round than the format says (X = northing, Y = easting)"
    ]
    assert read(SAMPLE).notes == ()


def test_latitude_comes_first_where_a_file_holds_degrees() -> None:
    degrees = "[地块坐标]\n3,0.5,D1,地块,面,,,,@\nJ1,1,28.953131673,118.870609489\nJ2,1,28.953140278,118.871635111\nJ3,1,28.952418625,118.871642934\n"
    assert read(degrees).crs == "EPSG:4490"
    assert rings_of(read(degrees))[0][0] == [118.870609489, 28.953131673]
    assert rings_of(read(swapped(degrees)))[0][0] == [118.870609489, 28.953131673]


def test_a_six_degree_zone_is_told_by_its_number() -> None:
    six = SAMPLE.replace("几度分带=3", "几度分带=6").replace("带号=40", "带号=20").replace("40389", "20389").replace("40390", "20390")
    assert read(six).crs == "EPSG:4498"
    assert read(narrow(six.replace("20389", "389").replace("20390", "390"))).crs == "EPSG:4509"


def test_several_plots_are_one_site_and_keep_their_names() -> None:
    second = PLOT_HEAD.replace("一", "二").replace("DK001", "DK002").replace("10,0.7600", "5,0.8000") + OUTER.replace("3204600", "3204700").replace(
        "3204520", "3204620"
    )
    placed = read(SAMPLE + second)
    assert [plot.name for plot in placed.text.plots] == ["XX项目地块一", "XX项目地块二"]
    assert placed.union(max_vertices=100, max_parts=10).area == 15600.0


def test_plots_that_overlap_each_other_are_refused_at_their_line() -> None:
    with pytest.raises(InvalidGeometry) as refused:
        read(SAMPLE + PLOT_HEAD.replace("10,", "5,") + OUTER.replace("40389900", "40389950")).union(max_vertices=100, max_parts=10)
    (fault,) = refused.value.faults
    assert fault.pointer.startswith("line ") and fault.at is not None
    assert math.hypot(fault.at[0] - 118.871, fault.at[1] - 28.9528) < 0.001


def test_a_ring_number_used_again_is_another_part() -> None:
    other = OUTER.replace("J", "K").replace("40389900", "40390100").replace("40390000", "40390200")
    placed = read(HEAD + PLOT_HEAD.replace("10,0.7600", ",") + OUTER + HOLE + other)
    assert placed.shapes[0]["type"] == "MultiPolygon"
    assert placed.union(max_vertices=100, max_parts=10).area == 15600.0


def test_an_inner_ring_beside_the_outer_one_is_ground_too() -> None:
    beside = HOLE.replace("40389940", "40390140").replace("40389960", "40390160")
    assert read(HEAD + PLOT_HEAD + OUTER + beside).union(max_vertices=100, max_parts=10).area == 8400.0


def test_lines_and_points_are_read_as_such() -> None:
    line = HEAD + PLOT_HEAD.replace("面", "线").replace("10,0.76", "5,0") + OUTER
    assert read(line).shapes[0]["type"] == "LineString"
    assert read(line.replace(",线,", ",点,")).shapes[0]["type"] == "MultiPoint"


def test_a_declared_area_that_is_not_that_of_the_points_is_said() -> None:
    (note,) = area_notes(read(SAMPLE.replace("0.7600", "0.9000")))
    assert "9,000.00 m2" in note.en and "7,597.73" in note.en
    (note,) = area_notes(read(SAMPLE.replace("0.7600", "7600")))
    assert "square metres" in note.en


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (SAMPLE.replace("3204520.000,40390000.000", "3204520.000,4039OOOO.000"), 16, "no number"),
        (SAMPLE.replace("J3,1,", "J3,一,"), 16, "ring number"),
        (SAMPLE.replace("J3,1,3204520.000,40390000.000", "J3,1,3204520.000,40390000.000,12.5"), 16, "more values"),
        (SAMPLE.replace("J3,1,", "某某说明文字\nJ3,1,"), 16, "neither"),
        (SAMPLE.replace("10,0.76", "25,0.76"), 13, "cut off"),
        (SAMPLE.replace("格式版本号=1.01", "格式版本号"), 2, "key=value"),
        (HEAD + PLOT_HEAD, 13, "no point"),
        (HEAD, 1, "no boundary point"),
        (HEAD + PLOT_HEAD.replace("10,", "2,") + "J1,1,3204600,40389900\nJ2,1,3204600,40390000\n", 14, "three different"),
    ],
)
def test_a_fault_names_its_line_and_its_reason(text: str, line: int, words: str) -> None:
    with pytest.raises(InvalidGeometry) as refused:
        read_site_text(text, format="boundary-points")
    assert refused.value.faults[0].pointer == f"line {line}"
    assert words in refused.value.faults[0].en
    assert f"第 {line} 行" in refused.value.zh


def test_all_faults_of_a_text_are_told_at_once() -> None:
    with pytest.raises(InvalidGeometry) as refused:
        read(SAMPLE.replace("J3,1", "J3,x").replace("J7,2", "J7,y"))
    assert [fault.pointer for fault in refused.value.faults] == ["line 16", "line 21"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEAD + OUTER.replace("J2,1,3204600.000,40390000.000", "J2,1,3204520.000,40389950.000").replace("J3,1,3204520", "J3,1,3204600"), "crosses"),
        (HEAD + PLOT_HEAD + OUTER + HOLE.replace("40389960", "40390060"), "crosses"),
        (HEAD + OUTER.replace("J3,", "J2,1,3204600.000,40390000.000\nJ3,") + HOLE, "twice"),
        (
            HEAD
            + PLOT_HEAD
            + OUTER
            + HOLE
            + HOLE.replace(",2,", ",3,").replace("570", "565").replace("550", "555").replace("940", "945").replace("960", "955"),
            "hole",
        ),
    ],
)
def test_a_shape_that_is_not_clean_is_refused_at_a_line_and_a_place(text: str, reason: str) -> None:
    with pytest.raises(InvalidGeometry) as refused:
        parse_request({"site_text": text})
    (fault,) = refused.value.faults
    assert reason in fault.en and 13 <= int(fault.pointer.removeprefix("line ")) <= 30
    assert fault.at is not None and math.hypot(fault.at[0] - 118.8711, fault.at[1] - 28.9528) < 0.002


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SAMPLE.replace("2000国家大地坐标系", "1980西安坐标系"), "seven parameters"),
        (SAMPLE.replace("2000国家大地坐标系", "北京54"), "seven parameters"),
        (SAMPLE.replace("2000国家大地坐标系", "本市独立坐标系"), "not known"),
        (SAMPLE.replace("带号=40", "带号=39"), "Correct one"),
        (SAMPLE.replace("几度分带=3", "几度分带=6"), "Correct one"),
        (SAMPLE.replace("J2,1,3204600.000,40390000", "J2,1,3204600.000,41390000"), "zone"),
        (SAMPLE.replace("计量单位=米", "计量单位=公里"), "unit"),
        (narrow(SAMPLE).replace("带号=40", "带号=88"), "no zone"),
    ],
)
def test_a_system_that_cannot_be_is_refused(text: str, words: str) -> None:
    with pytest.raises(WrongCrs) as refused:
        parse_request({"site_text": text})
    assert words in refused.value.en


def test_eastings_without_zone_and_belt_leave_the_system_open() -> None:
    with pytest.raises(UnsettledCrs) as refused:
        read(narrow(SAMPLE).replace("带号=40", "带号="))
    assert refused.value.bounds == (389900.0, 3204520.0, 390000.0, 3204600.0)
    found = {candidate.crs: candidate.box for candidate in candidates(refused.value.bounds)}
    assert len(found) == 32 and {"EPSG:4549", "EPSG:4534", "EPSG:4554", "EPSG:4502", "EPSG:4512"} <= set(found)
    west, south, east, north = found["EPSG:4549"]
    assert (round(west, 4), round(south, 4), round(east, 4), round(north, 4)) == (118.8706, 28.9524, 118.8716, 28.9531)


def test_the_system_of_the_question_is_honoured() -> None:
    open_text = narrow(SAMPLE).replace("带号=40", "带号=")
    assert read(open_text, crs="EPSG:4549").crs == "EPSG:4549"
    assert read(SAMPLE, crs="EPSG:4528").crs == "EPSG:4528"
    # The words a question has for "nothing said": the same system, its projection is the text's own affair.
    assert read(SAMPLE, crs="EPSG:4490").crs == "EPSG:4528"
    with pytest.raises(WrongCrs):
        read(SAMPLE, crs="EPSG:4549")
    with pytest.raises(WrongCrs):
        read(SAMPLE, crs="EPSG:2365")


def test_too_many_points_are_refused_before_anything_is_built() -> None:
    with pytest.raises(TooLarge):
        read(HEAD + PLOT_HEAD + OUTER * 5000)


def test_no_text_whatever_ends_otherwise_than_in_a_refusal() -> None:
    """Mutations of the sample and noise; the seed is fixed, so that what is found once stays found."""
    chance = random.Random(20261122)
    alphabet = "0123456789.,-=@[]【】J面线点 \n\t\r°′″EN北纬\x00\ud800\U0001f600e+" + SAMPLE
    for _ in range(1500):
        text = list(SAMPLE if chance.random() < 0.7 else "")
        for _ in range(chance.randrange(1, 40)):
            place = chance.randrange(len(text) + 1)
            text[place : place + chance.randrange(3)] = chance.choices(alphabet, k=chance.randrange(6))
        try:
            parse_request({"site_text": "".join(text), "site_format": chance.choice([None, "auto", "boundary-points", "coordinates"])})
        except GridgovError as refused:
            assert 400 <= refused.status < 500
