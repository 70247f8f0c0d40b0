"""Requests for every route of the previewer's app, as somebody would send them who wants to break it."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st
from werkzeug.routing import Rule
from werkzeug.test import run_wsgi_app

# Every key that a query may have. A test compares it with what the pages ask for.
STATE = ("profile", "edit", "at", "locale", "without", "force")
KEYS = (*STATE, "known", "slot", "tab", "kind", "p", "scheme", "images", "viewport", "rev", "weird", "variant", "p.text", "p.count", "p.list", "p.object", "p.color", "p.nothing")
RIGHT = tuple(f"{key}2" for key in (*STATE, "rev"))
# Every key that a body may have.
SENT = ("name", "profile", "edit", "locale", "replace", "text", "set", "campaign", "profiles", "to", "query", "ids", "decision")

# Ids of runs that are shown to whoever is asked.
RUNS: list[str] = []
DEEP = 500
NAMES = ["hello", "rich", "ann", "bea", "note", "all", "default", "other", "first", "second", "email", "sms", "why", "data", "source", "text", "problems"]
VALUES = [
    *NAMES, "", " ", "0", "-1", "1e9", "9" * 5000, "NaN", "Infinity", "-Infinity", "null", "true", "{}", "[]", "[1]", '"', "{", "..", "../..", "../../etc/passwd", "/etc/passwd", "C:\\x",
    "....//", "%00", "\x00", "a\x00b", "\r\nX-Evil: yes", "\u2028", "\u202eevil", "\ufeff", "x" * 10_000, "é" * 3_000, "😀" * 500, "<script>alert(1)</script>", "{{ x }}", "{% if", "!!python/object:os.system", "&a [*a]", "a: &a [*a]",
    "--help", "-", "HEAD", "HEAD:../x", "HEAD~1", "@{-1}", ":/x", "\ud800", "a\udfff", "\ud83d\ude00", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00", "0000-01-01", "99999-01-01", "2026-11-23T10:00", "2026-11-23T10:00+99:99",
    "2026-02-30", "9999-12-31T23:00Z", "0001-01-01T00:00Z", "0001-01-01", "9999-12-31", "2026-11-23T10:00:00.123456789123Z", "2026-03-29T02:30", "1e309", "first:0", "first:99999", "first:1", "second:-1", ":", "a:b", "first:٣", "note:0", "products", "recommendations", "report", "missing", "all", "pairs", "json", "dark", "forced", "off",
    '{"first_name":"\\ud800"}', '{"\\ud800":1}', '{"first_name":NaN}', '{"a":1e400}', '{"a":' + "9" * 5000 + "}", '{"a":1,"a":2}', '{"first_name":null}', '{"first_name":{"a":1}}', '{"email":"\\u0000"}', '{"":{"":""}}', '{"orders":[{"at":"0000"}]}', '{"address":5}',
    '{"a":' * DEEP + "1" + "}" * DEEP, "[" * DEEP + "]" * DEEP, '{"a":' * 50_000, "[" * 100_000, "{" * 3000, "- " * 3000 + "a", "? " * 2000, "a: " * 500, "'" , "first_name: Ann", "a: 1\na: 2", "\t- a", "a: !!binary x", "%YAML 9.9\n---\na: 1", "---\na: 1\n---\nb: 2", "first_name: \ud800",
    "a@bücher.example", "a@straße.example", "a@xn--.example", "a@b.example\nBcc: c@d.example", "a@" + "x" * 300 + ".example", "ä@b.example", "\ud800@b.example", "a@\ud800.example", "a@b", "a@[127.0.0.1]", '"a b"@c.example', "a" * 65 + "@b.example", "a@b..example", "a@\u200d.example", "a@‮.example",
]
# What no text decodes to, in an address.
BYTES = [b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"%", b"%zz", b"%u0041", b"..%2f..%2f", b"%2e%2e/", b"%00", b"\x01", b"+", b"&&&", b"=", b"a=b=c", b"%ed%a0%80", b"%ff", b"%5c..%5c", b"//", b"/./", b";x"]
JSON_VALUES = [None, True, 0, -1, 2**70, float("nan"), float("inf"), 1.5, [], {}, [None], [[]], {"": None}, {"a": {"b": []}}]
BODIES = [
    b"", b"{", b"null", b"[]", b"5", b'"text"', b"\xff\xfe", b"\x00" * 64, b"[" * 100_000, b'{"a":' * 50_000, b"NaN", b"9" * 10_000, b"a=1&b=2", b"x" * (4 * 1024 * 1024 + 1),
    b'{"name":"a","name":"b"}', json.dumps({"profile": "ann"}).encode("utf-16"), json.dumps({"profile": "ann"}).encode("utf-32"), b"\xef\xbb\xbf{}", b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\na\r\n--x--\r\n', b"--x\r\n" * 2000,
]
TYPES = ["application/json", "application/json; charset=utf-16", "application/json; charset=nonsense", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "", "x" * 3000, "application/json\x00", "text/html; charset=\xff", "application/merge-patch+json"]
HEADERS = {
    "Accept": ["application/json", "text/html", "*/*", "", "x", "application/json;q=x", "text/html;q=0,application/json;q=0", "image/png", "," * 500, "\xff"],
    "If-None-Match": ["*", '"x"', "W/", '"', '"' * 500, "\xff", "," * 500],
    "If-Modified-Since": ["Sat, 99 Foo 2026", "0", "Mon, 01 Jan 0001 00:00:00 GMT", "9" * 400],
    "Range": ["bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=" + "0-1," * 300, "x", "bytes=0-99999999999999999999", "items=1"],
    "If-Range": ['"x"', "x"],
    "Cookie": ["a=b", "=", "\xff" * 100, "a=" + "b" * 5000],
    "Host": ["localhost", "evil.example", "", "[::1", "localhost:99999", "localhost:x", "\xff", "a" * 5000, "localhost\x00", "127.0.0.1:80:80"],
    "Origin": ["null", "http://localhost", "https://evil.example", "\xff", ""],
    "X-Mailweave-Token": ["", "x", "\xff", "a" * 5000],
    "Content-Length": ["-1", "x", "", "99999999999999999999", "3"],
    "Transfer-Encoding": ["chunked", "x"],
    "Content-Encoding": ["gzip", "x"],
    "X-Forwarded-Host": ["evil.example"],
    "X-HTTP-Method-Override": ["DELETE"],
    "Accept-Language": ["de", "\xff"],
    "Upgrade": ["websocket"],
}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "x", ""]


@dataclass(frozen=True)
class Hit:
    """A request: path and query as they stand in its first line, before %-decoding; headers beside those that let it in."""

    method: str
    path: bytes
    query: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def __repr__(self) -> str:
        shown = {key: value[:80] for key, value in self.headers.items()}
        return f"{self.method[:20]} {self.path[:300]!r} ? {self.query[:600]!r} {shown} {self.body[:600]!r}"


@dataclass(frozen=True)
class Answer:
    """What came of it: `log` is what the terminal got."""

    status: int
    headers: dict[str, str]
    body: bytes
    log: str


def ask(app, hit: Hit, token: dict[str, str]) -> Answer:
    """Ask an app as its server would, without a client that puts right what is wrong."""
    from urllib.parse import unquote_to_bytes

    headers = {"Host": "localhost", **token, **hit.headers}
    environ = {
        "REQUEST_METHOD": hit.method, "SCRIPT_NAME": "", "PATH_INFO": unquote_to_bytes(hit.path).decode("latin-1"), "QUERY_STRING": hit.query.decode("latin-1"),
        "REQUEST_URI": (hit.path + (b"?" + hit.query if hit.query else b"")).decode("latin-1"), "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(hit.body), "wsgi.errors": io.StringIO(), "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(hit.body)),
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    log = io.StringIO()
    with redirect_stderr(log):
        chunks, status, answered = run_wsgi_app(app, environ)
        try:
            # One that tells of changes never ends.
            stream = answered.get("Content-Type", "").startswith("text/event-stream")
            body = next(iter(chunks), b"") if stream else b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
    return Answer(int(status.split()[0]), dict(answered), body, log.getvalue() + environ["wsgi.errors"].getvalue())


def encoded(text: str) -> bytes:
    """A text in an address; half a surrogate pair as the bytes that UTF-8 would have for it."""
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="").encode()


texts = st.one_of(st.sampled_from(VALUES), st.text(max_size=12), st.text(st.characters(categories=["Cs", "Cc", "Cf", "Lu", "Nd"]), max_size=4))
raws = st.one_of(texts.map(encoded), st.sampled_from(NAMES).map(encoded), st.sampled_from(BYTES))
plain = st.one_of(st.sampled_from(JSON_VALUES), st.sampled_from(NAMES), texts)
values = st.recursive(plain, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)), max_leaves=6)
deep = st.sampled_from(["{", "["]).map(lambda kind: _nested(kind, DEEP))


def _nested(kind: str, depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = {"a": value} if kind == "{" else [value]
    return value


queries = st.lists(st.tuples(st.sampled_from([*KEYS, *RIGHT]), raws).map(lambda pair: pair[0].encode() + b"=" + pair[1]) | st.sampled_from(BYTES), max_size=5).map(b"&".join)
bodies = st.dictionaries(st.sampled_from(SENT) | texts, values | deep, max_size=7).map(lambda data: json.dumps(data).encode("utf-8", "surrogatepass"))
sent = st.one_of(bodies, bodies, st.sampled_from(BODIES), st.binary(max_size=40))


@st.composite
def sensible(draw: st.DrawFn, rule: str) -> bytes:
    """A body that is nearly right, so that what comes after the first look is reached."""
    keys = {"save": ["name", "profile", "edit", "replace", "locale"], "edit": ["text", "profile"], "send": ["campaign", "profiles", "to", "query"], "create": ["set"], "decide": ["ids", "decision"]}
    data = {
        "name": draw(st.sampled_from(["new", "new", "ann", "x" * 81])), "profile": draw(st.sampled_from(["ann", "bea", "", "ann", "bea"]) | texts), "text": draw(texts), "campaign": draw(st.sampled_from(["hello", "rich"]) | texts),
        "profiles": draw(st.lists(st.sampled_from(["ann", "", "bea"]) | texts, max_size=3)), "to": draw(st.sampled_from(["me@test.example", "a@bücher.example"]) | texts), "set": draw(st.sampled_from(["missing", "all", "pairs"]) | texts),
        "edit": draw(st.dictionaries(st.sampled_from(["first_name", "email", "orders", "address", "points", "segments", "notes"]) | texts, values | deep, max_size=3)), "replace": draw(st.booleans()), "locale": draw(st.sampled_from(["", "de"]) | texts),
        "query": draw(st.dictionaries(st.sampled_from(STATE), st.lists(texts, max_size=2), max_size=3) | values), "ids": draw(st.lists(texts, max_size=2)), "decision": draw(st.sampled_from(["approved", "rejected"])),
    }
    wanted = keys.get(rule.rsplit("/", 1)[1], list(data))
    return json.dumps({key: data[key] for key in wanted}).encode()


@st.composite
def path_of(draw: st.DrawFn, rule: Rule) -> bytes:
    """A rule's path with something in each of its places."""
    parts = []
    for is_dynamic, data in rule._trace:
        if not is_dynamic:
            parts.append(data.encode().replace(b"|", b"", 1))
        elif data == "kind":
            parts.append(draw(st.sampled_from([b"before", b"after", b"diff", b"aligned"]) | raws))
        else:
            parts.append(draw(raws) if draw(st.integers(0, 3)) == 3 else draw(st.sampled_from(_fitting(rule.rule, data)).map(encoded)))
    return b"".join(parts)


