"""Where a mail is cut into blocks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from mailweave_plugins.importing.making import left_to_do

from .conftest import blocks_of, put_together

CASES = yaml.safe_load((Path(__file__).parent / "rows.yaml").read_text())
# Where a comment was cut in two.
SEAM = re.compile(r"<!\[endif\]-->\n?<!--\[if mso\]>")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["is"])
def test_a_mail_is_cut_where_parts_stand_below_each_other(made_of, shop, mailweave_engine, case):
    page = f"<html><head><title>T</title></head><body>{case['body']}</body></html>"
    made, told = made_of(page)
    blocks, layout = blocks_of(made)
    assert blocks == case.get("blocks", {"body": case["body"]})
    left = re.sub(r'<mw-slot name="(\w+)"></mw-slot>', r"[\1]", layout)
    assert left == f"<html><head><title>T</title></head><body>{case.get('layout', '[body]')}</body></html>"
    assert SEAM.sub("", put_together(made)) == SEAM.sub("", page)
    assert (told, left_to_do(mailweave_engine, mailweave_engine.open(shop), made, told)) == ([], [])


@pytest.mark.parametrize(
    ("name", "text", "left"),
    [
        (
            "m.html",
            "<table><tr><td>One part</td></tr><tr><td>Another part</td></tr></table> <p>Goodbye</p>",
            "<table>[header][another_part]</table> [goodbye]",
        ),
        ("m.mjml", "<mj-section></mj-section> <!-- x --> <mj-section></mj-section>", "[header] <!-- x --> [section_2]"),
    ],
)
def test_a_part_of_a_mail_keeps_what_is_around_its_parts(made_of, shop, mailweave_engine, name, text, left):
    made, told = made_of(text, name)
    _, layout = blocks_of(made)
    body = re.search(r"<(?:mj-)?body>\n(.*)\n\s*</(?:mj-)?body>", layout, re.DOTALL)
    assert body
    assert re.sub(r'<mw-slot name="(\w+)"(?: />|></mw-slot>)', r"[\1]", body[1]) == left
    assert [problem.code for problem in told] == ["not-carried-over"]
    assert left_to_do(mailweave_engine, mailweave_engine.open(shop), made, told) == []
