"""Check the markup of a template: which tags stand where, with which attributes.

The checks read the text with its template tags overlaid (`Template.masked`), so that every place is a place in the file. What a template tag
gives can't be known here: a name or value that holds one isn't checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from mailweave import slots
from mailweave.errors import Problem
from mailweave.mjml_attributes import attribute_problems
from mailweave.mjml_components import COMPONENTS
from mailweave.mjml_places import Where, declaration_problems, in_content, place_problems, stray_words, text_problems
from mailweave.nesting import VOID, Element, Nesting, nesting_of
from mailweave.source import Source
from mailweave.tags import Tag

_IMAGES: Final = frozenset({"img", "mj-image", "mj-carousel-image"})


def check_mjml(source: Source, masked: str, where: Where) -> list[Problem]:
    """Every mistake in MJML, in the order of the text. `where` says what the text is: a whole layout, or parts for its body or head."""
    nesting = _mjml_nesting(source, masked)
    problems = [*nesting.problems, *text_problems(source, masked, nesting.texts, where), *declaration_problems(source, nesting.declarations)]
    problems += slots.content_problems(source, nesting)
    problems += _bodies(source, nesting.elements) if where == "layout" else ()
    for element in nesting.elements:
        problems += place_problems(source, element, where)
        problems += attribute_problems(source, masked, element)
        problems += _image_problems(source, element)
    return _in_order(problems)


def left_out(source: Source, masked: str) -> list[tuple[int, int]]:
    """The words of MJML that are shown nowhere, as `check_mjml` warns of them: where each starts and ends."""
    return stray_words(source, masked, _mjml_nesting(source, masked).texts)


def _mjml_nesting(source: Source, masked: str) -> Nesting:
    """HTML in MJML needn't match: MJML passes it on as it is, and browsers close what is open at the end of its cell."""
    return nesting_of(source, masked, lambda tag: tag.empty or tag.name in VOID, in_content)


def _bodies(source: Source, elements: Iterable[Element]) -> Iterator[Problem]:
    """A document has one body; of several MJML shows the first."""
    root = next((element for element in elements if element.name == "mjml"), None)
    bodies = [element for element in elements if element.name == "mj-body" and not _in_defaults(element)]
    if root and not bodies:
        yield source.problem(root.tag.start, "there is no `<mj-body>`", "put the sections into one", code="missing-tag", length=len("<mjml"))
    for element in bodies[1:]:
        remedy = "put what it holds into the first one"
        yield source.problem(element.tag.start, "a second `<mj-body>` is shown nowhere", remedy, code="misplaced-tag", length=len(element.name) + 1)


def check_html(source: Source, masked: str, *, layout: bool = False) -> list[Problem]:
    """Every unmatched tag, every image without a text and every wrong place of a slot in plain HTML, in the order of the text."""
    nesting = nesting_of(source, masked, _closes_itself)
    problems = [*nesting.problems, *slots.content_problems(source, nesting)]
    for element in nesting.elements:
        problems += _image_problems(source, element)
        problems += slots.html_problems(source, element, layout=layout)
    return _in_order(problems)


def _closes_itself(tag: Tag) -> bool:
    """HTML takes no notice of the slash in `<div/>`; elements of SVG and of Office (`<path/>`, `<o:p/>`) and places of slots do end there."""
    return tag.name in VOID or (tag.empty and (tag.foreign or ":" in tag.name or tag.name in slots.SLOTS))


def _image_problems(source: Source, element: Element) -> Iterator[Problem]:
    if element.name in _IMAGES and element.tag.get("alt") is None and not _in_defaults(element):
        remedy = 'add alt="…" with what the picture says, or alt="" when it is only decoration'
        yield source.problem(element.tag.start, f"`<{element.name}>` has no `alt`", remedy, code="image-alt", length=len(element.name) + 1)


def _in_defaults(element: Element) -> bool:
    """Inside `mj-attributes` a tag stands for the defaults of its kind."""
    return element.name in COMPONENTS and element.in_defaults


def _in_order(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.place.line, problem.place.column) if problem.place else (0, 0))
