"""What a template language is: source text in, a template that can be checked and rendered out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale
from pydantic import BaseModel

from mailweave.errors import Place, Problem
from mailweave.limits import DEFAULT, Limits
from mailweave.partials import NO_PARTIALS, Partials
from mailweave.plugged import Settings
from mailweave.source import Source

if TYPE_CHECKING:
    from mailweave.compiled.emitter import Emitter
    from mailweave.compiled.residue import Scoped, Value

# "markup" escapes each value for where it stands in HTML or MJML; "text" is for one line of plain text (subject, preheader); in "url" the
# whole text is a URL, and values are escaped for their part of it. In the other two a template means exactly what it means outside of mailweave:
# a missing value is nothing, no place is refused, and each value is escaped as the language's own implementation does it for HTML ("html"), or
# not at all ("none").
Escaping = Literal["markup", "text", "url", "html", "none"]
LENIENT: Final = ("html", "none")

Translate = Callable[[str, Mapping[str, Any]], str]


@dataclass(frozen=True)
class Scope:
    """What formatting depends on: locale, time zone, moment (aware, UTC), default currency (ISO 4217), translations and asset base.

    `translate(key, values)` gives the text of a key with its values put in, or raises `LookupError` with the reason. `limits`: the most that one
    rendering may take.
    """

    locale: Locale
    zone: ZoneInfo
    at: datetime
    currency: str
    translate: Translate
    asset: Callable[[str], str] = str
    limits: Limits = DEFAULT


# A filter gets the scope, the piped value and its own arguments. It raises ValueError (with the remedy) for a value it can't take.
Filter = Callable[..., Any]


class Use(NamedTuple):
    """A value that a template reads from outside ("customer.first_name") and where. Names local to a loop or an assignment aren't among them.

    `guarded` is true when the template handles its absence: inside an `if` on it, with a `default` filter, only tested, or looped over
    with an `else`.
    """

    path: str
    place: Place
    guarded: bool = False


class CannotCompile(Exception):
    """A template, or a part of one, that there is no code for; `place` and `why` are for `mailweave check`."""

    def __init__(self, why: str, place: Place | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.place = place


@dataclass(frozen=True)
class Template(ABC):
    """A parsed template.

    `masked` is the text with every tag overlaid by filler of the same length (line breaks kept), so that markup can be checked with true
    positions: tags that give output become a run of `x`, all others blanks. `uses`: what it reads; `messages`: the translation keys it names
    literally, with places; `raw`: where it puts a value in unescaped, on purpose; `warnings`: what its markup has that MJML only warns of.
    """

    source: Source
    masked: str = ""
    uses: tuple[Use, ...] = ()
    messages: tuple[tuple[str, Place], ...] = ()
    raw: tuple[Place, ...] = field(default=())
    warnings: tuple[Problem, ...] = field(default=(), kw_only=True)

    @abstractmethod
    def render(self, data: Mapping[str, Any], scope: Scope) -> str:
        """Fill the template. `data` is plain nested data (dict, list, str, int, float, Decimal, bool, None, date, datetime).

        Raises:
            MailweaveError: with path, line and column of the tag: a missing value that is put out, a value that its place can't hold, a
                filter's complaint.
        """

    def write_code(self, emitter: Emitter, data: Mapping[str, Value], scoped: Scoped) -> None:
        """Write the template down as Python code that does what `render` does; see `mailweave.compiled.emitter`. A language may do without.

        Raises:
            CannotCompile: there is no code for it; `render` fills it then.
        """
        raise CannotCompile("its language has no code", self.source.place(0))


class Language(ABC):
    """A template language.

    `name` is what a campaign's `language` says. `suffix` marks files: ".hbs" in `hero.hbs.mjml`; the default language needs none.
    """

    name: ClassVar[str]
    suffix: ClassVar[str]
    Config: ClassVar[type[BaseModel]] = Settings

    def __init__(self, filters: Mapping[str, Filter]) -> None:
        self.filters = filters

    def configured(self, config: Any) -> Language:
        """The language with a workspace's `plugins: {<name>: …}`, validated by `Config`; itself when it has nothing to configure."""
        return self

    @abstractmethod
    def parse(self, source: Source, escaping: Escaping = "markup", partials: Partials = NO_PARTIALS) -> Template:
        """Parse a template. What it names as a partial is read from `partials` now, so that all that is known of a template (`masked`, `uses`,
        `messages`, `raw`, how each value is escaped) holds for what its partials put in, too.

        Raises:
            MailweaveError: every syntax error that was found, with path, line and column.
        """
