"""Read on in a file that has mistakes, so that all of them are reported at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mailweave.errors import MailweaveError, Problem
from mailweave.validation import validate
from mailweave.yamlfile import Document

M = TypeVar("M", bound=BaseModel)


def salvage(model: type[M], document: Document, stand_ins: Mapping[str, Any]) -> tuple[M | None, list[Problem]]:
    """The model of what is right in a document, and every mistake in the rest of it. `stand_ins` are values for required keys.

    What a mistake stands in is left out whole: one named thing of a mapping (a slot), else the whole key. None when that isn't enough.
    """
    try:
        return validate(model, document), []
    except MailweaveError as error:
        errors = _details(error)
        data = {**stand_ins, **document.value} if isinstance(document.value, dict) else dict(stand_ins)
        return _rest(model, data, stand_ins, errors), list(error.problems)


def _rest(model: type[M], data: dict[str, Any], stand_ins: Mapping[str, Any], errors: Iterable[ErrorDetails]) -> M | None:
    for depth in (2, 1):
        data = _without(data, stand_ins, errors, depth)
        try:
            return model.model_validate(data)
        except ValidationError as error:
            errors = error.errors()
    return None


def _without(data: dict[str, Any], stand_ins: Mapping[str, Any], errors: Iterable[ErrorDetails], depth: int) -> dict[str, Any]:
    kept = {key: dict(value) if isinstance(value, Mapping) else value for key, value in data.items()}
    for error in errors:
        key, *inner = error["loc"] or ("",)
        if depth == 2 and inner and isinstance(kept.get(str(key)), dict):
            kept[str(key)].pop(inner[0], None)
        else:
            kept.pop(str(key), None)
    return {**stand_ins, **kept}


def _details(error: MailweaveError) -> list[ErrorDetails]:
    cause = error.__cause__
    return cause.errors() if isinstance(cause, ValidationError) else []
