"""`make bench`: how fast messages are built, beside the ways they are built today. One run, one table of ratios, and build/bench.json.

CPU time counts, of one core, the least of some rounds; cold starts are also timed by the clock.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter, process_time
from typing import Any

from liquid import Environment
from pybars import Compiler
from scaling import scaling
from subjects import AT, BUILD, HERE, Subject, shop

from mailweave.engine import Engine

NODE = HERE / "node"
ROUNDS = 5


def spent(call: Callable[[], Any], count: int) -> float:
    """CPU microseconds of a call."""
    call()
    best = float("inf")
    for _ in range(ROUNDS):
        before = process_time()
        for _ in range(count):
            call()
        best = min(best, (process_time() - before) / count * 1e6)
    return best


def node(script: str, job: dict[str, Any], count: int, warm: int) -> float:
    """CPU microseconds a message of one of the Node scripts."""
    path = BUILD / f"{script}.json"
    path.write_text(json.dumps({**job, "count": count, "warm": warm, "sample": str(BUILD / f"{script}.html")}, default=str))
    found = [_run(script, path) for _ in range(ROUNDS)]
    return min(found)


def _run(script: str, job: Path) -> float:
    done = subprocess.run(["node", str(NODE / f"{script}.mjs"), str(job)], capture_output=True, text=True, check=False, cwd=NODE)
    if done.returncode:
        sys.exit(f"{script} failed:\n{done.stderr}")
    return float(json.loads(done.stdout)["us"])


def over(subject: Subject) -> dict[str, float]:
    """CPU microseconds a message, by way."""
    flat = subject.flat()
    liquid = Environment().from_string(flat["template"])
    bars = Compiler().compile(flat["template"])
    person = flat["people"][0]
    times = {
        "compiled": spent(subject.whole(), 400),
        "compiled_html_from_data": spent(subject.html(), 1000),
        "compiled_html_only": spent(subject.document(), 2000),
        "reference": spent(subject.reference(), 12),
        "python_liquid_html_only": spent(lambda: liquid.render(**person).encode(), 100),
        "pybars3_html_only": spent(lambda: str(bars(person)).encode(), 50),
        "mjml_liquid_juice": node("mjml_liquid_juice", subject.liquid(), 30, 15),
        "handlebars_js_html_only": node("handlebars_html", flat, 40_000, 20_000),
        "react_email": node("react_email", subject.react(), 150, 100),
    }
    # Once more, so that a machine that became busier or idler meanwhile is noticed.
    times["compiled"] = min(times["compiled"], spent(subject.whole(), 400))
    times["compiled_html_only"] = min(times["compiled_html_only"], spent(subject.document(), 2000))
    return times


def ratios(times: dict[str, float]) -> dict[str, float]:
    """How many times faster mailweave is. HTML alone, from its values, is compared with the same."""
    own = {name: times["compiled_html_only" if name.endswith("html_only") else "compiled"] for name in times}
    return {name: round(us / own[name], 2) for name, us in times.items() if not name.startswith("compiled")}


def cold() -> dict[str, dict[str, float]]:
    """Seconds of whole processes, of CPU and by the clock: one message from the command line, and MJML's own on the same mail."""
    shop_folder, mail = BUILD / "shop", BUILD / "mail.mjml"
    mail.write_text((BUILD / "filled.mjml").read_text())
    command = ["render", "bench_newsletter", "--profile", "california", "-w", str(shop_folder), "--at", AT.isoformat()]
    mine = [sys.executable, "-m", "mailweave", *command]
    theirs = ["npx", "--no-install", "mjml", str(mail), "-o", str(BUILD / "mail.html")]
    imported = [sys.executable, "-c", "import mailweave"]
    return {"mailweave_render": _clock(mine), "npx_mjml": _clock(theirs), "import_mailweave": _clock(imported)}


def _clock(command: list[str]) -> dict[str, float]:
    rounds = []
    for _ in range(5):
        before, spent_before = perf_counter(), sum(getrusage(RUSAGE_CHILDREN)[:2])
        subprocess.run(command, check=True, capture_output=True, cwd=NODE)
        rounds.append((sum(getrusage(RUSAGE_CHILDREN)[:2]) - spent_before, perf_counter() - before))
    return {"cpu": round(min(cpu for cpu, _ in rounds), 3), "clock": round(min(clock for _, clock in rounds), 3)}


def filled_mjml(subject: Subject) -> None:
    """The MJML of one message, for MJML's command line."""
    from mailweave.compose import compose

    rendering = subject._rendering(subject.workspace.profile("california"))
    layout = subject.program.campaign.layout
    (BUILD / "filled.mjml").write_text(compose(layout, rendering.text(layout.template), rendering.filled()).text)


def main() -> None:
    """Measure everything, print the table, write the file."""
    BUILD.mkdir(parents=True, exist_ok=True)
    engine = Engine()
    workspace = shop(engine)
    subjects = {name: Subject.of(engine, workspace, f"bench_{name}") for name in ("newsletter", "receipt")}
    filled_mjml(subjects["newsletter"])
    times = {name: over(subject) for name, subject in subjects.items()}
    found = {name: ratios(one) for name, one in times.items()}
    starts = cold()
    found["newsletter"]["cold_start"] = round(starts["npx_mjml"]["cpu"] / starts["mailweave_render"]["cpu"], 2)
    report = {
        "ratios": found["newsletter"],
        "ratios_receipt": found["receipt"],
        "microseconds": times,
        "cold_start_seconds": starts,
        "cold_start_share": {kind: round(starts["mailweave_render"][kind] / starts["npx_mjml"][kind], 2) for kind in ("cpu", "clock")},
        "hit_rate": {name: round(subject.program.counts.hit_rate, 3) for name, subject in subjects.items()},
        "size": {name: subject.program.render(subject.profiles[0], AT).size for name, subject in subjects.items()},
        "scaling_microseconds": scaling(engine),
    }
    (BUILD.parent / "bench.json").write_text(json.dumps(report, indent=2) + "\n")
    show(report)


def show(report: dict[str, Any]) -> None:
    """The table, for people."""
    print(f"{'':28}{'newsletter':>12}{'receipt':>12}   (how many times faster mailweave is, one core)")
    for name, ratio in report["ratios"].items():
        print(f"{name:28}{ratio:>12}{report['ratios_receipt'].get(name, ''):>12}")
    for name, times in report["microseconds"].items():
        print(f"\n{name}, {report['size'][name] / 1000:.0f} kB, microseconds of CPU a message:")
        print("  " + "  ".join(f"{way} {us:,.0f}" for way, us in times.items()))
    print(f"\ncold start: {report['cold_start_seconds']}, {report['cold_start_share']} of npx mjml")
    for name, row in report["scaling_microseconds"].items():
        print(f"{name}: " + "  ".join(f"{count}: {us:,.0f} µs" for count, us in row.items()))


if __name__ == "__main__":
    main()
