"""`mailweave import`: what it writes, what it says, and that the mail looks as it did."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from mailweave.audit import audit
from mailweave.cli import run
from mailweave.testing import AT, write_files
from mailweave_plugins.stages.mrml_compiler import Mrml

TAGS = yaml.safe_load((Path(__file__).parent / "tags.yaml").read_text())

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="
MJML = f"""<mjml lang="en"><mj-head>
<mj-title>Spring &amp; summer</mj-title><mj-preview>New things</mj-preview>
<mj-attributes><mj-all font-family="Arial, sans-serif" /><mj-class name="big" font-size="30px" /></mj-attributes>
<mj-style>.a div {{ color: teal !important }} @media (max-width:479px) {{ .b {{ padding: 2px !important }} }}</mj-style>
<mj-style inline="inline">td b {{ color: red }}</mj-style></mj-head>
<mj-body background-color="#eeeeee" width="500px">
  <mj-section background-color="#ffffff" css-class="b"><mj-column><mj-text mj-class="big" css-class="a">Hello</mj-text></mj-column></mj-section>
  <!-- between -->
  <mj-wrapper padding="9px" background-color="#ffddcc"><mj-section><mj-column width="30%"><mj-image src="{DOT}" alt="" width="40px" /></mj-column>
  <mj-column><mj-text>Some <b>bold</b> words<br>and 1 &lt; 2</mj-text><mj-button href="https://x.example/">Go</mj-button></mj-column></mj-section></mj-wrapper>
  <mj-hero mode="fixed-height" height="120px" background-color="#335577"><mj-text color="#ffffff">Hero</mj-text></mj-hero>
  <mj-section><mj-column><mj-divider border-color="red" /><mj-table><tr><td>1</td><td>2</td></tr></mj-table></mj-column></mj-section>
</mj-body></mjml>
"""
HTML = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Receipt</title><meta charset="utf-8" />
<style>p{color:teal} td:nth-child(2){background:#fc9} @media (max-width:480px){.w{width:100%!important}}</style></head>
<body bgcolor="#eeeeee" style="margin:0"><table width="300" class="w" bgcolor="#ffffff"><tr><td><p>One</p></td><td>Two &nbsp; three</td></tr></table>
<!--[if mso]><table><tr><td><![endif]--><p>Last<br/>line</p><!--[if mso]></td></tr></table><![endif]--></body></html>
"""
QUIRKS = "<html><body text=navy><table border=1><tr><td>quirks<td>mode</table><p>x</p></body></html>"
FRAGMENT = "<p style='color:red'>Only a part</p>"


@pytest.mark.parametrize("case", TAGS, ids=lambda case: case["text"])
def test_puts_tags_into_our_words(call, shop, case):
    err = call("mail.html", "--as", "block", mail_html=f"<p>{case['text']}</p>").err
    (written,) = (shop / "content_blocks/mail").glob("default.*")
    assert written.read_text() == f"<p>{case['is']}</p>"
    told = [line.removeprefix("mail.html:1:") for line in err.splitlines() if line.startswith("mail.html:")]
    assert told == case.get("told", [])


def test_an_mjml_mail_becomes_a_layout_and_a_block_for_each_section(call, shop):
    out = call("spring.mjml", spring_mjml=MJML).out
    slots = ["header", "hero", "hero_2", "section_4"]
    blocks = [f"content_blocks/spring_{slot}/{file}" for slot in slots for file in ("block.yaml", "default.mjml", "sample.yaml")]
    assert out.splitlines() == [
        *blocks,
        "layouts/spring.mjml",
        "campaigns/spring.yaml",
        "Campaign 'spring', subject 'Spring & summer', preheader 'New things'.",
        "4 blocks: spring_header, spring_hero, spring_hero_2, spring_section_4.",
        "Nothing was left out, and for a customer who has all that it reads there is no error in it.",
    ]
    campaign = yaml.safe_load((shop / "campaigns/spring.yaml").read_text())
    assert campaign == {
        "subject": "Spring & summer",
        "preheader": "New things",
        "layout": "spring",
        "slots": {slot: {"block": f"spring_{slot}"} for slot in slots},
    }
    layout = (shop / "layouts/spring.mjml").read_text()
    assert '<mw-slot name="header" />\n  <!-- between -->\n  <mw-slot name="hero" />' in layout
    assert "mj-preview" not in layout


