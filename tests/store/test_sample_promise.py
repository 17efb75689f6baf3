"""The promise on the sample city: for every site, taking away any layer, coverage, list or declared input never makes the answer milder."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from gridgov.admission.answering import decide_request
from gridgov.admission.batch import HeldWorld
from gridgov.admission.check_service import hold_worlds
from gridgov.admission.check_store import hold_cells, hold_edition
from gridgov.admission.document import Occasion
from gridgov.admission.memory import HeldLayers
from gridgov.admission.request import SitingRequest, parse_request
from gridgov.cli.sample_loading import load
from gridgov.database.pool import Database
from gridgov.settings import Settings
from layers.sample_city import generate

RANK = {"permitted": 0, "conditional": 1, "undetermined": 2, "prohibited": 2}
INPUTS = ("industry", "action", "activity", "discharges", "fuel")


def answer(request: SitingRequest, held: HeldWorld) -> dict[str, str]:
    occasion = Occasion("x", datetime(2026, 11, 22, tzinfo=UTC))
    _, document = decide_request(request, held.world, held.layers, cells=held.cells.under(request.site), revision=held.cells.revision, occasion=occasion)
    return {"verdict": document["verdict"], **{name: gate["verdict"] for name, gate in document["gates"].items()}}


def poorer(held: HeldWorld, holdings: dict[int, object]) -> Iterator[tuple[str, HeldWorld]]:
    """Every world with one thing less."""
    for key, edition in held.world.in_force.items():
        others = {name: one for name, one in held.world.in_force.items() if name != key}
        yield f"without {key}", HeldWorld(replace(held.world, in_force=others), held.layers, held.cells)
        unknown = {**holdings, edition.edition_id: replace(holdings[edition.edition_id], coverage=None, clipped_coverage=None)}  # type: ignore[type-var]
        yield f"coverage of {key} unknown", HeldWorld(held.world, HeldLayers(unknown), held.cells)  # type: ignore[arg-type]


@pytest.mark.parametrize("villages", [60])
def test_no_sample_site_gets_a_milder_answer_from_knowing_less(database: Database, villages: int) -> None:
    city = generate(villages=villages)
    load(database, Settings(), city)
    requests = {site.key: parse_request(site.request) for site in city.sites}
    today = date(2026, 11, 22)
    compared = 0
    with database.unit_of_work("test") as uow:
        for on in {request.on or today for request in requests.values()}:
            held = hold_worlds(uow, [on])[on]
            holdings = {edition.edition_id: hold_edition(uow, edition) for edition in held.world.in_force.values()}
            assert hold_cells(uow, on).revision == held.cells.revision
            for key, request in requests.items():
                if (request.on or today) != on:
                    continue
                before = answer(request, held)
                for lost, world in poorer(held, holdings):
                    after = answer(request, world)
                    assert all(RANK[after[name]] >= RANK[before[name]] for name in before), (key, lost, before, after)
                    compared += 1
                for field in INPUTS:
                    after = answer(replace(request, project=replace(request.project, **{field: None})), held)
                    # Whether an account is needed is asked only of discharges that are declared.
                    asked = [name for name in before if not (field == "discharges" and name in ("quota", "verdict"))]
                    assert all(RANK[after[name]] >= RANK[before[name]] for name in asked), (key, field, before, after)
                    compared += 1
    print(f"{len(requests)} sites, {compared} poorer worlds")
    assert compared > 200


def test_every_sample_site_gets_the_verdict_it_was_placed_for(database: Database) -> None:
    from gridgov.cli.sample_loading import unexpected

    city = generate(villages=60)
    documents, _ = load(database, Settings(), city)
    assert unexpected(city, documents) == []
    assert {document["verdict"] for document in documents} == set(RANK)
