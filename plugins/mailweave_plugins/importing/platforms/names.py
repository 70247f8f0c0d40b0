"""Names that templates read and nothing here gives: the customer's, unless a platform's documentation says that they are something else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mailweave.edits import Edit, spliced
from mailweave.languages import Template, Use
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.delimited import tell_foreign
from mailweave_plugins.importing.platforms.tables import BROWSER, PREFERENCES, UNSUBSCRIBE
from mailweave_plugins.importing.platforms.words import possible, usual
from mailweave_plugins.languages.handlebars import HandlebarsTemplate
from mailweave_plugins.languages.handlebars_ast import Block, walk

_SENDER: Final = "!write who sends it, or a token of the brand such as {{ brand.name }}"
_ADDRESS: Final = "!write {{ brand.address }} for all of it"
# Whole names that aren't the customer's → what they are here (docs/import.md says whose they are).
_MEANINGS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("unsubscribe", "unsubscribe_url", "unsubscribe_link", "unsubscribe_link_all", "unsubscribeUrl"), UNSUBSCRIBE),
    **dict.fromkeys(("hostedUnsubscribeUrl", "unsubscribeMessageTypeUrl", "cio_unsubscribe_url"), UNSUBSCRIBE),
    **dict.fromkeys(("unsubscribe_preferences", "subscriber_preferences_url", "update_profile", "manage_subscription_preferences_url"), PREFERENCES),
    **dict.fromkeys(("view_in_browser_url", "viewInBrowserUrl", "view_as_page_url", "weblink", "mirror"), BROWSER),
    "organization.name": "brand.name",
    "organization.url": "brand.url",
    "organization.full_address": "brand.address",
    "site_settings.company_name": "brand.name",
    "shop.name": "brand.name",
    "shop.url": "brand.url",
    "shop.email_logo_url": "brand.logo.url",
    "shop.email_accent_color": "brand.colors.primary",
    "shop_name": "brand.name",
    "doubleoptin": "!write the address of your page that confirms",
}
# Their first word → what to do with the rest. `=` keeps the rest as a field of the customer.
_ROOTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("contact", "subscriber", "person"), "="),
    "organization": _SENDER,
    "owner": _SENDER,
    "site_settings": _ADDRESS,
    "shop": _SENDER,
    **dict.fromkeys(("Sender_Name", "Sender_Address", "Sender_City", "Sender_State", "Sender_Zip", "Sender_Country"), _SENDER),
    **dict.fromkeys(
        ("campaignId", "templateId", "message_id", "delivery_id"), "!write {{ campaign.name }}: the platform's numbers aren't known here"
    ),
}
# What triggers a message on Customer.io, Klaviyo and Brevo.
_TRIGGERS: Final = frozenset({"event", "trigger", "journey", "params"})

# What follows a first name in a path: a name after a dot, one in quotes or brackets, or an index.
_STEP: Final = {
    "liquid": re.compile(r"""\s*\.\s*(?P<word>[\w-]+)|\s*\[\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|-?\d+)\s*\]"""),
    "handlebars": re.compile(r"""[./](?P<word>[^\s!"#%&'()*+,./;<=>@\[\\\]^`{|}~]+)|[./]\[(?P<double>[^\]]*)\](?P<single>)"""),
}
_ROOT: Final = re.compile(r"(?:\.\.?/|@root[./]|this[./])*(?P<all>(?P<word>[^\W\d][\w-]*)|\[(?P<named>[^\]]*)\])")


class Step(NamedTuple):
    """One name of a path and where it stands, with its dot or brackets."""

    name: str
    start: int
    end: int
    bare: bool


