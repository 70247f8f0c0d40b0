"""No value is ever taken for a placeholder, whatever somebody knows of other messages' placeholders."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.compiled.program import Program
from mailweave.engine import Engine
from mailweave.marks import without_marks
from mailweave.placeholders import Placeholders
from mailweave.profiles import Profile
from mailweave.render import render
from mailweave.tags import tags
from mailweave.testing import MINIMAL, write_files

AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
VALUE = "{{ customer.v }}"
OTHER = "{{ customer.w }}"
ABOUT = "description: x\nvariants: {default: {}}\n"
# Every kind of place, plain HTML beside MJML, sheets that are inlined first, components that are mended, two values that meet.
HTML = (
    f'<p title="{VALUE}">{VALUE}{OTHER} <a href="https://x.example/{VALUE}?q={VALUE}" aria-label="{OTHER}">{VALUE}</a><img alt="{VALUE}" src="img/{OTHER}/a.png"></p>'
    f'<table><tr><td>{VALUE}</td><td>{OTHER}</td></tr><tr><td>a</td><td>{VALUE}{OTHER}</td></tr></table><!-- {VALUE} --><i class="c {OTHER}">x</i>'
)
FILES = {
    **MINIMAL,
    "layouts/base.mjml": f'<mjml><mj-head><mj-style inline="inline">.c {{ color: red }}</mj-style><mj-style>p {{ margin: 0 }}</mj-style></mj-head><mj-body><mw-slots /><mj-raw>{VALUE}</mj-raw></mj-body></mjml>',
    "campaigns/hello.yaml": f'subject: "{VALUE}"\npreheader: "{OTHER}"\nslots: {{one: {{block: html}}, two: {{block: mjml}}, three: {{block: html}}}}\n',
    "content_blocks/html/block.yaml": ABOUT,
    "content_blocks/html/default.html": HTML,
    "content_blocks/mjml/block.yaml": ABOUT,
    "content_blocks/mjml/default.mjml": f'<mj-section css-class="{OTHER}"><mj-group><mj-column width="33.33%"><mj-text css-class="c {VALUE}">{HTML}</mj-text><mj-button title="{VALUE}" href="https://x.example/{OTHER}">{VALUE}</mj-button>'
    f'<mj-image alt="{VALUE}" src="img/{OTHER}.png" /><mj-accordion><mj-accordion-element><mj-accordion-title>{VALUE}</mj-accordion-title></mj-accordion-element></mj-accordion></mj-column></mj-group></mj-section>',
}  # fmt: skip


def structure(html: str) -> list[tuple[str, ...]]:
    """Tags and the names of their attributes, those in comments for Outlook too."""
    shown = html.replace("<!--[if", "<[if").replace("endif]-->", "endif]>")
    return [(tag.name, *(attribute.name for attribute in tag.attributes)) for tag in tags(shown)]


def forms(word: str) -> Iterator[tuple[str, str]]:
    """A placeholder as two values could make one: alone, doubled, in halves, in other letters, as entities."""
    for text in (f"{word}0x", f"{word}1x", f"{word}2x", f"{word}u0x:", f"{word}t0x", f"{word}au0x:"):
        half = len(text) // 2
        yield from ((text, "Ben"), (f"{text}{text}", text), (text[:half], text[half:]), (text[half:], text[:half]), (text[:1], text[1:]))
        yield from ((f"{text} onerror=alert(1) x= ", text.upper()), (text.title(), f"{text}-outlook"), (f"\u200b{text[:5]}\u200b{text[5:]}", "a\u2028b"))
        yield from (("".join(f"&#{ord(letter)};" for letter in text), f"{text}\u2028"),)


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Every word in use so far, with its purpose."""
    seen: dict[str, str] = {}
    plain = Placeholders.unlike.__func__

    def unlike(cls: type[Placeholders], purpose: str, texts: list[str]) -> Placeholders:
        made = plain(cls, purpose, texts)
        seen[made.word] = purpose
        return made

    monkeypatch.setattr(Placeholders, "unlike", classmethod(unlike))
    return seen


def ways(engine: Engine, root) -> dict[str, Callable[[Profile], tuple[str, str]]]:
    shop = engine.open(root)
    campaign = shop.campaign("hello")
    program, marked = (Program(shop, campaign, shop.config.assets, marked=marks) for marks in (False, True))

    def once(profile: Profile, marks: bool) -> tuple[str, str]:
        made = render(shop, campaign, profile, AT, marked=marks)
        return without_marks(made.html), made.text

    def compiled(profile: Profile, of) -> tuple[str, str]:
        made = of.render(profile, AT)
        return without_marks(made.html), made.text

    return {
        "once": lambda profile: once(profile, False),
        "marked": lambda profile: once(profile, True),
        "compiled": lambda profile: compiled(profile, program),
        "compiled and marked": lambda profile: compiled(profile, marked),
    }


