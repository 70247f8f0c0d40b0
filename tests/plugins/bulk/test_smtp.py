"""Messages sent to a real SMTP server."""

from __future__ import annotations

import json
import signal
import ssl
import time

import pytest
import trustme
from aiosmtpd.smtp import AuthResult

from .conftest import AT, customers, lines, write_profiles
from .rude_server import Rude
from .smtp_server import Mailbox, free_port, serve


@pytest.fixture
def post(shop):
    """`send(mailbox, …)` runs the campaign against a server with that mailbox."""
    controllers = []

    def send(mailbox, *words, rows=None, status=0):
        if rows is not None:
            write_profiles(shop.root / "p.ndjson", rows)
        controllers.append(serve(mailbox, controllers[0].port if controllers else None))
        try:
            to = f"smtp://127.0.0.1:{controllers[-1].port}"
            return shop.call("--profiles", "p.ndjson", "--to", to, "--ledger", "out", "--at", AT, "--jobs", 1, *words, status=status)
        finally:
            controllers[-1].stop()

    return send


def test_each_message_arrives_once_as_its_eml(shop, post, mailweave_engine):
    mailbox = Mailbox()
    summary = post(mailbox, rows=customers(60))
    assert sorted(mailbox.got) == sorted(row["email"] for row in customers(60))
    assert summary.outcomes == {"sent": 60}
    by_id = {message["Message-ID"]: message for message in mailbox.messages}
    for entry in shop.ledger():
        message = by_id[entry["message_id"]]
        assert message["To"].endswith(f"<{entry['email']}>")
        assert "List-Unsubscribe" in message
        assert (entry["outcome"], entry["detail"]) == ("sent", "250 queued")
    again = Mailbox()
    assert post(again).before == 60
    assert again.got == []


def test_each_answer_has_its_outcome(shop, post):
    answers = {
        ("rcpt", "u1@test.example"): "550 no such user",
        ("rcpt", "u2@test.example"): "450 greylisted",
        ("data", "u3@test.example"): "554 spam",
        ("data", "u4@test.example"): "452 full",
        ("data", "u5@test.example"): "close",
        ("rcpt", "u6@test.example"): "close",
    }
    mailbox = Mailbox(answers)
    summary = post(mailbox, rows=customers(8), status=1)
    outcomes = {entry["email"].split("@")[0]: entry["outcome"] for entry in shop.ledger()}
    # u6: the connection broke before anything of the message was sent, so it is sent again at once.
    assert outcomes == {"u0": "sent", "u1": "refused", "u2": "deferred", "u3": "refused", "u4": "deferred", "u5": "in doubt", "u6": "sent", "u7": "sent"}
    assert [entry["email"] for entry in lines(shop.out / "in_doubt.ndjson")] == ["u5@test.example"]
    assert [entry["detail"] for entry in lines(shop.out / "rejects.ndjson")] == ["550 no such user", "554 spam"]
    assert len(lines(shop.out / "deferred.ndjson")) == 2
    assert "--in-doubt resend" in summary.err

    later = Mailbox()
    summary = post(later, status=1)
    assert sorted(later.got) == ["u2@test.example", "u4@test.example"]
    assert summary.outcomes == {"sent": 5, "refused": 2, "in doubt": 1}

    later = Mailbox()
    summary = post(later, "--in-doubt", "resend", "--max-rejects", 2)
    assert later.got == ["u5@test.example"]
    assert (summary.outcomes, summary.lists) == ({"sent": 6, "refused": 2}, ["out/rejects.ndjson"])


def test_too_many_refusals_stop_the_run(post):
    mailbox = Mailbox({("rcpt", row["email"]): "550 you are blocked" for row in customers(60)})
    summary = post(mailbox, "--max-rejects", "5", "--part-size", 100, rows=customers(60), status=1)
    assert summary.over_budget
    # One more than the budget, and what is under way then.
    assert 6 <= mailbox.mails <= 27
    assert "6 refused, such as 550 you are blocked" in summary.err


