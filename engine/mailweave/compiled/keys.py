"""By what a compiled document is found again, and why nobody gets a document that isn't theirs.

A document is the composed markup of one message after every stage, with a token for each *free* value: one that no stage reads. What decides it:

1. *The program*: workspace, campaign, asset base and marks. A program has one of each, and starts over when the workspace takes other sources.
   Brand, links, translations and sources don't change in between; the code has them as constants.
2. *The plan key*: the locale, and which entry stands in each slot, forced or not. Each plan is one function, and
   which sites a stage reads is part of it: when another site turns out to be read, all plans and documents go.
3. *The decisions*: what that function reported, in order. Everything that it writes is literal text or one of these events, and each event that
   isn't a free value is reported:
   - a branch of an `if` or `case` by its number, and how often a loop goes round, where anything is put out in it: an `int`;
   - what a template gave that its language filled by itself: `(text,)`;
   - a value at a site that a stage reads: `(site, text)`;
   - a value at any other site that isn't opaque there: `(site, free values before it, text)`.

Two messages with the same key have the same document. Suppose that their functions wrote the same up to some event. Then they are at the same line
with the same free values behind them, as only reported decisions make the code go another way where it puts something out, and so the next event
comes from the same site. When it is a branch, a loop or a value that is always read, both report it next, and equally. Else each reports it or
leaves it free. Were it free in one message only, with N free values before it, the other's next report would be `(site, N, text)`; the first
message's next report comes after its own free value, so it says N + 1 or more, is of another shape, or never comes. The keys would differ. So both
texts are written alike, or both get token N. Free values are numbered as they come: value N of the one stands where value N of the other does.

The place matters. Keys once held only the texts of values that aren't opaque. Take two pictures whose `alt` are two towns: an odd "Burlington" and a
free "Oslo" made the same key as a free "Bergen" and an odd "Burlington", so that the second customer's towns changed places.

What isn't in a document needs no key: subject, preheader, title and the unsubscribing link are filled for each message. The text part belongs to the
document; what it says of a value depends on that value alone, or is made for each message from all that it depends on (`textplan`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from hashlib import blake2b
from typing import Any

from mailweave.choose import Choice


def read_value(site: int, text: str) -> tuple[Any, ...]:
    """The report of a value where a stage reads it."""
    return (site, text)


def odd_value(site: int, before: int, text: str) -> tuple[Any, ...]:
    """The report of a value that isn't opaque, at a site where most are; `before` is how many free values were put out before it."""
    return (site, before, text)


def document_key(plan: Hashable, decided: Iterable[Any]) -> tuple[Any, ...]:
    """The key of a document: its plan's key and all that was reported."""
    return (plan, *decided)


def document_name(locale: str, choice: Choice, decided: Sequence[Any]) -> str:
    """A document's name, 16 hexadecimal digits: the same in every process that has read the same files."""
    entries = [(name, str(slot.entry.place)) for name, slot in choice.items()]
    return blake2b(repr((locale, entries, decided)).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
