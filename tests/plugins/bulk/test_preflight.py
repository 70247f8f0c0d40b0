"""Checks before a run: a real mail server, a real DNS server, and what they say."""

from __future__ import annotations

import base64
import json
import shutil
import ssl
import sys
from types import SimpleNamespace

import pytest
import trustme

from mailweave.cli import run
from mailweave.testing import MINIMAL, write_files
from mailweave_plugins.preflight.machine import check_disk, warn_of_full_disk
from mailweave_plugins.preflight.records import Dns, check_records

from .conftest import CAMPAIGN, customers, write_profiles
from .dns_server import name_server
from .rude_server import Rude
from .smtp_server import Mailbox, serve
from .test_smtp import certified, login

KEY = base64.b64encode(bytes(294)).decode()
GOOD = {
    ("shop.example", "MX"): ["10 mail.shop.example."],
    ("shop.example", "TXT"): ['"verification=1"', '"v=spf1 include:post.example " "-all"'],
    ("s1._domainkey.shop.example", "TXT"): [f'"v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"'],
    ("_dmarc.shop.example", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:d@shop.example"'],
}


@pytest.fixture
def check(tmp_path, monkeypatch, capsys):
    """`check(*words)`: the status of the command, and check → its line."""
    write_files(tmp_path, {**MINIMAL, "campaigns/hello.yaml": CAMPAIGN})
    monkeypatch.chdir(tmp_path)

    def call(*words):
        status = run(["preflight", "hello", *words, "--json"])
        said, err = capsys.readouterr()
        checks = {each["check"]: SimpleNamespace(**each) for each in json.loads(said)["checks"]} if said else {}
        return SimpleNamespace(status=status, checks=checks, err=" ".join(err.split()), levels={name: each.level for name, each in checks.items()})

    return call


def test_a_server_that_takes_us(check):
    with Rude({"EHLO": "250-here\r\n250-SIZE 25000000\r\n250 PIPELINING"}).up() as server:
        found = check("--to", f"smtp://127.0.0.1:{server.port}")
    assert found.status == 0
    assert found.levels == {"unsubscribe": "ok", "address": "ok", "server": "ok", "tls": "ok", "sender": "ok"}
    assert "takes messages of up to 25.0 MB, and several commands at a time (PIPELINING)" in found.checks["server"].what
    # Nobody was named, and no text begun.
    assert [command.split(":")[0].split(" ")[0].upper() for command in server.commands] == ["EHLO", "MAIL", "RSET", "QUIT"]


@pytest.mark.parametrize(("answer", "level"), [("550 5.7.1 not you", "failed"), ("530 login first", "failed"), ("451 later", "warning"), ("drop", "failed")])
def test_a_sender_that_is_not_taken(check, answer, level):
    with Rude({"MAIL": answer}).up() as server:
        found = check("--to", f"smtp://127.0.0.1:{server.port}")
    assert (found.levels["sender"], found.status) == (level, int(level == "failed"))
    assert answer == "drop" or answer[4:] in found.checks["sender"].what


def test_servers_that_are_not_there_or_not_who_they_should_be(check):
    with Rude().up() as server:
        pass
    assert check("--to", f"smtp://127.0.0.1:{server.port}").levels["server"] == "failed"
    assert check("--to", "smtp://u@127.0.0.1:9").levels["login"] == "failed"
    assert "names no mail server" in check("--to", "smtp://").err


def test_tls_and_its_certificate(check, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    server = serve(Mailbox(), tls_context=context)
    try:
        to = f"smtp://127.0.0.1:{server.port}"
        found = check("--to", to, "--smtp-ca", "ca.pem")
        assert (found.levels["tls"], found.status) == ("ok", 0)
        assert "TLSv1.3, and the certificate holds" in found.checks["tls"].what
        assert check("--to", to).levels["tls"] == "failed"
    finally:
        server.stop()


@pytest.mark.parametrize(("password", "level"), [("secret", "ok"), ("wrong", "failed")])
def test_a_login(check, tmp_path, monkeypatch, password, level):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("MAILWEAVE_SMTP_PASSWORD", password)
    server = serve(Mailbox(), host="localhost", authenticator=login, tls_context=certified(authority, "localhost"), auth_required=True)
    try:
        found = check("--to", f"smtp://ann@localhost:{server.port}", "--smtp-ca", "ca.pem")
    finally:
        server.stop()
    assert (found.levels["login"], found.status) == (level, int(level == "failed"))
    assert "names a mail server here" in check("--to", "https://localhost").err


@pytest.mark.parametrize(
    ("changed", "levels"),
    [
        ({}, {}),
        ({("shop.example", "MX"): ["0 ."]}, {"mx": "failed"}),
        ({("shop.example", "MX"): None, ("shop.example", "A"): ["127.0.0.1"]}, {}),
        ({("shop.example", "MX"): None}, {"mx": "failed"}),
        ({("shop.example", "TXT"): None}, {"spf": "failed"}),
        ({("shop.example", "TXT"): ['"v=spf1 -all"', '"v=spf1 ~all"']}, {"spf": "failed"}),
        ({("shop.example", "TXT"): ['"v=spf1 +all"']}, {"spf": "failed"}),
        ({("shop.example", "TXT"): ['"v=spf10 -all"']}, {"spf": "failed"}),
        ({("shop.example", "TXT"): "SERVFAIL"}, {"spf": "failed"}),
        ({("s1._domainkey.shop.example", "TXT"): None}, {"dkim": "failed"}),
        ({("s1._domainkey.shop.example", "TXT"): ['"v=DKIM1; p="']}, {"dkim": "failed"}),
        ({("s1._domainkey.shop.example", "TXT"): ['"p=%%%"']}, {"dkim": "failed"}),
        ({("s1._domainkey.shop.example", "TXT"): [f'"p={base64.b64encode(bytes(162)).decode()}"']}, {"dkim": "warning"}),
        ({("s1._domainkey.shop.example", "TXT"): [f'"p={base64.b64encode(bytes(94)).decode()}"']}, {"dkim": "failed"}),
        ({("s1._domainkey.shop.example", "TXT"): [f'"k=ed25519; p={base64.b64encode(bytes(32)).decode()}"']}, {}),
        ({("_dmarc.shop.example", "TXT"): None}, {"dmarc": "failed"}),
        ({("_dmarc.shop.example", "TXT"): ['"v=DMARC1; p=strict"']}, {"dmarc": "failed"}),
        ({("_dmarc.shop.example", "TXT"): ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']}, {"dmarc": "failed"}),
    ],
    ids=lambda value: str(value)[:60],
)
def test_records(changed, levels):
    with name_server({key: value for key, value in {**GOOD, **changed}.items() if value}) as address:
        found = {each.check: each for each in check_records(Dns(address), "shop.example", "shop.example", ("s1",))}
    assert {name: each.level for name, each in found.items()} == {**dict.fromkeys(("mx", "spf", "dkim", "dmarc"), "ok"), **levels}
    assert all(each.remedy for each in found.values() if each.level != "ok")


def test_a_subdomain_has_the_policy_of_the_domain_above_and_bounces_elsewhere_are_told():
    records = {**GOOD, ("post.example", "MX"): ["10 mail.post.example."], ("post.example", "TXT"): ['"v=spf1 -all"']}
    with name_server(records) as address:
        found = [(each.check, each.level) for each in check_records(Dns(address), "news.shop.example", "post.example", ())]
    assert found == [("mx", "ok"), ("spf", "ok"), ("dmarc", "ok"), ("dkim", "warning"), ("alignment", "warning")]


def test_the_command_asks_the_dns_when_it_is_told_to(check):
    with name_server({("shop.example", "SOA"): []}) as address:
        found = check("--dns", "--dns-server", address, "--dkim-selector", "s1")
    assert {name: found.levels[name] for name in ("mx", "spf", "dkim", "dmarc")} == dict.fromkeys(("mx", "spf", "dkim", "dmarc"), "failed")
    assert found.status == 1
    assert "isn't the address of a DNS server" in check("--dns", "--dns-server", "one").err
    assert "are for --dns" in check("--dkim-selector", "s1").err


def test_without_the_library_it_says_how_to_get_it(check, monkeypatch):
    monkeypatch.setitem(sys.modules, "dns.resolver", None)
    assert "pip install 'mailweave[dns]'" in check("--dns").err


def test_room_for_the_journal(check, tmp_path, monkeypatch):
    write_profiles(tmp_path / "p.ndjson", customers(1000))
    usage = shutil.disk_usage(tmp_path)
    assert check("--ledger", "new/folder", "--profiles", "p.ndjson").levels["disk"] == "ok"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=4_000_000))
    assert check_disk(tmp_path, 1000).level == "warning"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2_900_000))
    found = check("--profiles", "p.ndjson")
    assert (found.status, found.checks["disk"].level) == (1, "failed")
    assert "2.9 MB free for ., and 1,000 messages take about 3.0 MB" in found.checks["disk"].what


def test_a_run_warns_before_it_fills_the_disk(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    assert warn_of_full_disk(tmp_path, 1000) == []
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=2_900_000))
    (problem,) = warn_of_full_disk(tmp_path / "not" / "there", 1000)
    assert (problem.level, problem.code) == ("warning", "disk")
