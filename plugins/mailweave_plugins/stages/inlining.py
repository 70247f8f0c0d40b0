"""What every inliner of ours does alike: rules become `style` attributes, and nothing else of the document changes.

A library's own output isn't used: each changes the doctype, entities, conditional comments or template tags, and none keeps the whole cascade. So
the library only matches: each rule is given to it as a mark, on a numbered copy of the document. Which declarations an element gets follows from
the marks (`cascade`), and only its `style` attribute is changed in the original text.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from mailweave.edits import Edit, spliced
from mailweave.pipeline import INLINE_MARK, Inliner, StageError
from mailweave.tags import Tag, tags
from mailweave_plugins.stages.cascade import ABOVE_ALL, Ranked, additions, important, inlined
from mailweave_plugins.stages.css import Declaration, Rule, rules
from mailweave_plugins.stages.selectors import Specificity, is_of_pseudo_element, without_case

# Each rule is tried with each element, and each match written down.
MOST_TRIED: Final = 20_000_000
MOST_ADDED: Final = 20_000_000
NUMBER: Final = "data-mailweave-number"
_MARK: Final = re.compile(r"mark-(\d+)")
_MEDIA: Final = ("", "all", "screen")
_IGNORE: Final = ("data-premailer", "data-css-inline")
# Elements that are never shown, and the root, whose style attribute mail clients drop.
_UNSTYLED: Final = frozenset({"html", "head", "meta", "link", "style", "script", "title", "base", "noscript", "xml"})
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SHEET_END: Final = re.compile("</style", re.IGNORECASE)
_DOCTYPE: Final = re.compile(r"\s*<!doctype\s+html\b", re.IGNORECASE)


class Selected(NamedTuple):
    """A selector as a library takes it. Without `specificity` it finds more elements than the browser would: the library can't match it."""

    text: str
    specificity: Specificity | None


class _Sheet(NamedTuple):
    """A `<style>`: its tag, where its text ends, and its rules; rules that can't be inlined are conditional."""

    tag: Tag
    end: int
    rules: tuple[Rule, ...]
    marked: bool


class SheetInliner(Inliner):
    """Inlines the style sheets of a document with what a library matches. It never fetches anything."""

    @abstractmethod
    def select(self, selector: str) -> Selected:
        """What to give to the library for a selector."""

    @abstractmethod
    def marked(self, html: str, css: str) -> Iterable[tuple[str, str]]:
        """Inline a sheet into the numbered copy: the value of `NUMBER` and of `style` of each element that got one."""

    def inline(self, html: str) -> str:
        """The document with its style rules on the elements, too. A sheet marked by `INLINE_MARK` is taken out once nothing needs it.

        Raises:
            StageError: there are too many rules for so many elements.
        """
        found = [tag for tag in tags(html) if not tag.closing]
        sheets = list(_sheets(html, found))
        every = [rule for sheet in sheets for rule in sheet.rules]
        selected = [self.select(rule.selector) for rule in every]
        elements = {number: tag for number, tag in enumerate(found) if tag.name not in _UNSTYLED}
        if len(every) * len(elements) > MOST_TRIED:
            raise StageError(f"{len(every):,} style rules for {len(elements):,} elements are too many to be inlined")
        inlinable = any(not rule.conditional for rule in every)
        matches = self._matches(html, elements, every, selected) if inlinable else {}
        edits: list[Edit] = []
        needed: set[int] = set()
        added = 0
        for number, indexes in matches.items():
            tag = elements[number]
            before, after, left = _style(tag.get("style") or "", every, selected, indexes)
            needed |= left if not _is_ignored(tag) else indexes
            edits += _edit(html, tag, before, after) if not _is_ignored(tag) else []
            added += len(before) + len(after)
            if added > MOST_ADDED:
                raise StageError(f"inlined, the style rules take more than {MOST_ADDED:,} characters")
        return spliced(html, [*edits, *_without_marks(html, sheets, selected, needed)])

    def _matches(self, html: str, elements: Mapping[int, Tag], every: Sequence[Rule], selected: Sequence[Selected]) -> dict[int, frozenset[int]]:
        """By an element's number: the numbers of the rules that style it, and of those that may."""
        quirks = _DOCTYPE.match(html) is None
        texts = [without_case(one.text) if quirks else one.text for one in selected]
        css = "\n".join(f"{texts[index]}{{mark-{index}:0}}" for index, rule in enumerate(every) if not is_of_pseudo_element(rule.selector))
        matches: dict[int, frozenset[int]] = {}
        for number, style in self.marked(_numbered(html, elements, quirks), css):
            # A browser makes several elements of a badly nested tag; what doesn't style all of them can't stand in it.
            indexes = frozenset(map(int, _MARK.findall(style)))
            matches[int(number)] = matches.get(int(number), indexes) & indexes
        return matches


