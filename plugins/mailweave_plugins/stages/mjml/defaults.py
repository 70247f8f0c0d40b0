"""`mj-attributes`: what it sets is written onto each component, so that nothing depends on how mrml reads it.

The order is that of npm's `mjml-core` (`applyAttributes`): `mj-all`, then the component's own defaults, then its classes, then what the nearest
class around it sets for components of its kind, then what the tag itself says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from mailweave.mjml_components import COMPONENTS
from mailweave_plugins.stages.mjml.tree import Node

Attributes = dict[str, str]

# What some components hand down to their children, which `mj-all` then doesn't set for the child.
_ICONS: Final = frozenset(
    {"icon-align", "icon-width", "icon-height", "icon-position", "icon-wrapped-url", "icon-wrapped-alt", "icon-unwrapped-url", "icon-unwrapped-alt"}
)
_FONTS: Final = frozenset({"font-family", "font-size", "font-weight", "font-style", "line-height", "text-decoration"})
_HANDED_DOWN: Final[Mapping[str, frozenset[str]]] = {
    "mj-accordion-element": frozenset({"border", "font-family"}) | _ICONS,
    "mj-accordion-title": frozenset({"border", "font-family"}) | _ICONS,
    "mj-accordion-text": frozenset({"border", "font-family"}),
    "mj-carousel-image": frozenset({"border-radius", "tb-border", "tb-border-radius"}),
    "mj-social-element": frozenset({"border", "border-radius", "color", "icon-size", "icon-height", "icon-padding", "text-padding"}) | _FONTS,
}
# What a group takes no padding of its own for, but makes its columns narrower by.
_PADDINGS: Final = frozenset({"padding", "padding-left", "padding-right"})


@dataclass
class _Defaults:
    kinds: dict[str, Attributes] = field(default_factory=dict)
    classes: dict[str, Attributes] = field(default_factory=dict)
    # By class and by kind of component.
    nested: dict[tuple[str, str], Attributes] = field(default_factory=dict)


def apply_defaults(root: Node) -> None:
    """Write what `mj-attributes` sets onto the components of the body, and take it out of the head."""
    found = _Defaults()
    for head in root.all("mj-head"):
        for node in head.all("mj-attributes"):
            _collect(node, found)
        head.children = [child for child in head.children if child.name != "mj-attributes"]
    for body in (child for child in root.children if child.name == "mj-body"):
        _apply(body, found, "")


def _collect(attributes: Node, found: _Defaults) -> None:
    for node in attributes.children:
        if node.name != "mj-class":
            found.kinds.setdefault(node.name, {}).update(node.attributes)
            continue
        name = node.attributes.get("name", "")
        found.classes.setdefault(name, {}).update({key: value for key, value in node.attributes.items() if key != "name"})
        for child in node.children:
            found.nested.setdefault((name, child.name), {}).update(child.attributes)


def _apply(node: Node, found: _Defaults, outer: str) -> None:
    inner = node.attributes.get("mj-class", outer)
    layers = (_for_all(node.name, found), found.kinds.get(node.name, {}), _of_classes(node, found), _of_outer(node, found, outer), node.attributes)
    node.attributes = {name: value for layer in layers for name, value in layer.items() if name != "mj-class"}
    for child in node.children:
        _apply(child, found, inner)


def _for_all(name: str, found: _Defaults) -> Attributes:
    known = COMPONENTS[name].attributes.keys() | (_PADDINGS if name == "mj-group" else set())
    skipped = _HANDED_DOWN.get(name, frozenset())
    return {key: value for key, value in found.kinds.get("mj-all", {}).items() if key in known and key not in skipped}


def _of_classes(node: Node, found: _Defaults) -> Attributes:
    merged: Attributes = {}
    for name in node.attributes.get("mj-class", "").split():
        of_class = found.classes.get(name, {})
        css = " ".join(filter(None, (merged.get("css-class"), of_class.get("css-class"))))
        merged |= of_class | ({"css-class": css} if css else {})
    return merged


def _of_outer(node: Node, found: _Defaults, outer: str) -> Attributes:
    merged: Attributes = {}
    for name in outer.split():
        merged |= found.nested.get((name, node.name), {})
    return merged
