"""Seeded changes: each one that a person would see is caught, none that nobody can see alarms, and twenty clean runs are silent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from mailweave_preview.shots.approve import approve
from mailweave_preview.shots.baselines import Baselines
from mailweave_preview.shots.build import Builder
from mailweave_preview.shots.plan import Options, Plan, plan
from mailweave_preview.shots.run import clear, write_run
from mailweave_preview.shots.scene import Frame
from mailweave_preview.shots.sets import Source
from mailweave_preview.shots.studio import studio

CASES = yaml.safe_load((Path(__file__).parent / "mutations.yaml").read_text())
FRAMES = (Frame("phone", 375, "light"), Frame("desktop", 900, "dark"))
BLOCKS = ["hero/default", "two_columns/default", "loyalty/default"]


def subjects(planned: Plan):
    """The plan's subjects by what a case calls them."""
    found = {}
    for subject, _ in planned.wanted:
        found[f"{subject.of}/{subject.name}"] = subject
        found |= {f"{subject.of}/{profile}": subject for profile in subject.profiles}
    return found


class Bench:
    """A workspace, its approved pictures, and a browser that stays open."""

    def __init__(self, engine, folder):
        self.engine, self.folder, self.out = engine, folder, folder / "build" / "shots"
        self.loop = asyncio.new_event_loop()
        self.looked_at = sorted({case["look"] for kind in CASES.values() for case in kind.values()})
        self.wait = self.loop.run_until_complete

    def plan(self):
        only = tuple(sorted({look.split("/")[0] for look in self.looked_at}))
        baselines = Baselines(self.folder / "baselines")
        return plan(self.engine, self.engine.open(self.folder), baselines, self.out, Options(("profiles", "blocks"), only, fresh=True))

    def open(self):
        planned = self.plan()
        self.context = studio(planned)
        self.studio = self.wait(self.context.__aenter__())
        clear(self.out)
        self.subjects = subjects(planned)
        results = self.take([self.subjects[look] for look in self.looked_at])
        assert {result.status for result in results} == {"new"}
        write_run(self.out, self.studio.run(results))
        approve(Baselines(self.folder / "baselines"), self.out, lambda _: True)
        self.studio.judge = replace(self.studio.judge, baselines=Baselines(self.folder / "baselines"))

    def take(self, wanted):
        return [result for subject in wanted for result in self.wait(self.studio.results(subject, FRAMES))]

    def look(self, *looks):
        """What is found of the workspace as its files are now; only the messages asked for are chosen again."""
        workspace, planned = self.engine.open(self.folder), self.studio.plan
        self.studio.builder = Builder(self.engine, workspace, planned.at)
        source = Source(self.engine, workspace, planned.at, self.studio.judge.baselines.manifest.subjects)
        return self.take([self.chosen(source, look) for look in looks])

    def chosen(self, source, look):
        before = self.subjects[look]
        if before.kind == "blocks":
            return before
        profile = source.workspace.profile(look.split("/")[1])
        return source.pinned(source.subject(before.of, profile, profile.name))

    def close(self):
        self.wait(self.context.__aexit__(None, None, None))
        self.loop.close()


@pytest.fixture(scope="module")
def bench(mailweave_engine, own_shop, chromium):
    # Choosing for every customer again after each change would take longer than the pictures.
    for path in [*own_shop.glob("profiles/*"), *own_shop.glob("campaigns/*")]:
        if path.stem not in ("full-cart", "german", "cart_reminder"):
            path.unlink()
    bench = Bench(mailweave_engine, own_shop)
    bench.open()
    yield bench
    bench.close()


def mutated(folder, case):
    """The changed file's content."""
    path = folder / case["in"]
    if "copy" in case:
        return (folder / case["copy"]).read_bytes()
    if case.get("binary"):
        return case["new"].encode()
    text = path.read_text()
    if "swap" in case:
        return swapped(text, *case["swap"]).encode()
    if "drop_slot" in case:
        return without(text, case["drop_slot"]).encode()
    if case.get("drop"):
        return "".join(line for line in text.splitlines(keepends=True) if case["old"] not in line).encode()
    assert text.count(case["old"]) >= 1, f"{case['in']} has no {case['old']!r}"
    return text.replace(case["old"], case["new"]).encode()


def slot_text(text, slot):
    start = text.index(f"\n  {slot}:")
    end = text.index("\n\n", start) if "\n\n" in text[start:] else len(text)
    return text[start:end]


def swapped(text, one, other):
    first, second = slot_text(text, one), slot_text(text, other)
    return text.replace(first, "\0").replace(second, first).replace("\0", second)


def without(text, slot):
    return text.replace(slot_text(text, slot), "")


def seen(bench, case):
    """The statuses after a change, which is undone again."""
    path = bench.folder / case["in"]
    before = path.read_bytes()
    try:
        if set(case) <= {"look", "in"}:
            path.unlink()
        else:
            after = mutated(bench.folder, case)
            assert after != before
            path.write_bytes(after)
        return bench.look(case["look"])
    finally:
        path.write_bytes(before)


def test_there_are_enough():
    assert len(CASES["visible"]) >= 40
    assert len(CASES["invisible"]) >= 10


@pytest.mark.parametrize("case", CASES["visible"].values(), ids=CASES["visible"])
def test_what_a_person_would_see_is_caught(bench, case):
    results = seen(bench, case)
    assert {result.status for result in results} & {"different", "new"}, [result.id for result in results]
    assert all(result.changes for result in results if result.status == "different")


@pytest.mark.parametrize("case", CASES["invisible"].values(), ids=CASES["invisible"])
def test_what_nobody_can_see_is_silent(bench, case):
    assert [(result.id, result.changes) for result in seen(bench, case) if result.status != "same"] == []


def test_twenty_clean_runs_are_silent(bench):
    for _ in range(20):
        results = bench.look(*BLOCKS)
        assert [(result.id, result.notes) for result in results if result.status != "same" or not result.taken] == []


@pytest.mark.parametrize("fresh", range(2))
def test_another_browser_process_gives_the_same_files(bench, fresh):
    async def taken():
        async with studio(bench.plan()) as other:
            found = subjects(other.plan)
            return [result for look in BLOCKS for result in await other.results(found[look], FRAMES)]

    assert {result.status for result in bench.wait(taken())} == {"same"}
