"""What `/industries` answers, as the OpenAPI document shows it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class IndustryName(BaseModel):
    """Code and name."""

    code: str
    name: str


class IndustryItem(IndustryName):
    """An industry of GB/T 4754-2017."""

    level: Literal["section", "division", "group", "class"] = Field(description="门类、大类、中类、小类")
    path: list[IndustryName] = Field(description="What it belongs to, section first, itself left out.")
    leaf: bool = Field(description="Whether nothing stands below it.")


class Industries(BaseModel):
    """The best of those that fit."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "edition": "GB/T 4754-2017",
                    "items": [
                        {
                            "code": "C2614",
                            "name": "有机化学原料制造",
                            "level": "class",
                            "path": [
                                {"code": "C", "name": "制造业"},
                                {"code": "C26", "name": "化学原料和化学制品制造业"},
                                {"code": "C261", "name": "基础化学原料制造"},
                            ],
                            "leaf": True,
                        }
                    ],
                    "next": None,
                    "more": False,
                }
            ]
        }
    )

    edition: str
    items: list[IndustryItem]
    next: None = Field(description="Always null: a longer list is asked for by a higher limit.")
    more: bool = Field(description="Whether more fit than the limit lets through.")