def _fitting(rule: str, place: str) -> list[str]:
    """Names that a place of a rule can have in the workspace that is asked."""
    if place == "variant":
        return ["default", "other"]
    if place == "file":
        return ["rejects.ndjson", "deferred.ndjson", "suspect.ndjson"]
    if rule.startswith("/runs/") and RUNS:
        return RUNS
    return {"campaigns": ["rich", "hello"], "matrix": ["rich"], "permutations": ["rich"], "compare": ["rich", "hello"], "blocks": ["rich", "note"], "assets": ["all.png"], "static": ["page.js"]}.get(rule.split("/")[1], NAMES)


@st.composite
def hits(draw: st.DrawFn, rule: Rule) -> Hit:
    """A request of a rule: mostly of a method that it knows, sometimes of another or with odd headers."""
    [known] = rule.methods - {"HEAD", "OPTIONS"}
    method = draw(st.sampled_from(METHODS)) if draw(st.integers(0, 9)) == 9 else known
    headers = draw(st.dictionaries(st.sampled_from(sorted(HEADERS)), st.none(), max_size=2)) if draw(st.integers(0, 3)) == 0 else {}
    headers = {name: draw(st.sampled_from(HEADERS[name])) for name in headers}
    if method not in ("GET", "HEAD"):
        headers = {"Content-Type": draw(st.sampled_from(TYPES * 1 + ["application/json"] * 20)), **headers}
    body = draw(st.one_of(sensible(rule.rule), sensible(rule.rule), sent)) if method not in ("GET", "HEAD") else b""
    return Hit(method, draw(path_of(rule)), draw(queries), headers, body)
