"""The command as a process: all of its output, its exit status, and no word when its reader has had enough."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mailweave.testing import MINIMAL, write_files

MAILWEAVE = [sys.executable, "-m", "mailweave"]


@pytest.fixture
def shop(tmp_path):
    write_files(tmp_path, MINIMAL)
    return tmp_path


def test_all_output_arrives(shop):
    done = subprocess.run([*MAILWEAVE, "render", "hello", "--profile", "ann", "-w", str(shop)], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("</html>")
    assert done.stderr == ""


@pytest.mark.parametrize(("arguments", "status", "said"), [(["render", "helo", "--profile", "ann"], 1, "did you mean 'hello'"), (["rendr"], 2, "render")])
def test_the_exit_status_says_what_was_wrong(shop, arguments, status, said):
    done = subprocess.run([*MAILWEAVE, *arguments], capture_output=True, text=True, check=False, cwd=shop)
    assert (done.returncode, said in done.stderr, "Traceback" in done.stderr) == (status, True, False)


def test_a_reader_may_leave(shop):
    command = f"{sys.executable} -m mailweave render hello --profile ann -w {shop} | head -c 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (len(done.stdout), done.stderr) == (1, "")
