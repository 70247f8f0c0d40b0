"""The proof: random campaigns and random profiles, built both ways, give the same bytes and the same errors."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailweave.compiled.program import Program
from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.profiles import Profile
from mailweave.render import render
from mailweave.testing import AT, MINIMAL, write_files

ODD = [
    "Ann", "Tom & Jo", "<b>x</b>", "</td><td>", "a\nb", " lead", "trail ", "two  blanks", "\u200b", "\u00a0", "zero\u200cwidth\u200d", "\u2028line",
    "İstanbul", "é 日本", "--", "-->", "url(x.png)", "a url", "(x)", "src=", "x role=article", "=1", "mailweave-raw-0-mailweave", "mwq0v0x", "{{x}}",
    "{% x %}", "<mw-slots />", "https://x.example/a b?c=d&e=f#g", "javascript:x", "mailto:a@b.example", "#top", "./a.png", "/b.png", "//c.example/d.png",
    "img.png", "https://straße.example/", "x=", "50%", "'", '"', "&amp;", "\u202eabc", "\x07bell", "12", "0", "red", "#123456", "x;y", "url", "\ufeff",
]  # fmt: skip
WORDS = ["Hello", " and ", "\n      ", "&amp;", "&#160;", " url ", " src=", "  ", "★", "x", ": ", "(", ") "]
SHEETS = [
    "", ".c1 { color: red; } td { padding: 1px; }", "a[title] { color: blue; }", 'a[href^="https"] { color: green; }', "b + b { margin: 0; }",
    "p:first-child, td:empty, b:nth-child(2) { color: teal; }", "[alt] { border: 0; } ul > li { margin: 1px; }",
]  # fmt: skip
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=8), st.text("ab \n&<>'\"=(é", max_size=12))
NUMBERS = st.one_of(st.integers(-3, 120), st.sampled_from([0.0, 1.5, 12.50, -0.0, 1e21]))
THING = st.fixed_dictionaries({"name": TEXTS, "price": NUMBERS, "on": st.booleans()}, optional={"url": TEXTS, "words": st.lists(TEXTS, max_size=2)})
PROFILE = st.fixed_dictionaries(
    {"a": TEXTS, "n": NUMBERS, "things": st.lists(THING, max_size=3)},
    optional={
        "b": TEXTS, "url": TEXTS, "flag": st.booleans(), "words": st.lists(TEXTS, max_size=3), "first_name": TEXTS, "color": st.sampled_from(["red", "#fff"]),
        "segments": st.lists(st.sampled_from(["vip", "new"]), max_size=2), "locale": st.sampled_from(["en-US", "de", "ar"]), "deep": THING,
        "timezone": st.sampled_from(["Asia/Tokyo", "UTC"]),
    },
)  # fmt: skip


@dataclass
class Drawn:
    """Writes random templates in one language. `items`: how the loops around name their items, innermost last."""

    random: Random
    liquid: bool
    items: list[str] = field(default_factory=list)
    depth: int = 0

    def one(self, *choices: Any) -> Any:
        chosen = self.random.choice(choices)
        return chosen() if callable(chosen) else chosen

    def some(self, make: Callable[[], str], most: int = 3, least: int = 0) -> str:
        return "".join(make() for _ in range(self.random.randint(least, most)))

    # Names and values

    def name(self, text: bool = True) -> str:
        """A value's name: mostly one that is there."""
        if self.items and self.random.random() < 0.6:
            item = self.items[-1]
            return item if self.one(False, False, False, True) and not text else f"{item}.{self.one('name', 'name', 'url', 'price', 'on' if not text else 'name')}"
        root = "customer" if self.liquid or not self.items else "@root.customer"
        return f"{root}.{self.one('a', 'a', 'n', 'b', 'first_name', 'deep.name', 'url' if text else 'flag', 'words' if not text else 'a')}"

    def out(self) -> str:
        name = self.name()
        if not self.liquid and self.random.random() < 0.9 and not name.endswith((".a", ".n", ".name", ".price")):
            return f"{{{{#if {name}}}}}{{{{{name}}}}}{{{{/if}}}}"
        if not self.liquid:
            return self.one(f"{{{{{name}}}}}", f"{{{{#if {name}}}}}{{{{{name}}}}}{{{{/if}}}}", "{{t 'hi' name='x'}}", f"{{{{{{{name}}}}}}}" if self.random.random() < 0.1 else f"{{{{{name}}}}}")
        if self.random.random() < 0.9 and not name.endswith((".a", ".n", ".name", ".price")):
            return f"{{{{ {name} | default: 'none' }}}}"
        return self.one(
            f"{{{{ {name} }}}}", f"{{{{ {name} | default: 'none' }}}}", f"{{% if {name} %}}{{{{ {name} }}}}{{% endif %}}", f"{{{{ {name} | default: '' | upcase }}}}",
            "{{ customer.n | money }}", "{{ customer.n | plus: 1 }}", f"{{{{ 'hi' | t: name: {name} }}}}", "{{ brand.name }}", "{{ at | date: 'short' }}",
            f"{{{{ {name} | default: 'x' | append: '!' | truncate: 5 }}}}", "{{ customer.things | size }}", "{{ block.text }}", "{{ customer.n | number }}",
            "{{ 'hi_html' | t: name: customer.a }}", f"{{% assign v = {name} | default: 'v' %}}{{{{ v }}}}", "{{ customer.things.first.name | default: 'none' }}",
        )  # fmt: skip

    def test(self) -> str:
        name = self.name(text=False)
        if not self.liquid:
            return name
        other = self.name()
        return self.one(name, f"{name} == {other}", f"{name} != blank", "customer.n > 3", f"{name} and customer.flag", f"{name} or {other}", "customer.things.size > 1",
                        f"{name} == nil", "customer.words contains 'Ann'", "customer.n >= 0 and customer.n < 50", "forloop.last" if self.items else "true")  # fmt: skip

    # Control

    def around(self, make: Callable[[], str]) -> str:
        """Something with `if` or `for` around it, or as it is."""
        if self.depth > 3 or self.random.random() < 0.55:
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
        middle = self.one("", f"{{% elsif {self.test()} %}}{make()}")
        return f"{{% if {test} %}}{first}{middle}" + (f"{{% else %}}{other}" if other else "") + "{% endif %}"

    def loop(self, make: Callable[[], str]) -> str:
        item = f"i{len(self.items)}" if self.liquid else "this"
        root = "customer" if self.liquid or not self.items else "@root.customer"
        self.items.append(item)
        inner = make()
        self.items.pop()
        if not self.liquid:
            return f"{{{{#each {root}.things}}}}{inner}{{{{/each}}}}"
        bound = self.one("", "", " limit: 2", " offset: 1", " limit: customer.n", " reversed")
        return f"{{% for {item} in {self.one('customer.things', 'customer.things', 'things')}{bound} %}}{inner}{{% else %}}{{% endfor %}}"

    def other(self, make: Callable[[], str]) -> str:
        return self.one(
            lambda: f"{{% unless {self.test()} %}}{make()}{{% endunless %}}",
            lambda: f"{{% case {self.name()} %}}{{% when 'Ann', 12 %}}{make()}{{% else %}}{make()}{{% endcase %}}",
            lambda: f"{{% assign w = {self.name()} %}}{{% if {self.test()} %}}{{% assign w = 'other' %}}{{% endif %}}{make()}{{{{ w | default: 'w' }}}}",

            lambda: f"{{% comment %}}x{{% endcomment %}}{make()}",
        )

    # Markup

    def text(self) -> str:
        return self.some(lambda: self.around(lambda: self.one(lambda: self.one(*WORDS), self.out, self.out, self.inline)), 4)

    def inline(self) -> str:
        if self.depth > 3:
            return self.out()
        self.depth += 1
        made = self.one(
            lambda: f'<b title="{self.plain()}">{self.text()}</b>',
            lambda: f'<a href="{self.url()}" class="c1">{self.text()}</a>',
            lambda: f"<a href='{self.url()}' title='{self.plain()}'><img src=\"{self.url()}\" alt=\"{self.plain()}\"></a>",
            lambda: f"<ul>{self.around(lambda: f'<li>{self.text()}</li>')}</ul>",
            lambda: f"<ol start=\"3\"><li>{self.text()}</li>{self.around(lambda: f'<li>{self.text()}</li>')}</ol>",
            lambda: f"<p>{self.text()}</p>",
            lambda: f'<table>{self.some(lambda: f"<tr><td>{self.text()}</td><td>{self.text()}</td></tr>", 2, 1)}</table>',
            lambda: f'<table role="presentation"><tr>{self.around(lambda: f"<td>{self.text()}</td>")}</tr></table>',
            lambda: f'<td width="{self.out()}%" class="{self.out()}">{self.out()}</td>' if self.random.random() < 0.2 else self.out(),
            lambda: f'<span style="color:{self.one("{{ brand.colors.text }}", "{{customer.color}}")}">{self.text()}</span>',
            lambda: f"<!-- {self.out()} --><br>", lambda: f'<!--[if mso]><img src="{self.url()}" alt="{self.plain()}"><![endif]-->',
        )  # fmt: skip
        self.depth -= 1
        return made

    def plain(self) -> str:
        return self.some(lambda: self.one(self.out, "word ", "x"), 2)

    def url(self) -> str:
        return self.one(self.out, lambda: f"https://x.example/?q={self.out()}", lambda: f"https://x.example/{self.out()}/a", lambda: f"img/{self.out()}.png", "a.png", lambda: f"./{self.out()}")

    def component(self) -> str:
        return self.around(lambda: self.one(
            lambda: f"<mj-text>{self.text()}</mj-text>", lambda: f"<mj-text css-class=\"{self.one('c1', self.out())}\">{self.text()}</mj-text>",
            lambda: f'<mj-button href="{self.url()}" title="{self.plain()}">{self.text()}</mj-button>',
            lambda: f'<mj-image src="{self.url()}" alt="{self.plain()}" {self.around(lambda: f"""href="{self.url()}" """)}/>',
            lambda: f"<mj-table><tr><td>{self.text()}</td><td>{self.text()}</td></tr></mj-table>", lambda: f"<mj-raw><!-- {self.out()} --></mj-raw>",
            lambda: f'<mj-text color="{self.one("red", "{{customer.color}}")}">{self.text()}</mj-text>', '<mj-divider width="50%" />',
            lambda: f'<mj-social><mj-social-element name="facebook" href="{self.url()}" alt="{self.plain()}">{self.out()}</mj-social-element></mj-social>',
        ))  # fmt: skip

    def section(self) -> str:
        column = lambda: self.around(lambda: f"<mj-column>{self.some(self.component)}</mj-column>\n")  # noqa: E731
        return self.around(lambda: f"<mj-section>{self.some(column, 3, 1)}</mj-section>\n")


