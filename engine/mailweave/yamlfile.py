"""Read YAML into plain data that remembers where each key and value stood.

Scalars follow the YAML 1.2 core schema, not PyYAML's 1.1: `NO` (Norway), `on` and `12:30` stay text, and so do dates and numbers with a
leading zero (`01067`, a postal code).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from mailweave.errors import MailweaveError, Place, Problem
from mailweave.source import Source

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_WORDS: Final[dict[str, Any]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
# Aliases may multiply; a file that unfolds to more nodes than this is a mistake or an attack.
_MOST_NODES: Final = 2_000_000
_DEEPEST: Final = 60
# A longer number is nobody's, and none that can be reckoned with: it stays text.
_MOST_DIGITS: Final = 100
# Braces in texts count, too; so many are open in none.
_BRACKETS: Final = 100
_BRACKET: Final = re.compile(r"[\[\]{}]")
_STACKED: Final = re.compile(r"(?:[-?][ \t]++){100}")
_PLAIN_TAGS: Final = frozenset({"!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
# What the two parsers of PyYAML are known to read differently: directives, tags, tabs, control characters, line ends and byte order marks of
# Unicode, and flow keys without a space.
_RARE: Final = re.compile(
    r"[\t\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
    r"|^%|(?:^|[\s\[{,])[!?](?:\s|$|\S)|[\[{,]\s*:|:[\[{\"']",
    re.MULTILINE,
)
# The most bytes of a file. Templates, MJML and HTML are pieces of a mail; YAML takes a hundred times its size in memory while it is read.
TEMPLATE: Final = 2_000_000
YAML: Final = 8_000_000
DATA: Final = 64_000_000


class _Loader(yaml.SafeLoader):
    """Composes nodes without resolving scalars: we resolve them ourselves."""


_Loader.yaml_implicit_resolvers = {}

try:
    from yaml import CSafeLoader

    class _FastLoader(CSafeLoader):
        """The same with libyaml, many times faster; what it can't read, the other one says better."""

    _FastLoader.yaml_implicit_resolvers = {}
except ImportError:  # PyYAML was built without libyaml
    _FastLoader = _Loader  # type: ignore[assignment,misc]


@dataclass(frozen=True)
class Document:
    """A YAML file: `value` is plain data; any part of it can be located."""

    source: Source
    value: Any
    root: Node | None

    def problem(self, loc: tuple[Any, ...], what: str, remedy: str = "", *, code: str = "error", key: bool = False) -> Problem:
        """A problem at a path of keys and indexes (`("slots", "hero", 0)`), at its value or, with `key`, at its key.

        Parts of the path that don't exist are left out: a missing key is shown at the mapping that lacks it.
        """
        node = self._node(loc, key)
        if node is None:
            return self.source.problem(0, what, remedy, code=code)
        mark, end = node.start_mark, node.end_mark
        length = end.index - mark.index if end.line == mark.line else 1
        return self.source.problem(mark.index, what, remedy, code=code, length=max(1, length))

    def place(self, loc: tuple[Any, ...], *, key: bool = False) -> Place:
        """The place of a value, or of its key."""
        place = self.problem(loc, "", key=key).place
        assert place is not None
        return place

    def text_source(self, loc: tuple[Any, ...]) -> Source:
        """A text value as a source of its own, so that a template in it reports its true line and column."""
        node = self._node(loc, False)
        text = self.at(loc)
        if not isinstance(node, ScalarNode):
            return Source(self.source.path, str(text))
        mark = node.start_mark
        if node.style in ("|", ">"):
            indent = _indent(self.source, mark.line + 1)
            return Source(self.source.path, str(text), mark.line + 2, indent + 1, indent, self.source.text)
        return Source(self.source.path, str(text), mark.line + 1, mark.column + 1 + bool(node.style), 0, self.source.text)

    def at(self, loc: tuple[Any, ...]) -> Any:
        """The data at a path of keys and indexes."""
        value = self.value
        for part in loc:
            value = value[part]
        return value

    @cached_property
    def _keys(self) -> dict[int, dict[str, tuple[Node, Node]]]:
        """Of each mapping that was looked into, by its identity: each key with its value."""
        return {}

    def _child(self, node: Node | None, part: Any) -> tuple[Node | None, Node] | None:
        if isinstance(node, SequenceNode):
            return (None, node.value[part]) if isinstance(part, int) and part < len(node.value) else None
        if not isinstance(node, MappingNode):
            return None
        if id(node) not in self._keys:
            # Of a key that stands twice the first counts.
            self._keys[id(node)] = {key.value: (key, value) for key, value in reversed(node.value) if isinstance(key, ScalarNode)}
        return self._keys[id(node)].get(str(part))

    def _node(self, loc: tuple[Any, ...], key: bool) -> Node | None:
        node = self.root
        for index, part in enumerate(loc):
            found = self._child(node, part)
            if found is None:
                continue
            if key and index == len(loc) - 1 and found[0] is not None:
                return found[0]
            node = found[1]
        return node


def load(path: Path, shown: str) -> Document:
    """Read a file; `shown` is its path as messages print it.

    Raises:
        MailweaveError: it can't be read, is no YAML, or has a key twice (all of those at once).
    """
    return parse(Source(shown, read_text(path, shown, YAML)))


