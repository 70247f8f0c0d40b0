"""What a template says about itself before it is filled: what it reads, translates and puts out unescaped, and its text with tags covered."""

from typing import NamedTuple

import pytest

from mailweave.source import Source
from mailweave_plugins.languages.handlebars import Handlebars


class Reads(NamedTuple):
    template: str
    # "path column", with "?" after a path whose absence is handled.
    uses: list[str]


READS = [
    Reads("{{customer.first_name}}", ["customer.first_name 3"]),
    Reads("{{customer/first_name}} {{this.a}} {{./b}}", ["customer.first_name 3", "a 27", "b 38"]),
    Reads("{{customer.[last name]}}", ["customer.last name 3"]),
    Reads("{{@root.a.b}} {{@index}} {{@root}}", ["a.b 3"]),
    Reads("{{#if a}}{{a}}{{b}}{{else}}{{a}}{{/if}}", ["a? 7", "a? 12", "b 17", "a 30"]),
    Reads("{{#if a}}{{a.b}}{{/if}}", ["a? 7", "a.b? 12"]),
    Reads("{{#if a.b}}{{a.c}}{{/if}}", ["a.b? 7", "a.c 14"]),
    Reads("{{#unless a}}{{a}}{{else}}{{a}}{{/unless}}", ["a? 11", "a 16", "a? 29"]),
    Reads("{{^if a}}{{a}}{{else}}{{a}}{{/if}}", ["a? 7", "a 12", "a? 25"]),
    Reads("{{#if a}}x{{else if b}}{{b}}{{a}}{{/if}}", ["a? 7", "b? 21", "b? 26", "a 31"]),
    Reads("{{#with customer}}{{first_name}}{{../x}}{{@root.y}}{{/with}}", ["customer? 9", "customer.first_name? 21", "x 35", "y 43"]),
    Reads("{{#with customer as |c|}}{{c.first_name}}{{/with}}", ["customer? 9", "customer.first_name? 28"]),
    Reads("{{#each orders}}{{total}}{{@key}}{{../x}}{{/each}}", ["orders 9", "x 36"]),
    Reads("{{#each orders as |o i|}}{{o.total}}{{i}}{{o}}{{/each}}", ["orders 9"]),
    Reads("{{#each orders as |o|}}{{#if o.x}}{{../y}}{{o.x}}{{/if}}{{/each}}", ["orders 9", "y 37"]),
    Reads("{{#each a}}{{#each ../b}}{{../../c}}{{/each}}{{else}}{{d}}{{/each}}", ["a? 9", "b 20", "c 28", "d 56"]),
    Reads("{{#each a}}{{x}}{{else}}{{/each}}", ["a? 9"]),
    Reads("{{#segment.vip}}{{x}}{{/segment.vip}}", ["segment.vip? 4"]),
    Reads("{{^segment.vip}}{{x}}{{/segment.vip}}", ["segment.vip? 4", "x 19"]),
    Reads("{{upper name}}", ["name 9"]),
    Reads("{{upper (join a by=b)}}", ["a 15", "b 20"]),
    Reads("{{#if (same a 1)}}{{a}}{{/if}}", ["a 13", "a 21"]),
    Reads('{{lookup customer "first_name"}}', ["customer.first_name 3"]),
    Reads('{{#if (lookup customer "x")}}y{{/if}}', ["customer.x? 7"]),
    Reads("{{lookup customer key}}", ["customer? 10", "key? 19"]),
    Reads("{{#with (lookup a 'b')}}{{c}}{{/with}}", ["a.b? 9"]),
    Reads('{{"first_name"}} {{log a}}', ["first_name 3", "a? 24"]),
    Reads("{{#if a includeZero=b}}{{/if}}", ["a? 7", "b? 21"]),
    Reads(r"\{{a}} {{! b }}", []),
]


@pytest.mark.parametrize("case", READS, ids=lambda case: case.template)
def test_what_a_template_reads(case: Reads, handlebars: Handlebars) -> None:
    uses = handlebars.parse(Source("a.hbs", case.template)).uses

    assert case.uses == [f"{use.path}{'?' * use.guarded} {use.place.column}" for use in uses]


def test_the_translation_keys_that_are_written_out(handlebars: Handlebars) -> None:
    template = handlebars.parse(Source("a.hbs", '{{t "hello" name=a}}\n{{#if (t "nested")}}{{upper (t "in")}}{{t key}}{{/if}}'))

    assert [(key, place.line, place.column) for key, place in template.messages] == [("hello", 1, 5), ("nested", 2, 10), ("in", 2, 32)]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("{{a}}", []),
        ("{{{a}}}", [1]),
        ("x{{&a}}", [2]),
        ("{{safe a}}", [1]),
        ("{{safe}}", []),
        ("{{#if x}}{{{a}}}{{/if}}", [10]),
        ("{{upper (safe a)}}", [1]),
        ("{{#if (safe a)}}b{{/if}}", []),
    ],
)
def test_where_values_go_out_unescaped(text: str, columns: list[int], handlebars: Handlebars) -> None:
    assert columns == [place.column for place in handlebars.parse(Source("a.hbs", text)).raw]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a{{b}}c", "axxxxxc"),
        ("<p>{{#if a}}\n{{{b}}}{{else if c}}d{{/if}}", "<p>         \nxxxxxxx             d       "),
        ("{{! a\n}}b", "     \n  b"),
        ("{{upper\r\n  a}}", "xxxxxxx\r\nxxxxx"),
        (r"\{{a}} \\{{b}}", r" {{a}} \ xxxxx"),
        ("{{~#a~}} b {{~/a~}} ", "         b          "),
        ("", ""),
    ],
)
def test_the_text_with_its_tags_covered(text: str, masked: str, handlebars: Handlebars) -> None:
    assert masked == handlebars.parse(Source("a.hbs", text)).masked
