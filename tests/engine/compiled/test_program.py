"""Programs: what is compiled, what is part of the choice, what goes the reference way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mailweave.compiled.difference import difference
from mailweave.compiled.program import Kept, Program
from mailweave.compiled.verify import first_difference, in_slot
from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem
from mailweave.languages import CannotCompile
from mailweave.profiles import Profile
from mailweave.render import render
from mailweave.testing import AT, MINIMAL
from mailweave.what_if import WhatIf
from mailweave.workspace import Workspace

Make = Callable[..., Workspace]


def section(inside: str) -> str:
    return f"<mj-section><mj-column>{inside}</mj-column></mj-section>"


def program(make: Make, engine: Engine, template: str, files: Mapping[str, str] | None = None) -> Program:
    return engine.compile(make({"content_blocks/note/default.mjml": template, **(files or {})}), "hello")


def build(made: Program, **data: Any) -> Any:
    """A message, which must be the reference's."""
    profile = Profile.from_data(data)
    message = made.render(profile, AT)
    assert message == render(made.workspace, made.campaign, profile, AT)
    return message


def test_values_share_a_document(make_workspace: Make, mailweave_engine: Engine) -> None:
    made = program(make_workspace, mailweave_engine, section('<mj-text>{{ customer.first_name }} <img alt="{{ customer.first_name }}" src="a.png"></mj-text>'))
    for name in ("Ann", "Ben", "Tom & Jo", "<b>", "O'Neil"):
        build(made, first_name=name)

    assert (made.counts.misses, made.counts.hits, made.counts.reference) == (1, 4, 0)
    assert made.counts.hit_rate == 0.8


TWO = '<img src="a.png" alt="{{ customer.home }}"><img src="b.png" alt="{{ customer.work }}">'
PRODUCTS = "mug: {id: mug, name: Mug, url: https://x.example/mug, image: mug.png, price: 9}\ncurl: {id: curl, name: %s, url: https://x.example/curl, image: curl.png, price: 7}\n"
LISTED = '{% for item in recommendations %}<a href="{{ item.url }}"><img src="{{ item.image }}" alt="{{ item.name }}">{{ item.name }}</a>{% endfor %}'
# The second holds something that no document leaves open.
TOWNS = [("Burlington", "Oslo", "Bergen"), ("Bur\u2028lington", "Oslo", "Bergen"), ("\u200b", "x=", "curl url(")]


@pytest.mark.parametrize(("odd", "one", "other"), TOWNS)
def test_values_stay_in_their_places(make_workspace: Make, mailweave_engine: Engine, odd: str, one: str, other: str) -> None:
    """Whoever comes second has the first one's odd value in another place."""
    people = [{"home": odd, "work": one}, {"home": other, "work": odd}, {"home": one, "work": other}, {"home": odd, "work": odd}, {"home": other, "work": one}]
    files = {"content_blocks/note/default.mjml": section(f"<mj-text>{TWO}</mj-text>")}
    made = mailweave_engine.compile(make_workspace(files), "hello")
    for data in [*people, *reversed(people)]:
        message = build(made, **data)
        assert mailweave_engine.render(made.workspace, "hello", data, AT) == message
        assert [tag.partition('"')[0] for tag in message.html.split('alt="')[1:]] == [data["home"], data["work"]]


@pytest.mark.parametrize("name", ["Curl Cream", '"Curl\\u2028Cream"'])
def test_products_stay_in_their_order(make_workspace: Make, mailweave_engine: Engine, name: str) -> None:
    settings = MINIMAL["mailweave.yaml"] + "sources: {products: {file: {path: products.yaml}}, orders: {file: {path: orders.csv}}}\n        "
    files = {"mailweave.yaml": settings, "products.yaml": PRODUCTS % name, "orders.csv": "product,customer,at\nmug,c-1,2026-11-20\n"}
    made = program(make_workspace, mailweave_engine, section(f"<mj-text>{LISTED}</mj-text>"), files)
    for ids in (["curl", "mug"], ["mug", "curl"], ["mug"], ["curl", "mug"]):
        html = build(made, id="c-9", recommendations=ids).html
        assert [part.partition('"')[0] for part in html.split('href="https://x.example/')[1:]][: len(ids)] == ids
        assert [part.partition(".png")[0] for part in html.split('src="https://assets.test.example/')[1:]][: len(ids)] == ids


