"""A compiled document: its HTML and text with places for values, as two generated functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from mailweave.assets import asset_url, with_deferred_assets
from mailweave.compiled.residue import PutOut
from mailweave.compiled.straight import literal_of
from mailweave.compiled.textplan import Made, Parts, cleaned, exact_text, is_loose, text_plan
from mailweave.compiled.tokens import Tokens
from mailweave.compiled.values import KEPT, READABLE, NotOpaque, Site, text_value
from mailweave.mjml_components import COMPONENTS
from mailweave.preheader import body_start
from mailweave.tags import Tag, insides, tags
from mailweave.textpart import literal_texts

# Attributes of MJML components that no compiler computes with.
_MJML_OPAQUE: Final = frozenset({"href", "src", "alt", "title"})
_MJML_LINKS: Final = frozenset({"mj-button", "mj-image", "mj-navbar-link", "mj-social-element", "mj-carousel-image"})
# Attributes of HTML that a stage reads.
_HTML_READ: Final = frozenset(
    {"class", "id", "style", "hidden", "role", "start", "lang", "dir", "media", "type", "content", "charset", "http-equiv", "data-premailer"}
)
# What a value could complete to a character reference: "&" and "amp;", "&#" and "65;".
_REFERENCE: Final = re.compile(r"&(?:#[xX]?)?\w*\Z", re.ASCII)
_LONGEST_REFERENCE: Final = 40
# An attribute that a selector asks for, written plainly. Of any other bracket, and of `:contains()`, it isn't known what it reads.
_SELECTED: Final = re.compile(r"\[\s*([A-Za-z][\w-]*)\s*[]=~|^$*]")
_CONTAINS: Final = re.compile(r":-?[\w-]*contains\b", re.IGNORECASE)


@dataclass(frozen=True)
class Skeleton:
    """`html` and `text` take the escaped values in their order; `html` also the title and the hidden preheader. `exact` is the text part of values
    that hold white space or invisible characters; `room` is how long the values may be together."""

    html: Callable[[Sequence[str], str, str], str]
    text: Callable[[Sequence[str]], str]
    lines: tuple[Parts, ...]
    room: int

    def exact(self, values: Sequence[str]) -> str:
        """The text part, whatever the values hold."""
        return exact_text(self.lines, list(map(text_value, values)))


def check_places(mjml: str | None, html: Iterable[str], tokens: Tokens, puts: Sequence[PutOut], sites: Sequence[int]) -> None:
    """Look where each value stands in the composed document. `sites` has each value's place among `puts`.

    Raises:
        NotOpaque: some stand where a stage reads them.
    """
    wrong: dict[Site, str] = {}
    for text, is_mjml in [*([(mjml, True)] if mjml is not None else []), *((part, False) for part in html)]:
        for number, why in _misplaced(text, tokens, is_mjml):
            wrong[puts[sites[number]].site] = why
    if wrong:
        raise NotOpaque(wrong)


def _misplaced(text: str, tokens: Tokens, is_mjml: bool) -> Iterator[tuple[int, str]]:
    free = _Free(text) if is_mjml else None
    ends = [(tag.start, tag.end, tag) for tag in tags(text) if tokens.has(text[tag.start : tag.end])]
    for found in tokens.pattern.finditer(text):
        start = found.start()
        tag = next((tag for begin, end, tag in ends if begin <= start < end), None)
        why = _read_in(tag, start) if tag else ""
        if free and not why:
            why = free.why_not(start, in_tag=tag is not None)
        if not why and _REFERENCE.search(text, max(0, start - _LONGEST_REFERENCE), start):
            why = "it follows a `&` and could be read with it as one character; write `&amp;`"
        if why:
            yield int(found[1]), why


def _read_in(tag: Tag, offset: int) -> str:
    """Why a stage reads a value in a tag, empty when none does."""
    attribute = next((one for one in tag.attributes if one.start <= offset < one.end), None)
    if attribute and _is_opaque(tag.name, attribute.name.lower()):
        return ""
    return f"`{attribute.name if attribute else 'it'}` of `<{tag.name}>` decides how the message is laid out"


def _is_opaque(tag: str, attribute: str) -> bool:
    if tag in COMPONENTS or tag.startswith("mj"):
        return tag in _MJML_LINKS and attribute in _MJML_OPAQUE
    return attribute not in _HTML_READ and not attribute.startswith("on")


class _Free:
    """Where MJML holds HTML: inside its ending components. Of its head everything is read."""

    def __init__(self, text: str) -> None:
        self.spans: list[tuple[int, int]] = []
        self.body = 0
        start, name = 0, ""
        for tag in tags(text):
            if not name and not tag.closing and not tag.empty and tag.name in COMPONENTS and COMPONENTS[tag.name].ending:
                start, name = tag.end, tag.name
            elif tag.closing and tag.name == name:
                self.spans.append((start, tag.start))
                name = ""
            elif tag.name == "mj-body" and not tag.closing:
                self.body = self.body or tag.end

    def why_not(self, offset: int, *, in_tag: bool) -> str:
        """Why a value can't stand at an offset, empty when it can."""
        if offset < self.body:
            return "it stands in the head"
        inside = in_tag or any(start <= offset < end for start, end in self.spans)
        return "" if inside else "it stands between MJML's components"


