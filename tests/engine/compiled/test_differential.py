"""The compiled way gives the reference's bytes, whoever came before: random campaigns, odd values, one program for many customers."""

from __future__ import annotations

import pytest

from mailweave.compiled import tracing
from mailweave.engine import Engine
from mailweave.testing import MINIMAL

from .differential import compare, of_seed
from .drawing import ABOUT, EVERY, ODD

# With other seeds than the deep run, which has 100,000 messages of its own.
QUICK = range(1_000_000, 1_000_040)
STEP = 5
DEEP = range(0, 4_400)
DEEP_STEP = 22


def assert_equal(engine: Engine, seeds: range) -> tuple[int, int]:
    """Compare these seeds' messages; how many there were, and how many came from a document that an earlier one had made."""
    compared = [(seed, of_seed(engine, seed)) for seed in seeds]
    assert [(seed, found.wrong[:3]) for seed, found in compared if found.wrong] == []
    return sum(found.messages for _, found in compared), sum(found.shared for _, found in compared)


@pytest.mark.parametrize("start", QUICK[::STEP])
def test_same_bytes(mailweave_engine: Engine, start: int) -> None:
    messages, shared = assert_equal(mailweave_engine, range(start, start + STEP))

    assert messages >= STEP
    assert shared >= messages / 2


@pytest.mark.deep
@pytest.mark.parametrize("start", DEEP[::DEEP_STEP])
def test_same_bytes_of_many(mailweave_engine: Engine, start: int) -> None:
    """In all 200 of these more than 100,000 messages."""
    messages, _ = assert_equal(mailweave_engine, range(start, start + DEEP_STEP))

    assert messages >= 250


@pytest.mark.deep
@pytest.mark.parametrize(
    "report",
    [lambda site, before, text: (text,), lambda site, before, text: (site, text), lambda site, before, text: (site, before)],
    ids=["without-a-place", "without-values-before", "without-the-text"],
)
def test_a_key_that_says_too_little_is_found(mailweave_engine: Engine, monkeypatch: pytest.MonkeyPatch, report) -> None:
    """The comparison is worth its time only when it finds what it is for."""
    monkeypatch.setattr(tracing, "odd_value", report)

    assert any(of_seed(mailweave_engine, seed).wrong for seed in range(200))


def everywhere(names: list[str]) -> dict[str, str]:
    """A campaign with these values in each kind of place, in an MJML and an HTML block."""
    outputs = [f"{{{{ customer.{name} }}}}" for name in names]
    texts = "".join(
        f'<p>x {v} y <a href="{v}" title="{v}">{v}</a><img src="{v}" alt="{v}"><img src="a.png" alt="x {v}">{v}&amp;{v}</p><table><tr><td>{v}</td><td>z</td></tr>'
        f'<tr><td>b</td><td>{v}</td></tr></table><a href="https://x.example/{v}?{v}" aria-label="{v}"></a><ul><li>{v}</li></ul><!-- {v} -->' for v in outputs
    )  # fmt: skip
    mjml = "".join(f'<mj-button href="{v}" title="{v}">{v}</mj-button><mj-image src="{v}" alt="{v}" /><mj-raw>{v}</mj-raw>' for v in outputs)
    return {
        **MINIMAL,
        "campaigns/hello.yaml": "subject: '{{ customer.a }} {{ customer.b }}'\npreheader: '{{ customer.b }}'\nheaders: {X-One: 'a {{ customer.a }}', X-Two: '{{ customer.b }}'}\nslots: {one: {block: one}, two: {block: two}}\n",
        **{f"content_blocks/{name}/block.yaml": ABOUT for name in ("one", "two")},
        "content_blocks/one/default.mjml": f"<mj-section><mj-column><mj-text>{texts}</mj-text>{mjml}</mj-column></mj-section>",
        "content_blocks/one/other.mjml": "<mj-section></mj-section>",
        "content_blocks/two/default.html": texts,
        "content_blocks/two/other.html": "<p>x</p>",
    }  # fmt: skip


@pytest.mark.parametrize("kind", ODD)
def test_odd_values_change_places(mailweave_engine: Engine, kind: str) -> None:
    """Each odd value beside an ordinary one, and the two the other way round."""
    pairs = [(value, "Oslo") for value in ODD[kind]] + [("Bergen", value) for value in ODD[kind]]
    people = [{"a": "Ann", "b": "Ben"}, *({"a": one, "b": other} for one, other in pairs), {"a": "Cy", "b": "Dee"}]
    found = compare(mailweave_engine, everywhere(["a", "b"]), people, people)

    assert found.wrong == []
    # Not all values can stand where a URL begins.
    assert found.messages >= 2


# Of the HTML Standard: all of section 4 that hold something, the obsolete ones of 16.2, and what SVG and MathML begin with.
ELEMENTS = """a abbr acronym address applet article aside audio b bdi bdo big blink blockquote body button canvas caption center cite code colgroup data
    datalist dd del details dfn dialog dir div dl dt em fieldset figcaption figure font footer form frameset h1 h2 header hgroup html i iframe ins kbd label
    legend li listing main map mark marquee math menu meter nav nobr noembed noframes noscript object ol optgroup option output p picture plaintext pre
    progress q rb rp rt rtc ruby s samp search section select slot small span strike strong sub summary sup svg table tbody td template textarea tfoot th
    thead time title tr tt u ul var video xmp""".split()  # noqa: SIM905


@pytest.mark.parametrize("start", range(0, len(ELEMENTS), 12))
def test_values_in_every_element(mailweave_engine: Engine, start: int) -> None:
    """Parsers read some as text, and some of these with their character references and some without."""
    values = ["Ann", "&#34;=Z", "a<b>c", "&amp;lt;", "]]>", "x </xmp></iframe>", "-->"]
    people = [{"a": one, "b": other} for one in values for other in ("Ben", "<i>&lt;")]
    for element in ELEMENTS[start : start + 12]:
        inside = f"<div>x<{element}>y {{{{ customer.a }}}} <b>{{{{ customer.b }}}}</b></{element}>z {{{{ customer.b }}}}</div>"
        files = {**MINIMAL, "content_blocks/note/default.mjml": f"<mj-section><mj-column><mj-text>{inside}</mj-text></mj-column></mj-section>"}
        assert (element, compare(mailweave_engine, files, people, people).wrong) == (element, [])


def test_many_values_share_one_document(mailweave_engine: Engine) -> None:
    """Most odd values need no document of their own; those that do are known."""
    inside = '<mj-section><mj-column><mj-text>{{ customer.a }} <img src="a.png" alt="{{ customer.a }}"> <b title="{{ customer.a }}">x</b></mj-text></mj-column></mj-section>'
    files = {**MINIMAL, "content_blocks/note/default.mjml": inside}
    values = [value for value in EVERY if value.isprintable() and value.strip() and value not in ODD["closed"]]
    people = [{"a": value} for value in values]
    found = compare(mailweave_engine, files, people, people)

    assert (found.messages, found.shared, found.wrong) == (len(values), len(values) - 1, [])
