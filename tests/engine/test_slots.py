"""The places of slots in layouts: every way to write them, in MJML and in HTML."""

from __future__ import annotations

import pytest

from mailweave.errors import MailweaveError
from mailweave.markup import check_html, check_mjml
from mailweave.render import render
from mailweave.source import Source
from mailweave.testing import AT

NAMED = [
    '<mw-slot name="first" />',
    '<mw-slot name="first"/>',
    "<mw-slot name='first' />",
    "<mw-slot\n  name = \"first\"\n/>",
    '<mw-slot name="first"></mw-slot>',
    '<mw-slot name="first" >\n</mw-slot >',
    "<mw-slot name=first />",
]
REST = ["<mw-slots />", "<mw-slots/>", "<mw-slots></mw-slots>", "<mw-slots >\n</mw-slots>"]
UPPER = ['<MW-SLOT NAME="first" />', '<Mw-Slot name="first"></MW-SLOT>', "<MW-SLOTS />"]
FILES = {
    "content_blocks/html/block.yaml": "description: Plain HTML.\nparameters: {text: {type: string}}\nvariants: {default: {}}",
    "content_blocks/html/default.html": "<p>{{ block.text }}</p>",
    "campaigns/hello.yaml": """
        subject: Hello
        layout: own
        slots:
          first: {block: html, parameters: {text: ONE}}
          second: {block: html, parameters: {text: TWO}}
        """,
}


def message(make_workspace, layout, markup):
    body = f"<mjml><mj-body>{layout}</mj-body></mjml>" if markup == "mjml" else f"<html><head></head><body>{layout}</body></html>"
    workspace = make_workspace({**FILES, f"layouts/own.{markup}": body})
    return render(workspace, workspace.campaign("hello"), workspace.profile("ann"), AT).html


@pytest.mark.parametrize("markup", ["html", "mjml"])
@pytest.mark.parametrize("layout", [*(f"{named}{REST[0]}" for named in NAMED), *(f"{NAMED[0]}{rest}" for rest in REST), REST[0]], ids=repr)
def test_every_form_is_a_place(make_workspace, layout, markup):
    html = message(make_workspace, layout, markup)
    assert 0 < html.index("ONE") < html.index("TWO")
    assert "mw-slot" not in html.lower()


@pytest.mark.parametrize("upper", UPPER)
def test_html_does_not_mind_the_case(make_workspace, upper):
    layout = upper if "SLOTS" in upper else upper + REST[0]
    html = message(make_workspace, layout, "html")
    assert 0 < html.index("ONE") < html.index("TWO")
    assert "mw-slot" not in html.lower()


@pytest.mark.parametrize("upper", UPPER)
def test_mjml_is_told_to_use_small_letters(make_workspace, upper):
    with pytest.raises(MailweaveError, match="write `<mw-slots?>`"):
        message(make_workspace, upper + REST[0], "mjml")


@pytest.mark.parametrize("markup", ["html", "mjml"])
@pytest.mark.parametrize(
    ("layout", "codes"),
    [
        ('<mw-slot name="first">ONE</mw-slot>', "misplaced-tag"),
        ("<mw-slots><br></mw-slots>", "misplaced-tag"),
        ("<mw-slot />", "missing-attribute"),
        ('<mw-slots name="a" />', "unknown-attribute"),
        ('<mw-slot name="a" class="b" />', "unknown-attribute"),
        ('<mw-slot name="a" name="b" />', "duplicate"),
        ("<mw-slot-x />", "unknown-tag"),
        ('<mw-slot name="a">', "unclosed-tag"),
        ("</mw-slots>", "unopened-tag"),
    ],
)
def test_what_is_no_place_is_refused(layout, codes, markup):
    text = f"<mjml><mj-body>{layout}</mj-body></mjml>" if markup == "mjml" else layout
    source = Source("f", text)
    problems = check_mjml(source, text, "layout") if markup == "mjml" else check_html(source, text, layout=True)
    found = [problem.code for problem in problems]
    wanted = {"duplicate": "duplicate-attribute" if markup == "mjml" else "unknown-attribute"}.get(codes, codes)
    assert wanted in found
    assert all(problem.remedy for problem in problems)


@pytest.mark.parametrize("place", [NAMED[0], REST[0]])
def test_a_block_in_html_has_no_places(place):
    (problem,) = check_html(Source("f.html", place), place)
    assert problem.sentence.endswith("can't stand in a block – only layouts have slots")
