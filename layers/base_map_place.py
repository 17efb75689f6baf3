"""Where an installation keeps the rasters of its base map: beside its database, those of the sample apart."""

from pathlib import Path


def rasters_folder(home: Path, *, sample: bool) -> Path:
    """The folder below an installation's data directory; made when the first raster comes."""
    return home / "rasters" / ("sample" if sample else "production")
