import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave_plugins.stages.css import declarations, rules


def written(rule):
    return f"{'@' if rule.conditional else ''}{rule.selector}{{{'; '.join(map(str, rule.declarations))}}}"


@pytest.mark.parametrize(
    ("css", "wanted"),
    [
        ("p{color:red}", "p{color:red}"),
        ("p , .a > b { color: red; }", "p{color:red} .a > b{color:red}"),
        ("a:hover{color:red} b{x:y}", "a:hover{color:red} b{x:y}"),
        ("@media (x) { a{b:c} } b{x:y}", "@a{b:c} b{x:y}"),
        ("@media (x) { @supports (y:z) { a{b:c} } }", "@a{b:c}"),
        ("@import url(x.css); b{x:y}", "b{x:y}"),
        ("@import url(//x.example/a;b); b{x:y}", "b{x:y}"),
        ("@charset 'utf-8'; b{x:y}", "b{x:y}"),
        ("@font-face{font-family:x;src:url('a;b')} b{x:y}", "b{x:y}"),
        ("@keyframes a{from{top:0}} b{x:y}", "b{x:y}"),
        (":is(a,b){x:y} b{x:y}", ":is(a,b){x:y} b{x:y}"),
        ("[title='a,b'],b{x:y}", "[title='a,b']{x:y} b{x:y}"),
        ("/* p{} */ b{x:y/* z */}", "b{x:y}"),
        ("b{content:'/*'} i{x:y}", "b{content:'/*'} i{x:y}"),
        ("<!-- b{x:y} -->", "b{x:y}"),
        ("b{content:'}'} i{x:y}", "b{content:'}'} i{x:y}"),
        ("b{x:url(data:a;b,c)}", "b{x:url(data:a;b,c)}"),
        ("b{x:y !IMPORTANT}", "b{x:y}"),
        ("B{COLOR:Red;--Ink:x}", "B{color:Red; --Ink:x}"),
        ("b{ i{x:y} } u{x:y}", "@:nested{all:} u{x:y}"),
        ("b{x:y", "b{x:y}"),
        ("b{x y;:z;x:}", "b{}"),
        ("", ""),
    ],
)
def test_splits_a_sheet_into_rules(css, wanted):
    assert " ".join(map(written, rules(css))) == wanted


def test_a_declaration_knows_how_it_was_written():
    (one, other) = declarations("COLOR : red !important; margin:0")
    assert (one.name, one.value, one.important, one.source) == ("color", "red", True, "COLOR:red !important")
    assert (other.name, other.important, other.index) == ("margin", False, 1)


@given(st.text(alphabet="ab.#:@{}()[],;'\"/*\\ -", max_size=60))
def test_any_text_is_taken(css):
    assert all(rule.selector for rule in rules(css) if rule.declarations) or "{" in css
