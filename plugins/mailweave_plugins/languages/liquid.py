"""Liquid, through python-liquid: escaped by context, strict about missing values, every mistake with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from liquid import BoundTemplate
from liquid.exceptions import LiquidError
from liquid.tag import Tag
from pydantic import Field, model_validator

from mailweave import hookimpl
from mailweave.contexts import Context, find_contexts
from mailweave.errors import ABORTED, MailweaveError, Problem, raise_all
from mailweave.languages import Escaping, Language, Scope, Template
from mailweave.partials import NO_PARTIALS, Partials
from mailweave.plugged import Settings
from mailweave.source import Source
from mailweave_plugins.languages.liquid_braze import Abort, AbortTag, connected_content
from mailweave_plugins.languages.liquid_environment import LiquidEnvironment, run_template
from mailweave_plugins.languages.liquid_limits import OverLimitError
from mailweave_plugins.languages.liquid_partials import expand
from mailweave_plugins.languages.liquid_reading import Reading
from mailweave_plugins.languages.liquid_run import Run
from mailweave_plugins.languages.liquid_scan import Part, Scan, mask
from mailweave_plugins.languages.liquid_sets import SETS

if TYPE_CHECKING:
    from mailweave.compiled.emitter import Emitter
    from mailweave.compiled.residue import Scoped, Value

_KEYWORD: Final = re.compile(r"expected an identifier, found ([a-z]+)\Z")
# python-liquid's words in ours. What it found it names by its class.
_WORDS: Final = {
    re.compile(pattern): ours
    for pattern, ours in {
        "end of expression": "the end of the tag",
        "a primitive expression": "a value",
        # Its parser runs out of stack.
        "unexpected liquid parsing error": "the tag is too long, or too much in it is nested – split it with `assign`",
        "expected word": "expected a name",
        r"one of \('(\w+)',\)": r"a \1",
        "an string or variable": "a text in quotes or a value",
        r"integer string conversion limit .*": "a number with far too many digits",
        r"(?<=, found )StringLiteral\Z": "a text in quotes",
        r"(?<=, found )(?:Integer|Float)Literal\Z": "a number",
        r"(?<=, found )RangeLiteral\Z": "a range",
        r"(?<=, found )Path\Z": "a value",
    }.items()
}
_CLASS: Final = re.compile(r"(?<=, found )([A-Z]\w*?)(?:Literal)?\Z")


@dataclass(frozen=True, kw_only=True)
class LiquidTemplate(Template):
    """A parsed Liquid template."""

    parsed: BoundTemplate = field(repr=False, compare=False)
    escaping: Escaping
    outputs: Mapping[int, Part] = field(repr=False, compare=False)
    contexts: Mapping[int, Context] = field(repr=False, compare=False)

    def render(self, data: Mapping[str, Any], scope: Scope) -> str:
        """Fill the template; see `Template.render`."""
        run = Run(self.source, scope, self.escaping, self.outputs, self.contexts)
        text = ""
        try:
            text = run_template(self.parsed, data, run)
        except Abort as abort:
            # Nothing else is wrong with a message that isn't to be sent.
            raise MailweaveError(_aborted(self.source, abort)) from abort
        except MailweaveError as error:
            run.problems += error.problems
        except LiquidError as error:
            run.problems.append(_failed(self.source, error))
        raise_all(dict.fromkeys(run.problems))
        return text

    def write_code(self, emitter: Emitter, data: Mapping[str, Value], scoped: Scoped) -> None:
        """Write the template as Python code; see `Template.write_code`."""
        # Only here: one message alone is built without code.
        from mailweave_plugins.languages.liquid_code import LiquidCode

        env = self.parsed.env
        assert isinstance(env, LiquidEnvironment)
        code = LiquidCode(
            emitter=emitter, env=env, scoped=scoped, roots=data, escaping=self.escaping, outputs=self.outputs, contexts=self.contexts
        )
        with emitter.counted(scoped.static.limits):
            code.nodes(self.parsed.nodes)


class LiquidConfig(Settings):
    """`plugins: {liquid: …}`: the sets of platforms' tags and filters that are switched on, and the source that each URL of
    `connected_content` stands for."""

    sets: tuple[Literal["braze", "customer_io"], ...] = ()
    connected_content: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _used(self) -> LiquidConfig:
        if self.connected_content and "braze" not in self.sets:
            raise ValueError("`connected_content` is void without the set `braze` – write `sets: [braze]` too")
        return self


class Liquid(Language):
    """Liquid as Shopify describes it; `render` and `include` put in partials of the workspace."""

    name = "liquid"
    suffix = ".liquid"
    Config = LiquidConfig
    tags: tuple[type[Tag], ...] = ()

    def configured(self, config: Any) -> Language:
        """The same with the sets that a workspace switches on; see `Language.configured`."""
        made = Liquid({**self.filters, **{name: function for chosen in config.sets for name, function in SETS[chosen].items()}})
        if "braze" in config.sets:
            made.tags = (AbortTag, connected_content(config.connected_content))
        return made

    def parse(self, source: Source, escaping: Escaping = "markup", partials: Partials = NO_PARTIALS) -> Template:
        """Parse a template; see `Language.parse`."""
        source = expand(source, partials, self.suffix)
        scan = Scan(source, [tag.name for tag in self.tags])
        raise_all(scan.problems)
        env = LiquidEnvironment(self.filters, escaping, self.tags)
        parsed = _parsed(env, source)
        reading = Reading(source, env, parsed)
        contexts, misplaced = _contexts(scan, escaping)
        problems = [*(_unread(source, error) for error in env.errors or ()), *reading.problems, *misplaced]
        raise_all(sorted(dict.fromkeys(problems), key=lambda problem: problem.place or source.place(0)))
        env.errors = None
        found = (tuple(reading.uses), tuple(reading.messages), tuple(reading.raw))
        masked = mask(source.text, scan.runs[0])
        return LiquidTemplate(source, masked, *found, parsed=parsed, escaping=escaping, outputs=scan.outputs, contexts=contexts)


def _parsed(env: LiquidEnvironment, source: Source) -> BoundTemplate:
    try:
        return env.from_string(source.text)
    except LiquidError as error:
        raise MailweaveError(_unread(source, error)) from error


def _contexts(scan: Scan, escaping: Escaping) -> tuple[dict[int, Context], list[Problem]]:
    """The context of each output, and the outputs that have none."""
    contexts: dict[int, Context] = {}
    problems: list[Problem] = []
    # What is captured as plain text or as part of a URL is escaped when it is put out, as a whole.
    for pieces in scan.runs if escaping == "markup" else scan.runs[:1]:
        try:
            contexts |= find_contexts(scan.source, pieces, escaping)
        except MailweaveError as error:
            problems += error.problems
    return contexts, problems


def _unread(source: Source, error: LiquidError) -> Problem:
    """What python-liquid can't read, in words for people."""
    what = str(error.args[0] if error.args else error)
    for theirs, ours in _WORDS.items():
        what = theirs.sub(ours, what)
    what = _CLASS.sub(lambda found: found[1].lower(), what)
    keyword = _KEYWORD.match(what)
    what, _, remedy = what.partition(" – ")
    remedy = f"`{keyword[1]}` is a word of Liquid; as a name, put it in brackets: `['{keyword[1]}']`" if keyword else remedy
    return _problem(source, error, f"Liquid can't read this: {what}", remedy or "look at the tag's spelling", "syntax")


def _failed(source: Source, error: LiquidError) -> Problem:
    """What stopped the rendering."""
    if isinstance(error, OverLimitError):
        return _problem(source, error, error.over.what, error.over.remedy, "limit")
    what, _, remedy = str(error.args[0] if error.args else error).partition(" – ")
    return _problem(source, error, what, remedy or "look at the values that this tag is given", "bad-value")


def _aborted(source: Source, abort: Abort) -> Problem:
    what = f"this message isn't to be sent{': ' * bool(abort.reason)}{abort.reason}"
    return source.problem(abort.token.start_index, what, code=ABORTED, length=len(abort.token.value))


def _problem(source: Source, error: LiquidError, what: str, remedy: str, code: str) -> Problem:
    offset, word = (error.token.start_index, error.token.value) if error.token else (0, "")
    return source.problem(max(offset, 0), what, remedy, code=code, length=max(1, len(word.split("\n", 1)[0])))


@hookimpl
def register_languages() -> list[type[Language]]:
    return [Liquid]