def test_a_document_that_was_not_compared_is_not_kept(make_workspace: Make, mailweave_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """`check` only looks at documents; and the reference may not build the message that one was made for."""
    from mailweave.render import Rendering

    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.first_name }}</mj-text>"))
    made.examine(Profile.from_data({"first_name": "Ann"}), AT)
    build(made, first_name="Ben")
    assert (made.counts.misses, made.counts.hits) == (1, 0)

    other = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.first_name }}</mj-text>"))

    def fail(_: Rendering) -> None:
        raise MailweaveError(Problem("no", ""))

    with monkeypatch.context() as patched:
        patched.setattr(Rendering, "message", fail)
        with pytest.raises(MailweaveError):
            other.render(Profile.from_data({"first_name": "Ann"}), AT)
    build(other, first_name="Ben")
    assert (other.counts.misses, other.counts.hits) == (1, 0)


def test_other_sources_are_seen_at_once(make_workspace: Make, mailweave_engine: Engine) -> None:
    """Plans hold a source's data as it was when they were made."""
    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ news.title }}</mj-text>"))
    for title in ("Old", "New"):
        made.workspace.use_sources({"news": {"title": title}})
        assert title in build(made).html
    other = WhatIf(sources={"news": {"title": "Another"}})
    assert "Another" in made.render(Profile.from_data({}), AT, other).html


def test_columns_in_a_loop_are_counted(make_workspace: Make, mailweave_engine: Engine) -> None:
    template = "<mj-section>{% for thing in customer.things %}<mj-column><mj-text>{{ thing }}</mj-text></mj-column>{% endfor %}</mj-section>"
    made = program(make_workspace, mailweave_engine, template)
    for count in (1, 2, 3, 1, 2, 3):
        build(made, things=[f"thing {count}"] * count)

    assert (made.counts.misses, made.counts.hits) == (3, 3)


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ('<mj-text css-class="{{ customer.first_name }}">x</mj-text>', "`css-class` of `<mj-text>`"),
        ('<mj-text><p class="{{ customer.first_name }}">x</p></mj-text>', "`class` of `<p>`"),
        ('<mj-text><a title="{{ customer.first_name }}">x</a></mj-text>', "a style sheet asks for `title`"),
        ('<mj-text><a href="/{{ customer.first_name }}">x</a></mj-text>', "a style sheet asks for `href`"),
        ('<mj-text><img src="a.png" alt="{{ customer.first_name }}"></mj-text>', "a style sheet asks for `alt`"),
        ("<mj-text>R&{{ customer.first_name }}</mj-text>", "it follows a `&`"),
        ("<mj-text>&#{{ customer.first_name }}</mj-text>", "it follows a `&`"),
    ],
)
def test_values_that_stages_read_are_part_of_the_choice(make_workspace: Make, mailweave_engine: Engine, inside: str, why: str) -> None:
    """A sheet, one for the inliner, or a selector asks for an attribute; or the value could become part of a character."""
    sheets = "<mj-style>a[title=Ann] { color: red; }</mj-style><mj-style inline='inline'>[href$=Ann] { color: red; }</mj-style>"
    selector = "<mj-html-attributes><mj-selector path='[alt=Ann]'><mj-html-attribute name='width'>9</mj-html-attribute></mj-selector></mj-html-attributes>"
    layout = f"<mjml><mj-head>{sheets}{selector}</mj-head><mj-body><mw-slots /></mj-body></mjml>"
    made = program(make_workspace, mailweave_engine, section(inside), {"layouts/base.mjml": layout})
    for name in ("Ann", "Ben", "Ann"):
        build(made, first_name=name)

    assert [note.why.startswith(why) for note in made.notes] == [True]
    assert made.notes[0].place
    assert made.notes[0].place.path == "content_blocks/note/default.mjml"
    assert not made.notes[0].slow
    assert (made.counts.misses, made.counts.hits) == (2, 1)


