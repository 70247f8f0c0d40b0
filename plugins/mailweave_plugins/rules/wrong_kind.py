"""The error for a profile's value that is of the wrong kind."""

from __future__ import annotations

from typing import Any

from mailweave import MailweaveError, Problem
from mailweave.validation import shown


def wrong_kind(path: str, value: Any, kind: str, how: str) -> MailweaveError:
    """An error to raise: the profile's value at `path` is no `kind`; `how` goes on after "write it".

    Example:
        >>> print(wrong_kind("segments", "vip", "list", "like `segments: [vip]`"))
        the profile's segments is 'vip', which is no list – write it like `segments: [vip]`
    """
    return MailweaveError(Problem(f"the profile's {path} is {shown(value)}, which is no {kind}", f"write it {how}", code="bad-type"))
