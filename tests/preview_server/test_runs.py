"""The page of bulk runs: it shows what their folders say, trusts nothing in them, and changes nothing."""

from __future__ import annotations

import json
import os
import re
from html import unescape

import pytest

from mailweave.cli import run as command
from mailweave_preview.run_folders import id_of
from mailweave_preview.run_lists import MOST, first_lines

from .bulk_runs import MANY, begin, done, make_run
from .conftest import STOREFRONT, client_of

HOSTILE = "<b>x<script>alert(1)<img src=x onerror=alert(1)> & \"'" + "n" * 120


@pytest.fixture
def runs(mailweave_engine, tmp_path):
    """A client that shows the runs of the folder `runs.folder`."""
    (tmp_path / "runs").mkdir()
    client = client_of(mailweave_engine, STOREFRONT, read_only=True, runs=(tmp_path / "runs",))
    client.folder = tmp_path / "runs"
    return client


def text_of(answer):
    assert answer.status_code == 200, answer.text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])).split())


def test_without_folders_the_page_says_how_to_name_some(client, runs):
    assert "Start the previewer with the folder of a run" in text_of(client.get("/runs/"))
    assert "One shows up here as soon as it begins" in text_of(runs.get("/runs/"))
    assert runs.get("/runs/state").json == {"runs": [], "more": 0}


def test_the_list_and_the_page_show_what_the_folder_says(runs, capsys):
    folder = make_run(runs.folder / "sent")
    begin(folder).end("interrupted")
    shown = text_of(runs.get("/runs/"))
    assert all(words in shown for words in ("1 run", "spring stopped", "100 of 200", "4 failed", "5 deferred", "1 in doubt", str(folder)))
    shown = text_of(runs.get(f"/runs/{id_of(folder)}"))
    for words in (
        "100 of 200 messages 50.0 %",
        "Parts done 1 of 2",
        "bad-address rejected 1 customers.csv:12:1: 'ann@' is no email address – correct it",
        "550 5.1.1 refused 3",
        "450 4.2.1 deferred 5 450 4.2.1 try again later",
        "shop.example 3",
        "Nobody is at work on it. What is done stays done",
        "mailweave run spring --profiles customers.csv --ledger sent",
    ):
        assert words in shown
    [state] = runs.get("/runs/state").json["runs"]
    assert state == runs.get(f"/runs/{state['id']}/state").json
    assert command(["runs", str(folder), "--json"]) == 0
    assert [{"id": state["id"], **json.loads(capsys.readouterr()[0])[0]}] == [state]


def test_a_run_at_work_is_live_and_others_are_not(runs):
    folder = make_run(runs.folder / "sent")
    file = begin(folder)
    name = id_of(folder)
    assert "Time left" in text_of(runs.get(f"/runs/{name}"))
    assert 'data-live="yes"' in runs.get(f"/runs/{name}").text
    assert '<noscript><meta http-equiv="refresh"' in runs.get(f"/runs/{name}").text
    done(folder, 1, ["sent"] * 100)
    assert runs.get(f"/runs/{name}/state").json["done"] == 200
    file.end("complete")
    assert 'data-live="no"' in runs.get(f"/runs/{name}").text
    assert "5 messages were deferred" in text_of(runs.get(f"/runs/{name}"))


def test_lists_are_served_and_nothing_else_is(runs, tmp_path):
    folder = make_run(runs.folder / "sent")
    name = id_of(folder)
    for file in ("deferred.ndjson", "rejects.ndjson", "in_doubt.ndjson"):
        assert f"/runs/{name}/lists/{file}" in runs.get(f"/runs/{name}").text
        answer = runs.get(f"/runs/{name}/lists/{file}")
        assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", (folder / file).read_text())
    for file in ("manifest.json", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "suppressed.ndjson", ".run", "a%00b"):
        assert runs.get(f"/runs/{name}/lists/{file}").status_code == 404, file
    secret = tmp_path / "secret"
    secret.write_text("secret")
    for change in (lambda path: path.symlink_to(secret), os.mkfifo, os.mkdir):
        (folder / "deferred.ndjson").unlink(missing_ok=True)
        change(folder / "deferred.ndjson")
        assert runs.get(f"/runs/{name}/lists/deferred.ndjson").status_code == 404


