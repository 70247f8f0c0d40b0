"""docs/tutorial.md, done step by step: its commands run, its files are saved, and the real previewer is asked for what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path
from time import sleep
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

DOC = Path(__file__).parents[2] / "docs" / "tutorial.md"
STEP = re.compile(r"^## (\d+)\. (.+)$", re.MULTILINE)
FILE = re.compile(r"^`([\w./-]+)`:\n\n```\w+\n(.*?)```", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"```console\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(http://127\.0\.0\.1:5005/([^)]*)\)")
MAILWEAVE = [sys.executable, "-m", "mailweave"]


def steps():
    """(title, text) of each step."""
    parts = STEP.split(DOC.read_text())
    return list(zip(parts[2::3], parts[3::3], strict=True))


@pytest.fixture
def run(tmp_path):
    """Run a line of a console; `cd` is remembered, a previewer is left running and ended at the end."""
    where, running = [tmp_path], []

    def line(text):
        program, *arguments = text.split()
        if program == "cd":
            where[0] = where[0] / arguments[0]
        elif arguments[0] == "preview":
            command = [*MAILWEAVE, *arguments, "--port", "0"]
            process = subprocess.Popen(command, cwd=where[0], stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"})
            running.append(process)
            return re.search(r"http://\S+", process.stdout.readline()).group()
        else:
            done = subprocess.run([*MAILWEAVE, *arguments], cwd=where[0], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        return None

    line.where = where
    yield line
    for process in running:
        process.terminate()
        process.wait(10)
        process.stdout.close()


def asked(url):
    """What the previewer answers; a refusal, too."""
    try:
        with urlopen(Request(url, headers={"Accept": "application/json"}), timeout=60) as answer:
            return answer.read().decode()
    except HTTPError as error:
        with error:
            return error.read().decode()


def until(url, wanted):
    """The previewer's answer once it has seen the files that were saved just before."""
    for _ in range(100):
        text = asked(url)
        if wanted in text:
            return text
        sleep(0.1)
    raise AssertionError(f"{wanted!r} isn't in {text[:2000]}")


# What each link of the tutorial must show.
SHOWN = {
    "blocks/club": 'data-variant="member"',
    "campaigns/club?profile=newcomer&slot=club": "club → club / default",
    "permutations/club": "Searching customers",
    "campaigns/club?profile=member&slot=club": "club → club / member",
    "compare/club?profile=newcomer&profile2=member": "<b>1 of 3 slots</b> differs",
}


def test_every_step(run):
    titles = [title for title, _ in steps()]
    assert len(titles) < 10
    home, visited = None, []
    for _, text in steps():
        for path, content in FILE.findall(text):
            file = run.where[0] / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content)
        for block in COMMANDS.findall(text):
            for line in block.strip().splitlines():
                home = run(line.removeprefix("$ ")) or home
        visited += LINK.findall(text)
        for link in LINK.findall(text):
            until(home + link, SHOWN[link])
    assert set(visited) == set(SHOWN)
    assert "thank you for being in the Garden Club" in asked(home + "campaigns/club/message.html?profile=member")
    near = asked(home + "campaigns/club/nearest?profile=newcomer&slot=club")
    assert "segments" in near
    assert "Switch to this profile" in near


def test_the_count_of_the_tutorial(run, make_client):
    """Step 8 before the profile is written: what the page says is covered."""
    run("mailweave new first")
    root = run.where[0] / "first"
    for _, text in steps()[:6]:
        for path, content in FILE.findall(text):
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content)
    found = make_client(root).get("/permutations/club/found", headers={"Accept": "application/json"}).json["html"]
    assert "3 of 4 variants are covered by your preview profiles" in found
    assert "Create 1 missing preview profile" in found
    assert "3 of 4 variants are covered" in " ".join(DOC.read_text().split())
