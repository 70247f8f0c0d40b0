"""What MJML takes with a warning, or without a word: `check`, `render`, the previewer and `import` tell it with its place and remedy, and the
message is what MJML makes of it."""

from __future__ import annotations

import json

import pytest

from mailweave.cli import run
from mailweave.testing import MINIMAL, write_files

AT = ["--at", "2026-11-23T10:00:00Z"]
BLOCK = """<mj-section padding="">stray
  <mj-column>
    <mj-image width="100%" src="https://x.example/a.png" alt="" />
    {{ customer.first_name }}
    <mj-spacer />
    {% if customer.vip %}of two <!-- kept --> words{% endif %}
    <mj-text colour="red" color="#ff0000" color="#00ff00">one</br>two <b>three</mj-text>
    <mj-raw><tr><td></mj-raw>
  </mj-column>
</mj-section>
"""
LAYOUT = """<?xml version="1.0"?>
<mjml version="4"><mj-body>
  outside <mw-slots />
</mj-body></mjml>
"""
FILES = {
    "mailweave.yaml": MINIMAL["mailweave.yaml"],
    "layouts/odd.mjml": LAYOUT,
    "content_blocks/note/block.yaml": "description: A note.\nvariables: {customer.first_name: {fallback: there}, customer.vip: {type: boolean, fallback: false}}\nvariants: {default: {}}\n",
    "content_blocks/note/default.mjml": BLOCK,
    "campaigns/hello.yaml": "subject: Hello\nlayout: odd\nslots: {note: {block: note}}\n",
    "profiles/ann.yaml": "first_name: Ann\nemail: ann@example.com\n",
    "profiles/bob.yaml": "first_name: Bob\nemail: bob@example.com\nvip: true\n",
}
WARNED = [
    ("content_blocks/note/default.mjml", 1, 22, "'' is no value of `padding` in `<mj-section>`"),
    ("content_blocks/note/default.mjml", 1, 24, "text can't stand in `<mj-section>` and is left out"),
    ("content_blocks/note/default.mjml", 3, 22, "'100%' is no value of `width` in `<mj-image>`"),
    ("content_blocks/note/default.mjml", 6, 26, "text can't stand in `<mj-column>` and is left out"),
    ("content_blocks/note/default.mjml", 7, 14, "`<mj-text>` has no attribute `colour`"),
    ("content_blocks/note/default.mjml", 7, 43, "`color` stands twice in `<mj-text>`"),
    ("content_blocks/note/default.mjml", 7, 62, "`</br>` closes nothing"),
    ("content_blocks/note/default.mjml", 7, 71, "`<b>` is never closed"),
    ("layouts/odd.mjml", 1, 1, "`<?xml …>` is left out"),
    ("layouts/odd.mjml", 2, 7, "`<mjml>` has no attribute `version`"),
    ("layouts/odd.mjml", 3, 3, "text can't stand in `<mj-body>` and is left out"),
]


@pytest.fixture
def call(tmp_path, monkeypatch, capfd):
    write_files(tmp_path, FILES)
    monkeypatch.chdir(tmp_path)

    def call(*arguments, status=0):
        assert run(arguments) == status
        return capfd.readouterr()

    return call


def markup_of(problems):
    return [(one["path"], one["line"], one["column"], one["what"]) for one in problems if one["level"] == "warning" and one["remedy"]]


def test_check_warns_with_place_and_remedy(call):
    problems = json.loads(call("check", "--format", "json", *AT).out)["problems"]
    found = markup_of(problems)
    assert [one for one in found if one in WARNED] == WARNED
    assert not [one for one in problems if one["level"] == "error"]


def test_render_warns_of_what_is_in_the_message_and_compiles_what_mjml_does(call):
    out, err = call("render", "hello", "--profile", "bob", *AT)
    for path, line, column, what in WARNED:
        assert f"{path}:{line}:{column}: warning: {what}" in err
    assert not any(word in out for word in ("stray", "outside", "of two", "words", "<?xml"))
    assert "<!-- kept -->" in out
    assert "Bob" in out
    assert 'width="550"' not in out
    assert 'width="100"' in out
    assert "color:#ff0000" in out
    assert "one</br>two <b>three" in out


def test_render_all_warns_once_of_each(call):
    err = call("render-all", "--out", "build", *AT).err
    assert err.count("layouts/odd.mjml:2:7: warning") == 1


def test_both_ways_make_the_same_of_it(call):
    assert "2 messages came out equal both ways" in call("render", "hello", "--verify", "2", *AT).out


def test_text_with_a_value_in_it_may_not_get_lost(call, tmp_path):
    (tmp_path / "content_blocks/note/default.mjml").write_text("<mj-section>Hello {{ customer.first_name }}</mj-section>")
    assert "default.mjml:1:13: text can't stand in `<mj-section>`" in call("check", *AT, status=1).err


def test_text_of_a_partial_that_would_be_left_out_is_an_error(call, tmp_path):
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials/part.liquid").write_text("left over")
    (tmp_path / "content_blocks/note/default.mjml").write_text("<mj-section>{% render 'part' %}</mj-section>")
    err = call("check", *AT, status=1).err
    assert "text can't stand in `<mj-section>`" in err


def test_what_is_imported_can_be_checked_and_rendered(call, tmp_path):
    (tmp_path / "mail.mjml").write_text(LAYOUT.replace("<mw-slots />", BLOCK.replace("{{ customer.first_name }}", "").replace("customer.vip", "customer.first_name")))
    err = call("import", "mail.mjml").err
    # Import puts these two right itself.
    for what in [what for *_, what in WARNED if not what.startswith(("`</br>`", "`<?xml"))]:
        assert f"warning: {what}" in err
    assert "warning: `</br>` means `<br>` and was written so" in err
    assert "warning: a mail isn't XML, so its declaration was left out" in err
    problems = json.loads(call("check", "--format", "json", *AT).out)["problems"]
    assert not [one for one in problems if one["level"] == "error"]
    assert "one<br />two" in call("render", "mail", "--profile", "ann", *AT).out


def test_a_value_in_a_padding_counts_in_the_widths_of_its_message(call, tmp_path):
    block = '<mj-section padding="0 {{ customer.pad }}"><mj-column><mj-image src="a.png" alt="" padding="{{ customer.pad }} 0" /></mj-column></mj-section>'
    (tmp_path / "content_blocks/note/default.mjml").write_text(block)
    (tmp_path / "content_blocks/note/block.yaml").write_text("description: A note.\nvariables: {customer.pad: {fallback: '0'}}\nvariants: {default: {}}\n")
    widths = {"20px": 560, "5%": 590, "1.5em": 598, "0": 600}
    for number, pad in enumerate(widths):
        (tmp_path / f"profiles/pad{number}.yaml").write_text(f"email: p{number}@example.com\npad: '{pad}'\n")
    assert "6 messages came out equal both ways" in call("render", "hello", "--verify", "6", *AT).out
    for number, width in enumerate(widths.values()):
        assert f'width="{width}" style="' in call("render", "hello", "--profile", f"pad{number}", *AT).out.partition("<img")[2]
