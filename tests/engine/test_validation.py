from typing import Literal

import pytest
from pydantic import Field, field_validator

from mailweave import MailweaveError, Settings
from mailweave.source import Source
from mailweave.validation import validate
from mailweave.yamlfile import parse


class Inner(Settings):
    width: int = Field(default=1, gt=0)
    fill: Literal["none", "solid"] = "none"


class Outer(Settings):
    name: str
    inner: Inner = Inner()
    many: list[Inner] = []
    either: bool | int = False

    @field_validator("name")
    @classmethod
    def _short(cls, name: str) -> str:
        if len(name) > 5:
            raise ValueError(f"'{name}' is too long – use five letters at most")
        return name


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("nam: a", ["1:1: unknown key 'nam' – did you mean 'name'?", "1:1: 'name' is missing – add it"]),
        ("name: 7", ["1:7: 'name' must be text, not 7 – put it in quotes: \"7\""]),
        ("name: abcdef", ["1:7: 'abcdef' is too long – use five letters at most"]),
        ("name: a\ninner: {width: wide}", ["2:16: 'width' must be a whole number, not 'wide' – write a whole number"]),
        ("name: a\ninner: {width: 0}", ["2:16: 'width' can't be 0 – it must be more than 0"]),
        ("name: a\ninner: {fill: solidd}", ["2:15: 'fill' can't be 'solidd' – did you mean 'solid'?"]),
        ("name: a\ninner: 5", ["2:8: 'inner' must be a mapping (key: value), not 5 – write a mapping (key: value)"]),
        ("name: a\nmany: [{fil: none}, {width: x}]", ["2:9: unknown key 'fil' – did you mean 'fill'?", "2:29: 'width' must be a whole number, not 'x' – write a whole number"]),
        ("name: a\neither: maybe", ["2:9: 'either' must be true or false, or a whole number, not 'maybe' – write true or false"]),
    ],
)
def test_tells_all_mistakes_in_plain_words(text, problems):
    with pytest.raises(MailweaveError) as caught:
        validate(Outer, parse(Source("a.yaml", text)))
    assert [str(problem).removeprefix("a.yaml:") for problem in caught.value.problems] == problems
