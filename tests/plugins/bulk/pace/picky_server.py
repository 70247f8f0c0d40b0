"""A mail server whose receivers take a message now and then only, by a clock that leaps."""

from __future__ import annotations

from ..rude_server import Rude


class Picky(Rude):
    """`slow` maps a domain to how many seconds must lie between two of its messages, and to what it says to one that comes too soon.

    `log` has the time, the recipient and whether it was kept, for each recipient that was named or message that was kept.
    """

    def __init__(self, clock, slow):
        super().__init__()
        self.clock, self.picky = clock, slow
        self.log = []
        self._last = {}

    def answer(self, stage, recipient):
        now, domain = self.clock.now(), recipient.rpartition("@")[2]
        if stage == "text":
            self.log.append((now, recipient, True))
            self._last[domain] = now
        if stage == "RCPT" and domain in self.picky:
            seconds, says = self.picky[domain]
            if now < self._last.get(domain, 0) + seconds:
                self.log.append((now, recipient, False))
                return says
        return super().answer(stage, recipient)

    def times(self, domain, *, kept=True):
        return [now for now, recipient, taken in self.log if taken == kept and recipient.endswith(f"@{domain}")]
