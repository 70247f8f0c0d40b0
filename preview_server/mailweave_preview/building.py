"""Build what the workbench shows, and keep it as long as everything that it was built from stands."""

from __future__ import annotations

import sys
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import count
from time import perf_counter
from typing import Any, Final, TypeVar

from mailweave.choose import Choice
from mailweave.engine import Engine
from mailweave.errors import MailweaveError, Place, Problem, did_you_mean
from mailweave.folders import PROFILES
from mailweave.marks import without_marks
from mailweave.message import Message
from mailweave.previewer import Shown
from mailweave.profiles import Profile, read_profile
from mailweave.source import Source
from mailweave.what_if import WhatIf
from mailweave.workspace import Workspace
from mailweave.yamlfile import Document, parse
from mailweave.yamlwrite import dump
from mailweave_preview.busy import busy
from mailweave_preview.given import cut
from mailweave_preview.patches import merge
from mailweave_preview.state import State

_MOST: Final = 256
# Bytes of a profile's file.
_LARGEST: Final = 2_000_000
T = TypeVar("T")


@dataclass(frozen=True)
class Built(Shown):
    """What there is to show. `message` is as it is sent, `marked` its HTML with the marks of the slots; `spent` is in seconds. `id` changes
    whenever anything of it may have."""

    id: str = ""
    marked: str = ""
    spent: float = 0.0
    moment: datetime | None = None


