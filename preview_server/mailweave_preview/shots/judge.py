"""Decide about one picture: as approved, different (and what of it), new, or not to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mailweave.errors import MailweaveError
from mailweave.shot_settings import Tolerance
from mailweave_preview.shots.baselines import Baselines, hash_of
from mailweave_preview.shots.blame import Boxes, changed_files, changes_by_hash, changes_of
from mailweave_preview.shots.compare import Comparison, compare_pixels
from mailweave_preview.shots.drawing import difference
from mailweave_preview.shots.manifest import KeptPicture, KeptSlot
from mailweave_preview.shots.masks import unmatched
from mailweave_preview.shots.png import Pixels, decode, encode, fingerprint
from mailweave_preview.shots.regions import regions
from mailweave_preview.shots.results import Region, Result
from mailweave_preview.shots.scene import Frame, Mask, Picture
from mailweave_preview.shots.subject import Subject

_NO_FILE: Final = "of the approved picture only a fingerprint is kept; `--against REV` shows both sides"


@dataclass(frozen=True)
class Shot:
    """A picture with where it belongs: its subject, the masks it was taken with, and hashes of what it was made from."""

    subject: Subject
    frame: Frame
    picture: Picture
    masks: tuple[Mask, ...]
    inputs: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Judge:
    """Compares with some baselines; writes what a person will look at below `out`."""

    baselines: Baselines
    tolerance: Tolerance
    out: Path
    browser: str
    fonts: str

    def unchanged(self, subject: Subject, frame: Frame, inputs: str) -> Result | None:
        """The result without taking a picture, when nothing that it depends on changed since it was approved."""
        kept = self.baselines.find(subject.digest, frame.name)
        if kept is None or kept.inputs != inputs:
            return None
        damaged = self._damaged(subject, frame)
        if damaged:
            return _result(subject, frame, status="error", notes=damaged)
        return _result(subject, frame, status="same", taken=False, before_size=(kept.width, kept.height), after_size=(kept.width, kept.height))

    def decide(self, shot: Shot) -> Result:
        """What is to be said of a picture."""
        alike = self._alike(shot)
        if alike:
            return alike
        pixels = decode(shot.picture.png)
        fresh = self._fresh(shot, pixels)
        notes = (*_notes(shot.picture), *(str(unmatched(mask)) for mask in _idle(shot)))
        found = _result(shot.subject, shot.frame, status="new", notes=notes, after_size=(fresh.width, fresh.height), fresh=fresh)
        found = found.model_copy(update={"unstable": shot.picture.before is not None})
        found = self._compared(shot, pixels, found)
        if _idle(shot):
            found = found.model_copy(update={"status": "error"})
        if found.status != "same":
            found = found.model_copy(update={"after": self._put("after", shot, shot.picture.png)})
        return self._with_moving_part(shot, found, pixels)

    def _alike(self, shot: Shot) -> Result | None:
        """The result for a file that is, byte for byte, what this browser gave when it was approved; nothing needs decoding then."""
        kept = self.baselines.find(shot.subject.digest, shot.frame.name)
        if kept is None or shot.masks or kept.raw != shot.picture.raw or self._damaged(shot.subject, shot.frame):
            return None
        fresh = kept.model_copy(update={"inputs": shot.inputs, "browser": self.browser, "fonts": self.fonts})
        size = (kept.width, kept.height)
        return _result(shot.subject, shot.frame, status="same", notes=_notes(shot.picture), before_size=size, after_size=size, fresh=fresh)

    def _compared(self, shot: Shot, pixels: Pixels, found: Result) -> Result:
        kept = self.baselines.find(shot.subject.digest, shot.frame.name)
        if kept is None:
            return found
        update: dict[str, object] = {"before_size": (kept.width, kept.height)}
        try:
            png = self.baselines.png(shot.subject.digest, shot.frame.name)
            before = None if png is None else decode(png)
        except (MailweaveError, ValueError) as error:
            return found.model_copy(update={**update, "status": "error", "notes": (*found.notes, str(error))})
        assert found.fresh is not None
        if kept.pixels == found.fresh.pixels:
            return found.model_copy(update={**update, "status": "same"})
        files = changed_files(self.baselines.manifest.subjects[shot.subject.digest].files, shot.files)
        if png is None or before is None:
            changes = changes_by_hash(kept.slots, found.fresh.slots, shot.subject.choice)
            notes = (*found.notes, _NO_FILE)
            return found.model_copy(update={**update, "status": "different", "changes": changes, "notes": notes, "files": files(changes)})
        old: Boxes = {name: slot.box for name, slot in kept.slots.items()}
        comparison = compare_pixels(before, pixels, self.tolerance, old, shot.picture.slots)
        if comparison.same:
            return found.model_copy(update={**update, "status": "same"} | _counts(comparison))
        changes = changes_of(comparison, pixels, old, shot.picture.slots, shot.subject.choice)
        update |= {"status": "different", "changes": changes, "files": files(changes), "before": self._put("before", shot, png)}
        return found.model_copy(update=update | _counts(comparison) | self._drawn(shot, comparison, pixels))

    def _drawn(self, shot: Shot, comparison: Comparison, pixels: Pixels) -> dict[str, object]:
        """The pictures of the difference, and where it lies."""
        assert comparison.mask is not None
        assert comparison.aligned is not None
        boxes = [Region(box=box, slot=_slot_at(box.y + box.height / 2, shot.picture.slots)) for box in regions(comparison.mask)]
        drawn = encode(difference(pixels, comparison.mask, comparison.aligned.absent), small=False)
        found: dict[str, object] = {"regions": tuple(boxes), "diff": self._put("diff", shot, drawn)}
        if comparison.moved:
            found["aligned"] = self._put("aligned", shot, encode(comparison.aligned.before, small=False))
        return found

    def _with_moving_part(self, shot: Shot, found: Result, pixels: Pixels) -> Result:
        """For a page that never came to rest: which part of it moves."""
        if shot.picture.before is None:
            return found
        moving = compare_pixels(decode(shot.picture.before), pixels, Tolerance(), {}, {})
        slots = (
            sorted({_slot_at(box.y + box.height / 2, shot.picture.slots) or "the layout" for box in regions(moving.mask)})
            if moving.mask is not None
            else []
        )
        note = f"never twice the same: what moves is in {', '.join(slots) or 'its size'}"
        return found.model_copy(update={"status": "error", "notes": (*found.notes, note)})

    def _fresh(self, shot: Shot, pixels: Pixels) -> KeptPicture:
        slots = {
            name: KeptSlot(box=box, pixels=fingerprint(pixels[box.y : box.y + box.height, box.x : box.x + box.width]))
            for name, box in shot.picture.slots.items()
        }
        return KeptPicture(
            file=hash_of(shot.picture.png),
            raw=shot.picture.raw,
            pixels=fingerprint(pixels),
            width=pixels.shape[1],
            height=pixels.shape[0],
            inputs=shot.inputs,
            browser=self.browser,
            fonts=self.fonts,
            slots=slots,
        )

    def _damaged(self, subject: Subject, frame: Frame) -> tuple[str, ...]:
        try:
            self.baselines.png(subject.digest, frame.name)
        except MailweaveError as error:
            return (str(error),)
        return ()

    def _put(self, kind: str, shot: Shot, data: bytes) -> str:
        return self.put(kind, shot.subject, shot.frame, data)

    def put(self, kind: str, subject: Subject, frame: Frame, data: bytes) -> str:
        """Write a picture for people to look at; its path from the run's folder."""
        path = self.out / kind / subject.folder / f"{frame.name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path.relative_to(self.out).as_posix()