def check_selectors(html: str, mjml: str, tokens: Tokens, puts: Sequence[PutOut], sites: Sequence[int]) -> None:
    """Look whether a style sheet asks for an attribute in which a value stands: one of the compiled document, or one of its MJML (empty where there
    is none), of which the compiler may have done everything already.

    Raises:
        NotOpaque: it does, or what it asks for isn't known.
    """
    texts = [text[sheet.start : sheet.end] for text, name in ((html, "style"), (mjml, "mj-style")) for sheet in insides(text, name)]
    sheets = [*texts, *_selector_paths(mjml)]
    asked = {found[1].lower() for sheet in sheets for found in _SELECTED.finditer(sheet)}
    unclear = any(sheet.count("[") > len(_SELECTED.findall(sheet)) for sheet in sheets)
    wrong: dict[Site, str] = {}
    if any(map(_CONTAINS.search, sheets)):
        wrong = {put.site: "a selector asks for what a text contains" for put in map(puts.__getitem__, sites)}
    for tag in tags(html) if asked or unclear else ():
        for attribute in tag.attributes if tokens.has(html[tag.start : tag.end]) else ():
            for found in tokens.pattern.finditer(html, attribute.start, attribute.end) if unclear or attribute.name.lower() in asked else ():
                wrong[puts[sites[int(found[1])]].site] = f"a style sheet asks for `{attribute.name}`"
    if wrong:
        raise NotOpaque(wrong)


def check_literal(html: str, tokens: Tokens, puts: Sequence[PutOut], sites: Sequence[int]) -> None:
    """Look whether a value stands where the text part doesn't resolve its character references, such as in `<xmp>`: everywhere else it does.

    Raises:
        NotOpaque: one does.
    """
    numbers = [int(found[1]) for text in literal_texts(html) for found in tokens.pattern.finditer(text) if found[1]]
    if numbers:
        raise NotOpaque({puts[sites[number]].site: "it stands where `&lt;` is no `<`" for number in numbers})


def _selector_paths(mjml: str) -> list[str]:
    """The selectors of `mj-html-attributes`."""
    return [tag.get("path") or "" for tag in tags(mjml) if tag.name == "mj-selector"]


@dataclass
class Assets:
    """The asset base, put before URLs that aren't known yet."""

    base: str
    tokens: Tokens
    made: list[Made] = field(default_factory=list)

    @property
    def own(self) -> Tokens:
        """The tokens of such URLs."""
        return Tokens(f"{self.tokens.word}a")

    def resolve(self, html: str) -> str:
        """The document with its asset base; a URL with values in it becomes a token."""
        return with_deferred_assets(html, self.base, self._deferred)

    def _deferred(self, url: str) -> str | None:
        if not self.tokens.has(url):
            return None
        parts = tuple(found.number if found.number >= 0 else found.text for found in self.tokens.split(url))
        self.made.append(Made(asset_url, (self.base, parts)))
        return self.own.made(len(self.made) - 1)

    def parts(self, html: str) -> Iterator[Any]:
        """A document's literal stretches (as tuples), numbers of values, and URLs to make."""
        for stretch in self.own.split(html):
            if stretch.is_made:
                yield self.made[stretch.number]
            else:
                yield from (one.number if one.number >= 0 else (one.text,) for one in self.tokens.split(stretch.text))


