"""An admission list as a workbook says the same as the rule file, and names the row of what is wrong."""

import io
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from gridgov.admission.example import run_examples
from gridgov.admission.example_world import verdict_of_example
from gridgov.admission.rulefile import list_from, parse_rules
from gridgov.errors import BadRules
from layers.rules_xlsx import read_workbook, write_template
from layers.rules_xlsx_columns import RULES

SAMPLES = Path(__file__).parents[2] / "layers" / "sample_city" / "rules"
TEMPLATE = files("gridgov.admission").joinpath("rule_template.yaml").read_text(encoding="utf-8")
HEAD: list[list[Any]] = [["项目", "内容"], ["清单标识", "a"], ["版本", "2024"], ["生效日期", "2024-01-01"]]
TITLES = ["编号", "图层", "效力", "维度", "条文", "依据文件"]
RULE = ["A", "red-line", "禁止", "空间布局", "禁止。", "示例办法"]


def workbook(head: list[list[Any]], rules: list[list[Any]], **others: list[list[Any]]) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in {"清单": head, "条款": rules, **others}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return held.getvalue()


def faults(raw: bytes) -> list[tuple[str, str]]:
    with pytest.raises(BadRules) as caught:
        list_from(read_workbook(raw, name="list.xlsx"))
    return [(fault.pointer, fault.en) for fault in caught.value.faults]


@pytest.mark.parametrize("name", ["template", "control-units-2024", "red-line-2018", "red-line-2024", "source-water-2020"])
def test_a_list_written_as_a_workbook_is_read_back_the_same(tmp_path: Path, name: str) -> None:
    text = TEMPLATE if name == "template" else (SAMPLES / f"{name}.yaml").read_text(encoding="utf-8")
    ruleset = parse_rules(text, name=name)
    write_template(tmp_path / "list.xlsx", ruleset)
    assert list_from(read_workbook((tmp_path / "list.xlsx").read_bytes(), name="list.xlsx")).ruleset == ruleset


def test_the_template_comes_out_as_its_examples_say() -> None:
    assert run_examples(parse_rules(TEMPLATE, name="template"), verdict_of_example) == []


def test_text_and_numbers_of_a_zone_stay_apart(tmp_path: Path) -> None:
    text = TEMPLATE.replace("where: {core: true}               #", "where: {a: [1, '1', 'true', 'x;y|z=1'], b: [null, 0.5], c: '名称：甲'}  #")
    ruleset = parse_rules(text, name="list")
    write_template(tmp_path / "list.xlsx", ruleset)
    assert list_from(read_workbook((tmp_path / "list.xlsx").read_bytes(), name="list.xlsx")).ruleset == ruleset


def test_a_text_that_looks_like_a_formula_is_written_harmless_and_read_back(tmp_path: Path) -> None:
    for text in ('=HYPERLINK("http://x")', "+1", "-1", "@sum", "'=1", "'quoted"):
        quoted = text.replace("'", "''")
        ruleset = parse_rules(TEMPLATE.replace("authority: 某市人民政府", f"authority: '{quoted}'"), name="list")
        write_template(tmp_path / "list.xlsx", ruleset)
        raw = (tmp_path / "list.xlsx").read_bytes()
        strings = zipfile.ZipFile(io.BytesIO(raw)).read("xl/sharedStrings.xml").decode()
        assert "<t>=" not in strings and "<t>+" not in strings and "<t>@" not in strings
        assert list_from(read_workbook(raw, name="list.xlsx")).ruleset == ruleset


def test_no_cell_of_the_template_is_a_formula(tmp_path: Path) -> None:
    write_template(tmp_path / "list.xlsx", parse_rules(TEMPLATE, name="template"))
    with zipfile.ZipFile(tmp_path / "list.xlsx") as archive:
        assert all(b"<f>" not in archive.read(name) for name in archive.namelist())


def test_a_workbook_of_few_columns_is_enough() -> None:
    ruleset = list_from(read_workbook(workbook(HEAD, [TITLES, RULE]), name="list.xlsx")).ruleset
    assert (ruleset.edition, [rule.effect for rule in ruleset.rules], ruleset.examples) == ("2024", ["prohibit"], ())


def test_a_code_that_became_a_number_is_refused_at_its_row() -> None:
    head = [*HEAD[:2], ["版本", 2024], HEAD[3], ["适用行政区", 330824]]
    found = faults(workbook(head, [[*TITLES, "行业"], [*RULE, 26]]))
    assert [place for place, _ in found] == ["row 2", "row 3", "row 5"]
    assert all("format the cell as text" in sentence for _, sentence in found)


def test_a_real_date_cell_is_a_day() -> None:
    from datetime import date

    head = [*HEAD[:3], ["生效日期", date(2024, 5, 1)]]
    assert list_from(read_workbook(workbook(head, [TITLES, RULE]), name="list.xlsx")).ruleset.effective_from == date(2024, 5, 1)


def test_blank_rows_do_not_shift_the_row_of_a_fault() -> None:
    found = faults(workbook(HEAD, [TITLES, RULE, [""] * 6, ["B", *RULE[1:2], "严禁", *RULE[3:]]]))
    assert [place for place, _ in found] == ["row 4"] and "sheet 条款" in found[0][1]


@pytest.mark.parametrize(
    ("title", "cell"),
    [
        ("分区属性", "core"),
        ("分区属性", "a=1; a=2"),
        ("分区属性", 'a="x'),
        ("排放", "COD"),
        ("准入条件", "approval: x"),
        ("陌生列", "x"),
        ("编号", "again"),
    ],
)
def test_a_cell_or_column_without_the_asked_form_is_refused(title: str, cell: str) -> None:
    assert len(faults(workbook(HEAD, [[*TITLES, title], [*RULE, cell]]))) == 1


def test_layer_and_kind_exclude_each_other() -> None:
    assert faults(workbook(HEAD, [[*TITLES, "图层类别"], [*RULE, "farmland"]]))[0][0] == "row 2"


def test_an_unknown_item_of_the_head_is_refused() -> None:
    assert faults(workbook([*HEAD, ["说不清", "x"]], [TITLES, RULE])) == [("row 5", "sheet 清单: '说不清' is unknown or stands twice")]


@pytest.mark.parametrize("raw", [b"PK\x03\x04 broken", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_workbook_is_refused(raw: bytes) -> None:
    assert faults(raw)[0][1] == "this is no readable XLSX workbook"


def test_a_workbook_without_the_head_is_refused() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.add_worksheet("Sheet1")
    assert "no sheet 清单" in faults(held.getvalue())[0][1]


def test_a_workbook_that_unpacks_without_measure_is_refused() -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/bomb.xml", b"\0" * 30_000_000)
    assert "unpacks to more than" in faults(held.getvalue())[0][1]


def test_the_headings_are_distinct() -> None:
    assert len({column.title for column in RULES}) == len(RULES)
