"""What a plugin adds to the previewer: pages, and panels beside the message."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from mailweave.campaign import Campaign
from mailweave.choose import Choice
from mailweave.errors import Problem
from mailweave.message import Message
from mailweave.profiles import Profile
from mailweave.workspace import Workspace


class Page(NamedTuple):
    """A page of the previewer.

    `name` begins its URLs (`/<name>`) and `title` stands in the navigation; `order` sorts it there. `blueprint` makes a flask Blueprint when the
    previewer starts, so that nothing of flask is imported before; its views find what is previewed with `mailweave_preview.here()`.
    """

    name: str
    title: str
    blueprint: Callable[[], Any]
    order: int = 100


@dataclass(frozen=True)
class Shown:
    """What the workbench shows. Each part is None when it can't be had; `problems` says why. `slot` is the one that is selected."""

    workspace: Workspace
    campaign: Campaign | None = None
    profile: Profile | None = None
    choice: Choice | None = None
    message: Message | None = None
    problems: tuple[Problem, ...] = ()
    slot: str | None = None


class Panel(ABC):
    """A tab beside the message. `name` is what URLs call it, `title` what people read; `order` sorts the tabs."""

    name: ClassVar[str]
    title: ClassVar[str]
    order: ClassVar[int] = 100

    @abstractmethod
    def body(self, shown: Shown) -> str:
        """HTML for the tab, escaped. It may use the classes of the previewer's style sheet; scripts and inline styles don't run in it."""

    def badge(self, shown: Shown) -> str:
        """A few characters behind the title, such as a count."""
        return ""
