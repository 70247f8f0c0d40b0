"""`pluralise`: the word that goes with a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mailweave import hookimpl
from mailweave.described import described
from mailweave.errors import did_you_mean
from mailweave.languages import Filter, Scope
from mailweave.numbers import category, need_number

# The plural categories of CLDR (Unicode Technical Standard 35, part 3).
_CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")


def pluralise(scope: Scope, count: Any, *words: Any, **by_category: Any) -> str:
    """Choose a word for a count: of two, for one and for more; or by plural category (`one`, `few`, `other`) in the reader's locale.

    Raises:
        ValueError: the count is no number, or the words aren't such.
    """
    forms = _forms(words, by_category)
    return str(forms.get(category(need_number(count), scope.locale), forms["other"]))


def _forms(words: tuple[Any, ...], by_category: Mapping[str, Any]) -> Mapping[str, Any]:
    if words and (by_category or len(words) != 2):
        raise ValueError("pluralise needs two words – give the one for 1 and the one for more, or name them: one, few, many, other")
    forms = dict(zip(("one", "other"), words, strict=True)) if words else by_category
    for name, word in forms.items():
        if name not in _CATEGORIES:
            raise ValueError(f"'{name}' is no plural category – {did_you_mean(name, _CATEGORIES)}")
        if isinstance(word, bool) or not isinstance(word, str | int):
            raise ValueError(f"{described(word)} is no word – give a text, such as 'day'")
    if "other" not in forms:
        raise ValueError("pluralise has no word for `other` – give two words, or name at least `other`")
    return forms


@hookimpl
def register_filters() -> Mapping[str, Filter]:
    return {"pluralise": pluralise}
