"""Mails of hostile structure: what looks like a title, a body, a table or a tag and isn't one.

Each is drawn as the text of a whole document, with what its title and preview line are, and what is left without that line.
"""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import strategies as st

DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs="


class Hostile(NamedTuple):
    text: str
    title: str
    preview: str
    without: str


BEFORE = [
    "",
    "<!doctype html>",
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n',
    "<!-- <title>No</title> --><!doctype html>",
]
TITLES = ["<title>{}</title>", "<TITLE>{}</TITLE >", '<title lang="en" data-x="</title>">{}</title\n>']
IN_HEAD = [
    "<!-- <title>No</title> </head><body> -->",
    "<!--[if mso]><title>No</title><body><table><tr><td><![endif]--><!--[if mso]></td></tr></table></body><![endif]-->",
    "<style>p{color:teal} /* </title><body> */ td:first-child{width:50%} .A{width:100%}</style>",
    '<meta name="x" content="<title>No</title>">',
    "<!--[if !mso]><!--><style>b{color:red}</style><!--<![endif]-->",
    '<style media="x">@media (max-width:480px){.W{width:100%!important}}</style>',
    "<base target='_blank'>",
]
LATER_TITLES = ["", "", "<title>Second</title>"]
BODIES = [
    "<body>",
    '<BODY bgcolor="#eeeeee">',
    "<body class='a>b' style=\"margin:0\">",
    "<!--[if mso]><body class='mso'><![endif]--><!--[if !mso]><!--><body><!--<![endif]-->",
]
# Markup, the line in it, and what is left of the markup without it.
PREVIEWS = [
    ("", "", ""),
    ('<div style="display:none;max-height:0">Only in the inbox</div>', "Only in the inbox", ""),
    (
        '<span style="display: none; mso-hide:all">More &amp; more&nbsp;&zwnj;&nbsp;&zwnj;</span><div style="display:none">&#847;&zwnj;&nbsp;&#8199;</div>',
        "More & more",
        "",
    ),
    (
        '<table width="100%"><tr><td style="display:none !important"><b>Deep</b> inside</td></tr></table>',
        "Deep inside",
        '<table width="100%"><tr></tr></table>',
    ),
]
CELLS = [
    "Some words",
    "<h1>Large words</h1>",
    "<H2 STYLE='color:navy'>Upper case</H2><P>text</P>",
    f'<img src="{DOT}" alt="A dot" width="40" height="9">',
    f'<img src="{DOT}" alt="" width="40" height="9"></img>after',
    "one</br>two<br></br>three",
    '<svg width="16" height="16"><title>Truck <b>icon</b></title><path d="M0 0L16 16" stroke="#c00"/><g><circle cx="4" cy="4" r="3"/></g></svg>',
    '<svg width="9" height="9"><style><![CDATA[ .q > a { fill: red } ]]></style><rect class="q" width="9" height="9"/></svg>',
    "<template><title>No</title><body><p>no</p></template>x",
    "<noscript><title>No</title></noscript>y",
    '<a href="https://x.test/s?q=%C3%A9COLE%20PARIS&amp;c=%E2%82%AC5OFF%21">Go</a> 100%COTTON% and 50%20OFF%',
    '<span title="</body></html><title>No</title>">quoted</span>',
    "<!-- </td></tr></table> --><i>commented</i>",
    '<table><tr><td width="50%">left</td><td>right</td></tr></table>',
    "<textarea><title>No</title></body></textarea>",
    '<!--[if gte mso 9]><v:rect style="width:9px"><v:textbox><![endif]--><b>box</b><!--[if gte mso 9]></v:textbox></v:rect><![endif]-->',
    "&lt;title&gt;No&lt;/title&gt;",
]
ROWS = [
    "<tr><td>{}</td></tr>",
    "<TR><TD bgcolor='#ffddcc'>{}</TD></TR>",
    "<!-- A row --><tr><td align='center'>{}</td></tr><!-- /A row -->",
    '<tr><td height="9" style="font-size:0">&nbsp;</td></tr><tr><td>{}</td></tr>',
    "<tr><td>{}</td><td>beside</td></tr>",
    "<tr><td>{}<tr><td>never closed",
]
STACKED = [
    "<table width='300'><tr><td>{}</td></tr></table>",
    "<div style='padding:4px'>{}</div>",
    "<center>{}</center>",
    "<!--[if mso]><table><tr><td><![endif]--><div>{}</div><!--[if mso]></td></tr></table><![endif]-->",
    "<!--[if mso | IE]></td></tr></table><table><tr><td><![endif]--><div>{}</div>",
    "<!--[if !mso]><!--><div>{}</div><!--<![endif]-->",
    "<div style='display:inline-block;width:40%'>{}</div>",
    "<p>{}",
    "{}",
]
AROUND = [
    "{}",
    "<table width='600' align='center'><tbody><tr><td>{}</td></tr></tbody></table>",
    "<div role='article'>{}</div>",
    "<!--[if mso]><table><tr><td><![endif]-->{}<!--[if mso]></td></tr></table><![endif]-->",
    "<center><table><tr><td><div>{}</div></td></tr></table></center>",
]


