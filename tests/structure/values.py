"""Values that somebody would send who wants to break out of their places, grown from a grammar of fragments; and harmless ones.

Every value shows at least one letter, so that it is neither blank nor invisible: those are missing, and take other branches.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

QUOTES: Final = ['"', "'", "`", "\u201c", "\u2019", "\uff02", "&quot;", "&#34;", "&#x27;", "%22", "%27", "\\22 ", "\\'"]
BRACKETS: Final = ["<", ">", "/>", "</", "<!", "<?", "?>", "\uff1c", "\u02c2", "&lt;", "&#60;", "&#x3c", "&amp;lt;", "%3C", "<\x00", "\\3c "]
TAGS: Final = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg onload=alert(1)>", "<svg><style>*{display:none}</style></svg>", "</p>", "</td></tr></table>", "</div></div>",
    "</title ", "</title>", "</textarea>", "</style>", "</STYLE\n>", "</a>", "<a href=https://evil.example/>", "<base href=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<link rel=stylesheet href=//evil.example/a.css>", "<table><td>", "<p title='", '<b class="', "<!doctype html>", "</body></html>", "<plaintext>", "<noscript><p title=</noscript>", "<math><mi>",
    "<mj-section>", "</mj-text>", "</mj-raw><mj-section>", "<mj-include path='/etc/passwd' />", "<mw-slots />", "<mw-slot name='one' />", "<v:rect onclick=x>", "<o:p/>", "<x onclick=1>", "<br>",
    "<p data-mailweave-slot='x'>", "<select><option>", "<frameset>", "<iframe srcdoc='<p>'>", "<template>", "<style>p{display:none}</style>", "<script", "<a", "</", "<svg><title><b>", "<xmp>",
]  # fmt: skip
ATTRIBUTES: Final = [" onclick=alert(1) ", " onmouseover='x' ", ' style="position:fixed" ', " src=x ", "=", "= ", " x=", " href=//evil.example ", "\tonload=1\n", "\fonload=1", "/onload=1", " class=c "]
COMMENTS: Final = ["-->", "--!>", "<!--", "--", "-", "<!--[if mso]>", "<![endif]-->", "<!--<![endif]-->", "<!--[if !mso]><!-->", "]]>", "<![CDATA[", "<!-->", "<!--->", "- ->", "-\x00->", "<![endif]", "<![if !mso]>"]
CSS: Final = [
    ";position:fixed", "display:none", ";display:none;", "font-family:Lato", ";mso-hide:all", "@media print{", "}p{display:none}", "} a{color:lime} ", "url(https://evil.example/)", "');background:url('https://evil.example/", "/*", "*/", "expression(alert(1))", "\\", "\\a ", "\\0", ":", ";", "{", "}",
    "@import 'https://evil.example/a.css';", "!important", "var(--x)", "(", ")", "url(", "</style><p>", "<!--", "red;", "1px;x:y", "'", '"', "#", ",", "--x:1",
]  # fmt: skip
URLS: Final = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)", "java\nscript:alert(1)", "javascript&colon;alert(1)", "&#106;avascript:alert(1)", "\x01javascript:alert(1)", "data:text/html,<p>", "vbscript:x",
    "//evil.example/", "https://evil.example/", "https://x.example@evil.example/", "\\\\evil.example", "/\\evil.example", "../../", "?a=b&c=d", "#x", "&utm_source=x", "%0d%0aBcc: x", "%", "%2", "%zz", "; url=x", ", https://evil.example/b.png 2x", "mailto:a@b.example?bcc=c", "a:b", "://", "x:",
]  # fmt: skip
TEMPLATES: Final = [
    "{{ customer.t0 }}", "{% if x %}", "{% raw %}", "{%- endfor -%}", "{{{t0}}}", "{{#each a}}", "{{/each}}", "{{> card}}", "{{", "}}", "{%", "%}", "{{!--", "{name}", "{url}", "{{name}}", "${x}", "*|NAME|*", "%%name%%", "[[x]]", "{count, plural}", "{",
]  # fmt: skip
WORDS: Final = [
    "mailweave-raw-0-mailweave", "mailweave-raw-1-mailweave", "mailweave-content-0-", "mailweave-mark-0", "mwq0v", "mwa0x", "mw", "mwhtml0x", "0x", "1x", "data-mailweave-slot", "title", "content", "preheader", "none", "null", "true", "False", "NaN", "None",
]  # fmt: skip
ODD: Final = [
    "\x00", "\x01", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad", "\u061c", "\u200b", "\u200c", "\u200d", "\u200e", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ufffe", "\uffff", "\U000e0001", "\u180e",
    "\u0130" * 3, "\u0130", "\u00df", "\u017f", "\u1e9e", "\u0149", "\ufb03", "\u0345", "e\u0301", "\u00e9", "\ufb2a", "\u1100\u1161", "\u212a", "\u03c2", "\U0001f468\u200d\U0001f469", "\U0001d54f", "\u0626\u200c\u0627", "\r", "\n", "\r\n", "\t", " ", "  ", "\u3000", "\U0001f600",
]  # fmt: skip
NUMBERS: Final = ["0", "-0", "1e9", "007", "1_000", "٣", "½", "0x1F", "1.", ".5", "99999999999999999999", "12px", "50%", "1,2"]
KINDS: Final[Sequence[Sequence[str]]] = (QUOTES, BRACKETS, TAGS, ATTRIBUTES, COMMENTS, CSS, URLS, TEMPLATES, WORDS, ODD, NUMBERS)
LETTERS: Final = ["a", "B", "Ann", "Zoë", "q", "Z"]
# What CSS may hold that a value gives: most values go through, so most are tried.
TAME_CSS: Final = ["red", "#0af", "12px", "50%", "rgb(1, 2, 3)", "'Foo Sans'", "a b", ", serif", " ", ".", "+", "-", "/", "0", "(", ")", "'", ",", "inherit", "\u0130", "x"]
TAME_URL: Final = ["https://evil.example/", "//evil.example/", "/a", "a.png", "/display:none", ";display:none;x", "/font-family:Lato", "visibility:hidden", "mailto:a@b.example", "?q=", "&r=", "#f", "'", '"', ")", "(", "\\", " ", "<", ">", "%22", "%", "\u0130", "--", ";", ",", "&amp;", "&quot;", "@", ":8080", "[::1]", "`", "{", "|", "\t", "\n", "\x00", "é", "..", "*", "!", "$", "="]


def hostile(random: Random, known: Sequence[str] = ()) -> str:
    """A text; `known` are words that somebody could have learnt from other messages."""
    if known and random.random() < 0.05:
        word = random.choice(known)
        half = len(word) // 2
        return f"z{random.choice([word + '0x', word + '1x', word + '0x' + random.choice(ATTRIBUTES), word[:half], word[half:] + '1x', word.upper() + '0x'])}"
    if random.random() < 0.003:
        return "z" + random.choice(random.choice(KINDS)) * random.choice([50, 300])
    pieces = [random.choice(random.choice(KINDS)) for _ in range(random.choice([1, 1, 2, 2, 3, 4, 6]))]
    pieces.insert(random.randrange(len(pieces) + 1), random.choice(LETTERS))
    text = "".join(pieces)
    return text if random.random() < 0.8 else random.choice([str.upper, str.title, str.swapcase, lambda one: one[::-1]])(text)


def hostile_url(random: Random) -> str:
    """A URL, mostly of a scheme that mail may link to."""
    if random.random() < 0.06:
        return hostile(random)
    begin = random.choice(["https://evil.example", "HTTPS://evil.example/", "/z", "z/", "z.png", "//evil.example/z", "mailto:z@b.example", "https://é.example/", "./z", "tel:+1"])
    return begin + "".join(random.choice(TAME_URL if random.random() < 0.7 else random.choice(KINDS)) for _ in range(random.choice([0, 1, 2, 3, 5])))


def hostile_css(random: Random) -> str:
    """A value for CSS, mostly of what CSS takes."""
    if random.random() < 0.06:
        return "z" + random.choice(CSS)
    text = "".join(random.choice(TAME_CSS) for _ in range(random.choice([1, 1, 2, 3])))
    return text if text.strip() else "z"


def hostile_part(random: Random) -> str:
    """A part of a text in CSS's quotes, mostly of what may stand there."""
    if random.random() < 0.06:
        return "z" + random.choice(CSS)
    return "z" + "".join(random.choice(["a", " ", ".", "-", "#", "+", "!", "%", ",", "/", "1", "\u0130", "é"]) for _ in range(random.choice([0, 1, 2, 4]))).replace("--", "-").replace("//", "/")


