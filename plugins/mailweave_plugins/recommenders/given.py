"""The strategy `given`: products picked for the customer elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mailweave import Facts, hookimpl
from mailweave.content import Recommender, Suggestion


class Given(Recommender):
    """The product ids of the profile's `recommendations`, in their order."""

    name = "given"

    def suggest(self, facts: Facts, catalog: Mapping[str, Mapping[str, Any]], history: Iterable[Mapping[str, Any]]) -> Iterator[Suggestion]:
        """The profile's own list."""
        for product in facts.entries("recommendations"):
            yield Suggestion(str(product), "Picked for you")


@hookimpl
def register_recommenders() -> list[type[Recommender]]:
    return [Given]
