"""What the parts of an admission list must mean together, beyond their shape.

Looks at the file's own data, so that it can name places, and tolerates what `rule_schema` has already refused: every fault of a file is
told in one go. Whether the examples come out as they say is left to `example`.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gridgov.admission.rulefile_source import Places, child
from gridgov.errors import Fault

Plain = Mapping[str, Any]
Tell = Callable[[str, str, str], Fault]

WITHOUT_LAYER = ("project", "quota")
WITH_LAYER = ("space", "discharge", "risk", "resource")


def meaning_faults(plain: Any, places: Places) -> list[Fault]:
    """Every fault of meaning in a file's data, wherever its shape allows to look."""
    if not isinstance(plain, dict):
        return []
    tell = places.fault
    rules = [(child("/rules", index), rule) for index, rule in enumerate(_entries(plain, "rules"))]
    found = list(_ends_before_start(plain, "", ("effective_from", "effective_to"), tell))
    found += _repeals_itself(plain, tell)
    found += _same_id_twice(rules, tell)
    for pointer, rule in rules:
        found += _lifting(pointer, rule, tell)
        found += _speaking_of(pointer, rule, tell)
        found += _citing(pointer, rule, tell)
    found += _unknown_lifts(rules, tell)
    found += _cycles(rules, tell)
    return found


def _entries(plain: Plain, key: str) -> list[Plain]:
    entries = plain.get(key)
    return [entry if isinstance(entry, dict) else {} for entry in entries] if isinstance(entries, list) else []


def _words(rule: Plain, key: str) -> list[str]:
    held = rule.get(key)
    return [word for word in held if isinstance(word, str)] if isinstance(held, list) else []


def _ends_before_start(part: Plain, pointer: str, keys: tuple[str, str], tell: Tell) -> Iterator[Fault]:
    first, last = part.get(keys[0]), part.get(keys[1])
    # Days of one fixed form sort as text.
    if isinstance(first, str) and isinstance(last, str) and len(first) == len(last) == 10 and last <= first:
        yield tell(
            child(pointer, keys[1]),
            f"{keys[1]} {last} is not after {keys[0]} {first}; it is the first day no longer in force",
            f"{keys[1]}（{last}）须晚于 {keys[0]}（{first}）；它是不再有效的第一天",
        )


def _repeals_itself(plain: Plain, tell: Tell) -> Iterator[Fault]:
    own = f"{plain.get('ruleset')}@{plain.get('edition')}"
    for index, word in enumerate(_words(plain, "repeals")):
        if word == own:
            yield tell(f"/repeals/{index}", "an edition cannot repeal itself", "清单不能废止自身版本")


def _same_id_twice(rules: list[tuple[str, Plain]], tell: Tell) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for pointer, rule in rules:
        name = rule.get("id")
        if not isinstance(name, str):
            continue
        if name in first:
            yield tell(child(pointer, "id"), f"the id {name!r} is already used by {first[name]}", f"条款编号“{name}”与 {first[name]} 重复")
        first.setdefault(name, pointer)


def _lifting(pointer: str, rule: Plain, tell: Tell) -> Iterator[Fault]:
    if rule.get("effect") == "permit" and not rule.get("lifts"):
        yield tell(
            pointer,
            "a rule with effect permit must name the rules it lifts (lifts: [ID]); what no rule forbids needs no permit",
            "效力为 permit 的条款须用 lifts 写明其解除的条款；未被禁止的事项无需另设允许条款",
        )
    if rule.get("effect") in ("prohibit", "condition") and rule.get("lifts"):
        yield tell(child(pointer, "lifts"), "only a rule with effect permit lifts others", "只有效力为 permit 的条款才能解除其他条款")
    if rule.get("effect") == "permit" and rule.get("conditions"):
        yield tell(
            child(pointer, "conditions"),
            "a permit only lifts; put its conditions into a rule of their own with effect condition and the same layer, where and when",
            "允许条款只起解除作用；请将条件另立一条效力为 condition 的条款，图层、分区属性和适用情形与之相同",
        )


def _speaking_of(pointer: str, rule: Plain, tell: Tell) -> Iterator[Fault]:
    if rule.get("layer") is not None:
        return
    dimension = rule.get("dimension")
    if dimension in WITH_LAYER:
        yield tell(
            pointer,
            f"a rule of dimension {dimension} needs a layer; only {' and '.join(WITHOUT_LAYER)} may speak of the whole territory",
            f"维度为 {dimension} 的条款须填写图层；只有 project、quota 可针对整个辖区",
        )
    for key in ("where", "relation"):
        if rule.get(key) not in (None, {}, "overlap"):
            yield tell(child(pointer, key), f"{key} asks something of a layer, and the rule names none", f"{key} 须与图层配合使用，本条未填写图层")


def _citing(pointer: str, rule: Plain, tell: Tell) -> Iterator[Fault]:
    citation = rule.get("citation")
    if not isinstance(citation, dict):
        return
    here = child(pointer, "citation")
    yield from _ends_before_start(citation, here, ("in_force_from", "in_force_to"), tell)
    if rule.get("text_kind") == "verbatim" and citation.get("status", "example") != "confirmed":
        yield tell(
            child(pointer, "text_kind"),
            "verbatim is only what was read at the cited source: confirm the citation (status: confirmed) or write paraphrase",
            "只有已核对原文的条文才能标为 verbatim：请将引用状态改为 confirmed，或改为 paraphrase",
        )


def _unknown_lifts(rules: list[tuple[str, Plain]], tell: Tell) -> Iterator[Fault]:
    known = {rule.get("id") for _, rule in rules if isinstance(rule.get("id"), str)}
    for pointer, rule in rules:
        for index, name in enumerate(_words(rule, "lifts")):
            if name not in known:
                yield tell(f"{pointer}/lifts/{index}", f"lifts the rule {name!r}, which this list does not have", f"要解除的条款“{name}”在本清单中不存在")


def _cycles(rules: list[tuple[str, Plain]], tell: Tell) -> Iterator[Fault]:
    """Each rule that lifts itself, directly or through others, told once a cycle at its first rule."""
    lifts = {str(rule.get("id")): _words(rule, "lifts") for _, rule in rules}
    told: set[str] = set()
    for pointer, rule in rules:
        name = str(rule.get("id"))
        path = _way_back(name, lifts)
        if path and name not in told:
            told.update(path)
            chain = " → ".join([*path, name])
            yield tell(child(pointer, "lifts"), f"the lifts go in a circle: {chain}", f"解除关系形成循环：{chain}")


def _way_back(start: str, lifts: Mapping[str, list[str]]) -> list[str]:
    """The rules on a way of `lifts` from a rule back to itself; empty = there is none."""
    came_from: dict[str, str] = {}
    open_ends = [start]
    while open_ends:
        here = open_ends.pop()
        for there in lifts.get(here, []):
            if there == start:
                path = [here]
                while path[0] != start:
                    path.insert(0, came_from[path[0]])
                return path
            if there not in came_from:
                came_from[there] = here
                open_ends.append(there)
    return []
