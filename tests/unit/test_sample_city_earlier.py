"""The sample's grid before its change of 2025 is the same land."""

from collections import Counter

from gridgov.geo.area import area_m2
from layers.sample_city import generate
from layers.sample_city.earlier import earlier_cells


def test_the_earlier_grid_is_the_same_land_with_one_village_less_and_other_names() -> None:
    city = generate(1, 120)
    earlier = {cell.code: cell for cell in earlier_cells(city)}
    today = {cell.code: cell for cell in city.cells}
    missing = set(today) - set(earlier)
    assert (len(missing), set(earlier) - set(today)) == (1, set())
    changed = [code for code in earlier if earlier[code].geometry is not today[code].geometry]
    assert len(changed) == 1
    before, after = (sum(area_m2(cells[code].geometry) for code in (*changed, *missing) if code in cells) for cells in (earlier, today))
    assert abs(before - after) < 1e-3
    names = Counter((earlier[code].name[-1:], today[code].name[-2:]) for code in earlier if earlier[code].name != today[code].name)
    assert set(names) == {("村", "社区")}


def test_nobody_was_in_charge_of_a_village_that_was_not_there_yet() -> None:
    city = generate(1, 120)
    gone = {cell.code for cell in city.cells} - {cell.code for cell in earlier_cells(city)}
    assert not gone & {person.cell for person in city.assignments}
