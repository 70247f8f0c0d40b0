"""Template languages. One file is one language; the others are its parts."""

from typing import Final

from mailweave.later import load_later

# What python-liquid imports for templates that are loaded while others run, and for filters of dates and units: mailweave has its own of both.
_SELDOM: Final = ("asyncio", "babel.dates", "babel.units", "dateutil.parser", "pytz")

for module in _SELDOM:
    load_later(module)
