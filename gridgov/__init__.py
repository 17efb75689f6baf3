"""gridgov: environmental grid supervision and ecological red lines on PostGIS."""

import os

# Before numpy is imported: its matrix library starts a thread a core and lets them spin, so that requests served at once wait for each other
# (a tile of the base map took ten times as long on a busy machine).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
