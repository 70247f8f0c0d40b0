"""Light, dark and forced dark, written into the document."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave_preview.forced_dark import darkened, turn
from mailweave_preview.schemes import SCHEMES, in_scheme

MESSAGE = """<html><head><meta name="color-scheme" content="light dark"><style>:root { color-scheme: light dark; supported-color-schemes: light dark }
@media (prefers-color-scheme: dark) { .a { color: #fff } }</style></head>
<body style="background-color:#ffffff;color:#111111"><img src="x.png" style="border:1px solid #222"></body></html>"""


@pytest.mark.parametrize(("scheme", "feature"), [("light", "(max-width: 0px)"), ("dark", "(min-width: 0px)"), ("forced", "(max-width: 0px)")])
def test_the_query_for_dark_mode_holds_only_in_dark(scheme, feature):
    assert f"@media {feature}" in in_scheme(MESSAGE, scheme)


@pytest.mark.parametrize(("scheme", "content"), [("light", "light only"), ("dark", "dark only")])
def test_the_colours_of_the_browser_follow(scheme, content):
    shown = in_scheme(MESSAGE, scheme)
    assert f'content="{content}"' in shown
    assert f":root {{ color-scheme: {content}; supported-" in shown


def test_a_message_that_knows_no_dark_stays_light():
    assert in_scheme(MESSAGE.replace("light dark", "light"), "dark").count("light only") == 2


def test_forced_dark_turns_backgrounds_and_texts_around_and_leaves_pictures():
    shown = darkened('<body style="background-color:#ffffff;color:#111111" bgcolor="#fff"><img src="#ffffff.png"></body>')
    assert 'style="background-color:#212121;color:#d1d1d1" bgcolor="#212121"' in shown
    assert 'src="#ffffff.png"' in shown


COLORS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda rgb: "#{:02x}{:02x}{:02x}".format(*rgb))


def light(color):
    return sum(weight * int(color[at : at + 2], 16) for weight, at in ((0.2126, 1), (0.7152, 3), (0.0722, 5)))


@given(COLORS)
def test_a_background_never_gets_lighter_and_a_text_never_darker(color):
    # In the middle, where little is turned, the hue's own brightness may tip it a little.
    assert light(turn(color, True)) <= light(color) + 12
    assert light(turn(color, False)) >= light(color) - 12


@given(st.text(max_size=60), st.sampled_from(SCHEMES))
def test_takes_any_document(text, scheme):
    in_scheme(f"<style>{text}</style><p style=\"{text}\">", scheme)