def files(random: Random) -> dict[str, str]:
    """A random campaign with two blocks, one in each language."""
    liquid, hbs = Drawn(random, True), Drawn(random, False)
    sheet = random.choice(SHEETS)
    inline = random.choice(["", ' inline="inline"'])
    about = "description: x\nparameters: {text: {type: string, default: hi}}\nvariables: {customer.first_name: {type: string, fallback: there}}\nvariants: {default: {}, other: {}}\n"
    made = {
        **MINIMAL,
        "layouts/base.mjml": f"<mjml><mj-head><mj-style{inline}>{sheet}</mj-style></mj-head><mj-body>{liquid.section()}<mw-slots /></mj-body></mjml>",
        "content_blocks/one/block.yaml": about, "content_blocks/two/block.yaml": about, "messages/en.yaml": 'hi: "Hi {name}"\nhi_html: "<i>Hi {name}</i>"\n',
        "messages/de.yaml": 'hi: "Hallo {name}"\nhi_html: "<i>Hallo {name}</i>"\n',
        "campaigns/hello.yaml": "subject: " + repr(liquid.out()).replace("\\n", " ") + """
preheader: "{{ customer.a | default: '' }}"
slots:
  one: {block: one, parameters: {text: "{{ customer.a | default: 'text' }}"}}
  two: {block: two, choose: [{when: {segment: vip}, variant: other}, {otherwise: default}]}
""",
    }  # fmt: skip
    for variant in ("default", "other"):
        made[f"content_blocks/one/{variant}.mjml"] = liquid.some(liquid.section, 2, 1)
        made[f"content_blocks/two/{variant}.hbs.mjml"] = hbs.some(hbs.section, 2, 1)
    if random.random() < 0.3:
        made["content_blocks/one/head.mjml"] = "<mj-style>.h { color: {{ customer.color | default: 'red' }}; }</mj-style>"
    return made


