from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from mailweave.languages import Scope


@pytest.fixture(scope="session")
def scope_of():
    """Make a scope: 2026-11-23 03:30 UTC, dollars; `translate` gives back what it got."""

    def make(locale="en-US", zone="America/Los_Angeles", translate=lambda key, values: f"{key} {dict(values)}"):
        at = datetime(2026, 11, 23, 3, 30, tzinfo=UTC)
        return Scope(Locale.parse(locale, sep="-"), ZoneInfo(zone), at, "USD", translate, lambda path: f"https://cdn.example/{path}")

    return make
