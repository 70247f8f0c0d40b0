import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailweave.addresses import normalised


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("Ann@Shop.Example", "ann@shop.example"),
        (" ann@shop.example\t", "ann@shop.example"),
        ("ann.lee+news@shop.example", "ann.lee+news@shop.example"),
        ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("JOSÉ@shop.example", "josé@shop.example"),
        ("jose\u0301@shop.example", "josé@shop.example"),
        ("a@b@shop.example", "a@b@shop.example"),
    ],
)
def test_one_form_for_all_spellings(address, form):
    assert normalised(address) == form
    assert normalised(form) == form


@pytest.mark.parametrize("address", ["", "ann", "@shop.example", "ann@", "a b@shop.example", "ann@shop example", "ann@💌.example", "ann@" + "ü" * 80 + ".example"])
def test_what_is_no_address(address):
    with pytest.raises(ValueError, match="is not an email address|is not a valid domain"):
        normalised(address)


@given(st.text(max_size=30), st.sampled_from(["shop.example", "BÜCHER.example"]))
def test_capitals_and_blanks_around_change_nothing(local, domain):
    try:
        form = normalised(f"{local}@{domain}")
    except ValueError:
        return
    assert normalised(f"  {local}@{domain.upper()} ") == form
    assert normalised(form) == form
