"""A mail server that fails in every way: whose fault it is, and who has a message afterwards."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from mailweave import MailweaveError
from mailweave.config import Sender
from mailweave.deliverers import AwayError, Letter
from mailweave.message import Message
from mailweave_plugins.deliverers.smtp import Smtp

from .rude_server import Rude

CASES = yaml.safe_load((Path(__file__).parent / "smtp_faults.yaml").read_text(encoding="utf-8"))
SIGNS = {"sent": "s", "deferred": "d", "refused": "r", "in doubt": "i"}
NAMES = ("ann", "bob", "cy")


def letter(address, row=0, sender="shop@test.example", text="Hello.\n.\n..two\n"):
    message = Message(
        "hello",
        address,
        datetime(2026, 11, 23, tzinfo=UTC),
        "en",
        "Hello",
        "",
        f"<p>{text}</p>",
        text,
        {},
        Sender(name="Shop", email=sender),
        address,
    )
    return Letter(row, address, message, "")


def deliver(target, letters):
    """What became of each letter, the errors that stopped them, and who was committed."""
    signs, details, ours, committed = "", [], 0, []
    try:
        with Smtp().session(target) as session:
            for one in letters:
                outcome = session.send(one, lambda one=one: committed.append(one.id.partition("@")[0]))
                signs, ours = signs + SIGNS[outcome.kind], ours + outcome.ours
                details.append(outcome.detail)
    except AwayError as error:
        signs, details = signs + "~", [*details, str(error)]
    except MailweaveError as error:
        signs, details = signs + "!", [*details, str(error)]
    return signs, details, ours, committed


def named(case):
    return " ".join(f"{key} {value}" for key, value in case.items() if key in ("says", "query"))


@pytest.mark.parametrize("careless", [False, True])
@pytest.mark.parametrize("case", [case for case in CASES if "EHLO" not in case.get("says", {}) and "query" not in case], ids=named)
def test_an_answer_means_the_same_to_commands_that_came_together(case, careless):
    says = {"EHLO": "250-here\r\n250-PIPELINING\r\n250 8BITMIME", **case.get("says", {})}
    with Rude(says, careless=careless).up() as server:
        signs, details, ours, _ = deliver(f"smtp://127.0.0.1:{server.port}", [letter(f"{name}@test.example", row) for row, name in enumerate(NAMES)])
    assert signs == case["outcomes"], details
    assert [address.partition("@")[0] for address in server.kept] == case["kept"].split()
    assert ours == case.get("ours", ours)
    assert case.get("detail", "") in "\n".join(details)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_an_answer_means(case):
    with Rude(case.get("says", {})).up() as server:
        target = f"smtp://127.0.0.1:{server.port}?{case.get('query', '')}".removesuffix("?")
        signs, details, ours, committed = deliver(target, [letter(f"{name}@test.example", row) for row, name in enumerate(NAMES)])
    assert signs == case["outcomes"], details
    assert [address.partition("@")[0] for address in server.kept] == case["kept"].split()
    assert ours == case.get("ours", ours)
    assert case.get("detail", "") in "\n".join(details)
    assert server.connections == case.get("connections", server.connections)
    # What may have arrived was committed before its text went out.
    assert {name for name, sign in zip(NAMES, signs, strict=False) if sign in "si"} <= set(committed)
    assert len(committed) == len(set(committed))


def test_what_arrives_is_the_eml_from_and_to_domains_as_the_dns_has_them():
    one = letter("ann@bücher.example", sender="laden@straße.example")
    with Rude({"EHLO": "250-here\r\n250 SIZE"}).up() as server:
        assert deliver(f"smtp://127.0.0.1:{server.port}", [one])[0] == "s"
    assert server.commands[1:3] == [f"MAIL FROM:<laden@xn--strae-oqa.example> SIZE={len(one.message.eml)}", "RCPT TO:<ann@xn--bcher-kva.example>"]
    # Dated when it was sent.
    undated = [re.sub(rb"\r\nDate: [^\r]+", b"", text) for text in (server.texts[0].replace(b"\r\n..", b"\r\n.") + b"\r\n", one.message.eml)]
    assert undated[0] == undated[1]
    assert b"\r\n..two" in one.message.eml.replace(b"\r\n.two", b"\r\n..two")


def test_nothing_goes_out_when_its_intent_cant_be_written():
    def commit():
        raise MailweaveError

    with Rude().up() as server:
        with pytest.raises(MailweaveError), Smtp().session(f"smtp://127.0.0.1:{server.port}") as session:
            session.send(letter("ann@test.example"), commit)
        # The same session goes on with a new connection, on which no text is open.
        with Smtp().session(f"smtp://127.0.0.1:{server.port}") as session:
            with pytest.raises(MailweaveError):
                session.send(letter("ann@test.example"), commit)
            assert session.send(letter("bob@test.example"), lambda: None).kind == "sent"
    assert server.kept == ["bob@test.example"]
