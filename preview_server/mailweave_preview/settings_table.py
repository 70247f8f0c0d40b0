"""A component's settings as a table, from its pydantic model."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

# Settings within settings within settings are told to this depth.
_DEEPEST: Final = 3
_NOTHING: Final = object()
# Spans of time, as pydantic writes them: whole days, or none.
_SPAN: Final = re.compile(r"P(?:(\d+)D|T0S)\Z")


@dataclass(frozen=True)
class Setting:
    """One key: its dotted path (empty: the whole value), what kind of value it takes, its default in words, and what it is for."""

    path: str
    kind: str
    default: str
    description: str


def settings_of(model: type[BaseModel]) -> list[Setting]:
    """Every key of a model, those of models within it below it. A model that pydantic can't describe gives its keys only."""
    try:
        schema = model.model_json_schema()
    except Exception:  # a plugin's types may have no JSON schema, each for its own reason
        return [Setting(field.alias or name, "any", "", field.description or "") for name, field in model.model_fields.items()]
    defs = schema.get("$defs", {})
    if "properties" not in schema and schema.get("type") != "object":
        return [Setting("", _kind(schema, defs), "", str(schema.get("description", "")))]
    return list(_rows(schema, defs, ""))


def _rows(schema: Mapping[str, Any], defs: Mapping[str, Any], before: str) -> Iterator[Setting]:
    needed = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        target = _target(one, defs)
        description = str(one.get("description") or (target or {}).get("description") or "")
        default = "needed" if name in needed else _default(one.get("default", _NOTHING))
        yield Setting(f"{before}{name}", _kind(one, defs), default, " ".join(description.split()))
        if target and before.count(".") < _DEEPEST - 1:
            yield from _rows(target, defs, f"{before}{name}.")
    extra = schema.get("additionalProperties")
    if isinstance(extra, Mapping) and extra:
        target = _target(extra, defs)
        yield Setting(f"{before}<name>", _kind(extra, defs), "", " ".join(str((target or {}).get("description", "")).split()))
        if target and before.count(".") < _DEEPEST - 1:
            yield from _rows(target, defs, f"{before}<name>.")


def _target(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The model that a key holds, if it holds one."""
    for one in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        found = defs.get(str(one.get("$ref", "")).rpartition("/")[2])
        if found and found.get("properties"):
            return dict(found)
    return None


def _default(value: Any) -> str:
    span = _SPAN.match(value) if isinstance(value, str) else None
    if span:
        return f"{span[1]} days" if span[1] else "0 days"
    return "" if value is _NOTHING or value is None or value in ([], {}, "") else json.dumps(value, ensure_ascii=False)


def _kind(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> str:
    """A kind of value in words: "number or list of text"."""
    some = schema.get("anyOf") or schema.get("oneOf")
    if some:
        return " or ".join(dict.fromkeys(kind for one in some if (kind := _kind(one, defs)) != "null"))
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        found = defs.get(name, {})
        return "mapping" if found.get("properties") else _kind(found, defs)
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        items = schema.get("items")
        if isinstance(items, Mapping) and items:
            return f"{'some of' if 'enum' in items else 'list of'} {_kind(items, defs)}"
        return "text" if "prefixItems" in schema else "list"
    formats = {"duration": "span of time", "date": "day", "date-time": "moment"}
    words = {"string": "text", "integer": "whole number", "boolean": "true or false", "object": "mapping"}
    return formats.get(str(schema.get("format"))) or words.get(str(schema.get("type")), str(schema.get("type", "any")))
