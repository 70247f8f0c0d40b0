"""How tags enclose each other: every element with the one around it, and the tags that don't match."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mailweave.errors import Level, Problem
from mailweave.source import Source
from mailweave.tags import RAW_TEXT, Tag, tags

# Elements without an end tag, and those whose end tag may be left out (HTML Standard, 13.1.2 and 13.1.2.4).
VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"})
OPTIONAL_END: Final = frozenset(
    {
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "caption",
        "html",
        "head",
        "body",
    }
)

_NOT_TEXT: Final = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)
_BROKEN: Final = re.compile(r"</?[A-Za-z]")
_VOID_END: Final = "take it out; browsers leave it out, or read `</br>` as `<br>`"


@dataclass(frozen=True, eq=False)
class Element:
    """An opening tag and the element around it (None at the top of the text). `in_defaults`: it stands somewhere in `mj-attributes`."""

    tag: Tag
    parent: Element | None
    in_defaults: bool = False

    @property
    def name(self) -> str:
        return self.tag.name


class Text(NamedTuple):
    """Text that isn't blank: where its first character stands and the element around it."""

    start: int
    end: int
    parent: Element | None

    def words(self, masked: str) -> Iterator[tuple[int, int]]:
        """Where its words start and end, without the comments and declarations between them."""
        shown = _NOT_TEXT.sub(lambda found: " " * len(found[0]), masked[self.start : self.end])
        return ((self.start + found.start(), self.start + found.end()) for found in re.finditer(r"\S+", shown))


@dataclass
class Nesting:
    """What was found in a text, each in order."""

    elements: list[Element] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    declarations: list[Text] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def nesting_of(
    source: Source, masked: str, closes_itself: Callable[[Tag], bool], is_forgiving: Callable[[Element | None], bool] = lambda _: False
) -> Nesting:
    """Read a masked text. `closes_itself` says of an opening tag that no end tag belongs to it; of tags that don't match in an element that
    `is_forgiving` there are only warnings."""
    reader = _Reader(source, masked, closes_itself, is_forgiving)
    done = 0
    for tag in tags(masked):
        reader.text(done, tag.start)
        (reader.close if tag.closing else reader.open)(tag)
        done = tag.end
    reader.text(done, len(masked))
    reader.unclosed([element for element in reader.stack if element.name not in OPTIONAL_END])
    broken = [problem for problem in reader.found.problems if problem.code == "broken-tag"]
    if broken:
        # An unfinished tag swallows what follows, so the pairs that seem not to match only follow from it.
        reader.found.problems = broken
    return reader.found


class _Reader:
    def __init__(self, source: Source, masked: str, closes_itself: Callable[[Tag], bool], is_forgiving: Callable[[Element | None], bool]) -> None:
        self.source, self.masked, self.closes_itself, self.is_forgiving = source, masked, closes_itself, is_forgiving
        self.stack: list[Element] = []
        # How many of each name stand in the stack.
        self.names: Counter[str] = Counter()
        self.found = Nesting()

    def open(self, tag: Tag) -> None:
        parent = self.stack[-1] if self.stack else None
        element = Element(tag, parent, parent is not None and (parent.in_defaults or parent.name == "mj-attributes"))
        if not self.unfinished(tag):
            self.found.elements.append(element)
        if not self.closes_itself(tag):
            self.stack.append(element)
            self.names[tag.name] += 1

    def close(self, tag: Tag) -> None:
        self.unfinished(tag)
        if not self.names[tag.name]:
            remedy = _VOID_END if tag.name in VOID else f"take it out, or put `<{tag.name}>` before it"
            forgiven = tag.name in VOID or self.is_forgiving(self.stack[-1] if self.stack else None)
            self.report(tag.start, f"`</{tag.name}>` closes nothing", remedy, "unopened-tag", level="warning" if forgiven else "error")
            return
        depth = next(depth for depth in reversed(range(len(self.stack))) if self.stack[depth].name == tag.name)
        self.unclosed([element for element in self.stack[depth + 1 :] if element.name not in OPTIONAL_END])
        self.names.subtract(element.name for element in self.stack[depth:])
        del self.stack[depth:]

    def unfinished(self, tag: Tag) -> bool:
        """Report a tag that runs into the next one."""
        broken = _BROKEN.search(re.sub(r"\"[^\"]*\"|'[^']*'", "", tag.source[tag.attributes_start : tag.end]))
        if broken:
            slash = "/" if tag.closing else ""
            self.report(tag.start, f"`<{slash}{tag.name}` has no `>`", "close the tag before the next one starts", "broken-tag")
        return broken is not None

    def unclosed(self, elements: list[Element]) -> None:
        for element in elements:
            remedy = f"put `</{element.name}>` where it ends, in the same branch of any `if`"
            level: Level = "warning" if self.is_forgiving(element.parent) else "error"
            self.report(element.tag.start, f"`<{element.name}>` is never closed", remedy, "unclosed-tag", len(element.name) + 1, level)

    def text(self, start: int, end: int) -> None:
        """Note the text between two tags, comments left out; a tag that was never finished is part of it."""
        parent = self.stack[-1] if self.stack else None
        if parent and parent.name in RAW_TEXT and not parent.tag.foreign:
            return
        declared = (found for found in _NOT_TEXT.finditer(self.masked, start, end) if not found[0].startswith("<!--"))
        self.found.declarations += (Text(found.start(), found.end(), parent) for found in declared)
        text = _NOT_TEXT.sub(lambda found: " " * len(found[0]), self.masked[start:end])
        broken = _BROKEN.search(text)
        if broken:
            what = f"`{self.masked[start + broken.start() : end].split()[0]}` starts a tag that never ends"
            self.report(start + broken.start(), what, "put `>` at its end, close its quotes, or write `&lt;` for the character itself", "broken-tag")
        elif text.strip():
            first = start + len(text) - len(text.lstrip())
            self.found.texts.append(Text(first, start + len(text.rstrip()), parent))

    def report(self, start: int, what: str, remedy: str, code: str, length: int = 1, level: Level = "error") -> None:
        self.found.problems.append(self.source.problem(start, what, remedy, code=code, level=level, length=length))
