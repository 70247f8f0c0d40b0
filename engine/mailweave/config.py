"""mailweave.yaml: what holds for a whole workspace."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from pydantic import AfterValidator, Field, field_validator

from mailweave.addresses import ascii_address
from mailweave.declarations import Variables
from mailweave.errors import MailweaveError, did_you_mean
from mailweave.headers import HeaderTexts
from mailweave.limits import DEFAULT, Limits
from mailweave.plugged import Name, NeededName, Settings
from mailweave.shot_settings import ShotSettings
from mailweave.verp import TOKEN, filled
from mailweave.zones import zone

FILE_NAME = "mailweave.yaml"

_LONGEST_LOCAL: Final = 64  # RFC 5321 4.5.3.1.1

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]+\Z")


def check_locale(tag: str) -> str:
    """A BCP 47 tag that Babel knows ("de-AT"). Raises ValueError."""
    try:
        Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f"'{tag}' is no locale – write a language and perhaps a country, like en-US or de") from error
    return tag


def check_zone(name: str) -> str:
    """An IANA time zone. Raises ValueError."""
    zone(name)
    return name


def check_currency(code: str) -> str:
    """An ISO 4217 code. Raises ValueError."""
    if code not in list_currencies():
        raise ValueError(f"'{code}' is no currency – write its ISO 4217 code, like USD or EUR")
    return code


def check_email(address: str) -> str:
    """An address of the form local@domain. Raises ValueError."""
    if not _EMAIL.match(address):
        raise ValueError(f"'{address}' is no e-mail address – write it like hello@shop.example")
    return address


def _sendable(address: str) -> str:
    """An address that mail servers take. Raises ValueError."""
    try:
        ascii_address(address)
    except MailweaveError as error:
        raise ValueError(error.problems[0].sentence) from error
    return address


def _envelope(address: str) -> str:
    """An address that may have a place for a token (VERP). Raises ValueError."""
    local, _, domain = address.rpartition("@")
    for name in re.findall(r"\{[^{}@]*\}?|\}", address):
        if name != TOKEN:
            raise ValueError(f"'{name}' can't stand in an envelope sender – {did_you_mean(name, (TOKEN,))}")
    if address.count(TOKEN) > 1 or TOKEN in domain:
        raise ValueError(f"{TOKEN} must stand once, and before the @ – write it like bounces+{TOKEN}@mail.shop.example")
    whole = filled(address, "0" * 12, 0)
    if len(whole.rpartition("@")[0]) > _LONGEST_LOCAL:
        raise ValueError(f"'{local}' is longer than {_LONGEST_LOCAL} characters, with the 23 of a token – shorten it")
    _sendable(check_email(whole))
    return address


def _asset_base(url: str) -> str:
    if url and not url.endswith("/"):
        raise ValueError(f"assets must end with a slash – write '{url}/'")
    return url


LocaleTag = Annotated[str, AfterValidator(check_locale)]
ZoneName = Annotated[str, AfterValidator(check_zone)]
Currency = Annotated[str, AfterValidator(check_currency)]
Email = Annotated[str, AfterValidator(check_email)]
# What is wrong with ours would be wrong with every message.
OwnEmail = Annotated[Email, AfterValidator(_sendable)]
Envelope = Annotated[str, AfterValidator(_envelope)]
AssetBase = Annotated[str, AfterValidator(_asset_base)]


class Logo(Settings):
    """The brand's logo. `width` in CSS pixels; `dark` is the picture for dark mode."""

    url: NeededName
    alt: str
    width: int = Field(default=140, gt=0, le=600)
    dark: str | None = None


class Profile(Settings):
    """A page of the brand on a social network."""

    name: NeededName
    url: NeededName


# What the stock blocks use where a brand sets none. Contrast is at least 4.5:1 (WCAG 2.2 AA) wherever text stands on one of the others.
COLORS: Final[Mapping[str, str]] = {
    "primary": "#26323d",
    "on_primary": "#ffffff",
    "accent": "#9a3b26",
    "text": "#1f2328",
    "muted": "#59636e",
    "background": "#f3f4f6",
    "surface": "#ffffff",
    "border": "#d9dde2",
    "dark_primary": "#c9d4df",
    "dark_on_primary": "#14191e",
    "dark_text": "#eceff2",
    "dark_muted": "#a7b0ba",
    "dark_background": "#121518",
    "dark_surface": "#1c2126",
    "dark_border": "#363d45",
}
FONTS: Final[Mapping[str, str]] = {"body": "Helvetica, Arial, sans-serif", "heading": "Georgia, 'Times New Roman', serif"}


class Brand(Settings):
    """Brand tokens: what templates see under `brand`. `colors` and `fonts` are free names; those of `COLORS` and `FONTS` have defaults."""

    name: NeededName
    url: str = ""
    address: str = ""
    logo: Logo | None = None
    colors: dict[str, Name] = Field(default_factory=dict, validate_default=True)
    fonts: dict[str, Name] = Field(default_factory=dict, validate_default=True)
    social: tuple[Profile, ...] = ()

    @field_validator("colors")
    @classmethod
    def _palette(cls, colors: dict[str, str]) -> dict[str, str]:
        return {**COLORS, **colors}

    @field_validator("fonts")
    @classmethod
    def _stacks(cls, fonts: dict[str, str]) -> dict[str, str]:
        return {**FONTS, **fonts}


class Sender(Settings):
    """Who the message is from. Bounces go to `envelope`, or else to `email`; a `{token}` in it says whose message came back (see `verp`)."""

    name: NeededName
    email: OwnEmail
    reply_to: OwnEmail | None = None
    envelope: Envelope | None = None


class Config(Variables):
    """A workspace's settings. `sources` maps a name to one connector and its settings; `plugins` maps a component to its configuration.

    `links` are Liquid templates of URLs, `headers` of further headers. `assets` is put before each relative image URL.
    """

    name: NeededName
    brand: Brand
    sender: Sender
    links: dict[str, Name] = Field(default_factory=dict)
    headers: HeaderTexts = Field(default_factory=dict)
    assets: AssetBase = ""
    locale: LocaleTag = "en-US"
    timezone: ZoneName = "UTC"
    currency: Currency = "USD"
    language: Name = "liquid"
    compiler: Name = "mrml"
    inliner: Name = "premailer"
    viewports: dict[str, Annotated[int, Field(ge=200, le=2000)]] = Field(
        default_factory=lambda: {"phone": 375, "tablet": 600, "desktop": 900}, min_length=1
    )
    shots: ShotSettings = ShotSettings()
    limits: Limits = DEFAULT
    sources: dict[str, dict[str, Any]] = Field(default_factory=dict)
    plugins: dict[str, Any] = Field(default_factory=dict)
