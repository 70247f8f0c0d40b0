"""Random campaigns with values in every place that may hold one: HTML and MJML, Liquid and Handlebars, loops, partials, translations, sources."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

# «t»: a text; «T»: a text or markup, where markup may stand; «u»: a whole URL; «c»: a value of CSS; «s»: a part of a text in CSS.
INLINE: Final = [
    "<p>«T»</p>", "<p>a «T» b «T»</p>", '<b title="«t»">w «T»</b>', "<i title='«t»' lang=\"en\">«T» z</i>", '<p title="a «t» b" data-x="«t»">«T»</p>', '<a href="«u»">go «T»</a>', "<a href='«u»' title='«t»'>go</a>",
    '<a href="https://x.example/«t»/p?q=«t»&amp;utm_source=«t»#«t»" title="«t»" aria-label="«t»">y</a>', '<a href="https://x.example/?a=«t»&b=1">y «T»</a>', "<a href='mailto:a@x.example?subject=«t»'>m</a>", '<a href="«u»?q=1">y</a>',
    '<img src="«u»" alt="«t»">', '<img src="img/«t».png" alt="a" srcset="«u» 2x, https://x.example/«t»?w=«t» 640w">', '<img alt="«t»" src="a.png" width="10"><img alt="«t»" src="b.png">',
    '<span style="color:«c»; font-size:12px">w</span>', "<span style=\"font-family:'x «s»', serif; margin:0\">w «T»</span>", '<span style="background:url(&quot;https://x.example/«s».png&quot;) «c»">w</span>', '<span style="border:1px solid «c»">w</span>',
    "<div><!-- «t» --><br>x</div>", '<div>x<!--[if mso]><v:rect fill="«c»" href="«u»" alt="«t»"><v:fill src="«u»" color="«t»" /><p style="color:«c»">«t»</p></v:rect><![endif]-->y</div>', '<div><!--[if !mso]><!--><b title="«t»">«T»</b><!--<![endif]-->z</div>',
    '<!--[if (gte mso 9)|(IE)]><table><tr><td title=\'«t»\'>«t»</td></tr></table><![endif]--><div>x</div>', "<div><!--«t»--><i>«T»</i></div>",
    '<table><tr><td background="«u»" data-x="«t»">«T»</td><td>b</td></tr></table>', '<table role="presentation"><tr><td align="left" bgcolor="«t»">x «T»</td></tr></table>', "<ul><li>«T»</li><li>b «T»</li></ul>",
    "<pre>a «T»</pre>", "<textarea>x «t»</textarea>", "<div data-json='{\"a\":\"«t»\"}'>x</div>", "<svg><title>«t»</title><text>«t»</text></svg>", '<svg><rect fill="«c»" width="1"></rect><a xlink:href="«u»"><text>x</text></a></svg>',
    '<select><option value="«t»">o «t»</option></select>', '<input value="«t»" placeholder="«t»"><button value="«t»">b</button>', '<video poster="«u»"></video>', '<blockquote cite="«u»">«T»</blockquote>', '<form action="«u»"><input name="«t»"></form>',
    '<div aria-label="«t»" id="a«t»" dir="auto">d «T»</div>', "<h1>«T»</h1><hr><p>«T»</p>", "<math><mi>«t»</mi></math>", '<a href="«u»" ping="«u»" target="«t»">x «T»</a>', '<div itemscope><meta itemprop="name" content="«t»"><link itemprop="url" href="«u»">x</div>',
    '<o:p title="«t»">x</o:p>', "<dl><dt>«T»</dt><dd>x</dd></dl>", '<center><font color="«t»" face="«t»">x «T»</font></center>', '<details><summary>«T»</summary>x</details>', "<xmp>x «t»</xmp>", "<iframe>«t»</iframe><noframes>«t»</noframes><noembed>«t»</noembed>", "<listing>«T»</listing>", '<img src="a.png" alt="&quot;«t»&quot; &lt;«t»&gt;">', "<p>&lt;«T»&gt; &amp; «T»;</p>",
]  # fmt: skip
SECTIONS: Final = [
    "<mj-section><mj-column><mj-text>«INLINE»«INLINE»</mj-text></mj-column></mj-section>", '<mj-section background-url="«u»" background-color="«c»"><mj-column><mj-text color="«c»">«INLINE»</mj-text></mj-column></mj-section>',
    '<mj-section css-class="«t»"><mj-column css-class="a"><mj-button href="«u»" title="«t»" background-color="«c»" name="«t»">b «T»</mj-button></mj-column></mj-section>',
    '<mj-section><mj-group><mj-column width="50%"><mj-image src="«u»" alt="«t»" href="«u»" title="«t»" /></mj-column><mj-column width="50%"><mj-text>«INLINE»</mj-text></mj-column></mj-group></mj-section>',
    '<mj-section><mj-column><mj-image src="a.png" alt="«t»" srcset="«u» 2x" sizes="«t»" rel="«t»" /></mj-column></mj-section>', '<mj-wrapper background-url="«u»"><mj-section><mj-column><mj-text font-family="«c»">«T»</mj-text></mj-column></mj-section></mj-wrapper>',
    '<mj-hero background-url="«u»" background-height="100px" background-width="600px" mode="fixed-height" height="100px"><mj-text>«T»</mj-text></mj-hero>', "<mj-section><mj-column><mj-table><tr><td title=\"«t»\">«T»</td><td>x</td></tr></mj-table></mj-column></mj-section>",
    "<mj-raw>«INLINE»</mj-raw>", '<mj-section><mj-column><mj-social><mj-social-element name="facebook-noshare" href="«u»" alt="«t»" title="«t»">«T»</mj-social-element></mj-social></mj-column></mj-section>',
    '<mj-section><mj-column><mj-navbar base-url="https://x.example/"><mj-navbar-link href="/«t»" name="«t»">«T»</mj-navbar-link></mj-navbar></mj-column></mj-section>', '<mj-section><mj-column><mj-spacer height="10px" /><mj-divider border-color="«c»" /><mj-text align="left" letter-spacing="1px">«T»</mj-text></mj-column></mj-section>',
    "<mj-section><mj-column><mj-accordion><mj-accordion-element><mj-accordion-title>«T»</mj-accordion-title><mj-accordion-text>«INLINE»</mj-accordion-text></mj-accordion-element></mj-accordion></mj-column></mj-section>",
    '<mj-section><mj-column><mj-carousel><mj-carousel-image src="«u»" alt="«t»" title="«t»" href="«u»" /><mj-carousel-image src="b.png" thumbnails-src="«u»" alt="«t»" /></mj-carousel></mj-column></mj-section>', '<mj-section full-width="full-width" background-url="«u»"><mj-column><mj-text container-background-color="«c»">«INLINE»</mj-text></mj-column></mj-section>',
]  # fmt: skip
MJML_HEADS: Final = ["<mj-title>x «t»</mj-title>", "<mj-preview>«t»</mj-preview>", "<mj-style>.k { color: «c» }</mj-style>", '<mj-style inline="inline">.k, i { color: «c» }</mj-style>', "<mj-style>@media (max-width: 400px) { p { color: «c»; margin: 0 } }</mj-style>",
    '<mj-attributes><mj-text color="«c»" /><mj-image alt="«t»" /></mj-attributes>', "<mj-raw><!-- «t» --></mj-raw>", "<mj-style>p { font-family: 'x «s»' }</mj-style>", ""]  # fmt: skip
HTML_HEADS: Final = ["<title>x «t»</title>", "<style>.k { color: «c» } p { margin: 0 }</style>", '<meta name="description" content="«t»">', "<style>@media screen { p { color: «c»; font-family: 'x «s»' } }</style>", "<!-- «t» -->", '<meta property="og:title" content="«t»">', ""]

LIQUID: Final = [
    "{{ customer.t0 }}", "{{ customer.t1 }}", "{{ customer.t2 }}", "{{ customer.t3 }}", "{{ customer.deep.name }}", "{{ customer.t0 | upcase }}", "{{ customer.t1 | downcase }}", "{{ customer.t2 | capitalize }}", "{{ customer.t0 | append: customer.t1 }}",
    "z{{ customer.t0 | truncate: 12 }}", "{{ customer.t1 | strip | lstrip }}", "{{ customer.t2 | replace: 'a', '<' }}", "{{ customer.t3 | escape }}", "{{ customer.t3 | escape_once }}", "z{{ customer.t0 | strip_html }}", "{{ customer.t1 | url_encode }}", "z{{ customer.t0 | url_encode | url_decode }}",
    "{{ customer.t2 | default: 'x' }}", "z{{ customer.t3 | split: 'a' | join: '\"' }}", "z{{ customer.t0 | slice: 0, 9 }}", "{% assign a = customer.t1 %}{{ a }}", "{% if customer.t2 %}{{ customer.t2 }}{% endif %}", "{% for i in customer.things %}{{ i.name }}{% endfor %}", "{{ customer.things[0].name }}",
    "{{ shop[customer.sku].name }}", "{{ block.text }}", "{{ customer.t0 | prepend: '<' | append: '>' }}", "{% case customer.sku %}{% when 'none' %}x{% else %}{{ customer.t3 }}{% endcase %}", "{% echo customer.t0 %}", "{{ 'hi' | t: name: customer.t1 }}", "{{ customer.gone }}",
    "{% liquid\nassign q = customer.t2\necho q\n%}", "{{ customer.t3 | split: '' | reverse | join: '' }}", "{% unless customer.flag %}x{% else %}{{ customer.t0 }}{% endunless %}", "{{ customer.t1 | squish }}z", "{{ customer.things | map: 'name' | join: ', ' }}",
]  # fmt: skip
LIQUID_MARKUP: Final = [
    "{% capture c %}[{{ customer.t0 }}]{% endcapture %}{{ c }}", "{{ 'hi_html' | t: name: customer.t1, url: customer.u0 }}", "{% render 'card', v: customer.t2, u: customer.u1 %}", "{% include 'card', v: customer.t3, u: customer.u0 %}", "{{ block.markup | safe }}{{ customer.t0 }}",
    "{% for i in customer.things %}<i title=\"{{ i.name }}\">{{ i.name }}<a href=\"{{ i.url }}\">x</a></i>{% endfor %}", "{% capture c %}<b>{{ customer.t1 }}</b>{% endcapture %}<i title=\"{{ c }}\">{{ c }}</i>", "{% for i in customer.things %}{% cycle 'a', 'b' %}{{ i.name }}<br>{% endfor %}",
]  # fmt: skip
HANDLEBARS: Final = [
    "{{customer.t0}}", "{{customer.t1}}", "{{customer.t2}}", "{{customer.t3}}", "{{customer.deep.name}}", "{{lookup customer 't0'}}", "{{#with customer}}{{t1}}{{/with}}", "{{#each customer.things}}{{name}}{{/each}}", "{{#if customer.t2}}{{customer.t2}}{{/if}}", "{{t 'hi' name=customer.t3}}",
    "{{block.text}}", "{{#with (lookup shop customer.sku)}}{{name}}{{/with}}", "{{#each customer.things as |i|}}{{i.name}}{{/each}}", "{{#unless customer.none}}{{customer.t0}}{{/unless}}", "{{customer.gone}}", "{{{{raw}}}}{{x}}{{{{/raw}}}}{{customer.t1}}",
]  # fmt: skip
HANDLEBARS_MARKUP: Final = [
    "{{{block.markup}}}{{customer.t0}}", "{{t 'hi_html' name=customer.t1 url=customer.u0}}", "{{> row v=customer.t2 u=customer.u1}}", "{{#each customer.things}}<i title=\"{{name}}\">{{name}}<a href=\"{{url}}\">x</a></i>{{/each}}", "{{#> frame}}{{customer.t3}}{{/frame}}", "{{#*inline \"in\"}}<b title='{{customer.t0}}'>{{customer.t0}}</b>{{/inline}}{{> in}}",
]  # fmt: skip
TRIPLE: Final = ["{{{customer.t0}}}", "{{&customer.t1}}"]
PARTIALS: Final = {
    "partials/card.liquid": '<u title="{{ v }}">{{ v }}</u><a href="{{ u }}">c</a>',
    "partials/row.hbs": '<u title="{{v}}">{{v}}</u><a href="{{u}}">c</a>',
    "partials/frame.hbs": "<s>{{> @partial-block}}</s>",
    "messages/en-US.yaml": 'hi: "Hi {name}!"\nhi_html: \'<b title="{name}">Hi {name}</b> <a href="{url}">x</a>\'\n',
}
SETTINGS: Final = {
    "name": "Test", "brand": {"name": "Test", "url": "https://test.example", "address": "1 Test Street"}, "sender": {"name": "Test", "email": "hello@test.example"}, "assets": "https://assets.test.example/",
}  # fmt: skip
_MARK: Final = re.compile("«(\\w+)»")
# Where `{{{ }}}` is escaped as everything is; in text, titles and comments it is the author's.
_IN_ATTRIBUTE: Final = re.compile(r"""=\s*(?:"[^"<>]*|'[^'<>]*)\Z""")


@dataclass
class Author:
    """Writes templates in one language; only blocks have parameters."""

    random: Random
    liquid: bool
    block: bool = True

    def written(self, text: str) -> str:
        """A form with its marks replaced."""
        return _MARK.sub(lambda found: self._t(quoted=bool(_IN_ATTRIBUTE.search(text[: found.start()]))) if found[1] == "t" else getattr(self, f"_{found[1]}")(), text)

    def _t(self, *, quoted: bool) -> str:
        triple = not self.liquid and self.random.random() < 0.1 and quoted
        return self.form(TRIPLE if triple else LIQUID if self.liquid else HANDLEBARS)

    def _T(self) -> str:
        if self.random.random() < 0.2:
            return self.form(LIQUID_MARKUP if self.liquid else HANDLEBARS_MARKUP)
        return self.form(LIQUID if self.liquid else HANDLEBARS)

    def _u(self) -> str:
        names = ["customer.u0", "customer.u1", "customer.things.[0].url" if not self.liquid else "customer.things[0].url", "links.shop"]
        return f"{{{{ {self.random.choice(names)} }}}}"

    def _c(self) -> str:
        return f"{{{{ customer.c{self.random.randrange(2)} }}}}"

    def _s(self) -> str:
        return "{{ customer.s0 }}"

    def _INLINE(self) -> str:
        return self.written(self.random.choice(INLINE))

    def form(self, forms: list[str]) -> str:
        return self.random.choice([one for one in forms if self.block or "block." not in one])

    def some(self, forms: list[str], least: int, most: int) -> str:
        return "\n".join(self.written(self.random.choice(forms)) for _ in range(self.random.randint(least, most)))


def files_of(random: Random, fallback: str, source: Mapping[str, str]) -> dict[str, str]:
    """A workspace with one campaign, `hello`. `fallback` is a declared variable's; `source` has what `shop` knows, by key."""
    mjml = random.random() < 0.6
    files: dict[str, str] = {}
    slots = {}
    for number in range(random.randint(1, 3)):
        markup = "mjml" if mjml and random.random() < 0.7 else "html"
        liquid = random.random() < 0.65
        author = Author(random, liquid)
        name = f"b{number}"
        files[f"content_blocks/{name}/block.yaml"] = "description: x\nparameters: {text: {type: string}, markup: {type: string}}\nvariants: {default: {}}\n"
        files[f"content_blocks/{name}/default{'' if liquid else '.hbs'}.{markup}"] = author.some(SECTIONS if markup == "mjml" else INLINE, 1, 3)
        slots[name] = {"block": name, "parameters": {"text": random.choice(["{{ customer.t0 }}", "x {{ customer.t1 | upcase }}", "{{ customer.deep.name }}"]), "markup": "<em>author's &amp; own</em>"}}
    liquid = random.random() < 0.8
    author = Author(random, liquid, block=False)
    suffix = "" if liquid else ".hbs"
    named = random.choice([f'<mw-slot name="{random.choice(list(slots))}" />', ""])
    if mjml:
        head, before, after = author.some(MJML_HEADS, 0, 2), *(random.choice(["", "<mj-raw>«INLINE»</mj-raw>"]) for _ in range(2))
        files[f"layouts/base{suffix}.mjml"] = f"<mjml><mj-head>{head}</mj-head><mj-body>{author.written(before)}{named}<mw-slots />{author.written(after)}</mj-body></mjml>"
    else:
        head, before = author.some(HTML_HEADS, 0, 2), random.choice(["", "«INLINE»"])
        files[f"layouts/base{suffix}.html"] = f"<!doctype html><html><head>{head}</head><body>{author.written(before)}{named}<mw-slots />{author.written(before)}</body></html>"
    line = lambda: random.choice(["Hi {{ customer.t0 }}", "{{ customer.t1 }}", "{{ customer.t2 | upcase }} for {{ customer.t3 }}", "{{ 'hi' | t: name: customer.t0 }}", "x {{ customer.t0 | truncate: 20 }}"])  # noqa: E731
    campaign = {"subject": line(), "layout": "base", "slots": slots, **({"preheader": line()} if random.random() < 0.7 else {})}
    files["campaigns/hello.yaml"] = json.dumps(campaign)
    files["data/shop.json"] = json.dumps({key: {"name": text} for key, text in source.items()})
    links = {"unsubscribe": random.choice(["https://test.example/u/{{ customer.t0 }}?x={{ customer.t1 }}", "{{ customer.u0 }}"]), "shop": "https://test.example/{{ customer.t2 }}?q={{ customer.t3 }}&r=1"}
    sources = {"shop": {"file": {"path": "data/shop.json"}}}
    variables = {"customer.gone": {"type": "string", "fallback": fallback}}
    files["mailweave.yaml"] = json.dumps({**SETTINGS, "inliner": "premailer" if random.random() < 0.1 else "css-inline", "links": links, "sources": sources, "variables": variables})
    return {**files, **PARTIALS}
