"""What is wrong in a user's files, where, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

Level = Literal["error", "warning"]

# The code of a message that its template says isn't to be sent: no mistake, and not to be tried again.
ABORTED: Final = "aborted"


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

    `code` is a stable name in kebab-case for machines ("unknown-key"); `length` is how many characters the caret underlines.
    """

    what: str
    remedy: str = ""
    place: Place | None = None
    code: str = "error"
    level: Level = "error"
    line: str = ""
    length: int = 1

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
    def excerpt(self) -> str:
        """The problem followed by its source line and a caret under the culprit."""
        if not (self.place and self.line.strip()):
            return str(self)
        number = str(self.place.line)
        gutter = " " * len(number)
        # Tabs keep their width, so that the caret stands under the right character.
        pad = "".join("\t" if char == "\t" else " " for char in self.line[: self.place.column - 1])
        caret = "^" * max(1, min(self.length, len(self.line) - self.place.column + 1))
        return f"{self}\n{gutter} |\n{number} | {self.line}\n{gutter} | {pad}{caret}"


class MailweaveError(Exception):
    """One or more problems that stop the work; every one is for the user to mend.

    Example:
        >>> print(MailweaveError(Problem("unknown key 'subjct'", "did you mean 'subject'?", Place("campaigns/a.yaml", 3, 1))))
        campaigns/a.yaml:3:1: unknown key 'subjct' – did you mean 'subject'?
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    @property
    def aborted(self) -> bool:
        """Whether a template says that this message isn't to be sent, so that it is left out on purpose."""
        return any(problem.code == ABORTED for problem in self.problems)

    def __str__(self) -> str:
        return "\n".join(problem.excerpt for problem in self.problems)


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise one `MailweaveError` with every problem that is an error, if there is any."""
    found = tuple(problem for problem in problems if problem.level == "error")
    if found:
        raise MailweaveError(*found)


def as_warning(problem: Problem) -> Problem:
    """The same finding, not stopping anything."""
    return replace(problem, level="warning")


def did_you_mean(word: object, options: Iterable[str]) -> str:
    """The remedy for a misspelt name: the nearest option, or all of them when none is near.

    Example:
        >>> did_you_mean("lifecyle", ["location", "lifecycle"])
        "did you mean 'lifecycle'?"
        >>> did_you_mean("x", ["b", "a"])
        'use one of: a, b'
    """
    names = sorted({str(option) for option in options})
    near = difflib.get_close_matches(str(word), names, n=1, cutoff=0.6)
    if near:
        return f"did you mean '{near[0]}'?"
    return f"use one of: {', '.join(names)}" if names else "there is none to choose from"
