"""What a message costs as campaigns grow: microseconds of CPU by number of slots, rules, variants, choices and products."""

from __future__ import annotations

from itertools import cycle
from time import process_time
from typing import Any

from subjects import AT, BUILD

from mailweave.engine import Engine
from mailweave.profiles import Profile
from mailweave.testing import MINIMAL, write_files

COUNT = 400


def scaling(engine: Engine) -> dict[str, dict[int, float]]:
    """Each row: number → microseconds a message."""
    return {
        "slots": {count: _cost(engine, f"slots-{count}", _slots(count)) for count in (2, 8, 32)},
        "rules_unused": {count: _cost(engine, f"rules-{count}", _rules(count)) for count in (2, 20, 200)},
        "variants_unused": {count: _cost(engine, f"variants-{count}", _variants(count)) for count in (2, 20, 200)},
        "rules_asked": {count: _cost(engine, f"asked-{count}", _asked(count)) for count in (2, 20, 200)},
        "choices": {count: _cost(engine, f"choices-{count}", _choices(), tier=count) for count in (1, 16, 128)},
        "products": {count: _cost(engine, f"products-{count}", _products(), things=count) for count in (0, 6, 24)},
    }


def _cost(engine: Engine, name: str, files: dict[str, str], tier: int = 1, things: int = 0) -> float:
    folder = BUILD / "scaling" / name
    write_files(folder, {**MINIMAL, **files})
    program = engine.compile(engine.open(folder), "hello")
    data = [
        {"first_name": f"Ann {number}", "tier": f"t{number % tier}", "things": [{"name": f"T {index}", "price": index} for index in range(things)]}
        for number in range(max(tier, 20))
    ]
    profiles = [Profile.from_data(one) for one in data]
    for profile in profiles:
        program.render(profile, AT)
    turn = cycle(profiles)
    best = float("inf")
    for _ in range(3):
        before = process_time()
        for _ in range(COUNT):
            program.render(next(turn), AT)
        best = min(best, (process_time() - before) / COUNT * 1e6)
    return round(best, 1)


def _campaign(slots: str) -> dict[str, str]:
    return {"campaigns/hello.yaml": "subject: 'Hello {{ customer.first_name }}'\nslots:\n" + slots}


def _slots(count: int) -> dict[str, str]:
    return _campaign("".join(f"  s{number}: {{block: note}}\n" for number in range(count)))


def _rules(count: int) -> dict[str, Any]:
    """Rules that come after the one that holds."""
    others = "".join(f"      - {{when: {{attribute: {{tier: {{equals: x{number}}}}}}}, variant: other}}\n" for number in range(count))
    first = "      - {when: {attribute: {tier: {equals: t0}}}, variant: default}\n"
    return _campaign(f"  note:\n    block: note\n    choose:\n{first}{others}      - otherwise: default\n")


def _variants(count: int) -> dict[str, str]:
    made = {f"content_blocks/many/v{number}.mjml": MINIMAL["content_blocks/note/other.mjml"] for number in range(count)}
    variants = ", ".join(f"v{number}: {{}}" for number in range(count))
    about = f"description: Many.\nvariables: {{customer.first_name: {{type: string, fallback: there}}}}\nvariants: {{{variants}}}\n"
    return {**made, "content_blocks/many/block.yaml": about, **_campaign("  many: {block: many, variant: v0}\n")}


def _asked(count: int) -> dict[str, str]:
    """Rules that are asked one after the other, for none holds."""
    rules = "".join(f"      - {{when: {{attribute: {{tier: {{equals: x{number}}}}}}}, variant: other}}\n" for number in range(count))
    return _campaign(f"  note:\n    block: note\n    choose:\n{rules}      - otherwise: default\n")


def _choices() -> dict[str, str]:
    """Seven slots of two variants each: 128 choices, of which the customers get as many as they have tiers. As many rules are asked for each."""
    tiers = [[f"t{tier}" for tier in range(128) if tier >> bit & 1] for bit in range(7)]
    slots = (
        f"  s{bit}:\n    block: note\n    choose:\n      - {{when: {{attribute: {{tier: {names}}}}}, variant: other}}\n      - otherwise: default\n"
        for bit, names in enumerate(tiers)
    )
    return _campaign("".join(slots))


def _products() -> dict[str, str]:
    return {
        "content_blocks/list/block.yaml": "description: A list.\nvariants: {default: {}}\n",
        "content_blocks/list/default.mjml": """
            <mj-section><mj-column><mj-text>Things</mj-text>
            {% for thing in customer.things %}<mj-text>{{ thing.name }}: {{ thing.price | money }}</mj-text>{% endfor %}
            </mj-column></mj-section>
            """,
        **_campaign("  list: {block: list}\n"),
    }