def _result(subject: Subject, frame: Frame, **found: object) -> Result:
    known = {"digest": subject.digest, "title": subject.title, "viewport": frame.viewport, "width": frame.width, "scheme": frame.scheme}
    return Result.model_validate({**known, **found})


def gone(judge: Judge, subject: Subject, frame: Frame, height: int) -> Result:
    """The result of an approved picture that no message leads to any more."""
    found = _result(subject, frame, status="removed", taken=False, before_size=(frame.width, height))
    try:
        png = judge.baselines.png(subject.digest, frame.name)
    except MailweaveError as error:
        return found.model_copy(update={"notes": (str(error),)})
    return found if png is None else found.model_copy(update={"before": judge.put("before", subject, frame, png)})


def failed(subject: Subject, frame: Frame, error: MailweaveError) -> Result:
    """The result of a picture that couldn't be taken."""
    return _result(subject, frame, status="error", notes=tuple(str(problem) for problem in error.problems))


def _notes(picture: Picture) -> list[str]:
    blocked = [f"blocked, nothing is fetched from outside: {url}" for url in picture.blocked if not url.startswith("assets/")]
    missing = [f"there is no file {url}" for url in picture.blocked if url.startswith("assets/")]
    broken = [f"this picture can't be shown: {url}" for url in picture.broken if url not in picture.blocked]
    wide = [f"wider than the viewport by {picture.overflow} px"] if picture.overflow else []
    return [*blocked, *missing, *broken, *wide]


def _idle(shot: Shot) -> list[Mask]:
    """The masks of the message's own blocks that matched nothing."""
    return [mask for mask, times in zip(shot.masks, shot.picture.masked, strict=True) if mask.slot is not None and not times]


def _counts(comparison: Comparison) -> dict[str, object]:
    return {"differing": comparison.differing, "antialiased": comparison.antialiased, "largest": round(comparison.largest, 4)}


def _slot_at(row: float, slots: Boxes) -> str:
    return next((name for name, box in slots.items() if box.y <= row < box.y + box.height), "")
