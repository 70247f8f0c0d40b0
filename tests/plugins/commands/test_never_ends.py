"""Inputs that once never ended, or ended in a traceback: each is told what is wrong, once, with its place and a short line."""

from __future__ import annotations

import json

import pytest

from mailweave.cli import run

BLANKS = " " * 100_000
DIGITS = "9" * 5_000
# What is written, what is said of it, and how many errors there are.
TEMPLATES = [
    ("liquid", "{{-" + BLANKS + "x", "t:1:1: this `{{` is never closed – add `}}`", 1),
    ("liquid", "{{-" + BLANKS + "x" + BLANKS, "t:1:1: this `{{` is never closed – add `}}`", 1),
    ("liquid", "{% raw" + BLANKS, "t:1:1: this `{%` is never closed – add `%}`", 1),
    ("liquid", "{% raw" + BLANKS + "%}", "t:1:1: this `raw` is never closed – add `{% endraw %}`", 1),
    ("liquid", "{% liquid" + "\n " * 50_000, "t:1:1: this `{%` is never closed – add `%}`", 1),
    ("liquid", "{% liquid\n" + " \n" * 50_000 + "%}x{% if %}", "t:50002:4: this `if` is never closed", 1),
    ("liquid", "{% raw %}" + "{% " * 33_000, "t:1:1: this `raw` is never closed – add `{% endraw %}`", 1),
    ("liquid", "{% doc %}" + "{% raw %}{{ " * 10_000, "t:1:1: this `doc` is never closed", 1),
    ("liquid", "{% " * 33_000, "t:1:1: this `{%` is never closed", 33_000),
    ("liquid", "{{ a | " + "b" * 30_000 + " }}", "t:1:8: there is no filter `bbbb", 1),
    ("liquid", "{{ " + "(" * 30_000 + " }}", "t:1:1: this tag has more than 100 brackets – split it with `assign`", 1),
    ("liquid", "{% if " + "a and " * 20_000 + "a %}x{% endif %}", "the tag is too long, or too much in it is nested", 1),
    ("liquid", "{% for i in (1..10000000000) limit: 1 offset: 9999999999 %}{{ i }}{% endfor %}", "a range of more than 10,000 numbers", 1),
    ("liquid", "{% tablerow i in (1..10000000000) limit: 1 offset: 9999999999 %}{{ i }}{% endtablerow %}", "a range of more than 10,000 numbers", 1),
    ("liquid", "{{ " + DIGITS + " }}", "t:1:4: Liquid can't read this: a number with far too many digits", 1),
    ("liquid", "{{ 1 | plus: " + DIGITS + ".5 }}", "t:1:14: this number has far too many digits – write a shorter one", 1),
    ("liquid", "{{ '" + DIGITS + "' | times: 2 }}", "`times`: a number of more than 1,000 digits", 1),
    ("liquid", "{{ '" + DIGITS + "' | date: '%Y' }}", "`date`: '9999", 1),
    ("liquid", "{% for i in (1..3) limit: " + DIGITS + " %}x{% endfor %}", "a number with far too many digits", 1),
    ("handlebars", "{{" + "[" * 30_000, "t:1:1: this tag isn't closed with `}}`", 1),
    ("handlebars", "{{ % " * 20_000, "t:1:1: this tag isn't closed with `}}`", 20_000),
    ("handlebars", "".join(f"{{{{/a{number}}}}}" for number in range(10_000)), "t:1:1: `{{/a0}}` closes nothing", 10_000),
    ("handlebars", "{{#if " + DIGITS + "}}x{{/if}}", "t:1:7: a number of more than 1,000 digits – use a shorter one", 1),
]


@pytest.fixture
def call(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)

    def call(*arguments, **files):
        for name, text in files.items():
            (tmp_path / name.replace("_", ".")).write_text(text)
        status = run(list(arguments))
        out, err = (said.decode() for said in capfdbinary.readouterr())
        assert max(map(len, err.split("\n"))) < 2_700
        assert all(len(line) <= 170 for line in err.split("\n") if " | " in line and not line.startswith(("t:", "m.mjml:")))
        return status, out, err

    return call


@pytest.mark.parametrize(("language", "text", "said", "errors"), TEMPLATES, ids=lambda value: str(value)[:20])
def test_a_template_is_told_its_mistake(call, language, text, said, errors):
    status, _, err = call("eval", "--language", language, "t", t=text)
    assert status == 1
    assert said in err
    assert err.rstrip().endswith(f"\n{errors} error" + "s" * (errors > 1))


def test_what_is_long_but_fine_is_filled(call):
    assert call("eval", "--language", "liquid", "t", t="{{" + BLANKS + "1" + BLANKS + "}}{% if true" + BLANKS + "%}x{% endif %}")[1] == "1x"
    lines = "{% liquid\n" + "  assign a = 1   \n" * 2_000 + "echo a\n%}"
    assert call("eval", "--language", "liquid", "t", t=lines)[1] == "1"
    data = json.dumps({"a": [{"k": number} for number in range(20_000)]})
    assert call("eval", "--language", "liquid", "--data", "d.json", "t", t="{{ a | uniq | size }}", d_json=data)[1] == "20000"


