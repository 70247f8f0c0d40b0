"""One run of a plan's tracing function: the document, with tokens for its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mailweave.compiled.keys import odd_value, read_value
from mailweave.compiled.plan import Own, Plan
from mailweave.compiled.purity import Person
from mailweave.compiled.residue import PutOut
from mailweave.compiled.tokens import Tokens
from mailweave.compiled.values import is_opaque, is_plain
from mailweave.languages import Escaping

_MARKUP: Final[Escaping] = "markup"
_SIMPLE: Final = (str, int, float, bool)


@dataclass
class Trace:
    """What a run gave: the texts, the decisions with every value that isn't opaque (`keys`), the free values escaped, and the documents by slot and
    part.

    `sites`: for each value, the number of the place that puts it out. `plain`: the text part says the same for each value wherever it stands.
    """

    texts: Own
    decided: list[Any]
    values: list[str]
    sites: list[int]
    documents: Mapping[tuple[str, str], str]
    tokens: Tokens
    plain: bool

    @classmethod
    def of(cls, plan: Plan, person: Person) -> Trace:
        """Run it."""
        run = _Run(plan.puts)
        texts = plan.trace(person, run.decided.append, None, run.put, run.begin)
        tokens = Tokens.unlike(piece for pieces in run.documents.values() for piece in pieces if isinstance(piece, str))
        documents = {
            key: "".join(piece if isinstance(piece, str) else tokens.slot(piece) for piece in pieces) for key, pieces in run.documents.items()
        }
        plain = all(is_plain(value, plan.puts[site].context) for value, site in zip(run.values, run.sites, strict=True))
        return cls(texts, run.decided, run.values, run.sites, documents, tokens, plain)


class _Run:
    def __init__(self, puts: Sequence[PutOut]) -> None:
        self.puts = puts
        self.decided: list[Any] = []
        self.values: list[str] = []
        self.sites: list[int] = []
        self.documents: dict[tuple[str, str], list[str | int]] = {}
        self.current: list[str | int] = []

    def begin(self, slot: str, part: str) -> Any:
        self.current = self.documents[slot, part] = []
        return self.current.append

    def put(self, number: int, value: Any) -> None:
        """Put a value out: as a token, or as it is when it isn't opaque."""
        site = self.puts[number]
        escaped = site.write(value, site.context, _MARKUP)
        if site.structural or value.__class__ not in _SIMPLE or not is_opaque(escaped, site.context):
            self.decided.append(read_value(number, escaped) if site.structural else odd_value(number, len(self.values), escaped))
            self.current.append(escaped)
        else:
            self.current.append(len(self.values))
            self.values.append(escaped)
            self.sites.append(number)
