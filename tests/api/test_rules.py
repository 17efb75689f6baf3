"""Admission lists over HTTP: read by everybody, checked and loaded by administrators; and the words that questions may use."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from gridgov.admission import service
from gridgov.admission.rulefile import read_rules
from gridgov.database.pool import Database
from layers.rules_file import template_workbook, template_yaml
from tests.http_client import TestClient

LISTS, RULES = "/api/v1/rulesets", "/api/v1/rules"
YAML = {"Content-Type": "application/yaml"}
XLSX = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
Enter = Callable[[str], TestClient]


def made(edition: str, start: str, **more: str) -> str:
    """The template as another edition."""
    text = template_yaml().replace('edition: "2024"', f'edition: "{edition}"').replace("effective_from: 2024-01-01 ", f"effective_from: {start} ")
    return text + "".join(f"\n{key}: {value}\n" for key, value in more.items())


def load(database: Database, *texts: str) -> None:
    with database.unit_of_work("test") as uow:
        for text in texts:
            service.import_rules(uow, read_rules(text, name="list").ruleset)


def check(client: TestClient, body: str | bytes, headers: dict[str, str] = YAML) -> Any:
    answer = client.post(f"{RULES}/check", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def workbook(**cells: Any) -> bytes:
    """The template's workbook with some cells changed: `条款_F2="x"`."""
    template, held = CalamineWorkbook.from_filelike(io.BytesIO(template_workbook())), io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        for name in template.sheet_names:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(template.get_sheet_by_name(name).to_python()):
                sheet.write_row(number, 0, row)
            for where, value in cells.items():
                if where.startswith(f"{name}_"):
                    sheet.write(where.partition("_")[2], value)
    return held.getvalue()


def test_lists_are_there_for_everybody_with_the_edition_of_the_day(client: TestClient, database: Database) -> None:
    load(database, made("2020", "2020-01-01"), made("2024", "2024-01-01", effective_to="2027-01-01"))
    (item,) = client.get(LISTS, params={"on": "2026-11-22"}).json()["items"]
    assert (item["ruleset"], item["authority"], item["in_force"]) == ("my-list", "某市人民政府", "2024")
    told = [(one["edition"], one["effective_from"], one["effective_to"], one["ends"], one["rules"], one["examples"]) for one in item["editions"]]
    assert told == [("2020", "2020-01-01", None, "2024-01-01", 3, 4), ("2024", "2024-01-01", "2027-01-01", "2027-01-01", 3, 4)]
    on = {day: client.get(LISTS, params={"on": day}).json()["items"][0]["in_force"] for day in ("2019-12-31", "2023-12-31", "2027-01-01")}
    assert on == {"2019-12-31": None, "2023-12-31": "2020", "2027-01-01": None}


def test_a_repeal_ends_an_edition(client: TestClient, database: Database) -> None:
    load(database, made("2020", "2020-01-01"), made("2022", "2022-07-01", repeals="[my-list@2020]").replace("ruleset: my-list", "ruleset: other"))
    ends = {item["ruleset"]: [one["ends"] for one in item["editions"]] for item in client.get(LISTS).json()["items"]}
    assert ends == {"my-list": ["2022-07-01"], "other": [None]}


def test_lists_come_a_page_at_a_time(client: TestClient, database: Database) -> None:
    load(database, *(made("1", "2024-01-01").replace("ruleset: my-list", f"ruleset: list-{letter}") for letter in "abc"))
    first = client.get(LISTS, params={"limit": 2}).json()
    second = client.get(LISTS, params={"limit": 2, "cursor": first["next"]}).json()
    assert [item["ruleset"] for item in first["items"] + second["items"]] == ["list-a", "list-b", "list-c"]
    assert second["next"] is None


