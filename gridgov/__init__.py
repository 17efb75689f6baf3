"""gridgov: environmental grid supervision and ecological red lines on PostGIS."""

__version__ = "0.1.0"
