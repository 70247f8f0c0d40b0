"""What a Handlebars template reads, translates and puts out unescaped, found without data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, TypeAlias

from mailweave.errors import Place, Problem, did_you_mean
from mailweave.languages import Use
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import (
    Block,
    Call,
    DecoratorBlock,
    Expression,
    Literal,
    Mustache,
    Partial,
    PartialBlock,
    Path,
    Program,
    inside,
)
from mailweave_plugins.languages.handlebars_comparisons import COMPARISONS
from mailweave_plugins.languages.handlebars_eval import as_path, block_helper
from mailweave_plugins.languages.handlebars_faults import fault
from mailweave_plugins.languages.handlebars_helpers import BLOCK_HELPERS, INLINE_HELPERS
from mailweave_plugins.languages.handlebars_partials import PARTIAL_BLOCK, Calls, Definition, Home, partial_name


@dataclass
class Findings:
    """`uses`, `messages` and `raw` as a `Template` has them; `origins`: the full outside name of the path at an offset, and `partial_origins` of
    those in partials, by file and offset. `problems`: partials that don't exist."""

    uses: list[Use] = field(default_factory=list)
    messages: list[tuple[str, Place]] = field(default_factory=list)
    raw: list[Place] = field(default_factory=list)
    origins: dict[int, str] = field(default_factory=dict)
    partial_origins: dict[tuple[str, int], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class _Merged(NamedTuple):
    """A partial's context made of a context and named values."""

    base: _Origin
    named: tuple[tuple[str, str | None], ...]


# The outside name of a context: "" is the whole data, None is unknown, such as an item of a list.
_Origin: TypeAlias = "str | _Merged | None"
# Partials inside one another.
_DEEPEST: Final = 30
# Ways to call them; only templates that nobody writes have more, and those are still filled rightly.
_MOST_CALLS: Final = 300


@dataclass(frozen=True)
class _View:
    """What names mean at a place: the outside name of each context around it (innermost first) and of each block parameter; and the outside
    names that are known to have a value here."""

    contexts: tuple[_Origin, ...] = ("",)
    names: Mapping[str, str | None] = field(default_factory=dict)
    guards: frozenset[str] = frozenset()

    def origin(self, path: Path) -> str | None:
        """The outside name of a path; "" for the whole data, None when it isn't known."""
        if path.head is not None and path.head in self.names:
            return _joined(self.names[path.head], path.parts[1:])
        if path.data:
            return ".".join(path.parts[1:]) if path.parts[:1] == ("root",) else None
        around = self.contexts[path.depth] if path.depth < len(self.contexts) else None
        return _joined(around, path.parts)

    def guarded(self, origin: str) -> bool:
        return any(origin == guard or origin.startswith(f"{guard}.") for guard in self.guards)

    def with_guard(self, origin: str | None) -> _View:
        return replace(self, guards=self.guards | {origin}) if origin else self

    @property
    def key(self) -> object:
        """What tells this view from others."""
        return self.contexts, tuple(self.names.items()), self.guards

    def entered(self, context: _Origin) -> _View:
        return self if context in self.contexts[:1] and context is not None else replace(self, contexts=(context, *self.contexts))

    def named(self, names: Sequence[str], origins: Sequence[str | None]) -> _View:
        given = dict(zip(names, (*origins, *[None] * len(names)), strict=False))
        return replace(self, names={**self.names, **given})


def analyse(source: Source, program: Program, files: Mapping[str, Definition], known: Sequence[str] = (), *, computed: bool = False) -> Findings:
    """The findings of a template whose tree has been checked, and of the partials that it calls from `files`; when it computes a partial's name
    (`computed`), of all of them. `known` are the names for "did you mean"."""
    analysis = _Analysis(source, files, known)
    analysis.program(program, _View(), _View(()))
    for file in files.values() if computed else ():
        analysis.file(file)
    found = analysis.findings
    # The branches of `{{^if}}` are looked at in another order than they are written; a partial may be called twice.
    found.uses = sorted(dict.fromkeys(found.uses), key=lambda use: use.place)
    found.messages, found.raw = list(dict.fromkeys(found.messages)), list(dict.fromkeys(found.raw))
    found.problems = list(dict.fromkeys(found.problems))
    return found


class _Analysis(Calls):
    def __init__(self, source: Source, files: Mapping[str, Definition], known: Sequence[str]) -> None:
        super().__init__(source, files)
        self.root = source
        self.known = known
        self.depth = 0
        self.findings = Findings()
        self.done: set[object] = set()
        self.unsure = False

    @property
    def source(self) -> Source:
        """The file that is looked at."""
        return self.home.source

    def program(self, program: Program | None, view: _View, around: _View) -> None:
        if program is None:
            return
        with self.declaring(program, around):
            for statement in program.body:
                if isinstance(statement, Mustache):
                    self.mustache(statement, view)
                elif isinstance(statement, Partial | PartialBlock):
                    self.partial(statement, view)
                elif isinstance(statement, Block) and not isinstance(statement, DecoratorBlock):
                    self.block(statement, view)

    def file(self, file: Definition) -> None:
        """A file that a computed name may mean; perhaps nothing that it reads is ever wanted."""
        home, self.unsure = self.home, True
        self.home = Home(file.source, home.partials)
        self.program(file.program, _View(), _View(()))
        self.home, self.unsure = home, False

    def partial(self, statement: Partial | PartialBlock, view: _View) -> None:
        call, name = statement.call, partial_name(statement.call)
        if isinstance(call.callee, Call):
            self.call(call.callee, view, tested=False)
        for param in (*call.params, *(value for _, value in call.named)):
            self.read(param, view, tested=True)
        with self.inside(statement, name or "", view) as target:
            if target:
                self.called(target, _context(call, view), view)
            elif name and name != PARTIAL_BLOCK:
                what, remedy = f"there is no partial `{name}`", did_you_mean(name, {*self.known, *self.home.partials})
                self.findings.problems.append(fault(self.source, statement, what, remedy, "unknown-partial"))

    def called(self, target: Definition, context: _Origin, view: _View) -> None:
        """What a partial that was entered reads; not twice when it sees the same as before."""
        inner = target.view.entered(context) if target.home else _View((context,), guards=view.guards)
        seen = tuple((name, id(one.program)) for name, one in self.home.partials.items())
        key = (id(target.program), inner.key, seen, self.held and id(self.held.program))
        if key in self.done or self.depth > _DEEPEST or len(self.done) > _MOST_CALLS:
            return
        self.done.add(key)
        self.depth += 1
        self.program(target.program, inner, target.view if target.home else _View(()))
        self.depth -= 1

    def mustache(self, mustache: Mustache, view: _View) -> None:
        safe = (isinstance(call, Call) and call.name == "safe" and not call.bare for call in inside(mustache.call))
        if not mustache.escaped or any(safe):
            self.findings.raw.append(self.source.place(mustache.start))
        self.read(mustache.call, view, tested=False)

    def read(self, expression: Expression, view: _View, *, tested: bool) -> None:
        """Note what an expression reads; `tested` when nothing is put out, so that it may be missing."""
        if isinstance(expression, Literal):
            return
        if isinstance(expression, Call) and not _is_value(expression):
            self.call(expression, view, tested=tested)
            return
        path = as_path(expression.callee) if isinstance(expression, Call) else expression
        self.note(view.origin(path), path, view, tested=tested)

    def note(self, origin: str | None, at: Expression, view: _View, *, tested: bool) -> None:
        if origin:
            self.remember(origin, at)
            self.findings.uses.append(Use(origin, self.source.place(at.start), tested or self.unsure or view.guarded(origin)))

    def remember(self, origin: str, at: Expression) -> None:
        """The origin of a name; in a partial only if it is the same at each call."""
        if self.source is self.root:
            self.findings.origins[at.start] = origin
            return
        key = (self.source.path, at.start)
        self.findings.partial_origins[key] = origin if self.findings.partial_origins.get(key, origin) == origin else ""

    def call(self, call: Call, view: _View, *, tested: bool) -> None:
        self.translated(call)
        key = call.params[1] if call.name == "lookup" and len(call.params) > 1 else None
        if isinstance(key, Literal) and isinstance(call.params[0], Path):
            # `lookup customer "city"` reads `customer.city`.
            inner = view.origin(call.params[0])
            self.note(_joined(inner, (key.text,)), call, view, tested=tested)
            return
        for param in (*call.params, *(value for _, value in call.named)):
            self.read(param, view, tested=call.name in INLINE_HELPERS or call.name in COMPARISONS)

    def translated(self, call: Call) -> None:
        key = call.params[0] if call.name == "t" and call.params else None
        if isinstance(key, Literal):
            self.findings.messages.append((key.text, self.source.place(key.start)))

    def block(self, block: Block, view: _View) -> None:
        helper = block_helper(block)
        for param in (*block.call.params, *(value for _, value in block.call.named)) if helper else (block.call,):
            self.read(param, view, tested=not _silent(block))
        subject = _subject(block)
        origin = view.origin(subject) if subject else None
        inner = self.inner(block, view, origin)
        asserted = helper.guards if helper else "program"
        guards = {asserted: inner.with_guard(origin)}
        self.program(block.program, guards.get("program", inner), view)
        self.program(block.inverse, guards.get("inverse", view), view)

    def inner(self, block: Block, view: _View, origin: str | None) -> _View:
        """What a block's program sees."""
        names = block.program.names if block.program else ()
        if block_helper(block) is None or block.call.name == "each":
            return view.entered(None).named(names, ())
        return view.entered(origin).named(names, (origin,)) if block.call.name == "with" else view


def _subject(block: Block) -> Path | None:
    """What a block asks about, when that is a name."""
    expression: Expression = block.call.params[0] if block.call.params and block_helper(block) else block.call
    if isinstance(expression, Call):
        return as_path(expression.callee) if expression.bare else None
    return expression if isinstance(expression, Path) else None


def _silent(block: Block) -> bool:
    """Whether a missing list would leave nothing and no `else` says so."""
    return block.call.name == "each" and block.inverse is None


def _is_value(call: Call) -> bool:
    return call.bare and not (call.name in {**BLOCK_HELPERS, **INLINE_HELPERS} and as_path(call.callee).simple)


def _context(call: Call, view: _View) -> _Origin:
    """The outside name of what a partial gets as its context."""
    base: _Origin = view.contexts[0] if view.contexts else None
    if call.params:
        first = call.params[0]
        here = isinstance(first, Path) and not first.parts and not first.depth and not first.data
        base = base if here else view.origin(first) if isinstance(first, Path) else None
    if not call.named:
        return base
    return _Merged(base, tuple((name, view.origin(value) if isinstance(value, Path) else None) for name, value in call.named))


def _joined(around: _Origin, parts: tuple[str, ...]) -> str | None:
    if isinstance(around, _Merged):
        named = dict(around.named)
        return _joined(named[parts[0]], parts[1:]) if parts and parts[0] in named else _joined(around.base, parts) if parts else None
    return None if around is None else ".".join(part for part in (around, *parts) if part)
