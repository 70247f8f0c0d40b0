"""What a tag of another platform means, and how the mail's own language writes it.

A meaning is a short text, so that a platform is a table: `customer.first_name` (a value, by its path), `@%Y` (the message's moment, as strftime
writes it), the empty text (nothing: the platform's own bookkeeping) and `!…` (no counterpart; the rest says what to write instead).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Final, NamedTuple, TypeAlias


class Report(NamedTuple):
    """A tag that can't be converted, and what to write instead. `stand_in` takes its place, so that the rest of the mail can still be read."""

    remedy: str
    stand_in: str = ""


# What stands there afterwards, or why it can't.
Outcome: TypeAlias = str | Report

_IMPOSSIBLE: Final = re.compile(r"\W+")


class Clash(ValueError):
    """Two fields of the platform would get the same name here; its text says what to do."""


@dataclass(frozen=True)
class Words:
    """Writes meanings in a template language, `liquid` or `handlebars`. `named`: the field behind each path that was given
    out; `renamed`: the fields, with their paths here, whose names no merge variable can have, and that were not yet told."""

    language: str
    named: dict[str, str] = dataclass_field(default_factory=dict)
    renamed: list[tuple[str, str]] = dataclass_field(default_factory=list)

    @property
    def liquid(self) -> bool:
        """Whether conditions can be written: Handlebars asks only whether there is a value."""
        return self.language != "handlebars"

    def meaning(self, meaning: str, default: str = "") -> Outcome:
        """A meaning in this language; `default` (as markup) stands in where a value is missing."""
        if meaning.startswith("!"):
            return Report(meaning[1:])
        if meaning.startswith("@"):
            return self.moment(meaning[1:])
        return self.value(meaning, default) if meaning else ""

    def value(self, path: str, default: str = "") -> str:
        """A value that is put out."""
        if not default:
            return f"{{{{ {path} }}}}"
        if not self.liquid:
            return f"{{{{#if {path}}}}}{{{{ {path} }}}}{{{{else}}}}{default}{{{{/if}}}}"
        # Markup in a Liquid text would be escaped, and such a text has no escapes of its own.
        if re.search(r'["<&]', default):
            return f"{{% if {filled(path)} %}}{{{{ {path} }}}}{{% else %}}{default}{{% endif %}}"
        return f'{{{{ {path} | default: "{default}" }}}}'

    def moment(self, pattern: str) -> str:
        """The message's moment, written by a strftime pattern."""
        return f'{{{{ at | date: "{pattern}" }}}}' if self.liquid else f'{{{{date at "{pattern}"}}}}'

    def field(self, name: str) -> str:
        """The path of the customer's field that a platform calls `name`; the usual spellings of the commonest ones come to the same.

        Raises:
            Clash: another field has got this path.
        """
        known = usual(name)
        path, written = f"customer.{known or possible(name)}", known or name.strip()
        if self.named.setdefault(path, written) != written:
            raise Clash(f"rename one of the fields `{self.named[path]}` and `{written}`: both would be `{path}`")
        if not known and possible(name) != name:
            self.renamed.append((name, path))
        return path

    def link(self, path: str, text: str) -> str:
        """A link with its text."""
        return f'<a href="{self.value(path)}">{text}</a>'


def filled(path: str) -> str:
    """Liquid's condition that a value is there and no empty text or list; `false` may be blank or not, by Liquid's version."""
    return f"{path} and {path} != blank"


def unfilled(path: str) -> str:
    """The opposite."""
    return f"{path} == blank or {path} == false"


def possible(name: str) -> str:
    """A name that a merge variable can have: what no name may hold becomes `_`.

    Example:
        >>> [possible(name) for name in ("first_name", "Fav Team", "e-mail")]
        ['first_name', 'fav_team', 'e_mail']
    """
    return _IMPOSSIBLE.sub("_", name.strip()).strip("_").lower() or "value" if _IMPOSSIBLE.search(name) else name


def usual(name: str) -> str | None:
    """Our name of one of the commonest fields, however it is spelt."""
    return FIELDS.get(re.sub(r"[\s_-]", "", name.lower()))


# The commonest fields, by their names on other platforms in small letters without blanks, hyphens and underscores.
FIELDS: Final = {
    "fname": "first_name",
    "firstname": "first_name",
    "lname": "last_name",
    "lastname": "last_name",
    "email": "email",
    "emailaddress": "email",
    "emailaddr": "email",
}
