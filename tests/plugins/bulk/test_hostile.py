"""Whatever one customer's row does to the process that builds its message, everybody else gets theirs and that one is named."""

from __future__ import annotations

import json
import time

import psutil
import pytest

from mailweave_plugins.bulk.position import position_of

from .conftest import AT, lines, write_profiles
from .hostile import customers, hostile
from .smtp_server import Mailbox, serve
from .test_cluster import serving

__all__ = ["hostile"]

NDJSON = ["--to", "out", "--as", "ndjson"]
FILLING = "while filling slot 'note' (content_blocks/note/default.mjml); so it"

# Row by row: the JSON, the id by which it is named, and the code and words of why it is rejected, or None.
ROWS = [
    ('{"id": "fine"}', "fine", None, ""),
    (r'{"id": "a\ud800"}', "a\ud800", "bad-cell", "column 'id' holds half of a character (U+D800)"),
    (r'{"id": "b", "email": "b\udfff@test.example"}', "b", "bad-cell", "column 'email' holds half of a character (U+DFFF)"),
    (r'{"id": "c", "first_name": "\udc00\ud800"}', "c", "bad-cell", "column 'first_name' holds half of a character (U+DC00)"),
    (r'{"id": "d", "unused": {"k": ["x\ud83d"]}}', "d", "bad-cell", "column 'unused' holds half of a character (U+D83D)"),
    (r'{"id": "e", "k\ud800": 1}', "e", "bad-cell", "column 'k\ud800' holds half of a character (U+D800)"),
    (r'{"id": "g", "unused": {"k\ud800": 1}}', "g", "bad-cell", "column 'unused' holds half of a character (U+D800)"),
    (r'{"id": "\ud83d\ude00"}', "\U0001f600", None, ""),
    (r'{"id": "nul\u0000"}', "nul\0", "bad-cell", "column 'id' holds the character U+0000, which nobody sees"),
    ('{"id": "../../up"}', "../../up", None, ""),
    ('{"id": "%s"}' % ("i" * 10_000), "i" * 10_000, None, ""),
    ('{"id": "h", "points": 1e999}', "h", "bad-cell", "column 'points' holds inf"),
    ('{"id": "j", "points": NaN}', "", "json", "this is no JSON: NaN"),
    ('{"id": "k", "deep": %s}' % ("[" * 900 + "]" * 900), "k", "bad-cell", "column 'deep' is nested more than 100 levels deep"),
    ('{"id": "l", "orders": "[1e999]"}', "l", "bad-cell", "column 'orders' holds inf"),
    ('{"id": "m", "orders": "[NaN]"}', "m", "bad-cell", "column 'orders' is no JSON: NaN"),
    ('{"id": "n", "fault": "system-exit"}', "n", "bad-value", "the plugin 'acme_risks' failed: SystemExit: bye"),
    ('{"id": "o", "fault": "panic"}', "o", "bad-value", "the plugin 'acme_risks' failed: Panic: rust"),
    ('{"id": "p", "fault": "interrupt"}', "p", "internal", "KeyboardInterrupt"),
    ('{"id": "q", "fault": "recursion"}', "q", "bad-value", "the plugin 'acme_risks' failed: RecursionError"),
    ('{"id": "r", "fault": "memory"}', "r", "bad-value", "the plugin 'acme_risks' failed: MemoryError"),
    ('{"id": "s", "fault": "error"}', "s", "bad-value", "the plugin 'acme_risks' failed: ZeroDivisionError"),
    ('{"id": "t", "fault": "segv"}', "t", "worker-died", f"the worker died of SIGSEGV (segmentation fault) {FILLING} did when it tried this row alone"),
    ('{"id": "last"}', "last", None, ""),
]


def test_each_fault_rejects_its_row_alone_and_by_name(hostile):
    (hostile.root / "p.ndjson").write_text("".join(row[0] + "\n" for row in ROWS))
    summary = hostile.call("--profiles", "p.ndjson", "--at", AT, *NDJSON, "--jobs", 1, status=1)
    found = {entry["row"]: entry for entry in hostile.ledger()}
    for number, (_, name, code, what) in enumerate(ROWS):
        problem = found[number].get("problems", [None])[0]
        assert (found[number]["id"], problem and problem["code"]) == (name, code)
        assert not problem or what in problem["what"]
        assert not problem or problem["path"] == ("content_blocks/note/default.mjml" if code == "bad-value" else "p.ndjson")
    well = [name for _, name, code, _ in ROWS if code is None]
    assert [message["id"] for message in hostile.messages()] == well
    assert [entry["row"] for entry in lines(hostile.out / "rejects.ndjson")] == [number for number, row in enumerate(ROWS) if row[2]]
    assert summary.complete
    assert summary.reasons["worker-died"]["count"] == 1
    assert "1 worker-died, such as p.ndjson:23:1: the worker died of SIGSEGV" in summary.err


