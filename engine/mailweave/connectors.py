"""Connected content: data that is fetched before rendering, never during it."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from mailweave.plugged import Plugged

S = TypeVar("S", bound=BaseModel)


class Connector(Plugged, Generic[S]):
    """A kind of place that data comes from: `sources: {products: {<name>: <Settings>}}` in mailweave.yaml."""

    @abstractmethod
    def load(self, settings: S, root: Path) -> Any:
        """The data, as plain lists and mappings. `root` is the workspace's folder.

        Raises:
            MailweaveError: with the place in the data where there is one.
        """
