"""Random campaigns and customers that try to make the compiled way and the reference differ.

A campaign has a layout and at most three blocks, and uses only a few of all forms that there are (Groce and others, "Swarm Testing", ISSTA 2012): what
has everything in it never has the same document twice. Its customers share a small pool of values, most of them odd (`odd_values.yaml`), and differ in
few fields, so the same value comes again in other places, in loops and beside other odd ones, and many customers share a document.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import yaml

from mailweave.testing import MINIMAL

ODD: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("odd_values.yaml").read_text(encoding="utf-8"))
EVERY = [value for values in ODD.values() for value in values]
# Literal text that could join with a value beside it to something that a stage reads.
WORDS = [
    "Hello", " and ", "\n      ", "&amp;", "&#160;", "&", "&#", "&#x", "&am", "&copy", "&lt", " url ", "u", "url(", " src=", "x src", " role", "=", "  ",
    "★", "x", ": ", "(", ")  ", "-", "--", "/", "//", "#", "http:", "font-family:", "@media screen, ", "width:33.333332", "%", "- ", "1. ", "\u200d", "\u200c",
    "\u00a0", "\u200b", "mwq0v", "mailweave-raw-", "mailweave-content-0-", "\\",
]  # fmt: skip
IN_ATTRIBUTES = [word for word in WORDS if "\n" not in word]
SHEETS = [
    "", ".c1 { color: red; } td { padding: 1px; }", "a[title] { color: blue; }", 'a[href^="https"] { color: green; }', "b + b { margin: 0; }",
    "p:first-child, td:empty, b:nth-child(2) { color: teal; }", "[alt] { border: 0; } ul > li { margin: 1px; }", "[alt=Ann], [ title ~= 'x' ] { border: 1px; }",
    "a[\\74itle=Oslo] { color: red; }", "*|a[*|title] { color: blue; }", "@media (max-width: 400px) { a[alt] { color: red; } td { padding: 0; } }",
    "b:contains('Ann') { color: red; }", "a:not([title=Ann]) { color: red; }", "[href$=png i] { color: red; }", "p { font-family: Lato; } :lang(de) { color: red; }",
]  # fmt: skip
SELECTORS = ["", "", "", "[alt=Ann]", ".c1", "a[title]", "td:contains('Ann')", "b"]
# How names end that everybody has.
CERTAIN = (".a", ".b", ".c", ".n", ".name", ".price")
BASES = ["https://assets.test.example/", "https://assets.test.example/", "./files/", ""]
ABOUT = """description: x
parameters:
  text: {type: string, default: hi}
  list: {type: list, default: []}
