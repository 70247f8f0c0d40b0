"""Elements and depth of HTML texts, compared with what css-inline (which parses as browsers do) makes of them: never less."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
import yaml
from css_inline import CSSInliner

from mailweave.html_elements import RAW
from mailweave.nodes import TAG, nodes_of
from mailweave.open_elements import Nodes

ALL = Nodes(10**9, 10**9)
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "nodes.yaml").read_text())
EMPTY = frozenset(["area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "input", "keygen", "link", "meta", "param", "source", "track", "wbr"])
TOKEN = re.compile(rf"<!--.*?-->|{TAG.pattern}", re.DOTALL)
NAMES = ["p", "div", "span", "b", "i", "font", "a", "table", "tr", "td", "th", "tbody", "thead", "caption", "ul", "li", "dl", "dt", "dd", "h1", "h2", "br", "hr", "img", "center", "form", "button", "nobr", "em", "u", "option", "select", "optgroup", "object", "svg", "path", "g", "math", "mi", "title", "style", "noscript", "ruby", "rt", "rp", "custom", "section", "label", "sub", "marquee", "pre", "colgroup", "col", "textarea", "input", "address", "template"]
ODD = ['<div "><i>', "<a href=x/>", '<b a="<div>">', "<![CDATA[ <b> ]]>", "<p a='", "<x=y z>", "</ div>", "<3>", "<!-- <div> -->", "<!-->"]
DOCTYPES = ["<!doctype html>", "", '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://x"><html><body>']


def numbered(html: str) -> str:
    """With a number in each opening tag, as the inliners write them: then no two elements are alike."""
    done, at = [], 0
    while tag := TAG.search(html, at):
        done.append(html[at : tag.end(2)] + ("" if tag[1] else f' n="{len(done)}"'))
        at = tag.end(2)
    return "".join(done) + html[at:]


def real(html: str) -> Nodes:
    """What css-inline makes of a text: its output closes whatever it opens."""
    out = CSSInliner(inline_style_tags=False, keep_style_tags=True, keep_link_tags=True, load_remote_stylesheets=False).inline(html)
    inside: list[str] = []
    elements = deepest = at = 0
    while found := TOKEN.search(out, at):
        at = found.end()
        name = (found[2] or "").lower()
        foreign = "svg" in inside or "math" in inside
        if name and not found[1]:
            elements, deepest = elements + 1, max(deepest, len(inside) + 1)
            if name not in EMPTY or foreign:
                inside.append(name)
            if name in RAW and not foreign:
                at = out.index(f"</{name}", at)
        elif name and name != "br":
            inside.pop()
    return Nodes(elements, deepest)


def some(chance: random.Random, length: int, names: list[str]) -> str:
    pieces = []
    for _ in range(length):
        kind, name = chance.random(), chance.choice(names)
        pieces.append(f"<{name}>" if kind < 0.4 else f"</{name}>" if kind < 0.8 else f'<{name} class="x"/>' if kind < 0.85 else chance.choice(["x", " ", "\n"]) if kind < 0.95 else chance.choice(ODD))
    return "".join(pieces)


@pytest.mark.parametrize(("html", "elements", "depth"), CASES["counted"], ids=[str(case[0])[:40] for case in CASES["counted"]])
def test_counted(html, elements, depth):
    assert nodes_of(html, ALL) == (elements, depth)
    assert real(html) == (elements, depth)


@pytest.mark.parametrize("unit", CASES["deep"])
def test_each_of_these_nests_deep_when_it_is_repeated(unit):
    assert nodes_of(unit * 20_000, Nodes(50_000, 200)).depth > 200


@pytest.mark.parametrize("unit", CASES["flat"])
def test_each_of_these_may_be_repeated(unit):
    found = nodes_of("<!doctype html>" + unit * 1_000, Nodes(50_000, 200))
    assert found.depth <= 12
    assert found.elements <= 50_000


@pytest.mark.parametrize("unit", CASES["many"])
def test_each_of_these_makes_more_elements_than_tags(unit):
    assert nodes_of("<p>" + "".join(f"<font size={number}>" for number in range(100)) + unit * 2_000, Nodes(50_000, 200)).elements > 50_000


def compared(seed: int, count: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        names = chance.sample(NAMES, chance.randint(1, 8))
        unit = some(chance, chance.randint(1, 30), names)
        html = chance.choice(DOCTYPES) + some(chance, chance.randint(0, 4), names) + unit * chance.choice([1, 1, chance.randint(2, 30)])
        counted = nodes_of(html, ALL)
        assert counted.depth >= real(html).depth, html
        made = real(numbered(html))
        assert counted.depth >= made.depth, html
        assert counted.elements >= made.elements, html


def test_never_less_than_what_is_made():
    compared(1, 100)


@pytest.mark.deep
@pytest.mark.parametrize("seed", range(2, 12))
def test_never_less_than_what_is_made_in_many_texts(seed):
    compared(seed, 4_000)


@pytest.mark.parametrize("piece", ["<", "</", "<a", "<a ", '<a b="', "<a b='", "<!", "<!--", "<![CDATA[", "<svg><![CDATA[", "<style>", "<p", "<a b", "<a =", "&", "</div>"])
def test_each_scan_ends(piece):
    """Each of these would take hours if anything were looked for again and again."""
    nodes_of(piece * (200_000 // len(piece)), Nodes(50_000, 200))