def test_an_edition_is_read_in_the_words_of_its_file_with_its_examples_tried(client: TestClient, database: Database) -> None:
    load(database, template_yaml())
    found = client.get(f"{LISTS}/my-list/2024").json()
    assert [rule["id"] for rule in found["document"]["rules"]] == ["R-1", "R-2", "R-3"]
    assert found["document"]["rules"][2]["relation"] == {"within": 500}
    assert [(one["index"], one["verdict"], one["got"], one["ok"]) for one in found["examples"]] == [
        (0, "prohibited", "prohibited", True),
        (1, "permitted", "permitted", True),
        (2, "conditional", "conditional", True),
        (3, "undetermined", "undetermined", True),
    ]
    assert found["examples"][0]["in"] == [{"layer": "ecological-red-line", "where": {"core": True}}]


@pytest.mark.parametrize("where", ["my-list/2019", "nothing/2024", "my-list/%00", "my-list/'--"])
def test_what_is_no_edition_is_not_there(client: TestClient, database: Database, where: str) -> None:
    load(database, template_yaml())
    assert client.get(f"{LISTS}/{where}").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("inspector", 403), ("planner", 403), ("supervisor", 403)])
def test_only_administrators_check_and_load(client: TestClient, signed_in: Enter, who: str, status: int) -> None:
    for where in (RULES, f"{RULES}/check"):
        assert client.post(where, content="x", headers=YAML).status_code == 401
        assert signed_in(who).post(where, content=template_yaml(), headers=YAML).status_code == status


@pytest.mark.parametrize(
    ("body", "headers"), [(template_yaml(), YAML), (template_workbook(), XLSX), (template_yaml(), {"Content-Type": "application/octet-stream"})]
)
def test_a_good_file_is_found_good_and_not_loaded(signed_in: Enter, body: str | bytes, headers: dict[str, str]) -> None:
    admin = signed_in("admin")
    found = check(admin, body, headers)
    assert {key: found[key] for key in ("ok", "ruleset", "edition", "rules", "faults")} == {
        "ok": True,
        "ruleset": "my-list",
        "edition": "2024",
        "rules": 3,
        "faults": [],
    }
    assert all(one["ok"] for one in found["examples"])
    assert admin.get(LISTS).json()["items"] == []


def line_of(text: str, words: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if words in line)


def test_every_fault_of_a_text_is_told_with_its_line(signed_in: Enter) -> None:
    text = (
        template_yaml()
        .replace("effect: prohibit ", "effect: forbid ")
        .replace("lifts: [R-1]", "lifts: [R-9]")
        .replace("text_kind: paraphrase ", "text_kinds: x ")
    )
    found = check(signed_in("admin"), text)
    assert (found["ok"], found["ruleset"], found["examples"]) == (False, None, [])
    assert {line_of(text, "effect: forbid"), line_of(text, "lifts: [R-9]"), line_of(text, "text_kinds")} <= {fault["line"] for fault in found["faults"]}
    assert all(fault["pointer"] == f"line {fault['line']}" and fault["cell"] is None for fault in found["faults"])


def test_a_failing_example_is_told_with_what_it_gets(signed_in: Enter) -> None:
    text = template_yaml().replace("action: new, verdict: prohibited}", "action: new, verdict: permitted}")
    found = check(signed_in("admin"), text)
    first = found["examples"][0]
    assert (first["verdict"], first["got"], first["ok"]) == ("permitted", "prohibited", False)
    assert [fault["line"] for fault in found["faults"]] == [line_of(text, "verdict: permitted}")]


def test_every_fault_of_a_workbook_is_told_with_its_cell(signed_in: Enter) -> None:
    found = check(signed_in("admin"), workbook(条款_F2="乱写", 清单_B4="去年"), XLSX)
    assert {"条款!F2", "清单!B4"} <= {fault["cell"] for fault in found["faults"]}


