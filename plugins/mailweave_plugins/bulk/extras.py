"""Libraries that only bulk runs need, and that an installation may lack."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from mailweave import MailweaveError, Problem


def library(module: str, extra: str) -> Any:
    """An optional library's module.

    Raises:
        MailweaveError: it isn't installed; the remedy says how to.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        what = f"this needs the library {module.split('.', 1)[0]}, which isn't installed"
        raise MailweaveError(Problem(what, f"run: pip install 'mailweave[{extra}]'", code="no-library")) from error
