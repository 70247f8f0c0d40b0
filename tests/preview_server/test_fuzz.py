"""Whatever is asked of the previewer, in whatever words: an answer that says what is wrong, never a fault of ours, and no file that nobody wanted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from socket import socket

import pytest
from aiosmtpd.controller import Controller
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailweave.audit import audit
from mailweave.testing import AT, MINIMAL, write_files
from mailweave_preview.app import create_app
from mailweave_preview.previewer import EXTENSION, Options
from mailweave_preview.run_folders import id_of
from mailweave_preview.security import TOKEN_HEADER

from .bulk_runs import begin, make_run
from .requests_of import KEYS, RUNS, SENT, Hit, ask, hits

FILES = {
    **MINIMAL,
    "mailweave.yaml": MINIMAL["mailweave.yaml"].rstrip() + "\n        sources: {products: {file: {path: data/products.yaml}}}\n        viewports: {phone: 375, desktop: 640}\n        timezone: Pacific/Kiritimati\n",
    "data/products.yaml": "- {name: Lamp, price: 5}\n",
    "content_blocks/rich/block.yaml": """
        description: Everything that a form can hold.
        parameters:
          text: {type: string, default: Hi}
          count: {type: integer, default: 3}
          list: {type: list, default: [1]}
          object: {type: object, default: {a: 1}}
          color: {type: color, default: '#ffffff'}
        variants: {default: {}}
        """,
    "content_blocks/rich/default.mjml": "<mj-section><mj-column><mj-text>{{ block.text }} {{ block.count }} {{ customer.first_name | default: 'you' }} {{ customer.notes | default: '' }}</mj-text></mj-column></mj-section>\n",
    "content_blocks/rich/sample.yaml": "customer: {first_name: Ann, orders: [{id: a, at: '2026-01-01'}]}\nparameters: {text: Hello}\n",
    "campaigns/rich.yaml": """
        subject: 'Hi {{ customer.first_name | default: "you" }}'
        slots:
          first:
            block: note
            choose:
              - {when: {segment: gold}, variant: other}
              - {when: {location: {country: 'NO'}}, variant: other}
              - {when: {frequency: {orders: {at_least: 2, within: 90 days}}}, variant: other}
              - {otherwise: default}
          second: {block: rich}
        """,
    "profiles/bea.yaml": "id: b\nfirst_name: Bea\nemail: bea@test.example\nsegments: [gold]\naddress: {country: 'NO'}\norders: [{id: a, at: '2026-11-01'}]\n",
    "messages/en.yaml": "hi: Hi\n",
}
SHOTS = Path(__file__).parents[2] / "preview_server"


def app_of(engine, root, smtp):
    app = create_app(engine, root, Options(at=AT, smtp=smtp, runs=(root / "runs",)))
    return app, {TOKEN_HEADER: app.extensions[EXTENSION].guard.token}


class _Catcher:
    """Takes every message."""

    async def handle_DATA(self, server, session, envelope):
        return "250 OK"


@pytest.fixture(scope="module")
def catcher():
    """A mail server that takes everything, as HOST:PORT."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(_Catcher(), hostname="127.0.0.1", port=port)
    controller.start()
    yield f"127.0.0.1:{port}"
    controller.stop()


@pytest.fixture(scope="module")
def broken(mailweave_engine, tmp_path_factory, catcher):
    """An app whose workspace is asked for whatever comes; what is saved stays until the next look."""
    root = tmp_path_factory.mktemp("fuzz")
    write_files(root, FILES)
    (root / "assets").mkdir()
    (root / "assets" / "all.png").write_bytes(b"png")
    RUNS[:] = [id_of(begin(make_run(root / "runs" / "sent")).folder)]
    assert audit(mailweave_engine.open(root), AT) == []
    app, token = app_of(mailweave_engine, root, catcher)
    return app, token, root


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def complaint(hit: Hit, answer) -> str:
    """What is wrong with an answer; empty when nothing is."""
    if answer.status >= 500:
        return f"{answer.status}: {answer.body[-600:]!r}"
    if answer.log:
        return f"the terminal says {answer.log[-1500:]}"
    if answer.status < 400 or hit.method == "HEAD":
        return ""
    kind = answer.headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        told = json.loads(answer.body)
        return "" if told.get("problems") or told.get("error") or told.get("exists") or told.get("results") else f"a refusal without a reason: {told}"
    text = re.sub(r"<[^>]*>", " ", answer.body.decode().partition("<main")[2] or answer.body.decode())
    return "" if kind.startswith("text/html") and len(text.split()) > 8 else f"a refusal that says little: {answer.status} {kind} {answer.body[:300]!r}"


