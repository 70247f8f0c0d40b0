import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.tags import tags


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("<p>a</p>", ["p", "/p"]),
        ("<mj-image src='a' />", ["mj-image"]),
        ("<!-- <p> --><b>", ["b"]),
        ("<!--[if mso]><table><![endif]--><b>", ["b"]),
        ("<!--[if !mso]><!--><b><!--<![endif]-->", ["b"]),
        ("<![if !mso]><b><![endif]>", ["b"]),
        ("<!doctype html><HTML>", ["html"]),
        ("<style>a > b { content: '<i>' }</style><b>", ["style", "/style", "b"]),
        ("<a title='a > b' x=\"<\">", ["a"]),
        ("a < b > c", []),
        ("<!-- never closed <p>", []),
        ("<!--><b><!---><i>", ["b", "i"]),
        ("<!-- a --!><b>", ["b"]),
        ("<title>a</titles></title><b>", ["title", "/title", "b"]),
        ("<svg><title>a<b></title></svg><p>", ["svg", "title", "b", "/title", "/svg", "p"]),
        ("<svg><style><b></style></svg>", ["svg", "style", "b", "/style", "/svg"]),
        ("<svg><![CDATA[ > <b> ]]><g/></svg><![CDATA[ > <b> ]]>", ["svg", "g", "/svg", "b"]),
        ("<SVG><foreignObject><title><b></title></foreignObject></SVG>", ["svg", "foreignobject", "title", "/title", "/foreignobject", "/svg"]),
    ],
)
def test_finds_what_is_a_tag(text, names):
    assert [("/" if tag.closing else "") + tag.name for tag in tags(text)] == names


def test_knows_attributes_and_where_they_stand():
    text = """<a HREF="/x?a=1&amp;b=2" title='it' hidden data-x=y/>"""
    (tag,) = tags(text)
    assert [(attribute.name, attribute.value) for attribute in tag.attributes] == [
        ("HREF", "/x?a=1&b=2"),
        ("title", "it"),
        ("hidden", None),
        ("data-x", "y"),
    ]
    assert tag.empty
    assert (tag.get("href"), tag.get("hidden"), tag.get("class")) == ("/x?a=1&b=2", "", None)
    first = tag.attributes[0]
    assert text[first.start : first.end] == 'HREF="/x?a=1&amp;b=2"'
    assert text[first.value_start :].startswith("/x?")


def test_says_what_belongs_to_a_drawing():
    text = "<p><svg><g/><title>a<b></title><foreignObject><div/></foreignObject></svg><b/><math><mi/></math></p>"
    foreign = [tag.name for tag in tags(text) if tag.foreign and not tag.closing]
    assert foreign == ["svg", "g", "title", "foreignobject", "math", "mi"]


@given(st.text(alphabet="<>/!-=\"' abi", max_size=60))
def test_any_text_has_tags_in_order_without_overlap(text):
    found = list(tags(text))
    assert all(text[tag.start] == "<" and text[tag.end - 1] == ">" for tag in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
