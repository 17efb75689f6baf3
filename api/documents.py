"""What the routes say about themselves in the OpenAPI document."""

from typing import Any

from pydantic import BaseModel

from api.problems import MEDIA_TYPE
from api.schemas import Problem

_MEANING = {
    400: "无法读取：不是 JSON 或 GeoJSON、未知参数 · Not readable: not JSON or GeoJSON, an unknown parameter",
    401: "尚未登录 · Not signed in",
    403: "无权操作 · Not allowed",
    404: "未找到或无权知晓 · Not found, or nothing one may know of",
    408: "请求发送过慢 · The body came too slowly",
    409: "当前状态不允许 · The state of things does not allow it",
    413: "超出大小限制 · Too large: 5 MB (tables 100 MB), JSON depth 32, 10,000 vertices, 1,000 parts, 10,000 km2",
    415: "不支持的内容类型 · Unknown content type",
    422: "内容不符合要求 · Understood and refused",
    429: "请求过于频繁 · Too many requests; see Retry-After",
    503: "数据库暂不可用 · The database is away; see Retry-After",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals a route declares, all of them problem documents. Any query may be too long or say what cannot be."""
    return {
        status: {"model": Problem, "description": _MEANING[status], "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for status in sorted({*statuses, 413, 422})
    }


def answer(status: int, model: type[BaseModel], description: str) -> dict[int | str, dict[str, Any]]:
    """The answer of a route that went well."""
    return {status: {"model": model, "description": description}}


def body_of(model: type[BaseModel], example: object) -> dict[str, Any]:
    """The description of a JSON body that the route reads itself, strictly."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": model.model_json_schema(), "example": example}}}}
