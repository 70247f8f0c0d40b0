"""Keep the pictures of the last run: all, or those that somebody means."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mailweave.errors import MailweaveError, Place, Problem
from mailweave_preview.shots.baselines import Approval, Baselines, hash_of
from mailweave_preview.shots.groups import groups_of
from mailweave_preview.shots.manifest import Kept, KeptPicture
from mailweave_preview.shots.png import decode, encode, fingerprint
from mailweave_preview.shots.results import Result, Run, Taken
from mailweave_preview.shots.run import RESULTS, write_run
from mailweave_preview.shots.scene import Frame
from mailweave_preview.shots.subject import Pattern, Subject

Meant = Callable[[Result], bool]


@dataclass(frozen=True)
class Approved:
    """What an approval did: pictures kept, and forgotten."""

    kept: tuple[Result, ...]
    removed: tuple[Result, ...]


def read_run(out: Path) -> Run:
    """The last run's results.

    Raises:
        MailweaveError: there are none, or the run didn't come to its end.
    """
    path = out / RESULTS
    if not path.is_file():
        what = "the last run didn't come to its end" if out.is_dir() else "no pictures were taken yet"
        raise MailweaveError(Problem(what, "run `mailweave shots`", code="no-run"))
    try:
        return Run.model_validate_json(path.read_text(encoding="utf-8"))
    except ValueError as error:
        what = f"the last run's results can't be read: {str(error).splitlines()[0]}"
        raise MailweaveError(Problem(what, "run `mailweave shots` again", Place(str(path)), code="no-run")) from error


def approve(baselines: Baselines, out: Path, meant: Meant, *, keep: Iterable[str] = ("*",), prune: bool = False, small: bool = True) -> Approved:
    """Keep the last run's pictures that are different or new and meant; with `prune`, forget those that are gone.

    `keep` says which are kept as files, `small` that these are made as small as they can be. What was approved is marked in the results.

    Raises:
        MailweaveError: there was no run, its files aren't its own any more, or nothing can be written; nothing was approved then.
    """
    run = read_run(out)
    chosen = [result for result in run.results if meant(result)]
    kept = [result for result in chosen if result.status in ("different", "new")]
    gone = [result for result in chosen if result.status == "removed" and prune]
    refreshed = [result for result in chosen if result.status == "same" and _only_record(baselines, result)]
    approvals = [_approval(run, out, result, tuple(keep), small) for result in kept]
    approvals += [_record(baselines, run, result) for result in refreshed]
    if approvals or gone:
        baselines.write(approvals, [(result.digest, result.frame) for result in gone], run.at)
    write_run(out, decided(run, {result.id for result in (*kept, *gone)}, "approved"))
    return Approved(tuple(kept), tuple(gone))


def decided(run: Run, ids: set[str], decision: str) -> Run:
    """The run with a decision noted at some pictures."""
    return run.model_copy(update={"results": tuple(_decided(result, decision) if result.id in ids else result for result in run.results)})


def _decided(result: Result, decision: str) -> Result:
    return result.model_copy(update={"decision": decision})


def by_patterns(run: Run, patterns: Iterable[str]) -> Meant:
    """Whether a result is meant by any pattern, or by the key of a decision in the report (`@1f3c9a…`)."""
    texts = list(patterns)
    wanted = [Pattern(text) for text in texts]
    keys = {text.removeprefix("@") for text in texts if text.startswith("@")}
    decisions = {result.id for group in groups_of(run) if group.key in keys for result in group.results}

    def meant(result: Result) -> bool:
        subject = as_subject(run.subjects[result.digest], result.digest)
        return result.id in decisions or any(pattern.matches(subject, frame_of(result)) for pattern in wanted)

    return meant


def frame_of(result: Result) -> Frame:
    """A result's viewport and scheme."""
    return Frame(result.viewport, result.width, result.scheme)


def as_subject(taken: Taken, digest: str) -> Subject:
    """The subject that a run took."""
    return Subject(taken.kind, taken.of, taken.name, digest, taken.locale, taken.choice, taken.origin, profiles=taken.profiles)


def _approval(run: Run, out: Path, result: Result, keep: tuple[str, ...], small: bool) -> Approval:
    """What is kept of a picture, checked against what the run saw: the file might have been changed since."""
    assert result.after is not None
    assert result.fresh is not None
    path = out / result.after
    try:
        pixels = decode(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _not_the_same(path) from error
    if fingerprint(pixels) != result.fresh.pixels:
        raise _not_the_same(path)
    taken = run.subjects[result.digest]
    if not any(Pattern(text).matches(as_subject(taken, result.digest), frame_of(result)) for text in keep):
        return Approval(result.digest, _kept(taken), result.frame, _with_file(result.fresh, None), None)
    png = encode(pixels, small=small)
    return Approval(result.digest, _kept(taken), result.frame, _with_file(result.fresh, hash_of(png)), png)


def _not_the_same(path: Path) -> MailweaveError:
    return MailweaveError(Problem("this isn't the picture that the last run took", "run `mailweave shots` again", Place(str(path)), code="no-run"))


def _only_record(baselines: Baselines, result: Result) -> bool:
    """Whether a picture looks as approved but was made from something else, so that it would be taken at every run."""
    picture = baselines.find(result.digest, result.frame)
    fresh = result.fresh
    return bool(picture and fresh and fresh.pixels == picture.pixels and _with_file(fresh, picture.file) != picture)


def _record(baselines: Baselines, run: Run, result: Result) -> Approval:
    picture = baselines.find(result.digest, result.frame)
    assert picture is not None
    assert result.fresh is not None
    png = baselines.png(result.digest, result.frame)
    return Approval(result.digest, _kept(run.subjects[result.digest]), result.frame, _with_file(result.fresh, picture.file), png)


def _with_file(picture: KeptPicture, file: str | None) -> KeptPicture:
    return picture.model_copy(update={"file": file})


def _kept(taken: Taken) -> Kept:
    return Kept(**{name: getattr(taken, name) for name in Kept.model_fields})
