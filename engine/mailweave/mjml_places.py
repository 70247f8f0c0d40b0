"""Where MJML's tags and text may stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from mailweave.errors import Problem, did_you_mean
from mailweave.mjml_components import COMPONENTS
from mailweave.nesting import Element, Text
from mailweave.source import Source

# What a file holds: a layout is a whole document; the others go into the body or the head of one.
Where = Literal["layout", "body", "head"]

# The element that a file's own tags will stand in, and what that is called in a message.
_ROOT: Final = {
    "layout": ("", "at the top of a layout"),
    "body": ("mj-body", "at the top of a block"),
    "head": ("mj-head", "at the top of head.mjml"),
}

_SLOTS: Final = frozenset({"mw-slot", "mw-slots"})
_SLOT_PARENTS: Final = frozenset({"mj-body", "mj-wrapper"})
# Children of `mj-attributes` that are no components: defaults for all of them and for a class.
_DEFAULTS: Final = frozenset({"mj-all", "mj-class"})
# Where a component stands for the defaults of its kind: all of them, or those in a class.
_DEFAULT_PARENTS: Final = frozenset({"mj-attributes", "mj-class"})


def place_problems(source: Source, element: Element, where: Where) -> Iterator[Problem]:
    """What is wrong with an element's name and with where it stands."""
    name, start = element.name, element.tag.start
    written = source.text[start + 1 : start + 1 + len(name)]
    if name.startswith(("mj", "mw-")) and written != name and written.lower() == name:
        yield _problem(source, element, f"`<{written}>` is no MJML tag", f"write `<{name}>`", "unknown-tag")
    elif name in _SLOTS:
        yield from _slot_problems(source, element, where)
    elif name in COMPONENTS or name in _DEFAULTS:
        yield from _component_problems(source, element, where)
    elif name == "mj-include":
        # Those that can be resolved are gone by now.
        remedy = "put it between components or into `<mj-head>`; a layout or block has it, not what a template puts out"
        yield _problem(source, element, f"`<mj-include>` can't stand {_here(element.parent, where)}", remedy, "misplaced-tag")
    elif name.startswith(("mj", "mw-")):
        yield _problem(source, element, f"`<{name}>` is no MJML tag", did_you_mean(name, [*COMPONENTS, *_SLOTS]), "unknown-tag")
    elif not in_content(element.parent):
        remedy = "put HTML into `<mj-text>` in a column, or into `<mj-raw>`"
        yield _problem(source, element, f"`<{name}>` can't stand {_here(element.parent, where)}", remedy, "misplaced-tag")


def text_problems(source: Source, masked: str, texts: Iterable[Text], where: Where) -> Iterator[Problem]:
    """Text that no element would show: MJML leaves it out. What a template tag puts out there is left to the compiler, and may not be lost."""
    for text in texts:
        if in_content(text.parent) or _only_output(source, masked, text):
            continue
        what, remedy = f"text can't stand {_here(text.parent, where)}", "put it into `<mj-text>` in a column"
        if _has_output(source, masked, text):
            yield source.problem(text.start, what, remedy, code="misplaced-text")
        else:
            yield source.problem(text.start, f"{what} and is left out", remedy, code="misplaced-text", level="warning")


def stray_words(source: Source, masked: str, texts: Iterable[Text]) -> list[tuple[int, int]]:
    """Where the words start and end that `text_problems` warns of."""
    stray = (text for text in texts if not in_content(text.parent) and not _has_output(source, masked, text))
    return [span for text in stray for span in text.words(masked)]


def declaration_problems(source: Source, declarations: Iterable[Text]) -> Iterator[Problem]:
    """What stands in front of an XML or HTML file, or is CDATA: MJML leaves it out."""
    for text in declarations:
        if not in_content(text.parent):
            written = source.text[text.start : text.end].split()[0].rstrip(">")
            remedy = "take it out; MJML writes the doctype itself" if written.lower() == "<!doctype" else "take it out"
            what, length = f"`{written} …>` is left out", len(written)
            yield source.problem(text.start, what, remedy, code="misplaced-declaration", level="warning", length=length)


def in_content(element: Element | None) -> bool:
    """Whether what stands directly in an element is HTML, CSS or text, not MJML."""
    return element is not None and (element.name not in COMPONENTS or COMPONENTS[element.name].ending)


def _only_output(source: Source, masked: str, text: Text) -> bool:
    """Whether a text is nothing but what template tags put out: runs of `x` over something else."""
    original, shown = source.text[text.start : text.end], masked[text.start : text.end]
    literal = {char for char, mask in zip(original, shown, strict=True) if char == mask and not char.isspace()}
    return original != shown and literal <= {"x"}


def _has_output(source: Source, masked: str, text: Text) -> bool:
    """Whether a template tag puts something out in a text."""
    return any(mask == "x" != char for char, mask in zip(source.text[text.start : text.end], masked[text.start : text.end], strict=True))


def _component_problems(source: Source, element: Element, where: Where) -> Iterator[Problem]:
    parent = element.parent.name if element.parent else _ROOT[where][0]
    parents = COMPONENTS[element.name].parents if element.name in COMPONENTS else ("mj-attributes",)
    if parent in _DEFAULT_PARENTS or parent in parents or not (parents or parent):
        return
    if element.parent and element.parent.parent and {element.parent.name, element.parent.parent.name} == {element.name}:
        # One in another in another: the outermost that is wrong is reported.
        return
    remedy = f"put it in {' or '.join(f'`<{name}>`' for name in parents)}" if parents else "only a layout has it, as its outermost tag"
    yield _problem(source, element, f"`<{element.name}>` can't stand {_here(element.parent, where)}", remedy, "misplaced-tag")


def _slot_problems(source: Source, element: Element, where: Where) -> Iterator[Problem]:
    parent = element.parent.name if element.parent else ""
    if where != "layout":
        yield _problem(source, element, f"`<{element.name}>` can't stand in a block", "only layouts have slots", "misplaced-tag")
    elif parent not in _SLOT_PARENTS:
        remedy = "put it in `<mj-body>` or `<mj-wrapper>`"
        yield _problem(source, element, f"`<{element.name}>` can't stand {_here(element.parent, where)}", remedy, "misplaced-tag")


def _here(parent: Element | None, where: Where) -> str:
    return f"in `<{parent.name}>`" if parent else _ROOT[where][1]


def _problem(source: Source, element: Element, what: str, remedy: str, code: str) -> Problem:
    return source.problem(element.tag.start, what, remedy, code=code, length=len(element.name) + 1)