@pytest.mark.parametrize(
    "body",
    [
        "{% if vip %}XX{% endif %}",
        "{% if vip %}<mj-wrapper>X</mj-wrapper>{% else %}X{% endif %}",
        "<mj-section>{% assign x = 1 %}</mj-section><mj-section><mj-column><mj-text>{{ x }}</mj-text></mj-column></mj-section>",
    ],
)
def test_what_hangs_together_becomes_one_block(call, shop, body):
    body = body.replace("X", "<mj-section></mj-section>")
    call("m.mjml", m_mjml=f"<mjml><mj-head><mj-title>T</mj-title></mj-head><mj-body>{body}</mj-body></mjml>")
    assert [path.name for path in (shop / "content_blocks").glob("m*")] == ["m"]
    assert (shop / "content_blocks/m/default.mjml").read_text().strip() == body.replace("if vip", "if customer.vip")


def test_variables_are_declared_by_name_and_use(call, shop):
    call(
        "m.html",
        "--as",
        "block",
        m_html="<p>{{ first_name }} {{ points }}{% if city %}{{ city }}{% endif %}{% if vip %}x{% endif %}{% for order in orders %}{{ order.id }}{% endfor %}</p><a href='{{ cart_url }}'>c</a>",
    )
    declared = yaml.safe_load((shop / "content_blocks/m/block.yaml").read_text())["variables"]
    assert {path: info["type"] for path, info in declared.items()} == {
        "customer.cart_url": "url",
        "customer.city": "string",
        "customer.first_name": "string",
        "customer.orders": "list",
        "customer.points": "integer",
    }
    assert [path for path, info in declared.items() if "description" in info] == ["customer.city"]
    assert run(["block", "m"]) == 0


@pytest.mark.parametrize(("name", "text"), [("a.mjml", MJML), ("b.html", HTML), ("c.html", QUIRKS), ("d.html", FRAGMENT)])
@pytest.mark.parametrize("kind", ["campaign", "block"])
def test_what_was_written_is_without_mistakes(call, shop, mailweave_engine, name, text, kind):
    (shop / name).write_text(text)
    call(name, "--as", kind)
    assert [str(problem) for problem in audit(mailweave_engine.open(shop), AT) if problem.code != "inliner"] == []


@pytest.mark.parametrize(("name", "text"), [("spring.mjml", MJML), ("receipt.html", HTML), ("quirks.html", QUIRKS), ("part.html", FRAGMENT)])
def test_it_looks_as_it_did(call, shop, mailweave_engine, browser, name, text):
    (shop / name).write_text(text)
    call(name)
    message = mailweave_engine.render(mailweave_engine.open(shop), name.split(".")[0], "ann", AT)
    original = Mrml().compile(text) if name.endswith(".mjml") else text
    if name == "part.html":
        original = f"<!doctype html><body>{text}</body>"
    for width in (375, 700):
        page = browser.new_page(viewport={"width": width, "height": 600})
        page.route("http*://**/*", lambda route: route.abort())
        shots = []
        for html in (original, message.html):
            page.set_content(html, wait_until="load")
            shots.append(page.screenshot(full_page=True))
        page.close()
        assert shots[0] == shots[1], width
        assert len(shots[0]) > 1000


@pytest.mark.parametrize(
    ("text", "subject", "block", "kept"),
    [
        (
            "{% capture hi %}Hi {{ name }}{% endcapture %}{% assign a = 1 %}{% if vip %}{% assign c = 'red' %}{% else %}{% assign c = hi %}{% endif %}\n"
            "<!DOCTYPE html><html><head><title>{{ hi }}!</title></head><body bgcolor='{{ a }}'><p>{{ c }}</p></body></html>",
            "{% capture hi %}Hi {{ customer.name }}{% endcapture %}{{ hi }}!",
            "{% capture hi %}Hi {{ customer.name }}{% endcapture %}{% if customer.vip %}{% assign c = 'red' %}{% else %}{% assign c = hi %}{% endif %}<p>{{ c }}</p>",
            "bgcolor='{{ a }}'",
        ),
        (
            "{%- liquid assign a = 1\nassign b = 2 -%}<html><head><title>T</title>{% assign d = a %}</head><body><p>{{ d }}</p></body></html>",
            "T",
            "{%- liquid assign a = 1\nassign b = 2 -%}{% assign d = a %}<p>{{ d }}</p>",
            "{% assign d = a %}</head>",
        ),
    ],
)
def test_what_is_set_before_the_body_is_set_where_it_is_read(call, shop, text, subject, block, kept):
    said = json.loads(call("m.html", "--json", m_html=text).out)
    assert said["problems"] == []
    assert said["subject"] == subject
    assert (shop / "content_blocks/m/default.html").read_text() == block
    assert kept in (shop / "layouts/m.html").read_text()


