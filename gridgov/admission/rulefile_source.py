"""A rule file as plain data, and where each part of it stands in the file.

Decides what the text of an admission list means before anyone asks whether it is a good list: YAML 1.2 core schema only, no anchors,
aliases, tags, merges or second documents, no key twice, bounded size and depth. What the data must look like is left to `rule_schema`,
what it must mean to `rulefile_meaning`.
"""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamStartEvent,
)

from gridgov.errors import BadRules, Fault

MAX_BYTES = 1_000_000
MAX_DEPTH = 16
MAX_DIGITS = 15

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = dict.fromkeys(("", "~", "null", "Null", "NULL")) | {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: number of the line or table row (from 1), the scalar as written, sheet and column (D) of a workbook."""

    number: int
    raw: str | None = None
    sheet: str | None = None
    column: str | None = None

    @property
    def cell(self) -> str | None:
        """`sheet!D7`; None outside a workbook. A whole row is called by its first cell."""
        return None if self.sheet is None else f"{self.sheet}!{self.column or 'A'}{self.number}"


@dataclass(frozen=True, slots=True)
class Places:
    """The places of a file's values, by RFC 6901 pointer. `unit`: how a place is called in a fault's pointer."""

    unit: Literal["line", "row"] = "line"
    at: Mapping[str, Place] = field(default_factory=dict)

    def find(self, pointer: str) -> Place | None:
        """The place of a value, or of the nearest part around it that has one."""
        while pointer and pointer not in self.at:
            pointer = pointer.rpartition("/")[0]
        return self.at.get(pointer)

    def fault(self, pointer: str, en: str, zh: str) -> Fault:
        """A fault of the value at a JSON pointer, addressed the way a reader of the file finds it."""
        place = self.find(pointer)
        if place is None:
            return Fault(pointer, en, zh)
        sheet_en, sheet_zh = (f"sheet {place.sheet}, ", f"工作表“{place.sheet}”，") if place.sheet else ("", "")
        name = pointer or "/"
        return Fault(f"{self.unit} {place.number}", f"{sheet_en}{name}: {en}", f"{sheet_zh}{name}：{zh}", cell=place.cell)


@dataclass(frozen=True, slots=True)
class Source:
    """A rule file read: `plain` holds only dict, list, str, int, float, bool and None."""

    name: str
    plain: Any
    places: Places


def child(pointer: str, step: str | int) -> str:
    """The RFC 6901 pointer one step further in."""
    return f"{pointer}/{str(step).replace('~', '~0').replace('/', '~1')}"


def refusal(name: str, faults: Sequence[Fault]) -> BadRules:
    """The refusal of a whole file, every fault in the order in which a reader meets it."""
    return BadRules(
        f"{name}: {len(faults)} fault(s), nothing was loaded. First: {faults[0].pointer} {faults[0].en}",
        f"{name}：发现 {len(faults)} 处问题，未载入任何内容。首处：{faults[0].pointer} {faults[0].zh}",
        faults=sorted(faults, key=_reading_order),
    )


def likeness(word: object, known: Sequence[str]) -> tuple[str, str]:
    """The hint after an unknown word: the one meant, if one is near, and all that are known."""
    near = difflib.get_close_matches(str(word), known, n=1)
    listed = ", ".join(known)
    if near:
        return f"did you mean {near[0]!r}? Known: {listed}", f"是否应为“{near[0]}”？可用：{listed}"
    return f"known: {listed}", f"可用：{listed}"


def core_scalar(text: str) -> str | int | float | bool | None:
    """A plain (unquoted) scalar by the YAML 1.2 core schema. Raises ValueError for numbers that no double or code can hold."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("not finite")
    if not _INT.fullmatch(text) and not _FLOAT.fullmatch(text):
        return text
    if sum(character.isalnum() for character in text) > MAX_DIGITS:
        raise ValueError("too many digits")
    if _INT.fullmatch(text):
        return int(text, {"0o": 8, "0x": 16}.get(text[:2], 10))
    number = float(text)
    if abs(number) >= 10**MAX_DIGITS:
        raise ValueError("too large")
    # JSON storage does not tell 5 from 5.0: one spelling, so that what is stored reads back the same.
    return int(number) if number.is_integer() else number


def read_yaml(text: str | bytes, *, name: str) -> Source:
    """The plain data of a YAML 1.2 rule file with the line of every value.

    Raises BadRules with all faults that can be told apart: a syntax error ends the reading, the others do not.
    """
    reader = _Reader(_decoded(text, name))
    plain = reader.document()
    if reader.faults:
        raise refusal(name, reader.faults)
    return Source(name, plain, Places("line", reader.places))


def _reading_order(fault: Fault) -> tuple[int, str]:
    number = fault.pointer.rpartition(" ")[2]
    return (int(number) if number.isdigit() else 0, fault.pointer)


def _decoded(text: str | bytes, name: str) -> str:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BYTES:
        fault = Fault("", f"the file has {len(raw)} bytes, more than 1 MB; split the list", f"文件共 {len(raw)} 字节，超过 1 MB，请拆分清单")
        raise refusal(name, [fault])
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        fault = Fault(f"line {line}", f"byte {error.start} is not UTF-8; save the file as UTF-8", f"第 {error.start} 字节不是 UTF-8 编码，请另存为 UTF-8")
        raise refusal(name, [fault]) from error
    if "\0" in decoded:
        line = decoded[: decoded.index("\0")].count("\n") + 1
        raise refusal(name, [Fault(f"line {line}", "a NUL character; remove it", "含有空字符（NUL），请删除")])
    return decoded


class _TooDeep(Exception):
    """Reading ends here: what follows is nested deeper than any list needs."""


class _Reader:
    """One pass over the events of a document; collects data, places and faults."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.places: dict[str, Place] = {}
        self.faults: list[Fault] = []

    def document(self) -> Any:
        events = self._events()
        try:
            return self._whole(events)
        except _TooDeep:
            return None
        except MarkedYAMLError as error:
            self._syntax(error)
        except YAMLError as error:
            # The reader's own error (control characters) carries a position, not a mark.
            line = self.text[: getattr(error, "position", 0)].count("\n") + 1
            self._fault(line, f"not YAML 1.2: {_plainly(error)}", "不符合 YAML 1.2 语法，含有不允许的控制字符")
        return None

    def _events(self) -> Iterator[Event]:
        yield from YAML(typ="safe", pure=True).parse(self.text)

    def _whole(self, events: Iterator[Event]) -> Any:
        plain, documents = None, 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                self._directives(event)
            elif isinstance(event, NodeEvent):
                if documents > 1:
                    self._fault(_line(event), "a second document (---); one file holds one list", "出现第二个文档（---），一个文件只能有一份清单")
                    return plain
                plain = self._node(event, events, "", 1)
            elif not isinstance(event, StreamStartEvent):
                continue
        if documents == 0:
            self.faults.append(Fault("line 1", "the file is empty", "文件为空"))
        return plain

    def _directives(self, event: DocumentStartEvent) -> None:
        if event.tags or (event.version is not None and tuple(event.version) != (1, 2)):
            self._fault(_line(event), "only the directive %YAML 1.2 is allowed", "只允许使用 %YAML 1.2 指令")

    def _node(self, event: Event, events: Iterator[Event], pointer: str, depth: int) -> Any:
        if depth > MAX_DEPTH:
            self._fault(_line(event), f"nested deeper than {MAX_DEPTH} levels", f"嵌套超过 {MAX_DEPTH} 层")
            raise _TooDeep
        self._no_magic(event)
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, pointer, depth)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, pointer, depth)
        return self._scalar(event) if isinstance(event, ScalarEvent) else None

    def _no_magic(self, event: Event) -> None:
        if isinstance(event, AliasEvent):
            self._fault(_line(event), f"an alias (*{event.anchor}); write the value out", f"不允许使用别名（*{event.anchor}），请写出完整内容")
        elif isinstance(event, NodeEvent) and event.anchor is not None:
            self._fault(_line(event), f"an anchor (&{event.anchor}); write the value out", f"不允许使用锚点（&{event.anchor}），请写出完整内容")
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._fault(_line(event), f"a tag ({tag}); tags are not allowed", f"不允许使用标签（{tag}）")

    def _sequence(self, events: Iterator[Event], pointer: str, depth: int) -> list[Any]:
        found: list[Any] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            here = child(pointer, len(found))
            self._place(here, event, _line(event))
            found.append(self._node(event, events, here, depth + 1))
        return found

    def _mapping(self, events: Iterator[Event], pointer: str, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, events, pointer, depth)
            line = _line(event)
            if key in found:
                self._fault(line, f"the key {key!r} stands twice in one mapping", f"键“{key}”在同一处重复出现")
            here = child(pointer, key)
            value = next(events)
            self._place(here, value, line)
            found[key] = self._node(value, events, here, depth + 1)
        return found

    def _key(self, event: Event, events: Iterator[Event], pointer: str, depth: int) -> str:
        key = self._node(event, events, pointer, depth + 1)
        if isinstance(key, str):
            if key == "<<" and isinstance(event, ScalarEvent) and event.implicit[0]:
                self._fault(_line(event), "a merge key (<<); write the keys out", "不允许使用合并键（<<），请写出完整内容")
            return key
        raw = event.value if isinstance(event, ScalarEvent) else "…"
        self._fault(_line(event), f'a key must be text: write "{raw}" in quotes', f'键必须是文本：请加引号写作 "{raw}"')
        return raw

    def _scalar(self, event: ScalarEvent) -> str | int | float | bool | None:
        text = event.value
        if not event.implicit[0] or event.style:
            if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in text):
                self._fault(_line(event), "text holds a NUL or half a character (\\0, \\ud800)", "文本含有空字符或不完整字符（\\0、\\ud800）")
            return str(text)
        try:
            return core_scalar(text)
        except ValueError as error:
            en = f'{text[:40]}: {error}; a code is written in quotes, "{text[:40]}"'
            self._fault(_line(event), en, f'{text[:40]}：不是可用的数值；如为代码请加引号，写作 "{text[:40]}"')
            return None

    def _place(self, pointer: str, value: Event, line: int) -> None:
        self.places[pointer] = Place(line, value.value if isinstance(value, ScalarEvent) else None)

    def _fault(self, line: int, en: str, zh: str) -> None:
        self.faults.append(Fault(f"line {line}", en, zh))

    def _syntax(self, error: MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else 1
        written = "".join(self.text.split("\n")[max(line - 2, 0) : line])
        hint_en, hint_zh = "", ""
        if "\t" in written:
            hint_en, hint_zh = "; indent with spaces, not tabs", "；缩进请用空格，不要用制表符"
        elif "：" in written:
            hint_en, hint_zh = "; a full-width colon (：) does not count, write ': '", "；冒号须用半角加空格“: ”，不要用全角“：”"
        self._fault(line, f"not YAML 1.2: {_plainly(error)}{hint_en}", f"不符合 YAML 1.2 语法（{_plainly(error)}）{hint_zh}")


def _plainly(error: YAMLError) -> str:
    told = " ".join(part for part in (getattr(error, "context", None), getattr(error, "problem", None)) if part)
    return (told or str(error).split("\n", 1)[0])[:200]


def _line(event: Event) -> int:
    mark = getattr(event, "start_mark", None)
    return int(mark.line) + 1 if mark is not None else 1
