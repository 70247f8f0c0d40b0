"""The report of pictures inside the previewer: shown, decided on, and refused to those who may only look."""

from __future__ import annotations

import json

import pytest

from mailweave.cli import run
from mailweave.testing import MINIMAL, write_files

FILES = {**MINIMAL, "mailweave.yaml": MINIMAL["mailweave.yaml"].rstrip() + "\n        viewports: {phone: 375}\n        shots: {at: 2026-11-23T10:00:00Z, schemes: [light]}\n"}


@pytest.fixture
def taken(tmp_path, mailweave_engine, browser):
    """A workspace whose one picture has been taken, but not approved."""
    write_files(tmp_path, FILES)
    assert run(["shots", "-w", str(tmp_path), "--profiles"], mailweave_engine) == 1
    return tmp_path


def decide(client, ids, decision="approved", **headers):
    return client.post("/pictures/report/decide", data=json.dumps({"ids": ids, "decision": decision}), content_type="application/json", headers=headers or client.token)


def result_ids(folder):
    return [f"{result['title']}/{result['viewport']}-{result['scheme']}" for result in json.loads((folder / "build/shots/results.json").read_text())["results"]]


def test_says_how_to_take_the_first(own):
    page = own.get("/pictures/").get_data(as_text=True)
    assert "No pictures have been taken yet" in page
    assert "mailweave shots" in page


def test_the_report_stands_in_a_frame_that_only_the_previewer_may_make(make_client, taken):
    client = make_client(taken)
    assert '<iframe src="/pictures/report/"' in client.get("/pictures/").get_data(as_text=True)
    report = client.get("/pictures/report/")
    assert report.status_code == 200
    assert "frame-ancestors 'self'" in report.headers["Content-Security-Policy"]
    assert "default-src 'none'" in report.headers["Content-Security-Policy"]


def test_approving_writes_baselines(make_client, taken):
    done = decide(make_client(taken), result_ids(taken))
    assert (done.status_code, done.get_json()) == (200, {"done": 1})
    assert (taken / "baselines" / "manifest.json").is_file()


def test_only_looking_writes_nothing(make_client, taken):
    for client, headers in ((make_client(taken, read_only=True), {}), (make_client(taken), {"X-Mailweave-Token": "guessed"})):
        assert decide(client, result_ids(taken), **headers).status_code == 403
    assert not (taken / "baselines").exists()
