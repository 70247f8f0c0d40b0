from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.source import Source
from mailweave.yamlfile import load, parse


def document(text):
    return parse(Source("a.yaml", text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("NO", "NO"),
        ("on", "on"),
        ("yes", "yes"),
        ("12:30", "12:30"),
        ("01067", "01067"),
        ("2026-11-23", "2026-11-23"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("-7", -7),
        ("0", 0),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("'7'", "7"),
        ('"true"', "true"),
        ("{{ x }}", None),
    ],
)
def test_reads_scalars_as_yaml_1_2_does(text, value):
    if text == "{{ x }}":
        with pytest.raises(MailweaveError, match="put the value in quotes|did you forget quotes"):
            document(f"key: {text}")
    else:
        assert document(f"key: {text}").value == {"key": value}


def test_places_values_keys_and_what_is_missing():
    found = document("slots:\n  hero:\n    - block: note\n")
    assert str(found.place(("slots", "hero", 0, "block"))) == "a.yaml:3:14"
    assert str(found.place(("slots", "hero", 0, "block"), key=True)) == "a.yaml:3:7"
    assert str(found.place(("slots", "hero", 0, "variant"))) == "a.yaml:3:7"


@pytest.mark.parametrize(
    ("text", "offset", "place"),
    [
        ("subject: Hi {{ x }}\n", 3, "a.yaml:1:13"),
        ('subject: "Hi {{ x }}"\n', 3, "a.yaml:1:14"),
        ("subject: |\n  Hi\n  {{ x }}\n", 3, "a.yaml:3:3"),
    ],
)
def test_a_text_inside_knows_its_true_place(text, offset, place):
    assert str(document(text).text_source(("subject",)).place(offset)) == place


def test_reports_every_key_that_stands_twice():
    with pytest.raises(MailweaveError) as caught:
        document("a: 1\nb: 2\na: 3\nb: 4\n")
    assert [str(problem) for problem in caught.value.problems] == [
        "a.yaml:3:1: 'a' stands here twice – remove one; the first is in line 1",
        "a.yaml:4:1: 'b' stands here twice – remove one; the first is in line 2",
    ]


def test_takes_a_byte_order_mark_and_any_line_end(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r")
    assert load(tmp_path / "a.yaml", "a.yaml").value == {"a": 1, "b": 2}


def test_says_where_a_file_stops_being_utf8(tmp_path: Path):
    (tmp_path / "a.yaml").write_bytes(b"a: 1\nb: \xff\n")
    with pytest.raises(MailweaveError, match="a.yaml:2:4: the file isn't UTF-8 text – save it as UTF-8"):
        load(tmp_path / "a.yaml", "a.yaml")


@given(st.text(max_size=80))
def test_any_text_is_data_or_a_clear_error(text):
    try:
        document(text)
    except MailweaveError as error:
        assert all(problem.place and problem.what for problem in error.problems)