variables: {customer.first_name: {type: string, fallback: there}}
variants: {default: {}, other: {}}
"""
ENGLISH = 'hi: "Hi {name}"\nhi_html: "<i>Hi {name}</i>"\nmany: {one: "{count} thing for {name}", other: "{count} things for {name}"}\n'


@dataclass
class Author:
    """Writes random templates in one language. `control`: the share of what may have an `if` or a loop around it that has one. `most`: how much of a
    kind there is. `items`: how the loops around name their items, innermost last. `few`: by kind, the forms that this author knows."""

    random: Random
    liquid: bool
    control: float = 0.45
    most: int = 3
    items: list[str] = field(default_factory=list)
    depth: int = 0
    few: dict[str, list[int]] = field(default_factory=dict)

    def one(self, *choices: Any) -> Any:
        chosen = self.random.choice(choices)
        return chosen() if callable(chosen) else chosen

    def known(self, kind: str, *choices: Any) -> Any:
        """One of the choices that this author knows."""
        few = self.few.setdefault(kind, self.random.sample(range(len(choices)), min(self.random.choice([2, 4, 6]), len(choices))))
        chosen = choices[self.random.choice(few)]
        return chosen() if callable(chosen) else chosen

    def some(self, make: Callable[[], str], most: int = 3, least: int = 0) -> str:
        return "".join(make() for _ in range(self.random.randint(least, max(least, min(self.most, most)))))

    # Names and values

    def name(self, text: bool = True) -> str:
        """A value's name: mostly one that is there."""
        if self.items and self.random.random() < 0.6:
            item = self.items[-1]
            return item if self.one(False, False, False, True) and not text else f"{item}.{self.one('name', 'name', 'url', 'price', 'on' if not text else 'name')}"
        root = "customer" if self.liquid or not self.items else "@root.customer"
        names = ("a", "a", "b", "c", "n", "first_name", "deep.name", "url" if text else "flag", "words" if not text else "b")
        return f"{root}.{self.one(*names)}"

    def out(self) -> str:
        return self._liquid_out() if self.liquid else self._handlebars_out()

    def _handlebars_out(self) -> str:
        name = self.name()
        if self.random.random() < 0.9 and not name.endswith(CERTAIN):
            return f"{{{{#if {name}}}}}{{{{{name}}}}}{{{{/if}}}}"
        plain = f"{{{{{name}}}}}"
        return self.known(
            "out",
            plain, plain, f"{{{{#if {name}}}}}{plain}{{{{/if}}}}", f"{{{{t 'hi' name={name}}}}}", "{{#if @root.block.text}}{{@root.block.text}}{{/if}}", "{{lookup @root.customer 'a'}}",
            f"{{{{{{{name}}}}}}}" if self.random.random() < 0.1 else plain, f"{{{{#with {name}}}}}{{{{this}}}}{{{{/with}}}}",
            f"{{{{#with {name}}}}}{{{{> row}}}}{{{{/with}}}}", f"{{{{money {name}}}}}" if name.endswith((".n", ".price")) else plain,
            f"{{{{#if {name}}}}}{plain}{{{{else if @root.customer.flag}}}}b{{{{else}}}}c{{{{/if}}}}", "{{date @root.customer.day 'long'}}", "{{@root.links.unsubscribe}}",
        )  # fmt: skip

    def _liquid_out(self) -> str:
        name = self.name()
        if self.random.random() < 0.9 and not name.endswith(CERTAIN):
            return f"{{{{ {name} | default: 'none' }}}}"
        plain = f"{{{{ {name} }}}}"
        return self.known(
            "out",
            plain, plain, plain, f"{{{{ {name} | default: 'none' }}}}", f"{{% if {name} %}}{plain}{{% endif %}}", f"{{{{ {name} | default: '' | upcase }}}}",
            "{{ customer.n | money }}", "{{ customer.n | plus: 1 }}", f"{{{{ 'hi' | t: name: {name} }}}}", "{{ brand.name }}", "{{ at | date: 'short' }}",
            f"{{{{ {name} | default: 'x' | append: '!' | truncate: 5 }}}}", "{{ customer.things | size }}", "{{ block.text | default: 'none' }}", "{{ customer.n | number }}",
            f"{{{{ 'hi_html' | t: name: {name} }}}}", f"{{% assign v = {name} | default: 'v' %}}{{{{ v }}}}", "{{ customer.things.first.name | default: 'none' }}",
            f"{{{{ {name} | append: {self.name()} }}}}", f"{{{{ {name} | escape }}}}", f"{{{{ {name} | url_encode }}}}", f"{{{{ {name} | split: '' | reverse | join: '' }}}}",
            f"{{{{ {name} | replace: 'a', '&' }}}}", "{{ 'many' | t: count: customer.things.size, name: customer.a }}", f"{{{{ {name} | strip | slice: 0, 3 }}}}",
            f"{{{{ {name} | safe }}}}" if self.random.random() < 0.1 else plain, "{{ customer.words | join: ', ' | default: 'w' }}", f"{{{{ {name} | append: '' | asset }}}}",
            f"{{% capture k %}}[{plain}]{{% endcapture %}}{{{{ k }}}}" if self.random.random() < 0.2 else plain,
            "{{ links.unsubscribe }}", f"{{{{ links.unsubscribe | append: {name} }}}}", "{{ recommendations.first.reason | default: 'r' }}",
            "{% for p in block.list %}{{ p }}, {% endfor %}", f"{{% render 'card', v: {name} %}}", f"{{% include 'card', v: {name} %}}", "{{ customer.day | date: 'long' }}", "{{ customer.day | date: 'd. MMM HH:mm' }}",
            f"{{% liquid\nassign q = {name}\necho q\n%}}", f"{{{{ {name} | first | default: 'f' }}}}", f"{{% cycle 'x', 'y' %}}{plain}" if self.random.random() < 0.2 else plain,
        )  # fmt: skip

    def test(self) -> str:
        name = self.name(text=False)
        other = self.name()
        if not self.liquid:
            return self.known(
                "test", name, name, f"(eq {name} {other})", f"(ne {other} 'Ann')", "(gt @root.customer.n 3)", f"(and {name} @root.customer.flag)",
                f"(or {name} (not {other}))", "(lte @root.customer.things.length 1)",
            )  # fmt: skip
        return self.known(
            "test", name, f"{name} == {other}", f"{name} != blank", "customer.n > 3", f"{name} and customer.flag", f"{name} or {other}", "customer.things.size > 1",
            f"{name} == nil", "customer.words contains 'Ann'", "customer.n >= 0 and customer.n < 50", "forloop.last" if self.items else "true",
            "customer.a contains 'a'", "segment.vip", f"{other} == 'Ann'",
        )  # fmt: skip

    # Control

    def around(self, make: Callable[[], str]) -> str:
        """Something with `if` or `for` around it, or as it is."""
        if self.depth > 3 or self.random.random() > self.control:
            return make()
        self.depth += 1
        ways = [self.branches, self.branches, self.loop, self.other] if self.liquid else [self.branches, self.loop]
        written = self.random.choice(ways)(make)
        self.depth -= 1
        return written

    def branches(self, make: Callable[[], str]) -> str:
        test, first = self.test(), make()
        other = make() if self.one(True, False) else None
        if not self.liquid:
            word = self.one("if", "if", "unless")
            return f"{{{{#{word} {test}}}}}{first}" + (f"{{{{else}}}}{other}" if other else "") + f"{{{{/{word}}}}}"
        middle = self.one("", lambda: f"{{% elsif {self.test()} %}}{make()}")
        return f"{{% if {test} %}}{first}{middle}" + (f"{{% else %}}{other}" if other else "") + "{% endif %}"

    def loop(self, make: Callable[[], str]) -> str:
        item = f"i{len(self.items)}" if self.liquid else "this"
        root = "customer" if self.liquid or not self.items else "@root.customer"
        listed = self.one(f"{root}.things", f"{root}.things", "recommendations" if self.liquid or not self.items else "@root.recommendations")
        self.items.append(item)
        inner = make()
        self.items.pop()
        if not self.liquid:
            return f"{{{{#each {listed}}}}}{inner}{{{{/each}}}}"
        bound = self.one("", "", " limit: 2", " offset: 1", " limit: customer.things.size", " reversed")
        return f"{{% for {item} in {listed}{bound} %}}{inner}{{% else %}}{{% endfor %}}"

    def other(self, make: Callable[[], str]) -> str:
        return self.one(
            lambda: f"{{% unless {self.test()} %}}{make()}{{% endunless %}}",
            lambda: f"{{% case {self.name()} %}}{{% when 'Ann', 12 %}}{make()}{{% else %}}{make()}{{% endcase %}}",
            lambda: f"{{% assign w = {self.name()} %}}{{% if {self.test()} %}}{{% assign w = 'other' %}}{{% endif %}}{make()}{{{{ w | default: 'w' }}}}",
            lambda: f"{{% comment %}}x{{% endcomment %}}{make()}",
        )

    # Markup

    def text(self) -> str:
        return self.some(lambda: self.around(lambda: self.one(lambda: self.known("word", *WORDS), self.out, self.out, self.out, self.inline)), 4)

    def inline(self) -> str:
        if self.depth > 3:
            return self.out()
        self.depth += 1
        made = self.known(
            "inline",
            lambda: f'<b title="{self.plain()}">{self.text()}</b>',
            lambda: f'<a href="{self.url()}" class="c1">{self.text()}</a>',
            lambda: f"<a href='{self.url()}' title='{self.plain()}' aria-label='{self.plain()}'><img src=\"{self.url()}\" alt=\"{self.plain()}\"></a>",
            lambda: f'<img src="{self.url()}" alt="{self.plain()}"><img src="{self.url()}" alt="{self.plain()}">',
            lambda: f"<ul>{self.around(lambda: f'<li>{self.text()}</li>')}</ul>",
            lambda: f"<ol start=\"3\"><li>{self.text()}</li>{self.around(lambda: f'<li>{self.text()}</li>')}</ol>",
            lambda: f"<p>{self.text()}</p>",
            lambda: f'<table>{self.some(lambda: f"<tr><td>{self.text()}</td><td>{self.text()}</td></tr>", 2, 1)}</table>',
            lambda: f'<table role="presentation"><tr>{self.around(lambda: f"<td>{self.text()}</td>")}</tr></table>',
            lambda: f'<td width="{self.out()}%" class="{self.out()}">{self.out()}</td>' if self.random.random() < 0.2 else self.out(),
            lambda: f'<td background="{self.url()}" id="{self.out()}">{self.out()}</td>' if self.random.random() < 0.2 else self.out(),
            lambda: f'<span style="color:{self.one("red", "{{customer.color}}")}">{self.text()}</span>',
            lambda: f"""<span style="font-family:'{self.one("Lato", "{{customer.color}}")}', serif">{self.text()}</span>""",
            lambda: f'<img src="a.png" srcset="{self.url()} 2x, {self.url()}" alt="{self.plain()}">',
            lambda: f"<!-- {self.out()} --><br>", lambda: f'<!--[if mso]><img src="{self.url()}" alt="{self.plain()}">{self.out()}<![endif]-->',
            lambda: f'<div data-x="{self.plain()}" hidden>{self.out()}</div>', lambda: f'<pre>{self.text()}</pre>',
            lambda: f'<div title="{self.plain()}" role="article">{self.text()}</div>',
            lambda: self.loop(lambda: f'<img src="{self.url()}" alt="{self.out()}">'), lambda: self.loop(lambda: f"<i>{self.out()}</i>"),
            lambda: self.loop(lambda: f'<a href="{self.url()}">{self.out()}</a> '), lambda: f"<ul>{self.loop(lambda: f'<li>{self.out()}{self.out()}</li>')}</ul>",
        )  # fmt: skip
        self.depth -= 1
        return made

    def plain(self) -> str:
        return self.some(lambda: self.one(self.out, self.out, "word ", lambda: self.known("attribute", *IN_ATTRIBUTES)), 3)

    def url(self) -> str:
        return self.known(
            "url", self.out, self.out, "{{ links.unsubscribe }}" if self.liquid else "{{@root.links.unsubscribe}}", lambda: f"https://x.example/?q={self.out()}", lambda: f"https://x.example/{self.out()}/a", lambda: f"img/{self.out()}.png",
            "a.png", lambda: f"./{self.out()}", lambda: f"{self.out()}{self.out()}", lambda: f"#{self.out()}", lambda: f"https://x.example/?a&{self.out()}",
        )  # fmt: skip

    def places(self) -> str:
        """Some places side by side, each with a value of its own: customers may have the same values in other places."""
        names = [f"customer.{name}" for name in self.random.sample(["a", "b", "c", "deep.name"], self.random.randint(2, 3))]
        alone = "".join(self.place(name) for name in names)
        listed, item = self.one("customer.things", "recommendations"), "item" if self.liquid else "this"
        inside = self.place(f"{item}.name")
        loop = f"{{% for item in {listed} %}}{inside}{{% endfor %}}" if self.liquid else f"{{{{#each {listed}}}}}{inside}{{{{/each}}}}"
        return self.one(alone, alone + loop, loop)

    def place(self, name: str) -> str:
        return self.known("place", "{v} and ", "<i>{v}</i>", '<img src="a.png" alt="{v}">', '<b title="{v}">x</b>', '<a href="{v}">x</a>', "<li>{v}</li>",
                          '<td background="./{v}">x</td>', '<a href="https://x.example/{v}/?q={v}">{v}</a>', "<!-- {v} -->").replace("{v}", f"{{{{{name}}}}}")  # fmt: skip

    def component(self) -> str:
        return self.around(lambda: self.known(
            "component", lambda: f"<mj-text>{self.text()}</mj-text>", lambda: f"<mj-text>{self.text()}</mj-text>",
            lambda: f"<mj-text css-class=\"{self.one('c1', self.out())}\">{self.text()}</mj-text>",
            lambda: f'<mj-button href="{self.url()}" title="{self.plain()}">{self.text()}</mj-button>',
            lambda: f'<mj-image src="{self.url()}" alt="{self.plain()}" {self.around(lambda: f"""href="{self.url()}" """)}/>',
            lambda: f"<mj-table><tr><td>{self.text()}</td><td>{self.text()}</td></tr></mj-table>", lambda: f"<mj-raw><!-- {self.out()} --></mj-raw>",
            lambda: f'<mj-text color="{self.one("red", "{{customer.color}}")}">{self.text()}</mj-text>', '<mj-divider width="50%" />',
            lambda: f'<mj-social><mj-social-element name="{self.one("facebook", "x-share", "web")}" href="{self.url()}" alt="{self.plain()}" title="{self.plain()}">'
                    f'{self.out()}</mj-social-element></mj-social>',
            lambda: f'<mj-navbar base-url="https://x.example"><mj-navbar-link href="{self.url()}">{self.out()}</mj-navbar-link></mj-navbar>',
            lambda: f'<mj-carousel><mj-carousel-image src="{self.url()}" alt="{self.plain()}" title="{self.plain()}" href="{self.url()}" />'
                    f'<mj-carousel-image src="b.png" alt="{self.plain()}" /></mj-carousel>',
            lambda: f'<mj-accordion><mj-accordion-element><mj-accordion-title>{self.out()}</mj-accordion-title>'
                    f'<mj-accordion-text>{self.text()}</mj-accordion-text></mj-accordion-element></mj-accordion>',
            lambda: f"<mj-raw>{self.text()}</mj-raw>",
        ))  # fmt: skip

    def section(self) -> str:
        column = lambda: self.around(lambda: f"<mj-column>{self.some(self.component, 3, 1)}</mj-column>\n")  # noqa: E731
        return self.around(lambda: self.known(
            "section", lambda: f"<mj-section>{self.some(column, 3, 1)}</mj-section>\n", lambda: f"<mj-section>{self.some(column, 3, 1)}</mj-section>\n",
            lambda: f'<mj-section background-url="{self.one("b.png", self.url)}" direction="{self.one("rtl", "{{customer.color}}")}">{self.some(column, 2, 1)}</mj-section>\n',
            lambda: f'<mj-wrapper padding="4px"><mj-section>{self.some(column, 2, 1)}</mj-section></mj-wrapper>\n',
            lambda: f'<mj-section><mj-group><mj-column width="{self.one("40%", "50%")}">{self.some(self.component, 1)}</mj-column></mj-group></mj-section>\n',
            lambda: f'<mj-hero background-url="{self.one("b.png", self.url)}" background-height="100px" background-width="200px"><mj-text>{self.text()}</mj-text></mj-hero>\n',
        ))  # fmt: skip


