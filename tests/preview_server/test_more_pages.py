"""Permutations, compare, blocks, plugins, and what would have to change: the answers of the server."""

import json
import re
import subprocess
import sys
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from mailweave.testing import MINIMAL, write_files
from mailweave_preview.differences import compared, words
from mailweave_preview.kept import Kept

JSON = {"Accept": "application/json"}


def fragment(client, path):
    answer = client.get(path, headers=JSON)
    assert answer.status_code == 200, answer.text
    return answer.json


PAGES = ["/permutations/win_back", "/compare/spring_newsletter", "/blocks/", "/blocks/hero", "/blocks/product_grid?weird=all", "/plugins/"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_html_with_nothing_inline(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))|\sstyle=|<style|\son\w+=", answer.text) == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


# What would have to change


def test_the_nearest_profile_is_one_that_gets_it(client, mailweave_engine):
    found = fragment(client, "/campaigns/spring_newsletter/nearest?profile=california&slot=loyalty")["alternatives"]
    assert "as it is" in found[1]
    for index, variant in ((0, "gold"), (2, None)):
        edit = unescape(re.search('data-switch="([^"]*)"', found[index])[1])
        answer = fragment(client, f"/campaigns/spring_newsletter/state?profile=california&slot=loyalty&edit={edit}")
        assert f"loyalty → {f'loyalty / {variant}' if variant else 'nothing'}" in answer["panel"]


def test_what_is_not_found_is_said(client):
    """Only the catalogue knows what can be recommended, so there is no proof."""
    found = fragment(client, "/campaigns/win_back/nearest?profile=california&slot=products")["alternatives"]
    assert "No change was found that gives this; that there is none isn't proved." in unescape(found[2])


CONTRADICTION = """
    subject: Hi
    slots:
      note:
        block: note
        choose:
          - {when: {segment: vip, not: {segment: vip}}, variant: other}
          - otherwise: default
"""


@pytest.fixture
def contradicted(make_client, tmp_path):
    write_files(tmp_path / "shop", {**MINIMAL, "campaigns/hello.yaml": CONTRADICTION})
    return make_client(tmp_path / "shop")


def test_what_nobody_gets_is_said(contradicted):
    found = fragment(contradicted, "/campaigns/hello/nearest?profile=ann&slot=note")["alternatives"]
    assert "Nobody gets this at this moment, whatever the profile holds." in found[0]
    html = fragment(contradicted, "/permutations/hello/found")["html"]
    assert "Reached by nobody" in html
    assert "It is proved that no customer gets it at this moment" in html
    assert '<span class="badge error">nobody</span>' in html


def test_without_the_solver_nothing_is_proved(contradicted, monkeypatch):
    monkeypatch.setitem(sys.modules, "pysat", None)
    monkeypatch.setitem(sys.modules, "pysat.solvers", None)
    found = fragment(contradicted, "/campaigns/hello/nearest?profile=ann&slot=note")["alternatives"]
    assert "pip install 'mailweave[solve]'" in unescape(found[0])
    html = unescape(fragment(contradicted, "/permutations/hello/found")["html"])
    assert "Reached by nobody" not in html
    assert "can't be searched for: install the solver: pip install 'mailweave[solve]'" in html


def test_the_nearest_of_a_slot_that_is_not_there(client):
    answer = client.get("/campaigns/spring_newsletter/nearest?profile=california&slot=loylty", headers=JSON)
    assert answer.status_code == 404
    assert "did you mean 'loyalty'?" in answer.json["problems"][0]


# Permutations


def test_permutations_say_who_shows_what(client):
    html = fragment(client, "/permutations/win_back/found")["html"]
    assert "18 of 19 variants are covered by your preview profiles" in html
    assert "campaigns/win_back.yaml:92:9" in html
    assert 'href="/campaigns/win_back?profile=lapsed&amp;slot=offer"' in html


def test_made_up_customers_open_in_the_workbench(client):
    html = fragment(client, "/permutations/win_back/found")["html"]
    links = re.findall(r'class="open" href="([^"]*)"', html)
    assert len(links) == 4
    for link in map(unescape, links):
        assert client.get(link).status_code == 200
        assert json.loads(parse_qs(urlsplit(link).query)["edit"][0])


