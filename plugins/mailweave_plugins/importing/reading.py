"""Read a mail of elsewhere: its markup and language, its tags in our words, and what can't be carried over."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal

from mailweave import bounds
from mailweave.bounds import Part
from mailweave.edits import Edit
from mailweave.errors import MailweaveError, Problem
from mailweave.includes import with_includes
from mailweave.languages import Template
from mailweave.markup import check_html, check_mjml
from mailweave.pieces import PiecedSource
from mailweave.setup import RESERVED
from mailweave.source import Source
from mailweave.tags import Tag, tags
from mailweave.templates import DEFAULT_LANGUAGE, parse_template
from mailweave.workspace import Workspace
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.go_templates import is_go
from mailweave_plugins.importing.platforms.handlebars_dialects import CALLS
from mailweave_plugins.importing.platforms.liquid_words import bracketed_words
from mailweave_plugins.importing.platforms.names import bare_names
from mailweave_plugins.importing.platforms.translating import translate
from mailweave_plugins.importing.repairs import repair

Markup = Literal["mjml", "html"]

_HANDLEBARS: Final = re.compile(r"\{\{~?\s*(?:[#/^>&]|else\b|\{|!|\.\./|this\b|@)")
_IMAGES: Final = frozenset({"img", "mj-image", "mj-carousel-image"})
_ABSOLUTE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|\{|\Z")


@dataclass(frozen=True)
class Mail:
    """A mail, read. `masked` is the draft's text with its tags covered; `whole` says that it is a document, not a part of one."""

    draft: Draft
    masked: str
    markup: Markup
    language: str
    whole: bool

    def with_masked(self, masked: str) -> Mail:
        """The mail after its draft was edited."""
        return replace(self, masked=masked)


def read_mail(path: Path, shown: str, text: str, language: str | None, workspace: Workspace) -> Mail:
    """Read a mail; what there is to tell about it is in its draft.

    Raises:
        MailweaveError: its language can't be told, its tags can't be parsed, or what it includes can't be read.
    """
    source = Source(shown, text)
    names = {tag.name for tag in tags(text)}
    markup: Markup = "mjml" if "mjml" in names or any(name.startswith("mj-") for name in names) else "html"
    if markup == "mjml":
        source = with_includes(source, path, (path.resolve().parent, workspace.root), workspace.folders.shown)
    language = language or _language(source)
    draft = Draft(source, source.text)
    repair(draft)
    translate(draft, language)
    draft.edit(_leftovers(draft))
    if language == DEFAULT_LANGUAGE:
        draft.edit(bracketed_words(draft.text))
    template = _parsed(draft, language, workspace)
    known = frozenset({*workspace.config.sources, *workspace.registry.providers, *RESERVED})
    draft.edit(bare_names(draft, template, known))
    template = _parsed(draft, language, workspace)
    whole = bool(names & ({"mjml"} if markup == "mjml" else {"html", "body"}))
    _check_size(draft.source.path, template.masked, markup, workspace)
    text_of_tags = (template.source, template.masked)
    draft.take(check_mjml(*text_of_tags, "layout" if whole else "body") if markup == "mjml" else check_html(*text_of_tags))
    _tell_links(draft, template, workspace)
    return Mail(draft, _own(template, draft), markup, language, whole)


def _check_size(shown: str, masked: str, markup: Markup, workspace: Workspace) -> None:
    """Refuse what no message may have. Raises MailweaveError."""
    limits, parts = workspace.config.limits, [Part("", masked, shown)]
    if markup == "html":
        bounds.check_html(masked, limits, parts)
    else:
        bounds.check_mjml(masked, [], limits, parts)