@pytest.mark.parametrize(
    ("data", "place", "said"),
    [
        ('{"n": ' + DIGITS + "}", "d.json:1:7", "a number in this JSON has too many digits – shorten it, or put it in quotes"),
        ('{"n": "' + DIGITS + '", "m": -' + DIGITS + "}", "d.json:1:5017", "too many digits"),
        ('{"n": ' + "[" * 100_000, "d.json:1:1", "nested too deeply"),
        ('{"n": ' + "1 " * 50_000, "d.json:1:9", "this isn't JSON"),
    ],
    ids=["digits", "digits in quotes before", "nested", "words"],
)
def test_data_that_python_cannot_read(call, data, place, said):
    status, _, err = call("eval", "--language", "liquid", "--data", "d.json", "t", t="x", d_json=data)
    assert status == 1
    assert err.startswith(place)
    assert said in err


PAGE = "<mjml><mj-head>{}</mj-head><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"
MAILS = [
    ("<mjml><mj-body><mj-include path='a\0b.mjml' /></mj-body></mjml>", "m.mjml:1:16: 'a\0b.mjml' is not a valid path of a file: a path has no NUL character"),
    (f"<mjml><mj-body><mj-include path='{'a' * 5_000}.mjml' /></mj-body></mjml>", "is not a valid path of a file: a path has at most 1,000 characters"),
    (f"<mjml><mj-body><mj-include path='{'ä' * 200}.mjml' /></mj-body></mjml>", "is not a valid path of a file: a file's name has at most 255 bytes"),
    ("<mjml><mj-body>" + "<mj-include path='x.mjml' />" * 3_000 + "</mj-body></mjml>", "more than 1000 files are included – include fewer of them"),
    (PAGE.format("<mj-style>" + "{" * 100_000 + "</mj-style>", ""), "a style sheet can't be read: its blocks are nested more than 50 deep"),
    (PAGE.format("<mj-style>" + "@media x {" * 20_000 + "</mj-style>", ""), "its blocks are nested more than 50 deep"),
    ("<mjml><mj-body><mj-text " + 'a="' * 30_000 + "/></mj-body></mjml>", "m.mjml:1:16: `<mj-text>` can't stand in `<mj-body>`"),
    ("<mjml><mj-body>" + "<a b='" * 20_000, "`<a` starts a tag that never ends"),
]


@pytest.mark.parametrize(("text", "said"), MAILS, ids=lambda value: value[-40:])
def test_a_mail_is_told_its_mistake(call, text, said):
    status, _, err = call("mjml", "m.mjml", m_mjml=text, x_mjml="")
    assert status == 1
    assert said in err


def test_a_size_of_many_digits_is_warned_of(call):
    status, _, err = call("mjml", "m.mjml", m_mjml=PAGE.format("", f"<mj-text font-size='{DIGITS}px' padding='{DIGITS}px'>x</mj-text>"))
    assert status == 0
    assert "a number with a unit: px" in err


def test_of_a_tag_in_itself_the_outermost_is_reported(call):
    text = "<mjml><mj-body>" + "<mj-raw>" * 3_000 + "</mj-raw>" * 3_000 + "</mj-body></mjml>"
    status, _, err = call("mjml", "m.mjml", m_mjml=text)
    assert status == 1
    assert err.rstrip().endswith("\n1 error")


def test_what_a_file_has_too_much_of_is_counted(call):
    text = "<mjml><mj-body>" + "".join(f"<mj-tag{number} />" for number in range(3_000)) + "</mj-body></mjml>"
    status, _, err = call("mjml", "m.mjml", m_mjml=text)
    assert status == 1
    assert "2,900 more problems in this file – mend those before first" in err
    assert err.rstrip().endswith("\n3000 errors")


def test_files_have_a_size(call, tmp_path):
    status, _, err = call("eval", "--language", "liquid", "t", t="x" * 2_000_001)
    assert (status, err.split("\n")[0]) == (1, "t:1:1: the file is larger than 2 MB – split it, or take out what isn't needed")
    assert "m.mjml:1:1: the file is larger than 2 MB" in call("mjml", "m.mjml", m_mjml="x" * 2_000_001)[2]
    assert call("eval", "--language", "liquid", "/dev/zero")[0] == 1


def test_paths_on_the_command_line(call):
    for arguments in (["new", "x" * 5_000], ["render", "hello", "--profile", f"a/{'x' * 5_000}", "-w", "w"]):
        if "-w" in arguments:
            assert call("new", "w")[0] == 0
        status, _, err = call(*arguments)
        assert status in (1, 2)
        assert "Traceback" not in err
