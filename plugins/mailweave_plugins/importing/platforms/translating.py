"""The tags of other platforms in the mail's own language and our words.

Each is converted to what means the same, or told with its place and what to write instead; then the mail is refused, so that nothing that another
platform would have replaced is ever mailed.
"""

from __future__ import annotations

from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.braze import braze_tags
from mailweave_plugins.importing.platforms.delimited import marked_tags
from mailweave_plugins.importing.platforms.elements import foreign_elements
from mailweave_plugins.importing.platforms.go_templates import go_tags
from mailweave_plugins.importing.platforms.handlebars_dialects import handlebars_dialects
from mailweave_plugins.importing.platforms.liquid_dialects import liquid_dialects
from mailweave_plugins.importing.platforms.words import Words


def translate(draft: Draft, language: str) -> None:
    """Put the platforms' tags into our words."""
    words = Words(language)
    if words.liquid:
        draft.edit(go_tags(draft, words))
    draft.edit(marked_tags(draft, words))
    if words.liquid:
        draft.edit(braze_tags(draft, words))
        liquid_dialects(draft, words)
    else:
        handlebars_dialects(draft, words)
    draft.edit(foreign_elements(draft, words))
