"""`mailweave shots`, `approve` and `report` on a small workspace: what they find, say, write and exit with."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from shutil import copytree
from xml.etree import ElementTree

import pytest

from mailweave.cli import run
from mailweave.testing import MINIMAL, write_files
from mailweave_preview.shots.approve import read_run
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.outputs import junit_of, text_of
from mailweave_preview.shots.plan import Options, plan

PIXEL = "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
FILES = {
    "mailweave.yaml": MINIMAL["mailweave.yaml"].rstrip() + "\n        viewports: {phone: 375, desktop: 700}\n        shots: {at: 2026-11-23T10:00:00Z, schemes: [light]}\n",
    "campaigns/hello.yaml": """
        subject: Hello
        slots:
          top: {block: note, parameters: {text: Welcome}}
          note:
            block: note
            choose:
              - when: {segment: vip}
                variant: other
              - otherwise: default
        """,
    "content_blocks/note/sample.yaml": "customer: {first_name: Sam}",
    "profiles/bob.yaml": "{first_name: Bob, email: bob@test.example}",
    "profiles/vip.yaml": "{first_name: Vi, email: vi@test.example, segments: [vip]}",
}
NOTE = "content_blocks/note/default.mjml"


@pytest.fixture
def shop(tmp_path, monkeypatch, chromium):
    """A workspace in the working directory."""
    folder = tmp_path / "shop"
    write_files(folder, {**MINIMAL, **FILES})
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory, mailweave_engine, chromium):
    """A workspace whose pictures are approved."""
    folder = tmp_path_factory.mktemp("approved") / "shop"
    write_files(folder, {**MINIMAL, **FILES})
    assert run(["shots", "-w", str(folder)], mailweave_engine) == 1
    assert run(["approve", "--all", "-w", str(folder)], mailweave_engine) == 0
    return folder


@pytest.fixture
def call(capsys, mailweave_engine):
    """Run the command line; its status, output and errors."""

    def called(*arguments):
        capsys.readouterr()
        status = run(arguments, mailweave_engine)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return called


@pytest.fixture
def approved(shop, looked_at):
    """The same with its pictures approved."""
    copytree(looked_at, shop, dirs_exist_ok=True)
    return shop


def titles(engine, folder, *sets, only=()):
    """What a run would take, and how many pictures."""
    planned = plan(engine, engine.open(folder), Baselines(folder / "baselines"), folder / "build", Options(sets or ("profiles",), tuple(only)))
    return {subject.title for subject, _ in planned.wanted}, planned.pictures


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def found(call, *arguments):
    status, out, _ = call("shots", "--format", "json", *arguments)
    return status, json.loads(out)["shots"]


def test_from_nothing_to_approved(shop, call):
    status, out, _ = call("shots")
    assert status == 1
    assert "new        hello/ann – 2 pictures" in out
    assert "hello/bob" not in out, "ann and bob get the same choice"
    assert "4 pictures: 0 as approved, 4 new" in out
    status, out, _ = call("approve", "--all")
    assert (status, out.splitlines()[-1]) == (0, "4 pictures approved, 0 forgotten in baselines/")
    assert sorted(path.relative_to(shop).as_posix() for path in shop.glob("baselines/**/*.png")) == [
        f"baselines/campaigns/hello/{name}/{viewport}-light.png" for name in ("ann", "vip") for viewport in ("desktop", "phone")
    ]
    status, out, _ = call("shots")
    assert (status, out.splitlines()[0].split(";")[0]) == (0, "4 pictures: 4 as approved (4 unchanged, not taken again)")


def test_a_difference_names_slot_block_and_file(approved, call):
    change(approved / NOTE, "<mj-text>", '<mj-text padding="10px 25px 17px">')
    status, run_ = found(call)
    assert (status, run_["counts"]["different"]) == (1, 4)
    results = {f"{one['title']}/{one['viewport']}": one for one in run_["results"]}
    one = results["hello/ann/phone"]
    assert [(change["slot"], change["block"], change["how"]) for change in one["changes"]] == [
        ("top", "note/default", "is 7 px taller"),
        ("note", "note/default", "is 7 px taller"),
    ]
    assert one["files"] == [NOTE]
    assert [change["how"] for change in results["hello/vip/phone"]["changes"]] == ["is 7 px taller", "moved 7 px down"]
    read = read_run(approved / "build/shots")
    text = text_of(read)
    (suite,) = ElementTree.fromstring(junit_of(read))
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("hello", "4", "4", "0")
    assert "note (note/default) is 7 px taller" in suite.find("testcase/failure").get("message")
    assert "different  note/default – note/default is 7 px taller, 4 pictures of 2 messages\n           from content_blocks/note/default.mjml" in text


def test_approves_what_is_named(approved, call):
    change(approved / NOTE, "<mj-text>", '<mj-text padding="10px 25px 17px">')
    call("shots")
    assert call("approve", "hello/ann/phone-light")[1].splitlines()[0] == "kept  hello/ann/phone-light"
    assert found(call)[1]["counts"] == {"same": 1, "different": 3, "new": 0, "removed": 0, "error": 0}
    assert "2 pictures approved" in call("approve", "vip")[1]
    status, _, err = call("approve", "elsewhere")
    assert status == 2
    assert "no picture that is different or new matches elsewhere" in err
    assert call("approve")[0] == 2


def test_a_decision_of_the_report_can_be_named(approved, call):
    change(approved / NOTE, "{{ block.text }}", "Dear reader")
    call("shots")
    call("report")
    page = (approved / "build/shots/index.html").read_text()
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    (group,) = (group for group in data["groups"] if group["status"] == "different")
    assert "4 pictures approved" in call("approve", f"@{group['key']}")[1]


def test_the_data_of_the_first_profile_stay(approved, call):
    """A profile before it in the alphabet, or other data of the same profile, is no change of the picture."""
    write_files(approved, {"profiles/aaron.yaml": "{first_name: Aaron, email: a@test.example}", "profiles/ann.yaml": "{first_name: Annabel, email: ann@test.example}"})
    (approved / "profiles/ann.yaml").unlink()
    assert found(call, "--fresh")[1]["counts"]["same"] == 4


def test_what_is_gone_is_said_and_pruned(approved, call):
    (approved / "profiles/vip.yaml").unlink()
    status, out, _ = call("shots")
    assert status == 1
    assert "gone       hello/vip – 2 pictures" in out
    assert "0 pictures approved, 2 forgotten" in call("approve", "--prune")[1]
    assert not (approved / "baselines/campaigns/hello/vip").exists()


def test_of_a_part_nothing_else_is_missed(approved, call):
    (approved / "profiles/vip.yaml").unlink()
    assert found(call, "--only", "ann")[0] == 0


def test_sets(shop, mailweave_engine):
    assert titles(mailweave_engine, shop, "profiles") == ({"hello/ann", "hello/vip"}, 4)
    assert titles(mailweave_engine, shop, "permutations") == ({"hello/ann", "hello/vip"}, 4)
    assert titles(mailweave_engine, shop, "pairs") == ({"hello/ann", "hello/vip"}, 4)
    assert len(titles(mailweave_engine, shop, "weird")[0]) == 8
    blocks = titles(mailweave_engine, shop, "blocks")[0]
    assert {"blocks/note/default", "blocks/note/other", "blocks/hero/split"} <= blocks
    assert titles(mailweave_engine, shop, "profiles", "blocks")[0] == blocks | {"hello/ann", "hello/vip"}


def test_permutations_take_whom_no_profile_shows(shop, mailweave_engine):
    (shop / "profiles/vip.yaml").unlink()
    assert titles(mailweave_engine, shop, "permutations")[0] == {"hello/ann", "hello/note-other"}


@pytest.mark.parametrize(("only", "number"), [("phone", 2), ("hello/ann", 2), ("hello/*/phone-light", 2), ("vip", 2), ("hello/note/phone", 2), ("bob", 2), ("light", 4)])
def test_only(shop, mailweave_engine, only, number):
    assert titles(mailweave_engine, shop, only=[only])[1] == number


def test_only_that_matches_nothing_is_refused(shop, call):
    status, _, err = call("shots", "--only", "phne")
    assert status == 2
    assert "no picture matches 'phne' – did you mean 'phone'?" in err


def test_against_a_revision_needs_no_baselines(shop, call):
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=A", "-c", "user.email=a@test.example", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], check=True, cwd=shop)
    change(shop / NOTE, "{{ block.text }}", "Dear reader")
    status, run_ = found(call, "--against", "HEAD")
    assert (status, run_["counts"]["different"]) == (1, 4)
    assert all((shop / "build/shots" / one[kind]).is_file() for one in run_["results"] for kind in ("before", "after", "diff"))
    assert not (shop / "baselines").exists()
    assert subprocess.run(["git", "worktree", "list"], cwd=shop, capture_output=True, text=True, check=True).stdout.count("\n") == 1
    status, _, err = call("shots", "--against", "nowhere")
    assert status == 2
    assert "name a revision with --against" in err


def test_masks_hide_and_must_match(shop, call):
    change(shop / "content_blocks/note/block.yaml", "variants:", 'masks: ["p.now"]\nvariants:')
    for name in ("default", "other"):
        change(shop / f"content_blocks/note/{name}.mjml", "</mj-text>", '<p class="now">{{ at | date: "%H:%M:%S" }}</p></mj-text>')
    call("shots", "--at", "2026-11-23T10:00:00Z")
    call("approve", "--all")
    assert found(call, "--at", "2026-11-23T11:22:33Z", "--fresh")[1]["counts"]["same"] == 4
    change(shop / NOTE, 'class="now"', 'class="then"')
    status, run_ = found(call)
    assert status == 2
    assert any("the mask 'p.now' of block 'note' matches nothing" in note for one in run_["results"] for note in one["notes"])


def test_a_mask_of_the_workspace_must_match_somewhere(shop, call):
    change(shop / "mailweave.yaml", "schemes: [light]", 'schemes: [light], masks: ["i.nowhere", "p["]')
    status, run_ = found(call)
    assert status == 2
    assert any("the mask 'p[' of mailweave.yaml is no CSS selector" in note for one in run_["results"] for note in one["notes"])
    change(shop / "mailweave.yaml", ', "p["', "")
    assert "the mask 'i.nowhere' of mailweave.yaml matches nothing – correct the selector" in found(call)[1]["errors"][0]


def test_nothing_is_fetched_and_that_is_said(shop, call):
    (shop / "assets").mkdir()
    (shop / "assets/dot.png").write_bytes(bytes.fromhex(PIXEL))
    images = '<mj-image alt="a" src="dot.png" /><mj-image alt="b" src="gone.png" /><mj-image alt="c" src="https://elsewhere.example/x.png" />'
    change(shop / NOTE, "<mj-text>", images + "<mj-text>")
    notes = {note for one in found(call)[1]["results"] for note in one["notes"]}
    assert notes == {"there is no file assets/gone.png", "blocked, nothing is fetched from outside: https://elsewhere.example/x.png"}


def test_a_mistake_in_a_file_exits_with_2(shop, call):
    change(shop / "mailweave.yaml", "schemes: [light]", "schemes: [lihgt]")
    status, _, err = call("shots")
    assert status == 2
    assert "mailweave.yaml:" in err
    write_files(shop, {"mailweave.yaml": FILES["mailweave.yaml"], NOTE: "<mj-section><mj-column><mj-text>{{ customer.last_name }}</mj-text></mj-column></mj-section>"})
    status, run_ = found(call)
    assert status == 2
    assert run_["counts"]["error"] == 4
    assert "content_blocks/note/default.mjml:1:" in run_["results"][0]["notes"][0]


def test_a_damaged_baseline_exits_with_2(approved, call):
    path = approved / "baselines/campaigns/hello/ann/phone-light.png"
    path.write_bytes(path.read_bytes()[:50])
    for options in ([], ["--fresh"]):
        status, out, _ = call("shots", *options)
        assert status == 2
        assert "baselines/campaigns/hello/ann/phone-light.png:1:1: the baseline isn't the picture that was approved" in out
    (approved / "baselines/manifest.json").write_text("{")
    status, _, err = call("shots")
    assert status == 2
    assert "baselines/manifest.json:1:1: the manifest can't be read" in err


def test_another_browser_is_said(approved, call):
    path = approved / "baselines/manifest.json"
    data = json.loads(path.read_text())
    for kept in data["subjects"].values():
        for picture in kept["pictures"].values():
            picture["browser"] = "Chromium 99.0.1.2"
    path.write_text(json.dumps(data))
    status, run_ = found(call)
    assert status == 0
    assert run_["notes"][0].startswith("the baselines were taken with Chromium 99.0.1.2, this is Chromium")
    assert "--against REV" in run_["notes"][0]


def test_a_run_that_was_killed_approves_nothing(approved, call):
    change(approved / NOTE, "{{ block.text }}", "Dear reader")
    before = {path: path.read_bytes() for path in approved.glob("baselines/**/*") if path.is_file()}
    running = subprocess.Popen([sys.executable, "-m", "mailweave", "shots", "--fresh"], cwd=approved, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    results = approved / "build/shots/results.json"
    deadline = time.monotonic() + 60
    while results.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    for command in (["approve", "--all"], ["report"]):
        status, _, err = call(*command)
        assert status == 2
        assert "the last run didn't come to its end – run `mailweave shots`" in err
    assert {path: path.read_bytes() for path in approved.glob("baselines/**/*") if path.is_file()} == before
    assert found(call)[1]["counts"]["different"] == 4


def test_a_picture_that_was_changed_after_the_run_is_refused(shop, call):
    call("shots")
    next((shop / "build/shots/after").rglob("*.png")).write_bytes(bytes.fromhex(PIXEL))
    status, _, err = call("approve", "--all")
    assert status == 2
    assert "this isn't the picture that the last run took" in err
    assert not (shop / "baselines").exists()


def test_kept_as_a_fingerprint_only(shop, call):
    change(shop / "mailweave.yaml", "schemes: [light]", 'schemes: [light], keep: ["phone"]')
    call("shots")
    call("approve", "--all")
    assert {path.name for path in shop.glob("baselines/**/*.png")} == {"phone-light.png"}
    assert found(call, "--fresh")[0] == 0
    change(shop / NOTE, "{{ block.text }}", "Dear reader")
    results = {f"{one['title']}/{one['viewport']}": one for one in found(call)[1]["results"]}
    assert results["hello/ann/desktop"]["status"] == "different"
    assert [change["slot"] for change in results["hello/ann/desktop"]["changes"]] == ["top", "note"]
    assert "only a fingerprint is kept" in results["hello/ann/desktop"]["notes"][0]


def test_help_has_examples(call):
    for command in ("shots", "approve", "report"):
        status, out, _ = call(command, "--help")
        assert status == 0
        assert "Examples:" in out
