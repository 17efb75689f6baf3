"""Admission lists as workbooks: the template an office fills in, and the reader that gives the plain data a rule file would."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from gridgov.admission.rule import RuleSet
from gridgov.admission.rulefile_plain import to_plain
from gridgov.admission.rulefile_source import Place, Places, Source, refusal
from gridgov.errors import Fault
from layers.rules_xlsx_columns import HEAD, HEAD_SHEET, HELP_SHEET, SHEETS, Column, NotReadable, Sheet

MAX_UNPACKED_BYTES = 20_000_000
MAX_ROWS = 5_000
_ROWS_TO_FILL = 500
# A spreadsheet takes text that begins so for a formula; such text carries an apostrophe, as does text that begins with one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
_HELP = (
    "本工作簿为准入清单模板。“清单”填写基本信息，“条款”每行一条，“示例”每行一个检验用例，载入时逐个检验，任一不符即拒绝。",
    "所有单元格为文本格式；代码（行政区、行业、版本）须以文本填写，不得由表格软件改为数值。日期写作 2024-01-01。",
    "多个代码用顿号或逗号分隔；多个属性用分号分隔；同一属性的多个取值用竖线分隔。",
    "效力为“允许”的条款只解除“解除条款”中列出的条款；不填条件即不设限制。",
    "条文性质为“原文”的，须已在所引文件中核对，引用状态填“已核实”；其余一律填“转述”“示例”。",
    "Fill 清单 (the list), 条款 (one rule a row) and 示例 (one example a row; run on import). Keep every cell as text; days as 2024-01-01.",
)


def read_workbook(raw: bytes, *, name: str) -> Source:
    """The plain data of a filled-in template, with the row of every entry. Raises BadRules for what is no such workbook."""
    book = _open(raw, name)
    reader = _Reader()
    head = _rows(book, HEAD_SHEET)
    if head is None:
        raise refusal(name, [Fault("row 1", f"the workbook has no sheet {HEAD_SHEET}; use the template", f"工作簿中没有“{HEAD_SHEET}”工作表，请使用模板")])
    plain = reader.head(head)
    for sheet in SHEETS:
        rows = _rows(book, sheet.name)
        if rows:
            plain[sheet.part] = reader.entries(sheet, rows)
    if reader.faults:
        raise refusal(name, reader.faults)
    return Source(name, plain, Places("row", reader.places))


def write_template(path: Path, ruleset: RuleSet) -> None:
    """Writes a list as a workbook with headings, drop-downs and help, every cell as text and none of it a formula."""
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"created": datetime(2024, 1, 1)})
        bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "num_format": "@", "text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        plain = to_plain(ruleset)
        _write_head(book.add_worksheet(HEAD_SHEET), plain, bold, text)
        for sheet in SHEETS:
            _write_entries(book.add_worksheet(sheet.name), sheet, plain.get(sheet.part, []), (bold, text))
        _write_help(book.add_worksheet(HELP_SHEET), bold, text)


def _open(raw: bytes, name: str) -> CalamineWorkbook:
    try:
        with zipfile.ZipFile(BytesIO(raw)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            said = MAX_UNPACKED_BYTES // 1_000_000
            raise refusal(name, [Fault("", f"the workbook unpacks to more than {said} MB", f"工作簿解压后超过 {said} MB")])
        return CalamineWorkbook.from_filelike(BytesIO(raw))
    except (zipfile.BadZipFile, CalamineError) as error:
        raise refusal(name, [Fault("", "this is no readable XLSX workbook", "不是可读取的 XLSX 工作簿")]) from error


def _rows(book: CalamineWorkbook, sheet: str) -> list[list[Any]] | None:
    if sheet not in book.sheet_names:
        return None
    # Leading empty rows are kept: a row's number is the one the reader sees.
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=MAX_ROWS + 2)


class _Reader:
    """Collects the plain data, the places and the faults of one workbook."""

    def __init__(self) -> None:
        self.places: dict[str, Place] = {}
        self.faults: list[Fault] = []

    def head(self, rows: Sequence[Sequence[Any]]) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        titles = {column.title: column for column in HEAD}
        seen: set[str] = set()
        self.places[""] = Place(1, sheet=HEAD_SHEET)
        for number, row in enumerate(rows, 1):
            title = _text(row[0]) if row else ""
            if not title or title == "项目":
                continue
            column = titles.get(title)
            if column is None or title in seen:
                self._fault(Place(number, sheet=HEAD_SHEET), f"{title!r} is unknown or stands twice", f"“{title}”不是可填项目，或重复出现")
                continue
            seen.add(title)
            place = Place(number, sheet=HEAD_SHEET, column="B")
            self.places[f"/{column.path[0]}"] = place
            self._put(plain, column, row[1] if len(row) > 1 else "", place)
        return plain

    def entries(self, sheet: Sheet, rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        columns = list(self._columns(sheet, rows[0]))
        self.places[f"/{sheet.part}"] = Place(1, sheet=sheet.name)
        if len(rows) > MAX_ROWS + 1:
            self._fault(Place(MAX_ROWS + 2, sheet=sheet.name), f"more than {MAX_ROWS} rows; split the list", f"超过 {MAX_ROWS} 行，请拆分清单")
        for number, row in enumerate(rows[1:], 2):
            if all(_is_blank(cell) for cell in row):
                continue
            entry: dict[str, Any] = {}
            pointer = f"/{sheet.part}/{len(found)}"
            self.places[pointer] = Place(number, sheet=sheet.name)
            for index, (column, cell) in enumerate(zip(columns, row, strict=False)):
                if column is not None:
                    place = Place(number, sheet=sheet.name, column=xl_col_to_name(index))
                    self.places["/".join([pointer, *column.path])] = place
                    self._put(entry, column, cell, place)
            found.append(entry)
        return found

    def _columns(self, sheet: Sheet, headings: Sequence[Any]) -> Iterator[Column | None]:
        titles = {column.title: column for column in sheet.columns}
        seen: set[str] = set()
        for index, cell in enumerate(headings):
            title = _text(cell)
            column = titles.get(title)
            if title and (column is None or title in seen):
                place = Place(1, sheet=sheet.name, column=xl_col_to_name(index))
                self._fault(place, f"the column {title!r} is unknown or stands twice", f"列“{title}”不是模板中的列，或重复出现")
                column = None
            seen.add(title)
            yield column

    def _put(self, plain: dict[str, Any], column: Column, cell: Any, place: Place) -> None:
        if _is_blank(cell):
            return
        try:
            value = _value(cell, column)
        except NotReadable as error:
            self._fault(place, f"{column.title}: {error.en}", f"{column.title}：{error.zh}")
            return
        *outer, last = column.path
        for step in outer:
            inner = plain.setdefault(step, {})
            if not isinstance(inner, dict):
                self._fault(place, f"{column.title}: give either a layer or a kind of layers", f"{column.title}：图层与图层类别只能填一项")
                return
            plain = inner
        plain[last] = value

    def _fault(self, place: Place, en: str, zh: str) -> None:
        self.faults.append(Fault(f"row {place.number}", f"sheet {place.sheet}: {en}", f"工作表“{place.sheet}”：{zh}", cell=place.cell))


def _value(cell: Any, column: Column) -> Any:
    if isinstance(cell, datetime | date):
        return cell.strftime("%Y-%m-%d")
    if isinstance(cell, str):
        return column.read(_text(cell))
    number = int(cell) if isinstance(cell, float) and cell.is_integer() else cell
    # A number where words are listed is one word that lost its text form: refused later, with the hint to format the cell.
    return [number] if column.read("x") == ["x"] else number


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _text(cell: Any) -> str:
    text = str(cell).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell_text(plain: Mapping[str, Any], column: Column) -> str:
    value: Any = plain
    for step in column.path:
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None or (column.path == ("layer",) and isinstance(value, Mapping)):
        return ""
    return _safe(column.write(value))


def _write_head(sheet: Any, plain: Mapping[str, Any], bold: Any, text: Any) -> None:
    sheet.set_column(0, 0, 16, text)
    sheet.set_column(1, 1, 40, text)
    sheet.set_column(2, 2, 60, text)
    for place, title in enumerate(("项目", "内容", "说明")):
        sheet.write_string(0, place, title, bold)
    for number, column in enumerate(HEAD, 1):
        sheet.write_string(number, 0, column.title, bold)
        sheet.write_string(number, 1, _cell_text(plain, column), text)
        sheet.write_string(number, 2, column.note, text)


def _write_entries(sheet: Any, part: Sheet, entries: Sequence[Mapping[str, Any]], formats: tuple[Any, Any]) -> None:
    bold, text = formats
    sheet.freeze_panes(1, 1)
    for place, column in enumerate(part.columns):
        sheet.set_column(place, place, column.width, text)
        sheet.write_string(0, place, column.title, bold)
        if column.note:
            sheet.write_comment(0, place, column.note)
        if column.choices:
            sheet.data_validation(1, place, _ROWS_TO_FILL, place, {"validate": "list", "source": list(column.choices)})
        for number, entry in enumerate(entries, 1):
            sheet.write_string(number, place, _cell_text(entry, column), text)


def _write_help(sheet: Any, bold: Any, text: Any) -> None:
    sheet.set_column(0, 0, 24, text)
    sheet.set_column(1, 1, 90, text)
    for number, line in enumerate(_HELP):
        sheet.write_string(number, 1, line, text)
    noted = [(sheet_of.name, column) for sheet_of in SHEETS for column in sheet_of.columns if column.note]
    for number, (name, column) in enumerate(noted, len(_HELP) + 1):
        sheet.write_string(number, 0, f"{name}·{column.title}", bold)
        sheet.write_string(number, 1, column.note, text)
