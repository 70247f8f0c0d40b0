"""Mistakes made on purpose, to see whether the comparison finds them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest
from markupsafe import Markup

from mailweave import escape as escaping
from mailweave import message_markup, textpart
from mailweave.compiled.values import OPAQUE, READABLE, escaped_values
from mailweave.contexts import Context
from mailweave.placeholders import Placeholders
from mailweave_plugins.stages.mjml import fonts

Break = Callable[[pytest.MonkeyPatch], None]


def _escape(context: Context, how: Callable[[str], str]) -> Break:
    def broken(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(escaping._MARKUP, context, how)
        _forget()

    return broken


def _forget() -> None:
    """What was escaped before is kept."""
    for one in (*OPAQUE.values(), READABLE, *(escaped_values(context, "markup") for context in Context)):
        one.clear()


def _guessable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Placeholders, "unlike", classmethod(lambda cls, purpose, texts: cls(f"mwq{purpose}")))


def _lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    """Positions from a copy in small letters, which may be longer."""

    def end_of(text: str, name: str, position: int) -> int:
        found = text.lower().find(f"</{name}", position)
        return len(text) if found < 0 else found

    monkeypatch.setattr("mailweave.tags._end_of_raw_text", end_of)


def _message_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """A translation's values escaped as in text, wherever they stand."""
    real = escaping.escape
    monkeypatch.setattr(message_markup, "escape", lambda value, context: real(value, Context.TEXT).replace("&quot;", '"').replace("&#x27;", "'"))


def _urls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Quotes and brackets stay in URLs, which MJML writes into CSS."""
    for context in (Context.URL_START, Context.URL_PART):
        monkeypatch.setitem(escaping._MARKUP, context, lambda text: escaping._attribute(text))
    _forget()


def _line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escaping, "_line", str)
    _forget()


def _compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compiled document forgets the escaping of the title."""
    monkeypatch.setattr("mailweave.compiled.program.escaped_title", str)


def _safe(monkeypatch: pytest.MonkeyPatch) -> None:
    """A value counts as markup by mistake."""
    real = escaping.escape

    def escape(value: str, context: Context, how: str = "markup") -> str:
        return real(Markup(value) if value.isupper() else value, context, how)

    for module in ("liquid_run", "handlebars_places", "handlebars_runtime", "handlebars"):
        monkeypatch.setattr(f"mailweave_plugins.languages.{module}.escape", escape)
    monkeypatch.setattr("mailweave.compiled.values.escape", escape)
    _forget()


def _hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textpart, "_QUOTED", re.compile(r"\Z(?!\Z)"))
    monkeypatch.setattr(textpart, "_HIDDEN", re.compile("display:none|visibility:hidden"))


def _fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_URL", re.compile(r"\Z(?!\Z)"))


MUTATIONS: Final[dict[str, Break]] = {
    "text isn't escaped": _escape(Context.TEXT, str),
    "quotes in attributes aren't escaped": _escape(Context.ATTRIBUTE, lambda text: text.replace("<", "&lt;")),
    "a comment's hyphens aren't escaped": _escape(Context.COMMENT, str),
    "CSS takes anything": _escape(Context.STYLE, lambda text: text.replace('"', "&quot;").replace("<", "&lt;")),
    "URLs keep their quotes and brackets": _urls,
    "any scheme is a link": _escape(Context.URL_START, lambda text: escaping._attribute(escaping._url_part(text).replace("%3A", ":"))),
    "placeholders can be guessed": _guessable,
    "positions come from a changed copy": _lengths,
    "translations are escaped as text": _message_text,
    "a subject takes line breaks": _line,
    "a compiled title isn't escaped": _compiled,
    "a value is safe by mistake": _safe,
    "a URL hides its element from the text": _hidden,
    "a URL asks for a font": _fonts,
    "a list of URLs takes commas": _escape(Context.SRCSET_START, lambda text: escaping._attribute(escaping._url_start(text)).replace("%2C", ",")),
}
