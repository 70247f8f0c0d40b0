"""Options of a run's pace: rates, limits, warm-up, windows, the last moment, and when too much goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mailweave_plugins.bulk.pace.settings import Pace

F = TypeVar("F", bound=Callable[..., Any])
_NAMES = ("rate", "limits", "warm_up", "window", "window_zone", "until", "max_refused", "max_deferred")
_OFF = "none"


def pace_options(function: F) -> F:
    """The options, which `pace_of` makes a `Pace` of."""
    for option in reversed(_options()):
        function = option(function)
    return function


def _options() -> list[Callable[[F], F]]:
    return [
        click.option("--rate", metavar="N/s|N/min|N/h", help="Send no more than that, over all processes."),
        click.option("--limits", metavar="FILE", help="Limits of single receivers (YAML); `builtin`: cautious ones for the large."),
        click.option("--warm-up", metavar="PLAN|FILE", help="Messages a day: 50,100,200,400, or a YAML file with plans for single receivers, too."),
        click.option("--window", metavar="HH:MM-HH:MM", help="Send within these hours of the recipient's time zone; also 'mon-fri 09:00-20:00'."),
        click.option("--window-zone", metavar="ZONE", help="The time zone of those whose profile has none. Default: that of mailweave.yaml."),
        click.option("--until", metavar="TIME|DURATION", help="Try deferred messages again until then, and send none later: 18:00, 4h."),
        click.option("--max-refused", metavar="N|N%|none", help="Stop when more of those tried are refused. Default: 5%, once 200 were tried."),
        click.option("--max-deferred", metavar="N|N%|none", help="Stop when more of those tried are deferred. Default: 20%, once 200 were tried."),
    ]


def pace_of(options: Mapping[str, Any], zone: str, *, sends: bool) -> Pace:
    """What the options ask for. Days and times of day are those of the time zone.

    Raises:
        click.UsageError: an option is wrong, or needs a run that sends.
        MailweaveError: mistakes in a file.
    """
    from mailweave_plugins.bulk.amount import Amount
    from mailweave_plugins.bulk.pace.clock import Clock
    from mailweave_plugins.bulk.pace.limits import Limits, check_name
    from mailweave_plugins.bulk.pace.rates import Rate
    from mailweave_plugins.bulk.pace.settings import NO_LIMITS, Pace
    from mailweave_plugins.bulk.pace.shares import DEFERRED, REFUSED
    from mailweave_plugins.bulk.pace.warm_up import WarmUp

    said = {name: options[name] for name in _NAMES if options[name] is not None}
    if said and not sends:
        raise click.UsageError(f"--{next(iter(said)).replace('_', '-')} is for a run that sends messages: --to smtp://host:port")
    clock = Clock()
    if "limits" in said:
        _parsed("limits", check_name, said["limits"])
    refused = said.get("max_refused", _OFF if options["max_rejects"] else REFUSED)
    most = {name: _parsed(name, Amount.parse, text) for name, text in _on(max_refused=refused, max_deferred=said.get("max_deferred", DEFERRED))}
    limits = Limits.read(said["limits"]) if "limits" in said else NO_LIMITS
    return Pace(
        rate=_parsed("rate", Rate.parse, said["rate"]) if "rate" in said else None,
        limits=limits,
        warm_up=_parsed("warm_up", lambda text: WarmUp.read(text, zone, limits.receivers), said["warm_up"]) if "warm_up" in said else None,
        window=_window(said, zone),
        until=_parsed("until", lambda text: moment(text, clock.moment(), zone), said["until"]) if "until" in said else None,
        most_refused=most.get("max_refused"),
        most_deferred=most.get("max_deferred"),
        zone=zone,
        began=clock.now(),
        clock=clock,
    )


def _on(**shares: str) -> list[tuple[str, str]]:
    return [(name, text) for name, text in shares.items() if text != _OFF]


def _window(said: Mapping[str, str], zone: str) -> Any:
    from mailweave.zones import zone as known
    from mailweave_plugins.bulk.pace.windows import Window

    if "window_zone" in said:
        if "window" not in said:
            raise click.UsageError("--window-zone is for --window")
        _parsed("window_zone", known, said["window_zone"])
    return _parsed("window", lambda text: Window.parse(text, said.get("window_zone", zone)), said["window"]) if "window" in said else None


def _parsed(name: str, parse: Callable[[str], Any], text: str) -> Any:
    try:
        return parse(text)
    except ValueError as error:
        raise click.BadParameter("; ".join(str(error).split(" – ")), param_hint=f"'--{name.replace('_', '-')}'") from error


def moment(text: str, now: datetime, name: str) -> float:
    """A moment to come: a time of day, an ISO date or time (both in a time zone), or a duration like 4h. Raises ValueError.

    Example:
        >>> from datetime import UTC
        >>> moment("18:00", datetime(2026, 11, 27, 18, tzinfo=UTC), "Europe/Oslo") - datetime(2026, 11, 27, 18, tzinfo=UTC).timestamp()
        82800.0
    """
    from mailweave.zones import zone
    from mailweave_plugins.bulk.patience import seconds

    place = zone(name)
    try:
        return now.timestamp() + seconds(text)
    except ValueError:
        pass
    try:
        if len(text) == 5 and text[2] == ":":
            here = now.astimezone(place)
            today = here.replace(hour=int(text[:2]), minute=int(text[3:]), second=0, microsecond=0)
            found = today if today > here else today + timedelta(days=1)
        else:
            found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} isn't a time – write it like 18:00, 2026-11-27T18:00 or 4h") from error
    found = found if found.tzinfo else found.replace(tzinfo=place)
    if found <= now:
        raise ValueError(f"{text!r} is over – name a time to come")
    return found.timestamp()