def test_pairs_come_later(client):
    assert re.search(r"\d+ customers for \d+ pairs", fragment(client, "/permutations/win_back/pairs")["html"])


@pytest.fixture
def small(make_client, tmp_path):
    """A campaign of which one variant is shown by nobody."""
    campaign = """
        subject: Hi
        slots:
          note:
            block: note
            choose:
              - {when: {segment: vip}, variant: other}
              - otherwise: default
    """
    write_files(tmp_path / "small", {**MINIMAL, "campaigns/hello.yaml": campaign})
    client = make_client(tmp_path / "small")
    client.root = tmp_path / "small"
    return client


def test_missing_profiles_are_created_with_one_click(small):
    assert "1 of 2 variants are covered" in fragment(small, "/permutations/hello/found")["html"]
    answer = small.post("/permutations/hello/create", json={"set": "missing"}, headers={**small.token, **JSON})
    assert answer.json == {"written": ["profiles/note-other.yaml"]}
    assert "segments" in (small.root / "profiles" / "note-other.yaml").read_text()
    html = fragment(small, "/permutations/hello/found")["html"]
    assert "2 of 2 variants are covered" in html
    assert "data-create" not in html


def test_a_profile_that_is_there_is_never_overwritten(small):
    (small.root / "profiles" / "note-other.yaml").write_text("first_name: Mine\n")
    small.previewer.live.changed([small.root / "profiles" / "note-other.yaml"])
    answer = small.post("/permutations/hello/create", json={"set": "missing"}, headers={**small.token, **JSON})
    assert answer.json == {"written": ["profiles/note-other-2.yaml"]}
    assert (small.root / "profiles" / "note-other.yaml").read_text() == "first_name: Mine\n"


@pytest.mark.parametrize(("headers", "read_only", "status"), [({}, False, 403), ({"X-Mailweave-Token": "wrong"}, False, 403), (None, True, 403)])
def test_nobody_else_creates_profiles(make_client, shop, headers, read_only, status):
    client = make_client(read_only=read_only)
    before = sorted((shop / "profiles").iterdir())
    answer = client.post("/permutations/win_back/create", json={"set": "all"}, headers=client.token if headers is None else headers)
    assert (answer.status_code, sorted((shop / "profiles").iterdir())) == (status, before)


@pytest.mark.parametrize("sent", [{}, {"set": "../x"}, ["missing"], None, "missing"])
def test_what_is_created_is_not_taken_from_the_request(small, sent):
    answer = small.post("/permutations/hello/create", json=sent, headers={**small.token, **JSON})
    assert answer.status_code == 400


def test_a_slot_named_like_a_path_writes_nothing(make_client, tmp_path):
    campaign = 'subject: Hi\nslots:\n  "../../x":\n    block: note\n    choose:\n      - {when: {segment: vip}, variant: other}\n      - otherwise: default\n'
    write_files(tmp_path / "odd", {**MINIMAL, "campaigns/hello.yaml": campaign})
    client = make_client(tmp_path / "odd")
    answer = client.post("/permutations/hello/create", json={"set": "missing"}, headers={**client.token, **JSON})
    assert "'../../x' is no name for a slot" in answer.json["problems"][0]
    assert not list(tmp_path.rglob("x-other.yaml"))


# Compare


def test_two_profiles(client):
    html = client.get("/compare/spring_newsletter?profile=california&profile2=newcomer").text
    assert "<b>7 of 12 slots</b> differ" in html
    assert "<del>Marisol</del>, spring begins in November" in html
    assert "<ins>Ann</ins>, spring begins in November" in html
    assert "5 slots are chosen the same" in html


def test_two_moments(client):
    html = client.get("/compare/spring_newsletter?profile=newcomer&at=2026-11-23T10:00&at2=2026-12-24T10:00").text
    assert re.search(r'scope="row">countdown</th><td><b>countdown_text / default</b>.*?<td><b>nothing</b>', html, re.DOTALL)
    assert 'name="at2" type="datetime-local" step="60" max="9998-12-31T23:59" value="2026-12-24T10:00"' in html


def test_the_same_twice(client):
    assert "Nothing differs." in client.get("/compare/win_back?profile=gold&profile2=gold").text


