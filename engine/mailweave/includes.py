"""`mj-include`: other files put into an MJML file before anything else reads it, so that template tags in them are filled, too.

As in npm's `mjml-parser-xml`: the body of an included document stands where the tag stood and its head joins the head of the whole; a fragment
stands there as it is; `type="css"` becomes an `mj-style`, `type="html"` an `mj-raw`. Paths are relative to the file that the tag stands in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.mjml_components import COMPONENTS
from mailweave.paths import is_file, path_complaint
from mailweave.pieces import Piece, PiecedSource
from mailweave.source import Source
from mailweave.tags import Tag, tags
from mailweave.yamlfile import TEMPLATE, read_text

_NAME: Final = "mj-include"
_TYPES: Final = ("mjml", "css", "html")
# A file that includes two that include two … is a mistake long before it fills the memory.
_MOST: Final = 1000
_SHOWN: Final = 60


@dataclass
class _Expansion:
    """The pieces of a file: of what stands in place, and of what goes into the head of the whole."""

    inside: list[Piece] = field(default_factory=list)
    head: list[Piece] = field(default_factory=list)


def with_includes(source: Source, file: Path, roots: Sequence[Path], shown: Callable[[Path], str]) -> Source:
    """The source with every include resolved; the same one when there is none. `file` is the source's own path.

    Raises:
        MailweaveError: every include of a file that isn't there, lies outside the `roots`, or includes itself; and each style sheet or head
            that a part of a body can't take.
    """
    if f"<{_NAME}" not in source.text.lower():
        return source
    reader = _Reader(roots, shown)
    expansion = reader.expand(source, (file.resolve(),))
    if not reader.problems:
        reader.problems += _placed(source, file, expansion)
    if reader.problems:
        raise MailweaveError(*reader.problems)
    return PiecedSource.of(source, expansion.inside)


class _Reader:
    def __init__(self, roots: Sequence[Path], shown: Callable[[Path], str]) -> None:
        self.roots = [root.resolve() for root in roots]
        self.shown = shown
        self.problems: list[Problem] = []
        self.count = 0
        self.folders: dict[Path, list[str]] = {}

    def expand(self, source: Source, chain: tuple[Path, ...]) -> _Expansion:
        """A file's own text with the files that it includes; `chain` is how it came in, itself last."""
        found, done = _Expansion(), 0
        for tag, end in _includes(source.text):
            found.inside.append(Piece(source, done, tag.start))
            done = end
            self.include(source, tag, chain, found)
        found.inside.append(Piece(source, done, len(source.text)))
        return found

    def include(self, source: Source, tag: Tag, chain: tuple[Path, ...], found: _Expansion) -> None:
        """Put one include's file into what was found."""
        kind = tag.get("type") or "mjml"
        path = self.path(source, tag, kind, chain)
        if path is None:
            return
        try:
            shown = self.shown(path)
            included = Source(shown, read_text(path, shown, TEMPLATE))
        except MailweaveError as error:
            self.problems += error.problems
            return
        if kind == "mjml":
            self.document(included, (*chain, path), found)
        elif kind == "html":
            found.inside += _wrapped(source, tag, "<mj-raw>", included, "</mj-raw>")
        else:
            inline = ' inline="inline"' if tag.get("css-inline") == "inline" else ""
            found.head += _wrapped(source, tag, f"<mj-style{inline}>", included, "</mj-style>")

    def document(self, source: Source, chain: tuple[Path, ...], found: _Expansion) -> None:
        expansion = self.expand(source, chain)
        body, head = _inner(PiecedSource.of(source, expansion.inside))
        found.inside += body
        found.head += [*head, *expansion.head]

    def path(self, source: Source, tag: Tag, kind: str, chain: tuple[Path, ...]) -> Path | None:
        """The file that a tag names, or None with what is wrong with it noted."""
        name = tag.get("path") or ""
        self.count += 1
        if self.count > _MOST:
            if self.count == _MOST + 1:
                self.report(source, tag, f"more than {_MOST} files are included", "include fewer of them")
            return None
        if complaint := path_complaint(name):
            self.report(source, tag, f"'{name[:_SHOWN]}' is not a valid path of a file: {complaint}", "write the path of a file beside this one")
            return None
        path = (chain[-1].parent / name).resolve()
        what, remedy = "", ""
        if not name:
            what, remedy = "`<mj-include>` has no `path`", 'write `<mj-include path="…" />`'
        elif kind not in _TYPES:
            what, remedy = f"'{kind}' is no type of file to include", did_you_mean(kind, _TYPES)
        elif Path(name).is_absolute() or not any(path.is_relative_to(root) for root in self.roots):
            what, remedy = f"'{name}' lies outside of the folder that may be read", "copy it into the workspace, or beside the file"
        elif path in chain:
            loop = " → ".join(self.shown(one) for one in (*chain[chain.index(path) :], path))
            what, remedy = f"'{name}' includes itself: {loop}", "take out one of these includes"
        elif not is_file(path):
            what, remedy = f"there is no file '{name}'", did_you_mean(path.name, self.siblings(path.parent))
        if what:
            self.report(source, tag, what, remedy)
        return None if what else path

    def report(self, source: Source, tag: Tag, what: str, remedy: str) -> None:
        self.problems.append(source.problem(tag.start, what, remedy, code="bad-include", length=len(_NAME) + 1))

    def siblings(self, folder: Path) -> list[str]:
        """The files of a folder, which is looked through once."""
        if folder not in self.folders:
            self.folders[folder] = sorted(one.name for one in folder.iterdir() if one.is_file()) if folder.is_dir() else []
        return self.folders[folder]


