"""Where in HTML or MJML one stands after some literal text: a small state machine that follows the HTML standard's tokenizer.

It knows what decides how a value must be escaped, and no more. The idea and the list of states are those of Go's html/template
(`text/template` actions, "contextual autoescaping") with MJML's attributes and Outlook's conditional comments added.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from html import unescape
from typing import Final, NamedTuple

from mailweave.attribute_kinds import WATCHED, Kind, is_split, kind_of


class Mode(Enum):
    """What kind of thing the next character belongs to."""

    TEXT = auto()
    TAG_OPEN = auto()  # just after "<"
    TAG_NAME = auto()
    IN_TAG = auto()  # between attributes
    ATTRIBUTE_NAME = auto()
    AFTER_NAME = auto()
    BEFORE_VALUE = auto()  # just after "="
    QUOTED = auto()
    UNQUOTED = auto()
    END_TAG = auto()
    DECLARATION = auto()
    COMMENT = auto()
    RAW = auto()  # in <style>, <title>, <textarea>, <script>: no tags inside


class Position(NamedTuple):
    """A position in markup, as far as escaping cares.

    `element`: the tag's name where it matters (raw-text elements and some others), "mj" for MJML's others, else empty. `name`: a name that may go
    on. `url`: how far into a URL: "start", "path", "query", "descriptor" (of a srcset), "unknown" (branches differ) or a scheme like
    "javascript:". `css`: what of CSS is open: a quote, "(" of a `url(` without quotes, or a comment;
    "-" where neither quotes nor brackets make sense. `conditional`: inside `<!--[if …]>`.
    """

    mode: Mode = Mode.TEXT
    element: str = ""
    name: str = ""
    kind: Kind = Kind.PLAIN
    quote: str = ""
    url: str = "start"
    css: str = ""
    conditional: bool = False


# In a template that is a URL as a whole, every position is inside one.
WHOLE_URL: Final = Position(Mode.QUOTED, kind=Kind.URL)

_LINKS: Final = (Kind.URL, Kind.LINK, Kind.SRCSET)
# `mj-html-attribute` holds the value of any attribute.
RAW_ELEMENTS: Final = frozenset({"style", "mj-style", "title", "textarea", "script", "mj-html-attribute"})
_SCRIPT_SCHEME = re.compile(r"\s*(javascript|vbscript|data):", re.I)
_CSS_TOKEN = re.compile(r"""/\*|\*/|\\.|["']|url\(|\)""", re.I | re.S)
_CONDITIONAL = re.compile(r"\s*\[if\b[^\]]*\]>", re.I)

Step = tuple[Position, int]


def advance(position: Position, text: str) -> Position:
    """The position after some literal text."""
    at = 0
    while at < len(text):
        if not position.conditional:
            position, at = _STEPS[position.mode](position, text, at)
            continue
        # Outlook's conditional comment ends at the first "-->", wherever in its markup that stands.
        end = text.find("-->", at)
        inside, step = text[at : len(text) if end < 0 else end], 0
        while step < len(inside):
            position, step = _STEPS[position.mode](position, inside, step)
        at += len(inside) if end < 0 else len(inside) + 3
        position = position if end < 0 else Position()
    return position


def after_output(position: Position) -> Position:
    """The position after a value was put out."""
    if position.mode is Mode.BEFORE_VALUE:
        return position._replace(mode=Mode.UNQUOTED)
    if position.kind in _LINKS and position.url == "start":
        return position._replace(url="path")
    return position


def join(first: Position, second: Position) -> Position | None:
    """The position after either of two branches, or None when they end in places that nothing fits both of."""
    if first == second:
        return first
    first, second = _between_attributes(first), _between_attributes(second)
    if first == second:
        return first
    return first._replace(url="unknown") if first._replace(url=second.url) == second else None


def _between_attributes(position: Position) -> Position:
    """A name is over at a branch's end, as in `<td{% if wide %} colspan="2"{% endif %}>`."""
    if position.mode is Mode.TAG_NAME:
        return _in_tag(position, _element(position.name))
    return _in_tag(position) if position.mode in (Mode.ATTRIBUTE_NAME, Mode.AFTER_NAME) else position


def _in_tag(position: Position, element: str | None = None) -> Position:
    return Position(Mode.IN_TAG, position.element if element is None else element, conditional=position.conditional)


def _element(name: str) -> str:
    name = name.lower()
    return name if name in RAW_ELEMENTS or name in WATCHED else "mj" if name.startswith("mj-") else ""


def _url_after(position: Position, literal: str) -> str:
    """How far into a URL one is after some more of it."""
    if position.kind not in _LINKS:
        return position.url
    if position.kind is Kind.SRCSET:
        return _srcset_after(position.url, literal)
    if position.url.endswith(":") or not literal.strip():
        return position.url
    scheme = _SCRIPT_SCHEME.match(literal) if position.url == "start" else None
    if scheme:
        return f"{scheme[1].lower()}:"
    if re.search(r"[?#&=]", literal):
        return "query"
    return "path" if position.url == "start" else position.url


def _srcset_after(part: str, literal: str) -> str:
    _before, comma, tail = literal.rpartition(",")
    part = "start" if comma else part
    if not tail.strip():
        return "descriptor" if tail and part == "path" else part
    ended = re.search(r"\s", tail.lstrip() if part == "start" else tail)
    return "descriptor" if ended or part == "descriptor" else "path"


