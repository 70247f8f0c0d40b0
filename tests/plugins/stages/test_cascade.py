import pytest

from mailweave_plugins.stages.cascade import ABOVE_ALL, Ranked, additions, important, inlined, overlap
from mailweave_plugins.stages.css import declarations


def ranked(*rules):
    """`(css, rank, fixed)` of one element's rules."""
    return [Ranked(one, (weight, index), fixed) for index, (css, weight, fixed) in enumerate(rules) for one in declarations(css)]


P, CLASS = (0, 0, 1), (0, 1, 0)


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("margin", "margin-top", True),
        ("margin-left", "margin-inline", True),
        ("margin-top", "margin-left", False),
        ("border-top", "border-color", True),
        ("font", "line-height", True),
        ("font-size", "font-family", False),
        ("all", "color", True),
        ("-webkit-transform", "transform", True),
        ("--a", "all", False),
        ("--a", "--a", True),
        ("color", "background-color", False),
        ("color", "color-scheme", False),
    ],
)
def test_knows_which_properties_meet(one, other, answer):
    assert overlap(one, other) is overlap(other, one) is answer


@pytest.mark.parametrize(
    ("rules", "style", "wanted"),
    [
        ([("color:red", P, False)], "", "color:red"),
        ([("color:red", CLASS, False), ("color:blue", P, False)], "", "color:red"),
        ([("color:red", P, False)], "color:blue", "color:blue"),
        ([("color:red !important", P, False)], "color:blue", "color:blue; color:red"),
        ([("margin:0;margin-top:8px", P, False), ("margin:4px", CLASS, False)], "", "margin-top:8px; margin:4px"),
        ([("display:block;display:flex", P, False)], "", "display:block; display:flex"),
        ([("color:red", P, False), ("color:blue", P, True)], "", ""),
        ([("color:red", P, False), ("color:blue !important", P, True)], "", "color:red"),
        ([("color:blue", P, True), ("color:red", P, False)], "", "color:red"),
        ([("color:red", P, False), ("color:blue", ABOVE_ALL, True)], "margin:0", "margin:0"),
        # `margin` has to stay, so what it beats has to, too.
        ([("margin-left:1px", P, False), ("margin:2px", P, False), ("margin-top:3px", P, True)], "", ""),
    ],
)
def test_inlines_what_may_stand_in_the_element(rules, style, wanted):
    normal, _ = inlined(ranked(*rules))
    before, after = additions(style, normal, important(ranked(*rules)))
    assert "; ".join(part for part in (before, style, after) if part) == wanted


def test_tells_what_had_to_stay():
    _, left = inlined(ranked(("color:red", P, False), ("color:blue", P, True)))
    assert [one.declaration.value for one in left] == ["red"]