def _includes(text: str) -> Iterator[tuple[Tag, int]]:
    """Each include that stands between components, and where it ends. In the content of `mj-text` and the like it is nothing but text."""
    ending, depth, opened = "", 0, None
    for tag in tags(text):
        if ending:
            depth += (-1 if tag.closing else 1) if tag.name == ending and not tag.empty else 0
            ending = ending if depth else ""
        elif tag.name == _NAME and tag.closing:
            if opened is not None:
                yield opened, tag.end
            opened = None
        elif tag.name == _NAME and not tag.empty:
            opened = tag
        elif tag.name == _NAME:
            yield tag, tag.end
        elif tag.name in COMPONENTS and COMPONENTS[tag.name].ending and not (tag.empty or tag.closing):
            ending, depth = tag.name, 1


def _wrapped(source: Source, tag: Tag, before: str, included: Source, after: str) -> list[Piece]:
    place = tag.start
    return [Piece(source, place, place, before), Piece(included, 0, len(included.text)), Piece(source, place, place, after)]


def _inner(source: Source) -> tuple[list[Piece], list[Piece]]:
    """The contents of a document's body and head; a fragment is all body."""
    found = list(tags(source.text))
    if not any(tag.name == "mjml" for tag in found):
        return [Piece(source, 0, len(source.text))], []
    return _between(source, found, "mj-body"), _between(source, found, "mj-head")


def _between(source: Source, found: Sequence[Tag], name: str) -> list[Piece]:
    start = next((tag.end for tag in found if tag.name == name and not tag.closing and not tag.empty), 0)
    end = next((tag.start for tag in reversed(found) if tag.name == name and tag.closing), 0)
    return [Piece(source, start, end)] if start < end else []


def _placed(source: Source, file: Path, expansion: _Expansion) -> list[Problem]:
    """Put what belongs into the head there: at the end of the head, into a new one, or at the end of a file that is a head."""
    if not expansion.head:
        return []
    whole = PiecedSource.of(source, expansion.inside)
    found = list(tags(whole.text))
    root = next((tag for tag in found if tag.name == "mjml" and not tag.closing), None)
    end = next((tag.start for tag in found if tag.name == "mj-head" and tag.closing), None)
    if root is None and file.name.split(".")[0] != "head":
        place = expansion.head[0]
        what = "a style sheet or a head can't be included into a part of a body"
        remedy = "include it in a file head.mjml beside this one, or in the layout"
        return [place.source.problem(place.start, what, remedy, code="bad-include")]
    new = root is not None and end is None
    at = end if end is not None else root.end if root else len(whole.text)
    before, after = ([Piece(source, 0, 0, text)] if new else [] for text in ("<mj-head>", "</mj-head>"))
    expansion.inside = [Piece(whole, 0, at), *before, *expansion.head, *after, Piece(whole, at, len(whole.text))]
    return []
