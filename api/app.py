"""The application: routes, walls and refusals put together. Nothing is decided here."""

from collections import Counter

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.staticfiles import StaticFiles

from api import (
    assignments,
    basemap,
    batches,
    cells,
    coverage,
    grid_arcs,
    grid_difference,
    health,
    here,
    imports,
    industries,
    installation,
    jobs,
    layers,
    locate,
    me,
    pages,
    problems,
    redraws,
    rules,
    search,
    session,
    site_reading,
    siting,
    tiles,
    tokens,
    uploads,
    users,
    vocabulary,
    web_app,
)
from api.limits import BodyLimit, RateLimiter, Rates
from api.pages import HERE
from api.security import Guard
from api.tile_cache import TileCache
from gridgov import __version__
from gridgov.database.bootstrap import APP, Server, refuse_sample_users
from gridgov.database.cluster import cluster_of, home_of
from gridgov.database.pool import Database
from gridgov.jobs.file_store import files_of
from gridgov.settings import Settings, load_settings
from layers.base_map_cache import BaseMap
from layers.base_map_place import rasters_folder

PREFIX = "/api/v1"
_ABOUT = "网格化环境监管与生态保护红线：此处由谁负责，项目能否落地。Environmental grid supervision and ecological red lines."


def create_app(database: Database, settings: Settings, *, sample: bool = False, rates: Rates | None = None, web: web_app.WebBuild | None = None) -> FastAPI:
    """The application on one database. sample: the database is the sample's, whose checks anybody may look at on `/sample`; web: not the usual build."""
    app = FastAPI(
        title="gridgov",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        # A redirect would be built from the Host header, which anybody can forge.
        redirect_slashes=False,
        openapi_url="/openapi.json",
        generate_unique_id_function=_operation_id,
    )
    app.state.database, app.state.settings, app.state.sample = database, settings, sample
    app.state.limiter = RateLimiter(rates or Rates())
    app.state.files, app.state.streams = files_of(settings, database.url), Counter()
    app.state.tile_cache = TileCache()
    app.state.base_map = BaseMap(rasters_folder(home_of(settings), sample=sample))
    for module in (installation, basemap, session, users, tokens, me, assignments, locate, siting, coverage):
        app.include_router(module.router, prefix=PREFIX)
    app.include_router(tiles.router, prefix=PREFIX)
    # The shorter address, for other programs.
    app.include_router(tiles.router, include_in_schema=False)
    for module in (cells, here, layers, search, redraws, grid_arcs, grid_difference):
        app.include_router(module.router, prefix=PREFIX)
    for module in (rules, site_reading, vocabulary, industries):
        app.include_router(module.router, prefix=PREFIX)
    for module in (uploads, jobs, batches, imports):
        app.include_router(module.router, prefix=PREFIX)
    app.include_router(health.router)
    app.include_router(pages.router)
    app.include_router(web_app.router_of(web or web_app.web_build()))
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    problems.install(app)
    # The last one added is the outermost.
    app.add_middleware(BodyLimit, file_paths=frozenset({f"{PREFIX}/locate", f"{PREFIX}/site-files", f"{PREFIX}/uploads"}))
    app.add_middleware(Guard, images=settings.wmts_origin)
    return app


def create_app_from_settings() -> FastAPI:
    """The production application for `uvicorn --factory api.app:create_app_from_settings`, on a database that `gridgov up` made ready."""
    settings = load_settings()
    server = Server(settings, cluster_of(settings))
    url = server.url(sample=False)
    refuse_sample_users(url)
    return create_app(Database(url, role=server.role(APP), max_size=16, wait_s=2.0), settings)


def _operation_id(route: APIRoute) -> str:
    return route.name
