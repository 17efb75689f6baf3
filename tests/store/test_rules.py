"""Admission lists in the database: loaded once, read back the same, refused when they do not fit what is there."""

import json
from datetime import timedelta

import pytest

from gridgov.admission import service, store
from gridgov.admission.rule import RuleSet
from gridgov.admission.rulefile import parse_rules, read_rules
from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import BadRules, Conflict

TEXT = """\
ruleset: red-line
edition: "2024"
effective_from: 2024-01-01
rules:
  - id: A
    layer: ecological-red-line
    where: {core: true}
    effect: prohibit
    dimension: space
    text: 禁止。
    citation: {instrument: 示例办法, status: example}
examples:
  - {in: [{layer: ecological-red-line, where: {core: true}}], verdict: prohibited}
"""


def ruleset(*changes: tuple[str, str]) -> RuleSet:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse_rules(text, name="list.yaml")


ADD_LAYER = "insert into layer (key, kind, title) values (%(key)s, %(kind)s, '') returning layer_id"
ADD_EDITION = """
insert into edition
    (layer_id, edition, effective_from, coverage_kind, attributes, source_crs, crs_operation, piece_plane, sha256, zone_count)
values (%(layer)s, %(name)s, date '2020-01-01' + %(number)s, 'none', %(attributes)s::jsonb, '', '', '', '', 0)
"""


def register(uow: UnitOfWork, key: str, kind: str, *editions: list[str]) -> None:
    """A layer with one edition for each list of attribute names; written plainly, since only the names count here."""
    layer = uow.row(ADD_LAYER, key=key, kind=kind)
    assert layer is not None
    for number, names in enumerate(editions):
        uow.execute(ADD_EDITION, layer=layer["layer_id"], name=str(number), number=number, attributes=json.dumps(names))


def test_a_list_is_read_back_the_same(uow: UnitOfWork) -> None:
    imported = service.import_rules(uow, ruleset())
    assert not imported.unchanged
    assert store.rule_sets(uow) == [ruleset()]


def test_editions_come_by_list_and_first_day(uow: UnitOfWork) -> None:
    later = ruleset(('"2024"', '"2026"'), ("2024-01-01", "2026-01-01"))
    other = ruleset(("ruleset: red-line", "ruleset: another"))
    for one in (later, ruleset(), other):
        service.import_rules(uow, one)
    assert [(one.ruleset, one.edition) for one in store.rule_sets(uow)] == [("another", "2024"), ("red-line", "2024"), ("red-line", "2026")]


def test_the_same_edition_again_changes_nothing(uow: UnitOfWork) -> None:
    service.import_rules(uow, ruleset())
    assert service.import_rules(uow, ruleset()).unchanged
    assert len(store.rule_sets(uow)) == 1
    assert [entry.action for entry, _ in uow.audit_entries()] == ["rules.import"]


def test_the_same_edition_with_other_content_is_refused(uow: UnitOfWork) -> None:
    service.import_rules(uow, ruleset())
    with pytest.raises(Conflict, match="already loaded with other content"):
        service.import_rules(uow, ruleset(("禁止。", "严禁。")))


def test_two_editions_cannot_begin_on_one_day(uow: UnitOfWork) -> None:
    service.import_rules(uow, ruleset())
    read = read_rules(TEXT.replace('"2024"', '"2024b"'), name="list.yaml")
    with pytest.raises(BadRules) as caught:
        service.import_rules(uow, read.ruleset, name=read.name, places=read.places)
    assert [fault.pointer for fault in caught.value.faults] == ["line 3"]


def test_a_failing_example_refuses_the_list_and_leaves_nothing(uow: UnitOfWork) -> None:
    read = read_rules(TEXT.replace("verdict: prohibited", "verdict: permitted"), name="list.yaml")
    with pytest.raises(BadRules) as caught:
        service.import_rules(uow, read.ruleset, name=read.name, places=read.places)
    assert [fault.pointer for fault in caught.value.faults] == ["line 13"]
    assert store.rule_sets(uow) == []


def test_the_import_is_audited(uow: UnitOfWork) -> None:
    service.import_rules(uow, ruleset())
    ((entry, _),) = uow.audit_entries()
    assert (entry.action, entry.subject, entry.actor) == ("rules.import", "ruleset:red-line@2024", "test:tester")
    assert entry.detail["sha256"] == ruleset().sha256


def test_a_repeal_of_what_is_not_loaded_is_told(uow: UnitOfWork) -> None:
    service.import_rules(uow, ruleset())
    imported = service.import_rules(uow, ruleset(("ruleset: red-line", "ruleset: new"), ("rules:", "repeals: [red-line@2024, red-line@2019]\nrules:")))
    assert imported.unknown_repeals == ("red-line@2019",)


def test_an_edition_is_known_from_when_it_was_recorded(uow: UnitOfWork) -> None:
    before = uow.now()
    service.import_rules(uow, ruleset())
    assert store.rule_sets(uow, known_at=before) == []
    assert store.rule_sets(uow, known_at=uow.now() + timedelta(seconds=1)) == [ruleset()]


def test_an_attribute_no_zone_carries_is_refused_at_its_line(uow: UnitOfWork) -> None:
    register(uow, "ecological-red-line", "ecological-red-line", ["cores"], ["name_en"])
    read = read_rules(TEXT, name="list.yaml")
    with pytest.raises(BadRules) as caught:
        service.import_rules(uow, read.ruleset, name=read.name, places=read.places)
    (fault,) = caught.value.faults
    assert fault.pointer == "line 7" and "did you mean 'cores'" in fault.en


@pytest.mark.parametrize("editions", [(), (["core"],), (["other"], ["core"])])
def test_an_attribute_is_accepted_when_any_edition_carries_it_or_nothing_is_known(uow: UnitOfWork, editions: tuple[list[str], ...]) -> None:
    register(uow, "ecological-red-line", "ecological-red-line", *editions)
    service.import_rules(uow, ruleset())


def test_an_attribute_of_a_kind_is_refused_only_when_every_layer_of_it_is_known(uow: UnitOfWork) -> None:
    of_kind = ruleset(("layer: ecological-red-line\n", "layer: {kind: ecological-red-line}\n"))
    register(uow, "line-a", "ecological-red-line", ["other"])
    with pytest.raises(BadRules):
        service.import_rules(uow, of_kind)
    register(uow, "line-b", "ecological-red-line")
    service.import_rules(uow, of_kind)