def sheet_rules(html: str) -> Iterator[Rule]:
    """Every rule of a document's sheets."""
    return (rule for sheet in _sheets(html, (tag for tag in tags(html) if not tag.closing)) for rule in sheet.rules)


def _sheets(html: str, found: Iterable[Tag]) -> Iterator[_Sheet]:
    for tag in found:
        if tag.name == "style" and not tag.empty:
            close = _SHEET_END.search(html, tag.end)
            end = close.start() if close else len(html)
            conditional = (tag.get("media") or "").strip().lower() not in _MEDIA or _is_ignored(tag)
            yield _Sheet(tag, end, tuple(rules(html[tag.end : end], conditional)), html.startswith(INLINE_MARK, tag.end))


def _is_ignored(tag: Tag) -> bool:
    return any(tag.get(name) == "ignore" for name in _IGNORE)


def _numbered(html: str, elements: Mapping[int, Tag], quirks: bool) -> str:
    """The copy that a library works on: elements numbered, without their own styles, and nothing in it that libraries choke on."""
    edits = [(tag.attributes_start, tag.attributes_start, f' {NUMBER}="{number}"') for number, tag in elements.items()]
    for tag in elements.values():
        for attribute in tag.attributes:
            name = attribute.name.lower()
            if name == "style":
                edits.append((attribute.start, attribute.end, ""))
            elif quirks and name in ("class", "id"):
                # Without a doctype, browsers compare classes and ids without case.
                edits.append((attribute.start, attribute.end, html[attribute.start : attribute.end].lower()))
    return _CONTROL.sub(" ", spliced(html, edits))


def _style(style: str, every: Sequence[Rule], selected: Sequence[Selected], indexes: Iterable[int]) -> tuple[str, str, set[int]]:
    """What to put before and after an element's own `style`, and the numbers of the rules that it still needs from the sheets."""
    ranked = [
        _ranked(every[index], selected[index].specificity, index, declaration)
        for index in sorted(indexes)
        for declaration in every[index].declarations
    ]
    normal, left = inlined(ranked)
    return *additions(style, normal, important(ranked)), {one.rank[1] for one in left}


def _ranked(rule: Rule, specificity: Specificity | None, index: int, declaration: Declaration) -> Ranked:
    # Custom properties mean nothing without their sheet, and `revert-layer` something else outside it.
    fixed = rule.conditional or specificity is None or declaration.name.startswith("--") or "revert" in declaration.value
    return Ranked(declaration, (ABOVE_ALL if specificity is None else specificity, index), fixed)


def _without_marks(html: str, sheets: Iterable[_Sheet], selected: Sequence[Selected], needed: set[int]) -> Iterator[Edit]:
    """Take out the marked sheets; from one that is still needed, only the mark."""
    first = 0
    for sheet in sheets:
        numbers = range(first, first + len(sheet.rules))
        first += len(sheet.rules)
        done = all(_is_wholly_inlined(rule, selected[number]) for rule, number in zip(sheet.rules, numbers, strict=True))
        if sheet.marked and done and needed.isdisjoint(numbers):
            close = html.find(">", sheet.end)
            yield sheet.tag.start, close + 1 if close >= 0 else len(html), ""
        elif sheet.marked:
            yield sheet.tag.end, sheet.tag.end + len(INLINE_MARK), ""


def _is_wholly_inlined(rule: Rule, selected: Selected) -> bool:
    plain = all(not declaration.important and not declaration.name.startswith("--") for declaration in rule.declarations)
    return plain and not rule.conditional and selected.specificity is not None


def _edit(html: str, tag: Tag, before: str, after: str) -> Iterator[Edit]:
    """Put texts before and after what an element's `style` holds, which stays as it was written."""
    if not before and not after:
        return
    old = next((attribute for attribute in tag.attributes if attribute.name.lower() == "style"), None)
    own = html[old.value_start : old.end].rstrip("\"'") if old and old.value is not None else ""
    quote = html[old.value_start - 1] if old and own else '"'
    parts = [_escaped(before, quote), own.strip().rstrip(";"), _escaped(after, quote)]
    if old and own and quote in "\"'":
        end = old.value_start + len(own)
        yield old.value_start, old.value_start, f"{parts[0]}; " if before else ""
        yield end, end, f"{' ' if own.rstrip().endswith(';') else '; '}{parts[2]}" if after else ""
    else:
        written = f'style="{"; ".join(part for part in parts if part)}"'
        yield (old.start, old.end, written) if old else (tag.attributes_start, tag.attributes_start, f" {written}")


def _escaped(style: str, quote: str) -> str:
    text = escape(style, quote=False)
    return text.replace("'", "&#39;") if quote == "'" else text.replace('"', "&quot;")
