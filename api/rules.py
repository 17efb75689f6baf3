"""`/rulesets` and `/rules`: admission lists to read for everybody, to check and load for administrators."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import JSONResponse, Response

from api.asker import Administrator, AskedBy, Reading, Writing, limiter_of, settings_of
from api.documents import answer, refusals
from api.downloads import download
from api.paging import Cursor, Limit, after, page
from api.parameters import KnownParameters, On, media_type_of, require_plain
from api.problems import language_of
from api.reading import Counted, path_text
from api.schemas_rules import RulesDocument, RulesetList, RulesImported, RulesReview
from gridgov.admission import ruleset_service, service
from gridgov.admission.rulefile import ReadList
from gridgov.admission.rulefile_source import MAX_BYTES
from gridgov.errors import BadRules, TooLarge, UnknownFormat
from layers.rules_file import read_rules_file, template_workbook, template_yaml

router = APIRouter(tags=["admission lists"], dependencies=[KnownParameters])

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KINDS: Final[Mapping[str, str]] = {
    "application/yaml": "list.yaml",
    "text/yaml": "list.yaml",
    "application/x-yaml": "list.yaml",
    _XLSX: "list.xlsx",
    "application/octet-stream": "list",
}
_FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/yaml": {"schema": {"type": "string"}, "example": template_yaml()}, _XLSX: {"schema": {"type": "string", "format": "binary"}}},
    }
}


async def posted_list(request: Request, account: Administrator) -> tuple[bytes, str]:
    """The bytes of an administrator's list and what it is called. Raises UnknownFormat for another content type, TooLarge over 1 MB."""
    name = _KINDS.get(media_type_of(request))
    if name is None:
        raise UnknownFormat(
            "Send the list as application/yaml or as the workbook.", "请以 application/yaml 或工作簿格式发送清单。", accept_post=", ".join(_KINDS)
        )
    require_plain(request)
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BYTES:
            raise TooLarge("The list has more than 1 MB; split it.", "清单超过 1 MB，请拆分。")
    return bytes(raw), name


def permitted_list(request: Request, visitor: AskedBy, posted: Annotated[tuple[bytes, str], Depends(posted_list)]) -> ReadList | BadRules:
    """The list read, or why it cannot be, within the administrator's allowance."""
    limiter_of(request).hit("file", visitor.counted_as)
    try:
        return read_rules_file(posted[0], name=posted[1])
    except BadRules as refused:
        return refused


def sound_list(read: Annotated[ReadList | BadRules, Depends(permitted_list)]) -> ReadList:
    """The list read; raises BadRules with every fault."""
    if isinstance(read, BadRules):
        raise read
    return read


def _ruleset(ruleset: Annotated[str, Path(description="Key of the list.", max_length=200, examples=["red-line"])]) -> str:
    return path_text(ruleset)


def _edition(rules_edition: Annotated[str, Path(description="The edition.", max_length=200, examples=["2024"])]) -> str:
    return path_text(rules_edition)


@router.get(
    "/rulesets",
    summary="准入清单 · Admission lists",
    responses={**answer(200, RulesetList, "清单及各版本 · Lists with their editions"), **refusals(400, 401, 413, 422, 429, 503)},
    dependencies=[Counted],
)
def list_rulesets(request: Request, uow: Reading, *, on: On = None, cursor: Cursor, limit: Limit = 100) -> Response:
    """Every list by name, with its editions and the one in force on the day. For everybody."""
    key = after(cursor, str)
    found = ruleset_service.list_rulesets(uow, on or settings_of(request).today())
    behind = [item for item in found if key is None or item["ruleset"] > str(key[0])]
    return JSONResponse(page(behind, limit, lambda item: (item["ruleset"],)).as_json())


@router.get(
    "/rulesets/{ruleset}/{rules_edition}",
    summary="准入清单的一个版本 · One edition of a list",
    responses={**answer(200, RulesDocument, "条款与检验用例 · Rules, and examples tried"), **refusals(400, 401, 404, 422, 429, 503)},
    dependencies=[Counted],
)
def read_ruleset(uow: Reading, ruleset: Annotated[str, Depends(_ruleset)], edition: Annotated[str, Depends(_edition)]) -> Response:
    """The edition in the words of its file, each example with the verdict it names and the one it gets. For everybody."""
    return JSONResponse(ruleset_service.read_edition(uow, ruleset, edition))


@router.post(
    "/rules/check",
    summary="检查准入清单 · Check a list",
    responses={**answer(200, RulesReview, "逐处问题与检验用例 · Every fault, every example"), **refusals(400, 401, 403, 408, 413, 415, 422, 429, 503)},
    openapi_extra=_FILE,
)
def check_rules(request: Request, account: Administrator, read: Annotated[ReadList | BadRules, Depends(permitted_list)], uow: Reading) -> Response:
    """Everything that keeps a YAML file or workbook from being loaded, each with its line or cell. Loads nothing. Administrators only."""
    return JSONResponse(ruleset_service.review_list(uow, read, language_of(request)))


@router.post(
    "/rules",
    status_code=201,
    summary="载入准入清单 · Load a list",
    responses={**answer(201, RulesImported, "已载入 · Loaded"), **refusals(400, 401, 403, 408, 409, 413, 415, 422, 429, 503)},
    openapi_extra=_FILE,
)
def import_rules(account: Administrator, read: Annotated[ReadList, Depends(sound_list)], uow: Writing) -> Response:
    """Loads one edition of a list after trying its examples; all or nothing. The same edition again changes nothing. Administrators only."""
    done = service.import_rules(uow, read.ruleset, name=read.name, places=read.places)
    told = {"ruleset": done.ruleset.ruleset, "edition": done.ruleset.edition, "sha256": done.ruleset.sha256}
    return JSONResponse({**told, "unchanged": done.unchanged, "unknown_repeals": list(done.unknown_repeals)}, status_code=201)


@router.get(
    "/rules/template.yaml",
    summary="清单模板（YAML） · Template of a list",
    responses={200: {"description": "YAML 文件 · A YAML file", "content": {"application/yaml": {}}}, **refusals(400, 401, 429)},
    response_class=Response,
    dependencies=[Counted],
)
def read_template_yaml() -> Response:
    """A small list that works, with remarks, to be filled in. For everybody."""
    return download(template_yaml().encode(), "admission-list.yaml", "application/yaml")


@router.get(
    "/rules/template.xlsx",
    summary="清单模板（Excel） · The template as a workbook",
    responses={200: {"description": "工作簿 · A workbook", "content": {_XLSX: {}}}, **refusals(400, 401, 429)},
    response_class=Response,
    dependencies=[Counted],
)
def read_template_xlsx() -> Response:
    """The same as a workbook with drop-downs. For everybody."""
    return download(template_workbook(), "admission-list.xlsx", _XLSX)