def files_of(random: Random) -> dict[str, str]:
    """The files of a workspace with one campaign, `hello`."""
    control, most = random.choice([0.02, 0.1, 0.45]), random.choice([1, 2, 4])
    liquid, handlebars = Author(random, True, control, most), Author(random, False, control, most)
    html = random.random() < 0.25
    made = {
        **MINIMAL, **layout(random, liquid, html),
        "mailweave.yaml": settings(random), "messages/en.yaml": ENGLISH, "messages/de.yaml": ENGLISH.replace("Hi", "Hallo"), "data/products.yaml": products(random),
        "data/orders.csv": "product,customer,at\nmug,c-1,2026-11-20\ncurl,c-2,2026-11-21\n",
        **{f"content_blocks/{name}/block.yaml": ABOUT for name in ("one", "two", "three")},
        "partials/card.liquid": random.choice(["<i>{{ v }}</i>", "{{ v }}", "{% if v %}{{ v }}{% endif %}{{ customer.a }}"]),
        "partials/row.hbs": random.choice(["<i>{{this}}</i>", "{{this}} ", "{{#if @root.customer.flag}}{{this}}{{/if}}"]),
        "campaigns/hello.yaml": "subject: " + json.dumps(random.choice(["", "Hi ", "&"]) + liquid.out()) + "\npreheader: " + json.dumps(liquid.out()) + "\nheaders: {X-One: " + json.dumps(liquid.out()) + ", X-Two: b}" + """
slots:
  one: {block: one, parameters: {text: """ + json.dumps(liquid.out() + random.choice(["", "x", liquid.out()])) + """, list: ["{{ customer.a }}", "{{ customer.b }}"]}}
  two: {block: two, choose: [{when: {segment: vip}, variant: other}, {otherwise: default}]}
  three: {block: three}
""",
    }  # fmt: skip
    simple = random.random() < 0.5
    for variant in ("default", "other"):
        for name, author, suffix in (("one", liquid, ""), ("two", handlebars, ".hbs"), ("three", liquid, "")):
            plain = html or (name == "three" and random.random() < 0.5)
            if simple:
                written = author.places() if plain else f"<mj-section><mj-column><mj-text>{author.places()}</mj-text></mj-column></mj-section>"
            else:
                written = author.some(lambda author=author: author.inline() + author.text(), 2, 1) if plain else author.some(author.section, 2, 1)
            made[f"content_blocks/{name}/{variant}{suffix}.{'html' if plain else 'mjml'}"] = written
    if random.random() < 0.4:
        made[f"content_blocks/one/head.{'html' if html else 'mjml'}"] = head(random, html)
    return made


