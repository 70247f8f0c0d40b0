"""The places of slots in a layout: `<mw-slot name="…" />` for one, `<mw-slots />` for all that have no place of their own.

In HTML, where names don't mind their case and browsers take no notice of the slash, both forms mean the same: closed by itself or by an end tag.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from mailweave.errors import Place, Problem, did_you_mean, raise_all
from mailweave.nesting import Element, Nesting
from mailweave.source import Source

SLOT: Final = re.compile(
    r"<mw-slot\s+name\s*=\s*(?P<quote>[\"']?)(?P<name>[^\"'<>]*?)(?P=quote)\s*(?:/>|>\s*</mw-slot\s*>)",
    re.IGNORECASE,
)
REST: Final = re.compile(r"<mw-slots\s*(?:/>|>\s*</mw-slots\s*>)", re.IGNORECASE)

# Each tag, its attributes, and how it is written.
_ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {"mw-slot": ("name",), "mw-slots": ()}
_FORMS: Final = {"mw-slot": '`<mw-slot name="…" />`', "mw-slots": "`<mw-slots />`"}
SLOTS: Final = frozenset(_ATTRIBUTES)


def refuse_added_slots(masked: str, filled: str, path: str, bodies: Iterable[tuple[str, str]]) -> None:
    """Look for places of slots that values have put into a filled layout (`masked` is its template without tags) or into bodies, each with its file.

    Raises:
        MailweaveError: there are some.
    """
    added = Counter(_places(filled)) - Counter(_places(masked))
    found = [(place, path) for place in added] + [(place, body_path) for body, body_path in bodies for place in _places(body)]
    remedy = "only a layout's own text has places of slots, each once; escape the value, or take the loop away"
    problems = [Problem(f"`{place}` can't be put in by a value or a loop", remedy, Place(where), code="reserved") for place, where in found]
    raise_all(list(dict.fromkeys(problems)))


def _places(text: str) -> list[str]:
    """Every place of a slot, as it would be written."""
    if "<mw-slot" not in text and "<mw-slot" not in text.lower():
        return []
    return [f'<mw-slot name="{found["name"]}" />' for found in SLOT.finditer(text)] + ["<mw-slots />" for _ in REST.finditer(text)]


def content_problems(source: Source, nesting: Nesting) -> Iterator[Problem]:
    """What stands inside the place of a slot: it would be sent as it is."""
    parts = [(text.start, text.parent) for text in nesting.texts] + [(element.tag.start, element.parent) for element in nesting.elements]
    for start, parent in parts:
        if parent and parent.name in SLOTS:
            remedy = f"write {_FORMS[parent.name]}, and put this before or after it"
            yield source.problem(start, f"`<{parent.name}>` can't hold anything", remedy, code="misplaced-tag")


def html_problems(source: Source, element: Element, *, layout: bool) -> Iterator[Problem]:
    """What is wrong with an element of mailweave's own in plain HTML."""
    name = element.name
    if not name.startswith("mw-"):
        return
    if name not in SLOTS:
        yield _problem(source, element, f"`<{name}>` is no tag of mailweave", did_you_mean(name, SLOTS), "unknown-tag")
    elif not layout:
        yield _problem(source, element, f"`<{name}>` can't stand in a block", "only layouts have slots", "misplaced-tag")
    else:
        yield from _attribute_problems(source, element)


def _attribute_problems(source: Source, element: Element) -> Iterator[Problem]:
    known, seen = _ATTRIBUTES[element.name], [attribute.name.lower() for attribute in element.tag.attributes]
    for attribute, name in zip(element.tag.attributes, seen, strict=True):
        if name not in known or seen.count(name) > 1:
            what = f"`<{element.name}>` has no attribute `{name}`" if name not in known else f"`{name}` stands twice in `<{element.name}>`"
            yield source.problem(attribute.start, what, f"write {_FORMS[element.name]}", code="unknown-attribute", length=len(name))
    if known and not (element.tag.get("name") or "").strip():
        yield _problem(source, element, f"`<{element.name}>` has no `name`", f"write {_FORMS[element.name]}", "missing-attribute")


def _problem(source: Source, element: Element, what: str, remedy: str, code: str) -> Problem:
    return source.problem(element.tag.start, what, remedy, code=code, length=len(element.name) + 1)
