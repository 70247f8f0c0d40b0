"""The set `braze`: tags and filters that Braze adds to Liquid, for blocks that come from there."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TextIO
from urllib.parse import quote, quote_plus

from liquid import RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import Identifier, Path
from liquid.exceptions import LiquidSyntaxError
from liquid.expression import Expression
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token

from mailweave.described import described
from mailweave.errors import did_you_mean
from mailweave.languages import Filter, Scope
from mailweave.numbers import need_number
from mailweave_plugins.languages.liquid_customer_io import in_zone
from mailweave_plugins.languages.liquid_text import scalar, text

_REASON: Final = re.compile(r"""\(\s*(?:(["'])(?P<reason>.*?)\1)?\s*\)\Z""", re.DOTALL)
_SAVE: Final = re.compile(r"\s:save\s++(\w++)")


class Abort(Exception):
    """The template says that this message isn't to be sent."""

    def __init__(self, reason: str, token: Token) -> None:
        self.reason, self.token = reason, token


class AbortNode(Node):
    """`abort_message`."""

    def __init__(self, token: Token, reason: str) -> None:
        super().__init__(token)
        self.reason = reason
        self.blank = False

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Stop, with the reason."""
        raise Abort(self.reason, self.token)


class AbortTag(Tag):
    """`{% abort_message %}` or `{% abort_message('reason') %}`: this message isn't built."""

    name = "abort_message"
    block = False

    def parse(self, stream: TokenStream) -> Node:
        """The node."""
        token = stream.eat(TOKEN_TAG)
        found = stream.current
        if found.kind != TOKEN_EXPRESSION:
            stream.pos -= 1
            return AbortNode(token, "")
        reason = _REASON.match(found.value.strip())
        if not reason:
            raise LiquidSyntaxError("expected a reason in quotes and brackets, as in abort_message('no address')", token=found)
        return AbortNode(token, reason["reason"] or "")


class ConnectedNode(Node):
    """`connected_content`: gives a source's data a name."""

    def __init__(self, token: Token, source: Path, name: str) -> None:
        super().__init__(token)
        self.source, self.name = source, name

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Nothing is put out, and nothing fetched: sources are loaded before any rendering."""
        context.assign(self.name, self.source.evaluate(context))
        return 0

    def expressions(self) -> Iterable[Expression]:
        """The source."""
        return [self.source]

    def template_scope(self) -> Iterable[Identifier]:
        """The name."""
        return [Identifier(self.name, token=self.token)]


def connected_content(sources: Mapping[str, str]) -> type[Tag]:
    """The tag `{% connected_content URL :save name %}`, for URLs that stand for declared sources (URL → source)."""

    class ConnectedContent(Tag):
        name = "connected_content"
        block = False

        def parse(self, stream: TokenStream) -> Node:
            token = stream.eat(TOKEN_TAG)
            found = stream.expect(TOKEN_EXPRESSION)
            url, *rest = found.value.split(None, 1)
            saved = _SAVE.search(f" {rest[0]}") if rest else None
            if url not in sources:
                near = did_you_mean(url, sources) if sources else "there is none yet"
                what = f"`{url}` stands for no source: name one under `plugins: {{liquid: {{connected_content: …}}}}` in mailweave.yaml ({near})"
                raise LiquidSyntaxError(what, token=found)
            return ConnectedNode(token, Path(found, [sources[url]]), saved[1] if saved else "connected")

    return ConnectedContent


def _hashed(name: str) -> Callable[..., str]:
    return lambda scope, value: hashlib.new(name, text(value).encode(), usedforsecurity=False).hexdigest()


def _signed(name: str, write: Callable[[bytes], str]) -> Callable[..., str]:
    return lambda scope, value, key: write(hmac.new(text(key).encode(), text(value).encode(), name).digest())


def _number_with_delimiter(scope: Scope, value: Any) -> str:
    """A number with commas between thousands.

    Raises:
        ValueError: it is none.
    """
    need_number(value)
    whole, point, rest = scalar(value).partition(".")
    return re.sub(r"(?<=\d)(?=(\d{3})+\Z)", ",", whole) + point + rest


def _property_accessor(scope: Scope, value: Any, key: Any) -> Any:
    """An object's value under a key.

    Raises:
        ValueError: it is no object.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{described(value)} is no object – give one whose values have names")
    return value.get(key)


def _json_parse(scope: Scope, value: Any) -> Any:
    """The data that a JSON text holds.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return json.loads(text(value))
    except json.JSONDecodeError as error:
        raise ValueError(f"this is no JSON ({error.msg}) – give a text such as '[1, 2]'") from error
    except ValueError as error:
        raise ValueError("this JSON holds a number of more than 4,300 digits – use a shorter one") from error
    except RecursionError as error:
        raise ValueError("this JSON is nested too deeply – use fewer levels") from error


def to_json(scope: Scope, value: Any) -> str:
    """A value as JSON.

    Raises:
        ValueError: it holds a date.
    """
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except TypeError as error:
        raise ValueError("a date or exact decimal has no JSON – give text, numbers, lists and objects") from error


FILTERS: Final[Mapping[str, Filter]] = {
    "as_json_string": to_json,
    "base64": lambda scope, value: base64.b64encode(text(value).encode()).decode(),
    "hmac_sha1_base64": _signed("sha1", lambda digest: base64.b64encode(digest).decode()),
    "hmac_sha1_hex": _signed("sha1", bytes.hex),
    "hmac_sha256": _signed("sha256", bytes.hex),
    "hmac_sha512": _signed("sha512", bytes.hex),
    "json_escape": lambda scope, value: json.dumps(text(value), ensure_ascii=False)[1:-1],
    "json_parse": _json_parse,
    "md5": _hashed("md5"),
    "number_with_delimiter": _number_with_delimiter,
    "property_accessor": _property_accessor,
    "sha1": _hashed("sha1"),
    "sha2": _hashed("sha256"),
    "time_zone": in_zone,
    "url_escape": lambda scope, value: quote(text(value), safe=":/?#[]@!$&'()*+,;="),
    "url_param_escape": lambda scope, value: quote_plus(text(value)),
}
