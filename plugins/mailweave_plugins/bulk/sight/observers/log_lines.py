"""Events as lines on the terminal: text for people, JSON for machines."""

from __future__ import annotations

import json
import logging
from typing import Any, Final, Literal, TextIO

from mailweave_plugins.bulk.lines import json_text
from mailweave_plugins.bulk.sight.observers.logged import ATTRIBUTE
from mailweave_plugins.bulk.sight.starts import iso

Form = Literal["json", "text"]
# What a line begins with, and what stands in no line twice.
_FIRST: Final = ("time", "level", "event", "message")


class JsonLines(logging.Formatter):
    """One JSON object a line (docs/watching-runs.md): time in RFC 3339 and UTC, level, event, message, and what is known of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        fields = _fields(record)
        first = (iso(record.created), record.levelname.lower(), fields.pop("event", "log"), record.getMessage())
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return json_text({**dict(zip(_FIRST, first, strict=True)), **fields})


class TextLines(logging.Formatter):
    """The same for people: `2026-11-27T03:13:12.123Z WARNING message-deferred part=3 row=612 id=p612 …`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        fields = _fields(record)
        name = fields.pop("event", record.name)
        known = "".join(f" {key}={_word(value)}" for key, value in fields.items())
        return f"{iso(record.created)} {record.levelname} {name}: {record.getMessage()}{';' if known else ''}{known}"


def handler(form: Form, stream: TextIO) -> logging.Handler:
    """A handler that writes an event a line."""
    found = logging.StreamHandler(stream)
    found.setFormatter(JsonLines() if form == "json" else TextLines())
    return found


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    return dict(getattr(record, ATTRIBUTE, {}))


def _word(value: Any) -> str:
    """A value that stands on one line; in quotes where blanks or control characters are in it."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=True)
    return text if text.isprintable() and " " not in text and text else json.dumps(text, ensure_ascii=True)
