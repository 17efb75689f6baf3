"""What the routes say about themselves in the OpenAPI document."""

from typing import Any

from pydantic import BaseModel

from api.problems import MEDIA_TYPE
from api.schemas import Problem

_MEANING = {
    400: "Not readable: not JSON or GeoJSON, an unknown query parameter",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found, or nothing one may know of",
    409: "The state of things does not allow it",
    413: "Too large: 5 MB, JSON depth 32, 10,000 vertices, 1,000 parts, 10,000 km2",
    415: "Unknown content type",
    422: "Understood and refused",
    429: "Too many requests; see Retry-After",
    503: "The database is away; see Retry-After",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals a route declares, all of them problem documents."""
    return {
        status: {"model": Problem, "description": _MEANING[status], "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for status in statuses
    }


def body_of(model: type[BaseModel], example: object) -> dict[str, Any]:
    """The description of a JSON body that the route reads itself, strictly."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema(), "example": example}}}}