def _css_after(state: str, literal: str) -> str:
    """What of CSS is open after some more of it."""
    if state == "-":
        return state
    for found in _CSS_TOKEN.finditer(literal):
        token = found[0].lower()
        if state in ("'", '"', "/*"):
            state = "" if token == ("*/" if state == "/*" else state) else state
        elif token in ("'", '"', "/*"):
            state = token
        elif token in ("url(", ")"):
            state = "(" if token == "url(" else ""
    return state


def _text(position: Position, text: str, at: int) -> Step:
    at = text.find("<", at)
    if at < 0:
        return position, len(text)
    if text.startswith("<!--", at):
        return _comment_start(position, text, at + 4)
    return position._replace(mode=Mode.TAG_OPEN), at + 1


def _comment_start(position: Position, text: str, at: int) -> Step:
    conditional = _CONDITIONAL.match(text, at)
    if conditional:
        return position._replace(conditional=True), conditional.end()
    # The standard ends "<!-->" and "<!--->" at once.
    closed = re.compile(r"-?>").match(text, at)
    return (position, closed.end()) if closed else (position._replace(mode=Mode.COMMENT), at)


def _tag_open(position: Position, text: str, at: int) -> Step:
    char = text[at]
    if char.isascii() and char.isalpha():
        return position._replace(mode=Mode.TAG_NAME, name=""), at
    mode = {"/": Mode.END_TAG, "!": Mode.DECLARATION, "?": Mode.DECLARATION}.get(char, Mode.TEXT)
    return position._replace(mode=mode), at


def _tag_name(position: Position, text: str, at: int) -> Step:
    name, at = _run(r"[^\s/>]*", text, at)
    position = position._replace(name=position.name + name)
    return (position, at) if at == len(text) else (_in_tag(position, _element(position.name)), at)


def _inside_tag(position: Position, text: str, at: int) -> Step:
    char = text[at]
    if char.isspace():
        return position, at + 1
    if text.startswith("/>", at) and position.element.startswith("mj"):
        return Position(conditional=position.conditional), at + 2
    if char == ">":
        raw = position.element in RAW_ELEMENTS
        return Position(Mode.RAW if raw else Mode.TEXT, position.element if raw else "", conditional=position.conditional), at + 1
    if char == "/":
        return position, at + 1
    return position._replace(mode=Mode.BEFORE_VALUE if char == "=" else Mode.ATTRIBUTE_NAME), at + (char == "=")


def _attribute_name(position: Position, text: str, at: int) -> Step:
    name, at = _run(r"[^\s/>=]*", text, at)
    position = position._replace(name=position.name + name)
    return (position, at) if at == len(text) else (position._replace(mode=Mode.AFTER_NAME), at)


def _after_name(position: Position, text: str, at: int) -> Step:
    if text[at].isspace():
        return position, at + 1
    return (position._replace(mode=Mode.BEFORE_VALUE), at + 1) if text[at] == "=" else (_in_tag(position), at)


def _before_value(position: Position, text: str, at: int) -> Step:
    char = text[at]
    if char.isspace():
        return position, at + 1
    if char in "\"'":
        name = position.name.lower()
        kind = kind_of(position.element, name)
        split = kind is Kind.STYLE and is_split(position.element, name)
        return position._replace(mode=Mode.QUOTED, quote=char, kind=kind, name="", url="start", css="-" if split else ""), at + 1
    return (_in_tag(position), at) if char == ">" else (position._replace(mode=Mode.UNQUOTED), at)


def _quoted(position: Position, text: str, at: int) -> Step:
    end = text.find(position.quote, at) if position.quote else -1
    if end >= 0:
        return _in_tag(position), end + 1
    if position.kind is Kind.STYLE:
        return position._replace(css=_css_after(position.css, unescape(text[at:]))), len(text)
    return position._replace(url=_url_after(position, text[at:])), len(text)


def _unquoted(position: Position, text: str, at: int) -> Step:
    _, at = _run(r"[^\s>]*", text, at)
    return (position, at) if at == len(text) else (_in_tag(position), at)


def _to_bracket(position: Position, text: str, at: int) -> Step:
    end = text.find(">", at)
    return (position, len(text)) if end < 0 else (Position(conditional=position.conditional), end + 1)


def _comment(position: Position, text: str, at: int) -> Step:
    end = re.compile("--!?>").search(text, at)
    return (position._replace(mode=Mode.TEXT), end.end()) if end else (position, len(text))


def _raw(position: Position, text: str, at: int) -> Step:
    end = re.compile(rf"</{position.element}(?=[\s/>]|\Z)", re.I).search(text, at)
    if end:
        return position._replace(mode=Mode.END_TAG, element="", css=""), end.end()
    return position._replace(css=_css_after(position.css, text[at:]) if position.element.endswith("style") else ""), len(text)


def _run(pattern: str, text: str, at: int) -> tuple[str, int]:
    found = re.compile(pattern).match(text, at)
    return (found[0], found.end()) if found else ("", at)


_STEPS: Final[dict[Mode, Callable[[Position, str, int], Step]]] = {
    Mode.TEXT: _text,
    Mode.TAG_OPEN: _tag_open,
    Mode.TAG_NAME: _tag_name,
    Mode.IN_TAG: _inside_tag,
    Mode.ATTRIBUTE_NAME: _attribute_name,
    Mode.AFTER_NAME: _after_name,
    Mode.BEFORE_VALUE: _before_value,
    Mode.QUOTED: _quoted,
    Mode.UNQUOTED: _unquoted,
    Mode.END_TAG: _to_bracket,
    Mode.DECLARATION: _to_bracket,
    Mode.COMMENT: _comment,
    Mode.RAW: _raw,
}
