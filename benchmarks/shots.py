"""How fast pictures are taken and compared: mailweave against a plain Playwright loop and BackstopJS, on the same messages, in one run.

    python benchmarks/shots.py --backstop FOLDER

FOLDER has BackstopJS in its node_modules (`npm install backstopjs`; its own browser isn't needed). Without it that line is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

import click
from playwright.sync_api import sync_playwright

from mailweave.engine import Engine
from mailweave.shot_settings import ShotSettings
from mailweave_preview.browser import find_chromium, launch_arguments
from mailweave_preview.shots.approve import approve
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.build import Builder
from mailweave_preview.shots.plan import Options, Plan, plan
from mailweave_preview.shots.run import run
from mailweave_preview.shots.scene import ASSETS

SHOP = Path(__file__).parents[1] / "examples" / "storefront"


def messages(planned: Plan, folder: Path) -> dict[str, Path]:
    """Every message as an HTML file whose pictures are local files too."""
    builder = Builder(planned.engine, planned.workspace, planned.at)
    assets = (planned.workspace.root / "assets").as_uri() + "/"
    found = {}
    for subject, _ in planned.wanted:
        path = folder / f"{subject.title.replace('/', '-')}.html"
        path.write_text(builder.html(subject).replace(ASSETS, assets))
        found[subject.title] = path
    return found


def naive(files: dict[str, Path], widths: list[int], folder: Path) -> Callable[[], int]:
    """What one writes in ten lines: a page for each picture, the whole page as PNG, equal bytes."""

    def take() -> int:
        same = 0
        with sync_playwright() as started:
            browser = started.chromium.launch(executable_path=str(find_chromium()), args=launch_arguments())
            for title, path in files.items():
                for width in widths:
                    page = browser.new_page(viewport={"width": width, "height": 800})
                    page.goto(path.as_uri())
                    png = page.screenshot(full_page=True)
                    page.close()
                    kept = folder / f"{title.replace('/', '-')}-{width}.png"
                    if kept.exists():
                        same += kept.read_bytes() == png
                    else:
                        kept.write_bytes(png)
            browser.close()
        return same

    return take


def backstop(node: Path, files: dict[str, Path], widths: list[int], folder: Path) -> Callable[[str], None]:
    """BackstopJS with as many pages at once as there are cores."""
    engine = {"executablePath": str(find_chromium()), "args": launch_arguments(), "headless": "new"}
    config = {
        "id": "mail",
        "viewports": [{"label": str(width), "width": width, "height": 800} for width in widths],
        "scenarios": [{"label": title, "url": path.as_uri(), "selectors": ["document"], "delay": 0} for title, path in files.items()],
        "paths": {name: str(folder / name) for name in ("bitmaps_reference", "bitmaps_test", "engine_scripts", "html_report", "ci_report")},
        "report": ["json"],
        "engine": "puppeteer",
        "engineOptions": engine,
        "asyncCaptureLimit": os.cpu_count() or 2,
        "asyncCompareLimit": 50,
    }
    path = folder / "backstop.json"
    path.write_text(json.dumps(config))

    def call(command: str) -> None:
        binary = node / "node_modules/.bin/backstop"
        done = subprocess.run([binary, command, f"--config={path}"], cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise click.ClickException(f"backstop {command}: {(done.stdout + done.stderr)[-1500:]}")

    return call


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    started = perf_counter()
    call()
    return perf_counter() - started


def ours(engine: Engine, shop: Path, out: Path, only: tuple[str, ...]) -> tuple[Plan, Callable[[], object]]:
    """mailweave with its pictures approved; each call takes all of them again."""
    workspace = engine.open(shop)
    object.__setattr__(workspace.config, "shots", ShotSettings(at=workspace.config.shots.at, schemes=("light",)))
    options = Options(("profiles",), only, os.cpu_count() or 2, fresh=True)
    run(plan(engine, workspace, Baselines(out / "baselines"), out / "run", options))
    approve(Baselines(out / "baselines"), out / "run", lambda _: True)
    planned = plan(engine, workspace, Baselines(out / "baselines"), out / "run", options)

    def take() -> None:
        found = run(planned)
        assert found.exit_status == 0, found.exit_status

    return planned, take


def lines(number: int, times: dict[str, float]) -> Iterator[str]:
    """One line for each tool, and how it compares with the first."""
    first = next(iter(times.values()))
    for name, seconds in times.items():
        yield f"{name:<34} {seconds:7.2f} s  {number / seconds:6.1f} pictures/s  {seconds / first:5.2f} ×"


@click.command()
@click.option("--backstop", "node", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder with BackstopJS.")
@click.option("--only", multiple=True, default=("cart_reminder",), help="Which messages. Default: one campaign.")
@click.option("--rounds", default=3, help="Each is timed so often, in turn; the best counts.")
def main(node: Path | None, only: tuple[str, ...], rounds: int) -> None:
    """Time all of them in turn on the storefront's messages, at its viewports, light."""
    with tempfile.TemporaryDirectory(prefix="mailweave-bench-") as name:
        folder = Path(name)
        for part in ("html", "naive", "backstop"):
            (folder / part).mkdir()
        planned, take = ours(Engine(), SHOP, folder, only)
        files = messages(planned, folder / "html")
        widths = [*planned.workspace.config.viewports.values()]
        calls: dict[str, Callable[[], object]] = {"mailweave (building included)": take}
        loop = naive(files, widths, folder / "naive")
        loop()
        calls["a plain Playwright loop"] = loop
        if node:
            call = backstop(node.resolve(), files, widths, folder / "backstop")
            call("reference")
            calls["BackstopJS"] = lambda: call("test")
        times = dict.fromkeys(calls, float("inf"))
        for _ in range(rounds):
            times = {name: min(times[name], timed(one)) for name, one in calls.items()}
        building = timed(lambda: messages(planned, folder / "html"))
        print(f"{planned.pictures} pictures of {len(files)} messages; building them takes {building:.2f} s of mailweave's time")
        print("\n".join(lines(planned.pictures, times)))
        shutil.rmtree(folder / "run", ignore_errors=True)


if __name__ == "__main__":
    main()
