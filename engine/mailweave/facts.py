"""What a rule may know about one customer at one moment, with a record of all that it read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from mailweave.errors import MailweaveError, Problem, did_you_mean
from mailweave.times import date_remedy, names_offset, parse_day, parse_moment
from mailweave.validation import shown
from mailweave.zones import remedy, zone

if TYPE_CHECKING:
    from mailweave.registry import Registry

T = TypeVar("T")
Origin = Literal["profile", "missing", "default", "feed", "computed", "moment"]


class _Missing:
    """The value of a field that a profile doesn't have; false, and printed as "missing"."""

    def __repr__(self) -> str:
        return "missing"

    def __bool__(self) -> bool:
        return False


MISSING: Final = _Missing()
_LISTS: Final = (list, tuple)
_MOMENT: Final = ("at", "")
# What isn't of the customer may have the name of one of the customer's fields: a source `orders`, the provider `recommendations`.
_APART: Final = ("computed", "feed")
_ENTRIES: Final = (list, tuple, _Missing)


class Input(NamedTuple):
    """One value that a decision read, and where it came from."""

    name: str
    value: Any
    origin: Origin

    @property
    def key(self) -> tuple[str, str]:
        """What is the same for two notes of one thing."""
        return self.name, self.origin if self.origin in _APART else ""


