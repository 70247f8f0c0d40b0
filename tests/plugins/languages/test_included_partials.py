"""A file that is included into MJML and itself puts in partials: everything is told in the file where it is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mailweave.errors import MailweaveError
from mailweave.testing import AT

SECTION = "<mj-section>\n<mj-column><mj-text>{}</mj-text></mj-column>\n</mj-section>"
LANGUAGES = {"liquid": ("", "liquid", "{% render 'sign', who: 'Bo' %}"), "handlebars": (".hbs", "hbs", '{{> sign who="Bo"}}')}


@pytest.fixture(params=LANGUAGES)
def shop_with(request: pytest.FixtureRequest, make_workspace: Callable[..., Any]) -> Callable[[str, str, str], Any]:
    suffix, partials, call = LANGUAGES[request.param]

    def shop(main: str, part: str, sign: str) -> Any:
        include = '<mj-include path="part.txt" />'
        return make_workspace(
            {
                "content_blocks/memo/block.yaml": "description: A memo.\nvariants: {default: {}}",
                f"content_blocks/memo/default{suffix}.mjml": f"{SECTION.format('one')}\n{include}\n{include}\n{SECTION.format(main)}",
                "content_blocks/memo/part.txt": SECTION.format(f"{part}{call}{part}"),
                f"partials/sign.{partials}": f"by\n  {sign}",
                "campaigns/memo.yaml": "subject: Memo\nslots: {memo: {block: memo}}",
            }
        )

    return shop


def test_the_parts_are_one_text(shop_with: Callable[[str, str, str], Any], mailweave_engine: Any) -> None:
    shop = shop_with("{{ customer.first_name }}", "-", "{{ who }}")
    text = mailweave_engine.render(shop, "memo", "ann", AT).text
    assert text.split() == ["one", "-by", "Bo-", "-by", "Bo-", "Ann"]


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        (("{{ customer.nope }}", "-", "x"), "content_blocks/memo/default{}.mjml:7:21"),
        (("x", "{{ customer.nope }}", "x"), "content_blocks/memo/part.txt:2:21"),
        (("x", "x", "{{ customer.nope }}"), "partials/sign.{}:2:3"),
    ],
)
def test_what_is_missing_is_told_in_its_own_file(
    request: pytest.FixtureRequest, shop_with: Callable[[str, str, str], Any], mailweave_engine: Any, parts: tuple[str, str, str], place: str
) -> None:
    suffix, partials, _ = LANGUAGES[request.node.callspec.params["shop_with"]]
    with pytest.raises(MailweaveError) as caught:
        mailweave_engine.render(shop_with(*parts), "memo", "ann", AT)
    problem = caught.value.problems[0]
    assert str(problem.place) == place.format(partials if "partials" in place else suffix)
    assert "customer.nope" in problem.line
