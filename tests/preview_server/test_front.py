"""`mailweave preview` with messages that never end and messages that end the process: a real server, asked by HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from mailweave.testing import MINIMAL, write_files
from mailweave_preview.deaths import read_death

from .test_given import RAW, on_the_wire

# Seconds after which a test that hangs is given up.
PATIENCE = 240
# What a message may take: so long that no ordinary page does, on a machine that is busy.
SECONDS = 12

PLUGIN = '''
import ctypes, os, sys, threading, time
from mailweave import hookimpl

def for_ever(scope, value):
    """Never comes back, but lets others work."""
    while value == "Ann":
        time.sleep(0.01)
    return value

def spin(scope, value):
    """Never comes back, and lets nobody else work: native code that keeps the interpreter to itself."""
    if value == "Ann":
        ctypes.PyDLL(None).sleep(100_000)
    return value

def crash(scope, value):
    """Reads where nothing is."""
    return ctypes.string_at(0) if value == "Ann" else value

def leave(scope, value):
    """Ends the process without a word."""
    return os._exit(7) if value == "Ann" else value

def exit_(scope, value):
    """Ends its thread."""
    return sys.exit("enough") if value == "Ann" else value

@hookimpl
def register_filters():
    return {"for_ever": for_ever, "spin": spin, "crash": crash, "leave": leave, "exit_": exit_}
'''
FILTERS = ("for_ever", "spin", "crash", "leave", "exit_")


def write_shop(root: Path, filters) -> None:
    files = {**MINIMAL, "mailweave.yaml": MINIMAL["mailweave.yaml"].rstrip() + f"\n        limits: {{seconds: {SECONDS}}}\n", "profiles/bea.yaml": "first_name: Bea\nemail: bea@test.example\n"}
    for name in filters:
        files[f"content_blocks/{name}/block.yaml"] = "description: A block.\nvariants: {default: {}}\n"
        files[f"content_blocks/{name}/default.mjml"] = f"<mj-section><mj-column><mj-text>{{{{ customer.first_name | {name} }}}}</mj-text></mj-column></mj-section>\n"
        files[f"campaigns/{name}.yaml"] = f"subject: Hi\nslots: {{{name}: {{block: {name}}}}}\n"
    write_files(root, files)


class Running:
    """A previewer that runs; what it says is in a file."""

    def __init__(self, process, url, said):
        self.process, self.url, self.said = process, url, said

    def get(self, path, accept="text/html", **more):
        """Status and text of an answer."""
        try:
            with urlopen(Request(self.url + path, headers={"Accept": accept, **more.pop("headers", {})}, **more), timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def until_shown(self, path):
        """Ask for a page that can be shown; on a machine that is busy even that may take too long."""
        answers = [self.get(path)]
        while answers[-1][0] != 200:
            assert "took longer than" in answers[-1][1]
            assert len(answers) < 6
            answers.append(self.get(path))


@pytest.fixture
def preview(tmp_path):
    """Start the command on a shop with some of the filters; it is stopped at the end, and has left nothing behind."""
    running = []

    def begin(*filters):
        plugins, shop, said = tmp_path / "plugins", tmp_path / "shop", tmp_path / "said.txt"
        (plugins / "hostile-1.dist-info").mkdir(parents=True)
        (plugins / "hostile_filters.py").write_text(PLUGIN)
        (plugins / "hostile-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: hostile\nVersion: 1\n")
        (plugins / "hostile-1.dist-info" / "entry_points.txt").write_text("[mailweave]\nhostile = hostile_filters\n")
        write_shop(shop, filters)
        (tmp_path / "temporary").mkdir()
        environment = {**os.environ, "PYTHONPATH": str(plugins), "TMPDIR": str(tmp_path / "temporary")}
        command = [sys.executable, "-m", "mailweave", "preview", "-w", str(shop), "--port", "0"]
        with said.open("w") as file:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True, env=environment)
        running.append(process)
        line = process.stdout.readline()
        return Running(process, re.search(r"at (http://\S+/)", line)[1], said)

    yield begin
    for process in running:
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0
        assert said.endswith("\nstopped\n")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_takes_too_long_or_crashes_is_told_and_the_others_go_on(preview):
    running = preview("for_ever", "crash")
    running.until_shown("campaigns/hello?profile=ann")
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(running.get, "campaigns/for_ever?profile=ann")
        assert running.get("campaigns/hello?profile=ann")[0] == 200
        assert not slow.done()
    status, page = slow.result()
    assert status == 422
    assert "the message of &#39;for_ever&#39; for &#39;ann&#39; took longer than 12 seconds, and was stopped" in page
    assert re.search(r"it was busy in <code>for_ever</code> \(hostile_filters.py, line \d+\); mend that, or allow more with <code>limits: \{seconds: …\}</code>", page)
    running.until_shown("campaigns/for_ever?profile=bea")
    # Native code that crashes takes its process with it; as JSON for scripts.
    status, told = running.get("campaigns/crash/state?profile=ann", "application/json")
    assert status == 422
    assert json.loads(told)["problems"][0].startswith("the process that built the message of 'crash' for 'ann' crashed (SIGSEGV) – it was busy in `crash` (hostile_filters.py, line ")
    running.until_shown("campaigns/crash?profile=bea")
    assert "in for_ever" in running.said.read_text()
    assert "Traceback" not in running.said.read_text()


@pytest.mark.deep
@pytest.mark.parametrize(
    ("name", "why"),
    [("spin", "took longer than 12 seconds"), ("leave", "crashed (exit code 7)"), ("exit_", "ended with SystemExit: enough")],
)
def test_other_ways_to_be_lost(preview, name, why):
    running = preview(name)
    with ThreadPoolExecutor(8) as pool:
        lost = pool.submit(running.get, f"campaigns/{name}?profile=ann")
        others = [pool.submit(running.get, "campaigns/hello?profile=bea") for _ in range(6)]
        assert [other.result()[0] for other in others] == [200] * 6
    status, page = lost.result()
    assert status == 422
    assert why in page
    running.until_shown(f"campaigns/{name}?profile=bea")


@pytest.mark.deep
@pytest.mark.parametrize("name", ["for_ever", "crash", "leave"])
def test_looking_the_workspace_over_ends_too(preview, name):
    """The audit in the background meets the same message; what it met is told, and it isn't met again until a file changes."""
    running = preview(name)
    looked = {"looked": False}
    while not looked["looked"]:
        looked = json.loads(running.get("problems", "application/json")[1])
    assert f"the message of &#39;{name}&#39; for &#39;ann&#39;" in looked["html"]
    generations = running.said.read_text().count(f"the message of '{name}' for 'ann'")
    for _ in range(5):
        assert json.loads(running.get("problems", "application/json")[1]) == looked
    assert running.said.read_text().count(f"the message of '{name}' for 'ann'") == generations == 1


