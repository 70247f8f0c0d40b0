"""From a campaign, a profile and a moment to a finished message: the reference meaning of a message, which `mailweave.compiled` keeps to.

Choose, fill, compose, compile, inline.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, Final, NamedTuple

from babel import Locale

from mailweave.assets import asset_url, with_assets
from mailweave.blocks import Block
from mailweave.bounds import check_html, check_length, check_mjml, stopped
from mailweave.campaign import Campaign, Entry
from mailweave.choose import Choice, choose
from mailweave.compose import Composed, Filled, compose, fill
from mailweave.data import template_data, with_fallbacks
from mailweave.declarations import Variable
from mailweave.errors import MailweaveError, Problem
from mailweave.facts import Facts, Situation
from mailweave.headers import merged
from mailweave.languages import Scope, Template
from mailweave.message import Message
from mailweave.pipeline import Inlining, LimitError, StageError, inlining_of
from mailweave.plugins import blame
from mailweave.preheader import with_lang, with_preheader, with_title
from mailweave.profiles import Profile, filled_in
from mailweave.registry import pick
from mailweave.textpart import text_of
from mailweave.translations import translator
from mailweave.what_if import ACTUAL, WhatIf
from mailweave.workspace import Workspace
from mailweave.zones import zone

# The link that becomes the header List-Unsubscribe.
UNSUBSCRIBE: Final = "unsubscribe"
# Subject, preheader and the customer's name are headers, or stand beside one in an inbox.
_LONGEST_LINE: Final = 5_000
_NAMES: Final = ("first_name", "last_name")


def situation_of(workspace: Workspace, campaign: Campaign, profile: Profile, at: datetime, what_if: WhatIf = ACTUAL) -> Situation:
    """All that the message may depend on, as it is or as `what_if` supposes it.

    Raises:
        ValueError: `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("`at` must be an aware datetime; give it a time zone")
    situation = Situation(
        profile=filled_in(profile),
        at=at.astimezone(UTC),
        registry=workspace.registry,
        sources={**workspace.sources, **what_if.sources} if what_if.sources else workspace.sources,
        locale=workspace.config.locale,
        timezone=workspace.config.timezone,
        content_settings=campaign.content,
    )
    return situation.with_content(what_if.content) if what_if.content else situation


def render(
    workspace: Workspace,
    campaign: Campaign,
    profile: Profile,
    at: datetime,
    *,
    asset_base: str | None = None,
    marked: bool = False,
    what_if: WhatIf = ACTUAL,
) -> Message:
    """The message of a campaign for a profile at a moment (aware). `asset_base` replaces the workspace's `assets`; `marked` leaves marks in its
    HTML that say which slot each part came from; `what_if` supposes something else than is.

    Raises:
        MailweaveError: the message can't be built; every reason that was found, with its place.
    """
    situation = situation_of(workspace, campaign, profile, at, what_if)
    base = workspace.config.assets if asset_base is None else asset_base
    return Rendering(workspace, campaign, profile, situation, base, marked, what_if.forced).message()


@dataclass(frozen=True)
class Chosen:
    """What was decided of a message before it is filled: by slot the entry, the locale and the asset base."""

    workspace: Workspace
    campaign: Campaign
    entries: Mapping[str, Entry]
    locale: str
    asset_base: str

    @cached_property
    def templates(self) -> list[Template]:
        """Every template that this message fills."""
        entries = [entry for entry in self.entries.values() if entry.block and entry.variant]
        chosen = [entry.block.variant(entry.variant).template for entry in entries if entry.block and entry.variant]
        heads = [entry.block.head.template for entry in entries if entry.block and entry.block.head]
        parameters = [template for entry in entries for template in entry.parameters.templates()]
        texts = [self.campaign.subject, self.campaign.layout.template, *([self.campaign.preheader] if self.campaign.preheader else [])]
        return [*texts, *self.headers.values(), *parameters, *chosen, *heads]

    @cached_property
    def headers(self) -> dict[str, Template]:
        """The message's own headers, by name."""
        return merged(self.workspace.headers, self.campaign.headers)

    @cached_property
    def warnings(self) -> list[Problem]:
        """What the markup of these templates has that MJML only warns of."""
        return list(dict.fromkeys(warning for template in self.templates for warning in template.warnings))

    @cached_property
    def links_used(self) -> set[str]:
        """The links that a template of this message names; a link that isn't named needn't be fillable."""
        paths = [use.path.split(".") for template in self.templates for use in template.uses]
        named = {part for path in paths if path[0] == "links" for part in (path[1:2] or self.workspace.links)}
        return named & set(self.workspace.links)


@dataclass(frozen=True)
class Rendering:
    """One message under way. Each stage is a property, computed once, from the ones above it; `message` is the last."""

    workspace: Workspace
    campaign: Campaign
    profile: Profile
    situation: Situation
    asset_base: str
    marked: bool = False
    forced: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def choice(self) -> Choice:
        return choose(self.campaign, self.situation, self.forced)

    @cached_property
    def locale(self) -> str:
        return Facts(self.situation).locale

    @cached_property
    def chosen(self) -> Chosen:
        return Chosen(self.workspace, self.campaign, {name: slot.entry for name, slot in self.choice.items()}, self.locale, self.asset_base)

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the campaign's own texts and the layout see; blocks see their own `block` and fallbacks besides."""
        data = template_data(self.workspace, self.campaign, self.situation, self.chosen.templates)
        seen = self.with_fallbacks(data, self.campaign.variables, f"campaign '{self.campaign.name}'")
        return {**data, "links": {name: self.workspace.links[name].render(seen, self.scope) for name in sorted(self.chosen.links_used)}}

    @cached_property
    def campaign_data(self) -> dict[str, Any]:
        return self.with_fallbacks(self.data, self.campaign.variables, f"campaign '{self.campaign.name}'")

    def with_fallbacks(self, data: Mapping[str, Any], variables: Mapping[str, Variable], used_by: str) -> dict[str, Any]:
        return with_fallbacks(data, variables, self.profile, used_by)

    @cached_property
    def scope(self) -> Scope:
        return self.scope_of(None)

    def scope_of(self, block: Block | None) -> Scope:
        catalogues = [*([block.catalogue] if block else []), self.workspace.catalogue]
        profile, config = self.situation.profile, self.workspace.config
        return Scope(
            locale=Locale.parse(self.locale.replace("_", "-"), sep="-"),
            zone=zone(profile.get("timezone", config.timezone)),
            at=self.situation.at,
            currency=config.currency,
            translate=translator(catalogues, self.locale, config.locale),
            asset=partial(asset_url, self.asset_base),
            limits=config.limits,
        )

    def filled(self) -> list[Filled]:
        """Every slot that has a block, filled; the problems of all of them at once."""
        chosen = [(name, slot.entry) for name, slot in self.choice.items() if slot.entry.block and slot.entry.variant]
        return together([partial(self.fill_slot, name, entry) for name, entry in chosen])

    def fill_slot(self, name: str, entry: Entry) -> Filled:
        block, variant = entry.block, entry.variant
        assert block is not None
        assert variant is not None
        parameters = entry.parameters.fill(self.campaign_data, self.scope)
        data = {**self.data, "block": {key: value for key, value in parameters.items() if value is not None}}
        data = self.with_fallbacks(data, {**self.workspace.config.variables, **block.variables}, f"block '{block.name}'")
        scope = self.scope_of(block)
        return fill(name, block, block.variant(variant), lambda template: template.render(data, scope))

    def text(self, template: Template | None) -> str:
        """One of the campaign's own texts, or the layout, filled."""
        return template.render(self.campaign_data, self.scope) if template else ""

    @cached_property
    def parts(self) -> tuple[str, str, str]:
        """Subject, preheader, and the document without the preheader."""
        campaign = self.campaign
        templates = (campaign.subject, campaign.preheader, campaign.layout.template)
        texts = [partial(self.text, template) for template in templates]
        (subject, preheader, layout), filled = together([partial(together, texts), self.filled])
        composed = compose(campaign.layout, layout, filled, marked=self.marked)
        html = finish(self.workspace, composed, partial(with_assets, base=self.asset_base))
        return subject, preheader, with_title(with_lang(html, self.locale), subject)

    def inlining(self) -> Inlining:
        """Which inliner takes this message, and why."""
        layout, filled = together([partial(self.text, self.campaign.layout.template), self.filled])
        return inlining(self.workspace, compiled(self.workspace, compose(self.campaign.layout, layout, filled)))

    def message(self) -> Message:
        """The finished message."""
        subject, preheader, html = self.parts
        unsubscribe = self.text(self.workspace.links.get(UNSUBSCRIBE))
        headers = tuple(together([partial(self.text, template) for template in self.chosen.headers.values()]))
        whole = with_preheader(html, preheader) if preheader else html
        return message_of(self, Texts(subject, preheader, whole, text_of(html), unsubscribe, headers))


def warnings_of(workspace: Workspace, message: Message) -> list[Problem]:
    """What the markup of a message's templates has that MJML only warns of."""
    entries = {name: slot.entry for name, slot in message.choice.items()}
    return Chosen(workspace, workspace.campaign(message.campaign), entries, message.locale, "").warnings


class Texts(NamedTuple):
    """The texts of a message: `text` is the text part, `unsubscribe` a URL or empty, `headers` the values of its own headers in their order."""

    subject: str
    preheader: str
    html: str
    text: str
    unsubscribe: str
    headers: tuple[str, ...]


def message_of(rendering: Rendering, texts: Texts) -> Message:
    """A message from its texts. A header whose value is blank is left out."""
    data = rendering.situation.profile
    headers = tuple((name, value.strip()) for name, value in zip(rendering.chosen.headers, texts.headers, strict=True) if value.strip())
    check_length(max(len(texts.html), len(texts.text)), rendering.workspace.config.limits)
    to_name = " ".join([str(data[key]) for key in _NAMES if key in data])
    lines = {"the subject": texts.subject, "the preheader": texts.preheader, "the customer's name": to_name}
    _check_lines(lines | {f"the header {name}": value for name, value in headers})
    return Message(
        campaign=rendering.campaign.name,
        profile=rendering.profile.name,
        at=rendering.situation.at,
        locale=rendering.locale,
        subject=texts.subject,
        preheader=texts.preheader,
        html=texts.html,
        text=texts.text,
        choice=rendering.choice,
        sender=rendering.campaign.sender or rendering.workspace.config.sender,
        to_email=data.get("email"),
        to_name=to_name,
        unsubscribe=texts.unsubscribe or None,
        headers=headers,
        attachments=rendering.campaign.attachments,
        embedded=tuple((asset_url(rendering.asset_base, picture.path), picture) for picture in rendering.campaign.embed),
    )


def _check_lines(lines: Mapping[str, str]) -> None:
    """Refuse lines that no inbox shows and no server takes. Raises MailweaveError with each."""
    long = {name: len(line) for name, line in lines.items() if len(line) > _LONGEST_LINE}
    if long:
        remedy = f"shorten it to {_LONGEST_LINE:,}, for instance with `truncate`"
        raise MailweaveError(*(Problem(f"{name} has {length:,} characters", remedy, code="limit") for name, length in long.items()))


def together(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each call gives, or the problems of all of them at once."""
    done: list[Any] = []
    problems: list[Problem] = []
    for call in calls:
        try:
            done.append(call())
        except MailweaveError as error:
            problems += error.problems
    if problems:
        raise MailweaveError(*dict.fromkeys(problems))
    return done


def finish(workspace: Workspace, composed: Composed, resolve: Callable[[str], str]) -> str:
    """Compile a composed document, resolve its assets, and inline it.

    Raises:
        MailweaveError: a stage can't take it.
    """
    html = compiled(workspace, composed)
    check_html(html, workspace.config.limits, composed.parts)
    name = inlining(workspace, html).name
    call = partial(workspace.registry.inliners[name].inline, resolve(html))
    return str(_stage("inliners", name, workspace, call, composed))


def compiled(workspace: Workspace, composed: Composed) -> str:
    """A composed document as HTML, not inlined. Raises MailweaveError as `finish` does."""
    if composed.markup != "mjml":
        return composed.text
    check_mjml(composed.text, composed.raw, workspace.config.limits, composed.parts)
    compiler = pick(workspace.registry.compilers, workspace.config.compiler, "compiler")
    return composed.restore(_stage("compilers", compiler.name, workspace, partial(compiler.compile, composed.text), composed))


def inlining(workspace: Workspace, html: str) -> Inlining:
    """Which inliner takes a compiled document, and why."""
    wanted = pick(workspace.registry.inliners, workspace.config.inliner, "inliner").name
    plugin = workspace.registry.plugin_of.get(("inliners", wanted), wanted)
    found: Inlining = blame(plugin, "inliners", partial(inlining_of, workspace.registry.inliners, wanted, html))
    return found


def _stage(kind: str, name: str, workspace: Workspace, call: Any, composed: Composed) -> Any:
    plugin = workspace.registry.plugin_of.get((kind, name), name)
    try:
        return blame(plugin, kind, partial(_placed, call, composed))
    except StageError as error:
        raise MailweaveError(Problem(error.what, "", code="stage")) from error


def _placed(call: Any, composed: Composed) -> Any:
    """A stage's complaint, placed in the file that filled the part it complains about."""
    try:
        return call()
    except LimitError as error:
        raise MailweaveError(stopped(error.what, composed.parts)) from error
    except StageError as error:
        raise MailweaveError(Problem(error.what, "look at the markup of this file", composed.place(error.offset), code="markup")) from error
