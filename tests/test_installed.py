"""The built wheel in an empty environment and an empty folder: what a new user has."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parents[1]
# Everywhere the same versions; see the Makefile.
PINNED = {**os.environ, "PIP_CONSTRAINT": "constraints.txt", "PIP_BUILD_CONSTRAINT": "constraints.txt"}
ACME = ROOT / "examples" / "acme-points"
CAMPAIGN = """
subject: Points
slots:
  note:
    block: text
    choose:
      - when: {points: {at_least: 500}}
        parameters: {paragraphs: [You have enough points for a gift.]}
      - otherwise: nothing
"""


class Installed:
    """An environment with nothing but the wheel and what it depends on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        self.home = folder / "home"
        self.home.mkdir()

    def run(self, *arguments: str, status: int = 0) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LC_ALL": "C.UTF-8"}
        program = [str(self.bin / arguments[0]), *arguments[1:]]
        done = subprocess.run(program, cwd=self.home, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    for project in (ROOT, ACME):
        build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder / "dist"), str(project)]
        subprocess.run(build, cwd=ROOT, env=PINNED, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    found = Installed(folder)
    wheels = sorted(map(str, (folder / "dist").glob("*.whl")))
    install = [str(found.bin / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wheels, "pytest"]
    subprocess.run(install, cwd=ROOT, env=PINNED, check=True)
    return found


@pytest.fixture(scope="module")
def shop(installed: Installed) -> Path:
    installed.run("mailweave", "new", "shop")
    return installed.home / "shop"


def test_a_new_workspace_renders(installed, shop):
    html = installed.run("mailweave", "render", "welcome", "--profile", "newcomer", "-w", "shop")
    assert html.startswith("<!doctype html>")
    assert installed.run("mailweave", "check", "-w", "shop").startswith("No problems")


def test_a_new_workspace_is_never_put_over_another(installed, shop):
    installed.run("mailweave", "new", "shop", status=2)


def test_every_command_has_help_with_an_example(installed):
    listed = installed.run("mailweave", "--help")
    assert "Examples:" in listed
    commands = [line.split()[0] for line in listed.split("Commands:")[1].splitlines() if line.strip()]
    assert len(commands) >= 10
    for name in commands:
        assert re.search(r"Examples?:\s+mailweave", installed.run("mailweave", name, "--help"))


def test_the_stock_blocks_came_along(installed, shop):
    blocks = json.loads(installed.run("mailweave", "blocks", "--json", "-w", "shop"))["blocks"]
    assert len([block for block in blocks if block["stock"]]) >= 16


def test_a_third_partys_rule_works_once_installed(installed, shop):
    plugins = json.loads(installed.run("mailweave", "plugins", "--json"))["plugins"]
    assert {"name": "acme_points", "distribution": "acme-points", "version": "1.0.0", "brings": ["rule points"]} in plugins
    (shop / "campaigns" / "points.yaml").write_text(CAMPAIGN)
    (shop / "rich.yaml").write_text("loyalty: {points: 900}\n")
    said = json.loads(installed.run("mailweave", "explain", "points", "--profile", "shop/rich.yaml", "--json", "-w", "shop"))
    assert said["slots"]["note"]["because"] == "900 points, at least 500"
    (shop / "campaigns" / "points.yaml").unlink()


def test_a_third_partys_own_tests_pass(installed):
    tests = installed.folder / "acme-tests"
    tests.mkdir()
    for path in (ACME / "tests").glob("*.py"):
        (tests / path.name).write_text(path.read_text())
    assert " passed" in installed.run("pytest", "-q", str(tests))


def test_the_previewer_has_its_pages_scripts_and_styles(installed: Installed, shop: Path) -> None:
    command = [str(installed.bin / "mailweave"), "preview", "-w", str(shop), "--port", "0"]
    with subprocess.Popen(command, cwd=installed.home, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().split()[-1]
            for path in ("campaigns/welcome?profile=newcomer", "matrix/welcome", "static/workbench.js", "static/tokens.css", "static/icon.svg"):
                with urlopen(address + path) as answer:
                    assert answer.status == 200
        finally:
            process.terminate()
