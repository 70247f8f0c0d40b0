"""A value changes nothing around it: what somebody tried, built the reference way and compiled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailweave import MailweaveError
from mailweave.profiles import Profile
from mailweave.tags import tags
from mailweave.testing import MINIMAL, write_files
from mailweave.textpart import text_of
from mailweave_plugins.stages.css import declarations

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
# As long as its small letters are longer: each İ becomes two characters.
DOTTED = "\u0130" * 78


def built(engine, shop, **values):
    """The HTML for a customer, the same both ways; somebody else's comes first, so that the compiled document is not made for them."""
    program = engine.compile(shop, "hello")
    program.render(Profile.from_data({"id": "ann", **dict.fromkeys(values, "x")}), AT)
    profile = Profile.from_data({"id": "bob", **values})
    html = engine.render(shop, "hello", profile, AT, reference=True).html
    assert program.render(profile, AT).html == html
    return html


def block(markup: str, name: str = "default.mjml") -> dict[str, str]:
    return {f"content_blocks/note/{name}": markup, "layouts/base.html": "<html><head></head><body><mw-slots></mw-slots></body></html>"}


@pytest.mark.parametrize("component", ["mj-section", "mj-wrapper", "mj-hero"])
def test_a_background_ends_in_its_url(mailweave_engine, make_workspace, component):
    inside = "<mj-column><mj-text>x</mj-text></mj-column>"
    inside = {"mj-wrapper": f"<mj-section>{inside}</mj-section>", "mj-hero": "<mj-text>x</mj-text>"}.get(component, inside)
    shop = make_workspace(block(f'<{component} background-url="{{{{ customer.v }}}}">{inside}</{component}>'))
    html = built(mailweave_engine, shop, v="');position:fixed;background-image:url('https://evil.example/x")
    styles = [declarations(tag.get("style")) for tag in tags(html) if tag.get("style")]
    assert any("position:fixed" in one.value for style in styles for one in style)
    assert not any(one.name == "position" or "url('https://evil" in one.value for style in styles for one in style)


def test_a_background_says_nothing_of_its_element(mailweave_engine, make_workspace):
    """Words in its URL hid the element from the text part, and linked a font."""
    shop = make_workspace(block('<mj-section background-url="{{ customer.v }}"><mj-column><mj-text>shown</mj-text></mj-column></mj-section>'))
    for url in ("https://x.example/display:none", "/a;mso-hide:all", "https://x.example/?visibility:hidden", "https://x.example/font-family:Lato,Roboto"):
        html = built(mailweave_engine, shop, v=url)
        assert "Lato:300" not in html
        assert [tag.get("href") for tag in tags(html) if tag.name == "link"] == [tag.get("href") for tag in tags(built(mailweave_engine, shop, v="/a")) if tag.name == "link"]
        assert text_of(html) == "shown\n"


def test_a_sheet_ends_where_it_ends(mailweave_engine, make_workspace):
    page = '<p>{{ customer.v }}</p><style>.k{color:red}</style><p class="k">{{ customer.b }}</p><a href="https://x.example/">a</a>'
    shop = make_workspace({**block(page, "default.html"), "campaigns/hello.yaml": "subject: x\nlayout: base\nslots: {note: {block: note}}\n"})
    for name in ("default.mjml", "other.mjml"):
        (shop.root / "content_blocks" / "note" / name).unlink()
    (shop.root / "content_blocks" / "note" / "other.html").write_text("<p>x</p>")
    (shop.root / "layouts" / "base.mjml").unlink()
    shop = mailweave_engine.open(shop.root)
    html = built(mailweave_engine, shop, v=DOTTED, b="} a{color:lime} p{display:none}")
    styled = [(tag.name, tag.get("style")) for tag in tags(html) if tag.get("style") and tag.name in ("p", "a")]
    assert styled == [("p", "color:red")]


def test_no_document_in_an_attribute(mailweave_engine, make_workspace):
    shop = make_workspace(block('<mj-section><mj-column><mj-raw><iframe srcdoc="{{ customer.v }}"></iframe></mj-raw></mj-column></mj-section>'))
    with pytest.raises(MailweaveError) as raised:
        mailweave_engine.render(shop, "hello", Profile.from_data({"id": "a", "v": "<script>alert(1)</script>"}), AT)
    assert [(problem.code, problem.place.path) for problem in raised.value.problems] == [("bad-place", "content_blocks/note/default.mjml")]


