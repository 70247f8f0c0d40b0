"""Writes the Python functions that fill templates: what templates languages tell, as code.

Each template is written down as straight code: its conditions and loops as they are, and for each value that it puts out one line. Two functions
come from the same lines. The *filling* one only decides and collects: `K` takes what was decided, `V` the escaped values. The *tracing* one also
writes the document, with a token for each value; it runs when a decision comes up for the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from mailweave.compiled.purity import PLAIN, Pure, Same, Unsettled
from mailweave.compiled.residue import Code, Known, PutOut, Record, Scoped, Simple, Value, Write, Written, is_known, plain_value
from mailweave.compiled.straight import Line, literal_of, straightened
from mailweave.compiled.values import OPAQUE, READ, Bail, Site, escaped_values
from mailweave.contexts import Context
from mailweave.languages import CannotCompile, Escaping, Filter
from mailweave.limits import Limits
from mailweave.work import CALL, LIGHT, most_turns, weight

# Loops over known lists are written out turn by turn, up to so many; code is cut off at so many lines.
UNROLLED: Final = 40
MOST_LINES: Final = 20_000


_SIZED: Final = (str, list, tuple)
# More than what an item of a list that a name holds counts as, in any language.
ITEM: Final = 50


@dataclass
class Bounds:
    """Of a template being written: the variable that counts its `turns`, what it `cost`s at most to go through it once, how many `names` hold values
    that aren't known, and how much the `known` ones take. `most`, once settled, are the turns and the length of each value that may be held."""

    turns: str
    cost: int = 1
    names: int = 0
    known: int = 0
    most: list[int] = field(default_factory=list)

    def settle(self, limits: Limits) -> None:
        """Work out `most`.

        Raises:
            CannotCompile: what is known is too much already.
        """
        self.most[:] = [most_turns(limits, self.cost), (limits.characters - self.known) // (ITEM * max(self.names, 1))]
        if min(self.most) < 0:
            raise CannotCompile("it takes more steps, or holds more, than code is written for")


@dataclass
class Emitter:
    """Code being written.

    `structural`: the sites whose values the stages turned out to read, with the reason. `scope`: the part of the scope that doesn't differ by
    customer. `names`: what the code refers to.
    """

    structural: Mapping[Site, str] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    puts: list[PutOut] = field(default_factory=list)
    emitted: int = 0
    muted: bool = False
    everything_read: bool = False
    path: str = ""
    _depth: int = 1
    _count: int = 0
    _bound: dict[int, str] = field(default_factory=dict)
    _kept: list[Any] = field(default_factory=list)
    _text: str | None = None
    _loops: int = 0
    _alike: dict[str, Code] = field(default_factory=dict)
    _only_filling: set[int] = field(default_factory=set)
    _work: Bounds | None = None

    # Work

    @contextmanager
    def counted(self, limits: Limits) -> Iterator[None]:
        """A template inside, whose code ends when its loops go round so often that the template may take more than it may; see `mailweave.work`."""
        self._work = work = Bounds(self.fresh("n"))
        self.line(f"{work.turns} = 0")
        yield
        self._work = None
        work.settle(limits)

    def cost(self, steps: int) -> None:
        """What is written next takes so many steps each time."""
        if self._work:
            self._work.cost += steps

    def turns(self, length: str) -> None:
        """A loop of this length begins."""
        if self._work:
            self.line(f"{self._work.turns} += {length}")
            self.line(f"if {self._work.turns} > {self.bind(self._work.most)}[0]: bail()")

    def holds(self, value: Value) -> None:
        """A name holds a value from here on."""
        if self._work is None:
            return
        if is_known(value):
            found = plain_value(value)
            self._work.known += len(found) * ITEM if isinstance(found, str | list | tuple) else 0
        elif isinstance(value, Code):
            self._work.names += 1
            self.line(f"if isinstance({value.text}, {self.bind(_SIZED)}) and len({value.text}) > {self.bind(self._work.most)}[1]: bail()")

    # Code

    def line(self, code: str, *, traced: bool = False) -> None:
        """One line; a `traced` one is only in the tracing function."""
        if len(self.lines) > MOST_LINES:
            raise CannotCompile("it is too long")
        self.lines.append(("    " * self._depth + code, traced))

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Lines under an `if …:` or `for …:`."""
        outside = self._alike.copy()
        self.line(header)
        self._depth += 1
        self.line("pass")
        yield
        self._depth -= 1
        self._alike = outside

    def fresh(self, prefix: str = "v") -> str:
        """A new local name."""
        self._count += 1
        return f"{prefix}{self._count}"

    def bind(self, value: Any) -> str:
        """A name by which the code may refer to an object."""
        if id(value) not in self._bound:
            self._bound[id(value)] = name = f"g{len(self._bound)}"
            # Kept, so that no other object gets its identity.
            self._kept.append(value)
            self.names[name] = value
        return self._bound[id(value)]

    def let(self, code: str) -> Code:
        """A local variable of this value."""
        name = self.fresh()
        self.line(f"{name} = {code}")
        return Code(name)

    def found(self, code: str) -> Code:
        """The same for an expression that always gives the same: wherever it is asked for again, that variable has it."""
        if code not in self._alike:
            self._alike[code] = self.let(code)
        return self._alike[code]

    def code(self, value: Value) -> str:
        """A value as a Python expression; only to be read."""
        if isinstance(value, Code):
            return value.text
        if is_known(value):
            found = plain_value(value)
            return repr(found) if found is None or type(found) in (bool, int, str) else self.bind(found)
        assert isinstance(value, Record)
        return "{" + ", ".join(f"{name!r}: {self.code(inner)}" for name, inner in value.fields.items()) + "}"

    def bail(self) -> Code:
        """An expression that ends the compiled way."""
        return Code("bail()")

    def mark(self) -> tuple[Any, ...]:
        """Where one stands, for `rewind`."""
        return len(self.lines), self.emitted, self._depth, self._text, self._loops, self._alike.copy()

    def rewind(self, mark: tuple[Any, ...]) -> None:
        """Take back what was written since."""
        count, self.emitted, self._depth, self._text, self._loops, self._alike = mark
        del self.lines[count:]
        self._only_filling = {index for index in self._only_filling if index < count}

    # What the template puts out

    def text(self, text: str) -> None:
        """Literal text."""
        if not text or self.muted:
            return
        self.emitted += 1
        if self._text is None:
            self.line(f"D({text!r})", traced=True)
        else:
            self.line(f"{self._text}({text!r})")

    def put(self, value: Value, write: Write, context: Context, escaping: Escaping, offset: int, *, raw: bool = False) -> None:
        """Put a value out, as `write` has it for this context (it raises ValueError for a value that can't stand there). A `raw` one is markup."""
        self.emitted += 1
        if is_known(value):
            self._put_known(plain_value(value), write, context, escaping)
            return
        if isinstance(value, Record):
            raise CannotCompile("an object is put out")
        assert isinstance(value, Code)
        name = value.text if value.text.isidentifier() else self.let(value.text).text
        if self._text is not None:
            self._put_into_text(name, write, context, escaping)
        else:
            structural = raw or self._is_structural(context, offset)
            self._put_into_document(Code(name, value.is_text), PutOut(write, context, structural, (self.path, offset)))

    def _put_known(self, value: Any, write: Write, context: Context, escaping: Escaping) -> None:
        try:
            self.text(write(value, context, escaping))
        except Exception:  # The reference way says what is wrong, if the code gets here.
            self.line("bail()")

    def _put_into_text(self, name: str, write: Write, context: Context, escaping: Escaping) -> None:
        cache = self.bind(escaped_values(context, escaping))
        other = self.bind(Written(write, context, escaping))
        self.line(f"{self._text}({cache}[{name}] if {name}.__class__ is str else {other}({name}))")

    def _put_into_document(self, value: Code, put: PutOut) -> None:
        name = value.text
        self.puts.append(put)
        self.line(f"P({len(self.puts) - 1}, {name})", traced=True)
        if put.structural:
            # As `keys.read_value` has it.
            written = self.bind(Written(put.write, put.context, "markup"))
            self.lines.append(("    " * self._depth + f"K(({len(self.puts) - 1}, {written}({name})))", False))
        else:
            cache = self.bind(OPAQUE[put.context])
            other = "" if value.is_text else f" if {name}.__class__ is str else {self.bind(Simple(put.write, put.context))}({name})"
            self.lines.append(("    " * self._depth + f"V({cache}[{name}]{other})", False))
        self._only_filling.add(len(self.lines) - 1)

    def _is_structural(self, context: Context, offset: int) -> bool:
        return self.everything_read or context in READ or (self.path, offset) in self.structural

    def markup(self, code: str) -> None:
        """Put out finished markup, of which nothing is known: it counts as a decision."""
        self.emitted += 1
        if self._text is not None:
            self.line(f"{self._text}({code})")
            return
        name = self.let(code).text
        self.line(f"K(({name},))")
        self.line(f"D({name})", traced=True)

    @contextmanager
    def string(self) -> Iterator[Callable[[], Value]]:
        """What is put out inside becomes a value: call what is yielded, afterwards, to have it."""
        outer, start = self._text, len(self.lines)
        pieces = self.fresh("o")
        self._text = f"{pieces}.append"
        self.line(f"{pieces} = []")
        known: list[Value] = []
        yield lambda: known[0]
        straight = straightened(self.lines[start + 1 :], "    " * self._depth, self._text)
        self._text = outer
        if straight is None:
            known.append(Code(self.let(f"''.join({pieces})").text, is_text=True))
            return
        self.lines[start:], texts = straight
        literal = literal_of(texts)
        known.append(Code(self.let(" + ".join(texts)).text, is_text=True) if literal is None else Known(literal))

    # Decisions

    def branches(self, conditions: list[tuple[Callable[[], Value | bool], Callable[[], None]]], otherwise: Callable[[], None]) -> None:
        """`if … elif … else`. Each condition is a function that writes what it needs and gives an expression that is true or false."""
        start = self.emitted
        marks: list[int] = []
        self._branch(conditions, otherwise, 0, marks)
        if self.emitted == start:
            # Nothing is put out in any branch: the document doesn't depend on it.
            for mark in marks:
                self.lines[mark] = (self.lines[mark][0].split("K(")[0] + "pass", False)

    def _branch(self, conditions: list[Any], otherwise: Callable[[], None], number: int, marks: list[int]) -> None:
        if not conditions:
            self._mark(number, marks)
            otherwise()
            return
        (test, body), *rest = conditions
        found = test()
        if not isinstance(found, Code):
            holds = plain_value(found) if not isinstance(found, bool) else found
            if holds:
                self._mark(number, marks)
                body()
            else:
                self._branch(rest, otherwise, number, marks)
            return
        with self.block(f"if {found.text}:"):
            self._mark(number, marks)
            body()
        with self.block("else:"):
            self._branch(rest, otherwise, number + 1, marks)

    def _mark(self, number: int, marks: list[int]) -> None:
        if self._text is None:
            self.line(f"K({number})")
            marks.append(len(self.lines) - 1)

    @contextmanager
    def loop(self, header: str, length: str) -> Iterator[None]:
        """A loop that goes round `length` times."""
        start, mark = self.emitted, len(self.lines)
        self._loops += 1
        if self._text is None:
            self.line(f"K({length})")
        with self.block(header):
            yield
        self._loops -= 1
        if self.emitted == start and self._text is None:
            self.lines[mark] = (self.lines[mark][0].split("K(")[0] + "pass", False)

    @property
    def loops(self) -> int:
        """How many loops are open."""
        return self._loops

    # Filters

    def filtered(self, function: Filter, scope: Scoped, values: list[Value], named: Mapping[str, Value]) -> Value:
        """What a filter gives for values that are all there."""
        given = [*values, *named.values()]
        self.cost(CALL + (sum(weight(plain_value(value)) for value in given) if all(map(is_known, given)) else LIGHT))
        if all(map(is_known, given)):
            try:
                plain = {key: plain_value(value) for key, value in named.items()}
                return self.known(_there(function(scope.static, *map(plain_value, values), **plain)))
            except Unsettled:
                pass
            except Exception:
                return self.bail()
        return self.remembered(scope.pure(function, tuple(named)), given)

    def known(self, result: Any) -> Value:
        """What a filter gave when the code was written."""
        self.cost(CALL + weight(result))
        return Known(result)

    def remembered(self, function: Pure | Same, values: list[Value]) -> Value:
        """What a function gives that remembers: looked up here, which takes half as long as calling it."""
        codes = [self.let(value.text).text if isinstance(value, Code) and not value.text.isidentifier() else self.code(value) for value in values]
        classes = [self.bind(type(plain_value(value))) if is_known(value) else f"{code}.__class__" for value, code in zip(values, codes, strict=True)]
        unsure = [f"{code} in {self.bind(PLAIN)}" for value, code in zip(values, classes, strict=True) if not is_known(value)]
        key = f"({', '.join([*codes, *classes])})"
        result = self.let(f"{self.bind(function.known)}({key}) if {' and '.join(unsure) or 'True'} else None")
        arguments = ", ".join(["R", *codes] if isinstance(function, Pure) else codes)
        self.line(f"if {result.text} is None: {result.text} = {self.bind(function)}({arguments})")
        return result

    # The end

    def source(self, *, traced: bool) -> str:
        """The lines of one of the two functions."""
        kept = (line for index, (line, only) in enumerate(self.lines) if (traced and index not in self._only_filling) or (not traced and not only))
        return "\n".join(kept)


def _there(value: Any) -> Any:
    if value is None:
        raise Bail
    return value
