"""What a person supposes in the previewer: forced choices, other content, sources that give nothing."""

import pytest

from mailweave.errors import MailweaveError
from mailweave.explain import choice_json
from mailweave.testing import AT
from mailweave.what_if import WhatIf

CAMPAIGN = """
    subject: Hello
    slots:
      note:
        block: note
        choose:
          - {when: {segment: gold}, variant: other}
          - {otherwise: default}
    """


def test_a_forced_entry_wins_over_the_rules_and_says_so(make_workspace, mailweave_engine):
    shop = make_workspace({"campaigns/hello.yaml": CAMPAIGN})
    message = mailweave_engine.render(shop, "hello", {"first_name": "Ann"}, AT, what_if=WhatIf(forced={"note": 0}))
    assert "Good day, Ann!" in message.text
    slot = message.choice["note"]
    assert slot.forced
    assert slot.because.startswith("it is forced; by the rules it would be note / default")
    assert choice_json(message.choice)["note"]["forced"] is True


def test_nothing_is_marked_as_forced_otherwise(make_workspace, mailweave_engine):
    shop = make_workspace({"campaigns/hello.yaml": CAMPAIGN})
    choice = mailweave_engine.choose(shop, "hello", {"segments": ["gold"]}, AT)
    assert "forced" not in choice_json(choice)["note"]


@pytest.mark.parametrize(
    ("forced", "said"),
    [
        ({"nite": 0}, "no slot 'nite' can be forced: the campaign 'hello' has none – did you mean 'note'?"),
        ({"note": 2}, "the slot 'note' has no entry 2 to force – it has 2, counted from 0"),
        ({"note": -1}, "the slot 'note' has no entry -1 to force"),
    ],
)
def test_what_can_not_be_forced_is_an_error(make_workspace, mailweave_engine, forced, said):
    shop = make_workspace({"campaigns/hello.yaml": CAMPAIGN})
    with pytest.raises(MailweaveError, match=said.replace("?", r"\?")):
        mailweave_engine.choose(shop, "hello", {}, AT, what_if=WhatIf(forced=forced))


def test_content_and_sources_are_replaced(make_workspace, mailweave_engine):
    files = {
        "campaigns/hello.yaml": CAMPAIGN.replace("{segment: gold}", "{recommendations: {at_least: 1}}"),
        "data/products.yaml": "mug: {name: Mug, price: 9, url: 'https://x.example', image: mug.png}",
        "data/orders.csv": "order,customer,product,at\n1,p,mug,2026-11-01\n",
    }
    settings = make_workspace(files).root / "mailweave.yaml"
    settings.write_text(settings.read_text() + "sources: {products: {file: {path: data/products.yaml}}, orders: {file: {path: data/orders.csv}}}\n")
    shop = mailweave_engine.open(settings.parent)
    variants = [
        mailweave_engine.choose(shop, "hello", {}, AT, what_if=what_if)["note"].variant
        for what_if in (WhatIf(), WhatIf(content={"recommendations": []}), WhatIf(sources={"products": {}}))
    ]
    assert variants == ["other", "default", "default"]
