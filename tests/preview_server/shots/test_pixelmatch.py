"""The measure gives pixelmatch's own counts; files keep every pixel; regions hold every difference."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pixelmatch import pixelmatch

from mailweave.shot_settings import Tolerance
from mailweave_preview.shots.align import align
from mailweave_preview.shots.compare import compare, compare_pixels
from mailweave_preview.shots.pixelmatch import measure
from mailweave_preview.shots.png import decode, encode, fingerprint
from mailweave_preview.shots.regions import Box, regions

NUMBERS = st.integers(0, 2**32 - 1)


def picture(seed, height, width, colors):
    """A picture of few colours in patches, as text and boxes make them."""
    random = np.random.default_rng(seed)
    palette = random.integers(0, 256, (colors, 3))
    return palette[np.kron(random.integers(0, colors, (-(-height // 2), -(-width // 2))), np.ones((2, 2), dtype=int))[:height, :width]].astype(np.uint8)


def changed(seed, before, share):
    random = np.random.default_rng(seed)
    chosen = random.random(before.shape[:2]) < share
    after = before.astype(int)
    after[chosen] += random.integers(-90, 90, (int(chosen.sum()), 3))
    return after.clip(0, 255).astype(np.uint8)


def flat(pixels):
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)]).ravel().tolist()


@settings(max_examples=60, deadline=None)
@given(NUMBERS, st.integers(1, 20), st.integers(1, 20), st.integers(2, 5), st.sampled_from([0.05, 0.3, 1.0]), st.sampled_from([0, 0.05, 0.1, 0.4]))
def test_counts_as_pixelmatch_does(seed, height, width, colors, share, threshold):
    before = picture(seed, height, width, colors)
    after = changed(seed + 1, before, share)
    found = measure(before, after, threshold)
    real, all_ = (pixelmatch(flat(before), flat(after), width, height, threshold=threshold, includeAA=aa) for aa in (False, True))
    assert (found.differing, found.differing + found.antialiased) == (real, all_)
    assert int(found.mask.sum()) == all_


@settings(max_examples=40, deadline=None)
@given(NUMBERS, st.integers(1, 30), st.integers(1, 30), st.sampled_from([1, 2, 200, 300]))
def test_files_keep_every_pixel(seed, height, width, colors):
    pixels = picture(seed, height, width, colors)
    small, quick = encode(pixels), encode(pixels, small=False)
    assert (decode(small) == pixels).all()
    assert (decode(quick) == pixels).all()
    assert fingerprint(decode(small)) == fingerprint(pixels)


@settings(max_examples=40, deadline=None)
@given(NUMBERS, st.integers(1, 80), st.integers(1, 80), st.sampled_from([0.0, 0.01, 0.3]))
def test_regions_hold_every_difference(seed, height, width, share):
    mask = np.random.default_rng(seed).random((height, width)) < share
    left = mask.copy()
    for box in regions(mask):
        left[box.y : box.y + box.height, box.x : box.x + box.width] = False
    assert not left.any()


def test_what_moved_is_laid_over_its_place():
    before = np.full((100, 20, 3), 255, np.uint8)
    before[40:50, 5:15] = 0
    after = np.insert(before, 20, np.full((10, 20, 3), 200, np.uint8), axis=0)
    old = {"hero": Box(0, 0, 20, 20), "text": Box(0, 20, 20, 60)}
    new = {"hero": Box(0, 0, 20, 30), "text": Box(0, 30, 20, 60)}
    found = align(before, after, old, new)
    assert (found.before[30:] == after[30:]).all()
    assert int(found.absent.sum()) == 10 * 20
    assert regions(compare_pixels(before, after, Tolerance(), old, new).mask) == [Box(0, 20, 20, 10)]


@pytest.mark.parametrize(
    ("tolerance", "same"),
    [
        ({}, False),
        ({"pixels": 3}, False),
        ({"pixels": 4}, True),
        ({"area": 0.01}, True),
        ({"area": 0.001}, False),
        ({"area": 0.01, "pixels": 3}, False),
        ({"color": 0.1}, True),
        ({"antialiased": False}, False),
    ],
)
def test_tolerance_is_by_count_area_and_colour(tolerance, same):
    before = np.full((20, 20, 3), 128, np.uint8)
    after = before.copy()
    after[5:7, 5:7] = 136
    assert compare_pixels(before, after, Tolerance(**tolerance), {}, {}).same is same


def test_another_size_is_never_the_same():
    before = np.zeros((20, 20, 3), np.uint8)
    found = compare_pixels(before, np.zeros((21, 20, 3), np.uint8), Tolerance(pixels=10_000, area=1), {}, {})
    assert not found.same
    assert (found.before_size, found.after_size, found.differing) == ((20, 20), (20, 21), 20)


def test_equal_bytes_and_equal_pixels_are_the_same():
    pixels = picture(1, 30, 30, 4)
    assert compare(encode(pixels), encode(pixels), Tolerance()).same
    assert compare(encode(pixels), encode(pixels, small=False), Tolerance()).same


@pytest.mark.parametrize("data", [b"", b"no picture", encode(np.zeros((9, 9, 3), np.uint8))[:40]], ids=["empty", "text", "cut off"])
def test_what_is_no_picture_is_said(data):
    with pytest.raises(ValueError, match="it is no picture"):
        decode(data)
