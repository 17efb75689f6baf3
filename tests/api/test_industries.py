"""`/industries`: the classification for everybody, by name and by code."""

from tests.http_client import TestClient

ADDRESS = "/api/v1/industries"


def test_everybody_finds_an_industry_by_its_code(client: TestClient) -> None:
    found = client.get(ADDRESS, params={"q": "2614"})
    assert found.status_code == 200
    assert found.json() == {
        "edition": "GB/T 4754-2017",
        "items": [
            {
                "code": "C2614",
                "name": "有机化学原料制造",
                "level": "class",
                "path": [{"code": "C", "name": "制造业"}, {"code": "C26", "name": "化学原料和化学制品制造业"}, {"code": "C261", "name": "基础化学原料制造"}],
                "leaf": True,
            }
        ],
        "next": None,
        "more": False,
    }


def test_without_anything_the_sections_are_given(client: TestClient) -> None:
    items = client.get(ADDRESS).json()["items"]
    assert "".join(one["code"] for one in items) == "ABCDEFGHIJKLMNOPQRST"
    assert all(one["level"] == "section" and one["path"] == [] and not one["leaf"] for one in items)


def test_the_whole_tree_can_be_walked(client: TestClient) -> None:
    assert [one["code"] for one in client.get(ADDRESS, params={"parent": "C25"}).json()["items"]] == ["C251", "C252", "C253", "C254"]


def test_a_longer_list_says_that_it_goes_on(client: TestClient) -> None:
    answer = client.get(ADDRESS, params={"q": "制造", "limit": 5}).json()
    assert (len(answer["items"]), answer["more"]) == (5, True)


def test_what_cannot_be_a_question_is_refused(client: TestClient) -> None:
    assert client.get(ADDRESS, params={"parent": "X9"}).status_code == 422
    assert client.get(ADDRESS, params={"limit": 0}).status_code == 422
    assert client.get(ADDRESS, params={"q": "水" * 101}).status_code == 422
    assert client.get(ADDRESS, params={"name": "水泥"}).status_code == 400


def test_signs_are_literal(client: TestClient) -> None:
    for text in ("%", "_", "'; drop table cell; --"):
        assert client.get(ADDRESS, params={"q": text}).json()["items"] == []
