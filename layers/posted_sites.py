"""A file somebody sent to see what sites it holds: any format that is read, its rows as plots of land."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gridgov.admission.site_reading import MOST_FEATURES, ReadFeature, ReadFile, of_text
from gridgov.errors import Fault, InvalidGeometry
from gridgov.geo.text_plots import Told
from layers.site_file import is_text, read_sites, read_text_file

# Names of columns that name a plot, best first; compared without case and full-width forms.
_NAMES = ("name", "名称", "项目名称", "地块名称", "xmmc", "dkmc", "mc", "title")


def read_posted_sites(path: Path, *, crs: str | None = None) -> ReadFile:
    """The features of a file as plots. Raises what the readers raise, InvalidGeometry with the rows that have no geometry."""
    if is_text(path):
        return of_text(read_text_file(path, crs=crs))
    table = read_sites(path, crs=crs, most=MOST_FEATURES)
    empty = [Fault(f"row {row.number}", "no geometry", "没有图形") for row in table.rows if row.geometry is None]
    if empty or not table.rows:
        count = len(empty) if table.rows else 0
        raise InvalidGeometry(
            f"{count} of {len(table.rows)} features have no geometry." if count else "The file holds no feature.",
            f"共 {len(table.rows)} 个要素，其中 {count} 个没有图形。" if count else "文件中没有要素。",
            faults=empty[:100],
        )
    features = [ReadFeature(row.number, _name(row.columns), dict(row.columns), row.geometry) for row in table.rows if row.geometry is not None]
    return ReadFile(path.suffix.lower().removeprefix("."), table.crs, features, tuple(Told(note.en, note.zh) for note in table.notes))


def _name(columns: Mapping[str, Any]) -> str | None:
    folded = {unicodedata.normalize("NFKC", key).strip().casefold(): value for key, value in columns.items()}
    found = next((folded[name] for name in _NAMES if folded.get(name) not in (None, "")), None)
    return None if found is None else str(found)[:500]
