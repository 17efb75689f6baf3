"""Turns verdict documents into what the page of the sample shows. Pure: chooses words and order, decides nothing about sites."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from api.sketch import Sketch, sketch
from api.words import area, input_name, kind_name, length, percent, reason_name, words
from gridgov.errors import Language

VERDICTS = ("prohibited", "undetermined", "conditional", "permitted")
_GATES = ("space", "quota", "project")
_BY_EFFECT = {"prohibit": "prohibited", "condition": "conditional", "permit": "permitted", "note": "note"}

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """One finding as it is read: `mark` is a verdict word or `note`."""

    mark: str
    title: str
    zone: str
    text: str
    source: str
    example: bool
    remarks: tuple[str, ...]
    figure: str
    share: str


@dataclass(frozen=True, slots=True)
class SiteCard:
    """One checked site. place: names of its cells; size: area, length or point; lines: (name, remark) pairs for no data and clear."""

    check_id: str
    name: str
    verdict: str
    sentence: str
    size: str
    place: str
    industry: str
    on: str
    gates: tuple[tuple[str, str], ...]
    findings: tuple[FindingLine, ...]
    no_data: tuple[tuple[str, str], ...]
    clear: tuple[tuple[str, str], ...]
    sketch: Sketch | None


@dataclass(frozen=True, slots=True)
class Group:
    """The sites of one verdict."""

    verdict: str
    sites: tuple[SiteCard, ...]


def grouped(documents: Sequence[Document], language: Language) -> list[Group]:
    """The sites by verdict, the worst first; a verdict nobody got is left out."""
    cards = [_card(document, language) for document in documents]
    groups = [Group(verdict, tuple(card for card in cards if card.verdict == verdict)) for verdict in VERDICTS]
    return [group for group in groups if group.sites]


def _card(document: Document, language: Language) -> SiteCard:
    project = document["request"]["project"]
    verdict = document["verdict"]
    return SiteCard(
        check_id=document["id"],
        name=project["name"] or words(language)["unnamed"],
        verdict=verdict,
        sentence=_sentence(document, language),
        size=_size(document["site"], language),
        place=_place(document["site"]["cells"]),
        industry=document["request"]["industry"] or "",
        on=document["on"] or "",
        gates=tuple((name, document["gates"][name]["verdict"] if document["gates"][name]["asked"] else "") for name in _GATES),
        findings=tuple(_finding(finding, language) for finding in sorted(document["findings"], key=_weight)),
        no_data=tuple((_layer_name(line["layer"], document, language), _silence(line, language)) for line in document["no_data"]),
        clear=tuple((_layer_name(line["layer"], document, language), _nearest(line["nearest"])) for line in document["clear"]),
        sketch=sketch(document["site"]["geometry"], _overlaps(document)),
    )


def _sentence(document: Document, language: Language) -> str:
    """The summary without its first word, which the verdict's tag says already."""
    text: str = document["summary"] if language == "zh" else document.get("summary_en", document["summary"])
    head, mark, rest = text.partition("：" if language == "zh" else ": ")
    said = rest if mark and len(head) < 24 else text
    return said[:1].upper() + said[1:]


def _size(site: Document, language: Language) -> str:
    word = words(language)
    if site.get("area_m2"):
        return f"{word['site_area']} {area(site['area_m2'], language)}"
    if site.get("length_m"):
        return f"{word['site_length']} {length(site['length_m'])}"
    return word["site_point"]


def _place(cells: Sequence[Document]) -> str:
    if not cells:
        return ""
    largest = max(cells, key=lambda cell: Decimal(cell["share"] or 0))
    names = [parent["name"] for parent in largest.get("parents", ())] + [largest.get("name") or largest["code"]]
    return " ".join(names) + (f" +{len(cells) - 1}" if len(cells) > 1 else "")


def _weight(finding: Document) -> tuple[int, Decimal]:
    """Prohibitions first, then the open questions, conditions, permissions and notes; the larger share first."""
    mark = _mark(finding)
    return ((*VERDICTS, "note").index(mark), -Decimal(finding.get("site_share") or 0))


def _mark(finding: Document) -> str:
    if finding["effect"] == "note":
        return "note"
    if finding["matched"] == "unknown":
        return "undetermined"
    if finding["lifted_by"]:
        return "note"
    if finding["below_threshold"]:
        return "conditional"
    return _BY_EFFECT[finding["effect"]]


def _finding(finding: Document, language: Language) -> FindingLine:
    rule, zone = finding["rule"] or {}, finding["zone"] or {}
    citation = rule.get("citation") or {}
    overlapping = finding.get("overlap_m2") or finding.get("overlap_m")
    return FindingLine(
        mark=_mark(finding),
        title=zone.get("name") or zone.get("code") or rule.get("id", ""),
        zone=" · ".join(part for part in (kind_name(zone["kind"], language), zone.get("edition", "")) if part) if zone else "",
        text=rule.get("text", ""),
        source=f"{citation.get('instrument', '')}{citation.get('article') or ''}",
        example=citation.get("status") == "example",
        remarks=_remarks(finding, language),
        figure=_figure(finding, language) if overlapping or finding.get("distance_m") else "",
        share=percent(finding["site_share"]) if finding.get("site_share") and finding["relation"] == "overlap" else "",
    )


def _figure(finding: Document, language: Language) -> str:
    if finding["relation"] == "near":
        return length(finding["distance_m"])
    if finding["relation"] == "touch":
        return area("0.00", language)
    if finding.get("overlap_m2"):
        return area(finding["overlap_m2"], language)
    return length(finding["overlap_m"]) if finding.get("overlap_m") else ""


def _remarks(finding: Document, language: Language) -> tuple[str, ...]:
    word, found = words(language), []
    colon, comma = ("：", "、") if language == "zh" else (": ", ", ")
    if finding["lifted_by"]:
        found.append(word["lifted"])
    if finding["below_threshold"]:
        found.append(word["below"])
    if finding["relation"] == "touch":
        found.append(word["touch"])
    if finding["needs"]:
        found.append(word["needs"] + colon + comma.join(input_name(field, language) for field in finding["needs"]))
    found += [word["condition"] + colon + condition["text"] for condition in finding["conditions"] if condition.get("text")]
    return tuple(found)


def _layer_name(layer: str, document: Document, language: Language) -> str:
    """The kind's name where the key is one, else the key."""
    return ("准入清单" if language == "zh" else "admission list") if layer == "*" else kind_name(layer, language)


def _silence(line: Document, language: Language) -> str:
    reason = reason_name(line["reason"], language)
    if line.get("uncovered_m2"):
        return f"{reason} {area(line['uncovered_m2'], language)}"
    return reason


def _nearest(nearest: Document | None) -> str:
    return "" if nearest is None or not nearest.get("distance_m") else length(nearest["distance_m"])


def _overlaps(document: Document) -> list[tuple[str, Mapping[str, Any]]]:
    """Overlap geometries to draw, the weightiest last so that it lies on top."""
    shown = [finding for finding in document["findings"] if finding.get("overlap")]
    return [(_mark(finding), finding["overlap"]) for finding in sorted(shown, key=_weight, reverse=True)]
