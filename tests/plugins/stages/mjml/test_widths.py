"""Every width in a document, also those that only Outlook reads, is the one that npm's MJML computes; `make references` records those."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from mailweave_plugins.stages.mjml.js import parse_float, parse_int, rounded, written
from mailweave_plugins.stages.mrml_compiler import Mrml

RECORDED = json.loads((Path(__file__).parent / "widths.json").read_text())
TAG = re.compile(r"""<(?P<name>[a-zA-Z][\w:-]*)(?:[^<>"']|"[^"]*"|'[^']*')*>""")


def widths_of(html):
    """What each tag says of a width or height, and the widths of the column classes."""
    head, _, body = html.partition("<body")
    said = [saying_of(tag) for tag in TAG.finditer(body)]
    sheet = re.search(r"@media only screen and \(min-width:480px\) \{(.*?)</style>", head, re.DOTALL)
    columns = dict(re.findall(r"\.(mj-column-p[^\s{]+) \{ width:(\S+)", sheet[1] if sheet else ""))
    return [tag for tag in said if " " in tag], columns


def saying_of(tag):
    attributes = [f"{name}={found[1]}" for name in ("width", "height") if (found := re.search(rf'\s{name}="([^"]*)"', tag[0]))]
    style = re.search(r'\sstyle="([^"]*)"', tag[0])
    declared = sorted(re.findall(r"(?:^|(?<=;))(?:(?:max-)?width|height):[^;]*", style[1])) if style else []
    return " ".join([tag["name"], *attributes, *declared, *re.findall(r'mj-column-p[^\s"]+', tag[0])])


@pytest.mark.parametrize("number", range(len(RECORDED)))
def test_has_the_widths_of_npm(number):
    recorded = RECORDED[number]
    said, columns = widths_of(Mrml().compile(recorded["mjml"]))
    assert said == recorded["tags"]
    assert columns == recorded["columns"]


def test_many_documents_are_recorded():
    assert len(RECORDED) >= 80


@pytest.mark.parametrize(
    ("text", "integer", "decimal"),
    [("20px", 20, 20), (" 7.5%", 7, 7.5), ("-3.9", -3, -3.9), ("+4", 4, 4), (".5em", None, 0.5), ("1e3px", 1, 1000), ("auto", None, None), ("", None, None)],
)
def test_reads_numbers_as_javascript_does(text, integer, decimal):
    for read, expected in ((parse_int, integer), (parse_float, decimal)):
        found = read(text)
        assert (None if found != found else found) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(280.0, "280"), (287.5, "287.5"), (100 / 3, "33.333333333333336"), (-0.5, "-0.5"), (float("nan"), "NaN"), (float("inf"), "Infinity")],
)
def test_writes_numbers_as_javascript_does(number, expected):
    assert written(number) == expected


@pytest.mark.parametrize(("number", "expected"), [(2.5, 3), (-2.5, -2), (0.49, 0), (float("inf"), float("inf"))])
def test_rounds_halves_upwards(number, expected):
    assert rounded(number) == expected
