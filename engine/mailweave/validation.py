"""Check data against a pydantic model and report every mistake in plain words, at its place."""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, RootModel, ValidationError
from pydantic_core import ErrorDetails

from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.yamlfile import Document

M = TypeVar("M", bound=BaseModel)
_MUST_BE = re.compile(r"(?P<name>(?:(?! must be ).)*+) must be (?P<wanted>.*), not (?P<got>.*)\Z", re.DOTALL)
Loc = tuple[Any, ...]

_WANTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "dict_type": "a mapping (key: value)",
    "model_type": "a mapping (key: value)",
    "model_attributes_type": "a mapping (key: value)",
    "date_from_datetime_parsing": "a date like 2026-11-23",
    "date_parsing": "a date like 2026-11-23",
    "date_type": "a date like 2026-11-23",
    "datetime_parsing": "a date and time like 2026-11-23T10:00:00Z",
    "datetime_from_date_parsing": "a date and time like 2026-11-23T10:00:00Z",
    "time_parsing": "a time like 09:30",
}

# Kind of error → what pydantic calls the bound, and how a person says it.
_BOUNDS = {
    "greater_than": ("gt", "more than"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def validate(model: type[M], document: Document, loc: Loc = (), context: Mapping[str, Any] | None = None, data: Any = None) -> M:
    """The model of what stands in a document at `loc` (or of `data`, reported there).

    Raises:
        MailweaveError: every mistake, each with place and remedy.
    """
    value = document.at(loc) if data is None else data
    try:
        return model.model_validate({} if value is None else value, context=dict(context or {}))
    except ValidationError as error:
        errors = [_if_quoted(model, value, found, context) or found for found in error.errors()]
        raise MailweaveError(*_problems(model, document, loc, errors)) from error


def _if_quoted(model: type[BaseModel], value: Any, error: ErrorDetails, context: Mapping[str, Any] | None) -> ErrorDetails | None:
    """What would be wrong with a number in quotes where text must stand: to say "put it in quotes" would be no remedy then."""
    if error["type"] != "string_type" or not isinstance(error["input"], int | float):
        return None
    try:
        model.model_validate(_quoted(value, error["loc"]), context=dict(context or {}))
    except ValidationError as again:
        return next((found for found in again.errors() if found["loc"] == error["loc"] and found["type"] == "value_error"), None)
    return None


def _quoted(value: Any, loc: Loc) -> Any:
    """A value with the number at a place in it as text. Pydantic's paths hold names of types too, which no file has."""
    if isinstance(value, int | float):
        return str(value)
    if not loc:
        return value
    if isinstance(value, Mapping) and loc[0] in value:
        return {**value, loc[0]: _quoted(value[loc[0]], loc[1:])}
    if isinstance(value, list) and isinstance(loc[0], int) and loc[0] < len(value):
        return [*value[: loc[0]], _quoted(value[loc[0]], loc[1:]), *value[loc[0] + 1 :]]
    return _quoted(value, loc[1:])


def _problems(model: type[BaseModel], document: Document, loc: Loc, errors: Iterable[ErrorDetails]) -> list[Problem]:
    """One problem a place: the branches of a union that failed there are joined with "or"."""
    found: dict[Any, Problem] = {}
    for error in errors:
        if error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]:
            continue  # Pydantic doesn't count entries that are wrong themselves; those are reported.
        problem = _problem(model, document, loc, error)
        key = (problem.place, problem.code)
        known = found.get(key)
        if known is None:
            found[key] = problem
        elif problem.code == "missing-key":
            found[key, problem.what] = problem
        elif problem.what not in known.what:
            found[key] = replace(known, what=_either(known.what, problem.what))
    # A misspelt key comes before the key that is missing because of it.
    return sorted(found.values(), key=lambda problem: (problem.place or (), problem.code != "unknown-key"))


def _either(one: str, other: str) -> str:
    """Two complaints about one value as one: "must be true or false, or a whole number, not 'x'"."""
    first, second = _MUST_BE.match(one), _MUST_BE.match(other)
    if first and second and first["got"] == second["got"]:
        return f"{first['name']} must be {first['wanted']}, or {second['wanted']}, not {first['got']}"
    return f"{one}, or {other}"


def _problem(model: type[BaseModel], document: Document, loc: Loc, error: ErrorDetails) -> Problem:
    kind, path = error["type"], (*loc, *error["loc"])
    if kind == "extra_forbidden":
        remedy = did_you_mean(path[-1], fields_at(model, error["loc"][:-1]))
        return document.problem(path, f"unknown key '{path[-1]}'", remedy, code="unknown-key", key=True)
    if kind == "missing":
        return document.problem(path[:-1], f"'{path[-1]}' is missing", "add it", code="missing-key", key=True)
    return document.problem(path, *_words(error, _name(document, path)), code="bad-value")


def _name(document: Document, path: Loc) -> str:
    """What a person calls the value: its last key. Pydantic's paths hold names of types too, which no file has."""
    name, value = "this", document.value
    for part in path:
        if isinstance(value, Mapping) and part in value:
            name, value = f"'{part}'", value[part]
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            name, value = f"entry {part + 1} of {name}", value[part]
    return name


def _words(error: ErrorDetails, name: str) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    got = shown(error.get("input"))
    if kind in _WANTED:
        wanted = _WANTED[kind]
        quotable = kind == "string_type" and isinstance(error["input"], int | float)
        remedy = f'put it in quotes: "{error["input"]}"' if quotable else f"write {wanted}"
        return f"{name} must be {wanted}, not {got}", remedy
    if kind in ("literal_error", "enum"):
        options = [option.strip("' ") for option in str(context["expected"]).replace(" or ", ", ").split(",")]
        return f"{name} can't be {got}", did_you_mean(error.get("input"), options)
    if kind == "value_error":
        what, _, remedy = str(context["error"]).partition(" – ")
        return what, remedy
    if kind in _BOUNDS:
        bound, words = _BOUNDS[kind]
        return f"{name} can't be {got}", f"it must be {words} {context[bound]}"
    if kind == "too_short":
        return f"{name} is empty" if context["min_length"] == 1 else f"{name} has too few entries", "give at least " + str(context["min_length"])
    return f"{name} is {got}: {error['msg'][0].lower()}{error['msg'][1:]}", ""


def shown(value: Any) -> str:
    """A value as an error message names it: short, and in the file's own words."""
    if value is None:
        return "empty"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…'"


def fields_at(model: Any, loc: Loc) -> list[str]:
    """The keys that a model takes at a path inside it."""
    kinds = _models(model)
    for part in loc:
        kinds = [inner for kind in kinds for inner in _inside(kind, part)]
    return [name for kind in kinds if _is_model(kind) for name in _keys(kind)]


def _keys(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _inside(kind: Any, part: Any) -> list[Any]:
    if _is_model(kind):
        for name, field in kind.model_fields.items():
            if part in (name, field.alias):
                return _models(field.annotation)
        return [kind] if part == kind.__name__ else []
    arguments = get_args(kind)
    return _models(arguments[-1]) if arguments else []


def _models(kind: Any) -> list[Any]:
    """A type's alternatives: unions opened, annotations and root models taken off."""
    if get_origin(kind) in (Union, types.UnionType):
        return [inner for argument in get_args(kind) for inner in _models(argument)]
    if get_origin(kind) is Annotated:
        return _models(get_args(kind)[0])
    if _is_model(kind) and issubclass(kind, RootModel):
        return _models(kind.model_fields["root"].annotation)
    return [kind]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
