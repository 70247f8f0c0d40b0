"""A campaign of a seed, built for many hostile people in three ways, and what isn't as it is for harmless ones."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, Final, TypeVar

from mailweave.cli import run
from mailweave.engine import Engine
from mailweave.errors import MailweaveError
from mailweave.message import Message
from mailweave.profiles import Profile
from mailweave.testing import AT, write_files

from .campaigns import files_of
from .outline import Outline, differences, outline_of
from .values import DRAWN, HARMLESS, harmless, hostile, person

T = TypeVar("T")

# What the ways must agree on; a list of problems' texts for whom no message can be built.
Made = Message | tuple[str, ...]
# Why a message may be refused: a value that its place can't hold. That a stage can't take the document is no reason.
REASONS: Final = ("bad-value:", "limit:", "bad-unsubscribe:")
FIELDS: Final = ("subject", "preheader", "html", "text", "unsubscribe")
SOURCES: Final = 20
FEW: Final = 8


@dataclass
class Result:
    """`built`: messages in each way; `refused`: people for whom none can be built, in any way; `wrong`: what was found."""

    built: dict[str, int] = field(default_factory=lambda: {"reference": 0, "compiled": 0, "bulk": 0})
    refused: int = 0
    hits: int = 0
    wrong: list[str] = field(default_factory=list)


def of_seed(engine: Engine, seed: int, people: int, folder: Path, *, known: Sequence[str] = (), bulk: bool = True) -> Result:
    """Build the messages of a seed's campaign, and compare them with harmless ones and with one another."""
    random = Random(seed)
    source = {**{f"h{number}": text for number, text in enumerate(HARMLESS["t"])}, **{f"k{number}": _written(random) for number in range(SOURCES)}}
    write_files(folder, files_of(random, _written(random), source))
    shop = engine.open(folder)
    program = engine.compile(shop, "hello")
    plain = [_profile(number, {**harmless(number), "sku": f"h{number}", "gone": HARMLESS["t"][number]}) for number in range(3)]
    baselines = [outline_of(engine.render(shop, "hello", profile, AT, reference=True), mail=True) for profile in plain]
    for profile in plain:
        program.render(profile, AT)
    drawn = People(random, known)
    rows = [drawn.row() for _ in range(people)]
    result = Result()
    expected = {}
    for number, row in enumerate(rows):
        profile = _profile(number, row)
        made = expected[f"p{number}"] = _outcome(lambda profile=profile: engine.render(shop, "hello", profile, AT, reference=True))
        other = _outcome(lambda profile=profile: program.render(profile, AT))
        result.wrong += [f"seed {seed}, {row}: {what}" for what in (*_apart("compiled", other, made), *_outside(made, baselines, mail=number % 5 == 0))]
        _count(result, made, other)
    result.hits = program.counts.hits
    if bulk:
        _bulk(result, folder, rows, expected, seed)
    return result


def _count(result: Result, made: Made, other: Made) -> None:
    result.refused += not isinstance(made, Message)
    result.built["reference"] += isinstance(made, Message)
    result.built["compiled"] += isinstance(other, Message)


def _written(random: Random) -> str:
    """A text that stands in a file of ours, where YAML's and JSON's escapes know no pairs of surrogates."""
    return "".join(char for char in hostile(random) if char < "\ud800" and char.isprintable())


