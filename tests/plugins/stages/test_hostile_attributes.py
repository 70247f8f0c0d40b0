"""A value in any attribute of any MJML component stays in it, wherever the compiler copies that attribute."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from typing import Final

import pytest

from mailweave.contexts import Context, context_at
from mailweave.escape import escape
from mailweave.mjml_components import COMPONENTS
from mailweave.pipeline import StageError
from mailweave.positions import Position, advance
from mailweave.tags import quoted_attributes, tags
from mailweave_plugins.stages.css import declarations
from mailweave_plugins.stages.inlining import sheet_rules
from mailweave_plugins.stages.mrml_compiler import Mrml

TEXT: Final = "<mj-column><mj-text>x</mj-text></mj-column>"
INSIDE: Final = {
    "mj-accordion": "<mj-accordion-element><mj-accordion-title>t</mj-accordion-title><mj-accordion-text>x</mj-accordion-text></mj-accordion-element>",
    "mj-accordion-element": "<mj-accordion-title>t</mj-accordion-title><mj-accordion-text>x</mj-accordion-text>",
    "mj-body": f"<mj-section>{TEXT}</mj-section>",
    "mj-carousel": '<mj-carousel-image src="a.png" /><mj-carousel-image src="b.png" />',
    "mj-column": "<mj-text>x</mj-text>",
    "mj-group": TEXT,
    "mj-hero": "<mj-text>x</mj-text>",
    "mj-navbar": '<mj-navbar-link href="x">x</mj-navbar-link>',
    "mj-section": TEXT,
    "mj-carousel-image": "",
    "mj-breakpoint": "",
    "mj-social": '<mj-social-element name="facebook" href="x">x</mj-social-element>',
    "mj-table": "<tr><td>x</td></tr>",
    "mj-wrapper": f"<mj-section>{TEXT}</mj-section>",
}
BESIDE: Final = {
    "mj-font": {"name": "X", "href": "https://f.example/"},
    "mj-navbar": {"hamburger": "hamburger"},
    **{name: {"background-url": "https://b.example/b.png"} for name in ("mj-section", "mj-wrapper", "mj-hero")},
}
# What can't be compiled with any value of ours, and elements that end where another one says.
LEFT_OUT: Final = frozenset({"mjml", "mj-html-attribute", "mj-selector", "mj-raw"})
# Where a value would choose a sheet, or how the document is read.
REFUSED: Final = frozenset({("mj-font", "href"), ("mj-style", "inline"), ("mj-raw", "position")})
HARMLESS: Final = ("qz", "12px", "https://qz.example/")
HOSTILE: Final = (
    "');position:fixed;background-image:url('https://evil.example/x",
    "https://evil.example');position:fixed;x:url('",
    "https://evil.example);position:fixed;x:url(a/",
    "/a.png');position:fixed;x:url('a",
    'x" onerror="alert(1)',
    "x' onerror='alert(1)",
    "red;position:fixed",
    "12px;position:fixed",
    "ltr;position:fixed;x:y",
    "red}p{display:none}",
    "a/**/b:c",
    "</style><script>",
    "--><img src=x onerror=alert(1)><!--",
    "&quot; onerror=&quot;x",
    "red' , '",
    "a\\22 b",
    "rgb(1, 2, 3) x",
    "'a b' c",
    "url(https://evil.example/)",
    "https://x.example/a.png, https://evil.example/b.png 2x",
)  # fmt: skip


def document(name: str, attribute: str, value: str) -> str:
    """A whole document with a component that has an attribute."""
    given = {**BESIDE.get(name, {}), attribute: value}
    written = f"<{name} {' '.join(f'{key}={chr(34)}{text}{chr(34)}' for key, text in given.items())}>{INSIDE.get(name, 'x' if COMPONENTS[name].ending else '')}</{name}>"
    while (parents := COMPONENTS[name].parents) and name != "mjml":
        name = parents[0]
        written = f"<{name}>{written}</{name}>"
    return written if "<mj-body>" in written else written.replace("</mjml>", f'<mj-body><mj-section>{TEXT.replace("<mj-text", "<mj-text font-family={chr(34)}X{chr(34)}")}</mj-section></mj-body></mjml>')


def structure(html: str) -> list[object]:
    """Tags, attributes, style properties and URLs in them, rules and their properties; what is in comments for Outlook too."""
    shown = html.replace("<!--[if", "<[if").replace("endif]-->", "endif]>")
    styles = [unescape(shown[start:end]) for name, start, end in quoted_attributes(shown) if name == "style"]
    found: list[object] = [(tag.name, *(attribute.name for attribute in tag.attributes)) for tag in tags(shown)]
    found += [(tuple(one.name for one in declarations(style)), style.count("url(")) for style in styles]
    sheets = [html[tag.end : html.index("</style", tag.end)] for tag in tags(html) if tag.name == "style" and not tag.closing]
    found += [(rule.conditional, tuple(one.name for one in rule.declarations)) for rule in sheet_rules(html)]
    return [*found, *(sheet.count("url(") for sheet in sheets)]


def compiled(name: str, attribute: str, context: Context, value: str) -> list[object] | None:
    """The structure with a value, None when it is refused."""
    try:
        return structure(Mrml().compile(document(name, attribute, escape(value, context))))
    except (ValueError, StageError):
        return None


def attributes() -> Iterator[tuple[str, str]]:
    for name, component in COMPONENTS.items():
        own = [*component.attributes, *(["css-class"] if component.parents and "mj-head" not in component.parents else [])]
        yield from ((name, attribute) for attribute in own if name not in LEFT_OUT)


# In the quick run, each attribute meets every sixth of them, beginning with another one.
@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.deep)])
@pytest.mark.parametrize("name", sorted({name for name, _ in attributes()}))
def test_a_value_stays_in_its_attribute(name: str, step: int) -> None:
    tried = 0
    for number, attribute in enumerate(attribute for one, attribute in attributes() if one == name):
        context = context_at(advance(Position(), f'<{name} {attribute}="'))
        if not isinstance(context, Context):
            assert (name, attribute) in REFUSED
            continue
        plain = {repr(found) for value in HARMLESS if (found := compiled(name, attribute, context, value)) is not None}
        if not plain:
            continue
        # Where harmless values make a difference to the structure, such as a name that shows an icon, any of theirs will do.
        for value in HOSTILE[number % step :: step]:
            found = compiled(name, attribute, context, value)
            assert found is None or repr(found) in plain, (attribute, context.name, value)
            tried += found is not None
    # A breakpoint takes a width and nothing else.
    assert tried or name == "mj-breakpoint" or step > 1
    assert all(context_at(advance(Position(), f'<{one} {attribute}="')).__class__ is tuple for one, attribute in REFUSED)
