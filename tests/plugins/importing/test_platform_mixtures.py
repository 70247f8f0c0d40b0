"""Hostile mixtures of platforms' tags: no text is lost, no text becomes a tag, and no tag is mailed without a word."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.source import Source
from mailweave_plugins.importing.edits import Draft
from mailweave_plugins.importing.platforms.translating import translate

CASES = yaml.safe_load((Path(__file__).parent / "platforms.yaml").read_text())
# Of platforms that write tags between marks of their own, so that one can stand anywhere: one tag each.
MARKED = [
    *["*|FNAME|*", "*|UNSUB|*", "*|IF:CITY|*", "*|ELSE:|*", "*|END:IF|*", "*|REWARDS|*", "*|DATE:d.m.Y|*", "*|MC:SUBJECT|*", "*%7CCITY%7C*"],
    *["{contactfield=firstname|there}", "{contactfield=city}", "{unsubscribe_url}", '{dynamiccontent="A"}', "{tracking_pixel}", "{pagelink=3}"],
    *["%%FirstName%%", "%%view_email_url%%", "%%=v(@a)=%%", "%%[ SET @a = 1 ]%%", "%%jobid%%"],
    *["[%first_name%]", "[city,fallback=Rome]", "[ city , fallback=]", "{$name}", "{$city|default('x')}", "%recipient.city%"],
]
# Tags whose marks may be text inside of a template's tag.
OUTSIDE = ["%FIRSTNAME%", "%UNSUBSCRIBELINK%", "%IF $A = 1%", "%/IF%", "[unsubscribe]", "[if:a=b]", "[Unsubscribe]", "{if $a}", "{/if}"]
TEXT = ["100% sure", "50%20OFF", "%E2%82%AC", "a[0]", "[x]", "{a: b}", "{ }", "*", "|", "**|", "|*", "%", "%%", "{", "}", "$5", "#{x}", "R&amp;D", "é\u2028İ", "{{", "}}", "%}", "<3", "[[", "a | b"]
PLACES = [
    "{}", "<b>{}</b>", '<a title="{}">x</a>', "<a href='https://x.example/?a={}&amp;b=1'>x</a>", "<!-- {} -->", "<style>a{{content:'{}'}}</style>",
    "<!--[if mso]>{}<![endif]-->", "<title>{}</title>", "{}\n",
]  # fmt: skip


def words():
    return st.lists(st.sampled_from(["", " ", "\n", "&nbsp;", "<br>"]), max_size=2).map("".join)


@st.composite
def mixtures(draw, pieces):
    """Pieces in places, with numbered words between them that have to stay."""
    text, spans = "", []
    for number, piece in enumerate(draw(st.lists(st.sampled_from(pieces), min_size=1, max_size=7))):
        before, after = draw(st.sampled_from(PLACES)).replace("{{", "{").replace("}}", "}").split("{}")
        text += f"w{number}w" + draw(words()) + before
        spans.append((len(text), piece))
        text += piece + after + draw(words())
    return text + "last", spans


def translated(text, language):
    draft = Draft(Source("m.html", text), text)
    translate(draft, language)
    return draft


@settings(max_examples=60)
@given(mixtures(MARKED + OUTSIDE + TEXT), st.sampled_from(["liquid", "handlebars"]))
def test_no_text_is_lost(mixture, language):
    text, _ = mixture
    draft = translated(text, language)
    assert re.findall(r"w\d+w|last\Z", draft.text) == re.findall(r"w\d+w|last\Z", text)


@settings(max_examples=60)
@given(mixtures(TEXT), st.sampled_from(["liquid", "handlebars"]))
def test_text_stays_as_it_is(mixture, language):
    text, _ = mixture
    draft = translated(text, language)
    assert draft.text == text
    assert [problem for problem in draft.problems if problem.level == "error"] == []


@settings(max_examples=60)
@given(mixtures(MARKED + OUTSIDE), st.sampled_from(["liquid", "handlebars"]))
def test_each_tag_is_converted_or_told_at_its_place(mixture, language):
    text, spans = mixture
    draft = translated(text, language)
    told = {draft.source.offset_of(problem.place) for problem in draft.problems}
    for start, piece in spans:
        assert piece not in draft.text.replace("{{/if}}", ""), piece
        # What stands there now is what the tag becomes alone, or nothing, and then it was told.
        alone = translated(piece, language)
        assert (start in told) == bool(alone.problems)
    assert told <= {start for start, _ in spans}
    # Nothing is left that another pass would find.
    again = translated(draft.text, language)
    assert (again.text, again.problems) == (draft.text, [])


@settings(max_examples=50)
@given(st.sampled_from([*MARKED, "%FIRSTNAME%", "%CITY%", "%UNSUBSCRIBELINK%"]), st.sampled_from(["{{{{ a | default: '{}' }}}}", "{{% if a == \"{}\" %}}x{{% endif %}}", "{{{{#if (eq a '{}')}}}}x{{{{/if}}}}", "{{{{ {} }}}}"]))
def test_a_tag_in_a_tag_is_told(piece, around):
    text = around.format(piece)
    problems = translated(text, "handlebars" if "#if" in text else "liquid").problems
    assert [problem.level for problem in problems if problem.code == "foreign-tag"], text


@settings(max_examples=150)
@given(st.text(alphabet="*|%{}[]$<>#/'\" =:,.aAfFIF12\n", max_size=60), st.sampled_from(["liquid", "handlebars"]))
def test_nothing_makes_it_stumble(text, language):
    draft = translated(text, language)
    assert all(0 <= draft.source.offset_of(problem.place) <= len(text) for problem in draft.problems)


# What is never closed goes on into what follows, and Go's tags would be those of the whole mail.
ALONE = [case["text"] for cases in CASES.values() for case in cases if "{{ " not in case["text"] and "@open" not in case["text"]]


@settings(max_examples=50)
@given(st.lists(st.sampled_from(ALONE), min_size=1, max_size=5))
def test_platforms_together_say_no_less(texts):
    """What is refused alone is refused beside others, too."""
    text = "\n".join(texts)
    found = {problem.place.line for problem in translated(text, "liquid").problems if problem.level == "error"}
    for line, one in enumerate(texts, 1):
        if any(problem.level == "error" for problem in translated(one, "liquid").problems):
            assert line in found, one
