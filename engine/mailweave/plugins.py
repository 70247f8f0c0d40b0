"""Find plugins, load them one by one, ask each for its components, and blame the right one when something fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from inspect import isroutine
from types import ModuleType
from typing import Any, Final, TypeVar

import pluggy
from pluggy import HookimplOpts

from mailweave import hookspecs
from mailweave.errors import PASSING, MailweaveError, Problem, did_you_mean
from mailweave.hookspecs import NAME
from mailweave.plugin_filters import attributed
from mailweave.registry import Registry

T = TypeVar("T")


def installed() -> list[tuple[str, Any]]:
    """Every plugin that an installed distribution names in the entry-point group `mailweave`, loaded.

    Raises:
        MailweaveError: plugins that can't be imported, all of them, each with its distribution and version.
    """
    found, problems = [], []
    for point in sorted(entry_points(group=NAME), key=lambda point: point.name):
        try:
            found.append((point.name, point.load()))
        except Exception as error:  # whatever an import raises
            problems.append(_broken(point, error))
    if problems:
        raise MailweaveError(*problems)
    return found


def _broken(point: EntryPoint, error: Exception) -> Problem:
    owner = f"{point.dist.name} {point.dist.version}" if point.dist else "an unknown distribution"
    what = f"the plugin '{point.name}' of {owner} can't be loaded: {type(error).__name__}: {error}"
    return Problem(what, "update or uninstall that distribution", code="plugin-broken")


class _Manager(pluggy.PluginManager):
    """Looks for hooks among a module's functions alone: that is a tenth of its names, and the rest would take longer than all of them."""

    def parse_hookimpl_opts(self, plugin: object, name: str) -> HookimplOpts | None:
        if isinstance(plugin, ModuleType) and not isroutine(vars(plugin).get(name)):
            return None
        return super().parse_hookimpl_opts(plugin, name)


def manager(plugins: Iterable[tuple[str, Any]]) -> pluggy.PluginManager:
    """A plugin manager with these plugins; misspelt hooks and wrong signatures are refused.

    Raises:
        MailweaveError: naming the plugin, the hook and the remedy.
    """
    pm = _Manager(NAME)
    pm.add_hookspecs(hookspecs)
    for name, plugin in plugins:
        _register(pm, name, plugin)
    return pm


def _register(pm: pluggy.PluginManager, name: str, plugin: Any) -> None:
    try:
        pm.register(plugin, name)
    except pluggy.PluginValidationError as error:
        what = f"the plugin '{name}' implements a hook wrongly: {str(error).splitlines()[-1]}"
        raise MailweaveError(Problem(what, "see the hook's signature in docs/plugins.md", code="plugin-hook")) from error
    except ValueError as error:
        raise MailweaveError(Problem(f"the plugin '{name}' is registered twice", "name it once", code="plugin-twice")) from error
    for hook in _misspelt(pm, plugin):
        remedy = did_you_mean(hook, [known for known, caller in vars(pm.hook).items() if caller.has_spec()])
        raise MailweaveError(Problem(f"the plugin '{name}' implements '{hook}', which is no hook", remedy, code="plugin-hook"))


def _misspelt(pm: pluggy.PluginManager, plugin: Any) -> list[str]:
    marked = [name for name in dir(plugin) if pm.parse_hookimpl_opts(plugin, name) is not None]
    return [name for name in marked if not hasattr(pm.hook, name) or not getattr(pm.hook, name).has_spec()]


# Kind of component → (hook, how an instance is made from what the hook returned).
_Make = Callable[[Any, Registry], Any]
_KINDS: Final[Mapping[str, tuple[str, _Make]]] = {
    "filters": ("register_filters", lambda item, registry: item),
    "languages": ("register_languages", lambda item, registry: item(registry.filters)),
    "recommenders": ("register_recommenders", lambda item, registry: item()),
    "compilers": ("register_compilers", lambda item, registry: item()),
    "inliners": ("register_inliners", lambda item, registry: item()),
    "checks": ("register_checks", lambda item, registry: item()),
    "readers": ("register_readers", lambda item, registry: item()),
    "deliverers": ("register_deliverers", lambda item, registry: item()),
    "commands": ("register_commands", lambda item, registry: item),
    "pages": ("register_pages", lambda item, registry: item),
    "panels": ("register_panels", lambda item, registry: item()),
    "connectors": ("register_connectors", lambda item, registry: item),
    "rules": ("register_rules", lambda item, registry: item),
    "providers": ("register_providers", lambda item, registry: item),
}


def components(pm: pluggy.PluginManager) -> Registry:
    """All components of all plugins. Rules, providers and connectors stay classes here: a workspace makes them with its configuration.

    Raises:
        MailweaveError: a hook that fails, or two components of one kind and name; both plugins are named.
    """
    registry = Registry()
    for kind, (hook, make) in _KINDS.items():
        for plugin, name, item in _items(pm, hook):
            _claim(registry, kind, name, plugin)
            into = registry.classes[kind] if kind in registry.classes else getattr(registry, kind)
            made: Any = blame(plugin, hook, partial(make, item, registry))
            if kind == "filters":
                made = attributed(plugin, made)
            into[name] = made
    return registry


def _items(pm: pluggy.PluginManager, hook: str) -> list[tuple[str, str, Any]]:
    found = []
    for implementation in getattr(pm.hook, hook).get_hookimpls():
        plugin = implementation.plugin_name
        result = blame(plugin, hook, implementation.function)
        pairs = result.items() if isinstance(result, Mapping) else [(item.name, item) for item in result or ()]
        found += [(plugin, name, item) for name, item in pairs]
    return sorted(found, key=lambda entry: (entry[1], entry[0]))


def _claim(registry: Registry, kind: str, name: str, plugin: str) -> None:
    other = registry.plugin_of.get((kind, name))
    if other:
        what = f"the plugins '{other}' and '{plugin}' both bring {kind.removesuffix('s')} '{name}'"
        raise MailweaveError(Problem(what, "uninstall one of them", code="plugin-clash"))
    registry.plugin_of[kind, name] = plugin


def blame(plugin: str, doing: str, call: Callable[[], Any]) -> Any:
    """Call a plugin's code; what it raises, but for our own errors, becomes an error that names the plugin.

    Raises:
        MailweaveError: with the plugin's name and the exception.
    """
    try:
        return call()
    except (MailweaveError, *PASSING):
        raise
    except BaseException as error:  # a plugin may raise anything
        raise failed(plugin, doing, error) from error


def blame_each(plugin: str, doing: str, call: Callable[[], Iterable[T]]) -> Iterator[T]:
    """The items that a plugin's code gives, as they are asked for.

    Raises:
        MailweaveError: as `blame` does.
    """
    try:
        yield from call()
    except (MailweaveError, *PASSING):
        raise
    except BaseException as error:  # a plugin may raise anything
        raise failed(plugin, doing, error) from error


def failed(plugin: str, doing: str, error: BaseException) -> MailweaveError:
    """What an exception of a plugin's code is to a person."""
    what = f"the plugin '{plugin}' failed in {doing}: {type(error).__name__}: {error}"
    return MailweaveError(Problem(what, "report it to the plugin's author", code="plugin-failed"))
