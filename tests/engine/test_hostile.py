"""A value changes nothing around it: what somebody tried, built the reference way and compiled."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailweave import MailweaveError
from mailweave.profiles import Profile
from mailweave.tags import tags
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