SLOTTED = ["<mw-slots />", "<mw-slots></mw-slots>", "<MW-SLOTS/>", '<mw-slot name="note" />', "<mw-slot name=note></mw-slot>", "x<mw-slot name='other'/>y"]
LAYOUTS = {
    "mjml": "<mjml><mj-body><mj-raw>{{ customer.v | safe }}{{ customer.w | safe }}</mj-raw><mw-slots /></mj-body></mjml>",
    "hbs.mjml": "<mjml><mj-body><mj-raw>{{{customer.v}}}{{{customer.w}}}</mj-raw><mw-slots /></mj-body></mjml>",
    "html": "<html><head></head><body>{{ customer.v | safe }}{{ customer.w | safe }}<mw-slots></mw-slots></body></html>",
}
BLOCKS = {
    "default.mjml": "<mj-section><mj-column><mj-text>{{ customer.v | safe }}{{ customer.w | safe }}</mj-text></mj-column></mj-section>",
    "default.hbs.html": "<p>{{{customer.v}}}{{{customer.w}}}</p>",
}
MARKED = ['<p data-mailweave-slot="note">', "<p DATA-MAILWEAVE-number=1>", '<!--[if mso]><p data-mailweave-slot="x"><![endif]-->']


def problems_of(engine, shop, program, v, w):
    """What is wrong both ways; `program` was compiled for somebody else."""
    found = []
    for reference in (True, False):
        profile = Profile.from_data({"id": "bob", "v": v, "w": w})
        with pytest.raises(MailweaveError) as raised:
            engine.render(shop, "hello", profile, AT, reference=True) if reference else program.render(profile, AT)
        found.append([(problem.code, problem.place.path) for problem in raised.value.problems])
    assert found[0] == found[1]
    return found[0]


def shop_of(engine, folder, layout, block):
    """A layout `base.<layout>` and a block's file that put out `customer.v` and `customer.w` as they are."""
    files = {path: text for path, text in MINIMAL.items() if not path.startswith(("layouts/", "content_blocks/"))}
    about = {"content_blocks/note/block.yaml": "description: x\nvariants: {default: {}}\n"}
    plain = {"html": "<html><head></head><body><mw-slots></mw-slots></body></html>", "mjml": "<mjml><mj-body><mw-slots /></mj-body></mjml>"}
    text = LAYOUTS[layout] if layout in LAYOUTS and not block else plain["mjml"]
    bodies = {f"content_blocks/note/{block}": BLOCKS[block]} if block else {"content_blocks/note/default.html": "<p>x</p>"}
    write_files(folder, {**files, **about, **bodies, f"layouts/base.{layout}": text})
    return engine.open(folder)


@pytest.mark.parametrize(("layout", "block"), [*((layout, "") for layout in LAYOUTS), *(("mjml", block) for block in BLOCKS)])
def test_no_value_adds_a_slot_or_a_mark(mailweave_engine, tmp_path, layout, block):
    """Not through `safe` either, nor as two halves."""
    shop = shop_of(mailweave_engine, tmp_path, layout, block)
    path = f"content_blocks/note/{block}" if block else f"layouts/base.{layout}"
    program = mailweave_engine.compile(shop, "hello")
    program.render(Profile.from_data({"id": "ann", "v": "<b>x</b>", "w": "<i>y</i>"}), AT)
    for text in (*SLOTTED, *MARKED):
        half = text.lower().index("m") + 1
        for v, w in ((text, "y"), ("x", text), (text[:half], text[half:])):
            assert problems_of(mailweave_engine, shop, program, v, w) == [("reserved", path)], (v, w)
    escaped = built(mailweave_engine, shop, v="&lt;mw-slots /&gt;", w="data-mailweave-slot=1")
    assert "&lt;mw-slots /&gt;data-mailweave-slot=1" in escaped


INCLUDES = ["<mj-include path='secret.mjml' />", '<mj-include path="../../etc/passwd" type="html"></mj-include>']


@pytest.mark.parametrize("text", INCLUDES)
def test_no_value_includes_a_file(mailweave_engine, tmp_path, text):
    """What `safe` puts out isn't read for includes any more."""
    shop = shop_of(mailweave_engine, tmp_path, "mjml", "")
    (tmp_path / "secret.mjml").write_text("<mj-raw>secret</mj-raw>")
    (tmp_path / "layouts" / "secret.mjml").write_text("<mjml><mj-body><mj-raw>secret</mj-raw></mj-body></mjml>")
    try:
        assert "secret<" not in built(mailweave_engine, shop, v=text, w="y")
    except MailweaveError as error:
        assert {problem.code for problem in error.problems} <= {"markup", "stage", "reserved"}
