"""The command line as people and scripts use it: what goes where, and the exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from email import message_from_bytes
from textwrap import dedent

import pytest

from mailweave.cli import run

AT = ["--at", "2026-11-23T10:00:00Z"]
NEWCOMER = ["--profile", "newcomer", *AT]


@pytest.fixture
def shop(tmp_path, monkeypatch, capfdbinary):
    monkeypatch.chdir(tmp_path)
    assert run(["new", "shop"]) == 0
    monkeypatch.chdir(tmp_path / "shop")
    capfdbinary.readouterr()
    return tmp_path / "shop"


@pytest.fixture
def call(shop, capfdbinary):
    def call(*arguments, status=0):
        assert run(arguments) == status
        out, err = capfdbinary.readouterr()
        return out.decode(), err.decode()

    return call


def test_render_prints_html_and_nothing_else(call):
    out, err = call("render", "welcome", *NEWCOMER)
    assert out.startswith("<!doctype html>")
    assert out.rstrip().endswith("</html>")
    assert err == ""


@pytest.mark.parametrize(("kind", "start"), [("text", "My shop (https://shop.example)\n"), ("eml", "From: My shop <hello@shop.example>\r\n"), ("json", "{\n")])
def test_render_knows_formats(call, kind, start):
    assert call("render", "welcome", *NEWCOMER, "--format", kind)[0].startswith(start)


def test_render_writes_files(call, shop):
    out, _ = call("render", "welcome", *NEWCOMER, "--out", "build")
    assert out.split() == ["build/welcome/newcomer.html", "build/welcome/newcomer.txt", "build/welcome/newcomer.eml"]
    assert message_from_bytes((shop / "build/welcome/newcomer.eml").read_bytes())["To"] == "Ann <ann@customer.example>"
    assert not list(shop.glob("build/**/*.part"))


def test_render_takes_a_profile_from_a_file(call, shop):
    (shop / "bob.json").write_text('{"id": "7", "first_name": "Bob"}')
    assert json.loads(call("render", "welcome", "--profile", "bob.json", *AT, "--format", "json")[0])["subject"] == "Welcome, Bob"


def test_render_all_builds_every_message_and_a_page(call, shop):
    out, _ = call("render-all", "--out", "build", *AT)
    lines = out.splitlines()
    assert lines[0].split("\t") == ["campaign", "profile", "choice", "size", "time"]
    assert lines[1].split("\t")[:2] == ["welcome", "newcomer"]
    assert "greeting=welcome" in lines[1]
    assert lines[-1] == "2 messages in build/, listed in build/index.html"
    page = (shop / "build/index.html").read_text()
    assert 'href="welcome/newcomer.html"' in page
    assert (shop / "build/welcome/regular.txt").is_file()


def test_explain_has_the_shape_that_the_docs_promise(call):
    slots = json.loads(call("explain", "welcome", *NEWCOMER, "--json")[0])["slots"]
    assert set(slots["offer"]) == {"block", "variant", "because", "inputs", "tried", "place"}
    assert (slots["offer"]["block"], slots["offer"]["variant"]) == ("offer", "coast")
    assert slots["offer"]["inputs"][0] == {"name": "address.country", "value": "US", "origin": "profile"}
    assert slots["greeting"]["tried"][0]["variant"] == "loyal"


def test_explain_and_render_tell_the_same(call):
    explained = json.loads(call("explain", "welcome", *NEWCOMER, "--json")[0])["slots"]
    assert json.loads(call("render", "welcome", *NEWCOMER, "--format", "json")[0])["slots"] == explained


@pytest.mark.parametrize("kind", ["blocks", "profiles", "campaigns", "plugins"])
def test_lists_are_an_object_with_one_key(call, kind):
    data = json.loads(call(kind, "--json")[0])
    assert list(data) == [kind]
    assert all(entry["name"] for entry in data[kind])
    rows = call(kind)[0].splitlines()
    assert len(rows) == len(data[kind]) + 1


def test_check_is_quiet_about_what_is_fine(call):
    out, err = call("check", *AT)
    assert out == "No problems: 1 campaign, 2 preview profiles, 21 content blocks.\n"
    assert err == ""


def test_check_tells_problems_with_line_and_caret(call, shop):
    path = shop / "campaigns" / "welcome.yaml"
    path.write_text(path.read_text().replace("variant: coast", "variant: cost"))
    out, err = call("check", *AT, status=1)
    assert out == ""
    assert err.startswith("campaigns/welcome.yaml:19:18: block 'offer' has no variant 'cost' – did you mean 'coast'?\n   |\n19 |         variant: cost\n   |                  ^^^^")
    problems = json.loads(call("check", "--format", "json", *AT, status=1)[0])["problems"]
    assert problems[0]["code"] == "unknown-variant"
    assert (problems[0]["path"], problems[0]["line"], problems[0]["column"]) == ("campaigns/welcome.yaml", 19, 18)


def test_warnings_do_not_fail_a_check(call, shop):
    path = shop / "content_blocks" / "offer" / "default.mjml"
    path.write_text(path.read_text().replace("{{ block.code }}", "{{ block.code | safe }}"))
    assert "warning: this value isn't escaped" in call("check", *AT)[1]


def test_block_builds_one_alone(call, shop):
    assert "HELLO10" in call("block", "offer", "--variant", "coast", *AT)[0]
    assert call("block", "offer", "--out", "build", *AT)[0].split() == ["build/offer.default.html", "build/offer.coast.html"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["render", "welcom", *NEWCOMER], 1, "there is no campaign 'welcom' in campaigns/ – did you mean 'welcome'?"),
        (["render", "welcome", "--profile", "newcomr"], 1, "there is no profile 'newcomr' in profiles/ – did you mean 'newcomer'?"),
        (["render", "welcome", "--profile", "nobody.yaml"], 1, "nobody.yaml:1:1: the file can't be read: No such file or directory – check its name"),
        (["render", "welcome"], 2, "Missing option '--profile'"),
        (["render", "welcome", "--profile", "newcomer", "--at", "soon"], 2, "'soon' is no moment; write it like 2026-11-23T10:00:00Z"),
        (["render", "welcome", "--profile", "newcomer", "--format", "pdf"], 2, "'pdf' is not one of"),
        (["rendr"], 2, "No such command 'rendr'"),
        (["check", "-w", "/"], 1, "there is no mailweave.yaml in / or above it – go to a workspace's folder"),
        (["check", "-w", "nowhere"], 2, "Directory 'nowhere' does not exist"),
        (["block", "offer"], 2, "block 'offer' has 2 variants – name one with --variant (default, coast)"),
        (["block", "ofer", "--variant", "default"], 1, "there is no block 'ofer' – did you mean 'offer'?"),
        (["block", "offer", "--variant", "cost"], 1, "block 'offer' has no variant 'cost' – did you mean 'coast'?"),
        (["new", "."], 2, ". isn't empty – name a new folder"),
    ],
)
def test_mistakes_go_to_standard_error_with_a_status(call, arguments, status, message):
    out, err = call(*arguments, status=status)
    assert message in err
    assert out == ""


def test_a_broken_message_does_not_stop_the_others(call, shop):
    (shop / "profiles" / "bad.yaml").write_text("first_name: [Ann]\n")
    out, err = call("render-all", "--out", "build", *AT, status=1)
    assert "2 messages in build/" in out
    assert "profiles/bad.yaml:1:13: 'first_name' must be text, not a list" in err


def test_output_that_nobody_reads_any_more_is_no_error(shop):
    command = f"{sys.executable} -m mailweave render welcome --profile newcomer | head -c 5"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=shop, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("<!doc", "", 0)


def test_colour_only_on_a_terminal(call, shop):
    assert "\x1b[" not in call("render", "welcom", *NEWCOMER, status=1)[1]


def test_permutations_tell_who_shows_what(call):
    found = json.loads(call("permutations", "welcome", *AT, "--json")[0])
    assert found["covered"] == sum(bool(row["profiles"]) for row in found["variants"])
    assert [row["profiles"] for row in found["variants"] if row["slot"] == "greeting" and row["variant"] == "welcome"] == [["newcomer"]]
    assert {row["reached"] for row in found["variants"]} == {"found"}
    assert found["fewest"] is True


DEAD = """
    subject: Hi
    slots:
      greeting:
        block: greeting
        choose:
          - {when: {segment: vip, not: {segment: vip}}, variant: welcome}
          - {when: {segment: gone}, variant: welcome}
          - {when: {segment: {all: [gone, vip]}}, variant: welcome}
          - otherwise: default
