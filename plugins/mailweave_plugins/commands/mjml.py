"""`mailweave mjml`: one MJML file to HTML, as npm's `mjml` does, in a workspace or without one."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Final

import click

from mailweave import bounds
from mailweave.ahead import enclosed
from mailweave.bounds import Part
from mailweave.edits import spliced
from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Problem, as_warning
from mailweave.folders import find_root
from mailweave.hookspecs import hookimpl
from mailweave.includes import with_includes
from mailweave.limits import DEFAULT, Limits
from mailweave.markup import check_mjml, left_out
from mailweave.pieces import without
from mailweave.pipeline import StageError, inlining_of
from mailweave.registry import Registry, pick
from mailweave.source import Source
from mailweave.terminal import print_problems
from mailweave.yamlfile import TEMPLATE, decoded, read_text

# A file that is no template of ours may still hold the tags of any language; they are put out as they are.
_TAGS: Final = (("{{{", "}}}"), ("{{", "}}"), ("{%", "%}"))


@click.command(epilog="Example: mailweave mjml newsletter.mjml > newsletter.html")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--no-inline", is_flag=True, help='Inline only `<mj-style inline="inline">`, as npm\'s mjml does, not the other style sheets.')
@click.pass_obj
def mjml(engine: Engine, file: Path, no_inline: bool) -> None:
    """Compile FILE (- reads standard input) to HTML on standard output.

    mj-include reads files of the workspace that FILE is in, or else of FILE's own folder. Template tags stay as they are.
    """
    source, config, limits = _read(engine, file)
    masked = _with_tags(source.text, lambda _, tag: _overlaid(tag))
    problems = [_soft(problem) for problem in check_mjml(source, masked, "layout")]
    if any(problem.level == "error" for problem in problems):
        raise MailweaveError(*problems)
    parts = [Part("", source.text, source.path)]
    bounds.check_mjml(source.text, [], limits, parts)
    html = _compiled(engine.registry, config[0], without(source, left_out(source, masked)))
    bounds.check_html(html, limits, parts)
    if not no_inline:
        html = _staged(source, lambda: _inlined(engine.registry, config[1], html))
    if problems:
        print_problems(problems)
    sys.stdout.buffer.write(html.encode() + (b"" if html.endswith("\n") else b"\n"))


def _read(engine: Engine, file: Path) -> tuple[Source, tuple[str, str], Limits]:
    """The file with its includes, the names of compiler and inliner, and the limits."""
    stdin = str(file) == "-"
    folder = Path.cwd() if stdin else file.resolve().parent
    root, config, limits = _workspace(engine, folder)

    def shown(path: Path) -> str:
        return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else str(path)

    name = "standard input" if stdin else str(file)
    text = decoded(sys.stdin.buffer.read(TEMPLATE + 1), name, TEMPLATE).replace("\r\n", "\n") if stdin else read_text(file, name, TEMPLATE)
    source = Source(name, text)
    return with_includes(source, folder / file.name, (root,), shown), config, limits


def _workspace(engine: Engine, folder: Path) -> tuple[Path, tuple[str, str], Limits]:
    try:
        root = find_root(folder)
    except MailweaveError:
        return folder, ("mrml", "premailer"), DEFAULT
    config = engine.open(root, base=Path.cwd()).config
    return root, (config.compiler, config.inliner), config.limits


def _with_tags(text: str, written: Callable[[int, str], str]) -> str:
    """The text with what is written for each template tag, given its offset and itself."""
    return spliced(text, [(start, end, written(start, text[start:end])) for start, end in enclosed(text, _TAGS)])


def _overlaid(tag: str) -> str:
    filler = " " if tag.startswith("{%") else "x"
    return "".join(char if char == "\n" else filler for char in tag)


def _soft(problem: Problem) -> Problem:
    """npm's mjml doesn't mind an image without `alt`."""
    return as_warning(problem) if problem.code == "image-alt" else problem


def _compiled(registry: Registry, compiler: str, source: Source) -> str:
    """Compile with words in the place of template tags, so that nothing in them is read as markup."""
    word = next(word for word in (f"mailweave-tag-{number}-" for number in count()) if word not in source.text)
    kept: list[tuple[int, str]] = []

    def keep(start: int, tag: str) -> str:
        kept.append((start, tag))
        return f"{word}{len(kept) - 1}-"

    text = _with_tags(source.text, keep)
    starts = [(at, tag, f"{word}{index}-") for index, (at, tag) in enumerate(kept)]

    def original(offset: int) -> int:
        for at, tag, shown in starts:
            if offset > at:
                offset = max(at, offset + len(tag) - len(shown))
        return offset

    html = _staged(source, lambda: pick(registry.compilers, compiler, "compiler").compile(text), original)
    return re.sub(rf"{word}(\d+)-", lambda found: kept[int(found[1])][1], html)


def _inlined(registry: Registry, wanted: str, html: str) -> str:
    pick(registry.inliners, wanted, "inliner")
    return registry.inliners[inlining_of(registry.inliners, wanted, html).name].inline(html)


def _staged(source: Source, call: Callable[[], str], original: Callable[[int], int] = int) -> str:
    try:
        return call()
    except StageError as error:
        problem = source.problem(original(error.offset), error.what, code="markup") if error.offset is not None else Problem(error.what, code="stage")
        raise MailweaveError(problem) from error


@hookimpl
def register_commands() -> list[click.Command]:
    return [mjml]
