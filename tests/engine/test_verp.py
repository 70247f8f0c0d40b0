"""Envelope senders with a token: whatever run and row, the address is one that servers take, and is read back."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from mailweave.addresses import ascii_address
from mailweave.config import Sender
from mailweave.verp import TOKEN, Bounced, filled, read_bounce, token

RUNS = st.text("0123456789abcdef", min_size=32, max_size=32)
ROWS = st.integers(0, 2**48 - 1)
ENVELOPES = st.sampled_from(["bounces+{token}@mail.example", "{token}@b.example", "b-{token}-x@bücher.example", "a.b+{token}@x.example", f"{'l' * 40}-{{token}}@x.example"])
CASES = st.sampled_from([str, str.upper, str.lower, lambda text: f"<{text}>", lambda text: f" {text}\n"])


@given(RUNS, ROWS, ENVELOPES, CASES)
def test_an_address_says_whose_message_it_was(run, row, envelope, change):
    sender = Sender(name="Shop", email="hello@shop.example", envelope=envelope)
    address = ascii_address(filled(sender.envelope, run, row))
    assert len(address.rpartition("@")[0]) <= 64
    assert read_bounce(change(address), envelope) == Bounced(run[:12], row)


@given(RUNS, ROWS, st.integers(0, 22), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_mangled_token_is_found(run, row, place, other):
    found = token(run, row)
    assume(found[place] != other)
    mangled = f"{found[:place]}{other}{found[place + 1 :]}"
    try:
        assert read_bounce(f"b+{mangled}@x.example", "b+{token}@x.example") != Bounced(run[:12], row)
    except ValueError as error:
        assert "isn't whole" in str(error)


@given(st.text(max_size=60) | st.emails(), ENVELOPES)
def test_any_other_address_is_refused(address, envelope):
    with pytest.raises(ValueError, match="address|whole"):
        read_bounce(address, envelope)


@pytest.mark.parametrize(("run", "row"), [("12", 1), ("0" * 32, -1), ("0" * 32, 2**48), ("xyz" * 9, 1)])
def test_what_has_no_token(run, row):
    with pytest.raises(ValueError, match="has no token|hexadecimal"):
        token(run, row)


@pytest.mark.parametrize(
    ("envelope", "said"),
    [
        ("bounces@shop.example", None),
        ("bounces+{token}@bücher.example", None),
        ("bounces+{tokn}@shop.example", "'{tokn}' can't stand in an envelope sender – did you mean '{token}'"),
        ("bounces+{token@shop.example", "'{token' can't stand"),
        ("b@{token}.example", "must stand once, and before the @"),
        ("{token}{token}@shop.example", "must stand once, and before the @"),
        (f"{'l' * 42}{TOKEN}@shop.example", "is longer than 64 characters, with the 23 of a token"),
        ("bounces", "is no e-mail address"),
        ("bö{token}@shop.example", "can't stand in a message's header"),
        ("b@shop..example", "valid domain"),
    ],
)
def test_what_an_envelope_sender_may_be(envelope, said):
    if said is None:
        assert Sender(name="Shop", email="hello@shop.example", envelope=envelope).envelope == envelope
        return
    with pytest.raises(ValidationError) as caught:
        Sender(name="Shop", email="hello@shop.example", envelope=envelope)
    assert said.replace("'", "’") in str(caught.value).replace("'", "’")
