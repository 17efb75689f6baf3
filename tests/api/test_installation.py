"""`/installation`: what a map needs to know first, for everybody."""

import pytest

from api.app import create_app
from gridgov import __version__
from gridgov.database.pool import Database
from gridgov.grids import service
from gridgov.grids.area import Box
from gridgov.settings import Settings
from tests.http_client import TestClient
from tests.small_grid import SCHEME

ADDRESS = "/api/v1/installation"
WMTS = "https://t0.example.gov.cn/img_w/wmts?tilematrix={z}&tilerow={y}&tilecol={x}&tk=key"


def test_everybody_learns_the_schemes_and_the_days_on_which_they_change(client: TestClient) -> None:
    found = client.get(ADDRESS).json()
    assert (found["version"], found["sample"], found["timezone"], found["language"]) == (__version__, False, "Asia/Shanghai", "zh")
    assert found["today"] == Settings().today().isoformat()
    assert found["scheme"] == SCHEME
    (scheme,) = found["schemes"]
    assert (scheme["key"], scheme["overlay"]) == (SCHEME, False)
    assert [level["rank"] for level in scheme["levels"]] == sorted((level["rank"] for level in scheme["levels"]), reverse=True)
    assert scheme["turns"] == sorted(scheme["turns"])
    assert scheme["turns"]


def test_the_area_of_use_is_told_as_a_box(client: TestClient, database: Database) -> None:
    with database.unit_of_work("test") as uow:
        service.set_area(uow, Box(118.0, 28.5, 119.5, 29.25), grow=False)
    assert client.get(ADDRESS).json()["area"] == [118.0, 28.5, 119.5, 29.25]


def test_kinds_of_projects_have_a_word_in_both_languages(client: TestClient) -> None:
    actions = client.get(ADDRESS).json()["actions"]
    assert [one["key"] for one in actions] == ["new", "rebuild", "expand", "relocate"]
    assert [one["zh"] for one in actions] == ["新建", "改建", "扩建", "迁建"]


def test_an_empty_installation_says_so(database: Database) -> None:
    with TestClient(create_app(database, Settings())) as client:
        found = client.get(ADDRESS).json()
    assert (found["area"], found["scheme"], found["schemes"], found["map_approval"]) == (None, None, [], None)


def test_the_map_approval_number_is_told_as_it_was_set(database: Database) -> None:
    with TestClient(create_app(database, Settings(map_approval="浙S(2026)1号"))) as client:
        assert client.get(ADDRESS).json()["map_approval"] == "浙S(2026)1号"


def test_no_page_may_load_a_picture_from_elsewhere(client: TestClient) -> None:
    assert "img-src 'self' data:;" in client.get("/").headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", ADDRESS, "/no-such-page"])
def test_a_foreign_base_map_opens_the_policy_for_its_host_alone(database: Database, path: str) -> None:
    with TestClient(create_app(database, Settings(wmts_url=WMTS, wmts_attribution="天地图"))) as client:
        policy = client.get(path).headers["content-security-policy"]
        told = client.get(ADDRESS).json()["basemap"]["wmts"]
    assert "img-src 'self' data: https://t0.example.gov.cn;" in policy
    assert policy.count("example.gov.cn") == 1
    assert told == {"url": WMTS, "attribution": "天地图", "min_zoom": 1, "max_zoom": 18}
