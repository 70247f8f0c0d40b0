"""A program: a campaign compiled, choice by choice, as messages ask for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, TypeVar

from mailweave.campaign import Campaign
from mailweave.compiled.difference import Difference, difference
from mailweave.compiled.keys import document_key, document_name
from mailweave.compiled.purity import Person
from mailweave.compiled.values import NotOpaque, Odd, Site
from mailweave.errors import Place
from mailweave.facts import Situation
from mailweave.languages import CannotCompile, Template
from mailweave.message import Message
from mailweave.preheader import escaped_title, preheader_element
from mailweave.profiles import Profile
from mailweave.render import Rendering, Texts, message_of, situation_of
from mailweave.what_if import ACTUAL, WhatIf
from mailweave.workspace import Workspace

if TYPE_CHECKING:
    from mailweave.compiled.making import Plan, Skeleton, Trace
    from mailweave.compiled.plan import Own

# Documents and plans that a program keeps; about 200 kB each.
DOCUMENTS: Final = 512
PLANS: Final = 256
# Documents that are made at first sight before it has to pay: as many messages as documents must have come again.
EAGER: Final = 64
# A decision about more than this isn't the kind of thing that a cache is for.
LARGEST_KEY: Final = 20_000
# python-liquid stops at results of 2 MB; far below that nobody has to ask.
LARGEST: Final = 500_000

T = TypeVar("T")


class Kept(OrderedDict[Hashable, T], Generic[T]):
    """The values used last, up to a bound."""

    def __init__(self, bound: int) -> None:
        super().__init__()
        self.bound = bound

    def put(self, key: Hashable, value: T) -> T:
        """Keep a value; the one that was unused for longest may go for it."""
        self[key] = value
        if len(self) > self.bound:
            self.popitem(last=False)
        return value

    def used(self, key: Hashable) -> T | None:
        """A value that is kept, and is the last one used from now on."""
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value


@dataclass
class Counts:
    """How messages were made: from a compiled document, from one compiled for it, and the reference way."""

    hits: int = 0
    misses: int = 0
    reference: int = 0

    @property
    def hit_rate(self) -> float:
        """The share of messages that needed no compiling, from 0 to 1."""
        whole = self.hits + self.misses + self.reference
        return self.hits / whole if whole else 0.0


@dataclass(frozen=True)
class Note:
    """A place that isn't compiled once for all, and why. `slow` says that its messages go the reference way; else it is part of the choice."""

    place: Place | None
    why: str
    slow: bool


class Built(NamedTuple):
    """A message and how it was built. `document` names the compiled document that it came from, the same in every process; None when it was built
    the reference way. `difference`: the message is the first of a new document, and the compiled one wasn't the same; then it is the reference.
    """

    message: Message
    document: str | None = None
    difference: Difference | None = None


class Document(NamedTuple):
    """A compiled document and its name."""

    skeleton: Skeleton
    name: str


# What stands for a choice or a document that can't be compiled, and for one that was met once.
_NEVER: Final = object()
_ONCE: Final = object()


