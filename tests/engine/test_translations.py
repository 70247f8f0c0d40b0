from decimal import Decimal
from html import unescape

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from mailweave.contexts import Context
from mailweave.errors import MailweaveError
from mailweave.escape import escape
from mailweave.folders import Folders
from mailweave.translations import Catalogue, fallbacks, load_catalogue, translator

WORKSPACE = {
    "en": """\
cart:
  title: Your basket
  hello: Hello {name}!
  items: {one: "{count} item", other: "{count} items"}
  note_html: "Hi <b>{name}</b>"
braces: "{{literal}} {name}"
only_english: Only in English
""",
    "de": """\
cart:
  title: Ihr Warenkorb
  hello: Guten Tag {name}!
""",
    "de-AT": "cart: {title: Ihr Sackerl}",
    "ru": 'cart: {items: {one: "{count} товар", few: "{count} товара", many: "{count} товаров", other: "{count} товара"}}',
}
BLOCK = {"en": "cart: {title: This block's basket}", "de": "cart: {title: Korb des Blocks}"}


def written(folder, files):
    folder.mkdir()
    for locale, text in files.items():
        (folder / f"{locale}.yaml").write_text(text, encoding="utf-8")
    return load_catalogue(folder, Folders(folder.parent, folder.parent))


@pytest.fixture
def workspace(tmp_path):
    return written(tmp_path / "messages", WORKSPACE)


@pytest.mark.parametrize(
    ("locale", "key", "values", "text"),
    [
        ("en", "cart.title", {}, "Your basket"),
        ("en-US", "cart.title", {}, "Your basket"),
        ("de", "cart.title", {}, "Ihr Warenkorb"),
        ("de-AT", "cart.title", {}, "Ihr Sackerl"),
        ("de_AT", "cart.title", {}, "Ihr Sackerl"),
        ("de-AT", "cart.hello", {"name": "Eva"}, "Guten Tag Eva!"),
        ("de-CH", "cart.title", {}, "Ihr Warenkorb"),
        ("fr", "cart.title", {}, "Your basket"),
        ("de", "only_english", {}, "Only in English"),
        ("en", "cart.hello", {"name": "Ann & {name}", "unused": 1}, "Hello Ann & {name}!"),
        ("en", "braces", {"name": "x"}, "{literal} x"),
        ("en", "cart.items", {"count": 1}, "1 item"),
        ("en", "cart.items", {"count": 0}, "0 items"),
        ("en", "cart.items", {"count": "1"}, "1 item"),
        ("en", "cart.items", {"count": Decimal("1234.5")}, "1,234.5 items"),
        # Numbers have the reader's separators, those of the text's language where it fell back.
        ("de-CH", "cart.hello", {"name": 1234}, f"Guten Tag {format_decimal(1234, locale='de_CH')}!"),
        ("de-CH", "cart.items", {"count": 1234}, "1,234 items"),
        ("ru", "cart.items", {"count": 21}, "21 товар"),
        ("ru", "cart.items", {"count": 22}, "22 товара"),
        ("ru", "cart.items", {"count": 25}, "25 товаров"),
        # A text that falls back to another language keeps that language's plural rules (French has `one` for 0).
        ("fr", "cart.items", {"count": 0}, "0 items"),
        ("en", "cart.note_html", {"name": "<i>Ann</i>"}, "Hi <b>&lt;i&gt;Ann&lt;/i&gt;</b>"),
        ("en", "cart.note_html", {"name": Markup("<i>Ann</i>")}, "Hi <b><i>Ann</i></b>"),
    ],
)
def test_finds_and_fills(workspace, locale, key, values, text):
    assert translator([workspace], locale, "en-US")(key, values) == text


def test_only_html_keys_give_markup(workspace):
    translate = translator([workspace], "en", "en")
    assert isinstance(translate("cart.note_html", {"name": "x"}), Markup)
    assert type(translate("cart.hello", {"name": Markup("<b>")})) is str


@pytest.mark.parametrize(
    ("locale", "key", "text"),
    [
        ("en", "cart.title", "This block's basket"),
        ("de", "cart.title", "Korb des Blocks"),
        ("de-AT", "cart.title", "Ihr Sackerl"),  # the nearest locale wins over the nearest catalogue
        ("en", "only_english", "Only in English"),
    ],
)
def test_the_blocks_own_texts_come_first(tmp_path, workspace, locale, key, text):
    assert translator([written(tmp_path / "block", BLOCK), workspace], locale, "en")(key, {}) == text