def read_text(path: Path, shown: str, most: int = DATA) -> str:
    """A UTF-8 text file's content, without a byte order mark and with `\\n` line ends; `most` is how many bytes it may have.

    Raises:
        MailweaveError: it can't be read, is too large or isn't UTF-8.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except (OSError, ValueError) as error:
        what = f"the file can't be read: {getattr(error, 'strerror', error)}"
        raise MailweaveError(Problem(what, "check its name and permissions", Place(shown), code="unreadable")) from error
    return decoded(raw, shown, most).replace("\r\n", "\n").replace("\r", "\n")


def decoded(raw: bytes, shown: str, most: int) -> str:
    """A file's bytes as text, without a byte order mark; of a file that is too large one byte more than `most` is enough.

    Raises:
        MailweaveError: they are too many, or no UTF-8.
    """
    if len(raw) > most:
        what = f"the file is larger than {most // 1_000_000} MB"
        raise MailweaveError(Problem(what, "split it, or take out what isn't needed", Place(shown), code="too-large"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        remedy = "save it as UTF-8"
        raise MailweaveError(Problem("the file isn't UTF-8 text", remedy, Place(shown, line, column), code="encoding")) from error


def parse(source: Source) -> Document:
    """Read YAML from a text. An empty text gives an empty mapping."""
    root = _compose(source)
    if root is None:
        return Document(source, {}, None)
    builder = _Builder(source)
    value = builder.build(root, 0)
    if builder.problems:
        raise MailweaveError(*builder.problems)
    return Document(source, value, root)


def _compose(source: Source) -> Node | None:
    if (deep := _too_deep(source.text)) is not None:
        raise MailweaveError(source.problem(deep, "the file is nested too deeply", "close the brackets, or make it flatter", code="too-large"))
    # libyaml counts bytes from a mark at the beginning on, and reads some files that PyYAML refuses.
    if not _RARE.search(source.text):
        with suppress(yaml.YAMLError, RecursionError):
            return yaml.compose(source.text, Loader=_FastLoader)
    try:
        return yaml.compose(source.text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise MailweaveError(source.problem(mark.index if mark else 0, f"this is no YAML: {what}", _remedy(source, error), code="yaml")) from error
    except yaml.YAMLError as error:
        offset = getattr(error, "position", 0)
        raise MailweaveError(source.problem(offset, "this is no YAML: a character that can't be printed", "remove it", code="yaml")) from error
    except RecursionError as error:
        raise MailweaveError(source.problem(0, "the file is nested too deeply", code="yaml")) from error


def _too_deep(text: str) -> int | None:
    """Where more is open than a parser can take: one runs out of stack, the other looks at all that is open again at each character."""
    if found := _STACKED.search(text):
        return found.start()
    if text.count("{") + text.count("[") <= _BRACKETS:
        return None
    depth = 0
    for found in _BRACKET.finditer(text):
        depth = max(0, depth + (1 if found[0] in "{[" else -1))
        if depth > _BRACKETS:
            return found.start()
    return None


def _remedy(source: Source, error: yaml.MarkedYAMLError) -> str:
    line = source.line_at(error.problem_mark.index) if error.problem_mark else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "indent with spaces, not tabs"
    if re.search(r":\s*[{%@`]", line) or "mapping values" in str(error.problem):
        return "put the value in quotes"
    return "check the indentation, quotes and colons on this line and the one before"


class _Builder:
    """Turns nodes into data and collects what is wrong on the way."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._count = 0

    def build(self, node: Node, depth: int) -> Any:
        self._count += 1
        if self._count > _MOST_NODES or depth > _DEEPEST:
            raise MailweaveError(self._problem(node, "the file unfolds to too much data or too deep a nesting", "use fewer aliases", "too-large"))
        self._check_tag(node)
        if isinstance(node, MappingNode):
            return dict(self._pairs(node, depth))
        if isinstance(node, SequenceNode):
            return [self.build(child, depth + 1) for child in node.value]
        return self._scalar(node)

    def _pairs(self, node: MappingNode, depth: int) -> Iterator[tuple[Any, Any]]:
        seen: dict[Any, Node] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key in seen:
                first = seen[key].start_mark.line + 1
                self.problems.append(self._problem(key_node, f"'{key}' stands here twice", f"remove one; the first is in line {first}", "twice"))
            seen[key] = key_node
            yield key, self.build(value_node, depth + 1)

    def _key(self, node: Node) -> str:
        if isinstance(node, ScalarNode):
            return str(node.value)
        self.problems.append(self._problem(node, "a key must be text", "did you forget quotes around {{ … }}?", "key"))
        return ""

    def _check_tag(self, node: Node) -> None:
        if node.tag not in _PLAIN_TAGS:
            tag = node.tag.replace("tag:yaml.org,2002:", "!!")
            self.problems.append(self._problem(node, f"the tag {tag} isn't supported", "remove it", "tag"))

    def _scalar(self, node: Node) -> Any:
        text = str(node.value)
        return text if getattr(node, "style", None) else plain_scalar(text)

    def _problem(self, node: Node, what: str, remedy: str, code: str) -> Problem:
        return self.source.problem(node.start_mark.index, what, remedy, code=code)


def plain_scalar(text: str) -> Any:
    """What a scalar without quotes means: null, a boolean, a number or its own text."""
    if text in _WORDS:
        return _WORDS[text]
    if len(text) <= _MOST_DIGITS and _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text) and any(char in text for char in ".eE"):
        number = float(text)
        # What no float holds stays the text that it is.
        return number if isfinite(number) else text
    return text


def _indent(source: Source, row: int) -> int:
    line = source.line_at(source.offset(row + 1)) if source.place(len(source.text)).line > row else ""
    return len(line) - len(line.lstrip(" "))
