"""The check `messages`: translation keys that templates name and no file has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from mailweave.checks import Check
from mailweave.errors import Place, Problem, as_warning, did_you_mean
from mailweave.hookspecs import hookimpl
from mailweave.translations import Catalogue, fallbacks
from mailweave.workspace import Workspace
from mailweave_plugins.checks.texts import Text, texts


class Messages(Check):
    """Every translation key that a template names has a text, in the default locale and in each locale there is a file for."""

    name = "messages"

    def run(self, workspace: Workspace) -> Iterator[Problem]:
        """An error where a customer may meet a missing text, a warning where one meets the default locale's."""
        for text in texts(workspace):
            catalogues = [*([text.block.catalogue] if text.block else []), workspace.catalogue]
            for key, place in text.template.messages:
                yield from _missing(key, place, text, catalogues, workspace.config.locale)


def _missing(key: str, place: Place, text: Text, catalogues: Sequence[Catalogue], default: str) -> Iterator[Problem]:
    source = text.template.source
    if not _has(key, fallbacks(default, default), catalogues):
        known = {known for catalogue in catalogues for known in catalogue.keys()}  # noqa: SIM118 – a method of ours
        what = f"there is no translation '{key}' in the default locale, {default}"
        near = did_you_mean(key, known)
        remedy = near if near.startswith("did") else f"add it to messages/{fallbacks(default, default)[-1]}.yaml"
        yield source.problem(source.offset_of(place), what, remedy, code="missing-translation", length=len(key) + 2)
        return
    for locale in sorted({locale for catalogue in catalogues for locale in catalogue.texts}):
        own = fallbacks(locale, locale)
        if not _has(key, own, catalogues):
            what, remedy = f"'{key}' has no text in '{locale}'; '{default}' stands in", f"add it to messages/{own[-1]}.yaml"
            yield as_warning(source.problem(source.offset_of(place), what, remedy, code="untranslated", length=len(key) + 2))


def _has(key: str, locales: Iterable[str], catalogues: Sequence[Catalogue]) -> bool:
    return any(catalogue.find(key, locale) is not None for locale in locales for catalogue in catalogues)


@hookimpl
def register_checks() -> Iterable[type[Check]]:
    return [Messages]