def test_json_says_what_was_made_and_what_is_left_to_do(call, shop):
    text = (
        "<html><head><title>T</title></head><body><div style='display:none'>First</div><div>One{{ brand.nme }}</div><div>Two{{ hue }}</div></br></body></html>"
    )
    said = json.loads(call("m.html", "--json", m_html=text).out)
    problems = said.pop("problems")
    files = [f"content_blocks/m_{slot}/{file}" for slot in ("header", "two") for file in ("block.yaml", "default.html", "sample.yaml")]
    assert said == {
        "kind": "campaign",
        "name": "m",
        "blocks": ["m_header", "m_two"],
        "subject": "T",
        "preheader": "First",
        "files": [*files, "layouts/m.html", "campaigns/m.yaml"],
        "written": True,
        "lacking": ["customer.hue"],
    }
    assert [(problem["code"], problem["path"], problem["line"], problem["column"]) for problem in problems] == [
        ("repaired", "m.html", 1, text.index("</br>") + 1),
        ("unknown-variable", "content_blocks/m_header/default.html", 1, 12),
    ]
    assert run(["check"]) == 1


def test_samples_have_the_types_that_the_workspace_declares(call, shop):
    settings = shop / "mailweave.yaml"
    settings.write_text(settings.read_text() + "variables: {customer.points: {type: string}, customer.city: {type: list}}\n")
    err = call("m.html", m_html="<html><head><title>T</title></head><body>{{ points }}{% for x in city %}{{ x }}{% endfor %}</body></html>").err
    assert err == ""
    assert yaml.safe_load((shop / "content_blocks/m/sample.yaml").read_text()) == {"customer": {"points": "Sample", "city": []}}


def test_what_is_left_to_do_is_told_beside_broken_files_of_the_team(call, shop):
    write_files(shop, {"layouts/broken.html": "<p>{% if %}", "content_blocks/broken/block.yaml": "no: true"})
    err = call("m.html", m_html="<html><head><title>T</title></head><body><p>{{ brand.nme }}</p></body></html>").err
    assert "content_blocks/m/default.html:1:" in err
    assert "broken" not in err


def test_a_block_says_that_it_has_no_preview_line(call, shop):
    err = call("m.mjml", "--as", "block", m_mjml=MJML).err
    assert "m.mjml:2:41: warning: `<mj-preview>` belongs to a whole mail" in err


def test_what_a_mail_includes_becomes_part_of_it(call, shop, mailweave_engine):
    write_files(
        shop,
        {
            "old/m.mjml": '<mjml><mj-body>\n<mj-section></mj-section><mj-include path="parts/footer.mjml" /></mj-body></mjml>',
            "old/parts/footer.mjml": f'<mj-section>\n<mj-column><mj-text>{{{{ first_name }}}}</mj-text><mj-image src="{DOT}" /></mj-column></mj-section>',
        },
    )
    err = call("old/m.mjml").err
    assert "{{ customer.first_name }}" in (shop / "content_blocks/m_hero/default.mjml").read_text()
    assert "old/parts/footer.mjml:2:47: warning: the picture has no `alt`" in err
    (shop / "old/parts/footer.mjml").unlink()
    assert [problem for problem in audit(mailweave_engine.open(shop), AT) if problem.level == "error"] == []


PARTIALS = {
    "partials/sign.liquid": "<p>A long line before {{ brand.name }} and {{ who }}</p>",
    "partials/sign.hbs": "<p>A long line before {{brand.name}} and {{who}}</p>",
}