@dataclass
class People:
    """Draws rows: a few people, each met many times with one or two other values. What the compiler reads, such as CSS, is a part of the compiled
    document; drawn anew for each row, hardly two rows would share a document, and none would be filled into one."""

    random: Random
    known: Sequence[str]
    few: list[dict[str, Any]] = field(default_factory=list)

    def row(self) -> dict[str, Any]:
        random = self.random
        if len(self.few) < FEW:
            gone = {} if random.random() < 0.5 else {"gone": self.value("t")}
            self.few.append({**person(self.value), **gone, "sku": f"k{random.randrange(SOURCES)}"})
        row = dict(random.choice(self.few))
        for name in random.sample(sorted(row), random.choice([1, 1, 2])):
            row[name] = self.other(name, row[name])
        return row

    def value(self, kind: str) -> str:
        if self.random.random() < (0.2 if kind in "tu" else 0.05):
            return self.hostile(kind)
        return self.random.choice(HARMLESS[kind])

    def hostile(self, kind: str) -> str:
        return hostile(self.random, self.known) if kind == "t" else DRAWN[kind](self.random)

    def other(self, name: str, value: Any) -> Any:
        """A hostile value for a field, or for one of those in it."""
        if name == "sku":
            return f"k{self.random.randrange(SOURCES)}"
        if name == "things":
            at = self.random.randrange(len(value))
            return [{**one, "name": self.hostile("t"), "url": self.hostile("u")} if index == at else one for index, one in enumerate(value)]
        return {"name": self.hostile("t")} if name == "deep" else self.hostile("t" if name == "gone" else name[0])


def _profile(number: int, row: Mapping[str, Any]) -> Profile:
    return Profile.from_data(_data(number, row))


def _data(number: int, row: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": f"p{number}", "email": f"p{number}@x.example", "flag": True, **row}


def _outcome(build: Callable[[], T]) -> T | tuple[str, ...]:
    try:
        return build()
    except MailweaveError as error:
        return tuple(f"{problem.code}: {problem}" for problem in error.problems)


def _outside(made: Made, baselines: Sequence[Outline], *, mail: bool) -> Iterator[str]:
    """What a message has that those of harmless people haven't."""
    # A header can't hold every URL by which one unsubscribes.
    eml = _outcome(lambda: made.eml) if mail and isinstance(made, Message) else ()
    refused = [*(made if isinstance(made, tuple) else ()), *(eml if isinstance(eml, tuple) else ())]
    yield from (f"refused: {problem}" for problem in refused if not problem.startswith(REASONS))
    if isinstance(made, Message):
        mail = mail and not isinstance(eml, tuple)
        plain = baselines if mail else [one._replace(structure=one.structure[:-1]) for one in baselines]
        yield from differences(outline_of(made, mail=mail), plain)


def _apart(way: str, made: Made, reference: Made) -> Iterator[str]:
    """What differs from the reference."""
    if isinstance(made, Message) and isinstance(reference, Message):
        yield from (f"{way}: another {name}" for name in FIELDS if getattr(made, name) != getattr(reference, name))
    elif made != reference:
        yield f"{way}: {made!r:.300} instead of {reference!r:.300}"


def _bulk(result: Result, folder: Path, rows: Sequence[Mapping[str, Any]], expected: Mapping[str, Made], seed: int) -> None:
    """The same by `mailweave run`, in a worker of its own."""
    profiles, out = folder / "people.ndjson", folder / "out"
    profiles.write_text("".join(json.dumps(_data(number, row)) + "\n" for number, row in enumerate(rows)))
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        words = ["--profiles", profiles, "--to", out, "--as", "ndjson", "--at", AT.isoformat(), "--jobs", 1, "--verify", 0, "--workspace", folder, "--format", "json"]
        code = run(["run", "hello", *map(str, words)])
    if code not in (0, 1, 3):
        result.wrong.append(f"seed {seed}: bulk ended with {code}: {said.getvalue()}")
        return
    messages = {made["id"]: made for made in _lines(out, "messages")}
    rejected = {line["id"]: line for line in _lines(out, "ledger") if line["outcome"] == "rejected"}
    for name, made in expected.items():
        found = messages.get(name)
        if isinstance(made, Message) and found:
            result.built["bulk"] += 1
            result.wrong += [f"seed {seed}, {name}: bulk: another {one}" for one in FIELDS if (found[one] or "") != (getattr(made, one) or "")]
        elif isinstance(made, Message) or found or name not in rejected:
            result.wrong.append(f"seed {seed}, {name}: bulk: {str(rejected.get(name))[:300]} instead of {made!r:.300}")


def _lines(out: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(line) for path in sorted(out.glob(f"{kind}/*.ndjson")) for line in path.read_text().split("\n") if line]