Draw = Callable[[Random], str]
DRAWN: Final[dict[str, Draw]] = {"t": hostile, "u": hostile_url, "c": hostile_css, "s": hostile_part}
# Three harmless ones of each kind, with nothing in common at their ends.
HARMLESS: Final[dict[str, Sequence[str]]] = {
    "t": ["Ann", "Bertram B", "carlos de la Cruz"],
    "u": ["https://ann.example/a?x=1", "mailto:ben@b.test", "/carl/c.png#d"],
    "c": ["red", "#0a0b0c", "rgb(1, 2, 3)"],
    "s": ["Ann", "Ben B", "carl"],
}
FIELDS: Final = {"t": 4, "u": 2, "c": 2, "s": 1}
ITEMS: Final = 2


def person(values: Callable[[str], str]) -> dict[str, Any]:
    """A profile's own fields, each from `values` (by kind): plain, in lists, nested."""
    fields = {f"{kind}{number}": values(kind) for kind, count in FIELDS.items() for number in range(count)}
    items = [{"name": values("t"), "url": values("u")} for _ in range(ITEMS)]
    return {**fields, "things": items, "deep": {"name": values("t")}}


def harmless(number: int) -> dict[str, Any]:
    """One of the three harmless people."""
    return person(lambda kind: HARMLESS[kind][number])
