"""The shapes the OpenAPI document shows. Answers are written by the services; these models describe them and check small bodies."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class ProblemError(BaseModel):
    """One thing wrong in a request."""

    pointer: str = Field(description="RFC 6901 pointer into the body, or the name of a query parameter, or `row 7` of a table; empty = the whole.")
    detail: str
    at: tuple[float, float] | None = Field(default=None, description="lon, lat of the fault on the ground.")
    cell: str | None = Field(default=None, description="Of a workbook, such as `条款!D7`.")


class Problem(BaseModel):
    """A refusal (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/invalid-geometry",
                    "title": "图形不合规",
                    "status": 422,
                    "detail": "图形在 (118.87, 28.95) 处自相交，请修正后重试。",
                    "instance": "/requests/5f0c2d1e9f4a4a7c8f3f0a3b4d5e6f70",
                    "errors": [{"pointer": "/site", "detail": "自相交", "at": [118.87, 28.95]}],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[ProblemError]


class SignInBody(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    username: str = Field(min_length=1, max_length=256, examples=["planner"])
    password: str = Field(min_length=1, max_length=1024, examples=["gridgov-sample"])


class Session(BaseModel):
    """Who is signed in, until when."""

    username: str
    role: Literal["inspector", "planner", "supervisor", "admin"]
    cell: str | None = Field(description="Code of the cell the account is bound to; null = the whole territory.")
    expires_at: str = Field(description="RFC 3339, UTC.")


class NewSession(Session):
    """A new session; the token is told once, for programs that send it as `Authorization: Bearer`."""

    token: str


class LocatedCell(BaseModel):
    """A cell that answers, by one version of it."""

    level: str
    code: str
    name: str
    version: int


class PersonInCharge(BaseModel):
    """A person, for those signed in."""

    id: str
    name: str


class Responsible(BaseModel):
    """Who answers for a cell. `person`, `stand_in_for` and `mandate` are null for those who are not signed in."""

    cell: str
    person: PersonInCharge | None
    role: str
    line: str
    from_: str = Field(alias="from")
    to: str | None = Field(description="First day no longer in charge; null = until further notice.")
    stand_in: bool
    stand_in_for: PersonInCharge | None
    mandate: str | None


class WhoAnswers(BaseModel):
    """The cells over a point, top level first, and who answers for them; no cells = outside, in a gap or before history."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "point": [118.87, 28.95],
                    "on": "2026-11-22",
                    "scheme": "admin",
                    "cells": [
                        {"level": "county", "code": "330802000000", "name": "柯城区", "version": 17},
                        {"level": "township", "code": "330802101000", "name": "石梁镇", "version": 23},
                        {"level": "village", "code": "330802101203", "name": "双溪村", "version": 112},
                    ],
                    "responsible": [
                        {
                            "cell": "330802101203",
                            "person": {"id": "wang-jg", "name": "王建国"},
                            "role": "inspector",
                            "line": "environment",
                            "from": "2026-01-01",
                            "to": None,
                            "stand_in": False,
                            "stand_in_for": None,
                            "mandate": None,
                        }
                    ],
                }
            ]
        }
    )

    point: tuple[float, float]
    on: str
    scheme: str
    known_at: str | None = None
    cells: list[LocatedCell]
    responsible: list[Responsible]


class Health(BaseModel):
    """Whether the service can work."""

    status: Literal["ok"]
    version: str


class Violation(BaseModel):
    """A place where the grid does not tile."""

    kind: Literal["overlap", "gap", "hole", "unmatched-edge", "outside-parent", "invalid", "orphan", "duplicate"]
    level: str
    cells: list[str]
    area_m2: str | None
    length_m: str | None
    point: tuple[float, float] | None
    detail: str


class CoverageReport(BaseModel):
    """Whether every level tiles on a day, with every place where it does not."""

    scheme: str
    on: str
    ok: bool
    outline: Literal["own", "parent", "file"]
    cells: dict[str, int] = Field(examples=[{"county": 6, "township": 99, "village": 1482}])
    violations: list[Violation]
    allowed_gaps: list[dict[str, Any]]
    not_checkable: list[str]