@pytest.mark.parametrize(
    ("key", "values", "message"),
    [
        ("cart.titel", {}, "there is no translation 'cart.titel' in de-at, de, en-us, en – did you mean 'cart.title'?"),
        ("zzz", {}, "there is no translation 'zzz' in de-at, de, en-us, en – add it to messages/de.yaml"),
        ("cart.hello", {}, "the translation 'cart.hello' needs the value 'name' – write `name: …` (Liquid) or `name=…` (Handlebars)"),
        ("cart.hello", {"name": None}, "the translation 'cart.hello' needs the value 'name' – write `name: …` (Liquid) or `name=…` (Handlebars)"),
        ("cart.items", {}, "the plural 'cart.items' needs a number as `count` – write `count: n` (Liquid) or `count=n` (Handlebars)"),
        ("cart.hello", {"name": [1]}, "the translation 'cart.hello' can't show a list as 'name' – give a text or a number; for a date, use the filter `date` first"),
        ("cart.hello", {"name": True}, "the translation 'cart.hello' can't show true as 'name' – give a text or a number; for a date, use the filter `date` first"),
        ("cart.items", {"count": float("nan")}, "the plural 'cart.items' needs a number as `count` – write `count: n` (Liquid) or `count=n` (Handlebars)"),
        ("cart.items", {"count": True}, "the plural 'cart.items' needs a number as `count` – write `count: n` (Liquid) or `count=n` (Handlebars)"),
    ],
)
def test_says_what_is_missing(workspace, key, values, message):
    with pytest.raises(LookupError) as caught:
        translator([workspace], "de-AT", "en-US")(key, values)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"german": "a: x"}, ["m/german.yaml:1:1: 'german' is no locale – name the file like en.yaml or de-AT.yaml"]),
        ({"de": "a: 1\nc: [x]"}, ["m/de.yaml:1:4: 'a' must be text – put it in quotes", "m/de.yaml:2:4: 'c' must be text – put it in quotes"]),
        ({"de": "a: so {name"}, ["m/de.yaml:1:4: a brace that belongs to no value – write values like {name}, and a brace itself twice: {{"]),
        ({"de": 'a: "{first name}"'}, ["m/de.yaml:1:4: a brace that belongs to no value – write values like {name}, and a brace itself twice: {{"]),
        ({"de": "a: {one: x}"}, ["m/de.yaml:1:1: the plural 'a' has no 'other' – add `other:`"]),
        ({"de": "a: {oen: x, other: y}"}, ["m/de.yaml:1:5: 'oen' is no plural category – did you mean 'one'?"]),
        ({"de": "a: [", "german": "a: b"}, ["m/de.yaml:1:5: this is no YAML", "m/german.yaml:1:1: 'german' is no locale"]),
        ({"de-AT": "a: x", "de_AT": "a: y"}, ["m/de_AT.yaml:1:1: a second file of the locale 'de_AT' – move its texts to m/de-AT.yaml"]),
    ],
)
def test_refuses_broken_files(tmp_path, files, found):
    with pytest.raises(MailweaveError) as caught:
        written(tmp_path / "m", files)
    shown = [str(problem) for problem in caught.value.problems]
    assert len(shown) == len(found)
    assert all(line.startswith(start) for line, start in zip(shown, found, strict=True)), shown


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"en": "a: {one: x, other: y}", "de": "a: {one: x, other: y}"}, []),
        ({"en": "a: {other: y}"}, ["m/en.yaml:1:1: the plural 'a' has no 'one' – add `one:`; 'en' needs it"]),
        ({"pl": "a: {one: x, other: y}"}, ["m/pl.yaml:1:1: the plural 'a' has no 'few, many' – add `few:`; 'pl' needs it"]),
        ({"ja": "a: {other: x}"}, []),
        ({"cs": "a: {one: x, few: x, other: y}", "fr": "a: {one: x, other: y}"}, []),  # `many` is for fractions in the one, for millions in the other
        ({"en": "a: {zero: x, one: x, other: y}"}, ["m/en.yaml:1:1: the plural 'a' has 'zero', which no number is in 'en' – remove `zero:`, and test the count in the template"]),
        ({"en": "a: x {name}", "de": "a: x {nmae}"}, ["m/en.yaml:1:1: 'a' names {name} here and {nmae} in 'de' – use the same names in every locale"]),
        ({"en": "a: {one: one, other: '{count} y'}", "ja": "a: {other: '{count} y'}"}, []),
    ],
)
def test_looks_the_texts_over(tmp_path, files, found):
    assert [str(problem) for problem in written(tmp_path / "m", files).problems()] == found


def test_no_folder_is_an_empty_catalogue(tmp_path):
    catalogue = load_catalogue(tmp_path / "none", Folders(tmp_path, tmp_path))
    assert (catalogue.keys(), catalogue.problems()) == (set(), [])
    with pytest.raises(LookupError, match=r"there is no translation 'a' in de, en"):
        translator([catalogue], "de", "en")("a", {})


@pytest.mark.parametrize(
    ("locale", "default", "chain"),
    [("en", "en", ("en",)), ("de-AT", "en-US", ("de-at", "de", "en-us", "en")), ("en-GB", "en", ("en-gb", "en")), ("zh-Hant-TW", "en", ("zh-hant-tw", "zh-hant", "zh", "en"))],
)
def test_where_a_text_is_looked_for(locale, default, chain):
    assert fallbacks(locale, default) == chain


@given(st.text(max_size=30))
def test_a_text_with_doubled_braces_is_put_out_as_it_is(text):
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert translator([Catalogue({"en": {"a": doubled}})], "en", "en")("a", {}) == text


@given(st.text(max_size=30))
def test_a_value_goes_in_as_it_is_but_escaped_in_markup(value):
    translate = translator([Catalogue({"en": {"a": "<{name}>", "a_html": "<b>{name}</b>"}})], "en", "en")
    assert translate("a", {"name": value}) == f"<{value}>"
    inner = translate("a_html", {"name": value})[3:-4]
    assert unescape(inner) == unescape(escape(value, Context.TEXT))
    assert not {"<", ">", '"', "'"} & set(inner)