def head(random: Random, html: bool) -> str:
    """A block's part of the head, with values in it."""
    style = "style" if html else "mj-style"
    parts = [
        f"<{style}>.h {{ color: {{{{ customer.color }}}}; }}</{style}>",
        f"{{% if customer.flag %}}<{style}>td {{ padding: 1px; }}</{style}>{{% endif %}}",
        f"{{% for thing in customer.things %}}<{style}>.t{{{{ forloop.index }}}} {{ color: red; }}</{style}>{{% endfor %}}",
        "<title>{{ customer.a }}</title>" if html else "<mj-title>{{ customer.a }}</mj-title>",
        '<meta name="x" content="{{ customer.b }}">' if html else '<mj-attributes><mj-image alt="{{ customer.b }}" /></mj-attributes>',
        "<!-- {{ customer.c }} -->",
    ]
    return "".join(random.sample(parts, random.randint(1, 2)))


def settings(random: Random) -> str:
    """A mailweave.yaml."""
    return MINIMAL["mailweave.yaml"].replace("https://assets.test.example/", json.dumps(random.choice(BASES))).replace(
        '"https://test.example/unsubscribe"', json.dumps(random.choice(["https://test.example/u?c={{ customer.a }}", "https://test.example/{{ customer.b }}"]))
    ) + random.choice(["", "inliner: css-inline", "inliner: css-inline"]) + """
        sources: {products: {file: {path: data/products.yaml, key: id}}, orders: {file: {path: data/orders.csv}}}
        """  # fmt: skip


