from datetime import UTC, datetime
from functools import partial

import pytest

from mailweave import Problem, Settings, hookimpl
from mailweave.content import Provider
from mailweave.errors import MailweaveError, PassingError
from mailweave.facts import Situation
from mailweave.plugin_filters import attributed
from mailweave.plugins import blame, blame_each, components, manager


def plugin(**hooks):
    return type("Plugin", (), {name: staticmethod(hookimpl(function)) for name, function in hooks.items()})()


def load(*plugins):
    return components(manager(plugins))


def test_filters_of_all_plugins_come_together():
    registry = load(("one", plugin(register_filters=lambda: {"a": str})), ("two", plugin(register_filters=lambda: {"b": str})))
    assert list(registry.filters) == ["a", "b"]
    assert registry.plugin_of["filters", "b"] == "two"


def shout():
    return {"shout": str}


def broken():
    raise ZeroDivisionError("division by zero")


@pytest.mark.parametrize(
    ("plugins", "message"),
    [
        ([("one", plugin(register_filters=shout)), ("two", plugin(register_filters=shout))], "the plugins 'one' and 'two' both bring filter 'shout' – uninstall one"),
        ([("one", plugin(register_filter=shout))], "the plugin 'one' implements 'register_filter', which is no hook – did you mean 'register_filters'"),
        ([("one", plugin(register_filters=lambda scope: {}))], "the plugin 'one' implements a hook wrongly: .*scope.* – see the hook's signature in docs/plugins.md"),
        ([("one", plugin(register_filters=broken))], "the plugin 'one' failed in register_filters: ZeroDivisionError: division by zero – report it"),
        ([("one", plugin()), ("one", plugin())], "the plugin 'one' is registered twice – name it once"),
    ],
)
def test_names_the_plugin_that_is_to_blame(plugins, message):
    with pytest.raises(MailweaveError, match=message):
        load(*plugins)


def test_items_are_taken_as_they_are_asked_for_and_blamed():
    def items():
        yield 1
        raise ZeroDivisionError("division by zero")

    found = blame_each("one", "counting", items)
    assert next(found) == 1
    with pytest.raises(MailweaveError, match="the plugin 'one' failed in counting: ZeroDivisionError"):
        next(found)


class Panic(BaseException):
    """As a Rust library raises it: no Exception."""


class Ours(PassingError):
    """Control flow on its way through a plugin."""


@pytest.mark.parametrize(
    ("error", "told"),
    [(Panic("rust"), "Panic: rust"), (SystemExit("bye"), "SystemExit: bye"), (KeyError("a"), "KeyError: 'a'"), (RecursionError("deep"), "RecursionError: deep")],
)
def test_whatever_a_plugin_raises_is_blamed_on_it(error, told):
    def fail(*_args):
        raise error

    with pytest.raises(MailweaveError, match=f"the plugin 'one' failed in greeting: {told}"):
        blame("one", "greeting", fail)
    with pytest.raises(MailweaveError, match=f"the plugin 'one' failed in greeting: {told}"):
        list(blame_each("one", "greeting", fail))
    with pytest.raises(ValueError, match=f"the plugin 'one' failed: {told}"):
        attributed("one", fail)(None, "value")


@pytest.mark.parametrize("error", [Ours(), KeyboardInterrupt(), MailweaveError(Problem("wrong"))], ids=["ours", "ctrl-c", "told"])
def test_what_is_no_mishap_passes_through_a_plugin(error):
    def pass_through(*_args):
        raise error

    for call in (partial(blame, "one", "greeting", pass_through), partial(attributed("one", pass_through), None, "value")):
        with pytest.raises(type(error)):
            call()


def test_a_provider_that_raises_is_named_with_its_plugin():
    class Broken(Provider[Settings]):
        """Fails."""

        name = "broken"

        def provide(self, settings, facts):
            raise SystemExit("bye")

    registry = load(("one", plugin(register_providers=lambda: [Broken]))).configured({})
    situation = Situation({}, datetime(2026, 11, 23, tzinfo=UTC), registry)
    with pytest.raises(MailweaveError, match="the plugin 'one' failed in provider 'broken': SystemExit: bye"):
        situation.content("broken")
