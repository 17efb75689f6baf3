"""The sample city as files: what an authority would hand over, so that people can try their own imports on them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gridgov.geo.crs import STORAGE
from gridgov.zones.edition import ZoneRecord
from layers.sample_city.rasters import write_raster
from layers.sample_city.records import Feature, SampleCity, ZoneLayer
from layers.table import FeatureTable
from layers.vector import write_features


def rule_files() -> list[Path]:
    """The admission lists of the sample, YAML, in the order in which they are loaded."""
    return sorted((Path(__file__).parent / "rules").glob("*.yaml"))


def duty_file() -> Path:
    """The duties of the sample's people by role and line, YAML."""
    return Path(__file__).parent / "duties.yaml"


def write_files(city: SampleCity, folder: Path) -> list[Path]:
    """Writes the city into a folder (made when missing) and gives the files: GeoPackage, GeoJSON, GeoTIFF, YAML, JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / "cells.gpkg"]
    write_features(written[0], cell_table(city))
    for layer in city.layers:
        written += _write_layer(layer, folder)
    for name, features in (("waters", city.waters), ("roads", city.roads)):
        written.append(folder / f"{name}.geojson")
        write_features(written[-1], _feature_table(name, features))
    for raster in city.rasters:
        written.append(folder / f"{raster.key}.tif")
        write_raster(raster, written[-1])
    for rules in rule_files():
        written.append(folder / rules.name)
        written[-1].write_bytes(rules.read_bytes())
    written.append(folder / duty_file().name)
    written[-1].write_bytes(duty_file().read_bytes())
    return [*written, *_write_sites(city, folder)]


def cell_table(city: SampleCity) -> FeatureTable:
    """The villages as one table, each with the codes and names of what lies above it."""
    rows = [
        {
            "code": cell.code,
            "name": cell.name,
            "township_code": cell.parents[0][0],
            "township_name": cell.parents[0][1],
            "county_code": cell.parents[1][0],
            "county_name": cell.parents[1][1],
        }
        for cell in city.cells
    ]
    return FeatureTable("cells", STORAGE, list(rows[0]), rows, [cell.geometry for cell in city.cells])


def layer_table(layer: ZoneLayer) -> FeatureTable:
    """The zones of an edition as one table, its columns named as the authority names them."""
    named = layer.file_fields
    attributes = list(dict.fromkeys(name for zone in layer.zones for name in zone.attributes))
    fields = [named.get("code", "code"), named.get("name", "name"), *(named.get(name, name) for name in attributes)]
    rows = [_row(layer, zone, attributes, fields) for zone in layer.zones]
    return FeatureTable(layer.key, STORAGE, fields, rows, [zone.geometry for zone in layer.zones])


def _row(layer: ZoneLayer, zone: ZoneRecord, attributes: Sequence[str], fields: Sequence[str]) -> dict[str, Any]:
    values = [layer.file_values.get(name, {}).get(zone.attributes.get(name), zone.attributes.get(name)) for name in attributes]
    return dict(zip(fields, [zone.code, zone.name, *values], strict=True))


def _write_layer(layer: ZoneLayer, folder: Path) -> list[Path]:
    path = folder / f"{layer.key}-{layer.edition}.gpkg"
    write_features(path, layer_table(layer))
    if layer.coverage_area is None:
        return [path]
    coverage = folder / f"{layer.key}-{layer.edition}-coverage.geojson"
    write_features(coverage, FeatureTable("coverage", STORAGE, ["layer"], [{"layer": layer.key}], [layer.coverage_area]))
    return [path, coverage]


def _feature_table(name: str, features: Sequence[Feature]) -> FeatureTable:
    rows = [{"name": feature.name, "kind": feature.kind} for feature in features]
    return FeatureTable(name, STORAGE, ["name", "kind"], rows, [feature.geometry for feature in features])


def _write_sites(city: SampleCity, folder: Path) -> list[Path]:
    """Each project as the body of a siting check, and those with ground of their own as one file for a batch."""
    requests = folder / "siting-checks"
    requests.mkdir(exist_ok=True)
    written = []
    for site in city.sites:
        written.append(requests / f"{site.key}.json")
        written[-1].write_text(json.dumps(site.request, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    kept = [site for site in city.sites if site.request["site"]["type"] == "Polygon"]
    features = [
        {
            "type": "Feature",
            "properties": {"id": site.key, "name": site.name, **{key: site.request.get(key) for key in ("industry", "action", "activity", "on")}},
            "geometry": site.request["site"],
        }
        for site in kept
    ]
    written.append(folder / "sites.geojson")
    written[-1].write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False) + "\n", encoding="utf-8")
    return written
