"""Translations: `messages/<locale>.yaml` of a workspace or a block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

from mailweave.described import described
from mailweave.errors import MailweaveError, Place, Problem, did_you_mean
from mailweave.languages import Translate
from mailweave.message_markup import PIECE, filled_markup, markup_problems
from mailweave.numbers import all_digits, category, parse_number
from mailweave.yamlfile import Document

if TYPE_CHECKING:
    from mailweave.folders import Folders

# CLDR's plural categories (Unicode TR 35, part 3).
CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
COUNT: Final = "count"
MARKUP_SUFFIX: Final = "_html"

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
            needed, known = needed_categories(locale), Locale.parse(locale, sep="-").plural_form.tags | {"other"}
            for key, entry in entries.items():
                forms = set(entry) if isinstance(entry, Mapping) else set(needed)
                missing = sorted(needed - forms, key=CATEGORIES.index)
                if missing:
                    what = f"the plural '{key}' has no '{', '.join(missing)}'"
                    yield self._problem(locale, key, what, f"add `{missing[0]}:`; '{locale}' needs it", "plural")
                for name in sorted(forms - known, key=CATEGORIES.index):
                    what = f"the plural '{key}' has '{name}', which no number is in '{locale}'"
                    yield self._problem(locale, key, what, f"remove `{name}:`, and test the count in the template", "plural")

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
    names = {found["name"] for text in texts for found in PIECE.finditer(text) if found["name"] is not None}
    return names if isinstance(entry, str) else names - {COUNT}


@cache
def needed_categories(locale: str) -> frozenset[str]:
    """The plural categories that a locale's texts must have: those of the whole numbers up to 1000, and `other`.

    What only fractions or exact millions ask for (`many` in Czech, in French) may be left to `other`.

    Example:
        >>> sorted(needed_categories("cs")), sorted(needed_categories("pl"))
        (['few', 'one', 'other'], ['few', 'many', 'one', 'other'])
    """
    rule = Locale.parse(locale, sep="-")
    # The rules for whole numbers up to 1000 look at a number, at its last two digits, or at whether it is a thousand (CLDR, plural rules).
    return frozenset(category(Decimal(number), rule) for number in (*range(200), 1000)) | {"other"}


def load_catalogue(folder: Path, folders: Folders) -> Catalogue:
    """Read a `messages/` folder; an empty catalogue when there is none.

    Raises:
        MailweaveError: every file that isn't called like a locale, and every text that isn't one.
    """
    texts: dict[str, Mapping[str, Entry]] = {}
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.y*ml")):
        locale, place = _normal(path.stem), Place(folders.shown(path))
        if not _is_locale(locale):
            problems.append(Problem(f"'{path.stem}' is no locale", "name the file like en.yaml or de-AT.yaml", place, code="bad-locale"))
            continue
        if locale in documents:
            remedy = f"move its texts to {documents[locale].source.path}"
            problems.append(Problem(f"a second file of the locale '{path.stem}'", remedy, place, code="two-files"))
            continue
        try:
            documents[locale] = document = folders.yaml(path)
        except MailweaveError as error:
            problems += error.problems
            continue
        texts[locale] = dict(_flat(document, (), document.value, problems))
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
    for form, text in [("", entry)] if isinstance(entry, str) else entry.items():
        at = (*loc, form) if form else loc
        if form and form not in CATEGORIES:
            yield document.problem(at, f"'{form}' is no plural category", did_you_mean(form, CATEGORIES), code="plural", key=True)
        rest = PIECE.sub(lambda found: "" if found["name"] is None or found["name"].isidentifier() else found[0].replace("{", "{!"), text)
        if "{" in rest or "}" in rest:
            remedy = "write values like {name}, and a brace itself twice: {{"
            yield document.problem(at, "a brace that belongs to no value", remedy, code="bad-translation")
        elif loc[-1].endswith(MARKUP_SUFFIX):
            yield from markup_problems(document.text_source(at))


def translator(catalogues: Sequence[Catalogue], locale: str, default: str) -> Translate:
    """How `t` finds a text: each locale of the fallback chain in turn, in each the catalogues in their order.

    A key that ends in `_html` is markup: its text goes out as it is, each value in it escaped for its place.
    The result raises `LookupError` for a key, a value or a count that is missing.
    """
    chain = fallbacks(locale, default)

    def translate(key: str, values: Mapping[str, Any]) -> str:
        for tag in chain:
            for catalogue in catalogues:
                entry = catalogue.find(key, tag)
                if entry is not None:
                    return _filled(key, _form(key, entry, tag, values), values, _number_locale(tag, locale))
        known = {known for catalogue in catalogues for known in catalogue.keys()}  # noqa: SIM118 – a method of ours
        raise LookupError(f"there is no translation '{key}' in {', '.join(chain)} – {_remedy(key, known, chain[0])}")

    return translate


def _remedy(key: str, known: set[str], locale: str) -> str:
    near = did_you_mean(key, known)
    return near if near.startswith("did") else f"add it to messages/{locale.split('-')[0]}.yaml"


def _form(key: str, entry: Entry, tag: str, values: Mapping[str, Any]) -> str:
    if isinstance(entry, str):
        return entry
    count = parse_number(values.get(COUNT))
    if count is None:
        raise LookupError(f"the plural '{key}' needs a number as `count` – write `count: n` (Liquid) or `count=n` (Handlebars)")
    return entry.get(category(count, Locale.parse(tag, sep="-")), entry["other"])


def _number_locale(tag: str, locale: str) -> Locale:
    """Where numbers get their separators from: the reader's own locale, unless the text fell back to another language."""
    found, wanted = Locale.parse(tag, sep="-"), Locale.parse(_normal(locale), sep="-")
    return wanted if wanted.language == found.language else found


def _filled(key: str, text: str, values: Mapping[str, Any], locale: Locale) -> str:
    def shown(name: str) -> Any:
        return _shown(key, name, values.get(name), locale)

    if key.endswith(MARKUP_SUFFIX):
        try:
            return filled_markup(text, shown)
        except ValueError as error:
            raise LookupError(f"in the translation '{key}', {error}") from error
    return PIECE.sub(lambda found: found[0][0] if found["name"] is None else str(shown(found["name"])), text)


def _shown(key: str, name: str, value: Any, locale: Locale) -> str:
    """A text as it is, a number with the locale's separators."""
    if value is None:
        raise LookupError(f"the translation '{key}' needs the value '{name}' – write `{name}: …` (Liquid) or `{name}=…` (Handlebars)")
    if isinstance(value, str):
        return value
    number = parse_number(value)
    if number is None:
        remedy = "give a text or a number; for a date, use the filter `date` first"
        raise LookupError(f"the translation '{key}' can't show {described(value)} as '{name}' – {remedy}")
    with all_digits():
        return format_decimal(number, locale=locale, decimal_quantization=False)