def test_of_a_large_list_the_first_lines_are_served(tmp_path):
    line = "x" * 999 + "\n"
    (tmp_path / "a").write_text(line * 2000)
    found = first_lines(tmp_path, "a")
    assert found.startswith(line * (MOST // 1000))
    assert found.endswith(f"bytes more stand in {tmp_path / 'a'}\n")


@pytest.mark.parametrize("name", ["nothing", "..", "%2e%2e", "sent", "a" * 300, "%00"])
def test_only_runs_that_were_found_are_read(runs, name):
    make_run(runs.folder / "sent")
    assert runs.get(f"/runs/{name}/state").status_code == 404


def test_a_hostile_folder_is_text(runs):
    hostile = HOSTILE.replace("/", "")
    folder = make_run(runs.folder / hostile, campaign=hostile)
    begin(folder, command=f"mailweave run {hostile} \ud800\x1b[31m").end("interrupted")
    outside = runs.folder / "linked"
    outside.mkdir()
    (outside / "manifest.json").symlink_to("/etc/passwd")
    (runs.folder / "elsewhere").symlink_to("/")
    for path in ("/runs/", f"/runs/{id_of(folder)}", f"/runs/{id_of(outside)}"):
        text = runs.get(path).text
        assert re.findall(r"<script(?![^>]*src=\"/static)|<img src=x|<b>x|\sstyle=", text) == []
        assert "root:" not in text
    assert len(runs.get("/runs/state").json["runs"]) == 2


def test_a_damaged_run_says_what_is_wrong_and_the_others_are_shown(runs):
    make_run(runs.folder / "good")
    bad = make_run(runs.folder / "bad")
    (bad / "manifest.json").write_bytes((bad / "manifest.json").read_bytes()[:50])
    states = {state["status"] for state in runs.get("/runs/state").json["runs"]}
    assert states == {"damaged", "stopped"}
    assert "it was cut off or changed" in text_of(runs.get(f"/runs/{id_of(bad)}"))
    assert "put back a copy of it" in text_of(runs.get(f"/runs/{id_of(bad)}"))


def test_of_hundreds_of_runs_those_begun_last_are_listed(runs):
    for number in range(205):
        folder = runs.folder / f"run-{number}"
        (folder / ".run").mkdir(parents=True)
        begin(folder).end("complete")
        os.utime(folder / ".run/start.json", (number, number))
    found = runs.get("/runs/state").json
    assert (len(found["runs"]), found["more"], found["runs"][0]["folder"]) == (200, 5, str(runs.folder / "run-204"))
    assert "200 runs of 205, those begun last" in text_of(runs.get("/runs/"))


def test_a_folder_that_takes_long_is_read_bit_by_bit(runs, monkeypatch):
    folder = make_run(runs.folder / "sent", parts=3, parts_done=3)
    monkeypatch.setattr("mailweave_preview.run_folders._TIME", -1)
    shown = text_of(runs.get(f"/runs/{id_of(folder)}"))
    assert "spring reading" in shown
    assert "Nobody is at work" not in shown
    monkeypatch.undo()
    assert "spring waiting" in text_of(runs.get(f"/runs/{id_of(folder)}"))


def test_looking_changes_nothing(runs):
    folder = make_run(runs.folder / "sent")
    begin(folder)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")}
    for path in ("/runs/", "/runs/state", f"/runs/{id_of(folder)}", f"/runs/{id_of(folder)}/state"):
        assert runs.get(path).status_code == 200
        assert runs.post(path, headers=runs.token).status_code == 405
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*")} == before


def test_a_page_that_is_open_follows_its_run(page, served):
    """The numbers change without a reload, and the focus stays where it was."""
    expect = pytest.importorskip("playwright.sync_api").expect
    folder = make_run(served.previewer.options.runs[0] / "followed")
    file = begin(folder)
    page.goto(f"/runs/{id_of(folder)}")
    page.evaluate("window.same = true")
    expect(page.locator(".far .count")).to_have_text("100 of 200 messages 50.0 %")
    page.locator(".lists a").first.focus()
    done(folder, 1, MANY)
    expect(page.locator(".far .count")).to_have_text("200 of 200 messages 100.0 %")
    file.end("complete")
    expect(page.locator("h1 .badge")).to_have_text("waiting")
    expect(page.locator("#said")).to_have_text("waiting")
    assert page.evaluate("window.same") is True
    assert page.evaluate("document.activeElement.textContent") == "deferred.ndjson"


def test_the_list_can_be_filtered(page, served):
    expect = pytest.importorskip("playwright.sync_api").expect
    make_run(served.previewer.options.runs[0] / "autumn", campaign="autumn")
    page.goto("/runs/")
    page.get_by_role("searchbox").fill("autumn stopped")
    expect(page.locator(".runs li:visible")).to_have_count(1)
    page.get_by_role("searchbox").fill("nothing like that")
    expect(page.locator("#none")).to_be_visible()
