import email.policy
import re
from datetime import UTC, datetime
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.eml import build_eml, with_date
from mailweave.errors import MailweaveError

PLAIN = {
    "subject": "Hello",
    "html": "<p>Hi</p>\n",
    "text": "Hi\n",
    "sender_name": "Shop",
    "sender_email": "hello@shop.example",
    "reply_to": None,
    "to_email": "ann@test.example",
    "to_name": "Ann",
    "at": datetime(2026, 11, 23, 10, tzinfo=UTC),
    "message_id_seed": "seed",
    "list_unsubscribe": "https://shop.example/u",
    "headers": {},
}


def built(**changes):
    return build_eml(**{**PLAIN, **changes})


def parsed(data):
    return BytesParser(policy=email.policy.default).parsebytes(data)


def contents(message):
    return [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]


def test_is_the_same_bytes_each_time():
    assert built() == built()
    assert built() != built(message_id_seed="other")


def test_has_both_parts_and_the_headers_that_mailboxes_want():
    message = parsed(built(reply_to="help@shop.example"))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert contents(message) == ["Hi\n", "<p>Hi</p>\n"]
    assert message["Date"].datetime == PLAIN["at"]
    assert message["Reply-To"] == "help@shop.example"
    assert re.fullmatch(r"<[0-9a-f]{40}@shop\.example>", message["Message-ID"])
    assert message["List-Unsubscribe"] == "<https://shop.example/u>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_long_unsubscribe_url_stays_whole():
    url = "https://shop.example/u/" + "x" * 900
    assert f"List-Unsubscribe:\r\n <{url}>\r\n".encode() in built(list_unsubscribe=url)


@pytest.mark.parametrize("name", ["O'Neil", 'Ann "A" B', "a, b; c", "Jürgen Müller", "محمد", "back\\slash", "=?utf-8?q?x?=", "x" * 120, "ä" * 120, "a@b.example"])
def test_names_come_back(name):
    message = email.message_from_bytes(built(to_name=name, sender_name=name))
    for field, address in (("To", "ann@test.example"), ("From", "hello@shop.example")):
        assert parseaddr(str(make_header(decode_header(message[field].replace("\r\n", ""))))) == (name, address)


def test_a_long_first_word_stays_beside_the_headers_name():
    data = built(subject="x" * 70, headers={"X-Campaign": "y" * 90})
    assert b"\r\nSubject: =?utf-8?" in data
    assert parsed(data)["Subject"] == "x" * 70
    assert parsed(data)["X-Campaign"] == "y" * 90


@pytest.mark.parametrize("size", range(20, 60))
def test_an_address_after_an_encoded_name_keeps_its_line_short(size):
    assert max(map(len, built(to_name="ࠀ" * size).split(b"\r\n"))) <= 78


def test_two_spaces_in_a_name_stay():
    assert parsed(built(to_name="Ann  B"))["To"].addresses[0].display_name == "Ann  B"


def test_a_domain_in_another_script_is_written_in_ascii():
    assert parsed(built(to_email="ann@bücher.example"))["To"].addresses[0].domain == "xn--bcher-kva.example"


# IDNA 2003 makes of each a name that somebody else may own: strasse, a final ς like any σ, a word without its joiner (RFC 5894, section 7.2).
DOMAINS = [
    ("straße.example", "xn--strae-oqa.example"),
    ("βόλος.example", "xn--nxasmm1c.example"),
    ("نامه\u200cای.example", "xn--mgba3gch31f060k.example"),
    ("BÜCHER.example", "xn--bcher-kva.example"),
    ("Shop.Example", "Shop.Example"),
]


@pytest.mark.parametrize(("domain", "ascii_domain"), DOMAINS)
def test_domains_are_the_ones_that_were_meant(domain: str, ascii_domain: str) -> None:
    assert parsed(built(to_email=f"ann@{domain}"))["To"].addresses[0].domain == ascii_domain


@pytest.mark.parametrize("domain", ["💌.example", "bü_cher.example", "a..ü", "ü-.example", "faß.de."])
def test_domains_that_are_none(domain: str) -> None:
    with pytest.raises(MailweaveError, match="is not a valid domain – correct the address"):
        built(to_email=f"ann@{domain}")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"to_email": None}, "the profile has no email – add `email:` to it"),
        ({"to_name": "Ann\r\nBcc: x@y.example"}, "the recipient's name holds a line break"),
        ({"subject": "Hi\nBcc: x@y.example"}, "Subject holds a line break"),
        ({"to_email": "ann@test.example\r\nBcc: x"}, "the recipient's address holds a line break"),
        ({"to_email": "änn@test.example"}, "can't stand in a message's header"),
        ({"subject": "half a pair \ud83d"}, "Subject holds a line break or a control character"),
        *[({"to_email": address}, "can't stand in a message's header") for address in ("@test.example", "a b@test.example", "a@b@test.example", "a..b@test.example", ".a@test.example", "x" * 65 + "@test.example", "ann")],
        *[({"to_email": f"ann@{domain}"}, "is not a valid domain – correct the address") for domain in ("", "-x.example", "x_y.example", "x..example", "[192.0.2.1]", "x" * 64 + ".example")],
        ({"reply_to": "a@test.example, b@test.example"}, "can't stand in a message's header"),
        ({"headers": {"from": "x"}}, "the header from stands in the message already"),
        ({"headers": {"X-A": "x", "x-a": "y"}}, "the header x-a stands in the message already"),
        ({"to_email": "ann@.example"}, "'.example' is not a valid domain"),
        ({"list_unsubscribe": "http://shop.example/u"}, "can't be the header List-Unsubscribe – make links.unsubscribe an https URL"),
        ({"list_unsubscribe": "https://shop.example/>\r\nX: y"}, "can't be the header List-Unsubscribe"),
        ({"list_unsubscribe": "https://shop.example/" + "x" * 1000}, "of less than 990 characters"),
        ({"headers": {"X Y": "z"}}, "'X Y' is no header's name"),
        ({"headers": {"X-Y": "a\nb"}}, "X-Y holds a line break"),
    ],
)
def test_refuses_what_a_header_cannot_hold(changes, message):
    with pytest.raises(MailweaveError, match=re.escape(message)):
        built(**changes)


PRINTABLE = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200)


@given(PRINTABLE)
def test_any_subject_comes_back(subject):
    assert parsed(built(subject=subject))["Subject"] == subject


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300), st.text(st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_lines_are_short_and_nothing_is_injected(subject, body):
    try:
        data = built(subject=subject, to_name=subject, html=body, text=body)
    except MailweaveError:
        return
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", data)
    assert max(map(len, data.split(b"\r\n"))) <= 78
    assert {*parsed(data).keys()} == {*parsed(built()).keys()}
    assert contents(parsed(data)) == [re.sub(r"\r\n?", "\n", body)] * 2


@pytest.mark.parametrize("subject", ["Date: now", "Hi\u00a0 Date: Mon", "x" * 70 + " Date: Mon, 1 Jan 2001 00:00:00 +0000"])
def test_another_date_changes_only_the_date(subject):
    later = datetime(2027, 1, 2, 3, 4, 5, tzinfo=UTC)
    plain = built(subject=subject, html="<p>\r\nDate: x</p>", to_name="\r Date: x".strip())
    assert with_date(plain, later) == built(subject=subject, html="<p>\r\nDate: x</p>", to_name="Date: x", at=later)