@pytest.fixture
def versioned(own, shop):
    """The shop in git, then changed."""

    def git(*arguments):
        subprocess.run(["git", "-C", str(shop.parent), "-c", "user.name=T", "-c", "user.email=t@example.com", *arguments], check=True, capture_output=True)

    git("init", "-q")
    hook = shop.parent / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    git("add", "shop/campaigns", "shop/content_blocks", "shop/mailweave.yaml", "shop/messages", "shop/profiles", "shop/data", "shop/assets/brand")
    git("commit", "-qm", "First letter")
    texts = shop / "messages" / "en.yaml"
    texts.write_text(texts.read_text().replace("spring begins in November", "spring starts in November"))
    own.previewer.live.changed([texts])
    return own


def test_the_working_tree_against_a_revision(versioned, shop):
    html = versioned.get("/compare/spring_newsletter?profile=california&rev=HEAD").text
    assert "Marisol, spring <del>begins</del> in November" in html
    assert "Marisol, spring <ins>starts</ins> in November" in html
    assert "<b>0 of 12 slots</b> differ" in html
    assert "First letter</option>" in html
    # Nothing of the repository's own was run or written.
    assert not list(shop.parent.rglob("ran"))
    assert not (shop.parent / ".git" / "worktrees").exists()


@pytest.mark.parametrize("revision", ["nowhere", "--output=/tmp/x", "HEAD:shop", "-1", "a b", "HEAD\x00"])
def test_a_revision_that_is_none(versioned, revision):
    answer = versioned.get("/compare/win_back", query_string={"profile": "gold", "rev": revision})
    assert answer.status_code == 200
    assert "name a commit, branch or tag" in answer.text or "git can&#39;t be asked" in answer.text
    assert "This side can be built." in answer.text


def test_a_workspace_that_is_not_in_git(own):
    assert 'placeholder="not in git"' in own.get("/compare/win_back").text


def test_pictures_are_taken_and_their_differences_found(own, chromium_path):
    found = fragment(own, "/compare/win_back/pictures?profile=gold&profile2=lapsed&viewport=phone")
    assert found["left"].startswith("data:image/png;base64,")
    assert found["width"] == 375
    assert found["boxes"]
    same = fragment(own, "/compare/win_back/pictures?profile=gold&profile2=gold&viewport=phone")
    assert (same["boxes"], same["pixels"]) == ([], 0)


@pytest.fixture
def chromium_path():
    from mailweave.errors import MailweaveError
    from mailweave_preview.browser import find_chromium

    try:
        return find_chromium()
    except MailweaveError as error:
        pytest.skip(str(error))


def test_without_a_browser_pictures_say_how_to_get_one(client, monkeypatch):
    from mailweave_preview import browser

    monkeypatch.setattr(browser, "_candidates", lambda: iter(()))
    answer = client.get("/compare/win_back/pictures?profile=oneil&profile2=tokyo", headers=JSON)
    assert answer.status_code == 422
    assert "mailweave_preview.browser --install" in answer.json["problems"][0]


@pytest.mark.parametrize(
    ("left", "right", "kinds"),
    [
        ("a", "a", []),
        ("a\nb\nc", "a\nx\nc", ["same", "changed", "same"]),
        ("a\nb", "a", ["same", "changed"]),
        ("\n".join("abcdefghij"), "\n".join("abcdefghi!"), ["skipped", "same", "same", "changed"]),
    ],
)
def test_lines_compared(left, right, kinds):
    assert [row.kind for row in compared(left, right)] == kinds


def test_lines_that_share_nothing_are_compared_as_a_whole():
    assert words("one two three", "four five six") == ((("one two three", True),), (("four five six", True),))


# Blocks


def test_the_library_lists_own_and_stock_blocks(client):
    html = client.get("/blocks/").text
    assert html.index('href="/blocks/letter"') < html.index('href="/blocks/hero"')
    assert html.count('class="badge own"') == 5


def test_a_block_is_shown_with_what_was_typed(client):
    html = client.get("/blocks/hero/default/message.html", query_string={"p.title": "Typed & <here>"}).text
    assert "Typed &amp; &lt;here&gt;" in html
    page = client.get("/blocks/hero", query_string={"p.title": "Typed"}).text
    assert 'value="Typed"' in page
    assert 'href="/campaigns/spring_newsletter?slot=hero"' in page


