"""What is compared: one campaign of the benchmark shop, ready to be built by mailweave and, as an equivalent, by others."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from people import people

from mailweave.compiled.program import Program, _person
from mailweave.compiled.purity import Person
from mailweave.compiled.tracing import Trace
from mailweave.compiled.values import OPAQUE, text_value
from mailweave.compose import Filled, compose
from mailweave.engine import Engine
from mailweave.garbage import spare_what_is_there
from mailweave.preheader import escaped_title, preheader_element
from mailweave.profiles import Profile
from mailweave.render import Rendering, render, situation_of
from mailweave.workspace import Workspace

HERE = Path(__file__).parent
BUILD = HERE.parent / "build" / "bench"
AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
PEOPLE = 120


def shop(engine: Engine) -> Workspace:
    """The storefront with the benchmarks' campaigns."""
    folder = BUILD / "shop"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE.parent / "examples" / "storefront", folder)
    for path in (HERE / "campaigns").glob("*.yaml"):
        shutil.copy(path, folder / "campaigns")
    return engine.open(folder)


@dataclass
class Subject:
    """One campaign with its people and its program, which has met all of them already."""

    name: str
    workspace: Workspace
    program: Program
    profiles: list[Profile]

    @classmethod
    def of(cls, engine: Engine, workspace: Workspace, name: str) -> Subject:
        """Make it."""
        found = [Profile.from_data(data) for data in people(PEOPLE, sorted(workspace.sources["products"]), AT)]
        program = engine.compile(workspace, name)
        for profile in found:
            program.render(profile, AT)
        # As in a bulk run.
        gc.collect()
        spare_what_is_there()
        return cls(name, workspace, program, found)

    def whole(self) -> Callable[[], Any]:
        """One whole message, of the next person: decisions, recommendations, subject, preheader, HTML and text."""
        turn = cycle(self.profiles)
        return lambda: self.program.render(next(turn), AT)

    def reference(self) -> Callable[[], Any]:
        """The same the reference way."""
        turn = cycle(self.profiles)
        return lambda: render(self.workspace, self.program.campaign, next(turn), AT)

    def document(self) -> Callable[[], Any]:
        """The HTML part alone, from its values, as bytes: each escaped for its place and put into the document. What others do with `flat`."""
        turn = cycle([self._values(profile) for profile in self.profiles])

        def once() -> bytes:
            document, values, subject, preheader = next(turn)
            escaped = [cache[text] for cache, text in values]
            return document.html(escaped, escaped_title(subject), preheader_element(preheader)).encode()

        return once

    def _values(self, profile: Profile) -> tuple[Any, ...]:
        plan, key, person = self._prepared(profile)
        trace = Trace.of(plan, person)
        document = self.program._documents[(key, *trace.decided)]
        caches = [OPAQUE[plan.puts[site].context] for site in trace.sites]
        return document, list(zip(caches, map(text_value, trace.values), strict=True)), *trace.texts[:2]

    def html(self) -> Callable[[], Any]:
        """The HTML part from a customer's data: conditions, loops, filters and escaping of the templates, and the document."""
        turn = cycle([self._prepared(profile) for profile in self.profiles])

        def once() -> str:
            plan, key, person = next(turn)
            decided: list[Any] = []
            values: list[str] = []
            subject, preheader, _ = plan.fill(person, decided.append, values.append)
            document = self.program._documents[(key, *decided)]
            return str(document.html(values, escaped_title(subject), preheader_element(preheader)))

        return once

    def _rendering(self, profile: Profile) -> Rendering:
        situation = situation_of(self.workspace, self.program.campaign, profile, AT)
        return Rendering(self.workspace, self.program.campaign, profile, situation, self.program.asset_base)

    def _prepared(self, profile: Profile) -> tuple[Any, tuple[Any, ...], Person]:
        rendering = self._rendering(profile)
        key = self.program._key(rendering)
        return self.program._plans[key], key, _person(rendering.situation)

    def flat(self) -> dict[str, Any]:
        """The compiled HTML as a template of one name for each value, and the people's values."""
        filled = []
        for profile in self.profiles:
            plan, key, person = self._prepared(profile)
            decided: list[Any] = []
            values: list[str] = []
            subject, preheader, _ = plan.fill(person, decided.append, values.append)
            filled.append(((key, *decided), subject, preheader, values))
        most = max(({entry[0] for entry in filled}), key=lambda key: sum(entry[0] == key for entry in filled))
        document = self.program._documents[most]
        mine = [entry for entry in filled if entry[0] == most]
        template = document.html([f"{{{{v{number}}}}}" for number in range(len(mine[0][3]))], "{{title}}", "<div>{{preheader}}</div>")
        data = [
            {"title": subject, "preheader": preheader, **{f"v{number}": text_value(value) for number, value in enumerate(values)}}
            for _, subject, preheader, values in mine
        ]
        return {"template": template, "people": data}

    def liquid(self) -> dict[str, Any]:
        """The chosen blocks in their layout as one Liquid and MJML template, with all that it reads for each person: liquidjs, mjml and juice have
        neither decisions to take nor products to find."""
        renderings = [self._rendering(profile) for profile in self.profiles]
        chosen = max(renderings, key=lambda one: sum(self._entries(one) == self._entries(other) for other in renderings))
        mine = [one for one in renderings if self._entries(one) == self._entries(chosen)]
        parts = [
            Filled(name, f"{{% assign block = blocks.{name} %}}{slot.entry.block.variant(slot.entry.variant).template.source.text}", "mjml", "",
                   slot.entry.block.head.template.source.text if slot.entry.block.head else "")
            for name, slot in chosen.choice.items() if slot.entry.block
        ]  # fmt: skip
        layout = self.program.campaign.layout
        config = self.workspace.config
        texts = {key: text for folder in self._catalogues(chosen) for key, text in folder.items()}
        common = {"template": compose(layout, layout.template.source.text, parts).text, "texts": texts}
        return {**common, "locale": "en-US", "currency": config.currency, "assets": config.assets, "people": [_seen(one) for one in mine]}

    def _entries(self, rendering: Rendering) -> list[int]:
        return [id(slot.entry) for slot in rendering.choice.values()]

    def _catalogues(self, rendering: Rendering) -> list[Mapping[str, Any]]:
        blocks = [slot.entry.block.catalogue for slot in rendering.choice.values() if slot.entry.block]
        return [catalogue.texts["en"] for catalogue in (self.workspace.catalogue, *blocks) if "en" in catalogue.texts]

    def react(self) -> dict[str, Any]:
        """The same texts, pictures and products for components."""
        return {"people": [_pieces(self._rendering(profile), self.program.render(profile, AT)) for profile in self.profiles]}


