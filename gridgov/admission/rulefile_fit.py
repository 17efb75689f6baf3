"""Whether a list fits what is already loaded: its own earlier editions, and the layers whose zones it speaks of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gridgov.admission.rule import LayerSelector, RuleSet
from gridgov.admission.rulefile_source import Places, child, likeness, refusal
from gridgov.errors import Conflict, Fault


@dataclass(frozen=True, slots=True)
class LoadedEdition:
    """What is known of a list's edition without reading it."""

    ruleset: str
    edition: str
    effective_from: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LoadedLayer:
    """A registered layer: how many editions it has, and the names of the attributes their zones carry."""

    key: str
    kind: str
    editions: int
    attributes: frozenset[str]


def is_loaded(ruleset: RuleSet, loaded: Iterable[LoadedEdition]) -> bool:
    """Whether this very edition is there already. Raises Conflict when it is there with other content."""
    for other in loaded:
        if (other.ruleset, other.edition) != (ruleset.ruleset, ruleset.edition):
            continue
        if other.sha256 != ruleset.sha256:
            raise Conflict(
                f"{ruleset.ruleset}@{ruleset.edition} is already loaded with other content; give the changed list a new edition and effective_from.",
                f"清单 {ruleset.ruleset}@{ruleset.edition} 已载入且内容不同；修改后的清单请使用新的版本号和生效日期。",
                loaded_sha256=other.sha256,
                sha256=ruleset.sha256,
            )
        return True
    return False


def require_fit(ruleset: RuleSet, loaded: Sequence[LoadedEdition], layers: Sequence[LoadedLayer], *, name: str, places: Places) -> None:
    """Raises BadRules with every fault of `fit_faults`."""
    faults = fit_faults(ruleset, loaded, layers, places)
    if faults:
        raise refusal(name, faults)


def fit_faults(ruleset: RuleSet, loaded: Sequence[LoadedEdition], layers: Sequence[LoadedLayer], places: Places) -> list[Fault]:
    """A fault where another edition begins on the same day, and for each attribute a rule asks for that no zone of its layers carries."""
    return [*_same_day(ruleset, loaded, places), *_unknown_attributes(ruleset, layers, places)]


def _same_day(ruleset: RuleSet, loaded: Iterable[LoadedEdition], places: Places) -> Iterable[Fault]:
    day = ruleset.effective_from.isoformat()
    for other in loaded:
        if other.ruleset == ruleset.ruleset and other.edition != ruleset.edition and other.effective_from == day:
            yield places.fault(
                "/effective_from",
                f"edition {other.edition} of {ruleset.ruleset} already takes effect on {day}; two editions cannot begin on one day",
                f"清单 {ruleset.ruleset} 的版本 {other.edition} 已于 {day} 生效；两个版本不能同日生效",
            )


def _unknown_attributes(ruleset: RuleSet, layers: Sequence[LoadedLayer], places: Places) -> Iterable[Fault]:
    for index, rule in enumerate(ruleset.rules):
        if rule.layer is None:
            continue
        spoken_of = [layer for layer in layers if _selects(rule.layer, layer)]
        if not spoken_of or any(layer.editions == 0 for layer in spoken_of):
            # Nothing is known yet of what these zones carry: what is missing later makes the answer undetermined, never clear.
            continue
        known = sorted(frozenset[str]().union(*(layer.attributes for layer in spoken_of)))
        for attribute in rule.where:
            if attribute not in known:
                yield _unknown_attribute(child(f"/rules/{index}/where", attribute), attribute, known, places)


def _unknown_attribute(pointer: str, attribute: str, known: Sequence[str], places: Places) -> Fault:
    if not known:
        return places.fault(pointer, f"the zones of this layer carry no attribute, so no {attribute!r}", f"该图层的分区没有任何属性，无法使用“{attribute}”")
    hint_en, hint_zh = likeness(attribute, known)
    return places.fault(pointer, f"no zone of this layer carries the attribute {attribute!r}; {hint_en}", f"该图层的分区没有属性“{attribute}”；{hint_zh}")


def _selects(selector: LayerSelector, layer: LoadedLayer) -> bool:
    return layer.key == selector.key if selector.key is not None else layer.kind == selector.kind