# Around a part, and in one.
TAGS_AROUND = [
    "{}",
    "{{% if customer.vip %}}{}{{% endif %}}",
    "{{% if customer.points > 3 %}}{}{{% else %}}{}{{% endif %}}",
    "{{% for tag in customer.tags %}}{}{{% endfor %}}",
    "{{% comment %}}<table><tr>{{% endcomment %}}{}",
    "{{% if customer.vip %}}{}",
    "{}{{% endif %}}",
]
TAGS_INSIDE = [
    "",
    "{{ customer.first_name }}",
    "{% assign x = customer.points %}",
    "{{ x }}",
    "{% if customer.a < 3 and customer.b > 2 %}<b>x</b>{% endif %}",
]


@st.composite
def tagged_mails(draw) -> str:
    """A whole HTML mail with tags of Liquid in and around its parts; they may begin in one part and end in another."""
    forms = draw(
        st.lists(
            st.tuples(st.sampled_from([*STACKED[:5], "rows"]), st.sampled_from(TAGS_INSIDE), st.sampled_from(TAGS_AROUND)), min_size=1, max_size=6
        )
    )
    content = ""
    for form, inside, around in forms:
        part = (
            f"<table>{ROWS[0].format(inside)}{around.format(*[ROWS[0].format('row')] * 2)}</table>"
            if form == "rows"
            else form.format(f"words {inside}")
        )
        content += around.format(part, part)
    opened, closed = content.count("{% if"), content.count("{% endif")
    text = "{% if customer.vip %}" * (closed - opened) + content + "{% endif %}" * (opened - closed)
    return f"<html><head><title>{draw(st.sampled_from(TAGS_INSIDE[:2]))}T</title></head><body>{text}</body></html>\n"


@st.composite
def hostile_mails(draw) -> Hostile:
    """A whole HTML mail without template tags."""
    parts = draw(st.lists(st.tuples(st.sampled_from(STACKED), st.sampled_from(CELLS)), min_size=1, max_size=5))
    rows = draw(st.lists(st.tuples(st.sampled_from(ROWS), st.sampled_from(CELLS)), max_size=5))
    stacked = [form.format(cell) for form, cell in parts]
    table = f"<table width='300' border='0'>{''.join(form.format(cell) for form, cell in rows)}</table>"
    stacked.insert(draw(st.integers(0, len(stacked))), table if rows else "")
    preview, line, left = draw(st.sampled_from(PREVIEWS))
    content = preview + "\n".join(stacked)
    for form in draw(st.lists(st.sampled_from(AROUND), max_size=2)):
        content = form.format(content)
    extras = draw(st.lists(st.sampled_from(IN_HEAD), max_size=3))
    title = draw(st.sampled_from(TITLES)).format("Spring &amp; summer")
    at = draw(st.integers(0, len(extras)))
    head = "".join([*extras[:at], title, *extras[at:], draw(st.sampled_from(LATER_TITLES))])
    text = f"{draw(st.sampled_from(BEFORE))}<html><head>{head}</head>{draw(st.sampled_from(BODIES))}{content}</body></html>\n"
    return Hostile(text, "Spring & summer", line, text.replace(preview, left) if preview else text)
