"""What holds for every message, whatever the profile says."""

from __future__ import annotations

import json
import re
import socket
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailweave.errors import MailweaveError
from mailweave.testing import AT, MINIMAL, write_files
from mailweave.textpart import text_of

BLOCK = """
    description: Puts a value out wherever one may stand.
    variables: {customer.word: {type: string, fallback: none}}
    variants: {default: {}, loud: {}}
    """
EVERYWHERE = """
    <mj-section>
      <mj-column>
        <mj-text css-class="x">Text {{ customer.word }} <b title="{{ customer.word }}">bold</b>
          <a href="https://test.example/?q={{ customer.word }}#{{ customer.word }}">link</a>
          <a href="https://test.example/{{ customer.word }}/x">path</a></mj-text>
        <mj-button href="https://test.example/?{{ customer.word }}">{{ customer.word }}</mj-button>
        <mj-image src="https://test.example/a.png" alt="{{ customer.word }}" />
        <mj-raw><!-- {{ customer.word }} --></mj-raw>
      </mj-column>
    </mj-section>
    """
EVERYWHERE = EVERYWHERE
FILES = {
    **MINIMAL,
    "content_blocks/liquid/block.yaml": BLOCK,
    "content_blocks/liquid/default.mjml": EVERYWHERE,
    "content_blocks/liquid/loud.mjml": EVERYWHERE,
    "content_blocks/hbs/block.yaml": BLOCK,
    "content_blocks/hbs/default.hbs.mjml": EVERYWHERE,
    "content_blocks/hbs/loud.hbs.mjml": EVERYWHERE,
    "campaigns/hello.yaml": """
        subject: "Hello {{ customer.word }}"
        preheader: "For {{ customer.word }}"
        variables: {customer.word: {type: string, fallback: none}}
        slots:
          liquid: {block: liquid}
          hbs: {block: hbs}
        """,
    "campaigns/chosen.yaml": """
        subject: Chosen
        slots:
          first:
            block: liquid
            choose:
              - when: {attribute: {plan: {in: [gold, silver]}}}
                variant: loud
              - when: {all: [{segment: vip}, {not: {locale: de}}]}
              - otherwise: nothing
          second:
            block: hbs
            choose:
              - when: {any: [{frequency: {orders: {at_least: 2}}}, {location: {country: [US, NO]}}]}
                variant: loud
              - when: {lifecycle: {stage: [new, active]}}
              - otherwise: nothing
        """,
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, mailweave_engine):
    folder = tmp_path_factory.mktemp("render")
    write_files(folder, FILES)
    return mailweave_engine.open(folder)


