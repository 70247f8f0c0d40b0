"""What holds for both inliners whatever the document: nothing fetched, no state, the same bytes everywhere, opaque text, and a time budget."""

import hashlib
import multiprocessing
import socket
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import premailer
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailweave.pipeline import inlining_of
from mailweave_plugins.stages.css_inline_inliner import CssInline
from mailweave_plugins.stages.premailer_inliner import RULES, Premailer

INLINERS = {"premailer": Premailer(), "css-inline": CssInline()}
both = pytest.mark.parametrize("inliner", INLINERS.values(), ids=INLINERS)


def document(css, body):
    return f"<!doctype html><html><head><style>{css}</style></head><body>{body}</body></html>"


def many(rules, nodes):
    css = "\n".join(f".c{number} td.x{number}{{color:#{number:06x};margin:{number}px}}" for number in range(rules))
    body = "".join(f'<table class="c{number}"><tr><td class="x{number}">x</td></tr></table>' for number in range(nodes // 3))
    return document(css, body)


def digests(number):
    """A digest of each inliner's result; runs in threads and in other processes."""
    html = document("p{color:red;margin:1px} .a p:not(.b){margin:2px} p.b{font:12px 'A'}", f'<div class="a"><p>{number}</p><p class="b" style="b">x</p></div>')
    return [hashlib.sha256(inliner.inline(html).encode()).hexdigest() for inliner in INLINERS.values()]


@both
def test_nothing_is_fetched_or_read(inliner, monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("neither network nor files while inlining")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr("codecs.open", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    links = '<link rel="stylesheet" href="https://x.example/a.css"><link rel="stylesheet" href="//x.example/b.css"><link rel="stylesheet" href="/etc/hostname">'
    html = links + document("@import url(https://x.example/c.css); p{color:red;background:url(https://x.example/d.png)}", "<p>x</p>")
    assert 'style="color:red' in inliner.inline(html)


@both
def test_threads_and_processes_give_the_same_bytes(inliner):
    del inliner
    wanted = [digests(number) for number in range(12)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(digests, [*range(12)] * 4)) == wanted * 4


def test_other_processes_give_the_same_bytes():
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as processes:
        assert list(processes.map(digests, range(4))) == [digests(number) for number in range(4)]


def test_premailers_shared_cache_does_no_harm():
    # premailer keeps the parsed style "b" and the compiled selector "b" under the same key, and crashes on whichever comes second.
    premailer.merge_style.csstext_to_pairs("b")
    assert Premailer().inline(document("b{color:red}", "<b>x</b>")).count('<b style="color:red">') == 1


@both
@pytest.mark.parametrize(("html", "budget"), [(many(1000, 1000), 10), (document("p{color:red} .a{margin:0}", "<p class='a'>text</p>" * 50_000), 20)], ids=["rules", "1 MB"])
def test_large_mails_stay_in_a_budget(inliner, html, budget):
    started = time.process_time()
    assert inliner.inline(html).count("style=") >= 333
    # About 0.8 s and 2 s on a laptop; the budget only catches what grows faster than the mail.
    assert time.process_time() - started < budget


def test_many_rules_are_for_css_inline():
    assert inlining_of(INLINERS, "premailer", many(RULES, 3)).name == "premailer"
    chosen = inlining_of(INLINERS, "premailer", many(RULES + 1, 3))
    assert (chosen.name, chosen.because) == ("css-inline", "the style sheets have 301 rules, and premailer is slow with more than 300")


@pytest.mark.parametrize(
    ("inliners", "wanted", "css", "name", "because"),
    [
        (INLINERS, "premailer", "p{color:red}", "premailer", "'inliner' is premailer"),
        (INLINERS, "premailer", "p:not(.a){color:red}", "css-inline", "premailer can't match the selector 'p:not(.a)'"),
        (INLINERS, "premailer", "a:hover{color:red} @media print{p:not(.a){color:red}}", "premailer", "'inliner' is premailer"),
        (INLINERS, "css-inline", "p:not(.a){color:red}", "css-inline", "'inliner' is css-inline"),
        ({"premailer": Premailer()}, "premailer", "p:not(.a){color:red}", "premailer", "'inliner' is premailer"),
    ],
)
def test_the_sheet_decides_who_inlines(inliners, wanted, css, name, because):
    chosen = inlining_of(inliners, wanted, document(css, "<p>x</p>"))
    assert (chosen.name, chosen.because) == (name, because)


@both
def test_deep_nesting_loses_nothing(inliner):
    html = document("p{color:red}", "<div>" * 400 + "<p>x</p>" + "</div>" * 400)
    assert '<p style="color:red">x</p>' in inliner.inline(html)


TEXT = st.text(st.characters(exclude_characters="<>\"'&=\r", exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(text=TEXT, url=TEXT, style=TEXT)
@both
def test_texts_urls_and_values_are_opaque(inliner, text, url, style):
    body = f'<p title="{url}" style="{style}">{text}<a href="{url}">{{{{ {text} }}}}</a></p>'
    after = inliner.inline(document("p{color:red;margin:1px} a{padding:0} p:not(.x){top:1px}", body))
    assert after.count(f'href="{url}">{{{{ {text} }}}}</a>') == 1
    assert f'<p title="{url}" style="' in after
    assert f">{text}<a " in after
    assert style.strip().rstrip(";") in after