def outcome(build: Callable[[], Any]) -> Any:
    """A message, or what is wrong."""
    try:
        return build()
    except MailweaveError as error:
        return error.problems


def compared(engine: Engine, made: Mapping[str, str], profiles: list[dict[str, Any]]) -> Program | None:
    """Build every message both ways, and the compiled one twice."""
    with tempfile.TemporaryDirectory() as folder:
        from pathlib import Path

        write_files(Path(folder), made)
        workspace = engine.open(folder)
        try:
            program = engine.compile(workspace, "hello")
        except MailweaveError:
            return None
        for data in profiles:
            try:
                profile = Profile.from_data(data)
            except MailweaveError:
                continue
            expected = outcome(lambda profile=profile: render(workspace, program.campaign, profile, AT))
            for _ in range(2):
                assert outcome(lambda profile=profile: program.render(profile, AT)) == expected
        return program


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False), st.lists(PROFILE, min_size=1, max_size=5))
def test_same_bytes(mailweave_engine: Engine, random: Random, profiles: list[dict[str, Any]]) -> None:
    """No document differs from the reference, so none has to be set aside."""
    program = compared(mailweave_engine, files(random), profiles)

    assert program is None or not [note for note in program.notes if "came out differently" in note.why]


@pytest.mark.parametrize("value", ODD)
def test_odd_values(mailweave_engine: Engine, value: str) -> None:
    """Each odd value in every place, after an ordinary one has been compiled."""
    section = (
        '<mj-section><mj-column><mj-text>x {{ customer.a }} y <a href="{{ customer.a }}" title="{{ customer.a }}">{{ customer.a }}</a><img src="{{ customer.a }}" alt="{{ customer.a }}">'
        '<table><tr><td>{{ customer.a }}</td><td>z</td></tr><tr><td>b</td><td>{{ customer.a }}</td></tr></table></mj-text>'
        '<mj-button href="https://x.example/{{ customer.a }}?{{ customer.a }}" title="{{ customer.a }}">{{ customer.a }}</mj-button>'
        '<mj-image src="{{ customer.b }}" alt="{{ customer.a }}" /></mj-column></mj-section>'
    )  # fmt: skip
    made = files(Random(1)) | {"content_blocks/one/default.mjml": section, "content_blocks/two/default.hbs.mjml": section}
    made["layouts/base.mjml"] = MINIMAL["layouts/base.mjml"]
    shared = {"b": "https://x.example/i.png", "n": 3, "things": []}

    compared(mailweave_engine, made, [{"a": "Ann", **shared}, {"a": value, **shared}, {"a": "Ben", **shared, "b": value}])
