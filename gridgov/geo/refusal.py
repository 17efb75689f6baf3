"""The wording shared by refusals of geometries: subject, place, both languages. Decides nothing."""

from gridgov.errors import Fault, InvalidGeometry

LonLat = tuple[float, float]
KIND_ZH = {
    "Point": "点",
    "MultiPoint": "多点",
    "LineString": "线",
    "LinearRing": "线环",
    "MultiLineString": "多线",
    "Polygon": "面",
    "MultiPolygon": "多面",
    "GeometryCollection": "几何集合",
}


def refuse(pointer: str, en: str, zh: str, *, at: LonLat | None = None) -> InvalidGeometry:
    """The refusal of a geometry for one reason; sentences start in lower case and name the place themselves where it matters."""
    fault = Fault(pointer, en[0].upper() + en[1:], zh, at)
    return InvalidGeometry(f"The geometry is not accepted: {en}", f"图形不符合要求：{zh}", faults=[fault])


def at_text(place: LonLat | None, *, zh: bool = False) -> str:
    """ " at 118.870000000, 28.950000000", or nothing when there is no place."""
    if place is None:
        return ""
    where = f"{place[0]:.9f}, {place[1]:.9f}"
    return f"（位置 {where}）" if zh else f" at {where}"
