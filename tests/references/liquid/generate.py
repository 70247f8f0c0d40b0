"""Random Liquid templates from a seed, for record.py."""

from __future__ import annotations

import random
from typing import Final

SEED: Final = 20261124
COUNT: Final = 400

_NUMBERS: Final = ("n", "f", "neg", "zero", "products[0].price", "3", "-2", "4.5", "digits")
_TEXTS: Final = ("name", "text", "padded", "lines", "key", "'a b'", "'Tom & Jo'", "products[1].title", "hollow", "words.first")
_LISTS: Final = ("words", "nums", "more", "doubled", "none", "products[0].tags")
_CONDITIONS: Final = ("yes", "no", "nothing", "missing", "n == 7", "f > 3", "name contains 'n'", "words contains 'zebra'", "hollow == blank", "neg < 0", "name != 'Bo'")
_NUMBER_FILTERS: Final = ("plus: 2", "minus: 1.5", "times: 3", "divided_by: 2", "modulo: 3", "abs", "ceil", "floor", "round", "round: 1", "at_least: 4", "at_most: 2")
_TEXT_FILTERS: Final = (
    *("upcase", "downcase", "capitalize", "strip", "lstrip", "rstrip", "append: '!'", "prepend: '<'", "remove: 'a'", "remove_first: 'm'", "strip_newlines"),
    *("replace: 'a', 'bb'", "replace_first: 'p', ''", "truncate: 12", "truncatewords: 2", "escape", "escape_once", "url_encode", "newline_to_br", "strip_html", "slice: 1, 3"),
)
_LIST_FILTERS: Final = ("reverse", "sort", "uniq", "compact", "concat: more", "sort_natural", "slice: 1, 2")
_LIST_ENDS: Final = ("join: ','", "first", "last", "size", "join")


class _Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.loops = 0

    def pick(self, *options: str) -> str:
        return self.random.choice(options)

    def chain(self, start: str, filters: tuple[str, ...], most: int = 3) -> str:
        return " | ".join([start, *(self.pick(*filters) for _ in range(self.random.randint(0, most)))])

    def value(self) -> str:
        kind = self.random.randrange(4)
        if kind == 0:
            return self.chain(self.pick(*_NUMBERS), _NUMBER_FILTERS)
        if kind == 1:
            return self.chain(self.pick(*_TEXTS), _TEXT_FILTERS)
        if kind == 2:
            return self.chain(self.pick("words", "doubled", "more"), _LIST_FILTERS[:4], 2) + " | " + self.pick(*_LIST_ENDS)
        return self.chain(self.pick("missing", "nothing", *_TEXTS), ("default: 'd'", "default: n", "size", "append: name"), 1)

    def condition(self) -> str:
        joined = [self.pick(*_CONDITIONS)]
        for _ in range(self.random.choice((0, 0, 1, 2))):
            joined += [self.pick("and", "or"), self.pick(*_CONDITIONS)]
        return " ".join(joined)

    def tag(self, inside: str) -> str:
        left, right = self.pick("{%", "{%", "{%-"), self.pick("%}", "%}", "-%}")
        return f"{left} {inside} {right}"

    def piece(self, depth: int) -> str:
        kind = self.random.randrange(12 if depth else 5)
        if kind < 2:
            return self.pick("a", " b ", "\n", "x: ", "; ", "<b>", "  ")
        if kind < 5:
            return f"{self.pick('{{', '{{', '{{-')} {self.value()} {self.pick('}}', '}}', '-}}')}"
        return [self.if_, self.unless, self.case, self.for_, self.assign, self.capture, self.raw][kind - 5](depth - 1)

    def body(self, depth: int) -> str:
        # A letter, so that no block is blank: liquidjs puts out blank ones, Shopify doesn't.
        return "".join(["·", *(self.piece(depth) for _ in range(self.random.randint(1, 3)))])

    def if_(self, depth: int) -> str:
        middle = self.tag(f"elsif {self.condition()}") + self.body(depth) if self.random.random() < 0.4 else ""
        other = self.tag("else") + self.body(depth) if self.random.random() < 0.5 else ""
        return f"{self.tag(f'if {self.condition()}')}{self.body(depth)}{middle}{other}{self.tag('endif')}"

    def unless(self, depth: int) -> str:
        return f"{self.tag(f'unless {self.condition()}')}{self.body(depth)}{self.tag('endunless')}"

    def case(self, depth: int) -> str:
        whens = "".join(f"{{% when {self.pick('7', chr(39) + 'Ann' + chr(39), '3, 42', 'key')} %}}{self.body(depth)}" for _ in range(2))
        return f"{{% case {self.pick('n', 'name', 'digits', 'missing')} %}}{whens}{{% else %}}{self.body(depth)}{{% endcase %}}"

    def for_(self, depth: int) -> str:
        self.loops += 1
        name = f"i{self.loops}"
        limits = self.pick("", "", " limit: 2", " offset: 1", " reversed", " reversed limit: 3 offset: 1")
        source = self.pick(*_LISTS, "(1..3)", "(zero..n)", "missing")
        inside = f"{{{{ {name} }}}}{self.pick('', '{{ forloop.index }}', '{{ forloop.last }}')}{self.body(depth)}"
        leave = f"{{% if forloop.index == 2 %}}{{% {self.pick('break', 'continue')} %}}{{% endif %}}" if self.random.random() < 0.3 else ""
        other = "{% else %}none" if self.random.random() < 0.3 else ""
        return f"{self.tag(f'for {name} in {source}{limits}')}{leave}{inside}{other}{self.tag('endfor')}"

    def assign(self, _: int) -> str:
        name = self.pick("v", "w")
        return f"{self.tag(f'assign {name} = {self.value()}')}[{{{{ {name} }}}}]"

    def capture(self, depth: int) -> str:
        return f"{{% capture c %}}{self.body(depth)}{{% endcapture %}}({{{{ c | size }}}}{{{{ c }}}})"

    def raw(self, _: int) -> str:
        return self.pick("{% raw %}{{ x }}{% endraw %}", "{% comment %}{{ x }}{% endcomment %}", "{% # note %}", "{% increment k %}", "{% cycle 'a', 'b' %}", "{% echo name | upcase %}", "{% render 'card', title: n %}")


def generate(count: int = COUNT, seed: int = SEED) -> list[str]:
    """Templates."""
    return ["".join(maker.piece(3) for _ in range(4)) for maker in map(_Maker, range(seed, seed + count))]
