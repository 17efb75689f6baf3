"""What `/installation` answers, as the OpenAPI document shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]


class SchemeLevel(BaseModel):
    """A level of a scheme; rank 0 is the leaf."""

    key: str
    label: str
    rank: int
    code_length: int | None


class SchemeStanding(BaseModel):
    """A grid scheme."""

    key: str
    overlay: bool
    revision: int
    levels: list[SchemeLevel] = Field(description="Top level first.")
    turns: list[str] = Field(description="Days on which the cells in force change.")


class LocalBaseMap(BaseModel):
    """A base map of the installation's own."""

    key: Literal["relief"]
    title_zh: str
    title_en: str
    url: str = Field(description="Template of its tiles: {z}, {x}, {y}.")
    min_zoom: int
    max_zoom: int
    bbox: Box


class ForeignBaseMap(BaseModel):
    """The base map of another office's server, which a browser asks directly."""

    url: str = Field(description="Template of its tiles: {z}, {x}, {y}.")
    attribution: str | None
    min_zoom: int
    max_zoom: int


class BaseMaps(BaseModel):
    """The base maps there are."""

    local: list[LocalBaseMap]
    wmts: ForeignBaseMap | None


class ActionWords(BaseModel):
    """A kind of building project."""

    key: str
    zh: str
    en: str


class Installation(BaseModel):
    """What this installation is and has."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "0.1.0",
                    "sample": True,
                    "today": "2026-11-22",
                    "timezone": "Asia/Shanghai",
                    "language": "zh",
                    "area": [118.6432, 28.6741, 119.1567, 29.1259],
                    "scheme": "administrative",
                    "schemes": [
                        {
                            "key": "administrative",
                            "overlay": False,
                            "revision": 1,
                            "levels": [{"key": "county", "label": "县级", "rank": 2, "code_length": 6}],
                            "turns": ["2024-01-01"],
                        }
                    ],
                    "basemap": {
                        "local": [
                            {
                                "key": "relief",
                                "title_zh": "地形晕渲",
                                "title_en": "Relief",
                                "url": "/api/v1/basemap/relief/{z}/{x}/{y}.png?v=e7a72060ccdf",
                                "min_zoom": 5,
                                "max_zoom": 17,
                                "bbox": [118.6387, 28.67005, 119.1613, 29.12995],
                            }
                        ],
                        "wmts": None,
                    },
                    "map_approval": None,
                    "actions": [{"key": "new", "zh": "新建", "en": "New"}],
                }
            ]
        }
    )

    version: str
    sample: bool = Field(description="Whether this is the sample city.")
    today: str = Field(description="The present day where the installation is.")
    timezone: str
    language: Literal["zh", "en"]
    area: Box | None = Field(description="Area of use: west, south, east, north.")
    scheme: str | None = Field(description="The scheme that is meant where none is named.")
    schemes: list[SchemeStanding]
    basemap: BaseMaps
    map_approval: str | None = Field(description="Map approval number (审图号), to be shown on every map.")
    actions: list[ActionWords]
