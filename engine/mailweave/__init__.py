"""mailweave: the content-rule engine for personalised email."""

from __future__ import annotations

from mailweave.errors import MailweaveError, Place, Problem
from mailweave.facts import MISSING, Facts
from mailweave.hookspecs import hookimpl
from mailweave.plugged import Settings
from mailweave.rules import Decision, Domain, Rule, match, no_match

__all__ = ["MISSING", "Decision", "Domain", "Facts", "MailweaveError", "Place", "Problem", "Rule", "Settings", "hookimpl", "match", "no_match"]