def test_what_is_loaded_already_is_told_before_loading(signed_in: Enter, database: Database) -> None:
    load(database, template_yaml())
    admin = signed_in("admin")
    assert check(admin, template_yaml())["ok"]
    assert check(admin, template_yaml().replace("within: 500", "within: 600"))["faults"][0]["line"] == line_of(template_yaml(), "edition:")
    assert check(admin, made("2025", "2024-01-01"))["faults"][0]["line"] == line_of(template_yaml(), "effective_from:")


def test_a_list_is_loaded_once(signed_in: Enter) -> None:
    admin = signed_in("admin")
    first, again = (admin.post(RULES, content=template_yaml(), headers=YAML) for _ in range(2))
    assert (first.status_code, first.json()["unchanged"], again.json()["unchanged"]) == (201, False, True)
    assert (first.json()["ruleset"], first.json()["edition"], first.json()["unknown_repeals"]) == ("my-list", "2024", [])
    other = admin.post(RULES, content=template_yaml().replace("within: 500", "within: 600"), headers=YAML)
    assert (other.status_code, other.json()["type"]) == (409, "/problems/wrong-state")
    assert [item["ruleset"] for item in admin.get(LISTS).json()["items"]] == ["my-list"]


def test_a_refused_list_leaves_nothing(signed_in: Enter) -> None:
    admin = signed_in("admin")
    answer = admin.post(RULES, content=workbook(条款_F2="乱写"), headers=XLSX)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/bad-rules")
    assert answer.json()["errors"][0]["cell"] == "条款!F2"
    assert admin.get(LISTS).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"x", {"Content-Type": "text/plain"}, 415),
        (b"#" * 1_000_001, YAML, 413),
        (b"PK\x03\x04broken", XLSX, 200),
        (b"\xff\xfe\x00", YAML, 200),
        (b"", YAML, 200),
        (b"a: &x [*x]", YAML, 200),
    ],
)
def test_what_is_no_list_is_never_a_failure(signed_in: Enter, body: bytes, headers: dict[str, str], status: int) -> None:
    answer = signed_in("admin").post(f"{RULES}/check", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    assert status != 200 or (answer.json()["ok"], bool(answer.json()["faults"])) == (False, True)


def test_the_templates_are_there_for_everybody_and_are_good(client: TestClient, signed_in: Enter) -> None:
    text, book = client.get(f"{RULES}/template.yaml"), client.get(f"{RULES}/template.xlsx")
    assert (text.text, text.headers["content-disposition"]) == (template_yaml(), 'attachment; filename="admission-list.yaml"')
    assert book.headers["content-type"] == XLSX["Content-Type"]
    assert check(signed_in("admin"), book.content, XLSX)["ok"]


def test_the_words_of_a_question_are_the_usual_ones_and_those_of_the_lists(client: TestClient, signed_in: Enter, database: Database) -> None:
    rules = template_yaml().partition("examples:")[0]
    load(database, rules.replace("discharge: {COD", 'fuel: [peat], discharge: {AOX: "> 0", COD'))
    assert client.get("/api/v1/vocabulary").status_code == 401
    found = signed_in("inspector").get("/api/v1/vocabulary").json()
    assert found["actions"][0] == {"key": "new", "zh": "新建", "en": "New", "named": True}
    assert [word["key"] for word in found["actions"]] == ["new", "rebuild", "expand", "relocate"]
    first = found["activities"][0]
    assert (first["key"], first["text"], first["ruleset"], first["rule"]) == ("patrol-and-research", "管护巡护、科学研究除外。", "my-list", "R-2")
    assert found["pollutants"][0] == {"key": "COD", "zh": "化学需氧量", "en": "Chemical oxygen demand", "named": True}
    assert found["pollutants"][-1] == {"key": "AOX", "zh": "AOX", "en": "AOX", "named": True}
    assert (found["fuels"][-1]["key"], found["fuels"][0]["named"]) == ("peat", False)
    before = signed_in("planner").get("/api/v1/vocabulary", params={"on": "2023-12-31"}).json()
    assert not any(word["named"] for words in before.values() for word in words)
