"""Baselines are written whole or not at all, and damage is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from mailweave.errors import MailweaveError
from mailweave_preview.shots.baselines import Approval, Baselines, hash_of
from mailweave_preview.shots.manifest import Kept, KeptPicture, KeptSlot, Manifest, read_manifest
from mailweave_preview.shots.png import encode
from mailweave_preview.shots.regions import Box

KEPT = Kept(kind="campaigns", of="spring", name="gold", locale="en-US", origin="profiles", choice={"hero": "hero/split~2"}, data={"id": "ü"}, files={"a.yaml": "1"})


def approval(color=0, frame="phone-light", digest="d1", name="gold", size=9):
    png = encode(np.full((size, size, 3), color, np.uint8))
    picture = KeptPicture(
        file=hash_of(png), raw="r", pixels="p", width=size, height=size, inputs="i", browser="Chromium 1.2", fonts="f", slots={"hero": KeptSlot(box=Box(0, 1, 2, 3), pixels="s")}
    )
    return Approval(digest, KEPT.model_copy(update={"name": name}), frame, picture, png)


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_is_kept_is_found_again(tmp_path):
    Baselines(tmp_path).write([approval(), approval(7, "phone-dark"), approval(9, digest="d2", name="plain")])
    again = Baselines(tmp_path)
    assert set(tree(tmp_path)) == {"manifest.json", *(f"campaigns/spring/{name}.png" for name in ("gold/phone-light", "gold/phone-dark", "plain/phone-light"))}
    assert again.png("d1", "phone-dark") == approval(7).png
    assert again.find("d1", "phone-light").slots["hero"].box == Box(0, 1, 2, 3)
    assert again.find("d1", "desktop-light") is None
    assert read_manifest(again.manifest.text()) == again.manifest


def test_a_picture_is_one_line_of_the_manifest(tmp_path):
    baselines = Baselines(tmp_path)
    baselines.write([approval(), approval(7, "phone-dark")])
    before = baselines.manifest.text().splitlines()
    baselines.write([approval(8, "phone-dark")])
    after = baselines.manifest.text().splitlines()
    assert len(before) == len(after)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_what_is_forgotten_leaves_no_folder(tmp_path):
    baselines = Baselines(tmp_path)
    baselines.write([approval(), approval(9, digest="d2", name="plain")])
    baselines.write([], [("d1", "phone-light")])
    assert set(tree(tmp_path)) == {"manifest.json", "campaigns/spring/plain/phone-light.png"}
    assert not (tmp_path / "campaigns/spring/gold").exists()


def test_a_fingerprint_alone_takes_the_file_away(tmp_path):
    baselines = Baselines(tmp_path)
    baselines.write([approval()])
    one = approval()
    baselines.write([Approval(one.digest, one.kept, one.frame, one.picture.model_copy(update={"file": None}), None)])
    assert set(tree(tmp_path)) == {"manifest.json"}
    assert Baselines(tmp_path).png("d1", "phone-light") is None


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:30]), "isn't the picture that was approved"),
        (lambda path: path.write_bytes(encode(np.ones((3, 3, 3), np.uint8))), "isn't the picture that was approved"),
        (lambda path: path.unlink(), "can't be read: No such file"),
    ],
)
def test_a_damaged_picture_is_told_with_its_place(tmp_path, damage, message):
    Baselines(tmp_path).write([approval()])
    damage(tmp_path / "campaigns/spring/gold/phone-light.png")
    with pytest.raises(MailweaveError, match=rf"^baselines/campaigns/spring/gold/phone-light.png:1:1: .*{message}.*git checkout"):
        Baselines(tmp_path).png("d1", "phone-light")


@pytest.mark.parametrize("text", ["", "{", '{"format": 2}', '{"format": 1, "subjects": {"d": {}}}', '{"format": 1, "extra": 1}', "<<<<<<< HEAD"])
def test_a_damaged_manifest_is_told(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(MailweaveError, match="manifest.json:1:1: the manifest can't be read.*git checkout"):
        Baselines(tmp_path)


# A limit on the size of files is the disk that is full at that point: the same call of the system fails.
FULL = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_baselines import approval
from mailweave.errors import MailweaveError
from mailweave_preview.shots.baselines import Baselines
import numpy as np
from mailweave_preview.shots.png import encode
from mailweave_preview.shots.baselines import Approval, hash_of

noise = encode(np.random.default_rng(1).integers(0, 256, (200, 200, 3)).astype(np.uint8))
one = approval(3, frame="tablet-light")
large = Approval(one.digest, one.kept, one.frame, one.picture.model_copy(update={"file": hash_of(noise)}), noise)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
try:
    Baselines(Path(sys.argv[1])).write([approval(5), large])
except MailweaveError as error:
    print(error)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits on files are POSIX's")
def test_a_full_disk_changes_nothing(tmp_path):
    Baselines(tmp_path).write([approval()])
    before = tree(tmp_path)
    done = subprocess.run([sys.executable, "-c", FULL, str(tmp_path), str(Path(__file__).parent)], capture_output=True, text=True, check=False)
    assert "baselines/ can't be written: File too large – free some space" in done.stdout, done.stderr
    assert tree(tmp_path) == before


def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    (tmp_path / "baselines").write_text("in the way")
    with pytest.raises(MailweaveError, match="baselines/ can't be written"):
        Baselines(tmp_path / "baselines").write([approval()])


def test_an_empty_folder_has_nothing(tmp_path):
    assert Baselines(tmp_path / "none").manifest == Manifest()
