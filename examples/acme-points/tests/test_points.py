import acme_points
import pytest
from acme_points import Points

from mailweave.errors import MailweaveError
from mailweave.testing import AT, assert_sound, decide


@pytest.mark.parametrize(
    ("profile", "matched", "because"),
    [
        ({"loyalty": {"points": 500}}, True, "500 points, at least 500"),
        ({"loyalty": {"points": 499}}, False, "499 points, fewer than 500"),
        ({}, False, "the profile has no points"),
    ],
)
def test_decides(profile, matched, because):
    outcome = decide(Points, {"at_least": 500}, profile)
    assert (outcome.matched, outcome.because) == (matched, because)


def test_says_what_it_read():
    outcome = decide(Points, {"at_least": 500}, {"loyalty": {"points": 500}})
    assert [(entry.name, entry.value, entry.origin) for entry in outcome.inputs] == [("loyalty.points", 500, "profile")]


def test_keeps_the_contract_of_every_rule():
    assert_sound(Points, {"at_least": 500})


def test_refuses_wrong_settings():
    with pytest.raises(MailweaveError, match="unknown key 'at_lest' – did you mean 'at_least'"):
        decide(Points, {"at_lest": 500})


def test_works_in_a_campaign(make_workspace, mailweave_engine):
    campaign = """
        subject: Hello
        slots:
          note:
            block: note
            choose:
              - when: {points: {at_least: 500}}
                variant: other
              - otherwise: default
        """
    engine = mailweave_engine
    if "points" not in engine.registry.classes["rules"]:
        engine = type(engine)([*engine.plugins, ("acme_points", acme_points)])
    shop = make_workspace({"campaigns/hello.yaml": campaign}, engine)
    message = engine.render(shop, "hello", {"first_name": "Ann", "loyalty": {"points": 900}}, AT)
    assert "Good day, Ann!" in message.text
