"""What is sent with a request: everything that nobody can mean is refused with its reason, and changes no file."""

from __future__ import annotations

import json
import socket

import pytest

from mailweave.errors import MailweaveError
from mailweave.testing import AT, MINIMAL, write_files
from mailweave_preview.given import json_object
from mailweave_preview.previewer import Options
from mailweave_preview.security import TOKEN_HEADER
from mailweave_preview.server import listening, serve_in_thread

from .conftest import client_of


def nested(depth: int) -> object:
    value: object = 1
    for _ in range(depth):
        value = {"a": value}
    return value


# The JSON of an `edit`, and what is said of it.
WRONG = [
    ('{"a": }', "must be a JSON object: expecting value (line 1, column 7) – check commas, quotes and brackets"),
    ("[1]", "must be a JSON object – leave it out"),
    ("5", "must be a JSON object – leave it out"),
    ('{"a": 1, "a": 2}', "has the key 'a' twice – take one out"),
    ('{"a": NaN}', "must be a JSON object, which can't hold NaN – write null"),
    ('{"a": -Infinity}', "must be a JSON object, which can't hold -Infinity – write null"),
    ('{"a": 1e999}', "holds a number that is too large – write a smaller one, or put it in quotes"),
    ('{"a": ' + "9" * 5000 + "}", "has a number of too many digits – shorten it, or put it in quotes"),
    ('{"a": "x\\ud800"}', "holds half a character, in 'x\\ud800' – write the whole one; a pair of \\u escapes makes one character"),
    ('{"\\udfff": 1}', "holds half a character, in '\\udfff' – write the whole one; a pair of \\u escapes makes one character"),
    (json.dumps(nested(61)), "is nested more than 60 levels deep – make it flatter"),
    (json.dumps(nested(500)), "is nested more than 60 levels deep – make it flatter"),
    ('{"a":' * 100_000, "is nested more than 60 levels deep – make it flatter"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_no_profile_can_hold(text, said):
    with pytest.raises(MailweaveError) as caught:
        json_object(text, "it", "leave it out")
    assert str(caught.value) == f"it {said}"


@pytest.mark.parametrize("data", [{}, {"a": None, "b": [True, 2**70, -0.5, "", "\x00", "😀"]}, nested(60)])
def test_all_else_stays_as_it_is(data):
    assert json_object(json.dumps(data), "it", "") == data


@pytest.fixture(scope="module")
def small(mailweave_engine, tmp_path_factory):
    """A client of a small workspace that nothing may change, and its folder."""
    root = tmp_path_factory.mktemp("small")
    write_files(root, MINIMAL)
    return client_of(mailweave_engine, root), root


GOOD = {"name": "new", "profile": "ann"}
# What is sent to /profiles/save, and a part of the answer.
SENT = [
    ({**GOOD, "edit": nested(500)}, "the request is nested more than 60 levels deep"),
    ({**GOOD, "edit": {"first_name": "\ud800"}}, "the request holds half a character, in '\\ud800'"),
    ({**GOOD, "name": "\ud800"}, "the request holds half a character"),
    ({**GOOD, "edit": []}, "`edit` is [] – make it an object"),
    ({**GOOD, "edit": {"points": 10**500}}, "`points` would be read as something else"),
    ({**GOOD, "replace": "yes"}, '`replace` is "yes" – make it true or false'),
    ({**GOOD, "edti": {}}, "there is no key 'edti' here – did you mean 'edit'?"),
    ({"name": "new"}, "`profile` is missing – send an object with `name` (a text), `profile` (a text)"),
    ({**GOOD, "name": "x" * 10_000}, "can't be a profile's name – use lower-case letters"),
    ({**GOOD, "profile": "nobody"}, "there is no profile 'nobody'"),
    ({**GOOD, "locale": "xx-nowhere-"}, "'xx-nowhere-' is no locale"),
]


@pytest.mark.parametrize(("sent", "said"), SENT)
def test_a_save_that_is_refused_changes_no_file(small, sent, said):
    client, root = small
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    answer = client.post("/profiles/save", json=sent, headers=client.token)
    assert 400 <= answer.status_code < 500
    assert said in "\n".join(answer.json["problems"])
    assert {path: path.read_bytes() for path in root.rglob("*") if path.is_file()} == before


BODIES = [(b"", "application/json", 400), (b"{}", "text/plain", 415), (b"{}", None, 400), (b"\xff", "application/json", 400), (b'{"name":"a","name":"b"}', "application/json", 400), (json.dumps(GOOD).encode("utf-16"), "application/json", 400), (b"x" * 5_000_000, "application/json", 413)]


@pytest.mark.parametrize(("body", "kind", "status"), BODIES)
def test_bodies_that_are_no_json(small, body, kind, status):
    client, _ = small
    answer = client.post("/profiles/save", data=body, content_type=kind, headers=client.token)
    assert (answer.status_code, bool(answer.json["problems"])) == (status, True)


# A request, its Accept, and what its refusal is: JSON for what scripts ask, a page for what people open.
REFUSED = [
    ("GET", "/nowhere", None, 404, "text/html"),
    ("GET", "/nowhere", "application/json", 404, "application/json"),
    ("POST", "/nowhere", None, 404, "application/json"),
    ("GET", "/campaigns/nothing?profile=ann", None, 404, "text/html"),
    ("GET", "/campaigns/hello/state?profile=ann&at=never", None, 422, "application/json"),
    ("GET", "/campaigns/hello/state?profile=ann&at=never", "text/html", 422, "text/html"),
    ("GET", "/campaigns/hello/message.html?profile=nobody", None, 404, "text/html"),
    ("GET", "/matrix/hello?%ff", None, 200, "text/html"),
    ("GET", "/matrix/hello?\xff", None, 400, "text/html"),
    ("GET", "/campaigns/" + "x" * 10_000, None, 404, "text/html"),
    ("GET", "/campaigns/hello?profile=" + "x" * 10_000, None, 422, "text/html"),
    ("DELETE", "/names", None, 405, "application/json"),
    ("GET", "/send", None, 405, "text/html"),
    ("GET", "/static/page.js", "Range: bytes=9999999-", 200, "text/javascript"),
]


@pytest.mark.parametrize(("method", "path", "accept", "status", "kind"), REFUSED)
def test_refusals_are_pages_or_json(small, method, path, accept, status, kind):
    client, _ = small
    path, _, query = path.partition("?")
    name, _, value = accept.partition(": ") if accept and ": " in accept else ("Accept", "", accept)
    with client.open(path, method=method, query_string=query, headers={**client.token, **({name: value} if value else {})}, environ_overrides={"QUERY_STRING": query}) as answer:
        assert (answer.status_code, answer.mimetype) == (status, kind)
        if status == 405:
            assert answer.headers["Allow"]


# What stands on the wire, and the status of the answer; 0: none that has one.
RAW = {
    b"\x16\x03\x01\x02\r\n\r\n": 0,
    b"GET /names HTTP/9.9\r\n\r\n": 0,
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n": 414,
    b"GET /names HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n": 431,
    b"GET /campaigns/\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n": 404,
    b"GET /campaigns/%ed%a0%80?profile=%ed%a0%80 HTTP/1.1\r\nHost: localhost\r\n\r\n": 404,
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n": 404,
    b"GET http://evil.example/names HTTP/1.1\r\nHost: localhost\r\n\r\n": 421,
    b"POST /profiles/save HTTP/1.1\r\nHost: localhost\r\nTOKEN\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{}": 400,
    b"POST /profiles/save HTTP/1.1\r\nHost: localhost\r\nTOKEN\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n": 400,
    b"POST /profiles/save HTTP/1.1\r\nHost: localhost\r\nTOKEN\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}": 400,
    b"POST /profiles/save HTTP/1.1\r\nHost: localhost\r\nTOKEN\r\nContent-Type: application/json\r\nContent-Length: -7\r\n\r\n": 400,
    b"POST /profiles/save HTTP/1.1\r\nHost: localhost\r\nTOKEN\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n": 413,
}


def on_the_wire(port: int, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 60) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def test_what_is_hardly_http(mailweave_engine, tmp_path, capsys):
    write_files(tmp_path, MINIMAL)
    with listening(mailweave_engine, tmp_path, Options(at=AT), 0) as running:
        thread = serve_in_thread(running)
        token = f"{TOKEN_HEADER}: {running.previewer.guard.token}".encode()
        for data, status in RAW.items():
            answer = on_the_wire(running.server.port, data.replace(b"TOKEN", token))
            assert (int(answer.split()[1]) if answer.startswith(b"HTTP/1.1 ") else 0) == status, (data[:80], answer[:300])
            assert b"Traceback" not in answer
        running.server.shutdown()
        thread.join(30)
    assert capsys.readouterr().err == ""
