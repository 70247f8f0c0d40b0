"""`render` and `include`: what they give, where mistakes in partials are told, and that everything known of a template holds for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mailweave.errors import MailweaveError
from mailweave.languages import Language, Scope, Template
from mailweave.source import Source

FILES = {
    "greet": "Hi {{ name }}",
    "attr": '{{ v }}" title="{{ v }}',
    "link": "<a\n  href='{{ url }}'>{{ label }}</a>",
    "nested/deep": "{% render 'greet', name: who %}!",
    "a": "{% include 'b' %}",
    "b": "{% include 'a' %}",
    "unclosed": "x\n{% if a %}",
    "opened": "{{ a",
    "comment": "{% comment %} a",
    "closes": "{% endif %}",
    "brace": "a {",
    "wrong": "a\n  {{ customer.nope }}",
    "typo": "{{ a | upcas }}",
    "long": "x" * 600_000,
    "uses": "{{ customer.a }}{{ arg }}{% if customer.b %}{{ customer.b }}{% endif %}{{ 'k' | t }}{{ arg | safe }}",
    "breaks": "{% break %}",
    "loop": "{% for i in (1..200) %}{% for j in (1..200) %}{% endfor %}{% endfor %}",
    "item": "<li>{{ item }}",
    "half": '<p title="{{ item }}',
    "fake": "{% endrender %}<script>",
}


class Shelf:
    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files

    def load(self, name: str, suffix: str) -> Source | None:
        return Source(f"partials/{name}{suffix}", self.files[name]) if name in self.files else None

    def names(self, suffix: str) -> list[str]:
        return list(self.files)


@pytest.fixture(scope="module")
def parse(language: Language) -> Callable[[str], Template]:
    return lambda text: language.parse(Source("b.mjml", text), "markup", Shelf(FILES))


@pytest.fixture(scope="module")
def fill(parse: Callable[[str], Template], scope: Scope, data: dict[str, Any]) -> Callable[[str], str]:
    return lambda text: parse(text).render(data, scope)


CASES = {
    "{% render 'greet', name: customer.risky %}": "Hi &lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;",
    "{% render \"nested/deep\", who: customer.first_name %}": "Hi Ann!",
    # A partial's values are escaped for where it is put in.
    "<p id=\"{% render 'attr', v: customer.risky %}\">": '<p id="&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;" title="&lt;/p&gt; &amp; &lt;b title=&#x27;x&#x27;&gt;">',
    "{% render 'link', url: customer.page, label: 'A & B' %}": "<a\n  href='https://x.example/%C3%A4%20b?c=d&amp;e=f'>A &amp; B</a>",
    "<a href=\"/?q={% render 'greet', name: 'a b' %}\">": '<a href="/?q=Hi a%20b">',
    "{% render 'brace' %}{{ customer.first_name }}{% render 'brace' %}": "a {Anna {",
    "{% render 'item' for customer.tags %}": "<li>a<li>b",
    "{% for t in customer.tags %}{% include 'item', item: t %}{% endfor %}": "<li>a<li>b",
    "{% liquid\n  assign n = 'Bo'\n  for t in customer.tags\n    render 'greet', name: n\n  endfor\n%}": "Hi BoHi Bo",
    " {%- liquid\n  render 'greet', name: 'Bo'\n-%} ": "Hi Bo",
    "{% for t in customer.tags %}{% include 'breaks' %}{{ t }}{% endfor %}|": "|",
    "{% comment %}{% render 'nowhere' %}{% endcomment %}{% raw %}{% render 'nowhere' %}{% endraw %}": "{% render 'nowhere' %}",
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_what_partials_give(fill: Callable[[str], str], text: str, expected: str) -> None:
    assert fill(text) == expected


MISTAKES = {
    "a\n {% render 'nowhere' %}": "b.mjml:2:2: there is no partial 'nowhere' – use one of: a, attr,",
    "{% render 'gret' %}": "b.mjml:1:1: there is no partial 'gret' – did you mean 'greet'?",
    "{% include 'a' %}": "partials/b.liquid:1:1: partial 'a' puts in itself: a → b → a – end the circle; for a list use `for`",
    "{% include customer.tags[0] %}": "b.mjml:1:1: `include` must name its partial as text – write it: `{% include 'name' %}`",
    "{% render '../secret' %}": "b.mjml:1:1: there is no partial '../secret'",
    "{% render 'unclosed' %}": "partials/unclosed.liquid:2:1: this `if` is never closed",
    "{% render 'opened' %}": "partials/opened.liquid:1:1: this `{{` is never closed",
    "{% render 'comment' %}": "partials/comment.liquid:1:1: this `comment` is never closed",
    "{% if a %}{% render 'closes' %}{% endif %}": "partials/closes.liquid:1:1: `endif` closes nothing",
    "{% render 'fake' %}": "partials/fake.liquid:1:1: `endrender` closes nothing",
    "{% render 'greet' %}{% endrender %}": "b.mjml:1:21: `endrender` closes nothing",
    "{% render 'wrong' %}": "partials/wrong.liquid:2:3: `customer.nope` is missing",
    "{% render 'typo' %}": "partials/typo.liquid:1:8: there is no filter `upcas` – did you mean 'upcase'?",
    "{% render 'greet' %}": "partials/greet.liquid:1:4: `name` is missing",
    "{% render 'long' %}{% render 'long' %}": "b.mjml:1:20: with its partials the template is longer than 1,000,000 characters",
    "{% for i in (1..2) %}{% render 'breaks' %}{% endfor %}": "partials/breaks.liquid:1:1: `break` stands outside of a loop",
    "<p {% render 'greet', name: 1 %}>": "partials/greet.liquid:1:4: a value can't be an attribute",
    "{% render 'half' for customer.tags %}": "b.mjml:1:1: the inside of this `render` ends in another place than it begins",
    "{% render 'loop' %}": "partials/loop.liquid:1:4: the loops of this template go round more than 10,000 times",
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.items())
def test_mistakes_are_told_where_they_are(fill: Callable[[str], str], text: str, message: str) -> None:
    with pytest.raises(MailweaveError) as caught:
        fill(text)
    assert message in "\n".join(map(str, caught.value.problems))


def test_what_is_known_of_a_template_holds_for_its_partials(parse: Callable[[str], Template]) -> None:
    template = parse("{{ x }}\n{% assign y = 1 %}{% render 'uses', arg: customer.c %}")
    assert [(use.path, str(use.place), use.guarded) for use in template.uses] == [
        ("x", "b.mjml:1:4", False),
        ("customer.c", "b.mjml:2:42", False),
        ("customer.a", "partials/uses.liquid:1:4", False),
        ("customer.b", "partials/uses.liquid:1:32", True),
        ("customer.b", "partials/uses.liquid:1:48", True),
    ]
    assert [(key, str(place)) for key, place in template.messages] == [("k", "partials/uses.liquid:1:75")]
    assert [str(place) for place in template.raw] == ["partials/uses.liquid:1:94"]
    offset = template.source.offset_of(template.raw[0])
    assert template.source.problem(offset, "x").place == template.raw[0]


def test_a_partial_sees_no_names_around_its_render(parse: Callable[[str], Template]) -> None:
    rendered, included = (parse(f"{{% assign name = 1 %}}{{% {tag} 'greet' %}}").uses for tag in ("render", "include"))
    assert [use.path for use in rendered] == ["name"]
    assert included == ()


def test_the_masked_text_has_the_partial_in_it(parse: Callable[[str], Template]) -> None:
    masked = parse("<b>{% render 'link', url: 1, label: 2 %}</b>").masked
    assert " ".join(masked.split()) == "<b> <a href='xxxxxxxxx'>xxxxxxxxxxx</a> </b>"


def test_a_workspace_and_its_blocks_have_partials(make_workspace: Callable[..., Any], mailweave_engine: Any) -> None:
    from mailweave.testing import AT

    shop = make_workspace(
        {
            "partials/sign.liquid": "Yours, {{ brand.name }}",
            "partials/both.liquid": "workspace",
            "content_blocks/note/partials/both.liquid": "block",
            "content_blocks/note/default.mjml": """
                <mj-section><mj-column><mj-text>{% render 'both' %} {% render 'sign' %}</mj-text></mj-column></mj-section>
                """,
            "campaigns/hello.yaml": """
                subject: "{% include 'both' %}"
                slots:
                  note: {block: note}
                """,
        }
    )
    message = mailweave_engine.render(shop, "hello", {"first_name": "Ann"}, AT)
    assert "block Yours, Test" in message.html
    assert message.subject == "workspace"


def test_no_partial_leads_out_of_its_folder(make_workspace: Callable[..., Any], tmp_path: Any) -> None:
    shop = make_workspace({"partials/in.liquid": "x"})
    (tmp_path.parent / "out.liquid").write_text("secret")
    (tmp_path / "partials" / "link.liquid").symlink_to(tmp_path.parent / "out.liquid")
    partials = shop.registry.partials
    assert partials.load("in", ".liquid").text.strip() == "x"
    for name in ("link", "../out", "../../out", "/etc/passwd", "", "..", "in/../in"):
        assert partials.load(name, ".liquid") is None, name