def layout(random: Random, author: Author, html: bool) -> dict[str, str]:
    """The files of the layout `base`."""
    sheet, inline, path = random.choice(SHEETS), random.choice(["", ' inline="inline"']), random.choice(SELECTORS)
    if html:
        head = f"<head><title>{random.choice(['', 'x'])}</title><style>{sheet}</style></head>"
        doctype = random.choice(["<!doctype html>", "<!DOCTYPE html>", ""])
        return {"layouts/base.mjml": "", "layouts/base.html": f"{doctype}<html>{head}<body>{author.inline()}<mw-slots></mw-slots></body></html>"}
    selected = f'<mj-html-attributes><mj-selector path=\'{path}\'><mj-html-attribute name="data-y">1</mj-html-attribute></mj-selector></mj-html-attributes>'
    font = random.choice(["", '<mj-font name="Raleway" href="https://fonts.example/r.css" />'])
    head = f"<mj-head>{font}<mj-style{inline}>{sheet}</mj-style>{selected if path and chr(39) not in path else ''}</mj-head>"
    return {"layouts/base.mjml": f"<mjml>{head}<mj-body>{author.section()}<mw-slots /></mj-body></mjml>"}


def text(random: Random) -> str:
    """A value: mostly odd, sometimes made of two."""
    pieces = [random.choice(ODD[random.choice(list(ODD))]) for _ in range(random.choice([1, 1, 1, 2, 3]))]
    return random.choice(["", " ", "x"]).join(pieces)


