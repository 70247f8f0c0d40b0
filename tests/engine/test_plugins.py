import pytest

from mailweave import hookimpl
from mailweave.errors import MailweaveError
from mailweave.plugins import blame_each, components, manager


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
