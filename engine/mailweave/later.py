"""Modules that libraries import for what is hardly ever asked of them."""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from threading import RLock
from types import ModuleType
from typing import Any, Final

# Whoever asks for something in a module that another thread is just loading waits for it.
_LOADING: Final = RLock()


def load_later(name: str) -> None:
    """Let a module be loaded when something in it is first asked for, not when it is imported.

    One that is loaded already, or isn't installed, is left alone. Python's own `LazyLoader` doesn't do: an `import` alone makes it load.
    """
    spec = None if name in sys.modules else find_spec(name)
    if spec and spec.loader:
        module = module_from_spec(spec)
        module.__class__ = _Later
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)


class _Later(ModuleType):
    """A module that wasn't run yet."""

    def __getattr__(self, attribute: str) -> Any:
        with _LOADING:
            # While it runs, what it looks for in itself and isn't there yet is missing, as in any module.
            if self.__class__ is _Later and "_runs" not in self.__dict__:
                self.__dict__["_runs"] = True
                _run(self)
            try:
                return self.__dict__[attribute]
            except KeyError:
                raise AttributeError(f"module '{self.__name__}' has no attribute '{attribute}'") from None


def _run(module: ModuleType) -> None:
    try:
        assert module.__spec__
        assert module.__spec__.loader
        module.__spec__.loader.exec_module(module)
        module.__class__ = ModuleType
    finally:
        del module.__dict__["_runs"]