class Skeleton(HTMLParser):
    """A document's tags and attribute names, without any value."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag):
        self.found.append((f"/{tag}",))

    def handle_decl(self, decl):
        self.found.append(("!", decl))

    def handle_comment(self, data):
        if not data.startswith("[if"):
            self.found.append(("comment",))


NASTY = st.sampled_from(
    [
        '"><script>alert(1)</script>',
        "' onmouseover='x",
        "--><b>",
        "</a></td></table>",
        "{{ customer.email }}",
        "{% raw %}",
        "javascript:alert(1)",
        "]]>",
        "&lt;b&gt; &amp;quot;",
        "\u202eabc\u202c",
        "a\r\nBcc: x@y.example",
        "<!--[if mso]>",
        "mailweave-raw-0-mailweave",
        "\x00\x1b",
        "<mj-section>",
        "%0d%0a",
        "\\u003cb\\u003e",
        "${x}`",
    ]
)
WORDS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), NASTY).filter(lambda text: text.strip())
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@QUICK
@given(word=WORDS)
def test_no_value_leaves_its_context(mailweave_engine, workspace, word):
    plain = mailweave_engine.render(workspace, "hello", {"email": "a@b.example", "word": "word"}, AT)
    message = mailweave_engine.render(workspace, "hello", {"email": "a@b.example", "word": word}, AT)
    assert Skeleton(message.html).found == Skeleton(plain.html).found
    assert "\n" not in message.subject + message.preheader
    assert not re.search(r"href=\"(?!https://test\.example|https://fonts\.googleapis\.com/|\{)", message.html)
    assert message.eml


PLAIN_WORDS = st.text(st.characters(categories=["L", "N"], include_characters=" <>&\"'"), min_size=1, max_size=30).map(str.strip).filter(bool)


@QUICK
@given(word=PLAIN_WORDS)
def test_a_value_comes_out_as_it_went_in(mailweave_engine, workspace, word):
    message = mailweave_engine.render(workspace, "hello", {"word": word}, AT)
    assert message.subject == f"Hello {' '.join(word.split())}"
    assert f"Text {' '.join(word.split())}" in text_of(message.html)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5), lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
)
DAYS = st.dates().map(lambda day: day.isoformat())
PROFILES = st.fixed_dictionaries(
    {},
    optional={
        "plan": st.sampled_from(["gold", "silver", "none"]) | JSON,
        "locale": st.sampled_from(["de", "de-AT", "en-US", "ar"]),
        "timezone": st.sampled_from(["Asia/Tokyo", "America/Los_Angeles"]),
        "address": st.fixed_dictionaries({}, optional={"country": st.sampled_from(["US", "NO", "DE"])}),
        "segments": st.lists(st.sampled_from(["vip", "other"]), max_size=2),
        "signed_up_at": DAYS,
        "last_engaged_at": DAYS,
        "orders": st.lists(st.fixed_dictionaries({"at": DAYS}, optional={"total": st.floats(0, 99)}), max_size=3),
    },
)


@QUICK
@given(profile=PROFILES)
def test_choices_are_total_and_repeatable(mailweave_engine, workspace, profile):
    before = json.dumps(profile)
    choice = mailweave_engine.choose(workspace, "chosen", profile, AT)
    assert list(choice) == ["first", "second"]
    for slot in choice.values():
        assert (slot.block is None) == (slot.variant is None)
        assert slot.because
        assert all(tried.because for tried in slot.tried)
        assert len(slot.tried) < 3
    assert mailweave_engine.choose(workspace, "chosen", profile, AT) == choice
    assert json.dumps(profile) == before


@QUICK
@given(profile=st.dictionaries(st.sampled_from(["locale", "orders", "address", "birthday", "email", "word", "segments", "timezone"]), JSON))
def test_any_profile_gives_a_message_or_a_clear_error(mailweave_engine, workspace, profile):
    try:
        mailweave_engine.render(workspace, "chosen", profile, AT)
    except MailweaveError as error:
        assert all(problem.what for problem in error.problems)


def test_a_moment_without_a_zone_is_refused(mailweave_engine, workspace):
    with pytest.raises(ValueError, match="aware"):
        mailweave_engine.render(workspace, "hello", "ann", AT.replace(tzinfo=None))


REMOTE = """
    <mj-section background-url="https://remote.example/a.png">
      <mj-column>
        <mj-image src="https://remote.example/b.png" alt="b" />
        <mj-raw><link rel="stylesheet" href="https://remote.example/c.css" /><img src="//remote.example/d.png" alt="" /></mj-raw>
        <mj-text><style>@import url(https://remote.example/e.css);</style>Hi</mj-text>
      </mj-column>
    </mj-section>
    """
HEAD = """
    <mj-font name="Remote" href="https://remote.example/f.css" />
    <mj-style>@import url("https://remote.example/g.css"); @font-face { font-family: x; src: url(https://remote.example/h.woff) } p { color: red }</mj-style>
    """


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*arguments, **_):
        raise AssertionError(f"a connection while rendering: {arguments}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


def test_nothing_is_fetched_whatever_the_template_says(make_workspace, mailweave_engine, no_network):
    shop = make_workspace({"content_blocks/note/default.mjml": REMOTE, "content_blocks/note/head.mjml": HEAD})
    message = mailweave_engine.render(shop, "hello", "ann", AT)
    assert all(f"remote.example/{name}" in message.html for name in ("a.png", "b.png", "c.css", "d.png", "e.css", "g.css", "h.woff"))
    assert message.eml


@pytest.mark.parametrize("include", ['<mj-include path="https://remote.example/x.mjml" />', '<mj-include path="/etc/passwd" />'])
def test_includes_are_refused(make_workspace, mailweave_engine, no_network, include):
    shop = make_workspace({"content_blocks/note/default.mjml": f"{include}\n"})
    with pytest.raises(MailweaveError, match="mj-include"):
        mailweave_engine.render(shop, "hello", "ann", AT)
