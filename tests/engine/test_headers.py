"""Headers of a message's own: whose names may be set, whose values win, and that no value adds another header."""

import email.policy
from email.parser import BytesParser

import pytest

from mailweave.errors import MailweaveError
from mailweave.testing import AT, MINIMAL

ANN = {"id": "7", "email": "ann@test.example", "first_name": "Ann"}


def campaign(headers: str) -> str:
    return f"subject: Hi\nslots: {{note: {{block: note}}}}\nheaders: {headers}\n"


def mail(workspace, engine, data=ANN, **options):
    return BytesParser(policy=email.policy.default).parsebytes(engine.render(workspace, "hello", data, AT, **options).eml)


@pytest.mark.parametrize("reference", [True, False])
def test_a_campaign_adds_headers_and_replaces_the_workspaces(make_workspace, mailweave_engine, reference):
    shop = make_workspace(
        {
            "mailweave.yaml": MINIMAL["mailweave.yaml"] + "headers: {X-Campaign: '{{ campaign.name }}', X-Shop: all, X-Segment: none}\n",
            "campaigns/hello.yaml": campaign("{x-segment: '{% if segment.vip %}vip{% endif %}', Feedback-ID: '{{ campaign.name }}:{{ customer.id }}:mail:shop'}"),
        }
    )
    for segments in (["vip"], [], ["vip"], []):
        found = mail(shop, mailweave_engine, {**ANN, "segments": segments}, reference=reference)
        assert found["X-Campaign"] == "hello"
        assert found["X-Shop"] == "all"
        assert found.get_all("X-Segment") == (["vip"] if segments else None)
        assert found["Feedback-ID"] == "hello:7:mail:shop"


def test_a_value_in_any_script_is_encoded(make_workspace, mailweave_engine):
    shop = make_workspace({"campaigns/hello.yaml": campaign("{X-Name: '{{ customer.first_name }}'}")})
    assert mail(shop, mailweave_engine, {**ANN, "first_name": "Łucja 🌿 " + "long " * 40})["X-Name"] == ("Łucja 🌿 " + "long " * 40).strip()


@pytest.mark.parametrize("value", ["a\r\nBcc: eve@evil.example", "a\n\nb", "a\u2028Bcc: b"])
def test_line_breaks_of_a_value_are_blanks(make_workspace, mailweave_engine, value):
    shop = make_workspace({"campaigns/hello.yaml": campaign("{X-Word: '{{ customer.word }}'}")})
    found = mail(shop, mailweave_engine, {**ANN, "word": value})
    assert found["Bcc"] is None
    assert found["X-Word"] == " ".join(value.split())


@pytest.mark.parametrize("value", ["a\x00b", "a\x08b", "a\x7fb", "a\ud800b"])
def test_no_header_holds_a_control_character(make_workspace, mailweave_engine, value):
    shop = make_workspace({"campaigns/hello.yaml": campaign("{X-Word: '{{ customer.word }}'}")})
    found = mail(shop, mailweave_engine, {**ANN, "word": value})["X-Word"]
    assert (found[0], found[-1]) == ("a", "b")
    assert value[1] not in found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Subject", "the header Subject is in every message already – set `subject` in the campaign"),
        ("reply-to", "set `sender.reply_to`"),
        ("LIST-UNSUBSCRIBE", "set `links.unsubscribe`"),
        ("Bcc", "the header Bcc can't be set here"),
        ("Content-Type", "the header Content-Type can't be set here"),
        ("Resent-To", "can't be set here"),
        ("X Name", "'X Name' is not a valid header name – use letters, digits and hyphens"),
        ("Überschrift", "is not a valid header name"),
        ("X-A:", "is not a valid header name"),
        ("X" * 80, "is not a valid header name"),
    ],
)
@pytest.mark.parametrize("file", ["mailweave.yaml", "campaigns/hello.yaml"])
def test_names_that_cannot_be_set(make_workspace, mailweave_engine, file, name, said):
    text = MINIMAL["mailweave.yaml"] + f"headers: {{'{name}': x}}\n" if file == "mailweave.yaml" else campaign(f"{{'{name}': x}}")
    with pytest.raises(MailweaveError) as caught:
        mail(make_workspace({file: text}), mailweave_engine)
    (problem,) = caught.value.problems
    assert said in str(problem)
    assert problem.place.path.endswith(file)


def test_one_header_in_two_cases_is_a_mistake(make_workspace, mailweave_engine):
    with pytest.raises(MailweaveError, match="X-Shop and x-shop are the same header – keep one of them"):
        mail(make_workspace({"campaigns/hello.yaml": campaign("{X-Shop: a, x-shop: b}")}), mailweave_engine)


def test_a_mistake_in_a_value_has_its_place(make_workspace, mailweave_engine):
    shop = make_workspace({"campaigns/hello.yaml": campaign("{X-Shop: '{{ customer.id | upcse }}'}"), "mailweave.yaml": MINIMAL["mailweave.yaml"]})
    with pytest.raises(MailweaveError, match=r"hello\.yaml:3:\d+: .*upcase"):
        mail(shop, mailweave_engine)
