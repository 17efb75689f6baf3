"""The door every incoming geometry passes: what is not clean is refused with its place and reason, and nothing is repaired.

Gathers the judgement of shapes (`validity`) and the strict reading of GeoJSON bodies (`json_geometry`) under one name.
"""

from gridgov.geo.json_geometry import check_json_geometry as check_json_geometry
from gridgov.geo.validity import POLYGONS as POLYGONS
from gridgov.geo.validity import SITE_KINDS as SITE_KINDS
from gridgov.geo.validity import invalidity as invalidity
from gridgov.geo.validity import require_clean as require_clean
from gridgov.geo.validity import require_valid as require_valid
from gridgov.geo.validity import require_within as require_within
