"""Files and a little land for the tests of uploads, batches and imports."""

import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import shapely
from shapely import MultiPolygon, box
from shapely.geometry.base import BaseGeometry

from gridgov.admission import service as rules_service
from gridgov.admission.rulefile import read_rules
from gridgov.database.pool import Database
from gridgov.geo.crs import read_crs
from gridgov.zones import service as zones_service
from gridgov.zones.importing import EditionImport, on_lattice, to_zones
from gridgov.zones.zone import Candidate
from tests.http_client import TestClient

UPLOADS, BATCHES, JOBS, IMPORTS = "/api/v1/uploads", "/api/v1/siting-batches", "/api/v1/jobs", "/api/v1/imports"
Enter = Callable[[str], TestClient]
Do = Callable[[], None]
RED = box(118.852, 28.94, 118.9, 28.96)
SITES = "site,industry,lon,lat\nA,C2614,118.851,28.95\nB,C2614,118.86,28.95\nC,X,118.86,28.95\nD,C2614,north,28.95\nE,C2614,118.95,28.99\n"
LIST = """
ruleset: red
edition: "2024"
effective_from: 2024-01-01
requires: [ecological-red-line]
rules:
  - id: RL-1
    layer: ecological-red-line
    effect: prohibit
    dimension: space
    text: 核心保护区内禁止人为活动。
    text_kind: paraphrase
    citation: {instrument: 示例通知, article: 第一条, url: null, in_force_from: 2024-01-01, in_force_to: null, status: example}
"""


def lay_red_line(database: Database, *, disclosure: str = "public") -> None:
    """One red line inside the western village of `lay_grid`, complete everywhere there, and the list that forbids it."""
    ground, _ = on_lattice(MultiPolygon([box(118.7, 28.8, 119.1, 29.1)]))
    zones = to_zones([Candidate(1, "R1", "秘密保护区", {}, RED)], read_crs("EPSG:4490"))
    with database.unit_of_work("test") as uow:
        asked: dict[str, Any] = {"edition": "2024", "effective_from": date(2024, 1, 1), "disclosure": disclosure, "grow_area": True}
        zones_service.import_edition(uow, EditionImport("ecological-red-line", zones, "file", date(2026, 11, 22), coverage=ground, **asked))
        read = read_rules(LIST.encode(), name="red.yaml")
        rules_service.import_rules(uow, read.ruleset, name=read.name, places=read.places)


def upload(client: TestClient, content: str | bytes, filename: str = "sites.csv", **options: Any) -> Any:
    """The answer to sending a file."""
    body = content.encode() if isinstance(content, str) else content
    return client.post(UPLOADS, params={"filename": filename}, content=body, headers={"Content-Type": "application/octet-stream"}, **options)


def uploaded(client: TestClient, content: str | bytes, filename: str = "sites.csv") -> str:
    """The id of a file that was taken."""
    answer = upload(client, content, filename)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def asked_batch(client: TestClient, content: str | bytes = SITES, filename: str = "sites.csv", **options: Any) -> str:
    """The id of a batch that waits."""
    fields = {"id_field": "site", "industry_field": "industry"} if filename == "sites.csv" else {}
    answer = client.post(BATCHES, json={"upload": uploaded(client, content, filename), **fields, **options})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def features(*rows: tuple[BaseGeometry, Mapping[str, Any]]) -> str:
    """GeoJSON of shapes with their properties."""
    listed = [{"type": "Feature", "properties": dict(said), "geometry": json.loads(shapely.to_geojson(ground))} for ground, said in rows]
    return json.dumps({"type": "FeatureCollection", "features": listed}, ensure_ascii=False)


def archive(entries: Mapping[str, bytes]) -> bytes:
    """A zip with these entries."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return made.getvalue()
