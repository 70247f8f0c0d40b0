"""What a request gives, as plain data: read in one place, and refused with every reason when nobody can mean it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import abort, request

from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave_preview.markup import HALF, printable

# As deep as a workspace's YAML files may be, so that what is saved can be read again.
_DEEPEST: Final = 60
# Characters of a name, and of a value that is shown in a problem.
LONGEST: Final = 200
_SHOWN: Final = 60
# Problems of one request that are told.
_MOST: Final = 20
CUT_SHORT: Final = Problem("what was sent with the request can't be read to its end", "send it again", code="bad-request")
# What a body must be, and how it is called.
_KINDS: Final = {str: "a text", bool: "true or false", list: "a list", dict: "an object"}


class _TwiceError(ValueError):
    """A key that one object has twice."""


class _ConstantError(ValueError):
    """NaN or an infinity, which JSON hasn't."""


# The key of the environ, which no request can set, under which whoever ends processes says what a request failed with.
FAILURE: Final = "mailweave.failure"


def fail() -> None:
    """Answer a request with what it failed with in a process that isn't any more."""
    problem = request.environ.get(FAILURE)
    if problem:
        raise MailweaveError(problem)


def check_address() -> None:
    """Refuse a query that isn't UTF-8, and names in the path that nothing can have. What is %-encoded and isn't UTF-8 stays as it is written."""
    if any(len(part) > LONGEST for part in request.path.split("/")):
        abort(404, f"No name here has more than {LONGEST} characters.")
    try:
        request.query_string.decode()
    except UnicodeDecodeError as error:
        remedy = "copy the address again, or begin at the campaigns"
        raise MailweaveError(Problem("the address isn't UTF-8 text", remedy, code="bad-request")) from error


def cut(text: str, most: int = _SHOWN) -> str:
    """A text of somebody else's as a problem quotes it."""
    return text if len(text) <= most else text[: most - 1] + "…"


def json_object(text: str, what: str, remedy: str, code: str = "bad-request") -> dict[str, Any]:
    """The data of a JSON text; `what` is what problems call it, `remedy` what to do when it is something else than an object.

    Raises:
        MailweaveError: it is no JSON object, or holds what no profile can: a key twice, NaN, half a character, or more than 60 levels.
    """
    try:
        data: Any = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        raise MailweaveError(Problem(*_reason(what, error), code=code)) from error
    problems = [Problem(f"{what} {wrong}", remedy, code=code) for wrong, remedy in oddities(data)]
    if not isinstance(data, dict):
        problems = [Problem(f"{what} must be a JSON object", remedy, code=code)]
    if problems:
        raise MailweaveError(*problems[:_MOST])
    found: dict[str, Any] = data
    return found


def posted(needed: Mapping[str, type], optional: Mapping[str, type] | None = None) -> dict[str, Any]:
    """The JSON object that was sent. Each key of `needed` is in it; those of `optional` that are missing or null aren't.

    Raises:
        MailweaveError: everything that is wrong with it.
    """
    if request.mimetype != "application/json":
        what = f"the request's type is {cut(request.mimetype)!r}" if request.mimetype else "the request has no type"
        remedy = "send JSON, as `Content-Type: application/json`"
        raise MailweaveError(Problem(what, remedy, code="bad-media" if request.mimetype else "bad-request"))
    try:
        text = request.get_data(cache=False).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MailweaveError(Problem("the request isn't UTF-8 text", "send JSON in UTF-8", code="bad-request")) from error
    except OSError as error:
        raise MailweaveError(CUT_SHORT) from error
    data = json_object(text, "the request", f"send {_example(needed)}")
    problems = [Problem(what, remedy, code="bad-request") for what, remedy in _misfits(data, needed, optional or {})]
    if problems:
        raise MailweaveError(*problems[:_MOST])
    return {key: value for key, value in data.items() if value is not None}


def texts(key: str, values: Any) -> list[str]:
    """A list of texts that stands in what was sent. Raises MailweaveError."""
    if isinstance(values, list) and all(isinstance(value, str) for value in values):
        return values
    raise MailweaveError(Problem(f"`{key}` is {cut(json.dumps(values))}", "make it a list of texts", code="bad-request"))


def _misfits(data: Mapping[str, Any], needed: Mapping[str, type], optional: Mapping[str, type]) -> Iterator[tuple[str, str]]:
    known = {**needed, **optional}
    for key in needed.keys() - data.keys():
        yield f"`{key}` is missing", f"send {_example(needed)}"
    for key, value in data.items():
        if key not in known:
            yield f"there is no key '{cut(key)}' here", did_you_mean(key, known)
        elif not isinstance(value, known[key]) and not (value is None and key in optional):
            yield f"`{key}` is {cut(json.dumps(value))}", f"make it {_KINDS[known[key]]}"


def _example(needed: Mapping[str, type]) -> str:
    return "an object with " + ", ".join(f"`{key}` ({_KINDS[kind]})" for key, kind in needed.items())


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(key)
        found[key] = value
    return found


def _constant(name: str) -> Any:
    raise _ConstantError(name)


def _reason(what: str, error: Exception) -> tuple[str, str]:
    """Why a text is no JSON, and the remedy."""
    if isinstance(error, RecursionError):
        return f"{what} is nested more than {_DEEPEST} levels deep", "make it flatter"
    if isinstance(error, json.JSONDecodeError):
        why = f"{error.msg[0].lower()}{error.msg[1:]} (line {error.lineno}, column {error.colno})"
        return f"{what} must be a JSON object: {why}", "check commas, quotes and brackets"
    if isinstance(error, _TwiceError):
        return f"{what} has the key '{cut(printable(str(error)))}' twice", "take one out"
    if isinstance(error, _ConstantError):
        return f"{what} must be a JSON object, which can't hold {error}", "write null"
    return f"{what} has a number of too many digits", "shorten it, or put it in quotes"


def oddities(data: Any) -> Iterator[tuple[str, str]]:
    """What of plain data can't be in a profile, and the remedy. No recursion: whatever is sent may be deep."""
    waiting: list[tuple[Any, int]] = [(data, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > _DEEPEST:
            yield f"is nested more than {_DEEPEST} levels deep", "make it flatter"
            return
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for part in (*value, *value.values())]
        elif isinstance(value, list):
            waiting += [(part, depth + 1) for part in value]
        elif isinstance(value, str) and HALF.search(value):
            yield f"holds half a character, in '{cut(printable(value))}'", "write the whole one; a pair of \\u escapes makes one character"
        elif isinstance(value, float) and not math.isfinite(value):
            yield "holds a number that is too large", "write a smaller one, or put it in quotes"
