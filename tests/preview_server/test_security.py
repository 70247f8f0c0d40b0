"""Hostile requests and hostile workspaces: nothing is written, run, followed or told that shouldn't be."""

import re

import pytest

from mailweave.testing import MINIMAL, write_files

HOSTS = ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example:5005", "[::1", "", "localhost@evil.example"]


@pytest.mark.parametrize("host", HOSTS)
def test_another_name_is_refused(client, host):
    # DNS rebinding: the browser thinks that the name is evil.example's, and its page could read ours.
    answer = client.get("/campaigns/", headers={"Host": host})
    assert answer.status_code in (400, 421)
    assert b"Juniper" not in re.sub(rb"<title>.*?</title>|<a class=\"brand\".*?</a>", b"", answer.data)


@pytest.mark.parametrize("host", ["localhost:5005", "127.0.0.1:5005", "[::1]:5005", "192.168.1.20:5005"])
def test_the_previewers_own_addresses_are_fine(client, host):
    assert client.get("/campaigns/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/profiles/save", "/profiles/edit", "/send"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1"])
def test_another_site_may_not_write(make_client, path, origin):
    client = make_client(smtp="localhost:1")
    assert client.post(path, json={}, headers={**client.token, "Origin": origin}).status_code == 403


@pytest.mark.parametrize("path", ["/profiles/save", "/profiles/edit", "/send"])
@pytest.mark.parametrize("token", [None, "", "wrong", "ä"])
def test_nothing_is_written_without_the_token(make_client, shop, path, token):
    client = make_client(smtp="localhost:1")
    sent = {"name": "new", "profile": "gold", "text": "a: 1", "campaign": "x", "profiles": ["gold"], "to": "a@b.example"}
    assert client.post(path, json=sent, headers={"X-Mailweave-Token": token} if token is not None else {}).status_code == 403
    assert not (shop / "profiles" / "new.yaml").exists()


@pytest.mark.parametrize("path", ["/", "/campaigns/", "/campaigns/spring_newsletter?profile=gold", "/matrix/win_back", "/nowhere", "/static/page.js", "/names", "/assets/brand/logo.png"])
def test_every_answer_is_guarded(client, path):
    with client.get(path) as answer:
        headers = answer.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"] or path.startswith("/assets")
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"], headers["Cross-Origin-Resource-Policy"]) == ("nosniff", "no-referrer", "same-origin")


def test_pages_have_nothing_inline(client):
    for path in ("/campaigns/", "/campaigns/spring_newsletter?profile=gold&slot=hero", "/matrix/win_back"):
        html = client.get(path).text
        assert re.findall(r"<script(?![^>]*(?:src=|application/json))|\sstyle=|<style|\son\w+=", html) == []


@pytest.mark.parametrize(("images", "allowed"), [("", "img-src 'self' data:;"), ("off", "img-src 'none';"), ("all", "img-src 'self' data: https: http:;"), ("'unsafe'", "img-src 'self' data:;")])
def test_a_message_runs_nothing_and_loads_what_was_asked_for(client, images, allowed):
    policy = client.get("/campaigns/win_back/message.html", query_string={"profile": "gold", "images": images}).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert allowed in policy
    assert "script-src" not in policy
    assert policy.endswith("sandbox allow-same-origin")


SECRETS = ["../mailweave.yaml", "..%2fmailweave.yaml", "%2e%2e/mailweave.yaml", "brand/../../mailweave.yaml", "/etc/passwd", "....//mailweave.yaml", "brand%5c..%5c..%5cmailweave.yaml", "link.png", "notes.txt", "outside/secret.png"]


@pytest.mark.parametrize("name", SECRETS)
def test_only_pictures_of_the_assets_folder_are_served(own, shop, name):
    (shop / "assets" / "notes.txt").write_text("secret")
    (shop / "secret.png").write_text("secret")
    (shop / "assets" / "link.png").symlink_to(shop / "secret.png")
    (shop / "assets" / "outside").symlink_to(shop)
    with own.get(f"/assets/{name}", follow_redirects=True) as answer:
        assert answer.status_code == 404
        assert b"secret" not in answer.data
        assert b"sources:" not in answer.data


@pytest.mark.parametrize("name", ["../x", "..", "a/b", "a.yaml", "", "A", "-", "a" * 100, "ä", "a\n", ".hidden"])
def test_a_profile_is_saved_nowhere_else(own, shop, name):
    before = sorted(shop.rglob("*"))
    answer = own.post("/profiles/save", json={"name": name, "profile": "gold"}, headers=own.token)
    assert answer.status_code == 422
    assert "can&#39;t be a profile&#39;s name" in own.post("/profiles/save", json={"name": name, "profile": "gold"}, headers={**own.token, "Accept": "application/json"}).json["html"]
    assert sorted(shop.rglob("*")) == before


def test_a_folder_that_leads_out_of_the_workspace_is_not_written_to(own, shop, tmp_path):
    outside = (shop / "profiles").rename(tmp_path / "elsewhere")
    (shop / "profiles").symlink_to(outside)
    assert own.post("/profiles/save", json={"name": "new", "profile": "gold"}, headers=own.token).status_code == 422
    assert not (outside / "new.yaml").exists()


@pytest.mark.parametrize("path", ["/campaigns/../mailweave", "/campaigns/..%2f..%2fmailweave", "/campaigns/nothing", "/matrix/nothing", "/campaigns/spring_newsletter?profile=../../mailweave", "/campaigns/<script>alert(1)</script>"])
def test_names_are_looked_up_not_opened(client, path):
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code in (404, 422, 200)
    assert "sender:" not in answer.text
    assert "<script>alert(1)" not in answer.text


def test_read_only_writes_nothing(make_client, shop):
    client = make_client(read_only=True, smtp="localhost:1")
    assert client.post("/profiles/save", json={"name": "new", "profile": "gold"}, headers=client.token).status_code == 403
    assert client.post("/send", json={"campaign": "win_back", "profiles": ["gold"], "to": "a@b.example"}, headers=client.token).status_code == 403
    assert not (shop / "profiles" / "new.yaml").exists()
    assert 'id="send"' not in client.get("/campaigns/win_back?profile=gold").text


def test_a_huge_request_is_refused(client):
    answer = client.post("/profiles/edit", json={"text": "a: " + "x" * 5_000_000, "profile": "gold"}, headers=client.token)
    assert answer.status_code == 413
    assert "That is too much" in answer.text


@pytest.mark.parametrize("text", ["[" * 5000, "a: !!python/object/apply:os.system [id]", "\x00", "- list", "first_name: [1]"])
def test_a_hostile_profile_is_a_problem_not_a_fault(client, text):
    answer = client.post("/profiles/edit", json={"text": text, "profile": "gold"}, headers={**client.token, "Accept": "application/json"})
    assert answer.status_code == 422
    assert answer.json["problems"]


def test_a_name_with_html_stays_text(make_client, shop):
    name = "<img src=x onerror=alert(1)>"
    (shop / "profiles" / "evil.yaml").write_text(f"id: p-1\nfirst_name: '{name}'\nsegments: ['{name}']\n")
    client = make_client()
    for tab in ("why", "data", "source", "text"):
        answer = client.get("/campaigns/spring_newsletter/state", query_string={"profile": "evil", "tab": tab, "slot": "greeting"}, headers={"Accept": "application/json"}).json
        assert "<img src=x" not in "".join(str(part) for part in answer.values())


def test_a_huge_profile_is_refused_at_once_and_the_others_go_on(own, shop):
    (shop / "profiles" / "huge.yaml").write_text("first_name: Ann\nnotes:\n" + "  - x: 1\n" * 6_000_000)
    answer = own.get("/campaigns/win_back/state?profile=huge", headers={"Accept": "application/json"}).json
    assert "the profile is larger than 2 MB" in answer["problems"]
    assert own.get("/matrix/win_back/rows?p=huge&p=gold", headers={"Accept": "application/json"}).json["rows"][1]["choice"]


BROKEN = ["{", "subject: [", "\t- a", "subject: {{ x }}", "slots: 5", "subject: a\nsubject: b", "\x00", "a: !!python/name:os.system", "&a [*a]"]


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_campaign_breaks_no_page(make_client, tmp_path, text):
    write_files(tmp_path / "small", MINIMAL)
    (tmp_path / "small" / "campaigns").mkdir(exist_ok=True)
    (tmp_path / "small" / "campaigns" / "bad.yaml").write_text(text)
    client = make_client(tmp_path / "small")
    assert client.get("/campaigns/").status_code == 200
    assert "This message can't be built" in client.get("/campaigns/bad?profile=ann").text
    assert client.get("/matrix/bad").status_code == 422


NASTY = ["edit=[1]", "edit={%22email%22:%22x%22}", "edit=" + "[" * 3000, "at=never", "at=0001-01-01T00:00%2B14:00", "force=loyalty:99999", "force=a:b", "profile=../../x", "profile2=%00", "rev=--help", "weird=../x", "p.title=" + "%F0%9F%98%80" * 2000, "p.products=" + "[" * 3000, "p.products=!!python/object/apply:os.system%20[id]", "viewport=-1", "without=%00"]
ASKED = ["/campaigns/spring_newsletter/nearest?profile=gold&slot=loyalty&", "/compare/spring_newsletter?profile=gold&", "/blocks/product_grid?", "/blocks/product_grid/default/message.html?", "/permutations/spring_newsletter?"]


@pytest.mark.parametrize("nasty", NASTY)
def test_nasty_addresses_are_told_never_a_fault(client, nasty):
    for path in ASKED:
        answer = client.get(path + nasty)
        assert answer.status_code in (200, 404, 422), (path, answer.text)
        assert "sender:" not in answer.text
        assert "Traceback" not in answer.text


def test_a_hostile_block_is_shown_without_running_it(own, shop):
    folder = shop / "content_blocks" / "evil"
    folder.mkdir()
    (folder / "block.yaml").write_text("description: '<script>alert(1)</script>'\nparameters: {'text': {type: string, default: '<script>alert(2)</script>', description: '<img src=x onerror=alert(3)>'}}\nvariants: {default: {description: '<script>alert(4)</script>'}}\n")
    (folder / "default.mjml").write_text("<mj-section><mj-column><mj-text>{{ block.text }}<script>alert(5)</script></mj-text></mj-column></mj-section>\n")
    own.previewer.live.changed([folder / "block.yaml", folder / "default.mjml"])
    for path in ("/blocks/", "/blocks/evil"):
        html = own.get(path).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    answer = own.get("/blocks/evil/default/message.html")
    assert "<script>alert(2)" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-same-origin" in policy
    assert "script-src" not in policy
    assert policy.startswith("default-src 'none'")