def _seen(rendering: Rendering) -> dict[str, Any]:
    """What a message's templates see, as JSON."""
    data = rendering.campaign_data
    blocks = {
        name: {key: value for key, value in slot.entry.parameters.fill(data, rendering.scope).items() if value is not None}
        for name, slot in rendering.choice.items()
        if slot.entry.block
    }
    names = ("customer", "brand", "campaign", "segment", "links", "recommendations", "locale")
    return {"blocks": blocks, **{name: data[name] for name in names if name in data}}


def _pieces(rendering: Rendering, message: Any) -> dict[str, Any]:
    seen = _seen(rendering)
    parts = [part for name, part in seen["blocks"].items() if name not in ("products", "footer")]
    sections = [
        {
            "title": part.get("title"), "texts": [text for text in (part.get("text"), *part.get("paragraphs", [])) if text],
            "image": part.get("image"), "alt": part.get("image_alt"), "button": part.get("button_label") or part.get("label"),
            "url": part.get("button_url") or part.get("url"),
        }
        for part in parts
    ]  # fmt: skip
    products = [
        {"name": item["name"], "url": item["url"], "image": item["image"], "price": f"${item['price']:.2f}", "reason": item["reason"]}
        for item in seen.get("recommendations", [])
    ]
    links = [{"label": name, "url": url} for name, url in seen.get("links", {}).items()]
    texts = {"subject": message.subject, "preheader": message.preheader, "locale": message.locale}
    return {**texts, "sections": sections, "products": products, "links": links, "footer": [seen["brand"]["name"], seen["brand"]["address"]]}