def _language(source: Source) -> str:
    """The language that a text's tags are in.

    Raises:
        MailweaveError: there are tags of both.
    """
    if is_go(source.text):
        return DEFAULT_LANGUAGE
    liquid = re.search(r"\{%", source.text)
    handlebars = _HANDLEBARS.search(source.text) or CALLS.search(source.text)
    if liquid and handlebars and not source.text.startswith("{{{", handlebars.start()):
        what = f"this file has tags of Liquid, and here one of Handlebars (Liquid's first is in line {source.place(liquid.start()).line})"
        raise MailweaveError(source.problem(handlebars.start(), what, "name the language with --language", code="which-language"))
    # `{{${first_name}}}` is Braze's, in Liquid.
    braze = "{{${" in source.text or liquid
    return "handlebars" if handlebars and not braze else DEFAULT_LANGUAGE


def _parsed(draft: Draft, language: str, workspace: Workspace) -> Template:
    try:
        return parse_template(draft.now, language, workspace.registry)
    except MailweaveError as error:
        draft.take(error.problems)
        raise MailweaveError(*(problem for problem in draft.problems if problem.level == "error")) from error


def _own(template: Template, draft: Draft) -> str:
    """The mail's own text with its tags covered, without what partials put in."""
    if not isinstance(template.source, PiecedSource):
        return template.masked
    covered, at = list(re.sub(r"[^\r\n]", " ", draft.text)), 0
    for piece in template.source.pieces:
        if piece.written is None and piece.source == draft.now:
            covered[piece.start : piece.end] = template.masked[at : at + len(piece.text)]
        at += len(piece.text)
    return "".join(covered)


def _leftovers(draft: Draft) -> list[Edit]:
    """Take scripts out, give images an `alt`, and tell what stays outside: remote sheets, local images."""
    edits: list[Edit] = []
    script: Tag | None = None
    for tag in tags(draft.text):
        if tag.name == "script":
            if script and tag.closing:
                edits += _script(draft, script, tag)
            script = None if tag.closing else tag
        elif tag.name == "link" and (tag.get("rel") or "").lower() == "stylesheet":
            what = "hardly any client loads a remote style sheet, and it isn't inlined"
            draft.tell(tag.start, what, "copy its rules into a `<style>`", length=5)
        elif tag.name in _IMAGES and not tag.closing:
            edits += _image(draft, tag)
    return edits


def _script(draft: Draft, opening: Tag, closing: Tag) -> list[Edit]:
    """Scripts are left out; data for Gmail's actions stays, unless it holds values, which can't be escaped there."""
    is_data = (opening.get("type") or "").strip().lower() == "application/ld+json"
    if is_data and not re.search(r"\{[{%]", draft.text[opening.end : closing.start]):
        return []
    what = "values can't stand in a script, so this data was left out" if is_data else "no mail client runs scripts, so it was left out"
    remedy = "write data without values, or do without it" if is_data else "say what it did in the markup"
    draft.tell(opening.start, what, remedy, length=7)
    return [(opening.start, closing.end, "")]


def _image(draft: Draft, tag: Tag) -> list[Edit]:
    url = tag.get("src") or ""
    if not _ABSOLUTE.match(url):
        remedy = "put it where `assets` of mailweave.yaml points, under this path"
        draft.tell(tag.start, f"the picture '{url}' isn't copied", remedy, length=len(tag.name) + 1)
    if tag.get("alt") is not None:
        return []
    remedy = "say what it shows, or leave it for decoration"
    draft.tell(tag.start, "the picture has no `alt`, so it got an empty one", remedy, length=len(tag.name) + 1)
    return [(tag.attributes_start, tag.attributes_start, ' alt=""')]


def _tell_links(draft: Draft, template: Template, workspace: Workspace) -> None:
    """Links that templates name and mailweave.yaml hasn't."""
    missing: dict[str, Problem] = {}
    for use in template.uses:
        root, _, name = use.path.partition(".")
        if root == "links" and name and name not in workspace.config.links:
            what, remedy = f"there is no link '{name}'", f"add `{name}: https://…` under `links` in mailweave.yaml"
            offset = template.source.offset_of(use.place)
            missing.setdefault(name, template.source.problem(offset, what, remedy, code="unknown-link", level="warning", length=len(use.path)))
    draft.take(missing.values())