@dataclass
class Program:
    """A campaign, compiled. `render` gives the same messages as `mailweave.render.render`; the plans and documents that it needs are made on first
    use and kept within bounds. Each document is compared with the reference once, before it is used. A `patient` program compiles what it meets a
    second time: for one message of a kind, the reference is quicker. `before_compiling` is called before anything is compiled, for whoever watches
    how long messages take.

    Example:
        program = engine.compile(shop, "spring")
        message = program.render(profile, at)
        program.counts.hit_rate
    """

    workspace: Workspace
    campaign: Campaign
    asset_base: str
    patient: bool = False
    marked: bool = False
    before_compiling: Callable[[], object] = lambda: None
    counts: Counts = field(default_factory=Counts)
    _plans: Kept[Any] = field(default_factory=lambda: Kept(PLANS))
    _documents: Kept[Any] = field(default_factory=lambda: Kept(DOCUMENTS))
    _structural: dict[Site, str] = field(default_factory=dict)
    _sources: Mapping[str, Any] | None = None
    _notes: dict[Note, None] = field(default_factory=dict)

    def render(self, profile: Profile, at: datetime, what_if: WhatIf = ACTUAL) -> Message:
        """The message for a profile at a moment (aware). Plans hold the sources, so with others in `what_if` it is built the reference way.

        Raises:
            MailweaveError: the message can't be built; every reason that was found, with its place.
        """
        return self.build(profile, at, what_if).message

    def build(self, profile: Profile, at: datetime, what_if: WhatIf = ACTUAL) -> Built:
        """The same, with how it was built. Raises MailweaveError as `render` does."""
        rendering = self._rendering(profile, at, what_if)
        try:
            built = None if what_if.sources else self._compiled(rendering)
        except Exception:  # Whatever is wrong, the reference way says it best, or builds the message.
            built = None
        if built is None:
            self.counts.reference += 1
            return Built(rendering.message())
        return built

    def examine(self, profile: Profile, at: datetime) -> None:
        """Compile what a profile's message needs, without building it; `notes` says what came up."""
        rendering = self._rendering(profile, at)
        # What can't be built is said elsewhere.
        with suppress(Exception):
            self._examined(rendering)

    def _examined(self, rendering: Rendering) -> None:
        key = self._key(rendering)
        plan = self._plans.used(key) or self._plans.put(key, self._plan(rendering))
        trace = None if plan is _NEVER else _making().Trace.of(plan, _person(rendering.situation))
        if trace is None or self._documents.used(document_key(key, trace.decided)):
            return
        try:
            self._document(plan, trace, rendering)
            self._documents.put(document_key(key, trace.decided), _ONCE)
        except NotOpaque as found:
            self._demote(found)
            self._examined(rendering)

    @property
    def _waits(self) -> bool:
        """Whether what is met once isn't compiled yet: for one message of a kind, or because hardly anything came a second time so far."""
        return self.patient or self.counts.misses > EAGER + self.counts.hits

    @property
    def notes(self) -> list[Note]:
        """Every place met so far that isn't compiled once for all."""
        return list(self._notes)

    def _rendering(self, profile: Profile, at: datetime, what_if: WhatIf = ACTUAL) -> Rendering:
        situation = situation_of(self.workspace, self.campaign, profile, at, what_if)
        return Rendering(self.workspace, self.campaign, profile, situation, self.asset_base, self.marked, what_if.forced)

    def _key(self, rendering: Rendering) -> tuple[Any, ...]:
        return (rendering.locale, *[id(slot.entry) for slot in rendering.choice.values()])

    def _compiled(self, rendering: Rendering) -> Built | None:
        if self.workspace.sources is not self._sources:
            self._start_over()
            self._sources = self.workspace.sources
        key = self._key(rendering)
        plan = self._plans.used(key)
        if plan is None and self._waits:
            self._plans.put(key, _ONCE)
            return None
        if plan is None or plan is _ONCE:
            plan = self._plans.put(key, self._plan(rendering))
        if plan is _NEVER:
            return None
        return self._filled(plan, key, rendering)

    def _plan(self, rendering: Rendering) -> Any:
        self.before_compiling()
        try:
            plan = _making().make_plan(rendering.chosen, self._structural)
        except CannotCompile as error:
            self._notes[Note(error.place, error.why, True)] = None
            return _NEVER
        self._notes |= dict.fromkeys(Note(place, why, False) for place, why in plan.notes)
        return plan

    def _filled(self, plan: Plan, key: tuple[Any, ...], rendering: Rendering) -> Built | None:
        person = _person(rendering.situation)
        decided: list[Any] = []
        values: list[str] = []
        exact = False
        try:
            texts = plan.fill(person, decided.append, values.append)
        except Odd:
            trace = _making().Trace.of(plan, person)
            texts, decided, values = trace.texts, trace.decided, trace.values
            exact = not trace.plain
        if len(decided) + len(values) > LARGEST_KEY:
            return None
        whole = document_key(key, decided)
        document = self._documents.used(whole)
        if document is None and self._waits:
            self._documents.put(whole, _ONCE)
            return None
        if document is None or document is _ONCE:
            return self._first(plan, key, person, rendering)
        if document is _NEVER or sum(map(len, values)) > document.skeleton.room:
            return None
        message = _message(document.skeleton, rendering, texts, values, exact=exact)
        if len(message.html) > LARGEST:
            return None
        self.counts.hits += 1
        return Built(message, document.name)

    def _first(self, plan: Plan, key: tuple[Any, ...], person: Person, rendering: Rendering) -> Built | None:
        """The first message of a document: compiled, and compared with the reference. A document that wasn't compared is never kept."""
        self.before_compiling()
        trace = _making().Trace.of(plan, person)
        try:
            document = self._document(plan, trace, rendering)
        except NotOpaque as read:
            self._demote(read)
            return self._compiled(rendering)
        message = _message(document.skeleton, rendering, trace.texts, trace.values, exact=not trace.plain)
        reference = rendering.message()
        self.counts.misses += 1
        found = difference(rendering.profile.name, message, reference)
        self._documents.put(document_key(key, trace.decided), _NEVER if found else document)
        if found:
            self._notes[Note(None, "a document came out differently than the reference", True)] = None
        return Built(reference, document.name, found)

    def _document(self, plan: Plan, trace: Trace, rendering: Rendering) -> Document:
        skeleton: Skeleton = _making().make_document(self.workspace, self.campaign, self.asset_base, plan, trace, marked=self.marked)
        return Document(skeleton, document_name(rendering.locale, rendering.choice, trace.decided))

    def _demote(self, found: NotOpaque) -> None:
        """Let values that the stages read be part of the choice, from now on."""
        new = {site: why for site, why in found.sites.items() if site not in self._structural}
        if not new:
            raise found
        self._structural.update(new)
        for (path, offset), why in new.items():
            source = next((template.source for template in self._templates() if template.source.path == path), None)
            self._notes[Note(source.place(offset) if source else Place(path), why, False)] = None
        self._start_over()

    def _start_over(self) -> None:
        self._plans.clear()
        self._documents.clear()

    def _templates(self) -> Iterator[Template]:
        yield self.campaign.layout.template
        for block in self.campaign.blocks:
            yield from (variant.template for variant in block.variants.values())


def _making() -> ModuleType:
    """What compiles. Only loaded when something is compiled: one message alone is quicker without."""
    from mailweave.compiled import making

    return making


def _person(situation: Situation) -> Person:
    return Person(situation.profile, situation.at, situation.zone, situation.content)


def _message(document: Skeleton, rendering: Rendering, texts: Own, values: list[str], *, exact: bool) -> Message:
    subject, preheader, unsubscribe, headers = texts
    html = document.html(values, escaped_title(subject), preheader_element(preheader) if preheader else "")
    text = document.exact(values) if exact else document.text(values)
    return message_of(rendering, Texts(subject, preheader, html, text, unsubscribe, headers))