def test_rules_not_reached_cost_nothing(make_workspace: Make, mailweave_engine: Engine) -> None:
    """A plan holds only what was chosen."""
    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.first_name }}</mj-text>"))
    build(made, first_name="Ann")

    assert len(made._plans) == 1


def test_errors_are_the_reference_ones(make_workspace: Make, mailweave_engine: Engine) -> None:
    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.city }}</mj-text>"))
    build(made, city="Oslo")
    with pytest.raises(MailweaveError) as compiled:
        made.render(Profile.from_data({}), AT)
    with pytest.raises(MailweaveError) as reference:
        render(made.workspace, made.campaign, Profile.from_data({}), AT)

    assert compiled.value.problems == reference.value.problems


def test_a_language_without_code(make_workspace: Make, mailweave_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fills its own templates; what they give is part of the choice, and the place is told."""
    from mailweave_plugins.languages.liquid import LiquidTemplate

    def refuse(self: LiquidTemplate, *_: Any) -> None:
        raise CannotCompile("its language has no code", self.source.place(0))

    monkeypatch.setattr(LiquidTemplate, "write_code", refuse)
    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.first_name }}</mj-text>"))
    for name in ("Ann", "Ben", "Ann"):
        build(made, first_name=name)

    assert (made.counts.misses, made.counts.hits) == (2, 1)
    assert {note.why for note in made.notes} == {"its language has no code"}


def test_a_document_that_differs_is_set_aside(make_workspace: Make, mailweave_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were something opaque after all, the first message shows it, and none is wrong."""
    from mailweave.compiled import textplan

    monkeypatch.setattr(textplan, "text_of", lambda *_: "wrong\n")
    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.first_name }}</mj-text>"))
    for name in ("Ann", "Ben"):
        build(made, first_name=name)

    assert made.counts.reference == 1
    assert [note.slow for note in made.notes] == [True]


def test_the_engine_compiles_what_comes_again(make_workspace: Make, mailweave_engine: Engine) -> None:
    workspace = make_workspace()
    messages = [mailweave_engine.render(workspace, "hello", {"first_name": name}, AT) for name in ("Ann", "Ben", "Cy", "Dee")]
    again = [mailweave_engine.render(workspace, "hello", {"first_name": name}, AT, reference=True) for name in ("Ann", "Ben", "Cy", "Dee")]
    (kept,) = workspace.derived.values()

    assert messages == again
    assert [(program.counts.reference, program.counts.misses, program.counts.hits) for program in kept.values()] == [(2, 1, 1)]


def test_an_asset_base_of_its_own(make_workspace: Make, mailweave_engine: Engine) -> None:
    workspace = make_workspace({"content_blocks/note/default.mjml": section('<mj-image src="{{ customer.picture }}" alt="" />')})
    built = [mailweave_engine.render(workspace, "hello", {"picture": picture}, AT, asset_base="../x/").html for picture in ("a.png", "b.png", "c.png", "d.png", "//e.example/f")]

    assert ['src="../x/d.png"' in built[3], 'src="//e.example/f"' in built[4]] == [True, True]


def test_the_first_difference_has_its_place(make_workspace: Make, mailweave_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.first_name }}</mj-text>"))
    profiles = [Profile.from_data({"first_name": name}, name) for name in ("Ann", "Ben")]
    assert first_difference(made, profiles, AT) is None

    true = Program.build
    monkeypatch.setattr(Program, "build", lambda self, profile, at: _changed(true(self, profile, at)))
    found = first_difference(made, profiles, AT)

    assert found
    assert (found.profile, found.part, found.line) == ("Ann", "text", 1)
    assert "text of 'Ann' differs at line 1" in str(found.problem())