def build(html: str, tokens: Tokens, title: str, assets: Assets, room: int) -> Skeleton:
    """The functions of a finished document with tokens; `title` stands for the message's title."""
    lines = text_plan(html.replace(title, "title"), tokens)
    at = body_start(html)
    pieces = [*_html_parts(html[:at], title, assets), "preheader", *_html_parts(html[at:], title, assets)]
    return Skeleton(_html_function(pieces), _text_function(lines), lines, room)


def _html_parts(html: str, title: str, assets: Assets) -> list[Any]:
    parts: list[Any] = []
    for index, stretch in enumerate(html.split(title)):
        parts += ["title"] if index else []
        parts += assets.parts(stretch)
    return parts


def _html_function(parts: Sequence[Any]) -> Callable[[Sequence[str], str, str], str]:
    names: dict[str, Any] = {}
    pieces = [_html_piece(part, names) for part in parts]
    function: Callable[[Sequence[str], str, str], str] = _function("html(v, title, preheader)", [], pieces, names)
    return function


def _html_piece(part: Any, names: dict[str, Any]) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, tuple):
        return repr(part[0])
    if isinstance(part, int):
        return f"v[{part}]"
    base, url = part.arguments
    names.setdefault("resolved", _Resolved(base))
    return f"resolved[{_joined([f'v[{piece}]' if isinstance(piece, int) else repr(piece) for piece in url])}]"


class _Resolved(dict[str, str]):
    """URL → the URL with the asset base; kept, because the same pictures come again and again."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base

    def __missing__(self, url: str) -> str:
        if len(self) >= KEPT:
            self.clear()
        self[url] = found = asset_url(self.base, url)
        return found


def _text_function(lines: Sequence[Parts]) -> Callable[[Sequence[str]], str]:
    names: dict[str, Any] = {"r": READABLE, "cleaned": cleaned}
    used: set[int] = set()
    pieces: list[str] = []
    for line in lines:
        written = [_text_piece(part, names, used) for part in line]
        first = line[0] if line and isinstance(line[0], str) else ""
        pieces += [f"cleaned({_joined(written)}, {first!r})"] if is_loose(line) else written
        pieces.append(repr("\n"))
    setup = [f"t{number} = r[v[{number}]]" for number in sorted(used)]
    function: Callable[[Sequence[str]], str] = _function("text(v)", setup, pieces, names)
    return function


def _text_piece(part: Any, names: dict[str, Any], used: set[int]) -> str:
    if isinstance(part, str):
        return repr(part)
    if isinstance(part, int):
        used.add(part)
        return f"t{part}"
    name = f"f{len(names)}"
    names[name] = _SAME.setdefault(part.function, _Same(part.function))
    return f"{name}[{''.join(f'{_argument(argument, names, used)}, ' for argument in part.arguments)}]"


class _Same(dict[Any, str]):
    """Texts → what a function makes of them; kept for all documents, because the same links come again and again."""

    def __init__(self, function: Callable[..., str]) -> None:
        super().__init__()
        self.function = function

    def __missing__(self, texts: tuple[Any, ...]) -> str:
        if len(self) >= KEPT:
            self.clear()
        self[texts] = made = self.function(*texts)
        return made


_SAME: Final[dict[Callable[..., str], _Same]] = {}


def _argument(argument: Any, names: dict[str, Any], used: set[int]) -> str:
    """A link's text, or a table's row of such texts."""
    if argument and isinstance(argument[0], tuple):
        return f"({''.join(f'{_argument(cell, names, used)}, ' for cell in argument)})"
    if argument == ((),):
        return "('',)"
    return _joined([_text_piece(part, names, used) for part in argument])


def _joined(pieces: Sequence[str]) -> str:
    return "(" + (" + ".join(pieces) or "''") + ")"


def _function(signature: str, setup: Sequence[str], pieces: Sequence[str], names: dict[str, Any]) -> Any:
    # Neighbouring literals are one piece.
    body = "".join(f"    {line}\n" for line in setup)
    source = f"def {signature}:\n{body}    return ''.join(({', '.join(_merged(pieces))}{',' if pieces else ''}))\n"
    exec(compile(source, f"<compiled {signature}>", "exec"), names)
    return names[signature.partition("(")[0]]


def _merged(pieces: Iterable[str]) -> list[str]:
    done: list[str] = []
    for piece in pieces:
        if done and piece[:1] in "'\"" and done[-1][:1] in "'\"":
            done[-1] = repr(literal_of((done[-1], piece)))
        else:
            done.append(piece)
    return done