@pytest.mark.parametrize(
    ("parameter", "text", "wrong"),
    [("count", "many", "must be a whole number"), ("products", "{name: [", "the form, products:1"), ("nonsense", "1", "no parameter"), ("show_reason", "maybe", "true or false")],
)
def test_what_was_typed_wrongly_is_told(client, parameter, text, wrong):
    answer = client.get("/blocks/product_grid/default/message.html", query_string={f"p.{parameter}": text})
    assert answer.status_code == 422
    assert wrong in unescape(answer.text)


def test_a_list_is_typed_as_yaml_and_an_empty_field_is_null(client):
    query = {"p.products": '- {name: Typed thing, price: 3, url: "https://shop.example/t", image: products/stone-mug.png}', "p.title": ""}
    html = client.get("/blocks/product_grid/default/message.html", query_string=query).text
    assert "Typed thing" in html


def test_the_weird_set_of_every_block_can_be_looked_at(client):
    odd = {}
    for block in client.previewer.workspace.block_names():
        names = re.findall(r'<option value="([^"]*)">weird: ', client.get(f"/blocks/{block}").text)
        assert {"empty", "emoji", "orders null"} <= set(map(unescape, names))
        for name in map(unescape, names if block in ("greeting", "product_grid") else []):
            answer = client.get(f"/blocks/{block}/default/message.html", query_string={"weird": name})
            odd[block, name] = answer.status_code
            assert "<img src=x" not in answer.text
    assert {"no items", "one item", "50 items", "markup in texts"} <= {name for block, name in odd if block == "product_grid"}
    assert {key for key, status in odd.items() if status != 200} == set()


@pytest.mark.parametrize("path", ["/blocks/nothing", "/blocks/hero/nothing/message.html", "/blocks/hero/default/message.html?weird=nothing", "/blocks/../mailweave", "/compare/nothing", "/permutations/nothing", "/compare/win_back/pictures?viewport=nothing"])
def test_names_that_are_none(client, path):
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code in (404, 422)
    assert "sender:" not in answer.text


def test_a_block_runs_nothing(client):
    policy = client.get("/blocks/hero/default/message.html").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith("sandbox allow-same-origin")


def test_a_broken_block_is_a_card_with_its_mistake(own, shop):
    (shop / "content_blocks" / "letter" / "block.yaml").write_text("description: [\n")
    own.previewer.live.changed([shop / "content_blocks" / "letter" / "block.yaml"])
    html = own.get("/blocks/").text
    assert "content_blocks/letter/block.yaml:" in html
    assert 'href="/blocks/hero"' in html


# Plugins


def test_plugins_are_listed_with_their_settings(client):
    html = client.get("/plugins/").text
    for name in client.previewer.engine.registry.classes["rules"]:
        assert f'id="rule-{name}"' in html
    assert "<code>orders.last.within</code>" in html
    assert "<code>30 days</code>" in html
    assert "span of time" in html
    assert "mailweave_plugins.rules.location" in html


def test_rules_are_timed(client):
    html = fragment(client, "/plugins/times")["html"]
    assert re.search(r'scope="row">location</th><td>\d+</td><td>\d+ µs', html)


def test_what_took_long_is_kept_while_its_parts_stand():
    kept, made = Kept(2), []
    part, other = object(), object()
    for parts in ((part,), (part,), (other,), (other, part)):
        kept.get("key", parts, lambda: made.append(1) or len(made))
    assert len(made) == 3
    assert [kept.get(name, (), lambda name=name: made.append(name) or name) for name in ("a", "b", "a")] == ["a", "b", "a"]
    assert made[3:] == ["a", "b"]


def test_everything_without_campaigns_or_profiles(make_client, tmp_path):
    write_files(tmp_path / "empty", {"mailweave.yaml": MINIMAL["mailweave.yaml"]})
    client = make_client(tmp_path / "empty")
    assert client.get("/permutations/").location == "/campaigns/"
    assert client.get("/compare/").location == "/campaigns/"
    assert client.get("/blocks/").status_code == 200
    assert "No campaign asks" in fragment(client, "/plugins/times")["html"]
