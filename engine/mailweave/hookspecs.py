"""Every hook that a plugin may implement.

A plugin is a module (or any object) with functions marked `@mailweave.hookimpl`, named by an entry point of the group `mailweave`. Each hook
below is called once when an `Engine` is made, and returns the components that the plugin adds. Components are known by their `name`; two of
one name are refused, with both plugins named, so the order of plugins never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pluggy

if TYPE_CHECKING:
    import click

    from mailweave.checks import Check
    from mailweave.connectors import Connector
    from mailweave.content import Provider, Recommender
    from mailweave.deliverers import Deliverer
    from mailweave.languages import Filter, Language
    from mailweave.pipeline import Compiler, Inliner
    from mailweave.previewer import Page, Panel
    from mailweave.readers import Reader
    from mailweave.rules import Rule

NAME = "mailweave"
hookspec = pluggy.HookspecMarker(NAME)
hookimpl = pluggy.HookimplMarker(NAME)


@hookspec
def register_rules() -> Iterable[type[Rule[Any]]]:
    """Return rule classes: the kinds of condition that campaigns may use under `when`.

    Example:
        @hookimpl
        def register_rules():
            return [Weather]
    """
    raise NotImplementedError


@hookspec
def register_languages() -> Iterable[type[Language]]:
    """Return template languages. A file's suffix (`hero.hbs.mjml`) or `language:` in a campaign selects one.

    Example:
        @hookimpl
        def register_languages():
            return [Handlebars]
    """
    raise NotImplementedError


@hookspec
def register_filters() -> Mapping[str, Filter]:
    """Return filters by name, usable in every language: `{{ price | money }}` in Liquid, `{{money price}}` in Handlebars.

    A filter gets the scope (locale, time zone, moment, currency), the value and its own arguments. It gives data: text, a number, a boolean, a date,
    a list or an object. It raises ValueError("what is wrong – what to write") for a value that it can't take; anything else is the plugin's fault.

    Example:
        @hookimpl
        def register_filters():
            return {"shout": lambda scope, value: f"{value}!"}
    """
    raise NotImplementedError


@hookspec
def register_providers() -> Iterable[type[Provider[Any]]]:
    """Return providers: content computed for each customer that templates see by the provider's name.

    Example:
        @hookimpl
        def register_providers():
            return [Recommendations]
    """
    raise NotImplementedError


@hookspec
def register_recommenders() -> Iterable[type[Recommender]]:
    """Return strategies for `recommendations`; mailweave.yaml and campaigns name them under `strategies`.

    Example:
        @hookimpl
        def register_recommenders():
            return [AlsoBought]
    """
    raise NotImplementedError


@hookspec
def register_connectors() -> Iterable[type[Connector[Any]]]:
    """Return connectors: the kinds of place that a source's data is fetched from, before any rendering.

    Example:
        @hookimpl
        def register_connectors():
            return [File]
    """
    raise NotImplementedError


@hookspec
def register_compilers() -> Iterable[type[Compiler]]:
    """Return MJML compilers; mailweave.yaml selects one with `compiler:` (default `mrml`).

    Example:
        @hookimpl
        def register_compilers():
            return [Mrml]
    """
    raise NotImplementedError


@hookspec
def register_inliners() -> Iterable[type[Inliner]]:
    """Return inliners; mailweave.yaml selects one with `inliner:` (default `premailer`).

    Example:
        @hookimpl
        def register_inliners():
            return [Premailer]
    """
    raise NotImplementedError


@hookspec
def register_checks() -> Iterable[type[Check]]:
    """Return checks: what `mailweave check` looks for in a workspace, beyond what loading it reports.

    Example:
        @hookimpl
        def register_checks():
            return [ImagesHaveAlt]
    """
    raise NotImplementedError


@hookspec
def register_commands() -> Iterable[click.Command]:
    """Return click commands to put under `mailweave`. Called when the command line starts.

    Example:
        @hookimpl
        def register_commands():
            return [render]
    """
    raise NotImplementedError


@hookspec
def register_readers() -> Iterable[type[Reader]]:
    """Return readers: the kinds of place that the profiles of `mailweave run --profiles SOURCE` come from.

    Example:
        @hookimpl
        def register_readers():
            return [Csv]
    """
    raise NotImplementedError


@hookspec
def register_pages() -> Iterable[Page]:
    """Return pages of the previewer, each a flask Blueprint that is made when the previewer starts.

    Example:
        @hookimpl
        def register_pages():
            return [Page("sizes", "Sizes", make_blueprint)]
    """
    raise NotImplementedError


@hookspec
def register_deliverers() -> Iterable[type[Deliverer]]:
    """Return deliverers: the kinds of place that the messages of `mailweave run --to TARGET` go to.

    Example:
        @hookimpl
        def register_deliverers():
            return [Smtp]
    """
    raise NotImplementedError


@hookspec
def register_panels() -> Iterable[type[Panel]]:
    """Return panels of the previewer's workbench: tabs beside the message, such as Why and Data.

    Example:
        @hookimpl
        def register_panels():
            return [LinksPanel]
    """
    raise NotImplementedError