class Builder:
    """Builds and keeps; safe to be called by several threads. What takes long keeps only those waiting that want the same."""

    def __init__(self, engine: Engine, last: int = 0) -> None:
        """`last` is the greatest id that messages were given before."""
        self.engine = engine
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[tuple[Any, ...], Built]] = OrderedDict()
        self._building: dict[tuple[str, str], threading.Lock] = {}
        self._ids = count(last + 1)

    def build(self, workspace: Workspace, campaign: str, state: State, at: datetime) -> Built:
        """The message of a campaign in a state; problems, not exceptions, when there is none. `at` (aware) is for a state without one."""
        key = (campaign, replace(state, at=state.at or at).key)
        busy(named(campaign, state.profile))
        with self._lock:
            waiting = self._building.setdefault(key, threading.Lock())
        with waiting:
            stamp = _stamp(workspace, campaign, state)
            built = self._known(key, stamp)
            if built is None:
                built = replace(self._built(workspace, campaign, state, state.at or at), id=str(next(self._ids)))
                self._keep(key, stamp, built)
            return built

    def _known(self, key: tuple[str, str], stamp: tuple[Any, ...]) -> Built | None:
        """What was built of the same parts."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or len(kept[0]) != len(stamp) or any(old is not new for old, new in zip(kept[0], stamp, strict=True)):
                return None
            self._kept.move_to_end(key)
            return kept[1]

    def _keep(self, key: tuple[str, str], stamp: tuple[Any, ...], built: Built) -> None:
        with self._lock:
            self._kept[key] = (stamp, built)
            if len(self._kept) > _MOST:
                old, _ = self._kept.popitem(last=False)
                self._building.pop(old, None)

    def choice(self, workspace: Workspace, campaign: str, state: State, at: datetime) -> Choice:
        """Only the choice.

        Raises:
            MailweaveError: as `Engine.choose`.
        """
        busy(named(campaign, state.profile))
        profile = profile_of(workspace, state)
        return self.engine.choose(workspace, campaign, profile, state.at or at, what_if=_what_if(workspace, state))

    def _built(self, workspace: Workspace, name: str, state: State, at: datetime) -> Built:
        started = perf_counter()
        problems: list[Problem] = []
        campaign = _tried(lambda: workspace.campaign(name), problems)
        profile = _tried(lambda: unchecked(workspace, state), problems)
        _tried(lambda: profile_of(workspace, state), problems)
        shown = Built(workspace, campaign, profile, moment=at)
        if campaign is None or profile is None or problems:
            return replace(shown, problems=tuple(dict.fromkeys(problems)))
        what_if = _tried(lambda: _what_if(workspace, state), problems)
        if what_if is None:
            return replace(shown, problems=tuple(dict.fromkeys(problems)))
        message = _tried(lambda: self.engine.render(workspace, campaign, profile, at, marked=True, what_if=what_if), problems)
        if message is None:
            choice = _tried(lambda: self.engine.choose(workspace, campaign, profile, at, what_if=what_if), [])
            return replace(shown, choice=choice, problems=tuple(problems))
        return _finished(shown, message, perf_counter() - started)


def named(campaign: str, profile: str) -> str:
    """A message in words, for whoever waits for it."""
    return f"the message of '{cut(campaign)}' for '{cut(profile) or 'nobody'}'"


def _finished(shown: Built, message: Message, spent: float) -> Built:
    sent = replace(message, html=without_marks(message.html))
    return replace(shown, choice=message.choice, message=sent, marked=message.html, spent=spent)


def profile_of(workspace: Workspace, state: State) -> Profile:
    """The profile of a state, edits and locale put in.

    Raises:
        MailweaveError: there is none of that name, or its values are wrong.
    """
    profile = unchecked(workspace, state)
    return _checked(profile) if state.edit or state.locale else profile


def unchecked(workspace: Workspace, state: State) -> Profile:
    """The same, but edits that make no sense are in it too, so that they can be corrected.

    Raises:
        MailweaveError: there is no profile of that name, or it is wrong itself.
    """
    base = profile_named(workspace, state.profile) if state.profile else Profile.from_data({}, "nobody")
    edit = {**state.edit, **({"locale": state.locale} if state.locale else {})}
    data, name = merge(base.data, edit), f"{base.name} (edited)"
    return Profile(name, data, Document(Source(name, ""), data, None)) if edit else base


def profile_named(workspace: Workspace, name: str) -> Profile:
    """A preview profile; one that would take minutes to read is refused.

    Raises:
        MailweaveError: as `Workspace.profile`, or it is too large.
    """
    if name in workspace.profile_names() and (workspace.root / PROFILES / f"{name}.yaml").stat().st_size > _LARGEST:
        place = Place(f"{PROFILES}/{name}.yaml")
        raise MailweaveError(
            Problem("the profile is larger than 2 MB", "preview a part of it; runs read audiences in other ways", place, code="too-large")
        )
    return workspace.profile(name)


def _checked(profile: Profile) -> Profile:
    try:
        return Profile.from_data(profile.data, profile.name)
    except MailweaveError:
        # Written out, so that each mistake has a line to be shown at; that takes longer.
        return read_profile(parse(Source(profile.name, dump(dict(profile.data)))), profile.name)


def _what_if(workspace: Workspace, state: State) -> WhatIf:
    known = [*workspace.config.sources, *workspace.registry.providers]
    unknown = [cut(name) for name in state.without if name not in known]
    if unknown:
        remedy = did_you_mean(unknown[0], known)
        raise MailweaveError(Problem(f"there is no source or content '{unknown[0]}' to take away", remedy, code="bad-address"))
    content: dict[str, Any] = {name: [] for name in state.without if name in workspace.registry.providers}
    down = [name for name in state.without if name in workspace.config.sources]
    sources = {name: type(workspace.sources[name])() for name in down if isinstance(workspace.sources[name], list | dict)}
    return WhatIf(state.force, content, sources)


def _stamp(workspace: Workspace, campaign: str, state: State) -> tuple[Any, ...]:
    """Everything that a message is made of and that can change; two messages of the same parts are the same."""
    ignored: list[Problem] = []
    parts: list[Any] = [workspace.registry, _tried(lambda: workspace.campaign(campaign), ignored)]
    parts += [_tried(partial(profile_named, workspace, state.profile), ignored)] if state.profile else []
    parts += [_tried(partial(getattr, workspace, part), ignored) for part in ("catalogue", "sources", "links")]
    # What failed may work after any change.
    return (*parts, *([workspace] if ignored else []))


def _tried(call: Callable[[], T], problems: list[Problem]) -> T | None:
    """What a call gives, or None; its problems are added to the list. A bug of ours or a plugin's is a problem too: the page stays."""
    try:
        return call()
    except MailweaveError as error:
        problems += error.problems
    except Exception as error:  # the previewer outlives whatever fails
        traceback.print_exc(file=sys.stderr)
        remedy = "this is a fault of mailweave; its terminal shows where"
        problems.append(Problem(f"building failed: {type(error).__name__}: {error}", remedy, code="internal"))
    return None
