"""Translations: `messages/<locale>.yaml` of a workspace or a block."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from babel import Locale, UnknownLocaleError
from markupsafe import Markup, escape

from mailweave.errors import MailweaveError, Place, Problem, did_you_mean
from mailweave.languages import Translate
from mailweave.yamlfile import Document

if TYPE_CHECKING:
    from mailweave.folders import Folders

# CLDR's plural categories (Unicode TR 35, part 3).
CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
COUNT: Final = "count"
MARKUP_SUFFIX: Final = "_html"
_PIECE: Final = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}]*)\}")

Entry = str | Mapping[str, str]


def fallbacks(locale: str, default: str) -> tuple[str, ...]:
    """Where a text is looked for, in order.

    Example:
        >>> fallbacks("de-AT", "en-US")
        ('de-at', 'de', 'en-us', 'en')
    """
    found: dict[str, None] = {}
    for tag in (locale, default):
        parts = _normal(tag).split("-")
        found |= dict.fromkeys("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return tuple(found)


def _normal(tag: str) -> str:
    return tag.replace("_", "-").lower()


@dataclass(frozen=True)
class Catalogue:
    """The texts of one folder: locale (lower case, with hyphens) → dotted key → text, or texts by plural category."""

    texts: Mapping[str, Mapping[str, Entry]] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict, repr=False)

    def find(self, key: str, locale: str) -> Entry | None:
        """The entry of a key in exactly this locale (lower case)."""
        return self.texts.get(locale, {}).get(key)

    def keys(self) -> set[str]:
        """Every key of any locale."""
        return {key for entries in self.texts.values() for key in entries}

    def problems(self) -> list[Problem]:
        """Plural entries without a category that their locale needs, and values that one locale names and another doesn't."""
        return [*self._plurals(), *self._values()]

    def _plurals(self) -> Iterator[Problem]:
        for locale, entries in self.texts.items():
            wanted = Locale.parse(locale, sep="-").plural_form.tags | {"other"}
            for key, entry in entries.items():
                missing = sorted(wanted - set(entry), key=CATEGORIES.index) if isinstance(entry, Mapping) else []
                if missing:
                    what = f"the plural '{key}' has no '{', '.join(missing)}'"
                    yield self._problem(locale, key, what, f"add `{missing[0]}:`; '{locale}' needs it", "plural")

    def _values(self) -> Iterator[Problem]:
        first: dict[str, tuple[str, set[str]]] = {}
        for locale, entries in self.texts.items():
            for key, entry in entries.items():
                named = _named(entry)
                known, names = first.setdefault(key, (locale, named))
                if named != names:
                    what = f"'{key}' names {_listed(named)} here and {_listed(names)} in '{known}'"
                    yield self._problem(locale, key, what, "use the same names in every locale", "translation-values")

    def _problem(self, locale: str, key: str, what: str, remedy: str, code: str) -> Problem:
        document = self.documents.get(locale)
        return document.problem(tuple(key.split(".")), what, remedy, code=code, key=True) if document else Problem(what, remedy, code=code)


