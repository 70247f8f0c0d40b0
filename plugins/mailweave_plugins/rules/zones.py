"""Time zones around the globe."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from mailweave.zones import zone

# One place for each offset from UTC that clocks on earth have, from the first to the last to see a new day. In the last zone only ships are.
ZONES: Final = (
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Auckland",
    "Asia/Kamchatka",
    "Pacific/Noumea",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Darwin",
    "Asia/Tokyo",
    "Australia/Eucla",
    "Asia/Shanghai",
    "Asia/Bangkok",
    "Asia/Yangon",
    "Asia/Dhaka",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Tashkent",
    "Asia/Kabul",
    "Asia/Dubai",
    "Asia/Tehran",
    "Europe/Istanbul",
    "Europe/Athens",
    "Europe/Berlin",
    "Europe/London",
    "UTC",
    "Atlantic/Azores",
    "Atlantic/Cape_Verde",
    "America/Noronha",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Halifax",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Marquesas",
    "America/Adak",
    "Pacific/Honolulu",
    "Pacific/Pago_Pago",
    "Etc/GMT+12",
)


def clocks(at: datetime) -> tuple[str, ...]:
    """One time zone for each different time that clocks on earth show at a moment."""
    return tuple({at.astimezone(zone(name)).replace(tzinfo=None): name for name in reversed(ZONES)}.values())[::-1]
