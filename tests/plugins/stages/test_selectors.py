import pytest

from mailweave_plugins.stages.selectors import is_exact, is_of_pseudo_element, normalised, specificity, widened


@pytest.mark.parametrize(
    ("selector", "counts"),
    [
        ("p", (0, 0, 1)),
        ("*", (0, 0, 0)),
        (".a", (0, 1, 0)),
        ("#a", (1, 0, 0)),
        ("div>p", (0, 0, 2)),
        ("ul li.a + li", (0, 1, 3)),
        ("a[href]", (0, 1, 1)),
        ("a[title='b.c#d e']", (0, 1, 1)),
        ("#one .a-b td", (1, 1, 1)),
        ("u + .body", (0, 1, 1)),
        ("P.Lead", (0, 1, 1)),
    ],
)
def test_weighs_what_it_can_match(selector, counts):
    assert is_exact(normalised(selector))
    assert specificity(normalised(selector)) == counts


@pytest.mark.parametrize(
    ("selector", "wider"),
    [
        ("a:hover", "a"),
        ("ul > li:nth-child(2n + 1)", "li"),
        (":is(h1, h2)", "*"),
        (".a:not(.b, :is(c))", ".a"),
        ("[title='a,b']", "*"),
        ("[style*=margin]", "*"),
        (r".a\:b", "*"),
        ("> a", "a"),
        ("a >", "*"),
        ("svg|a", "*"),
        (":root", "html"), (":root p:hover", "p"),
    ],
)
def test_widens_what_it_cannot_match(selector, wider):
    assert not is_exact(normalised(selector))
    assert widened(normalised(selector)) == wider


@pytest.mark.parametrize(("selector", "answer"), [("p::before", True), ("p:AFTER", True), ("p:hover", False), ("p.after", False)])
def test_knows_pseudo_elements(selector, answer):
    assert is_of_pseudo_element(selector) is answer
