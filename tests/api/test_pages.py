"""The server-made pages: the sample's sites, what stands in production, the documentation."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI

from api.app import create_app
from gridgov.admission import check_service
from gridgov.admission.disclosure import Asker
from gridgov.admission.request import parse_request
from gridgov.database.pool import Database
from gridgov.settings import Settings
from tests.http_client import TestClient

TODAY = date(2026, 11, 22)
RING = [[118.85, 28.95], [118.851, 28.95], [118.851, 28.951], [118.85, 28.951], [118.85, 28.95]]
EVIL = "<img src=x onerror=alert(1)>\"'&"


def check(database: Database, name: str, *, asker: str = "sample") -> UUID:
    question = {"site": {"type": "Polygon", "coordinates": [RING]}, "industry": "C2614", "action": "new", "project": {"name": name}, "on": "2026-11-22"}
    with database.unit_of_work("test") as uow:
        return check_service.check_site(uow, parse_request(question), asker=Asker(asker, "admin"), check_id=uuid4(), today=TODAY).check_id


@pytest.fixture
def sample(app: FastAPI, database: Database) -> Iterator[TestClient]:
    """The application on the sample's database (the grid comes with `app`)."""
    with TestClient(create_app(database, Settings(), sample=True)) as found:
        yield found


def test_an_empty_sample_says_what_to_do_first(sample: TestClient) -> None:
    answer = sample.get("/sample")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "gridgov sample" in answer.text
    assert "还没有校验结果" in answer.text


def test_the_sample_s_sites_are_listed_with_verdict_reasons_and_map(sample: TestClient, database: Database) -> None:
    check_id = check(database, "云溪化工扩建")
    page = sample.get("/sample").text
    assert '<html lang="zh-CN">' in page
    assert "云溪化工扩建" in page
    assert "无法判定" in page
    assert "用地 1.08 公顷 · 柯城区 石梁镇 西村" in page
    assert f"/sample/{check_id}/map.html" in page
    drawn = sample.get(f"/sample/{check_id}/map.html")
    assert drawn.status_code == 200
    assert drawn.headers["content-security-policy"].startswith("sandbox")


def test_the_page_speaks_english_too(sample: TestClient, database: Database) -> None:
    check(database, "Plant")
    for page in (sample.get("/sample?lang=en").text, sample.get("/sample", headers={"Accept-Language": "en-GB,zh;q=0.5"}).text):
        assert '<html lang="en">' in page
        assert "Undetermined" in page
        assert "无法判定" not in page


def test_names_of_sites_are_text_and_never_markup(sample: TestClient, database: Database) -> None:
    check(database, EVIL)
    page = sample.get("/sample").text
    assert EVIL not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_pages_have_no_script_no_inline_style_and_nothing_from_elsewhere(sample: TestClient, database: Database) -> None:
    check(database, "Plant")
    for path in ("/sample", "/docs", "/sample?lang=en"):
        page = sample.get(path).text
        assert not any(found in page for found in ("<script", " style=", "onclick", "javascript:", 'href="http', 'src="http', "//cdn"))


def test_others_checks_are_on_no_public_page(sample: TestClient, database: Database) -> None:
    check_id = check(database, "Secret", asker="planner")
    assert "Secret" not in sample.get("/sample").text
    assert sample.get(f"/sample/{check_id}/map.html").status_code == 404


def test_in_production_nothing_of_the_sample_is_there(client: TestClient, database: Database) -> None:
    check_id = check(database, "Plant")
    assert client.get("/sample").status_code == 404
    assert client.get(f"/sample/{check_id}/map.html").status_code == 404


@pytest.mark.parametrize("query", ["lang=fr", "lang=", "language=en", "lang=zh&lang=en"])
def test_a_page_takes_no_other_question(client: TestClient, query: str) -> None:
    assert client.get(f"/docs?{query}").status_code in (400, 422)


def test_every_operation_is_documented_with_its_refusals(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    operations = {(method, path): operation for path, item in document["paths"].items() for method, operation in item.items()}
    assert operations
    for key, operation in operations.items():
        assert operation["summary"], key
        assert operation["description"], key
        refusals = [answer for status, answer in operation["responses"].items() if status >= "400"]
        assert refusals, key
        assert all("application/problem+json" in answer["content"] for answer in refusals), key
        if "requestBody" in operation:
            # A file of bytes has no example that could be read.
            readable = [body for body in operation["requestBody"]["content"].values() if body.get("schema", {}).get("format") != "binary"]
            assert all("example" in body for body in readable), key
    page = client.get("/docs").text
    assert all(path in page for _, path in operations)


def test_the_stylesheet_is_served_from_here(client: TestClient) -> None:
    answer = client.get("/static/pages.css")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert client.get("/static/../app.py").status_code == 404
    assert client.get("/static/%2e%2e/app.py").status_code == 404


def test_health_says_the_service_can_work(client: TestClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