@pytest.mark.deep
@pytest.mark.parametrize("kind", ["parquet", "eml"])
def test_the_same_holds_wherever_messages_go(hostile, kind):
    rows = [{"email": "u@test.example", **json.loads(row[0].replace("NaN", "null"))} for row in ROWS if row[2] != "worker-died"]
    summary = hostile.go(rows, "--to", "out", "--as", kind, "--jobs", 1)
    well = [row[1] or "j" for row in ROWS if row[2] in (None, "json")]
    assert [entry["id"] for entry in hostile.ledger() if entry["outcome"] == "written"] == well
    assert summary.outcomes == {"written": len(well), "rejected": len(rows) - len(well)}


@pytest.mark.deep
def test_workers_that_end_in_many_ways(hostile):
    faults = {3: "segv", 14: "exit", 25: "kill", 26: "abort", 27: "error", 38: "kill"}
    summary = hostile.go(customers(40, faults), *NDJSON, "--part-size", 10, "--jobs", 2)
    assert summary.outcomes == {"written": 34, "rejected": 6}
    found = {name: (problem["code"], problem["line"]) for name, problem in hostile.rejects().items()}
    assert found == {f"p-{row}": ("bad-value", 1) if fault == "error" else ("worker-died", row + 1) for row, fault in faults.items()}
    assert f"died of SIGKILL (killed) {FILLING} did" in hostile.rejects()["p-25"]["what"]
    assert f"ended itself with status 3 {FILLING} did" in hostile.rejects()["p-14"]["what"]
    assert [entry["row"] for entry in hostile.ledger()] == list(range(40))
    assert not [*hostile.out.rglob("*.part"), *hostile.out.glob(".run/alone-*")]
    # What was found out holds when the run goes on.
    (hostile.out / "parts/part-00002.json").unlink()
    again = hostile.go(None, *NDJSON, "--part-size", 10, "--jobs", 1)
    assert (again.outcomes, again.before, again.seconds < 60) == (summary.outcomes, 30, True)


@pytest.mark.deep
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_row_that_takes_too_long_is_rejected_by_name(hostile, jobs):
    summary = hostile.go(customers(30, {0: "endless", 14: "native", 25: "asleep"}), *NDJSON, "--part-size", 10, "--jobs", jobs, seconds=1)
    assert summary.outcomes == {"written": 27, "rejected": 3}
    for row in (0, 14, 25):
        problem = hostile.rejects()[f"p-{row}"]
        assert (problem["code"], problem["line"]) == ("took-too-long", row + 1)
        assert problem["what"].startswith(f"the worker was at it for more than 1 s, and was ended {FILLING} was when")
        assert "limits: {seconds: …}" in problem["remedy"]


@pytest.mark.deep
@pytest.mark.parametrize("name", ["at", "verdicts.ndjson"])
def test_what_stands_in_the_way_in_the_runs_folder_is_told_or_removed(hostile, name):
    way = hostile.out / ".run" / name
    way.parent.mkdir(parents=True)
    if name == "at":
        way.write_text("")  # of no use to anybody, so it goes
        assert hostile.go(customers(3, {}), *NDJSON, "--jobs", 1, status=0).outcomes == {"written": 3}
    else:
        way.mkdir()
        process = hostile.start("--profiles", write_profiles(hostile.root / "p.ndjson", customers(3, {})), *NDJSON, "--jobs", 1)
        _said, err = process.communicate(timeout=400)
        assert process.returncode == 1
        assert f"Is a directory ({way})" in "".join(err.split("\n"))
        assert "Traceback" not in err