"""


def test_permutations_tell_what_nobody_gets(call, shop, monkeypatch):
    (shop / "campaigns" / "dead.yaml").write_text(dedent(DEAD))
    found = json.loads(call("permutations", "dead", *AT, "--json")[0])
    assert [row["reached"] for row in found["variants"]] == ["nobody", "found", "nobody", "found"]
    lines = call("permutations", "dead", *AT)[0].splitlines()
    assert [line.rstrip().endswith("nobody") for line in lines[1:5]] == [True, False, True, False]
    for name in ("pysat", "pysat.solvers"):
        monkeypatch.setitem(sys.modules, name, None)
    said = call("permutations", "dead", *AT)[0]
    assert "nobody" not in said
    assert "Not found is no proof: install the solver: pip install 'mailweave[solve]'." in said


def test_permutations_become_preview_profiles(call, shop):
    (shop / "profiles" / "newcomer.yaml").unlink()
    written = call("permutations", "welcome", *AT, "--write")[1].splitlines()
    assert "wrote profiles/greeting-welcome.yaml" in written
    assert "made-up customer" not in call("permutations", "welcome", *AT)[0]
    assert call("check", *AT)[0].startswith("No problems")


def test_permutations_never_overwrite_a_profile(call, shop):
    (shop / "profiles" / "newcomer.yaml").rename(shop / "profiles" / "greeting-welcome.yaml")
    (shop / "profiles" / "greeting-welcome.yaml").write_text("first_name: Kim\n")
    err = call("permutations", "welcome", *AT, "--write", status=1)[1]
    assert "profiles/greeting-welcome.yaml already" in err
    assert (shop / "profiles" / "greeting-welcome.yaml").read_text() == "first_name: Kim\n"
