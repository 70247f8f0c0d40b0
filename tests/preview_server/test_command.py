"""`mailweave preview` as a person starts and stops it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from mailweave.cli import run

STOREFRONT = Path(__file__).parents[2] / "examples" / "storefront"


@pytest.fixture
def start():
    """Start the command; it is stopped at the end."""
    running = []

    def begin(*arguments):
        command = [sys.executable, "-m", "mailweave", "preview", "-w", str(STOREFRONT), *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def test_prints_its_address_and_ends_with_ctrl_c(start):
    process = start("--port", "0")
    line = process.stdout.readline()
    address = re.search(r"Previewing Juniper & Pine at (http://127\.0\.0\.1:\d+/)", line)
    assert address, line
    assert process.stdout.readline() == "Stop it with Ctrl-C.\n"
    with urlopen(address[1] + "campaigns/") as page:
        assert b"spring_newsletter" in page.read()
    # A page that listens for changes must not keep it from ending.
    events = urlopen(address[1] + "events")
    assert events.readline() == b"event: hello\n"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=5)
    events.close()
    assert process.returncode == 0
    assert said == "\nstopped\n"


def test_a_port_that_is_taken(mailweave_engine, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["preview", "-w", str(STOREFRONT), "--port", str(port)], mailweave_engine) == 1
    assert f"can't listen at 127.0.0.1:{port}: address already in use – choose another port, like `--port {port + 1}`" in capsys.readouterr().err


def test_a_host_that_is_not_ours(mailweave_engine, capsys):
    assert run(["preview", "-w", str(STOREFRONT), "--host", "203.0.113.7", "--port", "0"], mailweave_engine) == 1
    assert "can't listen at 203.0.113.7:0" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "said"), [(["--smtp", "x:y"], "'x:y' is no server – write it like localhost:1025"), (["--at", "noon"], "'noon' is no moment"), (["--at", "9999-12-31T23:00Z"], "the year 9999 is at the calendar's edge – write a year from 2 to 9998"), (["--port", "99999"], "99999 is not in the range")])
def test_wrong_usage(mailweave_engine, capsys, arguments, said):
    assert run(["preview", "-w", str(STOREFRONT), *arguments], mailweave_engine) == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_no_workspace(mailweave_engine, capsys, tmp_path):
    assert run(["preview", "-w", str(tmp_path)], mailweave_engine) == 1
    assert "there is no mailweave.yaml" in capsys.readouterr().err


def test_nothing_of_flask_is_imported_for_other_commands():
    code = "import sys, mailweave.engine; mailweave.engine.Engine(); sys.exit('flask' in sys.modules or 'watchfiles' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


