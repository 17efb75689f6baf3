"""The shared arcs of a piece of the grid, as it is in force and as a draft leaves it."""

import pytest

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound, TooLarge
from gridgov.redraws import arc_service, service
from tests.redraw_grid import DAY, TODAY, at, bulge, lay_squares, request, split, village


def test_arcs_of_a_cell_come_with_its_neighbours_and_know_their_two_sides(uow: UnitOfWork) -> None:
    lay_squares(uow)
    found = arc_service.arcs_in_force(uow, None, DAY, codes=[village(2, 1)])
    assert (found["scheme"], found["on"], found["revision"]) == ("admin", "2026-12-01", 1)
    assert {cell["code"]: cell["asked"] for cell in found["cells"]} == {village(x, y): (x, y) == (2, 1) for x in (1, 2, 3) for y in (0, 1, 2)}
    sides = [(arc["left"], arc["right"]) for arc in found["arcs"] if village(2, 1) in (arc["left"], arc["right"])]
    assert {other for pair in sides for other in pair} == {village(2, 1), village(1, 1), village(3, 1), village(2, 0), village(2, 2)}
    assert not any(arc["locked"] for arc in found["arcs"] if village(2, 1) in (arc["left"], arc["right"]))


def test_a_box_asks_for_the_cells_that_meet_it(uow: UnitOfWork) -> None:
    lay_squares(uow)
    found = arc_service.arcs_in_force(uow, None, DAY, box=(*at(0.2, 0.2), *at(1.2, 0.8)))
    assert [cell["code"] for cell in found["cells"] if cell["asked"]] == [village(0, 0), village(1, 0)]


def test_the_arcs_of_a_draft_are_those_it_would_leave(uow: UnitOfWork) -> None:
    lay_squares(uow)
    before = arc_service.arcs_in_force(uow, None, DAY, codes=[village(2, 1)])
    redraw_id = int(service.draft_redraw(uow, request(bulge(2, 1), split(2, 1), split(5, 3)), TODAY)["id"])
    parts = ["330802101105", "330802101106"]
    found = arc_service.draft_arcs(uow, redraw_id, codes=parts)
    asked = {cell["code"]: cell for cell in found["cells"] if cell["asked"]}
    assert sorted(asked) == parts and {cell["name"] for cell in asked.values()} == {"西半", "东半"}
    assert village(2, 1) not in {cell["code"] for cell in found["cells"]}
    assert any({arc["left"], arc["right"]} == set(parts) for arc in found["arcs"])
    assert arc_service.arcs_in_force(uow, None, DAY, codes=[village(2, 1)]) == before


def test_too_many_cells_and_what_is_not_there_are_refused(uow: UnitOfWork) -> None:
    lay_squares(uow, 6, 70)
    with pytest.raises(TooLarge):
        arc_service.arcs_in_force(uow, None, DAY, box=(*at(0, 0), *at(6, 70)))
    with pytest.raises(NotFound):
        arc_service.draft_arcs(uow, 9, codes=[village(0, 0)])
