"""A plan: everything of a message that its choice, its locale and its asset base decide, as one generated function.

It does what `mailweave.render.Rendering` does, step by step and with the same data; where it can't, it isn't made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from babel import Locale

from mailweave.assets import asset_url
from mailweave.blocks import Block
from mailweave.campaign import Entry
from mailweave.compiled.emitter import Emitter
from mailweave.compiled.purity import Person, StaticScope
from mailweave.compiled.residue import Code, Known, PutOut, Record, Scoped, Value, is_known, plain_value
from mailweave.compiled.values import Bail, Site
from mailweave.compose import Filled
from mailweave.data import with_fallbacks
from mailweave.declarations import Variable, type_error
from mailweave.errors import MailweaveError, Place
from mailweave.facts import MISSING, look_up
from mailweave.languages import CannotCompile, Template
from mailweave.parameters import ParameterValues
from mailweave.profiles import Profile
from mailweave.render import UNSUBSCRIBE, Chosen
from mailweave.source import Source
from mailweave.translations import translator
from mailweave.yamlfile import Document

_CUSTOMER: Final = "customer"
# Declared type → a Python type whose values all are of it.
_USUAL: Final = {"string": "str", "number": "int", "integer": "int", "boolean": "bool"}


# Subject, preheader, the unsubscribing URL, and the values of own headers.
Own = tuple[str, str, str, tuple[str, ...]]
# What the function gives: those; and by `K` and `V`, decisions and escaped values.
Filling = Callable[[Person, Callable[[Any], None], Callable[[str], None]], Own]


@dataclass
class Plan:
    """The two functions of a choice, and what is needed to make documents from what the tracing one writes.

    `notes`: each place that isn't compiled, and why.
    """

    chosen: Chosen
    fill: Filling
    trace: Callable[..., Own]
    puts: Sequence[PutOut]
    slots: Sequence[tuple[str, Entry]]
    notes: Sequence[tuple[Place | None, str]]

    def filled(self, documents: Mapping[tuple[str, str], str]) -> list[Filled]:
        """The slots of a traced document, to be composed."""
        found = []
        for name, entry in self.slots:
            assert entry.block is not None
            variant = entry.block.variant(entry.variant or "")
            head = documents.get((name, "head"), "")
            found.append(Filled(name, documents[name, "body"], variant.markup, variant.template.source.path, head))
        return found


def make_plan(chosen: Chosen, structural: Mapping[Site, str]) -> Plan:
    """The plan of a choice.

    Raises:
        CannotCompile: something of it has no code.
    """
    return _Planner(chosen, Emitter(structural)).plan()


@dataclass
class _Planner:
    chosen: Chosen
    emitter: Emitter
    notes: list[tuple[Place | None, str]] = field(default_factory=list)
    customers: dict[Any, Value] = field(default_factory=dict)
    scopes: dict[str, Scoped] = field(default_factory=dict)

    def plan(self) -> Plan:
        campaign, emitter = self.chosen.campaign, self.emitter
        base = self.base()
        seen = self.seen(base, campaign.variables, f"campaign '{campaign.name}'")
        base = {**base, "links": self.links(seen)}
        seen = self.seen(base, campaign.variables, f"campaign '{campaign.name}'")
        subject = self.text(campaign.subject, seen, None)
        preheader = self.text(campaign.preheader, seen, None) if campaign.preheader else Known("")
        unsubscribe = self.chosen.workspace.links.get(UNSUBSCRIBE)
        link = self.text(unsubscribe, seen, None) if unsubscribe else Known("")
        headers = [emitter.code(self.text(template, seen, None)) for template in self.chosen.headers.values()]
        self.document("", "layout", campaign.layout.template, seen, None)
        slots = [(name, entry) for name, entry in self.chosen.entries.items() if entry.block and entry.variant]
        for name, entry in slots:
            self.slot(name, entry, base, seen)
        emitter.line(f"return {emitter.code(subject)}, {emitter.code(preheader)}, {emitter.code(link)}, ({''.join(f'{code}, ' for code in headers)})")
        return self.finished(slots)

    def finished(self, slots: list[tuple[str, Entry]]) -> Plan:
        names = {**self.emitter.names, "bail": _bail}
        functions = {}
        for name, head, traced in (("fill", "R, K, V", False), ("trace", "R, K, D, P, begin", True)):
            source = f"def {name}({head}):\n{self.emitter.source(traced=traced)}\n"
            exec(compile(source, f"<compiled {self.chosen.campaign.name}>", "exec"), names)
            functions[name] = names[name]
        return Plan(self.chosen, functions["fill"], functions["trace"], self.emitter.puts, slots, self.notes)

    # Data

    def base(self) -> dict[str, Value]:
        """What every template sees, as `mailweave.data.template_data` has it."""
        workspace, campaign = self.chosen.workspace, self.chosen.campaign
        used = {use.path.split(".", 1)[0] for template in self.chosen.templates for use in template.uses}
        self.emitter.line("customer = R.customer")
        self.emitter.line("at = R.at")
        segment = self.emitter.let("dict.fromkeys(customer.get('segments', ()), True)") if "segment" in used else Known({})
        return {
            **{name: Known(data) for name, data in workspace.sources.items()},
            **{name: self.emitter.let(f"R.content({name!r})") for name in sorted(workspace.registry.providers) if name in used},
            _CUSTOMER: Code("customer"),
            "brand": Known(workspace.brand),
            "campaign": Known({"name": campaign.name, "locale": self.chosen.locale}),
            "segment": segment,
            "at": Code("at"),
            "locale": Known(self.chosen.locale),
        }

    def links(self, seen: Mapping[str, Value]) -> Record:
        return Record({name: self.text(self.chosen.workspace.links[name], seen, None) for name in sorted(self.chosen.links_used)})

    def seen(self, data: Mapping[str, Value], variables: Mapping[str, Variable], used_by: str) -> dict[str, Value]:
        """The data with fallbacks for declared variables; see `mailweave.data.with_fallbacks`."""
        found = dict(data)
        own = {path: variable for path, variable in variables.items() if path.partition(".")[0] == _CUSTOMER}
        others = {path: variable for path, variable in variables.items() if path not in own}
        for root in {path.partition(".")[0] for path in others}:
            value = data.get(root, Known(None))
            if not isinstance(value, Known):
                raise CannotCompile(f"{used_by} declares variables of `{root}`")
            mine = {path: variable for path, variable in others.items() if path.partition(".")[0] == root}
            found |= {name: Known(inner) for name, inner in _with_known(root, value, mine, used_by).items()}
        found[_CUSTOMER] = self.customer(own)
        return found

    def customer(self, variables: Mapping[str, Variable]) -> Value:
        """The customer with fallbacks; those with the same ones share the result."""
        key = tuple((path, variable.type, repr(variable.fallback)) for path, variable in variables.items())
        if key not in self.customers:
            name = self.emitter.let("customer").text
            for path, variable in variables.items():
                self.variable(name, path.split(".")[1:], variable)
            self.customers[key] = Code(name)
        return self.customers[key]

    def variable(self, name: str, keys: list[str], variable: Variable) -> None:
        emitter = self.emitter
        look = f"customer.get({keys[0]!r})" if len(keys) == 1 else f"{emitter.bind(_looked_up)}(customer, {emitter.bind(tuple(keys))})"
        found = emitter.let(look).text
        if variable.fallback is not None:
            with emitter.block(f"if {found} is None:"):
                emitter.line(f"{name} = {emitter.bind(_put)}({name}, {emitter.bind(tuple(keys))}, {emitter.bind(variable.fallback)})")
        fits = emitter.bind(partial(_fits, variable.type))
        # What nearly all values are needn't be asked for with a call.
        easy = f" and {found}.__class__ is not {_USUAL[variable.type]}" if variable.type in _USUAL else ""
        emitter.line(f"if {found} is not None{easy} and not {fits}({found}): bail()")

    # Templates

    def scoped(self, block: Block | None) -> Scoped:
        name = block.name if block else ""
        if name not in self.scopes:
            workspace, config = self.chosen.workspace, self.chosen.workspace.config
            catalogues = [*([block.catalogue] if block else []), workspace.catalogue]
            locale = Locale.parse(self.chosen.locale.replace("_", "-"), sep="-")
            translate = translator(catalogues, self.chosen.locale, config.locale)
            static = StaticScope(locale, config.currency, translate, partial(asset_url, self.chosen.asset_base), config.limits)
            self.scopes[name] = Scoped(static)
        return self.scopes[name]

    def text(self, template: Template, data: Mapping[str, Value], block: Block | None) -> Value:
        """A template that is a text as a whole: what it gives, as a value."""
        scoped = self.scoped(block)
        start = self.emitter.mark()
        try:
            with self.emitter.string() as result:
                self.write(template, data, scoped)
            value = result()
            if isinstance(value, Code):
                self.emitter.line(f"if len({value.text}) > {scoped.static.limits.characters}: bail()")
            return value
        except CannotCompile as error:
            self.emitter.rewind(start)
            self.note(template, error)
            return self.emitter.let(self.reference(template, data, scoped))

    def document(self, slot: str, part: str, template: Template, data: Mapping[str, Value], block: Block | None) -> None:
        """A template that is a part of the document."""
        scoped = self.scoped(block)
        self.emitter.line(f"D = begin({slot!r}, {part!r})", traced=True)
        start = self.emitter.mark()
        # Heads are merged by what they say, so they are never alike while they hold tokens.
        self.emitter.everything_read = part == "head"
        try:
            self.write(template, data, scoped)
        except CannotCompile as error:
            self.emitter.rewind(start)
            self.note(template, error)
            self.emitter.markup(self.reference(template, data, scoped))
        self.emitter.everything_read = False

    def write(self, template: Template, data: Mapping[str, Value], scoped: Scoped) -> None:
        self.emitter.path = template.source.path
        self.emitter.muted = False
        template.write_code(self.emitter, data, scoped)

    def note(self, template: Template, error: CannotCompile) -> None:
        self.notes.append((error.place or template.source.place(0), error.why))

    def reference(self, template: Template, data: Mapping[str, Value], scoped: Scoped) -> str:
        """The code that lets the language itself fill a template."""
        known = self.emitter.bind({name: value.value for name, value in data.items() if isinstance(value, Known)})
        others = ", ".join(f"{name!r}: {self.emitter.code(value)}" for name, value in data.items() if not isinstance(value, Known))
        return f"{self.emitter.bind(template)}.render({{**{known}, {others}}}, {self.emitter.bind(scoped.static)}.of(R))"

    def slot(self, name: str, entry: Entry, base: Mapping[str, Value], campaign_data: Mapping[str, Value]) -> None:
        block = entry.block
        assert block is not None
        parameters = self.parameters(entry.parameters, campaign_data)
        # A parameter without a value isn't there.
        given = {key: value for key, value in parameters.items() if not (isinstance(value, Known) and value.value is None)}
        data = {**base, "block": _record(given)}
        data = self.seen(data, {**self.chosen.workspace.config.variables, **block.variables}, f"block '{block.name}'")
        if block.head:
            self.document(name, "head", block.head.template, data, block)
        self.document(name, "body", block.variant(entry.variant or "").template, data, block)

    def parameters(self, values: ParameterValues, data: Mapping[str, Value]) -> dict[str, Value]:
        return {name: self.parameter(value, data) for name, value in values.values.items()}

    def parameter(self, value: Any, data: Mapping[str, Value]) -> Value:
        """A parameter's value, its templates filled."""
        if isinstance(value, Template):
            return self.text(value, data, None)
        if isinstance(value, Mapping):
            return _record({key: self.parameter(inner, data) for key, inner in value.items()})
        if isinstance(value, list):
            items = [self.parameter(inner, data) for inner in value]
            if all(map(is_known, items)):
                return Known(list(map(plain_value, items)))
            return self.emitter.let(f"[{', '.join(map(self.emitter.code, items))}]")
        return Known(value)


def _record(fields: Mapping[str, Value]) -> Value:
    """A mapping of values; known as a whole when all of them are."""
    record = Record(fields)
    return Known(plain_value(record)) if is_known(record) else record


def _with_known(root: str, value: Known, variables: Mapping[str, Variable], used_by: str) -> dict[str, Any]:
    nowhere = Profile("", {}, Document(Source("", ""), None, None))
    data = {} if value.value is None else {root: value.value}
    try:
        return with_fallbacks(data, variables, nowhere, used_by)
    except MailweaveError as error:
        raise CannotCompile(str(error)) from error


def _bail() -> Any:
    raise Bail


def _looked_up(customer: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    value = look_up(customer, keys)
    return None if value is MISSING else value


def _fits(kind: str, value: Any) -> bool:
    return look_up({"value": value}, "value") is MISSING or type_error(kind, value) is None


def _put(data: Mapping[str, Any], keys: tuple[str, ...], value: Any) -> dict[str, Any]:
    """A copy of nested data with a value in it."""
    inner = data.get(keys[0])
    return {**data, keys[0]: value if len(keys) == 1 else _put(inner if isinstance(inner, Mapping) else {}, keys[1:], value)}