def _changed(built: Any) -> Any:
    from dataclasses import replace

    return built._replace(message=replace(built.message, text=built.message.text.upper()))


def test_a_document_that_differs_at_its_first_use_is_a_difference(make_workspace: Make, mailweave_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its message is the reference's, so it would look equal."""
    from mailweave.compiled import textplan

    monkeypatch.setattr(textplan, "text_of", lambda *_: "wrong\n")
    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.first_name }}</mj-text>"))
    found = first_difference(made, [Profile.from_data({"first_name": "Ann"}, "Ann")], AT)

    assert found
    assert (found.part, found.compiled) == ("text", "wrong\n")


@pytest.mark.parametrize(
    ("old", "new", "slot", "file"),
    [
        ("Ann", "Ben", "note", "content_blocks/note/default.mjml"),
        ("</title>", "!</title>", None, None),
        ("</body>", "!</body>", None, None),
    ],
)
def test_a_difference_names_its_slot_and_file(make_workspace: Make, mailweave_engine: Engine, old: str, new: str, slot: str | None, file: str | None) -> None:
    from dataclasses import replace

    made = program(make_workspace, mailweave_engine, section("<mj-text>{{ customer.first_name }}</mj-text>"), {"campaigns/hello.yaml": "subject: Hi\nslots: {note: {block: note}}\n"})
    profile = Profile.from_data({"first_name": "Ann"}, "Ann")
    reference = render(made.workspace, made.campaign, profile, AT)
    found = difference("Ann", replace(reference, html=reference.html.replace(old, new)), reference)
    assert found
    found = in_slot(made, profile, AT, found, reference)

    assert (found.slot, found.file) == (slot, file)
    assert ("(slot 'note', content_blocks/note/default.mjml)" in found.what) == (slot is not None)


def test_another_choice_is_a_difference_of_its_slot(make_workspace: Make, mailweave_engine: Engine) -> None:
    from dataclasses import replace

    made = program(make_workspace, mailweave_engine, section("<mj-text>Hi</mj-text>"))
    reference = render(made.workspace, made.campaign, Profile.from_data({}), AT)
    other = {"note": reference.choice["note"]._replace(because="of something else")}
    found = difference("Ann", replace(reference, choice=other), reference)

    assert found
    assert (found.part, found.slot, found.file) == ("choice", "note", "content_blocks/note/default.mjml")


def test_kept_is_bounded() -> None:
    kept: Kept[int] = Kept(2)
    kept.put("a", 1)
    kept.put("b", 2)
    kept.used("a")
    kept.put("c", 3)

    assert list(kept) == ["a", "c"]


def test_marked_messages_and_forced_choices_are_compiled(make_workspace: Make, mailweave_engine: Engine) -> None:
    campaign = "subject: Hi\nlayout: base\nslots:\n  note:\n    block: note\n    choose: [{when: {segment: vip}, variant: default}, {otherwise: nothing}]\n"
    files = {"content_blocks/note/default.mjml": section("<mj-text>{{ customer.first_name }}</mj-text>"), "campaigns/hello.yaml": campaign}
    shop = make_workspace(files)
    what_if = WhatIf(forced={"note": 0})
    for name in ("Ann", "Ben", "Cleo", "D\u200coe"):
        profile = Profile.from_data({"first_name": name})
        reference = render(shop, shop.campaign("hello"), profile, AT, marked=True, what_if=what_if)
        assert mailweave_engine.render(shop, "hello", profile, AT, marked=True, what_if=what_if) == reference
        assert 'data-mailweave-slot="note"' in reference.html
        assert mailweave_engine.render(shop, "hello", profile, AT).choice["note"].block is None

    programs = shop.derived[Program].values()
    assert {one.marked: (one.counts.hits, one.counts.reference) for one in programs} == {True: (1, 2), False: (1, 2)}
