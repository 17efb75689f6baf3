"""Pages: a cursor goes on behind the last item, and what no list gave out is refused."""

import pytest

from api.paging import after, page, read_bbox, read_cursor, write_cursor
from gridgov.errors import Refused
from gridgov.grids.area import Box


def test_a_page_with_more_behind_it_has_a_cursor_that_holds_the_key_of_its_last_item() -> None:
    found = page(["石梁", "柯城", "双溪"], 2, lambda name: (name, len(name)))
    assert found.items == ["石梁", "柯城"]
    assert found.next is not None and after(read_cursor(found.next), str, int) == ("柯城", 2)


def test_the_last_page_has_no_cursor() -> None:
    assert page(["石梁", "柯城"], 2, lambda name: (name,)).as_json() == {"items": ["石梁", "柯城"], "next": None}
    assert page([], 2, lambda name: (name,)).next is None


@pytest.mark.parametrize("text", ["", "%%", "é", "eyJhIjoxfQ", "WzEuNV0", "W251bGxd", "W3RydWVd", "W1td", "[" * 300, "W1si" * 300, write_cursor(("a\x00",))])
def test_what_no_list_gave_out_is_no_cursor(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_cursor(text)
    assert [fault.pointer for fault in refused.value.faults] == ["cursor"]


def test_the_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(Refused):
        after(("a",), str, int)
    with pytest.raises(Refused):
        after((), str)
    assert after(None, str) is None


def test_a_whole_number_too_large_for_the_database_is_no_key() -> None:
    with pytest.raises(Refused):
        read_cursor(write_cursor((2**63,)))


def test_a_box_is_four_degrees_west_south_east_north() -> None:
    assert read_bbox("118.8, 28.9,118.9,29") == Box(118.8, 28.9, 118.9, 29.0)


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "1,2,3,4,5", "nan,2,3,4", "1e999,2,3,4", "3,2,1,4", "1,4,3,2", "1,2,1,4", "-181,2,3,4", "1,2,3,91", "１,2,3,4", "1_0,2,30,4"]
)
def test_anything_else_is_no_box(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_bbox(text)
    assert [fault.pointer for fault in refused.value.faults] == ["bbox"]
