"""Tests by SMTP, to a real server on this machine."""

import re
from email import message_from_bytes, policy
from socket import socket

import pytest
from aiosmtpd.controller import Controller

JSON = {"Accept": "application/json"}


class Inbox:
    """Keeps what it is given; refuses one address."""

    def __init__(self):
        self.got = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody@"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.got.append((envelope.mail_from, envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"


@pytest.fixture
def inbox():
    handler = Inbox()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.address = f"127.0.0.1:{port}"
    yield handler
    controller.stop()


def send(client, **data):
    sent = {"campaign": "win_back", "profiles": ["gold"], "to": "me@juniper.example", **data}
    return client.post("/send", json=sent, headers={**client.token, **JSON})


def test_a_test_is_marked_and_goes_to_the_address_that_was_typed(make_client, inbox, mailweave_engine):
    client = make_client(smtp=inbox.address)
    answer = send(client, profiles=["gold", "newcomer"])
    assert answer.json == {"results": [{"profile": "gold", "sent": True, "why": ""}, {"profile": "newcomer", "sent": True, "why": ""}]}
    (sender, to, message), _ = inbox.got
    assert (sender, to) == ("june@juniper.example", ["me@juniper.example"])
    assert message["Subject"].startswith("[Test · gold] ")
    assert message["X-Mailweave-Test"] == "yes"
    assert message["To"] == "me@juniper.example"
    assert message["List-Unsubscribe"] is None
    real = mailweave_engine.render(client.previewer.workspace, "win_back", "gold", client.previewer.moment)
    assert message.get_body(("html",)).get_content().replace("\r\n", "\n").strip() == real.html.strip()


def test_what_is_supposed_is_sent_too(make_client, inbox):
    client = make_client(smtp=inbox.address)
    assert send(client, query={"edit": ['{"first_name": "Zoë"}']}).status_code == 200
    assert "Zoë" in inbox.got[0][2].get_body(("plain",)).get_content()
    # An edit is one profile's.
    send(client, profiles=["gold", "newcomer"], query={"edit": ['{"first_name": "Zoë"}']})
    assert "Zoë" not in inbox.got[2][2].get_body(("plain",)).get_content()


def test_what_can_not_be_sent_is_said_and_the_others_go(make_client, inbox):
    client = make_client(smtp=inbox.address)
    answer = send(client, profiles=["nobody-like-that", "gold"])
    assert answer.status_code == 422
    assert [(result["sent"], result["why"][:24]) for result in answer.json["results"]] == [(False, "there is no profile 'nob"), (True, "")]
    refused = send(client, to="nobody@juniper.example").json["results"][0]["why"]
    assert "no such person" in refused


def test_a_server_that_is_not_there(make_client):
    answer = send(make_client(smtp="127.0.0.1:9"))
    assert answer.status_code == 422
    assert "is an SMTP server listening at 127.0.0.1:9?" in answer.json["results"][0]["why"]


@pytest.mark.parametrize("to", ["", "me", "me@x.example\nBcc: all@x.example", "a@b.example, c@d.example"])
def test_one_address_only(make_client, inbox, to):
    assert send(make_client(smtp=inbox.address), to=to).status_code == 422
    assert inbox.got == []


# As the DNS has them, in the header and in the envelope; by IDNA 2008, so that nobody else's domain is asked.
INTERNATIONAL = {"a@bücher.example": "a@xn--bcher-kva.example", "a@straße.example": "a@xn--strae-oqa.example", "a@BÜCHER.example": "a@xn--bcher-kva.example", "a@例え.jp": "a@xn--r8jz45g.jp", "a@xn--bcher-kva.example": "a@xn--bcher-kva.example"}


@pytest.mark.parametrize("to", INTERNATIONAL)
def test_an_international_domain(make_client, inbox, to):
    assert send(make_client(smtp=inbox.address), to=to).json == {"results": [{"profile": "gold", "sent": True, "why": ""}]}
    [(_, recipients, message)] = inbox.got
    assert (recipients, message["To"]) == ([INTERNATIONAL[to]], INTERNATIONAL[to])


@pytest.mark.parametrize("to", ["ä@shop.example", "a@\ud800.example", "\ud800@shop.example", "a@\u200d.example", "a@\u202e.example", "a@b..example", "a@" + "x" * 300 + ".example", "a" * 65 + "@b.example", "a@-.example", "a@ü" + "x" * 70 + ".example"])
def test_an_address_that_no_server_takes(make_client, inbox, to):
    answer = send(make_client(smtp=inbox.address), to=to)
    assert 400 <= answer.status_code < 500
    assert " – " in answer.json["problems"][0]
    assert inbox.got == []


def test_a_sender_of_an_international_domain(make_client, inbox, shop):
    file = shop / "mailweave.yaml"
    file.write_text(re.sub(r"email: \S+@[^\s},]+", "email: hello@bücher.example", file.read_text(), count=1))
    assert send(make_client(smtp=inbox.address), campaign="spring_newsletter").status_code == 200
    assert inbox.got[0][0] == "hello@xn--bcher-kva.example"


@pytest.mark.parametrize("data", [{"profiles": []}, {"profiles": ["gold"] * 51}, {"profiles": "gold"}, {"profiles": [1]}, {"campaign": 1}, {"query": []}, {"query": {"at": "now"}}, {"query": {"edit": [1]}}, {"more": 1}])
def test_a_request_that_makes_no_sense(make_client, inbox, data):
    assert send(make_client(smtp=inbox.address), **data).status_code == 400


def test_without_a_server_nothing_can_be_sent(client):
    assert send(client).status_code == 403
