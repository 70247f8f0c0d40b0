"""Filters of plugins: what one gives, and what it fails with, is told with the plugin's name."""

from __future__ import annotations

from functools import wraps
from typing import Any

from mailweave.described import is_data
from mailweave.errors import PASSING, MailweaveError
from mailweave.languages import Filter

_REPORT = "report it to the plugin's author"


def attributed(plugin: str, function: Filter) -> Filter:
    """The filter, for which the plugin answers.

    Called, it raises what `Filter` may raise: ValueError, with the remedy, for a value that the filter can't take; and one that names the plugin
    for a result that is no data, and for any other exception.
    """

    @wraps(function, updated=())
    def filter_(scope: Any, /, *args: Any, **named: Any) -> Any:
        try:
            result = function(scope, *args, **named)
        except (ValueError, MailweaveError, *PASSING):
            raise
        except BaseException as error:  # a plugin may raise anything
            raise ValueError(f"the plugin '{plugin}' failed: {type(error).__name__}: {error} – {_REPORT}") from error
        if not is_data(result):
            raise ValueError(f"the plugin '{plugin}' gave what no template can show (class {type(result).__name__}) – {_REPORT}")
        return result

    return filter_
