"""Our stock blocks and the storefront look as they were approved, at 375, 600 and 900 px, light and dark.

The committed pictures hold for the browser they were taken with. With another one both sides are taken: the last commit's, and the working tree's.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from mailweave.errors import MailweaveError
from mailweave.folders import stock
from mailweave_preview.shots import fonts
from mailweave_preview.shots.against import at_revision, baselines_from
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.outputs import text_of
from mailweave_preview.shots.plan import Options, plan
from mailweave_preview.shots.run import run

ROOT = Path(__file__).parents[3]
SHOP = ROOT / "examples" / "storefront"


def tools(baselines):
    """The browsers' major versions and the fonts that pictures were taken with."""
    pictures = [picture for kept in baselines.manifest.subjects.values() for picture in kept.pictures.values()]
    return {(picture.browser.split(".")[0], picture.fonts) for picture in pictures}


def today(chromium):
    said = subprocess.run([chromium, "--version"], capture_output=True, text=True, check=True).stdout
    return f"Chromium {said.split('Chromium', 1)[-1].split()[0].split('.')[0]}", fonts.version()


def base(engine, folder, options):
    """Baselines taken now from the last commit, its stock blocks included."""
    try:
        with at_revision(SHOP, "HEAD") as then:
            blocks = then.parents[1] / "content_blocks"
            for path in blocks.iterdir():
                if path.is_dir() and path.name != "layouts" and not (then / "content_blocks" / path.name).exists():
                    copytree(path, then / "content_blocks" / path.name)
            if (blocks / "layouts").is_dir() and not (then / "layouts").exists():
                copytree(blocks / "layouts", then / "layouts")
            return baselines_from(engine, engine.open(then), folder, options, lambda _: lambda _: None)
    except MailweaveError as error:
        pytest.skip(f"the baselines are of another browser, and there is no commit to compare with: {error}")


def test_every_viewport_is_guarded():
    baselines = Baselines(SHOP / "baselines")
    pictures = [picture for kept in baselines.manifest.subjects.values() for picture in kept.pictures.values()]
    assert {picture.width for picture in pictures} == {375, 600, 900}
    assert {frame.split("-")[1] for kept in baselines.manifest.subjects.values() for frame in kept.pictures} == {"light", "dark"}
    guarded = {(kept.of, kept.name) for kept in baselines.manifest.subjects.values() if kept.kind == "blocks"}
    there = {(path.parent.name, path.stem) for path in stock().glob("*/*.mjml") if path.parent.name != "layouts" and path.stem != "head"}
    assert there - guarded == set()


def test_everything_looks_as_approved(mailweave_engine, tmp_path, chromium):
    workspace = mailweave_engine.open(SHOP)
    committed = Baselines(SHOP / "baselines")
    options = Options(workspace.config.shots.sets, fresh=True, at=workspace.config.shots.at, against="HEAD")
    baselines = committed if tools(committed) == {today(chromium)} else base(mailweave_engine, tmp_path / "base", options)
    found = run(plan(mailweave_engine, workspace, baselines, tmp_path / "run", options))
    rmtree(tmp_path / "base", ignore_errors=True)
    assert found.exit_status == 0, f"{text_of(found)}\n\nLook: mailweave shots -w {SHOP.relative_to(ROOT)} && mailweave report -w {SHOP.relative_to(ROOT)}"
    assert len(found.results) > 400
