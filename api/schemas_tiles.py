"""The shape of a TileJSON document in the OpenAPI document."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class VectorLayer(BaseModel):
    """A layer inside the tiles."""

    id: str = Field(description="`village`, `township` … for cells, `zone` for zones, `label` for one point of each.")
    fields: dict[str, str]
    minzoom: int
    maxzoom: int


class TileJson(BaseModel):
    """Where the tiles of a layer are (TileJSON 3.0.0)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tilejson": "3.0.0",
                    "name": "cells",
                    "tiles": ["/api/v1/tiles/cells/{z}/{x}/{y}.mvt?scheme=administrative&on=2026-11-22&v=5f0c2d1e9f4a4a7c"],
                    "scheme": "xyz",
                    "minzoom": 0,
                    "maxzoom": 22,
                    "bounds": [118.5, 28.7, 119.1, 29.2],
                    "vector_layers": [{"id": "village", "fields": {"code": "String", "name": "String"}, "minzoom": 11, "maxzoom": 22}],
                    "v": "5f0c2d1e9f4a4a7c",
                }
            ]
        }
    )

    tilejson: str
    name: str
    tiles: list[str] = Field(description="Addresses of the tiles, relative to this server.")
    scheme: str
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float] = Field(description="West, south, east, north in degrees.")
    vector_layers: list[VectorLayer]
    v: str = Field(description="Names the layer's state: tiles asked for with it may be kept an hour.")


TILE_CONTENT: dict[str, Any] = {"application/vnd.mapbox-vector-tile": {"schema": {"type": "string", "format": "binary"}}}
