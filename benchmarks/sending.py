"""Sending by SMTP beside smtplib: `python benchmarks/sending.py [--profiles 3000] [--delay 0 0.05] [--threads 20] [--no-pipelining]`.

The peer has the finished messages in memory and sends them with so many threads, which keep no record. mailweave builds each message, puts its
intent on the disk before it goes out and its result after it. So for a server that answers at once, the CPU time of sending is that of a run to the
server beyond that of the same run to .eml files; for one that is far away, messages a second count, each with the same number of connections.
"""

from __future__ import annotations

import argparse
import json
import os
import queue
import smtplib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bulk import SHOP, write

HERE = Path(__file__).parent


@contextmanager
def server(delay: float, *options: str) -> Iterator[int]:
    """A server that answers after so many seconds, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = [sys.executable, str(HERE / "smtp_sink.py"), str(port), str(delay), *options]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    try:
        yield port
    finally:
        process.communicate("")


def spent(words: list[str]) -> tuple[float, float]:
    """Seconds on the clock and of CPU that a command and its children take."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = os.times()
    return time.perf_counter() - started, after.children_user + after.children_system - before.children_user - before.children_system


def peer(port: int, threads: int, folder: Path) -> dict[str, Any]:
    """The twenty lines, in a process of their own."""
    words = [sys.executable, __file__, "--peer", str(port), str(threads), str(folder)]
    found: dict[str, Any] = json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)
    return found


def send_all(port: int, threads: int, folder: Path) -> None:
    """Send every .eml file of a folder; print seconds and CPU seconds of the sending alone."""
    messages: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for path in sorted(folder.rglob("*.eml")):
        messages.put(path.read_bytes())
    count = messages.qsize()
    started, cpu = time.perf_counter(), time.process_time()

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            while True:
                try:
                    data = messages.get_nowait()
                except queue.Empty:
                    return
                to = data.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0].decode().rpartition("<")[2].rstrip(">")
                smtp.sendmail("hello@juniper.example", [to], data)

    workers = [threading.Thread(target=send) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(json.dumps({"messages": count, "seconds": time.perf_counter() - started, "cpu": time.process_time() - cpu}))


def run_words(profiles: Path, *to: str) -> list[str]:
    words = ["run", "spring_newsletter", "--profiles", str(profiles), "--map", "cart=cart:json", "-w", str(SHOP), "--at", "2026-11-23T10:00:00Z"]
    return [sys.executable, "-m", "mailweave", *words, "--jobs", "1", "--verify", "0", *to]


def compare(folder: Path, number: int, delay: float, threads: int, options: list[str]) -> dict[str, Any]:
    """One delay: mailweave and the peer in turn, the better of two rounds each. `options` are the server's."""
    profiles = folder / f"{number}.parquet"
    if not profiles.exists():
        write(profiles, number)
    rounds = []
    for turn in range(2):
        files = folder / f"files-{number}-{delay}-{turn}"
        to_files = spent(run_words(profiles, "--to", str(files), "--as", "eml"))
        with server(delay, *options) as port:
            sent = spent(run_words(profiles, "--to", f"smtp://127.0.0.1:{port}", "--ledger", f"{files}-sent", "--connections", str(threads)))
        with server(delay, *options) as port:
            rounds.append((to_files, sent, peer(port, threads if delay else 1, files)))
    files_cpu = min(found[0][1] for found in rounds)
    sent_cpu, peer_cpu = min(found[1][1] for found in rounds), min(found[2]["cpu"] for found in rounds)
    seconds, peer_seconds = min(found[1][0] for found in rounds), min(found[2]["seconds"] for found in rounds)
    return {
        "delay": delay,
        "messages": number,
        "threads": threads,
        "cpu_ms_beyond_files": round(1000 * (sent_cpu - files_cpu) / number, 3),
        "peer_cpu_ms": round(1000 * peer_cpu / number, 3),
        "cpu_ratio": round((sent_cpu - files_cpu) / peer_cpu, 2),
        "per_second_with_start": round(number / seconds, 1),
        "peer_per_second": round(number / peer_seconds, 1),
        "rate_ratio": round(peer_seconds / seconds, 2),
    }


def main() -> None:
    """Measure each delay, print a line for each, and write build/bench-sending.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=3000)
    parser.add_argument("--delay", type=float, nargs="+", default=[0.0, 0.05], help="Seconds before each answer.")
    parser.add_argument("--threads", type=int, default=20)
    parser.add_argument("--no-pipelining", action="store_true", help="A server that wants each command answered before the next.")
    parser.add_argument("--peer", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peer:
        port, threads, folder = options.peer
        send_all(int(port), int(threads), Path(folder))
        return
    offered = ["--no-pipelining"] if options.no_pipelining else []
    with tempfile.TemporaryDirectory() as folder:
        found = [compare(Path(folder), options.profiles, delay, options.threads, offered) for delay in options.delay]
    for line in found:
        print("  ".join(f"{name} {value}" for name, value in line.items()))
    target = HERE.parent / "build" / "bench-sending.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