@pytest.mark.deep
def test_pages_stay_valid_when_the_process_changes(preview):
    running = preview("crash")
    token = re.search(r'name="mailweave-token" content="([^"]+)"', running.get("campaigns/")[1])[1]
    with urlopen(Request(running.url + "events"), timeout=PATIENCE) as events:
        assert events.readline() == b"event: hello\n"
        assert running.get("campaigns/crash?profile=ann")[0] == 422
        # Told by its end that it must connect again.
        assert events.read().startswith(b"data: ")
    body = json.dumps({"name": "new", "profile": "bea"}).encode()
    status, told = running.get("profiles/save", "application/json", data=body, headers={"Content-Type": "application/json", "X-Mailweave-Token": token})
    assert (status, json.loads(told)) == (200, {"name": "new", "path": "profiles/new.yaml"})


@pytest.mark.deep
def test_what_is_hardly_http(preview):
    running = preview()
    token = re.search(r'name="mailweave-token" content="([^"]+)"', running.get("campaigns/")[1])[1]
    for data, status in RAW.items():
        answer = on_the_wire(int(running.url.rsplit(":", 1)[1].strip("/")), data.replace(b"TOKEN", f"X-Mailweave-Token: {token}".encode()))
        assert (int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else 0) == status, (data[:80], answer[:300])
    assert running.said.read_text() == ""


def test_what_faulthandler_says_is_understood_as_far_as_it_goes():
    said = textwrap.dedent("""\
        Fatal Python error: Segmentation fault

        Thread 0x00007f0000000002 (most recent call first):
          File "/a/b.py", line 3 in wait

        Current thread 0x00007f0000000001 (most recent call first):
          File "/x/plugin.py", line 12 in <lambda>
          File "/x/other.py", line 1 in outer
        """)
    death = read_death(-11, said)
    assert (death.how, death.culprit, str(death.at(death.culprit))) == ("SIGSEGV", 0x7F0000000001, "`<lambda>` (plugin.py, line 12)")
    assert str(death.at(0x7F0000000002)) == "`wait` (b.py, line 3)"
    assert (read_death(7, "").how, read_death(7, "").at(1), read_death(-9, said[:120]).culprit) == ("exit code 7", None, None)
