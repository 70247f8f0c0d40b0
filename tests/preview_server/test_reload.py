"""A saved file is seen at once; a mistake is told and goes away; what doesn't depend on a file isn't built again."""

import json
from time import perf_counter, sleep

import pytest

from mailweave_preview.watch import start

playwright = pytest.importorskip("playwright.sync_api")
expect = playwright.expect


@pytest.fixture
def changed(served):
    """Write a file of the shop; it is as it was at the end."""
    root = served.previewer.live.root
    before = {}

    def write(name, old, new):
        file = root / name
        before.setdefault(file, file.read_text())
        assert old in before[file]
        file.write_text(before[file].replace(old, new))

    yield write
    for file, text in before.items():
        file.write_text(text)
    sleep(0.3)


def title(page):
    return page.frame_locator(".frame iframe:not(.next)").first.get_by_role("heading").first


def test_a_saved_file_is_seen_in_less_than_300_ms(page, changed):
    page.goto("campaigns/spring_newsletter?profile=gold&w=tablet&slot=hero")
    frame = page.frame_locator(".frame iframe:not(.next)").first
    expect(frame.get_by_text("Plant in November, pick in April")).to_be_visible()
    page.locator("#frames").evaluate("frames => frames.scrollTo(0, 300)")
    spent = []
    for text in ("Plant in December", "Plant in January", "Plant in February"):
        started = perf_counter()
        changed("messages/en.yaml", "Plant in November, pick in April", text)
        page.wait_for_function(
            "text => [...document.querySelectorAll('.frame iframe:not(.next)')].some(frame => frame.contentDocument.body.textContent.includes(text))",
            arg=text,
            polling=5,
        )
        spent.append(perf_counter() - started)
    assert min(spent) < 1.5, spent  # about 0.25 s on a machine that isn't busy
    assert page.locator("#frames").evaluate("frames => frames.scrollTop") == 300
    expect(page.locator("#panel h2")).to_have_text("hero → hero / default")


def test_a_mistake_is_told_over_the_last_good_message_and_goes_away(page, changed):
    page.goto("campaigns/spring_newsletter?profile=gold&w=tablet")
    frame = page.frame_locator(".frame iframe:not(.next)").first
    expect(frame.get_by_text("Plant in November, pick in April")).to_be_visible()
    changed("campaigns/spring_newsletter.yaml", "lifecycle: {stage: new}", "lifecycle: {stage: nwe}")
    over = page.get_by_role("alert")
    expect(over).to_contain_text("campaigns/spring_newsletter.yaml:58:")
    expect(over).to_contain_text("Behind this is the last one that could.")
    expect(over.locator("mark")).to_contain_text("nwe")
    expect(frame.get_by_text("Plant in November, pick in April")).to_be_visible()
    changed("campaigns/spring_newsletter.yaml", "x", "x")
    expect(over).to_be_hidden()


def test_the_start_page_and_the_matrix_follow(page, changed):
    page.goto("campaigns/")
    page.get_by_label("Filter campaigns").fill("win")
    changed("campaigns/win_back.yaml", "A letter to customers", "A note to customers")
    expect(page.locator("#campaigns")).to_contain_text("A note to customers")
    expect(page.get_by_label("Filter campaigns")).to_have_value("win")
    page.goto("matrix/spring_newsletter")
    expect(page.get_by_role("row", name="newcomer").first).to_contain_text("welcome")
    changed("profiles/newcomer.yaml", "2026-11", "2025-11")
    expect(page.get_by_role("row", name="newcomer").first).not_to_contain_text("welcome")


@pytest.fixture
def small(make_workspace, make_client):
    """A client of a small workspace with two campaigns and two profiles."""
    hello = "subject: Hello\nslots: {note: {block: note}}\n"
    files = {
        "campaigns/a.yaml": hello,
        "campaigns/b.yaml": hello.replace("block: note", "block: button, parameters: {label: Go, url: 'https://x.example/'}"),
    }
    root = make_workspace({**files, "profiles/bob.yaml": "first_name: Bob\n", "messages/en.yaml": "hi: Hi\n"}).root
    return make_client(root)


@pytest.mark.parametrize(
    ("path", "lost"),
    [
        ("profiles/ann.yaml", {"a ann", "b ann"}),
        ("campaigns/a.yaml", {"a ann", "a bob"}),
        ("content_blocks/note/default.mjml", {"a ann", "a bob"}),
        ("assets/logo.png", set()),
        ("data/any.csv", {"a ann", "a bob", "b ann", "b bob"}),
        ("messages/en.yaml", {"a ann", "a bob", "b ann", "b bob"}),
        ("mailweave.yaml", {"a ann", "a bob", "b ann", "b bob"}),
    ],
)
def test_only_what_depends_on_the_file_is_built_again(small, path, lost):
    def built():
        answers = {
            f"{campaign} {profile}": small.get(f"/campaigns/{campaign}/state?profile={profile}", headers={"Accept": "application/json"})
            for campaign in "ab"
            for profile in ("ann", "bob")
        }
        return {pair: answer.json["id"] for pair, answer in answers.items()}

    before = built()
    file = small.previewer.live.root / path
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(file.read_bytes() if file.exists() else b"")
    small.previewer.live.changed([file])
    after = built()
    assert {pair for pair in before if before[pair] != after[pair]} == lost


def test_events_tell_what_changed(small):
    live = small.previewer.live
    events = live.listen()
    assert next(events) == 'event: hello\ndata: {"version": 0}\n\n'
    stop = start(live)
    sleep(0.4)
    try:
        (live.root / "profiles" / "bob.yaml").write_text("first_name: Robert\n")
        data = next(event for event in events if event.startswith("event: changed")).split("\n")[1]
        assert json.loads(data.removeprefix("data: "))["paths"] == ["profiles/bob.yaml"]
    finally:
        stop.set()
        events.close()
    assert live._listeners == set()


def test_the_workspace_is_looked_over_in_the_background(small):
    audits, live = small.previewer.audits, small.previewer.live
    events = live.listen()
    next(events)
    file = live.root / "campaigns" / "a.yaml"
    file.write_text(file.read_text().replace("slots:", "slotz:", 1))
    live.changed([file])
    audits.want()
    told = next(event for event in events if event.startswith("event: problems"))
    events.close()
    assert json.loads(told.split("data: ")[1])["errors"] >= 1
    found = small.get("/problems").json
    assert found["looked"]
    assert "did you mean &#39;slots&#39;?" in found["html"]
