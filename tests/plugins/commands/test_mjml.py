"""`mailweave mjml` as a person calls it: outside a workspace, with pipes, with mistakes."""

import subprocess
import sys

import pytest

from mailweave.cli import run

PAGE = "<mjml><mj-head>{head}</mj-head><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>"


@pytest.fixture
def call(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)

    def call(body="<mj-text>Hello</mj-text>", *options, head="", status=0, **files):
        (tmp_path / "mail.mjml").write_text(PAGE.format(head=head, body=body))
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text)
        assert run(["mjml", "mail.mjml", *options]) == status
        out, err = capfdbinary.readouterr()
        return out.decode(), err.decode()

    return call


def test_prints_html_and_nothing_else(call):
    out, err = call()
    assert out.startswith("<!doctype html>")
    assert out.endswith("</html>\n")
    assert err == ""


def test_inlines_style_sheets_unless_told_otherwise(call):
    head = '<mj-style>p { color: red }</mj-style><mj-style inline="inline">b { color: blue }</mj-style>'
    body = "<mj-text><p>x</p><b>y</b></mj-text>"
    assert '<p style="display:block; margin:13px 0; color:red">' in call(body, head=head)[0]
    out, _ = call(body, "--no-inline", head=head)
    assert '<p>x</p><b style="color:blue">y</b>' in out


@pytest.mark.parametrize(
    "tag",
    ["{{ name }}", "{{{ name }}}", "{% if a < b %}", '{{ "a" | b: \'<i>\' }}', "{{#if a}}", "{%- for a in b -%}"],
)
@pytest.mark.parametrize("where", ["<mj-text>{}</mj-text>", "{}<mj-text>x</mj-text>", "<mj-button href='https://x.example/{}'>x</mj-button>"])
def test_template_tags_stay_as_they_are(call, tag, where):
    if "href" in where:
        tag = tag.replace("'", "")
    out, err = call(where.format(tag), "--no-inline")
    assert tag in out
    assert err == ""


def test_includes_files_beside_it(call):
    assert "Hi there" in call('<mj-include path="part.mjml" />', part_mjml="<mj-text>Hi there</mj-text>")[0]


def test_reads_standard_input(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "part.mjml").write_text("<mj-text>Hi there</mj-text>")
    text = PAGE.format(head="", body='<mj-include path="part.mjml" />')
    done = subprocess.run([sys.executable, "-m", "mailweave", "mjml", "-"], input=text, capture_output=True, encoding="utf-8", check=True)
    assert "Hi there" in done.stdout


def test_the_root_is_the_workspace_where_there_is_one(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "shop"]) == 0
    (tmp_path / "shop/parts").mkdir()
    (tmp_path / "shop/part.mjml").write_text("<mj-text>Hi there</mj-text>")
    (tmp_path / "shop/parts/mail.mjml").write_text(PAGE.format(head="", body='<mj-include path="../part.mjml" />'))
    capfdbinary.readouterr()
    assert run(["mjml", "shop/parts/mail.mjml"]) == 0
    assert b"Hi there" in capfdbinary.readouterr()[0]


def test_tells_every_mistake_with_its_place_and_prints_no_html(call):
    out, err = call('<mj-txt>x</mj-txt><mj-text colr="red">x</mj-text>', status=1)
    assert out == ""
    assert "mail.mjml:1:" in err
    assert "did you mean 'mj-text'?" in err
    assert "did you mean 'color'?" in err
    assert "1 error, 1 warning" in err


def test_an_image_without_text_is_only_a_warning(call):
    out, err = call('<mj-image src="x.png" />')
    assert "<img" in out
    assert "warning" in err


def test_a_missing_include_is_an_error(call):
    out, err = call('<mj-include path="nothing.mjml" />', status=1)
    assert out == ""
    assert "there is no file 'nothing.mjml'" in err


def test_a_mistake_that_only_the_compiler_sees_has_its_place(call):
    head = '<mj-html-attributes><mj-selector path="a["></mj-selector></mj-html-attributes>'
    _, err = call("<mj-text>{{ a_long_template_tag }}</mj-text>", head=head, status=1)
    assert "mail.mjml:1:36: 'a[' is no CSS selector" in err


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["mjml", "nope.mjml"]) == 2
