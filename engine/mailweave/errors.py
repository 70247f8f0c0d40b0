"""What is wrong in a user's files, where, and what to write instead."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, Literal

Level = Literal["error", "warning"]

# The code of a message that its template says isn't to be sent: no mistake, and not to be tried again.
ABORTED: Final = "aborted"

# A file that is wrong in more places is told about once these are mended.
MOST: Final = 100
# The code of the problem that stands for those of a file that aren't shown.
MORE: Final = "more-problems"
# Names that a remedy looks through and lists. Longer words are no slip of the finger.
_NAMES: Final = 1_000
_LISTED: Final = 60
_LONGEST_WORD: Final = 100
# As many characters has what is said of a problem; a remedy may list names.
_LONGEST: Final = {"what": 600, "remedy": 2_000}


@dataclass(frozen=True, order=True)
class Place:
    """A position in a file. Lines and columns count from 1; `path` is as a person would type it."""

    path: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True)
class Problem:
    """One mistake: what is wrong, the remedy, and the place with its source line.

    `code` is a stable name in kebab-case for machines ("unknown-key"); `length` is how many characters the caret underlines. `line` is the source
    line, of a long one the part around the column with … where it is cut; `cut` characters of the line stand before that part. `count` is how many
    problems this one stands for; see `bounded`.
    """

    what: str
    remedy: str = ""
    place: Place | None = None
    code: str = "error"
    level: Level = "error"
    line: str = ""
    length: int = 1
    cut: int = 0
    count: int = 1

    def __post_init__(self) -> None:
        # What is quoted from a file may be as long as the file.
        for name, most in _LONGEST.items():
            if len(text := getattr(self, name)) > most:
                object.__setattr__(self, name, f"{text[: most // 2]} … {text[-most // 2 :]}")

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        level = "warning: " if self.level == "warning" else ""
        return place + level + self.sentence

    @property
    def sentence(self) -> str:
        """What is wrong and the remedy, without the place."""
        return f"{self.what} – {self.remedy}" if self.remedy else self.what

    def json(self) -> dict[str, Any]:
        """The problem as plain data, as `check --format json` and a run's rejects have it."""
        place = self.place
        return {
            "path": place.path if place else None,
            "line": place.line if place else None,
            "column": place.column if place else None,
            "level": self.level,
            "code": self.code,
            "what": self.what,
            "remedy": self.remedy,
        }

    @property
    def culprit(self) -> tuple[int, int]:
        """Where in `line` the underlined characters start and end; there is always one, which may stand behind the line's end."""
        start = max(0, self.place.column - 1 - self.cut) if self.place else 0
        return start, max(start + 1, min(start + self.length, len(self.line)))

    @property
    def excerpt(self) -> str:
        """The problem followed by its source line and a caret under the culprit."""
        if not (self.place and self.line.strip()):
            return str(self)
        number = str(self.place.line)
        gutter = " " * len(number)
        start, end = self.culprit
        # Tabs keep their width, so that the caret stands under the right character.
        pad = "".join("\t" if char == "\t" else " " for char in self.line[:start])
        caret = "^" * (end - start)
        return f"{self}\n{gutter} |\n{number} | {self.line}\n{gutter} | {pad}{caret}"


class MailweaveError(Exception):
    """One or more problems that stop the work; every one is for the user to mend.

    Example:
        >>> print(MailweaveError(Problem("unknown key 'subjct'", "did you mean 'subject'?", Place("campaigns/a.yaml", 3, 1))))
        campaigns/a.yaml:3:1: unknown key 'subjct' – did you mean 'subject'?
    """

    def __init__(self, *problems: Problem) -> None:
        self.problems = bounded(problems)
        super().__init__(*self.problems)

    @property
    def aborted(self) -> bool:
        """Whether a template says that this message isn't to be sent, so that it is left out on purpose."""
        return any(problem.code == ABORTED for problem in self.problems)

    def __str__(self) -> str:
        return "\n".join(problem.excerpt for problem in self.problems)


class PassingError(BaseException):
    """Control flow of mailweave's own on its way through a plugin's code, which hasn't failed.

    No `Exception`, as KeyboardInterrupt is none: no `except Exception` of a plugin must stop it.
    """


# What goes through when everything else that a plugin raises is taken for its mishap: SystemExit and a Rust library's panic, too.
PASSING: Final = (PassingError, KeyboardInterrupt, GeneratorExit)


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise one `MailweaveError` with every problem that is an error, if there is any."""
    found = tuple(problem for problem in problems if problem.level == "error")
    if found:
        raise MailweaveError(*found)


def as_warning(problem: Problem) -> Problem:
    """The same finding, not stopping anything."""
    return replace(problem, level="warning")


def bounded(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, of each file the first hundred; one more says of how many others nothing is shown.

    A file's errors come before its warnings when not all can be shown. Otherwise the order stays.
    """
    found = tuple(problems)
    if len(found) <= MOST:
        return found
    of_file = Counter(_file(problem) for problem in found if problem.code != MORE)
    if max(of_file.values(), default=0) <= MOST:
        return found
    kept: dict[str, list[int]] = {path: [] for path in map(_file, found)}
    for index in sorted(range(len(found)), key=lambda index: found[index].level != "error"):
        if found[index].code != MORE and len(kept[_file(found[index])]) < MOST:
            kept[_file(found[index])].append(index)
    shown = sorted(index for indexes in kept.values() for index in indexes)
    listed = set(shown)
    rest = [problem for index, problem in enumerate(found) if index not in listed]
    last = {_file(found[index]): found[index] for index in shown}
    return (*(found[index] for index in shown), *_left_out(rest, last))


def _file(problem: Problem) -> str:
    return problem.place.path if problem.place else ""


def _left_out(rest: Iterable[Problem], last: Mapping[str, Problem]) -> Iterable[Problem]:
    """One problem a file for those that aren't shown, where the last one stands that is."""
    by_file: dict[str, list[Problem]] = {}
    for problem in rest:
        by_file.setdefault(_file(problem), []).append(problem)
    for path, problems in by_file.items():
        count = sum(problem.count for problem in problems)
        level: Level = "error" if any(problem.level == "error" for problem in problems) else "warning"
        what = f"{count:,} more problem{'s' * (count > 1)} in this file"
        place = last[path].place if path in last else problems[0].place
        yield Problem(what, "mend those before first", place, MORE, level, count=count)


def did_you_mean(word: object, options: Iterable[str]) -> str:
    """The remedy for a misspelt name: the nearest option, or all of them when none is near.

    Example:
        >>> did_you_mean("lifecyle", ["location", "lifecycle"])
        "did you mean 'lifecycle'?"
        >>> did_you_mean("x", ["b", "a"])
        'use one of: a, b'
    """
    return _remedy(str(word)[: _LONGEST_WORD + 1], tuple(sorted({str(option) for option in options})))


@lru_cache(maxsize=1024)
def _remedy(word: str, names: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, names[:_NAMES], n=1, cutoff=0.6) if len(word) <= _LONGEST_WORD else []
    if near:
        return f"did you mean '{near[0]}'?"
    more = f" and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return f"use one of: {', '.join(names[:_LISTED])}{more}" if names else "there is none to choose from"
