"""Which column of a file is a zone's code, its name, its attributes: by options, by a field map, by the alias table.

Pure; reads the text of a field map (YAML 1.2, no aliases) and refuses with the line what it does not know.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from gridgov.errors import Fault, Refused
from gridgov.zones.aliases import ATTRIBUTES, clean_name, code_names, fold, zone_names

Scalar = str | int | float | bool | None
MAX_BYTES = 1_000_000
MAX_DEPTH = 6


@dataclass(frozen=True, slots=True)
class AttributeSource:
    """Where an attribute comes from. columns: the first that the file has. values: raw text -> value; None = taken as it is.

    With `values`, a raw value that is not listed is unknown (None): a guess could turn a ban into something milder.
    """

    columns: tuple[str, ...]
    values: Mapping[str, Scalar] | None = None


@dataclass(frozen=True, slots=True)
class FieldMap:
    """What the user says of columns; empty = left to the alias table."""

    code: tuple[str, ...] = ()
    name: tuple[str, ...] = ()
    attributes: Mapping[str, AttributeSource] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fields:
    """The choice for one file. code None = numbered in file order; name None = the code. columns: file column -> attribute name."""

    code: str | None
    name: str | None
    columns: Mapping[str, str]
    attributes: Mapping[str, AttributeSource]


def read_field_map(text: str) -> FieldMap:
    """The map of `{code: HXBM, name: [HXMM, 名称], attributes: {core: {from: HXLX, values: {核心: true}}}}`.

    An attribute may also be a column name alone. Raises Refused naming the line.
    """
    root = _compose(text)
    if root is None:
        return FieldMap()
    parts = _mapping(root, "field map", ("code", "name", "attributes"))
    attributes = {}
    if "attributes" in parts:
        for name, node in _pairs(parts["attributes"], "attributes"):
            attributes[name] = _attribute(name, node)
    return FieldMap(_names(parts.get("code"), "code"), _names(parts.get("name"), "name"), attributes)


def _compose(text: str) -> Node | None:
    if len(text.encode()) > MAX_BYTES:
        raise Refused("the field map is larger than 1 MB", "字段映射文件超过 1 MB")
    try:
        if any(isinstance(event, AliasEvent) for event in YAML(typ="safe", pure=True).parse(text)):
            raise Refused("the field map uses a YAML alias (*name); write the value out", "字段映射使用了 YAML 别名（*名称），请写出完整内容")
        found: Node | None = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as bad:
        line = bad.problem_mark.line + 1 if bad.problem_mark else 1
        raise _refused(line, f"no YAML: {bad.problem}", "不符合 YAML 语法") from bad
    except (YAMLError, RecursionError, ValueError) as bad:
        raise Refused("the field map is no YAML", "字段映射不符合 YAML 语法") from bad
    return found


def _refused(line: int, en: str, zh: str) -> Refused:
    return Refused(f"field map, line {line}: {en}", f"字段映射第 {line} 行：{zh}", faults=[Fault(f"line {line}", en, zh)])


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _pairs(node: Node, what: str) -> list[tuple[str, Node]]:
    if not isinstance(node, MappingNode):
        raise _refused(_line(node), f"{what} must be a mapping", f"{what} 应为映射")
    found: dict[str, Node] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            raise _refused(_line(key), "a key must be plain text", "键应为文本")
        if key.value in found:
            raise _refused(_line(key), f"the key {key.value} stands twice", f"键“{key.value}”重复")
        found[key.value] = value
    return list(found.items())


def _mapping(node: Node, what: str, known: Sequence[str]) -> dict[str, Node]:
    found = _pairs(node, what)
    for key, value in found:
        if key not in known:
            raise _refused(_line(value), f"unknown key {key} in {what}; known: {', '.join(known)}", f"{what} 中有未知的键“{key}”，可用：{'、'.join(known)}")
    return dict(found)


def _names(node: Node | None, what: str) -> tuple[str, ...]:
    if node is None:
        return ()
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    for item in nodes:
        if not isinstance(item, ScalarNode) or not item.value:
            raise _refused(_line(item), f"{what} must be a column name or a list of them", f"{what} 应为字段名或字段名列表")
    return tuple(item.value for item in nodes)


def _attribute(name: str, node: Node) -> AttributeSource:
    if not isinstance(node, MappingNode):
        return AttributeSource(_names(node, name))
    parts = _mapping(node, f"attribute {name}", ("from", "values"))
    if "from" not in parts:
        raise _refused(_line(node), f"attribute {name} needs `from`", f"属性“{name}”缺少 from")
    values = None
    if "values" in parts:
        values = {raw: _scalar(value) for raw, value in _pairs(parts["values"], f"values of {name}")}
    return AttributeSource(_names(parts["from"], "from"), values)


def _scalar(node: Node) -> Scalar:
    """A scalar by the YAML 1.2 core schema; quoted text stays text."""
    if not isinstance(node, ScalarNode):
        raise _refused(_line(node), "a value must be a single value", "取值应为单个值")
    word = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return word
    constants: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
    if word.lower() in constants:
        return constants[word.lower()]
    if re.fullmatch(r"[-+]?[0-9]+", word):
        return int(word)
    return float(word) if re.fullmatch(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)([eE][-+]?[0-9]+)?", word) else word


def choose_fields(columns: Sequence[str], kind: str, given: FieldMap) -> Fields:
    """The columns of one file that are used. Raises Refused naming a column that was asked for and is not there."""
    by_fold: dict[str, str] = {}
    for column in columns:
        by_fold.setdefault(fold(column), column)
    code = _required(given.code, by_fold, columns) if given.code else _first(code_names(kind), by_fold)
    name = _required(given.name, by_fold, columns) if given.name else _first(zone_names(kind), by_fold)
    attributes = {key: AttributeSource((_required(source.columns, by_fold, columns),), source.values) for key, source in given.attributes.items()}
    kept = _kept_names(columns)
    taken = {fold(key) for key in attributes} | set(by_fold)
    for key, names in ATTRIBUTES.get(kind, {}).items():
        found = _first(names, by_fold)
        if found is not None and fold(key) not in taken:
            attributes[key] = AttributeSource((found,))
    return Fields(code, name, kept, attributes)


def _first(names: Iterable[str], by_fold: Mapping[str, str]) -> str | None:
    return next((by_fold[fold(name)] for name in names if fold(name) in by_fold), None)


def _required(names: Sequence[str], by_fold: Mapping[str, str], columns: Sequence[str]) -> str:
    found = _first(names, by_fold)
    if found is None:
        have = ", ".join(columns) or "none"
        raise Refused(f"the file has no column {' or '.join(names)}; it has: {have}", f"文件中没有字段“{'”或“'.join(names)}”，现有字段：{have}")
    return found


def _kept_names(columns: Sequence[str]) -> dict[str, str]:
    """File column -> attribute name, distinct."""
    kept: dict[str, str] = {}
    for position, column in enumerate(columns, 1):
        name = clean_name(column) or f"field_{position}"
        kept[column] = name if name not in kept.values() else f"{name}_{position}"
    return kept


def attributes_of(row: Mapping[str, Any], fields: Fields) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A zone's attributes, and the (attribute, raw value) pairs that its field map does not list.

    Every column but code and name is kept under its own name; None = the file gives no value.
    """
    found: dict[str, Any] = {name: row.get(column) for column, name in fields.columns.items() if column not in (fields.code, fields.name)}
    unlisted = []
    for key, source in fields.attributes.items():
        raw = row.get(source.columns[0])
        if source.values is None or raw is None:
            found[key] = raw
            continue
        text = as_text(raw)
        found[key] = source.values.get(text)
        if text not in source.values:
            unlisted.append((key, text))
    return found, unlisted


def as_text(value: Any) -> str:
    """A raw value as text: whole floats without their point, booleans as in JSON, blanks at the ends gone."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
