"""The attributes of MJML's tags: known ones, each once, with values that MJML understands.

MJML itself only warns of others, or says nothing, and compiles them all the same; so these are warnings, and what comes out is what MJML makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from mailweave.errors import Problem, as_warning, did_you_mean
from mailweave.mjml_components import COMPONENTS
from mailweave.mjml_values import complaint
from mailweave.nesting import Element
from mailweave.source import Source
from mailweave.tags import Attribute

# MJML lets every component have these.
_EVERYWHERE = {"css-class": "string", "mj-class": "string"}
_SLOTS: Mapping[str, Mapping[str, str]] = {"mw-slot": {"name": "string"}, "mw-slots": {}}
# Attributes that MJML has and our compiler hasn't: leaving them out would be another mail.
_MISSING: Mapping[str, str] = {"gutter": "use the columns' `padding`, or the compiler mjml_node"}


def attribute_problems(source: Source, masked: str, element: Element) -> Iterator[Problem]:
    """What is wrong with the attributes of a component or a slot; HTML's own tags may have any, each once."""
    known = _known(element.name)
    seen: dict[str, Attribute] = {}
    for attribute in element.tag.attributes:
        if _is_filled(source, masked, attribute.start, attribute.start + len(attribute.name)):
            continue
        first = seen.setdefault(attribute.name, attribute)
        # Two of a name may stand in two branches of a template's `if`.
        if first is not attribute and not _is_filled(source, masked, first.end, attribute.start):
            what, remedy = f"`{attribute.name}` stands twice in `<{element.name}>`", "keep one of them; the first one counts"
            yield as_warning(_problem(source, attribute, what, remedy, "duplicate-attribute"))
        if known is not None:
            found = _known_problems(source, masked, element, attribute, known)
            yield from found if element.name in _SLOTS or attribute.name in _MISSING else map(as_warning, found)
    if element.name == "mw-slot" and "name" not in seen:
        yield source.problem(element.tag.start, "`<mw-slot>` has no `name`", 'write `<mw-slot name="…" />`', code="missing-attribute", length=8)


def _known_problems(source: Source, masked: str, element: Element, attribute: Attribute, known: Mapping[str, str]) -> Iterator[Problem]:
    type_ = "string" if attribute.name.startswith("data-") else known.get(attribute.name)
    if type_ is None:
        what = f"`<{element.name}>` has no attribute `{attribute.name}`"
        remedy = _MISSING.get(attribute.name) or did_you_mean(attribute.name, known)
        yield _problem(source, attribute, what, remedy, "unknown-attribute")
    elif attribute.value is None:
        remedy = f'write `{attribute.name}="…"`'
        yield _problem(source, attribute, f"`{attribute.name}` has no value", remedy, "bad-value")
    elif not _is_filled(source, masked, attribute.start, attribute.end):
        wanted = complaint(attribute.value, type_)
        if wanted:
            what = f"'{attribute.value}' is no value of `{attribute.name}` in `<{element.name}>`"
            yield source.problem(attribute.value_start, what, f"write {wanted}", code="bad-value", length=max(1, len(attribute.value)))


@cache
def _known(name: str) -> Mapping[str, str] | None:
    """The attributes of a tag with their types, or None when any may stand there."""
    if name in _SLOTS:
        return _SLOTS[name]
    if name in ("mj-class", "mj-all"):
        # Each value is for whichever component has such an attribute, so only the names are checked.
        every = {attribute for component in COMPONENTS.values() for attribute in component.attributes}
        return dict.fromkeys([*every, *_EVERYWHERE, "name"], "string")
    return {**COMPONENTS[name].attributes, **_EVERYWHERE} if name in COMPONENTS else None


def _is_filled(source: Source, masked: str, start: int, end: int) -> bool:
    """Whether a template tag stands in a part of the text."""
    return source.text[start:end] != masked[start:end]


def _problem(source: Source, attribute: Attribute, what: str, remedy: str, code: str) -> Problem:
    return source.problem(attribute.start, what, remedy, code=code, length=len(attribute.name))
