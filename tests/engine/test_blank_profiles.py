"""A blank value in a profile is a missing one, in whatever field and however the profile comes."""

from __future__ import annotations

import json

import pytest

from mailweave.errors import MailweaveError
from mailweave.profiles import KnownFields, Profile
from mailweave.render import render
from mailweave.testing import AT

BLANKS = ("", " \t\n", "\u00a0", None)
FILES = {
    "campaigns/hello.yaml": """
        subject: 'Hello {{ customer.first_name | default: "there" }}'
        slots:
          note:
            choose:
              - when: {any: [{lifecycle: {stage: new}}, {lifecycle: {birthday: {within: 3 days}}}, {segment: vip}, {attribute: {email: {exists: true}}}]}
                block: note
              - when: {any: [{frequency: {orders: {at_least: 1}}}, {location: {near: {latitude: 1, longitude: 1, within: 5 km}}}]}
                block: note
                variant: other
              - otherwise: nothing
          second:
            choose:
              - when: {all: [{location: {timezone: UTC}}, {locale: en}]}
                block: note
              - otherwise: nothing
        """,
}


def told(workspace, profile):
    message = render(workspace, workspace.campaign("hello"), profile, AT)
    slots = [(name, slot.because, [tried.because for tried in slot.tried]) for name, slot in message.choice.items()]
    return slots, message.subject, message.html, message.text, message.to_email, message.locale


@pytest.mark.parametrize("blank", BLANKS, ids=repr)
def test_a_blank_field_is_a_missing_one(make_workspace, blank):
    files = {f"profiles/{field}.yaml": json.dumps({"x": 1, field: blank}) for field in KnownFields.model_fields}
    workspace = make_workspace({**FILES, **files})
    empty = told(workspace, Profile.from_data({"x": 1}))
    assert {field: told(workspace, workspace.profile(field)) for field in KnownFields.model_fields} == dict.fromkeys(KnownFields.model_fields, empty)


def test_compiled_programs_take_blanks_alike(make_workspace, mailweave_engine):
    workspace = make_workspace(FILES)
    campaign = workspace.campaign("hello")
    program = mailweave_engine.compile(workspace, campaign)
    for field in KnownFields.model_fields:
        for blank in ("", "\u00a0"):
            profile = Profile.from_data({"x": 1, field: blank})
            built, message = program.build(profile, AT).message, render(workspace, campaign, profile, AT)
            assert (built.subject, built.html, built.text, built.to_email) == (message.subject, message.html, message.text, message.to_email)


def test_blank_parts_of_an_address_and_an_order_are_missing(make_workspace):
    workspace = make_workspace(FILES)
    filled = {"orders": [{"at": "2026-11-01"}], "address": {"country": "US"}}
    blank = {
        "orders": [{"at": "2026-11-01", "id": "", "total": " ", "items": ""}],
        "address": {"country": "US", **dict.fromkeys(("region", "city", "postal_code", "latitude", "longitude"), " ")},
    }
    assert told(workspace, Profile.from_data(blank)) == told(workspace, Profile.from_data(filled))


def test_an_order_without_its_date_is_refused():
    with pytest.raises(MailweaveError):
        Profile.from_data({"orders": [{"at": " "}]})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"signed_up_at": 1700000000}, "'1700000000' is no date – if it is in seconds since 1970, write 2023-11-14T22:13:20Z"),
        ({"signed_up_at": "1700000000"}, "'1700000000' is no date – if it is in seconds since 1970, write 2023-11-14T22:13:20Z"),
        ({"visits": [1700000000123]}, "'1700000000123' is no date – if it is in milliseconds since 1970, write 2023-11-14T22:13:20.123000Z"),
        ({"orders": [{"at": 1700000000}]}, "'1700000000' is no date – if it is in seconds since 1970, write 2023-11-14T22:13:20Z"),
        ({"birthday": 701308800}, "'701308800' is no birthday – if it is in seconds since 1970, write 1992-03-23T00:00:00Z"),
        ({"birthday": 1992}, "'1992' is no birthday – write it like 1992-02-29, or --02-29 when the year is unknown"),
        ({"locale": 5}, "'5' is no locale – write a language and perhaps a country, like en-US or de"),
        ({"timezone": 5}, "'5' is no time zone – write an IANA name like Europe/Berlin"),
        ({"id": 5}, "'id' must be text, not 5 – put it in quotes: \"5\""),
        ({"birthday": 19920229}, "'birthday' must be text, not 19920229 – put it in quotes: \"19920229\""),
    ],
)
def test_a_number_gets_a_remedy_that_works(data, message):
    with pytest.raises(MailweaveError) as caught:
        Profile.from_data(data)
    assert [problem.sentence for problem in caught.value.problems] == [message]
