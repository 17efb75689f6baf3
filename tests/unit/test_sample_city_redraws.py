"""The sample's redraws: two in force, one submitted, one given back; drawn on cells that nothing else of the sample rests on."""

import shapely

from layers.sample_city import generate
from layers.sample_city.redraws import sample_redraws


def test_the_same_city_has_the_same_redraws_at_every_stage() -> None:
    first, again = sample_redraws(generate(3, 60)), sample_redraws(generate(3, 60))
    assert first == again
    assert [one.stage for one in first] == ["approved", "approved", "submitted", "returned"]
    assert [[operation["op"] for operation in one.operations] for one in first] == [["reshape"], ["split", "merge"], ["reshape", "rename"], ["split"]]
    assert [one.effective_from for one in first] == sorted(one.effective_from for one in first)


def _named(operation: dict[str, object]) -> list[str]:
    given = operation.get("between") or operation.get("cells") or [operation["cell"]]
    assert isinstance(given, list)
    return given


def test_no_redraw_touches_the_inspectors_township_a_project_or_another_redraw() -> None:
    city = generate(3, 60)
    cells = {cell.code: cell for cell in city.cells}
    town = next(account.cell for account in city.accounts if account.cell)
    own = [{code for operation in one.operations for code in _named(operation)} for one in sample_redraws(city)]
    projects = shapely.union_all([shapely.geometry.shape(site.request["site"]) for site in city.sites])
    for codes in own:
        assert all(cells[code].parents[0][0] != town and not cells[code].geometry.intersects(projects) for code in codes)
    grounds = [shapely.union_all([cells[code].geometry for code in codes]) for codes in own]
    assert not any(one.intersects(other) for index, one in enumerate(grounds) for other in grounds[index + 1 :])


def test_a_city_too_small_for_all_of_them_has_fewer() -> None:
    assert len(sample_redraws(generate(3, 30))) == 3
