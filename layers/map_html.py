"""A verdict as one HTML file: the sentence, gates and findings beside a Leaflet map, with nothing to fetch from anywhere.

Takes the document as it was answered and draws what it says; computes no rule. Every text is escaped: names come from other people's files.
"""

import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any, Literal

import folium
import shapely
from branca.element import Element, Figure, MacroElement
from folium.template import Template
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from shapely.geometry.base import BaseGeometry

from layers.map_words import ICONS, KIND_COLOURS, KIND_WORDS, WORDS

Language = Literal["zh", "en"]

_INK = "#1D2939"
_COLOURS = {"prohibited": "#B42318", "undetermined": "#5925DC", "conditional": "#B54708", "permitted": "#067647", "note": "#667085"}
_OF_EFFECT = {"prohibit": "prohibited", "condition": "conditional", "permit": "permitted", "note": "note"}
_LABELS_SHOWN = 60
_HEAD_HERE, _PANEL_HERE = "<!--gridgov:head-->", "<!--gridgov:panel-->"

_templates = Environment(loader=PackageLoader("layers"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


class _MetricScale(MacroElement):
    """A scale bar in metres only."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    _template = Template("{% macro script(this, kwargs) %}L.control.scale({imperial: false}).addTo({{ this._parent.get_name() }});{% endmacro %}")


class _Shape(MacroElement):
    """A feature with a style and, perhaps, a tooltip of escaped HTML. folium's own tooltips read their text as a template."""

    _template = Template(
        "{% macro script(this, kwargs) %}L.geoJSON({{ this.feature }}, {style: {{ this.style }}, interactive: {{ this.interactive }}})"
        "{% if this.tooltip %}.bindTooltip({{ this.tooltip }}, {sticky: true}){% endif %}.addTo({{ this._parent.get_name() }});{% endmacro %}"
    )

    def __init__(self, feature: Mapping[str, Any], style: Mapping[str, Any], tooltip: str | None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.feature = _in_script(feature)
        self.style = _in_script({**style, "smoothFactor": 0})
        self.interactive = _in_script(tooltip is not None)
        self.tooltip = None if tooltip is None else _in_script(tooltip)


class _CellName(MacroElement):
    """A name on the map. A plain Leaflet marker would first look for its picture beside the file."""

    _template = Template(
        "{% macro script(this, kwargs) %}L.marker({{ this.place }}, {interactive: false, keyboard: false, icon: L.divIcon("
        "{className: 'cell-label', iconSize: [0, 0], html: {{ this.html }}})}).addTo({{ this._parent.get_name() }});{% endmacro %}"
    )

    def __init__(self, lat: float, lon: float, name: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.place = _in_script([lat, lon])
        self.html = _in_script(f'<span class="cell-name">{escape(name)}</span>')


def _in_script(value: object) -> str:
    """A value as JSON that may stand in a script, also in one that is read as a template once more before it is written.

    Rendered scripts of a folium map are parsed again: `{{` in a name from a file would run. Only text holds such pairs, never JSON itself.
    """
    text = json.dumps(value, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return re.sub(r"\{(?=[{%#])", r"\\u007b", text)


def _templates_ready() -> Environment:
    _templates.filters["grouped"] = _grouped
    return _templates


def render(document: Mapping[str, Any], *, language: Language = "zh", surroundings: Mapping[str, Any] | None = None) -> str:
    """The HTML file of one verdict document.

    surroundings: {"cells": [...], "zones": [...]}, GeoJSON features around the site (properties `name`, and `kind` for zones) drawn
    quietly underneath; None = the site and its conflicts alone.
    """
    chart = folium.Map(tiles=None, zoom_control=True, control_scale=False, prefer_canvas=False, attributionControl=False)
    chart.default_js, chart.default_css = [], []
    chart.options["zoomSnap"] = 0.25
    _MetricScale().add_to(chart)
    west, south, east, north = seen = _view(document["site"]["geometry"])
    if surroundings is not None:
        _draw_surroundings(chart, surroundings, seen)
    _draw_conflicts(chart, document, language)
    _draw_site(chart, document)
    chart.fit_bounds([(south, west), (north, east)])
    return _page(chart, document, language)


def _page(chart: folium.Map, document: Mapping[str, Any], language: Language) -> str:
    root = chart.get_root()
    assert isinstance(root, Figure)
    words = WORDS[language]
    title = document["request"]["project"]["name"] or words["title"]
    head = _templates_ready().get_template("verdict_head.html").render(title=title, leaflet_css=_asset("leaflet.css"), leaflet_js=_asset("leaflet.js"))
    body = (
        _templates_ready()
        .get_template("verdict_panel.html")
        .render(
            document=document,
            sentence=_sentence(document, language),
            words=words,
            kinds=KIND_WORDS[language],
            language=language,
            title=title,
            icons=ICONS,
            marks=_mark,
            findings=_listed(document),
        )
    )
    # Put in after rendering: texts from files must never be read as part of the map's own template.
    root.header.add_child(Element(_HEAD_HERE), name="gridgov_head", index=0)
    root.html.add_child(Element(_PANEL_HERE), name="gridgov_panel", index=0)
    drawn: str = root.render()
    return drawn.replace(_HEAD_HERE, head, 1).replace(_PANEL_HERE, body, 1)


def _sentence(document: Mapping[str, Any], language: Language) -> str:
    """The reason alone: the verdict's word already stands above it."""
    text: str = document["summary"] if language == "zh" else document["summary_en"]
    reason = text.partition("：" if language == "zh" else ": ")[2]
    return reason[:1].upper() + reason[1:] if reason else text


def _grouped(figure: str) -> str:
    """A decimal string with thousands separators; bands and other words as they are."""
    whole, point, places = figure.partition(".")
    return f"{int(whole):,}{point}{places}" if whole.isdigit() else figure


def _draw_surroundings(chart: folium.Map, surroundings: Mapping[str, Any], seen: tuple[float, float, float, float]) -> None:
    for zone in surroundings["zones"]:
        colour = KIND_COLOURS.get(zone["properties"]["kind"], KIND_COLOURS["other"])
        style = {"color": colour, "weight": 1.25, "opacity": 0.8, "fillColor": colour, "fillOpacity": 0.05}
        _add(chart, zone, style, str(escape(zone["properties"]["name"] or "")))
    for cell in surroundings["cells"]:
        _add(chart, cell, {"color": "#344054", "weight": 0.9, "opacity": 0.75, "fill": False}, None)
    view = shapely.box(*seen)
    for cell in surroundings["cells"][:_LABELS_SHOWN]:
        _label(chart, shapely.intersection(shapely.from_geojson(json.dumps(cell["geometry"])), view), cell["properties"]["name"])


def _draw_conflicts(chart: folium.Map, document: Mapping[str, Any], language: Language) -> None:
    """The common parts, hatched by what they speak for, the gravest on top; a point has no part to hatch."""
    if document["site"]["kind"] == "point":
        return
    order = {"note": 0, "permitted": 1, "conditional": 2, "undetermined": 3, "prohibited": 4}
    for finding in sorted(document["findings"], key=lambda one: order[_mark(one)]):
        if finding["overlap"] is None or finding["lifted_by"] is not None or finding["effect"] == "note":
            continue
        mark = _mark(finding)
        style = {"color": _COLOURS[mark], "weight": 1.75, "fillColor": f"url(#hatch-{mark})", "fillOpacity": 1.0}
        name = (finding["zone"] or {}).get("name") or ""
        _add(chart, {"type": "Feature", "properties": {}, "geometry": finding["overlap"]}, style, f"{escape(name)} · {escape(WORDS[language][mark])}")


def _draw_site(chart: folium.Map, document: Mapping[str, Any]) -> None:
    feature = {"type": "Feature", "properties": {}, "geometry": document["site"]["geometry"]}
    if document["site"]["kind"] == "point":
        for point in shapely.get_parts(shapely.from_geojson(json.dumps(feature["geometry"]))):
            folium.CircleMarker((point.y, point.x), radius=8, color=_INK, weight=2.5, fill_color="#FFFFFF", fill_opacity=0.9).add_to(chart)
        return
    _add(chart, feature, {"color": "#FFFFFF", "weight": 6, "opacity": 0.9, "fill": False}, None)
    _add(chart, feature, {"color": _INK, "weight": 2.5, "fill": False}, None)


def _add(chart: folium.Map, feature: Mapping[str, Any], style: Mapping[str, Any], tooltip: str | None) -> None:
    _Shape(feature, style, tooltip).add_to(chart)


def _label(chart: folium.Map, ground: BaseGeometry, name: str) -> None:
    """A cell's name on the part of it that is seen first; none on ground that is not."""
    if ground.is_empty or ground.area == 0:
        return
    place = ground.representative_point()
    _CellName(place.y, place.x, name).add_to(chart)


def _view(geometry: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """West, south, east, north around the site with room to see where it lies."""
    west, south, east, north = shapely.from_geojson(json.dumps(geometry)).bounds
    room = max(east - west, north - south, 0.004) * 1.6
    return west - room, south - room, east + room, north + room


def _listed(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Findings as a reader wants them: what decides first, what is only noted last."""
    order = {"prohibited": 0, "undetermined": 1, "conditional": 2, "permitted": 3, "note": 4}
    return sorted(document["findings"], key=lambda one: (one["lifted_by"] is not None, order[_mark(one)]))


def _mark(finding: Mapping[str, Any]) -> str:
    """Which of the four verdicts (or `note`) a finding speaks for."""
    if finding["effect"] != "note" and finding["matched"] == "unknown":
        return "undetermined"
    if finding["below_threshold"]:
        return "conditional"
    return _OF_EFFECT[finding["effect"]]


def _asset(name: str) -> Markup:
    text = resources.files("layers").joinpath("assets", "leaflet", name).read_text("utf-8")
    # The pictures of controls this map does not have would be looked for beside the file.
    return Markup(re.sub(r"url\(images/[^)]*\)", "none", text))
