"""Whatever one customer's row does to the process that builds its message, everybody else gets theirs and that one is named."""

from __future__ import annotations

from .hostile import customers, hostile

__all__ = ["hostile"]

NDJSON = ["--to", "out", "--as", "ndjson", "--part-size", 10]


def test_a_row_that_ends_its_worker_is_rejected_by_name(hostile):
    faults = {3: "segv", 14: "exit", 25: "kill", 27: "system-exit", 28: "panic", 29: "interrupt", 31: "recursion", 32: "memory", 33: "error"}
    summary = hostile.go(customers(40, faults), *NDJSON, "--jobs", 2)
    assert summary.outcomes == {"written": 31, "rejected": 9}
    assert summary.complete
    found = hostile.rejects()
    for k, v in found.items(): print(k, v["code"], v["path"], v["line"], v["what"], "--", v["remedy"])
    print(summary.err)
    assert 0
