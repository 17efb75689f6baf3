"""What the text of a rule file means: YAML 1.2 core schema, nothing clever, every refusal with its line."""

import pytest

from gridgov.admission.rulefile_source import MAX_BYTES, MAX_DEPTH, core_scalar, read_yaml
from gridgov.errors import BadRules


def refused(text: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(BadRules) as caught:
        read_yaml(text, name="list.yaml")
    assert all(fault.zh and fault.en for fault in caught.value.faults)
    return [(fault.pointer, fault.en) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("2024-01-01", "2024-01-01"),
        ("010", 10),
        ("0o17", 15),
        ("0xff", 255),
        ("1_000", "1_000"),
        ("1:30", "1:30"),
        ("1.50", 1.5),
        ("1e3", 1000),
        ("-0.0", 0),
        ("5.0", 5),
        ("330824000000", 330824000000),
    ],
)
def test_a_plain_scalar_means_what_the_core_schema_says(text: str, value: object) -> None:
    found = core_scalar(text)
    assert found == value and type(found) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e400", "1e15", "1234567890123456"])
def test_a_number_that_no_figure_can_hold_is_refused(text: str) -> None:
    assert [line for line, _ in refused(f"a: 1\nb: {text}\n")] == ["line 2"]


def test_a_quoted_number_is_text() -> None:
    assert read_yaml("a: \"2024\"\nb: '007'\n", name="list.yaml").plain == {"a": "2024", "b": "007"}


def test_every_place_has_its_line_and_its_text_as_written() -> None:
    places = read_yaml("a:\n  - x\n  - {b: 0330824}\n", name="list.yaml").places
    assert places.at["/a"].number == 1
    assert places.at["/a/0"].number == 2
    assert (places.at["/a/1/b"].number, places.at["/a/1/b"].raw) == (3, "0330824")


def test_a_pointer_escapes_tilde_and_slash() -> None:
    assert "/a~1b~0c" in read_yaml("a/b~c: 1\n", name="list.yaml").places.at


def test_aliases_anchors_tags_merges_and_duplicate_keys_are_all_told_at_once() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: !!str 1\n<<: {e: 1}\na: 2\n"
    assert [(line, sentence.split(" ")[1]) for line, sentence in refused(text)] == [
        ("line 1", "anchor"),
        ("line 2", "alias"),
        ("line 3", "tag"),
        ("line 4", "merge"),
        ("line 5", "key"),
    ]


def test_a_key_that_is_a_number_is_refused_with_the_hint_to_quote_it() -> None:
    assert refused("a: 1\n2: x\n") == [("line 2", 'a key must be text: write "2" in quotes')]


def test_a_second_document_is_refused() -> None:
    assert [line for line, _ in refused("a: 1\n---\nb: 2\n")] == ["line 3"]


def test_another_yaml_version_is_refused_since_it_would_change_what_yes_means() -> None:
    assert [line for line, _ in refused("%YAML 1.1\n---\na: yes\n")] == ["line 2"]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_refused_or_holds_nothing(text: str) -> None:
    if text == "---\n":
        assert read_yaml(text, name="list.yaml").plain is None
    else:
        assert refused(text) == [("line 1", "the file is empty")]


def test_a_syntax_error_names_its_line() -> None:
    assert refused("a: 1\nb: [1, 2\nc: 3\n")[0][0] == "line 3"


def test_a_tab_and_a_full_width_colon_get_a_hint() -> None:
    assert "tabs" in refused("a:\n\tb: 1\n")[0][1]
    assert "full-width" in refused("a：1\nb: 2\n")[0][1]


def test_more_than_one_megabyte_is_refused() -> None:
    assert "1 MB" in refused(b"#" * (MAX_BYTES + 1))[0][1]


def test_a_nul_is_refused_raw_and_escaped() -> None:
    assert refused("a: 1\nb: \0\n")[0][0] == "line 2"
    assert refused('a: 1\nb: "\\0"\n')[0][0] == "line 2"


def test_half_a_character_is_refused() -> None:
    assert refused('a: "\\ud800"\n')[0][0] == "line 1"
    assert refused("a: \ud800\n")[0][0] == "line 1"


def test_bytes_that_are_not_utf8_are_refused_with_their_line() -> None:
    assert refused("a: 1\nb: 名称\n".encode("gb18030"))[0][0] == "line 2"


def test_a_byte_order_mark_is_no_fault() -> None:
    assert read_yaml(b"\xef\xbb\xbfa: 1\n", name="list.yaml").plain == {"a": 1}


def test_a_control_character_is_refused_with_its_line() -> None:
    assert refused("a: 1\nb: \x01\n")[0][0] == "line 2"


@pytest.mark.parametrize("text", ["[" * 400_000, "{a: " * 200_000, "- " * 400_000, "? " * 400_000])
def test_deep_nesting_ends_early(text: str) -> None:
    assert refused(text) == [("line 1", f"nested deeper than {MAX_DEPTH} levels")]
