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
    """CIE lightness, from 0 to 100."""
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))]
    luminance = sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


@given(COLORS)
def test_a_background_never_gets_lighter_and_a_text_never_darker(color):
    # Colours that no screen has are cut to the nearest that it has.
    assert light(turn(color, True)) <= light(color) + 0.5
    assert light(turn(color, False)) >= light(color) - 0.5


@given(st.text(max_size=60), st.sampled_from(SCHEMES))
def test_takes_any_document(text, scheme):
    in_scheme(f"<style>{text}</style><p style=\"{text}\">", scheme)