def products(random: Random) -> str:
    """A catalogue whose products have odd names."""
    listed = [
        {"id": key, "name": text(random) if text(random).strip() else key, "price": random.choice([0, 1.5, 12]), "url": f"https://x.example/{key}", "image": f"{key}.png"}
        for key in ("mug", "curl", "jar", "url")
    ]  # fmt: skip
    return yaml.safe_dump(listed, allow_unicode=True)


def customers(random: Random, count: int) -> list[dict[str, Any]]:
    """Profiles that share a small pool of values and differ in some fields; the others are the same in all."""
    pool = [*random.sample(ODD["names"], 2), random.choice(ODD["closed"]), *(text(random) for _ in range(random.randint(0, 4)))]
    numbers = random.sample([0, 1, 2, 3, 12, -1, 0.0, 1.5, -0.0, 1e21, 120, Decimal("1.50"), 10**20], 2) + random.choice([[], [], [], [True, "2"]])
    first = customer(random, pool, numbers)
    same = random.sample(list(first), random.randint(0, len(first)))
    every = [customer(random, pool, numbers) for _ in range(count)]
    return [{**{key: value for key, value in made.items() if key in first}, **{key: first[key] for key in same}} for made in every]


def customer(random: Random, pool: list[str], numbers: list[Any]) -> dict[str, Any]:
    """One profile."""
    def thing() -> dict[str, Any]:
        made = {"name": random.choice(pool), "price": random.choice(numbers), "on": random.random() < 0.5}
        return {**made, **({"url": random.choice(pool)} if random.random() < 0.7 else {})}

    fixed = {name: random.choice(pool) for name in "abc"} | {"things": [thing() for _ in range(random.randint(0, 3))], "n": random.choice(numbers), "deep": thing(), "color": random.choice(["red", "#fff"])}
    fixed["day"] = random.choice(["2026-11-23", "2026-11-23T23:30:00Z", date(2026, 11, 23), datetime(2026, 11, 23, 23, 30, tzinfo=UTC)])
    optional = {
        "url": lambda: random.choice(pool), "flag": lambda: random.random() < 0.5, "words": lambda: random.sample(pool, 2), "first_name": lambda: random.choice(pool),
        "segments": lambda: random.sample(["vip", "new"], random.randint(0, 2)),
        "locale": lambda: random.choice(["en-US", "de", "ar", "de-AT"]), "timezone": lambda: random.choice(["Asia/Tokyo", "UTC"]),
        "recommendations": lambda: random.sample(["mug", "curl", "jar", "url"], random.randint(0, 4)),
    }  # fmt: skip
    return {**fixed, **{key: make() for key, make in optional.items() if random.random() < 0.7}}
