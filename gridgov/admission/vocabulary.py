"""The words a question may use: those the lists in force name, and those that are usual, each as an office says it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from gridgov.admission.rule import Rule, RuleSet

Names = Mapping[str, tuple[str, str]]

# Kinds of projects as environmental impact forms name them (建设性质).
ACTIONS: Final[Names] = {"new": ("新建", "New"), "rebuild": ("改建", "Rebuilding"), "expand": ("扩建", "Expansion"), "relocate": ("迁建", "Relocation")}
# The ten classes of limited human activity within red lines, in their order, and what a question may say beside them.
ACTIVITIES: Final[Names] = {
    "patrol-and-research": ("管护巡护、科学研究、防灾减灾等", "Patrol, research, disaster prevention"),
    "residents-farming": ("原住居民生产生活", "Living and farming of residents"),
    "archaeology": ("考古调查发掘和文物保护", "Archaeology and heritage"),
    "commercial-forest-tending": ("经依法批准的商品林抚育、采伐", "Tending of commercial forest"),
    "sightseeing-and-education": ("适度参观旅游、科普宣教", "Sightseeing and education"),
    "linear-infrastructure": ("必须且无法避让的线性基础设施、防洪供水设施", "Linear infrastructure that cannot avoid the place"),
    "mineral-survey": ("地质调查与矿产资源勘查开采", "Geological and mineral survey"),
    "ecological-restoration": ("生态修复", "Ecological restoration"),
    "border-works": ("边界勘定、界务工作", "Border works"),
    "other-lawful": ("法律法规规定允许的其他活动", "Other activities the law allows"),
    "national-major": ("国家重大项目", "Major national project"),
    "water-supply": ("供水设施和保护水源", "Water supply and its protection"),
    "none": ("不属于有限人为活动", "None of these"),
}
POLLUTANTS: Final[Names] = {
    "COD": ("化学需氧量", "Chemical oxygen demand"),
    "NH3-N": ("氨氮", "Ammonia nitrogen"),
    "TP": ("总磷", "Total phosphorus"),
    "TN": ("总氮", "Total nitrogen"),
    "SO2": ("二氧化硫", "Sulphur dioxide"),
    "NOx": ("氮氧化物", "Nitrogen oxides"),
    "VOCs": ("挥发性有机物", "Volatile organic compounds"),
    "PM": ("颗粒物", "Particulate matter"),
}
FUELS: Final[Names] = {
    "coal": ("煤炭", "Coal"),
    "petroleum-coke": ("石油焦", "Petroleum coke"),
    "heavy-oil": ("重油、渣油", "Heavy oil"),
    "light-oil": ("轻质油", "Light oil"),
    "natural-gas": ("天然气", "Natural gas"),
    "biomass": ("生物质成型燃料", "Biomass pellets"),
    "electricity": ("电", "Electricity"),
    "none": ("不使用燃料", "None"),
}


def vocabulary(lists: Sequence[RuleSet]) -> dict[str, list[dict[str, Any]]]:
    """The document of `GET /vocabulary`: the usual words first, then those that only the lists name, by key; `named` = some list names it."""
    named = [(rules, rule) for rules in lists for rule in rules.rules]
    return {
        "actions": _words(ACTIONS, (word for _, rule in named for word in rule.when.action)),
        "activities": [_with_text(word, named) for word in _words(ACTIVITIES, (word for _, rule in named for word in _activities(rule)))],
        "pollutants": _words(POLLUTANTS, (word for _, rule in named for word in rule.when.discharge)),
        "fuels": _words(FUELS, (word for _, rule in named for word in rule.when.fuel)),
    }


def _words(usual: Names, spoken: Iterable[str]) -> list[dict[str, Any]]:
    found = set(spoken)
    keys = [*usual, *sorted(found - set(usual))]
    return [{"key": key, "zh": usual.get(key, (key, key))[0], "en": usual.get(key, (key, key))[1], "named": key in found} for key in keys]


def _activities(rule: Rule) -> tuple[str, ...]:
    return (*rule.when.activity, *rule.when.activity_not)


def _with_text(word: dict[str, Any], named: Sequence[tuple[RuleSet, Rule]]) -> dict[str, Any]:
    """The word with the clause that speaks of it most closely: the one that names the fewest beside it; None = no list names it."""
    spoken = [(rules, rule) for rules, rule in named if word["key"] in _activities(rule)]
    if not spoken:
        return {**word, "text": None, "ruleset": None, "rule": None}
    rules, rule = min(spoken, key=lambda pair: (len(_activities(pair[1])), pair[0].ruleset, pair[1].id))
    return {**word, "text": rule.text, "ruleset": rules.ruleset, "rule": rule.id}
