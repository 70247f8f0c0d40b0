"""Make what a program needs: plans, and documents from what a plan's tracing function wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from mailweave.campaign import Campaign
from mailweave.compiled.plan import Plan, make_plan
from mailweave.compiled.skeleton import Assets, Skeleton, build, check_literal, check_places, check_selectors
from mailweave.compiled.tokens import Tokens
from mailweave.compiled.tracing import Trace
from mailweave.compose import compose
from mailweave.preheader import with_lang, with_title
from mailweave.render import finish
from mailweave.workspace import Workspace

__all__ = ["Plan", "Skeleton", "Trace", "make_document", "make_plan"]


def make_document(workspace: Workspace, campaign: Campaign, asset_base: str, plan: Plan, trace: Trace, *, marked: bool = False) -> Skeleton:
    """The document of a trace, through every stage once.

    Raises:
        NotOpaque: a stage reads some of the values.
        MailweaveError: a stage can't take the document.
    """
    tokens = trace.tokens
    composed = compose(campaign.layout, trace.documents["", "layout"], plan.filled(trace.documents), marked=marked)
    mjml = composed.markup == "mjml"
    check_places(composed.text if mjml else None, composed.raw if mjml else [composed.text], tokens, plan.puts, trace.sites)
    assets = Assets(asset_base, tokens)

    seen = ["".join([composed.text, *composed.raw])]

    def resolve(html: str) -> str:
        seen.append(html)
        check_selectors(html, composed.text if mjml else "", tokens, plan.puts, trace.sites)
        check_literal(html, tokens, plan.puts, trace.sites)
        return assets.resolve(html)

    html = finish(workspace, composed, resolve)
    seen.append(html)
    title = Tokens(f"{tokens.word}t").slot(0)
    return build(with_title(with_lang(html, plan.chosen.locale), title), tokens, title, assets, _room(workspace, tokens, seen))


def _room(workspace: Workspace, tokens: Tokens, seen: Sequence[str]) -> int:
    """How long the values may be together so that no text that the stages saw, with the values in it, is longer than the limit. A compiler writes
    some values more than once, for Outlook."""
    copies = max(max(Counter(found[0] for found in tokens.pattern.finditer(text)).values(), default=1) for text in seen)
    return (workspace.config.limits.characters - max(map(len, seen))) // copies
