"""The sets of tags and filters that other platforms add to Liquid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mailweave.engine import Engine
from mailweave.errors import ABORTED, MailweaveError
from mailweave.languages import Escaping, Language, Scope
from mailweave.source import Source
from mailweave.testing import AT
from mailweave_plugins.languages.liquid import LiquidConfig

URL = "https://api.example/products?limit=3"


@pytest.fixture(scope="module")
def liquid(mailweave_engine: Engine) -> Language:
    config = LiquidConfig(sets=("braze", "customer_io"), connected_content={URL: "products"})
    return mailweave_engine.registry.languages["liquid"].configured(config)


@pytest.fixture(scope="module")
def fill(liquid: Language, scope: Scope, data: dict[str, Any]) -> Callable[..., str]:
    def filled(text: str, escaping: Escaping = "markup") -> str:
        return liquid.parse(Source("b.mjml", text), escaping).render({**data, "products": [{"name": "Pot"}]}, scope)

    return filled


# The scope's zone is UTC, its moment 2026-11-23, its locale en-US.
CASES = {
    "{{ 'now' | add_day: 7 | date: '%Y-%m-%d' }}": "2026-11-30",
    "{{ '2024-01-31' | add_month: 1 | date: '%Y-%m-%d' }}": "2024-02-29",
    "{{ '2024-02-29' | add_year: 1 | date: '%Y-%m-%d' }} {{ '2024-03-31' | subtract_month: 1 | date: '%F' }}": "2025-02-28 2024-02-29",
    "{{ 1483272000 | add_day: 1 }} {{ 1483272000 | subtract_day: 1 }} {{ '1483272000' | subtract_year: 1 }}": "1483358400 1483185600 1451649600",
    "{{ 1483272000 | timezone: 'America/New_York' | date: '%H:%M' }} {{ 1483272000 | time_zone: 'Asia/Tokyo' | date: '%F %H:%M' }}": "07:00 2017-01-01 21:00",
    "{{ 'my GREAT title' | titlecase }} {{ 'a b&c' | cgi_escape }}": "My Great Title a+b%26c",
    "{{ 1234.5 | currency }} {{ 1234.5 | currency: 'EUR' }} {{ 1234.5 | rounded_currency }} {{ 1234567.25 | format_number }}": "$1,234.50 €1,234.50 $1,235 1,234,567.25",
    "{{ 1234567.891 | number_with_delimiter }} {{ -1234 | number_with_delimiter }} {{ 12 | number_with_delimiter }}": "1,234,567.891 -1,234 12",
    "{{ 'hey' | md5 }} {{ 'hey' | sha1 }}": "6057f13c496ecf7fd777ceb9e79ae285 7f550a9f4c44173a37664d938f1355f0f92a47a7",
    "{{ 'hey' | sha2 }}": "fa690b82061edfd2852629aeba8a8977b57e40fcb77d1a7a28b26cba62591204",
    "{{ 'hey' | hmac_sha1_hex: 'secret_key' }}": "2a3969bed25bfeefb00aca4063eb9590b4df8f0e",
    "{{ 'blah' | base64 }} {{ 'a\"b' | json_escape }}": "YmxhaA== a\\&quot;b",
    "{{ customer.address | property_accessor: 'city' }} {% assign j = '[1, {\"a\": 2}]' | json_parse %}{{ j[1].a }}": "Graz 2",
    "{{ customer.tags | as_json_string }}": "[&quot;a&quot;,&quot;b&quot;]",
    f"{{% connected_content {URL} :save got %}}{{{{ got[0].name }}}}": "Pot",
    f"{{% connected_content {URL} %}}{{{{ connected[0].name }}}}": "Pot",
    f"{{% connected_content {URL} :method get :save got :retry %}}{{{{ got.size }}}}": "1",
    "{% if customer.nope %}{% abort_message('no') %}{% endif %}on": "on",
}


@pytest.mark.parametrize(("text", "expected"), CASES.items())
def test_filters_and_tags(fill: Callable[..., str], text: str, expected: str) -> None:
    assert fill(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{% abort_message('no address') %}", ": no address"),
        ("{{ customer.nope }}{% abort_message() %}", ""),
        ("{% abort_message %}", ""),
        ("{% liquid\n  abort_message('x')\n%}", ": x"),
        ("{% for t in customer.tags %}{% render 'none' %}{% endfor %}", None),
        ("{% capture c %}{% abort_message(\"it's\") %}{% endcapture %}", ": it's"),
    ],
)
def test_a_message_that_is_not_to_be_sent(fill: Callable[..., str], text: str, reason: str | None) -> None:
    with pytest.raises(MailweaveError) as caught:
        fill(text)
    assert caught.value.aborted == (reason is not None)
    if reason is not None:
        assert [(problem.code, problem.what) for problem in caught.value.problems] == [(ABORTED, f"this message isn't to be sent{reason}")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{% abort_message no %}", "b.mjml:1:18: Liquid can't read this: expected a reason in quotes"),
        ("{% connected_content https://x.example/ :save a %}", "1:22: Liquid can't read this: `https://x.example/` stands for no source"),
        ("{{ 'x' | add_day: 1 }}", "1:10: `add_day`: 'x' is no date – give one such as"),
        ("{{ 'now' | add_year: 99999 }}", "`add_year`: the date is beyond the years 1 to 9999"),
        ("{{ 'now' | timezone: 'Mars' }}", "`timezone`: 'Mars' is no time zone"),
        ("{{ 'x' | number_with_delimiter }}", "`number_with_delimiter`: 'x' is no number"),
    ],
)
def test_mistakes(fill: Callable[..., str], text: str, message: str) -> None:
    with pytest.raises(MailweaveError) as caught:
        fill(text)
    assert message in str(caught.value)


def test_they_are_off_unless_switched_on(mailweave_engine: Engine) -> None:
    with pytest.raises(MailweaveError) as caught:
        mailweave_engine.registry.languages["liquid"].parse(Source("t", "{% abort_message %}{{ 'a' | md5 }}"))
    assert [problem.code for problem in caught.value.problems] == ["unknown-tag"]


def test_a_workspace_switches_them_on(make_workspace: Callable[..., Any], mailweave_engine: Engine) -> None:
    settings = """
        name: Test
        brand: {name: Test, address: 1 Test Street}
        sender: {name: Test, email: hello@test.example}
        links: {unsubscribe: "https://test.example/unsubscribe"}
        plugins: {liquid: {sets: [braze]}}
        """
    text = "<mj-section><mj-column><mj-text>{% unless customer.city %}{% abort_message('no city') %}{% endunless %}{{ customer.city | md5 }}</mj-text></mj-column></mj-section>"
    shop = make_workspace({"mailweave.yaml": settings, "content_blocks/note/default.mjml": text})
    with pytest.raises(MailweaveError) as caught:
        mailweave_engine.render(shop, "hello", {"first_name": "Ann"}, AT)
    assert caught.value.aborted
    assert str(caught.value.problems[0].place) == "content_blocks/note/default.mjml:1:62"
    assert "ca7668a05b2a3dbf29ca3d768c0febe8" in mailweave_engine.render(shop, "hello", {"first_name": "Ann", "city": "Graz"}, AT).html


def test_wrong_settings_are_told(make_workspace: Callable[..., Any]) -> None:
    settings = """
        name: Test
        brand: {name: Test, address: 1 Test Street}
        sender: {name: Test, email: hello@test.example}
        plugins: {liquid: {sets: [braz]}}
        """
    with pytest.raises(MailweaveError) as caught:
        make_workspace({"mailweave.yaml": settings})
    assert "mailweave.yaml:4:27" in str(caught.value)
