"""Marks say which slot each part of a document came from, and taking them out leaves what is sent."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave import MailweaveError
from mailweave.marks import ATTRIBUTE, Marks, refuse_marks, slot_at, without_marks
from mailweave_plugins.stages.mrml_compiler import Mrml

STOREFRONT = Path(__file__).parents[2] / "examples" / "storefront"
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("campaign", ["cart_reminder", "spring_newsletter", "win_back"])
@pytest.mark.parametrize("profile", ["gold", "newcomer"])
def test_without_its_marks_a_message_is_what_is_sent(mailweave_engine, campaign, profile):
    shop = mailweave_engine.open(STOREFRONT)
    name = profile if profile in shop.profile_names() else shop.profile_names()[0]
    sent, marked = (mailweave_engine.render(shop, campaign, name, AT, marked=marks) for marks in (False, True))
    assert ATTRIBUTE not in sent.html
    assert without_marks(marked.html) == sent.html
    assert marked.text == sent.text
    filled = [slot.slot for slot in sent.choice.values() if slot.block]
    assert list(dict.fromkeys(re.findall(rf'{ATTRIBUTE}="([^"]*)"', marked.html))) == filled


def test_html_blocks_in_mjml_layouts_are_marked(mailweave_engine, make_workspace):
    block = {"content_blocks/note/block.yaml": "description: A note.\nvariants: {default: {}}", "content_blocks/note/default.html": "<p>One <b>b</b></p><img src='a.png' alt=''><p>Two</p>"}
    shop = make_workspace(block)
    for name in ("default.mjml", "other.mjml"):
        (shop.root / "content_blocks" / "note" / name).unlink()
    html = mailweave_engine.render(shop, "hello", "ann", AT, marked=True).html
    assert re.findall(rf'<(\w+)[^>]* {ATTRIBUTE}="note"', html) == ["p", "img", "p"]


MARKED = [
    ('<mj-section css-class="a b"></mj-section>', '<mj-section css-class="MARK a b"></mj-section>'),
    ("<mj-section><mj-column></mj-column></mj-section>", '<mj-section css-class="MARK"><mj-column></mj-column></mj-section>'),
    ("<mj-raw><p>x</p></mj-raw>", f'<mj-raw><p {ATTRIBUTE}="s">x</p></mj-raw>'),
    ("<p>a<br>b</p><i>c</i>", f'<p {ATTRIBUTE}="s">a<br>b</p><i {ATTRIBUTE}="s">c</i>'),
    ("words only", "words only"),
    ("</p><p>x</p>", f'</p><p {ATTRIBUTE}="s">x</p>'),
]


@pytest.mark.parametrize(("body", "marked"), MARKED)
def test_marks_the_outermost_elements(body, marked):
    marks = Marks.of("", [body], ["s"])
    assert marks.mark(body, "s") == marked.replace("MARK", marks.placeholders.of(0))


SECTIONS = st.lists(
    st.sampled_from(
        [
            "<mj-section><mj-column><mj-text>a</mj-text></mj-column></mj-section>",
            '<mj-section css-class="x y" full-width="full-width" background-color="red"><mj-column css-class="q"><mj-button href="#">a</mj-button></mj-column></mj-section>',
            '<mj-wrapper css-class="z"><mj-section><mj-group><mj-column><mj-image src="a.png"/></mj-column></mj-group></mj-section></mj-wrapper>',
            '<mj-hero mode="fixed-height" height="10px"><mj-text>x</mj-text></mj-hero>',
            '<mj-section background-url="b.png"><mj-column><mj-text>x</mj-text></mj-column></mj-section>',
            "<mj-raw><p class='k'>x</p></mj-raw>",
        ]
    ),
    max_size=5,
)
HEADS = st.sampled_from(["", '<mj-attributes><mj-all css-class="g" /></mj-attributes>', '<mj-attributes><mj-class name="c" css-class="h" /></mj-attributes>'])


@given(HEADS, SECTIONS, st.from_regex(r"[a-z][\w-]{0,8}", fullmatch=True))
def test_compiling_keeps_every_byte_besides_the_marks(head, sections, slot):
    def compiled(body):
        return Mrml().compile(f"<mjml><mj-head>{head}</mj-head><mj-body>{body}</mj-body></mjml>")

    body = "".join(sections)
    marks = Marks.of(head, [head, body], ["other", slot])
    marked = marks.settle(compiled(marks.mark(body, slot)))
    assert without_marks(marked) == compiled(body)
    assert marks.placeholders.word not in marked


PLACED = f"""<body><p>before</p><div class="x" {ATTRIBUTE}="one"><p>in <b>one</b><br></p></div><p>between</p><img {ATTRIBUTE}="two" src="two.png">
<!--[if mso]><table {ATTRIBUTE}="three"><tr><td>Outlook<![endif]--><div {ATTRIBUTE}="three">in three</div><!--[if mso]></td></tr></table><![endif]-->after</body>"""


@pytest.mark.parametrize(
    ("text", "slot"),
    [("before", None), ('"x"', "one"), ("in <b>one", "one"), ("</b>", "one"), ("</div>", "one"), ("between", None), ("two.png", "two"), ("in three", "three"), ("Outlook", None), ("after", None)],
)
def test_a_place_knows_its_slot(text, slot):
    assert slot_at(PLACED, without_marks(PLACED).index(text)) == slot


@pytest.mark.parametrize(
    "text",
    [f'<p {ATTRIBUTE}="x">', f"<p {ATTRIBUTE.upper()}>", '<td data-mailweave-number="1">', f'<!--[if mso]><td {ATTRIBUTE}="x"><![endif]-->', f'<mj-html-attribute name=" {ATTRIBUTE}">x</mj-html-attribute>'],
)
def test_nobody_else_marks(text):
    with pytest.raises(MailweaveError) as raised:
        refuse_marks([("<p>fine</p>", "a.html"), (text, "b.html")])
    assert [(problem.code, problem.place.path) for problem in raised.value.problems] == [("reserved", "b.html")]


def test_words_about_marks_are_words():
    refuse_marks([(f"<p title='{ATTRIBUTE}=1'>{ATTRIBUTE}=\"x\"</p>", "a.html")])
    marked = f'<p title="a>b" {ATTRIBUTE}="one">Write {ATTRIBUTE}="x" here</p>'
    assert without_marks(marked) == f'<p title="a>b">Write {ATTRIBUTE}="x" here</p>'