@pytest.mark.parametrize(
    ("name", "text", "written"),
    [
        (
            "m.html",
            "<p>{{ a }}</p>{% render 'sign', who: b %}<p>{{ c }}</p>",
            "<p>{{ customer.a }}</p>{% render 'sign', who: customer.b %}<p>{{ customer.c }}</p>",
        ),
        (
            "m.html",
            "<p>{{#if a}}x{{/if}}</p>{{> sign who=b}}<p>{{c}}</p>",
            "<p>{{#if customer.a}}x{{/if}}</p>{{> sign who=customer.b}}<p>{{customer.c}}</p>",
        ),
        (
            "m.mjml",
            "<mj-section><mj-column><mj-text>{% render 'sign', who: a %}</mj-text></mj-column></mj-section><mj-section><mj-column><mj-text>{{ b }}</mj-text></mj-column></mj-section>",
            "<mj-section><mj-column><mj-text>{% render 'sign', who: customer.a %}</mj-text></mj-column></mj-section>|<mj-section><mj-column><mj-text>{{ customer.b }}</mj-text></mj-column></mj-section>",
        ),
    ],
)
def test_partials_of_the_workspace_stay(call, shop, mailweave_engine, name, text, written):
    write_files(shop, PARTIALS)
    whole = (
        f"<mjml><mj-head><mj-title>T</mj-title></mj-head><mj-body>{text}</mj-body></mjml>"
        if name == "m.mjml"
        else f"<html><head><title>T</title></head><body>{text}</body></html>"
    )
    assert call(name, **{name.replace(".", "_"): whole}).err == ""
    blocks = sorted((shop / "content_blocks").glob("m*/default.*"))
    assert "|".join(path.read_text().strip() for path in blocks) == written
    assert [problem for problem in audit(mailweave_engine.open(shop), AT) if problem.level == "error" and "missing" not in problem.what] == []


def test_connected_content_stays_where_its_url_stands_for_a_source(call, shop):
    settings = (shop / "mailweave.yaml").read_text()
    (shop / "products.json").write_text('{"best": "Tea"}')
    added = "sources: {products: {file: {path: products.json}}}\nplugins: {liquid: {sets: [braze], connected_content: {'https://x.example/p': products}}}\n"
    (shop / "mailweave.yaml").write_text(settings + added)
    text = "<p>{% connected_content https://x.example/p :save found %}{{ found.best }}</p>"
    assert call("m.html", "--as", "block", m_html=text).err == ""
    assert (shop / "content_blocks/m/default.html").read_text() == text


@pytest.mark.parametrize(
    ("arguments", "text", "status", "said"),
    [
        (
            (),
            "<p>{% if a %}x{% endif %}{{#if b}}y{{/if}}</p>",
            1,
            "m.html:1:26: this file has tags of Liquid, and here one of Handlebars (Liquid's first is in line 1) – name the language with --language",
        ),
        ((), "<p>{{ *|FNAME|* }} {% if %}</p>", 1, "m.html:1:"),
        ((), "<p>ok</p>\n<div><b>open</div>", 1, "m.html:2:6: `<b>` is never closed"),
        ((), "<p>*|FNAME|* *|FNAME|* <b></p>", 1, "m.html:1:24: `<b>` is never closed"),
        ((), "<p>{% render 'card' %}</p>", 1, "m.html:1:4: there is no partial 'card' – write partials/card.liquid"),
        ((), "<p>{{> card}}</p>", 1, "m.html:1:4: there is no partial `card`"),
        ((), "<p>{% connected_content https://x.example/ %}</p>", 1, "m.html:1:4: there is no tag `connected_content`"),
        ((), '<mjml><mj-body><mj-include path="no.mjml" /></mj-body></mjml>', 1, "m.html:1:16: there is no file 'no.mjml'"),
        (
            ("--name", "note", "--as", "block"),
            "<p>x</p>",
            1,
            "content_blocks/note/block.yaml:1:1: it is there already, and nothing is overwritten – give the import another name with --name",
        ),
        (("--name", "base"), "<p>x</p>", 1, "layouts/base.html:1:1: it is there already"),
        (("--name", "../x"), "<p>x</p>", 2, "is no name"),
        (("--language", "jinja"), "<p>x</p>", 2, "there is no language 'jinja'; use one of: handlebars, liquid"),
    ],
)
def test_refuses_what_it_cannot_do_right(call, shop, arguments, text, status, said):
    before = sorted(path for path in shop.rglob("*") if path.name != "m.html")
    err = call("m.html", *arguments, status=status, m_html=text).err
    assert said in err
    assert "Traceback" not in err
    assert sorted(path for path in shop.rglob("*") if path.name != "m.html") == before


def test_a_dry_run_writes_nothing(call, shop):
    out = call("m.html", "--dry-run", m_html=HTML).out
    assert out.splitlines()[0] == "would write content_blocks/m_header/block.yaml"
    assert not list(shop.glob("content_blocks/m*"))
    assert not (shop / "campaigns").exists()


def test_a_language_can_be_forced(call, shop):
    call("m.html", "--as", "block", "--language", "handlebars", m_html="<p>{{first_name}}</p>")
    assert (shop / "content_blocks/m/default.hbs.html").read_text() == "<p>{{customer.first_name}}</p>"