@dataclass
class Situation:
    """One customer, one moment and the team's data: all that a message may depend on.

    `at` is aware, in UTC. `sources` holds connected content by name. `locale` and `timezone` are the workspace's defaults. `contents` computes
    a provider's content by name, once a message.
    """

    profile: Mapping[str, Any]
    at: datetime
    registry: Registry
    sources: Mapping[str, Any] = field(default_factory=dict)
    locale: str = "en-US"
    timezone: str = "UTC"
    content_settings: Mapping[str, Any] = field(default_factory=dict)
    _contents: dict[str, Any] = field(default_factory=dict)
    _notes: dict[str, tuple[Input, ...]] = field(default_factory=dict)
    outcomes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    """What was asked of rules and what they came to: they are pure, so nothing is asked twice."""
    worked_out: dict[Hashable, tuple[Any, tuple[Input, ...]]] = field(default_factory=dict)
    """What `Facts.once` gave, by key, with the inputs that were read for it."""

    def of(self, profile: Mapping[str, Any]) -> Situation:
        """The same situation for another customer."""
        return replace(self, profile=profile, _contents={}, _notes={}, outcomes={}, worked_out={})

    def with_content(self, contents: Mapping[str, Any]) -> Situation:
        """The same situation in which providers of these names needn't be asked: a sample says what they would have given."""
        return replace(self, _contents=dict(contents), _notes={}, outcomes={}, worked_out={})

    def content(self, name: str) -> Any:
        """What a provider provides to this customer, computed on first use."""
        if name not in self._contents:
            provider = self.registry.provider(name)
            settings = self.content_settings.get(name) or provider.Settings()
            facts = Facts(self)
            self._contents[name] = self._provided(name, lambda: provider.provide(settings, facts))
            self._notes[name] = facts.inputs
        return self._contents[name]

    def _provided(self, name: str, provide: Callable[[], Any]) -> Any:
        from mailweave.plugins import blame

        return blame(self.registry.plugin_of.get(("providers", name), name), f"provider '{name}'", provide)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The customer's time zone, else the workspace's.

        Raises:
            MailweaveError: the profile's is none.
        """
        value = look_up(self.profile, "timezone")
        try:
            return zone(self.timezone if value is MISSING else str(value))
        except ValueError as error:
            what = f"the profile's timezone is {shown(value)}, which is no time zone"
            raise MailweaveError(Problem(what, remedy(str(value)), code="bad-zone")) from error

    def notes(self, name: str) -> tuple[Input, ...]:
        """What a provider read and derived on its way, such as why it gives nothing."""
        return self._notes.get(name, ())


class Facts:
    """A rule's view of a situation. Each read is recorded in `inputs`."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._inputs: dict[tuple[str, str], Input] = {}

    @property
    def inputs(self) -> tuple[Input, ...]:
        """All that was read so far, in order, each once."""
        return tuple(self._inputs.values())

    @property
    def at(self) -> datetime:
        """The moment of the message: aware, in UTC; recorded."""
        if _MOMENT not in self._inputs:
            self.record("at", self._situation.at.isoformat(timespec="minutes"), "moment")
        return self._situation.at

    def peek(self, path: str) -> Any:
        """A profile's value at a dotted path, or `MISSING`; not recorded. A null or blank value is missing."""
        return look_up(self._situation.profile, path)

    def read(self, path: str) -> Any:
        """A profile's value at a dotted path, or `MISSING`; recorded."""
        value = self.peek(path)
        self.record(path, value, "missing" if value is MISSING else "profile")
        return value

    def moment(self, path: str) -> datetime | None:
        """A profile's date-time as an aware UTC datetime, or None; recorded. One without an offset is read in the customer's time zone."""
        value = self.read(path)
        return None if value is MISSING else self._parsed(path, value, parse_moment(value, UTC if names_offset(value) else self.zone))

    def day(self, path: str) -> date | None:
        """A profile's date, or None; recorded."""
        value = self.read(path)
        return None if value is MISSING else self._parsed(path, value, parse_day(value))

    def entries(self, path: str) -> tuple[Any, ...]:
        """A profile's list at a path, empty when missing; recorded as its length. Anything but a list is an error."""
        value = self.peek(path)
        if not isinstance(value, _ENTRIES):
            raise MailweaveError(Problem(f"the profile's {path} is {shown(value)}, which is no list", f"write `{path}: […]`", code="bad-type"))
        items = () if isinstance(value, _Missing) else tuple(value)
        self.record(path, len(items), "missing" if value is MISSING else "profile")
        return items

    @property
    def zone(self) -> ZoneInfo:
        """The customer's time zone, else the workspace's; recorded."""
        value = self.peek("timezone")
        self.record("timezone", self._zone().key, "default" if value is MISSING else "profile")
        return self._zone()

    @property
    def now(self) -> datetime:
        """The moment of the message in the customer's time zone; recorded."""
        now = self._situation.at.astimezone(self.zone)
        self.record("at", now.isoformat(timespec="minutes"), "moment")
        return now

    @property
    def locale(self) -> str:
        """The customer's locale ("de-AT"), else the workspace's; recorded."""
        value = self.peek("locale")
        locale = self._situation.locale if value is MISSING else str(value)
        self.record("locale", locale, "default" if value is MISSING else "profile")
        return locale

    def source(self, name: str) -> Any:
        """A connected source's data; recorded by its size. An unknown name is an error."""
        if name not in self._situation.sources:
            remedy = did_you_mean(name, self._situation.sources)
            raise MailweaveError(Problem(f"there is no source '{name}' in mailweave.yaml", remedy, code="unknown-source"))
        data = self._situation.sources[name]
        self.record(name, f"{len(data)} entries" if isinstance(data, list | dict) else data, "feed")
        return data

    def content(self, name: str) -> Any:
        """What a provider provides to this customer (`recommendations`); recorded by its size, with what the provider read and derived."""
        content = self._situation.content(name)
        self.record(name, len(content) if isinstance(content, list | tuple) else content, "computed")
        for note in self._situation.notes(name):
            self._inputs.setdefault(note.key, note)
        return content

    def once(self, key: Hashable, work: Callable[[Facts], T]) -> T:
        """What `work(facts)` gives, worked out when the message's first rule or provider asks for this key; what it read is recorded for all."""
        known = self._situation.worked_out.get(key)
        if known is None:
            facts = Facts(self._situation)
            known = self._situation.worked_out[key] = work(facts), facts.inputs
        for entry in known[1]:
            self._inputs.setdefault(entry.key, entry)
        found: T = known[0]
        return found

    def derive(self, name: str, value: Any) -> Any:
        """Record a value computed from others, under a name a person understands ("orders within 90 days")."""
        self.record(name, value, "computed")
        return value

    def record(self, name: str, value: Any, origin: Origin) -> None:
        """Note an input. The first note of the same thing stays."""
        # As `Input.key` has it; most things are noted more than once, and the first time is the only one that needs an entry.
        key = name, origin if origin in _APART else ""
        if key not in self._inputs:
            self._inputs[key] = Input(name, value, origin)

    def _zone(self) -> ZoneInfo:
        return self._situation.zone

    def _parsed(self, path: str, value: Any, parsed: Any) -> Any:
        if parsed is None:
            what = f"the profile's {path} is {shown(value)}, which is no date"
            raise MailweaveError(Problem(what, date_remedy(value), code="bad-date"))
        return parsed


def look_up(data: Any, path: str | Iterable[str]) -> Any:
    """The value at a dotted path in nested mappings and lists, or `MISSING` when it is absent, null or blank.

    Example:
        >>> look_up({"address": {"city": "Oslo"}, "name": " "}, "address.city")
        'Oslo'
        >>> look_up({"address": {"city": "Oslo"}, "name": " "}, "name")
        missing
    """
    for key in path.split(".") if path.__class__ is str or isinstance(path, str) else path:
        # Most data is made of dicts; asking for an abstract class takes longer than the rest.
        if data.__class__ is dict or isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, _LISTS) and key.isascii() and key.isdigit() and len(key) < 10 and int(key) < len(data):
            data = data[int(key)]
        else:
            return MISSING
    if data.__class__ is str:
        return data if data and not data.isspace() else MISSING
    return MISSING if data is None or (isinstance(data, str) and not data.strip()) else data
