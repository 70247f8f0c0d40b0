"""`mailweave eval`: exactly the template's text, as other implementations give it."""

from __future__ import annotations

import io
import json
import sys

import pytest

from mailweave.cli import run

DATA = {"name": "Ann & 'Bo'", "html": "<b title=\"x\">`=`</b>", "list": [1, 2], "nothing": None, "o": {"k": "v"}}


@pytest.fixture
def call(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.json").write_text(json.dumps(DATA))

    def call(text, *options, status=0, stdin=False, name="mail.txt"):
        (tmp_path / name).write_bytes(text.encode())
        if stdin:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        assert run(["eval", "--data", "d.json", *options, "-" if stdin else name]) == status
        out, err = capfdbinary.readouterr()
        return out.decode(), err.decode()

    return call


CASES = [
    ("liquid", "html", "{{ name }} {{ html }}", "Ann &amp; &#39;Bo&#39; &lt;b title=&quot;x&quot;&gt;`=`&lt;/b&gt;"),
    ("liquid", "none", "{{ name }} {{ html }}", "Ann & 'Bo' <b title=\"x\">`=`</b>"),
    ("liquid", "html", "{{ name | escape }}{{ html | strip_html }}", "Ann &amp; &#39;Bo&#39;`=`"),
    ("liquid", "none", "{{ name | escape }}", "Ann &amp; &#39;Bo&#39;"),
    ("liquid", "html", "{% capture c %}<i>{{ name }}</i>{% endcapture %}{{ c }}", "<i>Ann &amp; &#39;Bo&#39;</i>"),
    ("liquid", "html", "[{{ nope }}{{ nothing.x }}{{ nope | upcase | append: '!' }}]", "[!]"),
    ("liquid", "html", "<p {{ o.k }}><a href={{ html }}><script>{{ o.k }}</script>", "<p v><a href=&lt;b title=&quot;x&quot;&gt;`=`&lt;/b&gt;><script>v</script>"),
    ("liquid", "html", "{% for i in list %}{{ i }}\r\n{% endfor %}\n", "1\r\n2\r\n\n"),
    ("liquid", "html", "{{ '2024-03-05' | date: '%b %-d' }}", "Mar 5"),
    ("handlebars", "html", "{{name}} {{{name}}} {{html}}", "Ann &amp; &#x27;Bo&#x27; Ann & 'Bo' &lt;b title&#x3D;&quot;x&quot;&gt;&#x60;&#x3D;&#x60;&lt;/b&gt;"),
    ("handlebars", "none", "{{name}} {{html}}", "Ann & 'Bo' <b title=\"x\">`=`</b>"),
    ("handlebars", "html", "[{{nope}}{{nothing}}{{o.nope.deep}}]{{#if nope}}a{{else}}b{{/if}}", "[]b"),
    ("handlebars", "html", "<p {{o.k}}><a href={{o.k}}>{{#each list}}{{this}}\r\n{{/each}}\n", "<p v><a href=v>1\r\n2\r\n"),
]


@pytest.mark.parametrize(("language", "escape", "text", "expected"), CASES)
@pytest.mark.parametrize("stdin", [False, True])
def test_prints_exactly_the_text(call, language, escape, text, expected, stdin):
    assert call(text, "--language", language, "--escape", escape, stdin=stdin) == (expected, "")


def test_escapes_html_unless_told(call):
    assert call("{{ name }}", "--language", "liquid")[0] == "Ann &amp; &#39;Bo&#39;"


def test_partials_stand_beside_the_file(call, tmp_path):
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "p.liquid").write_text("<{{ name }}{{ x }}>")
    assert call("{% render 'p', x: 1 %}", "--language", "liquid", "--escape", "none")[0] == "<Ann & 'Bo'1>"


@pytest.mark.parametrize(
    ("language", "text", "message"),
    [
        ("liquid", "a\n  {% if x %}", "mail.txt:2:3: this `if` is never closed"),
        ("liquid", "{{ 1 | divided_by: 0 }}", "mail.txt:1:8: `divided_by`: can't divide by 0"),
        ("liquid", "{{ o }}", "mail.txt:1:1: an object has no text"),
        ("handlebars", "a\n {{#if x}}", "mail.txt:2:2: "),
    ],
)
def test_an_error_has_its_place(call, language, text, message):
    out, err = call(text, "--language", language, status=1)
    assert out == ""
    assert err.startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--language", "liqud", "-"], "there is no language 'liqud'; did you mean 'liquid'?"),
        (["-"], "Missing option '--language'"),
        (["--language", "liquid"], "Missing argument"),
        (["--language", "liquid", "nowhere.txt"], "does not exist"),
        (["--language", "liquid", "--escape", "xml", "-"], "'xml' is not one of"),
        (["--language", "liquid", "--data", "nowhere.json", "-"], "does not exist"),
    ],
)
def test_wrong_usage(arguments, message, capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run(["eval", *arguments]) == 2
    assert message in capfdbinary.readouterr().err.decode()


@pytest.mark.parametrize(("data", "message"), [("[1]", "d.json:1:1: the data must be a JSON object"), ('{"a":\n 1 "b"}', "d.json:2:4: this isn't JSON"), ("\xff", "isn't UTF-8")])
def test_wrong_data(data, message, capfdbinary, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "d.json").write_bytes(data.encode("latin-1"))
    (tmp_path / "t").write_text("x")
    assert run(["eval", "--language", "liquid", "--data", "d.json", "t"]) == 1
    assert message in capfdbinary.readouterr().err.decode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('{"a": ' + "[" * 100_000 + "]" * 100_000 + "}", "d.json:1:1: this JSON is nested too deeply"),
        ('{"a": ' + "[" * 900 + "]" * 900 + "}", "d.json:1:1: lists and objects are nested more than 60 deep"),
        ('{"a": ' + "9" * 5_000 + "}", "d.json:1:7: a number in this JSON has too many digits"),
        ('{"a": ' + "9" * 500 + "}", "d.json:1:1: a number of more than 400 digits"),
    ],
    ids=["deep", "less deep", "digits", "fewer digits"],
)
def test_data_that_python_could_not_follow(call, tmp_path, data, said):
    (tmp_path / "d.json").write_text(data)
    assert said in call("{{ a }}", "--language", "liquid", status=1)[1]
