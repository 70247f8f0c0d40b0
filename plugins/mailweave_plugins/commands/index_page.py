"""A page that links to messages which were written as files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from jinja2 import Environment

from mailweave.explain import label

Listed = TypeVar("Listed")

_PAGE = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }} – {{ messages | length }} messages</title>
<style>
:root { color-scheme: light dark; --line: light-dark(#dcdfe4, #3a3f47); --soft: light-dark(#5b6472, #a8b0bc); --link: light-dark(#0b57d0, #8ab4f8) }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 0 .25rem } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
p, td.slots, td.size { color: var(--soft) } p.note { color: CanvasText; font-weight: 600 }
a { color: var(--link) }
div { overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th { font-weight: 600 } th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line) }
td { overflow-wrap: break-word; min-width: 10rem } td.size, td.files { white-space: nowrap; min-width: 0 }
td.slots span { display: inline-block; font-size: .85rem; margin: 0 1rem .1rem 0 } td.slots b { color: CanvasText; font-weight: 600 }
@media (max-width: 48rem) {
  tr.head { display: none } table, tr, td { display: block }
  tr { padding: .75rem 0; border-bottom: 1px solid var(--line) } td { border: 0; padding: .1rem 0 }
}
</style>
</head>
<body>
<h1>{{ title }}</h1>
<p>{{ messages | length }} messages{% if messages %} as of {{ messages[0].at.strftime("%Y-%m-%d %H:%M UTC") }}{% endif %}.
What stands in bold isn't the default.</p>
{% if note %}
<p class="note">{{ note }}</p>
{% endif %}
{% for campaign, group in messages | groupby("campaign") %}
<h2>{{ campaign }}</h2>
<div><table>
<tr class="head"><th>Profile</th><th>Subject</th><th>Choice</th><th>Size</th><th>Files</th></tr>
{% for message in group %}
{% set file = href(message) %}
<tr><td><a href="{{ file }}.html">{{ message.profile }}</a></td><td dir="auto">{{ message.subject }}</td>
<td class="slots">
{% for slot in message.choice.values() %}
<span>{{ slot.slot }}
{% if slot.block != slot.slot %}
<b>{{ label(slot.block, slot.variant) }}</b>
{% elif slot.variant != "default" %}
<b>{{ slot.variant }}</b>
{% else %}
default
{% endif %}
</span>
{% endfor %}
</td>
<td class="size">{{ "%.1f" | format(message.size / 1000) }} kB</td>
<td class="files"><a href="{{ file }}.txt">text</a>{% if message.digest != "" %} <a href="{{ file }}.eml">eml</a>{% endif %}</td></tr>
{% endfor %}
</table></div>
{% endfor %}
</body>
</html>
""")


def index_page(title: str, messages: Sequence[Listed], href: Callable[[Listed], str], note: str = "") -> str:
    """HTML with a table for each campaign: profile, subject, choice, size, and links to each message's files, which `href` gives without suffix.

    `messages` have what a `Message` has of these; one whose `digest` is empty has no .eml file.
    """
    return _PAGE.render(title=title, messages=messages, label=label, href=href, note=note)
