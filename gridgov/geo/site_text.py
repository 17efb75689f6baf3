"""Text into plots, whichever of the two formats it is in: the one door for pasted text, text files and the `site_text` of a question."""

import shapely

from gridgov.errors import Fault, Refused
from gridgov.geo import boundary_points, coordinate_text
from gridgov.geo.area import area_m2
from gridgov.geo.boundary_points import looks_like_boundary_points, read_boundary_points
from gridgov.geo.coordinate_text import read_coordinates
from gridgov.geo.crs import read_crs, to_storage
from gridgov.geo.text_plots import PlacedText, Plot, Told, place

FORMATS = ("auto", boundary_points.FORMAT, coordinate_text.FORMAT)
# A declared area may be planar or on the ellipsoid (they differ by up to 0.1 %) and rounded.
_AREA_SLACK = 0.002
_DENSE_M = 100.0


def read_site_text(text: str, *, format: str | None = None, crs: str | None = None) -> PlacedText:
    """The plots a text describes, their system known.

    format: one of FORMATS, None = auto. crs: the system the asker names; None = what the text and its numbers settle.
    Raises Refused (unknown format), InvalidGeometry with the lines at fault, WrongCrs, TooLarge.
    """
    chosen = format or "auto"
    if chosen not in FORMATS:
        listed = ", ".join(FORMATS)
        raise Refused(f"The format must be one of {listed}.", f"格式须为以下之一：{listed}。", faults=[Fault("/format", f"one of {listed}", f"可用：{listed}")])
    if chosen == "auto":
        chosen = boundary_points.FORMAT if looks_like_boundary_points(text) else coordinate_text.FORMAT
    read = read_boundary_points if chosen == boundary_points.FORMAT else read_coordinates
    return place(read(text), crs)


def area_notes(placed: PlacedText) -> list[Told]:
    """A sentence for each plot whose declared area is not the area of its points. Call it on clean plots."""
    found = []
    for plot, shape in zip(placed.text.plots, placed.shapes, strict=True):
        declared = plot.properties.get("declared_area_m2")
        if declared is not None and plot.shape == "polygon":
            note = _area_note(plot, float(declared), shapely.geometry.shape(shape), placed.crs)
            found += [note] if note else []
    return found


def _area_note(plot: Plot, declared_m2: float, polygon: shapely.Polygon, crs: str) -> Told | None:
    system = read_crs(crs)
    measured = [area_m2(to_storage([polygon], system, _DENSE_M)[0][0])]
    if system.is_projected:
        measured.append(polygon.area)
    if any(abs(declared_m2 - one) <= max(_AREA_SLACK * one, 1.0) for one in measured):
        return None
    as_metres = declared_m2 / 10_000
    hint_en, hint_zh = "", ""
    if any(abs(as_metres - one) <= _AREA_SLACK * one for one in measured):
        hint_en, hint_zh = " The declared figure seems to be square metres, not hectares.", "申报数值似为平方米而非公顷。"
    return Told(
        f"Line {plot.line}: the declared area is {declared_m2:,.2f} m2, the points enclose {measured[0]:,.2f} m2 (ellipsoidal).{hint_en}",
        f"第 {plot.line} 行：申报面积 {declared_m2:,.2f} 平方米，界址点围成 {measured[0]:,.2f} 平方米（椭球面积）。{hint_zh}",
    )