@pytest.mark.deep
def test_no_worker_outlives_its_parent_in_native_code(hostile):
    process = hostile.start("--profiles", write_profiles(hostile.root / "p.ndjson", customers(20, {3: "native"})), "--at", AT, *NDJSON, "--jobs", 1)
    while position_of(hostile.out, 0).row != 3:
        assert process.poll() is None
        time.sleep(0.1)
    workers = [child for child in psutil.Process(process.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    process.kill()
    process.communicate()
    assert psutil.wait_procs(workers, timeout=60)[1] == []


@pytest.mark.deep
def test_sending_goes_on_behind_a_row_that_ends_its_worker(hostile):
    mailbox = Mailbox()
    controller = serve(mailbox)
    try:
        words = ["--to", f"smtp://127.0.0.1:{controller.port}", "--ledger", "out", "--part-size", 20, "--jobs", 2]
        summary = hostile.go(customers(20, {3: "segv", 14: "endless"}), *words, seconds=1)
    finally:
        controller.stop()
    assert summary.outcomes == {"sent": 18, "rejected": 2}
    assert {name: problem["code"] for name, problem in hostile.rejects().items()} == {"p-3": "worker-died", "p-14": "took-too-long"}
    assert mailbox.got == [f"u{row}@test.example" for row in range(20) if row not in (3, 14)]


def named(number, names):
    return [{**row, "id": names.get(index, row["id"])} for index, row in enumerate(customers(number, {}))]


@pytest.mark.deep
def test_a_deliverer_that_fails_with_one_message_writes_the_others(hostile):
    names = {2: "deliver-error", 5: "deliver-name", 11: "deliver-segv"}
    summary = hostile.go(named(20, names), "--to", "out", "--as", "texts", "--part-size", 10, "--jobs", 1)
    written = [name for path in sorted(hostile.out.glob("messages/*")) for name in path.read_text().split()]
    assert written == [row["id"] for index, row in enumerate(named(20, names)) if index not in names]
    problems = hostile.rejects()
    assert {name: problem["code"] for name, problem in problems.items()} == {"deliver-error": "plugin-failed", "deliver-name": "plugin-failed", "deliver-segv": "worker-died"}
    assert "the plugin 'acme_post' failed in write: SystemExit: no" in problems["deliver-error"]["what"]
    assert summary.complete


@pytest.mark.deep
def test_a_deliverer_that_fails_with_one_message_sends_the_others_once(hostile):
    names = {2: "deliver-segv", 5: "deliver-segv-before", 6: "deliver-error", 8: "deliver-error-before"}
    summary = hostile.go(named(10, names), "--to", "post://here", "--ledger", "out", "--jobs", 1, "--in-doubt", "resend")
    sent = (hostile.root / "sent.txt").read_text().split()
    assert sent == [row["id"] for index, row in enumerate(named(10, names)) if index not in (5, 8)]
    assert summary.outcomes == {"sent": 6, "in doubt": 2, "rejected": 1, "deferred": 1}
    assert hostile.rejects()["deliver-segv-before"]["what"].endswith("while sending its message; so it did at this row before")
    (deferred,) = lines(hostile.out / "deferred.ndjson")
    assert (deferred["id"], deferred["detail"]) == (
        "deliver-error-before",
        "the plugin 'acme_post' failed in send: SystemExit: no – report it to the plugin's author",
    )


@pytest.mark.deep
def test_a_reader_that_fails_with_one_row_reads_the_others(hostile):
    rows = customers(20, {3: "read-error", 8: "read-memory", 14: "read-segv"})
    (hostile.root / "p.lines").write_text("".join(json.dumps(row) + "\n" for row in rows))
    process = hostile.start("--profiles", "p.lines", "--at", AT, *NDJSON, "--part-size", 10, "--jobs", 1)
    said, err = process.communicate(timeout=400)
    assert process.returncode == 1, said + err
    assert [message["id"] for message in hostile.messages()] == [row["id"] for index, row in enumerate(rows) if index not in (3, 8, 14)]
    found = {entry["row"]: entry["problems"][0] for entry in lines(hostile.out / "rejects.ndjson")}
    assert "the plugin 'acme_lines' failed in read: RuntimeError: unreadable" in found[3]["what"]
    assert found[14]["what"].startswith("the worker died of SIGSEGV (segmentation fault) while reading its row")
    assert found[8]["what"].startswith("the worker had no memory left while reading its row")
    assert [found[row]["line"] for row in (3, 8, 14)] == [4, 9, 15]


@pytest.mark.deep
def test_a_row_that_ends_the_workers_of_a_cluster_is_rejected_by_name(hostile, tmp_path_factory):
    with serving(tmp_path_factory.mktemp("dask"), nanny=True) as address:
        summary = hostile.go(customers(30, {4: "segv", 7: "error"}), *NDJSON, "--part-size", 10, "--scheduler", address)
    assert summary.outcomes == {"written": 28, "rejected": 2}
    problem = hostile.rejects()["p-4"]
    assert (problem["code"], problem["line"]) == ("worker-died", 5)
