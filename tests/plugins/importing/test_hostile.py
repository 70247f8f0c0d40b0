"""What import writes of mails with a hostile structure passes `check`, says what the mail said, and looks the same in a browser."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings

from mailweave.errors import MailweaveError
from mailweave.source import Source
from mailweave.templates import parse_template
from mailweave.testing import AT
from mailweave_plugins.importing.making import left_to_do

from .conftest import put_together
from .hostile import hostile_mails, tagged_mails

# Where a comment was cut in two.
SEAM = re.compile(r"<!\[endif\]-->\n?<!--\[if [^\]]*\]>")
UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=40, **UNHURRIED)
@given(mail=hostile_mails())
def test_a_hostile_mail_is_the_same_when_put_together_again(made_of, mail):
    made, told = made_of(mail.text)
    assert (made.subject, made.preheader) == (mail.title, mail.preview)
    expected = mail.without.replace("</br>", "<br />").replace("</img>", "")
    assert SEAM.sub("", put_together(made)) == SEAM.sub("", expected)
    assert {problem.code for problem in told} <= {"repaired", "second-title"}


@settings(max_examples=60, **UNHURRIED)
@given(text=tagged_mails())
def test_a_mail_with_tags_is_the_same_when_put_together_again(made_of, mailweave_engine, text):
    try:
        parse_template(Source("m.html", text), "liquid", mailweave_engine.registry)
    except MailweaveError:
        with pytest.raises(MailweaveError):
            made_of(text)
        return
    made, _ = made_of(text)
    for path, block in made.files.items():
        if path.endswith(".html"):
            parse_template(Source(path, block), "liquid", mailweave_engine.registry)
    # A variable that nothing sets is taken for the customer's.
    assert SEAM.sub("", put_together(made)).replace("customer.x }}", "x }}") == SEAM.sub("", text)


@settings(max_examples=4, **UNHURRIED)
@given(mail=hostile_mails())
def test_what_is_written_of_a_hostile_mail_passes_the_check(made_of, mailweave_engine, shop, mail):
    made, told = made_of(mail.text)
    assert left_to_do(mailweave_engine, mailweave_engine.open(shop), made, told) == []


@pytest.mark.deep
@settings(max_examples=200, **UNHURRIED)
@given(mail=hostile_mails())
def test_a_hostile_mail_looks_as_it_did(made_of, mailweave_engine, shop, browser, mail):
    made, told = made_of(mail.text)
    assert left_to_do(mailweave_engine, mailweave_engine.open(shop), made, told) == []
    for path, text in made.files.items():
        (shop / path).parent.mkdir(parents=True, exist_ok=True)
        (shop / path).write_text(text)
    message = mailweave_engine.render(mailweave_engine.open(shop), "m", "ann", AT, reference=True)
    for width in (375, 700):
        page = browser.new_page(viewport={"width": width, "height": 600})
        page.route("http*://**/*", lambda route: route.abort())
        shots = []
        for html in (mail.text, message.html):
            page.set_content(html, wait_until="load")
            assert page.title() == made.subject
            shots.append(page.screenshot(full_page=True))
        page.close()
        assert shots[0] == shots[1], width
