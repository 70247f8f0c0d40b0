"""Rate and memory of bulk runs by number of profiles and processes: `python benchmarks/bulk.py [--sizes 1000 10000 …] [--jobs 1 2]`.

The example shop's preview profiles, each with an id and address of its own, go from Parquet to Parquet through the command itself. Memory is the
highest resident size that any one process of the run reached; scaling is the rate per process against that of one process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pyarrow
import pyarrow.parquet

from mailweave.engine import Engine

ROOT = Path(__file__).parents[1]
SHOP = ROOT / "examples" / "storefront"
# Values of a profile that are nested differently from one to the next go into columns of JSON.
NESTED = ("orders", "visits", "clicks", "segments", "address", "recommendations", "cart")
BATCH = 10_000


def rows(number: int) -> Iterator[dict[str, str | None]]:
    """So many customers, made from the preview profiles in turn."""
    workspace = Engine().open(SHOP)
    samples = [dict(workspace.profile(name).data) for name in workspace.profile_names()]
    names = sorted({name for sample in samples for name in sample} - {"id", "email"})
    for index in range(number):
        sample = samples[index % len(samples)]
        yield {"id": f"c-{index}", "email": f"customer{index}@shop.example", **{name: cell(sample, name) for name in names}}


def cell(sample: dict[str, Any], name: str) -> str | None:
    """A profile's value as a text column holds it."""
    if name not in sample or sample[name] is None:
        return None
    return json.dumps(sample[name]) if name in NESTED else str(sample[name])


def write(path: Path, number: int) -> None:
    """Write them to a Parquet file, not holding them all."""
    batch: list[dict[str, str | None]] = []
    writer = None
    for row in rows(number):
        batch.append(row)
        if len(batch) in (BATCH, number):
            table = pyarrow.Table.from_pylist(batch, pyarrow.schema([(name, pyarrow.string()) for name in row]))
            writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
            number, batch = number - len(batch), []
    if writer:
        writer.close()


def measure(campaign: str, profiles: Path, jobs: int) -> dict[str, Any]:
    """One run: messages a second, and the peak memory and CPU time of the parent and of its workers."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", campaign, "--profiles", str(profiles), "--to", f"{folder}/out", "--jobs", str(jobs), "--at", "2026-11-23T10:00:00Z"]
        words += ["--map", "cart=cart:json", "-w", str(SHOP), "--format", "json"]
        started = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "mailweave", *words], stdout=subprocess.PIPE, text=True)
        peaks, spent = watch(process)
        seconds = time.perf_counter() - started
        said, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"the run failed: {said}")
        summary = json.loads(said)
        size = sum(path.stat().st_size for path in Path(folder, "out", "messages").iterdir())
    workers = [peak for pid, peak in peaks.items() if pid != process.pid]
    return {
        "profiles": summary["done"],
        "jobs": jobs,
        "seconds": round(seconds, 2),
        "per_second": round(summary["done"] / summary["seconds"], 1),
        "parent_mb": round(peaks[process.pid] / 1e6),
        "worker_mb": round(max(workers) / 1e6),
        "parent_cpu_share": round(spent.pop(process.pid, 0.0) / max(1e-9, seconds), 3),
        "worker_cpu_seconds": round(sum(spent.values()), 2),
        "output_mb": round(size / 1e6, 1),
    }


def watch(process: subprocess.Popen[str]) -> tuple[dict[int, int], dict[int, float]]:
    """Each process's highest resident size (bytes) and CPU time (seconds) until the run ends."""
    peaks: dict[int, int] = {}
    spent: dict[int, float] = {}
    parent = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            for one in [parent, *parent.children(recursive=True)]:
                peaks[one.pid] = max(peaks.get(one.pid, 0), one.memory_info().rss)
                spent[one.pid] = sum(one.cpu_times()[:2])
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.1)
    return peaks, spent


def main() -> None:
    """Measure every size with every number of processes, print a table and write build/bench-bulk.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--jobs", type=int, nargs="+", default=sorted({1, os.cpu_count() or 1}))
    parser.add_argument("--campaign", default="spring_newsletter")
    options = parser.parse_args()
    found: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            profiles = Path(folder, f"{size}.parquet")
            write(profiles, size)
            alone = None
            for jobs in options.jobs:
                line = measure(options.campaign, profiles, jobs)
                alone = alone or line["per_second"] / jobs
                line["times_one"] = round(line["per_second"] / alone, 2)
                found.append(line)
                print("  ".join(f"{name} {value}" for name, value in line.items()), flush=True)
            profiles.unlink()
    target = ROOT / "build" / "bench-bulk.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps({"campaign": options.campaign, "runs": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