def person(v: str, w: str) -> Profile:
    return Profile.from_data({"id": "z", "v": v, "w": w})


@pytest.mark.parametrize("seeds", [range(1), pytest.param(range(1, 40), marks=pytest.mark.deep)])
def test_a_value_changes_nothing_around_it(mailweave_engine: Engine, tmp_path, words, seeds: range) -> None:
    write_files(tmp_path, FILES)
    made_by = ways(mailweave_engine, tmp_path)
    harmless = structure(made_by["once"](person("Ann", "Ben"))[0])
    for way in made_by.values():
        way(person("Ann", "Ben"))
        way(person("Ann", "a\u2028b"))
    assert set(words.values()) == {"html", "slot", "value", "content", "component", "sheet"}
    values = [pair for word in list(words) for pair in forms(word)]

    for v, w in (pair for seed in seeds for pair in random.Random(seed).sample(values, 12)):
        made = {name: way(person(v, w)) for name, way in made_by.items()}
        assert structure(made["once"][0]) == harmless, (v, w)
        assert len(set(made.values())) == 1, (v, w)


def test_a_word_that_is_known_is_found_here(mailweave_engine: Engine, tmp_path, monkeypatch) -> None:
    """The test above is worth something only when it fails for a placeholder that can be guessed."""
    monkeypatch.setattr(Placeholders, "unlike", classmethod(lambda cls, purpose, texts: cls(f"mwq{purpose}")))
    write_files(tmp_path, FILES)
    once = ways(mailweave_engine, tmp_path)["once"]

    assert structure(once(person("mwqhtml0x", "Ben"))[0]) != structure(once(person("Ann", "Ben"))[0])
    assert structure(once(person("Ann", "mwqhtml1x"))[0]) != structure(once(person("Ann", "Ben"))[0])


@pytest.mark.parametrize("slots", [2, 12])
def test_the_known_words_of_before(mailweave_engine: Engine, tmp_path, slots) -> None:
    """A first name took the next block into its attribute, and twelve blocks one another until memory ended."""
    token = " ".join(f"mailweave-raw-{number}-mailweave onerror=alert(1) x= " for number in range(slots))
    files = {"content_blocks/html/block.yaml": ABOUT, "content_blocks/html/default.html": f'<img alt="{VALUE}" src="https://x.example/a.png">'}
    campaign = {"campaigns/hello.yaml": json.dumps({"subject": "x", "slots": {f"s{number}": {"block": "html"} for number in range(slots)}})}
    write_files(tmp_path, {**MINIMAL, **files, **campaign})
    for way in ways(mailweave_engine, tmp_path).values():
        html = way(person(token, ""))[0]
        images = [tag for tag in tags(html) if tag.name == "img"]
        assert [(tag.get("alt"), tag.get("onerror")) for tag in images] == [(token, None)] * slots


@given(st.data())
def test_what_surrounds_placeholders_makes_none(data: st.DataObject) -> None:
    made = Placeholders.unlike("test", ["any"])
    whole = [made.of(number) for number in range(3)]
    parts = sorted({text[start:end] for text in whole for start, end in [(0, 1), (0, 2), (0, -1), (0, -3), (1, None), (2, None), (-3, None), (-1, None), (-2, -1)]})
    between = st.lists(st.sampled_from([*parts, " ", "-"]), max_size=4).map("".join).filter(lambda text: made.word not in text)
    texts = data.draw(st.lists(between, min_size=1, max_size=5))
    numbers = [data.draw(st.integers(0, 30)) for _ in texts[1:]]
    text = "".join(chain([texts[0]], *([made.of(number), after] for number, after in zip(numbers, texts[1:], strict=True))))

    assert [int(found["number"]) for found in made.pattern.finditer(text)] == numbers
    expected = "".join(chain([texts[0]], *([f"[{number}]{made.of(0)}", after] for number, after in zip(numbers, texts[1:], strict=True))))
    assert made.replaced(text, lambda number: f"[{number}]{made.of(0)}") == expected


def test_words_are_digests() -> None:
    one = Placeholders.unlike("a", ["x", "yz"])
    assert one == Placeholders.unlike("a", ["x", "yz"])
    others = [Placeholders.unlike("b", ["x", "yz"]), Placeholders.unlike("a", ["xy", "z"]), Placeholders.unlike("a", ["x", "yz", ""]), Placeholders.unlike("a", ["x", "y\ud800z"])]
    assert len({one, *others}) == 5
    assert all(re.fullmatch("mw[a-ln-q]{32}", other.word) for other in others)