def certified(authority, host):
    """A TLS context of a server whose certificate is for this host."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(host).configure_cert(context)
    return context


def login(_server, _session, _envelope, _mechanism, given):
    return AuthResult(success=(given.login, given.password) == (b"ann", b"secret"), handled=False)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(
    ("host", "password", "what"),
    [("localhost", "secret", None), ("localhost", "wrong", "refuses the password of ann"), ("localhost", "sécret", "has characters beyond ASCII"), ("other.example", "secret", "certificate verify failed")],
)
def test_passwords_travel_only_over_tls(shop, monkeypatch, scheme, host, password, what):
    monkeypatch.setattr("mailweave_plugins.deliverers.smtp._WAITS", ())
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(shop.root / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(shop.root / "authority.pem"))
    monkeypatch.setenv("MAILWEAVE_SMTP_PASSWORD", password)
    context = certified(authority, host)
    options = {"ssl_context": context, "auth_require_tls": False} if scheme == "smtps" else {"tls_context": context, "auth_required": True}
    mailbox = Mailbox()
    controller = serve(mailbox, host="localhost", authenticator=login, **options)
    try:
        write_profiles(shop.root / "p.ndjson", customers(2))
        words = ["--profiles", "p.ndjson", "--to", f"{scheme}://ann@localhost:{controller.port}", "--ledger", "out", "--jobs", 1]
        summary = shop.call(*words, status=1 if what else 0)
    finally:
        controller.stop()
    assert len(mailbox.got) == (0 if what else 2)
    assert (what or "") in " ".join(summary.err.split())
    assert not [path for path in shop.out.rglob("*") if path.is_file() and b"secret" in path.read_bytes()]


def test_a_certificate_of_ones_own_is_trusted_when_it_is_named(shop, monkeypatch):
    monkeypatch.setattr("mailweave_plugins.deliverers.smtp._WAITS", ())
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(shop.root / "own ca.pem"))
    mailbox = Mailbox()
    controller = serve(mailbox, host="localhost", tls_context=certified(authority, "localhost"), require_starttls=True)
    try:
        write_profiles(shop.root / "p.ndjson", customers(2))
        words = ["--profiles", "p.ndjson", "--to", f"smtp://localhost:{controller.port}?tls=required", "--ledger", "out", "--jobs", 1]
        err = " ".join(shop.call(*words, status=1).err.split())
        assert f"the certificate of localhost:{controller.port} isn't trusted: " in err
        assert "name the file of the authority that signed it, as PEM: --smtp-ca FILE" in err
        # How to get there isn't part of what the run is.
        assert shop.call(*words, "--smtp-ca", "own ca.pem").outcomes == {"sent": 2}
        assert shop.call(*words, "--smtp-ca", "own ca.pem", "--to", f"smtp://localhost:{controller.port}").before == 2
    finally:
        controller.stop()


@pytest.mark.parametrize("signals", [1, 2])
def test_an_interruption_says_how_many_are_sent(shop, signals):
    """Also when the second signal doesn't wait for what is under way."""
    with Rude(slow=0.1).up() as server:
        write_profiles(shop.root / "p.ndjson", customers(2000))
        words = ["--profiles", "p.ndjson", "--to", f"smtp://127.0.0.1:{server.port}", "--ledger", "out", "--jobs", 1, "--part-size", 2000]
        process = shop.start(*words, "--format", "json")
        while len(server.kept) < 20:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        for _ in range(signals):
            process.send_signal(signal.SIGINT)
            time.sleep(0.01)
        said, err = process.communicate(timeout=400)
    assert process.returncode == 130, said + err
    summary = json.loads(said)
    sent, in_doubt = summary["sent"], summary["outcomes"].get("in doubt", 0)
    assert f"stopped: {sent:,} of 2,000 messages are sent and stay so" in err
    assert sent <= len(server.kept) <= sent + in_doubt
    assert signals == 2 or in_doubt == 0
    assert (summary["outcomes"]["sent"], summary["done"], summary["before"]) == (sent, sent + in_doubt, 0)


def test_a_password_never_goes_without_tls(shop, monkeypatch):
    monkeypatch.setenv("MAILWEAVE_SMTP_PASSWORD", "secret")
    controller = serve(Mailbox())
    try:
        write_profiles(shop.root / "p.ndjson", customers(1))
        err = shop.call("--profiles", "p.ndjson", "--to", f"smtp://ann@127.0.0.1:{controller.port}", "--ledger", "out", status=1).err
    finally:
        controller.stop()
    assert "offers no STARTTLS" in err


def test_a_server_that_is_gone_stops_the_run_until_it_is_back(shop, post, monkeypatch):
    monkeypatch.setattr("mailweave_plugins.deliverers.smtp._WAITS", ())
    write_profiles(shop.root / "p.ndjson", customers(3))
    words = ["--profiles", "p.ndjson", "--to", f"smtp://127.0.0.1:{free_port()}", "--ledger", "out"]
    err = shop.call(*words, status=1).err
    assert "there is no mail server at 127.0.0.1" in err


@pytest.mark.parametrize(
    ("to", "what"),
    [
        ("smtp://ann:secret@host", "a password in --to would stand in files"),
        ("smtp://ann@host", "there is no password for ann – put it into the environment as MAILWEAVE_SMTP_PASSWORD"),
        ("smtp://", "names no mail server"),
        ("smtp://host:99999", "names no mail server"),
        ("smtp://host/path", "names no mail server"),
    ],
)
def test_a_wrong_server_is_told(shop, to, what):
    write_profiles(shop.root / "p.ndjson", customers(1))
    assert what in " ".join(shop.call("--profiles", "p.ndjson", "--to", to, "--ledger", "out", status=1).err.split())
