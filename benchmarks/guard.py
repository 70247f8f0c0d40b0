"""What a run's guard costs: `python benchmarks/guard.py [--profiles 100000] [--samples 0 0.01%] [--rounds 1]`.

The example shop's newsletter goes from Parquet to Parquet in one process, with each of these samples (`--verify`) in turn; the first one is what
the others are compared with. CPU time is that of the command and its worker: the clock of a busy machine would say little. One run differs from
the next by some per cent, so a large sample says best what one of its messages costs.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from bulk import SHOP, write

CAMPAIGN = "spring_newsletter"


def run(profiles: Path, sample: str) -> tuple[float, dict[str, Any]]:
    """One run's CPU time in seconds, and its summary."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["run", CAMPAIGN, "--profiles", str(profiles), "--map", "cart=cart:json", "-w", str(SHOP)]
        words += ["--to", f"{folder}/out", "--jobs", "1", "--at", "2026-11-23T10:00:00Z", "--verify", sample]
        before = spent()
        command = [sys.executable, "-m", "mailweave", *words, "--format", "json"]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        return spent() - before, json.loads(said)


def spent() -> float:
    """CPU seconds of all processes that have ended below this one."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    """Print each run, and what each sample costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=100_000)
    parser.add_argument("--samples", nargs="+", default=["0", "0.01%"])
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    found: dict[str, list[float]] = {sample: [] for sample in options.samples}
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        profiles = Path(folder, "profiles.parquet")
        write(profiles, options.profiles)
        for sample in options.samples * options.rounds:
            seconds, summary = run(profiles, sample)
            found[sample].append(seconds)
            sizes[sample] = summary["compared"]["sampled"]
            print(f"--verify {sample}: {seconds:.1f} s of CPU time for {summary['done']:,} messages", flush=True)
    first, *others = options.samples
    base = median(found[first])
    for sample in others:
        more = median(found[sample]) - base
        each = f"{1000 * more / sizes[sample]:.0f} ms each" if sizes[sample] else "none"
        print(f"--verify {sample} costs {100 * more / base:.1f} % more than --verify {first}: {sizes[sample]:,} messages, {each}")


if __name__ == "__main__":
    main()