@dataclass
class Names:
    """Renames what a template reads. `known` are the names that the workspace gives; `given` says which field each path stands for."""

    draft: Draft
    known: frozenset[str]
    language: str
    given: dict[str, str] = field(default_factory=dict)

    def edits(self, offset: int, use: Use) -> Iterator[Edit]:
        """The edits of the path at an offset."""
        root = _ROOT.match(self.draft.text, offset)
        first = (root["word"] or root["named"]) if root else ""
        if not root or first != use.path.split(".")[0] or (first in self.known and first != "customer"):
            return
        steps = [*self.steps(root.end())]
        written = ".".join([first, *(step.name for step in steps)])
        meaning = _MEANINGS.get(written) or _ROOTS.get(first, "")
        if meaning.startswith("!"):
            remedy = f"{meaning[1:]}; or declare a source `{first}` in mailweave.yaml" if steps else meaning[1:]
            tell_foreign(self.draft, offset, f"`{written}` is nothing of the customer's", remedy, len(written))
        elif meaning and meaning != "=":
            yield root.start("all"), steps[-1].end if steps else root.end(), meaning
        else:
            yield from self.of_customer(root, first, steps, whole=bool(meaning))

    def of_customer(self, root: re.Match[str], first: str, steps: list[Step], *, whole: bool) -> Iterator[Edit]:
        """A path that is the customer's; with `whole`, its first name says only that."""
        if first in _TRIGGERS:
            remedy = f"give profiles `{first}`, or declare a source of that name in mailweave.yaml"
            self.tell(root.start(), first, f"`{first}` is what triggered the message; here it is read from the profile", remedy)
        if first != "customer":
            inner = possible(first)
            yield *root.span("all"), "customer" if whole and steps else f"customer.{inner}"
            self.renamed(root.start(), first, inner)
        for step in steps:
            ours = _usual(step.name) if whole and len(steps) == 1 else possible(step.name)
            if ours != step.name and not (step.name.isdigit() and not step.bare):
                yield step.start, step.end, f".{ours}"
                self.renamed(root.start(), step.name, ours)

    def steps(self, position: int) -> Iterator[Step]:
        """The names that follow a first one."""
        while found := _STEP[self.language].match(self.draft.text, position):
            name = next((word for word in (found["word"], found["double"], found["single"]) if word is not None), "")
            if name:
                yield Step(name, *found.span(), found["word"] is not None)
            position = found.end()

    def renamed(self, offset: int, theirs: str, ours: str) -> None:
        """Tell of a name that no merge variable can have."""
        if possible(theirs) == theirs:
            return
        other = self.given.setdefault(ours, theirs)
        if other != theirs:
            what = f"the fields `{other}` and `{theirs}` would both be `{ours}`"
            tell_foreign(self.draft, offset, what, "rename one of them", len(theirs))
            return
        self.tell(offset, theirs, f"`{theirs}` can't be the name of a merge variable, so it is `{ours}` here", "call it so in profiles, too")

    def tell(self, offset: int, name: str, what: str, remedy: str) -> None:
        """Tell of something that works, when profiles have it."""
        self.draft.tell(offset, what, remedy, length=len(name))


def _usual(name: str) -> str:
    return usual(name) or possible(name.lower() if name.isupper() else name)


def bare_names(draft: Draft, template: Template, known: frozenset[str]) -> list[Edit]:
    """The edits that turn names nobody else gives into the customer's: `first_name` into `customer.first_name`. Partials stay as they are."""
    now, edits = draft.now, dict[int, Edit]()
    names = Names(draft, known, "handlebars" if isinstance(template, HandlebarsTemplate) else "liquid")
    for use in template.uses:
        offset = now.offset_of(use.place) if use.place.path == now.path else -1
        if offset >= 0:
            edits |= {edit[0]: edit for edit in names.edits(offset, use) if edit[0] not in edits}
    if isinstance(template, HandlebarsTemplate) and template.recipe:
        blocks = (statement for statement in walk(template.recipe.program) if isinstance(statement, Block))
        edits |= {edit[0]: edit for block in blocks for edit in _closing(draft.text, block, edits)}
    return list(edits.values())


def _closing(text: str, block: Block, edits: Mapping[int, Edit]) -> Iterator[Edit]:
    """The closing tag of a block that names a value says the same as its opening one."""
    callee = block.call.callee
    inner = sorted(edit for start, edit in edits.items() if callee.start <= start < callee.end)
    closing = text[slice(*block.closing)]
    if inner and text[callee.start : callee.end] in closing:
        start = block.closing[0] + closing.index(text[callee.start : callee.end])
        moved = [(begin - callee.start, end - callee.start, new) for begin, end, new in inner]
        yield start, start + callee.end - callee.start, spliced(text[callee.start : callee.end], moved)
