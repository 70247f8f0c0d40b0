"""The previewer's HTML: one Jinja environment for pages and panels."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from mailweave.errors import Problem
from mailweave.explain import label, plain

if TYPE_CHECKING:
    from jinja2 import Environment

# Half of a surrogate pair, which nothing can be written with.
HALF: Final = re.compile("[\ud800-\udfff]")


@cache
def environment() -> Environment:
    """The environment; flask isn't needed for it, so panels can be tested alone."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("mailweave_preview", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.do"],
    )
    made.filters |= {"kb": kilobytes, "shown": shown, "caret": caret, "coded": coded}
    made.globals |= {"label": label}
    made.policies["json.dumps_kwargs"] = {"sort_keys": False}
    return made


def coded(text: str) -> Markup:
    """A docstring's text, with what stands in backticks as code.

    Example:
        >>> coded("`de` takes <every> German one")
        Markup('<code>de</code> takes &lt;every&gt; German one')
    """
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def render(template: str, **values: Any) -> Markup:
    """A template, filled."""
    return Markup(printable(environment().get_template(template).render(**values)))


def printable(text: str) -> str:
    """A text that can be written; half of a surrogate pair, which a file may hold as an escape, is shown as one.

    Example:
        >>> printable("\\ud800")
        '\\\\ud800'
    """
    return text.encode(errors="backslashreplace").decode() if HALF.search(text) else text


def kilobytes(size: int) -> str:
    """A size in kB, by thousands as mail clients count.

    Example:
        >>> kilobytes(66_812)
        '66.8 kB'
    """
    return f"{size / 1000:.1f} kB"


def shown(value: Any) -> str:
    """A value as a person reads it in a table."""
    value = plain(value)
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | dict):
        return f"{len(value)} entries" if len(value) != 1 else "1 entry"
    return str(value)


def caret(problem: Problem) -> tuple[str, str, str]:
    """A problem's source line in three parts: before the culprit, the culprit, after it."""
    start, end = problem.culprit
    return problem.line[:start], problem.line[start:end] or " ", problem.line[end:]
