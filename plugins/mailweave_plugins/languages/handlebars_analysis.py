"""What a Handlebars template reads, translates and puts out unescaped, found without data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mailweave.errors import Place
from mailweave.languages import Use
from mailweave.source import Source
from mailweave_plugins.languages.handlebars_ast import Block, Call, Expression, Literal, Mustache, Path, Program, inside
from mailweave_plugins.languages.handlebars_eval import as_path, block_helper
from mailweave_plugins.languages.handlebars_helpers import BLOCK_HELPERS, INLINE_HELPERS


@dataclass
class Findings:
    """`uses`, `messages` and `raw` as a `Template` has them; `origins`: the full outside name of the path at an offset."""

    uses: list[Use] = field(default_factory=list)
    messages: list[tuple[str, Place]] = field(default_factory=list)
    raw: list[Place] = field(default_factory=list)
    origins: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _View:
    """What names mean at a place: the outside name of each context around it (innermost first; "" is the whole data, None is unknown, such as
    an item of a list) and of each block parameter; and the outside names that are known to have a value here."""

    contexts: tuple[str | None, ...] = ("",)
    names: Mapping[str, str | None] = field(default_factory=dict)
    guards: frozenset[str] = frozenset()

    def origin(self, path: Path) -> str | None:
        """The outside name of a path; "" for the whole data, None when it isn't known."""
        if path.data:
            return ".".join(path.parts[1:]) if path.parts[:1] == ("root",) else None
        if path.head is not None and path.head in self.names:
            return _joined(self.names[path.head], path.parts[1:])
        around = self.contexts[path.depth] if path.depth < len(self.contexts) else None
        return _joined(around, path.parts)

    def guarded(self, origin: str) -> bool:
        return any(origin == guard or origin.startswith(f"{guard}.") for guard in self.guards)

    def with_guard(self, origin: str | None) -> _View:
        return replace(self, guards=self.guards | {origin}) if origin else self

    def entered(self, context: str | None) -> _View:
        return self if context == self.contexts[0] and context is not None else replace(self, contexts=(context, *self.contexts))

    def named(self, names: Sequence[str], origins: Sequence[str | None]) -> _View:
        given = dict(zip(names, (*origins, *[None] * len(names)), strict=False))
        return replace(self, names={**self.names, **given})


def analyse(source: Source, program: Program) -> Findings:
    """The findings of a template whose tree has been checked."""
    analysis = _Analysis(source)
    analysis.program(program, _View())
    # The branches of `{{^if}}` are looked at in another order than they are written.
    analysis.findings.uses.sort(key=lambda use: use.place)
    return analysis.findings


class _Analysis:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.findings = Findings()

    def program(self, program: Program | None, view: _View) -> None:
        for statement in program.body if program else ():
            if isinstance(statement, Mustache):
                self.mustache(statement, view)
            elif isinstance(statement, Block):
                self.block(statement, view)

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
            self.findings.origins[at.start] = origin
            self.findings.uses.append(Use(origin, self.source.place(at.start), tested or view.guarded(origin)))

    def call(self, call: Call, view: _View, *, tested: bool) -> None:
        self.translated(call)
        key = call.params[1] if call.name == "lookup" and len(call.params) > 1 else None
        if isinstance(key, Literal) and isinstance(call.params[0], Path):
            # `lookup customer "city"` reads `customer.city`.
            inner = view.origin(call.params[0])
            self.note(_joined(inner, (key.text,)), call, view, tested=tested)
            return
        for param in (*call.params, *(value for _, value in call.named)):
            self.read(param, view, tested=call.name in INLINE_HELPERS)

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
        self.program(block.program, guards.get("program", inner))
        self.program(block.inverse, guards.get("inverse", view))

    def inner(self, block: Block, view: _View, origin: str | None) -> _View:
        """What a block's program sees."""
        names = block.program.names if block.program else ()
        if block_helper(block) is None or block.call.name == "each":
            return view.entered(None).named(names, ())
        return view.entered(origin).named(names, (origin,)) if block.call.name == "with" else view


def _subject(block: Block) -> Path | None:
    """What a block asks about, when that is a name."""
    expression: Expression = block.call if block_helper(block) is None else block.call.params[0]
    if isinstance(expression, Call):
        return as_path(expression.callee) if expression.bare else None
    return expression if isinstance(expression, Path) else None


def _silent(block: Block) -> bool:
    """Whether a missing list would leave nothing and no `else` says so."""
    return block.call.name == "each" and block.inverse is None


def _is_value(call: Call) -> bool:
    return call.bare and not (call.name in {**BLOCK_HELPERS, **INLINE_HELPERS} and as_path(call.callee).simple)


def _joined(around: str | None, parts: tuple[str, ...]) -> str | None:
    return None if around is None else ".".join(part for part in (around, *parts) if part)
