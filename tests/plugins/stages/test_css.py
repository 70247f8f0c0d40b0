import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailweave_plugins.stages.css import inlinable


@pytest.mark.parametrize(
    ("css", "left"),
    [
        ("p{color:red}", "p{color:red}"),
        ("p , .a > b { color: red; }", "p{color: red;}\n.a > b{color: red;}"),
        ("a:hover{color:red} b{x:y}", "b{x:y}"),
        ("@media (x) { a{b:c} } b{x:y}", "b{x:y}"),
        ("@import url(x.css); b{x:y}", "b{x:y}"),
        ("@font-face{font-family:x;src:url('a;b')} b{x:y}", "b{x:y}"),
        (":is(a,b){x:y} b{x:y}", "b{x:y}"),
        ("[title='a,b'],b{x:y}", "b{x:y}"),
        ("[class~='x']{x:y}", "[class~='x']{x:y}"),
        ("/* p{} */ b{x:y}", "b{x:y}"),
        ("b{content:'}'} i{x:y}", "b{content:'}'}\ni{x:y}"),
        ("b{x:url(data:a;b)}", "b{x:url(data:a;b)}"),
        ("b{ i{x:y} } u{x:y}", "u{x:y}"),
        ("b{x:y", ""),
        ("} b{x:y}", ""),
        ("", ""),
    ],
)
def test_keeps_what_premailer_reads_right(css, left):
    assert inlinable(css) == left


@given(st.text(alphabet="ab.#:@{}()[],;'\"/* ", max_size=60))
def test_any_text_is_taken(css):
    assert isinstance(inlinable(css), str)
