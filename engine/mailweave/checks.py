"""What a check is: a workspace in, problems out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from mailweave.errors import Problem

if TYPE_CHECKING:
    from mailweave.workspace import Workspace


class Check(ABC):
    """Something that `mailweave check` looks for. The docstring's first line is what `mailweave plugins` shows."""

    name: ClassVar[str]

    @abstractmethod
    def run(self, workspace: Workspace) -> Iterable[Problem]:
        """Every problem of this kind in a workspace that loaded without errors, each with its place and remedy."""