def _listed(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "no value"


def _named(entry: Entry) -> set[str]:
    """The values that a text names. A plural form may leave `count` out ("one item")."""
    texts = [entry] if isinstance(entry, str) else list(entry.values())
    names = {found["name"] for text in texts for found in _PIECE.finditer(text) if found["name"] is not None}
    return names if isinstance(entry, str) else names - {COUNT}


def load_catalogue(folder: Path, folders: Folders) -> Catalogue:
    """Read a `messages/` folder; an empty catalogue when there is none.

    Raises:
        MailweaveError: every file that isn't called like a locale, and every text that isn't one.
    """
    texts, documents = {}, {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.y*ml")):
        document = folders.yaml(path)
        locale = _normal(path.stem)
        if not _is_locale(locale):
            place = Place(document.source.path)
            problems.append(Problem(f"'{path.stem}' is no locale", "name the file like en.yaml or de-AT.yaml", place, code="bad-locale"))
            continue
        texts[locale], documents[locale] = dict(_flat(document, (), document.value, problems)), document
    if problems:
        raise MailweaveError(*problems)
    return Catalogue(texts, documents)


def _is_locale(tag: str) -> bool:
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


def _flat(document: Document, loc: tuple[str, ...], value: Any, problems: list[Problem]) -> Iterator[tuple[str, Entry]]:
    """Dotted key → entry of nested mappings. A mapping of plural categories is one entry."""
    if isinstance(value, str) or (isinstance(value, Mapping) and "other" in value and all(isinstance(text, str) for text in value.values())):
        problems += _malformed(document, loc, value)
        yield ".".join(loc), value
    elif isinstance(value, Mapping):
        if set(value) & set(CATEGORIES) and set(value) <= set(CATEGORIES):
            problems.append(document.problem(loc, f"the plural '{'.'.join(loc)}' has no 'other'", "add `other:`", code="plural", key=True))
        for key, inner in value.items():
            yield from _flat(document, (*loc, key), inner, problems)
    else:
        problems.append(document.problem(loc, f"'{'.'.join(loc)}' must be text", "put it in quotes", code="bad-translation"))


def _malformed(document: Document, loc: tuple[str, ...], entry: Entry) -> Iterator[Problem]:
    for category, text in [("", entry)] if isinstance(entry, str) else entry.items():
        at = (*loc, category) if category else loc
        if category and category not in CATEGORIES:
            yield document.problem(at, f"'{category}' is no plural category", did_you_mean(category, CATEGORIES), code="plural", key=True)
        rest = _PIECE.sub(lambda found: "" if found["name"] is None or found["name"].isidentifier() else found[0].replace("{", "{!"), text)
        if "{" in rest or "}" in rest:
            remedy = "write values like {name}, and a brace itself twice: {{"
            yield document.problem(at, "a brace that belongs to no value", remedy, code="bad-translation")


def translator(catalogues: Sequence[Catalogue], locale: str, default: str) -> Translate:
    """How `t` finds a text: each locale of the fallback chain in turn, in each the catalogues in their order.

    A key that ends in `_html` is markup: its text goes out as it is, the values in it escaped.
    The result raises `LookupError` for a key, a value or a count that is missing.
    """
    chain = fallbacks(locale, default)

    def translate(key: str, values: Mapping[str, Any]) -> str:
        for tag in chain:
            for catalogue in catalogues:
                entry = catalogue.find(key, tag)
                if entry is not None:
                    return _filled(key, _form(key, entry, tag, values), values)
        known = {known for catalogue in catalogues for known in catalogue.keys()}  # noqa: SIM118 – a method of ours
        raise LookupError(f"there is no translation '{key}' in {', '.join(chain)} – {_remedy(key, known, chain[0])}")

    return translate


def _remedy(key: str, known: set[str], locale: str) -> str:
    near = did_you_mean(key, known)
    return near if near.startswith("did") else f"add it to messages/{locale.split('-')[0]}.yaml"


def _form(key: str, entry: Entry, tag: str, values: Mapping[str, Any]) -> str:
    if isinstance(entry, str):
        return entry
    count = values.get(COUNT)
    if isinstance(count, bool) or not isinstance(count, int | float):
        raise LookupError(f"the plural '{key}' needs a number as `count` – write `count: n` (Liquid) or `count=n` (Handlebars)")
    return entry.get(Locale.parse(tag, sep="-").plural_form(count), entry["other"])


def _filled(key: str, text: str, values: Mapping[str, Any]) -> str:
    markup = key.endswith(MARKUP_SUFFIX)

    def value(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None:
            return found[0][0]
        if values.get(name) is None:
            raise LookupError(f"the translation '{key}' needs the value '{name}' – write `{name}: …` (Liquid) or `{name}=…` (Handlebars)")
        return str(escape(values[name])) if markup else str(values[name])

    filled = _PIECE.sub(value, text)
    return Markup(filled) if markup else filled
