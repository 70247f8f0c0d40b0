"""The pytest plugin as a team uses it, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from mailweave.testing import MINIMAL, write_files

SETTINGS = MINIMAL["mailweave.yaml"].rstrip() + "\n        viewports: {phone: 375}\n        shots: {at: 2026-11-23T10:00:00Z, schemes: [light]}\n"
FILES = {
    **{f"shop/{name}": text for name, text in {**MINIMAL, "mailweave.yaml": SETTINGS}.items()},
    "pytest.ini": "[pytest]\nmailweave_workspace = shop\ntestpaths = tests\nfilterwarnings = error\n",
    "tests/test_own.py": """
        def test_vip(mailweave_shot):
            mailweave_shot("hello", {"first_name": "Vi"}, viewport="phone")
        """,
}


@pytest.fixture
def suite(tmp_path, chromium):
    write_files(tmp_path, FILES)

    def call(*arguments):
        done = subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    call.folder = tmp_path
    return call


def test_every_picture_is_a_test(suite):
    status, out = suite("--collect-only")
    assert status == 0
    assert out.splitlines()[:2] == ["tests/test_own.py::test_vip", "shop/mailweave.yaml::hello/ann/phone-light"]
    status, out = suite()
    assert status == 1
    assert "hello/ann/phone-light: was never approved" in out
    assert "keep it: pytest --mailweave-update" in out
    assert "Traceback" not in out
    assert suite("--mailweave-update")[0] == 0
    path = suite.folder / "shop/content_blocks/note/default.mjml"
    path.write_text(path.read_text().replace("{{ block.text }}", "Good evening"))
    status, out = suite("-k", "ann")
    assert status == 1
    assert "hello/ann/phone-light: note (note/default) looks different" in out
    assert "file changed: content_blocks/note/default.mjml" in out
    assert "hello/ann" not in suite("tests", "--collect-only")[1], "the workspace isn't collected when other paths are named"


def test_does_nothing_unless_asked(suite):
    (suite.folder / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    write_files(suite.folder, {"tests/test_own.py": "def test_nothing():\n    import sys\n    assert 'playwright' not in sys.modules\n    assert 'numpy' not in sys.modules\n"})
    status, out = suite()
    assert (status, out.splitlines()[-1].split(" in ")[0]) == (0, "1 passed")


def test_a_mistake_in_the_workspace_is_told(suite):
    (suite.folder / "shop/campaigns/hello.yaml").write_text("subjct: x\n")
    status, out = suite("shop")
    assert status == 2
    assert "hello.yaml:1:1: unknown key 'subjct' – did you mean 'subject'?" in out
    assert "Traceback" not in out
