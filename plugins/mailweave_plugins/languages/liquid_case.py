"""`case`, whose `when` takes nothing but values."""

from __future__ import annotations

from liquid.builtin.expressions import parse_primitive
from liquid.builtin.tags.case_tag import CaseTag
from liquid.expression import Expression
from liquid.stream import TokenStream
from liquid.token import TOKEN_COMMA, TOKEN_OR


class StrictCaseTag(CaseTag):
    """`case`. python-liquid passes over what follows the values, such as `and`."""

    def _parse_when_expression(self, stream: TokenStream) -> list[Expression]:
        found = [parse_primitive(self.env, stream)]
        while stream.current.kind in (TOKEN_COMMA, TOKEN_OR):
            next(stream)
            found.append(parse_primitive(self.env, stream))
        stream.expect_eos()
        return found
