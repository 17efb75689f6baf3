"""Pages made by the server: the sample's sites and the documentation of the API. No script, no network."""

from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.asker import Reading
from api.operations import operations
from api.overview import VERDICTS, grouped
from api.parameters import KnownParameters
from api.problems import language_of
from api.siting import CheckId, map_response
from api.words import words
from gridgov import __version__
from gridgov.admission import check_service
from gridgov.admission.disclosure import Asker
from gridgov.errors import Language, NotFound

HERE = Path(__file__).parent
router = APIRouter(include_in_schema=False, dependencies=[KnownParameters])

_PAGES = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
# Whoever looks at the sample's page: may read what the sample asked, and nothing else.
_ONLOOKER = Asker("anonymous", "inspector")


def chosen_language(request: Request, lang: Annotated[Literal["zh", "en"] | None, Query()] = None) -> Language:
    """The language asked for by `?lang=`, else by the browser."""
    return lang or language_of(request)


def sample_only(request: Request) -> None:
    """The sample's checks are there for everybody in the sample's database alone."""
    if not request.app.state.sample:
        raise NotFound("There is nothing at this address.", "此地址没有内容。")


PageLanguage = Annotated[Language, Depends(chosen_language)]


@router.get("/sample", dependencies=[Depends(sample_only)])
def sample_overview(language: PageLanguage, uow: Reading) -> Response:
    """The sample's sites with verdict, findings and maps."""
    groups = grouped(check_service.sample_overview(uow), language)
    return page_of("overview.html", language, groups=groups, verdicts=VERDICTS, total=sum(len(group.sites) for group in groups))


@router.get("/sample/{check_id}/map.html", dependencies=[Depends(sample_only)])
def sample_map(check_id: CheckId, language: PageLanguage, uow: Reading) -> Response:
    """The map of one of the sample's checks."""
    return map_response(uow, check_id, _ONLOOKER, language)


@router.get("/docs")
def documentation(request: Request, language: PageLanguage) -> Response:
    """The operations of the OpenAPI document, for people."""
    return page_of("docs.html", language, operations=operations(request.app.openapi()), about=request.app.description)


def page_of(template: str, language: Language, **values: Any) -> Response:
    """A template of this folder in a language."""
    return HTMLResponse(_PAGES.get_template(template).render(w=words(language), version=__version__, **values))