def check(broken, engine, hit: Hit) -> None:
    app, token, root = broken
    before = files(root)
    answer = ask(app, hit, token)
    assert complaint(hit, answer) == "", hit
    after = files(root)
    if answer.status >= 400:
        assert after == before, hit
    elif after != before:
        # What was accepted can be read again, by this previewer and by whoever opens the workspace next.
        opened = engine.open(root)
        for name in opened.profile_names():
            opened.profile(name)
        for name in set(after) - set(before):
            assert re.fullmatch(r"profiles/[a-z0-9][a-z0-9_-]*\.yaml", name), hit
            (root / name).unlink()
        for name, data in before.items():
            (root / name).write_bytes(data)
        app.extensions[EXTENSION].live.changed([root / name for name in set(after) | set(before)])


def rules_of(app):
    """Every rule; those that write come up more often."""
    rules = sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule)
    return [rule for rule in rules for _ in range(5 if "POST" in rule.methods else 1)]


QUICK = settings(max_examples=40, suppress_health_check=list(HealthCheck), derandomize=True)
DEEP = settings(max_examples=20_000, suppress_health_check=list(HealthCheck))


def test_nothing_that_is_asked_is_a_fault(broken, mailweave_engine):
    every = rules_of(broken[0])

    @QUICK
    @given(st.sampled_from(every).flatmap(hits))
    def asked(hit):
        check(broken, mailweave_engine, hit)

    asked()


@pytest.mark.deep
def test_nothing_that_is_asked_is_a_fault_at_length(broken, mailweave_engine):
    every = rules_of(broken[0])

    @DEEP
    @given(st.sampled_from(every).flatmap(hits))
    def asked(hit):
        check(broken, mailweave_engine, hit)

    asked()


def test_every_key_that_a_page_asks_for_is_tried():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (SHOTS / "mailweave_preview").rglob("*.py"))
    keys = set(re.findall(r"request\.args\.get(?:list)?\(\"([\w.]+)\"", code))
    assert keys <= set(KEYS)
    assert set(re.findall(r"\bsent(?:\.get\(|\[)\"(\w+)\"", code)) <= set(SENT)


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "gone")


def _loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


BROKEN = {
    "a folder": _folder,
    "a link to nothing": _dangling,
    "a link to itself": _loop,
    "gone": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe\x00a"),
    "NUL": lambda path: path.write_bytes(b"a: \x00"),
    "deep": lambda path: path.write_text("[" * 5000),
    "half a character": lambda path: path.write_text('subject: "\\ud800"\ndescription: "\\ud800"\nfirst_name: "\\ud800"\nnotes: "\\ud800"\nhi: "\\ud800"\nname: "\\ud800"\n"\\udfff": 1\n'),
}
PATHS = ["mailweave.yaml", "campaigns/rich.yaml", "profiles/ann.yaml", "content_blocks/note/block.yaml", "content_blocks/note/default.mjml", "content_blocks/rich/sample.yaml", "layouts/base.mjml", "messages/en.yaml", "data/products.yaml", "assets/all.png"]


def looks(app):
    """Every page and answer that is only looked at, as its links ask for it, and two that try to write."""
    run = id_of(app.extensions[EXTENSION].live.root / "runs" / "sent")
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<any[^>]*>", "after", rule.rule)
        for place, name in {"<name>": "note" if "blocks" in path else run if "/runs/" in path else "rich", "<variant>": "default", "<file>": "rejects.ndjson", "<path:name>": "all.png"}.items():
            path = path.replace(place, name)
        query = b"profile=ann&slot=first&p=ann&p=bea&viewport=phone"
        if "POST" not in rule.methods:
            yield Hit("GET", path.encode(), query)
            if path.endswith("/state"):
                yield from (Hit("GET", path.encode(), query + b"&tab=" + tab, {"Accept": "application/json"}) for tab in (b"data", b"source", b"text", b"problems"))
    yield Hit("POST", b"/profiles/save", headers={"Content-Type": "application/json"}, body=b'{"name":"ann","profile":"ann","replace":true}')
    yield Hit("POST", b"/permutations/rich/create", headers={"Content-Type": "application/json"}, body=b'{"set":"all"}')


# A file of each kind, broken in ways that broke pages before.
SOME = [("layouts/base.mjml", "a folder"), ("profiles/ann.yaml", "half a character")]
EVERY = [pytest.param(path, broken, marks=[] if (path, broken) in SOME else pytest.mark.deep) for path in PATHS for broken in BROKEN]


@pytest.mark.parametrize("moment", ["while it runs", pytest.param("before it starts", marks=pytest.mark.deep)])
@pytest.mark.parametrize(("path", "broken"), EVERY)
def test_a_broken_file_breaks_no_page(mailweave_engine, tmp_path, path, broken, moment):
    write_files(tmp_path, FILES)
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "all.png").write_bytes(b"png")
    make_run(tmp_path / "runs" / "sent")
    if moment == "before it starts":
        BROKEN[broken](tmp_path / path)
    app, token = app_of(mailweave_engine, tmp_path, None)
    if moment == "while it runs":
        ask(app, Hit("GET", b"/campaigns/rich", b"profile=ann"), token)
        BROKEN[broken](tmp_path / path)
        app.extensions[EXTENSION].live.changed([tmp_path / path])
    for hit in looks(app):
        assert complaint(hit, ask(app, hit, token)) == "", hit
