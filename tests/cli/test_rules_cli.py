"""`rules import | check | template`: what they answer, and with which exit code."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import layers.sample_city

Cli = Callable[..., Any]
SAMPLES = Path(layers.sample_city.__file__).parent / "rules"
LIST = SAMPLES / "source-water-2020.yaml"


def test_a_list_is_loaded_once(cli: Cli) -> None:
    first = cli("rules", "import", LIST, "--json")
    assert first.exit_code == 0
    assert {key: first.json[key] for key in ("ruleset", "edition", "effective_from", "rules", "examples", "unchanged")} == {
        "ruleset": "source-water",
        "edition": "2020",
        "effective_from": "2020-01-01",
        "rules": 7,
        "examples": 12,
        "unchanged": False,
    }
    again = cli("rules", "import", LIST, "--json")
    assert again.exit_code == 0 and again.json == first.json | {"unchanged": True}


def test_the_same_edition_changed_is_refused(cli: Cli, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(LIST.read_text(encoding="utf-8").replace("authority: 云溪市人民政府", "authority: 别处"), encoding="utf-8")
    cli("rules", "import", LIST)
    refused = cli("rules", "import", changed, "--json")
    assert refused.exit_code == 1
    assert (refused.json["status"], refused.json["type"]) == (409, "/problems/wrong-state")


def test_a_comment_does_not_make_another_edition(cli: Cli, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text("# 校对稿\n" + LIST.read_text(encoding="utf-8"), encoding="utf-8")
    cli("rules", "import", LIST)
    assert cli("rules", "import", changed, "--json").json["unchanged"] is True


def test_a_refused_list_names_every_line(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(LIST.read_text(encoding="utf-8").replace('edition: "2020"', "edition: 2020").replace("lifts: [SW-1]", "lifts: [SW-9]"), encoding="utf-8")
    refused = cli("rules", "import", bad, "--json")
    assert refused.exit_code == 1
    assert [fault["pointer"] for fault in refused.json["errors"]] == ["line 4", "line 23"]
    assert refused.json["status"] == 422
    said = cli("rules", "check", bad)
    assert said.exit_code == 1 and said.stdout == "" and "line 4" in said.stderr


def test_a_failing_example_refuses_the_import_and_the_check(cli: Cli, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        LIST.read_text(encoding="utf-8").replace("in: [], industry: C2614, action: new, verdict: permitted", "in: [], verdict: prohibited"), encoding="utf-8"
    )
    for command in ("check", "import"):
        refused = cli("rules", command, bad, "--json")
        assert refused.exit_code == 1
        assert "/examples/11" in refused.json["errors"][0]["detail"]
    assert cli("rules", "import", LIST, "--json").json["unchanged"] is False


@pytest.mark.parametrize("ending", ["yaml", "yml", "xlsx"])
def test_a_template_can_be_checked_and_loaded_as_it_is(cli: Cli, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"list.{ending}"
    assert cli("rules", "template", file, "--json").json == {"template": str(file)}
    checked = cli("rules", "check", file, "--json")
    assert checked.exit_code == 0
    assert (checked.json["ruleset"], checked.json["rules"], checked.json["examples"]) == ("my-list", 3, 4)
    assert cli("rules", "import", file, "--json").json["sha256"] == checked.json["sha256"]


def test_a_template_does_not_overwrite_what_was_filled_in(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "list.yaml"
    file.write_text("mine", encoding="utf-8")
    assert cli("rules", "template", file).exit_code == 2
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("words", [("template", "list.doc"), ("check", "absent.yaml"), ("import", "absent.yaml"), ("check", ".")])
def test_a_file_that_cannot_be_used_is_a_usage_error(cli: Cli, words: tuple[str, str]) -> None:
    assert cli("rules", *words, "--json").exit_code == 2


def test_checking_needs_no_database(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRIDGOV_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    assert cli("rules", "check", LIST).exit_code == 0


def test_every_sample_list_is_loaded(cli: Cli) -> None:
    for file in sorted(SAMPLES.glob("*.yaml")):
        assert cli("rules", "import", file, "--json").exit_code == 0
